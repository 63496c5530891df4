"""Who may read what came in: a wage list is wages, a staff list is contracts, absences are reasons of health, and a
unit's records are the unit's."""

from collections.abc import Collection, Sequence
from typing import Any

from qa_service.database import among, rows
from qa_service.imports.errors import UnitOutOfReach
from qa_service.imports.profiles import Profile
from qa_service.people.access import Actor, Permission

# Besides import:read: one of these. The first that is held decides how far it reaches.
READING = {
    "wage_record": (Permission.WAGE_READ,),
    "staff": (Permission.HR_READ, Permission.PEOPLE_WRITE),
    "absence": (Permission.HR_READ,),
}
WRITING = {
    "wage_record": Permission.WAGE_WRITE, "staff": Permission.PEOPLE_WRITE, "absence": Permission.HR_READ,
}  # fmt: skip


def may_read(actor: Actor, target: str) -> bool:
    wanted = READING.get(target)
    return actor.may(Permission.IMPORT_READ) and (wanted is None or any(map(actor.may, wanted)))


async def require_write(actor: Actor, profile: Profile) -> None:
    """Refused before the file is read: a trial says who earns what as well as an import does.

    Records of a profile that names a unit belong to it, so who imports for one unit brings in nothing for another.
    """
    actor.require(Permission.IMPORT_WRITE)
    if profile.target in WRITING:
        actor.require(WRITING[profile.target])
    name, reach = profile.constants.get("unit"), actor.units(Permission.IMPORT_WRITE)
    if name and reach is not None and name not in await _names_of(reach):
        raise UnitOutOfReach(unit=name)


async def _names_of(units: Collection[int]) -> set[str]:
    return {one["name"] for one in await rows("SELECT id, name FROM unit") if one["id"] in units}


async def visible(actor: Actor, profiles: Sequence[Profile]) -> tuple[str, list[Any]]:
    """The SQL condition of batches (alias b) that the actor may read, and its values.

    What a person brought in under a unit's scope is theirs to see; other staff and wage lists are for those whose
    permission reaches the whole house, and a batch whose profile names a unit is for those who reach it.
    """
    where, values = "", []
    own = int(actor.account_id or 0)
    for target, wanted in READING.items():
        held = [permission for permission in wanted if actor.may(permission)]
        if not held:
            where, values = f"{where} AND b.target <> {{}}", [*values, target]
        elif all(actor.units(permission) is not None for permission in held):
            where, values = f"{where} AND (b.target <> {{}} OR b.account = {{}})", [*values, target, own]
    if hidden := await _profiles_elsewhere(actor, profiles):
        where += f" AND (b.account = {{}} OR b.profile_name NOT IN {among(len(hidden))})"
        values += [own, *sorted(hidden)]
    return where, values


async def _profiles_elsewhere(actor: Actor, profiles: Sequence[Profile]) -> set[str]:
    """Names of profiles whose records belong to a unit that the actor does not reach."""
    reach = actor.units(Permission.IMPORT_READ)
    if reach is None:
        return set()
    named = {one.name: unit for one in profiles if (unit := one.constants.get("unit"))}
    found = await _names_of(reach)
    return {name for name, unit in named.items() if unit not in found}


def may_read_job(actor: Actor, profile: Profile) -> bool:
    """Whether the result of somebody else's import may be shown: staff and wage lists need the whole house."""
    wanted = READING.get(profile.target, (Permission.IMPORT_READ,))
    return any(actor.units(permission) is None for permission in wanted) and may_read(actor, profile.target)
