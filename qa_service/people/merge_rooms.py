"""What later rooms say before two entries of one person become one: what stands against it, which months are signed.

This room does not know who draws, marks and pays. Later rooms register when the application is wired.
"""

from datetime import date
from typing import Any, Protocol

import msgspec


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """Why two entries cannot be one person, or not yet. `sentence` is a marked Chinese text with its facts."""

    code: str
    sentence: str
    facts: dict[str, Any] = {}
    href: str = ""


class Room(Protocol):
    async def obstacles(self, former: int, person: int) -> list[Obstacle]:
        """What of this room stands against making `former` an alias of `person`."""

    async def signed_months(self, person: int) -> set[date]:
        """Pay months of this person that were closed or approved here: their rows stay as they were signed."""


_rooms: dict[str, Room] = {}


def register(name: str, room: Room) -> None:
    _rooms[name] = room


async def obstacles_elsewhere(former: int, person: int) -> list[Obstacle]:
    return [one for room in _rooms.values() for one in await room.obstacles(former, person)]


async def signed_months(person: int) -> list[date]:
    found: set[date] = set()
    for room in _rooms.values():
        found |= await room.signed_months(person)
    return sorted(found)
