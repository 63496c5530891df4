"""What later rooms say about agent parts: their quality states, their marks, and which may no longer change hands.

This room stands early on the road and does not know who marks its records. A later room registers one Beside when the
application is wired; without one, no part has a state and none is pinned.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from qa_service.people.access import Actor


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """A state to filter by: `name` in Chinese, `look` a kind of StateCell, `condition` SQL about part `p`."""

    key: str
    name: str
    look: str
    condition: str


class PartMark(msgspec.Struct, frozen=True, kw_only=True):
    """One marking of a part that the reader may open."""

    part: int
    evaluation: int
    form: str
    revision: int
    state: str
    final_hundredths: int | None
    released_at: datetime | None


class Beside(Protocol):
    """`states` to filter by; `state_sql` is an SQL expression for the key of the state of part `p`."""

    states: tuple[PartState, ...]
    state_sql: str

    async def marks_of(self, actor: Actor, part_ids: Sequence[int]) -> list[PartMark]:
        """Markings of these parts that the actor may see, the newest last."""

    async def pinned(self, part_ids: Sequence[int]) -> set[int]:
        """Parts whose person can no longer be taken back: they stand in a committed frame or were marked."""


class _Nobody:
    states: tuple[PartState, ...] = ()
    state_sql = "NULL"

    async def marks_of(self, actor: Actor, part_ids: Sequence[int]) -> list[PartMark]:
        return []

    async def pinned(self, part_ids: Sequence[int]) -> set[int]:
        return set()


_registered: list[Beside] = [_Nobody()]


def register(beside: Beside) -> None:
    _registered[0] = beside


def current() -> Beside:
    return _registered[0]
