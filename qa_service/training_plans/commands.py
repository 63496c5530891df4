"""Training needs of a month, and plans that answer them: made, held with results, or called off."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import among, row, rows, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_, gettext
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below
from qa_service.rule_versions.definitions import pack_code, records
from qa_service.rule_versions.queries import in_force_or_first
from qa_service.training_plans import errors
from qa_service.training_plans.rules import MarkedRow, all_needs, item_results
from qa_service.training_plans.tables import TrainingNeed, TrainingParticipant, TrainingPlan
from rubrics.pack_records import TrainingCourse
from training.needs import Need

PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
STATE_NAMES = {PLANNED: N_("已安排"), HELD: N_("已举行"), CANCELLED: N_("已取消")}
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class PlanIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training to come: for whom, what, when. `course` is a key of the catalogue, or none for something else."""

    unit: Id
    month: date
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    body: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    held_on: date
    people: list[Id]
    course: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of one participant. result_hundredths: 0 to 10000, none when nothing was tested."""

    participant: Id
    attended: bool
    result_hundredths: int | None = None
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


async def unit_in_reach(actor: Actor, unit_id: int, permission: Permission) -> dict[str, Any]:
    """The unit where the permission reaches it, else NotFound."""
    actor.require(permission)
    reach = actor.units(permission)
    found = await row("SELECT id, name, name_en FROM unit WHERE id = {}", unit_id)
    if found is None or (reach is not None and unit_id not in reach):
        raise NotFound(N_("这个部门"))
    return found


async def compute_needs(actor: Actor, unit_id: int, month: date) -> int:
    """Needs of a unit (with all below it) and of its people from the month's released random marks; how many claimed.

    Computed again, figures are brought up to date; a need that a plan answers keeps its row. Raises NothingMarked.
    """
    unit = await unit_in_reach(actor, unit_id, Permission.TRAINING_WRITE)
    first = month.replace(day=1)
    marked = await _marked(await units_below(unit_id, month_last(first)), first)
    if not marked:
        raise errors.NothingMarked(unit=unit["name"], month=f"{first:%Y-%m}")
    found = all_needs(item_results(marked))
    async with transaction():
        known = {
            (one["person"], one["form"], one["item"]): one["id"]
            for one in await rows(
                "SELECT id, person, form, item FROM training_need WHERE unit = {} AND pay_month = {} ORDER BY id",
                unit_id,
                first,
            )
        }
        for person, need in found:
            known_id = known.pop((person, int(need.form_version), need.item), None)
            await _store(known_id, need, unit=unit_id, month=first, person=person)
        await _forget(list(known.values()))
        claimed = sum(need.state == "need" for _person, need in found)
        inputs = {"month": f"{first:%Y-%m}", "evaluations": len(marked), "needs": len(found), "claimed": claimed}
        await record(actor, "training:needs", f"unit:{unit_id}", inputs=inputs)
    return claimed


async def _marked(units: frozenset[int], month: date) -> list[MarkedRow]:
    found = await rows(
        "SELECT e.form, e.person, e.mark FROM evaluation e WHERE e.pay_month = {} AND e.state = 'released'"
        " AND e.origin = 'random' AND e.person IS NOT NULL AND e.outcome <> 'not_scored'"
        f" AND e.unit IN {among(len(units))} ORDER BY e.id",
        month,
        *sorted(units),
    )
    return [MarkedRow(one["form"], one["person"], one["mark"]) for one in found]


async def _store(known_id: int | None, need: Need, *, unit: int, month: date, person: int | None) -> None:
    figures = {
        "failed": need.failed,
        "evaluated": need.n,
        "lower_hundredths": round(need.low * 10_000),
        "upper_hundredths": round(need.high * 10_000),
        "lost_hundredths": need.lost_hundredths,
        "state": need.state,
        "created_at": clock.now(),
    }
    if known_id is None:
        about = {"unit": unit, "pay_month": month, "person": person, "form": int(need.form_version), "item": need.item}
        await TrainingNeed.insert(TrainingNeed(**about, **figures))
    else:
        await TrainingNeed.update(figures).where(TrainingNeed.id == known_id)


async def _forget(ids: Sequence[int]) -> None:
    """Needs that the marks no longer show, unless somebody was trained for one."""
    if ids:
        await rows(
            f"DELETE FROM training_need WHERE id IN {among(len(ids))}"
            " AND NOT EXISTS (SELECT 1 FROM training_participant t WHERE t.need = training_need.id)",
            *ids,
        )


async def courses(on: date) -> dict[str, TrainingCourse]:
    """The catalogue of the pack in force on a day, by key."""
    return records(await in_force_or_first("training", await pack_code(max(on, clock.today())), on), TrainingCourse)


async def make_plan(actor: Actor, given: PlanIn) -> int:
    """Arrange a training; everybody chosen is told. Raises NobodyChosen, NotInUnit, CourseUnknown, NotFound."""
    unit = await unit_in_reach(actor, given.unit, Permission.TRAINING_WRITE)
    people = list(dict.fromkeys(given.people))
    if not people:
        raise errors.NobodyChosen(field="people")
    if given.course and given.course not in await courses(given.held_on):
        raise errors.CourseUnknown(course=given.course, field="course")
    names = await _members(unit, people, given.held_on)
    first = given.month.replace(day=1)
    wanted = TrainingPlan(
        unit=given.unit, pay_month=first, title=given.title.strip(), course=given.course or None, body=given.body,
        held_on=given.held_on, created_by=actor.account_id or 0, created_at=clock.now(),
    )  # fmt: skip
    async with transaction():
        plan = (await TrainingPlan.insert(wanted).returning(TrainingPlan.id))[0]["id"]
        for person in people:
            need = await _need_of(given, person)
            await TrainingParticipant.insert(TrainingParticipant(plan=plan, person=person, need=need))
            await tell(
                person,
                N_("培训安排"),
                N_("%(on)s有一次培训：%(title)s"),
                {"on": given.held_on.isoformat(), "title": given.title},
                "/my/training",
            )
        inputs = {"title": given.title, "people": sorted(names), "on": given.held_on.isoformat()}
        await record(actor, "training:plan", f"training_plan:{plan}", inputs=inputs)
    return plan


async def _members(unit: dict[str, Any], people: list[int], on: date) -> list[int]:
    """The people themselves where each has a post in the unit (or below it) on the day."""
    below = await units_below(unit["id"], on)
    found = await rows(
        f"SELECT n.id, n.name, (SELECT COUNT(*) FROM post p WHERE p.person = n.id AND p.unit IN {among(len(below))}"
        " AND p.from_on <= {} AND (p.until_on IS NULL OR p.until_on >= {})) AS posts FROM person n"
        f" WHERE n.id IN {among(len(people))} ORDER BY n.id",
        *sorted(below),
        on,
        on,
        *people,
    )
    if len(found) != len(people):
        raise NotFound(N_("这个人"))
    stranger = next((one for one in found if not one["posts"]), None)
    if stranger is not None:
        raise errors.NotInUnit(name=stranger["name"], unit=unit["name"], field="people")
    return [one["id"] for one in found]


async def _need_of(given: PlanIn, person: int) -> int | None:
    """The person's costliest need of the month that the course answers, so that its effect can be looked at later."""
    if not given.course:
        return None
    items = (await courses(given.held_on))[given.course].items
    found = await row(
        "SELECT id FROM training_need WHERE pay_month = {} AND person = {}"
        f" AND item IN {among(len(items))} ORDER BY lost_hundredths DESC, id LIMIT 1",
        given.month.replace(day=1),
        person,
        *items,
    )
    return found["id"] if found else None


async def hold(actor: Actor, plan_id: int, results: Sequence[Result], *, version: int) -> None:
    """Note who came and with what result; the training counts as held. Not before its day."""
    plan = await _open_plan(actor, plan_id)
    if plan["held_on"] > clock.today():
        raise errors.TooEarly(on=plan["held_on"].isoformat(), field="held_on")
    given = {one.participant: one for one in results}
    if any(one.result_hundredths is not None and not 0 <= one.result_hundredths <= 10_000 for one in results):
        raise errors.ResultInvalid(field="result")
    present = await rows("SELECT id FROM training_participant WHERE plan = {} ORDER BY id", plan_id)
    if set(given) - {one["id"] for one in present}:
        raise NotFound(N_("这位参加者"))
    async with transaction():
        await _move(plan_id, HELD, version)
        for one in given.values():
            await rows(
                "UPDATE training_participant SET attended_at = {}, result_hundredths = {}, result_note = {},"
                " version = version + 1 WHERE id = {} RETURNING id",
                clock.now() if one.attended else None,
                one.result_hundredths,
                one.note.strip() or None,
                one.participant,
            )
        inputs = {"attended": sum(one.attended for one in given.values()), "participants": len(present)}
        await record(actor, "training:hold", f"training_plan:{plan_id}", inputs=inputs)


async def cancel(actor: Actor, plan_id: int, reason: str, *, version: int) -> None:
    """Call a training off; those who were to come are told why."""
    plan = await _open_plan(actor, plan_id)
    people = await rows("SELECT person FROM training_participant WHERE plan = {} ORDER BY id", plan_id)
    async with transaction():
        await _move(plan_id, CANCELLED, version)
        for one in people:
            await tell(
                one["person"],
                N_("培训取消"),
                N_("%(on)s的培训“%(title)s”取消：%(reason)s"),
                {"on": plan["held_on"].isoformat(), "title": plan["title"], "reason": reason},
                "/my/training",
            )
        await record(actor, "training:cancel", f"training_plan:{plan_id}", reason)


async def _open_plan(actor: Actor, plan_id: int) -> dict[str, Any]:
    found = await row("SELECT * FROM training_plan WHERE id = {}", plan_id)
    if found is None:
        actor.require(Permission.TRAINING_WRITE)
        raise NotFound(N_("这次培训"))
    await unit_in_reach(actor, found["unit"], Permission.TRAINING_WRITE)
    if found["state"] != PLANNED:
        raise errors.PlanClosed(state=gettext(STATE_NAMES[found["state"]]))
    return found


async def _move(plan_id: int, state: str, version: int) -> None:
    moved = await rows(
        "UPDATE training_plan SET state = {}, version = version + 1 WHERE id = {} AND version = {} RETURNING id",
        state,
        plan_id,
        version,
    )
    if not moved:
        raise StaleEdit()
