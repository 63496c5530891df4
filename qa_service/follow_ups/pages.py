"""Pages of follow-ups: the list by due time with the form that takes one down, and one to hand over or finish."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.errors import FieldError, InvalidInput, Refusal
from qa_service.follow_ups import commands, queries
from qa_service.follow_ups.commands import KINDS, FollowUpIn
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.scores.queries import units_in_reach
from qa_service.training_plans.queries import people_of
from qa_service.web.cells import Cell, Link, Moment, Nothing, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.formatting import field_errors
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import MOST, browsed
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

PAGE = 50
LOOKS = {"open": "wait", "overdue": "warn", "done": "done"}
NOTICES = {"taken": N_("已登记，并已通知负责人"), "handed": N_("已转交，并已通知负责人"), "done": N_("已记为办完")}


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/follow_ups/list.html."""

    table: Table
    chips: list[Chip]
    may_write: bool
    kinds: list[Option]
    units: list[Option]
    people: list[Option]
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class OnePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/follow_ups/one.html."""

    id: int
    version: int
    title: str
    body: str
    state: StateCell
    facts: list[tuple[str, str | Cell]]
    is_open: bool
    people: list[Option]
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class TakeForm(msgspec.Struct):
    kind: str
    unit: int
    body: commands.Words
    due_at: str
    responsible: int | None = None


class HandForm(msgspec.Struct):
    version: int
    person: int
    due_at: str = ""


class FinishForm(msgspec.Struct):
    version: int
    result: commands.Words


@get("/follow-ups", opt=LOGGED_IN, include_in_schema=False)
async def list_page(request: Request) -> Response:
    return await _list(request)


async def _list(request: Request, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    asked = request.query_params
    state = asked.get("state", "open") if asked.get("state", "open") in (*queries.STATES, "all") else "open"
    found = await queries.follow_ups(actor, state="" if state == "all" else state, limit=MOST)
    table, file = await browsed(request, _table(found), "follow-ups")
    if file is not None:
        return file
    may_write = actor.may(Permission.FOLLOW_UP_WRITE)
    units = await units_in_reach(actor, Permission.FOLLOW_UP_WRITE) if may_write else []
    words = {**queries.STATE_NAMES, "all": N_("全部")}
    page = ListPage(
        table=table,
        chips=[
            Chip(label=gettext(word), href=f"/follow-ups?state={key}", is_current=key == state)
            for key, word in words.items()
        ],
        may_write=may_write and bool(units),
        kinds=[Option(value=key, label=gettext(word)) for key, word in KINDS.items()],
        units=[Option(value=str(one["id"]), label=_named(one)) for one in units],
        people=await _people(units[0]["id"]) if units else [],
        values=await _typed(request) if refusal else {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "follow_ups/list.html", page, status_code=code, notices=_notices(request))


async def _people(unit: int) -> list[Option]:
    return [
        Option(value=str(one["id"]), label=f"{one['name']} {one['employee_no'] or ''}".strip())
        for one in await people_of(unit)
    ]


def _table(found: list[dict[str, Any]]) -> Table:
    rows = [
        TableRow(
            cells=[
                Link(text=one["body"][:60], href=f"/follow-ups/{one['id']}"),
                Text(text=one["kind_name"]),
                Person(name=one["responsible_name"], number=one["employee_no"] or "")
                if one["responsible_name"]
                else Nothing(reason=gettext(N_("还没有负责人"))),
                Moment(at=one["due_at"], is_deadline=one["state"] != "done"),
                StateCell(kind=LOOKS[one["state"]], word=one["state_name"],
                          note=gettext(N_("过期后才办")) if one["was_late"] else ""),
            ]
        )
        for one in found
    ]  # fmt: skip
    return Table(
        caption=gettext(N_("跟进，先到期的在前")),
        columns=[
            Column(label=gettext(N_("内容")), kind="link", is_row_header=True),
            Column(label=gettext(N_("种类"))),
            Column(label=gettext(N_("负责人")), kind="person"),
            Column(label=gettext(N_("期限")), kind="moment"),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=rows,
        name="follow-ups",
        empty=Empty(
            what=gettext(N_("没有要跟进的事")), why=gettext(N_("承诺客户回电、投诉和复查在下面登记，到期前会在这里"))
        ),
    )


def _named(one: dict[str, Any], field: str = "name") -> str:
    return one[f"{field}_en"] if current_language() == "en" and one[f"{field}_en"] else one[field]


def _errors(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


async def _typed(request: Request) -> dict[str, str]:
    return {name: str(value)[:4000] for name, value in (await request.form()).items() if isinstance(value, str)}


def _due(text: str) -> datetime:
    """A local date and time of the form, in house time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.HOUSE_ZONE)
    except ValueError:
        fields = [FieldError("due_at", "time-invalid", N_("请写日期和时间"))]
        raise InvalidInput(fields=fields) from None


@post("/follow-ups", opt=needs(Permission.FOLLOW_UP_WRITE), include_in_schema=False)
async def take_down(request: Request) -> Response:
    try:
        form = await form_of(request, TakeForm)
        given = FollowUpIn(
            kind=form.kind, unit=form.unit, body=form.body, due_at=_due(form.due_at), responsible=form.responsible
        )
        made = await commands.take_down(actor_of(request), given)
    except Refusal as refusal:
        return await _list(request, refusal)
    return Redirect(f"/follow-ups/{made}?notice=taken", status_code=303)


@get("/follow-ups/{follow_up_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def one_page(request: Request, follow_up_id: FromPath[int]) -> Response:
    return await _one(request, follow_up_id)


async def _one(request: Request, follow_up_id: int, refusal: Refusal | None = None) -> Response:
    found = await queries.follow_up(actor_of(request), follow_up_id)
    page = OnePage(
        id=follow_up_id,
        version=found["version"],
        title=found["kind_name"],
        body=found["body"],
        state=StateCell(kind=LOOKS[found["state"]], word=found["state_name"]),
        facts=_facts(found),
        is_open=found["done_at"] is None,
        people=await _people(found["unit"]),
        values=await _typed(request) if refusal else {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "follow_ups/one.html", page, status_code=code, notices=_notices(request))


def _facts(found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("部门")), _named(found, "unit_name")),
        (gettext(N_("负责人")), found["responsible_name"] or gettext(N_("还没有负责人"))),
        (gettext(N_("期限")), Moment(at=found["due_at"])),
    ]
    if found["interaction"]:
        href = f"/interactions/{found['interaction']}"
        facts.append((gettext(N_("服务记录")), Link(text=str(found["interaction"]), href=href)))
    if found["done_at"]:
        facts += [(gettext(N_("办完时间")), Moment(at=found["done_at"])), (gettext(N_("结果")), found["result"])]
    return facts


async def _act(request: Request, follow_up_id: int, notice: str, command) -> Response:
    try:
        await command()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _one(request, follow_up_id, refusal)
    return Redirect(f"/follow-ups?notice={notice}", status_code=303)


@post("/follow-ups/{follow_up_id:int}/person", opt=LOGGED_IN, include_in_schema=False)
async def hand_over(request: Request, follow_up_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, HandForm)
        due = _due(form.due_at) if form.due_at else None
        await commands.hand_over(actor_of(request), follow_up_id, form.person, version=form.version, due_at=due)

    return await _act(request, follow_up_id, "handed", run)


@post("/follow-ups/{follow_up_id:int}/result", opt=LOGGED_IN, include_in_schema=False)
async def finish(request: Request, follow_up_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, FinishForm)
        await commands.finish(actor_of(request), follow_up_id, form.result, version=form.version)

    return await _act(request, follow_up_id, "done", run)


routes = [list_page, take_down, one_page, hand_over, finish]
