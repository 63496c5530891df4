"""A mapping profile drafted from a look at a file: which column fills which field, by its head and by its content.

A draft is a proposal to read and mend, never something that imports by itself: what it cannot know (the time zone is
the house's, the meaning of a value, two ways to read a date) comes with it as questions.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

import rubrics
from qa_service.imports.day_drafting import day_key, day_questions, time_type, words_for_nobody
from qa_service.imports.guessing import ColumnFound
from qa_service.imports.look_words import questions_of
from qa_service.imports.looking import SheetFound
from qa_service.imports.profiles import FIELDS, NEEDED, fold
from qa_service.imports.values import storable
from qa_service.language import N_, gettext, listed

HEADS = Path(rubrics.__file__).parent / "library" / "heads.toml"
DRAFTED = (  # targets whose heads are known
    "interaction", "survey", "business_record", "staff", "wage_record", "agent_day", "unit_day", "team_day", "absence",
)  # fmt: skip
EXACT, PART, CONTENT = 100, 50, 10
SHORTEST = {True: 5, False: 3}  # characters of a known head at the end of a longer one: ASCII, others

CLOCK_WHY = {
    "started_at": ("按开始的日期归月", "The day of the beginning decides the month"),
    "replied_at": ("按答复的日期归月", "The day of the answer decides the month"),
    "ended_at": ("按结束的日期归月", "The day of the end decides the month"),
}

# What a reading may fill; the first type of the field that it can be is taken.
CAN_BE = {
    "text": ("text", "choice", "id", "free_text", "list", "weekday"),
    "free_text": ("free_text", "text"),
    "choice": ("weekday", "choice", "text", "id", "free_text", "list"),
    "id": ("id", "text"),
    "date": ("date", "datetime"),
    "datetime": ("datetime", "date"),
    "month": ("month",),
    "duration": ("duration",),
    "integer": (
        "integer", "month_number", "weekday", "percent", "seconds", "hours", "id", "money", "decimal", "bool", "text",
    ),
    "decimal": ("decimal", "share", "seconds", "hours", "money"),
    "money": ("money",),
    "bool": ("bool", "choice", "text"),
    "nested": (),
}


class Match(msgspec.Struct, frozen=True):
    """A column and the field that it is proposed for; `by` says why: its head, a part of its head, its content."""

    head: str
    field: str
    type: str
    by: Literal["head", "part", "content"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A profile as TOML text with what was matched, the columns left over, and the fields that nothing fills."""

    text: str
    matches: list[Match]
    left_over: list[str]
    missing: list[str]


@cache
def known_heads_of(target: str) -> dict[str, str]:
    """Folded head → field."""
    return {fold(head): field for field, heads in _heads()[target].items() for head in heads}


@cache
def _heads() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(HEADS.read_text(encoding="utf-8"))


@cache
def known_values_of(field: str) -> dict[str, str]:
    """Folded word of a file → our word, for a field that takes few values."""
    return {fold(word): ours for ours, words in _heads()["values"].get(field, {}).items() for word in words}


def match_columns(columns: Sequence[ColumnFound], target: str) -> list[Match]:
    """Each column to at most one field and each field to at most one column, the surest first."""
    scored = sorted(
        (
            (-score, place, field, by)
            for place, column in enumerate(columns)
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
            found.append((place, Match(column.head, field, _type(column, target, field), by)))
    return [match for _place, match in sorted(found, key=lambda one: one[0])]


def _scores(column: ColumnFound, target: str) -> Iterator[tuple[str, int, str]]:
    head = fold(column.head)
    if not head:
        return
    for known, field in known_heads_of(target).items():
        if not _type(column, target, field):
            continue
        if known == head:
            yield field, EXACT, "head"
        elif head.endswith(known) and len(known) >= SHORTEST[known.isascii()]:
            yield field, PART + len(known), "part"  # the last word says what it is, in Chinese and in English
    if "external_id" in FIELDS[target] and _is_key(column):
        yield "external_id", CONTENT, "content"


def _is_key(column: ColumnFound) -> bool:
    """A long identifier in every row, no two the same."""
    is_full = column.distinct == column.filled and not column.empty
    return is_full and column.reading.type == "id" and all(len(one) >= 6 for one in column.examples)


def _type(column: ColumnFound, target: str, field: str) -> str:
    """The type under which the column can fill the field, '' where it cannot."""
    able = FIELDS[target].get(field, ())
    if not column.filled:
        return able[0] if able else ""
    return time_type(column, able) or next((one for one in CAN_BE[column.reading.type] if one in able), "")


def draft(sheet: SheetFound, target: str, *, name: str, timezone: str = "Asia/Shanghai") -> Draft:
    """A profile for one table. `name` becomes the profile's and the source's; both can be changed in the text."""
    matches = match_columns(sheet.columns, target)
    by_head = {one.head: one for one in sheet.columns}
    filled = {one.field for one in matches}
    constants = {"kind": "contact"} if target == "interaction" else {}
    missing = [field for field in NEEDED[target] if field not in filled and field not in constants]
    head = {
        "name": name, "name_zh": name, "name_en": name, "version": 1, "target": target, "source": name,
        "timezone": timezone, **({"sheet": sheet.name} if sheet.name else {}),
        **({"constants": constants} if constants else {}),
    }  # fmt: skip
    tables = [("key", _key(target, matches, by_head)), *_clock(target, filled), *_agent(target, filled)]
    columns = [_column(one, by_head[one.head], target) for one in matches]
    left = [one.head for one in sheet.columns if one.head and one.head not in {match.head for match in matches}]
    text = _comments(matches, by_head, left, missing) + _toml(head, tables, columns)
    return Draft(text=text, matches=matches, left_over=left, missing=missing)


def _comments(
    matches: Sequence[Match], columns: Mapping[str, ColumnFound], left: Sequence[str], missing: Sequence[str]
) -> str:
    """What a person has to settle, on top of the text that they mend."""
    said = [gettext(N_("起草自文件的列名和内容，保存前请逐列核对"))]
    for one in matches:
        said += [f"{one.head}：{question}" for question in questions_of(columns[one.head])]
        said += day_questions(columns[one.head], one.field, one.type)
        if one.by != "head":
            said.append(gettext(N_("%(head)s像是%(field)s，请确认"), head=one.head, field=one.field))
    if missing:
        said.append(gettext(N_("还缺%(fields)s：没有列像它，可以写进constants"), fields=listed(missing)))
    if left:
        said.append(gettext(N_("没有用上的列：%(columns)s"), columns=listed(left)))
    return "".join(f"# {_one_line(one)}\n" for one in said)


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in storable(text)).split())


def _key(target: str, matches: Sequence[Match], columns: Mapping[str, ColumnFound]) -> dict[str, Any]:
    """By its own id where every row has one; else by its content, equal rows being one record."""
    own = next((columns[one.head] for one in matches if one.field == "external_id"), None)
    if own is not None and not own.empty:
        return {"kind": "external_id"}
    if (key := day_key(target, [one.field for one in matches])) is not None:
        return key
    if target in ("staff", "wage_record"):
        return {"kind": "natural", "fields": ["employee_no"] + ["month"] * (target == "wage_record")}
    return {"kind": "digest", "equal_rows": "duplicates"}


def _clock(target: str, filled: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    when = next((one for one in CLOCK_WHY if one in filled), None)
    if target == "interaction" and when:
        why, why_en = CLOCK_WHY[when]
        yield "clock", {"field": when, "why": why, "why_en": why_en}


def _agent(target: str, filled: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    by = next(
        (way for way, field in (("employee_no", "employee_no"), ("account", "account"), ("name", "agent_key"))
         if field in filled), None)  # fmt: skip
    if target in ("interaction", "agent_day", "absence") and by:
        yield "agent", {"by": by, "unknown": "hold"}


def _column(match: Match, found: ColumnFound, target: str) -> dict[str, Any]:
    column: dict[str, Any] = {"field": match.field, "aliases": [match.head], "type": match.type}
    if match.field in NEEDED[target] or match.field == "external_id":
        column["required"] = True
    if match.type in ("date", "datetime"):
        column["formats"] = [found.reading.layout or "%Y-%m-%d %H:%M:%S"]
    if nobody := words_for_nobody(found, match.field):
        column["missing"] = nobody
    if match.type == "choice":
        column |= _choice(match.field, found)
    return column


def _choice(field: str, found: ColumnFound) -> dict[str, Any]:
    """The values of the file with ours where we know them; others stay as they are."""
    known = known_values_of(field)
    values = {text: known[fold(text)] for text in found.examples if fold(text) in known}
    return {"values": values or {text: text for text in found.examples}, "keep_others": True}


def _toml(head: Mapping[str, Any], tables: Sequence[tuple[str, Mapping[str, Any]]], columns: Sequence[Mapping]) -> str:
    lines = [f"{name} = {_value(value)}" for name, value in head.items()]
    for name, table in [*tables, *(("[columns]", one) for one in columns)]:
        lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_text(name)} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _text(str(value))


def _text(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for the one character that JSON leaves bare."""
    return json.dumps(storable(text), ensure_ascii=False).replace("\x7f", "\\u007F")


def profile_name(file_name: str) -> str:
    """A name that a profile may have, made of a file's name; 'drafted' where nothing of it can stay."""
    stem = re.sub(r"\.(csv|xlsx?|json|gz|txt)", "", file_name.casefold())
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40] or "drafted"
