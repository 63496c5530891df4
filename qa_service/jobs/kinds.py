"""Which long work there is: each room's handler under a name, registered where the application is wired."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from qa_service.jobs.errors import JobKindUnknown
from qa_service.people.access import Actor, Permission

Progress = Callable[[int, int, str], Awaitable[None]]
Handler = Callable[[Actor, dict[str, Any], Progress], Awaitable[dict[str, Any]]]


class Kind(msgspec.Struct, frozen=True):
    """`label` is a marked Chinese sentence; the handler's answer may hold `href` (where the result is) and counts.

    A handler may run again after a crash, so what it does is idempotent; it calls progress(done, total, stage) between
    its transactions, never inside one.
    """

    label: str
    permission: Permission
    handler: Handler


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    _kinds[name] = kind


def kind_of(name: str) -> Kind:
    if name not in _kinds:
        raise JobKindUnknown(kind=name)
    return _kinds[name]


def label_of(name: str) -> str:
    """The kind's label, or its name where this process no longer knows it."""
    return _kinds[name].label if name in _kinds else name
