"""Reads of follow-ups: in reach or one's own, the earliest due first, paged by due time and id."""

from typing import Any

from qa_service import clock
from qa_service.calendar.months import local_day_bounds
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.follow_ups.commands import KINDS
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission

STATES = ("open", "overdue", "done")
STATE_NAMES = {"open": N_("待办"), "overdue": N_("已过期"), "done": N_("已办")}
FOLLOW_UP = (
    "SELECT f.*, u.name AS unit_name, u.name_en AS unit_name_en, n.name AS responsible_name, n.employee_no,"
    " h.name AS first_handler_name FROM follow_up f JOIN unit u ON u.id = f.unit"
    " LEFT JOIN person n ON n.id = f.responsible LEFT JOIN person h ON h.id = f.first_handler"
)


def _scope(actor: Actor) -> tuple[str, list[int]]:
    me = actor.person_id if actor.person_id is not None else -1
    reach = actor.units(Permission.FOLLOW_UP_WRITE)
    if reach is None:
        return "1 = 1", []
    if not reach:
        return "f.responsible = {}", [me]
    return f"(f.responsible = {{}} OR f.unit IN {among(len(reach))})", [me, *sorted(reach)]


async def follow_ups(
    actor: Actor, *, state: str = "", kind: str = "", offset: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """Follow-ups in reach and one's own: open ones by due time, done ones the newest first."""
    scope, values = _scope(actor)
    where = [scope]
    if state == "done":
        where.append("f.done_at IS NOT NULL")
    elif state:
        where.append("f.done_at IS NULL")
    if state == "overdue":
        where.append("f.due_at < {}")
        values.append(clock.now())
    if kind:
        where.append("f.kind = {}")
        values.append(kind)
    order = "f.done_at DESC, f.id DESC" if state == "done" else "f.done_at IS NOT NULL, f.due_at, f.id"
    found = await rows(
        f"{FOLLOW_UP} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {{}} OFFSET {{}}", *values, limit, offset
    )
    return [_told(one) for one in found]


async def follow_up(actor: Actor, follow_up_id: int) -> dict[str, Any]:
    scope, values = _scope(actor)
    found = await row(f"{FOLLOW_UP} WHERE f.id = {{}} AND {scope}", follow_up_id, *values)
    if found is None:
        raise NotFound(N_("这件跟进"))
    return _told(found)


async def due_count(actor: Actor) -> int:
    """Open ones that are due today or late, for the home page."""
    scope, values = _scope(actor)
    found = await row(
        f"SELECT COUNT(*) AS n FROM follow_up f WHERE {scope} AND f.done_at IS NULL AND f.due_at < {{}}",
        *values,
        local_day_bounds(clock.today())[1],
    )
    return found["n"]


def _told(found: dict[str, Any]) -> dict[str, Any]:
    late = found["done_at"] is None and found["due_at"] < clock.now()
    state = "done" if found["done_at"] else "overdue" if late else "open"
    return found | {
        "state": state,
        "state_name": gettext(STATE_NAMES[state]),
        "kind_name": gettext(KINDS.get(found["kind"], found["kind"])),
        "was_late": found["done_at"] is not None and found["done_at"] > found["due_at"],
    }
