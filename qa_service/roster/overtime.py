"""How overtime follows from a plan or from hours worked, in three kinds kept apart: work day 150 %, rest day 200 %
(or time off in lieu), statutory day 300 % (time off never replaces it).

A work day's time over 8 hours is overtime, and so is what the week has over 40 hours on work days; it falls on the
days on which the week had already passed 40. A shift belongs to the date it begins on, except for pay on statutory
days: there every minute counts on the date it is worked, and unpaid breaks are taken from ordinary minutes first
(their clock is not known; the doubt is the employer's).
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

import msgspec

from qa_service.calendar.rules import (
    DayKind,
    WorkCalendar,
    add_months,
    day,
    days_from,
    is_statutory,
    is_working_day,
    month_first,
    week_first,
)
from qa_service.roster.rules import DAY_MINUTES, Cell, PersonFacts, by_date, cell_minutes

CYCLE_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class DatedValues(Protocol):
    """Values by name and day: rubrics.parameters.Parameters."""

    def at(self, name: str, on: date) -> dict[str, object]: ...


class Overtime(msgspec.Struct, frozen=True, kw_only=True):
    """Overtime of one person on one date in one kind; `percent` 0 with `lieu_on`: time off is given instead."""

    person: int
    on: date
    kind: DayKind
    minutes: int
    percent: int
    lieu_on: date | None = None


def overtime_of(
    cells: Iterable[Cell], facts: PersonFacts, *, calendar: WorkCalendar, parameters: DatedValues
) -> list[Overtime]:
    """All overtime of one person, in order of date and kind.

    `cells` should hold whole weeks (whole cycles under comprehensive hours): time outside them is not counted.
    """
    worked = [cell for cell in cells if cell.shift is not None]
    ordinary: dict[date, int] = {}
    found: dict[tuple[date, DayKind, date | None], int] = {}
    for cell in sorted(worked, key=lambda cell: cell.on):
        for on, kind, minutes in _parts(cell, facts, calendar=calendar):
            if kind is DayKind.STATUTORY:
                found[on, kind, None] = found.get((on, kind, None), 0) + minutes
            elif kind is DayKind.WORK or comprehensive_on(facts, cell.on):
                ordinary[cell.on] = ordinary.get(cell.on, 0) + minutes
            else:
                key = (cell.on, kind, cell.lieu_on)
                found[key] = found.get(key, 0) + minutes
    for on, minutes in _over(ordinary, facts, calendar=calendar, parameters=parameters):
        found[on, DayKind.WORK, None] = minutes
    order = sorted(found.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or date.min))
    return [
        _priced(facts.person, *key, minutes=minutes, parameters=parameters) for key, minutes in order if minutes > 0
    ]


def _priced(
    person: int, on: date, kind: DayKind, lieu_on: date | None, *, minutes: int, parameters: DatedValues
) -> Overtime:
    percent = 0 if lieu_on else int(parameters.at("overtime_pay", on)[f"{kind}_percent"])
    return Overtime(person=person, on=on, kind=kind, minutes=minutes, percent=percent, lieu_on=lieu_on)


def _parts(cell: Cell, facts: PersonFacts, *, calendar: WorkCalendar) -> Iterator[tuple[date, DayKind, int]]:
    """The minutes of a cell by the date they are worked on and their kind, unpaid breaks taken out."""
    start, end = cell.shift.start_minute, cell.shift.end_minute + cell.overtime_minutes
    stretches = []
    for offset in range((end - 1) // DAY_MINUTES + 1):
        midnight = offset * DAY_MINUTES
        minutes = max(0, min(end, midnight + DAY_MINUTES) - max(start, midnight))
        on = cell.on + timedelta(days=offset)
        stretches.append((is_statutory(calendar, on), on, minutes))
    unpaid = cell.shift.unpaid_break_minutes
    for statutory, on, minutes in sorted(stretches):  # ordinary minutes bear the unpaid break first
        taken = min(unpaid, minutes)
        unpaid -= taken
        kind = DayKind.STATUTORY if statutory else _ordinary_kind(cell, on, facts=facts, calendar=calendar)
        yield on, kind, minutes - taken


def _ordinary_kind(cell: Cell, on: date, *, facts: PersonFacts, calendar: WorkCalendar) -> DayKind:
    if cell.is_rest_day:
        return DayKind.REST
    if facts.rest_days != "calendar":
        return DayKind.WORK
    # A Friday night's small hours belong to Friday; after a statutory day they take the kind of their own date.
    return day(calendar, on if is_statutory(calendar, cell.on) else cell.on).kind


def _over(
    ordinary: dict[date, int], facts: PersonFacts, *, calendar: WorkCalendar, parameters: DatedValues
) -> Iterator[tuple[date, int]]:
    """Overtime of ordinary minutes per date: over the day, then over the week; or over the cycle."""
    sums: dict[object, int] = {}
    for on in sorted(ordinary):
        minutes = ordinary[on]
        by_day = 0
        if comprehensive_on(facts, on):
            first, last = cycle_bounds(facts.approval.cycle, on)
            allowed = int(parameters.at("working_day", on)["minutes"])
            allowed *= sum(is_working_day(calendar, each) for each in days_from(first, last))
            key = ("cycle", first)
        else:
            by_day = max(0, minutes - int(parameters.at("working_day", on)["minutes"]))
            allowed = week_standard(on, facts, calendar=calendar, parameters=parameters)
            key = ("week", week_first(on))
        before = sums.get(key, 0)
        sums[key] = before + minutes - by_day
        yield on, by_day + max(0, sums[key] - max(allowed, before))


def week_standard(on: date, facts: PersonFacts, *, calendar: WorkCalendar, parameters: DatedValues) -> int:
    """Standard minutes of the week of a date.

    For whoever follows the calendar a make-up weekend is an ordinary work day, swapped for a rest day of another week.
    """
    standard = int(parameters.at("working_week", on)["minutes"])
    if facts.rest_days != "calendar":
        return standard
    monday = week_first(on)
    days = sum(is_working_day(calendar, each) for each in days_from(monday, monday + timedelta(days=6)))
    return max(standard, days * int(parameters.at("working_day", on)["minutes"]))


def comprehensive_on(facts: PersonFacts, on: date) -> bool:
    """Whether comprehensive hours apply to a person on a date: chosen, and lawfully approved."""
    return facts.hours == "comprehensive" and approval_lack(facts, on) is None


def approval_lack(facts: PersonFacts, on: date) -> str | None:
    """What the approval of comprehensive hours lacks on a date: number, scope, validity; None when nothing."""
    approval = facts.approval
    if approval is None or not approval.number.strip():
        return "number"
    if facts.post not in approval.posts:
        return "scope"
    if not approval.from_on <= on <= approval.until_on:
        return "validity"
    return None


def cycle_bounds(cycle: str, on: date) -> tuple[date, date]:
    """First and last day of the cycle of comprehensive hours that holds a date."""
    if cycle == "week":
        return week_first(on), week_first(on) + timedelta(days=6)
    months = CYCLE_MONTHS[cycle]
    first = month_first(on).replace(month=(on.month - 1) // months * months + 1)
    return first, add_months(first, months) - timedelta(days=1)


def extension_minutes(cells: Iterable[Cell], parameters: DatedValues) -> dict[date, int]:
    """Minutes of each date beyond the standard day, whatever the kind of day (延长工作时间)."""
    return {
        on: max(0, sum(map(cell_minutes, own)) - int(parameters.at("working_day", on)["minutes"]))
        for on, own in by_date(cells).items()
    }
