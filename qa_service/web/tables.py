"""One table struct for the page and for its downloads: drawn by templates/_table.html, written by `table_rows`."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

import msgspec

from qa_service.language import gettext
from qa_service.web.cells import (
    Actions,
    Cell,
    Date,
    Delta,
    Link,
    Moment,
    Month,
    Nothing,
    Person,
    StateCell,
    Text,
    Value,
)
from qa_service.web.figures import Count, Duration, Mark, Measure, Money, Score, Share
from qa_service.web.parts import Action, Chip

KINDS: dict[str, type[Cell]] = {
    kind.shape: kind
    for kind in (Text, Link, Person, Date, Moment, Month, StateCell, Delta, Actions)
    + (Score, Mark, Measure, Money, Duration, Count, Share)
}
NUMERIC = {"mark", "money", "duration", "count", "share", "delta", "actions"}
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠−")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """kind is the shape of its cells (a Nothing fits everywhere). Units stand in the label: 金额（元）.

    sort_href makes the head a link; sorted is '', 'ascending' or 'descending'. The row header is the first column
    unless another says is_row_header. is_wide_only hides a column on the phone.
    """

    label: str
    kind: str = "text"
    align: str = ""
    sort_href: str = ""
    sorted: str = ""
    hint: str = ""
    is_row_header: bool = False
    is_wide_only: bool = False
    is_label_hidden: bool = False

    def end(self) -> bool:
        """Whether the column stands at the end edge: numbers do."""
        return self.align == "end" if self.align else self.kind in NUMERIC


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """cells in the order of the columns. key and name serve the selection; state: '', selected, new, off."""

    cells: list[Cell]
    key: str = ""
    name: str = ""
    state: str = ""
    id: str = ""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A person's lines under one head cell (the first column), with one subtotal (the last column) where given.

    The rows' cells then leave out those columns.
    """

    head: Cell
    rows: list[TableRow]
    subtotal: Cell | None = None


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """The table's own search box: a GET form. `keep` holds the other query parameters."""

    action: str
    value: str = ""
    name: str = "q"
    placeholder: str = ""
    keep: dict[str, str] = {}


class Pager(msgspec.Struct, frozen=True, kw_only=True):
    """Paging by key: where the neighbours are. total None: not counted, and not pretended."""

    shown: int
    total: int | None = None
    previous_href: str = ""
    next_href: str = ""


class Empty(msgspec.Struct, frozen=True, kw_only=True):
    """What is empty, why, and the next step."""

    what: str
    why: str = ""
    next_label: str = ""
    next_href: str = ""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Ticks per row (field `keys`) and what can be done with the ticked ones; each Action posts to its own href."""

    actions: list[Action]
    name: str = "keys"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """For the macro data_table. Either rows or groups. caption says in words what the rows are."""

    caption: str
    columns: list[Column]
    rows: list[TableRow] = []
    groups: list[Group] = []
    total: list[Cell] = []
    empty: Empty | None = None
    name: str = "table"
    note: str = ""
    error: str = ""
    search: Search | None = None
    chips: list[Chip] = []
    column_chips: list[Chip] = []
    pager: Pager | None = None
    batch: Batch | None = None
    csv_href: str = ""
    xlsx_href: str = ""
    is_cards_on_phone: bool = True
    is_scrolling: bool = False

    def header_index(self) -> int:
        return next((i for i, column in enumerate(self.columns) if column.is_row_header), 0)

    def has_subtotal(self) -> bool:
        return any(group.subtotal is not None for group in self.groups)


def neutral(value: Value) -> Value:
    """Text that a spreadsheet would run as a formula, made text again; numbers and dates stay what they are."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _full_rows(table: Table) -> Iterator[list[Cell]]:
    yield from (row.cells for row in table.rows)
    for group in table.groups:
        for position, row in enumerate(group.rows):
            tail = [(group.subtotal if position == 0 else None) or Nothing()] if table.has_subtotal() else []
            yield [group.head, *row.cells, *tail]


def table_rows(table: Table) -> list[list[Value]]:
    """The header, then one list of typed values per row: what CSV and XLSX files hold.

    A column may widen (a score into value, ends, n and note); units stand in the header. Text is neutralised.
    Raises ValueError when a row does not fit its columns.
    """
    kinds = [KINDS[column.kind] for column in table.columns]
    header: list[Value] = []
    for column, kind in zip(table.columns, kinds, strict=True):
        header += [neutral(gettext(head, label=column.label) if "%" in head else gettext(head)) for head in kind.heads]
    rows = [header]
    for cells in _full_rows(table):
        row: list[Value] = []
        for cell, kind in zip(cells, kinds, strict=True):
            values = cell.values() if kind.heads else []
            if kind.heads and isinstance(cell, Nothing):
                values = values + [None] * (len(kind.heads) - 1)
            if len(values) != len(kind.heads):
                raise ValueError(f"a cell of shape {cell.shape} in a column of kind {kind.shape}")
            row += [neutral(value) for value in values]
        rows.append(row)
    return rows


def csv_bytes(table: Table) -> bytes:
    """The table as CSV with a byte-order mark, without which Excel reads Chinese as Latin-1."""
    text = io.StringIO()
    csv.writer(text).writerows([_written(value) for value in row] for row in table_rows(table))
    return text.getvalue().encode("utf-8-sig")


def _written(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value
