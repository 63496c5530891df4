"""One evaluation with everything that its reader may see, for page and API alike."""

from typing import Any

import msgspec

from qa_service import clock
from qa_service.errors import NotFound
from qa_service.evaluations import proving, queries, rules, words
from qa_service.evaluations.facts import part_of
from qa_service.forms.queries import form_version
from qa_service.interactions.reach import is_own_only, sees_names
from qa_service.language import N_, current_language
from qa_service.people.access import Actor
from rubrics.explaining import arithmetic
from rubrics.forms import Form
from rubrics.marks import Mark

UNMARKED = (None, "", "{}")


class Stored(msgspec.Struct, frozen=True):
    """Of a stored explanation the mark alone."""

    mark: Mark


async def whole(actor: Actor, evaluation_id: int) -> dict[str, Any]:
    """Mark with its explanation, answers, evidence, transcript, records, responses and improvement notes.

    Whoever marks without knowing whom is not told the person here either.
    """
    found = await queries.visible(actor, evaluation_id)
    if found is None:
        raise NotFound(N_("这条质检评分"))
    version, form = await form_version(found["form"])
    against = await proving.beside(found["part"])
    responses = await queries.responses(evaluation_id)
    part = await part_of(actor, found)
    evidence = await queries.evidence(evaluation_id)
    return {
        "evaluation": _told(actor, found, part),
        "part": part,
        "form": {"id": version["id"], "version": version["version"]} | msgspec.to_builtins(form),
        "explanation": msgspec.json.decode(found["mark"]) if found["mark"] not in UNMARKED else None,
        "sums": _sums(form, found["mark"]),
        "answers": await queries.answers(evaluation_id),
        "evidence": words.told(evidence, form, against.record),
        "messages": list(against.messages.values()),
        "business_records": _records(actor, part, evidence, await queries.business_records(found["part"])),
        "responses": responses,
        "response_state": state_of(found, responses),
        "improvement_notes": await queries.notes_of(evaluation_id),
    }


def _told(actor: Actor, found: dict[str, Any], part: dict[str, Any] | None) -> dict[str, Any]:
    is_own = actor.person_id is not None and found["person"] == actor.person_id
    told = {name: value for name, value in found.items() if name != "mark"} | {"part_id": part and part["public_id"]}
    return told if is_own or sees_names(actor) else told | {"person": None}


def _sums(form: Form, mark: str | None) -> list[str]:
    """The arithmetic of the stored mark, to be recomputed by whoever reads it."""
    if mark in UNMARKED:
        return []
    stored = msgspec.json.decode(mark, type=Stored)
    return list(arithmetic(form, stored.mark)[1 if current_language() == "en" else 0])


def _records(
    actor: Actor, part: dict[str, Any] | None, evidence: list[dict[str, Any]], records: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """An agent reads those of the own order and those that the mark stands on; not what else the buyer did."""
    if not is_own_only(actor):
        return records
    cited = {one["business_record"] for one in evidence}
    order = part["order_no"] if part else None
    return [one for one in records if one["id"] in cited or (order and one["order_no"] == order)]


def state_of(found: dict[str, Any], said: list[dict[str, Any]]) -> str | None:
    """What the agent said to a released mark; None where there is nothing to answer."""
    if found["state"] != "released" or found["person"] is None:
        return None
    return rules.response_state(said, found["respond_by_at"], clock.now())
