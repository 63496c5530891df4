"""One's own notices, newest first."""

import json
from typing import Any

from qa_service.database import rows, scalar
from qa_service.language import gettext, named
from qa_service.notices.schemas import NoticeOut
from qa_service.people.access import Actor

PAGE = 50


async def mine(actor: Actor, *, unread: bool = False, before: int = 0, limit: int = PAGE) -> list[NoticeOut]:
    """What the actor was told, newest first; `before` is the id of the last one that is known.

    By the time at which it was told: rows that were brought in later keep their place.
    """
    found = await rows(
        "SELECT id, subject, sentence, facts, href, created_at, read_at FROM notice WHERE person = {}"
        " AND (CAST({} AS BIGINT) = 0 OR (created_at, id) <"
        " (SELECT known.created_at, known.id FROM notice known WHERE known.id = {}))"
        + (" AND read_at IS NULL" if unread else "")
        + " ORDER BY created_at DESC, id DESC LIMIT {}",
        actor.person_id if actor.person_id is not None else -1,
        before,
        before,
        limit,
    )
    return [
        NoticeOut(
            id=one["id"],
            subject=one["subject"],
            text=_text(one),
            href=one["href"],
            created_at=one["created_at"],
            read_at=one["read_at"],
        )
        for one in found
    ]


def _text(one: dict[str, Any]) -> str:
    """The sentence in the reader's language; of a fact kept in both languages the reader's own."""
    facts = json.loads(one["facts"])
    return gettext(one["sentence"], **{name: named(facts, name) for name in facts})


async def unread(actor: Actor) -> int:
    """How many notices wait for the actor."""
    return await scalar(
        "SELECT COUNT(*) AS n FROM notice WHERE person = {} AND read_at IS NULL",
        actor.person_id if actor.person_id is not None else -1,
    )
