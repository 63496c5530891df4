"""JSON routes that make one person of two entries, and two of one again."""

from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.people import merge_queries, merging, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import needs
from qa_service.web.sessions import actor_of

WRITE = needs(Permission.PEOPLE_WRITE)


@get("/people/{person_id:int}/merge", opt=WRITE)
async def preview(request: Request, person_id: FromPath[int], into: FromQuery[int]) -> schemas.MergePreview:
    """What would move and what would stay if this entry became an alias of `into`, and what stands against it."""
    found = await merge_queries.preview(actor_of(request), person_id, into)
    return schemas.MergePreview(
        moves=[schemas.CountOut(one.label, one.count) for one in found.moves],
        stays=[schemas.CountOut(one.label, one.count) for one in found.stays],
        signed_months=found.signed_months,
        obstacles=[schemas.ObstacleOut(one.code, merge_queries.told(one), one.href) for one in found.obstacles],
    )


@post("/people/{person_id:int}/merge", opt=WRITE)
async def merge(request: Request, person_id: FromPath[int], data: JSONBody[schemas.MergeIn]) -> schemas.MergeOut:
    """Make this entry an alias of another: parts, marks, posts and the rest go there, what was signed stays."""
    made = await merging.merge_people(actor_of(request), person_id, data.into, data.reason)
    request.app.state.actors.forget_all()
    return schemas.MergeOut(made)


@post("/people/merges/{merge_id:int}/undo", opt=WRITE, status_code=204)
async def undo(request: Request, merge_id: FromPath[int], data: JSONBody[schemas.MergeReason]) -> None:
    """Make two entries of them again; refused once anything was added to either."""
    await merging.undo_merge(actor_of(request), merge_id, data.reason)
    request.app.state.actors.forget_all()


routes = Router("/api", route_handlers=[preview, merge, undo], tags=["people"])
