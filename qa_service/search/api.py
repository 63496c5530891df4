"""The JSON route of search."""

import msgspec
from litestar import Request, Router, get
from litestar.params import FromQuery

from qa_service.people.access import Actor
from qa_service.search import queries, schemas
from qa_service.web.guards import LOGGED_IN
from qa_service.web.sessions import actor_of

LONGEST = 60


async def find(actor: Actor, q: str) -> schemas.Found:
    """Everything in reach that a text names; an empty text names nothing."""
    text = q.strip()[:LONGEST]
    if not text:
        return schemas.Found(people=[], interactions=[], evaluations=[])
    return schemas.Found(
        people=msgspec.convert(await queries.people(actor, text), list[schemas.PersonFound]),
        interactions=msgspec.convert(await queries.interactions(actor, text), list[schemas.InteractionFound]),
        evaluations=msgspec.convert(await queries.evaluations(actor, text), list[schemas.EvaluationFound]),
    )


@get("/search", opt=LOGGED_IN)
async def search(request: Request, q: FromQuery[str]) -> schemas.Found:
    """People by 工号, name or pinyin (srx, shenruo); records by their own or their order's number; evaluations by id.

    Example: `/api/search?q=srx`.
    """
    return await find(actor_of(request), q)


routes = Router("/api", route_handlers=[search], tags=["search"])
