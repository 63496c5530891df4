"""JSON routes of records: the list and one of them, and the accounts that wait for their person."""

from datetime import date, datetime
from typing import Literal

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.interactions import claims, queries, reading, schemas, unclaimed
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of

RESOLVE = needs(Permission.IDENTITY_RESOLVE)


@get("/interactions", opt=LOGGED_IN)
async def interactions(
    request: Request,
    from_on: FromQuery[date | None] = None,
    until_on: FromQuery[date | None] = None,
    undated: FromQuery[bool] = False,
    unit: FromQuery[int | None] = None,
    person: FromQuery[int | None] = None,
    channel: FromQuery[str] = "",
    quality: FromQuery[Literal["", "marked", "drawn", "none"]] = "",
    q: FromQuery[str] = "",
    before: FromQuery[str] = "",
    after: FromQuery[str] = "",
    limit: FromQuery[int] = queries.PAGE,
) -> schemas.PartsOut:
    """Agent parts in your reach, newest first; an agent's own. `quality`: marked, drawn, none; `q`: 工号, part of a
    name, an order number or a record's own number; `limit` 1-200."""
    wanted = queries.Filter(
        from_on=from_on, until_on=until_on, is_undated=undated, unit=unit, person=person, channel=channel,
        state=quality, search=q,
    )  # fmt: skip
    page = await queries.parts(
        actor_of(request), wanted, before=queries.read_key(before), after=queries.read_key(after),
        limit=min(max(limit, 1), queries.MOST),
    )  # fmt: skip
    return schemas.PartsOut(page.rows, page.before, page.after)


@get("/agent-parts/{part_id:int}", opt=LOGGED_IN)
async def part(request: Request, part_id: FromPath[int]) -> schemas.PartFigures:
    """One agent part with its figures; an agent's own."""
    return await queries.part(actor_of(request), part_id)


@get("/interactions/{interaction_id:int}", opt=LOGGED_IN)
async def interaction(request: Request, interaction_id: FromPath[int]) -> schemas.InteractionOut:
    """One interaction with transcript, parts, business records, customers' ratings and marks; an agent's own part."""
    found = await reading.interaction(actor_of(request), interaction_id)
    marks = [msgspec.to_builtins(mark, builtin_types=(date,)) for mark in found["marks"]]
    history = msgspec.to_builtins(found["history"], builtin_types=(datetime,))
    return msgspec.convert({**found, "marks": marks, "history": history}, schemas.InteractionOut)


@get("/unclaimed-accounts", opt=RESOLVE)
async def unclaimed_accounts(request: Request) -> list[schemas.WaitingAccount]:
    """Accounts with parts of which nobody knows whose they are, the most first. Such parts are never scored."""
    return msgspec.convert(await unclaimed.accounts(actor_of(request)), list[schemas.WaitingAccount])


@get("/unclaimed-accounts/parts", opt=RESOLVE)
async def unclaimed_parts(
    request: Request, account: FromQuery[int | None] = None, label: FromQuery[str] = "", page: FromQuery[int] = 1
) -> list[schemas.WaitingPart]:
    """The parts that wait under one account, by time; 200 to a page."""
    offset = (min(max(page, 1), 100_000) - 1) * 200
    found = await unclaimed.waiting_parts(actor_of(request), unclaimed.Account(account, label), offset=offset)
    return msgspec.convert(found, list[schemas.WaitingPart])


@get("/claims", opt=RESOLVE)
async def claims_made(request: Request) -> list[schemas.ClaimOut]:
    """Claims in your reach, newest first."""
    return msgspec.convert(await unclaimed.claims(actor_of(request)), list[schemas.ClaimOut])


@post("/claims", opt=RESOLVE)
async def claim(request: Request, data: JSONBody[schemas.ClaimIn]) -> schemas.ClaimedOut:
    """Name the person of everything that waits under an account in a span of days; the person is told."""
    made = await claims.claim(actor_of(request), claims.Claim(**msgspec.structs.asdict(data)))
    return schemas.ClaimedOut(made.claim, made.parts)


@post("/claims/{claim_id:int}/undo", opt=RESOLVE, status_code=200)
async def undo(request: Request, claim_id: FromPath[int], data: JSONBody[schemas.ReasonIn]) -> schemas.ResolutionId:
    """Take a claim back; refused once a part of it stands in a committed frame or was marked."""
    return schemas.ResolutionId(await claims.undo(actor_of(request), claim_id, data.reason))


@post("/agent-parts/{part_id:int}/resolution", opt=RESOLVE)
async def resolve(request: Request, part_id: FromPath[int], data: JSONBody[schemas.ResolveIn]) -> schemas.ResolutionId:
    """Name the person of one part, or take the naming back."""
    return schemas.ResolutionId(await claims.resolve_part(actor_of(request), part_id, data.person, data.reason))


routes = Router(
    "/api",
    route_handlers=[
        interactions, interaction, part, unclaimed_accounts, unclaimed_parts, claims_made, claim, undo, resolve,
    ],
    tags=["interactions"],
)  # fmt: skip
