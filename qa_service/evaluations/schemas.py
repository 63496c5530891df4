"""Structs in and out of the evaluations room."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from rubrics.answers import Answer

Small = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]  # what a column of whole numbers holds


class EvidenceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One piece of evidence for an item (and one occurrence of it).

    quote: message id with start and end (characters) and the quoted text. business_record: its id.
    absence: `searched` is a range of messages, with the words looked for where it is about words (`1-4`, or
    `1-4 您好、欢迎`; empty: the whole record); the fact is computed from the record and may be left out.
    time_span: `searched` from one message to another (`5-8`), or start and end in milliseconds of the record.
    """

    item: str
    kind: Literal["quote", "time_span", "business_record", "absence"]
    occurrence: Small = 0
    message: int | None = None
    start: Small | None = None
    end: Small | None = None
    business_record: int | None = None
    quote: str = ""
    searched: str | None = None
    fact: str | None = None


class Marking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a monitor has entered so far; `version` is the one that was read."""

    version: Small
    answers: list[Answer] = []
    evidence: list[EvidenceIn] = []
    improvement_note: str | None = None
    seconds_spent: Small = 0


class Saved(msgspec.Struct):
    """What was kept: the range in which the mark can still end, the items still open, by item the effective weights
    (hundredths of a percent of the form), and the computed facts: by item, in an item that repeats by item and
    occurrence (`rude.0`)."""

    id: int
    version: int
    low_hundredths: int | None = None
    high_hundredths: int | None = None
    open_items: list[str] = []
    facts: dict[str, str] = {}
    weights: dict[str, int] = {}


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
    """One evaluation with its answers, evidence, transcript and business records.

    `person` is null for whoever marks without knowing whom. `sums` is the arithmetic of the mark in sentences.
    response_state: agree, appeal, seen, waiting, or overdue.
    """

    evaluation: dict[str, Any]
    part: dict[str, Any] | None
    form: dict[str, Any]
    explanation: dict[str, Any] | None
    sums: list[str]
    answers: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    business_records: list[dict[str, Any]]
    responses: list[dict[str, Any]]
    response_state: str | None
    improvement_notes: list[dict[str, Any]]


class MineOut(msgspec.Struct):
    """response_state: agree, appeal, seen, waiting, or overdue (not answered in time: it counts, it is no agreement).

    None for a mark that was corrected."""

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
    response_state: str | None
    was_late: bool


class RespondIn(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["seen", "agree"]
    item: str | None = None
    body: str | None = None


class ReviseIn(msgspec.Struct, forbid_unknown_fields=True):
    """The answers that change, and why; evidence that is given takes the place of the former of its items."""

    answers: list[Answer]
    reason: str
    evidence: list[EvidenceIn] = []


class NoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """An improvement note. state: open, done, not_done, lapsed. `agent` is null for whoever is not told whose it is."""

    id: int
    evaluation: int
    body: str
    state: str
    result: str | None
    followed_at: datetime | None
    agent: str | None
    employee_no: str | None
    form_name: str
    local_on: date | None
    version: int


class FollowIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a note; not_done needs a `result` that says what was seen."""

    version: Small
    state: Literal["done", "not_done"]
    result: Annotated[str, msgspec.Meta(max_length=2000)] = ""


NoteState = Literal["open", "done", "not_done", "lapsed"]


class Id(msgspec.Struct):
    id: int
