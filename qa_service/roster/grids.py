"""What the month grid stands on: shift types of a unit, who is on it, and a person's facts for the gate."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import rubrics
from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.roster.rules import Cell, Limit, PersonFacts, Plan, ShiftType, limit_of
from rubrics.parameters import Parameters, load

CONTEXT = timedelta(days=14)  # before and after the month: whole weeks of work that its first and last days belong to


@cache
def law() -> Parameters:
    """The numbers and articles of law/hours.toml."""
    return load(Path(rubrics.__file__).parent / "library" / "law" / "hours.toml")


async def unit_in_reach(actor: Actor, unit_id: int, permission: Permission) -> dict[str, Any]:
    actor.require(permission)
    reach = actor.units(permission)
    found = await row("SELECT id, code, name, name_en FROM unit WHERE id = {}", unit_id)
    if found is None or (reach is not None and unit_id not in reach):
        raise NotFound(N_("这个部门"))
    return found


async def roster_in_reach(actor: Actor, roster_id: int, permission: Permission) -> dict[str, Any]:
    actor.require(permission)
    reach = actor.units(permission)
    found = await row("SELECT * FROM roster WHERE id = {}", roster_id)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这张排班表"))
    return found


async def shift_rows(unit_id: int, month: date) -> list[dict[str, Any]]:
    """Shift types of a unit that hold in a month, by start."""
    return await rows(
        "SELECT * FROM shift_type WHERE unit = {} AND from_on <= {} AND (until_on IS NULL OR until_on >= {})"
        " ORDER BY start_minute, id",
        unit_id,
        month_last(month),
        month,
    )


def shift_of(found: dict[str, Any]) -> ShiftType:
    names = ("code", "name", "name_en", "start_minute", "end_minute", "paid_break_minutes", "unpaid_break_minutes")
    return ShiftType(**{name: found[name] for name in names})


async def people_on(unit_id: int, month: date) -> list[dict[str, Any]]:
    """Everybody with a post in the unit or below it in a month, by 工号, with the days that their posts cover."""
    below = await units_below(unit_id, month_last(month))
    found = await rows(
        "SELECT n.id, n.key, n.name, n.employee_no, n.left_on, p.from_on, p.until_on, p.position FROM person n"
        f" JOIN post p ON p.person = n.id WHERE p.unit IN {among(len(below))} AND p.from_on <= {{}}"
        " AND (p.until_on IS NULL OR p.until_on >= {}) AND (n.left_on IS NULL OR n.left_on >= {})"
        " ORDER BY n.key, p.id",
        *sorted(below),
        month_last(month),
        month,
        month,
    )
    people: dict[int, dict[str, Any]] = {}
    for one in found:
        until = min(filter(None, (one.pop("until_on"), one.pop("left_on"))), default=None) or date.max
        known = people.setdefault(one["id"], one | {"until_on": until})
        known["from_on"] = min(known["from_on"], one["from_on"])
        known["until_on"] = max(known["until_on"], until)
    return list(people.values())


async def plan_of(roster: dict[str, Any]) -> Plan:
    """The month as the gate judges it, with the weeks around it (of any unit) as context."""
    first, last = roster["pay_month"], month_last(roster["pay_month"])
    found = await rows(
        'SELECT c.roster, c.person, c."on", c.overtime_minutes, c.overtime_reason, s.code, s.name, s.name_en,'
        " s.start_minute, s.end_minute, s.paid_break_minutes, s.unpaid_break_minutes FROM roster_cell c"
        " JOIN shift_type s ON s.id = CASE WHEN c.roster = {} THEN c.shift_type ELSE c.published_shift_type END"
        ' WHERE c."on" BETWEEN {} AND {} AND c.person IN (SELECT person FROM roster_cell WHERE roster = {})'
        ' ORDER BY c.person, c."on"',
        roster["id"],
        first - CONTEXT,
        last + CONTEXT,
        roster["id"],
    )
    cells = tuple(
        Cell(
            person=one["person"], on=one["on"], shift=shift_of(one), overtime_minutes=one["overtime_minutes"],
            reason=one["overtime_reason"],
        )
        for one in found
    )  # fmt: skip
    return Plan(first, last, cells)


async def facts_of(people: list[dict[str, Any]], month: date) -> dict[int, PersonFacts]:
    """What the gate may know: legal limits and leave as 法定限制 without their reasons."""
    ids = [one["id"] for one in people]
    limits: dict[int, list[Limit]] = {one: [] for one in ids}
    if ids:
        given = [*ids, month_last(month) + CONTEXT, month - CONTEXT]
        where = f"person IN {among(len(ids))} AND from_on <= {{}} AND (until_on IS NULL OR until_on >= {{}})"
        for one in await rows(
            f'SELECT person, "limit", from_on, until_on FROM work_limit WHERE {where} ORDER BY id', *given
        ):
            limits[one["person"]].append(limit_of(one["limit"], from_on=one["from_on"], until_on=one["until_on"]))
        for one in await rows(f"SELECT person, from_on, until_on FROM leave WHERE {where} ORDER BY id", *given):
            limits[one["person"]].append(Limit(from_on=one["from_on"], until_on=one["until_on"], no_work=True))
    return {
        one["id"]: PersonFacts(person=one["id"], post=one["position"] or "", limits=tuple(limits[one["id"]]))
        for one in people
    }
