"""How much of a mark is the agent, how much the monitor: two-way crossed random effects by REML.

The shrunk level of an agent is for ranking, coaching and forecasts (水平估计), never for one person's money or job:
that is `scoring.adjusted`.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from scoring import states
from scoring.checks import FloatArray, IntArray, probability
from scoring.crossed import CrossedSums, collect, solve, turned
from scoring.designs import Design, read_design
from scoring.estimates import Bounds, Estimate, with_t_interval
from scoring.graphs import Component, connected_parts
from scoring.reml import RATIO_LIMIT, Fitted, identified, maximise
from scoring.variance_uncertainty import prediction_errors

MARK_BOUNDS = (0.0, 100.0)


class SeverityFit(Struct, frozen=True, kw_only=True):
    """Agent and monitor effects with their variances.

    Parameters
    ----------
    state : str
        `estimated`, `severity-not-corrected` (one monitor), `constant`, `not-identified` or `no-noise`; the latter
        three have no standard deviations and no agents' levels.
    mean : float
        Estimated mean mark, points.
    mean_standard_error : float or None
    sd_agent, sd_monitor, sd_residual : float or None
        Points; a factor with one level has sd 0.
    criterion : float or None
        -2 log restricted likelihood, constants included.
    agents : tuple of Estimate
        Shrunk level of each agent under the mean of the monitors present, points, with prediction interval.
    monitors : tuple of Estimate
        Shrunk leniency of each monitor against the mean monitor, points; positive = marks higher.
    components : tuple of Component
        More than one: people of different components cannot be compared.
    variance_covariance : ndarray of shape (3, 3)
        Of the variances (agent, monitor, residual), points^4; zero rows at a zero variance.
    n : int
        Marks.
    """

    state: str
    mean: float
    mean_standard_error: float | None
    sd_agent: float | None
    sd_monitor: float | None
    sd_residual: float | None
    criterion: float | None
    agents: tuple[Estimate, ...]
    monitors: tuple[Estimate, ...]
    components: tuple[Component, ...]
    variance_covariance: FloatArray
    n: int

    @property
    def is_comparable(self) -> bool:
        """Whether one connected graph of marks holds everybody."""
        return len(self.components) == 1


def fit_severity(
    agent: ArrayLike,
    monitor: ArrayLike,
    marks: ArrayLike,
    *,
    n_agents: int | None = None,
    n_monitors: int | None = None,
    level: float = 0.95,
    bounds: Bounds = MARK_BOUNDS,
    uncertain_variances: bool = True,
) -> SeverityFit:
    """Fit mark = mean + agent + monitor + noise with random agents and monitors by REML.

    Parameters
    ----------
    agent, monitor : array-like of int, shape (n_marks,)
        Who was marked, and by whom, numbered from 0. Any pattern: missing and repeated pairs are allowed.
    marks : array-like of float, shape (n_marks,)
        Points. Only marks of the random stream belong here.
    n_agents, n_monitors : int or None
        How many there are, when some have no marks; else the largest number + 1.
    level : float
        Confidence level of the intervals, 0-1.
    bounds : (float, float) or None
        Ends of the scale at which agents' intervals are cut.
    uncertain_variances : bool
        False takes the variances for known in the intervals: quicker, and too narrow with few agents or monitors.

    Returns
    -------
    SeverityFit
        Never nan: what cannot be estimated is None under a named state.

    Raises
    ------
    InputError
        Empty, lengths differ, not finite, level numbers out of range, more than 5,000 monitors.

    References
    ----------
    Bates et al. (2015), J. Stat. Softw. 67(1) (criterion); Henderson (1975), Biometrics 31:423-447 (predictions);
    interval: `scoring.variance_uncertainty`.

    Examples
    --------
    >>> fit = fit_severity([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [90, 80, 84, 76, 70, 61])
    >>> round(fit.agents[0].value, 1), round(fit.monitors[1].value, 1)
    (85.0, -4.5)
    """
    probability(level, place="level")
    design = read_design(agent, monitor, marks, n_agents=n_agents, n_monitors=n_monitors)
    sums = collect(design.agent, design.monitor, design.marks)
    free = (len(sums.n_first) > 1, len(sums.n_second) > 1)
    components = _components(design)
    if sums.total_squares == 0:
        return _unestimated(design, components, state=states.CONSTANT)
    if not identified(sums, free):
        return _unestimated(design, components, state=states.NOT_IDENTIFIED)
    fitted = _maximised(sums, free)
    if max(fitted.solution.gamma) > 0.99 * RATIO_LIMIT:
        return _unestimated(design, components, state=states.NO_NOISE)
    errors = prediction_errors(sums, fitted, integrate=uncertain_variances)
    agents, monitors = _people(design, sums, fitted, errors=errors, level=level, bounds=bounds)
    at, scale = fitted.solution, sums.scale
    sd_agent, sd_monitor, sd_residual = (float(v) for v in scale * np.sqrt(np.array([*at.gamma, 1.0]) * at.s2))
    return SeverityFit(
        state=agents[design.agents_present[0]].state,
        mean=float(sums.centre + scale * at.mean),
        mean_standard_error=float(scale * np.sqrt(at.s2 / at.ones)),
        sd_agent=sd_agent,
        sd_monitor=sd_monitor,
        sd_residual=sd_residual,
        criterion=float(at.criterion + 2 * (sums.n - 1) * np.log(scale)),
        agents=agents,
        monitors=monitors,
        components=components,
        variance_covariance=fitted.covariance * scale**4,
        n=sums.n,
    )


def _maximised(sums: CrossedSums, free: tuple[bool, bool]) -> Fitted:
    """Fit with the larger factor absorbed, where it costs nothing, and put the answer back as agents, monitors."""
    if len(sums.n_second) <= len(sums.n_first):
        return maximise(sums, free)
    found = maximise(turned(sums), free[::-1])
    order = np.ix_([1, 0, 2], [1, 0, 2])
    return Fitted(solution=solve(sums, found.solution.gamma[::-1]), covariance=found.covariance[order], free=free)


def _components(design: Design) -> tuple[Component, ...]:
    """Connected parts in the caller's numbers."""
    return tuple(
        Component(
            tuple(int(design.agents_present[k]) for k in part.agents),
            tuple(int(design.monitors_present[k]) for k in part.monitors),
        )
        for part in connected_parts(design.agent, design.monitor)
    )


def _people(
    design: Design,
    sums: CrossedSums,
    fitted: Fitted,
    *,
    errors: tuple[FloatArray, FloatArray],
    level: float,
    bounds: Bounds,
) -> tuple[tuple[Estimate, ...], tuple[Estimate, ...]]:
    """Levels of agents and leniency of monitors in points, in the caller's numbers."""
    at, scale = fitted.solution, sums.scale
    several = len(design.monitors_present) > 1
    state = states.ESTIMATED if several else states.SEVERITY_NOT_CORRECTED
    agents = _spread(
        design.agents_present,
        sums.centre + scale * (at.mean + at.effects_first),
        scale * errors[0],
        counts=np.bincount(design.agent),
        size=design.n_agents,
        wrap=(sums.n - 1, level, bounds, state),
    )
    monitors = _spread(
        design.monitors_present,
        scale * at.effects_second,
        scale * errors[1],
        counts=np.bincount(design.monitor),
        size=design.n_monitors,
        wrap=(sums.n - 1, level, None, state),
    )
    return agents, monitors if several else tuple(_nothing(mark.n, mark.state) for mark in monitors)


def _spread(
    present: IntArray, values: FloatArray, errors: FloatArray, *, counts: IntArray, size: int, wrap: tuple
) -> tuple[Estimate, ...]:
    """One estimate per person, those without marks included."""
    df, level, bounds, state = wrap
    found = [_nothing(0, states.NO_MARKS)] * size
    for place, value, error, n in zip(present, values, errors, counts, strict=True):
        found[place] = with_t_interval(
            float(value) + 0.0, float(error), degrees_of_freedom=df, n=int(n), level=level, bounds=bounds, state=state
        )
    return tuple(found)


def _nothing(n: int, state: str) -> Estimate:
    """No value, for a named reason."""
    return Estimate(value=None, n=n, state=state)


def _unestimated(design: Design, components: tuple[Component, ...], *, state: str) -> SeverityFit:
    """A fit that says why it has no variances; the mean of the marks is still known."""
    per_agent = np.bincount(design.agents_present[design.agent], minlength=design.n_agents)
    per_monitor = np.bincount(design.monitors_present[design.monitor], minlength=design.n_monitors)
    return SeverityFit(
        state=state,
        mean=float(design.marks.mean()),
        mean_standard_error=None,
        sd_agent=None,
        sd_monitor=None,
        sd_residual=None,
        criterion=None,
        agents=tuple(_nothing(int(n), state if n else states.NO_MARKS) for n in per_agent),
        monitors=tuple(_nothing(int(n), state if n else states.NO_MARKS) for n in per_monitor),
        components=components,
        variance_covariance=np.zeros((3, 3)),
        n=len(design.marks),
    )
