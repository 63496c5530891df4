"""What of the draws rests on a batch: parts that stand in a published frame, and parts that were drawn."""

from qa_service.database import rows
from qa_service.interactions.uses import Use
from qa_service.language import N_

FRAMES = (
    "SELECT d.id, d.from_on, d.until_on, COUNT(*) AS n FROM agent_part p JOIN frame_leaf l ON l.part = p.id"
    " JOIN frame f ON f.id = l.frame JOIN draw_period d ON d.id = f.draw_period WHERE p.batch = {}"
    " GROUP BY d.id, d.from_on, d.until_on ORDER BY d.id"
)
DRAWN = (
    "SELECT d.id, d.from_on, d.until_on, COUNT(*) AS n FROM agent_part p JOIN draw_item i ON i.part = p.id"
    " JOIN draw w ON w.id = i.draw JOIN frame f ON f.id = w.frame JOIN draw_period d ON d.id = f.draw_period"
    " WHERE p.batch = {} GROUP BY d.id, d.from_on, d.until_on ORDER BY d.id"
)


class BatchInDraws:
    """The Room of interactions/uses.py."""

    async def uses(self, batch_id: int) -> list[Use]:
        return [
            Use(code=code, sentence=sentence, count=one["n"], href=f"/draws/{one['id']}",
                facts={"from_on": one["from_on"].isoformat(), "until_on": one["until_on"].isoformat()})
            for code, sentence, query in (
                ("in-frame", N_("%(count)s段在%(from_on)s至%(until_on)s已公布的抽样框里"), FRAMES),
                ("drawn", N_("%(count)s段在%(from_on)s至%(until_on)s被抽中"), DRAWN),
            )
            for one in await rows(query, batch_id)
        ]  # fmt: skip

    async def clear(self, batch_id: int) -> None:
        """A batch brings nothing of its own into the draws."""
