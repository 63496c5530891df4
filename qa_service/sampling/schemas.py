"""Structs of the sampling room's API."""

from datetime import date, datetime
from typing import Any

import msgspec


class MonthIn(msgspec.Struct, forbid_unknown_fields=True):
    unit: int
    pay_month: date
    plan: str


class CommitIn(msgspec.Struct, forbid_unknown_fields=True):
    plan: str
    named_value: str


class DrawIn(msgspec.Struct, forbid_unknown_fields=True):
    values: list[str]


class ReplaceIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class Ids(msgspec.Struct):
    ids: list[int]


class Id(msgspec.Struct):
    id: int


class PeriodOut(msgspec.Struct):
    id: int
    unit: int
    unit_name: str
    pay_month: date
    from_on: date
    until_on: date
    state: str
    frame: int | None
    sequence: int | None
    root: str | None
    leaf_count: int | None
    named_value: str | None
    committed_at: datetime | None
    draw: int | None
    seed: str | None
    drawn_at: datetime | None


class ItemOut(msgspec.Struct):
    part: str
    agent: str
    channel: str
    kind: str
    ticket: str
    place: int
    quota: int
    size: int
    instead_of: str | None


class Proof(msgspec.Struct):
    bundle: dict[str, Any]
