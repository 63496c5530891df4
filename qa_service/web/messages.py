"""What the libraries say about a wrong value, as sentences of ours: one place, by the shape of the message.

A message of a shape that is not listed falls back to a general sentence; the library's own words reach nobody.
"""

import re
from collections.abc import Callable
from typing import Any

from qa_service.errors import FieldError
from qa_service.language import N_
from qa_service.web.months import MONTH_PATTERN

KINDS = {
    "int": N_("应为整数"), "float": N_("应为数字"), "bool": N_("应为是或否（true或false）"), "str": N_("应为文字"),
    "date": N_("应为日期，如2026-10-31"), "datetime": N_("应为带时区的时间，如2026-10-31T09:30:00+08:00"),
    "time": N_("应为时刻，如09:30"), "array": N_("应为列表"), "object": N_("应为JSON对象"), "null": N_("应为空"),
}  # fmt: skip
OTHER = N_("这个值不能用")
MISSING = N_("请填写这一项")
Told = tuple[str, str, dict[str, object]]  # code, sentence, facts


def _kind(found: re.Match[str]) -> Told:
    known = (KINDS[part] for part in found[1].split(" | ") if part in KINDS)
    return "invalid", next(known, OTHER), {}


def _length(found: re.Match[str]) -> Told:
    kind, sign, limit = found[1], found[2], int(found[3])
    if sign == ">=" and limit == 1:
        return ("missing", MISSING, {}) if kind == "str" else ("missing", N_("至少要有一个"), {})
    if kind == "str":
        sentence = N_("太短：至少%(limit)s字") if sign == ">=" else N_("太长：上限%(limit)s字")
    else:
        sentence = N_("太少：至少%(limit)s个") if sign == ">=" else N_("太多：最多%(limit)s个")
    return "length", sentence, {"limit": limit}


def _range(found: re.Match[str]) -> Told:
    sentences = {
        ">=": N_("不能小于%(limit)s"), "<=": N_("不能大于%(limit)s"),
        ">": N_("应大于%(limit)s"), "<": N_("应小于%(limit)s"),
    }  # fmt: skip
    return "range", sentences[found[1]], {"limit": found[2]}


def _pattern(found: re.Match[str]) -> Told:
    if found[1] == MONTH_PATTERN:
        return "month-invalid", N_("月份应写成2026-10这样"), {}
    return "invalid", N_("写法不对"), {}


SHAPES: tuple[tuple[str, Callable[[re.Match[str]], Told]], ...] = (
    (r"Expected `(\w+)` of length (>=|<=) (\d+)", _length),
    (r"Expected `(?:int|float|decimal)` (>=|<=|>|<) (\S+)", _range),
    (r"Expected `str` matching regex '(.*)'", _pattern),
    (r"Expected `([\w| ]+)`", _kind),
    (r"Invalid RFC3339 encoded (\w+)", _kind),
    (r"Invalid enum value", lambda _: ("unknown-choice", N_("没有这个选项"), {})),
    (r"Integer value out of range", lambda _: ("range", N_("数字太大"), {})),
    (r"Object contains unknown field", lambda _: ("unknown-field", N_("没有这一项，请去掉"), {})),
    (r"Object missing required field", lambda _: ("missing", MISSING, {})),
    (r"Missing required \w+ parameter", lambda _: ("missing", N_("缺少这个参数"), {})),
)
NAMED = re.compile(r"(?:required field|unknown field) `([^`]+)`|parameter '([^']+)'")


def told(message: str) -> Told:
    """Code, sentence and facts for what a library said."""
    for shape, tell in SHAPES:
        if found := re.search(shape, message):
            return tell(found)
    return "invalid", OTHER, {}


def fault(field: str, message: str, given: Any = None) -> FieldError:
    """The wrong field with its sentence and, where it is at hand, the value that was given."""
    code, sentence, facts = told(message)
    named = NAMED.search(message)
    name = named and (named[1] or named[2])
    if name:
        field = f"{field}.{name}" if field not in ("", "data") else name
    elif given is not None and code != "missing":
        sentence, facts = RECEIVED, {"what": FieldError(field, code, sentence, facts), "value": shown(given)}
    return FieldError("" if field == "data" else field, code, sentence, facts)


RECEIVED = N_("%(what)s；收到的是“%(value)s”")


def shown(value: Any) -> str:
    """A given value as it may be repeated: cut, and of lists and objects only that they are such."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return {True: "true", False: "false"}.get(value, str(value)[:40]) if isinstance(value, bool) else str(value)[:40]


MALFORMED = re.compile(r"\(byte (\d+)\)")


def unreadable_body(detail: str) -> tuple[str, dict[str, object]]:
    """Why a body is no JSON, in our words."""
    if found := MALFORMED.search(detail):
        return N_("正文不是正确的JSON：第%(place)s个字节处写错了"), {"place": int(found[1]) + 1}
    if "truncated" in detail:
        return N_("正文不是完整的JSON：后面缺了一段"), {}
    return N_("正文的格式不对"), {}
