"""Chinese working days: weekends, the statutory days, the yearly notice with its make-up weekends, and our own table.

Three kinds of day, kept apart because pay differs: `work`, `rest` (weekends, 调休 and 补假 days) and `statutory`
(法定节假日: 13 days a year since 2025-01-01, 全国年节及纪念日放假办法 article 2 as changed by 国务院令第795号; 11
before, 国务院令第644号). The days come from the `holidays` package; overrides from our table stand above it.

A year whose notice the package does not know is *provisional*: statutory days are right, make-up days are missing.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import holidays
import msgspec

from qa_service.calendar.errors import CountedUnitUnknown, DayKindUnknown, MonthDayInvalid, YearOutOfCalendar
from qa_service.calendar.months import (
    ONE_DAY,
    add_months,
    days_from,
    local_date,
    local_day_bounds,
    month_bounds_at,
    month_days,
    month_first,
    month_last,
    next_month,
    previous_month,
    week_first,
)
from qa_service.language import N_

__all__ = [
    "CHINA", "Day", "DayKind", "Override", "WorkCalendar", "add_months", "add_working_days", "counted_back",
    "day", "days_from", "is_provisional", "is_statutory", "is_working_day", "local_date", "local_day_bounds",
    "month_bounds_at", "month_days", "month_first", "month_last", "next_month", "next_working_day", "override",
    "payday_on", "previous_month", "previous_working_day", "statutory_days", "week_first", "working_day_on_or_before",
    "working_days_between", "working_days_of_month", "year_is_provisional",
]  # fmt: skip

FIRST_YEAR, LAST_YEAR = 2008, 2099  # 清明, 端午 and 中秋 are holidays since 2008; lunar dates are tabulated to 2099
STATUTORY_NAMES = frozenset({"元旦", "农历除夕", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"})
# A notice for next year may move days of these last days of December (the notice for 2019 moved 2018-12-29 and -31).
REACH_OF_NEXT_NOTICE_DAYS = 7


class DayKind(StrEnum):
    WORK = "work"
    REST = "rest"
    STATUTORY = "statutory"


class Override(NamedTuple):
    """What our own table says of a date: kind, the name shown, and the notice that says so."""

    kind: DayKind
    name: str
    source: str


class WorkCalendar(msgspec.Struct, frozen=True):
    """The package's calendar with our overrides above it; `announced_years`: years whose notice has been typed in."""

    overrides: Mapping[date, Override] = {}
    announced_years: frozenset[int] = frozenset()


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One date: its kind, its name in Chinese ('' for a plain day), who says so, and whether a notice may change it."""

    on: date
    kind: DayKind
    name: str
    source: str
    provisional: bool


CHINA = WorkCalendar()
PACKAGE_SOURCE = N_("国务院办公厅节假日安排通知（holidays 软件包）")
TYPICAL_SOURCE = N_("推算：国务院办公厅尚未公布该年放假安排")


def override(kind: str, name: str, source: str) -> Override:
    """An override from typed words; refuses an unknown kind."""
    if kind not in set(DayKind):
        raise DayKindUnknown(kind=kind, field="kind")
    return Override(DayKind(kind), name, source)


class _Year(NamedTuple):
    off: dict[date, str]
    make_up: frozenset[date]
    statutory: dict[date, str]


@cache
def _year(year: int) -> _Year:
    """Days off, make-up working days and statutory days of one year, as the package knows them."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfCalendar(first=FIRST_YEAR, last=LAST_YEAR, year=year)
    off = holidays.country_holidays("CN", years=year, language="zh_CN", expand=False)
    bare = holidays.country_holidays("CN", years=year, language="zh_CN", expand=False, observed=False)
    make_up = frozenset(on for on in off.weekend_workdays if on.year == year)
    # Shifted and observed rest days carry other names: only the festival itself earns 300 %.
    statutory = {on: name for on, name in bare.items() if STATUTORY_NAMES & set(name.split("; "))}
    return _Year({on: name for on, name in off.items() if on.year == year}, make_up, statutory)


def day(calendar: WorkCalendar, on: date) -> Day:
    """What kind of day a date is, by whose word, and whether a notice may still change it."""
    year, provisional = _year(on.year), is_provisional(calendar, on)
    source = TYPICAL_SOURCE if provisional else PACKAGE_SOURCE
    if on in calendar.overrides:
        kind, name, source = calendar.overrides[on]
        kind, provisional = DayKind(kind), False
    elif on in year.statutory:
        kind, name = DayKind.STATUTORY, year.statutory[on]
    elif on in year.make_up:
        kind, name = DayKind.WORK, N_("调休上班")
    elif on in year.off:
        kind, name = DayKind.REST, year.off[on]
    else:
        kind, name = (DayKind.REST, N_("周末")) if on.weekday() >= 5 else (DayKind.WORK, "")
    return Day(on=on, kind=kind, name=name, source=source, provisional=provisional)


def year_is_provisional(calendar: WorkCalendar, year: int) -> bool:
    """Whether the make-up days of a year are not announced: every notice since 2008 names at least one."""
    return year not in calendar.announced_years and not _year(year).make_up


def is_provisional(calendar: WorkCalendar, on: date) -> bool:
    """Whether a later notice may change this date: its year's, or next year's for the last days of December."""
    if year_is_provisional(calendar, on.year):
        return True
    reaches = (date(on.year, 12, 31) - on).days < REACH_OF_NEXT_NOTICE_DAYS
    return reaches and on.year < LAST_YEAR and year_is_provisional(calendar, on.year + 1)


def is_working_day(calendar: WorkCalendar, on: date) -> bool:
    """A weekday that is no holiday, or a make-up weekend."""
    return day(calendar, on).kind is DayKind.WORK


def is_statutory(calendar: WorkCalendar, on: date) -> bool:
    """One of the statutory days themselves; shifted rest days and 补假 are not."""
    return day(calendar, on).kind is DayKind.STATUTORY


def statutory_days(calendar: WorkCalendar, year: int) -> list[date]:
    """The statutory days of a year: 13 since 2025 (one fewer when 中秋 falls on 国庆)."""
    return [on for on in days_from(date(year, 1, 1), date(year, 12, 31)) if is_statutory(calendar, on)]


def next_working_day(calendar: WorkCalendar, on: date) -> date:
    """The first working day after a date."""
    return add_working_days(calendar, on, 1)


def previous_working_day(calendar: WorkCalendar, on: date) -> date:
    """The last working day before a date."""
    return add_working_days(calendar, on, -1)


def working_day_on_or_before(calendar: WorkCalendar, on: date) -> date:
    """The date itself when it is a working day, else the nearest earlier one."""
    return on if is_working_day(calendar, on) else previous_working_day(calendar, on)


def add_working_days(calendar: WorkCalendar, on: date, count: int) -> date:
    """The count-th working day after a date (before it, when negative); 0 gives the date itself.

    The date itself never counts: three working days from a Friday end on Wednesday.
    """
    step, left = (ONE_DAY if count > 0 else -ONE_DAY), abs(count)
    while left:
        on += step
        left -= is_working_day(calendar, on)
    return on


def working_days_between(calendar: WorkCalendar, start_on: date, end_on: date) -> int:
    """Working days after the first date up to and including the second; negative when the second is earlier.

    Inverse of `add_working_days` wherever the result is a working day.
    """
    if end_on < start_on:
        return -sum(is_working_day(calendar, on) for on in days_from(end_on, start_on - ONE_DAY))
    return sum(is_working_day(calendar, on) for on in days_from(start_on + ONE_DAY, end_on))


def working_days_of_month(calendar: WorkCalendar, month: date) -> list[date]:
    """The working days of a month."""
    return [on for on in month_days(month) if is_working_day(calendar, on)]


def payday_on(calendar: WorkCalendar, month: date, day_of_month: int) -> date:
    """The day wages are paid in `month`: the agreed day, or the nearest EARLIER working day.

    工资支付暂行规定 article 7. A month without the agreed day (31) takes its last day.
    """
    if not 1 <= day_of_month <= 31:
        raise MonthDayInvalid(day=day_of_month, field="day_of_month")
    agreed_on = month_first(month).replace(day=min(day_of_month, month_last(month).day))
    return working_day_on_or_before(calendar, agreed_on)


def counted_back(calendar: WorkCalendar, on: date, count: int, *, unit: str = "days") -> date:
    """The date `count` days (natural days, or working days) before another: when a sheet must be handed in."""
    if unit == "working_days":
        return add_working_days(calendar, on, -count)
    if unit != "days":
        raise CountedUnitUnknown(unit=unit, field="unit")
    return on - timedelta(days=count)
