"""Pages of outside ratings: which sources have any, and how far their raters agree and lean."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from qa_service.errors import NotFound
from qa_service.evaluations import agreement
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Cell, Link, Nothing, StateCell, Text
from qa_service.web.downloads import written
from qa_service.web.figures import Count, Measure
from qa_service.web.guards import needs
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow
from scoring.states import SENTENCES

READ = needs(Permission.EVALUATION_READ)
RELIABLE, TENTATIVE = 0.8, 0.667  # the customary lines for alpha (Krippendorff, Content Analysis)


class SourcesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/rated_sources.html."""

    table: Table


class AgreementPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/agreement.html: alpha of each item, leniency of each rater."""

    source: str
    ratings: int
    items: Table
    raters: Table


@get("/ratings", opt=READ, include_in_schema=False)
async def sources_page(request: Request) -> Response:
    rows = [
        TableRow(
            cells=[
                Link(text=one.source, href=f"/ratings/{one.source}"),
                Count(value=one.ratings),
                Count(value=one.raters),
                Count(value=one.records),
            ]
        )
        for one in await agreement.rated_sources(actor_of(request))
    ]
    heads = (N_("评分份数"), N_("评分人"), N_("服务记录"))
    table = Table(
        caption=gettext(N_("有外来评分的来源")),
        columns=[
            Column(label=gettext(N_("来源")), kind="link"),
            *(Column(label=gettext(head), kind="count") for head in heads),
        ],
        rows=rows,
        name="sources",
        empty=Empty(
            what=gettext(N_("还没有外来评分")),
            why=gettext(N_("导入带评分的会话后，这里说明评分人之间有多一致、谁偏严谁偏宽")),
        ),
    )
    return render(request, "evaluations/rated_sources.html", SourcesPage(table=table))


@get("/ratings/{source:str}", opt=READ, include_in_schema=False)
async def agreement_page(request: Request, source: FromPath[str]) -> Response:
    found = await agreement.rater_agreement(actor_of(request), source)
    page = AgreementPage(
        source=source,
        ratings=found.ratings,
        items=_with_files(items_table(found), source),
        raters=_with_files(raters_table(found), source),
    )
    return render(request, "evaluations/agreement.html", page)


@get("/ratings/{source:str}/{file:str}", opt=READ, include_in_schema=False)
async def agreement_file(request: Request, source: FromPath[str], file: FromPath[str]) -> Response:
    """One of the two tables as a file: items.csv, raters.xlsx."""
    found = await agreement.rater_agreement(actor_of(request), source)
    which, _, kind = file.partition(".")
    tables = {"items": items_table, "raters": raters_table}
    if which not in tables:
        raise NotFound()
    return await written(tables[which](found), f"{which}-agreement", kind)


def _with_files(table: Table, source: str) -> Table:
    if not table.rows:
        return table
    hrefs: dict[str, Any] = {f"{kind}_href": f"/ratings/{source}/{table.name}.{kind}" for kind in ("csv", "xlsx")}
    return msgspec.structs.replace(table, **hrefs)


def items_table(found: agreement.Agreement) -> Table:
    """Alpha of each item with its interval; n is how many records two or more rated."""
    rows = [
        TableRow(
            cells=[
                Text(text=one.name if current_language() == "zh" else one.name_en, sub=one.item),
                _alpha(one),
                Count(value=one.raters),
                _reliability(one),
            ]
        )
        for one in found.items
    ]
    hint = gettext(N_("Krippendorff的α：1为完全一致，0为与随意打分无异；n是服务记录数"))
    return Table(
        caption=gettext(N_("每一项评分人之间的一致性")),
        columns=[
            Column(label=gettext(N_("评分项")), more_label=gettext(N_("代码"))),
            Column(label=gettext(N_("一致性α")), kind="measure", hint=hint),
            Column(label=gettext(N_("评分人")), kind="count"),
            Column(label=gettext(N_("判断")), kind="state"),
        ],
        rows=rows,
        name="items",
        empty=Empty(what=gettext(N_("没有可比的评分"))),
    )


def _alpha(one: agreement.ItemAgreement) -> Cell:
    if one.alpha is None:
        return Nothing(reason=_words(one.state))
    return Measure(value=one.alpha, lower=one.lower, upper=one.upper, n=one.units, digits=3)


def _reliability(one: agreement.ItemAgreement) -> StateCell:
    """Judged by the lower end: what the data surely reach."""
    if one.alpha is None or one.lower is None:
        return StateCell(kind="thin", word=gettext(N_("无法判断")))
    if one.lower >= RELIABLE:
        return StateCell(kind="done", word=gettext(N_("可靠")), note=gettext(N_("区间整个在0.8以上")))
    if one.lower >= TENTATIVE:
        return StateCell(kind="hold", word=gettext(N_("只供参考")), note=gettext(N_("区间在0.667以上")))
    return StateCell(kind="warn", word=gettext(N_("不够一致")), note=gettext(N_("不能据此动钱")))


def raters_table(found: agreement.Agreement) -> Table:
    """Points above or below the mean rater on the same records, with interval and n."""
    return Table(
        caption=gettext(N_("每位评分人的宽严：在同样的服务记录上与平均评分人相差多少分，负数为偏严")),
        columns=[
            Column(label=gettext(N_("评分人"))),
            Column(label=gettext(N_("宽严（分）")), kind="measure"),
            Column(label=gettext(N_("宽严判断")), kind="state"),
        ],
        rows=[TableRow(cells=[Text(text=one.rater), _points(one, found.state), _leaning(one)]) for one in found.raters],
        name="raters",
        empty=Empty(what=gettext(N_("没有可比的评分")), why=_words(found.state)),
    )


def _points(one: agreement.RaterLeniency, state: str) -> Cell:
    if one.points is None:
        return Nothing(reason=_words(state))
    return Measure(value=one.points, lower=one.lower, upper=one.upper, n=one.n, digits=2)


def _leaning(one: agreement.RaterLeniency) -> StateCell:
    if one.points is None or one.lower is None:
        return StateCell(kind="thin", word=gettext(N_("无法判断")))
    if not one.excludes_zero:
        return StateCell(kind="done", word=gettext(N_("看不出偏差")))
    word = N_("偏宽") if one.points > 0 else N_("偏严")
    return StateCell(kind="warn", word=gettext(word), note=gettext(N_("区间不含0")))


def _words(state: str) -> str:
    zh, en = SENTENCES.get(state, ("", ""))
    return zh if current_language() == "zh" else en


routes = [sources_page, agreement_page, agreement_file]
