"""Two files that disagree: the later one wins, field by field, save where its profile keeps what a blank would take.

A profile says `keeps_filled` of a column when its source leaves cells blank that an earlier file had filled. The
record is then completed before it is compared, so that a file which only lost values is the same record again.
"""

import hashlib
import json
from typing import Any

import msgspec

from qa_service.database import among, rows
from qa_service.interactions.records import InteractionRecord

OWN = ("category", "subcategory", "customer_key", "order_no", "remark")
OF_PARTS = (
    "handle_seconds", "first_reply_seconds", "average_reply_seconds", "converted", "order_amount_fen",
    "transferred_out",
)  # fmt: skip
TRUTHS = {"converted", "transferred_out"}  # SQLite knows them as numbers
ATTRIBUTES = "attributes."


class Keeps(msgspec.Struct, frozen=True):
    """Fields of which a blank takes nothing away; `attributes` are all names of the open family in the file's order,
    since a digest is of the content in that order."""

    fields: frozenset[str] = frozenset()
    attributes: tuple[str, ...] = ()


NOTHING = Keeps()
Known = dict[tuple[str, str], tuple[int, str, int]]  # source and id → id, digest and revision of the newest


def can_keep(field: str) -> bool:
    """Whether a blank of this field can leave what is known; times and whose it was decide where a record counts."""
    return field in OWN or field in OF_PARTS or field.startswith(ATTRIBUTES)


async def keep_filled(records: list[InteractionRecord], known: Known, keeps: Keeps) -> list[InteractionRecord]:
    """The records, each blank of these fields filled with what the newest revision says."""
    if not keeps.fields:
        return records
    changed = {
        found[0]: one for one in records
        if (found := known.get((one.source, one.external_id))) and found[1] != one.digest
    }  # fmt: skip
    if not changed:
        return records
    before = await _before(list(changed))
    parts = await _parts_before(list(changed)) if keeps.fields & set(OF_PARTS) else {}
    filled = {id(one): _filled(one, before[found], parts, found, keeps) for found, one in changed.items()}
    return [filled.get(id(one), one) for one in records]


async def _before(ids: list[int]) -> dict[int, dict[str, Any]]:
    found = await rows(
        f"SELECT id, {', '.join(OWN)}, attributes FROM interaction WHERE id IN {among(len(ids))} ORDER BY id", *ids
    )
    return {one["id"]: one for one in found}


async def _parts_before(ids: list[int]) -> dict[tuple[int, int], dict[str, Any]]:
    found = await rows(
        f"SELECT interaction, sequence, {', '.join(OF_PARTS)} FROM agent_part WHERE interaction IN {among(len(ids))}"
        " ORDER BY id",
        *ids,
    )
    return {(one["interaction"], one["sequence"]): one for one in found}


def _filled(
    one: InteractionRecord,
    before: dict[str, Any],
    parts: dict[tuple[int, int], dict[str, Any]],
    interaction: int,
    keeps: Keeps,
) -> InteractionRecord:
    own = _kept(one, before, [field for field in OWN if field in keeps.fields])
    names, shares = [field for field in OF_PARTS if field in keeps.fields], []
    for part in one.parts:
        was = parts.get((interaction, part.sequence), {})
        shares.append(msgspec.structs.replace(part, **_kept(part, was, names)))
    attributes = _attributes(one.attributes, json.loads(before["attributes"] or "{}"), keeps)
    made = msgspec.structs.replace(one, **own, attributes=attributes, parts=tuple(shares))
    return one if made == one else with_digest(made)


def _attributes(now: dict[str, str], former: dict[str, str], keeps: Keeps) -> dict[str, str]:
    kept = {name: said for name, said in former.items() if f"{ATTRIBUTES}{name}" in keeps.fields and name not in now}
    whole = kept | now
    return {name: whole[name] for name in dict.fromkeys((*keeps.attributes, *whole)) if name in whole}


def _kept(one: Any, before: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """What is blank now and was filled before."""
    blank = [name for name in names if getattr(one, name) is None and before.get(name) is not None]
    return {name: bool(before[name]) if name in TRUTHS else before[name] for name in blank}


def with_digest(one: InteractionRecord) -> InteractionRecord:
    """The record with the digest of its content, as a file that says all of it would have it."""
    bare = msgspec.structs.replace(one, digest="")
    return msgspec.structs.replace(bare, digest=hashlib.sha256(msgspec.json.encode(bare)).hexdigest())
