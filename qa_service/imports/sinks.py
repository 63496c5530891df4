"""Where rows go that belong to a room further down the road: wage records to rewards, outside ratings to evaluations.

Rooms are registered where the application is wired, so that this room knows none of them.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

import msgspec

from qa_service.people.access import Actor


class SinkFault(msgspec.Struct, frozen=True):
    """A row that the room refuses: its place in the rows given, the field, a code, and a marked Chinese sentence."""

    row: int
    field: str
    code: str
    sentence: str
    facts: dict[str, object] = {}


class SinkResult(msgspec.Struct, frozen=True, kw_only=True):
    """accepted (updated among them) + unchanged + faults = rows given."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[SinkFault] = []


class Sink(Protocol):
    """Takes rows of a batch. A dry run answers the same and leaves nothing behind."""

    def __call__(
        self, actor: Actor, batch: int | None, given: Sequence[Any], /, *, dry_run: bool = False
    ) -> Awaitable[SinkResult]: ...


_sinks: dict[str, Sink] = {}


def register(kind: str, sink: Sink) -> None:
    """Name who takes rows of a kind: "wage" or "rating"."""
    _sinks[kind] = sink


def sink_of(kind: str) -> Sink | None:
    return _sinks.get(kind)
