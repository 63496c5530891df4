"""JSON routes of flags: judge a run, read the flags, write down what a person found."""

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.flags import commands, queries, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of


@get("/flags", opt=needs(Permission.FLAG_READ))
async def flags(request: Request, run: FromQuery[int], everybody: FromQuery[bool] = False) -> schemas.FlagsOut:
    """Flags of a run, the most unusual first; with `everybody` all who were judged."""
    actor = actor_of(request)
    judged = await queries.flag_run(actor, run)
    found = await queries.flags(actor, run, only_flagged=not everybody)
    return schemas.FlagsOut(
        None if judged is None else msgspec.convert({**judged, "is_calibrated": bool(judged["is_calibrated"])},
                                                    schemas.FlagRunOut),
        msgspec.convert(found, list[schemas.FlagOut]),
    )  # fmt: skip


@post("/scores/{run_id:int}/flags", opt=needs(Permission.SCORE_RUN), status_code=200)
async def judge(request: Request, run_id: FromPath[int]) -> schemas.FlagRunId:
    """Judge everybody of a published run; again, the same answer."""
    return schemas.FlagRunId(await commands.flag_month(actor_of(request), run_id))


@get("/flags/{flag_id:int}", opt=LOGGED_IN)
async def flag(request: Request, flag_id: FromPath[int]) -> schemas.FlagOut:
    """One flag, also for the person it is about once somebody has looked into it."""
    return msgspec.convert(await queries.flag(actor_of(request), flag_id), schemas.FlagOut)


@post("/flags/{flag_id:int}/disposition", opt=needs(Permission.FLAG_DISPOSE), status_code=200)
async def dispose(request: Request, flag_id: FromPath[int], data: JSONBody[schemas.Disposition]) -> schemas.FlagOut:
    """Followed up or dismissed, with what was looked at."""
    actor = actor_of(request)
    await commands.dispose_flag(actor, flag_id, data.state, data.reason, version=data.version)
    return msgspec.convert(await queries.flag(actor, flag_id), schemas.FlagOut)


@post("/flags/{flag_id:int}/answer", opt=needs(Permission.OWN_RESPOND), status_code=200)
async def answer(request: Request, flag_id: FromPath[int], data: JSONBody[schemas.AnswerIn]) -> schemas.FlagOut:
    """Your own explanation of a flag about you, once."""
    actor = actor_of(request)
    await commands.answer_flag(actor, flag_id, data.answer)
    return msgspec.convert(await queries.flag(actor, flag_id), schemas.FlagOut)


@get("/my/flags", opt=needs(Permission.OWN_READ))
async def mine(request: Request) -> list[schemas.FlagOut]:
    """Flags about you that somebody has looked into."""
    return msgspec.convert(await queries.my_flags(actor_of(request)), list[schemas.FlagOut])


routes = Router("/api", route_handlers=[flags, judge, flag, dispose, answer, mine], tags=["flags"])
