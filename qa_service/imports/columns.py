"""Which column is which, and one row of cells into named values.

Heads are matched by alias with case, blanks and punctuation folded away. A row answers either its values by field or
every problem of its cells, never half of them.
"""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.dates import moment_reader, read_month
from qa_service.imports.errors import DuplicateColumns, MissingColumns
from qa_service.imports.profiles import Column, Profile, fold
from qa_service.imports.values import (
    LENGTHS,
    MEMO_SIZE,
    BadValue,
    Problem,
    as_text,
    check_characters,
    read_accounts,
    read_bool,
    read_duration,
    read_fen,
    read_hundredths,
    read_id,
    read_integer,
    read_list,
    read_seconds,
    storable,
)

Parser = Callable[[object], object]
PARSERS: dict[str, Parser] = {
    "id": read_id, "month": read_month, "seconds": read_seconds, "duration": read_duration, "integer": read_integer,
    "decimal": read_hundredths, "money": read_fen, "bool": read_bool, "list": read_list, "accounts": read_accounts,
}  # fmt: skip
MEMOISED = {"datetime", "date", "choice", "seconds", "duration"}


class Bound(msgspec.Struct, frozen=True):
    """A column of the profile with its place in the row (a position, or the key of a JSON record)."""

    column: Column
    place: int | str
    head: str
    parse: Parser


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
            bound.append(Bound(column, place, heads[places[0]], parser_of(column, zone)))
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
    """One function from a cell to a checked value; equal texts of slow types are read once."""
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

    return _remembering(parse) if column.type in MEMOISED else parse


def _reader(column: Column, zone: ZoneInfo) -> Parser:
    if column.type in ("datetime", "date"):
        return moment_reader(column.formats, zone, midnight_means_unknown=column.midnight_means_unknown)
    if column.type == "choice":
        return _chooser(column)
    if column.type == "list" and column.values:
        choose = _chooser(column)
        return lambda cell: [choose(one) for one in read_list(cell)]
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


def _remembering(parse: Parser) -> Parser:
    memo: dict[str, object] = {}

    def remembered(cell: object) -> object:
        if not isinstance(cell, str):
            return parse(cell)
        if cell not in memo:
            if len(memo) >= MEMO_SIZE:
                memo.clear()
            memo[cell] = parse(cell)
        return memo[cell]

    return remembered


def read_row(binding: Binding, line: int, cells: list | dict) -> tuple[dict[str, object], list[Problem]]:
    """Values by field (blank cells left out) and what is wrong."""
    if isinstance(cells, list):
        faulty = _ragged(binding, line, cells)
        if faulty is not None:
            return {}, [faulty]
    values: dict[str, object] = {}
    problems = []
    for one in binding.bound:
        cell = cells.get(one.place) if isinstance(cells, dict) else cells[one.place] if one.place < len(cells) else None
        if _is_blank(cell, one.column):
            if one.column.required:
                problems.append(Problem(line=line, column=one.head, value="", code="missing"))
            continue
        try:
            values[one.column.field] = one.parse(cell)
        except BadValue as bad:
            value = storable(cell)[:2000]
            problems.append(Problem(line=line, column=one.head, value=value, code=bad.code, facts=bad.facts))
    return values, problems


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
    return isinstance(cell, str) and (not cell.strip() or (bool(column.missing) and cell.strip() in column.missing))
