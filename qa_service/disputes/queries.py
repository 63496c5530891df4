"""Reads of disputes: one's own, those one may decide (blind to mark and monitor), and all in reach for leads."""

from datetime import datetime
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.evaluations import queries as evaluations
from qa_service.evaluations.revising import stored_answers
from qa_service.forms.queries import form_version
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from rubrics.answers import Answer
from rubrics.explaining import answer_text
from rubrics.forms import Form, Item

STATE_NAMES = {"open": N_("待裁决"), "decided": N_("已裁决"), "withdrawn": N_("已撤回")}
VERDICT_NAMES = {"keep": N_("维持"), "proposed": N_("按申诉更正"), "other": N_("另行更正")}
DISPUTE = (
    "SELECT d.*, e.form, e.monitor, e.person, e.unit, e.part, e.pay_month, e.final_hundredths, v.name AS form_name,"
    " v.name_en AS form_name_en, v.definition, n.name AS person_name, n.employee_no, m.name AS monitor_name,"
    " w.final_hundredths AS new_final_hundredths FROM dispute d JOIN evaluation e ON e.id = d.evaluation"
    " JOIN rule_version v ON v.id = e.form JOIN person n ON n.id = d.filed_by LEFT JOIN person m ON m.id = e.monitor"
    " LEFT JOIN evaluation w ON w.id = d.new_evaluation"
)


async def mine(actor: Actor) -> list[dict[str, Any]]:
    """One's own appeals, newest first."""
    actor.require(Permission.OWN_READ)
    found = await rows(
        f"{DISPUTE} WHERE d.filed_by = {{}} ORDER BY d.id DESC LIMIT 100",
        actor.person_id if actor.person_id is not None else -1,
    )
    return [await _told(one) for one in found]


def _scope(actor: Actor) -> tuple[str, list[int]]:
    """Disputes in reach that are neither about this actor nor about their own marking."""
    reach = actor.units(Permission.DISPUTE_DECIDE)
    me = actor.person_id if actor.person_id is not None else -1
    where, values = "e.person <> {} AND COALESCE(e.monitor, 0) <> {}", [me, me]
    if reach is not None:
        where += f" AND e.unit IN {among(len(reach))}"
        values += sorted(reach)
    return where, values


async def waiting(actor: Actor, *, decided: bool = False) -> list[dict[str, Any]]:
    """What this actor may decide, the earliest deadline first; with `decided` what was decided, newest first."""
    actor.require(Permission.DISPUTE_DECIDE)
    where, values = _scope(actor)
    state, order = ("decided", "d.closed_at DESC, d.id DESC") if decided else ("open", "d.decide_by_at, d.id")
    found = await rows(f"{DISPUTE} WHERE {where} AND d.state = '{state}' ORDER BY {order} LIMIT 200", *values)
    return [_blind(actor, await _told(one)) for one in found]


async def waiting_count(actor: Actor) -> int:
    """Open disputes that this actor may decide, for the home page and the navigation."""
    if not actor.may(Permission.DISPUTE_DECIDE):
        return 0
    where, values = _scope(actor)
    found = await row(
        f"SELECT COUNT(*) AS n FROM dispute d JOIN evaluation e ON e.id = d.evaluation WHERE {where}"
        " AND d.state = 'open'",
        *values,
    )
    return found["n"]


async def dispute(actor: Actor, dispute_id: int) -> dict[str, Any]:
    """One dispute: for who filed it, who may decide it (blind while it is open), and who reads marks in its unit."""
    found = await row(f"{DISPUTE} WHERE d.id = {{}}", dispute_id)
    if found is None:
        raise NotFound(N_("这件申诉"))
    if actor.person_id is not None and found["filed_by"] == actor.person_id:
        return await _told(found) | {"is_own": True, "may_decide": False}
    reach = actor.units(Permission.EVALUATION_MANAGE) if actor.may(Permission.EVALUATION_MANAGE) else frozenset()
    if actor.may(Permission.DISPUTE_DECIDE):
        decides = actor.units(Permission.DISPUTE_DECIDE)
        is_other = actor.person_id is None or actor.person_id not in (found["person"], found["monitor"])
        if is_other and (decides is None or found["unit"] in decides):
            told = _blind(actor, await _told(found))
            return told | {"is_own": False, "may_decide": found["state"] == "open"}
    if reach is None or found["unit"] in reach:
        return await _told(found) | {"is_own": False, "may_decide": False}
    raise NotFound(N_("这件申诉"))


def _blind(actor: Actor, told: dict[str, Any]) -> dict[str, Any]:
    """Without first answer, mark and monitor while it is open; without the agent's name for monitors."""
    if told["state"] == "open":
        told |= {"answer_now": None, "final_hundredths": None, "monitor_name": None, "monitor": None}
    if not actor.may(Permission.EVALUATION_MANAGE):
        told |= {"person_name": gettext(N_("（匿名）")), "employee_no": None}
    return told


async def _told(found: dict[str, Any]) -> dict[str, Any]:
    """The row with its item, answers and states in words."""
    _version, form = await form_version(found["form"])
    item = item_of(form, found["item"])
    standing = next((one for one in await stored_answers(found["evaluation"]) if one.item == found["item"]), None)
    decided = found["verdict_answer"]
    is_late = bool(found["is_late"]) or (found["state"] == "open" and clock.now() > found["decide_by_at"])
    return {
        **{name: value for name, value in found.items() if name != "definition"},
        "is_late": is_late,
        "item_name": (item.text_en if current_language() == "en" and item.text_en else item.text) if item else "",
        "guidance": (item.guidance_en if current_language() == "en" and item.guidance_en else item.guidance)
        if item
        else "",
        "proposed_words": words_of(item, found["proposed"]),
        "answer_now": words_of(item, standing),
        "decided_words": words_of(item, decided) if decided else "",
        "state_name": gettext(STATE_NAMES[found["state"]]),
        "verdict_name": gettext(VERDICT_NAMES[found["verdict"]]) if found["verdict"] else "",
    }


def item_of(form: Form, key: str) -> Item | None:
    return next((item for _section, item in form.items() if item.key == key), None)


def words_of(item: Item | None, answer: str | Answer | None) -> str:
    """An answer as a reader says it."""
    if item is None or answer is None:
        return ""
    given = msgspec.json.decode(answer, type=Answer) if isinstance(answer, str) else answer
    chinese, english = answer_text(item, given)
    return english if current_language() == "en" else chinese


async def fileable(actor: Actor, evaluation_id: int) -> dict[str, Any]:
    """A released mark about oneself as one may appeal it: its items, the deadline, what was appealed before."""
    found = await evaluations.visible(actor, evaluation_id)
    if found is None or actor.person_id is None or found["person"] != actor.person_id:
        raise NotFound(N_("这条质检评分"))
    _version, form = await form_version(found["form"])
    before = await rows("SELECT id, item, state, verdict FROM dispute WHERE evaluation = {} ORDER BY id", evaluation_id)
    until: datetime | None = found["respond_by_at"]
    return {
        "evaluation": found,
        "form": form,
        "answers": {one.item: one for one in await stored_answers(evaluation_id)},
        "before": before,
        "is_open": found["state"] == "released" and (until is None or clock.now() < until),
        "until": until,
    }


async def transcript(dispute_id: int) -> list[dict[str, Any]]:
    """The interaction behind a dispute, to read; the caller has checked who asks."""
    found = await row(
        "SELECT e.part FROM dispute d JOIN evaluation e ON e.id = d.evaluation WHERE d.id = {}", dispute_id
    )
    return await evaluations.messages(found["part"] if found else None)
