"""What the room stores: records as a reader hands them over, times aware UTC, days local by the declared clock."""

from datetime import date, datetime
from typing import Literal

import msgspec

Sender = Literal["customer", "agent", "robot", "system"]
MessageKind = Literal["text", "image", "card", "voice", "recalled"]
UnknownAgent = Literal["create", "hold", "reject", "nobody"]  # nobody: the source names no agents at all


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True):
    sequence: int
    sender: Sender
    kind: MessageKind = "text"
    text: str = ""
    sent_at: datetime | None = None
    part: int = 1


class AgentPartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One agent's share. Who it was: a 工号 or name key, or a platform account that its holder of the time resolves."""

    sequence: int = 1
    agent_key: str | None = None
    platform: str | None = None
    account: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    handle_seconds: int | None = None
    first_reply_seconds: int | None = None
    average_reply_seconds: int | None = None
    longest_silence_seconds: int | None = None
    closed_after_seconds: int | None = None
    response_seconds: int | None = None
    asked: bool | None = None
    replied_in_3_min: bool | None = None
    converted: bool | None = None
    order_amount_fen: int | None = None
    transferred_out: bool | None = None
    message_count: int = 0


class InteractionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record of service. `digest` is of its mapped content: the same digest is the same record."""

    line: int
    source: str
    external_id: str
    digest: str
    channel: str
    kind: str
    direction: str = "in"
    category: str | None = None
    subcategory: str | None = None
    customer_key: str | None = None
    order_no: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    time_known: bool = True
    local_on: date | None = None
    remark: str | None = None
    attributes: dict[str, str] = {}
    parts: tuple[AgentPartRecord, ...] = ()
    messages: tuple[MessageRecord, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of one record: accepted, updated (counts within accepted), unchanged (within duplicates), held
    (accepted into 待认领), rejected."""

    line: int
    kind: Literal["accepted", "updated", "unchanged", "held", "rejected"]
    reason: str | None = None
