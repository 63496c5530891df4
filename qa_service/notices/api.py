"""JSON routes of notices."""

from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery

from qa_service.notices import commands, queries, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import needs
from qa_service.web.sessions import actor_of

OWN, ANSWER = needs(Permission.OWN_READ), needs(Permission.OWN_RESPOND)


@get("/notices", opt=OWN)
async def notices(
    request: Request, unread: FromQuery[bool] = False, before: FromQuery[int] = 0
) -> list[schemas.NoticeOut]:
    """One's own, newest first; `before` is the id to go on from."""
    return await queries.mine(actor_of(request), unread=unread, before=before)


@post("/notices/{notice_id:int}/reading", status_code=200, opt=ANSWER)
async def reading(request: Request, notice_id: FromPath[int]) -> schemas.ReadOut:
    """Note that you read one; a second time changes nothing."""
    await commands.read(actor_of(request), notice_id)
    return schemas.ReadOut(1)


@post("/notices/reading", status_code=200, opt=ANSWER)
async def reading_all(request: Request) -> schemas.ReadOut:
    """Note that you read all; answers how many were new."""
    return schemas.ReadOut(await commands.read_all(actor_of(request)))


routes = Router("/api", route_handlers=[notices, reading, reading_all], tags=["notices"])
