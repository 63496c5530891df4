"""How a chunk of mapped rows of each target is stored inside its batch; each answers the fate of every row."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import among, bulk_insert, rows, transaction
from qa_service.imports.agents import Pair, add_people, newcomers, note_leaders
from qa_service.imports.loading import Mapped
from qa_service.imports.profiles import Profile
from qa_service.imports.records import AccountHolderRecord, BusinessRecordRecord, InteractionRecord, SurveyRecord
from qa_service.imports.tallies import Tally
from qa_service.imports.values import Problem
from qa_service.interactions import records as stored
from qa_service.interactions.commands import add_chunk, renew_lease
from qa_service.interactions.identity import Directory
from qa_service.people.access import Actor

PART_FIELDS = tuple(f.name for f in msgspec.structs.fields(stored.AgentPartRecord))
MESSAGE_FIELDS = tuple(f.name for f in msgspec.structs.fields(stored.MessageRecord))


class Load(msgspec.Struct):
    """One import under way: where it goes and what it knows."""

    actor: Actor
    batch: int
    profile: Profile
    directory: Directory
    units: dict[int, int]
    unit: int | None
    tally: Tally
    seen: dict[str, str] = {}
    leaders: dict[Pair, date] = {}  # who reports to whom, as the whole file shows it


async def load_interactions(load: Load, chunk: list[Mapped]) -> None:
    """Contacts and chats; unknown agents are made first where the profile says so."""
    given = [one.record for one in chunk]
    if load.profile.agent.unknown == "create":
        people = newcomers(given, load.directory.people)
        await add_people(load.actor, people, load.directory, unit=load.unit, units=load.units)
        note_leaders(given, load.leaders)
    outcomes = await add_chunk(
        load.batch,
        [_stored(one.record, one.line) for one in chunk],
        directory=load.directory,
        units=load.units,
        default_unit=load.unit,
        unknown_agent=_unknown(load.profile),
    )
    for one, outcome in zip(chunk, outcomes, strict=True):
        if outcome.kind == "rejected":
            column = "agent" if outcome.reason == "unknown-agent" else "external_id"
            _refuse(load, one, outcome.reason or "rejected", column, _who(one.record))
        else:
            load.tally.add(outcome.kind)


def _unknown(profile: Profile) -> stored.UnknownAgent:
    if profile.agent.by == "none":
        return "nobody"
    return "reject" if profile.agent.unknown == "reject" else "hold"


def _who(record: InteractionRecord) -> str:
    part = record.parts[0] if record.parts else None
    return (part and (part.agent_key or part.account)) or record.external_id


def _stored(one: InteractionRecord, line: int) -> stored.InteractionRecord:
    parts = tuple(
        stored.AgentPartRecord(**{name: value for name in PART_FIELDS if (value := getattr(part, name)) is not None})
        for part in one.parts
    )
    messages = tuple(
        stored.MessageRecord(**{name: getattr(message, name) for name in MESSAGE_FIELDS}) for message in one.messages
    )
    return stored.InteractionRecord(
        line=line, source=one.source, external_id=one.external_id, digest=one.digest, channel=one.channel,
        kind=one.kind, direction=one.direction, category=one.category, subcategory=one.subcategory,
        customer_key=one.customer_key, order_no=one.order_no, started_at=one.started_at, ended_at=one.ended_at,
        time_known=one.time_known, local_on=one.local_on, remark=one.remark, attributes=one.attributes, parts=parts,
        messages=messages,
    )  # fmt: skip


async def load_surveys(load: Load, chunk: list[Mapped]) -> None:
    """Late scores, joined to their contact by source and id; one without a contact waits, and is shown."""
    async with transaction():
        await renew_lease(load.batch)
        names = [one.record.external_id for one in chunk]
        ids = await _interaction_ids(load.profile.source, names)
        known = await _known_answers(load.profile.source, names)
        fresh, superseded, held = [], [], []
        for one in chunk:
            digest, fate = _digest(one.record), "accepted"
            if not _is_first(load, one, one.record.external_id, digest):
                continue
            before = known.get(one.record.external_id)
            if before is not None and before[1] == digest:
                load.tally.add("unchanged")
                continue
            if one.record.external_id not in ids:
                held.append((load.batch, one.line, "no-interaction", one.record.external_id, _encoded(one.record)))
                load.tally.add("held")
                continue
            if before is not None:
                superseded.append(before[0])
                fate = "updated"
            fresh.append(_answer_row(load.batch, ids[one.record.external_id], one.record, digest))
            load.tally.add(fate)
        if superseded:
            places = among(len(superseded))
            await rows(f"UPDATE survey_answer SET superseded_by = {{}} WHERE id IN {places}", load.batch, *superseded)
        await bulk_insert("survey_answer", ANSWER, fresh)
        await bulk_insert("held_row", ("batch", "line", "reason", "key", "row"), held)


ANSWER = (
    "batch", "interaction", "external_id", "source", "score", "scale_max", "responded_on", "comment", "digest",
)  # fmt: skip


def _answer_row(batch: int, interaction: int, one: SurveyRecord, digest: str) -> tuple[Any, ...]:
    return (batch, interaction, one.external_id, one.source, one.score, one.scale_max, one.responded_on, one.comment,
            digest)  # fmt: skip


async def _interaction_ids(source: str, names: Sequence[str]) -> dict[str, int]:
    """The live revision of each published record."""
    found = await rows(
        "SELECT i.id, i.external_id FROM interaction i JOIN import_batch b ON b.id = i.batch WHERE i.source = {}"
        f" AND b.state = 'published' AND i.external_id IN {among(len(names))} ORDER BY i.revision",
        source,
        *names,
    )
    return {one["external_id"]: one["id"] for one in found}


async def _known_answers(source: str, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    found = await rows(
        "SELECT a.id, a.external_id, a.digest FROM survey_answer a JOIN import_batch b ON b.id = a.batch"
        f" WHERE a.source = {{}} AND b.state = 'published' AND a.external_id IN {among(len(names))} ORDER BY a.id",
        source,
        *names,
    )
    return {one["external_id"]: (one["id"], one["digest"]) for one in found}


async def load_business_records(load: Load, chunk: list[Mapped]) -> None:
    """Order remarks and registers; equal rows are one record, or several where the profile says that they are real."""
    async with transaction():
        await renew_lease(load.batch)
        digests = [_occurrence(load, one.record) for one in chunk]
        found = await rows(
            "SELECT r.digest FROM business_record r JOIN import_batch b ON b.id = r.batch WHERE b.state = 'published'"
            f" AND r.digest IN {among(len(digests))} ORDER BY r.id",
            *digests,
        )
        known = {one["digest"] for one in found}
        fresh = []
        for one, digest in zip(chunk, digests, strict=True):
            if digest in known:
                load.tally.add("unchanged")
            elif digest in load.seen:
                load.tally.add("duplicate")
            else:
                load.seen[digest] = digest
                load.tally.add("accepted")
                fresh.append(_business_row(load, one.record, digest))
        await bulk_insert("business_record", BUSINESS, fresh)


BUSINESS = (
    "batch", "kind", "order_no", "buyer_key", "recorded_at", "recorded_on", "person", "recorded_by", "body", "columns",
    "digest",
)  # fmt: skip


def _business_row(load: Load, one: BusinessRecordRecord, digest: str) -> tuple[Any, ...]:
    columns = msgspec.json.encode(one.columns, order="sorted").decode()
    person = load.directory.people.get(one.recorded_by or "")
    return (load.batch, one.kind, one.order_no, one.buyer_key, one.recorded_at, one.recorded_on, person,
            one.recorded_by, one.text, columns, digest)  # fmt: skip


def _occurrence(load: Load, one: BusinessRecordRecord) -> str:
    digest = _digest(one)
    if load.profile.key.equal_rows == "duplicates":
        return digest
    count = int(load.seen.get(f"count:{digest}", "0")) + 1
    load.seen[f"count:{digest}"] = str(count)
    return f"{digest}-{count}"


async def load_holders(load: Load, chunk: list[Mapped]) -> None:
    """Who held an account when; an unknown person is refused, an unknown account is made."""
    async with transaction():
        await renew_lease(load.batch)
        accounts = await _accounts(load, {(one.record.platform, one.record.account) for one in chunk})
        fresh = []
        for one in chunk:
            person = load.directory.people.get(one.record.employee_no)
            if person is None:
                _refuse(load, one, "unknown-agent", "employee_no", one.record.employee_no)
                continue
            account = accounts[one.record.platform, one.record.account]
            key = f"{account}|{one.record.from_at.isoformat()}|{person}"
            if _is_first(load, one, key, _digest(one.record)) and await _is_new_holding(
                load, one.record, account, person
            ):
                fresh.append((account, person, one.record.from_at, one.record.until_at, "import"))
        await bulk_insert("account_holder", ("platform_account", "person", "from_at", "until_at", "source"), fresh)


async def _accounts(load: Load, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    missing = sorted(wanted - load.directory.accounts.keys())
    await bulk_insert(
        "platform_account",
        ("platform", "name", "unit", "created_at"),
        [(platform, name, load.unit, clock.now()) for platform, name in missing],
    )
    found = await rows("SELECT id, platform, name FROM platform_account ORDER BY id")
    load.directory.accounts.update({(one["platform"], one["name"]): one["id"] for one in found})
    return load.directory.accounts


async def _is_new_holding(load: Load, one: AccountHolderRecord, account: int, person: int) -> bool:
    """New, or an end that has become known; the same again counts as unchanged."""
    for held in load.directory.holdings.get(account, []):
        if held.person == person and held.from_at == one.from_at:
            if held.until_at == one.until_at:
                load.tally.add("unchanged")
            else:
                await rows(
                    "UPDATE account_holder SET until_at = {} WHERE platform_account = {} AND person = {}"
                    " AND from_at = {} RETURNING id",
                    one.until_at,
                    account,
                    person,
                    one.from_at,
                )
                load.tally.add("updated")
            return False
    load.tally.add("accepted")
    return True


def _is_first(load: Load, one: Mapped, key: str, digest: str) -> bool:
    """Whether a key comes for the first time in this file; the same again is a duplicate, another content a fault."""
    if key not in load.seen:
        load.seen[key] = digest
        return True
    if load.seen[key] == digest:
        load.tally.add("duplicate")
    else:
        _refuse(load, one, "two-versions-in-file", "external_id", key)
    return False


def _refuse(load: Load, one: Mapped, code: str, column: str, value: str) -> None:
    load.tally.reject([Problem(line=one.line, column=column, value=value, code=code)], one.row or _fields(one.record))


def _fields(record: Any) -> dict[str, str]:
    return {name: str(value) for name, value in msgspec.structs.asdict(record).items() if value not in (None, (), {})}


def _digest(record: Any) -> str:
    return hashlib.sha256(_encoded(record).encode()).hexdigest()


def _encoded(record: Any) -> str:
    return msgspec.json.encode(record, order="sorted").decode()


LOADERS: dict[str, Callable[[Load, list[Mapped]], Awaitable[None]]] = {
    "interaction": load_interactions,
    "survey": load_surveys,
    "business_record": load_business_records,
    "account_holder": load_holders,
}
