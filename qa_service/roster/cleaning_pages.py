"""Pages of the cleaning rota: a month's duties with their counts, one duty to pass on or note as done."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.calendar.months import next_month, previous_month
from qa_service.errors import Refusal
from qa_service.language import N_, gettext, listed
from qa_service.people.access import Permission
from qa_service.roster import cleaning, queries
from qa_service.roster.page_parts import NoUnitPage, asked, notices_in
from qa_service.web.cells import Cell, Date, Link, Moment, Nothing, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import field_errors
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.months import typed_month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow


class CleaningPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/roster/cleaning.html."""

    unit: int
    month: Any
    previous_href: str
    next_href: str
    units: list[Chip]
    table: Table
    counts: Table
    may_write: bool
    errors: dict[str, str] = {}


class DutyPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/roster/duty.html."""

    id: int
    version: int
    title: str
    facts: list[tuple[str, str | Cell]]
    tasks: list[str]
    people: list[Option]
    is_done: bool
    back_href: str
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class MakeForm(msgspec.Struct):
    unit: int
    month: str


class PassForm(msgspec.Struct):
    version: int
    person: int
    reason: str


class DoneForm(msgspec.Struct):
    version: int
    back: str = ""


@get("/cleaning", opt=needs(Permission.ROSTER_READ), include_in_schema=False)
async def cleaning_page(request: Request) -> Response:
    return await _cleaning(request)


async def _cleaning(request: Request, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    unit, month, chips = await asked(request, "/cleaning")
    if unit is None:
        return render(request, "roster/no_unit.html", NoUnitPage(gettext(N_("值日"))))
    reach = actor.units(Permission.ROSTER_WRITE)
    may_write = actor.may(Permission.ROSTER_WRITE) and (reach is None or unit in reach)
    found = await queries.duties(actor, unit, month)
    table, file = await browsed(request, _table(found, may_write=may_write), f"cleaning-{month:%Y-%m}")
    fair = _counts(found, await queries.on_duty(unit, month))
    counts, counts_file = await browsed(request, fair, f"cleaning-counts-{month:%Y-%m}", of="counts")
    if (file := file or counts_file) is not None:
        return file
    page = CleaningPage(
        unit=unit,
        month=month,
        previous_href=f"/cleaning?unit={unit}&month={previous_month(month):%Y-%m}",
        next_href=f"/cleaning?unit={unit}&month={next_month(month):%Y-%m}",
        units=chips,
        table=table,
        counts=counts,
        may_write=may_write,
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "roster/cleaning.html", page, status_code=code, notices=notices_in(request))


def _errors(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


def _table(found: list[dict[str, Any]], *, may_write: bool) -> Table:
    rows = [
        TableRow(
            cells=[
                Date(on=one["on"]),
                Link(text=one["area_name"], href=f"/cleaning/{one['id']}")
                if may_write
                else Text(text=one["area_name"], sub=listed(one["tasks"])),
                Person(name=one["person_name"], number=one["employee_no"] or ""),
                StateCell(kind="done", word=gettext(N_("已做")))
                if one["done_at"]
                else StateCell(kind="none", word=gettext(N_("未做"))),
            ]
        )
        for one in found
    ]
    return Table(
        caption=gettext(N_("值日表，按日期")),
        columns=[
            Column(label=gettext(N_("日期")), kind="date"),
            Column(label=gettext(N_("区域")), kind="link" if may_write else "text", is_row_header=True),
            Column(label=gettext(N_("值日人")), kind="person"),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=rows,
        name="duties",
        is_scrolling=True,
        empty=Empty(
            what=gettext(N_("这个月还没有值日表")),
            why=gettext(N_("先公布排班；只从当天上班的人里轮，谁欠得多谁先")),
            next_label=gettext(N_("看排班")),
            next_href="/roster",
        ),
    )


def _counts(found: list[dict[str, Any]], here: dict[Any, list[dict[str, Any]]]) -> Table:
    """Duties done and planned per person beside the days at work: whoever works more owes more."""
    people: dict[int, dict[str, Any]] = {}
    for present in here.values():
        for one in present:
            people.setdefault(one["id"], one | {"days": 0, "duties": 0})["days"] += 1
    for one in found:
        if one["person"] in people:
            people[one["person"]]["duties"] += 1
    rows = [
        TableRow(
            cells=[
                Person(name=one["name"], number=one["employee_no"] or ""),
                Count(value=one["days"]),
                Count(value=one["duties"]),
            ]
        )
        for one in people.values()
    ]
    return Table(
        caption=gettext(N_("每个人的上班天数和值日次数")),
        columns=[
            Column(label=gettext(N_("姓名")), kind="person"),
            Column(label=gettext(N_("上班天数")), kind="count"),
            Column(label=gettext(N_("值日次数")), kind="count"),
        ],
        rows=rows,
        name="counts",
        empty=Empty(what=gettext(N_("还没有公布的排班"))),
    )


@post("/cleaning", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def make(request: Request) -> Response:
    try:
        form = await form_of(request, MakeForm)
        month = typed_month(form.month)
        await cleaning.make_rota(actor_of(request), form.unit, month)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _cleaning(request, refusal)
    return Redirect(f"/cleaning?unit={form.unit}&month={month:%Y-%m}&notice=made", status_code=303)


@get("/cleaning/{duty_id:int}", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def duty_page(request: Request, duty_id: FromPath[int]) -> Response:
    return await _duty(request, duty_id)


async def _duty(request: Request, duty_id: int, refusal: Refusal | None = None) -> Response:
    found = await queries.duty(actor_of(request), duty_id)
    here = (await queries.on_duty(found["unit"], found["on"])).get(found["on"], [])
    raw = await request.form() if refusal else {}
    page = DutyPage(
        id=duty_id,
        version=found["version"],
        title=gettext(N_("%(on)s %(area)s"), on=found["on"].isoformat(), area=found["area_name"]),
        facts=[
            (gettext(N_("值日人")), Person(name=found["person_name"], number=found["employee_no"] or "")),
            (gettext(N_("做完时间")), Moment(at=found["done_at"]) if found["done_at"] else Nothing()),
        ],
        tasks=found["tasks"],
        people=[
            Option(value=str(one["id"]), label=f"{one['name']} {one['employee_no'] or ''}".strip())
            for one in here
            if one["id"] != found["person"]
        ],
        is_done=found["done_at"] is not None,
        back_href=f"/cleaning?unit={found['unit']}&month={found['on']:%Y-%m}",
        values={name: str(value)[:500] for name, value in raw.items()},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "roster/duty.html", page, status_code=code, notices=notices_in(request))


@post("/cleaning/{duty_id:int}/person", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def pass_on(request: Request, duty_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, PassForm)
        await cleaning.reassign(actor_of(request), duty_id, form.person, form.reason, version=form.version)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _duty(request, duty_id, refusal)
    return Redirect(f"/cleaning/{duty_id}?notice=swapped", status_code=303)


@post("/cleaning/{duty_id:int}/done", opt=LOGGED_IN, include_in_schema=False)
async def note_done(request: Request, duty_id: FromPath[int]) -> Response:
    """From one's own month or from the duty's page; back to where one was."""
    form = await form_of(request, DoneForm)
    try:
        await cleaning.note_done(actor_of(request), duty_id, version=form.version)
    except Refusal as refusal:
        if refusal.status == 404 or form.back == "mine":
            raise
        return await _duty(request, duty_id, refusal)
    where = "/my/roster" if form.back == "mine" else f"/cleaning/{duty_id}"
    return Redirect(f"{where}?notice=done", status_code=303)


routes = [cleaning_page, make, duty_page, pass_on, note_done]
