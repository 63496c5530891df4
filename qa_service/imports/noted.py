"""The records that the notes of a batch speak of: kept while the batch loads, read page by page."""

import json
from collections.abc import Mapping, Sequence

from qa_service.database import bulk_insert, rows, transaction
from qa_service.imports.notes import text_of
from qa_service.imports.noticing import Listed
from qa_service.imports.schemas import NotedRecordOut, NoteOut
from qa_service.interactions.commands import renew_lease

STEP = 2_000  # rows of one transaction
COLUMNS = ("batch", "note", "external_id", "value")


async def keep_lists(batch: int, lists: Mapping[str, Sequence[Listed]]) -> None:
    """Write the lists of a batch that is still loading, in short steps."""
    found = [(batch, note, one.name, one.value) for note, listed in lists.items() for one in listed]
    for start in range(0, len(found), STEP):
        async with transaction():
            await renew_lease(batch)
            await bulk_insert("noted_record", COLUMNS, found[start : start + STEP])


def notes_out(stored: str) -> list[NoteOut]:
    """Stored notes in the current language; those of batches that came in before notes had codes have none."""
    return [
        NoteOut(code=note.get("code", ""), sentence=text_of(note), records=note.get("key"))
        for note in json.loads(stored)
    ]


async def noted(batch: int, note: str, *, after: int = 0, limit: int) -> list[NotedRecordOut]:
    """The records of one note in the order of the file; `after` is the id to go on from.

    The record that is linked is the batch's own; one that was there before is the newest of that name.
    """
    found = await rows(
        "SELECT n.id, n.external_id, n.value, (SELECT MAX(i.id) FROM interaction i JOIN import_batch s"
        " ON s.id = i.batch WHERE i.source = b.source AND i.external_id = n.external_id AND s.state = 'published')"
        " AS interaction FROM noted_record n JOIN import_batch b ON b.id = n.batch"
        " WHERE n.batch = {} AND n.note = {} AND n.id > {} ORDER BY n.id LIMIT {}",
        batch,
        note,
        after,
        limit,
    )
    return [NotedRecordOut(**one) for one in found]
