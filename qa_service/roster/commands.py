"""Shift types, and a month's grid: filled by cell, by pattern or from four weeks before, published through the gate.

Cells are a draft until they are published; what people see is what was published last.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_days, month_last
from qa_service.calendar.queries import working_calendar
from qa_service.database import among, row, rows, transaction
from qa_service.errors import StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_, listed
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.roster import errors, grids
from qa_service.roster.gate import Violation, gate, refuse_plan
from qa_service.roster.rules import DAY_MINUTES, ShiftType, check_shift_type
from qa_service.roster.tables import Roster
from qa_service.roster.tables import ShiftType as ShiftRow
from qa_service.rule_versions.definitions import pack_code, records
from qa_service.rule_versions.queries import in_force_or_first
from rubrics.pack_records import Shift

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=4)]
REST = ""


class ShiftIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new shift type, in minutes from midnight; an end past 1,440 is the next day. `code` stands in the grid."""

    unit: Id
    code: Code
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    name_en: Annotated[str, msgspec.Meta(max_length=40)] = ""
    start_minute: int
    end_minute: int
    paid_break_minutes: int = 0
    unpaid_break_minutes: int = 0
    from_on: date


LONGEST_REASON = 500


class CellIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One square: shift is a code, empty for a day of rest. Overtime over an hour needs its reason (劳动法 41)."""

    person: Id
    on: date
    shift: Annotated[str, msgspec.Meta(max_length=4)] = REST
    overtime_minutes: Annotated[int, msgspec.Meta(ge=0, le=DAY_MINUTES)] = 0
    overtime_reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] = ""


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes repeated day by day from `from_on` (five 早 and two of rest); each next person starts `step` later."""

    people: list[Id]
    codes: Annotated[list[Annotated[str, msgspec.Meta(max_length=4)]], msgspec.Meta(min_length=1, max_length=62)]
    from_on: date
    until_on: date
    step: Annotated[int, msgspec.Meta(ge=0, le=62)] = 0


async def adopt_shifts(actor: Actor, unit_id: int, on: date) -> int:
    """Take the shifts of the pack in force over as the unit's own; how many were new."""
    unit = await grids.unit_in_reach(actor, unit_id, Permission.ROSTER_WRITE)
    version = await in_force_or_first("shifts", await pack_code(max(on, clock.today())), on)
    known = {one["code"] for one in await grids.shift_rows(unit_id, max(on, version["from_on"]))}
    found = [
        shift
        for shift in records(version, Shift).values()
        if shift.letter not in known and (not shift.units or unit["code"] in shift.units or not known)
    ]
    async with transaction():
        for shift in found:
            await ShiftRow.insert(_shift_row(unit_id, shift, version["from_on"]))
        inputs = {"rule": version["digest"], "codes": [shift.letter for shift in found]}
        await record(actor, "roster:adopt-shifts", f"unit:{unit_id}", inputs=inputs)
    return len(found)


def _shift_row(unit_id: int, shift: Shift, from_on: date) -> ShiftRow:
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (shift.starts, shift.ends))
    return ShiftRow(
        unit=unit_id, code=shift.letter, name=shift.name, name_en=shift.name_en, start_minute=start,
        end_minute=end if end > start else end + DAY_MINUTES, paid_break_minutes=shift.paid_break_minutes,
        unpaid_break_minutes=shift.unpaid_break_minutes, from_on=from_on,
    )  # fmt: skip


async def add_shift(actor: Actor, given: ShiftIn) -> int:
    """A shift type of one's own. Raises ShiftTypeInvalid, ShiftTaken."""
    await grids.unit_in_reach(actor, given.unit, Permission.ROSTER_WRITE)
    names = ("code", "name", "name_en", "start_minute", "end_minute", "paid_break_minutes", "unpaid_break_minutes")
    check_shift_type(ShiftType(**{name: getattr(given, name) for name in names}))
    if given.code.strip() in {one["code"] for one in await grids.shift_rows(given.unit, given.from_on)}:
        raise errors.ShiftTaken(shift=given.code, field="code")
    async with transaction():
        made = (await ShiftRow.insert(ShiftRow(**msgspec.structs.asdict(given))).returning(ShiftRow.id))[0]["id"]
        await record(actor, "roster:add-shift", f"shift_type:{made}", inputs=msgspec.to_builtins(given))
    return made


async def open_month(actor: Actor, unit_id: int, month: date) -> int:
    """The roster of a unit's month, made as an empty draft where there is none. Raises NoShifts."""
    await grids.unit_in_reach(actor, unit_id, Permission.ROSTER_WRITE)
    first = month.replace(day=1)
    known = await row("SELECT id FROM roster WHERE unit = {} AND pay_month = {}", unit_id, first)
    if known is not None:
        return known["id"]
    if not await grids.shift_rows(unit_id, first):
        raise errors.NoShifts()
    async with transaction():
        made = Roster(unit=unit_id, pay_month=first, created_at=clock.now())
        roster = (await Roster.insert(made).returning(Roster.id))[0]["id"]
        await record(actor, "roster:open", f"roster:{roster}", inputs={"month": f"{first:%Y-%m}", "unit": unit_id})
    return roster


async def fill(actor: Actor, roster_id: int, cells: Sequence[CellIn], *, version: int) -> int:
    """Write squares of the draft, all or none; how many changed. ShiftUnknown, NotOnRoster, OutsideMonth, StaleEdit."""
    roster = await grids.roster_in_reach(actor, roster_id, Permission.ROSTER_WRITE)
    return await _write(actor, roster, cells, version=version, how="fill")


async def fill_pattern(actor: Actor, roster_id: int, given: Pattern, *, version: int) -> int:
    """Repeat a pattern over people and days; days outside a person's post stay empty. How many squares changed."""
    roster = await grids.roster_in_reach(actor, roster_id, Permission.ROSTER_WRITE)
    posts = {one["id"]: one for one in await grids.people_on(roster["unit"], roster["pay_month"])}
    cells = []
    for place, person in enumerate(dict.fromkeys(given.people)):
        post = posts.get(person)
        if post is None:
            raise errors.NotOnRoster(person=person, on=given.from_on.isoformat(), field="people")
        for offset, on in enumerate(_days(given.from_on, given.until_on)):
            if post["from_on"] <= on <= post["until_on"]:
                code = given.codes[(offset + place * given.step) % len(given.codes)]
                cells.append(CellIn(person=person, on=on, shift=code))
    return await _write(actor, roster, cells, version=version, how="pattern")


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(min((last - first).days, 400) + 1)]


async def copy_weeks(actor: Actor, roster_id: int, *, version: int) -> int:
    """Each day as it was four weeks before, for whoever is still here. How many squares changed."""
    roster = await grids.roster_in_reach(actor, roster_id, Permission.ROSTER_WRITE)
    month, weeks = roster["pay_month"], timedelta(days=28)
    posts = {one["id"]: one for one in await grids.people_on(roster["unit"], month)}
    codes = {one["code"] for one in await grids.shift_rows(roster["unit"], month)}
    before = await rows(
        'SELECT c.person, c."on", s.code FROM roster_cell c JOIN roster r ON r.id = c.roster'
        ' LEFT JOIN shift_type s ON s.id = c.shift_type WHERE r.unit = {} AND c."on" BETWEEN {} AND {}'
        ' ORDER BY c."on", c.person',
        roster["unit"],
        month - weeks,
        month_last(month) - weeks,
    )
    known = {(one["person"], one["on"]): one["code"] or REST for one in before}
    # A month is longer than four weeks: its last days repeat what has just been copied into its first ones.
    cells: list[CellIn] = []
    for person, post in posts.items():
        for on in month_days(month):
            code = known.get((person, on - weeks))
            if code is None or (code != REST and code not in codes):
                continue
            known[person, on] = code
            if post["from_on"] <= on <= post["until_on"]:
                cells.append(CellIn(person=person, on=on, shift=code))
    if not cells:
        raise errors.NothingToCopy()
    return await _write(actor, roster, cells, version=version, how="copy")


async def _write(actor: Actor, roster: dict[str, Any], cells: Sequence[CellIn], *, version: int, how: str) -> int:
    """The squares that differ from what stands, in one transaction with one journal line."""
    month = roster["pay_month"]
    shifts = {one["code"]: one["id"] for one in await grids.shift_rows(roster["unit"], month)}
    posts = {one["id"]: one for one in await grids.people_on(roster["unit"], month)}
    strangers = sorted({cell.person for cell in cells} - set(posts))
    names = await rows(f"SELECT id, name FROM person WHERE id IN {among(len(strangers))} ORDER BY id", *strangers)
    named = {one["id"]: one["name"] for one in names}
    for cell in cells:
        _check(cell, month, shifts=shifts, posts=posts, strangers=named)
    standing = {
        (one["person"], one["on"]): (one["shift_type"], one["overtime_minutes"], one["overtime_reason"] or "")
        for one in await rows("SELECT * FROM roster_cell WHERE roster = {} ORDER BY id", roster["id"])
    }
    wanted = {
        (cell.person, cell.on): (shifts.get(cell.shift), cell.overtime_minutes, cell.overtime_reason.strip())
        for cell in cells
    }
    changed = {key: value for key, value in wanted.items() if standing.get(key) != value}
    async with transaction():
        await _touch(roster["id"], version)
        for (person, on), (shift, minutes, reason) in changed.items():
            await rows(
                'INSERT INTO roster_cell (roster, person, "on", shift_type, overtime_minutes, overtime_reason,'
                " is_pinned, version) VALUES ({}, {}, {}, {}, {}, {}, {}, 1) ON CONFLICT (roster, person, \"on\")"
                " DO UPDATE SET shift_type = excluded.shift_type, overtime_minutes = excluded.overtime_minutes,"
                " overtime_reason = excluded.overtime_reason, version = roster_cell.version + 1",
                roster["id"], person, on, shift, minutes, reason or None, False,
            )  # fmt: skip
        inputs = {"cells": len(changed), "people": len({person for person, _on in changed})}
        await record(actor, f"roster:{how}", f"roster:{roster['id']}", inputs=inputs)
    return len(changed)


def _check(
    cell: CellIn, month: date, *, shifts: dict[str, int], posts: dict[int, dict[str, Any]], strangers: dict[int, str]
) -> None:
    place = f"{cell.person}:{cell.on}"
    if not month <= cell.on <= month_last(month):
        raise errors.OutsideMonth(on=cell.on.isoformat(), month=f"{month:%Y-%m}", field=place)
    if cell.shift != REST and cell.shift not in shifts:
        raise errors.ShiftUnknown(shift=cell.shift, known=listed(shifts), field=place)
    if cell.shift == REST and cell.overtime_minutes:
        raise errors.CellInvalid(on=cell.on.isoformat(), reason=N_("休息日不能只排加班，请先选班次"), field=place)
    post = posts.get(cell.person)
    if post is None or not post["from_on"] <= cell.on <= post["until_on"]:
        name = post["name"] if post else strangers.get(cell.person, cell.person)
        raise errors.NotOnRoster(person=name, on=cell.on.isoformat(), field=place)


async def _touch(roster_id: int, version: int) -> None:
    moved = await rows(
        "UPDATE roster SET version = version + 1 WHERE id = {} AND version = {} RETURNING id", roster_id, version
    )
    if not moved:
        raise StaleEdit()


async def judge(roster: dict[str, Any]) -> list[Violation]:
    """What the draft breaks, by law and house rules, with the weeks around it."""
    people = await grids.people_on(roster["unit"], roster["pay_month"])
    plan = await grids.plan_of(roster)
    known = {one["id"] for one in people}
    strangers = {cell.person for cell in plan.cells} - known
    facts = await grids.facts_of(people + [{"id": one, "position": ""} for one in strangers], roster["pay_month"])
    return gate(plan, facts, calendar=await working_calendar(), parameters=grids.law())


async def publish(actor: Actor, roster_id: int, *, version: int, reason: str = "") -> int:
    """Publish the draft: how many people were told. The law is asked first: a 37th overtime hour, a seventh day
    without rest and the like raise RosterRefused with person, day and article, and nothing is published.

    A roster that was published before needs a reason, and tells only those whose squares changed.
    """
    roster = await grids.roster_in_reach(actor, roster_id, Permission.ROSTER_WRITE)
    is_first = roster["state"] == "draft"
    if not is_first and not reason.strip():
        raise errors.ReasonMissing(field="reason")
    differing = await rows(
        "SELECT DISTINCT person FROM roster_cell WHERE roster = {} AND ({} OR COALESCE(shift_type, 0) <>"
        " COALESCE(published_shift_type, 0) OR overtime_minutes <> published_overtime_minutes) ORDER BY person",
        roster_id,
        is_first,
    )
    if not differing:
        raise errors.NothingToPublish()
    refuse_plan(await judge(roster))
    async with transaction():
        await _touch(roster_id, version)
        await rows(
            "UPDATE roster SET state = 'published', published_at = {}, published_by = {} WHERE id = {} RETURNING id",
            clock.now(),
            actor.account_id,
            roster_id,
        )
        await rows(
            "UPDATE roster_cell SET published_shift_type = shift_type, published_overtime_minutes = overtime_minutes"
            " WHERE roster = {} RETURNING id",
            roster_id,
        )
        await _tell([one["person"] for one in differing], roster, is_first=is_first, reason=reason)
        inputs = {"people": len(differing), "month": f"{roster['pay_month']:%Y-%m}"}
        await record(actor, "roster:publish", f"roster:{roster_id}", reason, inputs=inputs)
    return len(differing)


async def _tell(people: list[int], roster: dict[str, Any], *, is_first: bool, reason: str) -> None:
    sentence = N_("%(month)s的排班已公布") if is_first else N_("%(month)s的排班有改动：%(reason)s")
    facts = {"month": f"{roster['pay_month']:%Y-%m}", "reason": reason}
    for person in people:
        await tell(person, N_("排班"), sentence, facts, "/my/roster")
