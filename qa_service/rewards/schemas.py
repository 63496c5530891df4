"""Structs in and out of the API of rewards: 奖惩记录, wage records, sheets. Money in fen, dates local."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from qa_service.web.months import MonthText

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Short = Annotated[str, msgspec.Meta(max_length=300)]
Note = Annotated[str, msgspec.Meta(max_length=2000)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Fen = Annotated[int, msgspec.Meta(ge=-100_000_000, le=100_000_000)]
Id = Annotated[int, msgspec.Meta(ge=1, le=9_007_199_254_740_991)]


class EvidenceItem(msgspec.Struct, forbid_unknown_fields=True):
    """What a record stands on: kind (chat, record, document, quote), its number or name, and the words themselves."""

    kind: Literal["chat", "record", "document", "quote"]
    reference: Annotated[str, msgspec.Meta(max_length=300)] = ""
    quote: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class EventIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new 奖惩记录. rule_code is a rule of the scheme in force on the day; it gives kind and amount.

    A loss also needs loss_fen, contract_clause and own_cause.
    """

    person_id: Id
    happened_on: date
    rule_code: Key
    body: Words
    evidence: Annotated[list[EvidenceItem], msgspec.Meta(max_length=20)]
    loss_fen: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)] | None = None
    contract_clause: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    own_cause: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class Made(msgspec.Struct):
    id: int


class Version(msgspec.Struct, forbid_unknown_fields=True):
    version: int


class AppealIn(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    reason: Words


class DecisionIn(msgspec.Struct, forbid_unknown_fields=True):
    """keep: the record stands; drop: it is void and makes no line."""

    version: int
    verdict: Literal["keep", "drop"]
    answer: Words


class EventOut(msgspec.Struct, kw_only=True):
    id: int
    person: int
    person_name: str
    employee_no: str | None
    unit: int | None
    unit_name: str | None
    happened_on: date
    kind: str
    rule: int
    rule_code: str
    rule_name: str
    rule_name_en: str
    amount_fen: int | None
    points: int | None
    body: str
    evidence: list[EvidenceItem]
    loss_fen: int | None
    contract_clause: str | None
    own_cause: str | None
    entered_by_name: str
    entered_at: datetime
    is_late: bool
    second_approved_at: datetime | None
    appeal: str | None
    appealed_at: datetime | None
    appeal_verdict: str | None
    state: str
    version: int


class EventRuleOut(msgspec.Struct):
    """One rule by which an event can be entered: what it does, in its own sentence."""

    code: str
    name: str
    name_en: str
    kind: str
    amount_fen: int | None
    off_percent: int | None
    sentence: str
    sentence_en: str


class WageIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One wage record typed by HR. amounts in fen; variable_source names clause or scheme."""

    employee_no: Key
    month: MonthText
    base_fen: Fen
    variable_base_fen: Fen | None = None
    normal_wage_fen: Fen | None = None
    region: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    contract_kind: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    variable_source: Annotated[str, msgspec.Meta(max_length=300)] | None = None


class WageOut(msgspec.Struct, kw_only=True):
    id: int
    person: int
    person_name: str
    employee_no: str | None
    pay_month: date
    base_fen: int
    variable_base_fen: int | None
    normal_wage_fen: int | None
    region: str
    contract_kind: str
    variable_source: str | None
    version: int


class SheetIn(msgspec.Struct, forbid_unknown_fields=True):
    """Draft the sheet of a unit and month (2026-10) from its newest published scores."""

    unit_id: Id
    month: MonthText


class StepIn(msgspec.Struct, forbid_unknown_fields=True):
    """version is the one that was read; note is needed to return and to withdraw. total_fen, when given, must be the
    sheet's total: the sum that was checked by hand. without_wages confirms, on submission, that people without a usable
    wage record are not waited for."""

    version: int
    note: Note = ""
    total_fen: Fen | None = None
    without_wages: bool = False


class AddIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A line put on a draft by hand: a reward, or a correction of a line of a closed month (of_line). Signed fen."""

    version: int
    person_id: Id
    kind: Literal["reward", "correction", "unearned", "loss_compensation", "fine"]
    amount_fen: Fen
    reason: Words
    of_line: Id | None = None


class StrikeIn(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    reason: Words


class SheetOut(msgspec.Struct, kw_only=True):
    id: int
    unit: int
    unit_name: str
    pay_month: date
    kind: str
    state: str
    payday_on: date
    submit_by_at: datetime
    approve_by_at: datetime
    total_fen: int
    pending_fen: int
    people: int
    digest: str | None
    journal_head: str | None
    version: int


class StepOut(msgspec.Struct):
    step: str
    actor: str
    at: datetime
    note: str | None
    total_fen: int
    digest: str | None
    is_late: bool


class EditOut(msgspec.Struct, kw_only=True):
    id: int
    person: int
    person_name: str
    kind: str
    on_day: date
    rule_code: str
    amount_fen: int
    of_line: int | None
    reason: str
    actor: str
    at: datetime
    undone_at: datetime | None


class PersonOut(msgspec.Struct, kw_only=True):
    person: int
    person_name: str
    employee_no: str | None
    total_fen: int
    pending_fen: int
    refused: list[str]
    notes: list[str]


class LineOut(msgspec.Struct, kw_only=True):
    id: int
    sheet: int
    person: int
    person_name: str
    employee_no: str | None
    position: int
    kind: str
    state: str
    on_day: date
    amount_fen: int
    payable_fen: int
    claimed_fen: int
    base_fen: int | None
    earned_fen: int | None
    rule: int
    rule_code: str
    text: str
    notes: list[str]
    event: int | None


class ChangeOut(msgspec.Struct, kw_only=True):
    """One line that its inputs no longer give: disputed, settled, added, gone, changed; refused: none can be computed.

    line: its number on the sheet, None where it is new.
    """

    kind: str
    person: int | None
    line: int | None
    before_fen: int
    after_fen: int
    text: str


class SheetWhole(SheetOut, kw_only=True):
    """A sheet with its persons, lines, steps and edits; `steps_now` are the steps that you may take.

    changes: what has changed since it was drafted. Such a sheet is not submitted or approved; once it is approved,
    lines that were appealed are held at the next step, anything else stops it.
    """

    changes: list[ChangeOut]

    persons: list[PersonOut]
    lines: list[LineOut]
    steps: list[StepOut]
    edits: list[EditOut]
    steps_now: list[str]
    floor_notes: list[str]


class TraceStep(msgspec.Struct, kw_only=True):
    """One link from the line back to a sentence: level, title, words, and the quote where it ends."""

    kind: str
    title: str
    lines: list[str] = []
    href: str = ""
    quote: str = ""


class TellIn(msgspec.Struct, forbid_unknown_fields=True):
    people: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=2000)]


class Told(msgspec.Struct):
    told: int


class Own(msgspec.Struct):
    """What concerns oneself in a month: lines of locked sheets, and every record as soon as it is entered."""

    month: date
    lines: list[LineOut]
    events: list[EventOut]
