"""Pages of the roster: the month grid that a supervisor fills and publishes, and one's own month."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.calendar.months import next_month, previous_month
from qa_service.errors import FieldError, InvalidInput, Refusal, StaleEdit
from qa_service.language import N_, clauses, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.roster import cleaning_pages, commands, queries
from qa_service.roster.grid_file import grid_table
from qa_service.roster.own_absences import own_absences
from qa_service.roster.page_parts import NoUnitPage, asked, notices_in
from qa_service.roster.rules import DAY_MINUTES
from qa_service.web.decoding import form_of
from qa_service.web.downloads import download, offered
from qa_service.web.formatting import day, field_errors
from qa_service.web.guards import needs
from qa_service.web.months import asked_month, typed_month
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of

STATES = {"": N_("还没有排"), "draft": N_("草稿"), "published": N_("已公布")}
BREACHES_SHOWN = 30


class GridPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/roster/month.html. codes maps the codes that may be typed; hours are texts by person."""

    grid: queries.Grid
    state: str
    previous_href: str
    next_href: str
    units: list[Chip]
    files: list[tuple[str, str]]
    may_write: bool
    may_adopt: bool
    hours: dict[int, str]
    overtime: dict[int, str]
    refused: list[tuple[str, list[str]]]
    warned: list[tuple[str, list[str]]]
    is_stale: bool
    theirs: dict[str, str]
    bad: list[str]
    people: list[Option]
    shifts: list[tuple[str, str, str]]
    values: dict[str, str] = {}
    chosen: list[str] = []
    errors: dict[str, str] = {}
    typed: dict[str, str] = {}


class MinePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/roster/mine.html."""

    month: date
    previous_href: str
    next_href: str
    days: list[tuple[str, str, str, str]]
    duties: list[dict[str, Any]]
    absences: list[tuple[str, str, str]] = []


class UnitMonth(msgspec.Struct):
    unit: int
    month: str


class ShiftForm(msgspec.Struct):
    unit: int
    month: str
    code: commands.Code
    name: str
    starts: str
    ends: str
    name_en: str = ""
    paid_break_minutes: int = 0
    unpaid_break_minutes: int = 0


class PatternForm(msgspec.Struct):
    version: int
    codes: str
    from_on: date
    until_on: date
    people: list[int] = []
    step: int = 0


class PublishForm(msgspec.Struct):
    version: int
    reason: str = ""


class VersionForm(msgspec.Struct):
    version: int


class OvertimeForm(msgspec.Struct):
    version: int
    person: int
    on: date
    overtime_minutes: int
    overtime_reason: str = ""


def hours(minutes: int) -> str:
    return gettext(N_("%(hours)s小时"), hours=f"{minutes / 60:g}")


def clock_text(minute: int) -> str:
    """08:00; what reaches into the next day says so."""
    text = f"{minute % DAY_MINUTES // 60:02d}:{minute % 60:02d}"
    return gettext(N_("次日%(time)s"), time=text) if minute > DAY_MINUTES else text


@get("/roster", opt=needs(Permission.ROSTER_READ), include_in_schema=False)
async def roster_page(request: Request) -> Response:
    unit, month, chips = await asked(request, "/roster")
    return await _grid(request, unit, month, chips=chips)


async def _grid(
    request: Request, unit: int | None, month: date, *, chips: list[Chip], refusal: Refusal | None = None
) -> Response:
    if unit is None:
        return render(request, "roster/no_unit.html", NoUnitPage(gettext(N_("排班"))))
    actor = actor_of(request)
    grid = await queries.grid(actor, unit, month)
    reach = actor.units(Permission.ROSTER_WRITE)
    may_write = actor.may(Permission.ROSTER_WRITE) and (reach is None or unit in reach)
    table = offered(request, grid_table(grid, has_hours=may_write))
    if (file := await download(request, table, f"roster-{month:%Y-%m}")) is not None:
        return file
    raw = await request.form() if refusal else None
    fields = {field.field for field in refusal.fields} if refusal else set()
    refused = [one for one in grid.breaches if one.severity == "refuse"]
    page = GridPage(
        grid=grid,
        state=gettext(STATES[grid.state]),
        previous_href=f"/roster?unit={unit}&month={previous_month(month):%Y-%m}",
        next_href=f"/roster?unit={unit}&month={next_month(month):%Y-%m}",
        units=chips,
        files=[("CSV", table.csv_href), ("XLSX", table.xlsx_href)] if grid.id and not refusal else [],
        may_write=may_write,
        may_adopt=may_write and not grid.shifts,
        hours={one.person: f"{one.minutes / 60:g}" for one in grid.people},
        overtime={
            one.person: clauses(f"{percent}% {hours(minutes)}" for percent, minutes in one.overtime_minutes.items())
            for one in grid.people
        },
        refused=_by_person(refused),
        warned=_by_person([one for one in grid.breaches if one.severity != "refuse"]),
        is_stale=isinstance(refusal, StaleEdit),
        theirs=_standing(raw, grid) if isinstance(refusal, StaleEdit) else {},
        bad=sorted({f"{one.person}:{one.on}" for one in refused} | fields),
        people=[
            Option(value=str(one.person), label=f"{one.name} {one.employee_no or ''}".strip()) for one in grid.people
        ],
        shifts=[
            (one["code"], one["label"], f"{clock_text(one['start_minute'])}–{clock_text(one['end_minute'])}")
            for one in grid.shifts
        ],
        values={name: str(value)[:2000] for name, value in raw.items() if not name.startswith("c_")} if raw else {},
        chosen=[str(one) for one in raw.getall("people", [])] if raw else [],
        errors={} if refusal is None or isinstance(refusal, StaleEdit) else _errors(refusal),
        typed={name: str(value)[:4] for name, value in raw.items() if name.startswith("c_")} if raw else {},
    )
    code = refusal.status if refusal else 200
    return render(request, "roster/month.html", page, status_code=code, notices=notices_in(request))


def _by_person(breaches: list[queries.Breach]) -> list[tuple[str, list[str]]]:
    """Each person once, with the places where a rule bites."""
    found: dict[str, list[str]] = {}
    for one in breaches[:BREACHES_SHOWN]:
        found.setdefault(one.name, []).append(one.text)
    return list(found.items())


def _standing(raw: Any, grid: queries.Grid) -> dict[str, str]:
    """What stands now in the squares where something else was typed, by the name of their field."""
    found = {}
    for one in grid.people:
        for head, square in zip(grid.days, one.squares, strict=True):
            name = f"c_{one.person}_{head.on.day}"
            typed = raw.get(name)
            if isinstance(typed, str) and typed.strip() != (square.code or ""):
                found[name] = square.code or gettext(N_("空"))
    return found


def _errors(refusal: Refusal) -> dict[str, str]:
    """Sentences by field; those of squares go to the head of the page, where their list stands."""
    found = field_errors(refusal.fields)
    squares = {name for name in found if ":" in name}
    kept = {name: text for name, text in found.items() if name not in squares}
    if squares and not kept:
        kept[""] = refusal.text()
    return kept or {"": refusal.text()}


def _back(unit: int, month: date, notice: str) -> Redirect:
    return Redirect(f"/roster?unit={unit}&month={month:%Y-%m}&notice={notice}", status_code=303)


async def _of_unit(request: Request, notice: str, command) -> Response:
    """A form that names unit and month itself."""
    unit, month, chips = await asked(request, "/roster")
    try:
        form = await form_of(request, UnitMonth)
        unit, month = form.unit, typed_month(form.month)
        await command(unit, month)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _grid(request, unit, month, chips=chips, refusal=refusal)
    return _back(unit, month, notice)


async def _of_roster(request: Request, roster_id: int, notice: str, command) -> Response:
    """A form of one roster: its command, or the grid again with what is wrong and what was typed."""
    actor = actor_of(request)
    found = next((one for one in await queries.months(actor) if one["id"] == roster_id), None)
    try:
        await command()
    except Refusal as refusal:
        if refusal.status == 404 or found is None:
            raise
        _unit, _shown, chips = await asked(request, "/roster")
        return await _grid(request, found["unit"], found["pay_month"], chips=chips, refusal=refusal)
    return _back(found["unit"], found["pay_month"], notice)


@post("/roster/shifts/adoption", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def adopt(request: Request) -> Response:
    async def run(unit: int, month: date) -> None:
        await commands.adopt_shifts(actor_of(request), unit, month)

    return await _of_unit(request, "adopted", run)


@post("/roster/shifts", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def add_shift(request: Request) -> Response:
    async def run(unit: int, month: date) -> None:
        form = await form_of(request, ShiftForm)
        start, end = _minute(form.starts, "starts"), _minute(form.ends, "ends")
        given = commands.ShiftIn(
            unit=unit, code=form.code, name=form.name, name_en=form.name_en, start_minute=start,
            end_minute=end if end > start else end + DAY_MINUTES, paid_break_minutes=form.paid_break_minutes,
            unpaid_break_minutes=form.unpaid_break_minutes, from_on=month,
        )  # fmt: skip
        await commands.add_shift(actor_of(request), given)

    return await _of_unit(request, "shift", run)


def _minute(text: str, field: str) -> int:
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise InvalidInput(fields=[FieldError(field, "time-invalid", N_("时间应写成08:00这样"))])
    return int(hour) * 60 + int(minute)


@post("/roster", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def open_month(request: Request) -> Response:
    async def run(unit: int, month: date) -> None:
        await commands.open_month(actor_of(request), unit, month)

    return await _of_unit(request, "opened", run)


@post("/roster/{roster_id:int}/cells", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def fill(request: Request, roster_id: FromPath[int]) -> Response:
    """Squares come as c_PERSON_DAY; overtime stays as it was where the shift does."""

    async def run() -> None:
        actor = actor_of(request)
        form = await form_of(request, VersionForm)
        grid = await _grid_of(actor, roster_id)
        await commands.fill(actor, roster_id, _typed(await request.form(), grid), version=form.version)

    return await _of_roster(request, roster_id, "filled", run)


async def _grid_of(actor: Actor, roster_id: int) -> queries.Grid:
    found = next((one for one in await queries.months(actor) if one["id"] == roster_id), None)
    if found is None:
        raise InvalidInput(fields=[FieldError("", "roster-gone", N_("这张排班表已经不在了"))])
    return await queries.grid(actor, found["unit"], found["pay_month"])


def _typed(raw: Any, grid: queries.Grid) -> list[commands.CellIn]:
    """The squares that say something else than what stands there."""
    cells = []
    for one in grid.people:
        for head, square in zip(grid.days, one.squares, strict=True):
            given = raw.get(f"c_{one.person}_{head.on.day}")
            if not isinstance(given, str):
                continue
            code = given.strip()[:4]
            code = "" if code in ("休", "-", "0") else code
            if code == (square.code or "") and not (square.code is None and given.strip()):
                continue
            keeps = code and code == square.code
            cells.append(
                commands.CellIn(
                    person=one.person, on=head.on, shift=code,
                    overtime_minutes=square.overtime_minutes if keeps else 0,
                    overtime_reason=square.overtime_reason if keeps else "",
                )
            )  # fmt: skip
    return cells


@post("/roster/{roster_id:int}/overtime", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def overtime(request: Request, roster_id: FromPath[int]) -> Response:
    async def run() -> None:
        actor = actor_of(request)
        form = await form_of(request, OvertimeForm)
        _check_overtime(form)
        grid = await _grid_of(actor, roster_id)
        own = next((one for one in grid.people if one.person == form.person), None)
        place = (form.on - grid.month).days
        square = own.squares[place] if own and 0 <= place < len(own.squares) else queries.Square()
        cell = commands.CellIn(
            person=form.person, on=form.on, shift=square.code or "",
            overtime_minutes=form.overtime_minutes, overtime_reason=form.overtime_reason,
        )  # fmt: skip
        await commands.fill(actor, roster_id, [cell], version=form.version)

    return await _of_roster(request, roster_id, "filled", run)


def _check_overtime(form: OvertimeForm) -> None:
    """What the API's struct refuses is refused here too, never made to fit."""
    faults = []
    if not 0 <= form.overtime_minutes <= DAY_MINUTES:
        sentence = N_("请填0到%(most)s之间的分钟数")
        faults.append(FieldError("overtime_minutes", "range", sentence, {"most": DAY_MINUTES}))
    if len(form.overtime_reason) > commands.LONGEST_REASON:
        sentence = N_("最多%(most)s字")
        faults.append(FieldError("overtime_reason", "length", sentence, {"most": commands.LONGEST_REASON}))
    if faults:
        raise InvalidInput(fields=faults)


@post("/roster/{roster_id:int}/pattern", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def pattern(request: Request, roster_id: FromPath[int]) -> Response:
    """The pattern is typed as 早早早早早休休, or with blanks where a code has several signs."""

    async def run() -> None:
        form = await form_of(request, PatternForm)
        text = form.codes.strip().replace("，", " ").replace(",", " ")
        codes = ["" if sign in ("休", "-", "0") else sign[:4] for sign in (text.split() if " " in text else text)]
        if not codes or not form.people:
            fields = [FieldError("codes" if not codes else "people", "missing", N_("请填写"))]
            raise InvalidInput(fields=fields)
        given = commands.Pattern(
            people=form.people, codes=codes[:62], from_on=form.from_on, until_on=form.until_on,
            step=min(max(form.step, 0), 62),
        )  # fmt: skip
        await commands.fill_pattern(actor_of(request), roster_id, given, version=form.version)

    return await _of_roster(request, roster_id, "filled", run)


@post("/roster/{roster_id:int}/copy", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def copy(request: Request, roster_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, VersionForm)
        await commands.copy_weeks(actor_of(request), roster_id, version=form.version)

    return await _of_roster(request, roster_id, "filled", run)


@post("/roster/{roster_id:int}/publication", opt=needs(Permission.ROSTER_WRITE), include_in_schema=False)
async def publish(request: Request, roster_id: FromPath[int]) -> Response:
    async def run() -> None:
        form = await form_of(request, PublishForm)
        await commands.publish(actor_of(request), roster_id, version=form.version, reason=form.reason)

    return await _of_roster(request, roster_id, "published", run)


@get("/my/roster", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def mine(request: Request) -> Response:
    month = asked_month(request)
    found = await queries.mine(actor_of(request), month)
    page = MinePage(
        month=month,
        previous_href=f"/my/roster?month={previous_month(month):%Y-%m}",
        next_href=f"/my/roster?month={next_month(month):%Y-%m}",
        days=[_own_day(one) for one in found["days"]],
        duties=found["duties"],
        absences=await own_absences(actor_of(request), month),
    )
    return render(request, "roster/mine.html", page, notices=notices_in(request))


def _own_day(one: dict[str, Any]) -> tuple[str, str, str, str]:
    """(day, shift, hours of the day, holiday) of one's own month."""
    cell, head = one["cell"], one["head"]
    if cell is None or cell["code"] is None:
        return day(one["on"]), gettext(N_("休息")), "", head.name
    name = cell["name_en"] if current_language() == "en" and cell["name_en"] else cell["name"]
    span = f"{clock_text(cell['start_minute'])}–{clock_text(cell['end_minute'])}"
    if cell["overtime_minutes"]:
        span = gettext(N_("%(span)s，加班%(hours)s"), span=span, hours=hours(cell["overtime_minutes"]))
    return day(one["on"]), name, span, head.name


routes = [
    roster_page, adopt, add_shift, open_month, fill, overtime, pattern, copy, publish, mine, *cleaning_pages.routes,
]  # fmt: skip
