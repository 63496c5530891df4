"""People whom only an export names: made before their records come, with the post and the labels that it gives them.

A name is a key as it stands: titles are not cleaned away, since that would make one person of two.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from qa_service import clock
from qa_service.database import bulk_insert, row, rows, scalar, transaction
from qa_service.imports.records import InteractionRecord
from qa_service.interactions.identity import Directory
from qa_service.journal.commands import record
from qa_service.people.access import Actor
from qa_service.people.tables import Unit, UnitPlace

BEGINNING = date(2000, 1, 1)  # a unit that an export names has been there before all its records


class Newcomer(msgspec.Struct, frozen=True):
    key: str
    name: str
    kind: str  # agent, supervisor, manager
    label: str | None
    from_on: date
    reports_to: tuple[str, ...] = ()


def newcomers(records: Iterable[InteractionRecord], known: dict[str, int]) -> list[Newcomer]:
    """Who is named in a chunk and not known yet: agents, then their supervisors and managers, first seen first."""
    found: dict[str, Newcomer] = {}
    above: dict[str, tuple[str, date, tuple[str, ...]]] = {}
    for one in records:
        for part in one.parts:
            first_on = one.local_on or BEGINNING
            if part.manager:
                above.setdefault(part.manager, ("manager", first_on, ()))
            if part.supervisor:
                above.setdefault(part.supervisor, ("supervisor", first_on, (part.manager,) if part.manager else ()))
            key = part.agent_key
            if key and key not in known and key not in found:
                labels = [text for text in (part.tenure, part.shift) if text]
                leader = (part.supervisor,) if part.supervisor else ()
                found[key] = Newcomer(key, key, "agent", "，".join(labels) or None, first_on, leader)
    for name, (kind, first_on, leaders) in above.items():
        if name not in known and name not in found:
            found[name] = Newcomer(name, name, kind, None, first_on, leaders)
    return list(found.values())


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
    """Make people with posts and reporting lines in one transaction; directory and units then know them."""
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
        everyone = directory.people | ids
        lines = [(ids[p.key], everyone[name], p.from_on) for p in people for name in p.reports_to if name in everyone]
        await bulk_insert("reporting_line", ("person", "reports_to", "from_on"), lines)
        await record(actor, "people:create", "people", inputs={"created": len(people), "unit": unit})
    directory.people.update(ids)
    if unit is not None:
        units.update(dict.fromkeys(ids.values(), unit))
