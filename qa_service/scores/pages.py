"""Pages of scores: which months are computed, one month of a unit, one person in it, one's own month."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.jobs.commands import start
from qa_service.language import N_, current_language, gettext, named
from qa_service.people.access import Actor, Permission
from qa_service.rule_versions.definitions import records
from qa_service.scores import commands, listing, queries, views
from qa_service.scores.cards_table import cards_table
from qa_service.scores.person_page import PersonPage, person_model, run_facts, run_title
from qa_service.web.cells import Cell, Link, Moment, Month, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.formatting import field_errors, month
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.months import typed_month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow
from rubrics.pack_records import Kpi

READ = needs(Permission.SCORE_READ)


class RunsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/scores/list.html: computed months, and the form for who may compute one."""

    table: Table
    may_run: bool
    units: list[Option] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class RunPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/scores/run.html. is_trial: rules younger than the month, or a month not over; nothing of it
    drives money. is_superseded: the run of a wider unit stands instead."""

    id: int
    title: str
    month: date
    is_trial: bool
    is_superseded: bool
    notes: list[str]
    facts: list[tuple[str, str | Cell]]
    people: Table
    monitors: Table
    leniency_note: str
    may_see_flags: bool


class EmptyMonthPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/scores/no_month.html: no published result about this person yet."""

    why: str


class ScoreForm(msgspec.Struct):
    unit: int
    month: str
    preliminary: bool = False


@get("/scores", opt=READ, include_in_schema=False)
async def runs_page(request: Request) -> Response:
    return await _runs(request, {}, {})


async def _runs(request: Request, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    actor = actor_of(request)
    runs = _runs_table(await queries.runs(actor), may_run=actor.may(Permission.SCORE_RUN))
    table, file = await browsed(request, runs, "scores")
    if file is not None:
        return file
    page = RunsPage(
        table=table,
        may_run=actor.may(Permission.SCORE_RUN),
        units=await _unit_options(actor),
        values=values,
        errors=errors,
    )
    return render(request, "scores/list.html", page, status_code=status)


async def _unit_options(actor: Actor) -> list[Option]:
    found = await queries.units_in_reach(actor, Permission.SCORE_RUN)
    return [Option(value=str(unit["id"]), label=_named(unit)) for unit in found]


def _named(found: dict[str, Any]) -> str:
    return found["name_en"] if current_language() == "en" and found["name_en"] else found["name"]


def _runs_table(runs: list[dict[str, Any]], *, may_run: bool) -> Table:
    lines = [
        TableRow(
            cells=[
                Month(on=run["pay_month"]),
                Link(text=run["unit_name"], href=f"/scores/{run['id']}"),
                Text(text=named(run, "rule_name"), sub=gettext(N_("第%(version)s版"), version=run["rule_version"])),
                Moment(at=run["published_at"]),
                _run_state(run),
            ]
        )
        for run in runs
    ]
    next_step = (
        gettext(N_("选择部门和月份，开始计算")) if may_run else gettext(N_("由质检主管或主管计算后会出现在这里"))
    )
    return Table(
        caption=gettext(N_("已计算的月份")),
        columns=[
            Column(label=gettext(N_("月份")), kind="month"),
            Column(label=gettext(N_("部门")), kind="link", is_row_header=True),
            Column(label=gettext(N_("规则版本")), more_label=gettext(N_("版本"))),
            Column(label=gettext(N_("发布时间")), kind="moment", is_wide_only=True),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=lines,
        name="runs",
        empty=Empty(what=gettext(N_("还没有计算过任何月份")), why=next_step),
    )


def _run_state(run: dict[str, Any]) -> StateCell:
    if run["state"] == "preliminary":
        return StateCell(kind="hold", word=gettext(N_("试算")), note=gettext(N_("月份没有结束，不作奖罚")))
    if run["is_trial"]:
        return StateCell(kind="hold", word=gettext(N_("试算")), note=gettext(N_("不作奖罚")))
    if run["state"] == "closed":
        return StateCell(kind="done", word=gettext(N_("已月结")))
    return StateCell(kind="done", word=gettext(N_("已发布")))


@post("/scores", opt=needs(Permission.SCORE_RUN), include_in_schema=False)
async def order(request: Request) -> Response:
    raw = await request.form()
    values = {name: str(raw.get(name, ""))[:20] for name in ("unit", "month", "preliminary")}
    actor = actor_of(request)
    try:
        form = await form_of(request, ScoreForm)
        first = typed_month(form.month)
        await commands.check_order(actor, form.unit, first, preliminary=form.preliminary)
        given = {"unit": form.unit, "month": first.isoformat(), "preliminary": form.preliminary}
        job = await start(actor, commands.JOB, given)
    except Refusal as refusal:
        errors = field_errors(refusal.fields) or {"": refusal.text()}
        return await _runs(request, values, errors, refusal.status)
    return Redirect(f"/jobs/{job}", status_code=303)


@get("/scores/{run_id:int}", opt=READ, include_in_schema=False)
async def run_page(request: Request, run_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    run = await queries.run(actor, run_id)
    kpis = records(await queries.rule_texts(run_id), Kpi)
    asked = _asked(request)
    found = await listing.page_of_cards(actor, run_id, asked)
    severities = await queries.monitor_severities(actor, run_id)
    named = f"monitors-{run['pay_month']:%Y-%m}-{run_id}"
    monitors, monitors_file = await browsed(request, views.monitors_table(severities), named, of="monitors")
    if monitors_file is not None:
        return monitors_file
    people = offered(request, cards_table(run_id, found, asked, kpis=kpis))
    if (file := await download(request, people, f"scores-{run['pay_month']:%Y-%m}-{run_id}")) is not None:
        return file
    levels = await queries.levels_of(run_id, within=queries.people_of(run, "e.person"))
    level = next((one["shrunk_hundredths"] for one in levels if one["shrunk_hundredths"] is not None), 0)
    notes = [views.spread_note(level)] if views.has_no_spread(levels) else []
    if any(views.card_note(card) for card in found.rows):
        notes.append(gettext(N_("绩效分区间的上端等于得分的人，质检指标已得满分，再高也不加分")))
    page = RunPage(
        id=run_id,
        notes=notes,
        title=run_title(run),
        month=run["pay_month"],
        is_trial=run["is_trial"],
        is_superseded=run["state"] == "superseded",
        facts=run_facts(run, people=await queries.count_people(run)),
        people=people,
        monitors=monitors,
        leniency_note=views.leniency_note(severities),
        may_see_flags=actor.may(Permission.FLAG_READ),
    )
    return render(request, "scores/run.html", page)


def _asked(request: Request) -> listing.Asked:
    """What the address asks for; anything it does not know counts as not said. A file holds every row."""
    given = request.query_params
    sort = given.get("sort", "number")
    is_file = bool(wanted(request))
    return listing.Asked(
        search=given.get("q", "")[:60],
        sort=sort if sort in listing.SORTS else "number",
        is_descending=given.get("way") == "down",
        after=None if is_file else _id(given.get("after", "")),
        before=None if is_file else _id(given.get("before", "")),
        limit=FILE_ROWS if is_file else listing.PAGE,
    )


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@get("/scores/{run_id:int}/people/{person_id:int}", opt=READ, include_in_schema=False)
async def person_page(request: Request, run_id: FromPath[int], person_id: FromPath[int]) -> Response:
    found = await queries.person_result(actor_of(request), run_id, person_id)
    return await _person(request, await person_model(found, is_own=False))


@get("/my/month", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def my_month(request: Request) -> Response:
    actor = actor_of(request)
    months = await queries.my_months(actor)
    wanted = request.query_params.get("month", "")
    chosen = next((one for one in months if f"{one['pay_month']:%Y-%m}" == wanted), months[0] if months else None)
    if chosen is None:
        why = gettext(N_("当月得分由质检主管或主管计算并发布后，会显示在这里。"))
        return render(request, "scores/no_month.html", EmptyMonthPage(why=why))
    found = await queries.my_month(actor, chosen["pay_month"])
    chips = [
        Chip(label=month(one["pay_month"]), href=f"/my/month?month={one['pay_month']:%Y-%m}", is_current=one is chosen)
        for one in months
    ]
    return await _person(request, await person_model(found, is_own=True, months=chips))


async def _person(request: Request, page: PersonPage) -> Response:
    kpis, file = await browsed(request, page.kpis, f"kpis-{page.run_id}")
    return file or render(request, "scores/person.html", msgspec.structs.replace(page, kpis=kpis))


routes = [runs_page, order, run_page, person_page, my_month]
