"""Reads of training: needs with the item's words, plans, one's own; scoped to the actor."""

from datetime import date
from functools import lru_cache
from typing import Any

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows
from qa_service.errors import NotFound
from qa_service.forms.queries import read_form
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.training_plans.commands import STATE_NAMES, courses, unit_in_reach
from training.needs import NEED, STATES

RANK = {state: place for place, state in enumerate(("need", "watch", "insufficient", "clear"))}
PLAN = (
    "SELECT p.*, u.name AS unit_name, u.name_en AS unit_name_en, (SELECT COUNT(*) FROM training_participant t"
    " WHERE t.plan = p.id) AS people, (SELECT COUNT(*) FROM training_participant t WHERE t.plan = p.id"
    " AND t.attended_at IS NOT NULL) AS attended FROM training_plan p JOIN unit u ON u.id = p.unit"
)


@lru_cache(maxsize=64)
def _words(definition: str) -> dict[str, tuple[str, str, str, str]]:
    """Item and section in both languages, by item key."""
    form = read_form(definition)
    return {
        item.key: (item.text, item.text_en or item.text, section.name, section.name_en or section.name)
        for section in form.sections
        for item in section.items
    }


async def needs(
    actor: Actor, unit_id: int, month: date, *, person_id: int | None = None, of_people: bool = False
) -> list[dict[str, Any]]:
    """Needs of a unit as a whole, or with `of_people` those of its people (of one with person_id), claimed ones first.

    Each has item_name, section_name, form_name, failed of evaluated, share_millionths with lower and upper, points
    lost (hundredths), state with state_name, the courses that answer it, and who needs it (people: names).
    """
    await unit_in_reach(actor, unit_id, Permission.TRAINING_READ)
    found = await _needs(unit_id, month.replace(day=1))
    named = [one for one in found if one["person"] is not None]
    chosen = named if of_people or person_id is not None else [one for one in found if one["person"] is None]
    if person_id is not None:
        chosen = [one for one in chosen if one["person"] == person_id]
    return await _told(chosen, named, month)


async def is_marked(unit_id: int, month: date) -> bool:
    """Whether the month has any released random mark of the unit or below it: without one nothing can be said."""
    first = month.replace(day=1)
    below = await units_below(unit_id, month_last(first))
    found = await row(
        "SELECT e.id FROM evaluation e WHERE e.pay_month = {} AND e.state = 'released' AND e.origin = 'random'"
        f" AND e.person IS NOT NULL AND e.outcome <> 'not_scored' AND e.unit IN {among(len(below))} LIMIT 1",
        first,
        *sorted(below),
    )
    return found is not None


async def _needs(unit_id: int, month: date) -> list[dict[str, Any]]:
    return await rows(
        "SELECT t.*, n.name AS person_name, n.employee_no, v.name AS form_name, v.name_en AS form_name_en,"
        " v.version AS form_version, v.definition FROM training_need t JOIN rule_version v ON v.id = t.form"
        " LEFT JOIN person n ON n.id = t.person WHERE t.unit = {} AND t.pay_month = {} ORDER BY t.id",
        unit_id,
        month,
    )


async def _told(chosen: list[dict[str, Any]], named: list[dict[str, Any]], month: date) -> list[dict[str, Any]]:
    is_chinese = current_language() == "zh"
    catalogue = await courses(month) if chosen else {}
    who: dict[tuple[int, str], list[str]] = {}
    for one in named:
        if one["state"] == NEED:
            who.setdefault((one["form"], one["item"]), []).append(one["person_name"])
    told = []
    for one in chosen:
        text, text_en, section, section_en = _words(one.pop("definition")).get(one["item"], (one["item"],) * 4)
        told.append(
            one
            | {
                "item_name": text if is_chinese else text_en,
                "section_name": section if is_chinese else section_en,
                "form_name": one["form_name"] if is_chinese else one["form_name_en"] or one["form_name"],
                "share_millionths": (2_000_000 * one["failed"] + one["evaluated"]) // (2 * one["evaluated"]),
                "state_name": STATES[one["state"]][0 if is_chinese else 1],
                "courses": [
                    {"key": key, "name": course.name if is_chinese else course.name_en}
                    for key, course in catalogue.items()
                    if one["item"] in course.items
                ],
                "people": who.get((one["form"], one["item"]), []),
            }
        )
    return sorted(told, key=lambda one: (RANK[one["state"]], -one["lost_hundredths"], one["id"]))


async def months(actor: Actor) -> list[dict[str, Any]]:
    """(unit, month) pairs in reach that have needs, newest month first, biggest unit first."""
    reach = actor.units(Permission.TRAINING_READ)
    where = "" if reach is None else f" WHERE t.unit IN {among(len(reach))}"
    return await rows(
        "SELECT t.unit, u.name AS unit_name, u.name_en AS unit_name_en, t.pay_month FROM training_need t"
        f" JOIN unit u ON u.id = t.unit{where} GROUP BY t.unit, u.name, u.name_en, t.pay_month"
        " ORDER BY t.pay_month DESC, t.unit",
        *(sorted(reach) if reach is not None else []),
    )


async def plans(
    actor: Actor, *, month: date | None = None, unit_id: int | None = None, state: str = "", limit: int = 100
) -> list[dict[str, Any]]:
    """Trainings of the units in reach, the latest day first; those of a unit are also those of all below it."""
    actor.require(Permission.TRAINING_READ)
    reach = actor.units(Permission.TRAINING_READ)
    where, values = ["1 = 1"], []
    if reach is not None:
        where.append(f"p.unit IN {among(len(reach))}")
        values += sorted(reach)
    if unit_id is not None:
        below = await units_below(unit_id, month_last(month) if month else None)
        where.append(f"p.unit IN {among(len(below))}")
        values += sorted(below)
    for column, value in (("p.pay_month", month), ("p.state", state or None)):
        if value is not None:
            where.append(f"{column} = {{}}")
            values.append(value)
    found = await rows(
        f"{PLAN} WHERE {' AND '.join(where)} ORDER BY p.held_on DESC, p.id DESC LIMIT {{}}", *values, limit
    )
    return [_state(one) for one in found]


async def plan(actor: Actor, plan_id: int) -> dict[str, Any]:
    """One training with those who take part: for who reads its unit."""
    found = await row(f"{PLAN} WHERE p.id = {{}}", plan_id)
    reach = actor.units(Permission.TRAINING_READ)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这次培训"))
    participants = await rows(
        "SELECT t.id, t.person, t.attended_at, t.result_hundredths, t.result_note, n.name AS person_name,"
        " n.employee_no FROM training_participant t JOIN person n ON n.id = t.person WHERE t.plan = {} ORDER BY n.key",
        plan_id,
    )
    return _state(found) | {"participants": participants}


async def mine(actor: Actor) -> list[dict[str, Any]]:
    """One's own trainings, the latest day first, with one's own result only."""
    actor.require(Permission.OWN_READ)
    found = await rows(
        "SELECT p.id, p.title, p.body, p.held_on, p.state, p.course, t.attended_at, t.result_hundredths, t.result_note"
        " FROM training_participant t JOIN training_plan p ON p.id = t.plan WHERE t.person = {}"
        " ORDER BY p.held_on DESC, p.id DESC LIMIT 100",
        actor.person_id if actor.person_id is not None else -1,
    )
    return [_state(one) for one in found]


async def my_needs(actor: Actor) -> list[dict[str, Any]]:
    """One's own needs of the newest month that has any, from the largest unit that computed them."""
    actor.require(Permission.OWN_READ)
    me = actor.person_id if actor.person_id is not None else -1
    newest = await row(
        "SELECT unit, pay_month FROM training_need WHERE person = {} ORDER BY pay_month DESC, unit LIMIT 1", me
    )
    if newest is None:
        return []
    found = [one for one in await _needs(newest["unit"], newest["pay_month"]) if one["person"] == me]
    return await _told(found, [], newest["pay_month"])


def _state(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"state_name": gettext(STATE_NAMES[found["state"]])}


async def people_of(unit_id: int) -> list[dict[str, Any]]:
    """People with a post in the unit or below it today, by 工号: whom a plan of the unit may name."""
    below = await units_below(unit_id)
    return await rows(
        "SELECT DISTINCT n.id, n.name, n.employee_no, n.key FROM person n JOIN post p ON p.person = n.id"
        f" WHERE p.unit IN {among(len(below))} AND p.from_on <= {{}} AND (p.until_on IS NULL OR p.until_on >= {{}})"
        " AND n.left_on IS NULL ORDER BY n.key",
        *sorted(below),
        clock.today(),
        clock.today(),
    )
