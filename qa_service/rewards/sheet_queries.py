"""Reads of sheets: the list, one sheet with everything on it, one's own lines. Scoped to the actor in the query."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from qa_service.calendar.months import add_months
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.rewards import errors, storing
from qa_service.rewards.gates import STATE_NAMES, STEP_NAMES, SheetGate, SheetState
from qa_service.rewards.lines import SheetDraft
from qa_service.rewards.sheet_inputs import changes_now
from qa_service.rewards.wage_queries import floor_notes
from qa_service.web.formatting import moment

SHEET = (
    "SELECT s.*, u.name AS unit_name, u.name_en AS unit_name_en, (SELECT COUNT(*) FROM sheet_person p WHERE"
    " p.sheet = s.id) AS people FROM sheet s JOIN unit u ON u.id = s.unit"
)
LINE = (
    "SELECT l.*, p.name AS person_name, p.employee_no, s.state AS sheet_state, s.unit AS sheet_unit, s.pay_month,"
    " s.version AS sheet_version"
    " FROM sheet_line l JOIN sheet s ON s.id = l.sheet JOIN person p ON p.id = l.person"
)
PUBLISHED_STATES = ("locked", "paid")  # what the person concerned sees: an approved sheet may still be withdrawn


def _scope(actor: Actor, permissions: Iterable[Permission]) -> tuple[str, list[int]]:
    """Sheets of the units that any of these permissions reaches."""
    units: set[int] = set()
    for permission in permissions:
        reach = actor.units(permission)
        if reach is None:
            return "1 = 1", []
        units |= reach
    return f"s.unit IN {among(len(units))}", sorted(units)


async def unit_in_reach(actor: Actor, unit_id: int, permission: Permission) -> dict[str, Any]:
    reach = actor.units(permission)
    found = await row("SELECT id, name, name_en FROM unit WHERE id = {}", unit_id)
    if found is None or (reach is not None and unit_id not in reach):
        raise NotFound(N_("这个部门"))
    return found


async def units(actor: Actor, permission: Permission) -> list[dict[str, Any]]:
    """Units that the permission reaches, for a choice."""
    reach = actor.units(permission)
    where = "1 = 1" if reach is None else f"id IN {among(len(reach))}"
    return await rows(f"SELECT id, name, name_en FROM unit WHERE {where} ORDER BY id LIMIT 500", *sorted(reach or ()))


async def sheets(actor: Actor, month: date | None = None, unit: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Sheets in reach, newest month first."""
    scope, values = _scope(actor, (Permission.SHEET_READ,))
    where = [scope]
    if month is not None:
        where.append("s.pay_month = {}")
        values.append(month)
    if unit:
        where.append("s.unit = {}")
        values.append(unit)
    return await rows(
        f"{SHEET} WHERE {' AND '.join(where)} ORDER BY s.pay_month DESC, s.id DESC LIMIT {{}}", *values, limit
    )


async def readable(
    actor: Actor, sheet_id: int, permissions: Iterable[Permission] = (Permission.SHEET_READ,)
) -> dict[str, Any]:
    scope, values = _scope(actor, permissions)
    found = await row(f"{SHEET} WHERE s.id = {{}} AND {scope}", sheet_id, *values)
    if found is None:
        raise NotFound(N_("这张奖罚评分表"))
    return found


async def sheet(actor: Actor, sheet_id: int) -> dict[str, Any]:
    """One sheet with its persons, lines, steps and edits, and what has changed since it was drafted."""
    found = await readable(actor, sheet_id)
    regions = await rows(
        "SELECT DISTINCT w.region FROM wage_record w JOIN sheet_person p ON p.person = w.person"
        " WHERE p.sheet = {} AND w.pay_month = {} ORDER BY w.region",
        sheet_id,
        found["pay_month"],
    )
    return found | {
        "persons": await persons(sheet_id),
        "lines": await sheet_lines(actor, sheet_id),
        "steps": await steps(sheet_id),
        "edits": await edits(sheet_id),
        "changes": await changes_now(found),
        "floor_notes": floor_notes({one["region"] for one in regions}, found["pay_month"]),
    }


async def persons(sheet_id: int) -> list[dict[str, Any]]:
    found = await rows(
        "SELECT s.*, p.name AS person_name, p.employee_no FROM sheet_person s JOIN person p ON p.id = s.person"
        " WHERE s.sheet = {} ORDER BY s.person",
        sheet_id,
    )
    for one in found:
        one["lacks_wage"] = any(refused.rule_key == "wage" for refused in storing.refused_of(one["refused"]))
        one["refused"] = [refused.note.shown() for refused in storing.refused_of(one["refused"])]
        one["notes"] = [note.shown() for note in storing.notes_of(one["notes"])]
    return found


async def sheet_lines(actor: Actor, sheet_id: int) -> list[dict[str, Any]]:
    """The lines of a sheet in their one order, with their sentences in the reader's language."""
    await readable(actor, sheet_id)
    return [shown(one) for one in await rows(f"{LINE} WHERE l.sheet = {{}} ORDER BY l.position", sheet_id)]


def shown(line: dict[str, Any]) -> dict[str, Any]:
    """A row with its sentence and notes as one reads them."""
    made = storing.line_of(line)
    return line | {"text": made.shown(), "notes": [note.shown() for note in made.notes]}


async def closed_lines(sheet: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines of the last year's locked or paid months of the people of a draft: what a correction can name."""
    return await rows(
        f"{LINE} WHERE s.state IN ('locked', 'paid') AND s.pay_month < {{}} AND s.pay_month >= {{}}"
        " AND l.kind <> 'correction' AND l.person IN (SELECT person FROM sheet_person WHERE sheet = {})"
        " ORDER BY p.key, s.pay_month DESC, l.position LIMIT 2000",
        sheet["pay_month"], add_months(sheet["pay_month"], -12), sheet["id"],
    )  # fmt: skip


async def own_lines(actor: Actor, month: date) -> list[dict[str, Any]]:
    """One's own lines of a month, once the sheet is locked."""
    found = await rows(
        f"{LINE} WHERE l.person = {{}} AND s.pay_month = {{}} AND s.state IN {among(len(PUBLISHED_STATES))}"
        " ORDER BY l.sheet, l.position",
        actor.person_id if actor.person_id is not None else -1, month, *PUBLISHED_STATES,
    )  # fmt: skip
    return [shown(one) for one in found]


async def line(actor: Actor, sheet_id: int, line_id: int) -> dict[str, Any]:
    """One line: for whoever may read its sheet, and for the person concerned once the sheet is locked."""
    scope, values = _scope(actor, (Permission.SHEET_READ,))
    me = actor.person_id if actor.person_id is not None else -1
    found = await row(
        f"{LINE} WHERE l.id = {{}} AND l.sheet = {{}}"
        f" AND ({scope} OR (l.person = {{}} AND s.state IN {among(len(PUBLISHED_STATES))}))",
        line_id, sheet_id, *values, me, *PUBLISHED_STATES,
    )  # fmt: skip
    if found is None:
        raise NotFound(N_("这条明细"))
    return found


async def steps(sheet_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT t.*, COALESCE(p.name, a.username, '') AS actor, COALESCE(a.person, -t.account) AS party"
        " FROM sheet_step t LEFT JOIN account a ON a.id = t.account LEFT JOIN person p ON p.id = a.person"
        " WHERE t.sheet = {} ORDER BY t.id",
        sheet_id,
    )


async def check_one_sheet_each(sheet_id: int, month: date, made: SheetDraft) -> None:
    """Nobody is paid twice for a month: by the sheet of a group and by that of its department."""
    people = [person.person_id for person in made.people]
    found = await rows(
        "SELECT s.id, u.name AS unit_name, p.name FROM sheet_person q JOIN sheet s ON s.id = q.sheet"
        " JOIN unit u ON u.id = s.unit JOIN person p ON p.id = q.person WHERE s.pay_month = {} AND s.id <> {}"
        f" AND q.person IN {among(len(people))} ORDER BY s.id, p.key",
        month, sheet_id, *people,
    )  # fmt: skip
    if found:
        raise errors.PeopleOnAnotherSheet(
            month=f"{month:%Y-%m}", unit=found[0]["unit_name"], sheet=found[0]["id"], name=found[0]["name"],
            count=len({one["name"] for one in found}), field="unit_id",
        )  # fmt: skip


async def moved_on(sheet: dict[str, Any], step: str) -> errors.MovedOn:
    """The refusal of a step that comes too late: who moved the sheet, when, and to what."""
    last = (await steps(sheet["id"]))[-1]
    words = {"draft": N_("编制"), "edit": N_("修改")} | {each.value: word for each, word in STEP_NAMES.items()}
    return errors.MovedOn(
        who=last["actor"] or N_("系统"), when=moment(last["at"]), did=words[last["step"]],
        state=STATE_NAMES[SheetState(sheet["state"])], step=step,
    )  # fmt: skip


async def edits(sheet_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT e.*, p.name AS person_name, COALESCE(q.name, a.username, '') AS actor FROM sheet_edit e"
        " JOIN person p ON p.id = e.person LEFT JOIN account a ON a.id = e.account"
        " LEFT JOIN person q ON q.id = a.person"
        " WHERE e.sheet = {} ORDER BY e.id",
        sheet_id,
    )


async def gate(sheet: dict[str, Any]) -> SheetGate:
    """The sheet as its gate sees it: who wrote it, who stands on it, who asked to withdraw it."""
    taken = await steps(sheet["id"])
    on_it = await rows("SELECT DISTINCT person FROM sheet_line WHERE sheet = {} ORDER BY person", sheet["id"])
    asked = await row(
        "SELECT COALESCE(person, -id) AS party FROM account WHERE id = {}", sheet["withdraw_asked_by"] or 0
    )
    asker = None if sheet["withdraw_asked_by"] is None else asked["party"] if asked else 0
    return SheetGate(
        state=SheetState(sheet["state"]),
        authors=frozenset(one["party"] for one in taken if one["step"] in ("draft", "edit", "submit")),
        subjects=frozenset(one["person"] for one in on_it),
        approver=next((one["party"] for one in reversed(taken) if one["step"] == "approve"), None),
        withdraw_asked_by=asker,
        returns=sum(one["step"] == "return" for one in taken),
    )
