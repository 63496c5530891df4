"""Which agent parts an actor may read, as a condition in the query, and whether names go with them."""

from collections.abc import Collection
from typing import Any

from qa_service.database import among
from qa_service.people.access import Actor, Permission

# Whoever holds one of these answers for people; a monitor holds none and marks without knowing whom.
KNOWS_WHOM = (Permission.PEOPLE_READ, Permission.SCORE_READ, Permission.EVALUATION_MANAGE)
NAMELESS = {"person": None, "person_name": None, "employee_no": None, "agent_label": None}  # in place of whom it was


def is_own_only(actor: Actor) -> bool:
    """An agent: reads the own parts and nothing else of the interactions that hold them."""
    return not actor.may(Permission.INTERACTION_READ)


def sees_names(actor: Actor) -> bool:
    """A monitor sees no names here: what waits in the queue is marked without knowing whose it is."""
    return is_own_only(actor) or any(actor.may(permission) for permission in KNOWS_WHOM)


def parts_in_reach(actor: Actor, alias: str = "p", *, within: frozenset[int] | None = None) -> tuple[str, list[Any]]:
    """The SQL condition and its values: units of the permission to read, else one's own, else nothing.

    `within` narrows to these units. One unit is found by its index; several are sifted while walking the days (the
    plus says so), since an index over several units would give up the order of the list.
    """
    if is_own_only(actor):
        if actor.person_id is None or not actor.may(Permission.OWN_READ):
            return "1 = 0", []
        condition, values = f"{alias}.person = {{}}", [actor.person_id]
        return (condition, values) if within is None else (f"{condition} AND {_of(within, alias)}", values + [*within])
    reach = actor.units(Permission.INTERACTION_READ)
    if reach is None and within is None:
        return "1 = 1", []
    units = sorted(within if reach is None else reach if within is None else reach & within)
    return _of(units, alias), units


def _of(units: Collection[int], alias: str) -> str:
    return f"{alias}.unit = {{}}" if len(units) == 1 else f"+{alias}.unit IN {among(len(units))}"
