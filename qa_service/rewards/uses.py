"""What of the money rests on a batch: events whose evidence names one of its records, sheets of its months."""

import json

from qa_service.database import among, rows
from qa_service.interactions.uses import Use
from qa_service.language import N_
from qa_service.rewards.evidence import CHECKED, number_in
from qa_service.scores.uses import runs_on

CHUNK = 500


class BatchInRewards:
    """The Room of interactions/uses.py."""

    async def uses(self, batch_id: int) -> list[Use]:
        return [*await _events(batch_id), *await _sheets(batch_id)]

    async def clear(self, batch_id: int) -> None:
        """A batch of records brings nothing of its own into the money."""


async def _events(batch_id: int) -> list[Use]:
    named: dict[str, int] = {}
    for event in await rows("SELECT id, evidence FROM reward_event WHERE state <> 'dropped' ORDER BY id DESC"):
        for item in json.loads(event["evidence"]):
            if item.get("kind") in CHECKED and (number := number_in(item.get("reference") or "")):
                named[number] = event["id"]
    events = {named[number] for number in await _of_batch(batch_id, sorted(named))}
    text = N_("%(count)s条奖惩记录以这批记录为证据")
    if not events:
        return []
    return [Use(code="reward-event", sentence=text, count=len(events), href=f"/rewards/events/{min(events)}")]


async def _of_batch(batch_id: int, numbers: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        for column, table in (("external_id", "interaction"), ("order_no", "interaction"),
                              ("order_no", "business_record")):  # fmt: skip
            where = f"batch = {{}} AND {column} IN {among(len(some))}"
            found |= {one["n"] for one in await rows(f"SELECT {column} AS n FROM {table} WHERE {where}",
                                                     batch_id, *some)}  # fmt: skip
    return found


async def _sheets(batch_id: int) -> list[Use]:
    runs = [one["id"] for one in await runs_on(batch_id)]
    found = await rows(
        "SELECT s.id, s.pay_month, u.name FROM sheet s JOIN unit u ON u.id = s.unit WHERE s.run IN"
        f" {among(len(runs))} ORDER BY s.id",
        *runs,
    )
    text = N_("%(unit)s%(month)s的奖罚评分表用了这批记录的得分")
    return [
        Use(code="sheet", sentence=text, count=1, href=f"/sheets/{one['id']}",
            facts={"unit": one["name"], "month": one["pay_month"].isoformat()[:7]})
        for one in found
    ]  # fmt: skip
