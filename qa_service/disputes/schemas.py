"""Structs in and out of the dispute room."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from qa_service.evaluations.typed import AnswerIn

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class FileIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which item of which released mark, why, and the answer that you hold right."""

    evaluation: Id
    item: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    reason: Words
    answer: AnswerIn


class DecideIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Your own answer to the item; keep, proposed or other follows from it."""

    version: int
    reason: Words
    answer: AnswerIn


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int


class DisputeOut(msgspec.Struct, frozen=True, kw_only=True):
    """verdict: keep, proposed, other. Answers are in words of your language; answer_now is null while you are blind."""

    id: int
    evaluation: int
    pay_month: date | None
    form_name: str
    item: str
    item_name: str
    guidance: str
    person_name: str
    reason: str
    proposed_words: str
    answer_now: str | None
    state: str
    state_name: str
    filed_at: datetime
    decide_by_at: datetime
    is_late: bool
    verdict: str | None
    verdict_name: str
    verdict_reason: str | None
    decided_words: str
    closed_at: datetime | None
    final_hundredths: int | None
    new_evaluation: int | None
    new_final_hundredths: int | None
    version: int


class DisputeId(msgspec.Struct, frozen=True):
    id: int


class Verdict(msgspec.Struct, frozen=True):
    verdict: str
