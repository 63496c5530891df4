"""What is odd in totals of days, and how days are added up. Pure."""

from collections.abc import Sequence
from datetime import date
from statistics import median

import msgspec

DIALLER_CALLS = 1_000  # nobody speaks to so many people on one day
FULL_DAYS = 20  # a month with fewer says little about its level
LOOKED_BACK, LEAST_BEFORE = 12, 3
VOLUME_NUMERATOR, VOLUME_DENOMINATOR = 7, 4  # a break: 1.75 times the usual day, or as much less
SHARE_BREAK = 1_000  # hundredths of a percent: ten points below the usual answered share
ROUNDED = 50  # a share of two digits is off by at most half a point
BONUS_TIMES = 10


class Month(msgspec.Struct, frozen=True):
    first_on: date
    days: int
    received: int
    answered: int


class Break(msgspec.Struct, frozen=True):
    """A month that stands apart from those before it: calls a day, the usual calls a day, the answered share."""

    first_on: date
    daily: int
    usual: int
    answered_percent: int


def contradicts(percent_hundredths: int | None, part: int, whole: int) -> bool:
    """Whether a share that was rounded to two digits cannot come from these counts."""
    if percent_hundredths is None or whole == 0:
        return False
    return abs(percent_hundredths * whole - 10_000 * part) > ROUNDED * whole


def breaks(months: Sequence[Month]) -> list[Break]:
    """Months in which a day brings 1.75 times the usual calls (or as much fewer), or in which the answered share
    falls ten points; usual is the median of up to twelve full months before. Months in order; the first three have
    nothing before them to be measured by."""
    full = [one for one in months if one.days >= FULL_DAYS and one.received]
    found = []
    for place, one in enumerate(full):
        before = full[max(0, place - LOOKED_BACK) : place]
        if len(before) < LEAST_BEFORE:
            continue
        usual = median(month.received / month.days for month in before)
        share = median(10_000 * month.answered / month.received for month in before)
        daily, answered = one.received / one.days, 10_000 * one.answered / one.received
        is_far = max(daily, usual) * VOLUME_DENOMINATOR >= min(daily, usual) * VOLUME_NUMERATOR
        if is_far or answered <= share - SHARE_BREAK:
            found.append(Break(one.first_on, round(daily), round(usual), round(answered / 100)))
    return found


def is_far_below(reached_percent_hundredths: int, target_percent_hundredths: int) -> bool:
    return reached_percent_hundredths <= target_percent_hundredths - 1_000


def is_without_aim(target_percent_hundredths: int) -> bool:
    return target_percent_hundredths < 1_000


def outliers(amounts: Sequence[int]) -> list[int]:
    """Places of amounts above ten times the median of those that are paid at all."""
    paid = [one for one in amounts if one > 0]
    if not paid:
        return []
    limit = BONUS_TIMES * median(paid)
    return [place for place, one in enumerate(amounts) if one > limit]


def share_hundredths(part: int, whole: int) -> int | None:
    """Hundredths of a percent, half-up; None of nothing."""
    return (20_000 * part + whole) // (2 * whole) if whole else None


def weighted_seconds(pairs: Sequence[tuple[int | None, int]]) -> int | None:
    """The mean over calls of daily means (seconds, calls): each day weighs as many calls as it had. Half-up; None
    where no day says anything."""
    known = [(seconds, calls) for seconds, calls in pairs if seconds is not None and calls > 0]
    calls = sum(calls for _seconds, calls in known)
    total = sum(seconds * calls for seconds, calls in known)
    return (2 * total + calls) // (2 * calls) if calls else None
