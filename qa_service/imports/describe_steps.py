"""What a person types on the pages of a description, as answers: one function a step. Pure."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from qa_service.imports.answers import (
    AGENT_FIELDS,
    SPANS,
    TIMES,
    Answers,
    ColumnAnswer,
    answer_for,
    with_constants,
)
from qa_service.imports.columns import NUMBERS
from qa_service.imports.dates import DateFormat
from qa_service.imports.guessing import LAYOUTS, ColumnFound
from qa_service.imports.looking import SheetFound
from qa_service.imports.matching import FREE, readable_heads, type_of, types_of
from qa_service.imports.profiles import FIELDS

Typed = Mapping[str, Sequence[str]]
BESIDE = "+"  # of a column: keep it beside the record under its own name
_PARTED = re.compile(r"[；;，,\s]+")


def one(typed: Typed, name: str, default: str = "") -> str:
    return next(iter(typed.get(name, ())), default).strip()


def columns_answered(answers: Answers, sheet: SheetFound, typed: Typed) -> Answers:
    """Which column fills which field, and as what; a column whose field stays keeps what else was said of it."""
    readable, columns = readable_heads(sheet.columns), []
    for place, (known, found) in enumerate(zip(answers.columns, sheet.columns, strict=True)):
        field = one(typed, f"field-{place}", known.field)
        if field == BESIDE:
            field = FREE.get(answers.target, "") + found.head
        if not field or place not in readable:
            columns.append(ColumnAnswer(head=found.head))
        else:
            columns.append(_column(known, found, answers.target, field, one(typed, f"type-{place}")))
    return with_constants(msgspec.structs.replace(answers, columns=columns), sheet)


def _column(known: ColumnAnswer, found: ColumnFound, target: str, field: str, kind: str) -> ColumnAnswer:
    if field == known.field:
        changed = kind and kind != known.type and kind in types_of(target, field)
        return answer_for(found, target, field, type_=kind) if changed else known
    return answer_for(found, target, field)


def choices_of(found: ColumnFound, target: str, field: str) -> list[str]:
    """The types among which a person chooses: those of the field that the cells can be."""
    able = types_of(target, field)
    fitting = [kind for kind in able if kind in possible(found)]
    return fitting or [type_of(found, target, field) or next(iter(able), "text")]


def possible(found: ColumnFound) -> set[str]:
    kinds = {
        "duration": {"duration"},
        "integer": {"integer", "seconds", "minutes", "decimal", "money", "id", "text", "bool"},
        "decimal": {"decimal", "seconds", "minutes", "days", "money", "text"}, "money": {"money", "text"},
        "date": {"date", "datetime", "text"}, "datetime": {"date", "datetime", "text"}, "month": {"month", "text"},
        "bool": {"bool", "choice", "text"},
    }  # fmt: skip
    return kinds.get(found.reading.type, {"text", "free_text", "id", "choice", "list", "accounts"})


def layouts_of(found: ColumnFound) -> list[str]:
    """The layouts in which every example can be read, the proposed one first; none where a workbook has real dates."""
    if found.reading.type not in TIMES or not found.reading.layout:
        return []
    doubted = [found.doubt.one.layout, found.doubt.other.layout] if found.doubt else [found.reading.layout]
    fitting = [layout for layout in LAYOUTS if all(DateFormat(layout).read(text) for text in found.examples)]
    return list(dict.fromkeys([*doubted, *fitting]))[:6]


def has_comma(found: ColumnFound) -> bool:
    return found.reading.layout == "," or any("," in text for text in found.examples)


def writing_answered(answers: Answers, sheet: SheetFound, typed: Typed) -> Answers:
    """How cells are written: date layouts, zero durations, decimal marks, value maps, empty signs, constants."""
    columns = [
        _written(known, found, place, typed)
        for place, (known, found) in enumerate(zip(answers.columns, sheet.columns, strict=True))
    ]
    constants = dict(answers.constants)
    for name in typed:
        field = name.removeprefix("constant-")
        if field != name and field in FIELDS[answers.target]:
            constants.pop(field, None)
            if text := one(typed, name):
                constants[field] = text
    scale = one(typed, "scale_max")
    return msgspec.structs.replace(
        answers, columns=columns, constants=constants,
        missing=[sign for sign in _PARTED.split(one(typed, "missing")) if sign],
        scale_max=int(scale) if scale.isascii() and scale.isdecimal() and 0 < int(scale) <= 1000 else answers.scale_max,
        timezone=one(typed, "timezone") or answers.timezone,
    )  # fmt: skip


def _written(known: ColumnAnswer, found: ColumnFound, place: int, typed: Typed) -> ColumnAnswer:
    changes: dict[str, object] = {}
    layout = one(typed, f"layout-{place}")
    if known.type in TIMES and layout in layouts_of(found):
        changes["formats"] = [layout]
    if known.type in SPANS:
        changes["zero_is_nothing"] = bool(one(typed, f"zero-{place}"))
    if known.type in NUMBERS and (mark := one(typed, f"mark-{place}")) in (".", ","):
        changes["decimal_mark"] = mark
    if known.type in ("choice", "bool"):
        changes["values"] = _values(known, found, place, typed)
    return msgspec.structs.replace(known, **changes)


def _values(known: ColumnAnswer, found: ColumnFound, place: int, typed: Typed) -> dict[str, str]:
    values = dict(known.values)
    for number, text in enumerate(found.values):
        if ours := one(typed, f"values-{place}-{number}"):
            values[text] = ours
    return values


def keys_answered(answers: Answers, typed: Typed) -> Answers:
    """How a record is known again, which clock decides its month, who its agent is and to which unit it belongs."""
    key, by = one(typed, "key", answers.key), one(typed, "agent_by", answers.agent_by)
    unknown = one(typed, "agent_unknown", answers.agent_unknown)
    unit = one(typed, "unit")
    constants = {field: text for field, text in answers.constants.items() if field != "unit"}
    if unit and "unit" in FIELDS[answers.target]:
        constants["unit"] = unit
    return msgspec.structs.replace(
        answers, constants=constants,
        key=key if key in ("external_id", "natural", "digest") else answers.key,
        key_fields=[field for field in typed.get("key_fields", ()) if field in answers.filled()],
        equal_rows="records" if one(typed, "equal_rows") == "records" else "duplicates",
        clock=one(typed, "clock", answers.clock),
        agent_by=by if by in ("none", *AGENT_FIELDS) else answers.agent_by,
        agent_unknown=unknown if unknown in ("create", "hold", "reject") else answers.agent_unknown,
    )  # fmt: skip
