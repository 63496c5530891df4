"""Structs of the sampling room's API."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from qa_service.web.months import MonthText


class MonthIn(msgspec.Struct, forbid_unknown_fields=True):
    unit: int
    pay_month: MonthText
    plan: str


class CommitIn(msgspec.Struct, forbid_unknown_fields=True):
    """Only `plan` is needed: the plan names the public value. Another value needs a `reason` that everybody reads, and
    `public_from` says when it comes out; `value_known` owns up to a value that is out already."""

    plan: str
    named_value: str | None = None
    reason: str | None = None
    public_from: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    value_known: bool = False


class DrawIn(msgspec.Struct, forbid_unknown_fields=True):
    """One value for each source that was named: exactly one."""

    values: list[str]


class ReplaceIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class RiskIn(msgspec.Struct, forbid_unknown_fields=True):
    """`part` is the number of the agent part."""

    part: int
    reason: str


class RiskOut(msgspec.Struct, frozen=True, kw_only=True):
    """A part that the plan keeps out of the random stream: why (complaint or low-satisfaction) and, where it is on the
    list to be marked, its item."""

    id: int
    part: str
    interaction: int
    agent: str
    channel: str
    kind: str
    local_on: date
    why: str
    score: int | None
    scale_max: int | None
    item: int | None


class Ids(msgspec.Struct):
    ids: list[int]


class Id(msgspec.Struct):
    id: int


class PeriodOut(msgspec.Struct):
    id: int
    unit: int
    unit_name: str
    pay_month: date
    from_on: date
    until_on: date
    state: str
    frame: int | None
    sequence: int | None
    root: str | None
    leaf_count: int | None
    named_value: str | None
    public_from: datetime | None
    value_known: bool | None
    deviation: str | None
    committed_at: datetime | None
    draw: int | None
    seed: str | None
    drawn_at: datetime | None


class ItemOut(msgspec.Struct):
    part: str
    agent: str
    channel: str
    kind: str
    ticket: str
    place: int
    quota: int
    size: int
    instead_of: str | None


class Proof(msgspec.Struct):
    bundle: dict[str, Any]


class QuotaOut(msgspec.Struct, frozen=True, kw_only=True):
    """One stratum. The chance of each of its parts is quota/size; floor is the plan's promise for the whole month.
    `again` of the parts stood in earlier periods' frames undrawn and make up what the floor still lacks.
    is_on_probation: on probation, or within the plan's days of a new agent."""

    agent: str
    name: str
    employee_no: str | None
    channel: str
    kind: str
    size: int
    again: int
    quota: int
    floor: int
    is_on_probation: bool
    drawn_before: int


class DrawnOut(msgspec.Struct, frozen=True, kw_only=True):
    """One drawn item. place counts from 1 in its stratum of `size`; quality: drawn or marked."""

    id: int
    position: int
    part: str
    interaction: int
    agent: str
    agent_name: str
    employee_no: str | None
    channel: str
    kind: str
    local_on: date | None
    ticket: str
    place: int | None
    size: int | None
    quota: int | None
    stream: str
    state: str
    reason: str | None
    instead_of: str | None
    monitor_name: str | None
    due_on: date | None
    quality: str | None


class TicketOut(msgspec.Struct, frozen=True, kw_only=True):
    """One of your own records in a frame; ticket and place are null before the draw. The first `taken` are drawn."""

    part: str
    interaction: int
    local_on: date
    channel: str
    kind: str
    ticket: str | None = None
    place: int | None = None
    size: int | None = None
    taken: int | None = None
    is_drawn: bool | None = None
    sentence: str | None = None


class FrameOut(msgspec.Struct, frozen=True, kw_only=True):
    """A committed frame and its draw. exclusions counts what stayed out by reason; made_up counts leaves of earlier
    periods. value_known: the value was known before the commitment, so that the draw proves nothing; deviation: why the
    value is not the plan's. unassigned_why: sentences with the next step. seed_text is what SHA-256 turns into the
    seed. quotas and items are empty for whoever sees the own tickets only."""

    id: int
    sequence: int
    root: str
    leaf_count: int
    exclusions: dict[str, int]
    plan_code: str
    plan_version: int
    made_up: int
    named_value: str
    public_from: datetime | None
    value_known: bool
    deviation: str | None
    committed_at: datetime
    journal_position: int
    draw: int | None
    seed: str | None
    seed_values: list[str]
    seed_text: str | None
    drawn_at: datetime | None
    exemption: str | None
    drawn: int
    risk: int
    unassigned: int
    unassigned_why: list[str]
    quotas: list[QuotaOut]
    items: list[DrawnOut]
    own: list[TicketOut]


class PeriodDetail(msgspec.Struct, frozen=True, kw_only=True):
    """is_whole: whether you may see everybody's tickets."""

    id: int
    unit: int
    unit_name: str
    pay_month: date
    from_on: date
    until_on: date
    state: str
    is_whole: bool
    frames: list[FrameOut]


class FrameFile(msgspec.Struct, frozen=True, kw_only=True):
    """A frame to draw from again elsewhere: lines in their order, period and values of the seed, quotas of the strata
    as [agent, channel, kind, parts to draw]; remarks are sentences that belong on every print of it."""

    format: str
    root: str
    count: int
    period: str
    named_value: str
    value_known: bool
    deviation: str | None
    remarks: list[str]
    values: list[str]
    seed: str | None
    exclusions: dict[str, int]
    quotas: list[tuple[str, str, str, int]]
    leaves: list[str]
