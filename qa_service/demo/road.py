"""The road of a month, step by step, with the commands that people use and on the days on which they would.

Each step is one function; `Department` knows who does what. The clock stands at the step's own day, so that deadlines,
late entries and the notices of a scheme come out as they would have.
"""

import json
from calendar import monthrange
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count

import msgspec

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.demo.marking import Material, mark_queue
from qa_service.demo.people import agents, leads, monitors
from qa_service.demo.shapes import DemoData, MonthFiles, Person, RewardEvent
from qa_service.demo.weeks import cut_week
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
from qa_service.sampling.periods import DrawPeriod, split_month
from qa_service.scores.commands import JOB

PACK = "shop-presale-aftersale"
LOSS_CLAUSE = "劳动合同第9条：因本人过失给公司造成直接损失的，按实际损失赔偿"
LEFT_OPEN = 6  # items that stay in one monitor's queue, so that the demo's monitor has something to mark


class Act(msgspec.Struct, frozen=True):
    """Something that somebody does at a time. It may answer a list of the acts that follow from it, none earlier."""

    at: datetime
    do: Callable[[], Awaitable[object]]


async def act_in_order(acts: list[Act]) -> None:
    """Everything in the order of the clock, so that the journal's times never run backwards."""
    arrival = count()
    waiting = [(act.at, next(arrival), act) for act in acts]
    heapify(waiting)
    while waiting:
        at, _, act = heappop(waiting)
        with clock.standing_at(at):
            following = await act.do()
        for one in following if isinstance(following, list) else ():
            heappush(waiting, (one.at, next(arrival), one))


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


class Worked(msgspec.Struct):
    """What a month's weeks brought so far: the imports, and the weeks still to mark."""

    weeks_left: int
    reports: list[ImportReport] = []
    periods: list[int] = []


Answers = Callable[[date], list[Act]]  # what follows the marks that were released on a day
End = Callable[[Worked, date], list[Act]]  # what follows a month's last marks


def week_acts(
    department: Department, material: Material, files: MonthFiles, *, leave: int, answers: Answers, end: End
) -> list[Act]:
    """Week by week as it would have been: take in, commit, draw when the named value is out, mark the day after.

    The first monitor keeps `leave` items of the last week open.
    """
    periods = split_month(files.month)
    worked = Worked(weeks_left=len(periods))
    acts = [
        Act(at(files.month, 7), partial(_open_month, department, files.month, worked)),
        Act(at(after(files.month, 1), 8), partial(_import_wages, department, files, worked)),
    ]
    acts += [Act(at(_over(period), 8), partial(_import_week, department, files, period, worked)) for period in periods]

    def marked(place: int, on: date) -> Act:
        kept = leave if place == len(periods) - 1 else 0
        return Act(at(on, 17), partial(_mark_week, department, material, worked, kept, answers, end))

    def committed(place: int, earliest: datetime) -> list[Act]:
        """A week is committed once it is over and the week before is drawn: the month's floor counts what was drawn."""
        if place == len(periods):
            return []
        when = max(at(_over(periods[place]), 10), earliest)
        return [Act(when, partial(_commit, department, worked, place, marked, committed))]

    return acts + committed(0, at(files.month))


def _over(period: DrawPeriod) -> date:
    return period.until_on + timedelta(days=1)


Marked = Callable[[int, date], Act]
Committed = Callable[[int, datetime], list[Act]]


async def _open_month(department: Department, month: date, worked: Worked) -> None:
    lead = await department.actor(department.number_of("质检主管"))
    worked.periods = await sampling.open_month(lead, department.units["客服部"], month, plan_code=PACK)


async def _commit(
    department: Department, worked: Worked, place: int, marked: Marked, committed: Committed
) -> list[Act]:
    lead = await department.actor(department.number_of("质检主管"))
    frame = await sampling.commit_frame(lead, worked.periods[place], plan_code=PACK)
    out_at = frame.public_from + timedelta(hours=1)
    return [Act(out_at, partial(_draw, department, frame.frame, place, marked, committed))]


async def _draw(department: Department, frame: int, place: int, marked: Marked, committed: Committed) -> list[Act]:
    lead = await department.actor(department.number_of("质检主管"))
    await sampling.assign_draw(lead, await sampling.draw_frame(lead, frame, [_value(frame)]))
    now = clock.now()
    return [marked(place, clock.local_day(now) + timedelta(days=1)), *committed(place + 1, now + timedelta(hours=1))]


def _value(frame: int) -> str:
    """What the exchange published, as far as a demo goes: typed in afterwards, as at a real draw."""
    return f"{3300 + frame * 7}.{frame * 13 % 100:02d}"


async def _import_week(department: Department, files: MonthFiles, period: DrawPeriod, worked: Worked) -> None:
    lead = await department.actor(department.number_of("质检主管"))
    week = cut_week(files, period)
    given = (
        (week.chats, "shop-chats"), (week.surveys, "shop-surveys"), (week.business_records, "shop-business-records"),
    )  # fmt: skip
    worked.reports += [await import_file(lead, path, profile) for path, profile in given]


async def _import_wages(department: Department, files: MonthFiles, worked: Worked) -> None:
    hr = await department.actor(department.number_of("人事"))
    worked.reports.append(await import_file(hr, files.wages, "wage-records"))


async def _mark_week(
    department: Department, material: Material, worked: Worked, leave: int, answers: Answers, end: End
) -> list[Act]:
    """The three monitors work off their queues; the first keeps `leave` items open."""
    for place, monitor in enumerate(monitors(department.data.people)):
        actor = await department.actor(monitor.staff_no)
        await mark_queue(department.data, material, actor, employee_no=monitor.staff_no, leave=0 if place else leave)
    worked.weeks_left -= 1
    today = clock.local_day(clock.now())
    return answers(today) + (end(worked, today) if worked.weeks_left == 0 else [])


async def drawn_and_marked(month: date) -> tuple[int, int]:
    """How many parts of a month were drawn, and how many of them were marked."""
    found = await row(
        "SELECT COUNT(*) AS drawn, SUM(CASE WHEN EXISTS (SELECT 1 FROM evaluation e WHERE e.draw_item = i.id"
        " AND e.state = 'released') THEN 1 ELSE 0 END) AS marked FROM draw_item i JOIN draw w ON w.id = i.draw"
        " JOIN frame f ON f.id = w.frame JOIN draw_period d ON d.id = f.draw_period WHERE d.pay_month = {}",
        month,
    )
    return found["drawn"], found["marked"] or 0


async def score_month(department: Department, month: date) -> int:
    """Scores of the department, with flags, as the button's job: the one run that pages, sheets and reports read."""
    lead = await department.actor(department.number_of("质检主管"))
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
