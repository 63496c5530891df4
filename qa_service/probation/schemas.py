"""Structs in and out of the probation room."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from qa_service.probation.commands import ReasonIn, Words


class Shorten(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An earlier last day; a later one is refused (劳动合同法 19)."""

    version: int
    ends_on: date


class AnswerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[Words, msgspec.Meta(description="your own words to the assessment, once")]


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """stage: over, overdue, due, assessed, open, passed, ended. Wages are null unless you may read HR data."""

    id: int
    person: int
    person_name: str
    employee_no: str | None
    unit: int
    unit_name: str
    contract_kind: str
    contract_name: str
    contract_from_on: date
    contract_until_on: date | None
    starts_on: date
    ends_on: date
    lawful_until_on: date
    assessment_due_on: date
    working_days_left: int
    conditions: list[str]
    conditions_told_on: date | None
    probation_wage_fen: int | None
    agreed_wage_fen: int | None
    wage_checked: bool
    state: str
    state_name: str
    stage: str
    stage_name: str
    version: int


class ItemOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    name: str
    weight: int
    evidence: str
    condition: str


class AssessmentOut(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    assessor: str
    assessed_at: datetime
    scores: dict[str, int]
    total_hundredths: int | None
    body: str
    recommendation: str
    reasons: list[ReasonIn]
    told_at: datetime | None
    agent_answer: str | None
    decider: str
    decided_at: datetime | None


class MonthEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """The published month: scorecard total, month score (for pay) with its interval, n evaluations. Never a rank."""

    run: int
    pay_month: date
    total_hundredths: int | None
    n: int
    corrected_hundredths: int | None
    corrected_lower_hundredths: int | None
    corrected_upper_hundredths: int | None


class CaseOut(CaseLine, frozen=True, kw_only=True):
    items: list[ItemOut]
    assessments: list[AssessmentOut]
    evidence: list[MonthEvidence]


class Made(msgspec.Struct, frozen=True):
    id: int
