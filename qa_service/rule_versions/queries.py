"""Reads: the version in force on a day, one version, the list."""

from datetime import date
from typing import Any

from qa_service.database import among, row, rows
from qa_service.rule_versions.errors import RuleUnknown


async def in_force(kind: str, code: str, on: date) -> dict[str, Any]:
    """The published version of a rule that holds on a day; refused where there is none."""
    found = await row(
        "SELECT * FROM rule_version WHERE kind = {} AND code = {} AND from_on <= {} AND state = 'published'"
        " ORDER BY from_on DESC, version DESC LIMIT 1",
        kind,
        code,
        on,
    )
    if found is None:
        raise RuleUnknown(kind=kind, code=code, on=on.isoformat())
    return found


async def in_force_or_first(kind: str, code: str, on: date) -> dict[str, Any]:
    """The version in force on a day; before the first one, that first one: an old export taken in to look at.

    What comes of it is a trial: a rule never drives money for a day before its own.
    """
    try:
        return await in_force(kind, code, on)
    except RuleUnknown:
        found = await row(
            "SELECT * FROM rule_version WHERE kind = {} AND code = {} AND state = 'published'"
            " ORDER BY from_on, version LIMIT 1",
            kind,
            code,
        )
        if found is None:
            raise
        return found


async def version(version_id: int) -> dict[str, Any] | None:
    return await row("SELECT * FROM rule_version WHERE id = {}", version_id)


async def versions(kind: str = "", code: str = "") -> list[dict[str, Any]]:
    """All versions, newest first, without their definitions."""
    return await rows(
        "SELECT id, kind, code, version, name, name_en, digest, from_on, source, state, barred_from_money, approved_at,"
        " approver_label, consulted_on, consultation, published_on, publication FROM rule_version"
        " WHERE (CAST({} AS TEXT) = '' OR kind = {}) AND (CAST({} AS TEXT) = '' OR code = {})"
        " ORDER BY kind, code, version DESC",
        kind,
        kind,
        code,
        code,
    )


async def definitions(kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """(kind, definition) of every published version of these kinds, the oldest first."""
    found = await rows(
        f"SELECT kind, definition FROM rule_version WHERE state = 'published' AND kind IN {among(len(kinds))}"
        " ORDER BY from_on, version, id",
        *kinds,
    )
    return [(one["kind"], one["definition"]) for one in found]
