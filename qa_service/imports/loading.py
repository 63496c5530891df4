"""Open a file by a profile and hand out its rows: record or problems, with the line and the row as it came."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

import msgspec

from qa_service.imports.columns import Binding, bind, known_heads, read_chunk
from qa_service.imports.errors import HeadOnly, JsonEmpty, JsonNotRecords, WrongShape
from qa_service.imports.heads import head_names, head_place
from qa_service.imports.mapping import Mapper
from qa_service.imports.mending import as_it_was, is_brought_back, reason_heads
from qa_service.imports.profiles import Profile, fold
from qa_service.imports.readers import (
    HEAD_ROWS,
    BadRow,
    Row,
    read_csv,
    read_json_array,
    read_json_lines,
)
from qa_service.imports.records import RatingRecord, Record
from qa_service.imports.rows import BadRecord
from qa_service.imports.sniffing import Source, Survey
from qa_service.imports.values import Problem, as_text, storable
from qa_service.imports.workbooks import open_workbook, read_sheet, visible_sheets

JSON_SAMPLE = 50


class Mapped(msgspec.Struct, frozen=True):
    """One row of a file: its record, or its problems, and the cells as they came."""

    line: int
    record: Record | None
    problems: list[Problem]
    cells: list | dict
    binding: Binding
    ratings: tuple[RatingRecord, ...] = ()

    @property
    def row(self) -> dict[str, Any]:
        """What stood there by the file's own heads, to mend and bring back."""
        return raw_row(self.binding, self.cells)

    def head_of(self, field: str) -> str:
        """The file's own head of a field."""
        return self.binding.head_of(field)


class Opened(msgspec.Struct, frozen=True):
    """A file whose head is understood; `rows` are those behind the head. `unread` names sheets that were left out."""

    binding: Binding
    rows: Iterator[Row]
    unread: list[str]


def open_rows(source: Source, found: Survey, profile: Profile) -> Opened:
    """Find the head and bind it. Raises a FileRefused that says what is wrong with the file."""
    if found.shape in ("json-array", "json-lines"):
        return _open_json(source, found, profile)
    if profile.messages is not None:
        named = {"zh": profile.name_zh, "en": profile.name_en}
        raise WrongShape(profile=named, wanted="JSON", given="XLSX" if found.shape == "workbook" else "CSV")
    if found.shape == "workbook":
        return _open_workbook(source, found, profile)
    heads = known_heads(profile)
    return _behind_head(read_csv(source, found, is_known=lambda head: fold(head) in heads), profile, [])


def _open_json(source: Source, found: Survey, profile: Profile) -> Opened:
    rows = read_json_array(source, found) if found.shape == "json-array" else read_json_lines(source, found)
    first = list(islice(rows, JSON_SAMPLE))
    if not first:
        raise JsonEmpty()
    if not any(isinstance(record, dict) for _line, record in first):
        raise JsonNotRecords()
    keys = dict.fromkeys(key for _line, record in first if isinstance(record, dict) for key in record)
    return Opened(bind(profile, list(keys), line=1, keyed=True), chain(first, rows), [])


def _open_workbook(source: Source, found: Survey, profile: Profile) -> Opened:
    """The sheet with the most known heads; the others are named, so that nobody believes them read."""
    workbook = open_workbook(source, found)
    heads, best, fitting = known_heads(profile), -1, None
    names = visible_sheets(workbook, profile.sheet)
    for name in names:
        score = max((_known_count(cells, heads) for _line, cells in islice(read_sheet(workbook, name), HEAD_ROWS)),
                    default=-1)  # fmt: skip
        if score > best:
            best, fitting = score, name
    if fitting is None:
        raise HeadOnly(line=1)
    return _behind_head(read_sheet(workbook, fitting), profile, [name for name in names if name != fitting])


def _behind_head(rows: Iterator[Row], profile: Profile, unread: list[str]) -> Opened:
    """The head is the early row with the most known heads: titles above it are skipped."""
    early = list(islice(rows, HEAD_ROWS))
    if not early:
        raise HeadOnly(line=1)
    place = head_place(early, known_heads(profile))
    line, names = early[place][0], head_names(early, place)
    binding = bind(profile, names, line=line)
    behind = early[place + 1 :]
    if not behind and (following := next(rows, None)) is None:
        raise HeadOnly(line=line)
    rest = chain(behind, [following] if not behind else [], rows)
    return Opened(binding, _as_they_were(rest) if is_brought_back(names) else rest, unread)


def _as_they_were(rows: Iterator[Row]) -> Iterator[Row]:
    for line, cells in rows:
        yield line, [as_it_was(cell) for cell in cells] if isinstance(cells, list) else cells


def _known_count(cells: object, heads: frozenset[str]) -> int:
    return sum(fold(as_text(cell)) in heads for cell in cells) if isinstance(cells, list) else -1


def mapped_chunks(opened: Opened, mapper: Mapper, size: int) -> Iterator[list[Mapped]]:
    """Every row, none dropped, in chunks; within a chunk the rows whose cells have problems come first."""
    while taken := list(islice(opened.rows, size)):
        yield [*_refused(opened.binding, taken), *_mapped(opened.binding, taken, mapper)]


def _refused(binding: Binding, taken: list[Row]) -> Iterator[Mapped]:
    """Rows that could not even be split into cells."""
    for line, cells in taken:
        if isinstance(cells, BadRow):
            text = storable("\n".join(cells.raw))[:2000]
            problem = Problem(line=line, column="", value=text, code=cells.code, facts=cells.facts)
            yield Mapped(line, None, [problem], {"": text}, binding)


def _mapped(binding: Binding, taken: list[Row], mapper: Mapper) -> Iterator[Mapped]:
    rows = [row for row in taken if not isinstance(row[1], BadRow)]
    chunk = read_chunk(binding, rows)
    for place, problems in sorted(chunk.problems.items()):
        line, cells = rows[place]
        yield Mapped(line, None, problems, cells, binding)
    whole = [rows[place] for place in chunk.whole]
    for (line, cells), made in zip(whole, mapper.records(chunk, [cells for _line, cells in whole]), strict=True):
        if isinstance(made, BadRecord):
            head = binding.head_of(made.column)
            problem = Problem(line=line, column=head, value=made.value, code=made.code, facts=made.facts)
            yield Mapped(line, None, [problem], cells, binding)
        else:
            for record, ratings in made if isinstance(made, list) else (made,):
                yield Mapped(line, record, [], cells, binding, ratings)


def raw_row(binding: Binding, cells: list | dict) -> dict[str, Any]:
    """A row as it came, by head; a second column of the same name gets its place. What JSON nests stays nested."""
    pairs: Sequence[tuple[str, object]] = (
        list(cells.items())
        if isinstance(cells, dict)
        else list(zip(_unique(binding.heads, len(cells)), cells, strict=False))
    )
    layouts = {one.head: one.column.formats[0] for one in binding.bound if one.column.formats}
    reasons = reason_heads()
    return {
        storable(name): _kept(cell, layouts.get(name))
        for name, cell in pairs
        if fold(name) not in reasons
    }


def _kept(cell: object, layout: str | None) -> object:
    if isinstance(cell, list):
        return [_kept(one, layout) for one in cell]
    if isinstance(cell, dict):
        return {storable(name): _kept(one, layout) for name, one in cell.items()}
    return storable(_written(cell, layout))[:20_000]


def _written(cell: object, layout: str | None) -> object:
    """A workbook's own date as the profile reads dates from text, so that the row can come back as text."""
    if not isinstance(cell, date):
        return cell
    if layout is None and isinstance(cell, datetime) and cell.time() != datetime.min.time():
        return cell
    return cell.strftime(layout or "%Y-%m-%d")


def _unique(heads: list[str], width: int) -> list[str]:
    names: list[str] = []
    for place in range(max(width, len(heads))):
        head = heads[place] if place < len(heads) else ""
        names.append(head if head and head not in names else f"{head}#{place + 1}")
    return names
