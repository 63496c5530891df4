"""A claim of 待认领 goes along when the record comes in again corrected.

It was said of an account at a time: where both are unchanged it holds for the new revision too. Where one has changed,
the part waits again, since nobody has said whose it is now.
"""

from datetime import date, datetime

import msgspec

from qa_service.database import among, bulk_insert, rows
from qa_service.interactions.identity import Directory
from qa_service.interactions.records import InteractionRecord


class KeptClaim(msgspec.Struct, frozen=True):
    """A part that was named by hand: of which account and time it was said, of whom, and in which claim."""

    part: int
    sequence: int
    account: int | None
    label: str | None
    started_at: datetime | None
    local_on: date | None
    person: int
    unit: int | None
    resolved_at: datetime


class Carried(msgspec.Struct, frozen=True):
    source: str
    external_id: str
    sequence: int
    claim: KeptClaim


async def claims_of(known: dict[tuple[str, str], tuple[int, str, int]]) -> dict[int, list[KeptClaim]]:
    """Claims on the newest revisions, by interaction."""
    ids = [found[0] for found in known.values()]
    claims: dict[int, list[KeptClaim]] = {}
    if not ids:
        return claims
    for one in await rows(
        "SELECT interaction, id, sequence, platform_account, agent_label, started_at, local_on, person, unit,"
        f" resolved_at FROM agent_part WHERE interaction IN {among(len(ids))} AND resolved_at IS NOT NULL"
        " AND person IS NOT NULL ORDER BY id",
        *ids,
    ):
        interaction, *values = one.values()
        claims.setdefault(interaction, []).append(KeptClaim(*values))
    return claims


def carried_over(record: InteractionRecord, claims: list[KeptClaim], directory: Directory) -> list[Carried]:
    """The claims that still hold for a new revision: same account, same time, and nobody else known by now."""
    by_sequence = {claim.sequence: claim for claim in claims}
    found = []
    for part in record.parts:
        claim = by_sequence.get(part.sequence)
        if claim is None or directory.person_of(part) is not None:
            continue
        label = part.agent_key or (f"{part.platform}/{part.account}" if part.account else None)
        now = (directory.account_of(part), label, part.started_at, record.local_on)
        if now == (claim.account, claim.label, claim.started_at, claim.local_on):
            found.append(Carried(record.source, record.external_id, part.sequence, claim))
    return found


async def carry_claims(batch_id: int, carried: list[Carried]) -> None:
    """Name the new parts as the old ones were named, within the same claim, so that it can be taken back as one."""
    for one in carried:
        claim = one.claim
        named = await rows(
            "UPDATE agent_part SET person = {}, unit = {}, resolved_at = {}, version = version + 1"
            " WHERE batch = {} AND public_id = {} AND person IS NULL RETURNING id",
            claim.person,
            claim.unit,
            claim.resolved_at,
            batch_id,
            f"{one.source}:{one.external_id}#{one.sequence}",
        )
        said = await rows(
            "SELECT person, unit_before, account, reason, at, day_on FROM part_resolution WHERE part = {}"
            " ORDER BY id DESC LIMIT 1",
            claim.part,
        )
        columns = ("part", "person", "unit_before", "account", "reason", "at", "day_on")
        await bulk_insert(
            "part_resolution", columns, [(part["id"], *one.values()) for part in named for one in said]
        )  # fmt: skip
