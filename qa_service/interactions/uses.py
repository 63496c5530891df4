"""What rests on a batch: each room says it of its own rows, and clears what came in with the batch itself.

This room stands early on the road and does not know who draws, marks or pays by its records. Later rooms register
when the application is wired.
"""

from typing import Any, Protocol

import msgspec


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """Something that rests on a batch. `sentence` is a marked Chinese text that says what and how many by its facts;
    `href` where a person finds it. One that does not refuse is only told."""

    code: str
    sentence: str
    count: int
    href: str = ""
    facts: dict[str, Any] = {}
    refuses: bool = True


class Room(Protocol):
    async def uses(self, batch_id: int) -> list[Use]:
        """What of this room rests on the batch."""

    async def clear(self, batch_id: int) -> None:
        """Remove, in short steps, what came into this room with the batch itself; nothing for most rooms."""


_rooms: dict[str, Room] = {}


def register(name: str, room: Room) -> None:
    _rooms[name] = room


async def uses_elsewhere(batch_id: int) -> list[Use]:
    return [use for room in _rooms.values() for use in await room.uses(batch_id)]


async def clear_elsewhere(batch_id: int) -> None:
    for room in _rooms.values():
        await room.clear(batch_id)
