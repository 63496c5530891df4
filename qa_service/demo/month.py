"""qa demo: the generated department's three months in a fresh database, the last one up to its sheets."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from qa_service.database import rows
from qa_service.database.facts import DEMO, put_fact
from qa_service.demo import papers, road, team, voices
from qa_service.demo.generator import MONTHS, SEED, generate
from qa_service.demo.marking import Material, read_material
from qa_service.demo.shapes import DemoData, MonthFiles
from qa_service.flags.queries import flags
from qa_service.imports.codes import print_new_codes
from qa_service.imports.commands import import_file
from qa_service.imports.reports import ImportReport
from qa_service.journal.queries import head
from qa_service.language import N_, clauses, gettext
from qa_service.people.access import house_actor
from qa_service.people.commands import choose_password
from qa_service.people.rules import DEMO_PASSWORD
from qa_service.scores.views import leaning_word
from qa_service.web import formatting

SET_UP_ON, RULES_ON = date(2026, 7, 25), date(2026, 7, 26)
Tell = Callable[[str], Awaitable[None]]
Say = Callable[..., Awaitable[None]]


class DemoAccount(msgspec.Struct, frozen=True):
    role: str
    username: str
    name: str


class MonthSummary(msgspec.Struct, frozen=True):
    """One row of the summary: what came in, was drawn and marked; the run of the department's scores."""

    month: date
    read: int
    accepted: int
    held: int
    drawn: int
    marked: int
    run: int


class Finding(msgspec.Struct, frozen=True):
    """Something that the service found: the kind, who, and the figures in a sentence."""

    kind: str
    employee_no: str
    name: str
    text: str


class SheetSummary(msgspec.Struct, frozen=True):
    id: int
    unit: str
    state: str
    lines: int
    total_fen: int


class DemoReport(msgspec.Struct, frozen=True, kw_only=True):
    folder: str
    files: list[str]
    people: int
    units: int
    accounts: list[DemoAccount]
    password: str
    months: list[MonthSummary]
    findings: list[Finding]
    sheets: list[SheetSummary]
    reports: list[str] = []
    journal_head: str


async def run(folder: Path, *, seed: int = SEED, tell: Tell | None = None) -> DemoReport:
    """Generate the files and walk the road (the database is open and empty). `tell` hears each step's name."""

    async def say(sentence: str, **facts: object) -> None:
        if tell:
            await tell(gettext(sentence, **facts))

    await put_fact(DEMO, "yes")  # first of all: a demo that was killed half-way is still a demo
    await say(N_("生成样例数据"))
    data = generate(folder, seed=seed, months=MONTHS)
    await say(N_("导入员工名册和平台账号持有表"))
    accounts = await _take_staff(data)
    department = await road.read_department(data)
    await road.set_up_rules(department, RULES_ON)
    material = read_material(data)
    months: list[MonthSummary] = []
    sheets: dict[str, int] = {}
    last = MONTHS[-1]
    acts = [act for files in data.months for act in _month_acts(department, material, files, months, say)]
    acts += team.roster_acts(department, data.roster_month) + team.probation_acts(department)
    acts += voices.follow_up_acts(department, last)
    acts.append(road.Act(road.at(road.after(last, 5), 14), partial(team.train, department, last)))
    acts.append(road.Act(road.at(road.after(last, 6), 8), partial(say, N_("奖罚评分表"))))
    acts += road.sheet_acts(department, last, sheets)
    await road.act_in_order(acts)
    await say(N_("报告"))
    reports = await papers.issue_all(department, last, list(sheets.values()), folder.parent / "reports")
    return DemoReport(
        folder=str(folder), files=sorted(path.name for path in folder.iterdir() if path.is_file()),
        people=len(department.people), units=len(department.units), accounts=accounts, password=DEMO_PASSWORD,
        months=months, findings=await _findings(months[-1].run), sheets=await _sheets(), reports=reports,
        journal_head=await head(),
    )  # fmt: skip


def _month_acts(
    department: road.Department, material: Material, files: MonthFiles, months: list[MonthSummary], say: Say
) -> list[road.Act]:
    """A month of the road: events on their days, each week taken in, drawn, marked and answered; then the scores."""
    month, is_last = files.month, files.month == MONTHS[-1]

    def answers(marked_on: date) -> list[road.Act]:
        return [voices.response_act(department, month, marked_on)]

    def end(worked: road.Worked, marked_on: date) -> list[road.Act]:
        async def scored() -> None:
            await say(N_("%(month)s：计分和异常提示"), month=f"{month:%Y-%m}")
            run = await road.score_month(department, month)
            drawn, marked = await road.drawn_and_marked(month)
            months.append(_summary(month, worked.reports, drawn=drawn, marked=marked, run=run))

        # A holiday after the month's end (1-7 October) puts off the last draw, and with it the scores.
        scored_on = max(road.after(month, 5), marked_on + timedelta(days=2))
        appeals = voices.appeal_acts(department, material, month, marked_on) if is_last else []
        return [*appeals, road.Act(road.at(scored_on, 12), scored)]

    async def begun() -> None:
        await say(N_("%(month)s：逐周导入、抽样、质检评分"), month=f"{month:%Y-%m}")

    leave = road.LEFT_OPEN if is_last else 0
    acts = road.week_acts(department, material, files, leave=leave, answers=answers, end=end)
    return [road.Act(road.at(month, 6), begun), *acts, *road.event_acts(department, month)]


async def _take_staff(data: DemoData) -> list[DemoAccount]:
    """The staff list by its profile, then one log-in per role is opened with its printed code."""
    house = house_actor("qa demo")
    with road.clock.standing_at(road.at(SET_UP_ON)):
        staff = await import_file(house, data.staff_file, "staff-list")
        codes = {code.employee_no: code for code in await print_new_codes(house, staff.batch)}
        await import_file(house, data.holders_file, "account-holders")
        opened: dict[str, DemoAccount] = {}
        for person in data.people:
            if person.role not in opened and person.staff_no in codes:
                code = codes[person.staff_no]
                await choose_password(code.code, DEMO_PASSWORD)
                opened[person.role] = DemoAccount(person.role, code.username, person.name)
    return list(opened.values())


def _summary(month: date, reports: list[ImportReport], *, drawn: int, marked: int, run: int) -> MonthSummary:
    read, accepted = (sum(getattr(one, name) for one in reports) for name in ("read", "accepted"))
    return MonthSummary(month, read, accepted, sum(one.held for one in reports), drawn, marked, run)


async def _findings(run: int) -> list[Finding]:
    """Monitors whose leniency interval leaves 0 out, and the people whose month was flagged."""
    strict = await rows(
        "SELECT n.employee_no, n.name, m.n, m.severity_hundredths AS value, m.lower_hundredths AS low,"
        " m.upper_hundredths AS high FROM monitor_severity m JOIN person n ON n.id = m.monitor WHERE m.run = {}"
        " AND (m.lower_hundredths > 0 OR m.upper_hundredths < 0) ORDER BY m.severity_hundredths, n.id",
        run,
    )
    found = [Finding("monitor", one["employee_no"], one["name"], leniency_text(one)) for one in strict]
    return found + [await _flag_finding(one) for one in await flags(house_actor("qa demo"), run)]


async def _flag_finding(flag: dict[str, Any]) -> Finding:
    """A flagged person with the reasons; a flag is something to look into, no more."""
    said = clauses([*flag["sentences"], gettext(N_("只是待核实的线索，不影响奖罚"))])
    text = gettext(N_("有异常提示（%(rarity)s）：%(reasons)s"), rarity=flag["rarity"], reasons=said)
    return Finding("flag", flag["employee_no"], flag["person_name"], text)


def leniency_text(one: dict[str, Any]) -> str:
    """Leniency has no zero of its own: the text says that it is measured from the mean of the monitors."""
    return gettext(
        N_("宽严%(value)s分（95%%区间%(range)s，n=%(n)s），区间不含0：%(leaning)s"),
        value=formatting.score(one["value"], 1), range=formatting.score_interval(one["low"], one["high"]), n=one["n"],
        leaning=leaning_word(one["low"]),
    )  # fmt: skip


async def _sheets() -> list[SheetSummary]:
    found = await rows(
        "SELECT s.id, u.name AS unit, s.state, s.total_fen, (SELECT COUNT(*) FROM sheet_line l WHERE l.sheet = s.id)"
        " AS lines FROM sheet s JOIN unit u ON u.id = s.unit ORDER BY s.id"
    )
    return [SheetSummary(one["id"], one["unit"], one["state"], one["lines"], one["total_fen"]) for one in found]
