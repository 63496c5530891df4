"""What the mapping hands to the commands: one frozen struct per target, nothing of a file left in it. Those of records
of service stand in the room that keeps them (interactions.records).

Missing is None. `_at` is an aware UTC instant, `_on` a local date in the profile's time zone, `_fen` integer money.
"""

from datetime import date, datetime

import msgspec

from qa_service.day_totals.records import AbsenceRecord, AgentDayRecord, TeamDayRecord, UnitDayRecord
from qa_service.interactions.records import InteractionRecord


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


class RatingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An outside rater's marks on one record: an evaluation of origin `imported`, never for pay."""

    external_id: str
    rater: str
    items: dict[str, int]


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
    | AgentDayRecord
    | UnitDayRecord
    | TeamDayRecord
    | AbsenceRecord
)
