"""What stands beside a transcript: whose it is where that may be said, the day, the channel, the times, the form."""

from datetime import datetime
from typing import Any

from qa_service.database import row
from qa_service.interactions.reach import is_own_only, sees_names
from qa_service.interactions.words import both_words
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web.cells import Cell, Date, Link, Moment, Nothing, Person, Text
from qa_service.web.figures import Count, Duration
from qa_service.web.formatting import day, deadline

PART = (
    "SELECT p.id, p.interaction, p.public_id, p.local_on, p.started_at, p.channel, p.kind, p.first_reply_seconds,"
    " p.average_reply_seconds, p.longest_silence_seconds, p.closed_after_seconds, p.handle_seconds, p.message_count,"
    " p.unit, i.order_no, i.category, n.name AS person_name, n.employee_no FROM agent_part p"
    " JOIN interaction i ON i.id = p.interaction LEFT JOIN person n ON n.id = p.person WHERE p.id = {}"
)
TIMES = {
    "first_reply_seconds": N_("首次响应"), "average_reply_seconds": N_("平均响应"),
    "longest_silence_seconds": N_("最长沉默"), "closed_after_seconds": N_("关闭用时"),
    "handle_seconds": N_("处理时长"),
}  # fmt: skip


async def part_of(actor: Actor, found: dict[str, Any]) -> dict[str, Any] | None:
    """The marked agent part with its times; names only for whom they are meant; `may_open` its record."""
    if found["part"] is None:
        return None
    part = await row(PART, found["part"])
    is_own = actor.person_id is not None and found["person"] == actor.person_id
    if not (is_own or sees_names(actor)):
        part |= {"person_name": None, "employee_no": None}
    return part | {"may_open": _may_open(actor, part, is_own=is_own)}


def _may_open(actor: Actor, part: dict[str, Any], *, is_own: bool) -> bool:
    if is_own_only(actor):
        return is_own and actor.may(Permission.OWN_READ)
    reach = actor.units(Permission.INTERACTION_READ)
    return reach is None or part["unit"] in reach


def part_words(part: dict[str, Any] | None) -> str:
    """The day and the channel in one line, and whose it is."""
    if part is None:
        return ""
    who = " ".join(filter(None, (part["person_name"], part["employee_no"])))
    when = day(part["local_on"], year=True) if part["local_on"] else ""
    between = "，" if current_language() == "zh" else ", "
    return between.join(filter(None, (who, when, both_words(part["channel"], part["kind"]))))


def facts_of(actor: Actor, whole: dict[str, Any], version: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    """The form with its version, the record, its times; once released when that was and until when to answer."""
    found, part = whole["evaluation"], whole["part"]
    name = version["name_en"] if current_language() == "en" and version["name_en"] else version["name"]
    facts: list[tuple[str, str | Cell]] = []
    if part is not None:
        facts = _part_facts(part)
    facts.append((gettext(N_("质检表")), gettext(N_("%(name)s第%(version)s版"), name=name, version=version["version"])))
    if found["revision"] > 1:
        facts.append((gettext(N_("更正")), gettext(N_("第%(count)s次更正后"), count=found["revision"] - 1)))
    if found["released_at"]:
        facts.append((gettext(N_("公布时间")), Moment(at=found["released_at"])))
    if found["respond_by_at"]:
        cell = deadline_cell(found["respond_by_at"], is_open=whole["response_state"] == "waiting")
        facts.append((gettext(N_("回应期限")), cell))
    return facts


def deadline_cell(at: datetime | None, *, is_open: bool) -> Cell:
    """The last moment of a time limit; with the sign of something that waits only while one may still act."""
    if at is None:
        return Nothing()
    return Moment(at=at, is_deadline=True) if is_open else Text(text=deadline(at))


def _part_facts(part: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    facts: list[tuple[str, str | Cell]] = []
    if part["person_name"]:
        facts.append((gettext(N_("客服")), Person(name=part["person_name"], number=part["employee_no"] or "")))
    facts += [
        (gettext(N_("服务日期")), Date(on=part["local_on"], year=True)),
        (gettext(N_("渠道")), both_words(part["channel"], part["kind"])),
    ]
    if part["may_open"]:
        link = Link(text=gettext(N_("打开这条服务记录")), href=f"/interactions/{part['interaction']}")
        facts.append((gettext(N_("服务记录")), link))
    if part["order_no"]:
        facts.append((gettext(N_("订单号")), part["order_no"]))
    facts += [(gettext(word), Duration(seconds=part[name])) for name, word in TIMES.items() if part[name] is not None]
    facts.append((gettext(N_("消息")), Count(value=part["message_count"], unit=gettext(N_("条")))))
    return facts
