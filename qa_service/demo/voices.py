"""What the agents and the leads do with the marks: read, agree, appeal, decide; and what is promised to customers."""

import json
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from qa_service import clock
from qa_service.database import row, rows
from qa_service.demo.marking import Material
from qa_service.demo.people import agents, leads, monitors
from qa_service.demo.road import Act, Department, after, at
from qa_service.demo.shapes import AFTERSALE, PRESALE, Person
from qa_service.disputes.commands import decide, file
from qa_service.evaluations.answering import respond
from qa_service.follow_ups.commands import FollowUpIn, finish, take_down
from rubrics.answers import Answer

ANSWERED, AGREED = 0.6, 0.65  # of the marks this share is read in time, and of those this share agreed to
APPEAL = "这一项我做了一半，原话在证据里，不该算没做到"
VERDICT = "重看了原话：做到一半，按部分做到算"
PROMISES = (
    ("complaint", AFTERSALE, "客户投诉退款慢，答应两天内核实后回电", 2, "已回电，退款到账，客户认可"),
    ("promised_callback", AFTERSALE, "换货的新件寄出后给客户回电话报单号", 16, ""),
    ("service_callback", PRESALE, "大额订单到货后回访使用情况", 18, ""),
)


def response_act(department: Department, month: date, marked_on: date) -> Act:
    """The agents read their marks the day after these are out."""
    return Act(at(marked_on + timedelta(days=1), 18), partial(_respond, department, month))


def appeal_acts(department: Department, material: Material, month: date, marked_on: date) -> list[Act]:
    """Against marks of the last days: one appeal is decided the day after, and one is still open."""
    made: dict[str, int] = {}
    filed_on = marked_on + timedelta(days=1)
    return [
        Act(at(filed_on, 19), partial(_appeal, department, material, month, AFTERSALE, made)),
        Act(at(filed_on, 20), partial(_appeal, department, material, month, PRESALE, {})),
        Act(at(filed_on + timedelta(days=1), 10), partial(_settle, department, made)),
    ]


async def _respond(department: Department, month: date) -> None:
    rng = Random(f"{department.data.truth.seed}/responses/{month}/{clock.local_day(clock.now())}")
    numbers = {person: number for number, person in department.people.items()}
    found = await rows(
        "SELECT e.id, e.person FROM evaluation e WHERE e.pay_month = {} AND e.state = 'released'"
        " AND e.respond_by_at > {} AND NOT EXISTS (SELECT 1 FROM agent_response r WHERE r.evaluation = e.id)"
        " ORDER BY e.person, e.id",
        month,
        clock.now(),
    )
    for one in found:
        is_read, agrees = rng.random() < ANSWERED, rng.random() < AGREED
        if is_read:
            actor = await department.actor(numbers[one["person"]])
            await respond(actor, one["id"], "agree" if agrees else "seen", item=None, body=None)


async def _appeal(department: Department, material: Material, month: date, kind: str, made: dict[str, int]) -> None:
    """Against what the strict monitor took for missed although the transcript shows it half done."""
    of_kind = {department.people[one.staff_no]: one.staff_no for one in agents(department.data.people, kind)}
    strict = department.people[department.data.truth.strict_monitor]
    found = await rows(
        "SELECT e.id, e.person, i.external_id FROM evaluation e JOIN agent_part p ON p.id = e.part JOIN interaction i"
        " ON i.id = p.interaction WHERE e.pay_month = {} AND e.monitor = {} AND e.state = 'released'"
        " AND e.respond_by_at > {} ORDER BY e.id",
        month, strict, clock.now(),
    )  # fmt: skip
    for one in found:
        item = await _half_done(one, material) if one["person"] in of_kind else None
        if item is not None:
            actor = await department.actor(of_kind[one["person"]])
            made["dispute"] = await file(actor, one["id"], item, APPEAL, Answer(item=item, choices=("partial",)))
            return


async def _half_done(evaluation: dict[str, Any], material: Material) -> str | None:
    """An item that was marked as missed on a sentence that does it by half."""
    traces = material.traces.get(evaluation["external_id"], {})
    half = [key for key, trace in traces.items() if trace.state == "partial" and trace.message is not None]
    for one in await rows("SELECT item, value FROM answer WHERE evaluation = {} ORDER BY id", evaluation["id"]):
        if one["item"] in half and json.loads(one["value"]).get("choices") == ["missed"]:
            return one["item"]
    return None


async def _settle(department: Department, made: dict[str, int]) -> None:
    """Another monitor answers the item anew, blind to mark and name."""
    if "dispute" not in made:
        return
    other = next(
        one
        for one in reversed(monitors(department.data.people))
        if one.staff_no != department.data.truth.strict_monitor
    )
    found = await row("SELECT item, version FROM dispute WHERE id = {}", made["dispute"])
    answer = Answer(item=found["item"], choices=("partial",))
    actor = await department.actor(other.staff_no)
    await decide(actor, made["dispute"], answer, VERDICT, version=found["version"])


def follow_up_acts(department: Department, month: date) -> list[Act]:
    """What was promised to customers in the last days of the month; one is done, the others wait."""
    begun = after(month, 1) - timedelta(days=3)
    acts = []
    for place, (kind, work, body, days, result) in enumerate(PROMISES):
        lead = leads(department.data.people)[1 if work == AFTERSALE else 0]
        one: dict[str, int] = {}
        due = begun + timedelta(days=days)
        person = agents(department.data.people, work)[place]
        acts.append(Act(at(begun, 11 + place), partial(_promise, department, lead, person, one, (kind, body, due))))
        if result:
            acts.append(Act(at(due, 10), partial(_keep, department, person, one, result)))
    return acts


async def _promise(
    department: Department, lead: Person, person: Person, made: dict[str, int], given: tuple[str, str, date]
) -> None:
    kind, body, due = given
    wanted = FollowUpIn(
        kind=kind, unit=department.units[lead.group], responsible=department.people[person.staff_no], body=body,
        due_at=at(due, 18),
    )  # fmt: skip
    made["follow_up"] = await take_down(await department.actor(lead.staff_no), wanted)


async def _keep(department: Department, person: Person, made: dict[str, int], result: str) -> None:
    await finish(await department.actor(person.staff_no), made["follow_up"], result, version=1)
