"""One table struct for the page and for its downloads: drawn by templates/_table.html, written by `table_rows`."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from qa_service.language import N_, gettext
from qa_service.web.cells import (
    Actions,
    Cell,
    Date,
    Delta,
    Lines,
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
from qa_service.web.formatting import ZONE
from qa_service.web.parts import Action, Chip

KINDS: dict[str, type[Cell]] = {
    kind.shape: kind
    for kind in (Text, Lines, Link, Person, Date, Moment, Month, StateCell, Delta, Actions)
    + (Score, Mark, Measure, Money, Duration, Count, Share)
}
NUMERIC = {"mark", "money", "duration", "count", "share", "delta", "actions"}
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠−")
EXACT_INTEGERS = 2**53  # a spreadsheet keeps numbers as doubles
MEASURED_ROWS = 100
MORE = N_("%(label)s：补充")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """kind is the shape of its cells (a Nothing fits everywhere). Units stand in the label: 金额（元）.

    sort_href makes the head a link; sorted is '', 'ascending' or 'descending'. The row header is the first column
    unless another says is_row_header. is_wide_only hides a column on the phone. more_label heads the second facts of
    its cells in a file.
    """

    label: str
    kind: str = "text"
    more_label: str = ""
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


def header_index(columns: Sequence[Column]) -> int:
    """Which column heads its rows: the first that says so, else the first."""
    return next((i for i, column in enumerate(columns) if column.is_row_header), 0)


class TableRow(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """cells in the order of the columns. key and name serve the selection; state: '', selected, new, off.

    A row is itself and no other, so that what is drawn of it can be found again without looking at its cells.
    """

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
    """The table's own search box: a GET form. `keep` holds the other query parameters, given as a dict or as pairs."""

    action: str
    value: str = ""
    name: str = "q"
    placeholder: str = ""
    keep: Mapping[str, str] | tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.keep, tuple):  # pairs can be a key: a box is drawn once for the same facts
            msgspec.structs.force_setattr(self, "keep", tuple(self.keep.items()))


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
    """Ticks per row (field `keys`) and what can be done with the ticked ones; each Action posts to its own href.

    The ticks travel in the form, so an action of a batch is always a button: a link would lose them.
    """

    actions: list[Action]
    name: str = "keys"

    def __post_init__(self) -> None:
        posting = [msgspec.structs.replace(action, method="post") for action in self.actions]
        msgspec.structs.force_setattr(self, "actions", posting)


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
    """The header, then one list of typed values per row, text neutralised: what a CSV file holds.

    A column may widen (a score into value, ends, n and note); units stand in the header.
    Raises ValueError when a row does not fit its columns.
    """
    return [[neutral(value) for value in row] for row in _typed_rows(table)]


def _typed_rows(table: Table) -> Iterator[list[Value]]:
    kinds = [KINDS[column.kind] for column in table.columns]
    rows = list(_full_rows(table))
    doubled = {place for cells in rows for place, cell in enumerate(cells) if cell.more()}
    header: list[Value] = []
    if any(len(cells) != len(kinds) for cells in rows):
        raise ValueError("a row does not fit its columns")
    for place, (column, kind) in enumerate(zip(table.columns, kinds, strict=True)):
        facts = {"label": column.label, "zone": _zone_of(rows, place)}
        header += [gettext(head, **facts) if "%" in head else gettext(head) for head in kind.heads]
        header += [column.more_label or gettext(MORE, label=column.label)] if place in doubled else []
    yield header
    for cells in rows:
        row: list[Value] = []
        for place, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            values = cell.values() if kind.heads else []
            if kind.heads and isinstance(cell, Nothing):
                values = values + [None] * (len(kind.heads) - 1)
            if len(values) != len(kind.heads):
                raise ValueError(f"a cell of shape {cell.shape} in a column of kind {kind.shape}")
            row += [*values, cell.more() or None] if place in doubled else values
        yield row


def _zone_of(rows: Sequence[Sequence[Cell]], place: int) -> str:
    """The clock of a column of instants: a file travels, and its reader does not know where it was written."""
    return next((cells[place].zone for cells in rows if isinstance(cells[place], Moment)), ZONE)


def csv_bytes(table: Table) -> bytes:
    """The table as CSV with a byte-order mark, without which Excel reads Chinese as Latin-1."""
    text = io.StringIO()
    csv.writer(text).writerows([_written(value) for value in row] for row in table_rows(table))
    return text.getvalue().encode("utf-8-sig")


def _written(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value


def xlsx_bytes(table: Table) -> bytes:
    """The table as a workbook of one sheet: numbers as numbers, days as days, every text as text and never a formula.

    Rows leave the memory as they are written. Raises ValueError when a row does not fit its columns.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        sheet.freeze_panes(1, 0)
        widths: dict[int, int] = {}
        for line, row in enumerate(_typed_rows(table)):
            for place, value in enumerate(row):
                if line <= MEASURED_ROWS:
                    widths[place] = max(widths.get(place, 0), _width(value))
                style = head if line == 0 else moment if isinstance(value, datetime) else day
                _write(sheet, line, place, value=value, style=style)
        for place, width in widths.items():
            sheet.set_column(place, place, min(max(width + 2, 9), 48))
    return file.getvalue()


def _width(value: Value) -> int:
    """About how many digits wide a value stands; a Chinese letter takes two."""
    text = "" if value is None else str(value)
    return sum(2 if letter > "\u2e7f" else 1 for letter in text[:60])


def _write(sheet: Worksheet, line: int, place: int, *, value: Value, style: object) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, style)
    elif isinstance(value, (int, float, Decimal)) and abs(value) < EXACT_INTEGERS:
        sheet.write_number(line, place, float(value))
    else:
        sheet.write_string(line, place, str(value), style if line == 0 else None)
