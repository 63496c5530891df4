"""Equal data gives equal bytes: canonical JSON and its SHA-256."""

import hashlib
import json
from datetime import date, datetime

import msgspec


def canonical_json(data: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: equal data gives equal bytes. Dates become ISO texts."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode()


def digest(data: object) -> str:
    """SHA-256 hex of the canonical JSON of plain data or structs."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
