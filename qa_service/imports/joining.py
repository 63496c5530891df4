"""What waited finds what it waited for: late scores their contact, records and days their person.

Runs after every batch that brings contacts or people is published. A held row keeps its line and its batch; what
becomes of it is written beside it, never into the numbers of the batch, which say what was true when it came.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, bulk_insert, rows, transaction
from qa_service.day_totals.commands import name_people
from qa_service.imports.loads import digest_of
from qa_service.imports.records import SurveyRecord
from qa_service.imports.targets import ANSWER, answer_row
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor

BRINGS = ("staff", "interaction", "account_holder")  # after these somebody or something may have become known
AT_ONCE = 300
LABELS_AT_ONCE = 50


async def join_waiting(actor: Actor, batch: int) -> list[dict[str, Any]]:
    """Join everything that waits and can be joined now; answers the notes that say how much."""
    notes = []
    for sentence, count in (
        (N_("先前等待的%(count)s条满意度评价接到了对应的服务记录"), await join_surveys(actor, batch)),
        (N_("先前待认领的%(count)s行日汇总或缺勤归到了本人"), await name_people(actor)),
        (N_("先前没有归到人的%(count)s条业务单据归到了登记人"), await name_recorders(actor, batch)),
    ):
        if count:
            notes.append({"sentence": sentence, "facts": {"count": count}})
    return notes


async def join_surveys(actor: Actor, batch: int) -> int:
    """Scores that came before their contact; of several for one contact the newest batch holds."""
    joined, after = 0, 0
    while found := await _waiting(after):
        after = found[-1]["id"]
        async with transaction():
            for one in found:
                await _join(one)
            await record(actor, "import:join", f"batch:{batch}", inputs={"joined": len(found)})
        joined += len(found)
    return joined


async def _waiting(after: int) -> list[dict[str, Any]]:
    """Held scores whose contact is here by now, with the newest revision of it."""
    return await rows(
        "SELECT h.id, h.batch, h.row, MAX(i.id) AS interaction FROM held_row h"
        " JOIN import_batch b ON b.id = h.batch"
        " JOIN interaction i ON i.source = b.source AND i.external_id = h.key"
        " JOIN import_batch c ON c.id = i.batch"
        " WHERE h.id > {} AND h.resolved_at IS NULL AND h.reason = 'no-interaction' AND b.state = 'published'"
        " AND c.state = 'published' GROUP BY h.id, h.batch, h.row ORDER BY h.id LIMIT {}",
        after,
        AT_ONCE,
    )


async def _join(held: dict[str, Any]) -> None:
    one = msgspec.json.decode(held["row"], type=SurveyRecord)
    digest, later = digest_of(one), None
    known = await rows(
        "SELECT a.id, a.batch, a.digest FROM survey_answer a JOIN import_batch b ON b.id = a.batch"
        " WHERE a.source = {} AND a.external_id = {} AND a.superseded_by IS NULL AND b.state = 'published'"
        " ORDER BY a.id",
        one.source,
        one.external_id,
    )
    if not any(answer["digest"] == digest for answer in known):
        older = [answer["id"] for answer in known if answer["batch"] <= held["batch"]]
        later = max((answer["batch"] for answer in known if answer["batch"] > held["batch"]), default=None)
        if older:
            await rows(f"UPDATE survey_answer SET superseded_by = {{}} WHERE id IN {among(len(older))}",
                       held["batch"], *older)  # fmt: skip
        values = answer_row(held["batch"], held["interaction"], one, digest)
        await bulk_insert("survey_answer", (*ANSWER, "superseded_by"), [(*values, later)])
    await rows("UPDATE held_row SET resolved_at = {} WHERE id = {}", clock.now(), held["id"])


async def name_recorders(actor: Actor, batch: int) -> int:
    """Business records under the number of somebody who came into the staff list later."""
    waiting = await rows(
        "SELECT DISTINCT r.recorded_by, p.id FROM business_record r JOIN person p ON p.key = r.recorded_by"
        " WHERE r.person IS NULL ORDER BY p.id"
    )
    named = 0
    for start in range(0, len(waiting), LABELS_AT_ONCE):
        named += await _name_some(actor, batch, waiting[start : start + LABELS_AT_ONCE])
    return named


async def _name_some(actor: Actor, batch: int, some: Sequence[dict[str, Any]]) -> int:
    async with transaction():
        named = 0
        for one in some:
            found = await rows(
                "UPDATE business_record SET person = {} WHERE person IS NULL AND recorded_by = {} RETURNING id",
                one["id"],
                one["recorded_by"],
            )
            named += len(found)
        await record(actor, "import:join", f"batch:{batch}", inputs={"joined": named, "people": len(some)})
    return named
