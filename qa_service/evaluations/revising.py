"""A released mark that turns out wrong is corrected by a new revision with its reason; the old one stays visible."""

from collections.abc import Sequence
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import bulk_insert, row, rows, transaction
from qa_service.errors import NotFound
from qa_service.evaluations import errors, queries
from qa_service.evaluations.commands import insert_answers, problem_fields, release
from qa_service.evaluations.improving import move_notes
from qa_service.evaluations.proving import beside, proven
from qa_service.evaluations.schemas import EvidenceIn
from qa_service.evaluations.tables import Evaluation
from qa_service.forms.queries import form_version
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from rubrics.answer_checks import check_answers
from rubrics.answers import Answer, Evidence
from rubrics.forms import Form
from rubrics.marking import mark

KEPT = (
    "subject_kind", "part", "person", "unit", "subject_text", "subject_from_on", "subject_until_on", "found_in", "form",
    "origin", "draw_item", "batch", "monitor", "monitor_label", "exemption", "improvement_note", "pay_month", "due_on",
)  # fmt: skip
EVIDENCE = ("item", "occurrence", "kind", "message", "start", "end", "business_record", "quote", "searched", "fact")


async def revise(
    actor: Actor, evaluation_id: int, answers: list[Answer], reason: str, *, evidence: Sequence[EvidenceIn] = ()
) -> int:
    """Correct a released mark; answers that are not given stay as they were. The new evaluation's id.

    Evidence that is given takes the place of the former evidence of its items.
    """
    actor.require(Permission.EVALUATION_MANAGE)
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    if await queries.visible(actor, evaluation_id) is None:
        raise NotFound(N_("这条质检评分"))
    async with transaction():
        made = await write_revision(actor, evaluation_id, answers, reason, evidence=evidence)
        await record(actor, "evaluation:revise", f"evaluation:{made}", reason, inputs={"supersedes": evaluation_id})
    return made


async def write_revision(
    actor: Actor, evaluation_id: int, answers: list[Answer], reason: str, *, evidence: Sequence[EvidenceIn] = ()
) -> int:
    """The same inside the caller's transaction, who also writes the journal line (a decided dispute)."""
    found = await row("SELECT * FROM evaluation WHERE id = {}", evaluation_id)
    if found is None or found["state"] != "released":
        raise errors.NotReleased(id=evaluation_id)
    _version, form = await form_version(found["form"])
    changed = {one.item: one for one in answers}
    given = [changed.pop(one.item, one) for one in await stored_answers(evaluation_id)] + list(changed.values())
    pieces = _standing(await _pieces(found, form, evidence), given)
    attached = [Evidence(item=e["item"], kind=e["kind"], occurrence=e["occurrence"]) for e in pieces]
    if fields := problem_fields(check_answers(form, given, attached)):
        raise errors.AnswersIncomplete(count=len(fields), fields=fields)
    await rows(
        "UPDATE evaluation SET state = 'superseded', version = version + 1 WHERE id = {} RETURNING id", evaluation_id
    )
    made = await _insert(found, reason)
    await insert_answers(made["id"], form, given)
    await bulk_insert(
        "evidence",
        ("evaluation", *EVIDENCE),
        [(made["id"], *(piece[name] for name in EVIDENCE)) for piece in pieces],
    )
    await release(made, form, given)
    await move_notes(found, made, mark(form, given), reason)
    return made["id"]


async def _pieces(found: dict[str, Any], form: Form, evidence: Sequence[EvidenceIn]) -> list[dict[str, Any]]:
    """The stored evidence, that of some items replaced by what is given."""
    stored = await queries.evidence(found["id"])
    if not evidence:
        return stored
    given = proven(form, list(evidence), await beside(found["part"]))
    items = {one.item for one in given}
    return [one for one in stored if one["item"] not in items] + [msgspec.structs.asdict(one) for one in given]


def _standing(pieces: list[dict[str, Any]], answers: list[Answer]) -> list[dict[str, Any]]:
    """Without the evidence of occurrences that the corrected answers no longer list."""
    places = {one.item: max(1, len(one.occurrences)) for one in answers}
    return [one for one in pieces if one["occurrence"] < places.get(one["item"], 1)]


async def _insert(found: dict[str, Any], reason: str) -> dict[str, Any]:
    """The row of the next revision, before its mark is known."""
    kept = {name: found[name] for name in KEPT}
    note = "；".join(text for text in (found["improvement_note"], reason.strip()) if text)
    made = Evaluation(
        **{**kept, "improvement_note": note},
        state="submitted",
        revision=found["revision"] + 1,
        supersedes=found["id"],
        created_at=clock.now(),
        opened_at=found["opened_at"],
        seconds_spent=found["seconds_spent"],
    )
    made_id = (await Evaluation.insert(made).returning(Evaluation.id))[0]["id"]
    return {**found, "id": made_id, "revision": found["revision"] + 1}


async def stored_answers(evaluation_id: int) -> list[Answer]:
    return [msgspec.convert(one, Answer) for one in await queries.answers(evaluation_id)]
