"""Typed cells of a table: each knows how it reads and what it lacks; templates/_table.html draws them.

`heads` and `values` are what a download holds in the place of the cell. Cells with figures are in figures.py.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import msgspec

from qa_service.language import N_, clauses
from qa_service.web import formatting
from qa_service.web.parts import Action

Value = str | int | float | Decimal | date | None


class Cell(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """Base of all cells. `shape` chooses the macro; `heads` and `values` make the columns of a download."""

    shape: ClassVar[str] = "none"
    heads: ClassVar[tuple[str, ...]] = ("%(label)s",)

    def values(self) -> list[Value]:
        return [None]

    def more(self) -> str:
        """A second fact that the cell shows under the first; where a column has any, a file has a column for them."""
        return ""


class Nothing(Cell, frozen=True, kw_only=True):
    """No value, and why: 无明细, 本月没有班次. An empty reason leaves the cell blank on purpose."""

    reason: str = ""

    def values(self) -> list[Value]:
        return [self.reason or None]


class Text(Cell, frozen=True, kw_only=True):
    """Words. `sub` is a second, quieter line; tone: '', muted, strong, code. clip cuts a long
    text to its column with the whole in the title."""

    shape: ClassVar[str] = "text"
    text: str
    sub: str = ""
    tone: str = ""
    clip: bool = False

    def values(self) -> list[Value]:
        return [self.text]

    def more(self) -> str:
        return self.sub


class Lines(Cell, frozen=True, kw_only=True):
    """Several short sentences, each on its own line."""

    shape: ClassVar[str] = "lines"
    lines: list[str]

    def values(self) -> list[Value]:
        return [clauses(self.lines) or None]


class Link(Cell, frozen=True, kw_only=True):
    shape: ClassVar[str] = "link"
    text: str
    href: str
    sub: str = ""
    clip: bool = False

    def values(self) -> list[Value]:
        return [self.text]

    def more(self) -> str:
        return self.sub


class Person(Cell, frozen=True, kw_only=True):
    """Name and 工号; a long name is cut with its full text in the title."""

    shape: ClassVar[str] = "person"
    heads: ClassVar[tuple[str, ...]] = ("%(label)s", N_("工号"))
    name: str
    number: str = ""
    href: str = ""
    note: str = ""

    def values(self) -> list[Value]:
        return [self.name, self.number or None]


class Date(Cell, frozen=True, kw_only=True):
    shape: ClassVar[str] = "date"
    on: date | None
    year: bool = False
    weekday: bool = True
    reason: str = ""

    def values(self) -> list[Value]:
        return [self.on or self.reason or None]


class Moment(Cell, frozen=True, kw_only=True):
    """An instant on the department's clock. working_days_left makes it a deadline: 0 is due today, below 0 overdue."""

    shape: ClassVar[str] = "moment"
    heads: ClassVar[tuple[str, ...]] = (N_("%(label)s（%(zone)s）"),)
    at: datetime | None
    zone: str = formatting.ZONE
    seconds: bool = False
    year: bool = False
    working_days_left: int | None = None
    is_deadline: bool = False
    reason: str = ""

    def values(self) -> list[Value]:
        return [self.reason or None if self.at is None else formatting.local(self.at, self.zone).replace(tzinfo=None)]


class Month(Cell, frozen=True, kw_only=True):
    shape: ClassVar[str] = "month"
    on: date | None
    reason: str = ""

    def values(self) -> list[Value]:
        return [self.on.strftime("%Y-%m") if self.on else self.reason or None]


class StateCell(Cell, frozen=True, kw_only=True):
    """kind: done, wait, thin, hold, warn, bad, none; always with its word."""

    shape: ClassVar[str] = "state"
    kind: str
    word: str
    note: str = ""

    def values(self) -> list[Value]:
        return [self.word]

    def more(self) -> str:
        return self.note


class Delta(Cell, frozen=True, kw_only=True):
    """A change as text with its unit (−1.2秒). verdict: better or worse only when the interval of the difference
    excludes 0; else unclear, which reads 差别不明."""

    shape: ClassVar[str] = "delta"
    text: str
    verdict: str = "unclear"
    word: str = ""

    def values(self) -> list[Value]:
        return [self.text]


class Actions(Cell, frozen=True, kw_only=True):
    """What can be done with this row: links, and posts that carry the form token. Not part of a download."""

    shape: ClassVar[str] = "actions"
    heads: ClassVar[tuple[str, ...]] = ()
    actions: list[Action]

    def values(self) -> list[Value]:
        return []
