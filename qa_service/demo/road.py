"""The road of a month, step by step, with the commands that people use and on the days on which they would.

Each step is one function; `Department` knows who does what. The clock stands at the step's own day, so that deadlines,
late entries and the notices of a scheme come out as they would have.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import msgspec

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.demo.marking import Material, mark_queue
from qa_service.demo.people import agents, leads, monitors
from qa_service.demo.shapes import DemoData, MonthFiles
from qa_service.demo.weeks import cut_week
from qa_service.flags.commands import flag_month
from qa_service.imports.commands import import_file
from qa_service.imports.reports import ImportReport
from qa_service.people.access import Actor
from qa_service.people.queries import actor_of_account
from qa_service.rewards.event_commands import enter_event
from qa_service.rewards.schemas import EventIn, EvidenceItem
from qa_service.rewards.scheme_commands import tell_scheme
from qa_service.rewards.sheet_commands import approve_sheet, draft_sheet, lock_sheet, submit_sheet
from qa_service.rule_versions.packs import apply_pack
from qa_service.sampling import commands as sampling
from qa_service.sampling.periods import DrawPeriod, split_month
from qa_service.scores.commands import compute_month

PACK = "shop-presale-aftersale"
LOSS_CLAUSE = "劳动合同第9条：因本人过失给公司造成直接损失的，按实际损失赔偿"
LEFT_OPEN = 6  # items that stay in one monitor's queue, so that the demo's monitor has something to mark


class Department(msgspec.Struct, frozen=True):
    """Who is who: actors by 工号, people by 工号, units by name."""

    data: DemoData
    people: dict[str, int]
    units: dict[str, int]

    async def actor(self, employee_no: str) -> Actor:
        account = await scalar("SELECT id FROM account WHERE person = {}", self.people[employee_no])
        return await actor_of_account(account)

    def number_of(self, role: str) -> str:
        return next(person.staff_no for person in self.data.people if person.role == role)


async def read_department(data: DemoData) -> Department:
    people = {one["employee_no"]: one["id"] for one in await rows("SELECT id, employee_no FROM person ORDER BY id")}
    units = {one["name"]: one["id"] for one in await rows("SELECT id, name FROM unit ORDER BY id")}
    return Department(data, people, units)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), clock.HOUSE_ZONE)


def after(month: date, days: int) -> date:
    """A day of the following month, counted from its first."""
    return month.replace(day=monthrange(month.year, month.month)[1]) + timedelta(days=days)


async def set_up_rules(department: Department, on: date) -> dict[str, int]:
    """The manager puts the pack in force, and the group leaders tell their people of the reward scheme."""
    with clock.standing_at(at(on)):
        made = await apply_pack(await department.actor(department.number_of("经理")), PACK, on=on)
        for lead in leads(department.data.people):
            group = [
                department.people[one.staff_no] for one in agents(department.data.people) if one.group == lead.group
            ]
            await tell_scheme(await department.actor(lead.staff_no), group)
    return made


class Worked(msgspec.Struct, frozen=True):
    """What a month's weeks brought: the imports, the parts drawn and marked, and the day of the last marks."""

    reports: list[ImportReport]
    drawn: int
    marked: int
    until_on: date


async def work_month(department: Department, material: Material, files: MonthFiles, *, leave: int = 0) -> Worked:
    """Week by week as it would have been: take in, commit, draw when the named value is out, mark the day after.

    The first monitor keeps `leave` items of the last week open.
    """
    lead = await department.actor(department.number_of("质检主管"))
    unit = department.units["客服部"]
    with clock.standing_at(at(files.month)):
        ids = await sampling.open_month(lead, unit, files.month, plan_code=PACK)
    reports, marked, marked_on = [], 0, files.month
    for place, period in enumerate(split_month(files.month)):
        over_on = period.until_on + timedelta(days=1)
        reports += await _import_week(department, files, period, over_on)
        with clock.standing_at(at(over_on, 10)):
            committed = await sampling.commit_frame(lead, ids[place], plan_code=PACK)
        out_at = committed.public_from + timedelta(hours=1)
        with clock.standing_at(out_at):
            await sampling.assign_draw(
                lead, await sampling.draw_frame(lead, committed.frame, [_value(committed.frame)])
            )
        marked_on = clock.local_day(out_at) + timedelta(days=1)
        keep = leave if place == len(ids) - 1 else 0
        marked += await _mark_week(department, material, marked_on, leave=keep)
    reports.append(await _import_wages(department, files))
    drawn = await scalar(
        "SELECT COUNT(*) AS n FROM draw_item i JOIN draw w ON w.id = i.draw JOIN frame f ON f.id = w.frame"
        " JOIN draw_period d ON d.id = f.draw_period WHERE d.pay_month = {}",
        files.month,
    )
    return Worked(reports, drawn, marked, marked_on)


def _value(frame: int) -> str:
    """What the exchange published, as far as a demo goes: typed in afterwards, as at a real draw."""
    return f"{3300 + frame * 7}.{frame * 13 % 100:02d}"


async def _import_week(department: Department, files: MonthFiles, period: DrawPeriod, on: date) -> list[ImportReport]:
    lead = await department.actor(department.number_of("质检主管"))
    week = cut_week(files, period)
    given = (
        (week.chats, "shop-chats"), (week.surveys, "shop-surveys"), (week.business_records, "shop-business-records"),
    )  # fmt: skip
    with clock.standing_at(at(on, 8)):
        return [await import_file(lead, path, profile) for path, profile in given]


async def _import_wages(department: Department, files: MonthFiles) -> ImportReport:
    hr = await department.actor(department.number_of("人事"))
    with clock.standing_at(at(after(files.month, 1), 8)):
        return await import_file(hr, files.wages, "wage-records")


async def _mark_week(department: Department, material: Material, on: date, *, leave: int) -> int:
    """The three monitors work off their queues; the first keeps `leave` items open."""
    done = 0
    with clock.standing_at(at(on, 17)):
        for place, monitor in enumerate(monitors(department.data.people)):
            actor = await department.actor(monitor.staff_no)
            done += await mark_queue(
                department.data, material, actor, employee_no=monitor.staff_no, leave=0 if place else leave
            )
    return done


async def score_month(department: Department, month: date, *, marked_on: date) -> int:
    """Scores of the department (with flags) and of each group (for its sheet); the department's run.

    A holiday after the month's end (1-7 October) puts off the last draw, and with it the scores.
    """
    lead = await department.actor(department.number_of("质检主管"))
    with clock.standing_at(at(max(after(month, 5), marked_on + timedelta(days=1)))):
        run = await compute_month(lead, department.units["客服部"], month)
        await flag_month(lead, run)
        for group in leads(department.data.people):
            await compute_month(lead, department.units[group.group], month)
    return run


async def enter_events(department: Department, month: date) -> int:
    """奖惩记录 by the group leaders, each on its day."""
    people = {person.staff_no: person for person in department.data.people}
    by_group = {lead.group: lead.staff_no for lead in leads(department.data.people)}
    mine = [event for event in department.data.events if event.on.replace(day=1) == month]
    for event in mine:
        actor = await department.actor(by_group[people[event.staff_no].group])
        is_loss = event.loss_fen is not None
        entry = EventIn(
            person_id=department.people[event.staff_no],
            happened_on=event.on,
            rule_code=event.rule_code,
            body=event.text,
            evidence=[EvidenceItem("record", event.evidence, event.text)],
            loss_fen=event.loss_fen,
            contract_clause=LOSS_CLAUSE if is_loss else None,
            own_cause=event.text if is_loss else None,
        )
        with clock.standing_at(at(event.on, 20)):
            await enter_event(actor, entry)
    return len(mine)


async def make_sheets(department: Department, month: date) -> dict[str, int]:
    """Each leader drafts and submits a sheet; the manager approves and locks the first, the other waits."""
    sheets = {}
    manager = await department.actor(department.number_of("经理"))
    for place, lead in enumerate(leads(department.data.people)):
        actor = await department.actor(lead.staff_no)
        with clock.standing_at(at(after(month, 6))):
            sheet = await draft_sheet(actor, department.units[lead.group], month)
            await submit_sheet(actor, sheet, version=await _version(sheet))
        if place == 0:
            with clock.standing_at(at(after(month, 9))):
                await approve_sheet(manager, sheet, version=await _version(sheet))
                await lock_sheet(manager, sheet, version=await _version(sheet))
        sheets[lead.group] = sheet
    return sheets


async def _version(sheet: int) -> int:
    return (await row("SELECT version FROM sheet WHERE id = {}", sheet))["version"]
