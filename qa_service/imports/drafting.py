"""A mapping profile drafted from a look at a file: which column fills which field, by its head and by its content.

A draft is a proposal to read and mend, never something that imports by itself: what it cannot know (the time zone is
the house's, the meaning of a value, two ways to read a date) comes with it as questions.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from qa_service.imports.answers import Answers, definition_of, propose
from qa_service.imports.day_drafting import day_questions
from qa_service.imports.guessing import ColumnFound
from qa_service.imports.look_words import questions_of
from qa_service.imports.looking import SheetFound
from qa_service.imports.matching import Match
from qa_service.imports.values import storable
from qa_service.language import N_, gettext, labelled, listed


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A profile as TOML text with what was matched, the columns left over, and the fields that nothing fills."""

    text: str
    matches: list[Match]
    left_over: list[str]
    missing: list[str]


def draft(sheet: SheetFound, target: str, *, name: str, title: str = "", answers: Answers | None = None) -> Draft:
    """A profile for one table. `name` becomes the profile's and the source's; both can be changed in the text.

    With answers it is what they say, without what is proposed.
    """
    said = answers or propose(sheet, target, title=title, name=name)
    by_head = {one.head: one for one in sheet.columns}
    matches = [Match(one.head, one.field, one.type, one.by or "head") for one in said.columns if one.is_read()]
    left = [one.head for one in said.columns if one.head and not one.is_read()]
    missing = said.lacking()
    text = _comments(matches, by_head, left, missing) + text_of(said, sheet)
    return Draft(text=text, matches=matches, left_over=left, missing=missing)


def text_of(answers: Answers, sheet: SheetFound) -> str:
    """The profile as TOML."""
    return _toml(definition_of(answers, sheet))


def _comments(
    matches: Sequence[Match], columns: Mapping[str, ColumnFound], left: Sequence[str], missing: Sequence[str]
) -> str:
    """What a person has to settle, on top of the text that they mend."""
    said = [gettext(N_("起草自文件的列名和内容，保存前请逐列核对"))]
    for one in matches:
        said += [labelled(one.head, question) for question in questions_of(columns[one.head])]
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


def _toml(definition: Mapping[str, Any]) -> str:
    tables = [(name, one) for name, one in definition.items() if isinstance(one, dict) and name != "constants"]
    columns = [("[columns]", one) for one in definition["columns"]]
    plain = {name: one for name, one in definition.items() if name != "columns" and (name, one) not in tables}
    lines = [f"{name} = {_value(value)}" for name, value in plain.items()]
    for name, table in [*tables, *columns]:
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


def title_of_file(name: str) -> str:
    return re.sub(r"(\.(csv|xlsx?|xlsm|json|jsonl|gz|txt|tsv))+$", "", name, flags=re.IGNORECASE).strip()[:100]
