"""Pages of the 奖罚评分表: the list, one sheet with its lines per person, and the chain behind one line."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import WorkCalendar, working_days_between
from qa_service.errors import NotFound, Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.rewards import commands, queries, sheet_queries, views
from qa_service.rewards.gates import NEEDS_REASON, STATE_NAMES, STEP_NAMES, SheetState, Step
from qa_service.rewards.lines import Kind, typed_fen, yuan
from qa_service.rewards.page_parts import (
    SHEET_STATES,
    done,
    errors_in,
    kind_word,
    line_state,
    month_of,
    named,
    notices_in,
    people_options,
)
from qa_service.rewards.schemas import AddIn, Id, Note, TraceStep, Words
from qa_service.rewards.sheet_commands import STEPS
from qa_service.web.cells import Cell, Date, Link, Moment, Month, Nothing, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count, Money
from qa_service.web.formatting import moment
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.parts import Entry, Option
from qa_service.web.parts import Step as ChainStep
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Group, Table, TableRow, csv_bytes

SHEETS = "/sheets"
STEP_WORDS = {"draft": N_("编制"), "edit": N_("修改")} | {step.value: word for step, word in STEP_NAMES.items()}


class SheetsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/sheets/list.html: the sheets in reach, and the form that drafts one."""

    table: Table
    may_draft: bool
    units: list[Option] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class StepForm(msgspec.Struct, frozen=True, kw_only=True):
    """One step that this reader may take: its button, whether it needs a reason, whether it asks for the sum."""

    name: str
    label: str
    needs_note: bool
    asks_total: bool
    kind: str


class SheetPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/sheets/sheet.html."""

    id: int
    version: int
    title: str
    state: StateCell
    facts: list[tuple[str, str | Cell]]
    history: list[Entry]
    table: Table
    sums: list[tuple[str, int]]
    total_fen: int
    pending_fen: int
    pending_count: int
    left_out: list[tuple[str, str]]
    floor_notes: list[str]
    edits: Table | None
    undoable: list[Option]
    steps: list[StepForm]
    may_edit: bool
    people: list[Option] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class LinePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/sheets/line.html: the chain behind one line; who drafts may strike it here."""

    sheet_id: int
    line_id: int
    version: int
    title: str
    text: str
    notes: list[str]
    facts: list[tuple[str, str | Cell]]
    chain: list[ChainStep]
    may_read_sheet: bool
    may_strike: bool
    errors: dict[str, str] = {}


class DraftForm(msgspec.Struct):
    unit_id: Id
    month: str


class StepIn(msgspec.Struct):
    version: int
    note: Note = ""
    total: str = ""


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
    page = SheetsPage(
        table=sheets_table(await queries.sheets(actor), calendar),
        may_draft=bool(units),
        units=[Option(value=str(unit["id"]), label=named(unit)) for unit in units],
        values=values or {},
        errors=errors_in(refusal) if refusal else {},
    )
    code = refusal.status if refusal else 200
    return render(request, "sheets/list.html", page, status_code=code, notices=notices_in(request))


def sheets_table(found: list[dict[str, Any]], calendar: WorkCalendar) -> Table:
    columns = [
        Column(label=gettext(N_("月份")), kind="month"),
        Column(label=gettext(N_("部门")), kind="link", is_row_header=True),
        Column(label=gettext(N_("状态")), kind="state"), Column(label=gettext(N_("人数")), kind="count"),
        Column(label=gettext(N_("下一个期限")), kind="moment"), Column(label=gettext(N_("发薪日")), kind="date"),
        Column(label=gettext(N_("合计（元）")), kind="money"), Column(label=gettext(N_("待定（元）")), kind="money"),
    ]  # fmt: skip
    rows = [
        TableRow(
            cells=[
                Month(on=one["pay_month"]), Link(text=named(one, "unit_name"), href=f"{SHEETS}/{one['id']}"),
                sheet_state(one), Count(value=one["people"]), countdown(one, calendar), Date(on=one["payday_on"]),
                Money(fen=one["total_fen"], kind="signed"),
                Money(fen=one["pending_fen"], kind="signed", state="hold") if one["pending_fen"] else Nothing(),
            ]
        )
        for one in found
    ]  # fmt: skip
    empty = Empty(
        what=gettext(N_("还没有奖罚评分表")),
        why=gettext(N_("一个月的得分发布以后，就可以编制这个月的表")),
        next_label=gettext(N_("看看得分")),
        next_href="/scores",
    )
    return Table(caption=gettext(N_("奖罚评分表")), columns=columns, rows=rows, empty=empty, name="sheets")


def sheet_state(sheet: dict[str, Any]) -> StateCell:
    return StateCell(kind=SHEET_STATES[sheet["state"]], word=gettext(STATE_NAMES[SheetState(sheet["state"])]))


def countdown(sheet: dict[str, Any], calendar: WorkCalendar) -> Cell:
    """The deadline that comes next, with the working days that are left of it; none once the sheet is approved."""
    name = {"draft": "submit", "submitted": "approve"}.get(sheet["state"])
    if name is None:
        return Nothing(reason=gettext(N_("已经批准")))
    left = working_days_between(calendar, clock.today(), sheet[f"{name}_by_on"])
    left = min(left, -1) if clock.now() > sheet[f"{name}_by_at"] else left
    return Moment(at=sheet[f"{name}_by_at"], working_days_left=left)


@post(SHEETS, opt=needs(Permission.SHEET_WRITE), include_in_schema=False)
async def draft(request: Request) -> Response:
    try:
        form = await form_of(request, DraftForm)
        sheet_id = await commands.draft_sheet(actor_of(request), form.unit_id, month_of(form.month))
    except Refusal as refusal:
        return await _sheets(request, values=await typed(request), refusal=refusal)
    return done(f"{SHEETS}/{sheet_id}", "drafted")


async def typed(request: Request) -> dict[str, str]:
    return {name: str(value)[:2000] for name, value in (await request.form()).items() if isinstance(value, str)}


# One sheet


@get("/sheets/{sheet_id:int}", opt=needs(Permission.SHEET_READ), include_in_schema=False)
async def sheet_page(request: Request, sheet_id: FromPath[int]) -> Response:
    return await _sheet(request, sheet_id)


async def _sheet(request: Request, sheet_id: int, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    sheet = await queries.sheet(actor, sheet_id)
    steps = await views.steps_now(actor, sheet)
    units = actor.units(Permission.SHEET_WRITE)
    may_edit = sheet["state"] == "draft" and (units is None or sheet["unit"] in units)
    page = sheet_model(sheet, await working_calendar(), steps=steps, may_edit=may_edit)
    if refusal:
        page = msgspec.structs.replace(page, errors=errors_in(refusal), values=await typed(request))
    code = refusal.status if refusal else 200
    return render(request, "sheets/sheet.html", page, status_code=code, notices=notices_in(request))


def sheet_model(
    sheet: dict[str, Any], calendar: WorkCalendar, *, steps: tuple[Step, ...], may_edit: bool
) -> SheetPage:
    held = [line for line in sheet["lines"] if line["amount_fen"] != line["payable_fen"]]
    return SheetPage(
        id=sheet["id"], version=sheet["version"], title=title_of(sheet), state=sheet_state(sheet),
        facts=_facts(sheet, calendar), history=[_entry(step) for step in sheet["steps"]], table=lines_table(sheet),
        sums=_sums(sheet["lines"]), total_fen=sheet["total_fen"], pending_fen=sheet["pending_fen"],
        pending_count=len(held), left_out=_left_out(sheet["persons"]), floor_notes=sheet["floor_notes"],
        edits=edits_table(sheet) if sheet["edits"] else None,
        undoable=[_undo_option(one) for one in sheet["edits"] if one["undone_at"] is None] if may_edit else [],
        steps=[_step_form(step) for step in steps], may_edit=may_edit,
        people=people_options(sheet["persons"], "person", "person_name") if may_edit else [],
    )  # fmt: skip


def title_of(sheet: dict[str, Any]) -> str:
    month = f"{sheet['pay_month']:%Y-%m}"
    return gettext(N_("%(unit)s%(month)s奖罚评分表"), unit=named(sheet, "unit_name"), month=month)


def _facts(sheet: dict[str, Any], calendar: WorkCalendar) -> list[tuple[str, str | Cell]]:
    pairs: list[tuple[str, str | Cell]] = [
        (gettext(N_("发薪日")), Date(on=sheet["payday_on"], year=True)),
        (gettext(N_("提交期限")), Moment(at=sheet["submit_by_at"])),
        (gettext(N_("批准期限")), Moment(at=sheet["approve_by_at"])),
        (gettext(N_("下一个期限")), countdown(sheet, calendar)),
        (gettext(N_("人数")), Count(value=sheet["people"])),
    ]
    if sheet["digest"]:
        pairs.append((gettext(N_("内容摘要")), Text(text=sheet["digest"], tone="code")))
        pairs.append((gettext(N_("锁定时的日志头")), Text(text=sheet["journal_head"] or "", tone="code")))
    return pairs


def _entry(step: dict[str, Any]) -> Entry:
    title = gettext(STEP_WORDS[step["step"]])
    if step["is_late"]:
        title = gettext(N_("%(step)s（已过期限）"), step=title)
    words = "：".join(filter(None, (step["actor"] or gettext(N_("系统")), step["note"])))
    return Entry(title=title, text=words, when=moment(step["at"]), state="bad" if step["step"] == "return" else "done")


def _sums(lines: list[dict[str, Any]]) -> list[tuple[str, int]]:
    kinds = [kind for kind in Kind if any(line["kind"] == kind for line in lines)]
    return [(kind_word(kind), sum(line["payable_fen"] for line in lines if line["kind"] == kind)) for kind in kinds]


def _left_out(persons: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["person_name"], text) for one in persons for text in (*one["refused"], *one["notes"])]


def _step_form(step: Step) -> StepForm:
    kind = {Step.SUBMIT: "primary", Step.APPROVE: "primary", Step.WITHDRAW: "danger"}.get(step, "")
    return StepForm(
        name=step.value, label=gettext(STEP_NAMES[step]), needs_note=step in NEEDS_REASON,
        asks_total=step is Step.SUBMIT, kind=kind,
    )  # fmt: skip


def lines_table(sheet: dict[str, Any]) -> Table:
    """Every line under its person, with what is paid of it and one subtotal."""
    columns = [
        Column(label=gettext(N_("姓名")), kind="person"), Column(label=gettext(N_("类别"))),
        Column(label=gettext(N_("内容和来由")), kind="link"), Column(label=gettext(N_("状态")), kind="state"),
        Column(label=gettext(N_("按规则（元）")), kind="money"),
        Column(label=gettext(N_("本月计发（元）")), kind="money"),
        Column(label=gettext(N_("本人小计（元）")), kind="money"),
    ]  # fmt: skip
    groups = [
        Group(
            head=Person(name=one["person_name"], number=one["employee_no"] or ""),
            rows=[_line_row(line) for line in sheet["lines"] if line["person"] == one["person"]],
            subtotal=Money(fen=one["total_fen"], kind="signed"),
        )
        for one in sheet["persons"]
        if any(line["person"] == one["person"] for line in sheet["lines"])
    ]
    empty = Empty(what=gettext(N_("表里没有明细")), why=gettext(N_("没有工资记录的人列在下面")))
    href = f"{SHEETS}/{sheet['id']}/lines.csv"
    caption = gettext(N_("每个人的明细"))
    return Table(caption=caption, columns=columns, groups=groups, empty=empty, name="lines", csv_href=href)


def _line_row(line: dict[str, Any]) -> TableRow:
    href = f"{SHEETS}/{line['sheet']}/lines/{line['id']}"
    return TableRow(
        id=f"line-{line['id']}",
        cells=[
            Text(text=kind_word(line["kind"])), Link(text=line["text"], href=href, sub="；".join(line["notes"])),
            line_state(line["state"]), Money(fen=line["amount_fen"], kind="signed"),
            Money(fen=line["payable_fen"], kind="signed"),
        ],
    )  # fmt: skip


def edits_table(sheet: dict[str, Any]) -> Table:
    """What was added and struck by hand, by whom and why; undone ones stay readable."""
    words = {"reward": N_("加入奖励"), "correction": N_("加入更正"), "strike": N_("划去")}
    columns = [
        Column(label=gettext(N_("姓名"))), Column(label=gettext(N_("改了什么"))),
        Column(label=gettext(N_("金额（元）")), kind="money"), Column(label=gettext(N_("原因"))),
        Column(label=gettext(N_("谁"))), Column(label=gettext(N_("时间")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
    ]  # fmt: skip
    rows = [
        TableRow(
            key=str(one["id"]),
            cells=[
                Text(text=one["person_name"]), Text(text=gettext(words[one["kind"]])),
                Money(fen=one["amount_fen"], kind="signed"), Text(text=one["reason"]), Text(text=one["actor"]),
                Moment(at=one["at"]), _edit_state(one),
            ],
        )
        for one in sheet["edits"]
    ]  # fmt: skip
    return Table(caption=gettext(N_("人工修改")), columns=columns, rows=rows, name="edits")


def _undo_option(edit: dict[str, Any]) -> Option:
    """One change that can still be taken back: its id, and what it was."""
    return Option(value=str(edit["id"]), label=f"{edit['person_name']} {yuan(edit['amount_fen'])} {edit['reason']}")


def _edit_state(edit: dict[str, Any]) -> StateCell:
    if edit["undone_at"]:
        return StateCell(kind="none", word=gettext(N_("已撤销")))
    return StateCell(kind="done", word=gettext(N_("有效")))


@get("/sheets/{sheet_id:int}/lines.csv", opt=needs(Permission.SHEET_READ), include_in_schema=False)
async def lines_csv(request: Request, sheet_id: FromPath[int]) -> Response:
    sheet = await queries.sheet(actor_of(request), sheet_id)
    name = f"sheet-{sheet['pay_month']:%Y-%m}-{sheet_id}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_bytes(lines_table(sheet)), media_type="text/csv; charset=utf-8", headers=headers)


async def _act(request: Request, sheet_id: int, notice: str, command) -> Response:
    """One form of a sheet: run its command, or show the sheet again with what is wrong."""
    try:
        await command()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _sheet(request, sheet_id, refusal)
    return done(f"{SHEETS}/{sheet_id}", notice)


@post("/sheets/{sheet_id:int}/steps/{name:str}", opt=LOGGED_IN, include_in_schema=False)
async def take_step(request: Request, sheet_id: FromPath[int], name: FromPath[str]) -> Response:
    actor = actor_of(request)
    if name not in set(Step):
        raise NotFound()
    step = Step(name)

    async def run() -> None:
        form = await form_of(request, StepIn)
        control = {"total_fen": typed_fen(form.total, "total")} if form.total and step is Step.SUBMIT else {}
        await STEPS[step](actor, sheet_id, version=form.version, note=form.note, **control)

    return await _act(request, sheet_id, step.value, run)


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
        text=line["text"], notes=line["notes"], facts=_line_facts(line),
        chain=[_chain_step(step) for step in await queries.trace(actor, sheet_id, line_id)],
        may_read_sheet=actor.may(Permission.SHEET_READ), may_strike=may_write and line["sheet_state"] == "draft",
        errors=errors_in(refusal) if refusal else {},
    )  # fmt: skip
    code = refusal.status if refusal else 200
    return render(request, "sheets/line.html", page, status_code=code, notices=notices_in(request))


def _line_facts(line: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    pairs: list[tuple[str, str | Cell]] = [
        (gettext(N_("姓名")), Person(name=line["person_name"], number=line["employee_no"] or "")),
        (gettext(N_("月份")), Month(on=line["pay_month"])),
        (gettext(N_("状态")), line_state(line["state"])),
        (gettext(N_("按规则（元）")), Money(fen=line["amount_fen"], kind="signed")),
        (gettext(N_("本月计发（元）")), Money(fen=line["payable_fen"], kind="signed")),
        (gettext(N_("明细号")), str(line["id"])),
    ]
    if line["base_fen"] is not None:
        base = gettext(N_("%(base)s元，实得%(earned)s元"), base=yuan(line["base_fen"]), earned=yuan(line["earned_fen"]))
        pairs.append((gettext(N_("基数")), base))
    return pairs


def _chain_step(step: TraceStep) -> ChainStep:
    return ChainStep(kind=step.kind, title=step.title, lines=step.lines, href=step.href, quote=step.quote)


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


routes = [sheets_page, draft, sheet_page, lines_csv, take_step, add, undo, line_page, strike]
