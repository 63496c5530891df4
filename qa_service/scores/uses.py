"""Which computed months rest on a batch: published for pay, of a person and month of its records."""

from typing import Any

from qa_service.database import rows
from qa_service.interactions.uses import Use
from qa_service.language import N_


async def runs_on(batch_id: int) -> list[dict[str, Any]]:
    """Runs for pay in which somebody of the batch has a card for a month of its records or answers."""
    named = await rows(
        "SELECT p.person, MIN(p.local_on) AS first_on, MAX(p.local_on) AS last_on FROM agent_part p"
        " WHERE p.batch = {} AND p.person IS NOT NULL AND p.local_on IS NOT NULL GROUP BY p.person ORDER BY p.person",
        batch_id,
    )
    named += await rows(
        "SELECT p.person, MIN(COALESCE(a.responded_on, p.local_on)) AS first_on,"
        " MAX(COALESCE(a.responded_on, p.local_on)) AS last_on FROM survey_answer a"
        " JOIN agent_part p ON p.interaction = a.interaction WHERE a.batch = {} AND p.person IS NOT NULL"
        " GROUP BY p.person ORDER BY p.person",
        batch_id,
    )
    named += await rows(
        "SELECT b.person, MIN(b.recorded_on) AS first_on, MAX(b.recorded_on) AS last_on FROM business_record b"
        " WHERE b.batch = {} AND b.person IS NOT NULL AND b.recorded_on IS NOT NULL GROUP BY b.person"
        " ORDER BY b.person",
        batch_id,
    )
    if not named:
        return []
    cards = await rows(
        "SELECT r.id, r.pay_month, r.state, u.name AS unit_name, c.person FROM score_run r JOIN unit u ON u.id = r.unit"
        " JOIN scorecard c ON c.run = r.id WHERE r.state IN ('published', 'closed') ORDER BY r.id, c.person"
    )
    months: dict[int, set[str]] = {}
    for one in named:
        if one["first_on"] is not None:
            months.setdefault(one["person"], set()).update((str(one["first_on"])[:7], str(one["last_on"])[:7]))
    found: dict[int, dict[str, Any]] = {}
    for card in cards:
        spans, month = months.get(card["person"]), card["pay_month"].isoformat()[:7]
        if spans and min(spans) <= month <= max(spans):
            kept = found.setdefault(card["id"], {**card, "people": 0})
            kept["people"] += 1
    return list(found.values())


class BatchInScores:
    """The Room of interactions/uses.py."""

    async def uses(self, batch_id: int) -> list[Use]:
        text = N_("%(unit)s%(month)s的得分已发布，其中%(count)s人有这批记录")
        return [
            Use(code="score-run", sentence=text, count=one["people"], href=f"/scores/{one['id']}",
                facts={"unit": one["unit_name"], "month": one["pay_month"].isoformat()[:7]})
            for one in await runs_on(batch_id)
        ]  # fmt: skip

    async def clear(self, batch_id: int) -> None:
        """A batch brings nothing of its own into the months."""
