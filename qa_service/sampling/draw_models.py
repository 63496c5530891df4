"""What the pages of draws show: the periods of a month, and what was committed and drawn in each frame."""

from typing import Any

import msgspec

from qa_service.language import N_, current_language, gettext, with_commas
from qa_service.sampling import files
from qa_service.sampling.ticket_tables import own_table
from qa_service.web.cells import Cell, Link, Moment, Nothing, StateCell, Text
from qa_service.web.figures import Count
from qa_service.web.formatting import day
from qa_service.web.parts import Action, Chip
from qa_service.web.tables import Column, Empty, Table, TableRow

STATES = {"open": ("none", N_("未公布")), "committed": ("wait", N_("已公布，待抽")), "drawn": ("done", N_("已抽"))}
EXCLUSIONS = {
    "unresolved-account": N_("待认领"),
    "channel": N_("渠道不在方案内"),
    "kind": N_("种类不在方案内"),
    "too-few-messages": N_("消息太少"),
}


class FrameView(msgspec.Struct, frozen=True, kw_only=True):
    """One frame of a period: what was committed, what came of it, and what can be done with it now."""

    id: int
    title: str
    draw: int | None
    facts: list[tuple[str, str | Cell]]
    seed_text: str
    seed: str
    leaf: str
    frame_hrefs: list[Action]
    proof_href: str
    named_value: str
    may_draw: bool
    may_assign: bool
    unassigned: int
    own: Table


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What came of drawing a frame again."""

    frame: int
    is_identical: bool
    sentence: str
    steps: list[str]


def span(period: dict[str, Any]) -> str:
    return f"{day(period['from_on'], year=True, weekday=False)}–{day(period['until_on'], weekday=False)}"


def periods_table(found: list[dict[str, Any]]) -> Table:
    columns = [
        Column(label=gettext(N_("抽样期")), kind="link", is_row_header=True),
        Column(label=gettext(N_("部门"))),
        Column(label=gettext(N_("状态")), kind="state"),
        Column(label=gettext(N_("抽样框（段）")), kind="count"),
        Column(label=gettext(N_("根"))),
        Column(label=gettext(N_("事先点名的公开值"))),
        Column(label=gettext(N_("种子"))),
        Column(label=gettext(N_("抽出时间")), kind="moment"),
    ]
    return Table(
        caption=gettext(N_("抽样期")),
        columns=columns,
        rows=[_period_row(one) for one in found],
        name="periods",
        empty=Empty(
            what=gettext(N_("还没有抽样期")),
            why=gettext(N_("由质检主管按抽样方案划出一个月的抽样期；抽样框在抽之前公布，人人可查")),
        ),
    )


def _period_row(one: dict[str, Any]) -> TableRow:
    kind, word = STATES[one["state"]] if one["frame"] is None else STATES["drawn" if one["draw"] else "committed"]
    sub = gettext(N_("补充%(number)s"), number=one["sequence"]) if one["sequence"] else ""
    nothing = Nothing(reason=gettext(N_("还没有公布")))
    return TableRow(
        cells=[
            Link(text=span(one), href=f"/draws/{one['id']}", sub=sub),
            Text(text=one["unit_name"]),
            StateCell(kind=kind, word=gettext(word)),
            Count(value=one["leaf_count"], reason=gettext(N_("还没有公布"))),
            Text(text=one["root"][:12] + "…", tone="code") if one["root"] else nothing,
            Text(text=one["named_value"], clip=True) if one["named_value"] else nothing,
            Text(text=one["seed"][:12] + "…", tone="code") if one["seed"] else Nothing(reason=gettext(N_("还没有抽"))),
            Moment(at=one["drawn_at"], reason=gettext(N_("还没有抽"))),
        ]
    )


def frame_view(
    period: dict[str, Any], frame: dict[str, Any], own: list[dict[str, Any]], *, may_write: bool, leaf: str
) -> FrameView:
    is_drawn = frame["draw"] is not None
    number = frame["sequence"]
    here = f"/draws/{period['id']}/frames/{frame['id']}"
    kinds = (("CSV", "frame.csv"), ("JSON", "frame.json"))
    return FrameView(
        id=frame["id"],
        title=gettext(N_("补充抽样框%(number)s"), number=number) if number else gettext(N_("抽样框")),
        draw=frame["draw"],
        facts=_facts(frame),
        seed_text=files.seed_text(period, frame) or "",
        seed=frame["seed"] or "",
        leaf=leaf,
        frame_hrefs=[Action(label=label, href=f"{here}/{name}", icon="download") for label, name in kinds]
        if period["is_whole"] else [],
        proof_href=f"{here}/my-proof.json" if is_drawn and own else "",
        named_value=frame["named_value"],
        may_draw=may_write and not is_drawn,
        may_assign=may_write and is_drawn and frame["unassigned"] > 0,
        unassigned=frame["unassigned"] or 0,
        own=own_table(own, is_drawn=is_drawn),
    )  # fmt: skip


def _facts(frame: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    plan = (frame["plan_name_en"] if current_language() == "en" else "") or frame["plan_name"]
    left_out = with_commas(
        f"{gettext(EXCLUSIONS.get(reason, reason))} {count}" for reason, count in sorted(frame["exclusions"].items())
    )
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("根")), Text(text=frame["root"], tone="code")),
        (gettext(N_("合格的客服段")), Count(value=frame["leaf_count"])),
        (gettext(N_("未列入")), left_out or gettext(N_("没有"))),
        (gettext(N_("抽样方案")), gettext(N_("%(name)s，第%(version)s版"), name=plan, version=frame["plan_version"])),
        (gettext(N_("事先点名的公开值")), frame["named_value"]),
        (gettext(N_("抽样框公布时间")), Moment(at=frame["committed_at"], seconds=True, year=True)),
        (gettext(N_("审计日志")), gettext(N_("第%(line)s行"), line=frame["journal_position"])),
    ]
    if frame["draw"] is not None:
        facts += [
            (gettext(N_("公开值")), with_commas(frame["seed_values"])),
            (gettext(N_("种子")), Text(text=frame["seed"], tone="code")),
            (gettext(N_("抽出时间")), Moment(at=frame["drawn_at"], seconds=True, year=True)),
            (gettext(N_("抽中")), Count(value=frame["drawn"])),
        ]
    if frame["exemption"]:
        facts.append((gettext(N_("只有一名质检员")), frame["exemption"]))
    return facts


def tabs(period: int, frames: list[dict[str, Any]], *, show: str, frame: int) -> list[Chip]:
    """Quotas and drawn parts of each frame."""
    chips = []
    for one in frames:
        suffix = gettext(N_("（补充%(number)s）"), number=one["sequence"]) if one["sequence"] else ""
        faces = [("quotas", N_("抽取数量")), *([("items", N_("抽中的客服段"))] if one["draw"] is not None else [])]
        chips += [
            Chip(
                label=gettext(label) + suffix,
                href=f"/draws/{period}?show={face}&frame={one['id']}#frame-table",
                is_current=show == face and frame == one["id"],
            )
            for face, label in faces
        ]
    return chips
