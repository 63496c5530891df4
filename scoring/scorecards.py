"""The weighted scorecard (绩效表): many KPIs, one total, one rounding, and nothing missing counted as 0."""

from enum import IntEnum

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from scoring import states
from scoring.checks import IntArray, whole
from scoring.errors import InputError
from scoring.rounding import half_up_ratio

FULL_WEIGHT = 10_000
POINTS_LIMIT = 1_000_000


class CardState(IntEnum):
    """What became of one scorecard; `name_of` gives the state of `scoring.states`."""

    SCORED = 0
    GATED = 1
    TOO_LITTLE_WEIGHT = 2
    NOTHING_MEASURED = 3


class CellState(IntEnum):
    """What became of one KPI in one scorecard."""

    COUNTED = 0
    MISSING = 1
    BELOW_MINIMUM = 2


CARD_NAMES = (states.SCORED, states.GATED, states.TOO_LITTLE_WEIGHT, states.NOTHING_MEASURED)
CELL_NAMES = (states.COUNTED, states.MISSING, states.BELOW_MINIMUM)


class Line(Struct, frozen=True, kw_only=True):
    """One KPI of the scorecard: weight in hundredths of a percent (2500 = 25 %), minimum n to be counted."""

    kpi: str
    weight_hundredths: int
    minimum_n: int = 1


class Gate(Struct, frozen=True, kw_only=True):
    """A compliance rule: when failed, the total is at most `cap_hundredths` (0 = nothing; None = marked only)."""

    code: str
    cap_hundredths: int | None = 0


class Scorecard(Struct, frozen=True, kw_only=True):
    """Lines whose weights sum to 100 %, and gates. Made by `scorecard`, which checks it."""

    lines: tuple[Line, ...]
    gates: tuple[Gate, ...] = ()


class Cards(Struct, frozen=True, kw_only=True):
    """Scorecards of many.

    Parameters
    ----------
    total_hundredths : ndarray of int64, shape (n,)
        After gates; 0 and not to be read where `is_scored` is False.
    before_gates_hundredths : ndarray of int64, shape (n,)
    low_hundredths, high_hundredths : ndarray of int64, shape (n,)
        Interval carried from the uncertain lines; equal to the total without any.
    state : ndarray of int8, shape (n,)
        `CardState`.
    cell_state : ndarray of int8, shape (n, n_lines)
        `CellState`.
    effective_weight_hundredths : ndarray of int64, shape (n, n_lines)
        Weight really used, hundredths of a percent; rows sum to 10,000, or to 0 where not scored.
    """

    total_hundredths: IntArray
    before_gates_hundredths: IntArray
    low_hundredths: IntArray
    high_hundredths: IntArray
    state: NDArray[np.int8]
    cell_state: NDArray[np.int8]
    effective_weight_hundredths: IntArray

    @property
    def is_scored(self) -> NDArray[np.bool_]:
        """Which cards have a total."""
        return self.state <= CardState.GATED


def scorecard(lines: list[Line], gates: list[Gate] | None = None) -> Scorecard:
    """Check and build a scorecard.

    Parameters
    ----------
    lines : list of Line
        At least one; weights > 0 that sum to 10,000.
    gates : list of Gate or None

    Returns
    -------
    Scorecard

    Raises
    ------
    InputError
        No lines, a KPI twice, a weight or minimum out of range, weights that do not sum to 100.

    Examples
    --------
    >>> len(scorecard([Line(kpi="qa", weight_hundredths=6000), Line(kpi="csat", weight_hundredths=4000)]).lines)
    2
    """
    if not lines:
        raise InputError("empty", "lines")
    seen: set[str] = set()
    for line in lines:
        if line.kpi in seen:
            raise InputError("duplicate", "lines", value=line.kpi)
        seen.add(line.kpi)
        if not 0 < line.weight_hundredths <= FULL_WEIGHT:
            raise InputError("out-of-range", line.kpi, value=line.weight_hundredths / 100, low=0, high=100)
        if line.minimum_n < 1:
            raise InputError("out-of-range", line.kpi, value=line.minimum_n, low=1, high="∞")
    total = sum(line.weight_hundredths for line in lines)
    if total != FULL_WEIGHT:
        raise InputError("weights-sum", "lines", sum=f"{total / 100:g}")
    return Scorecard(lines=tuple(lines), gates=tuple(gates or ()))


def score_cards(
    card: Scorecard,
    points_hundredths: ArrayLike,
    present: ArrayLike,
    *,
    n: ArrayLike | None = None,
    gates_failed: ArrayLike | None = None,
    low_hundredths: ArrayLike | None = None,
    high_hundredths: ArrayLike | None = None,
) -> Cards:
    """Weighted totals of many scorecards.

    Parameters
    ----------
    card : Scorecard
    points_hundredths : array-like of int, shape (n_agents, n_lines)
        Points of each KPI, hundredths; not read where not present.
    present : array-like of bool, shape (n_agents, n_lines)
        False = missing; missing is never 0.
    n : array-like of int, shape (n_agents, n_lines), or None
        Observations behind each value, compared with the line's minimum.
    gates_failed : array-like of bool, shape (n_agents, n_gates), or None
    low_hundredths, high_hundredths : array-like of int, shape (n_agents, n_lines), or None
        Points at the ends of a line's interval (from the QA mark); equal to the points where there is none. One
        uncertain line carries its interval exactly; several together give a range at least that wide.

    Returns
    -------
    Cards
        Re-weighted over the lines counted when these hold at least 2/3 of the weight, else not scored.

    Raises
    ------
    InputError
        Shapes differ, not whole numbers, or points beyond +-10,000.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators; data-availability threshold as in COINr (Becker).

    Examples
    --------
    >>> card = scorecard([Line(kpi="qa", weight_hundredths=7000), Line(kpi="csat", weight_hundredths=3000)])
    >>> score_cards(card, [[9000, 8000], [9000, 0]], [[True, True], [True, False]]).total_hundredths
    array([8700, 9000])
    """
    shape = (len(np.asarray(points_hundredths)), len(card.lines))
    value = _matrix(points_hundredths, place="points_hundredths", shape=shape)
    cell_state = _cells(card, present, n, shape=shape)
    counted = cell_state == CellState.COUNTED
    weights = np.array([line.weight_hundredths for line in card.lines])
    used = np.where(counted, weights, 0)
    weight = used.sum(axis=1)
    # Three times, not two thirds: 6666.67 must not be decided by a rounding.
    scored = 3 * weight >= 2 * FULL_WEIGHT
    before = _totals(value, used, weight, scored=scored)
    failed, caps = _gates(card, gates_failed, size=shape[0])
    ends = [
        before if end is None else _totals(_matrix(end, place=place, shape=shape), used, weight, scored=scored)
        for place, end in (("low_hundredths", low_hundredths), ("high_hundredths", high_hundredths))
    ]
    state = np.where(failed, CardState.GATED, CardState.SCORED)
    state = np.where(scored, state, np.where(weight == 0, CardState.NOTHING_MEASURED, CardState.TOO_LITTLE_WEIGHT))
    return Cards(
        total_hundredths=np.minimum(before, caps),
        before_gates_hundredths=before,
        low_hundredths=np.minimum(ends[0], caps),
        high_hundredths=np.minimum(ends[1], caps),
        state=state.astype(np.int8),
        cell_state=cell_state,
        effective_weight_hundredths=np.where(scored[:, None], effective_weights(used), 0),
    )


def effective_weights(used: ArrayLike) -> IntArray:
    """Weights scaled to sum to exactly 100.00 %, largest remainders first (ties to the earlier line).

    Parameters
    ----------
    used : array-like of int, shape (n, n_lines)
        Weights of the lines counted, 0 for the others.

    Returns
    -------
    ndarray of int64, shape (n, n_lines)
        Hundredths of a percent; a row of zeros stays zeros.

    Raises
    ------
    InputError
        Not whole numbers.

    Examples
    --------
    >>> effective_weights([[1, 1, 1], [3, 0, 1]])
    array([[3334, 3333, 3333],
           [7500,    0, 2500]])
    """
    weights = whole(used, place="used")
    total = weights.sum(axis=1, keepdims=True)
    share, remainder = np.divmod(weights * FULL_WEIGHT, np.maximum(total, 1))
    gap = np.where(total[:, 0] > 0, FULL_WEIGHT - share.sum(axis=1), 0)
    uneven = np.flatnonzero(gap)
    if uneven.size:
        order = np.argsort(-remainder[uneven], axis=1, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(weights.shape[1])[None, :], axis=1)
        share[uneven] += rank < gap[uneven, None]
    return share


def _matrix(values: ArrayLike, *, place: str, shape: tuple[int, int]) -> IntArray:
    """Whole numbers of the expected shape, small enough that weighted sums stay exact."""
    array = whole(values, place=place)
    if array.shape != shape:
        raise InputError("shape", place, found=array.shape, expected=shape)
    if array.size and np.abs(array).max() > POINTS_LIMIT:
        raise InputError("out-of-range", place, value=int(array.max()), low=-POINTS_LIMIT, high=POINTS_LIMIT)
    return array


def _cells(card: Scorecard, present: ArrayLike, n: ArrayLike | None, *, shape: tuple[int, int]) -> NDArray[np.int8]:
    """Counted, missing, or below the minimum volume."""
    known = np.asarray(present, dtype=bool)
    if known.shape != shape:
        raise InputError("shape", "present", found=known.shape, expected=shape)
    cells = np.where(known, CellState.COUNTED, CellState.MISSING)
    if n is not None:
        count = whole(n, place="n")
        if count.shape != shape:
            raise InputError("shape", "n", found=count.shape, expected=shape)
        minimum = np.array([line.minimum_n for line in card.lines])
        cells = np.where(known & (count < minimum), CellState.BELOW_MINIMUM, cells)
    return cells.astype(np.int8)


def _totals(value: IntArray, used: IntArray, weight: IntArray, *, scored: NDArray[np.bool_]) -> IntArray:
    """Weighted means in hundredths, rounded half-up once."""
    total = half_up_ratio((value * used).sum(axis=1), np.maximum(weight, 1))
    return np.where(scored, total, 0)


def _gates(card: Scorecard, failed: ArrayLike | None, *, size: int) -> tuple[NDArray[np.bool_], IntArray]:
    """Whether any gate failed, and the lowest cap of those that did."""
    shape = (size, len(card.gates))
    broken = np.zeros(shape, dtype=bool) if failed is None else np.asarray(failed, dtype=bool)
    if broken.shape != shape:
        raise InputError("shape", "gates_failed", found=broken.shape, expected=shape)
    free = POINTS_LIMIT
    caps = np.array([free if gate.cap_hundredths is None else gate.cap_hundredths for gate in card.gates], dtype=int)
    lowest = np.where(broken, caps, free).min(axis=1, initial=free)
    return broken.any(axis=1), lowest
