"""The few column kinds that every table is made of, each with its null and default written out.

Text is unbounded in the database (SQLite enforces no length, PostgreSQL would crash on one): lengths are checked in
our code, with a sentence. Scores are hundredths, money is fen, both whole numbers; times are aware UTC.
"""

from typing import Any

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, OnDelete, Text, Timestamptz


def text(default: str = "", *, index: bool = False) -> Text:
    return Text(default=default, null=False, index=index)


def optional_text(*, index: bool = False) -> Text:
    return Text(default=None, null=True, index=index)


def whole(default: int = 0, *, index: bool = False) -> BigInt:
    return BigInt(default=default, null=False, index=index)


def optional_whole(*, index: bool = False) -> BigInt:
    return BigInt(default=None, null=True, index=index)


def flag(default: bool = False) -> Boolean:
    return Boolean(default=default, null=False)


def optional_flag() -> Boolean:
    return Boolean(default=None, null=True)


def day(*, index: bool = False) -> Date:
    """A local date that the row must have; the default is no date, so that a forgotten one is refused."""
    return Date(default=None, null=False, index=index)


def optional_day(*, index: bool = False) -> Date:
    return Date(default=None, null=True, index=index)


def instant(*, index: bool = False) -> Timestamptz:
    """An aware UTC instant that the row must have; no default, the command gives its one clock reading."""
    return Timestamptz(default=None, null=False, index=index)


def optional_instant(*, index: bool = False) -> Timestamptz:
    return Timestamptz(default=None, null=True, index=index)


def reference(table: Any) -> ForeignKey:
    """A row that must exist and cannot vanish (Piccolo's own defaults are nullable, CASCADE and no index)."""
    return ForeignKey(table, null=False, index=True, on_delete=OnDelete.restrict)


def optional_reference(table: Any) -> ForeignKey:
    return ForeignKey(table, null=True, default=None, index=True, on_delete=OnDelete.restrict)
