"""Reads of evaluations, each scoped to the actor in the query."""

from datetime import date
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, row, rows, scalar
from qa_service.evaluations.rules import response_state
from qa_service.interactions.live import PUBLISHED
from qa_service.interactions.reach import sees_names
from qa_service.language import named
from qa_service.people.access import Actor, Permission
from qa_service.rule_versions.definitions import one, pack_code
from qa_service.rule_versions.errors import RuleUnknown
from qa_service.rule_versions.queries import in_force
from rubrics.pack_records import AppealTimes

BEFORE_THE_FIRST_RULE = AppealTimes(file_working_days=3, decide_working_days=2)


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


async def is_given_up(draw_item: int | None) -> bool:
    """Whether the next ticket has taken the place of what was drawn; then its mark must not count beside the other."""
    return bool(await scalar("SELECT id FROM draw_item WHERE id = {} AND state = 'replaced'", draw_item))


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
    if not sees_all_marks(actor):
        return None  # a monitor does not read others' marks
    reach = actor.units(Permission.EVALUATION_READ)
    return found if reach is None or found["unit"] in reach else None


def sees_all_marks(actor: Actor) -> bool:
    """Whether the actor reads others' marks in reach; a monitor reads the own ones only."""
    return any(actor.may(p) for p in (Permission.EVALUATION_MANAGE, Permission.SCORE_READ, Permission.JOURNAL_READ))


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


NOTE = (
    "SELECT o.id, o.evaluation, o.person, o.body, o.due_on, o.state, o.followed_at, o.result, o.version,"
    " COALESCE(w.name, a.username) AS followed_by FROM improvement_note o"
    " LEFT JOIN account a ON a.id = o.followed_by LEFT JOIN person w ON w.id = a.person"
)


async def note(note_id: int) -> dict[str, Any] | None:
    return await row(f"{NOTE} WHERE o.id = {{}}", note_id)


async def notes_of(evaluation_id: int) -> list[dict[str, Any]]:
    """Improvement notes of one evaluation with what became of them; the caller has checked who asks."""
    found = await rows(f"{NOTE} WHERE o.evaluation = {{}} ORDER BY o.id", evaluation_id)
    return [{name: value for name, value in one.items() if name != "person"} for one in found]


async def notes(actor: Actor, *, state: str = "open", offset: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Improvement notes that this actor follows: in reach, or from one's own marking; never those about oneself.

    Names only for whom they are meant.
    """
    actor.require(Permission.FOLLOW_UP_WRITE)
    me = actor.person_id if actor.person_id is not None else -1
    where, values = "(e.person IS NULL OR e.person <> {})", [me]
    if not sees_all_marks(actor):
        where += " AND e.monitor = {}"
        values.append(me)
    elif (reach := actor.units(Permission.EVALUATION_READ)) is not None:
        where += f" AND e.unit IN {among(len(reach))}"
        values += sorted(reach)
    found = await rows(
        "SELECT o.id, o.evaluation, o.body, o.state, o.followed_at, o.result, o.version, e.released_at,"
        " n.name AS agent, n.employee_no, v.name AS form_name, v.name_en AS form_name_en, p.local_on"
        " FROM improvement_note o JOIN evaluation e ON e.id = o.evaluation JOIN rule_version v ON v.id = e.form"
        " LEFT JOIN person n ON n.id = e.person LEFT JOIN agent_part p ON p.id = e.part"
        f" WHERE o.state = {{}} AND {where} ORDER BY o.id {'ASC' if state == 'open' else 'DESC'}"
        " LIMIT {} OFFSET {}",
        state,
        *values,
        limit,
        offset,
    )
    return found if sees_names(actor) else [{**note, "agent": None, "employee_no": None} for note in found]


async def appeal_times(on: date) -> AppealTimes:
    """Working days to answer or appeal and to decide, by the rule of the day; 3 and 2 before the first one."""
    try:
        return one(await in_force("sampling", await pack_code(on), on), AppealTimes)
    except (RuleUnknown, KeyError):
        return BEFORE_THE_FIRST_RULE


async def mine(actor: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Released marks about oneself, newest first, with what one said: agree, appeal, seen, waiting or overdue."""
    found = await rows(
        "SELECT e.id, e.state, e.revision, e.released_at, e.respond_by_at, e.final_hundredths, e.outcome,"
        " v.name AS form_name, v.name_en AS form_name_en, p.local_on, p.channel, p.kind FROM evaluation e"
        " JOIN rule_version v ON v.id = e.form LEFT JOIN agent_part p ON p.id = e.part"
        " WHERE e.person = {} AND e.state IN ('released', 'superseded') ORDER BY e.id DESC LIMIT {}",
        actor.person_id if actor.person_id is not None else -1,
        limit,
    )
    said = await _said([one["id"] for one in found])
    return [
        one | _response(one, said.get(one["id"], [])) | {"form_name": named(one, "form_name")} for one in found
    ]


def _response(found: dict[str, Any], said: list[dict[str, Any]]) -> dict[str, Any]:
    """The state of the answer, None for a mark that was corrected; every answer means that it was seen."""
    is_open = found["state"] == "released"
    state = response_state(said, found["respond_by_at"], clock.now()) if is_open else None
    return {
        "seen": bool(said),
        "agreed": any(one["kind"] == "agree" for one in said),
        "response_state": state,
        "was_late": any(not one["is_on_time"] for one in said),
    }


async def _said(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    if ids:
        for one in await rows(
            "SELECT evaluation, kind, is_on_time FROM agent_response"
            f" WHERE evaluation IN {among(len(ids))} ORDER BY id",
            *ids,
        ):
            found.setdefault(one["evaluation"], []).append(one)
    return found


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
