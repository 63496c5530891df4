"""Store totals in chunks that nothing reads until their batch is published; name the people who became known later."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from qa_service.database import among, bulk_insert, rows, transaction
from qa_service.day_totals.records import TotalRecord
from qa_service.interactions.commands import renew_lease
from qa_service.interactions.records import Outcome, UnknownAgent
from qa_service.journal.commands import record
from qa_service.people.access import Actor

HEAD = ("batch", "source", "key", "revision", "digest")
# The columns of each table besides HEAD; `person` and `unit` are found here, the others stand in the record.
COLUMNS: dict[str, tuple[str, ...]] = {
    "agent_day": (
        "person", "unit", "local_on", "agent_label", "client", "direction", "is_internal", "is_missed", "call_count",
        "talk_seconds", "total_seconds",
    ),
    "unit_day": (
        "unit", "local_on", "unit_label", "received_count", "answered_count", "abandoned_count",
        "given_answered_percent_hundredths", "given_in_time_percent_hundredths", "given_answer_seconds",
        "given_talk_seconds", "given_wait_seconds",
    ),
    "team_day": (
        "unit", "local_on", "department", "team", "target_percent_hundredths", "reached_percent_hundredths",
        "head_hundredths", "overtime_seconds", "idle_seconds", "bonus_fen", "currency",
    ),
    "absence": (
        "person", "unit", "agent_label", "absent_on", "month_number", "weekday", "absent_seconds", "reason",
        "work_load", "target_percent_hundredths",
    ),
}  # fmt: skip
OF_PEOPLE = ("agent_day", "absence")
LABELS_AT_ONCE = 50  # a label has some hundred days: one step stays within a few hundredths of a second
ACCEPTED, UPDATED, HELD, UNCHANGED = Outcome("accepted"), Outcome("updated"), Outcome("held"), Outcome("unchanged")
REPEATED, TWO_VERSIONS = Outcome("unchanged", "repeated-in-file"), Outcome("rejected", "two-versions-in-file")
UNKNOWN_AGENT = Outcome("rejected", "unknown-agent")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where records go: their batch (0 in a trial), table and source, and what tells people and units by name."""

    batch: int
    table: str
    source: str
    people: Mapping[str, int]
    units: Mapping[int, int]  # of people
    units_named: Mapping[str, int]
    unit: int | None = None  # where what names none belongs
    unknown_agent: UnknownAgent = "hold"


async def add_chunk(place: Place, records: Sequence[TotalRecord], seen: dict[str, str]) -> list[Outcome]:
    """Store a chunk; answers what became of each record, in order. `seen` remembers the keys of the chunks before.

    Somebody whom nobody knows is held: the row is stored under its label and waits for its person.
    """
    if not place.batch:
        return _sort_out(place, records, await _known(place, records), seen)[0]
    async with transaction():
        await renew_lease(place.batch)
        outcomes, fresh, superseded = _sort_out(place, records, await _known(place, records), seen)
        if superseded:
            await rows(f'UPDATE "{place.table}" SET superseded_by = {{}} WHERE id IN {among(len(superseded))}',
                       place.batch, *superseded)  # fmt: skip
        await bulk_insert(place.table, HEAD + COLUMNS[place.table], fresh)
    return outcomes


async def _known(place: Place, records: Sequence[TotalRecord]) -> dict[str, tuple[int, str, int]]:
    """The newest revision of each record that is here: (id, digest, revision)."""
    keys = sorted({one.key for one in records})
    found = await rows(
        f'SELECT id, key, digest, revision FROM "{place.table}" WHERE source = {{}} AND key IN {among(len(keys))}'
        " ORDER BY revision",
        place.source,
        *keys,
    )
    return {one["key"]: (one["id"], one["digest"], one["revision"]) for one in found}


def _sort_out(
    place: Place, records: Sequence[TotalRecord], known: Mapping[str, tuple[int, str, int]], seen: dict[str, str]
) -> tuple[list[Outcome], list[tuple[Any, ...]], list[int]]:
    """Outcomes in order, rows to store, ids that they supersede."""
    outcomes, fresh, superseded = [], [], []
    for one in records:
        before, label = known.get(one.key), getattr(one, "agent_label", None)
        person = place.people.get(label) if label else None
        is_unknown = label is not None and person is None
        if one.key in seen:
            outcomes.append(REPEATED if seen[one.key] == one.digest else TWO_VERSIONS)
            continue
        if is_unknown and place.unknown_agent == "reject":
            outcomes.append(UNKNOWN_AGENT)
            continue
        seen[one.key] = one.digest
        if before is not None and before[1] == one.digest:
            outcomes.append(UNCHANGED)
            continue
        if before is not None:
            superseded.append(before[0])
        fresh.append(_row(place, one, person, before[2] + 1 if before else 1))
        outcomes.append(HELD if is_unknown else UPDATED if before else ACCEPTED)
    return outcomes, fresh, superseded


def _row(place: Place, one: TotalRecord, person: int | None, revision: int) -> tuple[Any, ...]:
    named = place.units_named.get(one.unit_label or "")
    unit = named or (place.units.get(person) if person else None) or (None if one.unit_label else place.unit)
    found = {"person": person, "unit": unit}
    values = (found[name] if name in found else getattr(one, name) for name in COLUMNS[place.table])
    return (place.batch, place.source, one.key, revision, one.digest, *values)


async def name_people(actor: Actor) -> int:
    """Give rows that wait under a label to the person who is known by it now; answers how many. Exact keys only."""
    named = 0
    for table in OF_PEOPLE:
        waiting = await rows(
            f"SELECT DISTINCT d.agent_label, p.id FROM {table} d JOIN person p ON p.key = d.agent_label"
            " WHERE d.person IS NULL AND d.agent_label IS NOT NULL ORDER BY p.id"
        )
        for start in range(0, len(waiting), LABELS_AT_ONCE):
            named += await _name_some(actor, table, waiting[start : start + LABELS_AT_ONCE])
    return named


async def _name_some(actor: Actor, table: str, some: list[dict[str, Any]]) -> int:
    async with transaction():
        named = 0
        for one in some:
            found = await rows(
                f"UPDATE {table} SET person = {{}} WHERE person IS NULL AND agent_label = {{}} RETURNING id",
                one["id"],
                one["agent_label"],
            )
            named += len(found)
        await record(actor, "day-total:name", "people", inputs={"joined": named, "people": len(some)})
    return named
