"""What the group leaders do beside the road of the month: rosters, the cleaning rota, a probation, a training."""

from datetime import date, timedelta
from functools import partial

from qa_service import clock
from qa_service.calendar.months import next_month
from qa_service.demo.people import leads, probationer
from qa_service.demo.road import Act, Department, after, at
from qa_service.demo.shapes import Person
from qa_service.demo.wages import PAY, REGION
from qa_service.people.access import Actor
from qa_service.probation import queries as probation
from qa_service.probation.commands import AssessIn, DecideIn, OpenIn, assess, decide, open_case, plan_on
from qa_service.roster import cleaning
from qa_service.roster import commands as roster
from qa_service.roster import queries as rosters
from qa_service.roster.commands import REST, CellIn
from qa_service.training_plans import queries as training
from qa_service.training_plans.commands import PlanIn, compute_needs, make_plan

ASSESSED_DAYS_BEFORE = 8  # the assessment is due a week before the probation ends
ASSESSED_POINTS = (8200, 7800, 9000, 8500)
ASSESSMENT = "十月质检和响应达到书面条件；改单备注还要再练，已安排带教。"
# What the newcomer's contract says: the agents' base pay and variable base, 90 % of it during probation.
AGREED_FEN = sum(PAY["客服"]) * 100
PROBATION_FEN = AGREED_FEN * 90 // 100
CONTRACT = {"固定期限": "fixed", "无固定期限": "open"}


def roster_acts(department: Department, month: date) -> list[Act]:
    """Each leader publishes the group's month a week ahead, shares out the cleaning, and repeats the next month."""
    acts = []
    for lead in leads(department.data.people):
        acts.append(Act(at(month - timedelta(days=7)), partial(_publish, department, lead, month)))
        acts.append(
            Act(at(next_month(month) - timedelta(days=6)), partial(_repeat, department, lead, next_month(month)))
        )
    return acts


async def _publish(department: Department, lead: Person, month: date) -> None:
    actor, unit = await department.actor(lead.staff_no), department.units[lead.group]
    group_of = {one.staff_no: one.group for one in department.data.people}
    cells = [
        CellIn(person=department.people[cell.staff_no], on=cell.on, shift=REST if cell.shift == "休" else cell.shift)
        for cell in department.data.roster
        if group_of[cell.staff_no] == lead.group
    ]
    await roster.adopt_shifts(actor, unit, month)
    made = await roster.open_month(actor, unit, month)
    await roster.fill(actor, made, cells, version=1)
    await roster.publish(actor, made, version=2)
    await cleaning.make_rota(actor, unit, month)


async def _repeat(department: Department, lead: Person, month: date) -> None:
    actor, unit = await department.actor(lead.staff_no), department.units[lead.group]
    following = await roster.open_month(actor, unit, month)
    await roster.copy_weeks(actor, following, version=1)
    version = await _mend(actor, following, unit, month)
    await roster.publish(actor, following, version=version)


async def _mend(actor: Actor, roster_id: int, unit: int, month: date) -> int:
    """What a leader does with the squares that the gate refuses after copying: a day of rest. The version then."""
    version = 2
    for _round in range(5):
        grid = await rosters.grid(actor, unit, month)
        bad = {(one.person, one.on) for one in grid.breaches if one.severity == "refuse"}
        if not bad:
            break
        cells = [CellIn(person=person, on=on) for person, on in sorted(bad)]
        await roster.fill(actor, roster_id, cells, version=version)
        version += 1
    return version


def probation_acts(department: Department) -> list[Act]:
    """HR enters the newcomer's probation on the day of hiring; the leader assesses, the manager decides in time."""
    newcomer, made = probationer(department.data.people), {}
    due = newcomer.probation_until - timedelta(days=ASSESSED_DAYS_BEFORE)
    return [
        Act(at(newcomer.hired_on), partial(_open_probation, department, newcomer, made)),
        Act(at(due), partial(_assess, department, newcomer, made)),
        Act(at(newcomer.probation_until - timedelta(days=2)), partial(_decide, department, made)),
    ]


async def _open_probation(department: Department, newcomer: Person, made: dict[str, int]) -> None:
    """By the pack's written conditions."""
    hr = await department.actor(department.number_of("人事"))
    _, items = await plan_on(newcomer.hired_on)
    given = OpenIn(
        person=department.people[newcomer.staff_no], contract_kind=CONTRACT[newcomer.contract_kind],
        contract_from_on=newcomer.contract_from, contract_until_on=newcomer.contract_until,
        starts_on=newcomer.contract_from, ends_on=newcomer.probation_until,
        conditions=[item.condition for item in items.values()], conditions_told_on=newcomer.hired_on,
        probation_wage_fen=PROBATION_FEN, agreed_wage_fen=AGREED_FEN, region=REGION,
    )  # fmt: skip
    made["case"] = await open_case(hr, given)


async def _assess(department: Department, newcomer: Person, made: dict[str, int]) -> None:
    lead = await department.actor(newcomer.manager_no)
    found = await probation.case(lead, made["case"])
    scores = {item["key"]: ASSESSED_POINTS[place % len(ASSESSED_POINTS)] for place, item in enumerate(found["items"])}
    given = AssessIn(version=1, scores=scores, body=ASSESSMENT, recommendation="pass")
    await assess(lead, made["case"], given)


async def _decide(department: Department, made: dict[str, int]) -> None:
    manager = await department.actor(department.number_of("经理"))
    await decide(manager, made["case"], DecideIn(version=2, outcome="pass"))


async def train(department: Department, month: date) -> int:
    """The QA lead computes the needs; the first leader arranges the course that answers the costliest one."""
    qa_lead = await department.actor(department.number_of("质检主管"))
    lead = leads(department.data.people)[0]
    unit = department.units[lead.group]
    with clock.standing_at(at(after(month, 5), 14)):
        await compute_needs(qa_lead, department.units["客服部"], month)
        actor = await department.actor(lead.staff_no)
        await compute_needs(actor, unit, month)
        needed = await training.needs(actor, unit, month, of_people=True)
        first = next(one for one in needed if one["courses"])
        people = [one["person"] for one in needed if one["item"] == first["item"] and one["state"] == "need"]
        plan = PlanIn(
            unit=unit, month=month, title=first["courses"][0]["name"], course=first["courses"][0]["key"],
            held_on=after(month, 12), people=people or [first["person"]],
            body=f"{first['item_name']}：{first['failed']}/{first['evaluated']}",
        )  # fmt: skip
        return await make_plan(actor, plan)
