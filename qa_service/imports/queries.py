"""Reads of imports: batches, their rejected rows, and what waits."""

from typing import Any

from qa_service.database import row, rows
from qa_service.errors import NotFound
from qa_service.imports.notes import texts
from qa_service.imports.rejecting import read_reject, rejects_csv
from qa_service.imports.reports import RejectOut
from qa_service.imports.schemas import BatchOut
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

PAGE = 25


async def batches(actor: Actor, *, search: str = "", before: int = 0, limit: int = PAGE) -> list[BatchOut]:
    """Newest first; `search` is part of a file's name or a profile's, `before` the id to go on from."""
    actor.require(Permission.IMPORT_READ)
    pattern = f"%{search.strip()}%"
    found = await rows(
        "SELECT * FROM import_batch WHERE (CAST({} AS BIGINT) = 0 OR id < {}) AND (file_name LIKE {} OR profile_name"
        " LIKE {}) ORDER BY id DESC LIMIT {}",
        before,
        before,
        pattern,
        pattern,
        limit,
    )
    return [_out(one) for one in found]


async def batch(actor: Actor, batch_id: int) -> BatchOut:
    actor.require(Permission.IMPORT_READ)
    found = await row("SELECT * FROM import_batch WHERE id = {}", batch_id)
    if found is None:
        raise NotFound(N_("这个导入批次"))
    return _out(found)


async def rejects(actor: Actor, batch_id: int, *, after: int = 0, limit: int = 100) -> list[RejectOut]:
    """Rejected rows in the order of the file; `after` is the line to go on from."""
    await batch(actor, batch_id)
    found = await rows(
        "SELECT * FROM import_reject WHERE batch = {} AND line > {} ORDER BY line, id LIMIT {}", batch_id, after, limit
    )
    return [read_reject(one) for one in found]


async def rejects_file(actor: Actor, batch_id: int) -> bytes:
    """All rejected rows as CSV with their reasons, to mend and bring back."""
    await batch(actor, batch_id)
    return rejects_csv(await rows("SELECT * FROM import_reject WHERE batch = {} ORDER BY line, id", batch_id))


def _out(found: dict[str, Any]) -> BatchOut:
    names = ("id", "profile_name", "source", "target", "file_name", "file_sha256", "state", "accepted", "rejected",
             "duplicates", "held", "updated", "unchanged", "started_at", "published_at")  # fmt: skip
    given = {name: found[name] for name in names}
    return BatchOut(**given, read=found["records_read"], notes=texts(found["notes"]))
