"""JSON routes of probation: cases, assessments, decisions, one's own."""

from typing import Literal

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.people.access import Permission
from qa_service.probation import commands, queries, schemas
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of


async def _case(request: Request, case_id: int) -> schemas.CaseOut:
    return msgspec.convert(await queries.case(actor_of(request), case_id), schemas.CaseOut)


@get("/probation", opt=needs(Permission.PROBATION_READ))
async def cases(
    request: Request, having: FromQuery[Literal["", "open", "passed", "ended"]] = "", unit: FromQuery[int | None] = None
) -> list[schemas.CaseLine]:
    """Probation cases in your units, the most urgent first; `having`: open (undecided), passed, ended."""
    found = await queries.cases(actor_of(request), state=having, unit_id=unit)
    return msgspec.convert(found, list[schemas.CaseLine])


@post("/probation", opt=needs(Permission.PROBATION_WRITE))
async def open_case(request: Request, data: JSONBody[commands.OpenIn]) -> schemas.Made:
    """Open a case. What the law does not allow is refused with its article."""
    return schemas.Made(await commands.open_case(actor_of(request), data))


@get("/probation/{case_id:int}", opt=LOGGED_IN)
async def case(request: Request, case_id: FromPath[int]) -> schemas.CaseOut:
    """One case with items, assessments and the evidence of its months; also for the person it is about."""
    return await _case(request, case_id)


@get("/my/probation", opt=needs(Permission.OWN_READ))
async def mine(request: Request) -> list[schemas.CaseOut]:
    """Your own newest case, whole; an empty list where you have none."""
    found = await queries.mine(actor_of(request))
    return [] if found is None else [msgspec.convert(found, schemas.CaseOut)]


@post("/probation/{case_id:int}/end", opt=needs(Permission.PROBATION_WRITE), status_code=200)
async def shorten(request: Request, case_id: FromPath[int], data: JSONBody[schemas.Shorten]) -> schemas.CaseOut:
    """An earlier last day."""
    await commands.change_end(actor_of(request), case_id, data.ends_on, version=data.version)
    return await _case(request, case_id)


@post("/probation/{case_id:int}/assessments", opt=needs(Permission.PROBATION_WRITE), status_code=200)
async def assess(request: Request, case_id: FromPath[int], data: JSONBody[commands.AssessIn]) -> schemas.CaseOut:
    """Assess by the items of the plan; the weighted total is computed here."""
    await commands.assess(actor_of(request), case_id, data)
    return await _case(request, case_id)


@post("/probation/{case_id:int}/decision", opt=needs(Permission.PROBATION_DECIDE), status_code=200)
async def decide(request: Request, case_id: FromPath[int], data: JSONBody[commands.DecideIn]) -> schemas.CaseOut:
    """Pass, or end with reasons against the written conditions, told before the last day."""
    await commands.decide(actor_of(request), case_id, data)
    return await _case(request, case_id)


@post("/probation/{case_id:int}/answer", opt=needs(Permission.OWN_RESPOND), status_code=200)
async def answer(request: Request, case_id: FromPath[int], data: JSONBody[schemas.AnswerIn]) -> schemas.CaseOut:
    """Your own words to your assessment, once."""
    await commands.answer(actor_of(request), case_id, data.text)
    return await _case(request, case_id)


routes = Router(
    "/api", route_handlers=[cases, open_case, case, mine, shorten, assess, decide, answer], tags=["probation"]
)
