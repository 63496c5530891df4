"""What the room stores: records as a reader hands them over, times aware UTC, days local by the declared clock."""

from datetime import date, datetime
from typing import Literal

import msgspec

Sender = Literal["customer", "agent", "robot", "system"]
MessageKind = Literal["text", "image", "card", "voice", "recalled"]
UnknownAgent = Literal["create", "hold", "reject", "nobody"]  # nobody: the source names no agents at all


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    sequence: int
    sender: Sender
    kind: MessageKind = "text"
    text: str = ""
    sent_at: datetime | None = None
    part: int = 1


class AgentPartRecord(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One agent's share. Who it was: a 工号 or name key, or a platform account that its holder of the time resolves.

    supervisor, manager, tenure and shift are what the file says of the agent, for making one whom nobody knows.
    """

    sequence: int = 1
    agent_key: str | None = None
    employee_no: str | None = None  # the key is a 工号
    platform: str | None = None
    account: str | None = None
    unit: str | None = None
    supervisor: str | None = None
    manager: str | None = None
    tenure: str | None = None
    shift: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    handle_seconds: int | None = None
    first_reply_seconds: int | None = None
    average_reply_seconds: int | None = None
    longest_silence_seconds: int | None = None
    closed_after_seconds: int | None = None
    response_seconds: int | None = None  # reported to answered, both clocks known and in order
    asked: bool | None = None  # a customer has written at all
    asked_at: datetime | None = None
    replied_in_3_min: bool | None = None
    converted: bool | None = None
    order_amount_fen: int | None = None
    transferred_out: bool | None = None
    message_count: int = 0


class InteractionRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record of service. `digest` is of its content: the same digest is the same record.

    What is at its default is left out of the content, so that a field which comes to be later changes no digest.
    `time_known` is False when the time of day of its answer was lost; its date stays in answered_on.
    """

    source: str
    external_id: str
    channel: str
    kind: str
    digest: str = ""
    direction: str = "in"  # in, out
    category: str | None = None
    subcategory: str | None = None
    customer_key: str | None = None
    order_no: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None  # the last moment that the file knows of
    answered_on: date | None = None
    time_known: bool = True
    local_on: date | None = None
    remark: str | None = None
    recording_url: str | None = None
    attributes: dict[str, str] = {}
    parts: tuple[AgentPartRecord, ...] = ()
    messages: tuple[MessageRecord, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of one record: accepted, updated (counts within accepted), unchanged (within duplicates), held
    (accepted into 待认领), rejected."""

    kind: Literal["accepted", "updated", "unchanged", "held", "rejected"]
    reason: str | None = None
