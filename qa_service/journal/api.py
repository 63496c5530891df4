"""JSON routes of the journal."""

from datetime import date

import msgspec
from litestar import Router, get
from litestar.params import FromQuery

from qa_service.journal import queries, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import needs


@get("/journal", opt=needs(Permission.JOURNAL_READ))
async def journal(
    before: FromQuery[int | None] = None,
    subject: FromQuery[str] = "",
    who: FromQuery[str] = "",
    noun: FromQuery[str] = "",
    from_on: FromQuery[date | None] = None,
    until_on: FromQuery[date | None] = None,
    limit: FromQuery[int] = 50,
) -> list[schemas.LineOut]:
    """Newest lines first; `before` is the position to go on from.

    `who` is part of a name or a whole subject, `noun` the word before the colon of an action (sheet), the days are
    local and both included.
    """
    asked = queries.LineFilter(subject=subject[:200], who=who[:60], noun=noun[:40], from_on=from_on, until_on=until_on)
    return msgspec.convert(await queries.lines(asked, before, min(max(limit, 1), 500)), list[schemas.LineOut])


@get("/journal/verification", opt=needs(Permission.JOURNAL_READ))
async def verification(against: FromQuery[str | None] = None) -> queries.Verification:
    """Walk the whole chain; `against` is a head printed earlier."""
    return await queries.verify(against)


routes = Router("/api", route_handlers=[journal, verification], tags=["journal"])
