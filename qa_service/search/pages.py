"""The page of search results, in groups."""

import msgspec
from litestar import Request, Response, get

from qa_service.interactions.reach import sees_names
from qa_service.interactions.words import both_words
from qa_service.language import N_, gettext, listed
from qa_service.people.access import Actor, Permission
from qa_service.search import schemas
from qa_service.search.api import LONGEST, find
from qa_service.web.cells import Date, Link, Moment, Nothing, Person, StateCell, Text
from qa_service.web.figures import Mark
from qa_service.web.guards import LOGGED_IN
from qa_service.web.listing import browsed
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Search, Table, TableRow

EVALUATION_STATES = {
    "queued": ("wait", N_("待评")),
    "draft": ("wait", N_("评分中")),
    "submitted": ("wait", N_("已提交")),
    "released": ("done", N_("已公布")),
    "superseded": ("none", N_("已被更正")),
    "withdrawn": ("none", N_("已撤回")),
}


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/search/results.html: one table for each group that found something."""

    q: str
    box: Search
    tables: list[Table]
    kinds: str


@get("/search", opt=LOGGED_IN, include_in_schema=False)
async def search_page(request: Request) -> Response:
    actor = actor_of(request)
    q = request.query_params.get("q", "").strip()[:LONGEST]
    found = await find(actor, q)
    tables = []
    for table in (_people(actor, found), _interactions(actor, found), _evaluations(found)):
        shown, file = await browsed(request, table, f"search-{table.name}", of=table.name)
        if file is not None:
            return file
        tables.append(shown)
    page = SearchPage(
        q=q,
        box=Search(action="/search", value=q, placeholder=gettext(N_("工号、姓名、拼音、编号"))),
        tables=[table for table in tables if table.rows],
        kinds=_kinds(actor),
    )
    return render(request, "search/results.html", page)


def _kinds(actor: Actor) -> str:
    """What this reader can find, in words."""
    people = N_("可以找：人员（工号、姓名、拼音首字母）、服务记录（编号或订单号）、质检评分（编号）")
    records = N_("可以找：您能看的服务记录（编号或订单号）、质检评分（编号）")
    return gettext(people if actor.may(Permission.PEOPLE_READ) else records)


def _people(actor: Actor, found: schemas.Found) -> Table:
    opens = actor.may(Permission.INTERACTION_READ) and sees_names(actor)
    columns = [
        Column(label=gettext(N_("姓名")), kind="person", is_row_header=True),
        Column(label=gettext(N_("部门"))),
        Column(label=gettext(N_("状态")), kind="state"),
        *([Column(label=gettext(N_("服务记录")), kind="link")] if opens else []),
    ]
    rows = [
        TableRow(
            cells=[
                Person(name=one.name, number=one.employee_no or ""),
                Text(text=listed(one.units)),
                StateCell(kind="none", word=gettext(N_("已离职"))) if one.left_on
                else StateCell(kind="done", word=gettext(N_("在职"))),
                *([Link(text=gettext(N_("看服务记录")), href=f"/interactions?person={one.id}")] if opens else []),
            ]
        )
        for one in found.people
    ]  # fmt: skip
    return Table(caption=gettext(N_("人员")), columns=columns, rows=rows, name="people")


def _interactions(actor: Actor, found: schemas.Found) -> Table:
    has_names = sees_names(actor)
    columns = [
        Column(label=gettext(N_("服务记录")), kind="link", more_label=gettext(N_("订单号")), is_row_header=True),
        *([Column(label=gettext(N_("客服")), kind="person")] if has_names else []),
        Column(label=gettext(N_("日期")), kind="date"),
        Column(label=gettext(N_("渠道"))),
    ]
    rows = [
        TableRow(
            cells=[
                Link(text=one.external_id, href=f"/interactions/{one.id}", sub=one.order_no or ""),
                *([_agent(one)] if has_names else []),
                Date(on=one.local_on, year=True, reason=gettext(N_("来源没有日期"))),
                Text(text=both_words(one.channel, one.kind)),
            ]
        )
        for one in found.interactions
    ]
    return Table(caption=gettext(N_("服务记录")), columns=columns, rows=rows, name="interactions")


def _agent(one: schemas.InteractionFound) -> Person | Nothing:
    if one.person_name is None:
        return Nothing(reason=gettext(N_("待认领")))
    return Person(name=one.person_name, number=one.employee_no or "")


def _evaluations(found: schemas.Found) -> Table:
    columns = [
        Column(label=gettext(N_("质检评分")), kind="link", is_row_header=True),
        Column(label=gettext(N_("得分")), kind="mark"),
        Column(label=gettext(N_("公布时间")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
    ]
    rows = []
    for one in found.evaluations:
        kind, word = EVALUATION_STATES[one.state]
        rows.append(
            TableRow(
                cells=[
                    Link(text=f"{one.form} #{one.id}", href=f"/evaluations/{one.id}"),
                    Mark(value_hundredths=one.final_hundredths, reason=gettext(N_("未评分"))),
                    Moment(at=one.released_at, year=True, reason=gettext(N_("没有公布时间"))),
                    StateCell(kind=kind, word=gettext(word)),
                ]
            )
        )
    return Table(caption=gettext(N_("质检评分")), columns=columns, rows=rows, name="evaluations")


routes = [search_page]
