"""A first look at a file that nobody has described: what it is, where its head stands, what its columns hold, and
which mapping profiles would take it. Nothing is written and nothing is kept."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice

import msgspec

from qa_service.imports.archives import Member, members
from qa_service.imports.columns import known_heads
from qa_service.imports.errors import FileRefused, HeadOnly, InArchive
from qa_service.imports.guessing import ColumnFound, columns_of
from qa_service.imports.heads import head_names, head_place
from qa_service.imports.loading import JSON_SAMPLE
from qa_service.imports.matching import DRAFTED, known_heads_of
from qa_service.imports.profiles import Profile, fold
from qa_service.imports.readers import (
    HEAD_ROWS,
    BadRow,
    Row,
    read_csv,
    read_json_array,
    read_json_lines,
)
from qa_service.imports.sniffing import Source, Survey, digest_of, survey
from qa_service.imports.workbooks import open_workbook, read_sheet, visible_sheets

FITS_SHOWN = 5


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """How well one profile's columns cover a file: what it would read, what it needs and does not find, what it would
    leave unread."""

    profile: str
    read: list[str]
    missing: list[str]
    unread: list[str]


class SheetFound(msgspec.Struct, frozen=True, kw_only=True):
    """One table: a sheet of a workbook, or the whole of a text file (name ''); `broken` rows cannot be split."""

    name: str
    head_line: int
    rows: int
    broken: int
    columns: list[ColumnFound]
    fits: list[Fit]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is; `encoding` is None for a workbook and a ZIP."""

    name: str
    shape: str
    compressed: bool
    encoding: str | None
    size_bytes: int
    sha256: str
    sheets: list[SheetFound]


def look(
    source: Source, profiles: Sequence[Profile], *, name: str = "", heads: Mapping[str, int] | None = None
) -> Look:
    """Read the whole file once more than its survey does, of a ZIP each file in it. Raises a FileRefused when it is no
    table at all.

    `heads` says on which line the head of a sheet stands, where a person knows better.
    """
    name = name or source.name
    inside = members(source, name)
    if inside is None:
        return _look(source, profiles, name, heads or {})
    sheets = [sheet for one in inside for sheet in _inside(one, profiles)]
    return Look(
        name=name, shape="archive", compressed=False, encoding=None, size_bytes=source.size(), sha256=digest_of(source),
        sheets=sheets,
    )  # fmt: skip


def _inside(member: Member, profiles: Sequence[Profile]) -> list[SheetFound]:
    """The tables of one file of a ZIP, named by the file, and by the sheet where there are several."""
    try:
        found = _look(member, profiles, member.inside, {})
    except FileRefused as refusal:
        raise InArchive(member.inside, refusal) from None
    named = [f"{member.inside}/{one.name}" if one.name else member.inside for one in found.sheets]
    return [msgspec.structs.replace(one, name=name) for one, name in zip(found.sheets, named, strict=True)]


def _look(source: Source, profiles: Sequence[Profile], name: str, heads: Mapping[str, int]) -> Look:
    found = survey(source)
    vocabulary = words_of(profiles)
    takers = [one for one in profiles if one.messages is None or found.shape.startswith("json")]
    sheets = [
        _sheet(sheet, rows, vocabulary, takers, heads.get(sheet))
        for sheet, rows in tables_of(source, found, vocabulary)
    ]
    if not any(sheets):
        raise HeadOnly(line=1)
    return Look(
        name=name, shape=found.shape, compressed=found.compressed, encoding=found.encoding,
        size_bytes=found.size_bytes, sha256=found.sha256, sheets=[one for one in sheets if one is not None],
    )  # fmt: skip


def words_of(profiles: Sequence[Profile]) -> frozenset[str]:
    """Every head that is known, folded: those of the profiles and those of heads.toml."""
    known = frozenset(head for profile in profiles for head in known_heads(profile))
    return known.union(*(known_heads_of(target) for target in DRAFTED))


def tables_of(source: Source, found: Survey, vocabulary: Collection[str]) -> Iterator[tuple[str, Iterator[Row]]]:
    """The tables of a file with their rows: each visible sheet, or the whole of a text file under the name ''."""
    if found.shape == "workbook":
        workbook = open_workbook(source, found)
        for sheet in visible_sheets(workbook, None):
            yield sheet, read_sheet(workbook, sheet)
    elif found.shape == "csv":
        yield "", read_csv(source, found, is_known=lambda head: fold(head) in vocabulary)
    else:
        read = read_json_array if found.shape == "json-array" else read_json_lines
        yield "", _by_keys(read(source, found))


def _by_keys(rows: Iterator[Row]) -> Iterator[Row]:
    """JSON records as a table: the keys of the first records are its head."""
    early = list(islice(rows, JSON_SAMPLE))
    keys = list(dict.fromkeys(key for _line, record in early if isinstance(record, dict) for key in record))
    if early:
        yield 0, keys
    for place, record in chain(early, rows):
        yield place, [record.get(key) for key in keys] if isinstance(record, dict) else record


class _Counted:
    """The rows of a table as they pass, the unreadable ones counted and left out."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows, self.read, self.broken = rows, 0, 0

    def __iter__(self) -> Iterator[list]:
        for _line, cells in self.rows:
            if isinstance(cells, BadRow):
                self.broken += 1
            else:
                self.read += 1
                yield cells


def _sheet(
    name: str, rows: Iterator[Row], vocabulary: frozenset[str], profiles: Sequence[Profile], line: int | None
) -> SheetFound | None:
    """One table; None for one without any row."""
    early = list(islice(rows, HEAD_ROWS))
    if not early:
        return None
    place = place_of(early, vocabulary, line)
    heads = head_names(early, place)
    counted = _Counted(chain(early[place + 1 :], rows))
    columns = columns_of(heads, counted)
    return SheetFound(
        name=name, head_line=early[place][0], rows=counted.read, broken=counted.broken, columns=columns,
        fits=_fits(heads, profiles),
    )  # fmt: skip


def place_of(early: Sequence[Row], vocabulary: Collection[str], line: int | None) -> int:
    """Where the head stands among the early rows: on the line that is named, else where the most known heads are."""
    places = [place for place, (number, _cells) in enumerate(early) if number == line]
    return places[0] if places else head_place(early, vocabulary)


def _fits(heads: Sequence[str], profiles: Sequence[Profile]) -> list[Fit]:
    """Profiles that would read something of it, the best first."""
    found = [_fit({fold(head): head for head in heads if fold(head)}, profile) for profile in profiles]
    fits = sorted((one for one in found if one.read), key=lambda one: (len(one.missing), -len(one.read), one.profile))
    return fits[:FITS_SHOWN]


def _fit(heads: dict[str, str], profile: Profile) -> Fit:
    read, missing = [], []
    for column in profile.columns:
        head = next((heads[fold(alias)] for alias in column.aliases if fold(alias) in heads), None)
        if head is not None:
            read.append(head)
        elif column.required:
            missing.append(column.aliases[0])
    return Fit(
        profile=profile.name, read=read, missing=missing, unread=[head for head in heads.values() if head not in read]
    )
