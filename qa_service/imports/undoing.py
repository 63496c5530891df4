"""Undo a batch: who may, the command itself, and the work that clears up behind it."""

from typing import Any

from qa_service.database import scalar
from qa_service.errors import Refusal
from qa_service.imports import errors, queries, reach, schemas
from qa_service.interactions import undoing
from qa_service.interactions.undoing import told, uses_of
from qa_service.jobs.kinds import Kind, Progress
from qa_service.language import N_
from qa_service.people.access import Actor, Permission


async def undo_batch(actor: Actor, batch_id: int, reason: str) -> None:
    """Let a batch that the actor may bring in count no longer; refused with the list of what rests on it."""
    await check_reach(actor, await queries.batch(actor, batch_id))
    await undoing.undo_batch(actor, batch_id, reason)


async def check_reach(actor: Actor, batch: schemas.BatchOut) -> None:
    """Whoever imports for one unit undoes what they brought in themselves, or what is of their unit by its profile."""
    actor.require(Permission.IMPORT_WRITE)
    profile = await _profile(batch.profile_name)
    if profile is not None:
        await reach.require_write(actor, profile)
    if actor.units(Permission.IMPORT_WRITE) is None or (profile is not None and profile.constants.get("unit")):
        return
    account = await scalar("SELECT account FROM import_batch WHERE id = {}", batch.id)
    if actor.account_id is None or account != actor.account_id:
        raise errors.UndoOutOfReach(batch=batch.id)


async def _profile(name: str) -> Any:
    try:
        return await queries.find_profile(name)
    except Refusal:  # it has gone, or this release does not take it any more
        return None


async def uses(actor: Actor, batch_id: int) -> list[schemas.UseOut]:
    """Everything that rests on a batch, for whoever may read it."""
    await queries.batch(actor, batch_id)
    return [
        schemas.UseOut(code=one.code, sentence=told(one), count=one.count, href=one.href, refuses=one.refuses)
        for one in await uses_of(batch_id)
    ]


async def _clear(actor: Actor, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: remove what an undone batch wrote; a second run finds nothing to do."""
    batch = arguments["batch"]
    await progress(0, 1, N_("正在清理"))
    await undoing.finish(batch)
    return {"href": f"/imports/{batch}", "batch": batch}


UNDO = Kind(N_("清理撤销的批次"), Permission.IMPORT_WRITE, _clear)
UNDO_JOB = "import-undo"
