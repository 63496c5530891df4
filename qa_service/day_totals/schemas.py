"""What the API and the pages say of totals of days. `notes` are those of the batches from which the rows come."""

from datetime import date

import msgspec


class CallSums(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of some rows added up; `talk_seconds` null where no row says how long was talked."""

    in_answered: int
    in_missed: int
    out_answered: int
    out_missed: int
    talk_seconds: int | None


class AgentMonthOut(CallSums, frozen=True, kw_only=True):
    """An agent's month out of totals. No person and no label: nobody, as the source says; a label without a person
    waits in 待认领."""

    person: int | None
    person_name: str | None
    employee_no: str | None
    agent_label: str | None
    day_count: int


class AgentDayOut(CallSums, frozen=True, kw_only=True):
    """One day of one agent, or of nobody."""

    local_on: date


class AgentMonthsOut(msgspec.Struct, frozen=True, kw_only=True):
    """The agents of a month, nobody first, then by missed calls."""

    agents: list[AgentMonthOut]
    notes: list[str]


class AgentDaysOut(msgspec.Struct, frozen=True, kw_only=True):
    """The days of an agent in a month, in order."""

    days: list[AgentDayOut]
    notes: list[str]


class UnitDayOut(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's day. `answered_percent_hundredths` is worked out from the counts; what begins with `given_` is the
    source's own rounded figure."""

    local_on: date
    unit: int | None
    unit_name: str | None
    received_count: int
    answered_count: int
    abandoned_count: int
    answered_percent_hundredths: int | None
    given_answered_percent_hundredths: int | None
    given_in_time_percent_hundredths: int | None
    given_answer_seconds: int | None
    given_talk_seconds: int | None
    given_wait_seconds: int | None


class UnitDaysOut(msgspec.Struct, frozen=True, kw_only=True):
    """The days of units in a month, in order."""

    days: list[UnitDayOut]
    notes: list[str]


class TeamDayOut(msgspec.Struct, frozen=True, kw_only=True):
    """A team's day against its target. `bonus_fen` is null for whom the sheets are not meant."""

    local_on: date
    unit: int | None
    unit_name: str | None
    department: str | None
    team: str
    target_percent_hundredths: int
    reached_percent_hundredths: int | None
    head_hundredths: int | None
    overtime_seconds: int | None
    idle_seconds: int | None
    bonus_fen: int | None
    currency: str


class TeamDaysOut(msgspec.Struct, frozen=True, kw_only=True):
    """The days of teams in a month, in order."""

    days: list[TeamDayOut]
    notes: list[str]


class AbsenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """Time away. `reason` is null where there is none, and where it is not meant for you: `is_reason_hidden`."""

    absent_on: date | None
    month_number: int | None
    weekday: int | None
    person: int | None
    person_name: str | None
    employee_no: str | None
    agent_label: str | None
    unit: int | None
    absent_seconds: int
    reason: str | None
    is_reason_hidden: bool
    work_load: int | None
    target_percent_hundredths: int | None


class AbsencesOut(msgspec.Struct, frozen=True, kw_only=True):
    """Absences, dated ones first, newest first; then by month and person."""

    absences: list[AbsenceOut]
    notes: list[str]
