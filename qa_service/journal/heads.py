"""Who else wrote down heads of the journal: rooms further down the road, named where the application is wired.

A journal that was cut back can be whole in itself; a sheet or a report that carries a later head says that it was cut.
"""

from collections.abc import Awaitable, Callable

from qa_service.journal.rules import Head

Reader = Callable[[], Awaitable[list[Head]]]

_readers: dict[str, Reader] = {}


def register(name: str, reader: Reader) -> None:
    """A reader of heads that the database holds outside the journal."""
    _readers[name] = reader


async def held_heads() -> list[Head]:
    return [head for reader in _readers.values() for head in await reader()]
