"""The first page after log-in, and the same as JSON."""

from typing import Any

import msgspec
from litestar import Request, Response, get

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import working_days_between
from qa_service.home import queries
from qa_service.language import N_, current_language, gettext
from qa_service.notices.schemas import NoticeOut
from qa_service.people.access import Permission
from qa_service.web.formatting import day, deadline
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits: how many, what, by when in words, and whether it is late."""

    label: str
    count: int
    href: str
    note: str
    is_late: bool


class HomePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/home/home.html."""

    lead: str
    cards: list[Card]
    notices: list[NoticeOut]
    shift: str
    duties: list[str]


@get("/", opt=LOGGED_IN, include_in_schema=False)
async def home_page(request: Request) -> Response:
    found = await queries.home(actor_of(request))
    calendar = await working_calendar()
    count = sum(one.count for one in found.waiting)
    nothing = gettext(N_("没有等您处理的事"))
    page = HomePage(
        lead=gettext(N_("有%(count)s件事等您处理，急的在前"), count=count) if count else nothing,
        cards=[
            Card(label=one.label, count=one.count, href=one.href, note=_when(one, calendar), is_late=one.is_late)
            for one in found.waiting
        ],
        notices=found.notices,
        shift=_shift(found.shift),
        duties=[one["area_name"] for one in found.duties],
    )
    return render(request, "home/home.html", page)


def _when(one: queries.Waiting, calendar: Any) -> str:
    if one.due_at is not None:
        left = working_days_between(calendar, clock.today(), clock.local_day(one.due_at))
        return deadline(one.due_at, left)
    return gettext(N_("%(day)s到期"), day=day(one.due_on)) if one.due_on else ""


def _shift(found: dict[str, Any] | None) -> str:
    """Today's shift in words; empty where nothing is published."""
    if found is None:
        return ""
    cell = found["cell"]
    if cell is None or cell["code"] is None:
        return gettext(N_("今天休息"))
    name = cell["name_en"] if current_language() == "en" and cell["name_en"] else cell["name"]
    start, end = (
        f"{minute % 1440 // 60:02d}:{minute % 60:02d}" for minute in (cell["start_minute"], cell["end_minute"])
    )
    return gettext(N_("今天%(shift)s %(start)s–%(end)s"), shift=name, start=start, end=end)


class WaitingOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do, with its nearest deadline."""

    key: str
    label: str
    count: int
    href: str
    is_late: bool


@get("/api/home", opt=needs(Permission.OWN_READ), tags=["home"])
async def home(request: Request) -> list[WaitingOut]:
    """What waits for you, late and soonest first."""
    return msgspec.convert(
        [msgspec.structs.asdict(one) for one in (await queries.home(actor_of(request))).waiting], list[WaitingOut]
    )


routes = [home_page, home]
