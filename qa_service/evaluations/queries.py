"""Reads of evaluations, each scoped to the actor in the query."""

from typing import Any

import msgspec

from qa_service.database import among, row, rows
from qa_service.interactions.live import PUBLISHED
from qa_service.language import named
from qa_service.people.access import Actor, Permission


async def queue(actor: Actor, limit: int = 200) -> list[dict[str, Any]]:
    """What this monitor has to mark: assigned and not ended, the earliest due first; never whose it is by name."""
    return await rows(
        "SELECT a.id AS assignment, e.id AS evaluation, COALESCE(e.state, 'queued') AS state, a.due_on,"
        " a.expected_seconds, p.channel, p.kind, p.local_on, i.stream FROM assignment a"
        " JOIN draw_item i ON i.id = a.draw_item JOIN agent_part p ON p.id = i.part"
        " LEFT JOIN evaluation e ON e.draw_item = i.id AND e.revision = 1"
        " WHERE a.monitor = {} AND a.ended_at IS NULL AND i.state = 'drawn'"
        " AND (e.id IS NULL OR e.state IN ('queued', 'draft')) ORDER BY a.due_on, a.id LIMIT {}",
        actor.person_id if actor.person_id is not None else -1,
        limit,
    )


async def assignment(assignment_id: int) -> dict[str, Any] | None:
    return await row(
        "SELECT a.*, i.part, i.stream, i.state AS item_state, w.exemption, d.pay_month, p.person, p.unit, p.channel,"
        " p.kind, p.local_on FROM assignment a JOIN draw_item i ON i.id = a.draw_item JOIN draw w ON w.id = i.draw"
        " JOIN frame f ON f.id = w.frame JOIN draw_period d ON d.id = f.draw_period JOIN agent_part p ON p.id = i.part"
        " WHERE a.id = {}",
        assignment_id,
    )


async def visible(actor: Actor, evaluation_id: int) -> dict[str, Any] | None:
    """An evaluation that the actor may see: their own marking, one about themselves once released, or one in reach."""
    found = await row("SELECT * FROM evaluation WHERE id = {}", evaluation_id)
    if found is None:
        return None
    me = actor.person_id
    if me is not None and found["monitor"] == me and actor.may(Permission.EVALUATION_WRITE):
        return found
    if me is not None and found["person"] == me and found["state"] in ("released", "superseded"):
        return found
    if found["state"] in ("queued", "draft") and not actor.may(Permission.EVALUATION_MANAGE):
        return None
    if not (actor.may(Permission.EVALUATION_READ) and (me is None or found["person"] != me)):
        return None
    only_own_marking = not any(
        actor.may(p) for p in (Permission.EVALUATION_MANAGE, Permission.SCORE_READ, Permission.JOURNAL_READ)
    )
    if only_own_marking:
        return None  # a monitor does not read others' marks
    reach = actor.units(Permission.EVALUATION_READ)
    return found if reach is None or found["unit"] in reach else None


async def answers(evaluation_id: int) -> list[dict[str, Any]]:
    found = await rows("SELECT item, value FROM answer WHERE evaluation = {} ORDER BY id", evaluation_id)
    return [{**msgspec.json.decode(one["value"]), "item": one["item"]} for one in found]


async def evidence(evaluation_id: int) -> list[dict[str, Any]]:
    return await rows(
        'SELECT id, item, occurrence, kind, message, start, "end", business_record, quote, searched, fact'
        " FROM evidence WHERE evaluation = {} ORDER BY id",
        evaluation_id,
    )


async def messages(part_id: int | None) -> list[dict[str, Any]]:
    """The whole interaction around an agent part, in order."""
    return await rows(
        "SELECT m.id, m.sequence, m.part_sequence, m.sender, m.kind, m.body, m.sent_at FROM message m"
        " JOIN agent_part p ON p.interaction = m.interaction WHERE p.id = {} ORDER BY m.sequence LIMIT 5000",
        part_id if part_id is not None else -1,
    )


async def business_records(part_id: int | None) -> list[dict[str, Any]]:
    """Business records of the same order or buyer, beside the transcript."""
    return await rows(
        "SELECT b.id, b.kind, b.order_no, b.recorded_on, b.recorded_by, b.body FROM business_record b"
        " JOIN interaction i ON (b.order_no = i.order_no OR b.buyer_key = i.customer_key)"
        " JOIN agent_part p ON p.interaction = i.id WHERE p.id = {}"
        f" AND b.batch IN {PUBLISHED} ORDER BY b.recorded_at, b.id LIMIT 200",
        part_id if part_id is not None else -1,
    )


async def responses(evaluation_id: int) -> list[dict[str, Any]]:
    return await rows(
        "SELECT kind, item, body, at, is_on_time FROM agent_response WHERE evaluation = {} ORDER BY id", evaluation_id
    )


async def mine(actor: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Released marks about oneself, newest first."""
    found = await rows(
        "SELECT e.id, e.state, e.revision, e.released_at, e.respond_by_at, e.final_hundredths, e.outcome,"
        " v.name AS form_name, v.name_en AS form_name_en, p.local_on,"
        " (SELECT COUNT(*) FROM agent_response r WHERE r.evaluation = e.id) AS seen,"
        " (SELECT COUNT(*) FROM agent_response r WHERE r.evaluation = e.id AND r.kind = 'agree') AS agreed"
        " FROM evaluation e JOIN rule_version v ON v.id = e.form LEFT JOIN agent_part p ON p.id = e.part"
        " WHERE e.person = {} AND e.state IN ('released', 'superseded') ORDER BY e.id DESC LIMIT {}",
        actor.person_id if actor.person_id is not None else -1,
        limit,
    )
    return [
        {**one, "seen": bool(one["seen"]), "agreed": bool(one["agreed"]), "form_name": named(one, "form_name")}
        for one in found
    ]


async def released(actor: Actor, after: int = 0, limit: int = 50) -> list[dict[str, Any]]:
    """Released marks in reach, for leads, supervisors and managers, paged by id."""
    reach = actor.units(Permission.EVALUATION_READ)
    where = "" if reach is None else f" AND e.unit IN {among(len(reach))}"
    found = await rows(
        "SELECT e.id, e.state, e.revision, e.final_hundredths, e.outcome, e.released_at, e.origin, n.name AS agent,"
        " m.name AS monitor, v.name AS form_name, v.name_en AS form_name_en FROM evaluation e"
        " JOIN rule_version v ON v.id = e.form"
        " LEFT JOIN person n ON n.id = e.person LEFT JOIN person m ON m.id = e.monitor"
        f" WHERE e.id > {{}} AND e.state = 'released'{where} ORDER BY e.id LIMIT {{}}",
        after,
        *(sorted(reach) if reach is not None else []),
        limit,
    )
    return [{**one, "form_name": named(one, "form_name")} for one in found]
