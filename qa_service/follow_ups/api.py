"""JSON routes of follow-ups: take down, hand over, finish, read."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.follow_ups import commands, queries
from qa_service.follow_ups.commands import FollowUpIn, Id, Words
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of


class FollowUpOut(msgspec.Struct, frozen=True, kw_only=True):
    """state: open, overdue, done."""

    id: int
    kind: str
    kind_name: str
    unit: int
    unit_name: str
    body: str
    interaction: int | None
    first_handler: int | None
    first_handler_name: str | None
    responsible: int | None
    responsible_name: str | None
    due_at: datetime
    done_at: datetime | None
    was_late: bool
    result: str | None
    state: str
    state_name: str
    version: int


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    person: Id
    due_at: datetime | None = None


class Finish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    result: Annotated[Words, msgspec.Meta(description="what came of it")]


class Made(msgspec.Struct, frozen=True):
    id: int


async def _one(request: Request, follow_up_id: int) -> FollowUpOut:
    return msgspec.convert(await queries.follow_up(actor_of(request), follow_up_id), FollowUpOut)


@get("/follow-ups", opt=LOGGED_IN)
async def follow_ups(
    request: Request,
    having: FromQuery[Literal["", "open", "overdue", "done"]] = "",
    kind: FromQuery[str] = "",
    offset: FromQuery[int] = 0,
) -> list[FollowUpOut]:
    """Follow-ups in your units and your own, the earliest due first, 50 at a time; `having`: open, overdue, done."""
    found = await queries.follow_ups(actor_of(request), state=having, kind=kind, offset=max(offset, 0))
    return msgspec.convert(found, list[FollowUpOut])


@post("/follow-ups", opt=needs(Permission.FOLLOW_UP_WRITE))
async def take_down(request: Request, data: JSONBody[FollowUpIn]) -> Made:
    """Take a promise, complaint or callback down; whoever is responsible is told."""
    return Made(await commands.take_down(actor_of(request), data))


@get("/follow-ups/{follow_up_id:int}", opt=LOGGED_IN)
async def follow_up(request: Request, follow_up_id: FromPath[int]) -> FollowUpOut:
    """One follow-up."""
    return await _one(request, follow_up_id)


@post("/follow-ups/{follow_up_id:int}/person", opt=LOGGED_IN, status_code=200)
async def hand_over(request: Request, follow_up_id: FromPath[int], data: JSONBody[HandOver]) -> FollowUpOut:
    """Somebody else sees to it, by a new time where one is given."""
    await commands.hand_over(actor_of(request), follow_up_id, data.person, version=data.version, due_at=data.due_at)
    return await _one(request, follow_up_id)


@post("/follow-ups/{follow_up_id:int}/result", opt=LOGGED_IN, status_code=200)
async def finish(request: Request, follow_up_id: FromPath[int], data: JSONBody[Finish]) -> FollowUpOut:
    """Note what came of it."""
    await commands.finish(actor_of(request), follow_up_id, data.result, version=data.version)
    return await _one(request, follow_up_id)


routes = Router("/api", route_handlers=[follow_ups, take_down, follow_up, hand_over, finish], tags=["follow-ups"])
