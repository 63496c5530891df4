"""The road of a month, step by step, with the commands that people use and on the days on which they would.

Each step is one function; `Department` knows who does what. The clock stands at the step's own day, so that deadlines,
late entries and the notices of a scheme come out as they would have.
"""

import json
from calendar import monthrange
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from functools import partial

import msgspec

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.demo.marking import Material, mark_queue
from qa_service.demo.people import agents, leads, monitors
from qa_service.demo.shapes import DemoData, MonthFiles, Person, RewardEvent
from qa_service.flags.jobs import SCORE
from qa_service.imports.commands import import_file
from qa_service.imports.reports import ImportReport
from qa_service.jobs import kinds
from qa_service.jobs.commands import start
from qa_service.jobs.running import run_job
from qa_service.people.access import Actor
from qa_service.people.queries import actor_of_account
from qa_service.rewards.event_commands import enter_event
from qa_service.rewards.schemas import EventIn, EvidenceItem
from qa_service.rewards.scheme_commands import tell_scheme
from qa_service.rewards.sheet_commands import approve_sheet, draft_sheet, lock_sheet, submit_sheet
from qa_service.rule_versions.packs import apply_pack
from qa_service.sampling import commands as sampling
from qa_service.scores.commands import JOB

PACK = "shop-presale-aftersale"
# The value that the demo names in advance; what was published is typed in afterwards, as at a real draw.
NAMED_VALUE = "抽样期结束后第一个交易日上证综合指数收盘点位（演示值）"
LOSS_CLAUSE = "劳动合同第9条：因本人过失给公司造成直接损失的，按实际损失赔偿"
LEFT_OPEN = 6  # items that stay in one monitor's queue, so that the demo's monitor has something to mark


class Act(msgspec.Struct, frozen=True):
    """Something that somebody does at a time; what depends on another act stands later than it."""

    at: datetime
    do: Callable[[], Awaitable[object]]


async def act_in_order(acts: list[Act]) -> None:
    """Everything in the order of the clock, so that the journal's times never run backwards."""
    for act in sorted(acts, key=lambda act: act.at):
        with clock.standing_at(act.at):
            await act.do()


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


async def import_month(department: Department, files: MonthFiles) -> list[ImportReport]:
    """Chats, scores, business records and wages of a month, on the first of the next."""
    lead = await department.actor(department.number_of("质检主管"))
    hr = await department.actor(department.number_of("人事"))
    given = (
        (files.chats, "shop-chats", lead),
        (files.surveys, "shop-surveys", lead),
        (files.business_records, "shop-business-records", lead),
        (files.wages, "wage-records", hr),
    )
    with clock.standing_at(at(after(files.month, 1), 8)):
        return [await import_file(actor, path, profile) for path, profile, actor in given]


async def draw_month(department: Department, month: date) -> int:
    """Commit, draw and assign each week of a month; how many parts were drawn."""
    lead = await department.actor(department.number_of("质检主管"))
    unit = department.units["客服部"]
    with clock.standing_at(at(after(month, 1), 10)):
        for period in await sampling.open_month(lead, unit, month, plan_code=PACK):
            committed = await sampling.commit_frame(lead, period, plan_code=PACK, named_value=NAMED_VALUE)
            value = f"{3300 + committed.frame * 7}.{committed.frame * 13 % 100:02d}"
            draw = await sampling.draw_frame(lead, committed.frame, [value])
            await sampling.assign_draw(lead, draw)
    return await scalar(
        "SELECT COUNT(*) AS n FROM draw_item i JOIN draw w ON w.id = i.draw JOIN frame f ON f.id = w.frame"
        " JOIN draw_period d ON d.id = f.draw_period WHERE d.pay_month = {}",
        month,
    )


async def mark_month(department: Department, material: Material, month: date, *, leave: int = 0) -> int:
    """The three monitors work off their queues; the first keeps `leave` items open."""
    done = 0
    with clock.standing_at(at(after(month, 2), 17)):
        for place, monitor in enumerate(monitors(department.data.people)):
            actor = await department.actor(monitor.staff_no)
            done += await mark_queue(
                department.data, material, actor, employee_no=monitor.staff_no, leave=0 if place else leave
            )
    return done


async def score_month(department: Department, month: date) -> int:
    """Scores of the department, with flags, as the button's job: the one run that pages, sheets and reports read."""
    lead = await department.actor(department.number_of("质检主管"))
    with clock.standing_at(at(after(month, 5))):
        kinds.register(JOB, SCORE)
        job = await run_job(await start(lead, JOB, {"unit": department.units["客服部"], "month": month.isoformat()}))
        return json.loads(job["result"])["run"]


def event_acts(department: Department, month: date) -> list[Act]:
    """奖惩记录 by the group leaders, each on its day."""
    mine = [event for event in department.data.events if event.on.replace(day=1) == month]
    return [Act(at(event.on, 20), partial(_enter, department, event)) for event in mine]


async def _enter(department: Department, event: RewardEvent) -> None:
    group = next(person.group for person in department.data.people if person.staff_no == event.staff_no)
    lead = next(lead.staff_no for lead in leads(department.data.people) if lead.group == group)
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
    await enter_event(await department.actor(lead), entry)


def sheet_acts(department: Department, month: date, made: dict[str, int]) -> list[Act]:
    """Each leader drafts and submits a sheet, noted in `made`; the manager approves and locks the first only."""
    found = [
        Act(at(after(month, 6)), partial(_submit, department, lead, month, made))
        for lead in leads(department.data.people)
    ]
    first = leads(department.data.people)[0]
    return [*found, Act(at(after(month, 9)), partial(_lock, department, first, made))]


async def _submit(department: Department, lead: Person, month: date, made: dict[str, int]) -> None:
    actor = await department.actor(lead.staff_no)
    made[lead.group] = await draft_sheet(actor, department.units[lead.group], month)
    await submit_sheet(actor, made[lead.group], version=await _version(made[lead.group]))


async def _lock(department: Department, lead: Person, made: dict[str, int]) -> None:
    manager, sheet = await department.actor(department.number_of("经理")), made[lead.group]
    await approve_sheet(manager, sheet, version=await _version(sheet))
    await lock_sheet(manager, sheet, version=await _version(sheet))


async def _version(sheet: int) -> int:
    return (await row("SELECT version FROM sheet WHERE id = {}", sheet))["version"]
