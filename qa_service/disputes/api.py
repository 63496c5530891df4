"""JSON routes of disputes: file, withdraw, decide, read."""

from typing import Any

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.disputes import commands, queries, schemas
from qa_service.evaluations.typed import answer_from
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of


def _out(found: Any) -> Any:
    return msgspec.convert(found, list[schemas.DisputeOut] if isinstance(found, list) else schemas.DisputeOut)


@get("/disputes", opt=needs(Permission.DISPUTE_DECIDE))
async def disputes(request: Request, decided: FromQuery[bool] = False) -> list[schemas.DisputeOut]:
    """Disputes that you may decide, the earliest deadline first; with `decided` those that were, newest first."""
    return _out(await queries.waiting(actor_of(request), decided=decided))


@get("/my/disputes", opt=needs(Permission.OWN_READ))
async def mine(request: Request) -> list[schemas.DisputeOut]:
    """Your own appeals."""
    return _out(await queries.mine(actor_of(request)))


@post("/disputes", opt=needs(Permission.OWN_RESPOND))
async def file(request: Request, data: JSONBody[schemas.FileIn]) -> schemas.DisputeId:
    """Appeal one item of a released mark about you, within three working days of its release."""
    answer = answer_from(data.item, data.answer)
    made = await commands.file(actor_of(request), data.evaluation, data.item, data.reason, answer)
    return schemas.DisputeId(made)


@get("/disputes/{dispute_id:int}", opt=LOGGED_IN)
async def dispute(request: Request, dispute_id: FromPath[int]) -> schemas.DisputeOut:
    """One dispute."""
    return _out(await queries.dispute(actor_of(request), dispute_id))


@post("/disputes/{dispute_id:int}/withdrawal", opt=needs(Permission.OWN_RESPOND), status_code=200)
async def withdraw(request: Request, dispute_id: FromPath[int], data: JSONBody[schemas.Version]) -> schemas.DisputeOut:
    """Take your appeal back; you may file it again while there is time."""
    actor = actor_of(request)
    await commands.withdraw(actor, dispute_id, version=data.version)
    return _out(await queries.dispute(actor, dispute_id))


@post("/disputes/{dispute_id:int}/decision", opt=needs(Permission.DISPUTE_DECIDE), status_code=200)
async def decide(request: Request, dispute_id: FromPath[int], data: JSONBody[schemas.DecideIn]) -> schemas.Verdict:
    """Answer the item yourself, without seeing the first mark; the verdict follows."""
    actor = actor_of(request)
    found = await queries.dispute(actor, dispute_id)
    answer = answer_from(found["item"], data.answer)
    return schemas.Verdict(await commands.decide(actor, dispute_id, answer, data.reason, version=data.version))


routes = Router("/api", route_handlers=[disputes, mine, file, dispute, withdraw, decide], tags=["disputes"])
