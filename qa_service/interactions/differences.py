"""What a corrected record says otherwise than before: per field, of one batch or over all revisions of one record."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from qa_service.database import among, rows
from qa_service.interactions.live import PUBLISHED
from qa_service.interactions.reach import is_own_only, parts_in_reach, sees_names
from qa_service.language import N_, gettext
from qa_service.people.access import Actor
from qa_service.web.formatting import moment, money

PAGE = 25
OWN = {
    "channel": N_("渠道"), "kind": N_("种类"), "direction": N_("方向"), "category": N_("类别"),
    "subcategory": N_("子类别"), "customer_key": N_("客户"), "order_no": N_("订单号"), "started_at": N_("开始"),
    "ended_at": N_("结束"), "local_on": N_("日期"), "remark": N_("备注"),
}  # fmt: skip
WHOSE = {"person_name": N_("客服"), "agent_label": N_("来源写的客服")}
OF_PARTS = {
    "unit_name": N_("部门"), "handle_seconds": N_("处理时长（秒）"), "first_reply_seconds": N_("首次响应（秒）"),
    "average_reply_seconds": N_("平均响应（秒）"), "response_seconds": N_("从提出到答复（秒）"),
    "converted": N_("成交"), "order_amount_fen": N_("订单金额（元）"), "transferred_out": N_("转出"),
    "message_count": N_("消息"),
}  # fmt: skip
BOOLEANS = {"converted", "transferred_out"}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field: what stood there before and what stands there now; null is nothing."""

    field: str
    name: str
    before: str | None
    after: str | None


class ChangedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record that a batch corrected. `key` is given back as `after` to go on."""

    key: int
    interaction: int
    external_id: str
    changes: list[Change]


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a record: by whose import it came, when, and what it says otherwise than the one before."""

    interaction: int
    revision: int
    batch: int
    file_name: str
    by: str | None
    published_at: datetime | None
    changes: list[Change]


async def changed_records(actor: Actor, batch_id: int, *, after: int = 0, limit: int = PAGE) -> list[ChangedRecord]:
    """Records in reach that a batch corrected, in the order in which they first came."""
    reach, values = parts_in_reach(actor)
    seen = f" AND EXISTS (SELECT 1 FROM agent_part p WHERE p.interaction = n.id AND {reach})" if values else ""
    pairs = await rows(
        "SELECT o.id AS former, n.id AS present, n.external_id FROM interaction o JOIN interaction n"
        " ON n.source = o.source AND n.external_id = o.external_id AND n.batch = o.superseded_by"
        f" WHERE o.superseded_by = {{}} AND o.id > {{}}{seen} ORDER BY o.id LIMIT {{}}",
        batch_id,
        after,
        *values,
        limit,
    )
    whole = await _whole(actor, [one[name] for one in pairs for name in ("former", "present")])
    return [
        ChangedRecord(
            key=one["former"], interaction=one["present"], external_id=one["external_id"],
            changes=_changes(whole[one["former"]], whole[one["present"]]),
        )
        for one in pairs
    ]  # fmt: skip


async def revisions(actor: Actor, source: str, external_id: str) -> list[Revision]:
    """Every revision of one record that counts or once counted, the newest first; whoever reads it may see them all."""
    found = await rows(
        "SELECT i.id, i.revision, i.batch, b.file_name, b.published_at, a.username FROM interaction i"
        " JOIN import_batch b ON b.id = i.batch LEFT JOIN account a ON a.id = b.account"
        f" WHERE i.source = {{}} AND i.external_id = {{}} AND i.batch IN {PUBLISHED} ORDER BY i.revision DESC",
        source,
        external_id,
    )
    whole = await _whole(actor, [one["id"] for one in found]) if len(found) > 1 else {}
    formers: list[dict[str, Any] | None] = [*found[1:], *([None] if found else [])]
    return [
        Revision(
            interaction=one["id"], revision=one["revision"], batch=one["batch"], file_name=one["file_name"],
            by=one["username"], published_at=one["published_at"],
            changes=_changes(whole[former["id"]], whole[one["id"]]) if former else [],
        )
        for one, former in zip(found, formers, strict=True)
    ]  # fmt: skip


Fields = dict[str, tuple[str, Any]]  # field → its name and its value


async def _whole(actor: Actor, ids: Sequence[int]) -> dict[int, Fields]:
    """Each interaction as fields to compare: its own, those of its parts in reach, and its messages as one."""
    places = among(len(ids))
    reach, values = parts_in_reach(actor)
    owns = await rows(f"SELECT * FROM interaction WHERE id IN {places} ORDER BY id", *ids)
    found: dict[int, Fields] = {one["id"]: {} if is_own_only(actor) else _own(one) for one in owns}
    for part in await rows(
        "SELECT p.*, n.name AS person_name, u.name AS unit_name FROM agent_part p LEFT JOIN person n ON n.id = p.person"
        f" LEFT JOIN unit u ON u.id = p.unit WHERE p.interaction IN {places} AND {reach} ORDER BY p.id",
        *ids,
        *values,
    ):
        named = {**WHOSE, **OF_PARTS} if sees_names(actor) else OF_PARTS
        for field, name in named.items():
            said = gettext(name)
            if part["sequence"] > 1:
                said = gettext(N_("第%(number)s段的%(field)s"), number=part["sequence"], field=said)
            value = part[field] if field not in BOOLEANS or part[field] is None else bool(part[field])
            found[part["interaction"]][f"{part['sequence']}.{field}"] = (said, value)
    if not is_own_only(actor):
        await _add_messages(found, ids)
    return found


def _own(one: dict[str, Any]) -> Fields:
    fields: Fields = {field: (gettext(name), one[field]) for field, name in OWN.items()}
    attributes = json.loads(one["attributes"] or "{}")
    return fields | {f"attributes.{name}": (name, value or None) for name, value in sorted(attributes.items())}


async def _add_messages(found: dict[int, Fields], ids: Sequence[int]) -> None:
    """Messages by their place: long talks differ in a few, and those are shown."""
    for one in await rows(
        f"SELECT interaction, sequence, body FROM message WHERE interaction IN {among(len(ids))}"
        " ORDER BY interaction, sequence",
        *ids,
    ):
        name = gettext(N_("第%(number)s条消息"), number=one["sequence"])
        found[one["interaction"]][f"message.{one['sequence']}"] = (name, one["body"] or None)


def _changes(before: Fields, after: Fields) -> list[Change]:
    return [
        Change(field=field, name=name, before=_text(field, was), after=_text(field, now))
        for field in dict.fromkeys((*before, *after))
        for name, was, now in [_both(field, before, after)]
        if was != now
    ]


def _both(field: str, before: Fields, after: Fields) -> tuple[str, Any, Any]:
    name = (after.get(field) or before[field])[0]
    return name, before.get(field, ("", None))[1], after.get(field, ("", None))[1]


def _text(field: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return gettext(N_("是") if value else N_("否"))
    if isinstance(value, datetime):
        return moment(value, year=True, seconds=True)
    if isinstance(value, date):
        return value.isoformat()
    return money(value) if field.endswith("_fen") else str(value)
