"""JSON routes of the journal."""

import msgspec
from litestar import Router, get
from litestar.params import FromQuery

from qa_service.journal import queries, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import needs


@get("/journal", opt=needs(Permission.JOURNAL_READ))
async def journal(before: FromQuery[int | None] = None, subject: FromQuery[str | None] = None) -> list[schemas.LineOut]:
    """Newest lines first; `before` is the position to go on from."""
    return msgspec.convert(await queries.page(before, subject), list[schemas.LineOut])


@get("/journal/verification", opt=needs(Permission.JOURNAL_READ))
async def verification(against: FromQuery[str | None] = None) -> queries.Verification:
    """Walk the whole chain; `against` is a head printed earlier."""
    return await queries.verify(against)


routes = Router("/api", route_handlers=[journal, verification], tags=["journal"])
