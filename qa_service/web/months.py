"""The month in an address, a form or a body: written 2026-10, or as any day of it; one reading for all rooms."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Request

from qa_service import clock
from qa_service.calendar.months import month_first, read_month
from qa_service.errors import FieldError, InvalidInput
from qa_service.language import N_, gettext

MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?$"
MonthText = Annotated[str, msgspec.Meta(pattern=MONTH_PATTERN, description="2026-10, or a day of it: 2026-10-01")]


def typed_month(text: str, field: str = "month") -> date:
    """The first day of the month; refused at its field when it cannot be read."""
    found = read_month(text)
    if not text:
        raise InvalidInput(fields=[FieldError(field, "missing", N_("请填写这一项"))])
    if found is None:
        fault = FieldError(field, "month-invalid", N_("月份应写成2026-10这样，收到“%(value)s”"), {"value": text[:40]})
        raise InvalidInput(fields=[fault])
    return found


def month_or_none(text: str, field: str = "month") -> date | None:
    """The first day of the month, None where nothing is asked for; refused when it cannot be read."""
    return typed_month(text, field) if text else None


def asked_month(request: Request, default: date | None = None) -> date:
    """The month of the address, else the default, else this month; `unreadable` says so on the page."""
    return read_month(request.query_params.get("month", "")) or default or month_first(clock.today())


def unreadable(request: Request) -> list[tuple[str, str]]:
    """For the notices of a page: that the month of its address is none, so that nobody takes another for it."""
    text = request.query_params.get("month", "") if request.scope["query_string"] else ""
    if not text or read_month(text) is not None:
        return []
    return [
        (
            "warn",
            gettext(N_("地址里的月份“%(value)s”读不懂（应写成2026-10这样），下面不是这个月的内容"), value=text[:40]),
        )
    ]
