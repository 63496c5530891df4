"""Take a published batch back as a whole, while nothing rests on it.

What is seen changes in one short command: the batch is `undone`, so none of its rows counts and what it superseded
counts again. Its rows go afterwards in short steps (`finish`); killed on the way, the next start or import goes on.
"""

from typing import Any

from qa_service import clock
from qa_service.database import row, rows, scalar, transaction
from qa_service.interactions import errors
from qa_service.interactions.commands import TOTALS, sweep
from qa_service.interactions.tables import BatchUndo
from qa_service.interactions.uses import Use, clear_elsewhere, uses_elsewhere
from qa_service.journal.commands import record
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission

# The others change what is there, row by row, and keep no batch.
TARGETS = ("interaction", "survey", "business_record", *TOTALS)
SUPERSEDING = ("interaction", "survey_answer", *TOTALS)
TRIES = 3
SHOWN = 5


async def undo_batch(actor: Actor, batch_id: int, reason: str) -> None:
    """Let a batch count no longer; refused with everything that rests on it.

    Whoever calls clears up afterwards (`finish`), or lets the next start do so.
    """
    actor.require(Permission.IMPORT_WRITE)
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    for attempt in range(TRIES):
        before = await _journal_end()
        await _check(batch_id)
        async with transaction():
            # Every command leaves a line: none since the check means that it still holds. The check walks the whole
            # batch, and walks it inside the transaction only where others write without a pause.
            if await _journal_end() != before:
                if attempt < TRIES - 1:
                    continue
                await _check(batch_id)
            await _undo(actor, batch_id, reason.strip())
            return


async def _journal_end() -> int:
    return await scalar("SELECT MAX(position) AS last FROM journal_line") or 0


async def _check(batch_id: int) -> None:
    found = await _undoable(batch_id)
    busy = await scalar(
        "SELECT id FROM import_batch WHERE state = 'loading' AND source = {} AND id <> {}", found["source"], batch_id
    )
    if busy is not None:
        raise errors.SourceBusy(batch=batch_id, other=busy)
    if standing := [use for use in await uses_of(batch_id) if use.refuses]:
        more = ["…"] if len(standing) > SHOWN else []
        raise errors.BatchUsed(batch=batch_id, uses={"sentences": [*map(told, standing[:SHOWN]), *more]})


async def _undoable(batch_id: int) -> dict[str, Any]:
    found = await row("SELECT id, state, target, source FROM import_batch WHERE id = {}", batch_id)
    if found is None or found["state"] != "published":
        raise errors.BatchNotPublished(batch=batch_id)
    if found["target"] not in TARGETS:
        raise errors.BatchNotUndoable(batch=batch_id)
    return found


async def _undo(actor: Actor, batch_id: int, reason: str) -> None:
    done = await rows(
        "UPDATE import_batch SET state = 'undone', version = version + 1 WHERE id = {} AND state = 'published'"
        " RETURNING file_sha256, accepted, updated, held",
        batch_id,
    )
    if not done:
        raise errors.BatchNotPublished(batch=batch_id)
    await BatchUndo.insert(
        BatchUndo(batch=batch_id, account=actor.account_id, reason=reason, at=clock.now(), cleaned_at=None)
    )
    fate = done[0]
    inputs = {name: fate[name] for name in ("accepted", "updated", "held")}
    await record(actor, "import:undo", f"batch:{batch_id}", reason, inputs={"file": fate["file_sha256"], **inputs})


async def finish(batch_id: int) -> None:
    """Remove what an undone batch wrote, in short steps; again and again is the same as once."""
    waits = await scalar(
        "SELECT u.id FROM batch_undo u JOIN import_batch b ON b.id = u.batch"
        " WHERE u.batch = {} AND u.cleaned_at IS NULL AND b.state = 'undone'",
        batch_id,
    )
    if waits is None:
        return
    await clear_elsewhere(batch_id)
    await sweep(batch_id)
    async with transaction():
        await rows("UPDATE batch_undo SET cleaned_at = {} WHERE id = {}", clock.now(), waits)


async def finish_unfinished(source: str | None = None) -> int:
    """Go on where a killed process stopped clearing up; of one source only where asked."""
    found = await rows(
        "SELECT u.batch FROM batch_undo u JOIN import_batch b ON b.id = u.batch WHERE u.cleaned_at IS NULL"
        " AND (CAST({} AS TEXT) IS NULL OR b.source = {}) ORDER BY u.id",
        source,
        source,
    )
    for one in found:
        await finish(one["batch"])
    return len(found)


async def undone(batch_id: int) -> dict[str, Any] | None:
    """Who took the batch back, when and why."""
    return await row(
        "SELECT u.reason, u.at, u.cleaned_at, a.username FROM batch_undo u LEFT JOIN account a ON a.id = u.account"
        " WHERE u.batch = {}",
        batch_id,
    )


def told(use: Use) -> str:
    return gettext(use.sentence, count=use.count, **use.facts)


async def uses_of(batch_id: int) -> list[Use]:
    """Everything that rests on a batch, in the order of the road; a list that changed what was there says so alone."""
    target = await scalar("SELECT target FROM import_batch WHERE id = {}", batch_id)
    if target not in TARGETS:
        text = N_("这一批改动了名册、持有人或工资本身，不能整批撤销：请改正文件后再导入一次")
        return [Use(code="changed-in-place", sentence=text, count=1)]
    return [*await _later_batches(batch_id), *await _claims(batch_id), *await _answers(batch_id),
            *await uses_elsewhere(batch_id), *await _same_again(batch_id)]  # fmt: skip


async def _later_batches(batch_id: int) -> list[Use]:
    superseded = " UNION ALL ".join(
        f"SELECT superseded_by FROM {table} WHERE batch = {{}} AND superseded_by IS NOT NULL" for table in SUPERSEDING
    )
    found = await rows(
        f"SELECT later.id, later.file_name, COUNT(*) AS n FROM ({superseded}) s JOIN import_batch later"
        " ON later.id = s.superseded_by WHERE later.state = 'published'"
        " GROUP BY later.id, later.file_name ORDER BY later.id",
        *[batch_id] * len(SUPERSEDING),
    )
    text = N_("%(count)s行已被后来的批次%(later)s（%(file)s）更正，请先撤销那一批")
    return [_batch("later-batch", text, one) for one in found]


async def _claims(batch_id: int) -> list[Use]:
    """Parts named by hand; a claim that came along with a correction still stands on the former revision."""
    count = await scalar(
        "SELECT COUNT(*) AS n FROM part_resolution r JOIN agent_part p ON p.id = r.part WHERE p.batch = {}"
        " AND r.person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM part_resolution s WHERE s.part = r.part"
        " AND s.id > r.id) AND NOT EXISTS (SELECT 1 FROM part_resolution k JOIN agent_part o ON o.id = k.part"
        " WHERE k.at = r.at AND k.account = r.account AND k.person = r.person AND o.superseded_by = p.batch"
        " AND o.public_id = p.public_id)",
        batch_id,
    )
    text = N_("%(count)s段由人认领，请先撤销这些认领")
    return [Use(code="claims", sentence=text, count=count, href="/interactions/unclaimed")] if count else []


async def _answers(batch_id: int) -> list[Use]:
    found = await rows(
        "SELECT b.id, b.file_name, COUNT(*) AS n FROM survey_answer a JOIN interaction i ON i.id = a.interaction"
        " JOIN import_batch b ON b.id = a.batch WHERE i.batch = {} AND a.batch <> i.batch AND b.state = 'published'"
        " GROUP BY b.id, b.file_name ORDER BY b.id",
        batch_id,
    )
    text = N_("%(count)s个客户评价（批次%(later)s，%(file)s）属于这批记录，请先撤销那一批")
    return [_batch("answers", text, one) for one in found]


def _batch(code: str, text: str, found: dict[str, Any]) -> Use:
    """Rows of another batch that stand in the way: that one is to be undone first."""
    facts = {"later": found["id"], "file": found["file_name"]}
    return Use(code=code, sentence=text, count=found["n"], href=f"/imports/{found['id']}/undo", facts=facts)


async def _same_again(batch_id: int) -> list[Use]:
    """Rows of later files that were here already came in with this batch or an earlier one: they go along with it."""
    found = await rows(
        "SELECT b.id, b.file_name, b.unchanged FROM import_batch b JOIN import_batch own ON own.id = {}"
        " WHERE b.source = own.source AND b.target = own.target AND b.state = 'published' AND b.id > own.id"
        " AND b.unchanged > 0 ORDER BY b.id LIMIT {}",
        batch_id,
        SHOWN,
    )
    text = N_(
        "后来的批次%(later)s（%(file)s）有%(count)s行与已有的相同、没有另存；"
        "其中属于这一批的会一起消失，撤销后请把那个文件再导入一次"
    )
    return [
        Use(code="same-again", sentence=text, count=one["unchanged"], href=f"/imports/{one['id']}",
            facts={"later": one["id"], "file": one["file_name"]}, refuses=False)
        for one in found
    ]  # fmt: skip
