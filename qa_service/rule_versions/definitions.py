"""Read the records of a pack back out of a stored rule version, as the structs of rubrics.pack_records."""

import json
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from qa_service.database import row
from qa_service.rule_versions.errors import RuleUnknown
from rubrics.pack_records import Record
from rubrics.packs import FILES

R = TypeVar("R", bound=Record)


def records(version: dict[str, Any], struct: type[R]) -> dict[str, R]:
    """All records of a kind in a version, by key: `records(kpis, Kpi)["first_reply"]`. Sorted by key."""
    table = _table_of(struct)
    data = _data(version["definition"])
    return {
        name.partition(".")[2]: msgspec.convert(value, struct)
        for name, value in data.items()
        if name == table or name.startswith(f"{table}.")
    }


def one(version: dict[str, Any], struct: type[R]) -> R:
    """The single record of a kind: `one(rewards, PaydayRule)`. KeyError where the version has none."""
    return msgspec.convert(_data(version["definition"])[_table_of(struct)], struct)


async def pack_code(on: date) -> str:
    """The pack whose KPIs are in force on a day; RuleUnknown where no pack was published yet."""
    found = await row(
        "SELECT code FROM rule_version WHERE kind = 'kpis' AND state = 'published' AND from_on <= {}"
        " ORDER BY from_on DESC, id DESC LIMIT 1",
        on,
    )
    if found is None:
        raise RuleUnknown(kind="kpis", code="*", on=on.isoformat())
    return found["code"]


@lru_cache(maxsize=64)
def _data(definition: str) -> dict[str, Any]:
    return json.loads(definition)


def _table_of(struct: type[Record]) -> str:
    return next(table for tables in FILES.values() for table, kind in tables.items() if kind is struct)
