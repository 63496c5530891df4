"""Structs in and out of the score room. Hundredths: of a point, or of a KPI's own unit; None is missing, never 0."""

from datetime import date, datetime
from typing import Any

import msgspec

from qa_service.web.months import MonthText


class ScoreOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Score a unit (and all below it) for the month that begins on `month`.

    A month that is not over can only be looked at: `preliminary` says so, and such a run drives no money.
    """

    unit: int
    month: MonthText
    preliminary: bool = False


class JobId(msgspec.Struct, frozen=True):
    job: int


class RunOut(msgspec.Struct, frozen=True, kw_only=True):
    """`is_trial`: the month was not over, or its rules not yet in force, so the result drives no money.

    state: published (for pay), closed, superseded (a wider unit's run stands instead), preliminary.
    """

    id: int
    unit: int
    unit_name: str
    pay_month: date
    state: str
    parameters: int
    rule_name: str
    rule_version: int
    inputs_digest: str
    results_digest: str
    journal_head: str
    random_seed: int
    published_at: datetime | None
    is_trial: bool


class KpiOut(msgspec.Struct, frozen=True, kw_only=True):
    """`notes`: what the value is to be read with, from the quality notes of the batches that its records came in."""

    person: int
    person_name: str
    employee_no: str | None
    kpi: str
    state: str
    numerator: int | None
    denominator: int | None
    value_hundredths: int | None
    lower_hundredths: int | None
    upper_hundredths: int | None
    n: int
    left_out: int
    points_hundredths: int | None
    weight_hundredths: int
    notes: list[str]


class ScorecardOut(msgspec.Struct, frozen=True, kw_only=True):
    person: int
    person_name: str
    employee_no: str | None
    state: str
    total_hundredths: int | None
    lower_hundredths: int | None
    upper_hundredths: int | None
    weight_present_hundredths: int
    explanation: dict[str, Any]


class QaOut(msgspec.Struct, frozen=True, kw_only=True):
    """shrunk is 水平估计 (coaching), corrected 本月得分 (pay): each is only for its own use."""

    person: int
    person_name: str
    employee_no: str | None
    n: int
    monitors: int
    state: str
    raw_mean_hundredths: int | None
    shrunk_hundredths: int | None
    shrunk_lower_hundredths: int | None
    shrunk_upper_hundredths: int | None
    corrected_hundredths: int | None
    corrected_lower_hundredths: int | None
    corrected_upper_hundredths: int | None


class MonitorOut(msgspec.Struct, frozen=True, kw_only=True):
    """Leniency in hundredths of a point against the mean monitor: negative is strict."""

    monitor: int
    person_name: str
    employee_no: str | None
    n: int
    severity_hundredths: int | None
    lower_hundredths: int | None
    upper_hundredths: int | None
    state: str
    note: str | None


class PersonMonthOut(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one person in one run."""

    run: RunOut
    scorecard: ScorecardOut
    qa: dict[str, Any]
    kpis: list[KpiOut]
