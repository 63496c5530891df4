"""Strict or lenient, and how sure: each monitor against the mean monitor."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from scoring import states
from scoring.adjusted import satterthwaite
from scoring.checks import FloatArray, probability
from scoring.designs import Design, read_design
from scoring.estimates import Estimate, with_t_interval
from scoring.graphs import Component
from scoring.severity import SeverityFit, fit_severity


class Leniency(Struct, frozen=True, kw_only=True):
    """Contrast of every monitor with the mean monitor.

    Parameters
    ----------
    state : str
        `estimated`, `severity-not-corrected` (one monitor), `disconnected`, `constant`, `not-identified` or `no-noise`.
    monitors : tuple of Estimate
        Points, positive = marks higher than the mean monitor; `excludes_zero` says whether the interval leaves 0 out.
    components : tuple of Component
    """

    state: str
    monitors: tuple[Estimate, ...]
    components: tuple[Component, ...]


def monitor_leniency(
    agent: ArrayLike,
    monitor: ArrayLike,
    marks: ArrayLike,
    *,
    n_agents: int | None = None,
    n_monitors: int | None = None,
    level: float = 0.95,
    fit: SeverityFit | None = None,
) -> Leniency:
    """How far each monitor marks above or below the mean of the monitors present, on the same agents.

    Parameters
    ----------
    agent, monitor : array-like of int, shape (n_marks,)
        What was marked (agents, or dialogues, or calibration items) and by whom, numbered from 0.
    marks : array-like of float, shape (n_marks,)
        Points.
    n_agents, n_monitors : int or None
        How many there are, when some have no marks.
    level : float
        Confidence level of each interval, 0-1; not corrected for looking at several monitors.
    fit : SeverityFit or None
        Fit of the same marks, if at hand.

    Returns
    -------
    Leniency

    Raises
    ------
    InputError
        As `fit_severity`.

    References
    ----------
    Generalised least squares with monitors fixed and agents random at the REML variances; Giesbrecht & Burns (1985),
    Biometrics 41:477-486, for the degrees of freedom.

    Examples
    --------
    >>> agent, monitor = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4
    >>> found = monitor_leniency(agent, monitor, [90, 80, 84, 76, 70, 61, 88, 79])
    >>> round(found.monitors[1].value, 2), found.monitors[1].excludes_zero
    (-4.5, True)
    """
    probability(level, place="level")
    design = read_design(agent, monitor, marks, n_agents=n_agents, n_monitors=n_monitors)
    if fit is None:
        fit = fit_severity(agent, monitor, marks, n_agents=n_agents, n_monitors=n_monitors, uncertain_variances=False)
    counts = np.bincount(design.monitor)
    state = _state(design, fit)
    if state != states.ESTIMATED:
        found = [Estimate(value=None, n=int(n), state=state) for n in counts]
    else:
        found = _contrasts(design, fit, level=level)
    monitors = [Estimate(value=None, state=states.NO_MARKS)] * design.n_monitors
    for place, estimate in zip(design.monitors_present, found, strict=True):
        monitors[place] = estimate
    return Leniency(state=state, monitors=tuple(monitors), components=fit.components)


def _state(design: Design, fit: SeverityFit) -> str:
    """Why monitors cannot be compared, if they cannot."""
    if len(design.monitors_present) == 1:
        return states.SEVERITY_NOT_CORRECTED
    if not fit.is_comparable:
        return states.DISCONNECTED
    return fit.state if fit.sd_residual is None else states.ESTIMATED


def _contrasts(design: Design, fit: SeverityFit, *, level: float) -> list[Estimate]:
    """Monitor effects by least squares, agents absorbed, minus their mean."""
    a, m = len(design.agents_present), len(design.monitors_present)
    counts = np.zeros((a, m))
    np.add.at(counts, (design.agent, design.monitor), 1.0)
    n = counts.sum(axis=1)
    s2, gamma = fit.sd_residual**2, (fit.sd_agent / fit.sd_residual) ** 2
    g = 1 / (1 + gamma * n)
    weight = np.diag(counts.sum(axis=0)) - counts.T @ (counts * (gamma * g)[:, None])
    centred = design.marks - design.marks.mean()
    right = np.bincount(design.monitor, centred, minlength=m) - counts.T @ (
        gamma * g * np.bincount(design.agent, centred, minlength=a)
    )
    # With a large agent variance the common level is nearly unknown; contrasts do not need it.
    inverse = np.linalg.pinv(weight, hermitian=True, rcond=1e-13)
    contrast: FloatArray = np.eye(m) - 1 / m
    values = contrast @ inverse @ right
    spread = contrast @ inverse
    variance = s2 * np.einsum("ij,ij->i", spread, contrast)
    by_agent = ((g[:, None] * counts @ spread.T) ** 2).sum(axis=0)
    by_noise = (variance - fit.sd_agent**2 * by_agent) / s2
    rows = np.ix_([0, 2], [0, 2])
    freedom = satterthwaite(variance, np.column_stack([by_agent, by_noise]), fit.variance_covariance[rows])
    return [
        Estimate(value=float(value), n=1, state=states.SINGLE_MARK)
        if size == 1
        else with_t_interval(float(value), float(np.sqrt(var)), degrees_of_freedom=float(df), n=int(size), level=level)
        for value, var, df, size in zip(values, variance, freedom, counts.sum(axis=0), strict=True)
    ]
