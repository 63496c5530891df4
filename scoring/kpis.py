"""From a KPI's value to points: a piecewise linear curve or a band table, exact to the hundredth of a point.

A value is a ratio of whole numbers (177 of 200 replies, 5,310 seconds over 118 chats), so that points never depend on
binary fractions. A denominator of 0 means that nothing was measured: missing, never 0 points.
"""

from fractions import Fraction
from math import lcm

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from scoring.checks import IntArray, whole
from scoring.errors import InputError
from scoring.rounding import Exact, exact, half_up, half_up_ratio

FLOOR_POINTS, THRESHOLD_POINTS, TARGET_POINTS = 0, 6_000, 10_000
SAFE = 2**61


class Curve(Struct, frozen=True, kw_only=True):
    """Points through floor 0, threshold 60, target 100 and stretch `cap`; flat outside. Made by `curve`.

    Falling knots mean that less is better.
    """

    knots: tuple[Fraction, ...]
    hundredths: tuple[int, ...]


class Bands(Struct, frozen=True, kw_only=True):
    """Points by the first band that the value reaches, else `otherwise`. Made by `bands`."""

    limits: tuple[Fraction, ...]
    hundredths: tuple[int, ...]
    otherwise: int
    higher_is_better: bool


class PointsColumn(Struct, frozen=True, kw_only=True):
    """Points of many: hundredths (0 where missing, not to be read there) and which are present."""

    hundredths: IntArray
    present: NDArray[np.bool_]


def curve(
    *, floor: Exact, threshold: Exact, target: Exact, stretch: Exact | None = None, cap_hundredths: int = 12_000
) -> Curve:
    """A KPI curve; its direction is that of floor to target.

    Parameters
    ----------
    floor, threshold, target, stretch : int, str, float, Decimal or Fraction
        Values worth 0, 60, 100 and `cap_hundredths` points, in the KPI's unit; strictly rising or strictly falling.
        Without a stretch nothing is earned beyond 100.
    cap_hundredths : int
        Points at and beyond the stretch, hundredths, at least 10,000.

    Returns
    -------
    Curve

    Raises
    ------
    InputError
        Not numbers, not in order, or a cap below 100 points.

    Examples
    --------
    >>> points(curve(floor=60, threshold=30, target=15), 45, 2)
    8000
    """
    names = {"floor": floor, "threshold": threshold, "target": target}
    levels = [FLOOR_POINTS, THRESHOLD_POINTS, TARGET_POINTS]
    if stretch is not None:
        names["stretch"] = stretch
        levels.append(cap_hundredths)
    if cap_hundredths < TARGET_POINTS:
        raise InputError("out-of-range", "cap_hundredths", value=cap_hundredths, low=TARGET_POINTS, high="∞")
    knots = [exact(value, place=name) for name, value in names.items()]
    _check_order(knots, place="curve", rising=knots[2] > knots[0])
    return Curve(knots=tuple(knots), hundredths=tuple(levels))


def bands(table: list[tuple[Exact, Exact]], *, otherwise: Exact = 0, higher_is_better: bool) -> Bands:
    """A band table, best band first: (limit, points); a limit itself belongs to its band.

    Parameters
    ----------
    table : list of (limit, points)
        Limits in the KPI's unit, falling when higher is better, else rising; points 0-100.
    otherwise : number
        Points when no band is reached.
    higher_is_better : bool
        Direction.

    Returns
    -------
    Bands

    Raises
    ------
    InputError
        Empty, not numbers, limits or points not in order.

    Examples
    --------
    >>> reply = bands([(15, 100), (20, 90), (25, 80), (30, 60)], higher_is_better=False)
    >>> points(reply, 20, 1), points(reply, 201, 10), points(reply, 31, 1)
    (9000, 8000, 0)
    """
    if not table:
        raise InputError("empty", "bands")
    limits = [exact(limit, place="bands") for limit, _ in table]
    if len(limits) > 1:
        _check_order(limits, place="bands", rising=not higher_is_better)
    levels = [half_up(exact(value, place="bands") * 100) for _, value in table]
    rest = half_up(exact(otherwise, place="otherwise") * 100)
    if levels != sorted(levels, reverse=True) or rest > levels[-1]:
        raise InputError("order", "bands", direction_zh="递减", direction_en="falling in points")
    return Bands(limits=tuple(limits), hundredths=tuple(levels), otherwise=rest, higher_is_better=higher_is_better)


def _check_order(knots: list[Fraction], *, place: str, rising: bool) -> None:
    """Refuse knots that do not run strictly in one direction."""
    steps = zip(knots, knots[1:], strict=False)
    if not all((b > a) if rising else (b < a) for a, b in steps):
        words = ("递增", "rising") if rising else ("递减", "falling")
        raise InputError("order", place, direction_zh=words[0], direction_en=words[1])


def points(scale: Curve | Bands, numerator: int, denominator: int = 1) -> int | None:
    """Points of one value, exactly.

    Parameters
    ----------
    scale : Curve or Bands
    numerator, denominator : int
        The value as a ratio; denominator >= 0, 0 = nothing measured.

    Returns
    -------
    int or None
        Hundredths of a point, rounded half-up; None when missing.

    Raises
    ------
    InputError
        Not whole numbers, or a negative denominator.

    References
    ----------
    Written out here: linear interpolation in rational arithmetic, one rounding.

    Examples
    --------
    >>> points(curve(floor="0.5", threshold="0.8", target="0.95"), 177, 200)
    8267
    """
    top, bottom = int(whole(numerator, place="numerator")), int(whole(denominator, place="denominator"))
    if bottom < 0:
        raise InputError("out-of-range", "denominator", value=bottom, low=0, high="∞")
    return None if bottom == 0 else _exact_points(scale, Fraction(top, bottom))


def _exact_points(scale: Curve | Bands, value: Fraction) -> int:
    """The definition that the vectorised form must equal."""
    if isinstance(scale, Bands):
        for limit, earned in zip(scale.limits, scale.hundredths, strict=True):
            if (value >= limit) if scale.higher_is_better else (value <= limit):
                return earned
        return scale.otherwise
    sign = 1 if scale.knots[1] > scale.knots[0] else -1
    if sign * value <= sign * scale.knots[0]:
        return scale.hundredths[0]
    for (k0, p0), (k1, p1) in zip(
        *[list(zip(scale.knots, scale.hundredths, strict=True))[s:] for s in (0, 1)], strict=False
    ):
        if sign * value <= sign * k1:
            return half_up(p0 + (value - k0) / (k1 - k0) * (p1 - p0))
    return scale.hundredths[-1]


def points_column(scale: Curve | Bands, numerator: ArrayLike, denominator: ArrayLike = 1) -> PointsColumn:
    """Points of many values at once, equal to `points` for each.

    Parameters
    ----------
    scale : Curve or Bands
    numerator, denominator : array-like of int, shape (n_agents,)
        Values as ratios; a denominator of 0 means missing.

    Returns
    -------
    PointsColumn

    Raises
    ------
    InputError
        Not whole numbers, or a negative denominator.

    Examples
    --------
    >>> found = points_column(curve(floor=60, threshold=30, target=15), [45, 0], [2, 0])
    >>> found.hundredths, found.present
    (array([8000,    0]), array([ True, False]))
    """
    top, bottom = np.broadcast_arrays(
        np.atleast_1d(whole(numerator, place="numerator")), np.atleast_1d(whole(denominator, place="denominator"))
    )
    if bottom.size and bottom.min() < 0:
        raise InputError("out-of-range", "denominator", value=int(bottom.min()), low=0, high="∞")
    present = bottom > 0
    below = np.where(present, bottom, 1)
    if not _fits(scale, top, below):
        slow = [_exact_points(scale, Fraction(int(a), int(b))) for a, b in zip(top, below, strict=True)]
        earned = np.array(slow, dtype=np.int64)
    elif isinstance(scale, Bands):
        earned = _band_points(scale, top, below)
    else:
        earned = _curve_points(scale, top, below)
    return PointsColumn(hundredths=np.where(present, earned, 0), present=present)


def _fits(scale: Curve | Bands, top: IntArray, bottom: IntArray) -> bool:
    """Whether every product below stays inside 64 bits."""
    marks = scale.limits if isinstance(scale, Bands) else scale.knots
    unit = lcm(*(mark.denominator for mark in marks))
    reach = max(abs(int(mark * unit)) for mark in marks) or 1
    if not top.size:
        return True
    largest_top = max(abs(int(top.max())), abs(int(top.min()))) * unit
    largest_bottom = int(bottom.max()) * reach
    return (largest_top + largest_bottom) * max(scale.hundredths) < SAFE and 2 * largest_bottom * max(
        scale.hundredths
    ) < SAFE


def _band_points(scale: Bands, top: IntArray, bottom: IntArray) -> IntArray:
    """Compare by cross-multiplication, worst band first so that better ones overwrite."""
    unit = lcm(*(limit.denominator for limit in scale.limits))
    earned = np.full(top.shape, scale.otherwise, dtype=np.int64)
    for limit, level in zip(reversed(scale.limits), reversed(scale.hundredths), strict=True):
        gap = top * unit - bottom * int(limit * unit)
        earned[gap >= 0 if scale.higher_is_better else gap <= 0] = level
    return earned


def _curve_points(scale: Curve, top: IntArray, bottom: IntArray) -> IntArray:
    """Interpolate in integers, one segment after the other."""
    unit = lcm(*(knot.denominator for knot in scale.knots))
    knots = [int(knot * unit) for knot in scale.knots]
    sign = 1 if knots[1] > knots[0] else -1
    earned = np.full(top.shape, scale.hundredths[0], dtype=np.int64)
    for k0, k1, p0, p1 in zip(knots, knots[1:], scale.hundredths, scale.hundredths[1:], strict=False):
        into = sign * (top * unit - bottom * k0)
        inside = into > 0
        width = bottom[inside] * abs(k1 - k0)
        earned[inside] = p0 + half_up_ratio(np.minimum(into[inside], width) * (p1 - p0), width)
    return earned
