"""One import under way, and what every target does with a row: known again by its digest, refused with its reason."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import msgspec

from qa_service.database import bulk_insert, transaction
from qa_service.imports.agents import Pair
from qa_service.imports.loading import Mapped
from qa_service.imports.profiles import Profile
from qa_service.imports.tallies import Tally
from qa_service.imports.values import Problem
from qa_service.interactions.commands import Seen, renew_lease
from qa_service.interactions.identity import Directory
from qa_service.people.access import Actor


class Load(msgspec.Struct):
    """One import under way: where it goes and what it knows. `writes` False is a trial, its batch is 0."""

    actor: Actor
    batch: int
    profile: Profile
    directory: Directory
    units: dict[int, int]
    unit: int | None
    tally: Tally
    seen: dict[str, str] = {}
    writes: bool = True
    leaders: dict[Pair, date] = {}  # who reports to whom, as the whole file shows it
    records: Seen = {}  # contacts of this file

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """One short transaction of the batch; nothing of the kind in a trial."""
        if not self.writes:
            yield
            return
        async with transaction():
            await renew_lease(self.batch)
            yield

    async def insert(self, table: str, columns: Sequence[str], found: Sequence[tuple[Any, ...]]) -> None:
        if self.writes:
            await bulk_insert(table, columns, found)


def is_first(load: Load, one: Mapped, key: str, digest: str, *, field: str = "external_id") -> bool:
    """Whether a key comes for the first time in this file; the same again is a duplicate, another content a fault."""
    if key not in load.seen:
        load.seen[key] = digest
        return True
    if load.seen[key] == digest:
        load.tally.add("duplicate")
    else:
        refuse(load, one, "two-versions-in-file", field, str(getattr(one.record, field, key)))
    return False


def refuse(load: Load, one: Mapped, code: str, field: str, value: str, /, **facts: object) -> None:
    problem = Problem(line=one.line, column=one.head_of(field), value=value, code=code, facts=facts)
    load.tally.reject([problem], one.row)


def digest_of(record: Any) -> str:
    return hashlib.sha256(encoded(record).encode()).hexdigest()


def encoded(record: Any) -> str:
    return msgspec.json.encode(record, order="sorted").decode()
