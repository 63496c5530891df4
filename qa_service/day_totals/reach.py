"""Which totals an actor may read: agents' days as their records of service; absences with or without their reason."""

from typing import Any

from qa_service.database import among
from qa_service.interactions.live import live
from qa_service.interactions.reach import parts_in_reach
from qa_service.people.access import Actor, Permission

LIVE = live("d")
OWN_ONLY_READS_NOTHING = ("1 = 0", [])


def agents_in_reach(actor: Actor, within: frozenset[int] | None = None) -> tuple[str, list[Any]]:
    """Days of agents of one's units, else one's own."""
    return parts_in_reach(actor, "d", within=within)


def units_in_reach(actor: Actor, within: frozenset[int] | None = None) -> tuple[str, list[Any]]:
    """Days of units and teams: of the units whose records one reads."""
    return _of_units(actor, Permission.INTERACTION_READ, within)


def _of_units(actor: Actor, permission: Permission, within: frozenset[int] | None) -> tuple[str, list[Any]]:
    if not actor.may(permission):
        return OWN_ONLY_READS_NOTHING
    reach = actor.units(permission)
    if reach is None and within is None:
        return "1 = 1", []
    units = sorted(within if reach is None else reach if within is None else reach & within)
    return f"d.unit IN {among(len(units))}", units


def absences_in_reach(actor: Actor, within: frozenset[int] | None = None) -> tuple[str, list[Any]]:
    """HR reads those of its units, who makes rosters those of theirs, everybody the own ones."""
    permission = Permission.HR_READ if actor.may(Permission.HR_READ) else Permission.ROSTER_WRITE
    condition, values = _of_units(actor, permission, within)
    if actor.person_id is None or within is not None:
        return condition, values
    return f"({condition} OR d.person = {{}})", [*values, actor.person_id]


def may_read_absences(actor: Actor) -> bool:
    return actor.person_id is not None or actor.may(Permission.HR_READ) or actor.may(Permission.ROSTER_WRITE)


def sees_reason(actor: Actor, person: int | None, unit: int | None) -> bool:
    """Reasons of health are read by HR and by the person alone; everybody else reads that there is one."""
    if person is not None and person == actor.person_id:
        return True
    return actor.may(Permission.HR_READ) and _reaches(actor, Permission.HR_READ, unit)


def sees_bonus(actor: Actor, unit: int | None) -> bool:
    """Bonus money is read by whoever reads the sheets of that unit."""
    return actor.may(Permission.SHEET_READ) and _reaches(actor, Permission.SHEET_READ, unit)


def _reaches(actor: Actor, permission: Permission, unit: int | None) -> bool:
    reach = actor.units(permission)
    return reach is None or unit in reach
