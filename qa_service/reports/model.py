"""The one report model: what page, PDF and XLSX draw. Texts are ready to read; numbers travel beside them for sheets.

A report is kept in both languages, built from the same facts at the same moment, so that its digest covers what a
Chinese and what an English reader saw.
"""

import hashlib
from typing import Literal

import msgspec

from rubrics.canonical import canonical_json

Kind = Literal["text", "count", "fen", "hundredths", "millionths", "date"]
SCALES: dict[str, int] = {"count": 1, "fen": 100, "hundredths": 100, "millionths": 1_000_000}


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """`text` as a person reads it. `number` in units of `kind` (fen, hundredths, millionths of one) for a sheet's cell.

    `parts` stand in columns of their own in a sheet: value, lower end, upper end, n. `sub` is the smaller second line.
    """

    text: str
    number: int | None = None
    kind: Kind = "text"
    parts: list["Cell"] = []
    sub: str = ""


class Fact(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a slip: 发薪日 2026年11月13日周五."""

    label: str
    text: str


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """`share` is the width in parts of the page; `parts` name the columns that a sheet gives to a cell's parts."""

    label: str
    share: int = 2
    is_end: bool = False
    parts: list[str] = []


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    cells: list[Cell]
    is_total: bool = False


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A titled part: a lead, a table, or what stands there when the table is empty."""

    title: str
    lead: str = ""
    columns: list[Column] = []
    rows: list[Row] = []
    empty: str = ""


class Sheet(msgspec.Struct, frozen=True, omit_defaults=True):
    """One report in one language. `warning` is what a reader must know before anything else (未批准)."""

    title: str
    facts: list[Fact]
    sections: list[Section]
    warning: str = ""
    notes: list[str] = []
    signatures: list[str] = []
    is_wide: bool = False


class Report(msgspec.Struct, frozen=True):
    """The same report in Chinese and English."""

    zh: Sheet
    en: Sheet

    def of(self, language: str) -> Sheet:
        return self.en if language == "en" else self.zh


def text_of(report: Report) -> str:
    """The canonical JSON that is kept, and whose digest is printed."""
    return canonical_json(msgspec.to_builtins(report)).decode()


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def report_of(text: str) -> Report:
    return msgspec.json.decode(text, type=Report)
