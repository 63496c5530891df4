"""Pages of totals of days: units, agents with the days of one of them, teams with their target, absences."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.response import Redirect

from qa_service.calendar.months import next_month, previous_month
from qa_service.day_totals import lists, queries
from qa_service.day_totals.queries import Asked, Who
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web.guards import LOGGED_IN
from qa_service.web.listing import browsed
from qa_service.web.months import asked_month
from qa_service.web.parts import Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Table

HOME = "/day-totals"
MONTH = 31  # days that stand on one page
# (table, address, label): a list that can hold nothing for the actor is not offered.
LISTS = (
    ("unit_day", f"{HOME}/units", N_("部门")),
    ("agent_day", lists.AGENTS, N_("客服")),
    ("team_day", f"{HOME}/teams", N_("班组目标")),
    ("absence", f"{HOME}/absences", N_("缺勤")),
)


class Picker(msgspec.Struct, frozen=True):
    """A choice among links, under the name of the one that is chosen."""

    label: str
    items: list[Chip]


class DayTotalsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/day_totals/list.html. month None: a list without a month switch; `trail` leads back from one
    agent's days to the list."""

    title: str
    tabs: list[Chip]
    table: Table
    notes: list[str]
    lead: str = ""
    month: date | None = None
    previous_href: str = ""
    next_href: str = ""
    pickers: list[Picker] = []
    trail: list[tuple[str, str]] = []


@get(HOME, opt=LOGGED_IN, include_in_schema=False)
async def home_page(request: Request) -> Response:
    """The first list that holds something for who is asking."""
    actor = actor_of(request)
    open_lists = [address for table, address, _label in LISTS if queries.may_read(actor, table)]
    if not open_lists:
        actor.require(Permission.INTERACTION_READ)
    return Redirect(open_lists[0], status_code=303)


@get(f"{HOME}/units", opt=LOGGED_IN, include_in_schema=False)
async def units_page(request: Request) -> Response:
    actor = actor_of(request)
    asked = await _asked(request, actor, "unit_day")
    found = await queries.unit_days(actor, asked)
    whole = lists.units(found.days, may_import=_may_import(actor))
    table, file = await browsed(request, whole, _file("unit", asked), size=MONTH)
    lead = gettext(N_("一个部门每天接到多少、接了多少；比率都从通数算出"))
    return file or await _monthly(request, "unit_day", asked, table, found.notes, lead=lead)


@get(lists.AGENTS, opt=LOGGED_IN, include_in_schema=False)
async def agents_page(request: Request) -> Response:
    actor = actor_of(request)
    asked = await _asked(request, actor, "agent_day")
    found = await queries.agent_months(actor, asked)
    whole = lists.agents(found.agents, f"{asked.month:%Y-%m}", may_import=_may_import(actor))
    table, file = await browsed(request, whole, _file("agents", asked))
    lead = gettext(N_("漏接率要连同没有写明客服的一行一起看；点开一个人看每一天"))
    return file or await _monthly(request, "agent_day", asked, table, found.notes, lead=lead)


@get(f"{lists.AGENTS}/days", opt=LOGGED_IN, include_in_schema=False)
async def agent_days_page(request: Request) -> Response:
    actor = actor_of(request)
    asked = await _asked(request, actor, "agent_day")
    who = Who(person=_number(request, "person"), label=request.query_params.get("label", "")[:200])
    found = await queries.agent_days(actor, asked, who)
    table, file = await browsed(
        request, lists.agent_days(found.days, may_import=_may_import(actor)), _file("agent", asked), size=MONTH
    )
    title = await queries.label_of(who) if found.days else ""
    title = title or (gettext(lists.NOBODY) if who == Who() else gettext(N_("每天的电话")))
    back = f"{lists.AGENTS}?month={asked.month:%Y-%m}"
    trail = [(gettext(N_("日汇总")), HOME), (gettext(N_("客服")), back), (title, "")]
    return file or await _monthly(request, "agent_day", asked, table, found.notes, title=title, trail=trail)


@get(f"{HOME}/teams", opt=LOGGED_IN, include_in_schema=False)
async def teams_page(request: Request) -> Response:
    actor = actor_of(request)
    asked = await _asked(request, actor, "team_day")
    found = await queries.team_days(actor, asked)
    table, file = await browsed(request, lists.teams(found.days, may_import=_may_import(actor)), _file("teams", asked))
    lead = gettext(N_("来源记下的目标、实际和奖金；这里不计算也不发放奖金"))
    return file or await _monthly(request, "team_day", asked, table, found.notes, lead=lead)


@get(f"{HOME}/absences", opt=LOGGED_IN, include_in_schema=False)
async def absences_page(request: Request) -> Response:
    actor = actor_of(request)
    month, person = _number(request, "month_number"), _number(request, "person")
    month = month if month is not None and month <= 12 else None
    found = await queries.absences(actor, month_number=month, person=person)
    table, file = await browsed(request, lists.absences(found.absences, may_import=_may_import(actor)), "absences")
    page = DayTotalsPage(
        title=gettext(N_("日汇总")), tabs=_tabs(actor, "absence"), table=table, notes=found.notes,
        lead=gettext(N_("只有月份和星期的缺勤不编造日期，按月份看")), pickers=[_months(month)],
    )  # fmt: skip
    return file or render(request, "day_totals/list.html", page)


def _months(chosen: int | None) -> Picker:
    choices = [(None, gettext(N_("全部月份"))), *((n, gettext(N_("%(month)s月"), month=n)) for n in range(1, 13)),
               (0, gettext(N_("月份不详")))]  # fmt: skip
    chips = [
        Chip(label=label, href=f"{HOME}/absences" + ("" if one is None else f"?month_number={one}"),
             is_current=one == chosen)
        for one, label in choices
    ]  # fmt: skip
    return Picker(next(chip.label for chip in chips if chip.is_current), chips)


async def _monthly(
    request: Request, table_name: str, asked: Asked, table: Table, notes: list[str], *, title: str = "", lead: str = "",
    trail: Sequence[tuple[str, str]] = (),
) -> Response:  # fmt: skip
    actor = actor_of(request)
    page = DayTotalsPage(
        title=title or gettext(N_("日汇总")), lead=lead, month=asked.month, table=table, notes=notes,
        previous_href=_href(request, month=previous_month(asked.month)),
        next_href=_href(request, month=next_month(asked.month)), tabs=_tabs(actor, table_name),
        pickers=await _units(request, actor, table_name, asked.unit), trail=list(trail),
    )  # fmt: skip
    return render(request, "day_totals/list.html", page)


def _tabs(actor: Actor, current: str) -> list[Chip]:
    return [
        Chip(label=gettext(label), href=address, is_current=table == current)
        for table, address, label in LISTS
        if queries.may_read(actor, table)
    ]


async def _units(request: Request, actor: Actor, table: str, chosen: int | None) -> list[Picker]:
    """Units to choose among; no picker where there is nothing to choose."""
    found = await queries.units_with(actor, table)
    if len(found) < 2:
        return []
    english = current_language() == "en"
    chips = [Chip(label=gettext(N_("全部部门")), href=_href(request, unit=None), is_current=chosen is None)]
    chips += [
        Chip(label=(one["name_en"] if english else "") or one["name"], href=_href(request, unit=one["id"]),
             is_current=one["id"] == chosen)
        for one in found
    ]  # fmt: skip
    return [Picker(next((chip.label for chip in chips if chip.is_current), chips[0].label), chips)]


def _href(request: Request, **changes: object) -> str:
    """The same list asked otherwise; sorting and paging begin anew."""
    kept = {name: value for name, value in request.query_params.items() if name in ("month", "unit", "person", "label")}
    for name, value in changes.items():
        kept[name] = f"{value:%Y-%m}" if isinstance(value, date) else "" if value is None else str(value)
    return f"{request.scope['path']}?{urlencode({name: value for name, value in kept.items() if value})}"


async def _asked(request: Request, actor: Actor, table: str) -> Asked:
    """The address read; the newest month that holds something is the default."""
    month = asked_month(request, await queries.newest_month(actor, table))
    return Asked(month=month, unit=_number(request, "unit"))


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _file(name: str, asked: Asked) -> str:
    return f"{name}-days-{asked.month:%Y-%m}"


def _may_import(actor: Actor) -> bool:
    return actor.may(Permission.IMPORT_READ)


routes = [home_page, units_page, agents_page, agent_days_page, teams_page, absences_page]
