"""One evaluation with everything that its reader may see, for page and API alike."""

from typing import Any

import msgspec

from qa_service import clock
from qa_service.errors import NotFound
from qa_service.evaluations import proving, queries, rules, words
from qa_service.evaluations.facts import part_of
from qa_service.forms.queries import form_version
from qa_service.interactions.reach import sees_names
from qa_service.language import N_
from qa_service.people.access import Actor


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
    return {
        "evaluation": _told(actor, found, part),
        "part": part,
        "form": {"id": version["id"], "version": version["version"]} | msgspec.to_builtins(form),
        "explanation": msgspec.json.decode(found["mark"]) if found["mark"] not in (None, "", "{}") else None,
        "answers": await queries.answers(evaluation_id),
        "evidence": words.told(await queries.evidence(evaluation_id), form, against.record),
        "messages": list(against.messages.values()),
        "business_records": await queries.business_records(found["part"]),
        "responses": responses,
        "response_state": state_of(found, responses),
        "improvement_notes": await queries.notes_of(evaluation_id),
    }


def _told(actor: Actor, found: dict[str, Any], part: dict[str, Any] | None) -> dict[str, Any]:
    is_own = actor.person_id is not None and found["person"] == actor.person_id
    told = {name: value for name, value in found.items() if name != "mark"} | {"part_id": part and part["public_id"]}
    return told if is_own or sees_names(actor) else told | {"person": None}


def state_of(found: dict[str, Any], said: list[dict[str, Any]]) -> str | None:
    """What the agent said to a released mark; None where there is nothing to answer."""
    if found["state"] != "released" or found["person"] is None:
        return None
    return rules.response_state(said, found["respond_by_at"], clock.now())
