"""Store records in chunks that nothing reads until one short command publishes their batch.

A chunk is one short transaction; start-up sweeps what a killed process left behind (`sweep`). A corrected record is a
new revision, its former one marked as superseded by this batch, which means nothing until the batch is published.
"""

import asyncio
from datetime import timedelta
from operator import attrgetter
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, bulk_insert, next_ids, rows, scalar, transaction
from qa_service.interactions import errors
from qa_service.interactions.carrying import Carried, KeptClaim, carried_over, carry_claims, claims_of
from qa_service.interactions.identity import Directory, Holding
from qa_service.interactions.records import AgentPartRecord, InteractionRecord, Outcome, UnknownAgent
from qa_service.interactions.revising import NOTHING, Keeps, keep_filled
from qa_service.interactions.tables import ImportBatch
from qa_service.journal.commands import record
from qa_service.people.access import Actor, Permission

SWEEP_CHUNK = 800  # rows; with the keys that point at them, removed in less than 50 ms
TOTALS = ("agent_day", "unit_day", "team_day", "absence")  # of day_totals, with batch and superseded_by as here
LEASE = timedelta(seconds=20)  # a chunk takes well under a second
INTERACTION = (
    "id", "source", "external_id", "revision", "batch", "digest", "channel", "kind", "direction", "category",
    "subcategory", "customer_key", "order_no", "started_at", "ended_at", "time_known", "local_on", "remark",
    "recording_url", "attributes",
)  # fmt: skip
FACTS = (
    "started_at", "ended_at", "handle_seconds", "first_reply_seconds", "average_reply_seconds",
    "longest_silence_seconds", "closed_after_seconds", "response_seconds", "asked", "replied_in_3_min", "converted",
    "order_amount_fen", "transferred_out", "message_count",
)  # fmt: skip
PART = (
    "interaction", "batch", "public_id", "sequence", "person", "platform_account", "agent_label", "unit", "channel",
    "kind", "local_on", "time_known", "version", *FACTS,
)  # fmt: skip
_facts_of = attrgetter(*FACTS)
MESSAGE = ("interaction", "sequence", "part_sequence", "sender", "kind", "body", "sent_at")


# What a file has said of each record so far. Names and digests of a million records would take half a gigabyte: 64 bits
# of each tell them apart but once in tens of millions of such files, and then a row is refused, not taken wrongly.
Seen = dict[int, int]


class BatchStart(msgspec.Struct, frozen=True, kw_only=True):
    profile_name: str
    profile_version: int
    profile_digest: str
    source: str
    target: str
    file_name: str
    file_sha256: str
    file_bytes: int


class BatchCounts(msgspec.Struct, frozen=True, kw_only=True):
    """accepted + rejected + duplicates + held = records_read; updated within accepted, unchanged within duplicates."""

    records_read: int
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    held: int = 0
    updated: int = 0
    unchanged: int = 0
    notes: str = "[]"


async def open_batch(actor: Actor, start: BatchStart) -> int:
    actor.require(Permission.IMPORT_WRITE)
    now = clock.now()
    made = ImportBatch(
        **msgspec.structs.asdict(start),
        state="loading",
        account=actor.account_id,
        started_at=now,
        lease_until=now + LEASE,
    )
    async with transaction():
        return (await ImportBatch.insert(made).returning(ImportBatch.id))[0]["id"]


async def read_directory() -> Directory:
    """People, accounts and holders as they stand, for a whole import."""
    known = await rows("SELECT COALESCE(merged_into, id) AS id, key FROM person ORDER BY id")
    people = {found["key"]: found["id"] for found in known}
    accounts = {
        (found["platform"], found["name"]): found["id"]
        for found in await rows("SELECT id, platform, name FROM platform_account ORDER BY id")
    }
    holdings: dict[int, list[Holding]] = {}
    for held in await rows(
        "SELECT platform_account, person, from_at, until_at FROM account_holder ORDER BY platform_account, from_at, id"
    ):
        holding = Holding(held["from_at"], held["until_at"], held["person"])
        holdings.setdefault(held["platform_account"], []).append(holding)
    return Directory(people, accounts, holdings)


async def add_chunk(
    batch_id: int,
    records: list[InteractionRecord],
    *,
    directory: Directory,
    units: dict[int, int],
    default_unit: int | None,
    unknown_agent: UnknownAgent = "hold",
    seen: Seen | None = None,
    keeps: Keeps = NOTHING,
    dry_run: bool = False,
) -> list[Outcome]:
    """Store a chunk of records (a few hundred); answers what became of each, in order.

    `units` maps a person to the unit of their post, `default_unit` is where nobody's parts belong. Unknown agents are
    rejected or held here; profiles that create people do so before the chunk comes. `seen` remembers the records of
    the chunks before; a dry run answers the same and writes nothing.
    """
    seen = {} if seen is None else seen
    if dry_run:
        known = await _known(records)
        records = await keep_filled(records, known, keeps)
        return _sort_out(records, known, directory, unknown_agent, seen, await claims_of(known)).outcomes
    async with transaction():
        await renew_lease(batch_id)
        known = await _known(records)
        records = await keep_filled(records, known, keeps)
        kept = await claims_of(known)
        sorted_out = _sort_out(records, known, directory, unknown_agent, seen, kept)
        if sorted_out.superseded:
            await _supersede(batch_id, sorted_out.superseded)
        await _insert(batch_id, sorted_out.fresh, directory, units, default_unit)
        await carry_claims(batch_id, sorted_out.claimed)
    return sorted_out.outcomes


async def renew_lease(batch_id: int) -> None:
    """Say, inside the transaction of a chunk, that the batch is still being loaded; refused when it no longer is."""
    done = await rows(
        "UPDATE import_batch SET lease_until = {} WHERE id = {} AND state = 'loading' RETURNING id",
        clock.now() + LEASE,
        batch_id,
    )
    if not done:
        state = await scalar("SELECT state FROM import_batch WHERE id = {}", batch_id)
        raise errors.BatchNotLoading(batch=batch_id, state=state or "-")


async def _known(records: list[InteractionRecord]) -> dict[tuple[str, str], tuple[int, str, int]]:
    """The newest revision of each record that is here: (id, digest, revision)."""
    found: dict[tuple[str, str], tuple[int, str, int]] = {}
    for source in sorted({one.source for one in records}):
        names = sorted({one.external_id for one in records if one.source == source})
        for one in await rows(
            "SELECT id, external_id, digest, revision FROM interaction"
            f" WHERE source = {{}} AND external_id IN {among(len(names))} ORDER BY revision",
            source,
            *names,
        ):
            found[(source, one["external_id"])] = (one["id"], one["digest"], one["revision"])
    return found


ACCEPTED, UPDATED, HELD, UNCHANGED = Outcome("accepted"), Outcome("updated"), Outcome("held"), Outcome("unchanged")
REPEATED, TWO_VERSIONS = Outcome("unchanged", "repeated-in-file"), Outcome("rejected", "two-versions-in-file")
UNKNOWN_AGENT = Outcome("rejected", "unknown-agent")


class Fresh(msgspec.Struct, frozen=True):
    """A revision to store: its number, and whose each part is (None: 待认领)."""

    record: InteractionRecord
    revision: int
    people: list[int | None]


class SortedOut(msgspec.Struct, frozen=True):
    """Outcomes in order; what is to be stored; interactions that it replaces; claims that go along."""

    outcomes: list[Outcome] = []
    fresh: list[Fresh] = []
    superseded: list[int] = []
    claimed: list[Carried] = []


def _sort_out(
    records: list[InteractionRecord],
    known: dict[tuple[str, str], tuple[int, str, int]],
    directory: Directory,
    unknown_agent: UnknownAgent,
    seen: Seen,
    claims: dict[int, list[KeptClaim]],
) -> SortedOut:
    made = SortedOut()
    for one in records:
        key = (one.source, one.external_id)
        before = known.get(key)
        people = [directory.person_of(part) for part in one.parts]
        carried = carried_over(one, claims[before[0]], directory) if before and before[0] in claims else []
        is_held = unknown_agent != "nobody" and None in people and _still_waits(one, people, carried)
        mark, content = hash(key), hash(one.digest)
        if mark in seen:
            made.outcomes.append(REPEATED if seen[mark] == content else TWO_VERSIONS)
            continue
        if is_held and unknown_agent == "reject":
            made.outcomes.append(UNKNOWN_AGENT)
            continue
        seen[mark] = content
        if before is not None and before[1] == one.digest:
            made.outcomes.append(UNCHANGED)
            continue
        if before is not None:
            made.superseded.append(before[0])
        made.claimed.extend(carried)
        made.fresh.append(Fresh(one, before[2] + 1 if before else 1, people))
        made.outcomes.append(HELD if is_held else UPDATED if before else ACCEPTED)
    return made


def _still_waits(one: InteractionRecord, people: list[int | None], carried: list[Carried]) -> bool:
    claimed = {claim.sequence for claim in carried}
    return any(
        person is None and part.sequence not in claimed for part, person in zip(one.parts, people, strict=True)
    )


async def _supersede(batch_id: int, ids: list[int]) -> None:
    places = among(len(ids))
    await rows(f"UPDATE interaction SET superseded_by = {{}} WHERE id IN {places}", batch_id, *ids)
    await rows(f"UPDATE agent_part SET superseded_by = {{}} WHERE interaction IN {places}", batch_id, *ids)


async def _insert(
    batch_id: int, fresh: list[Fresh], directory: Directory, units: dict[int, int], default_unit: int | None
) -> None:
    if not fresh:
        return
    ids = await next_ids("interaction", len(fresh))
    interactions, parts, messages = [], [], []
    for interaction, one in zip(ids, fresh, strict=True):
        told = one.record
        interactions.append(_interaction_row(interaction, batch_id, told, one.revision))
        for part, person in zip(told.parts, one.people, strict=True):
            unit = units.get(person, default_unit) if person else default_unit
            parts.append(_part_row(interaction, batch_id, told, part, person, directory.account_of(part), unit))
        if told.messages:
            messages += [(interaction, m.sequence, m.part, m.sender, m.kind, m.text, m.sent_at) for m in told.messages]
    await bulk_insert("interaction", *_filled(INTERACTION, interactions))
    await bulk_insert("agent_part", *_filled(PART, parts))
    await bulk_insert("message", MESSAGE, messages)


def _filled(columns: tuple[str, ...], records: list[tuple[Any, ...]]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Without the columns that nobody fills: they are half of a part's, and NULL is what they hold anyway."""
    kept = [(name, said) for name, said in zip(columns, zip(*records, strict=True), strict=False) if _any_said(said)]
    return [name for name, _ in kept], list(zip(*(said for _, said in kept), strict=True))


def _any_said(values: tuple[Any, ...]) -> bool:
    return values.count(None) < len(values)


def _interaction_row(interaction: int, batch_id: int, one: InteractionRecord, revision: int) -> tuple[Any, ...]:
    attributes = msgspec.json.encode(one.attributes, order="sorted").decode() if one.attributes else "{}"
    return (
        interaction, one.source, one.external_id, revision, batch_id, one.digest, one.channel, one.kind, one.direction,
        one.category, one.subcategory, one.customer_key, one.order_no, one.started_at, one.ended_at, one.time_known,
        one.local_on, one.remark, one.recording_url, attributes,
    )  # fmt: skip


def _part_row(
    interaction: int,
    batch_id: int,
    one: InteractionRecord,
    part: AgentPartRecord,
    person: int | None,
    account: int | None,
    unit: int | None,
) -> tuple[Any, ...]:
    label = part.agent_key or (f"{part.platform}/{part.account}" if part.account else None)
    return (
        interaction, batch_id, f"{one.source}:{one.external_id}#{part.sequence}", part.sequence, person, account, label,
        unit, one.channel, one.kind, one.local_on, one.time_known, 1, *_facts_of(part),
    )  # fmt: skip


async def publish_batch(actor: Actor, batch_id: int, counts: BatchCounts) -> str:
    """Make a loaded batch count, in one short transaction; refused when its numbers do not add up."""
    actor.require(Permission.IMPORT_WRITE)
    total = counts.accepted + counts.rejected + counts.duplicates + counts.held
    if total != counts.records_read:
        raise errors.SumBroken(batch=batch_id, read=counts.records_read, sum=total)
    fields = msgspec.structs.asdict(counts)
    places = ", ".join(f"{name} = {{}}" for name in fields)
    async with transaction():
        done = await rows(
            f"UPDATE import_batch SET state = 'published', published_at = {{}}, {places}, version = version + 1"
            " WHERE id = {} AND state = 'loading' RETURNING file_sha256",
            clock.now(),
            *fields.values(),
            batch_id,
        )
        if not done:
            raise errors.BatchNotLoading(batch=batch_id, state="-")
        return await record(
            actor, "import:publish", f"batch:{batch_id}", inputs={"file": done[0]["file_sha256"], **fields}
        )


async def sweep(batch_id: int, *, state: str = "cancelled") -> None:
    """Remove what an unfinished batch wrote, in short steps, and give back what it would have superseded."""
    for table in ("interaction", "agent_part", "survey_answer", *TOTALS):
        await _in_steps(f"UPDATE {table} SET superseded_by = NULL WHERE id IN (SELECT id FROM {table}"
                        " WHERE superseded_by = {} LIMIT {}) RETURNING id", batch_id)  # fmt: skip
    await _in_steps(
        "DELETE FROM message WHERE id IN (SELECT m.id FROM message m JOIN interaction i ON i.id = m.interaction"
        " WHERE i.batch = {} LIMIT {}) RETURNING id",
        batch_id,
    )
    await _in_steps(
        "DELETE FROM part_resolution WHERE id IN (SELECT r.id FROM part_resolution r JOIN agent_part p ON p.id = r.part"
        " WHERE p.batch = {} LIMIT {}) RETURNING id",
        batch_id,
    )
    for table in (
        "import_reject", "noted_record", "held_row", "survey_answer", "business_record", *TOTALS, "agent_part",
        "interaction",
    ):  # fmt: skip
        statement = (
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE batch = {{}} LIMIT {{}}) RETURNING id"
        )
        await _in_steps(statement, batch_id)
    async with transaction():
        await rows("UPDATE import_batch SET state = {} WHERE id = {} AND state = 'loading'", state, batch_id)


async def _in_steps(statement: str, batch_id: int) -> None:
    while True:
        async with transaction():
            if len(await rows(statement, batch_id, SWEEP_CHUNK)) < SWEEP_CHUNK:
                return
        await asyncio.sleep(0)  # whoever waits for a page comes between two steps


async def sweep_unfinished() -> int:
    """Batches that a killed process left loading leave nothing behind; one that is still renewed is left alone."""
    found = await rows(
        "SELECT id FROM import_batch WHERE state = 'loading' AND (lease_until IS NULL OR lease_until < {}) ORDER BY id",
        clock.now(),
    )
    for batch in found:
        await sweep(batch["id"])
    return len(found)
