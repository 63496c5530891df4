"""Where each rule of the gate bites: small functions over one person's part of a plan.

A check yields (date, facts) wherever its rule bites; gate.py gives each its id, sentence and article.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from qa_service.calendar.rules import DayKind, WorkCalendar, is_statutory, month_first, week_first
from qa_service.language import N_
from qa_service.roster.overtime import (
    CYCLE_MONTHS,
    DatedValues,
    Overtime,
    approval_lack,
    comprehensive_on,
    cycle_bounds,
    week_standard,
)
from qa_service.roster.rules import DAY_MINUTES, Cell, Limit, PersonFacts, cell_minutes, night_minutes, span

LACKS = {
    "number": N_("没有批准文号"),
    "scope": N_("批准的岗位范围不含此人的岗位"),
    "validity": N_("不在批准的有效期内"),
}


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One person's part of a plan, prepared once for all rules."""

    facts: PersonFacts
    cells: list[Cell]
    days: dict[date, list[Cell]]
    overtime: list[Overtime]
    extensions: dict[date, int]
    calendar: WorkCalendar
    parameters: DatedValues

    def minutes(self, name: str, on: date, *, field: str = "minutes") -> int:
        return int(self.parameters.at(name, on)[field])

    def standard_days(self) -> Iterator[date]:
        return (on for on in self.days if not comprehensive_on(self.facts, on))


Finding = tuple[date, dict[str, object]]


def hours(minutes: int) -> str:
    """Minutes as hours for a sentence: 37, 36.5, 36.02."""
    return f"{round(minutes / 60, 2):g}"


def day_over_standard(sheet: Sheet) -> Iterator[Finding]:
    for on in sheet.standard_days():
        standard = sheet.minutes("working_day", on)
        if sheet.extensions[on] > 0:
            yield on, {"hours": hours(standard + sheet.extensions[on]), "limit": hours(standard)}


def week_over_standard(sheet: Sheet) -> Iterator[Finding]:
    sums: dict[date, int] = {}
    for on in sheet.standard_days():
        if is_statutory(sheet.calendar, on):
            continue
        week = week_first(on)
        sums[week] = sums.get(week, 0) + sum(map(cell_minutes, sheet.days[on]))
        limit = week_standard(on, sheet.facts, calendar=sheet.calendar, parameters=sheet.parameters)
        if sums[week] > limit:
            yield on, {"week": week.isoformat(), "hours": hours(sums[week]), "limit": hours(limit)}


def overtime_without_reason(sheet: Sheet) -> Iterator[Finding]:
    for on in sheet.standard_days():
        normal = sheet.minutes("overtime_day", on, field="normal_minutes")
        told = any((cell.reason or "").strip() for cell in sheet.days[on])
        if sheet.extensions[on] > normal and not told:
            yield on, {"hours": hours(sheet.extensions[on]), "limit": hours(normal)}


def overtime_over_day(sheet: Sheet) -> Iterator[Finding]:
    for on in sheet.standard_days():
        most = sheet.minutes("overtime_day", on, field="special_minutes")
        if sheet.extensions[on] > most:
            yield on, {"hours": hours(sheet.extensions[on]), "limit": hours(most)}


def overtime_over_month(sheet: Sheet) -> Iterator[Finding]:
    sums: dict[date, int] = {}
    for each in sheet.overtime:
        if not _counts(each, sheet):
            continue
        first, months = _overtime_period(sheet.facts, each.on)
        sums[first] = sums.get(first, 0) + each.minutes
        limit = sheet.minutes("overtime_month", each.on) * months
        if sums[first] > limit:
            yield each.on, {"month": f"{first:%Y-%m}", "hours": hours(sums[first]), "limit": hours(limit)}


def _counts(each: Overtime, sheet: Sheet) -> bool:
    rule = sheet.parameters.at("overtime_month", each.on)
    flags = {DayKind.REST: "counts_rest_days", DayKind.STATUTORY: "counts_statutory_days"}
    return each.kind is DayKind.WORK or bool(rule[flags[each.kind]])


def _overtime_period(facts: PersonFacts, on: date) -> tuple[date, int]:
    """First day of the period that the monthly limit is applied to, and its months: the average of a long cycle."""
    if comprehensive_on(facts, on) and facts.approval.cycle in CYCLE_MONTHS:
        return cycle_bounds(facts.approval.cycle, on)[0], CYCLE_MONTHS[facts.approval.cycle]
    return month_first(on), 1


def seventh_day(sheet: Sheet) -> Iterator[Finding]:
    run, last = 0, None
    for on in sheet.days:
        run = run + 1 if last is not None and on - last == timedelta(days=1) else 1
        last = on
        most = sheet.minutes("weekly_rest", on, field="days")
        if run > most and not comprehensive_on(sheet.facts, on):
            yield on, {"run": run, "limit": most}


def statutory_lieu(sheet: Sheet) -> Iterator[Finding]:
    for cell in sheet.cells:
        if cell.lieu_on and is_statutory(sheet.calendar, cell.on):
            yield cell.on, {"lieu_on": cell.lieu_on.isoformat()}


def lieu_is_worked(sheet: Sheet) -> Iterator[Finding]:
    for cell in sheet.cells:
        if cell.lieu_on in sheet.days:
            yield cell.on, {"lieu_on": cell.lieu_on.isoformat()}


def statutory_work(sheet: Sheet) -> Iterator[Finding]:
    for each in sheet.overtime:
        if each.kind is DayKind.STATUTORY:
            yield each.on, {"hours": hours(each.minutes), "percent": each.percent}


def _limits(sheet: Sheet, on: date) -> Iterator[Limit]:
    return (limit for limit in sheet.facts.limits if limit.covers(on))


def limit_work(sheet: Sheet) -> Iterator[Finding]:
    return ((on, {}) for on in sheet.days if any(limit.no_work for limit in _limits(sheet, on)))


def limit_overtime(sheet: Sheet) -> Iterator[Finding]:
    paid = {each.on for each in sheet.overtime}
    for on, cells in sheet.days.items():
        over = on in paid or sheet.extensions[on] > 0 or any(cell.overtime_minutes for cell in cells)
        if over and any(limit.no_overtime for limit in _limits(sheet, on)):
            yield on, {}


def limit_night(sheet: Sheet) -> Iterator[Finding]:
    for cell in sheet.cells:
        night = sheet.parameters.at("night", cell.on)
        start, end = cell.shift.start_minute, cell.shift.end_minute + cell.overtime_minutes
        minutes = night_minutes(start, end, night_start=int(night["start_minute"]), night_end=int(night["end_minute"]))
        if cell.clock_known and minutes and _night_forbidden(sheet, cell):
            yield cell.on, {}


def _night_forbidden(sheet: Sheet, cell: Cell) -> bool:
    """A night that reaches into the first day of a limit is forbidden too."""
    last_on = date.fromordinal((span(cell)[1] - 1) // DAY_MINUTES)
    return any(limit.no_night for on in {cell.on, last_on} for limit in _limits(sheet, on))


def comprehensive_approval(sheet: Sheet) -> Iterator[Finding]:
    if sheet.facts.hours != "comprehensive":
        return
    for on in sheet.days:
        lack = approval_lack(sheet.facts, on)
        if lack:
            yield on, {"lack": LACKS[lack]}


def two_places(sheet: Sheet) -> Iterator[Finding]:
    latest = 0
    for cell in (cell for cell in sheet.cells if cell.clock_known):
        start, end = span(cell)
        if start < latest:
            yield cell.on, {"shift": cell.shift.name or cell.shift.code}
        latest = max(latest, end)


def rest_between(sheet: Sheet) -> Iterator[Finding]:
    """Against the latest end of any earlier date: split shifts of one day are one day's work."""
    dates = [[cell for cell in cells if cell.clock_known] for cells in sheet.days.values()]
    latest = 0
    for before, after in pairwise([[], *filter(None, dates)]):
        latest = max([latest, *(span(cell)[1] for cell in before)])
        start = min(span(cell)[0] for cell in after)
        least = sheet.minutes("rest_between_shifts", after[0].on)
        if latest and start - latest < least:
            yield after[0].on, {"hours": hours(max(0, start - latest)), "limit": hours(least)}
