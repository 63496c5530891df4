"""People whom only an export names: made before their records come, with the post and the labels that it gives them.

A name is a key as it stands: titles are not cleaned away, since that would make one person of two. Who reports to
whom is collected over the whole file and written once: a supervisor may stand under several managers, and no chunk
knows all of them.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from qa_service import clock
from qa_service.database import among, bulk_insert, row, rows, scalar, transaction
from qa_service.interactions.identity import Directory
from qa_service.interactions.records import InteractionRecord
from qa_service.journal.commands import record
from qa_service.people.access import Actor
from qa_service.people.tables import Unit, UnitPlace

Pair = tuple[str, str]  # a person and whom they report to, by key
LINE_CHUNK = 500
BEGINNING = date(2000, 1, 1)  # a unit that an export names has been there before all its records


class Newcomer(msgspec.Struct, frozen=True):
    key: str
    name: str
    kind: str  # agent, supervisor, manager
    label: str | None
    from_on: date


def newcomers(records: Iterable[InteractionRecord], known: dict[str, int]) -> list[Newcomer]:
    """Who is named in a chunk and not known yet: agents, then their supervisors and managers, first seen first."""
    found: dict[str, Newcomer] = {}
    above: dict[str, tuple[str, date]] = {}
    for one in records:
        for part in one.parts:
            first_on = one.local_on or BEGINNING
            if part.manager:
                above.setdefault(part.manager, ("manager", first_on))
            if part.supervisor:
                above.setdefault(part.supervisor, ("supervisor", first_on))
            key = part.agent_key
            if key and key not in known and key not in found:
                labels = [text for text in (part.tenure, part.shift) if text]
                found[key] = Newcomer(key, key, "agent", "，".join(labels) or None, first_on)
    for name, (kind, first_on) in above.items():
        if name not in known and name not in found:
            found[name] = Newcomer(name, name, kind, None, first_on)
    return list(found.values())


def note_leaders(records: Iterable[InteractionRecord], leaders: dict[Pair, date]) -> None:
    """Add who reports to whom in these records, each pair with the first day on which the file shows it."""
    for one in records:
        on = one.local_on or BEGINNING
        for part in one.parts:
            for person, leader in ((part.agent_key, part.supervisor), (part.supervisor, part.manager)):
                if person and leader and person != leader:
                    leaders[person, leader] = min(on, leaders.get((person, leader), on))


async def unit_named(actor: Actor, name: str) -> int:
    """The unit of this name, made as a root of its own where there is none."""
    if known := await scalar("SELECT id FROM unit WHERE name = {} ORDER BY id LIMIT 1", name):
        return known
    async with transaction():
        code = f"import-{await scalar('SELECT COUNT(*) AS n FROM unit') + 1}"
        made = (await Unit.insert(Unit(code=code, name=name, name_en=name, kind="department")).returning(Unit.id))[0]
        await UnitPlace.insert(UnitPlace(unit=made["id"], parent=None, from_on=BEGINNING, until_on=None))
        await record(actor, "unit:create", f"unit:{made['id']}", inputs={"name": name})
    return made["id"]


async def add_people(
    actor: Actor, people: list[Newcomer], directory: Directory, *, unit: int | None, units: dict[int, int]
) -> None:
    """Make people with their posts in one transaction; directory and units then know them."""
    if not people:
        return
    now = clock.now()
    async with transaction():
        await bulk_insert("person", ("key", "name", "created_at", "version"), [(p.key, p.name, now, 1) for p in people])
        last = await row("SELECT MAX(id) AS id FROM person")
        made = await rows("SELECT id, key FROM person WHERE id > {} ORDER BY id", last["id"] - len(people))
        ids = {one["key"]: one["id"] for one in made}
        if unit is not None:
            posts = [(ids[p.key], unit, p.kind, p.kind, p.label, p.from_on) for p in people]
            await bulk_insert("post", ("person", "unit", "position", "kind", "group_label", "from_on"), posts)
        await record(actor, "people:create", "people", inputs={"created": len(people), "unit": unit})
    directory.people.update(ids)
    if unit is not None:
        units.update(dict.fromkeys(ids.values(), unit))


async def add_reporting_lines(actor: Actor, leaders: dict[Pair, date], directory: Directory) -> None:
    """Store every pair that is not known yet, from its first day on; lines that are known stay as they are."""
    known = directory.people
    pairs = {
        (known[person], known[leader]): on
        for (person, leader), on in leaders.items()
        if person in known and leader in known
    }
    if not pairs:
        return
    async with transaction():
        people = sorted({person for person, _leader in pairs})
        held = set()
        for start in range(0, len(people), LINE_CHUNK):
            some = people[start : start + LINE_CHUNK]
            found = await rows(
                "SELECT person, reports_to FROM reporting_line WHERE until_on IS NULL"
                f" AND person IN {among(len(some))} ORDER BY id",
                *some,
            )
            held |= {(one["person"], one["reports_to"]) for one in found}
        fresh = [(*pair, on) for pair, on in pairs.items() if pair not in held]
        await bulk_insert("reporting_line", ("person", "reports_to", "from_on"), fresh)
        if fresh:
            await record(actor, "people:lead", "people", inputs={"lines": len(fresh)})
