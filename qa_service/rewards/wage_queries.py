"""Reads of wage records: HR and managers, within their units; and how well each region's minimum wage is known."""

from datetime import date
from typing import Any

from qa_service.database import among, rows
from qa_service.people.access import Actor, Permission
from qa_service.rewards.corrections import law_parameters
from qa_service.rewards.errors import UnknownRegion
from qa_service.rewards.limits import floor_note
from qa_service.rewards.rules import wage_law


def _scope(actor: Actor) -> tuple[str, list[int]]:
    reach = actor.units(Permission.WAGE_READ)
    if reach is None:
        return "1 = 1", []
    inside = f"EXISTS (SELECT 1 FROM post q WHERE q.person = w.person AND q.unit IN {among(len(reach))})"
    return inside, sorted(reach)


async def wages(actor: Actor, month: date) -> list[dict[str, Any]]:
    """The wage records of a month within the actor's reach, by employee number."""
    scope, values = _scope(actor)
    return await rows(
        "SELECT w.id, w.person, w.pay_month, w.base_fen, w.variable_base_fen, w.normal_wage_fen, w.region,"
        " w.contract_kind, w.variable_source, w.version, p.name AS person_name, p.employee_no FROM wage_record w"
        f" JOIN person p ON p.id = w.person WHERE w.pay_month = {{}} AND {scope}"
        " ORDER BY p.employee_no, p.id LIMIT 5000",
        month, *values,
    )  # fmt: skip


async def newest_month(actor: Actor) -> date | None:
    scope, values = _scope(actor)
    found = await rows(
        f"SELECT w.pay_month FROM wage_record w WHERE {scope} ORDER BY w.pay_month DESC LIMIT 1", *values
    )
    return found[0]["pay_month"] if found else None


def floor_notes(regions: set[str], month: date) -> list[str]:
    """For each region of a month: its minimum wage, where that is from, and 未经核对 where nobody compared it."""
    notes = []
    for region in sorted(regions):
        try:
            notes.append(floor_note(wage_law(law_parameters(), region, month)).shown())
        except UnknownRegion as refusal:
            notes.append(refusal.text())
    return notes
