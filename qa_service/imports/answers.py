"""What a person answers about a file that nobody has described, what is proposed to them, and the mapping profile that
comes of it. Pure: a table that was looked at goes in, answers and a profile come out.
"""

from typing import Any, Literal

import msgspec

from qa_service.errors import FieldError, InvalidInput
from qa_service.imports.columns import NUMBERS
from qa_service.imports.day_drafting import day_key, words_for_nobody
from qa_service.imports.guessing import ColumnFound
from qa_service.imports.looking import SheetFound
from qa_service.imports.matching import (
    FREE,
    known_values_of,
    likely_target,
    match_columns,
    readable_heads,
    type_of,
    types_of,
    vocabulary_of,
    word_in,
)
from qa_service.imports.profiles import NEEDED, Target, Type, fold
from qa_service.imports.values import NO, YES
from qa_service.language import N_

CLOCK_WHY = {
    "started_at": ("按开始的日期归月", "The day of the beginning decides the month"),
    "replied_at": ("按答复的日期归月", "The day of the answer decides the month"),
    "ended_at": ("按结束的日期归月", "The day of the end decides the month"),
    "ordered_at": ("按下单的日期归月", "The day of the order decides the month"),
}
NAMING_AGENTS = ("interaction", "agent_day", "absence")
AGENT_FIELDS = {"employee_no": "employee_no", "account": "account", "name": "agent_key"}
SPANS = {"seconds", "minutes", "hours", "days", "duration"}
TIMES = ("date", "datetime")
WRITTEN = "%Y-%m-%d %H:%M:%S"  # what the cells of a workbook are shown as where they are dates
ZEROS = ["0:00:00", "00:00:00", "0:00", "00:00", "0"]
WAGE_KEY, STAFF_KEY = ["employee_no", "month"], ["employee_no"]


class ColumnAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column of the file, by its head. field '' is a column that is not read; by: who said so, '' a person."""

    head: str
    field: str = ""
    type: Type | Literal[""] = ""
    by: Literal["", "head", "part", "content"] = ""
    formats: list[str] = []
    decimal_mark: Literal[".", ","] = "."
    values: dict[str, str] = {}
    zero_is_nothing: bool = False  # a duration of 0:00:00 was never measured

    def is_read(self) -> bool:
        return bool(self.field)


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that makes a profile of a table. sheet '' is the only table of a text file."""

    target: Target
    columns: list[ColumnAnswer]
    sheet: str = ""
    constants: dict[str, str] = {}
    key: Literal["external_id", "natural", "digest"] = "digest"
    key_fields: list[str] = []
    equal_rows: Literal["duplicates", "records"] = "duplicates"
    clock: str = ""
    agent_by: Literal["none", "name", "employee_no", "account"] = "none"
    agent_unknown: Literal["create", "hold", "reject"] = "hold"
    timezone: str = "Asia/Shanghai"
    scale_max: int = 5
    missing: list[str] = []  # signs that stand for an empty cell, in every column that does not know them
    name: str = "drafted"
    name_zh: str = ""
    name_en: str = ""
    version: int = 1
    source: str = ""

    def column_of(self, field: str) -> ColumnAnswer | None:
        return next((one for one in self.columns if one.field == field), None)

    def filled(self) -> set[str]:
        return {one.field for one in self.columns if one.field} | set(self.constants)

    def unanswered(self) -> list[int]:
        """Places of the columns whose days read two ways, and of which nobody has said which."""
        return [place for place, one in enumerate(self.columns) if one.field and one.type in TIMES and not one.formats]

    def lacking(self) -> list[str]:
        """Fields without which nothing comes in and that neither a column nor a constant gives."""
        return [field for field in NEEDED[self.target] if field not in self.filled()]


def propose(sheet: SheetFound, target: str = "", *, title: str = "", name: str = "drafted") -> Answers:
    """Answers to begin with: what the heads and the cells say; `title` is what people call the file."""
    target = target or likely_target(sheet.columns)
    matches = {one.head: one for one in match_columns(sheet.columns, target)}
    readable = readable_heads(sheet.columns)
    columns = []
    for place, found in enumerate(sheet.columns):
        match = matches.get(found.head) if place in readable else None
        if match is not None:
            columns.append(answer_for(found, target, match.field, by=match.by))
        elif target == "business_record" and place in readable and type_of(found, target, _beside(target, found)):
            columns.append(answer_for(found, target, _beside(target, found), by="head"))  # a register keeps what it has
        else:
            columns.append(ColumnAnswer(head=found.head))
    signs = dict.fromkeys(sign for one in sheet.columns for sign in one.nothing)
    answers = Answers(
        target=target, columns=columns, sheet=sheet.name, name=name, name_zh=title or name, name_en=title or name,
        source=name, missing=list(signs),
    )  # fmt: skip
    return settled(with_constants(answers, sheet, title), sheet)


def _beside(target: str, found: ColumnFound) -> str:
    return FREE[target] + found.head


def answer_for(found: ColumnFound, target: str, field: str, *, by: str = "", type_: str = "") -> ColumnAnswer:
    """A column that fills this field, read as its cells say."""
    kind = type_ or type_of(found, target, field) or next(iter(types_of(target, field)), "text")
    is_time = kind in TIMES
    return ColumnAnswer(
        head=found.head, field=field, type=kind, by=by,
        formats=[found.reading.layout or WRITTEN] if is_time and found.doubt is None else [],
        decimal_mark="," if kind in NUMBERS and found.reading.layout == "," else ".",
        values=values_for(found, target, field, kind),
    )  # fmt: skip


def values_for(found: ColumnFound, target: str, field: str, kind: str) -> dict[str, str]:
    """The values of the file with ours where we know them; others stay as they are."""
    if kind not in ("choice", "bool"):
        return {}
    seen = list(found.values) or found.examples
    known = known_values_of("bool" if kind == "bool" else field, target)
    if kind == "bool":
        return {text: known[fold(text)] for text in seen if fold(text) in known and known[fold(text)] != fold(text)}
    return {text: known.get(fold(text), text) for text in seen}


def with_constants(answers: Answers, sheet: SheetFound, title: str = "") -> Answers:
    """Constants for what no column gives and the file as a whole says."""
    constants = {field: text for field, text in answers.constants.items() if answers.column_of(field) is None}
    heads = " ".join(one.head for one in sheet.columns)
    proposed = {
        "interaction": {"kind": "contact", "channel": word_in(f"{title} {heads}", "channel")},
        "business_record": {"kind": sheet.name if sheet.name and not sheet.name.startswith("Sheet") else title},
    }.get(answers.target, {})
    for field, text in proposed.items():
        if text and answers.column_of(field) is None:
            constants.setdefault(field, text)
    return msgspec.structs.replace(answers, constants=constants)


def completed(answers: Answers, sheet: SheetFound) -> Answers:
    """Answers given as one document, a column that names only its field read as its cells say.

    Raises InvalidInput where they are not about the columns of this table.
    """
    if [one.head for one in answers.columns] != [one.head for one in sheet.columns]:
        facts = {"heads": {"as_is": [one.head for one in sheet.columns]}}
        sentence = N_("每一列都要有一项，按文件里的顺序：%(heads)s")
        raise InvalidInput(fields=[FieldError("columns", "other-columns", sentence, facts)])
    columns = [
        answer_for(found, answers.target, one.field) if one.field and not one.type else one
        for one, found in zip(answers.columns, sheet.columns, strict=True)
    ]
    return msgspec.structs.replace(answers, columns=columns, sheet=sheet.name)


def settled(answers: Answers, sheet: SheetFound) -> Answers:
    """Key, clock and agent that fit the columns: what was answered stays while it can, the rest is proposed."""
    filled = answers.filled()
    own = next((one for one in sheet.columns if (it := answers.column_of("external_id")) and one.head == it.head), None)
    key = answers.key
    if own is not None and not own.empty and key == "digest" and not answers.key_fields:
        key = "external_id"
    fields, equal = [one for one in answers.key_fields if one in filled], answers.equal_rows
    if answers.target in ("staff", "wage_record"):
        key, fields = "natural", WAGE_KEY if answers.target == "wage_record" else STAFF_KEY
    elif answers.target == "survey":
        key = "external_id"
    elif (of_day := day_key(answers.target, filled)) is not None:
        key, fields, equal = of_day["kind"], of_day.get("fields", []), of_day.get("equal_rows", equal)
    elif (key == "external_id" and own is None) or answers.target != "interaction":
        key = "digest"
    clocks = clocks_of(answers)
    by = answers.agent_by
    if answers.target != "interaction":
        clocks = []
    if answers.target not in NAMING_AGENTS:
        by = "none"
    elif by == "none" or AGENT_FIELDS[by] not in filled:
        by = next((way for way, field in AGENT_FIELDS.items() if field in filled), "none")
    clock = answers.clock if answers.clock in clocks else next(iter(clocks), "")
    score = answers.column_of("score")
    return msgspec.structs.replace(
        answers, key=key, key_fields=fields, equal_rows=equal, clock=clock, agent_by=by,
        scale_max=_scale(answers, sheet, score) if score else answers.scale_max,
    )  # fmt: skip


def clocks_of(answers: Answers) -> list[str]:
    """Fields that can decide the month, the beginning first."""
    return [field for field in CLOCK_WHY
            if (one := answers.column_of(field)) is not None and one.type in TIMES]  # fmt: skip


def _scale(answers: Answers, sheet: SheetFound, score: ColumnAnswer) -> int:
    """5, 10 or 100: the least that holds every score of the file."""
    column = next((one for one in sheet.columns if one.head == score.head), None)
    marks = [int(one) for one in (column.values if column else ()) if one.isdecimal() and len(one) < 4]
    return next((one for one in (5, 10, 100) if max([answers.scale_max, *marks]) <= one), 100)


def definition_of(answers: Answers, sheet: SheetFound) -> dict[str, Any]:
    """The profile as its text says it; profile_checks.py judges it."""
    by_head = {one.head: one for one in sheet.columns}
    head: dict[str, Any] = {
        "name": answers.name, "name_zh": answers.name_zh, "name_en": answers.name_en, "version": answers.version,
        "target": answers.target, "source": answers.source or answers.name, "timezone": answers.timezone,
    }  # fmt: skip
    if answers.sheet:
        head["sheet"] = answers.sheet
    if answers.target == "survey":
        head["scale_max"] = answers.scale_max
    if answers.constants:
        head["constants"] = answers.constants
    head["key"] = _key(answers)
    if answers.clock:
        why, why_en = CLOCK_WHY[answers.clock]
        head["clock"] = {"field": answers.clock, "why": why, "why_en": why_en}
    if answers.agent_by != "none":
        head["agent"] = {"by": answers.agent_by, "unknown": answers.agent_unknown}
    head["columns"] = [column_of(answers, one, by_head.get(one.head)) for one in answers.columns if one.is_read()]
    return head


def _key(answers: Answers) -> dict[str, Any]:
    if answers.key == "natural":
        return {"kind": "natural", "fields": answers.key_fields}
    return {"kind": "external_id"} if answers.key == "external_id" else {
        "kind": "digest", "equal_rows": answers.equal_rows
    }  # fmt: skip


def column_of(answers: Answers, one: ColumnAnswer, found: ColumnFound | None) -> dict[str, Any]:
    """One column of the profile, with nothing that it does not need."""
    column: dict[str, Any] = {"field": one.field, "aliases": [one.head], "type": one.type}
    if one.field in needed_of(answers):
        column["required"] = True
    if one.type in TIMES:
        column["formats"] = one.formats or [found.reading.layout if found else WRITTEN]
        if one.type == "datetime" and found is not None and found.reading.type == "date":
            column["midnight_means_unknown"] = True  # a day without a time of day
    if one.type in ("choice", "bool") and one.values:
        changed = {said: ours for said, ours in one.values.items() if said != ours}
        column |= {"values": changed or one.values, "keep_others": True}
    if one.type in NUMBERS and one.decimal_mark == ",":
        column["decimal_mark"] = ","
    nobody = words_for_nobody(found, one.field) if found is not None else []
    signs = [*dict.fromkeys([*answers.missing, *nobody]), *(ZEROS if one.zero_is_nothing and one.type in SPANS else [])]
    if missing := [sign for sign in signs if sign not in one.values]:
        column["missing"] = missing
    return column


def needed_of(answers: Answers) -> set[str]:
    """Fields whose column must have a value in every row."""
    needed = set(NEEDED[answers.target]) | ({"external_id"} if answers.key == "external_id" else set())
    return needed - set(answers.constants)


def undecided(one: ColumnAnswer, found: ColumnFound) -> list[str]:
    """Values of which nobody has said whether they are yes or no, in or out."""
    if one.type == "bool":
        known = {fold(text) for text in (*YES, *NO, *(text for text, ours in one.values.items() if ours))}
        return [text for text in found.values if fold(text) not in known]
    if one.field == "direction":
        return [text for text in found.values if one.values.get(text, text) not in vocabulary_of("direction")]
    return []
