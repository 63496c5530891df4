"""Who may give which role where: one check for the account pages, the API and every row of a staff list."""

from qa_service.people import errors
from qa_service.people.access import Actor, Permission, Role


def is_administrator(actor: Actor) -> bool:
    return any(grant.role is Role.ADMIN for grant in actor.grants)


def check_grant(actor: Actor, role: str, unit: int | None) -> None:
    """A role that exists, within the actor's own reach; the administrator's role is an administrator's to give."""
    if role not in set(Role):
        raise errors.RoleUnknown(role=role, known=", ".join(Role), field="roles")
    if role == Role.ADMIN and not is_administrator(actor):
        raise errors.AdministratorOnly(field="role")
    reach = actor.units(Permission.ACCOUNT_WRITE)
    if reach is not None and unit not in reach:
        raise errors.UnitOutOfReach(field="unit")
