"""The cleaning rota of a month: made fairly over whoever is on duty, swapped with a reason, noted when done."""

from datetime import date
from fractions import Fraction
from typing import Any

from qa_service import clock
from qa_service.calendar.months import month_last
from qa_service.database import row, rows, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.roster import errors, grids
from qa_service.roster.rota import Rota, cleaning_rota
from qa_service.roster.tables import CleaningDuty
from qa_service.rule_versions.definitions import pack_code, records
from qa_service.rule_versions.queries import in_force_or_first
from rubrics.pack_records import CleaningArea

PLACE = "#"  # the second person of an area stands under "office#2"


async def areas(on: date) -> dict[str, CleaningArea]:
    """The areas of the pack in force on a day, by key."""
    return records(await in_force_or_first("cleaning", await pack_code(max(on, clock.today())), on), CleaningArea)


async def make_rota(actor: Actor, unit_id: int, month: date) -> int:
    """Share the month's areas out over whoever works each day by the published roster; how many duties.

    Made again, it replaces what was not done yet, from the day after the last duty that was done; what people did
    before counts as their debt or credit. Raises RotaImpossible.
    """
    await grids.unit_in_reach(actor, unit_id, Permission.ROSTER_WRITE)
    first = month.replace(day=1)
    present = await _present(unit_id, first)
    done = await rows(
        'SELECT "on", area, person FROM cleaning_duty WHERE unit = {} AND "on" BETWEEN {} AND {}'
        " AND done_at IS NOT NULL ORDER BY id",
        unit_id,
        first,
        month_last(first),
    )
    start = max((one["on"] for one in done), default=None)
    days = [on for on in sorted(present) if start is None or on > start]
    people = sorted({person for here in present.values() for person in here})
    absent = {on: frozenset(people) - present[on] for on in days}
    rota: Rota = cleaning_rota(
        people, await _places(first), dates=days, absent=absent, owed=_owed(people, present, done)
    )
    async with transaction():
        await rows(
            'DELETE FROM cleaning_duty WHERE unit = {} AND "on" BETWEEN {} AND {} AND done_at IS NULL RETURNING id',
            unit_id,
            first,
            month_last(first),
        )
        for duty in rota.duties:
            await CleaningDuty.insert(CleaningDuty(unit=unit_id, on=duty.on, area=duty.area, person=duty.person))
        inputs = {"month": f"{first:%Y-%m}", "duties": len(rota.duties), "people": len(people)}
        await record(actor, "cleaning:make", f"unit:{unit_id}", inputs=inputs)
    return len(rota.duties)


async def _present(unit_id: int, month: date) -> dict[date, frozenset[int]]:
    """Who works on each day by the published roster of the unit."""
    found = await rows(
        'SELECT c."on", c.person FROM roster_cell c JOIN roster r ON r.id = c.roster WHERE r.unit = {}'
        " AND r.pay_month = {} AND r.state = 'published' AND c.published_shift_type IS NOT NULL"
        ' ORDER BY c."on", c.person',
        unit_id,
        month,
    )
    days: dict[date, set[int]] = {}
    for one in found:
        days.setdefault(one["on"], set()).add(one["person"])
    return {on: frozenset(here) for on, here in days.items()}


async def _places(on: date) -> list[str]:
    """One key per person that an area needs."""
    return [
        key if place == 1 else f"{key}{PLACE}{place}"
        for key, area in (await areas(on)).items()
        for place in range(1, area.people_per_day + 1)
    ]


def _owed(people: list[int], present: dict[date, frozenset[int]], done: list[dict[str, Any]]) -> dict[int, Fraction]:
    """Fair share less duties done, over the days on which something was done."""
    owed = dict.fromkeys(people, Fraction(0))
    for on in {one["on"] for one in done}:
        duties = [one["person"] for one in done if one["on"] == on]
        for person in present.get(on, frozenset()):
            owed[person] += Fraction(len(duties), len(present[on]))
        for person in duties:
            owed[person] = owed.get(person, Fraction(0)) - 1
    return owed


async def reassign(actor: Actor, duty_id: int, person_id: int, reason: str, *, version: int) -> None:
    """Somebody else cleans instead, with the reason; both are told. Refused for who is not on duty that day."""
    duty = await _duty(actor, duty_id, Permission.ROSTER_WRITE)
    if duty["done_at"] is not None:
        raise errors.AlreadyDone()
    present = (await _present(duty["unit"], duty["on"].replace(day=1))).get(duty["on"], frozenset())
    if person_id not in present:
        named = await row("SELECT name FROM person WHERE id = {}", person_id)
        raise errors.NotOnDuty(name=named["name"] if named else person_id, on=duty["on"].isoformat(), field="person")
    async with transaction():
        await _update(duty_id, version, "person = {}", person_id)
        for person in {duty["person"], person_id}:
            facts = {"on": duty["on"].isoformat(), "reason": reason}
            await tell(person, N_("值日"), N_("%(on)s的值日换人：%(reason)s"), facts, "/my/roster")
        inputs = {"from": duty["person"], "to": person_id}
        await record(actor, "cleaning:reassign", f"cleaning:{duty_id}", reason, inputs=inputs)


async def note_done(actor: Actor, duty_id: int, *, version: int) -> None:
    """Note that it was done: by the person on duty, or a supervisor. Not before its day; once."""
    duty = await row("SELECT * FROM cleaning_duty WHERE id = {}", duty_id)
    if duty is None or duty["person"] != actor.person_id or not actor.may(Permission.OWN_RESPOND):
        duty = await _duty(actor, duty_id, Permission.ROSTER_WRITE)
    if duty["done_at"] is not None:
        raise errors.AlreadyDone()
    if duty["on"] > clock.today():
        raise errors.TooEarly(on=duty["on"].isoformat())
    async with transaction():
        await _update(duty_id, version, "done_at = {}, done_by = {}", clock.now(), actor.account_id)
        await record(actor, "cleaning:done", f"cleaning:{duty_id}")


async def _duty(actor: Actor, duty_id: int, permission: Permission) -> dict[str, Any]:
    actor.require(permission)
    reach = actor.units(permission)
    found = await row("SELECT * FROM cleaning_duty WHERE id = {}", duty_id)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这次值日"))
    return found


async def _update(duty_id: int, version: int, changes: str, *values: object) -> None:
    moved = await rows(
        f"UPDATE cleaning_duty SET {changes}, version = version + 1 WHERE id = {{}} AND version = {{}} RETURNING id",
        *values,
        duty_id,
        version,
    )
    if not moved:
        raise StaleEdit()
