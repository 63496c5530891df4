"""How much of a mark is the agent, how much the monitor: two-way crossed random effects by REML.

The shrunk level of an agent is for ranking, coaching and forecasts (水平估计), never for one person's money or job:
that is `scoring.adjusted`.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from scoring import states
from scoring.checks import FloatArray, IntArray, probability
from scoring.crossed import CrossedSums, collect
from scoring.designs import Design, read_design
from scoring.estimates import Bounds, Estimate, with_t_interval
from scoring.graphs import Component, connected_parts
from scoring.reml import Fitted, identified, maximise
from scoring.variance_uncertainty import prediction_errors

MARK_BOUNDS = (0.0, 100.0)


class SeverityFit(Struct, frozen=True, kw_only=True):
    """Agent and monitor effects with their variances.

    Parameters
    ----------
    state : str
        `estimated`, `severity-not-corrected` (one monitor), `constant` or `not-identified`; the latter two have no
        standard deviations and no agents' levels.
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
    # The factor with more levels is absorbed for free; the other one is solved densely.
    swap = len(design.monitors_present) > len(design.agents_present)
    first, second = (design.monitor, design.agent) if swap else (design.agent, design.monitor)
    sums = collect(first, second, design.marks)
    free = (len(sums.n_first) > 1, len(sums.n_second) > 1)
    components = _components(design)
    if sums.total_squares == 0:
        return _unestimated(design, components, state=states.CONSTANT)
    if not identified(sums, free):
        return _unestimated(design, components, state=states.NOT_IDENTIFIED)
    fitted = maximise(sums, free)
    if max(fitted.solution.gamma) > 1e3 and fitted.solution.s2 < 1e-9:
        # Agents and monitors explain every mark to the last digit: no noise to build an interval from.
        return _unestimated(design, components, state=states.NOT_IDENTIFIED)
    return _described(design, components, sums, fitted, swap=swap, level=level, bounds=bounds)


def _components(design: Design) -> tuple[Component, ...]:
    """Connected parts in the caller's numbers."""
    return tuple(
        Component(
            tuple(int(design.agents_present[k]) for k in part.agents),
            tuple(int(design.monitors_present[k]) for k in part.monitors),
        )
        for part in connected_parts(design.agent, design.monitor)
    )


def _described(
    design: Design,
    components: tuple[Component, ...],
    sums: CrossedSums,
    fitted: Fitted,
    *,
    swap: bool,
    level: float,
    bounds: Bounds,
) -> SeverityFit:
    """Put the scaled solution back into points and into the caller's order of agent and monitor."""
    at, scale = fitted.solution, sums.scale
    # Errors are about the other factor's mean, so each factor takes its turn as the one that carries the mean.
    level_errors, effect_errors = _errors(sums, fitted, swap=swap)
    order = [1, 0, 2] if swap else [0, 1, 2]
    variances = np.array([*at.gamma, 1.0])[order] * at.s2
    agent_effects, monitor_effects = (
        (at.effects_second, at.effects_first) if swap else (at.effects_first, at.effects_second)
    )
    several = len(design.monitors_present) > 1
    state = states.ESTIMATED if several else states.SEVERITY_NOT_CORRECTED
    df = sums.n - 1
    agents = _spread(
        design.agents_present,
        sums.centre + scale * (at.mean + agent_effects),
        scale * level_errors,
        counts=np.bincount(design.agent),
        size=design.n_agents,
        wrap=(df, level, bounds, state),
    )
    monitors = _spread(
        design.monitors_present,
        scale * monitor_effects,
        scale * effect_errors,
        counts=np.bincount(design.monitor),
        size=design.n_monitors,
        wrap=(df, level, None, state),
    )
    if not several:
        monitors = tuple(_nothing(mark.n, mark.state) for mark in monitors)
    sd_agent, sd_monitor, sd_residual = (float(v) for v in scale * np.sqrt(variances))
    return SeverityFit(
        state=state,
        mean=float(sums.centre + scale * at.mean),
        mean_standard_error=float(scale * np.sqrt(at.s2 / at.ones)),
        sd_agent=sd_agent,
        sd_monitor=sd_monitor,
        sd_residual=sd_residual,
        criterion=float(at.criterion + 2 * (sums.n - 1) * np.log(scale)),
        agents=agents,
        monitors=monitors,
        components=components,
        variance_covariance=fitted.covariance[np.ix_(order, order)] * scale**4,
        n=sums.n,
    )


def _errors(sums: CrossedSums, fitted: Fitted, *, swap: bool) -> tuple[FloatArray, FloatArray]:
    """Prediction errors of agents' levels and of monitors' effects, scaled units."""
    if not swap:
        return prediction_errors(sums, fitted)
    turned = CrossedSums(
        counts=sums.counts.T,
        n_first=sums.n_second,
        n_second=sums.n_first,
        sum_first=sums.sum_second,
        sum_second=sums.sum_first,
        n=sums.n,
        total_squares=sums.total_squares,
        centre=sums.centre,
        scale=sums.scale,
    )
    return prediction_errors(turned, maximise(turned, fitted.free[::-1]))


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
