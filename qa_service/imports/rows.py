"""What every target's mapping does with a chunk: a column with its constant, the numbers that stay, free families."""

from collections.abc import Sequence
from typing import Any

from qa_service.imports.columns import Chunk
from qa_service.imports.dates import Moment
from qa_service.imports.masking import Masker
from qa_service.imports.profiles import Profile
from qa_service.imports.values import as_text, storable

Column = list[Any]
TEXTS = ("text", "free_text", "list")


class BadRecord(Exception):
    """A row whose cells are right but whose whole is not: a code of values.PROBLEMS."""

    def __init__(self, code: str, column: str, value: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.column, self.value, self.facts = code, column, storable(value)[:200], facts


def column_of(chunk: Chunk, profile: Profile, name: str) -> Column:
    """The values of one field, the profile's constant where the file says nothing."""
    said, constant = chunk.values.get(name), profile.constants.get(name)
    if said is None:
        return [constant] * len(chunk.whole)
    return said if constant is None else [constant if one is None else one for one in said]


def or_else(first: object, second: object) -> object:
    return first or second


def keep(*numbers: str | None) -> tuple[str, ...]:
    """The record's own numbers, which stay readable in its texts."""
    return tuple(filter(None, numbers))


def masked_family(
    chunk: Chunk, profile: Profile, masker: Masker, start: str, kept: Sequence[tuple[str, ...]]
) -> list[dict[str, str]]:
    """Columns that a profile names freely: numbers as they are, texts by what their heads say that they are."""
    fixed = {name.removeprefix(start): text for name, text in profile.constants.items() if name.startswith(start)}
    found: list[dict[str, str]] = [dict(fixed) for _ in chunk.whole]
    for column in profile.columns:
        name, said = column.field.removeprefix(start), chunk.values.get(column.field)
        if said is None or not column.field.startswith(start):
            continue
        head = " ".join((name, *column.aliases))
        for made, value, numbers in zip(found, said, kept, strict=True):
            if value is not None:
                text = plain(value)
                made[name] = masker.mask_field(head, text, numbers) if column.type in TEXTS else text
    return found


def plain(value: object) -> str:
    if isinstance(value, Moment):
        return value.on.isoformat() if value.at is None else value.at.isoformat()
    return as_text(value)
