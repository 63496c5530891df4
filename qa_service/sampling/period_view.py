"""One draw period as everybody may see it, and what a lead can do with it next."""

from typing import Any

import msgspec
from litestar import Request, Response

from qa_service.errors import Refusal
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.sampling import assigning, committing, draw_models, reading, risk_items, ticket_tables
from qa_service.sampling.draw_models import FrameView, Verified
from qa_service.web.cells import Cell, StateCell
from qa_service.web.downloads import download, offered, wanted
from qa_service.web.formatting import field_errors, month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Table

EXAMPLE = "shop%3AKF20261000001%231|1018|chat|presale|2026-10-01"
NOTICES = {
    "opened": N_("这个月的抽样期已划好"),
    "committed": N_("抽样框已公布；现在谁也改不了它"),
    "drawn": N_("已按公开值抽出"),
    "assigned": N_("已分给质检员"),
    "replaced": N_("已替补为本层的下一个票号"),
    "listed": N_("已列为重点件，还没有分给质检员"),
}


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


def plan_option(one: dict[str, Any]) -> Option:
    return Option(value=one["code"], label=(one["name_en"] if current_language() == "en" else "") or one["name"])


async def _planned(plans: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = []
    for one in plans:
        if one["plan"].named_value:
            named = draw_models.planned_text(one["plan"], await committing.planned_from(one["plan"]))
            found.append((plan_option(one).label, named))
    return found


def errors_of(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


def notices_of(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


async def show_period(
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
        plans=[plan_option(one) for one in plans],
        planned=await _planned(plans),
        values=values or {},
        errors=errors_of(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "draws/period.html", page, status_code=code, notices=notices_of(request))


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
