"""改进意见, followed to done or not done by somebody else than the person whom it concerns."""

from typing import Any

from qa_service import clock
from qa_service.database import rows, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.evaluations import errors, queries
from qa_service.evaluations.tables import ImprovementNote
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from rubrics.marks import Mark

DONE, NOT_DONE = "done", "not_done"
LIMIT = 2000


def deducted(mark: Mark) -> int:
    """How many items took points or triggered."""
    critical = {one.item for one in mark.criticals}
    return sum((one.cost_hundredths or 0) > 0 or one.key in critical for one in mark.items)


def check_note(mark: Mark, note: str | None) -> None:
    """A mark that takes points says what to do better. Raises NoteMissing."""
    if deducted(mark) and not (note and note.strip()):
        raise errors.NoteMissing(count=deducted(mark), field="improvement_note")


async def move_notes(old: dict[str, Any], new: dict[str, Any], mark: Mark, reason: str) -> None:
    """After a correction: open notes go on with the new revision, or lapse where nothing is left to improve."""
    state = "open" if deducted(mark) else "lapsed"
    moved = await rows(
        "UPDATE improvement_note SET evaluation = {}, state = {}, version = version + 1 WHERE evaluation = {}"
        " AND state = 'open' RETURNING id",
        new["id"],
        state,
        old["id"],
    )
    if deducted(mark) and not moved and not await queries.notes_of(old["id"]):
        await take_note(new, reason)


async def take_note(found: dict[str, Any], note: str | None) -> None:
    """Keep the note of a submitted evaluation as an open one (inside the caller's transaction)."""
    if note and note.strip():
        body = note.strip()[:LIMIT]
        await ImprovementNote.insert(ImprovementNote(evaluation=found["id"], person=found["person"], body=body))


async def readable(actor: Actor, note_id: int) -> dict[str, Any]:
    """A note of an evaluation that the actor may see, for whoever follows notes."""
    actor.require(Permission.FOLLOW_UP_WRITE)
    found = await queries.note(note_id)
    if found is None or await queries.visible(actor, found["evaluation"]) is None:
        raise NotFound(N_("这条改进意见"))
    return found


async def follow(actor: Actor, note_id: int, state: str, result: str, *, version: int) -> None:
    """Close an open note as done or not done, with what was seen; 'not done' needs its reason. The agent is told.

    Raises NotFound, OwnNote, NoteClosed, ResultMissing, StaleEdit.
    """
    found = await readable(actor, note_id)
    if actor.person_id is not None and found["person"] == actor.person_id:
        raise errors.OwnNote()
    if found["state"] != "open":
        raise errors.NoteClosed()
    if state == NOT_DONE and not result.strip():
        raise errors.ResultMissing(field="result")
    async with transaction():
        moved = await rows(
            "UPDATE improvement_note SET state = {}, result = {}, followed_by = {}, followed_at = {},"
            " version = version + 1 WHERE id = {} AND version = {} AND state = 'open' RETURNING id",
            state,
            result.strip()[:LIMIT] or None,
            actor.account_id,
            clock.now(),
            note_id,
            version,
        )
        if not moved:
            raise StaleEdit(N_("这条改进意见"))
        sentence = N_("您的一条改进意见已跟进：已做到") if state == DONE else N_("您的一条改进意见已跟进：没有做到")
        await tell(found["person"], N_("改进意见"), sentence, {}, f"/evaluations/{found['evaluation']}")
        await record(actor, f"improvement-note:{state}", f"improvement_note:{note_id}", result.strip())
