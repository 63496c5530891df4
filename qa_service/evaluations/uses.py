"""What of the marks rests on a batch. Outside ratings that came in the same file are part of it and go along."""

import asyncio

from qa_service.database import rows, transaction
from qa_service.interactions.uses import Use
from qa_service.language import N_

CHUNK = 300  # ratings, each with three answers
OWN = "e.origin = 'imported' AND e.batch = {}"
MARKED = (
    "SELECT MIN(e.id) AS first, COUNT(*) AS n FROM evaluation e JOIN agent_part p ON p.id = e.part WHERE p.batch = {}"
    " AND (e.batch IS NULL OR e.batch <> p.batch)"
)
FOUND_IN = "SELECT MIN(e.id) AS first, COUNT(*) AS n FROM evaluation e JOIN interaction i ON i.id = e.found_in" \
    " WHERE i.batch = {}"  # fmt: skip
PROVEN_BY = (
    "SELECT MIN(v.evaluation) AS first, COUNT(*) AS n FROM evidence v JOIN business_record b"
    " ON b.id = v.business_record WHERE b.batch = {}"
)
RATED_AGAIN = (
    "SELECT MIN(b.id) AS first, COUNT(*) AS n FROM evaluation e JOIN evaluation s ON s.supersedes = e.id"
    f" JOIN import_batch b ON b.id = s.batch WHERE {OWN} AND s.batch <> e.batch"
)


class BatchInMarks:
    """The Room of interactions/uses.py."""

    async def uses(self, batch_id: int) -> list[Use]:
        asked = (
            ("marked", N_("%(count)s份质检评分评的是这批记录"), MARKED, "/evaluations/%s"),
            ("found-in", N_("%(count)s份评分的问题是在这批回访里发现的"), FOUND_IN, "/evaluations/%s"),
            ("evidence", N_("%(count)s处扣分以这批业务单据为证据"), PROVEN_BY, "/evaluations/%s"),
            ("rated-again", N_("%(count)s份外来评分被后来的批次更正"), RATED_AGAIN, "/imports/%s"),
        )
        found = []
        for code, sentence, query, href in asked:
            one = (await rows(query, batch_id))[0]
            if one["n"]:
                found.append(Use(code=code, sentence=sentence, count=one["n"], href=href % one["first"]))
        return found

    async def clear(self, batch_id: int) -> None:
        """Ratings of the batch go; those that they had taken the place of count again."""
        which = f"SELECT e.id FROM evaluation e WHERE {OWN} ORDER BY e.id DESC LIMIT {CHUNK}"
        while True:
            async with transaction():
                await rows(
                    "UPDATE evaluation SET state = 'released' WHERE state = 'superseded' AND id IN (SELECT o.supersedes"
                    f" FROM evaluation o WHERE o.supersedes IS NOT NULL AND o.id IN ({which}))",
                    batch_id,
                )
                await rows(f"DELETE FROM answer WHERE evaluation IN ({which})", batch_id)
                gone = await rows(f"DELETE FROM evaluation WHERE id IN ({which}) RETURNING id", batch_id)
            if len(gone) < CHUNK:
                return
            await asyncio.sleep(0)  # whoever waits for a page comes between two steps
