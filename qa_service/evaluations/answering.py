"""What the agent says to a released mark: 已阅 or 同意, and that an appeal was filed. Silence is never agreement."""

from datetime import datetime
from typing import Any

from qa_service import clock
from qa_service.database import rows, transaction
from qa_service.errors import NotFound
from qa_service.evaluations import errors, queries
from qa_service.evaluations.tables import AgentResponse
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

LIMIT = 2000


async def respond(actor: Actor, evaluation_id: int, kind: str, *, item: str | None, body: str | None) -> int:
    """已阅 or 同意 by the agent; late is noted as late, and silence is never agreement."""
    actor.require(Permission.OWN_RESPOND)
    found = await queries.visible(actor, evaluation_id)
    if found is None:
        raise NotFound(N_("这条质检评分"))
    if found["person"] != actor.person_id:
        raise errors.NotAboutYou()
    if found["state"] != "released":
        raise errors.NotReleased(id=evaluation_id)
    async with transaction():
        said = await note_response(found, kind, item=item, body=body, at=clock.now())
        await rows(
            "UPDATE notice SET read_at = {} WHERE person = {} AND subject = {} AND read_at IS NULL",
            clock.now(),
            actor.person_id,
            f"evaluation:{evaluation_id}",
        )
        await record(actor, f"evaluation:{kind}", f"evaluation:{evaluation_id}")
    return said


async def note_response(
    found: dict[str, Any], kind: str, *, item: str | None = None, body: str | None = None, at: datetime
) -> int:
    """Keep that the agent answered (seen, agree, or appeal by the dispute room), inside the caller's transaction."""
    said = AgentResponse(
        evaluation=found["id"],
        kind=kind,
        item=item,
        body=(body or "")[:LIMIT] or None,
        at=at,
        is_on_time=found["respond_by_at"] is None or at < found["respond_by_at"],
    )
    return (await AgentResponse.insert(said).returning(AgentResponse.id))[0]["id"]
