"""Which column is which, and rows of cells into columns of values.

Heads are matched by alias with case, blanks and punctuation folded away. A row answers either its values or every
problem of its cells, never half of them. Rows are read by the chunk and column by column: most cells of a column say
what others said before, and what was read once costs a look-up.
"""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.dates import moment_reader, read_month, within
from qa_service.imports.errors import DuplicateColumns, MissingColumns
from qa_service.imports.profiles import Column, Profile, fold
from qa_service.imports.shares import (
    read_hours,
    read_month_number,
    read_percent,
    read_share,
    read_weekday,
)
from qa_service.imports.values import (
    LENGTHS,
    MEMO_SIZE,
    BadValue,
    Problem,
    as_text,
    check_characters,
    read_accounts,
    read_bool,
    read_days,
    read_duration,
    read_fen,
    read_hundredths,
    read_id,
    read_integer,
    read_list,
    read_minutes,
    read_seconds,
    read_url,
    storable,
    with_point,
)

Parser = Callable[[object], object]
PARSERS: dict[str, Parser] = {
    "id": read_id, "month": read_month, "seconds": read_seconds, "duration": read_duration, "integer": read_integer,
    "decimal": read_hundredths, "money": read_fen, "bool": read_bool, "list": read_list, "accounts": read_accounts,
    "url": read_url,
    "percent": read_percent, "share": read_share, "minutes": read_minutes, "hours": read_hours, "days": read_days,
    "weekday": read_weekday, "month_number": read_month_number,
}  # fmt: skip
NUMBERS = {"seconds", "minutes", "hours", "days", "integer", "decimal", "money"}  # with a decimal mark of their own
REMEMBERED_LENGTH = 100  # longer texts seldom come again
NEVER_AGAIN = {"id", "free_text", "url"}


class Fault(msgspec.Struct, frozen=True):
    """A cell that cannot be read: a code of values.PROBLEMS and the facts of its sentence."""

    code: str
    facts: dict[str, object] = {}


class Readings(dict):
    """What each cell of one column says: a value, None for a blank one, or a Fault. Equal texts are read once."""

    def __init__(self, parse: Parser, column: Column) -> None:
        super().__init__()
        self.parse, self.column, self.is_remembering = parse, column, column.type not in NEVER_AGAIN

    def __missing__(self, cell: object) -> object:
        said = self.read(cell)
        if self.is_remembering and (not isinstance(cell, str) or len(cell) <= REMEMBERED_LENGTH):
            if len(self) >= MEMO_SIZE:
                self.clear()
            self[cell] = said
        return said

    def read(self, cell: object) -> object:
        if _is_blank(cell, self.column):
            return MISSING if self.column.required else None
        try:
            return self.parse(cell)
        except BadValue as bad:
            return Fault(bad.code, bad.facts)

    def all(self, cells: Sequence[object]) -> list[object]:
        if not self.is_remembering:
            return list(map(self.read, cells))
        try:
            return list(map(self.__getitem__, cells))
        except TypeError:  # a list or an object of a JSON record is no key
            return list(map(self.read, cells))


MISSING = Fault("missing")


class Bound(msgspec.Struct, frozen=True):
    """A column of the profile with its place in the row (a position, or the key of a JSON record)."""

    column: Column
    place: int | str
    head: str
    readings: Readings


class Binding(msgspec.Struct, frozen=True):
    """The head of a file understood: its columns, the line it stands on, its width (None for JSON records)."""

    bound: list[Bound]
    heads: list[str]
    line: int
    width: int | None

    def head_of(self, field: str) -> str:
        """The file's own head of a field; the field itself where the file has none."""
        return next((one.head for one in self.bound if one.column.field == field), field)


def known_heads(profile: Profile) -> frozenset[str]:
    return frozenset(fold(alias) for column in profile.columns for alias in column.aliases)


def bind(profile: Profile, heads: Sequence[str], *, line: int, keyed: bool = False) -> Binding:
    """Match heads to columns. Raises MissingColumns and DuplicateColumns with what the file has."""
    by_fold: dict[str, list[int]] = {}
    for position, head in enumerate(heads):
        by_fold.setdefault(fold(head), []).append(position)
    bound, missing = [], []
    zone = ZoneInfo(profile.timezone)
    for column in profile.columns:
        aliases = dict.fromkeys(fold(alias) for alias in column.aliases)
        places = [place for alias in aliases for place in by_fold.get(alias, [])]
        if len(places) > 1:
            raise DuplicateColumns(line=line, column=column.aliases[0], found={"as_is": [heads[p] for p in places]})
        if places:
            place = heads[places[0]] if keyed else places[0]
            bound.append(Bound(column, place, heads[places[0]], Readings(parser_of(column, zone), column)))
        elif column.required:
            missing.append(column.aliases[0])
    if missing:
        raise MissingColumns(
            missing={"as_is": missing},
            line=line,
            found={"as_is": [storable(head)[:40] for head in heads if head.strip()]},
            profile={"zh": profile.name_zh, "en": profile.name_en},
        )
    return Binding(bound, list(heads), line, None if keyed else len(heads))


def parser_of(column: Column, zone: ZoneInfo) -> Parser:
    """One function from a cell to a checked value."""
    read = _reader(column, zone)
    limit = column.max_length or LENGTHS.get(column.type)

    def parse(cell: object) -> object:
        if isinstance(cell, str):
            check_characters(cell)
            if limit and len(cell) > limit:
                raise BadValue("too-long", length=len(cell), limit=limit)
        elif isinstance(cell, dict) or (isinstance(cell, list) and column.type not in ("list", "accounts")):
            raise BadValue("not-a-value")
        value = read(cell)
        if isinstance(value, int) and not isinstance(value, bool):
            _check_range(value, column)
        return value

    return parse


def _reader(column: Column, zone: ZoneInfo) -> Parser:
    if column.type in ("datetime", "date"):
        read = moment_reader(column.formats, zone, midnight_means_unknown=column.midnight_means_unknown)
        return within(read, column.earliest, column.latest) if column.earliest or column.latest else read
    if column.type == "choice":
        return _chooser(column)
    if column.type == "list" and column.values:
        choose = _chooser(column)
        return lambda cell: [choose(one) for one in read_list(cell)]
    if column.type == "bool" and column.values:
        choose = _chooser(column)
        return lambda cell: read_bool(choose(cell))
    if column.decimal_mark == "," and column.type in NUMBERS:
        read = PARSERS[column.type]
        return lambda cell: read(with_point(cell) if isinstance(cell, str) else cell)
    if column.type in PARSERS:
        return PARSERS[column.type]
    return as_text if column.type == "free_text" else lambda cell: as_text(cell).strip()


def _chooser(column: Column) -> Parser:
    folded = {fold(said): stored for said, stored in column.values.items()}

    def choose(cell: object) -> str:
        text = as_text(cell).strip()
        if (stored := folded.get(fold(text))) is not None:
            return stored
        if column.keep_others:
            return text
        raise BadValue("unknown-choice", allowed={"as_is": list(column.values)})

    return choose


def _check_range(value: int, column: Column) -> None:
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise BadValue("out-of-range", minimum="…" if low is None else low, maximum="…" if high is None else high)


class Chunk(msgspec.Struct, frozen=True):
    """Rows read: those that are whole, their values by field in columns, and the problems of the others by place.

    `whole` are places in the rows as they were given; a blank cell is None, a field without a column is not there.
    """

    whole: list[int]
    values: dict[str, list[object]]
    problems: dict[int, list[Problem]]

    def row(self, place: int) -> dict[str, object]:
        """The values of one whole row, blank cells left out."""
        return {field: cells[place] for field, cells in self.values.items() if cells[place] is not None}


def read_chunk(binding: Binding, rows: Sequence[tuple[int, list | dict]]) -> Chunk:
    """The values of many rows (line, cells), and what is wrong with those that have any fault."""
    problems: dict[int, list[Problem]] = {}
    whole = list(range(len(rows)))
    if binding.width is not None:
        for place, (line, cells) in enumerate(rows):
            if len(cells) != binding.width and (faulty := _ragged(binding, line, cells)) is not None:
                problems[place] = [faulty]
        whole = [place for place in whole if place not in problems] if problems else whole
    columns = _columns(binding, [rows[place][1] for place in whole])
    values = {}
    for one, cells in zip(binding.bound, columns, strict=True):
        values[one.column.field] = said = one.readings.all(cells)
        if Fault in set(map(type, said)):
            for place, cell, value in zip(whole, cells, said, strict=True):
                if type(value) is Fault:
                    problems.setdefault(place, []).append(_problem(rows[place][0], one, cell, value))
    if problems:
        kept = [number for number, place in enumerate(whole) if place not in problems]
        values = {field: [said[number] for number in kept] for field, said in values.items()}
        whole = [whole[number] for number in kept]
    return Chunk(whole, values, problems)


def _columns(binding: Binding, rows: list[list | dict]) -> list[Sequence[object]]:
    """The cells of each bound column; a row that ends early has blanks there."""
    if binding.width is None:
        return [[row.get(one.place) for row in rows] for one in binding.bound]
    width = binding.width
    even = [row if len(row) == width else (row + [None] * width)[:width] for row in rows]
    by_place = list(zip(*even, strict=True)) or [()] * width
    return [by_place[one.place] for one in binding.bound]


def _problem(line: int, one: Bound, cell: object, fault: Fault) -> Problem:
    value = "" if fault is MISSING else storable(cell)[:2000]
    return Problem(line=line, column=one.head, value=value, code=fault.code, facts=fault.facts)


def _ragged(binding: Binding, line: int, cells: list) -> Problem | None:
    """More cells than heads would shift every value; fewer are blank at the end, but not most of them."""
    extra = [cell for cell in cells[binding.width :] if as_text(cell).strip()]
    if not extra and len(cells) * 2 > binding.width:
        return None
    facts = {"cells": len(cells), "columns": binding.width}
    return Problem(line=line, column="", value=storable(",".join(map(as_text, cells)))[:2000], code="ragged-row",
                   facts=facts)  # fmt: skip


def _is_blank(cell: object, column: Column) -> bool:
    if cell is None or cell == []:
        return True
    if isinstance(cell, str):
        return not cell.strip() or (bool(column.missing) and cell.strip() in column.missing)
    return bool(column.missing) and as_text(cell) in column.missing
