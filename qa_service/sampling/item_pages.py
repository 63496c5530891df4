"""Pages beside a draw: giving an item up for the next ticket, and the files that leave the house."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import NotFound, Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.sampling import commands, draw_models, files, proofs, reading, risk_items
from qa_service.sampling.ticket_tables import risk_reason
from qa_service.web.cells import Cell, Person, Text
from qa_service.web.decoding import form_of
from qa_service.web.guards import needs
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of

READ, WRITE = needs(Permission.DRAW_READ), needs(Permission.DRAW_WRITE)


class ReplacePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/draws/replace.html: what taking the next ticket will do."""

    period: int
    item: int
    title: str
    facts: list[tuple[str, str | Cell]]
    error: str = ""


class RiskPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/draws/risk.html: what having a part marked for a reason will do."""

    period: int
    draw: int
    part: int
    title: str
    facts: list[tuple[str, str | Cell]]
    error: str = ""


class ReasonForm(msgspec.Struct):
    reason: str


@get("/draws/{period_id:int}/items/{item_id:int}/replace", opt=WRITE, include_in_schema=False)
async def replace_page(request: Request, period_id: FromPath[int], item_id: FromPath[int]) -> Response:
    return await _replace(request, period_id, item_id)


async def _replace(request: Request, period_id: int, item_id: int, refusal: Refusal | None = None) -> Response:
    item = await reading.item(actor_of(request), period_id, item_id)
    _period_row, frame = await reading.frame(actor_of(request), item["frame"])
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("客服")), Person(name=item["agent_name"], number=item["employee_no"] or "")),
        (gettext(N_("票号")), Text(text=item["ticket"], tone="code")),
        (gettext(N_("会怎样")), gettext(N_("由本层的下一个票号顶上；理由写进审计日志和每份证明，不能撤回"))),
        *((gettext(N_("注意")), sentence) for sentence in draw_models.warnings_of(frame)),
    ]
    page = ReplacePage(
        period=period_id, item=item_id, title=item["public_id"], facts=facts, error=refusal.text() if refusal else ""
    )
    return render(request, "draws/replace.html", page, status_code=refusal.status if refusal else 200)


@post("/draws/{period_id:int}/items/{item_id:int}/replace", opt=WRITE, include_in_schema=False)
async def replace(request: Request, period_id: FromPath[int], item_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, ReasonForm)
        await reading.item(actor_of(request), period_id, item_id)
        await commands.replace_item(actor_of(request), item_id, form.reason)
    except Refusal as refusal:
        return await _replace(request, period_id, item_id, refusal)
    return Redirect(f"/draws/{period_id}?notice=replaced", status_code=303)


@get("/draws/{period_id:int}/draw/{draw_id:int}/risk/{part_id:int}", opt=WRITE, include_in_schema=False)
async def risk_page(
    request: Request, period_id: FromPath[int], draw_id: FromPath[int], part_id: FromPath[int]
) -> Response:
    return await _risk(request, period_id, draw_id, part_id)


async def _risk(
    request: Request, period_id: int, draw_id: int, part_id: int, refusal: Refusal | None = None
) -> Response:
    frame = await _frame_of_draw(request, period_id, draw_id)
    part = next((one for one in await risk_items.risk_parts(frame["id"]) if one["id"] == part_id), None)
    if part is None:
        raise NotFound(N_("这一段服务记录"))
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("客服")), part["agent_name"]),
        (gettext(N_("为什么")), risk_reason(part)),
        (gettext(N_("会怎样")), gettext(N_("由质检员评分、公布，客服可以申诉；不进随机抽样，也不进无偏估计"))),
    ]
    page = RiskPage(
        period=period_id, draw=draw_id, part=part_id, title=part["public_id"], facts=facts,
        error=refusal.text() if refusal else "",
    )  # fmt: skip
    return render(request, "draws/risk.html", page, status_code=refusal.status if refusal else 200)


async def _frame_of_draw(request: Request, period_id: int, draw_id: int) -> dict[str, Any]:
    period = await reading.period(actor_of(request), period_id)
    found = next((one for one in await reading.frames(period_id) if one["draw"] == draw_id), None)
    if found is None or not period["is_whole"]:
        raise NotFound(N_("这次抽样"))
    return found


@post("/draws/{period_id:int}/draw/{draw_id:int}/risk/{part_id:int}", opt=WRITE, include_in_schema=False)
async def risk(request: Request, period_id: FromPath[int], draw_id: FromPath[int], part_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, ReasonForm)
        await _frame_of_draw(request, period_id, draw_id)
        await commands.add_risk_reason(actor_of(request), draw_id, part_id, form.reason)
    except Refusal as refusal:
        return await _risk(request, period_id, draw_id, part_id, refusal)
    return Redirect(f"/draws/{period_id}?notice=listed", status_code=303)


@get("/draws/{period_id:int}/frames/{frame_id:int}/frame.json", opt=READ, include_in_schema=False)
async def frame_json(request: Request, period_id: FromPath[int], frame_id: FromPath[int]) -> Response:
    file = await files.frame_file(actor_of(request), frame_id)
    content = msgspec.json.format(msgspec.json.encode(file), indent=1)
    return _file(content, f"frame-{frame_id}.json", "application/json")


@get("/draws/{period_id:int}/frames/{frame_id:int}/frame.csv", opt=READ, include_in_schema=False)
async def frame_csv(request: Request, period_id: FromPath[int], frame_id: FromPath[int]) -> Response:
    file = await files.frame_file(actor_of(request), frame_id)
    return _file(files.frame_csv(file), f"frame-{frame_id}.csv", "text/csv; charset=utf-8")


@get("/draws/{period_id:int}/frames/{frame_id:int}/my-proof.json", opt=READ, include_in_schema=False)
async def my_proof(request: Request, period_id: FromPath[int], frame_id: FromPath[int]) -> Response:
    """One's own proof, as the file that the verifier reads."""
    _period_row, frame = await reading.frame(actor_of(request), frame_id)
    if frame["draw"] is None:
        raise NotFound(N_("这次抽样"))
    content = proofs.bundle_bytes(await files.own_proof(actor_of(request), frame["draw"]))
    return _file(content, f"proof-{frame_id}.json", "application/json")


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


routes = [replace_page, replace, risk_page, risk, frame_json, frame_csv, my_proof]
