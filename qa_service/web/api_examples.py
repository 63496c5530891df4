"""Examples for the API's description: one per body as written in api_examples.json, answers built from field names.

tests/web/test_api_description.py decodes every one of them with the struct that takes or gives it.
"""

import json
import types
import typing
from datetime import date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

FILE = Path(__file__).with_name("api_examples.json")


@cache
def known() -> dict[str, dict[str, Any]]:
    """bodies by room and struct; forms by path; fields by name, or struct and name; endings of names; types."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def body_name(kind: Any) -> str:
    """How a body is named in the file: room and struct."""
    return f"{kind.__module__.split('.')[1]}.{kind.__name__}"


def body_example(kind: Any) -> Any:
    """The written example of a body, else one built like an answer's; a test asks for the written one."""
    written = known()["bodies"].get(body_name(kind))
    return answer_example(kind) if written is None else written


def answer_example(kind: Any) -> Any:
    """An answer of this kind: its fields by their names, lists with one entry."""
    return _example(kind, "", "")


def _example(kind: Any, owner: str, name: str) -> Any:
    if kind is None or kind is type(None):
        return None
    named = _named(kind, owner, name)
    if named is not _NOTHING:
        return named
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _example(arguments[0], owner, name)
    if origin in (Union, types.UnionType):
        return _example(next(part for part in arguments if part is not type(None)), owner, name)
    if origin is Literal:
        return next((value for value in arguments if value), arguments[0])
    if origin in (list, tuple, set, frozenset):
        return _several(origin, arguments, owner=owner, name=name)
    if origin is dict:
        return {"1017": _example(arguments[1], owner, "")} if arguments[1] is not Any else {}
    return _of_type(kind)


def _several(origin: Any, arguments: tuple[Any, ...], *, owner: str, name: str) -> list[Any]:
    if origin is tuple and Ellipsis not in arguments:
        return [_example(part, owner, "") for part in arguments]
    if getattr(arguments[0], "__name__", "-") == owner:
        return []  # a struct within itself ends here
    return [_example(arguments[0], owner, "")]


def _of_type(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind, include_extras=True)
        return {
            one.encode_name: _example(hints[one.name], kind.__name__, one.name) for one in msgspec.structs.fields(kind)
        }
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    return known()["types"].get(getattr(kind, "__name__", ""), {})


_NOTHING = object()


def _named(kind: Any, owner: str, name: str) -> Any:
    """The value listed for the name, where it fits the type."""
    fields = known()["fields"]
    listed = [fields[key] for key in (f"{owner}.{name}", name) if name and key in fields]
    listed += [value for ending, value in known()["endings"].items() if name.endswith(ending)]
    return next((value for value in listed if _fits(value, kind)), _NOTHING)


def _fits(value: Any, kind: Any) -> bool:
    if kind in (date, datetime) and not isinstance(value, str):
        return False
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, TypeError):
        return False
    return True
