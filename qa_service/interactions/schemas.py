"""Structs in and out of the API of records. Masked values stay masked; names are null for whom they are not meant."""

from datetime import date, datetime

import msgspec

from qa_service.interactions.differences import Revision


class PartOut(msgspec.Struct, frozen=True):
    """One agent's share of an interaction. `state`: marked, drawn or none; times in UTC, `local_on` by the declared
    clock of the source."""

    id: int
    interaction: int
    public_id: str
    sequence: int
    local_on: date | None
    started_at: datetime | None
    time_known: bool
    channel: str
    kind: str
    person: int | None
    person_name: str | None
    employee_no: str | None
    agent_label: str | None
    unit: int | None
    unit_name: str | None
    first_reply_seconds: int | None
    handle_seconds: int | None
    message_count: int
    external_id: str
    order_no: str | None
    category: str | None
    state: str | None


class PartFigures(PartOut, frozen=True):
    """One agent's share of an interaction with all that was computed of it; null: the source does not say."""

    ended_at: datetime | None
    average_reply_seconds: int | None
    longest_silence_seconds: int | None
    closed_after_seconds: int | None
    response_seconds: int | None
    asked: bool | None
    replied_in_3_min: bool | None
    converted: bool | None
    order_amount_fen: int | None
    transferred_out: bool | None


class PartsOut(msgspec.Struct, frozen=True):
    """Newest first. Give `before` back to go on with older ones, `after` for newer ones; null where there are none."""

    parts: list[PartOut]
    before: str | None
    after: str | None


class PartDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A part with all its figures; `is_in_reach` false: another unit's share of the same talk, without its name."""

    id: int
    public_id: str
    sequence: int
    person: int | None
    person_name: str | None
    employee_no: str | None
    agent_label: str | None
    unit: int | None
    unit_name: str | None
    channel: str
    kind: str
    local_on: date | None
    started_at: datetime | None
    ended_at: datetime | None
    handle_seconds: int | None
    first_reply_seconds: int | None
    average_reply_seconds: int | None
    longest_silence_seconds: int | None
    closed_after_seconds: int | None
    response_seconds: int | None
    asked: bool | None
    replied_in_3_min: bool | None
    converted: bool | None
    order_amount_fen: int | None
    transferred_out: bool | None
    message_count: int
    is_in_reach: bool
    state: str | None


class MessageOut(msgspec.Struct, frozen=True, kw_only=True):
    """sender: customer, agent, robot, system; kind: text, image, card, voice, recalled."""

    id: int
    sequence: int
    part_sequence: int
    sender: str
    kind: str
    body: str
    sent_at: datetime | None


class RecordOut(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    kind: str
    order_no: str | None
    recorded_at: datetime | None
    recorded_on: date | None
    recorded_by: str | None
    body: str


class RatingOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer said afterwards; score of scale_max."""

    id: int
    score: int
    scale_max: int
    responded_on: date | None
    comment: str | None


class MarkOut(msgspec.Struct, frozen=True, kw_only=True):
    part: int
    evaluation: int
    form: str
    revision: int
    state: str
    final_hundredths: int | None
    released_at: datetime | None


class InteractionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One interaction. `newer` is the corrected revision that took its place; `unseen` counts messages of other
    agents that are not yours to read; `history` has its revisions, the newest first."""

    id: int
    source: str
    external_id: str
    revision: int
    newer: int | None
    batch: int
    file_name: str
    channel: str
    kind: str
    direction: str
    category: str | None
    subcategory: str | None
    customer_key: str | None
    order_no: str | None
    started_at: datetime | None
    ended_at: datetime | None
    time_known: bool
    local_on: date | None
    remark: str | None
    recording_url: str | None
    attributes: dict[str, str]
    parts: list[PartDetail]
    messages: list[MessageOut]
    unseen: int
    records: list[RecordOut]
    ratings: list[RatingOut]
    marks: list[MarkOut]
    history: list[Revision]


class WaitingAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account of which nobody knows who sat behind it: a platform account, or (account null) what the file said."""

    account: int | None
    label: str
    platform: str | None
    name: str | None
    parts: int
    first_on: date | None
    last_on: date | None


class WaitingPart(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    interaction: int
    public_id: str
    local_on: date | None
    started_at: datetime | None
    channel: str
    kind: str
    message_count: int


class ClaimIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name who sat behind an account. Both days belong to the span; `reason` is the ground (who confirmed it).

    Example: {"account": 41, "person": 28, "from_on": "2026-08-01", "until_on": "2026-08-07", "reason": "当班组长确认"}
    """

    account: int | None = None
    label: str = ""
    person: int
    from_on: date
    until_on: date
    reason: str


class ClaimedOut(msgspec.Struct, frozen=True):
    claim: int
    parts: int


class ClaimOut(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that was made; `standing` of its `parts` still stand so."""

    claim: int
    at: datetime
    label: str | None
    person: int
    person_name: str
    employee_no: str | None
    by_name: str | None
    reason: str
    first_on: date | None
    last_on: date | None
    parts: int
    standing: int


class ReasonIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str


class ResolveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """person null takes the naming back."""

    person: int | None
    reason: str


class ResolutionId(msgspec.Struct, frozen=True):
    resolution: int
