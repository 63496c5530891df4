"""Two entries of one person become one: by an export's name and by the staff list somebody was entered twice.

The former entry stays as an alias, so that the next file with the old name finds the right person; what was drawn,
computed or signed keeps it. Undone while nothing has been added to either.
"""

import json
from datetime import datetime
from typing import Any

from qa_service import clock
from qa_service.database import bulk_insert, row, rows, scalar, transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people import errors
from qa_service.people.access import Actor, Permission
from qa_service.people.granting import is_administrator
from qa_service.people.merge_places import MOVES, STAYS, Place
from qa_service.people.merge_queries import entry_in_reach, merge_of, movable, obstacles_between, told
from qa_service.people.merge_rooms import signed_months
from qa_service.people.tables import PersonMerge

CHUNK = 500
PLACES = {place.name: place for place in MOVES}


async def merge_people(actor: Actor, former: int, person: int, reason: str) -> int:
    """Make `former` an alias of `person` and give that one what was its; answers the merge's number.

    Raises PeopleDiffer with everything that stands against it.
    """
    actor.require(Permission.PEOPLE_WRITE)
    if not reason.strip():
        raise errors.MergeReasonMissing(field="reason")
    async with transaction():
        one, other = await entry_in_reach(actor, former), await entry_in_reach(actor, person)
        if standing := await obstacles_between(one, other):
            raise errors.PeopleDiffer(reasons={"sentences": [told(obstacle) for obstacle in standing]}, field="person")
        if one.has_account:
            await _check_account(actor, former)
        merge = await _note(actor, former, person, reason.strip(), clock.now())
        months = await signed_months(former)
        moved = 0
        for place in MOVES:
            moved += await _move(merge, place, former, person, *movable(place, former, person, months))
        await rows("UPDATE person SET merged_into = {}, version = version + 1 WHERE id = {}", person, former)
        counts = json.dumps(await _counts(former, person), sort_keys=True)
        await rows("UPDATE person_merge SET counts = {} WHERE id = {}", counts, merge)
        inputs = {"former": one.key, "key": other.key, "rows": moved}
        await record(actor, "people:merge", f"person:{person}", reason.strip(), inputs=inputs)
    return merge


async def _check_account(actor: Actor, former: int) -> None:
    """The log-in goes along: as on the account pages, not one's own, and an administrator's by one."""
    actor.require(Permission.ACCOUNT_WRITE)
    account = await row("SELECT id FROM account WHERE person = {}", former)
    if account["id"] == actor.account_id:
        raise errors.OwnAccount(field="person")
    is_admin = await scalar("SELECT id FROM account_role WHERE account = {} AND role = 'admin'", account["id"])
    if is_admin is not None and not is_administrator(actor):
        raise errors.AdministratorOnly(field="person")


async def _note(actor: Actor, former: int, person: int, reason: str, at: datetime) -> int:
    made = PersonMerge(
        former=former, person=person, account=actor.account_id, reason=reason, at=at, counts="{}", undone_at=None,
        undone_by=None,
    )  # fmt: skip
    return (await PersonMerge.insert(made).returning(PersonMerge.id))[0]["id"]


async def _move(merge: int, place: Place, former: int, person: int, where: str, values: list) -> int:
    which = f"SELECT t.id FROM {place.table} t WHERE {where}"
    moved = await rows(
        f"UPDATE {place.table} SET {place.column} = {{}} WHERE id IN ({which}) RETURNING id", person, *values
    )
    await bulk_insert("person_merge_move", ("merge", "place", "row_id"),
                      [(merge, place.name, one["id"]) for one in moved])  # fmt: skip
    return len(moved)


async def _counts(former: int, person: int) -> dict[str, list[int]]:
    """How many rows name each of the two, per column: what comes later changes a count."""
    names = [place.name for place in MOVES if place.counts] + list(STAYS)
    return {
        name: [await _count(name, who) for who in (former, person)] for name in names if name != "person.merged_into"
    }


async def _count(name: str, who: int) -> int:
    table, column = name.split(".")
    return await scalar(f"SELECT COUNT(*) AS n FROM {table} WHERE {column} = {{}}", who)


async def standing_merge(actor: Actor, former: int) -> dict[str, Any]:
    """The merge that made this entry an alias, for whoever may undo it; NotFound where it is none."""
    actor.require(Permission.PEOPLE_WRITE)
    found = await merge_of(former)
    if found is None:
        raise NotFound(N_("这次合并"))
    await entry_in_reach(actor, found["person"])
    return found


async def undo_merge(actor: Actor, merge: int, reason: str) -> None:
    """Make two entries of them again, each with what it had; refused once anything was added to either."""
    actor.require(Permission.PEOPLE_WRITE)
    if not reason.strip():
        raise errors.MergeReasonMissing(field="reason")
    async with transaction():
        found = await row("SELECT * FROM person_merge WHERE id = {}", merge)
        if found is None:
            raise NotFound(N_("这次合并"))
        former, person = found["former"], found["person"]
        await entry_in_reach(actor, person)  # all posts of both are here now
        if found["undone_at"] is not None:
            raise errors.MergeUndone()
        await _check_untouched(found)
        moves = await rows("SELECT place, row_id FROM person_merge_move WHERE merge = {} ORDER BY id", merge)
        by_place: dict[str, list[int]] = {}
        for one in moves:
            by_place.setdefault(one["place"], []).append(one["row_id"])
        if "account.person" in by_place:
            await _check_account(actor, person)
        for name, ids in by_place.items():
            await _give_back(PLACES[name], ids, former)
        await rows("UPDATE person SET merged_into = NULL, version = version + 1 WHERE id = {}", former)
        await rows(
            "UPDATE person_merge SET undone_at = {}, undone_by = {} WHERE id = {}",
            clock.now(), actor.account_id, merge,
        )  # fmt: skip
        await record(actor, "people:unmerge", f"person:{person}", reason.strip(), inputs={"rows": len(moves)})


async def _check_untouched(found: dict[str, Any]) -> None:
    former, person = found["former"], found["person"]
    now = await scalar("SELECT merged_into FROM person WHERE id = {}", former)
    onwards = await scalar("SELECT merged_into FROM person WHERE id = {}", person)
    if now != person or onwards is not None:
        raise errors.MergedAgain()
    counts = await _counts(former, person)
    changed = [name for name, seen in json.loads(found["counts"]).items() if counts.get(name) != seen]
    if changed:
        labels = [PLACES[name].label if name in PLACES else STAYS[name] for name in changed]
        raise errors.AddedSince(what=[*dict.fromkeys(labels)])


async def _give_back(place: Place, ids: list[int], former: int) -> None:
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        places = ", ".join(["{}"] * len(some))
        await rows(f"UPDATE {place.table} SET {place.column} = {{}} WHERE id IN ({places})", former, *some)
