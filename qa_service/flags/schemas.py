"""Structs in and out of the flag room."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec


class FlagRunOut(msgspec.Struct, frozen=True, kw_only=True):
    """How a month was judged; expected_false_alarms_hundredths if nobody did anything unusual."""

    id: int
    run: int
    people: int
    is_calibrated: bool
    expected_false_alarms_hundredths: int
    random_seed: int
    method: str
    note: dict[str, Any]


class FlagOut(msgspec.Struct, frozen=True, kw_only=True):
    """A hypothesis: it changes no score and touches no money. `sentences` are the reasons in your language,
    `rarity` how rare the month is: its rank among all who were judged, and how often one comes where that is known."""

    id: int
    run: int
    pay_month: date
    person: int
    person_name: str
    employee_no: str | None
    score_hundredths: int
    p_value_millionths: int | None
    is_flagged: bool
    is_calibrated: bool
    sentences: list[str]
    rarity: str
    rank: int
    reasons: list[dict[str, Any]]
    state: str
    state_name: str
    disposition: str | None
    disposed_by_name: str | None
    disposed_at: datetime | None
    agent_answer: str | None
    answered_at: datetime | None
    version: int


class FlagsOut(msgspec.Struct, frozen=True):
    """flag_run is null before the run was judged."""

    flag_run: FlagRunOut | None
    flags: list[FlagOut]


class Disposition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`version` is the one that was read."""

    state: Literal["followed_up", "dismissed"]
    reason: str
    version: int


class AnswerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    answer: str


class FlagRunId(msgspec.Struct, frozen=True):
    flag_run: int
