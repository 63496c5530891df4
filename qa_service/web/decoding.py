"""One decoder for the forms of all pages: what browsers send into the struct that a command takes.

An empty input is a missing value; a single ticked box is a list of one; every wrong field is named.
"""

from typing import Any, TypeVar, get_args, get_origin

import msgspec
from litestar import Request

from qa_service.errors import FieldError, InvalidInput
from qa_service.language import N_

T = TypeVar("T")
FIELD_LIMIT = 100_000
KINDS = {"int": N_("应为整数"), "date": N_("应为日期，如2026-10-31"), "float": N_("应为数字"), "bool": N_("应为是或否")}


async def form_of(request: Request, kind: type[T]) -> T:
    """The posted form as `kind`; raises InvalidInput with a FieldError for each wrong field."""
    form = await request.form()
    return decode({name: form.getall(name) for name in form}, kind)


def decode(raw: dict[str, list[Any]], kind: type[T]) -> T:
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in msgspec.structs.fields(kind):
        given = [value for value in raw.get(field.name, []) if value not in ("", None)]
        if any(isinstance(value, str) and len(value) > FIELD_LIMIT for value in given):
            errors.append(FieldError(field.name, "too-long", N_("太长：上限%(limit)s字"), {"limit": FIELD_LIMIT}))
            continue
        if not given and not _is_list(field.type):
            if field.required:
                errors.append(FieldError(field.name, "missing", N_("请填写这一项")))
            continue
        values[field.name] = given if _is_list(field.type) else given[-1]
        try:
            values[field.name] = msgspec.convert(values[field.name], field.type, strict=False)
        except (msgspec.ValidationError, ValueError):
            errors.append(FieldError(field.name, "invalid", _reason(field.type)))
    if errors:
        raise InvalidInput(fields=errors)
    return kind(**values)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (list, tuple) or any(get_origin(part) is list for part in get_args(kind))


def _reason(kind: Any) -> str:
    names = {getattr(part, "__name__", "") for part in (kind, *get_args(kind))}
    return next((KINDS[name] for name in KINDS if name in names), N_("这个值不能用"))
