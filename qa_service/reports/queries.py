"""Issued reports in the actor's reach: one's own month, else what the roles open, scoped by unit in the query."""

from typing import Any

from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.reports.commands import AGENT_MONTH, KINDS, SHEET, TRAINING_NEEDS

NEEDED = {  # an agent's month and a sheet show money
    AGENT_MONTH: Permission.SHEET_READ,
    TRAINING_NEEDS: Permission.TRAINING_READ,
    SHEET: Permission.SHEET_READ,
}
LISTED = (
    "SELECT r.id, r.kind, r.pay_month, r.unit, r.person, r.subject, r.digest, r.journal_head, r.created_at,"
    " u.name AS unit_name, u.name_en AS unit_name_en, n.name AS person_name, n.employee_no FROM report r"
    " LEFT JOIN unit u ON u.id = r.unit LEFT JOIN person n ON n.id = r.person"
)


def _scope(actor: Actor) -> tuple[str, list[Any]]:
    """A WHERE of what the actor may read, per kind of report, and its values."""
    parts, values = ["(r.kind = 'agent-month' AND r.person = {})"], [actor.person_id or -1]
    if actor.may(Permission.REPORT_READ):
        for kind, permission in NEEDED.items():
            reach = actor.units(permission)
            if reach is None:
                parts.append("(r.kind = {})")
                values.append(kind)
            elif reach:
                parts.append(f"(r.kind = {{}} AND r.unit IN {among(len(reach))})")
                values += [kind, *sorted(reach)]
    return "(" + " OR ".join(parts) + ")", values


async def reports(actor: Actor, *, kind: str = "", before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Issued reports, newest first, paged by id."""
    scope, values = _scope(actor)
    where = [scope]
    if kind:
        where.append("r.kind = {}")
        values.append(kind)
    if before is not None:
        where.append("r.id < {}")
        values.append(before)
    found = await rows(f"{LISTED} WHERE {' AND '.join(where)} ORDER BY r.id DESC LIMIT {{}}", *values, limit)
    return [_named(one) for one in found]


async def report(actor: Actor, report_id: int) -> dict[str, Any]:
    """One report with its model's text, else NotFound."""
    scope, values = _scope(actor)
    listed = LISTED.replace("r.digest,", "r.digest, r.model,")
    found = await row(f"{listed} WHERE r.id = {{}} AND {scope}", report_id, *values)
    if found is None:
        raise NotFound(N_("这份报告"))
    return _named(found)


def _named(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "kind_name": gettext(KINDS[found["kind"]])}
