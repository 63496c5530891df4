"""One interaction as somebody may read it: facts, parts, messages, business records, what the customer said."""

from typing import Any

import msgspec

from qa_service.database import row, rows
from qa_service.errors import NotFound
from qa_service.interactions import beside
from qa_service.interactions.differences import revisions
from qa_service.interactions.live import PUBLISHED, live
from qa_service.interactions.reach import NAMELESS, is_own_only, parts_in_reach, sees_names
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

MOST_MESSAGES = 5_000
MOST_RECORDS = 200


async def interaction(actor: Actor, interaction_id: int) -> dict[str, Any]:
    """The interaction with `parts`, `messages` (`unseen` counts those of other agents), `records`, `ratings`, `marks`
    and its revisions (`history`).

    NotFound unless one of its parts is in reach. A corrected revision can still be read: marks are pinned to it;
    `newer` names its successor. An agent reads the own parts only, and hears no recording on which others speak.
    """
    found = await row(
        "SELECT i.*, b.file_name, b.source AS batch_source, b.profile_name, b.published_at, b.file_sha256"
        " FROM interaction i JOIN import_batch b ON b.id = i.batch WHERE i.id = {} AND b.state = 'published'",
        interaction_id,
    )
    if found is None:
        raise NotFound(N_("这条服务记录"))
    everything = await _parts(actor, interaction_id)
    mine = [part for part in everything if part["is_in_reach"]]
    if not mine and (everything or is_own_only(actor) or actor.units(Permission.INTERACTION_READ) is not None):
        raise NotFound(N_("这条服务记录"))
    shown = mine if is_own_only(actor) else [_told(actor, part) for part in everything]
    messages = await _messages(interaction_id)
    seen = _own_messages(messages, mine) if is_own_only(actor) else messages
    part_ids = [part["id"] for part in mine]
    return {
        **found,
        "attributes": msgspec.json.decode(found["attributes"] or "{}"),
        "recording_url": found["recording_url"] if len(shown) == len(everything) else None,
        "newer": await _newer(found),
        "history": await revisions(actor, found["source"], found["external_id"]),
        "parts": shown,
        "messages": seen,
        "unseen": len(messages) - len(seen),
        "records": await _records(found, is_order_only=is_own_only(actor)),
        "ratings": await _ratings(interaction_id),
        "marks": await beside.current().marks_of(actor, part_ids),
    }


async def _parts(actor: Actor, interaction_id: int) -> list[dict[str, Any]]:
    reach, values = parts_in_reach(actor)
    found = await rows(
        f"SELECT p.*, n.name AS person_name, n.employee_no, u.name AS unit_name, CASE WHEN {reach} THEN 1 ELSE 0 END"
        f" AS is_in_reach, {beside.current().state_sql} AS state FROM agent_part p"
        " LEFT JOIN person n ON n.id = p.person LEFT JOIN unit u ON u.id = p.unit"
        f" WHERE p.interaction = {{}} AND p.batch IN {PUBLISHED} ORDER BY p.sequence",
        *values,
        interaction_id,
    )
    for part in found:
        part["is_in_reach"] = bool(part["is_in_reach"])
    return found


def _told(actor: Actor, part: dict[str, Any]) -> dict[str, Any]:
    """A part of another unit in the same talk stands there without its name; so does every part for a monitor."""
    shown = part if part["is_in_reach"] else {**part, "state": None}
    return shown if part["is_in_reach"] and sees_names(actor) else {**shown, **NAMELESS}


async def _messages(interaction_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT m.id, m.sequence, m.part_sequence, m.sender, m.kind, m.body, m.sent_at FROM message m"
        " WHERE m.interaction = {} ORDER BY m.sequence LIMIT {}",
        interaction_id,
        MOST_MESSAGES,
    )


def _own_messages(messages: list[dict[str, Any]], mine: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = {part["sequence"] for part in mine}
    return [one for one in messages if one["part_sequence"] in own]


async def _records(found: dict[str, Any], *, is_order_only: bool) -> list[dict[str, Any]]:
    """Of the same order, and of the same buyer where more than one's own work may be read."""
    names = ["order_no"] if is_order_only else ["order_no", "buyer_key"]
    keys = {"order_no": found["order_no"], "buyer_key": found["customer_key"]}
    given = [name for name in names if keys[name]]
    if not given:
        return []
    return await rows(
        "SELECT b.id, b.kind, b.order_no, b.recorded_at, b.recorded_on, b.recorded_by, b.body FROM business_record b"
        f" WHERE b.batch IN {PUBLISHED} AND ({' OR '.join(f'b.{name} = {{}}' for name in given)})"
        " ORDER BY b.recorded_on IS NULL, b.recorded_on, b.id LIMIT {}",
        *(keys[name] for name in given),
        MOST_RECORDS,
    )


async def _ratings(interaction_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT s.id, s.score, s.scale_max, s.responded_on, s.comment FROM survey_answer s"
        f" WHERE s.interaction = {{}} AND {live('s')} ORDER BY s.responded_on IS NULL, s.responded_on, s.id",
        interaction_id,
    )


async def _newer(found: dict[str, Any]) -> int | None:
    """The revision that took this one's place, if any."""
    newest = await row(
        f"SELECT i.id FROM interaction i WHERE i.source = {{}} AND i.external_id = {{}} AND {live('i')}"
        " ORDER BY i.revision DESC LIMIT 1",
        found["source"],
        found["external_id"],
    )
    return newest["id"] if newest and newest["id"] != found["id"] else None
