"""Structs in and out of the training room."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from qa_service.training_plans.commands import Id, PlanIn, Result, Words
from qa_service.web.months import MonthText, typed_month


class NeedsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which unit (with all below it) and month; `month` is any day of it."""

    unit: Id
    month: MonthText


class PlanOrder(PlanIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training to come: for whom, what, when. `course` is a key of the catalogue, or none for something else."""

    month: MonthText

    def given(self) -> PlanIn:
        """As the command takes it."""
        return PlanIn(**(msgspec.structs.asdict(self) | {"month": typed_month(self.month)}))


class Claimed(msgspec.Struct, frozen=True):
    """How many needs are claimed: surely more than one in ten evaluated fails."""

    claimed: int


class CourseRef(msgspec.Struct, frozen=True):
    key: str
    name: str


class NeedOut(msgspec.Struct, frozen=True, kw_only=True):
    """An item and how often it failed. state: need, watch, insufficient (not enough evidence), clear.

    lower and upper are the 95 % interval of the share in hundredths of a percent; lost is the points it cost in all.
    """

    id: int
    unit: int
    pay_month: date
    person: int | None
    person_name: str | None
    form: int
    form_name: str
    item: str
    item_name: str
    section_name: str
    failed: int
    evaluated: int
    share_millionths: int
    lower_hundredths: int
    upper_hundredths: int
    lost_hundredths: int
    state: str
    state_name: str
    courses: list[CourseRef]
    people: list[str]


class ParticipantOut(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    person: int
    person_name: str
    employee_no: str | None
    attended_at: datetime | None
    result_hundredths: int | None
    result_note: str | None


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    unit: int
    unit_name: str
    pay_month: date
    title: str
    course: str | None
    body: str
    held_on: date
    state: str
    state_name: str
    people: int
    attended: int
    version: int


class PlanOut(PlanLine, frozen=True, kw_only=True):
    participants: list[ParticipantOut]


class OwnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A training of one's own with one's own result."""

    id: int
    title: str
    body: str
    held_on: date
    state: str
    state_name: str
    course: str | None
    attended_at: datetime | None
    result_hundredths: int | None
    result_note: str | None


class HoldIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`version` is the one that was read; results of everybody who was to come."""

    version: int
    results: list[Result]


class CancelIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    reason: Annotated[Words, msgspec.Meta(description="told to everybody who was to come")]


class Made(msgspec.Struct, frozen=True):
    id: int
