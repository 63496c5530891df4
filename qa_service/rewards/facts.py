"""What drafting needs to know of a person's month: events, corrections, results, wage, law, and what they were told."""

from collections.abc import Mapping
from datetime import date

import msgspec

from qa_service.rewards.correcting import Corrected
from qa_service.rewards.lines import Basis, Kind
from qa_service.rewards.rules import LossProof, Wage, WageLaw
from qa_service.rewards.schemes import Result


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """奖惩记录 as drafting needs it. `collective` marks an event entered against a unit rather than a person."""

    id: int
    person_id: int
    on: date
    entered_on: date
    rule_key: str
    kind: Kind
    entered_by: int = 0
    second_approver: int | None = None
    loss: LossProof | None = None
    collective: bool = False
    disputed: bool = False
    basis: tuple[Basis, ...] = ()


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a closed month: a line of its own in a later one. `amount_fen` signed.

    `of_line` is the number of the corrected line on its sheet, `line_id` its id.
    """

    id: int
    person_id: int
    on: date
    amount_fen: int
    of_month: str
    of_line: int
    line_id: int
    corrects: Corrected
    reason: str
    disputed: bool = False
    basis: tuple[Basis, ...] = ()


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """A reward that a person put on the sheet outside the scheme, with the reason. `id` of the edit."""

    id: int
    on: date
    amount_fen: int
    reason: str


class Strike(msgspec.Struct, frozen=True, kw_only=True):
    """A drafted line that a person struck, with the reason: by its rule, its day and its event."""

    rule_key: str
    on: date
    event_id: int | None
    reason: str


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one person and month: results by subject ("scorecard", "qa"), `told` by rule version id."""

    wage: Wage
    law: WageLaw
    period_from: date
    results: Mapping[str, Result] = {}
    events: tuple[Event, ...] = ()
    corrections: tuple[Correction, ...] = ()
    additions: tuple[Addition, ...] = ()
    strikes: tuple[Strike, ...] = ()
    told: Mapping[int, date] = {}
    leaver: bool = False

    @property
    def person_id(self) -> int:
        return self.wage.person_id
