"""Reads of the roster: the month grid with hours and what it breaks, the cleaning rota, one's own days."""

from datetime import date, timedelta
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_days, month_last
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import DayKind, WorkCalendar, day
from qa_service.calendar.words import day_name
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.language import N_, current_language
from qa_service.people.access import Actor, Permission
from qa_service.roster import cleaning, commands, grids
from qa_service.roster.cleaning import PLACE
from qa_service.roster.gate import Violation
from qa_service.roster.overtime import overtime_of
from qa_service.roster.rules import Cell, PersonFacts, cell_minutes


class DayHead(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the grid: kind is work, rest or statutory; name says which holiday."""

    on: date
    kind: str
    name: str


class Square(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a day: code '' is rest; None of `code` means that nothing was planned yet."""

    code: str | None = None
    published: str | None = None
    overtime_minutes: int = 0
    overtime_reason: str = ""
    is_changed: bool = False
    is_in_post: bool = True


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person's month: squares in order of the days, planned minutes and overtime by its rate (150, 200, 300 %)."""

    person: int
    name: str
    employee_no: str | None
    squares: list[Square]
    minutes: int
    overtime_minutes: dict[str, int]
    rest_days: int


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rule bites, in words with its article. severity: refuse stops publishing, warn does not."""

    person: int
    name: str
    on: date
    rule: str
    text: str
    severity: str


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's month. id and version 0 before it was opened. headcount: per day, people by shift code."""

    id: int
    version: int
    unit: int
    unit_name: str
    month: date
    state: str
    shifts: list[dict[str, Any]]
    days: list[DayHead]
    people: list[PersonRow]
    headcount: list[dict[str, int]]
    breaches: list[Breach]
    unpublished: int


async def grid(actor: Actor, unit_id: int, month: date) -> Grid:
    """The grid of a unit's month; hours and breaches only for who may write it."""
    unit = await grids.unit_in_reach(actor, unit_id, Permission.ROSTER_READ)
    first = month.replace(day=1)
    roster = await row("SELECT * FROM roster WHERE unit = {} AND pay_month = {}", unit_id, first)
    calendar = await working_calendar()
    days = month_days(first)
    is_writer = _reaches(actor.units(Permission.ROSTER_WRITE), unit_id)
    people = await grids.people_on(unit_id, first)
    squares = await _squares(roster["id"]) if roster else {}
    known = {person for person, _on in squares}
    if not is_writer:
        people = [one for one in people if one["id"] in known]
    plan = await grids.plan_of(roster) if roster and is_writer else None
    rows_ = [
        _person_row(one, days, squares=squares, cells=plan.cells if plan else (), calendar=calendar) for one in people
    ]
    names = {one["id"]: one["name"] for one in people}
    breaches = [_breach(one, names) for one in await commands.judge(roster)] if plan else []
    shown = [[one.squares[place] for one in rows_] for place in range(len(days))]
    return Grid(
        id=roster["id"] if roster else 0,
        version=roster["version"] if roster else 0,
        unit=unit_id,
        unit_name=_named(unit),
        month=first,
        state=roster["state"] if roster else "",
        shifts=[one | {"label": _named(one)} for one in await grids.shift_rows(unit_id, first)],
        days=[_head(calendar, on) for on in days],
        people=rows_,
        headcount=[_count(column, is_writer=is_writer) for column in shown],
        breaches=breaches,
        unpublished=sum(square.is_changed for one in rows_ for square in one.squares) if is_writer else 0,
    )


def _reaches(units: frozenset[int] | None, unit: int) -> bool:
    return units is None or unit in units


def _named(one: dict[str, Any]) -> str:
    return one["name_en"] if current_language() == "en" and one["name_en"] else one["name"]


def _head(calendar: WorkCalendar, on: date) -> DayHead:
    known = day(calendar, on)
    return DayHead(on=on, kind=known.kind.value, name=day_name(known.name))


async def _squares(roster_id: int) -> dict[tuple[int, date], dict[str, Any]]:
    found = await rows(
        "SELECT c.*, s.code, q.code AS published_code, r.state FROM roster_cell c JOIN roster r ON r.id = c.roster"
        " LEFT JOIN shift_type s ON s.id = c.shift_type LEFT JOIN shift_type q ON q.id = c.published_shift_type"
        " WHERE c.roster = {} ORDER BY c.id",
        roster_id,
    )
    return {(one["person"], one["on"]): one for one in found}


def _person_row(
    one: dict[str, Any],
    days: list[date],
    *,
    squares: dict[tuple[int, date], dict[str, Any]],
    cells: tuple[Cell, ...],
    calendar: WorkCalendar,
) -> PersonRow:
    own = [cell for cell in cells if cell.person == one["id"]]
    facts = PersonFacts(person=one["id"])
    overtime: dict[str, int] = {}
    for each in overtime_of(own, facts, calendar=calendar, parameters=grids.law()):
        if days[0] <= each.on <= days[-1]:
            overtime[str(each.percent)] = overtime.get(str(each.percent), 0) + each.minutes
    shown = [_square(squares.get((one["id"], on)), one["from_on"] <= on <= one["until_on"]) for on in days]
    return PersonRow(
        person=one["id"],
        name=one["name"],
        employee_no=one["employee_no"],
        squares=shown,
        minutes=sum(cell_minutes(cell) for cell in own if days[0] <= cell.on <= days[-1]),
        overtime_minutes=overtime,
        rest_days=sum(square.code == "" for square in shown),
    )


def _square(found: dict[str, Any] | None, is_in_post: bool) -> Square:
    if found is None:
        return Square(is_in_post=is_in_post)
    is_out = found["state"] == "published"
    differs = (found["code"], found["overtime_minutes"]) != (
        found["published_code"],
        found["published_overtime_minutes"],
    )
    return Square(
        code=found["code"] or "",
        published=(found["published_code"] or "") if is_out else None,
        overtime_minutes=found["overtime_minutes"],
        overtime_reason=found["overtime_reason"] or "",
        is_changed=is_out and differs,
        is_in_post=is_in_post,
    )


def _count(column: list[Square], *, is_writer: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for square in column:
        code = square.code if is_writer else square.published
        if code:
            found[code] = found.get(code, 0) + 1
    return found


def _breach(one: Violation, names: dict[int, str]) -> Breach:
    return Breach(
        person=one.person, name=names.get(one.person, str(one.person)), on=one.on, rule=one.rule, text=one.text(),
        severity=one.severity,
    )  # fmt: skip


async def months(actor: Actor) -> list[dict[str, Any]]:
    """Rosters in reach, newest month first."""
    reach = actor.units(Permission.ROSTER_READ)
    where, values = ("", []) if reach is None else (f" WHERE r.unit IN {among(len(reach))}", sorted(reach))
    return await rows(
        "SELECT r.id, r.unit, r.pay_month, r.state, r.version, u.name AS unit_name, u.name_en AS unit_name_en"
        f" FROM roster r JOIN unit u ON u.id = r.unit{where} ORDER BY r.pay_month DESC, r.unit LIMIT 60",
        *values,
    )


async def shift_types(actor: Actor, unit_id: int, month: date) -> list[dict[str, Any]]:
    await grids.unit_in_reach(actor, unit_id, Permission.ROSTER_READ)
    return await grids.shift_rows(unit_id, month.replace(day=1))


async def mine(actor: Actor, month: date) -> dict[str, Any]:
    """One's own published days of a month, and one's cleaning duties."""
    actor.require(Permission.OWN_READ)
    me, first = actor.person_id if actor.person_id is not None else -1, month.replace(day=1)
    found = await rows(
        'SELECT c."on", c.published_overtime_minutes AS overtime_minutes, s.code, s.name, s.name_en, s.start_minute,'
        " s.end_minute, s.unpaid_break_minutes FROM roster_cell c JOIN roster r ON r.id = c.roster"
        " LEFT JOIN shift_type s ON s.id = c.published_shift_type WHERE c.person = {} AND r.pay_month = {}"
        " AND r.state = 'published' ORDER BY c.\"on\", c.id",
        me,
        first,
    )
    calendar = await working_calendar()
    known = {one["on"]: one for one in found}
    return {
        "month": first,
        "days": [
            {"on": on, "head": _head(calendar, on), "cell": known.get(on)} for on in month_days(first)
        ] if known else [],
        "duties": [one for one in await _duties("d.person = {}", me, first) if one["person"] == me],
        "statutory": [on for on in month_days(first) if day(calendar, on).kind is DayKind.STATUTORY],
    }  # fmt: skip


async def duties(actor: Actor, unit_id: int, month: date) -> list[dict[str, Any]]:
    """The cleaning rota of a unit's month in order of days."""
    await grids.unit_in_reach(actor, unit_id, Permission.ROSTER_READ)
    return await _duties("d.unit = {}", unit_id, month.replace(day=1))


async def _duties(where: str, value: int, month: date) -> list[dict[str, Any]]:
    found = await rows(
        'SELECT d.id, d.unit, d."on", d.area, d.person, d.done_at, d.version, n.name AS person_name, n.employee_no'
        f' FROM cleaning_duty d JOIN person n ON n.id = d.person WHERE {where} AND d."on" BETWEEN {{}} AND {{}}'
        ' ORDER BY d."on", d.area, d.id',
        value,
        month,
        month_last(month),
    )
    if not found:
        return []
    known = await cleaning.areas(month)
    english = current_language() == "en"
    for one in found:
        area = known.get(one["area"].partition(PLACE)[0])
        one["area_name"] = one["area"] if area is None else area.name_en if english else area.name
        one["tasks"] = [] if area is None else list(area.tasks_en if english else area.tasks)
    return found


async def duty(actor: Actor, duty_id: int) -> dict[str, Any]:
    """One duty with who else is on duty that day: for who plans it."""
    found = await row("SELECT * FROM cleaning_duty WHERE id = {}", duty_id)
    reach = actor.units(Permission.ROSTER_READ)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这次值日"))
    return next(one for one in await _duties("d.id = {}", duty_id, found["on"].replace(day=1)))


async def on_duty(unit_id: int, month: date) -> dict[date, list[dict[str, Any]]]:
    """Who works on each day by the published roster, by 工号: whom a duty may pass to."""
    found = await rows(
        'SELECT c."on", n.id, n.name, n.employee_no FROM roster_cell c JOIN roster r ON r.id = c.roster'
        " JOIN person n ON n.id = c.person WHERE r.unit = {} AND r.pay_month = {} AND r.state = 'published'"
        ' AND c.published_shift_type IS NOT NULL ORDER BY c."on", n.key',
        unit_id,
        month.replace(day=1),
    )
    days: dict[date, list[dict[str, Any]]] = {}
    for one in found:
        days.setdefault(one["on"], []).append(one)
    return days


async def today_mine(actor: Actor) -> dict[str, Any] | None:
    """One's own shift of today and tomorrow, for the home page; None where nothing is published."""
    if actor.person_id is None:
        return None
    today = clock.today()
    found = await rows(
        'SELECT c."on", s.name, s.name_en, s.start_minute, s.end_minute FROM roster_cell c'
        " JOIN roster r ON r.id = c.roster LEFT JOIN shift_type s ON s.id = c.published_shift_type"
        ' WHERE c.person = {} AND r.state = \'published\' AND c."on" BETWEEN {} AND {} ORDER BY c."on"',
        actor.person_id,
        today,
        today + timedelta(days=1),
    )
    return {one["on"]: one for one in found} or None
