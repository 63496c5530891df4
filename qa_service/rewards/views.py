"""What API and pages both show: the steps that somebody may take, and a rule in words."""

from typing import Any

from qa_service.people.access import Actor
from qa_service.rewards import gates, sheet_queries
from qa_service.rewards.event_commands import party
from qa_service.rewards.gates import Step
from qa_service.rewards.sheet_commands import STEP_PERMISSIONS
from rubrics.pack_records import EventRule


async def steps_now(actor: Actor, sheet: dict[str, Any]) -> tuple[Step, ...]:
    """The steps that gate, permissions and reach leave to this person."""
    gate = await sheet_queries.gate(sheet)
    return tuple(
        step
        for step in gates.possible_steps(gate, party(actor))
        if any(_reaches(actor.units(permission), sheet["unit"]) for permission in STEP_PERMISSIONS[step])
    )


def _reaches(units: frozenset[int] | None, unit: int) -> bool:
    return units is None or unit in units


def rule_facts(rule: EventRule) -> dict[str, Any]:
    names = ("name", "name_en", "kind", "amount_fen", "off_percent", "sentence", "sentence_en")
    return {name: getattr(rule, name) for name in names}
