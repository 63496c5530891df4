"""Pages of draws: the periods of a month, one period with what anyone can check, and what a lead does step by step."""

from datetime import datetime

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.errors import FieldError, InvalidInput, NotFound, Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.sampling import commands, draw_models, reading, verifying
from qa_service.sampling.draw_models import Verified
from qa_service.sampling.item_pages import routes as item_routes
from qa_service.sampling.period_view import errors_of, notices_of, plan_option, show_period
from qa_service.web.decoding import form_of
from qa_service.web.downloads import download, offered
from qa_service.web.formatting import month
from qa_service.web.guards import needs
from qa_service.web.months import typed_month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Table

READ, WRITE = needs(Permission.DRAW_READ), needs(Permission.DRAW_WRITE)


class DrawsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/draws/list.html. units and plans only for who may open a month."""

    months: list[Chip]
    table: Table
    units: list[Option]
    plans: list[Option]
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
        errors=errors_of(refusal),
    )  # fmt: skip
    code = refusal.status if refusal else 200
    return render(request, "draws/list.html", page, status_code=code, notices=notices_of(request))


async def _plans() -> list[Option]:
    return [plan_option(one) for one in await reading.plans()]


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
    return await show_period(request, period_id)


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
        return await show_period(request, period_id, values=values, refusal=refusal)
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
        return await show_period(request, period_id, values=values, refusal=refusal)
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
        return await show_period(request, period_id, refusal=refusal)
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
    return await show_period(request, period_id, verified=verified)


def _said(verdict: verifying.Verdict) -> str:
    if verdict.difference is not None:
        return gettext(N_("不一致。第一处：%(difference)s"), difference=verdict.difference)
    if not verdict.is_drawn:
        return gettext(N_("抽样框与公布时完全一致：%(leaves)s段。还没有抽。"), leaves=verdict.leaves)
    facts = {"leaves": verdict.leaves, "drawn": verdict.drawn}
    return gettext(N_("完全一致：从%(leaves)s段里重抽，得到同样的%(drawn)s段。"), **facts)


routes = [draws_page, open_month, period_page, commit, draw, assign, verify, *item_routes]
