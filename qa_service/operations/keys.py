"""Keys that belong to a database: made with it, checked at every start, never replaced in silence.

A database holds a check value of each key (an HMAC of fixed words), which says nothing about the key but whether it is
the same one.
"""

import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from qa_service.database.facts import JOURNAL_KEY, MASKING_KEY, put_fact
from qa_service.errors import Refusal
from qa_service.journal.queries import AS_BYTES, COLUMNS
from qa_service.journal.rules import check_value, fits_a_line
from qa_service.operations import errors
from qa_service.operations.probing import probing
from qa_service.settings import Settings, key_place, make_key

Ask = Callable[[str], Awaitable[list[dict[str, Any]]]]
FACTS_SINCE = "2026-11-28T00:00:03:000000"  # the migration that made database_fact
# fact in the database, name of the variable, field of the settings
KEYS = (
    (JOURNAL_KEY, "QA_JOURNAL_KEY", "journal_key"),
    (MASKING_KEY, "QA_MASKING_KEY", "masking_key"),
)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a database says about its keys: check values by fact, and its first and last journal line."""

    checks: dict[str, str] = {}
    lines: tuple[dict[str, Any], ...] = ()

    @property
    def is_new(self) -> bool:
        return not any(fact in self.checks for fact, _, _ in KEYS) and not self.lines


class KeyState(msgspec.Struct, frozen=True, kw_only=True):
    """state: fits, missing, wrong, new (nothing was written with any key yet)."""

    fact: str
    variable: str
    place: str
    state: str


def states(settings: Settings, held: Held) -> list[KeyState]:
    """Whether each key is the one that the database was written with."""
    return [
        KeyState(
            fact=fact,
            variable=variable,
            place=key_place(variable, settings.data_folder),
            state=_state(fact, getattr(settings, field), held),
        )
        for fact, variable, field in KEYS
    ]


def _state(fact: str, key: bytes, held: Held) -> str:
    if not key:
        return "new" if held.is_new else "missing"
    stored = held.checks.get(fact)
    if stored is not None:
        return "fits" if hmac.compare_digest(stored, check_value(key, fact)) else "wrong"
    if fact == JOURNAL_KEY and held.lines:  # a database from before check values were kept
        return "fits" if any(fits_a_line(line, key) for line in held.lines) else "wrong"
    return "fits"


def fitting(settings: Settings, held: Held) -> Settings:
    """The settings with keys that fit; missing ones are made for a new database and refused for any other."""
    found = states(settings, held)
    for one in found:
        if one.state == "missing":
            raise errors.KeyMissing(name=one.variable, place=one.place)
        if one.state == "wrong":
            raise errors.KeyWrong(name=one.variable, place=one.place)
    made = {
        field: make_key(variable, settings.data_folder)
        for one, (_fact, variable, field) in zip(found, KEYS, strict=True)
        if one.state == "new"
    }
    return msgspec.structs.replace(settings, **made)


async def note(settings: Settings, held: Held) -> None:
    """Keep the check values that the database does not hold yet; two first starts must agree on the keys."""
    for fact, variable, field in KEYS:
        if fact not in held.checks:
            value = check_value(getattr(settings, field), fact)
            if await put_fact(fact, value) != value:
                raise errors.KeyWrong(name=variable, place=key_place(variable, settings.data_folder))


async def held(applied: set[str], ask: Ask, *, as_bytes: bool) -> Held:
    """What a database says about its keys, asked by plain SQL; `applied` are its migrations, none for a new one."""
    if not applied:
        return Held()
    columns = AS_BYTES if as_bytes else ", ".join(COLUMNS)
    lines: list[dict[str, Any]] = []
    for order in ("ASC", "DESC"):
        lines += await ask(f"SELECT {columns} FROM journal_line ORDER BY position {order} LIMIT 1")
    checks = await ask("SELECT name, value FROM database_fact ORDER BY name") if FACTS_SINCE in applied else []
    return Held(checks={one["name"]: one["value"] for one in checks}, lines=tuple(lines))


def places(settings: Settings) -> list[str]:
    """The key files (or variables) that belong to this database and must be kept apart from its backups."""
    return [
        variable if os.environ.get(variable) else key_place(variable, settings.data_folder)
        for _fact, variable, _field in KEYS
    ]


async def faults_at(settings: Settings) -> list[Refusal]:
    """Keys that do not fit the database at the settings' address, each with what to do; for restore and doctor."""
    async with probing(settings.database_url) as probe:
        said = await held(await probe.applied(), probe.rows, as_bytes=probe.is_sqlite)
    kinds = {"missing": errors.KeyMissing, "wrong": errors.KeyWrong}
    return [
        kinds[one.state](name=one.variable, place=one.place) for one in states(settings, said) if one.state in kinds
    ]
