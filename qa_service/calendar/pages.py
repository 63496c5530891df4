"""Pages of the working calendar: a month at a glance, its days that differ, and the form to declare one."""

from datetime import date

import msgspec
from litestar import Request, Response, get, post

from qa_service import clock
from qa_service.calendar import commands, errors, queries
from qa_service.calendar.months import add_months, month_first, read_month
from qa_service.calendar.rules import FIRST_YEAR, LAST_YEAR, Day, DayKind
from qa_service.calendar.words import day_name, short_name
from qa_service.errors import Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.people.page_parts import done, errors_in, notices_in, typed
from qa_service.web.cells import Actions, Cell, Date, Text
from qa_service.web.decoding import form_of
from qa_service.web.formatting import day as day_text
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Action, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

HERE = "/calendar"
KEEPER = needs(Permission.CALENDAR_WRITE)
NOTICES = {"declared": N_("已设定，此后的计算都按它"), "removed": N_("已取消，恢复按国家通知")}
KINDS = {
    DayKind.WORK: N_("上班"),
    DayKind.REST: N_("休息"),
    DayKind.STATUTORY: N_("法定节假日"),
}
WEEK = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


class Square(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the grid. mark: '' or what makes it special (暂定, 本公司设定)."""

    on: date
    kind: str
    name: str
    mark: str
    is_today: bool


class CalendarPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/calendar/month.html. weeks: rows of seven, None outside the month."""

    month: date
    previous_href: str
    next_href: str
    lead: str
    provisional: str
    week: list[str]
    weeks: list[list[Square | None]]
    table: Table
    may_write: bool
    kinds: list[Option] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class RemovalPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/calendar/removal.html."""

    on: str
    facts: list[tuple[str, str | Cell]]
    back_href: str
    error: str = ""


class DayForm(msgspec.Struct):
    on: date
    kind: str
    name: str
    source: str


class RemovalForm(msgspec.Struct):
    on: date
    reason: str = ""


def month_in(text: str) -> date:
    """The month written there, within the calendar; this month where it cannot be read."""
    month = read_month(text)
    return month if month and FIRST_YEAR <= month.year <= LAST_YEAR else month_first(clock.today())


@get(HERE, opt=LOGGED_IN, include_in_schema=False)
async def calendar_page(request: Request) -> Response:
    return await _month(request, month_in(request.query_params.get("month", "")))


async def _month(request: Request, month: date, refusal: Refusal | None = None) -> Response:
    found = await queries.month(month)
    may_write = actor_of(request).may(Permission.CALENDAR_WRITE)
    table, file = await browsed(request, _table(found, may_write=may_write), f"calendar-{month:%Y-%m}")
    if file is not None:
        return file
    page = CalendarPage(
        month=month,
        previous_href=_href(month, -1),
        next_href=_href(month, 1),
        lead=_lead([one for one, _declared in found]),
        provisional=_provisional([one for one, _declared in found]),
        week=[gettext(name) for name in WEEK],
        weeks=_weeks(found),
        table=table,
        may_write=may_write,
        kinds=[Option(value=kind.value, label=gettext(word)) for kind, word in KINDS.items()],
        values=await typed(request) if refusal else {},
        errors=errors_in(refusal),
    )
    status = refusal.status if refusal else 200
    return render(request, "calendar/month.html", page, status_code=status, notices=notices_in(request, NOTICES))


def _href(month: date, step: int) -> str:
    other = add_months(month, step)
    return f"{HERE}?month={other:%Y-%m}" if FIRST_YEAR <= other.year <= LAST_YEAR else ""


def _lead(days: list[Day]) -> str:
    counts = {kind: sum(one.kind is kind for one in days) for kind in DayKind}
    return gettext(
        N_("工作日%(work)s天，休息日%(rest)s天，法定节假日%(statutory)s天。"),
        work=counts[DayKind.WORK],
        rest=counts[DayKind.REST],
        statutory=counts[DayKind.STATUTORY],
    )


def _provisional(days: list[Day]) -> str:
    open_days = sum(one.provisional for one in days)
    if not open_days:
        return ""
    if open_days == len(days):
        return gettext(N_("这个月的国家放假安排还没有公布：法定节假日已定，调休上班日暂缺。"))
    return gettext(N_("有%(count)s天可能被下一年的放假安排改动。"), count=open_days)


def _weeks(found: list[tuple[Day, bool]]) -> list[list[Square | None]]:
    squares: list[Square | None] = [None] * found[0][0].on.weekday()
    squares += [_square(one, declared) for one, declared in found]
    squares += [None] * (-len(squares) % 7)
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def _square(one: Day, declared: bool) -> Square:
    is_weekend = one.kind is DayKind.REST and one.name == N_("周末")
    mark = gettext(N_("另行设定")) if declared else gettext(N_("暂定")) if one.provisional else ""
    return Square(
        on=one.on,
        kind=one.kind.value,
        name="" if is_weekend else short_name(one.name),
        mark=mark,
        is_today=one.on == clock.today(),
    )


def _table(found: list[tuple[Day, bool]], *, may_write: bool) -> Table:
    """The days that are not what the weekday says, with the article or notice behind each."""
    columns = [
        Column(label=gettext(N_("日期")), kind="date", is_row_header=True),
        Column(label=gettext(N_("类型"))),
        Column(label=gettext(N_("名称"))),
        Column(label=gettext(N_("通知依据"))),
    ]
    if may_write:
        columns.append(Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True))
    return Table(
        caption=gettext(N_("和平常星期不同的日子")),
        columns=columns,
        rows=[_row(one, declared, may_write=may_write) for one, declared in found if declared or _is_special(one)],
        name="special",
        empty=Empty(what=gettext(N_("这个月没有节假日和调休")), why=gettext(N_("周一至周五上班，周末休息"))),
    )


def _is_special(one: Day) -> bool:
    return (one.kind is DayKind.WORK) != (one.on.weekday() < 5) or one.kind is DayKind.STATUTORY


def _row(one: Day, declared: bool, *, may_write: bool) -> TableRow:
    take_back = Action(label=gettext(N_("取消")), href=f"{HERE}/removal?on={one.on}", kind="quiet")
    cells: list[Cell] = [
        Date(on=one.on),
        Text(text=gettext(KINDS[one.kind]), sub=gettext(N_("暂定")) if one.provisional else ""),
        Text(text=day_name(one.name)),
        Text(text=gettext(one.source)),
    ]
    if may_write:
        cells.append(Actions(actions=[take_back] if declared else []))
    return TableRow(cells=cells)


@post(HERE, opt=KEEPER, include_in_schema=False)
async def declare(request: Request) -> Response:
    try:
        form = await form_of(request, DayForm)
        await commands.declare_day(actor_of(request), form.on, form.kind, name=form.name, source=form.source)
    except Refusal as refusal:
        return await _month(request, month_in((await typed(request)).get("on", "")[:7]), refusal)
    return done(f"{HERE}?month={form.on:%Y-%m}", "declared")


@get("/calendar/removal", opt=KEEPER, include_in_schema=False)
async def removal_page(request: Request) -> Response:
    return await _removal(request, request.query_params.get("on", ""))


async def _removal(request: Request, on: str, refusal: Refusal | None = None) -> Response:
    declared = await queries.declared(on)
    if declared is None:
        raise errors.DayNotDeclared(on=on[:10])
    page = RemovalPage(
        on=on,
        facts=[
            (gettext(N_("日期")), day_text(declared["on"], year=True)),
            (gettext(N_("类型")), gettext(KINDS[DayKind(declared["kind"])])),
            (gettext(N_("名称")), declared["name"]),
            (gettext(N_("通知依据")), declared["source"]),
            (gettext(N_("取消以后")), gettext(N_("这一天恢复按国家通知计算；已经定好的期限和发薪日不变"))),
        ],
        back_href=f"{HERE}?month={declared['on']:%Y-%m}",
        error=errors_in(refusal).get("reason", "") if refusal else "",
    )
    return render(request, "calendar/removal.html", page, status_code=refusal.status if refusal else 200)


@post("/calendar/removal", opt=KEEPER, include_in_schema=False)
async def remove(request: Request) -> Response:
    try:
        form = await form_of(request, RemovalForm)
        await commands.remove_day(actor_of(request), form.on, form.reason)
    except Refusal as refusal:
        return await _removal(request, (await typed(request)).get("on", ""), refusal)
    return done(f"{HERE}?month={form.on:%Y-%m}", "removed")


routes = [calendar_page, declare, removal_page, remove]
