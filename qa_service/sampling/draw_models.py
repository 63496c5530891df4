"""What the pages of draws show: the periods of a month, and what was committed and drawn in each frame."""

from datetime import datetime
from typing import Any

import msgspec

from qa_service import clock
from qa_service.language import N_, current_language, gettext, with_commas
from qa_service.sampling import files, rules
from qa_service.sampling.plans import SamplingPlan, read_plan
from qa_service.sampling.ticket_tables import own_table
from qa_service.web.cells import Cell, Link, Moment, Nothing, StateCell, Text
from qa_service.web.figures import Count
from qa_service.web.formatting import day
from qa_service.web.parts import Action, Chip
from qa_service.web.tables import Column, Empty, Table, TableRow

STATES = {"open": ("none", N_("未公布")), "committed": ("wait", N_("已公布，待抽")), "drawn": ("done", N_("已抽"))}


class FrameView(msgspec.Struct, frozen=True, kw_only=True):
    """One frame of a period: what was committed, what came of it, and what can be done with it now.

    warnings stand on everything that shows this draw; not_yet says why it cannot be drawn yet.
    """

    id: int
    title: str
    draw: int | None
    facts: list[tuple[str, str | Cell]]
    seed_text: str
    seed: str
    leaf: str
    frame_hrefs: list[Action]
    proof_href: str
    warnings: list[str]
    named_value: str
    may_draw: bool
    not_yet: str
    may_assign: bool
    unassigned: int
    unassigned_why: list[str]
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
            Text(text=named_text(one), sub=_caveat(one), clip=True) if one["named_value"] else nothing,
            Text(text=one["seed"][:12] + "…", tone="code") if one["seed"] else Nothing(reason=gettext(N_("还没有抽"))),
            Moment(at=one["drawn_at"], reason=gettext(N_("还没有抽"))),
        ]
    )


def named_text(frame: dict[str, Any]) -> str:
    """The named value as it was committed; in English where the plan gives its own value in English."""
    plan = read_plan(frame["plan_definition"])
    is_plans = frame["deviation"] is None and frame["public_from"] is not None and plan.named_value
    if current_language() != "en" or not is_plans or not plan.named_value_en:
        return frame["named_value"]
    return planned_text(plan, frame["public_from"])


def planned_text(plan: SamplingPlan, public_from: datetime) -> str:
    """What a plan names, in the reader's language, with the day on which it comes out."""
    text = plan.named_value_en if current_language() == "en" and plan.named_value_en else plan.named_value
    named = rules.planned_value(text, public_from, clock.HOUSE_ZONE)
    return named.replace("：", ": ") if current_language() == "en" else named


def _caveat(one: dict[str, Any]) -> str:
    if one["value_known"]:
        return gettext(N_("公布前已知，不能证明"))
    return gettext(N_("偏离方案")) if one["deviation"] else ""


def warnings_of(frame: dict[str, Any]) -> list[str]:
    """What every page about this frame must say."""
    known = [gettext(rules.VALUE_KNOWN)] if frame["value_known"] else []
    return known + ([gettext(rules.DEVIATES, reason=frame["deviation"])] if frame["deviation"] else [])


def _not_yet(frame: dict[str, Any]) -> str:
    out = frame["public_from"]
    if frame["draw"] is not None or frame["value_known"] or out is None or out <= clock.now():
        return ""
    local = out.astimezone(clock.HOUSE_ZONE)
    return gettext(N_("点名的公开值%(day)s %(time)s公布，之后才能抽"), day=day(local.date()), time=f"{local:%H:%M}")


def frame_view(
    period: dict[str, Any],
    frame: dict[str, Any],
    own: list[dict[str, Any]],
    *,
    may_write: bool,
    leaf: str,
    unassigned_why: list[str],
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
        warnings=warnings_of(frame),
        named_value=named_text(frame),
        may_draw=may_write and not is_drawn and not _not_yet(frame),
        not_yet=_not_yet(frame) if may_write else "",
        may_assign=may_write and is_drawn and frame["unassigned"] > 0,
        unassigned=frame["unassigned"] or 0,
        unassigned_why=unassigned_why,
        own=own_table(own, is_drawn=is_drawn),
    )  # fmt: skip


def _facts(frame: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    plan = (frame["plan_name_en"] if current_language() == "en" else "") or frame["plan_name"]
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("根")), Text(text=frame["root"], tone="code")),
        (gettext(N_("合格的客服段")), Count(value=frame["leaf_count"])),
        (gettext(N_("未列入")), rules.said(frame["exclusions"]) or gettext(N_("没有"))),
        (gettext(N_("抽样方案")), gettext(N_("%(name)s，第%(version)s版"), name=plan, version=frame["plan_version"])),
        (gettext(N_("事先点名的公开值")), named_text(frame)),
        (gettext(N_("抽样框公布时间")), Moment(at=frame["committed_at"], seconds=True, year=True)),
        (gettext(N_("审计日志")), gettext(N_("第%(line)s行"), line=frame["journal_position"])),
    ]
    if frame["public_from"] is not None and not frame["value_known"]:
        facts.insert(5, (gettext(N_("公开值何时公布")), Moment(at=frame["public_from"], year=True)))
    if frame["made_up"]:
        sentence = N_("%(count)s段：前几期没有抽中，再给机会，补足全月下限")
        facts.insert(2, (gettext(N_("其中补足")), gettext(sentence, count=frame["made_up"])))
    if frame["draw"] is not None:
        facts += [
            (gettext(N_("公开值")), with_commas(frame["seed_values"])),
            (gettext(N_("种子")), Text(text=frame["seed"], tone="code")),
            (gettext(N_("抽出时间")), Moment(at=frame["drawn_at"], seconds=True, year=True)),
            (gettext(N_("抽中")), Count(value=frame["drawn"])),
            *([(gettext(N_("另列重点件")), Count(value=frame["risk"]))] if frame["risk"] else []),
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
        if one["exclusions"].get(rules.RISK) or one["risk"]:
            faces.append(("risk", N_("重点件")))
        chips += [
            Chip(
                label=gettext(label) + suffix,
                href=f"/draws/{period}?show={face}&frame={one['id']}#frame-table",
                is_current=show == face and frame == one["id"],
            )
            for face, label in faces
        ]
    return chips
