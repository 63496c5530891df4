"""JSON routes of training: needs of a month, plans and their results."""

from typing import Literal

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.people.access import Permission
from qa_service.training_plans import commands, queries, schemas
from qa_service.web.guards import needs
from qa_service.web.months import month_or_none, typed_month
from qa_service.web.sessions import actor_of


@get("/training/needs", opt=needs(Permission.TRAINING_READ))
async def read_needs(
    request: Request, unit: FromQuery[int], month: FromQuery[str], of_people: FromQuery[bool] = False
) -> list[schemas.NeedOut]:
    """Needs of a unit's month, claimed ones and the costliest first; with `of_people` those of each person."""
    found = await queries.needs(actor_of(request), unit, typed_month(month), of_people=of_people)
    return msgspec.convert(found, list[schemas.NeedOut])


@post("/training/needs", opt=needs(Permission.TRAINING_WRITE), status_code=200)
async def compute(request: Request, data: JSONBody[schemas.NeedsIn]) -> schemas.Claimed:
    """Compute the needs of a unit's month from its released random marks; again, they are brought up to date."""
    return schemas.Claimed(await commands.compute_needs(actor_of(request), data.unit, typed_month(data.month)))


@get("/training/plans", opt=needs(Permission.TRAINING_READ))
async def plans(
    request: Request,
    month: FromQuery[str] = "",
    unit: FromQuery[int | None] = None,
    having: FromQuery[Literal["", "planned", "held", "cancelled"]] = "",
) -> list[schemas.PlanLine]:
    """Trainings in reach, the latest day first; `having` is a state: planned, held, cancelled."""
    found = await queries.plans(actor_of(request), month=month_or_none(month), unit_id=unit, state=having)
    return msgspec.convert(found, list[schemas.PlanLine])


@post("/training/plans", opt=needs(Permission.TRAINING_WRITE))
async def make(request: Request, data: JSONBody[schemas.PlanOrder]) -> schemas.Made:
    """Arrange a training; everybody chosen is told."""
    return schemas.Made(await commands.make_plan(actor_of(request), data.given()))


@get("/training/plans/{plan_id:int}", opt=needs(Permission.TRAINING_READ))
async def plan(request: Request, plan_id: FromPath[int]) -> schemas.PlanOut:
    """One training with those who take part."""
    return msgspec.convert(await queries.plan(actor_of(request), plan_id), schemas.PlanOut)


@post("/training/plans/{plan_id:int}/results", opt=needs(Permission.TRAINING_WRITE), status_code=200)
async def hold(request: Request, plan_id: FromPath[int], data: JSONBody[schemas.HoldIn]) -> schemas.PlanOut:
    """Note who came and with what result; from then on the training counts as held."""
    await commands.hold(actor_of(request), plan_id, data.results, version=data.version)
    return msgspec.convert(await queries.plan(actor_of(request), plan_id), schemas.PlanOut)


@post("/training/plans/{plan_id:int}/cancellation", opt=needs(Permission.TRAINING_WRITE), status_code=200)
async def cancel(request: Request, plan_id: FromPath[int], data: JSONBody[schemas.CancelIn]) -> schemas.PlanOut:
    """Call a training off, with the reason."""
    await commands.cancel(actor_of(request), plan_id, data.reason, version=data.version)
    return msgspec.convert(await queries.plan(actor_of(request), plan_id), schemas.PlanOut)


@get("/my/training", opt=needs(Permission.OWN_READ))
async def mine(request: Request) -> list[schemas.OwnPlan]:
    """Your own trainings and results."""
    return msgspec.convert(await queries.mine(actor_of(request)), list[schemas.OwnPlan])


routes = Router("/api", route_handlers=[read_needs, compute, plans, make, plan, hold, cancel, mine], tags=["training"])
