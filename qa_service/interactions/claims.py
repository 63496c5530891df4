"""待认领: say who sat behind a shared account on certain days, and on what ground; take it back before it counts.

A claim names every part that waits under one account in a span of days; all its rows in part_resolution share account,
person and instant, and the first of them is the claim's number.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, bulk_insert, row, rows, scalar, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.interactions import beside, errors, unclaimed
from qa_service.interactions.live import live
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission

MOST_PARTS = 5_000
CHUNK = 500
COLUMNS = ("part", "person", "unit_before", "account", "reason", "at", "day_on")


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Both days belong to the span. `account` is a platform account; without one, `label` is what the export said."""

    account: int | None = None
    label: str = ""
    person: int
    from_on: date
    until_on: date
    reason: str


class Claimed(msgspec.Struct, frozen=True):
    claim: int
    parts: int


async def claim(actor: Actor, wanted: Claim) -> Claimed:
    """Name the person of all parts that wait under an account in a span of days."""
    actor.require(Permission.IDENTITY_RESOLVE)
    _check_reason(wanted.reason)
    span = {"from_on": wanted.from_on.isoformat(), "until_on": wanted.until_on.isoformat()}
    if wanted.until_on < wanted.from_on:
        raise errors.SpanBackwards(field="until_on", **span)
    account = unclaimed.Account(wanted.account, wanted.label)
    parts = await unclaimed.waiting_parts(
        actor, account, from_on=wanted.from_on, until_on=wanted.until_on, limit=MOST_PARTS + 1
    )
    name = await unclaimed.account_name(account)
    if not parts:
        raise errors.NothingWaiting(field="from_on", account=name, **span)
    if len(parts) > MOST_PARTS:
        raise errors.TooManyParts(field="until_on", limit=MOST_PARTS)
    units = await _units_on(wanted.person, {part["local_on"] for part in parts})
    now = clock.now()
    async with transaction():
        await _name(parts, wanted.person, units)
        claim_id = await _note(actor, parts, wanted.person, reason=wanted.reason, at=now)
        told = N_("“%(account)s”的%(count)s段服务记录（%(from_on)s至%(until_on)s）认领到您名下；不是您的，请告诉主管")
        facts = {"account": name, "count": len(parts), **span}
        await tell(wanted.person, f"claim:{claim_id}", told, facts, "/interactions")
        inputs = {"account": name, "person": wanted.person, "parts": len(parts), **span}
        await record(actor, "identity:claim", f"claim:{claim_id}", wanted.reason, inputs=inputs)
    return Claimed(claim_id, len(parts))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")


async def _units_on(person_id: int, days: set[date | None]) -> dict[date | None, int | None]:
    """The unit of the person's post on each day, an agent's post first; refused where the person was not there."""
    person = await row("SELECT id, name, hired_on, left_on FROM person WHERE id = {}", person_id)
    if person is None:
        raise errors.PersonUnknown(field="person", name=person_id)
    posts = await rows(
        "SELECT unit, from_on, until_on FROM post WHERE person = {}"
        " ORDER BY CASE WHEN kind = 'agent' THEN 0 ELSE 1 END, from_on DESC, id",
        person_id,
    )
    units = {}
    for day in sorted(days, key=lambda on: on or date.min):
        is_gone = day and person["left_on"] and day > person["left_on"]
        if is_gone or (day and person["hired_on"] and day < person["hired_on"]):
            raise errors.NotThereThen(field="person", name=person["name"], on=day.isoformat())
        held = [one["unit"] for one in posts if day is None or _holds(one, day)]
        units[day] = held[0] if held else None
    return units


def _holds(post: dict[str, Any], day: date) -> bool:
    return post["from_on"] <= day and (post["until_on"] is None or post["until_on"] >= day)


async def _name(parts: list[dict[str, Any]], person: int, units: dict[date | None, int | None]) -> None:
    """Write person and unit; a part that somebody else has named meanwhile stops everything."""
    by_unit: dict[int | None, list[int]] = {}
    for part in parts:
        by_unit.setdefault(units[part["local_on"]] or part["unit"], []).append(part["id"])
    for unit, ids in by_unit.items():
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            done = await rows(
                "UPDATE agent_part SET person = {}, unit = {}, resolved_at = {}, version = version + 1"
                f" WHERE person IS NULL AND id IN {among(len(chunk))} RETURNING id",
                person,
                unit,
                clock.now(),
                *chunk,
            )
            if len(done) != len(chunk):
                raise StaleEdit(N_("这些待认领的客服段"))


async def _note(actor: Actor, parts: list[dict[str, Any]], person: int | None, *, reason: str, at: datetime) -> int:
    """One row per part, so that each part can say who named it, when and why; answers the first row's id."""
    last = await scalar("SELECT MAX(id) AS id FROM part_resolution") or 0
    noted = [
        (part["id"], person, part["unit"], actor.account_id or 0, reason.strip(), at, part["local_on"] or date.min)
        for part in parts
    ]
    await bulk_insert("part_resolution", COLUMNS, noted)
    return await scalar("SELECT MIN(id) AS id FROM part_resolution WHERE id > {} AND at = {}", last, at)


async def resolve_part(actor: Actor, part_id: int, person_id: int | None, reason: str) -> int:
    """Name the person of one part that waits in 待认领, or (with None) take a naming back; both leave their trail."""
    actor.require(Permission.IDENTITY_RESOLVE)
    _check_reason(reason)
    found = await row(
        f"SELECT p.id, p.person, p.local_on, p.unit FROM agent_part p WHERE p.id = {{}} AND {live('p')}", part_id
    )
    if found is None or not await unclaimed.is_in_reach(actor, part_id):
        raise NotFound(N_("这一段服务记录"))
    if person_id is None:
        return await _take_back(actor, [found], reason=reason, subject=f"part:{part_id}")
    if found["person"] is not None:
        raise errors.PartResolved()
    units = await _units_on(person_id, {found["local_on"]})
    async with transaction():
        await _name([found], person_id, units)
        made = await _note(actor, [found], person_id, reason=reason, at=clock.now())
        await record(actor, "identity:claim", f"part:{part_id}", reason, inputs={"person": person_id})
    return made


async def undo(actor: Actor, claim_id: int, reason: str) -> int:
    """Take a whole claim back; refused once one of its parts stands in a committed frame or was marked."""
    actor.require(Permission.IDENTITY_RESOLVE)
    _check_reason(reason)
    found = await unclaimed.claim_parts(actor, claim_id)
    if not any(part["is_standing"] for part in found):
        raise errors.ClaimUndone()
    standing = [part for part in found if part["is_standing"]]
    return await _take_back(actor, standing, reason=reason, subject=f"claim:{claim_id}")


async def _take_back(actor: Actor, parts: list[dict[str, Any]], *, reason: str, subject: str) -> int:
    ids = [part["id"] for part in parts]
    if pinned := await beside.current().pinned(ids):
        raise errors.ClaimPinned(count=len(pinned))
    before = await _units_before(ids)
    now = clock.now()
    async with transaction():
        by_unit: dict[int | None, list[int]] = {}
        for part in parts:
            by_unit.setdefault(before.get(part["id"], part["unit"]), []).append(part["id"])
        for unit, back in by_unit.items():
            for start in range(0, len(back), CHUNK):
                some = back[start : start + CHUNK]
                await rows(
                    "UPDATE agent_part SET person = NULL, unit = {}, resolved_at = NULL, version = version + 1"
                    f" WHERE id IN {among(len(some))}",
                    unit,
                    *some,
                )
        made = await _note(actor, parts, None, reason=reason, at=now)
        for person in sorted({part["person"] for part in parts if part["person"] is not None}):
            count = sum(part["person"] == person for part in parts)
            told = N_("认领到您名下的%(count)s段服务记录已经撤销")
            await tell(person, f"claim:{made}", told, {"count": count}, "/interactions")
        await record(actor, "identity:unclaim", subject, reason, inputs={"parts": len(parts)})
    return made


async def _units_before(ids: list[int]) -> dict[int, int | None]:
    """Where each part stood before it was last named."""
    found = await rows(
        f"SELECT part, unit_before FROM part_resolution WHERE person IS NOT NULL AND part IN {among(len(ids))}"
        " ORDER BY id",
        *ids,
    )
    return {one["part"]: one["unit_before"] for one in found}
