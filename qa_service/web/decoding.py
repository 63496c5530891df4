"""One decoder for the forms of all pages: what browsers send into the struct that a command takes.

An empty input is a missing value; a single ticked box is a list of one; every wrong field is named.
"""

from typing import Any, TypeVar, get_args, get_origin

import msgspec
from litestar import Request

from qa_service.errors import FieldError, InvalidInput
from qa_service.language import N_
from qa_service.web.messages import MISSING, fault

T = TypeVar("T")
FIELD_LIMIT = 100_000


async def form_of(request: Request, kind: type[T]) -> T:
    """The posted form as `kind`; raises InvalidInput with a FieldError for each wrong field."""
    form = await request.form()
    return decode({name: form.getall(name) for name in form}, kind)


def decode(raw: dict[str, list[Any]], kind: type[T]) -> T:
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in msgspec.structs.fields(kind):
        given = [value for value in raw.get(field.name, []) if not _is_blank(value, field.type)]
        if any(isinstance(value, str) and len(value) > FIELD_LIMIT for value in given):
            errors.append(FieldError(field.name, "too-long", N_("太长：上限%(limit)s字"), {"limit": FIELD_LIMIT}))
            continue
        if not given and not _is_list(field.type):
            if field.required:
                errors.append(FieldError(field.name, "missing", MISSING))
            continue
        values[field.name] = given if _is_list(field.type) else given[-1]
        try:
            values[field.name] = msgspec.convert(values[field.name], field.type, strict=False)
        except (msgspec.ValidationError, ValueError) as error:
            errors.append(fault(field.name, str(error), None if _is_list(field.type) else given[-1]))
    if errors:
        raise InvalidInput(fields=errors)
    return kind(**values)


def _is_blank(value: Any, kind: Any) -> bool:
    """Nothing typed; blanks too where a number or a day is asked for, while of words the command is the judge."""
    takes_words = kind is str or str in get_args(kind) or getattr(kind, "__origin__", None) is str
    return value is None or value == "" or (isinstance(value, str) and not takes_words and not value.strip())


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (list, tuple) or any(get_origin(part) is list for part in get_args(kind))
