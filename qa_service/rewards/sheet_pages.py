"""Pages of the 奖罚评分表: the list, one sheet with its lines per person, and the chain behind one line."""

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from qa_service.calendar.queries import working_calendar
from qa_service.errors import NotFound, Refusal
from qa_service.people.access import Permission
from qa_service.rewards import commands, queries, sheet_queries, views
from qa_service.rewards.gates import Step
from qa_service.rewards.lines import typed_fen
from qa_service.rewards.page_parts import done, errors_in, kind_word, named, notices_in, typed
from qa_service.rewards.schemas import AddIn, Id, Note, Words
from qa_service.rewards.sheet_commands import STEPS
from qa_service.rewards.sheet_models import (
    SHEETS,
    LinePage,
    SheetsPage,
    chain_step,
    line_facts,
    lines_table,
    sheet_model,
    sheets_table,
)
from qa_service.web.decoding import form_of
from qa_service.web.downloads import written
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.months import typed_month
from qa_service.web.parts import Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of


class DraftForm(msgspec.Struct):
    unit_id: Id
    month: str


class StepIn(msgspec.Struct):
    version: int
    note: Note = ""
    total: str = ""
    without_wages: bool = False


class AddForm(msgspec.Struct):
    version: int
    person_id: Id
    kind: str
    amount: str
    reason: Words
    of_line: Id | None = None


class EditForm(msgspec.Struct):
    version: int
    reason: Note = ""


# The list


@get(SHEETS, opt=needs(Permission.SHEET_READ), include_in_schema=False)
async def sheets_page(request: Request) -> Response:
    return await _sheets(request)


async def _sheets(request: Request, *, values: dict[str, str] | None = None, refusal: Refusal | None = None):
    actor = actor_of(request)
    units = await sheet_queries.units(actor, Permission.SHEET_WRITE)
    calendar = await working_calendar()
    shown = sheets_table(await queries.sheets(actor), calendar, sees_scores=actor.may(Permission.SCORE_READ))
    table, file = await browsed(request, shown, "sheets")
    if file is not None:
        return file
    page = SheetsPage(
        table=table,
        may_draft=bool(units),
        units=[Option(value=str(unit["id"]), label=named(unit)) for unit in units],
        values=values or {},
        errors=errors_in(refusal) if refusal else {},
    )
    code = refusal.status if refusal else 200
    return render(request, "sheets/list.html", page, status_code=code, notices=notices_in(request))


@post(SHEETS, opt=needs(Permission.SHEET_WRITE), include_in_schema=False)
async def draft(request: Request) -> Response:
    try:
        form = await form_of(request, DraftForm)
        sheet_id = await commands.draft_sheet(actor_of(request), form.unit_id, typed_month(form.month))
    except Refusal as refusal:
        return await _sheets(request, values=await typed(request), refusal=refusal)
    return done(f"{SHEETS}/{sheet_id}", "drafted")


# One sheet


@get("/sheets/{sheet_id:int}", opt=needs(Permission.SHEET_READ), include_in_schema=False)
async def sheet_page(request: Request, sheet_id: FromPath[int]) -> Response:
    return await _sheet(request, sheet_id)


async def _sheet(request: Request, sheet_id: int, refusal: Refusal | None = None, tried: str = "") -> Response:
    actor = actor_of(request)
    sheet = await queries.sheet(actor, sheet_id)
    steps = await views.steps_now(actor, sheet)
    units = actor.units(Permission.SHEET_WRITE)
    may_edit = sheet["state"] == "draft" and (units is None or sheet["unit"] in units)
    closed = await sheet_queries.closed_lines(sheet) if may_edit else []
    page = sheet_model(sheet, await working_calendar(), steps=steps, may_edit=may_edit, closed=closed)
    if refusal:
        values = await typed(request)
        is_here = not tried or any(step.name == tried for step in page.steps)
        kept = "" if is_here else values.get("note", "").strip()
        page = msgspec.structs.replace(page, errors=errors_in(refusal), values=values, tried=tried, typed_note=kept)
    code = refusal.status if refusal else 200
    return render(request, "sheets/sheet.html", page, status_code=code, notices=notices_in(request))


@get(
    ["/sheets/{sheet_id:int}/lines.csv", "/sheets/{sheet_id:int}/lines.xlsx"],
    opt=needs(Permission.SHEET_READ), include_in_schema=False,
)  # fmt: skip
async def lines_file(request: Request, sheet_id: FromPath[int]) -> Response:
    sheet = await queries.sheet(actor_of(request), sheet_id)
    kind = request.url.path.rpartition(".")[2]
    return await written(lines_table(sheet), f"sheet-{sheet['pay_month']:%Y-%m}-{sheet_id}", kind)


async def _act(request: Request, sheet_id: int, notice: str, command, tried: str = "") -> Response:
    """One form of a sheet: run its command, or show the sheet again with what is wrong."""
    try:
        await command()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _sheet(request, sheet_id, refusal, tried)
    return done(f"{SHEETS}/{sheet_id}", notice)


@post("/sheets/{sheet_id:int}/steps/{name:str}", opt=LOGGED_IN, include_in_schema=False)
async def take_step(request: Request, sheet_id: FromPath[int], name: FromPath[str]) -> Response:
    actor = actor_of(request)
    if name not in set(Step):
        raise NotFound()
    step = Step(name)

    async def run() -> None:
        form = await form_of(request, StepIn)
        control = {"without_wages": form.without_wages} if step is Step.SUBMIT else {}
        if form.total and step is Step.SUBMIT:
            control["total_fen"] = typed_fen(form.total, "total")
        await STEPS[step](actor, sheet_id, version=form.version, note=form.note, **control)

    return await _act(request, sheet_id, step.value, run, tried=step.value)


@post("/sheets/{sheet_id:int}/edits", opt=needs(Permission.SHEET_WRITE), include_in_schema=False)
async def add(request: Request, sheet_id: FromPath[int]) -> Response:
    actor = actor_of(request)

    async def run() -> None:
        form = await form_of(request, AddForm)
        entry = AddIn(
            version=form.version, person_id=form.person_id, kind=form.kind, reason=form.reason,
            amount_fen=typed_fen(form.amount, "amount"), of_line=form.of_line,
        )  # fmt: skip
        await commands.add_line(actor, sheet_id, entry)

    return await _act(request, sheet_id, "edited", run)


@post("/sheets/{sheet_id:int}/edits/{edit_id:int}/undo", opt=needs(Permission.SHEET_WRITE), include_in_schema=False)
async def undo(request: Request, sheet_id: FromPath[int], edit_id: FromPath[int]) -> Response:
    actor = actor_of(request)

    async def run() -> None:
        form = await form_of(request, EditForm)
        await commands.undo_edit(actor, sheet_id, edit_id, version=form.version)

    return await _act(request, sheet_id, "edited", run)


# One line


@get("/sheets/{sheet_id:int}/lines/{line_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def line_page(request: Request, sheet_id: FromPath[int], line_id: FromPath[int]) -> Response:
    return await _line(request, sheet_id, line_id)


async def _line(request: Request, sheet_id: int, line_id: int, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    line = sheet_queries.shown(await sheet_queries.line(actor, sheet_id, line_id))
    units = actor.units(Permission.SHEET_WRITE)
    may_write = units is None or line["sheet_unit"] in units
    page = LinePage(
        sheet_id=sheet_id, line_id=line_id, version=line["sheet_version"], title=kind_word(line["kind"]),
        text=line["text"], notes=line["notes"], facts=line_facts(line),
        chain=[chain_step(step) for step in await queries.trace(actor, sheet_id, line_id)],
        may_read_sheet=actor.may(Permission.SHEET_READ), may_strike=may_write and line["sheet_state"] == "draft",
        errors=errors_in(refusal) if refusal else {},
    )  # fmt: skip
    code = refusal.status if refusal else 200
    return render(request, "sheets/line.html", page, status_code=code, notices=notices_in(request))


@post("/sheets/{sheet_id:int}/lines/{line_id:int}/strike", opt=needs(Permission.SHEET_WRITE), include_in_schema=False)
async def strike(request: Request, sheet_id: FromPath[int], line_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, EditForm)
        await commands.strike_line(actor_of(request), sheet_id, line_id, form.reason, version=form.version)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _line(request, sheet_id, line_id, refusal)
    return done(f"{SHEETS}/{sheet_id}", "edited")


routes = [sheets_page, draft, sheet_page, lines_file, take_step, add, undo, line_page, strike]
