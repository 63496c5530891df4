"""JSON routes of long work, and the stream that moves a progress bar."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Literal

from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import ServerSentEvent, ServerSentEventMessage

from qa_service.jobs import commands, queries, schemas
from qa_service.people.access import Actor
from qa_service.web.guards import LOGGED_IN
from qa_service.web.sessions import actor_of

LOOK_SECONDS = 0.5
State = Literal["", "waiting", "running", "done", "refused", "failed", "cancelled"]


@get("/jobs", opt=LOGGED_IN)
async def jobs(request: Request, only: FromQuery[State] = "", before: FromQuery[int] = 0) -> list[schemas.JobOut]:
    """One's own jobs, or all with job:read; newest first. `only` names a state, `before` is the id to go on from."""
    return await queries.jobs(actor_of(request), state=only, before=before)


@get("/jobs/{job_id:int}", opt=LOGGED_IN)
async def job(request: Request, job_id: FromPath[int]) -> schemas.JobOut:
    """One job: how far it is, and what came of it."""
    return await queries.job(actor_of(request), job_id)


@post("/jobs/{job_id:int}/cancellation", status_code=200, opt=LOGGED_IN)
async def cancellation(request: Request, job_id: FromPath[int]) -> schemas.JobOut:
    """Ask the job to stop at its next step."""
    await commands.cancel(actor_of(request), job_id)
    return await queries.job(actor_of(request), job_id)


@get("/jobs/{job_id:int}/live", opt=LOGGED_IN, media_type="text/event-stream")
async def live(request: Request, job_id: FromPath[int]) -> ServerSentEvent:
    """Server-sent events {done, total, text, state, href} until the job has ended."""
    actor = actor_of(request)
    await queries.job(actor, job_id)
    return ServerSentEvent(_events(actor, job_id))


async def _events(actor: Actor, job_id: int) -> AsyncIterator[ServerSentEventMessage]:
    last = None
    while True:
        found = await queries.job(actor, job_id)
        data = {
            "done": found.done,
            "total": found.total or None,
            "text": found.error or found.stage or found.state_name,
            "state": found.state,
            "href": found.href,
        }
        if data != last:
            yield ServerSentEventMessage(data=json.dumps(data, ensure_ascii=False))
            last = data
        if found.ended_at is not None:
            return
        await asyncio.sleep(LOOK_SECONDS)


routes = Router("/api", route_handlers=[jobs, job, cancellation, live], tags=["jobs"])
