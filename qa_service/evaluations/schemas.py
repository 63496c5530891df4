"""Structs in and out of the evaluations room."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from rubrics.marking import Answer


class EvidenceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One piece of evidence for an item (and one occurrence of it).

    quote: message id with start and end (characters) and the quoted text. time_span: start and end in milliseconds.
    business_record: its id. absence: the searched range and the computed fact.
    """

    item: str
    kind: Literal["quote", "time_span", "business_record", "absence"]
    occurrence: int = 0
    message: int | None = None
    start: int | None = None
    end: int | None = None
    business_record: int | None = None
    quote: str = ""
    searched: str | None = None
    fact: str | None = None


class Marking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a monitor has entered so far; `version` is the one that was read."""

    version: int
    answers: list[Answer] = []
    evidence: list[EvidenceIn] = []
    improvement_note: str | None = None
    seconds_spent: int = 0


class Saved(msgspec.Struct):
    id: int
    version: int
    low_hundredths: int | None = None
    high_hundredths: int | None = None
    open_items: list[str] = []


class Submitted(msgspec.Struct):
    id: int
    version: int
    state: str
    raw_hundredths: int | None
    final_hundredths: int | None
    outcome: str | None


class QueueItem(msgspec.Struct):
    assignment: int
    evaluation: int | None
    state: str
    due_on: date | None
    expected_seconds: int
    channel: str
    kind: str
    local_on: date | None
    stream: str


class EvaluationOut(msgspec.Struct):
    """One evaluation with its answers, evidence, transcript and business records."""

    evaluation: dict[str, Any]
    form: dict[str, Any]
    explanation: dict[str, Any] | None
    answers: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    business_records: list[dict[str, Any]]
    responses: list[dict[str, Any]]


class MineOut(msgspec.Struct):
    id: int
    state: str
    revision: int
    released_at: datetime | None
    respond_by_at: datetime | None
    final_hundredths: int | None
    outcome: str | None
    form_name: str
    local_on: date | None
    seen: bool
    agreed: bool


class RespondIn(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["seen", "agree"]
    item: str | None = None
    body: str | None = None


class ReviseIn(msgspec.Struct, forbid_unknown_fields=True):
    """The answers that change, and why."""

    answers: list[Answer]
    reason: str


class Id(msgspec.Struct):
    id: int
