"""JSON routes of scores: order a computation, read a published one, read one's own month."""

from typing import Any, Literal

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.jobs.commands import start
from qa_service.kpis.notes import sentences
from qa_service.people.access import Permission
from qa_service.scores import commands, listing, queries, schemas
from qa_service.scores.errors import NotAMonth
from qa_service.web.guards import needs
from qa_service.web.months import month_or_none, typed_month
from qa_service.web.sessions import actor_of

READ = needs(Permission.SCORE_READ)


def _at_most(limit: int) -> int:
    return min(max(limit, 1), listing.MOST)


@get("/scores", opt=READ)
async def runs(
    request: Request, month: FromQuery[str] = "", unit: FromQuery[int | None] = None
) -> list[schemas.RunOut]:
    """The newest published run of each unit and month in your reach."""
    found = await queries.runs(actor_of(request), month=month_or_none(month), unit_id=unit)
    return msgspec.convert(found, list[schemas.RunOut])


@post("/scores", opt=needs(Permission.SCORE_RUN), status_code=202)
async def order(request: Request, data: JSONBody[schemas.ScoreOrder]) -> schemas.JobId:
    """Score a month and flag it, as a job: look at /api/jobs/{job} for how far it is."""
    actor, month = actor_of(request), typed_month(data.month)
    if len(data.month) == 10 and data.month != month.isoformat():  # a day in the middle is no month to be scored
        raise NotAMonth(given=data.month, field="month")
    await commands.check_order(actor, data.unit, month, preliminary=data.preliminary)
    given = {"unit": data.unit, "month": month.isoformat(), "preliminary": data.preliminary}
    return schemas.JobId(await start(actor, commands.JOB, given))


@get("/scores/{run_id:int}", opt=READ)
async def run(request: Request, run_id: FromPath[int]) -> schemas.RunOut:
    """One published run: by which rule, from which inputs (digest)."""
    return msgspec.convert(await queries.run(actor_of(request), run_id), schemas.RunOut)


@get("/scores/{run_id:int}/scorecards", opt=READ)
async def scorecards(
    request: Request,
    run_id: FromPath[int],
    q: FromQuery[str] = "",
    sort: FromQuery[Literal["number", "name", "state", "weight"]] = "number",
    after: FromQuery[int | None] = None,
    limit: FromQuery[int] = listing.PAGE,
) -> list[schemas.ScorecardOut]:
    """Totals with interval and their explanation, in order of 工号 unless told: no league table.

    Paged by key: `after` is the last person that you have; fewer rows than `limit` (1-500) are the end.
    """
    asked = listing.Asked(search=q[:60], sort=sort, after=after, limit=_at_most(limit))
    found = await listing.page_of_cards(actor_of(request), run_id, asked)
    return msgspec.convert(found.rows, list[schemas.ScorecardOut])


@get("/scores/{run_id:int}/kpis", opt=READ)
async def kpis(
    request: Request,
    run_id: FromPath[int],
    person: FromQuery[int | None] = None,
    after: FromQuery[int | None] = None,
    limit: FromQuery[int] = listing.PAGE,
) -> list[schemas.KpiOut]:
    """KPI values with n and interval: of one person, or of the `limit` people behind `after` in order of 工号."""
    actor = actor_of(request)
    if person is not None:
        found = await queries.noted_kpis(actor, run_id, person)
    else:
        some = await listing.people_on_page(actor, run_id, after=after, limit=_at_most(limit))
        found = await queries.noted_kpis(actor, run_id, people=some)
    return msgspec.convert(_said(found), list[schemas.KpiOut])


def _said(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"notes": sentences(one)} for one in found]


def _person(found: dict[str, Any]) -> schemas.PersonMonthOut:
    return msgspec.convert(found | {"kpis": _said(found["kpis"])}, schemas.PersonMonthOut)


@get("/scores/{run_id:int}/qa", opt=READ)
async def qa(
    request: Request, run_id: FromPath[int], after: FromQuery[int | None] = None, limit: FromQuery[int] = listing.PAGE
) -> list[schemas.QaOut]:
    """Both QA estimates of `limit` people in order of 工号 behind the person `after`."""
    actor = actor_of(request)
    some = await listing.people_on_page(actor, run_id, after=after, limit=_at_most(limit))
    return msgspec.convert(await queries.qa_estimates(actor, run_id, people=some), list[schemas.QaOut])


@get("/scores/{run_id:int}/monitors", opt=READ)
async def monitors(request: Request, run_id: FromPath[int]) -> list[schemas.MonitorOut]:
    """How strict or lenient each monitor is, and how sure that is."""
    return msgspec.convert(await queries.monitor_severities(actor_of(request), run_id), list[schemas.MonitorOut])


@get("/scores/{run_id:int}/people/{person_id:int}", opt=READ)
async def person(request: Request, run_id: FromPath[int], person_id: FromPath[int]) -> schemas.PersonMonthOut:
    """Everything about one person in one run."""
    return _person(await queries.person_result(actor_of(request), run_id, person_id))


@get("/my/month", opt=needs(Permission.OWN_READ))
async def my_month(request: Request, month: FromQuery[str] = "") -> schemas.PersonMonthOut:
    """Your own month, the newest unless told."""
    return _person(await queries.my_month(actor_of(request), month_or_none(month)))


routes = Router(
    "/api",
    route_handlers=[runs, order, run, scorecards, kpis, qa, monitors, person, my_month],
    tags=["scores"],
)
