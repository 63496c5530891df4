"""What the pages of a sheet show: the frozen structs of their templates, made from rows."""

from collections.abc import Sequence
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.rules import WorkCalendar, working_days_between
from qa_service.language import N_, clauses, gettext, labelled
from qa_service.rewards.gates import NEEDS_REASON, STATE_NAMES, STEP_NAMES, SheetState, Step
from qa_service.rewards.lines import Kind, yuan
from qa_service.rewards.page_parts import SHEET_STATES, kind_word, line_state, named, people_options
from qa_service.rewards.schemas import TraceStep
from qa_service.web.cells import Cell, Date, Link, Moment, Month, Nothing, Person, StateCell, Text
from qa_service.web.figures import Count, Money
from qa_service.web.formatting import moment
from qa_service.web.parts import Entry, Option
from qa_service.web.parts import Step as ChainStep
from qa_service.web.tables import Column, Empty, Group, Table, TableRow

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
    asks_wages: bool
    kind: str


class SheetPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/sheets/sheet.html. changes: what is no longer as drafted, with what happens about it.

    tried: the step whose form came back; typed_note: what was written in one that is no longer here.
    """

    id: int
    unit: int
    month: str
    changes: list[str]
    change_words: str
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
    closed_lines: list[Option]
    steps: list[StepForm]
    may_edit: bool
    tried: str = ""
    typed_note: str = ""
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


def sheets_table(found: list[dict[str, Any]], calendar: WorkCalendar, *, sees_scores: bool) -> Table:
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
        next_href="/scores" if sees_scores else "",
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


def sheet_model(
    sheet: dict[str, Any], calendar: WorkCalendar, *, steps: tuple[Step, ...], may_edit: bool,
    closed: Sequence[dict[str, Any]] = (),
) -> SheetPage:  # fmt: skip
    held = [line for line in sheet["lines"] if line["amount_fen"] != line["payable_fen"]]
    return SheetPage(
        id=sheet["id"], unit=sheet["unit"], month=f"{sheet['pay_month']:%Y-%m}",
        changes=[change["text"] for change in sheet["changes"]], change_words=change_words(sheet),
        version=sheet["version"], title=title_of(sheet), state=sheet_state(sheet),
        facts=_facts(sheet, calendar), history=[_entry(step) for step in sheet["steps"]], table=lines_table(sheet),
        sums=_sums(sheet["lines"]), total_fen=sheet["total_fen"], pending_fen=sheet["pending_fen"],
        pending_count=len(held), left_out=_left_out(sheet["persons"]), floor_notes=sheet["floor_notes"],
        edits=edits_table(sheet) if sheet["edits"] else None,
        closed_lines=[_closed_option(one) for one in closed] if may_edit else [],
        undoable=[_undo_option(one) for one in sheet["edits"] if one["undone_at"] is None] if may_edit else [],
        steps=[_step_form(step, asks_wages=_lacks_wages(sheet["persons"])) for step in steps], may_edit=may_edit,
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


def _said_by(who: str, note: str | None) -> str:
    return labelled(who, note) if note else who


def _entry(step: dict[str, Any]) -> Entry:
    title = gettext(STEP_WORDS[step["step"]])
    if step["is_late"]:
        title = gettext(N_("%(step)s（已过期限）"), step=title)
    words = _said_by(step["actor"] or gettext(N_("系统")), step["note"])
    return Entry(title=title, text=words, when=moment(step["at"]), state="bad" if step["step"] == "return" else "done")


def _sums(lines: list[dict[str, Any]]) -> list[tuple[str, int]]:
    kinds = [kind for kind in Kind if any(line["kind"] == kind for line in lines)]
    return [(kind_word(kind), sum(line["payable_fen"] for line in lines if line["kind"] == kind)) for kind in kinds]


def _left_out(persons: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["person_name"], text) for one in persons for text in (*one["refused"], *one["notes"])]


def change_words(sheet: dict[str, Any]) -> str:
    """What the changes mean for the next step."""
    kinds = {change["kind"] for change in sheet["changes"]}
    if sheet["state"] == SheetState.DRAFT:
        return gettext(N_("编制以后依据有变化，重新编制以后才能提交"))
    if sheet["state"] == SheetState.SUBMITTED:
        return gettext(N_("编制以后依据有变化，不能批准：请退回，由编制人重新编制"))
    if kinds <= {"disputed", "settled", "capped"}:
        return gettext(N_("批准以后有申诉：下一步时有申诉的明细转为待定，剩下不足最低工资的随之少扣，其余照办"))
    return gettext(N_("批准以后依据有变化，不能锁定或发放：请由两人撤回，重新编制"))


def _lacks_wages(persons: list[dict[str, Any]]) -> bool:
    return any(one["lacks_wage"] for one in persons)


def _step_form(step: Step, *, asks_wages: bool) -> StepForm:
    kind = {Step.SUBMIT: "primary", Step.APPROVE: "primary", Step.WITHDRAW: "danger"}.get(step, "")
    return StepForm(
        name=step.value, label=gettext(STEP_NAMES[step]), needs_note=step in NEEDS_REASON,
        asks_total=step is Step.SUBMIT, asks_wages=asks_wages and step is Step.SUBMIT, kind=kind,
    )  # fmt: skip


def lines_table(sheet: dict[str, Any]) -> Table:
    """Every line under its person, with what is paid of it and one subtotal."""
    columns = [
        Column(label=gettext(N_("姓名")), kind="person"), Column(label=gettext(N_("第几条")), kind="count"),
        Column(label=gettext(N_("类别"))), Column(label=gettext(N_("内容和来由")), kind="link"),
        Column(label=gettext(N_("状态")), kind="state"),
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
    href = f"{SHEETS}/{sheet['id']}/lines"
    caption = gettext(N_("每个人的明细"))
    files = {"csv_href": f"{href}.csv", "xlsx_href": f"{href}.xlsx"} if groups else {}
    return Table(caption=caption, columns=columns, groups=groups, empty=empty, name="lines", **files)


def _line_row(line: dict[str, Any]) -> TableRow:
    href = f"{SHEETS}/{line['sheet']}/lines/{line['id']}"
    return TableRow(
        id=f"line-{line['id']}",
        cells=[
            Count(value=line["position"]), Text(text=kind_word(line["kind"])),
            Link(text=line["text"], href=href, sub=clauses(line["notes"])),
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


def _closed_option(line: dict[str, Any]) -> Option:
    """A line of a closed month that may be corrected, under its person."""
    number = gettext(N_("%(month)s第%(line)s条"), month=f"{line['pay_month']:%Y-%m}", line=line["position"])
    label = f"{number} {kind_word(line['kind'])} {yuan(line['payable_fen'])}"
    whose = f"{line['person_name']} {line['employee_no'] or ''}".strip()
    return Option(value=str(line["id"]), label=label, group=whose)


def _undo_option(edit: dict[str, Any]) -> Option:
    """One change that can still be taken back: its id, and what it was."""
    return Option(value=str(edit["id"]), label=f"{edit['person_name']} {yuan(edit['amount_fen'])} {edit['reason']}")


def _edit_state(edit: dict[str, Any]) -> StateCell:
    if edit["undone_at"]:
        return StateCell(kind="none", word=gettext(N_("已撤销")))
    return StateCell(kind="done", word=gettext(N_("有效")))


def line_facts(line: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    pairs: list[tuple[str, str | Cell]] = [
        (gettext(N_("姓名")), Person(name=line["person_name"], number=line["employee_no"] or "")),
        (gettext(N_("月份")), Month(on=line["pay_month"])),
        (gettext(N_("状态")), line_state(line["state"])),
        (gettext(N_("按规则（元）")), Money(fen=line["amount_fen"], kind="signed")),
        (gettext(N_("本月计发（元）")), Money(fen=line["payable_fen"], kind="signed")),
        (gettext(N_("表上第几条")), str(line["position"])),
        (gettext(N_("明细号")), str(line["id"])),
    ]
    if line["base_fen"] is not None:
        base = gettext(N_("%(base)s元，实得%(earned)s元"), base=yuan(line["base_fen"]), earned=yuan(line["earned_fen"]))
        pairs.append((gettext(N_("基数")), base))
    return pairs


def chain_step(step: TraceStep) -> ChainStep:
    return ChainStep(kind=step.kind, title=step.title, lines=step.lines, href=step.href, quote=step.quote)
