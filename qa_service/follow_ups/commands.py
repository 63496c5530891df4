"""Promises, complaints and callbacks with a due time: taken down, handed over, done with a result."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from qa_service import clock
from qa_service.database import among, row, rows, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.follow_ups import errors
from qa_service.follow_ups.tables import FollowUp
from qa_service.journal.commands import record
from qa_service.language import N_, listed
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below

KINDS = {
    "promised_callback": N_("承诺回电"),
    "complaint": N_("投诉处理"),
    "repair_recheck": N_("维修复查"),
    "service_callback": N_("服务回访"),
}
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class FollowUpIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was promised or complained of, who sees to it, by when. `interaction`: the record that it came from."""

    kind: str
    unit: Id
    body: Words
    due_at: datetime
    responsible: Id | None = None
    first_handler: Id | None = None
    interaction: Id | None = None


async def take_down(actor: Actor, given: FollowUpIn) -> int:
    """Take one down; whoever is responsible is told. Raises KindUnknown, DueInPast, NotResponsible, NotFound."""
    unit = await _unit(actor, given.unit)
    if given.kind not in KINDS:
        raise errors.KindUnknown(kind=given.kind, known=listed(KINDS), field="kind")
    if given.due_at.tzinfo is None or given.due_at <= clock.now():
        raise errors.DueInPast(field="due_at")
    await _check_people(unit, [given.responsible])
    await _check_known("interaction", given.interaction, N_("这条服务记录"))
    await _check_known("person", given.first_handler, N_("这个人"))
    wanted = FollowUp(
        kind=given.kind, unit=given.unit, interaction=given.interaction, first_handler=given.first_handler,
        responsible=given.responsible, body=given.body.strip(), due_at=given.due_at,
    )  # fmt: skip
    async with transaction():
        made = (await FollowUp.insert(wanted).returning(FollowUp.id))[0]["id"]
        await _tell(made, given.responsible, given.body)
        inputs = {"kind": given.kind, "due_at": given.due_at.isoformat(), "responsible": given.responsible}
        await record(actor, "follow-up:take-down", f"follow_up:{made}", inputs=inputs)
    return made


async def hand_over(
    actor: Actor, follow_up_id: int, person: int, *, version: int, due_at: datetime | None = None
) -> None:
    """Somebody else sees to it, by a new time where one is given; they are told."""
    found = await writable(actor, follow_up_id)
    unit = await row("SELECT id, name FROM unit WHERE id = {}", found["unit"])
    await _check_people(unit, [person])
    if due_at is not None and due_at <= clock.now():
        raise errors.DueInPast(field="due_at")
    async with transaction():
        await _update(follow_up_id, version, {"responsible": person, "due_at": due_at or found["due_at"]})
        await _tell(follow_up_id, person, found["body"])
        inputs = {"from": found["responsible"], "to": person}
        await record(actor, "follow-up:hand-over", f"follow_up:{follow_up_id}", inputs=inputs)


async def finish(actor: Actor, follow_up_id: int, result: str, *, version: int) -> None:
    """Note what came of it: by the person responsible, or who follows complaints up in the unit."""
    found = await writable(actor, follow_up_id)
    changes = {"done_at": clock.now(), "done_by": actor.account_id, "result": result.strip()}
    async with transaction():
        await _update(follow_up_id, version, changes)
        inputs = {"late": clock.now() > found["due_at"]}
        await record(actor, "follow-up:finish", f"follow_up:{follow_up_id}", result, inputs=inputs)


async def writable(actor: Actor, follow_up_id: int) -> dict[str, Any]:
    """An open one that is one's own to see to, or in a unit whose complaints one follows up."""
    found = await row("SELECT * FROM follow_up WHERE id = {}", follow_up_id)
    is_own = found is not None and actor.person_id is not None and found["responsible"] == actor.person_id
    if not (is_own and actor.may(Permission.OWN_RESPOND)):
        reach = actor.units(Permission.FOLLOW_UP_WRITE)
        if found is None or (reach is not None and found["unit"] not in reach):
            raise NotFound(N_("这件跟进"))
    if found["done_at"] is not None:
        raise errors.AlreadyDone()
    return found


async def _unit(actor: Actor, unit_id: int) -> dict[str, Any]:
    actor.require(Permission.FOLLOW_UP_WRITE)
    reach = actor.units(Permission.FOLLOW_UP_WRITE)
    found = await row("SELECT id, name FROM unit WHERE id = {}", unit_id)
    if found is None or (reach is not None and unit_id not in reach):
        raise NotFound(N_("这个部门"))
    return found


async def _check_people(unit: dict[str, Any], people: list[int | None]) -> None:
    """Whoever is responsible has a post in the unit or below it today."""
    below = await units_below(unit["id"])
    for person in filter(None, people):
        found = await row(
            f"SELECT n.name, (SELECT COUNT(*) FROM post p WHERE p.person = n.id AND p.unit IN {among(len(below))}"
            " AND p.from_on <= {} AND (p.until_on IS NULL OR p.until_on >= {})) AS posts FROM person n WHERE n.id = {}",
            *sorted(below),
            clock.today(),
            clock.today(),
            person,
        )
        if found is None:
            raise NotFound(N_("这个人"))
        if not found["posts"]:
            raise errors.NotResponsible(name=found["name"], unit=unit["name"], field="responsible")


async def _check_known(table: str, id_: int | None, noun: str) -> None:
    if id_ is not None and await row(f"SELECT id FROM {table} WHERE id = {{}}", id_) is None:
        raise NotFound(noun)


async def _tell(follow_up_id: int, person: int | None, body: str) -> None:
    await tell(person, N_("跟进"), N_("有一件跟进要您办：%(body)s"), {"body": body[:80]}, f"/follow-ups/{follow_up_id}")


async def _update(follow_up_id: int, version: int, changes: dict[str, Any]) -> None:
    names = ", ".join(f"{name} = {{}}" for name in changes)
    moved = await rows(
        f"UPDATE follow_up SET {names}, version = version + 1 WHERE id = {{}} AND version = {{}} RETURNING id",
        *changes.values(),
        follow_up_id,
        version,
    )
    if not moved:
        raise StaleEdit()
