"""JSON routes of the working calendar."""

from datetime import date

from litestar import Request, Router, get, post
from litestar.params import FromQuery, JSONBody

from qa_service import clock
from qa_service.calendar import commands, queries, schemas
from qa_service.calendar.rules import month_first
from qa_service.calendar.words import day_name
from qa_service.language import gettext
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of

KEEPER = needs(Permission.CALENDAR_WRITE)


@get("/calendar", opt=LOGGED_IN)
async def calendar(on: FromQuery[date | None] = None) -> list[schemas.DayOut]:
    """All days of the month in which `on` lies (this month unless told), as they count."""
    found = await queries.month(month_first(on or clock.today()))
    return [
        schemas.DayOut(
            on=one.on,
            kind=one.kind.value,
            name=day_name(one.name),
            source=gettext(one.source),
            provisional=one.provisional,
            declared=declared,
        )
        for one, declared in found
    ]


@post("/calendar", opt=KEEPER, status_code=204)
async def declare(request: Request, data: JSONBody[schemas.DayIn]) -> None:
    """Declare a day otherwise than the state's notice has it."""
    await commands.declare_day(actor_of(request), data.on, data.kind, name=data.name, source=data.source)


@post("/calendar/removal", opt=KEEPER, status_code=204)
async def remove(request: Request, data: JSONBody[schemas.Removal]) -> None:
    """Back to the state's notice for a day, with a reason."""
    await commands.remove_day(actor_of(request), data.on, data.reason)


routes = Router("/api", route_handlers=[calendar, declare, remove], tags=["calendar"])
