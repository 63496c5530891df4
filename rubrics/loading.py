"""Forms from dated TOML files and from canonical JSON, checked as a whole: all problems at once, each with its place.

`load_form` reads what people write, `form_to_json` and `form_digest` what a database keeps and a journal names. Equal
forms have equal bytes: sorted keys, shortest exact numbers, fields with their default left out.
"""

import hashlib
import json
import re
import tomllib
from datetime import date
from types import UnionType
from typing import Any, Literal, get_args, get_origin

import msgspec

from rubrics.errors import FormRefused, Problem, problem
from rubrics.form_checks import MAX_ITEMS, form_problems
from rubrics.forms import Exact, Form, exact, first_control, plain

MAX_BYTES = 2_000_000
MAX_SHORT, MAX_LONG = 300, 3000
MAX_LINES_FOUND = 200
_LONG = re.compile(r"(description|guidance|text|good_example|bad_example|source)(_en)?")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_STARTS_A_TABLE = re.compile(r"^\s*\[", re.MULTILINE)
_KINDS = {
    str: ("文字", "text"),
    bool: ("true或false", "true or false"),
    date: ("日期，如2026-01-01", "a date like 2026-01-01"),
    tuple: ("列表", "a list"),
    dict: ("一组字段", "a table of fields"),
    int: ("数", "a number"),
}


def load_form(text: str | bytes, place: str = "") -> Form:
    """A form from TOML. `place` (a file name) stands in every problem, with the line.

    Raises FormRefused with everything that is wrong.
    """
    source = _decoded(text, place)
    try:
        raw = tomllib.loads(source, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        found = problem("file-syntax", reason=str(error))
        number = int(line[1]) if line else source.count("\n") + 1
        raise FormRefused([msgspec.structs.replace(found, file=place, line=number)], place) from error
    return _built(raw, place=place, source=source)


def form_from_json(text: str | bytes, place: str = "") -> Form:
    """A form from the JSON that `form_to_json` writes, with the same checks as a file."""
    source = _decoded(text, place)
    try:
        raw = json.loads(source, parse_float=str)
    except (json.JSONDecodeError, RecursionError) as error:
        found = problem("file-syntax", reason=str(error))
        raise FormRefused([msgspec.structs.replace(found, file=place)], place) from error
    return _built(raw, place=place, source="")


def form_to_json(form: Form) -> bytes:
    """Canonical JSON: the same form gives the same bytes."""
    return msgspec.json.encode(form, order="sorted")


def form_digest(form: Form) -> str:
    """SHA-256 hex of the canonical JSON."""
    return hashlib.sha256(form_to_json(form)).hexdigest()


def _decoded(text: str | bytes, place: str) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise FormRefused([msgspec.structs.replace(problem("file-too-large", limit=MAX_BYTES), file=place)], place)
    try:
        return text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise FormRefused([msgspec.structs.replace(problem("file-encoding"), file=place)], place) from error


def _built(raw: object, *, place: str, source: str) -> Form:
    found: list[Problem] = []
    form = _table(Form, raw, "", found)
    if form is not None and not any(each.code == "items-many" for each in found):
        reported = {(each.at, each.field) for each in found}
        found += [each for each in form_problems(form) if (each.at, each.field) not in reported]
    if form is None or found:
        raise FormRefused(
            [_placed(each, place, source, find=n < MAX_LINES_FOUND) for n, each in enumerate(found)], place
        )
    return form


def _placed(found: Problem, place: str, source: str, *, find: bool) -> Problem:
    line = _line_of(source, found) if find and source else None
    return msgspec.structs.replace(found, file=place, line=line)


def _line_of(source: str, found: Problem) -> int:
    """The line of the field, or of the key of its table when the field is not written there."""
    position = 0
    for key in found.at.split(".")[1::2] if found.at else ():
        match = re.compile(rf"""\bkey\s*=\s*["']{re.escape(key)}["']""").search(source, position)
        position = match.start() if match else position
    ends = _STARTS_A_TABLE.search(source, position)
    field = re.compile(rf"\b{re.escape(found.field)}\s*=").search(
        source, position, ends.start() if ends else len(source)
    )
    return source.count("\n", 0, field.start() if field and found.field else position) + 1


# ---- fields: types, texts, numbers


def _table(kind: type[msgspec.Struct], raw: object, at: str, found: list[Problem]) -> Any:
    """The struct, wrong fields replaced by stand-ins once their problem is noted, so that the rest is checked too."""
    if not isinstance(raw, dict):
        found.append(_wrong(dict, raw, at, at.rpartition(".")[2] or "form"))
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found += [problem("field-unknown", at, field=str(name)) for name in raw if name not in fields]
    values = {}
    for name, field in fields.items():
        if name in raw:
            values[field.name] = _value(field.type, raw[name], at, field=name, found=found)
        elif field.required:
            found.append(problem("field-missing", at, field=name))
            values[field.name] = _stand_in(field.type)
    return kind(**values)


def _value(wanted: Any, raw: object, at: str, *, field: str, found: list[Problem]) -> Any:
    wanted = _without_none(wanted)
    if wanted == Exact:
        return _exact(raw, at, field, found=found)
    if get_origin(wanted) is Literal:
        return _choice(get_args(wanted), raw, at, field=field, found=found)
    if get_origin(wanted) is tuple:
        return _list(get_args(wanted)[0], raw, at, field=field, found=found)
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return _table(wanted, raw, f"{at}.{field}" if at else field, found)
    if wanted is date and isinstance(raw, str):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    elif type(raw) is wanted:
        if isinstance(raw, str):
            _text(raw, at, field, found=found)
        return raw
    found.append(_wrong(wanted, raw, at, field))
    return _stand_in(wanted)


def _without_none(wanted: Any) -> Any:
    """X for X | None; other types unchanged."""
    if isinstance(wanted, UnionType) or get_origin(wanted) is not None and type(None) in get_args(wanted):
        kept = [part for part in get_args(wanted) if part is not type(None)]
        return kept[0] if len(kept) == 1 else Exact
    return wanted


def _wrong(wanted: type, raw: object, at: str, field: str) -> Problem:
    zh, en = _KINDS[wanted]
    return problem("field-type", at, field=field, value=raw, wanted=zh, wanted_en=en)


def _stand_in(wanted: Any) -> Any:
    """A harmless value of a type, for a required field that is missing or wrong."""
    wanted = _without_none(wanted)
    if wanted == Exact:
        return 1
    if get_origin(wanted) is Literal:
        return get_args(wanted)[0]
    if get_origin(wanted) is tuple:
        return ()
    return {str: "", bool: False, date: date.min}.get(wanted)


def _exact(raw: object, at: str, field: str, *, found: list[Problem]) -> Exact:
    try:
        return plain(exact(raw))  # type: ignore[arg-type]
    except ValueError:
        found.append(problem("number-form", at, field=field, value=raw))
        return 1


def _choice(allowed: tuple[str, ...], raw: object, at: str, *, field: str, found: list[Problem]) -> str:
    if isinstance(raw, str) and raw in allowed:
        return raw
    found.append(problem("choice-unknown", at, field=field, value=raw, wanted=", ".join(allowed)))
    return allowed[0]


def _list(wanted: Any, raw: object, at: str, *, field: str, found: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        found.append(_wrong(tuple, raw, at, field))
        return ()
    if len(raw) > MAX_ITEMS:
        found.append(problem("items-many", at, field=field, count=len(raw), limit=MAX_ITEMS))
        return ()
    if not (isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)):
        return tuple(_value(wanted, part, at, field=field, found=found) for part in raw)
    parts = []
    for number, part in enumerate(raw, start=1):
        name = part.get("key", number) if isinstance(part, dict) else number
        parts.append(_table(wanted, part, f"{at}.{field}.{name}" if at else f"{field}.{name}", found))
    return tuple(part for part in parts if part is not None)


def _text(raw: str, at: str, field: str, *, found: list[Problem]) -> None:
    limit = MAX_LONG if _LONG.fullmatch(field) else MAX_SHORT
    if len(raw) > limit:
        found.append(problem("text-long", at, field=field, value=raw, length=len(raw), limit=limit))
    elif bad := first_control(raw):
        found.append(problem("text-control", at, field=field, value=f"U+{ord(bad):04X}"))
    elif field in ("key", "code") and not _KEY.fullmatch(raw):
        found.append(problem("key-form", at, field=field, value=raw))
    elif field in ("name", "text", "source") and not raw.strip():
        found.append(problem("text-empty", at, field=field))
