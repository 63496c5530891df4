"""Pages of rules: all versions by kind, and one with its papers and what it says. Everyone reads what judges them."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from qa_service.errors import NotFound
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.rule_versions import queries, reading
from qa_service.rule_versions.words import KINDS, STATES
from qa_service.web.cells import Cell, Date, Link, StateCell, Text
from qa_service.web.figures import Count
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Chip
from qa_service.web.rendering import render
from qa_service.web.tables import Column, Empty, Table, TableRow


class RulesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/rules/list.html."""

    chips: list[Chip]
    table: Table


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/rules/rule.html: records of a pack's rules, or sections of a form; versions: all of this rule."""

    title: str
    state: StateCell
    facts: list[tuple[str, str | Cell]]
    no_money: list[str]
    records: list[tuple[str, list[tuple[str, str]]]]
    sections: list[tuple[str, str, list[reading.ItemLine]]]
    versions: Table


@get("/rules", opt=needs(Permission.RULE_READ), include_in_schema=False)
async def rules_page(request: Request) -> Response:
    kind = request.query_params.get("kind", "")
    kind = kind if kind in KINDS else ""
    table, file = await browsed(request, _table(await queries.versions(kind)), "rules")
    if file is not None:
        return file
    page = RulesPage(
        chips=[
            Chip(label=gettext(word), href=f"/rules?kind={key}" if key else "/rules", is_current=key == kind)
            for key, word in {"": N_("全部"), **KINDS}.items()
        ],
        table=table,
    )
    return render(request, "rules/list.html", page)


def _name(one: dict[str, Any]) -> str:
    return one["name_en"] if current_language() == "en" and one["name_en"] else one["name"]


def _kind(one: dict[str, Any]) -> str:
    return gettext(KINDS.get(one["kind"], one["kind"]))


def _table(found: list[dict[str, Any]]) -> Table:
    rows = [
        TableRow(
            cells=[
                Link(text=_name(one), href=f"/rules/{one['id']}", sub=_kind(one)),
                Count(value=one["version"]),
                Date(on=one["from_on"], year=True),
                _money(one),
                Text(text=one["digest"][:16], tone="code"),
            ]
        )
        for one in found
    ]  # fmt: skip
    return Table(
        caption=gettext(N_("规则的各个版本")),
        columns=[
            Column(label=gettext(N_("规则名称")), kind="link", more_label=gettext(N_("种类")), is_row_header=True),
            Column(label=gettext(N_("版本")), kind="count"),
            Column(label=gettext(N_("生效")), kind="date"),
            Column(label=gettext(N_("奖罚")), kind="state"),
            Column(label=gettext(N_("内容摘要")), is_wide_only=True),
        ],
        rows=rows,
        name="rules",
        empty=Empty(what=gettext(N_("还没有规则")), why=gettext(N_("取用岗位包以后，质检表、指标和奖罚办法都在这里"))),
    )


def _money(one: dict[str, Any]) -> StateCell:
    if reading.why_no_money(one):
        return StateCell(kind="hold", word=gettext(N_("不作奖罚依据")))
    return StateCell(kind="done", word=gettext(N_("可作奖罚依据")))


@get("/rules/{rule_id:int}", opt=needs(Permission.RULE_READ), include_in_schema=False)
async def rule_page(request: Request, rule_id: FromPath[int]) -> Response:
    found = await queries.version(rule_id)
    if found is None:
        raise NotFound(N_("这条规则"))
    is_form = found["kind"] == "form"
    page = RulePage(
        title=gettext(N_("%(name)s第%(version)s版"), name=_name(found), version=found["version"]),
        state=_money(found),
        facts=_facts(found) + (reading.form_facts(found["definition"]) if is_form else []),
        no_money=reading.why_no_money(found),
        records=[] if is_form else reading.records_of(found["definition"], await _names()),
        sections=reading.sections_of(found["definition"]) if is_form else [],
        versions=_table(await queries.versions(found["kind"], found["code"])),
    )
    return render(request, "rules/rule.html", page)


async def _names() -> dict[str, str]:
    """What the published rules call their KPIs and form items; of two versions the newer one's word."""
    names: dict[str, str] = {}
    for kind, definition in await queries.definitions(("kpis", "form")):
        names.update(reading.names_in(kind, definition))
    return names


def _facts(found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    none = "—"
    return [
        (gettext(N_("种类")), _kind(found)),
        (gettext(N_("生效")), Date(on=found["from_on"], year=True)),
        (gettext(N_("状态")), gettext(STATES.get(found["state"], found["state"]))),
        (gettext(N_("批准人")), found["approver_label"] or none),
        (gettext(N_("征求意见")), _dated(found["consulted_on"], found["consultation"])),
        (gettext(N_("公示")), _dated(found["published_on"], found["publication"])),
        (gettext(N_("来源")), found["source"] or none),
        (gettext(N_("内容摘要")), Text(text=found["digest"], tone="code")),
    ]


def _dated(on: Any, words: str | None) -> str:
    return " ".join(filter(None, (on.isoformat() if on else "", words or ""))) or "—"


routes = [rules_page, rule_page]
