"""The structs that the generator hands from file to file and to its caller."""

from datetime import date
from pathlib import Path

import msgspec

PRESALE, AFTERSALE = "售前", "售后"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One row of 员工名册. `kind` is 售前 or 售后 for the people whose work is scored, else None."""

    staff_no: str
    name: str
    group: str
    post: str
    role: str
    manager_no: str | None
    hired_on: date
    contract_kind: str
    contract_from: date
    contract_until: date | None
    probation_until: date | None
    kind: str | None = None
    accounts: tuple[tuple[str, str], ...] = ()


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Who held a shared shop account on one day, from and to in seconds after local midnight (end excluded)."""

    platform: str
    account: str
    staff_no: str
    on: date
    start_seconds: int
    end_seconds: int


class Trace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one behaviour in one chat; a behaviour that the chat did not call for has no trace.

    `state` is done, partial or missed. `message` is the 0-based message that shows it (also the offending message of
    something missed by saying the wrong thing); without one, it is absent from messages `first`..`last`. `fact` is a
    computed sentence (closed after 41 minutes); `record` the text of the business record that shows it.
    """

    state: str
    message: int | None = None
    first: int = 0
    last: int | None = None
    fact: str | None = None
    record: str | None = None


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent is like in one month: probability of each behaviour, and the habits behind the KPIs."""

    does: dict[str, float]
    reply_seconds: float
    conversion: float
    transfer: float
    survey_rate: float
    survey_lift: float
    hasty: bool = False
    refuses: float = 0.0  # how often an opened parcel's lawful return is refused


class BusinessRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a shop's own tables. `at` is local text `YYYY-MM-DD HH:MM:SS`."""

    kind: str
    order_no: str
    customer: str
    at: str
    staff_no: str
    text: str


class RewardEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A dated praise or penalty. `kind` is reward, unearned or loss; only a loss has `loss_fen` and its proof."""

    on: date
    staff_no: str
    kind: str
    rule_code: str
    text: str
    evidence: str
    loss_fen: int | None = None


class RosterCell(msgspec.Struct, frozen=True):
    """One day of one person: shift code 早, 中, 晚 or 休."""

    staff_no: str
    on: date
    shift: str


class CleaningDuty(msgspec.Struct, frozen=True):
    """值日: one person, one day, one area."""

    staff_no: str
    on: date
    area: str


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What was planted, so that a test can ask whether the service finds it.

    `quality` is the expected mark of each agent in points 0-100, `leniency` of each monitor in points added to it,
    `noise` the share of a monitor's answers that are flipped by inattention.
    """

    seed: int
    quality: dict[str, float]
    skills: dict[str, dict[str, float]]
    leniency: dict[str, float]
    noise: dict[str, float]
    strict_monitor: str
    gaming_agent: str
    gaming_month: date
    probationer: str


class MonthFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one month and how many rows each holds."""

    month: date
    chats: Path
    surveys: Path
    business_records: Path
    wages: Path
    rows: dict[str, int]


class DemoData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `generate` made: paths and structs."""

    folder: Path
    staff_file: Path
    holders_file: Path
    behaviours_file: Path
    months: tuple[MonthFiles, ...]
    people: tuple[Person, ...]
    truth: Truth
    events: tuple[RewardEvent, ...]
    roster_month: date
    roster: tuple[RosterCell, ...]
    cleaning: tuple[CleaningDuty, ...]
    unresolved: tuple[str, ...]
