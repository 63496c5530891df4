"""What the mapping hands to the commands: one frozen struct per target, nothing of a file left in it.

Missing is None. `_at` is an aware UTC instant, `_on` a local date in the profile's time zone, `_fen` integer money.
"""

from datetime import date, datetime

import msgspec


class PostRecord(msgspec.Struct, frozen=True):
    """A post: the path of its unit from the root, its title, the role that it carries and where that reaches.

    None is "not said". `is_group_known` False: the file has no column for groups.
    """

    unit_path: tuple[str, ...]
    position: str | None
    role: str | None
    scope: str | None = None
    is_group_known: bool = True


class StaffRecord(msgspec.Struct, frozen=True, kw_only=True):
    employee_no: str
    name: str
    posts: tuple[PostRecord, ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()  # (platform, account)
    manager_numbers: tuple[str, ...] = ()
    hired_on: date | None = None
    left_on: date | None = None
    contract_kind: str | None = None  # fixed, open, part_time, task
    contract_from_on: date | None = None
    contract_until_on: date | None = None
    probation_until_on: date | None = None
    blanks: frozenset[str] = frozenset()  # fields whose column is there and whose cell is empty
    clears: frozenset[str] = frozenset()  # those of them whose emptiness takes the value away


class AccountHolderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who held a platform account from when until when (end excluded; None is still holding)."""

    platform: str
    account: str
    employee_no: str
    from_at: datetime
    until_at: datetime | None = None


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    sequence: int
    part: int
    sender: str  # customer, agent, robot, system
    kind: str  # text, image, card, voice, recalled
    text: str
    sent_at: datetime | None = None


class AgentPartRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One agent's share. Who it is, is said as the file says it: by number, by name or by account.

    unit, supervisor, manager, tenure and shift are labels of the agent in this file, for making an unknown agent.
    """

    sequence: int = 1
    agent_key: str | None = None
    employee_no: str | None = None
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
    response_seconds: int | None = None  # reported to answered, both clocks known and in order
    asked: bool | None = None  # a customer has written at all
    asked_at: datetime | None = None
    first_reply_seconds: int | None = None
    average_reply_seconds: int | None = None
    longest_silence_seconds: int | None = None
    closed_after_seconds: int | None = None
    replied_in_3_min: bool | None = None
    message_count: int | None = None
    converted: bool | None = None
    order_amount_fen: int | None = None
    transferred_out: bool | None = None


class RatingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An outside rater's marks on one record: an evaluation of origin `imported`, never for pay."""

    external_id: str
    rater: str
    items: dict[str, int]


class InteractionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A contact. `time_known` is False when the time of day of its answer was lost; its date stays in answered_on."""

    source: str
    external_id: str
    channel: str
    kind: str
    digest: str
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
    attributes: dict[str, object] = {}
    parts: tuple[AgentPartRecord, ...] = ()
    messages: tuple[MessageRecord, ...] = ()
    ratings: tuple[RatingRecord, ...] = ()


class SurveyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's later score of the record `external_id` of `source`."""

    source: str
    external_id: str
    score: int
    scale_max: int
    responded_on: date | None = None
    comment: str | None = None


class BusinessRecordRecord(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    order_no: str | None = None
    buyer_key: str | None = None
    recorded_at: datetime | None = None
    recorded_on: date | None = None
    recorded_by: str | None = None
    text: str = ""
    columns: dict[str, str] = {}


class WageRecordRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a month's lines are measured against: pay is unearned only from the variable base."""

    employee_no: str
    month: date
    base_fen: int
    variable_base_fen: int | None = None
    normal_wage_fen: int | None = None
    region: str | None = None
    contract_kind: str | None = None


Record = (
    StaffRecord
    | AccountHolderRecord
    | InteractionRecord
    | SurveyRecord
    | BusinessRecordRecord
    | WageRecordRecord
    | RatingRecord
)
