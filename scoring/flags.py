"""Unusual patterns (异常提示): hypotheses for a person to look into; they never change a score or a yuan.

A month's agents are scored by `scoring.detectors` on the features of `scoring.features`. With enough past months a
conformal p-value decides against the alarm budget; before that the flag says `uncalibrated` and a nominal p-value
decides: the detectors' geometric mean tail probability times e, valid whatever their dependence (Vovk & Wang 2020,
Biometrika 107:791-808) as far as ordinary rows follow a bell curve.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from scoring import states
from scoring.checks import FloatArray, as_floats
from scoring.conformal import conformal_p_values
from scoring.detectors import Ensemble
from scoring.errors import InputError
from scoring.features import Features, features

SMALLEST_GROUP = 8
EXPLAINED = 200
REASON_Z = 2.5
REASONS = 5
# Calibration rows per allowed false alarm and agent: two past oddities must not be able to silence every flag.
ROWS_PER_ALARM = 3


class Reason(Struct, frozen=True, kw_only=True):
    """One KPI far from where it is expected: `against` is "peers" or "own", direction +1 above or -1 below."""

    kpi: int
    direction: int
    robust_z: float
    against: str


class Flag(Struct, frozen=True, kw_only=True):
    """One agent's result.

    Parameters
    ----------
    agent : int
        Row of the matrix.
    score : float or None
        Mean surprise, about 1 for ordinary months; None when not judged.
    p_value : float or None
        Conformal, None unless calibrated.
    flagged : bool
    state : str
        `calibrated`, `uncalibrated`, `group-too-small` or `too-few-kpis`.
    contributions : tuple of float
        Per KPI, >= 0, summing to the score; empty below the 200 highest scores.
    reasons : tuple of Reason
        At most five, farthest first.
    """

    agent: int
    score: float | None
    p_value: float | None
    flagged: bool
    state: str
    contributions: tuple[float, ...] = ()
    reasons: tuple[Reason, ...] = ()


class FlagResult(Struct, frozen=True, kw_only=True):
    """All agents of a month.

    Parameters
    ----------
    state : str
        `calibrated`, `uncalibrated` or `group-too-small`.
    flags : tuple of Flag
        One per agent, in order.
    expected_false_alarms : float
        If nobody did anything unusual; nominal while uncalibrated.
    alarm_budget : float
    n_calibration : int
        Past agent-months compared with.
    seed : int
    """

    state: str
    flags: tuple[Flag, ...]
    expected_false_alarms: float
    alarm_budget: float
    n_calibration: int
    seed: int


def find_unusual(
    values: ArrayLike, *, past: ArrayLike | None = None, alarm_budget: float = 1.0, seed: int
) -> FlagResult:
    """Score a month's agents and flag as many as the alarm budget allows.

    Parameters
    ----------
    values : array-like of shape (n_agents, n_kpis)
        KPI values in their own units, None or nan = missing.
    past : array-like of shape (n_months, n_agents, n_kpis) or None
        Earlier months, oldest first, rows of the same agents; nan where somebody was not there.
    alarm_budget : float
        False alarms per month that the department accepts, > 0 and at most half the agents.
    seed : int
        Goes out with the result; same input and seed, same output.

    Returns
    -------
    FlagResult

    Raises
    ------
    InputError
        Shapes do not fit, an infinite value, or a budget out of range.

    Examples
    --------
    >>> month = np.random.default_rng(0).normal(size=(24, 6)); month[3, :3] += 9
    >>> found = find_unusual(month, seed=1)
    >>> [f.agent for f in found.flags if f.flagged], found.state
    ([3], 'uncalibrated')
    """
    now, before = _panel(values, past)
    n_agents, n_kpis = now.shape
    known = (~np.isnan(now)).sum(axis=1) * 2 >= n_kpis
    if known.sum() < SMALLEST_GROUP:
        return _too_small(n_agents, alarm_budget, seed)
    if not 0 < alarm_budget <= n_agents / 2:
        raise InputError("out-of-range", "alarm_budget", value=alarm_budget, low=0, high=n_agents / 2)
    judged = np.flatnonzero(known)
    month = features(now[judged], before[:, judged] if before is not None else None)
    rows, owners = _calibration_rows(before)
    if len(rows) and month.own is not None and len(before) == 1:
        # One past month has no past of its own: only the comparison with peers can be calibrated.
        month = Features(peer=month.peer, own=None)
    matrix = month.matrix
    ensemble = Ensemble(np.vstack([matrix, rows]) if len(rows) else matrix, seed=seed)
    scores = ensemble.surprise(matrix)
    allowed = alarm_budget / len(judged)
    calibrated = len(rows) + 1 - np.bincount(owners, minlength=n_agents).max(initial=0) >= ROWS_PER_ALARM / allowed
    p_values = _against_others(ensemble.surprise(rows), owners, scores, judged) if calibrated else None
    limits = p_values if calibrated else np.minimum(1.0, np.exp(1.0 - scores))
    found = _describe(month, ensemble, scores, limits <= allowed, p_values, judged)
    flags = [Flag(agent=a, score=None, p_value=None, flagged=False, state=states.TOO_FEW_KPIS) for a in range(n_agents)]
    for flag in found:
        flags[flag.agent] = flag
    count = len(rows)
    steps = np.floor(allowed * (count + 1) + 1e-9) / (count + 1) if calibrated else allowed
    return FlagResult(
        state=states.CALIBRATED if calibrated else states.UNCALIBRATED,
        flags=tuple(flags),
        expected_false_alarms=float(steps * len(judged)),
        alarm_budget=alarm_budget,
        n_calibration=count if calibrated else 0,
        seed=seed,
    )


def _panel(values: ArrayLike, past: ArrayLike | None) -> tuple[FloatArray, FloatArray | None]:
    """Checked matrix of the month and block of past months."""
    now = as_floats(values, place="values")
    if now.ndim != 2 or 0 in now.shape:
        raise InputError("shape", "values", found=now.shape, expected="(n_agents, n_kpis)")
    if past is None or len(past) == 0:
        return now, None
    before = as_floats(past, place="past")
    if before.shape[1:] != now.shape:
        raise InputError("shape", "past", found=before.shape, expected=("n_months", *now.shape))
    return now, before


def _calibration_rows(before: FloatArray | None) -> tuple[FloatArray, np.ndarray]:
    """Features of past agent-months and whose they are, made in the same way as the month to judge."""
    if before is None:
        return np.empty((0, 0)), np.empty(0, dtype=int)
    rows, owners = [], []
    first = 0 if len(before) == 1 else 1
    for place in range(first, len(before)):
        month = before[place]
        there = np.flatnonzero((~np.isnan(month)).sum(axis=1) * 2 >= month.shape[1])
        if len(there) < SMALLEST_GROUP:
            continue
        rows.append(features(month[there], before[:place, there] if first else None).matrix)
        owners.append(there)
    if not rows:
        return np.empty((0, 0)), np.empty(0, dtype=int)
    return np.vstack(rows), np.concatenate(owners)


def _against_others(past_scores: FloatArray, owners: np.ndarray, scores: FloatArray, judged: np.ndarray) -> FloatArray:
    """Conformal p-values against other people's past: who games every month must not excuse themselves."""
    everybody = conformal_p_values(past_scores, scores)
    found = np.empty(len(scores))
    for place, (agent, score) in enumerate(zip(judged, scores, strict=True)):
        mine = past_scores[owners == agent]
        above = everybody[place] * (len(past_scores) + 1) - (mine >= score).sum()
        found[place] = above / (len(past_scores) - len(mine) + 1)
    return found


def _describe(
    month: Features,
    ensemble: Ensemble,
    scores: FloatArray,
    flagged: np.ndarray,
    p_values: FloatArray | None,
    judged: np.ndarray,
) -> list[Flag]:
    """Flags with their contributions and reasons, highest scores explained first."""
    explained = np.flatnonzero(flagged | (np.argsort(np.argsort(-scores, kind="stable")) < EXPLAINED))
    shares = dict(zip(explained.tolist(), _contributions(month, ensemble, scores, explained), strict=True))
    return [
        Flag(
            agent=int(agent),
            score=float(scores[place]),
            p_value=None if p_values is None else float(p_values[place]),
            flagged=bool(flagged[place]),
            state=states.UNCALIBRATED if p_values is None else states.CALIBRATED,
            contributions=tuple(shares[place].tolist()) if place in shares else (),
            reasons=_reasons(month, place) if place in shares else (),
        )
        for place, agent in enumerate(judged)
    ]


def _contributions(month: Features, ensemble: Ensemble, scores: FloatArray, rows: np.ndarray) -> FloatArray:
    """How far the score falls when one KPI is put back to ordinary, scaled to sum to the score."""
    matrix, k = month.matrix, month.peer.shape[1]
    drops = np.empty((len(rows), k))
    for kpi in range(k):
        calm = matrix[rows].copy()
        calm[:, kpi::k] = 0.0
        drops[:, kpi] = np.maximum(scores[rows] - ensemble.surprise(calm, inside=False), 0.0)
    total = drops.sum(axis=1, keepdims=True)
    even = np.full_like(drops, 1 / k)
    share = np.divide(drops, total, out=even, where=total > 1e-12)
    return share * scores[rows][:, None]


def _reasons(month: Features, place: int) -> tuple[Reason, ...]:
    """The farthest KPIs, against peers or against one's own past."""
    found = []
    for against, block in (("peers", month.peer), ("own", month.own)):
        if block is None:
            continue
        for kpi in np.flatnonzero(np.abs(block[place]) >= REASON_Z):
            z = float(block[place, kpi])
            found.append(Reason(kpi=int(kpi), direction=1 if z > 0 else -1, robust_z=z, against=against))
    return tuple(sorted(found, key=lambda reason: (-abs(reason.robust_z), reason.kpi))[:REASONS])


def _too_small(n_agents: int, alarm_budget: float, seed: int) -> FlagResult:
    """Nobody is judged among fewer than eight."""
    state = states.GROUP_TOO_SMALL
    flags = tuple(Flag(agent=a, score=None, p_value=None, flagged=False, state=state) for a in range(n_agents))
    return FlagResult(
        state=state, flags=flags, expected_false_alarms=0.0, alarm_budget=alarm_budget, n_calibration=0, seed=seed
    )
