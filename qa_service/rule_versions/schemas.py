"""Structs of the API of dated rules."""

from datetime import date, datetime

import msgspec


class RuleOut(msgspec.Struct):
    id: int
    kind: str
    code: str
    version: int
    name: str
    name_en: str
    digest: str
    from_on: date
    source: str
    state: str
    barred_from_money: bool
    approved_at: datetime | None
    approver_label: str | None
    consulted_on: date | None
    consultation: str | None
    published_on: date | None
    publication: str | None


class RuleWhole(RuleOut):
    definition: str


class PublishIn(msgspec.Struct, forbid_unknown_fields=True):
    row_version: int
    approver_label: str | None = None
    consulted_on: date | None = None
    consultation: str | None = None
    published_on: date | None = None
    publication: str | None = None


class BarIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class DraftIn(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    code: str
    name: str
    name_en: str
    definition: str
    from_on: date
    source: str


class Made(msgspec.Struct):
    id: int
