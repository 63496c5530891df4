"""What a person looks at to say where a table's head stands and how its records are known again: the first rows of each
sheet, and how many rows each key tells apart. Nothing is written.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, islice

import msgspec

from qa_service.imports.heads import head_names
from qa_service.imports.looking import place_of, tables_of
from qa_service.imports.readers import HEAD_ROWS, BadRow
from qa_service.imports.sniffing import Source, survey
from qa_service.imports.values import as_text, storable

SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_LENGTH = 12, 30, 40


class Opening(msgspec.Struct, frozen=True):
    """The first rows of one sheet as texts, each with its line."""

    name: str
    rows: list[tuple[int, list[str]]]


class KeyCount(msgspec.Struct, frozen=True):
    """Of the rows of a table, how many a key tells apart; the others would be duplicates (or later versions)."""

    rows: int
    distinct: int

    @property
    def doubles(self) -> int:
        return self.rows - self.distinct


def openings(source: Source, vocabulary: frozenset[str]) -> list[Opening]:
    """The first rows of every sheet that has any."""
    found = []
    for name, rows in tables_of(source, survey(source), vocabulary):
        if early := list(islice(rows, SHOWN_ROWS)):
            found.append(Opening(name, [(line, _texts(cells)) for line, cells in early]))
    return found


def _texts(cells: object) -> list[str]:
    given = cells.raw if isinstance(cells, BadRow) else cells if isinstance(cells, list) else [cells]
    texts = [storable(as_text(cell)).strip() for cell in given[:SHOWN_COLUMNS]]
    return [text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "…" for text in texts]


def key_counts(
    source: Source, vocabulary: frozenset[str], *, sheet: str, line: int, keys: Mapping[str, Sequence[str] | None]
) -> dict[str, KeyCount]:
    """For each key, given by heads (None: the whole row), how many rows of a table it tells apart."""
    rows = dict(tables_of(source, survey(source), vocabulary))[sheet]
    early = list(islice(rows, HEAD_ROWS))
    place = place_of(early, vocabulary, line)
    heads = head_names(early, place)
    places = {name: None if some is None else [heads.index(head) for head in some] for name, some in keys.items()}
    seen: dict[str, set[int]] = {name: set() for name in keys}
    count = 0
    for _line, given in chain(early[place + 1 :], rows):
        if isinstance(given, BadRow):
            continue
        count += 1
        cells = [as_text(cell).strip() for cell in given]
        for name, some in places.items():
            said = cells if some is None else [cells[one] if one < len(cells) else "" for one in some]
            seen[name].add(hash(tuple(said)))
    return {name: KeyCount(count, len(found)) for name, found in seen.items()}

