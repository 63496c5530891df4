"""Draw periods: a pay month is cut into days or weeks, so that monitors work evenly (DOMAIN 4, step 1)."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

import msgspec

from qa_service.sampling.errors import BadPayMonthStart, DayOutsideMonth, PeriodNotClosed


class PeriodLength(StrEnum):
    DAY = "day"
    WEEK = "week"


class DrawPeriod(msgspec.Struct, frozen=True, order=True):
    """Both days belong to the period; `text` is what enters the seed."""

    from_on: date
    until_on: date

    @property
    def text(self) -> str:
        return f"{self.from_on.isoformat()}/{self.until_on.isoformat()}"

    @property
    def days(self) -> int:
        return (self.until_on - self.from_on).days + 1


def last_day(first_on: date) -> date:
    """The last day of the pay month that begins on `first_on`; only days 1-28 exist in every month."""
    if first_on.day > 28:
        raise BadPayMonthStart(day=first_on.day)
    year, month = divmod(first_on.year * 12 + first_on.month, 12)
    return date(year, month + 1, first_on.day) - timedelta(days=1)


def split_month(first_on: date, length: PeriodLength = PeriodLength.WEEK) -> tuple[DrawPeriod, ...]:
    """The draw periods of the pay month that begins on `first_on`, in order, without gap or overlap.

    Weeks run Monday to Sunday and are cut at both ends of the month, so a month may begin or end with a short one.
    """
    until_on, periods, start_on = last_day(first_on), [], first_on
    while start_on <= until_on:
        span = 0 if length is PeriodLength.DAY else 6 - start_on.weekday()
        end_on = min(start_on + timedelta(days=span), until_on)
        periods.append(DrawPeriod(start_on, end_on))
        start_on = end_on + timedelta(days=1)
    return tuple(periods)


def period_of(day: date, periods: Sequence[DrawPeriod]) -> int:
    """The place (from 0) of the period that holds the local date `day`."""
    for index, period in enumerate(periods):
        if period.from_on <= day <= period.until_on:
            return index
    raise DayOutsideMonth(day=day.isoformat())


def elapsed(periods: Sequence[DrawPeriod], index: int) -> Fraction:
    """The share of the month's days that has passed at the end of period `index`; exactly 1 at the last one."""
    return Fraction(sum(period.days for period in periods[: index + 1]), sum(period.days for period in periods))


def check_closed(period: DrawPeriod, today: date) -> None:
    """A frame may be committed from the day after the period's last day."""
    if today <= period.until_on:
        raise PeriodNotClosed(period=period.text, until_on=period.until_on.isoformat())
