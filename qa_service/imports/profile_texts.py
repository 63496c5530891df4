"""A mapping profile from its text, TOML or JSON: read whole, refused with every fault at once and the line of each.

rubrics/library/profiles/ holds those that come with the house.
"""

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

import rubrics
from qa_service.errors import FieldError
from qa_service.imports.errors import ProfileBroken, ProfileInvalid, ProfileNotFound, ProfileNotText, ProfileTooLong
from qa_service.imports.profile_checks import check_profile
from qa_service.imports.profiles import Agent, Clock, Column, Key, Messages, Profile, Ratings
from qa_service.language import N_
from qa_service.web.messages import MISSING, fault

LIBRARY = Path(rubrics.__file__).parent / "library" / "profiles"
MOST_CHARACTERS = 100_000
SUFFIXES = (".toml", ".json")
_PIECES = {"key": Key, "clock": Clock, "agent": Agent, "messages": Messages, "ratings": Ratings}
_AT = re.compile(r" - at `\$?\.?([^`]*)`")
_TOML_PLACE = re.compile(r"\(at line (\d+), column \d+\)")


@cache
def known_profiles(folder: Path = LIBRARY) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


@cache
def load_profile(name: str, folder: Path = LIBRARY) -> Profile:
    """A profile of the library by its name; never a path, since names come from outside."""
    return parse_profile(library_text(name, folder), name)


def library_text(name: str, folder: Path = LIBRARY) -> str:
    if name not in known_profiles(folder):
        raise ProfileNotFound(profile=name[:100], known=known_profiles(folder))
    return (folder / f"{name}.toml").read_text(encoding="utf-8")


def text_of(content: bytes, name: str) -> str:
    """The text of a file that somebody gives; line ends and the mark of a Windows editor do not count."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProfileNotText(profile=name[:100]) from None
    if len(text) > MOST_CHARACTERS:
        raise ProfileTooLong(limit=MOST_CHARACTERS, field="definition")
    return text.replace("\r\n", "\n")


def parse_profile(text: str, name: str = "") -> Profile:
    """A checked profile from its TOML or JSON text; all errors at once."""
    raw = _raw(text, name)
    errors = _shape_errors(raw)
    if not errors:
        profile = msgspec.convert(raw, Profile)
        errors = check_profile(profile)
        if not errors:
            return profile
    told = [_with_line(error, line_of(text, error.field)) for error in errors]
    raise ProfileInvalid(profile=str(raw.get("name") or name)[:100], count=len(told), first=told[0], fields=told)


def _raw(text: str, name: str) -> dict[str, Any]:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except json.JSONDecodeError as error:
        line = error.lineno
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
    except RecursionError:
        line = 1
    lines = text.splitlines() or [""]
    raise ProfileBroken(profile=name[:100], line=line, text={"as_is": [lines[min(line, len(lines)) - 1][:80]]})


def _shape_errors(raw: dict[str, Any]) -> list[FieldError]:
    """Each piece is converted on its own, so that one wrong piece does not hide the next."""
    errors = [
        FieldError(field.encode_name, "missing", MISSING)
        for field in msgspec.structs.fields(Profile)
        if field.required and field.encode_name not in raw
    ]
    columns = raw.get("columns", [])
    for number, column in enumerate(columns if isinstance(columns, list) else [], 1):
        errors += _convert(column, Column, f"columns[{number}]")
    for name, kind in _PIECES.items():
        if name in raw:
            errors += _convert(raw[name], kind, name)
    return errors or _convert(raw, Profile, "")


def _convert(raw: object, kind: type, place: str) -> list[FieldError]:
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        where = ".".join(part for part in (place, found[1] if found else "") if part)
        return [(_choices(kind, where) if "Invalid enum" in str(error) else None) or fault(where, str(error))]
    return []


def _choices(kind: type, where: str) -> FieldError | None:
    """For a word that is none of a few: which they are."""
    allowed = get_args(get_type_hints(kind).get(where.rpartition(".")[2]))
    if not allowed:
        return None
    return FieldError(where, "unknown-choice", N_("只能是%(allowed)s"), {"allowed": {"as_is": list(allowed)}})


def _with_line(error: FieldError, line: int | None) -> FieldError:
    facts = {"line": line, "place": {"as_is": [error.field]}, "what": error}
    if line is None:
        return FieldError(error.field, error.code, N_("%(place)s：%(what)s"), facts)
    return FieldError(error.field, error.code, N_("第%(line)s行%(place)s：%(what)s"), facts)


def line_of(text: str, place: str) -> int | None:
    """The line of a place like columns[3].type, key.kind or version; None where the text does not show it."""
    head, *keys = re.findall(r"[^.\[\]]+", place) or [""]
    lines, start = text.splitlines(), 0
    if head == "columns" and keys and keys[0].isdecimal():
        starts = _column_starts(text)
        number = int(keys.pop(0))
        if number > len(starts):
            return _line_with(lines, "columns", 0)
        start = starts[number - 1]
    elif (found := _line_with(lines, head, 0)) is not None:
        start = found
    elif not keys:
        return None
    return next((line for key in keys if (line := _line_with(lines, key, start))), start or None)


def _line_with(lines: list[str], key: str, start: int) -> int | None:
    """The first line from `start` (counted from 1) on that gives this key, as TOML or JSON."""
    word = re.escape(key)
    given = re.compile(rf'\s*(?:\[+\s*{word}\s*\]+|"?{word}"?\s*=)|.*"{word}"\s*:')
    return next((number for number, line in enumerate(lines, 1) if number >= start and given.match(line)), None)


def _column_starts(text: str) -> list[int]:
    """The lines on which the columns begin."""
    if not text.lstrip().startswith("{"):
        head = re.compile(r"\s*\[\[\s*columns\s*\]\]")
        return [number for number, line in enumerate(text.splitlines(), 1) if head.match(line)]
    found = re.search(r'"columns"\s*:\s*\[', text)
    starts, at = [], found.end() if found else len(text)
    while (place := text.find("{", at)) >= 0 and not text[at:place].strip(" \t\r\n,"):
        starts.append(text.count("\n", 0, place) + 1)
        _, at = json.JSONDecoder().raw_decode(text, place)
    return starts
