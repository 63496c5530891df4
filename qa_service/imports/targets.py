"""How a chunk of mapped rows of each target is stored inside its batch; each answers the fate of every row.

A trial reading goes the same way and leaves out what writes: its counts are those of the import.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from qa_service.database import among, rows
from qa_service.imports.agents import add_people, newcomers, note_leaders
from qa_service.imports.day_loading import DAY_TARGETS, load_day_totals
from qa_service.imports.holding import load_holders
from qa_service.imports.loading import Mapped
from qa_service.imports.loads import Load, digest_of, encoded, is_first, refuse
from qa_service.imports.profiles import Profile
from qa_service.imports.records import BusinessRecordRecord, SurveyRecord
from qa_service.interactions.commands import add_chunk
from qa_service.interactions.records import InteractionRecord, UnknownAgent


async def load_interactions(load: Load, chunk: list[Mapped]) -> None:
    """Contacts and chats; unknown agents are made first where the profile says so."""
    given = [one.record for one in chunk]
    if load.profile.agent.unknown == "create":
        people = newcomers(given, load.directory.people)
        if load.writes:
            await add_people(load.actor, people, load.directory, unit=load.unit, units=load.units)
        else:
            load.directory.people.update({person.key: -1 for person in people})
        note_leaders(given, load.leaders)
    outcomes = await add_chunk(
        load.batch,
        given,
        directory=load.directory,
        units=load.units,
        default_unit=load.unit,
        unknown_agent=_unknown(load.profile),
        seen=load.records,
        keeps=load.profile.keeps,
        dry_run=not load.writes,
    )
    load.tally.fates.update([outcome.kind for outcome in outcomes if outcome.kind != "rejected"])
    for one, outcome in zip(chunk, outcomes, strict=True):
        if outcome.kind == "rejected":
            column = _named_by(one) if outcome.reason == "unknown-agent" else "external_id"
            refuse(load, one, outcome.reason or "rejected", column, _who(one.record))


def _named_by(one: Mapped) -> str:
    """The field by which this row names its agent."""
    part = one.record.parts[0] if one.record.parts else None
    if part is None or part.agent_key is None:
        return "account"
    return "employee_no" if part.employee_no else "agent_key"


def _unknown(profile: Profile) -> UnknownAgent:
    if profile.agent.by == "none":
        return "nobody"
    return "reject" if profile.agent.unknown == "reject" else "hold"


def _who(record: InteractionRecord) -> str:
    part = record.parts[0] if record.parts else None
    return (part and (part.agent_key or part.account)) or record.external_id


async def load_surveys(load: Load, chunk: list[Mapped]) -> None:
    """Late scores, joined to their contact by source and id; one without a contact waits, and is shown."""
    async with load.step():
        names = [one.record.external_id for one in chunk]
        ids = await _interaction_ids(load.profile.source, names)
        known = await _known_answers(load.profile.source, names)
        waiting = await _waiting_answers(load.profile.source, names)
        fresh, superseded, held = [], [], []
        for one in chunk:
            digest, fate = digest_of(one.record), "accepted"
            if not is_first(load, one, one.record.external_id, digest):
                continue
            before = known.get(one.record.external_id)
            if before is not None and before[1] == digest:
                load.tally.add("unchanged")
                continue
            if (one.record.external_id, digest) in waiting:
                load.tally.add("unchanged")
                continue
            if one.record.external_id not in ids:
                held.append((load.batch, one.line, "no-interaction", one.record.external_id, encoded(one.record)))
                load.tally.add("held")
                continue
            if before is not None:
                superseded.append(before[0])
                fate = "updated"
            fresh.append(answer_row(load.batch, ids[one.record.external_id], one.record, digest))
            load.tally.add(fate)
        if superseded and load.writes:
            places = among(len(superseded))
            await rows(f"UPDATE survey_answer SET superseded_by = {{}} WHERE id IN {places}", load.batch, *superseded)
        await load.insert("survey_answer", ANSWER, fresh)
        await load.insert("held_row", ("batch", "line", "reason", "key", "row"), held)


ANSWER = (
    "batch", "interaction", "external_id", "source", "score", "scale_max", "responded_on", "comment", "digest",
)  # fmt: skip


def answer_row(batch: int, interaction: int, one: SurveyRecord, digest: str) -> tuple[Any, ...]:
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


async def _waiting_answers(source: str, names: Sequence[str]) -> set[tuple[str, str]]:
    """Scores that wait for their contact already: (its id, their digest)."""
    found = await rows(
        "SELECT h.key, h.row FROM held_row h JOIN import_batch b ON b.id = h.batch WHERE b.source = {}"
        f" AND b.state = 'published' AND h.resolved_at IS NULL AND h.key IN {among(len(names))} ORDER BY h.id",
        source,
        *names,
    )
    return {(one["key"], digest_of(msgspec.json.decode(one["row"], type=SurveyRecord))) for one in found}


async def load_business_records(load: Load, chunk: list[Mapped]) -> None:
    """Order remarks and registers; equal rows are one record, or several where the profile says that they are real."""
    async with load.step():
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
        await load.insert("business_record", BUSINESS, fresh)


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
    digest = digest_of(one)
    if load.profile.key.equal_rows == "duplicates":
        return digest
    count = int(load.seen.get(f"count:{digest}", "0")) + 1
    load.seen[f"count:{digest}"] = str(count)
    return f"{digest}-{count}"


LOADERS: dict[str, Callable[[Load, list[Mapped]], Awaitable[None]]] = {
    "interaction": load_interactions,
    "survey": load_surveys,
    "business_record": load_business_records,
    "account_holder": load_holders,
    **dict.fromkeys(DAY_TARGETS, load_day_totals),
}
