"""JSON routes of totals of days."""

from typing import Annotated

import msgspec
from litestar import Request, Router, get
from litestar.params import FromQuery

from qa_service.day_totals import queries, schemas
from qa_service.day_totals.queries import Asked, Who
from qa_service.web.guards import LOGGED_IN
from qa_service.web.months import MonthText, typed_month
from qa_service.web.sessions import actor_of

MonthNumber = Annotated[int, msgspec.Meta(ge=0, le=12)]


@get("/day-totals/units", opt=LOGGED_IN)
async def units(request: Request, month: FromQuery[MonthText], unit: FromQuery[int | None] = None
                ) -> schemas.UnitDaysOut:  # fmt: skip
    """Days of units in your reach: counts, the rates worked out from them, and the source's own rounded figures."""
    return await queries.unit_days(actor_of(request), Asked(month=typed_month(month), unit=unit))


@get("/day-totals/agents", opt=LOGGED_IN)
async def agents(request: Request, month: FromQuery[MonthText], unit: FromQuery[int | None] = None
                 ) -> schemas.AgentMonthsOut:  # fmt: skip
    """The month of each agent in your reach, out of totals; the first line is nobody's, as the source says."""
    return await queries.agent_months(actor_of(request), Asked(month=typed_month(month), unit=unit))


@get("/day-totals/agents/days", opt=LOGGED_IN)
async def agent_days(
    request: Request,
    month: FromQuery[MonthText],
    unit: FromQuery[int | None] = None,
    person: FromQuery[int | None] = None,
    label: FromQuery[str] = "",
) -> schemas.AgentDaysOut:
    """The days of one agent: the person, else the label that waits for its person, else nobody's."""
    asked = Asked(month=typed_month(month), unit=unit)
    return await queries.agent_days(actor_of(request), asked, Who(person=person, label=label))


@get("/day-totals/teams", opt=LOGGED_IN)
async def teams(request: Request, month: FromQuery[MonthText], unit: FromQuery[int | None] = None
                ) -> schemas.TeamDaysOut:  # fmt: skip
    """Days of teams against their target, with the bonus for whom the sheets are meant."""
    return await queries.team_days(actor_of(request), Asked(month=typed_month(month), unit=unit))


@get("/day-totals/absences", opt=LOGGED_IN)
async def absences(
    request: Request, month_number: FromQuery[MonthNumber | None] = None, person: FromQuery[int | None] = None
) -> schemas.AbsencesOut:
    """Absences in your reach and your own; reasons are for HR and for the person."""
    return await queries.absences(actor_of(request), month_number=month_number, person=person)


routes = Router("/api", route_handlers=[units, agents, agent_days, teams, absences], tags=["day-totals"])
