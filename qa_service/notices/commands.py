"""Tell people what concerns them, and note when they read it."""

import json

from qa_service import clock
from qa_service.database import rows, transaction
from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.notices.tables import Notice
from qa_service.people.access import Actor


async def tell(
    person_id: int | None, subject: str, sentence: str, facts: dict[str, object] | None = None, href: str = ""
) -> None:
    """Leave a notice inside the caller's transaction. `sentence` is a marked Chinese template, read in the reader's
    language; nobody to tell (None) is nothing to do. The caller's journal line covers it."""
    if person_id is None:
        return
    text = json.dumps(facts or {}, ensure_ascii=False, sort_keys=True, default=str)
    await Notice.insert(
        Notice(person=person_id, subject=subject, sentence=sentence, facts=text, href=href, created_at=clock.now())
    )


async def read(actor: Actor, notice_id: int) -> str:
    """Note that the person has read it; answers where it leads. A second time changes nothing; no journal line."""
    async with transaction():
        found = await rows(
            "UPDATE notice SET read_at = COALESCE(read_at, {}) WHERE id = {} AND person = {} RETURNING href",
            clock.now(),
            notice_id,
            actor.person_id if actor.person_id is not None else -1,
        )
    if not found:
        raise NotFound(N_("这条通知"))
    return found[0]["href"]


async def read_all(actor: Actor) -> int:
    """Everything read; how many were new."""
    async with transaction():
        return len(
            await rows(
                "UPDATE notice SET read_at = {} WHERE person = {} AND read_at IS NULL RETURNING id",
                clock.now(),
                actor.person_id if actor.person_id is not None else -1,
            )
        )
