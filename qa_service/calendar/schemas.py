"""What the API says of the calendar."""

from datetime import date

import msgspec


class DayOut(msgspec.Struct, frozen=True, kw_only=True):
    """One date. kind: work, rest, statutory. provisional: a later notice may change it. declared: by our own word."""

    on: date
    kind: str
    name: str
    source: str
    provisional: bool
    declared: bool


class DayIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """kind: work, rest or statutory; source: the notice that says so."""

    on: date
    kind: str
    name: str
    source: str


class Removal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    on: date
    reason: str
