"""Pages of draws: the periods of a month, one period with what anyone can check, and what a lead does step by step."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.errors import FieldError, InvalidInput, NotFound, Refusal
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.sampling import (
    assigning,
    commands,
    committing,
    draw_models,
    reading,
    risk_items,
    ticket_tables,
    verifying,
)
from qa_service.sampling.draw_models import FrameView, Verified
from qa_service.sampling.item_pages import routes as item_routes
from qa_service.web.cells import Cell, StateCell
from qa_service.web.decoding import form_of
from qa_service.web.downloads import download, offered, wanted
from qa_service.web.formatting import field_errors, month
from qa_service.web.guards import needs
from qa_service.web.months import typed_month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Table

READ, WRITE = needs(Permission.DRAW_READ), needs(Permission.DRAW_WRITE)
EXAMPLE = "shop%3AKF20261000001%231|1018|chat|presale|2026-10-01"
NOTICES = {
    "opened": N_("这个月的抽样期已划好"),
    "committed": N_("抽样框已公布；现在谁也改不了它"),
    "drawn": N_("已按公开值抽出"),
    "assigned": N_("已分给质检员"),
    "replaced": N_("已替补为本层的下一个票号"),
    "listed": N_("已列为重点件，还没有分给质检员"),
}


class DrawsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/draws/list.html. units and plans only for who may open a month."""

    months: list[Chip]
    table: Table
    units: list[Option]
    plans: list[Option]
    values: dict[str, str]
    errors: dict[str, str] = {}


class PeriodPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/draws/period.html. table is None for who sees the own tickets only. planned: each plan's name and
    the public value that it would name now."""

    id: int
    title: str
    lead: str
    facts: list[tuple[str, str | Cell]]
    frames: list[FrameView]
    tabs: list[Chip]
    table: Table | None
    verified: Verified | None
    may_commit: bool
    is_supplement: bool
    plans: list[Option]
    planned: list[tuple[str, str]]
    values: dict[str, str]
    errors: dict[str, str] = {}


class OpenForm(msgspec.Struct):
    unit: int
    month: str
    plan: str


class CommitForm(msgspec.Struct):
    plan: str
    named_value: str | None = None
    reason: str | None = None
    public_from: str | None = None
    value_known: bool = False


class DrawForm(msgspec.Struct):
    frame: int
    value: str


class FrameForm(msgspec.Struct):
    frame: int


@get("/draws", opt=READ, include_in_schema=False)
async def draws_page(request: Request) -> Response:
    return await _draws(request)


async def _draws(request: Request, *, values: dict[str, str] | None = None, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    months = await reading.pay_months(actor)
    asked = request.query_params.get("month", "")
    chosen = next((one for one in months if f"{one:%Y-%m}" == asked), months[0] if months else None)
    table = offered(request, draw_models.periods_table(await reading.periods(actor, chosen) if chosen else []))
    if (file := await download(request, table, f"draws-{chosen:%Y-%m}" if chosen else "draws")) is not None:
        return file
    may_write = actor.may(Permission.DRAW_WRITE)
    page = DrawsPage(
        months=[
            Chip(label=month(one), href=f"/draws?month={one:%Y-%m}", is_current=one == chosen) for one in months
        ],
        table=table,
        units=[Option(value=str(one["id"]), label=one["name"]) for one in await reading.units_to_draw(actor)]
        if may_write else [],
        plans=await _plans() if may_write else [],
        values=values or {},
        errors=_errors(refusal),
    )  # fmt: skip
    code = refusal.status if refusal else 200
    return render(request, "draws/list.html", page, status_code=code, notices=_notices(request))


async def _plans() -> list[Option]:
    return [_plan_option(one) for one in await reading.plans()]


def _plan_option(one: dict[str, Any]) -> Option:
    return Option(value=one["code"], label=(one["name_en"] if current_language() == "en" else "") or one["name"])


async def _planned(plans: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = []
    for one in plans:
        if one["plan"].named_value:
            named = draw_models.planned_text(one["plan"], await committing.planned_from(one["plan"]))
            found.append((_plan_option(one).label, named))
    return found


def _errors(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


@post("/draws", opt=WRITE, include_in_schema=False)
async def open_month(request: Request) -> Response:
    raw = await request.form()
    values = {name: str(raw.get(name, ""))[:100] for name in ("unit", "month", "plan")}
    try:
        form = await form_of(request, OpenForm)
        first = typed_month(form.month)
        await commands.open_month(actor_of(request), form.unit, first, plan_code=form.plan)
    except Refusal as refusal:
        return await _draws(request, values=values, refusal=refusal)
    return Redirect(f"/draws?month={first:%Y-%m}&notice=opened", status_code=303)


@get("/draws/{period_id:int}", opt=READ, include_in_schema=False)
async def period_page(request: Request, period_id: FromPath[int]) -> Response:
    return await _period(request, period_id)


async def _period(
    request: Request,
    period_id: int,
    *,
    values: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    verified: Verified | None = None,
) -> Response:
    actor = actor_of(request)
    period = await reading.period(actor, period_id)
    frames = await reading.frames(period_id)
    writes = actor.units(Permission.DRAW_WRITE)
    may_write = writes is None or period["unit"] in writes
    table, tabs = None, []
    if period["is_whole"] and frames:
        chosen, show = _asked(request, frames)
        table = await _frame_table(request, period, chosen, show=show, may_write=may_write)
        tabs = draw_models.tabs(period_id, frames, show=show, frame=chosen["id"])
        if (file := await download(request, table, f"draw-{period_id}-{show}")) is not None:
            return file
    plans = await reading.plans() if may_write else []
    kind, word = draw_models.STATES[period["state"]]
    page = PeriodPage(
        id=period_id,
        title=draw_models.span(period),
        lead=gettext(N_("抽样框先公布，公开值后揭晓，谁都能自己重抽一遍")),
        facts=[
            (gettext(N_("部门")), period["unit_name"]),
            (gettext(N_("薪资月")), month(period["pay_month"])),
            (gettext(N_("状态")), StateCell(kind=kind, word=gettext(word))),
        ],
        frames=[await _view(actor, period, frame, may_write=may_write) for frame in frames],
        tabs=tabs,
        table=table,
        verified=verified,
        may_commit=may_write,
        is_supplement=bool(frames),
        plans=[_plan_option(one) for one in plans],
        planned=await _planned(plans),
        values=values or {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "draws/period.html", page, status_code=code, notices=_notices(request))


def _asked(request: Request, frames: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The frame and the face of it that the address names; the main frame's drawn parts unless told."""
    given = request.query_params
    frame = next((one for one in frames if str(one["id"]) == given.get("frame")), frames[0])
    show = given.get("show", "items")
    if show == "risk" or (show == "items" and frame["draw"] is not None):
        return frame, show
    return frame, "quotas"


async def _frame_table(
    request: Request, period: dict[str, Any], frame: dict[str, Any], *, show: str, may_write: bool
) -> Table:
    q, text = request.query_params.get("q", "").strip()[:60], request.query_params.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    asked = {"q": q, "page": 0 if wanted(request) else max(number, 1)}
    href = f"/draws/{period['id']}?show={show}&frame={frame['id']}"
    if show == "quotas":
        found = await reading.quotas(period, frame)
        return offered(request, ticket_tables.quotas_table(found, href=href, **asked))
    if show == "risk":
        listed = await risk_items.risk_parts(frame["id"])
        table = ticket_tables.risk_table(listed, period=period["id"], draw=frame["draw"], may_write=may_write)
        return offered(request, table)
    found = await reading.items(frame["draw"])
    table = ticket_tables.items_table(found, period=period["id"], href=href, may_write=may_write, **asked)
    return offered(request, table)


async def _view(actor: Actor, period: dict[str, Any], frame: dict[str, Any], *, may_write: bool) -> FrameView:
    own = await reading.own_tickets(actor, frame)
    leaf = (await reading.own_leaf(actor, frame["id"])) or EXAMPLE
    why = await assigning.why_unassigned(period, frame) if period["is_whole"] else []
    return draw_models.frame_view(period, frame, own, may_write=may_write, leaf=leaf, unassigned_why=why)


@post("/draws/{period_id:int}/frames", opt=WRITE, include_in_schema=False)
async def commit(request: Request, period_id: FromPath[int]) -> Response:
    raw = await request.form()
    values = {name: str(raw.get(name, ""))[:500] for name in CommitForm.__struct_fields__}
    try:
        form = await form_of(request, CommitForm)
        await commands.commit_frame(
            actor_of(request), period_id, plan_code=form.plan, named_value=form.named_value, reason=form.reason,
            public_from=_moment(form.public_from), value_known=form.value_known,
        )  # fmt: skip
    except Refusal as refusal:
        return await _period(request, period_id, values=values, refusal=refusal)
    return Redirect(f"/draws/{period_id}?notice=committed", status_code=303)


def _moment(text: str | None) -> datetime | None:
    """2026-10-13T15:00 as a browser's field sends it, by the clock of the house."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            fields=[FieldError("public_from", "moment-invalid", N_("应写成2026-10-13T15:00这样"))]
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.HOUSE_ZONE)


@post("/draws/{period_id:int}/draw", opt=WRITE, include_in_schema=False)
async def draw(request: Request, period_id: FromPath[int]) -> Response:
    raw = await request.form()
    values = {"value": str(raw.get("value", ""))[:500]}
    try:
        form = await form_of(request, DrawForm)
        await reading.frame(actor_of(request), form.frame)
        await commands.draw_frame(actor_of(request), form.frame, [form.value.strip()])
    except Refusal as refusal:
        return await _period(request, period_id, values=values, refusal=refusal)
    return Redirect(f"/draws/{period_id}?notice=drawn", status_code=303)


@post("/draws/{period_id:int}/assign", opt=WRITE, include_in_schema=False)
async def assign(request: Request, period_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, FrameForm)
        _period_row, frame = await reading.frame(actor_of(request), form.frame)
        if frame["draw"] is None:
            raise NotFound(N_("这次抽样"))
        await commands.assign_draw(actor_of(request), frame["draw"])
    except Refusal as refusal:
        return await _period(request, period_id, refusal=refusal)
    return Redirect(f"/draws/{period_id}?notice=assigned", status_code=303)


@post("/draws/{period_id:int}/verify", opt=READ, include_in_schema=False, status_code=200)
async def verify(request: Request, period_id: FromPath[int]) -> Response:
    """Draw again and show what came of it on the same page; nothing is written."""
    form = await form_of(request, FrameForm)
    verdict = await verifying.verify(actor_of(request), form.frame)
    verified = Verified(
        frame=form.frame,
        is_identical=verdict.is_identical,
        sentence=_said(verdict),
        steps=[step.sentence for step in verdict.steps],
    )
    return await _period(request, period_id, verified=verified)


def _said(verdict: verifying.Verdict) -> str:
    if verdict.difference is not None:
        return gettext(N_("不一致。第一处：%(difference)s"), difference=verdict.difference)
    if not verdict.is_drawn:
        return gettext(N_("抽样框与公布时完全一致：%(leaves)s段。还没有抽。"), leaves=verdict.leaves)
    facts = {"leaves": verdict.leaves, "drawn": verdict.drawn}
    return gettext(N_("完全一致：从%(leaves)s段里重抽，得到同样的%(drawn)s段。"), **facts)


routes = [draws_page, open_month, period_page, commit, draw, assign, verify, *item_routes]
