"""Which long work there is: each room's handler under a name, registered where the application is wired."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from qa_service.jobs.errors import JobKindUnknown
from qa_service.people.access import Actor, Permission

Progress = Callable[[int, int, str], Awaitable[None]]
MaySee = Callable[[Actor, dict[str, Any]], Awaitable[bool]]
Handler = Callable[[Actor, dict[str, Any], Progress], Awaitable[dict[str, Any]]]


class Kind(msgspec.Struct, frozen=True):
    """`label` is a marked Chinese sentence; the handler's answer may hold `href` (where the result is) and counts.

    A handler may run again after a crash, so what it does is idempotent; it calls progress(done, total, stage) between
    its transactions, never inside one.
    """

    label: str
    permission: Permission
    handler: Handler
    may_see: MaySee | None = None  # who sees somebody else's result; else whoever may do this work there


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    _kinds[name] = kind


async def may_see(actor: Actor, name: str, arguments: dict[str, Any]) -> bool:
    """Whether the result of somebody else's job of this kind is this actor's to see."""
    kind = _kinds.get(name)
    if kind is None or not actor.may(kind.permission):
        return False
    if kind.may_see is not None:
        return await kind.may_see(actor, arguments)
    reach = actor.units(kind.permission)
    return reach is None or arguments.get("unit") in reach


def kind_of(name: str) -> Kind:
    if name not in _kinds:
        raise JobKindUnknown(kind=name)
    return _kinds[name]


def label_of(name: str) -> str:
    """The kind's label, or its name where this process no longer knows it."""
    return _kinds[name].label if name in _kinds else name
