"""JSON routes of the draw. Roots, seeds and plans are open to everyone whom they concern."""

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.errors import NotFound
from qa_service.language import N_
from qa_service.people.access import Permission
from qa_service.sampling import commands, files, proofs, queries, reading, risk_items, schemas, verifying
from qa_service.sampling.draws import drawn_parts
from qa_service.web.guards import PUBLIC, needs
from qa_service.web.months import month_or_none, typed_month
from qa_service.web.sessions import actor_of


@get("/draw-periods", opt=needs(Permission.DRAW_READ))
async def draw_periods(request: Request, pay_month: FromQuery[str] = "") -> list[schemas.PeriodOut]:
    """Draw periods with root and seed."""
    found = await reading.periods(actor_of(request), month_or_none(pay_month, "pay_month"))
    return msgspec.convert(found, list[schemas.PeriodOut])


@get("/draw-periods/{period_id:int}", opt=needs(Permission.DRAW_READ))
async def draw_period(request: Request, period_id: FromPath[int]) -> schemas.PeriodDetail:
    """One draw period: frames, seed, quotas with their floors, what was drawn and who marks it; an agent's own tickets
    and the roots."""
    return await files.period_detail(actor_of(request), period_id)


@get("/frames/{frame_id:int}", opt=needs(Permission.DRAW_READ))
async def frame(request: Request, frame_id: FromPath[int]) -> schemas.FrameFile:
    """All lines of a frame with what else a draw needs, for whoever runs or audits draws."""
    return await files.frame_file(actor_of(request), frame_id)


@get("/frames/{frame_id:int}/frame.csv", opt=needs(Permission.DRAW_READ), media_type="text/csv; charset=utf-8")
async def frame_csv(request: Request, frame_id: FromPath[int]) -> Response[bytes]:
    """The same frame as a table: place, line, fields, and the ticket once there is a seed."""
    file = await files.frame_file(actor_of(request), frame_id)
    headers = {"content-disposition": f'attachment; filename="frame-{frame_id}.csv"'}
    return Response(files.frame_csv(file), media_type="text/csv; charset=utf-8", headers=headers)


@get("/frames/{frame_id:int}/risk-parts", opt=needs(Permission.DRAW_READ))
async def risk_parts(request: Request, frame_id: FromPath[int]) -> list[schemas.RiskOut]:
    """Complaints and low satisfaction that the plan keeps out of the random stream; for who runs or audits draws."""
    await reading.frame(actor_of(request), frame_id, whole=True)
    found = await risk_items.risk_parts(frame_id)
    return [msgspec.convert({**one, "part": one["public_id"]}, schemas.RiskOut) for one in found]


@post("/draws/{draw_id:int}/risk-items", opt=needs(Permission.DRAW_WRITE))
async def add_risk(request: Request, draw_id: FromPath[int], data: JSONBody[schemas.RiskIn]) -> schemas.Id:
    """Have a part marked for a reason, beside the random draw and outside its estimate."""
    return schemas.Id(await commands.add_risk_reason(actor_of(request), draw_id, data.part, data.reason))


@get("/frames/{frame_id:int}/verification", opt=needs(Permission.DRAW_READ))
async def verification(request: Request, frame_id: FromPath[int]) -> verifying.Verdict:
    """Draw again from the committed lines: identical, or the first difference in a sentence."""
    return await verifying.verify(actor_of(request), frame_id)


@post("/draw-periods", opt=needs(Permission.DRAW_WRITE))
async def open_month(request: Request, data: JSONBody[schemas.MonthIn]) -> schemas.Ids:
    """The draw periods of a pay month."""
    first = typed_month(data.pay_month, "pay_month")
    return schemas.Ids(await commands.open_month(actor_of(request), data.unit, first, plan_code=data.plan))


@post("/draw-periods/{period_id:int}/frames", opt=needs(Permission.DRAW_WRITE))
async def commit_frame(
    request: Request, period_id: FromPath[int], data: JSONBody[schemas.CommitIn]
) -> commands.Committed:
    """Commit the frame and name the public value in advance."""
    return await commands.commit_frame(
        actor_of(request), period_id, plan_code=data.plan, named_value=data.named_value, reason=data.reason,
        public_from=data.public_from, value_known=data.value_known,
    )  # fmt: skip


@post("/frames/{frame_id:int}/draw", opt=needs(Permission.DRAW_WRITE))
async def draw_frame(request: Request, frame_id: FromPath[int], data: JSONBody[schemas.DrawIn]) -> schemas.Id:
    """Draw with the named value, once it is out."""
    return schemas.Id(await commands.draw_frame(actor_of(request), frame_id, data.values))


@get("/draws/{draw_id:int}", opt=needs(Permission.EVALUATION_MANAGE))
async def drawn(request: Request, draw_id: FromPath[int]) -> list[schemas.ItemOut]:
    """What was drawn, computed again from frame and seed."""
    loaded = await queries.load_draw(draw_id)
    if loaded is None or not reading.sees_whole(actor_of(request), loaded[0]["unit"]):
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
    return schemas.Proof(await files.own_proof(actor_of(request), draw_id))


@get("/draw-verifier.py", opt=PUBLIC, media_type="text/plain")
async def verifier() -> Response[bytes]:
    """The stand-alone verifier: standard library only, needs no server."""
    return Response(proofs.verifier_bytes(), media_type="text/plain")


routes = Router(
    "/api",
    route_handlers=[
        draw_periods, draw_period, open_month, commit_frame, frame, frame_csv, risk_parts, verification, draw_frame,
        drawn, assign, add_risk, replace, my_proof, verifier,
    ],
    tags=["sampling"],
)  # fmt: skip
