"""JSON routes of the draw. Roots, seeds and plans are open to everyone whom they concern."""

import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Permission
from qa_service.sampling import commands, proofs, queries, schemas
from qa_service.sampling.draws import drawn_parts
from qa_service.web.guards import PUBLIC, needs
from qa_service.web.sessions import actor_of


@get("/draw-periods", opt=needs(Permission.DRAW_READ))
async def draw_periods(request: Request, pay_month: FromQuery[str | None] = None) -> list[schemas.PeriodOut]:
    """Draw periods with root and seed; `pay_month` is its first day."""
    month = msgspec.convert(pay_month, schemas.date) if pay_month else None
    return msgspec.convert(await queries.periods(actor_of(request), month), list[schemas.PeriodOut])


@post("/draw-periods", opt=needs(Permission.DRAW_WRITE))
async def open_month(request: Request, data: JSONBody[schemas.MonthIn]) -> schemas.Ids:
    """The draw periods of a pay month."""
    return schemas.Ids(await commands.open_month(actor_of(request), data.unit, data.pay_month, plan_code=data.plan))


@post("/draw-periods/{period_id:int}/frames", opt=needs(Permission.DRAW_WRITE))
async def commit_frame(
    request: Request, period_id: FromPath[int], data: JSONBody[schemas.CommitIn]
) -> commands.Committed:
    """Commit the frame and name the public value in advance."""
    return await commands.commit_frame(actor_of(request), period_id, plan_code=data.plan, named_value=data.named_value)


@post("/frames/{frame_id:int}/draw", opt=needs(Permission.DRAW_WRITE))
async def draw_frame(request: Request, frame_id: FromPath[int], data: JSONBody[schemas.DrawIn]) -> schemas.Id:
    """Draw with the named value."""
    return schemas.Id(await commands.draw_frame(actor_of(request), frame_id, data.values))


@get("/draws/{draw_id:int}", opt=needs(Permission.EVALUATION_MANAGE))
async def drawn(request: Request, draw_id: FromPath[int]) -> list[schemas.ItemOut]:
    """What was drawn, computed again from frame and seed."""
    loaded = await queries.load_draw(draw_id)
    if loaded is None or await queries.visible_period(actor_of(request), loaded[0]["draw_period"]) is None:
        raise NotFound(N_("这次抽样"))
    return [
        schemas.ItemOut(
            one.part_id,
            one.stratum.agent,
            one.stratum.channel,
            one.stratum.kind,
            one.ticket,
            one.place,
            one.quota,
            one.size,
            one.instead_of,
        )
        for one in drawn_parts(loaded[2])
    ]


@post("/draws/{draw_id:int}/assignments", opt=needs(Permission.DRAW_WRITE))
async def assign(request: Request, draw_id: FromPath[int]) -> commands.AssignmentReport:
    """Share what was drawn among the monitors."""
    return await commands.assign_draw(actor_of(request), draw_id)


@post("/draw-items/{item_id:int}/replacement", opt=needs(Permission.DRAW_WRITE))
async def replace(request: Request, item_id: FromPath[int], data: JSONBody[schemas.ReplaceIn]) -> schemas.Id:
    """The next ticket of the stratum, with a reason."""
    return schemas.Id(await commands.replace_item(actor_of(request), item_id, data.reason))


@get("/draws/{draw_id:int}/my-proof", opt=needs(Permission.OWN_READ))
async def my_proof(request: Request, draw_id: FromPath[int]) -> schemas.Proof:
    """The proof bundle of one's own records: drawn or not drawn, to be checked without this server."""
    key = await queries.person_key(actor_of(request).person_id)
    loaded = await queries.load_draw(draw_id) if key else None
    if loaded is None:
        raise NotFound(N_("这次抽样"))
    found, frame, draw = loaded
    bundle = proofs.bundle(
        frame,
        draw,
        agent=key,
        period=f"{found['from_on'].isoformat()}/{found['until_on'].isoformat()}",
        values=msgspec.json.decode(found["draw"]["seed_values"]),
        plan_version=f"{found['plan_code']}/{found['plan_version']}",
    )
    return schemas.Proof(bundle)


@get("/draw-verifier.py", opt=PUBLIC)
async def verifier() -> Response[bytes]:
    """The stand-alone verifier: standard library only, needs no server."""
    return Response(proofs.verifier_bytes(), media_type=MediaType.TEXT)


routes = Router(
    "/api",
    route_handlers=[draw_periods, open_month, commit_frame, draw_frame, drawn, assign, replace, my_proof, verifier],
    tags=["sampling"],
)
