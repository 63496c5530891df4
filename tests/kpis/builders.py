"""Days of work, survey answers and complaints, straight into the tables."""

from datetime import UTC, date, datetime

from qa_service.database import row
from qa_service.interactions.tables import BusinessRecord, SurveyAnswer
from tests.sampling.builders import make_batch, make_part

DAY = date(2026, 10, 6)
NOON = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)


async def make_chat(name: str, *, batch: int, unit: int, person: int | None, **more) -> int:
    """A presale chat at noon, asked and answered in 12 s, closed at once, no order."""
    given = {
        "started_at": NOON, "asked": True, "replied_in_3_min": True, "first_reply_seconds": 12,
        "average_reply_seconds": 20, "handle_seconds": 300, "closed_after_seconds": 30, "converted": False,
        "transferred_out": False,
    }  # fmt: skip
    return await make_part(name, batch=batch, unit=unit, person=person, **{**given, **more})


async def make_survey(part: int, score: int, *, scale: int = 5, batch: int | None = None, **more) -> int:
    found = await row(
        "SELECT i.id, i.source, i.external_id FROM interaction i JOIN agent_part p ON p.interaction = i.id"
        " WHERE p.id = {}",
        part,
    )
    answer = SurveyAnswer(
        batch=batch or await make_batch(), interaction=found["id"], source=found["source"],
        external_id=found["external_id"], score=score, scale_max=scale, **more,
    )  # fmt: skip
    return (await SurveyAnswer.insert(answer).returning(SurveyAnswer.id))[0]["id"]


async def make_complaint(person: int, *, batch: int, on: date = DAY, kind: str = "投诉") -> None:
    await BusinessRecord.insert(BusinessRecord(batch=batch, kind=kind, person=person, recorded_on=on, body="态度"))
