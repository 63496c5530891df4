"""What the page of one interaction shows: transcript, facts, parts, business records, ratings, marks."""

from typing import Any

import msgspec

from qa_service.interactions import beside
from qa_service.interactions.history_tables import history_table
from qa_service.interactions.list_models import agent_cell, moment_of
from qa_service.interactions.reach import is_own_only, sees_names
from qa_service.interactions.words import channel_word, kind_word
from qa_service.language import N_, gettext, with_commas
from qa_service.people.access import Actor, Permission
from qa_service.web.cells import Cell, Date, Link, Moment, Nothing, StateCell, Text
from qa_service.web.figures import Count, Duration, Mark
from qa_service.web.formatting import day
from qa_service.web.parts import Message
from qa_service.web.tables import Column, Empty, Table, TableRow

SLOW_SECONDS = 180
PAUSE_SECONDS = 60
MARK_STATES = {"released": ("done", N_("已公布")), "superseded": ("none", N_("已被更正"))}


class TalkPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/interactions/talk.html. newer_href: the corrected revision; unseen: a sentence about messages that
    are not the reader's; recording_url: where the source keeps the recording."""

    title: str
    lead: str
    newer_href: str
    messages: list[Message]
    unseen: str
    recording_url: str
    facts: list[tuple[str, str | Cell]]
    parts: Table
    records: Table
    ratings: Table
    marks: Table
    history: Table | None = None  # its revisions, where it was ever corrected


def talk_page(actor: Actor, found: dict[str, Any]) -> TalkPage:
    unseen = gettext(N_("另有%(count)s条消息属于其他客服，不显示"), count=found["unseen"]) if found["unseen"] else ""
    when = day(found["local_on"], year=True) if found["local_on"] else gettext(N_("来源没有日期"))
    return TalkPage(
        title=found["external_id"],
        lead=with_commas((when, channel_word(found["channel"]), kind_word(found["kind"]))),
        newer_href=f"/interactions/{found['newer']}" if found["newer"] else "",
        messages=messages(found["messages"], found["parts"]),
        unseen=unseen,
        recording_url=found["recording_url"] or "",
        facts=_facts(actor, found),
        parts=_parts(actor, found),
        records=_records(found),
        ratings=_ratings(found),
        marks=_marks(found),
        history=history_table(actor, found["history"]) if len(found["history"]) > 1 else None,
    )


def messages(found: list[dict[str, Any]], parts: list[dict[str, Any]]) -> list[Message]:
    """Messages in order with the waits between them; who spoke for the shop is named where names may be seen."""
    names = {part["sequence"]: part["person_name"] or part["agent_label"] or "" for part in parts}
    made, before = [], None
    for one in found:
        at = one["sent_at"]
        pause = int((at - before).total_seconds()) if at and before and at >= before else None
        made.append(
            Message(
                number=one["sequence"],
                sender=one["sender"],
                name=names.get(one["part_sequence"], "") if one["sender"] == "agent" else "",
                at=at,
                text=one["body"],
                kind=one["kind"],
                pause_seconds=pause if pause is not None and pause >= PAUSE_SECONDS else None,
                is_slow=pause is not None and pause > SLOW_SECONDS and one["sender"] == "agent",
            )
        )
        before = at or before
    return made


def _facts(actor: Actor, found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    category = " / ".join(filter(None, (found["category"], found["subcategory"])))
    may_open_batch = actor.may(Permission.IMPORT_READ)
    batch = Link(text=found["file_name"], href=f"/imports/{found['batch']}") if may_open_batch else found["file_name"]
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("编号")), found["external_id"]),
        (gettext(N_("开始")), moment_of(found, "started_at")),
        (gettext(N_("结束")), moment_of(found, "ended_at")),
        *([(gettext(N_("类别")), category)] if category else []),
        *([(gettext(N_("客户")), found["customer_key"])] if found["customer_key"] else []),
        *([(gettext(N_("订单号")), found["order_no"])] if found["order_no"] else []),
        *([(gettext(N_("备注")), found["remark"])] if found["remark"] else []),
        *((name, value) for name, value in sorted(found["attributes"].items()) if value),
        (gettext(N_("导入批次")), batch),
        (gettext(N_("导入时间")), Moment(at=found["published_at"], year=True)),
    ]
    if found["revision"] > 1:
        facts.append((gettext(N_("第几次更正")), str(found["revision"] - 1)))
    return facts


def _parts(actor: Actor, found: dict[str, Any]) -> Table:
    has_names = sees_names(actor)
    columns = [
        Column(label=gettext(N_("段")), kind="count", align="start"),
        *([Column(label=gettext(N_("客服")), kind="person", is_row_header=True)] if has_names else []),
        Column(label=gettext(N_("部门"))),
        *(
            Column(label=gettext(label), kind="duration")
            for label in (N_("首次响应"), N_("平均响应"), N_("最长沉默"), N_("关闭用时"), N_("处理时长"))
        ),
        Column(label=gettext(N_("消息")), kind="count"),
        Column(label=gettext(N_("质检")), kind="state"),
    ]
    rows = [_part_row(part, has_names=has_names) for part in found["parts"]]
    caption = gettext(N_("您的客服段") if is_own_only(actor) else N_("客服段"))
    empty = Empty(what=gettext(N_("来源没有写明客服")))
    return Table(caption=caption, columns=columns, rows=rows, name="parts", empty=empty)


def _agent(part: dict[str, Any]) -> Cell:
    if not part["is_in_reach"]:
        return Nothing(reason=gettext(N_("其他部门的客服")))
    return agent_cell(part["person_name"], part["employee_no"], part["agent_label"])


def _part_row(part: dict[str, Any], *, has_names: bool) -> TableRow:
    states = {one.key: one for one in beside.current().states}
    state = states.get(part["state"])
    seconds = ("first_reply_seconds", "average_reply_seconds", "longest_silence_seconds", "closed_after_seconds")
    return TableRow(
        id=f"part-{part['sequence']}",
        cells=[
            Count(value=part["sequence"]),
            *([_agent(part)] if has_names else []),
            Text(text=part["unit_name"] or ""),
            *(Duration(seconds=part[name]) for name in (*seconds, "handle_seconds")),
            Count(value=part["message_count"]),
            StateCell(kind=state.look, word=gettext(state.name)) if state else Nothing(),
        ],
    )  # fmt: skip


def _records(found: dict[str, Any]) -> Table:
    columns = [
        Column(label=gettext(N_("业务单据")), more_label=gettext(N_("订单号")), is_row_header=True),
        Column(label=gettext(N_("日期")), kind="date"),
        Column(label=gettext(N_("登记人"))),
        Column(label=gettext(N_("内容"))),
    ]
    rows = [
        TableRow(
            cells=[
                Text(text=one["kind"], sub=one["order_no"] or ""),
                Date(on=one["recorded_on"]),
                Text(text=one["recorded_by"] or ""),
                Text(text=one["body"]),
            ]
        )
        for one in found["records"]
    ]
    empty = Empty(what=gettext(N_("没有同一订单或同一买家的业务单据")))
    return Table(caption=gettext(N_("业务单据")), columns=columns, rows=rows, name="records", empty=empty)


def _ratings(found: dict[str, Any]) -> Table:
    columns = [
        Column(label=gettext(N_("客户评分")), is_row_header=True),
        Column(label=gettext(N_("评价日期")), kind="date"),
        Column(label=gettext(N_("客户留言"))),
    ]
    rows = [
        TableRow(
            cells=[
                Text(text=gettext(N_("%(score)s分，满分%(most)s分"), score=one["score"], most=one["scale_max"])),
                Date(on=one["responded_on"]),
                Text(text=one["comment"] or ""),
            ]
        )
        for one in found["ratings"]
    ]
    empty = Empty(what=gettext(N_("客户没有评价")), why=gettext(N_("没有评价不等于满意，也不等于不满意")))
    return Table(caption=gettext(N_("客户评分")), columns=columns, rows=rows, name="ratings", empty=empty)


def _marks(found: dict[str, Any]) -> Table:
    columns = [
        Column(label=gettext(N_("质检表")), kind="link", is_row_header=True),
        Column(label=gettext(N_("得分")), kind="mark"),
        Column(label=gettext(N_("公布时间")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
    ]
    rows = [
        TableRow(
            cells=[
                Link(text=one.form, href=f"/evaluations/{one.evaluation}"),
                Mark(value_hundredths=one.final_hundredths, reason=gettext(N_("未评分"))),
                Moment(at=one.released_at, reason=gettext(N_("没有公布时间"))),
                StateCell(kind=MARK_STATES[one.state][0], word=gettext(MARK_STATES[one.state][1])),
            ]
        )
        for one in found["marks"]
    ]
    empty = Empty(what=gettext(N_("没有您能看的质检评分")))
    return Table(caption=gettext(N_("质检评分")), columns=columns, rows=rows, name="marks", empty=empty)
