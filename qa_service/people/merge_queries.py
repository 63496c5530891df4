"""What making two entries one would do, before it is done: what moves, what stays, what stands against it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from qa_service.database import row, rows, scalar
from qa_service.errors import NotFound, shown
from qa_service.language import N_, gettext
from qa_service.people import errors, merge_rules
from qa_service.people.access import Actor, Permission
from qa_service.people.merge_places import MOVES, STAYS, Place
from qa_service.people.merge_rooms import Obstacle, obstacles_elsewhere, signed_months
from qa_service.people.merge_rules import Entry


class Counted(msgspec.Struct, frozen=True):
    """So many rows of a kind, in the reader's language."""

    label: str
    count: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a merge would move and leave. Nothing can be done while there is an obstacle."""

    former: Entry
    person: Entry
    moves: list[Counted]
    stays: list[Counted]
    signed_months: list[date]
    obstacles: list[Obstacle]


async def preview(actor: Actor, former: int, person: int) -> Preview:
    """Raises NotFound for somebody out of reach."""
    one, other = await entry_in_reach(actor, former), await entry_in_reach(actor, person)
    months = await signed_months(former)
    standing = await obstacles_between(one, other)
    moves, stays = [], []
    if one.id != other.id:
        for place in MOVES:
            whole = await scalar(f"SELECT COUNT(*) AS n FROM {place.table} WHERE {place.column} = {{}}", former)
            where, values = movable(place, former, person, months)
            going = await scalar(f"SELECT COUNT(*) AS n FROM {place.table} t WHERE {where}", *values)
            moves.append((place.label, going))
            stays.append((place.label, whole - going))
        for name, label in STAYS.items():
            table, column = name.split(".")
            stays.append((label, await scalar(f"SELECT COUNT(*) AS n FROM {table} WHERE {column} = {{}}", former)))
    return Preview(
        former=one, person=other, moves=_summed(moves), stays=_summed(stays), signed_months=months, obstacles=standing
    )


def _summed(found: Sequence[tuple[str, int]]) -> list[Counted]:
    sums: dict[str, int] = {}
    for label, count in found:
        sums[label] = sums.get(label, 0) + count
    return [Counted(gettext(label), count) for label, count in sums.items() if count]


def movable(place: Place, former: int, person: int, months: Sequence[date]) -> tuple[str, list[Any]]:
    """The condition of the rows (alias t) that go to the other entry, and its values."""
    where, values = f"t.{place.column} = {{}}", [former]
    if place.unique and not place.twins_refuse:
        same = " AND ".join(f'o."{name}" = t."{name}"' for name in place.unique)
        where += f" AND NOT EXISTS (SELECT 1 FROM {place.table} o WHERE o.{place.column} = {{}} AND {same})"
        values.append(person)
    for month in months if place.month else ():
        where += f" AND (t.{place.month} IS NULL OR t.{place.month} < {{}} OR t.{place.month} > {{}})"
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        values += [month, last]
    return where, values


async def obstacles_between(former: Entry, person: Entry) -> list[Obstacle]:
    found = merge_rules.obstacles(former, person, relations=await _relations(former.id, person.id))
    if former.id == person.id or former.merged_into or person.merged_into:
        return found
    twins = await _twins(former.id, person.id)
    return [*found, *twins, *await obstacles_elsewhere(former.id, person.id)]


async def _relations(one: int, other: int) -> int:
    total = 0
    for table, first, second in (("reporting_line", "person", "reports_to"), ("declared_relation", "person", "other")):
        total += await scalar(
            f"SELECT COUNT(*) AS n FROM {table} WHERE ({first} = {{}} AND {second} = {{}})"
            f" OR ({first} = {{}} AND {second} = {{}})",
            one, other, other, one,
        )  # fmt: skip
    return total


async def _twins(former: int, person: int) -> list[Obstacle]:
    """Rows of both that cannot stand side by side for one person."""
    found = []
    text = N_("两人有互相冲突的“%(what)s”（%(count)s条），请先更正其中一位的")
    for place in MOVES:
        if place.twins_refuse:
            same = "".join(f' AND o."{name}" = t."{name}"' for name in place.unique)
            count = await scalar(
                f"SELECT COUNT(*) AS n FROM {place.table} t JOIN {place.table} o ON o.{place.column} = {{}}{same}"
                f" WHERE t.{place.column} = {{}}",
                person, former,
            )  # fmt: skip
            if count:
                found.append(Obstacle(code="twins", sentence=text, facts={"what": place.label, "count": count}))
    return found


def told(one: Obstacle) -> str:
    return gettext(one.sentence, **shown(one.facts))


async def entry_in_reach(actor: Actor, person_id: int) -> Entry:
    """One entry with its posts and the days of its work; NotFound where it is not there, refused out of reach."""
    actor.require(Permission.PEOPLE_WRITE)
    found = await row(
        "SELECT p.id, p.key, p.name, p.employee_no, p.hired_on, p.left_on, p.merged_into, EXISTS (SELECT 1"
        " FROM account a WHERE a.person = p.id) AS has_account FROM person p WHERE p.id = {}",
        person_id,
    )
    if found is None:
        raise NotFound(N_("这个人"))
    posts = await rows(
        "SELECT q.unit, u.name AS unit_name, q.kind, q.from_on, q.until_on FROM post q JOIN unit u ON u.id = q.unit"
        " WHERE q.person = {} ORDER BY q.id",
        person_id,
    )
    reach = actor.units(Permission.PEOPLE_WRITE)
    if reach is not None and not (posts and {post["unit"] for post in posts} <= reach):
        raise errors.UnitOutOfReach(field="person")
    days = [
        await row(
            f"SELECT local_on FROM agent_part WHERE person = {{}} AND local_on IS NOT NULL ORDER BY local_on{way}"
            " LIMIT 1",
            person_id,
        )
        for way in ("", " DESC")
    ]
    first, last = (one["local_on"] if one else None for one in days)
    return Entry(
        **{**found, "has_account": bool(found["has_account"])}, posts=posts, first_work_on=first, last_work_on=last
    )


async def aliases(person_id: int) -> list[dict[str, Any]]:
    """Entries that are this person by now, with the merge that made them so."""
    return await rows(
        "SELECT p.id, p.key, p.name, m.id AS merge, m.at FROM person p LEFT JOIN person_merge m ON m.former = p.id"
        " AND m.undone_at IS NULL WHERE p.merged_into = {} ORDER BY p.id",
        person_id,
    )


async def merge_of(former: int) -> dict[str, Any] | None:
    """The standing merge that made this entry an alias, with whom it is now, by whom, when and why."""
    return await row(
        "SELECT m.id, m.former, m.person, m.reason, m.at, a.username, n.name AS person_name, n.employee_no,"
        " f.name AS former_name FROM person_merge m JOIN person n ON n.id = m.person JOIN person f ON f.id = m.former"
        " LEFT JOIN account a ON a.id = m.account"
        " WHERE m.former = {} AND m.undone_at IS NULL",
        former,
    )
