"""What one person's money or job may rest on: the severity-corrected mean, unshrunk, with its interval (本月得分).

Agents are fixed, monitors random at the REML variances of `scoring.severity`; every agent is moved to the mean of the
monitors present. Nobody is pulled towards the group. The interval assumes the same audit noise for everybody, which is
what makes five audits worth more than their own standard deviation tells.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from scoring import states
from scoring.checks import FloatArray, finite_vector, probability
from scoring.crossed import gram
from scoring.designs import Design, read_design
from scoring.errors import InputError
from scoring.estimates import Bounds, Estimate, with_t_interval
from scoring.graphs import Component
from scoring.means import mean_interval
from scoring.severity import MARK_BOUNDS, SeverityFit, fit_severity


class AdjustedMeans(Struct, frozen=True, kw_only=True):
    """Unshrunk means of all agents.

    Parameters
    ----------
    state : str
        `estimated`; `severity-not-corrected` (one monitor: 宽严无法校正; plain t intervals of each agent's own marks);
        `disconnected` (comparison refused; no values, see `components`); `constant`, `not-identified` or `no-noise`
        (means without intervals).
    agents : tuple of Estimate
        Points; state `single-mark` has a value and no interval.
    components : tuple of Component
    """

    state: str
    agents: tuple[Estimate, ...]
    components: tuple[Component, ...]


def adjusted_means(
    agent: ArrayLike,
    monitor: ArrayLike,
    marks: ArrayLike,
    *,
    inclusion: ArrayLike | None = None,
    n_agents: int | None = None,
    n_monitors: int | None = None,
    level: float = 0.95,
    bounds: Bounds = MARK_BOUNDS,
    fit: SeverityFit | None = None,
) -> AdjustedMeans:
    """Each agent's mean mark as the average of the monitors present would have given it.

    Parameters
    ----------
    agent, monitor : array-like of int, shape (n_marks,)
        Numbered from 0.
    marks : array-like of float, shape (n_marks,)
        Points; the random stream only. Risk streams are picked because they are bad.
    inclusion : array-like of float, shape (n_marks,), or None
        Probability with which each mark's interaction was drawn, 0 < p <= 1; marks of one agent then weigh 1 / p. The
        monitors' effects stay unweighted. Inference is about the agent's work, not only about this month's records, so
        there is no finite population correction here.
    n_agents, n_monitors : int or None
        How many there are, when some have no marks.
    level : float
        Confidence level, 0-1.
    bounds : (float, float) or None
        Ends of the scale at which displayed intervals are cut.
    fit : SeverityFit or None
        Fit of the same marks, if at hand.

    Returns
    -------
    AdjustedMeans

    Raises
    ------
    InputError
        As `fit_severity`, or an inclusion probability out of range.

    References
    ----------
    Henderson (1975), Biometrics 31:423-447; Giesbrecht & Burns (1985), Biometrics 41:477-486 (Satterthwaite degrees of
    freedom of a linear function in a mixed model). Target: agent effect + mean of the monitors present.

    Examples
    --------
    >>> agent, monitor = [0, 0, 1, 1, 1, 2, 2], [0, 1, 0, 1, 1, 0, 0]
    >>> found = adjusted_means(agent, monitor, [90, 80, 84, 76, 72, 70, 71])
    >>> [round(a.value, 1) for a in found.agents]
    [85.0, 79.0, 65.6]
    """
    probability(level, place="level")
    design = read_design(agent, monitor, marks, n_agents=n_agents, n_monitors=n_monitors)
    weight = _weights(design, inclusion)
    if fit is None:
        fit = fit_severity(agent, monitor, marks, n_agents=n_agents, n_monitors=n_monitors, uncertain_variances=False)
    if not fit.is_comparable:
        found, state = _refused(design), states.DISCONNECTED
    elif len(design.monitors_present) == 1:
        found, state = _plain(design, weight, level=level, bounds=bounds), states.SEVERITY_NOT_CORRECTED
    elif fit.sd_residual is None:
        found, state = _without_interval(design, weight, state=fit.state), fit.state
    else:
        found, state = _corrected(design, weight, fit, level=level, bounds=bounds), states.ESTIMATED
    agents = [Estimate(value=None, state=states.NO_MARKS)] * design.n_agents
    for place, estimate in zip(design.agents_present, found, strict=True):
        agents[place] = estimate
    return AdjustedMeans(state=state, agents=tuple(agents), components=fit.components)


def _weights(design: Design, inclusion: ArrayLike | None) -> FloatArray:
    """Share of each mark in its agent's mean; shares of one agent sum to 1."""
    if inclusion is None:
        raw = np.ones(len(design.marks))
    else:
        chance = finite_vector(inclusion, place="inclusion")
        if chance.shape != design.marks.shape:
            raise InputError("shape", "inclusion", found=chance.shape, expected=design.marks.shape)
        if chance.min() <= 0 or chance.max() > 1:
            worst = chance.min() if chance.min() <= 0 else chance.max()
            raise InputError("out-of-range", "inclusion", value=float(worst), low=0, high=1)
        raw = 1.0 / chance
    return raw / np.bincount(design.agent, raw)[design.agent]


def _refused(design: Design) -> list[Estimate]:
    """No comparison: n alone."""
    counts = np.bincount(design.agent)
    return [Estimate(value=None, n=int(n), state=states.DISCONNECTED) for n in counts]


def _without_interval(design: Design, weight: FloatArray, *, state: str) -> list[Estimate]:
    """Means when no noise could be estimated."""
    means = np.bincount(design.agent, weight * design.marks)
    counts = np.bincount(design.agent)
    return [Estimate(value=float(m), n=int(n), state=state) for m, n in zip(means, counts, strict=True)]


def _plain(design: Design, weight: FloatArray, *, level: float, bounds: Bounds) -> list[Estimate]:
    """t interval of each agent's own marks: with one monitor nothing can be corrected."""
    found = []
    for place in range(len(design.agents_present)):
        mine = design.agent == place
        estimate = mean_interval(design.marks[mine], weight=weight[mine], level=level, bounds=bounds)
        found.append(estimate)
    return [_renamed(estimate) for estimate in found]


def _renamed(estimate: Estimate) -> Estimate:
    """A good plain interval still says that severity is in it."""
    if estimate.state != states.ESTIMATED:
        return estimate
    fields = {name: getattr(estimate, name) for name in estimate.__struct_fields__}
    return Estimate(**{**fields, "state": states.SEVERITY_NOT_CORRECTED})


def _corrected(design: Design, weight: FloatArray, fit: SeverityFit, *, level: float, bounds: Bounds) -> list[Estimate]:
    """Agents fixed, monitors random; t interval with Satterthwaite degrees of freedom.

    With K the monitors' information after agents are removed, monitor effects are predicted by G K-weighted sums,
    G = (K / s2_e + I / s2_m)^-1. The error of agent i is its weighted noise plus h_i' (m_hat - m), h_i = 1/M - shares.
    """
    a, m = len(design.agents_present), len(design.monitors_present)
    counts = np.zeros((a, m))
    np.add.at(counts, (design.agent, design.monitor), 1.0)
    shares = np.zeros((a, m))
    np.add.at(shares, (design.agent, design.monitor), weight)
    n = counts.sum(axis=1)
    s2, gamma = fit.sd_residual**2, (fit.sd_monitor / fit.sd_residual) ** 2
    k = np.diag(counts.sum(axis=0)) - gram(counts, 1 / n)
    spread = np.linalg.inv(np.eye(m) + gamma * k)
    raw = np.bincount(design.agent, design.marks) / n
    score = np.bincount(design.monitor, design.marks - raw[design.agent], minlength=m)
    effects = gamma * spread @ score
    values = np.bincount(design.agent, weight * (design.marks - effects[design.monitor]))
    # h and its partner: weights other than 1/n correlate a person's own noise with the estimated monitor effects.
    h = 1 / m - shares
    partner = h + 2 * (shares - counts / n[:, None])
    turned_h, turned_partner = h @ spread, partner @ spread
    noise = np.bincount(design.agent, weight**2)
    variance = s2 * (noise + gamma * np.einsum("ij,ij->i", h, turned_partner))
    by_monitor = np.einsum("ij,ij->i", turned_h, turned_partner)
    by_noise = (variance - fit.sd_monitor**2 * by_monitor) / s2
    freedom = satterthwaite(variance, np.column_stack([by_monitor, by_noise]), fit.variance_covariance[1:, 1:])
    return [
        Estimate(value=float(v), n=1, state=states.SINGLE_MARK)
        if size == 1
        else with_t_interval(
            float(v), float(np.sqrt(var)), degrees_of_freedom=float(df), n=int(size), level=level, bounds=bounds
        )
        for v, var, df, size in zip(values, variance, freedom, n, strict=True)
    ]


def satterthwaite(variance: FloatArray, slopes: FloatArray, covariance: FloatArray) -> FloatArray:
    """Degrees of freedom 2 v^2 / Var(v) of estimated variances v.

    Parameters
    ----------
    variance : ndarray of shape (n,)
    slopes : ndarray of shape (n, k)
        Derivatives of v by the k variance components.
    covariance : ndarray of shape (k, k)
        Of the estimated components.

    Returns
    -------
    ndarray of shape (n,)
        At least 1.

    References
    ----------
    Satterthwaite (1946), Biometrics Bulletin 2:110-114; Giesbrecht & Burns (1985).

    Examples
    --------
    >>> satterthwaite(np.array([4.0]), np.array([[1.0]]), np.array([[2 * 16 / 9]]))
    array([9.])
    """
    wobble = np.einsum("ij,jk,ik->i", slopes, covariance, slopes)
    # An interval with less than one degree of freedom would say nothing and print as a number.
    return np.maximum(2 * variance**2 / np.maximum(wobble, 1e-300), 1.0)
