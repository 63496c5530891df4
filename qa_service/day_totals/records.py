"""What an import hands to this room: one frozen struct per kind, in the order and by the names of the table's columns.

`key` and `digest` know a record again. `agent_label` is what the source calls the agent, None where it names nobody.
"""

from datetime import date

import msgspec


class AgentDayRecord(msgspec.Struct, frozen=True, kw_only=True):
    local_on: date
    direction: str
    is_missed: bool
    call_count: int
    agent_label: str | None = None
    client: str | None = None
    is_internal: bool | None = None
    talk_seconds: int | None = None
    total_seconds: int | None = None
    unit_label: str | None = None
    key: str = ""
    digest: str = ""


class UnitDayRecord(msgspec.Struct, frozen=True, kw_only=True):
    local_on: date
    received_count: int
    answered_count: int
    abandoned_count: int
    given_answered_percent_hundredths: int | None = None
    given_in_time_percent_hundredths: int | None = None
    given_answer_seconds: int | None = None
    given_talk_seconds: int | None = None
    given_wait_seconds: int | None = None
    unit_label: str | None = None
    key: str = ""
    digest: str = ""


class TeamDayRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`said_weekday` is what the source calls the day; it is checked against the date and not stored."""

    local_on: date
    team: str
    target_percent_hundredths: int
    department: str | None = None
    reached_percent_hundredths: int | None = None
    head_hundredths: int | None = None
    overtime_seconds: int | None = None
    idle_seconds: int | None = None
    bonus_fen: int | None = None
    currency: str = "CNY"
    said_weekday: int | None = None
    unit_label: str | None = None
    key: str = ""
    digest: str = ""


class AbsenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    absent_seconds: int
    agent_label: str | None = None
    absent_on: date | None = None
    month_number: int | None = None
    weekday: int | None = None
    reason: str | None = None
    work_load: int | None = None
    target_percent_hundredths: int | None = None
    unit_label: str | None = None
    key: str = ""
    digest: str = ""


TotalRecord = AgentDayRecord | UnitDayRecord | TeamDayRecord | AbsenceRecord
