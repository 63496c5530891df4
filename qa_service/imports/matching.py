"""Which column of a file fills which field: by its head, by the last word of its head, by its content. Pure.

A match is a proposal with its reason; what cannot be what its head says is left over and never bent.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

import rubrics
from qa_service.imports.day_drafting import time_type
from qa_service.imports.guessing import FEW_VALUES, ColumnFound
from qa_service.imports.profiles import FIELDS, NEEDED, fold

HEADS = Path(rubrics.__file__).parent / "library" / "heads.toml"
DRAFTED = (
    "interaction", "survey", "business_record", "staff", "account_holder", "wage_record", "agent_day", "unit_day",
    "team_day", "absence",
)  # fmt: skip
EXACT, PART, CONTENT = 100, 50, 10
SHORTEST = {True: 5, False: 3}  # characters of a known head at the end of a longer one: ASCII, others
DEFAULTS = {"interaction": ("channel", "kind"), "business_record": ("kind",), "account_holder": ("platform",)}
MOST_WORDS = 10  # of yes and no: what says more is no question
MAPPED = {"shift"}  # fields whose values departments write each in their own way, to be put beside ours
FREE = {"interaction": "attributes.", "business_record": "columns."}  # columns kept beside, by target

# What a reading may fill; the first type of the field that it can be is taken.
CAN_BE = {
    "text": ("text", "choice", "id", "free_text", "list", "accounts", "bool", "weekday"),
    "free_text": ("free_text", "text"),
    "choice": ("weekday", "choice", "text", "id", "free_text", "list", "bool"),
    "id": ("id", "text", "accounts"),
    "date": ("date", "datetime"),
    "datetime": ("datetime", "date"),
    "month": ("month",),
    "duration": ("duration",),
    "integer": (
        "integer", "month_number", "weekday", "percent", "seconds", "minutes", "hours", "id", "money", "decimal",
        "bool", "text", "choice",
    ),
    "decimal": ("decimal", "share", "seconds", "minutes", "hours", "days", "money", "integer", "text"),
    "money": ("money",),
    "bool": ("bool", "choice", "text"),
    "nested": (),
}
_ASIDE = re.compile(r"[（(\[【][^)）\]】]*[)）\]】]\s*$")
_NUMBERED = re.compile(r"单号|编号|订单|运单|条码|货号|\b(id|no|number|sku)\b|nummer", re.IGNORECASE)
_MARKS = "*＊#"
UNITS = {
    "minutes": re.compile(r"分钟|\bmin(ute)?s?\b|\(m\)|\[m\]", re.IGNORECASE),
    "seconds": re.compile(r"秒|\bsec(ond)?s?\b|seconds|\(s\)|\[s\]|sekunden", re.IGNORECASE),
    "days": re.compile(r"\bdays?\b|天数", re.IGNORECASE),
}


class Match(msgspec.Struct, frozen=True):
    """A column and the field that it is proposed for; `by` says why: its head, a part of its head, its content."""

    head: str
    field: str
    type: str
    by: Literal["head", "part", "content"]


@cache
def known_heads_of(target: str) -> dict[str, str]:
    """Folded head → field."""
    return {fold(head): field for field, heads in _heads()[target].items() for head in heads}


@cache
def _heads() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(HEADS.read_text(encoding="utf-8"))


@cache
def vocabulary_of(field: str, target: str = "interaction") -> dict[str, list[str]]:
    """Our words for a field that takes few values, each with the words of files; a register's kinds are its own."""
    return {} if field == "kind" and target != "interaction" else _heads()["values"].get(field, {})


@cache
def known_values_of(field: str, target: str = "interaction") -> dict[str, str]:
    """Folded word of a file → our word, for a field that takes few values."""
    return {fold(word): ours for ours, words in vocabulary_of(field, target).items() for word in (ours, *words)}


def readable_heads(columns: Sequence[ColumnFound]) -> set[int]:
    """Places of the columns that a profile can name: those with a head that no other column has."""
    times = Counter(fold(one.head) for one in columns)
    return {place for place, one in enumerate(columns) if fold(one.head) and times[fold(one.head)] == 1}


def match_columns(columns: Sequence[ColumnFound], target: str) -> list[Match]:
    """Each column to at most one field and each field to at most one column, the surest first."""
    readable = readable_heads(columns)
    scored = sorted(
        (
            (-score, place, field, by)
            for place, column in enumerate(columns)
            if place in readable
            for field, score, by in _scores(column, target)
        ),
        key=lambda one: one[:3],
    )
    columns_used: set[int] = set()
    fields_used: set[str] = set()
    found = []
    for _score, place, field, by in scored:
        if place not in columns_used and field not in fields_used:
            columns_used.add(place)
            fields_used.add(field)
            column = columns[place]
            found.append((place, Match(column.head, field, type_of(column, target, field), by)))
    return [match for _place, match in sorted(found, key=lambda one: one[0])]


def _scores(column: ColumnFound, target: str) -> Iterator[tuple[str, int, str]]:
    heads = {fold(column.head), fold(_ASIDE.sub("", column.head.strip(_MARKS + " ")))} - {""}
    for known, field in known_heads_of(target).items():
        if not type_of(column, target, field):
            continue
        if known in heads:
            yield field, EXACT, "head"
        elif len(known) >= SHORTEST[known.isascii()] and any(head.endswith(known) for head in heads):
            yield field, PART + len(known), "part"  # the last word says what it is, in Chinese and in English
    if "external_id" in FIELDS[target] and _is_key(column):
        yield "external_id", CONTENT, "content"


def _is_key(column: ColumnFound) -> bool:
    """A long identifier in every row, no two the same."""
    is_full = column.distinct == column.filled and not column.empty
    return is_full and column.reading.type == "id" and all(len(one) >= 6 for one in column.examples)


def type_of(column: ColumnFound, target: str, field: str) -> str:
    """The type under which the column can fill the field, '' where it cannot."""
    able = types_of(target, field)
    if not column.filled:
        return able[0] if able else ""
    if unit := time_type(column, able):
        return unit
    possible = [one for one in CAN_BE[column.reading.type] if one in able]
    if len(column.values) > MOST_WORDS or not column.values:
        possible = [one for one in possible if one != "bool" or column.reading.type in ("bool", "integer")]
    if "choice" in possible and column.values and (vocabulary_of(field, target) or field in MAPPED):
        return "choice"
    if field.startswith(FREE.get(target, "\0")) and "id" in possible and not _NUMBERED.search(column.head):
        return "text"  # telephones and names are masked as texts; numbers of orders and parcels stay whole
    if "text" in possible and "choice" in possible:
        return "text" if possible[0] == "choice" else possible[0]
    return unit_of(column) if "seconds" in possible else next(iter(possible), "")


def types_of(target: str, field: str) -> tuple[str, ...]:
    """Every type that a field can take; a family's for a column that is kept beside."""
    family = FREE.get(target, "\0")
    return FIELDS[target].get(family if field.startswith(family) else field, ())


def unit_of(column: ColumnFound) -> str:
    """The unit of a duration that is written as a number: by the head, by parts of a day, else seconds."""
    for unit in ("minutes", "seconds"):
        if UNITS[unit].search(column.head):
            return unit
    numbers = [one.replace(",", ".") for one in column.examples]
    is_part = column.reading.type == "decimal" and all(one.startswith(("0.", ".")) or one == "0" for one in numbers)
    return "days" if is_part or UNITS["days"].search(column.head) else "seconds"


def is_unit_sure(column: ColumnFound) -> bool:
    """Whether the head says the unit; a number alone may be seconds, minutes or parts of a day."""
    return any(pattern.search(column.head) for pattern in UNITS.values())


def likely_target(columns: Sequence[ColumnFound]) -> str:
    """What the file is: the target whose heads it has, a head that only one target knows counting most."""
    return max(DRAFTED, key=lambda target: (_likeness(columns, target), -DRAFTED.index(target)))


def _likeness(columns: Sequence[ColumnFound], target: str) -> float:
    matches = match_columns(columns, target)
    filled = {one.field for one in matches}
    likeness = 0.0
    for one in matches:
        sharing = sum(fold(one.head) in known_heads_of(other) for other in DRAFTED)
        likeness += {"head": 1 / max(sharing, 1), "part": 0.4, "content": 0.1}[one.by]
    wanting = [field for field in NEEDED[target] if field not in filled and field not in DEFAULTS.get(target, ())]
    return likeness - 2 * len(wanting)


def word_in(text: str, field: str) -> str:
    """Our word for a field, if one of the words for it stands in a text such as the heads of a file."""
    said = fold(text)
    found = [(said.find(fold(word)), ours) for ours, words in vocabulary_of(field).items() for word in words
             if len(fold(word)) >= SHORTEST[True] - 1 or not word.isascii()]  # fmt: skip
    return next((ours for place, ours in sorted(found) if place >= 0), "")


def few(column: ColumnFound) -> bool:
    """Whether every value of a column can stand on a page beside ours."""
    return 0 < len(column.values) <= FEW_VALUES
