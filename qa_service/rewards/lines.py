"""Lines of the 奖罚评分表, totals to the fen, and the seal. All amounts are signed integer fen; no float anywhere."""

import json
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

import msgspec

from qa_service.language import N_, current_language, gettext
from qa_service.rewards.errors import AmountUnreadable, SheetDoesNotAddUp


class Kind(StrEnum):
    REWARD = "reward"
    UNEARNED = "unearned"
    LOSS = "loss_compensation"
    FINE = "fine"
    CORRECTION = "correction"


class State(StrEnum):
    """HELD: the person was not told of the rule; DISPUTED: an appeal is open (both 待定)."""

    NORMAL = "normal"
    HELD = "held"
    DISPUTED = "disputed"


KIND_NAMES = {
    Kind.REWARD: N_("奖励"), Kind.UNEARNED: N_("绩效未得"), Kind.LOSS: N_("损失赔偿"), Kind.FINE: N_("罚款"),
    Kind.CORRECTION: N_("更正"),
}  # fmt: skip
STATE_NAMES = {State.NORMAL: N_("正常"), State.HELD: N_("待定：规则未告知本人"), State.DISPUTED: N_("待定：申诉未决")}
TYPED = re.compile(r"[+-]?\d{1,9}(\.\d{1,2})?")
KIND_ORDER = {kind: place for place, kind in enumerate(Kind)}


class Basis(msgspec.Struct, frozen=True, order=True):
    """One step of the chain behind a line: kind (rule, event, scorecard, kpi, qa, evaluation, line ...) and its id."""

    kind: str
    id: str


class Note(msgspec.Struct, frozen=True):
    """A sentence beside a line or a person: template and its facts (texts and integers only)."""

    text: str
    facts: dict[str, str | int] = {}

    def shown(self) -> str:
        """In the current language; a fact `name` gives way to `name_en` in English, marked texts are translated."""
        facts = {name: gettext(fact) if isinstance(fact, str) and fact else fact for name, fact in self.facts.items()}
        if current_language() == "en":
            facts |= {name.removesuffix("_en"): fact for name, fact in self.facts.items() if name.endswith("_en")}
        return gettext(self.text, **facts)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of one person.

    `amount_fen` is what the line is worth by its rule (after a cap), signed; `payable_fen` what of it goes into this
    month's total: all of a normal line, nothing of a held one, what the scheme says of a disputed one. `claimed_fen`
    is the amount before a cap. `base_fen` and `earned_fen` belong to unearned lines.
    """

    person_id: int
    kind: Kind
    rule_key: str
    rule_version_id: int
    on: str
    amount_fen: int
    payable_fen: int
    claimed_fen: int
    state: State
    text: str
    facts: dict[str, str | int]
    basis: tuple[Basis, ...]
    base_fen: int | None = None
    earned_fen: int | None = None
    event_id: int | None = None
    notes: tuple[Note, ...] = ()

    def shown(self) -> str:
        return Note(self.text, self.facts).shown()

    @property
    def pending_fen(self) -> int:
        """The part shown apart as 待定."""
        return self.amount_fen - self.payable_fen


class Refused(msgspec.Struct, frozen=True):
    """An event that made no line: why, in a sentence for the page."""

    event_id: int | None
    rule_key: str
    code: str
    note: Note


class PersonSheet(msgspec.Struct, frozen=True, kw_only=True):
    person_id: int
    lines: tuple[Line, ...]
    total_fen: int
    pending_fen: int
    refused: tuple[Refused, ...] = ()
    notes: tuple[Note, ...] = ()


class SheetDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet of a month: everybody's lines and the total that is paid, held and disputed money shown apart."""

    month: str
    kind: str
    rule_version_ids: tuple[int, ...]
    people: tuple[PersonSheet, ...]
    total_fen: int
    pending_fen: int


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals, exact: -5 → '-0.05'."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def typed_fen(typed: str, field: str) -> int:
    """Fen of an amount typed in yuan: '-12.5' → -1250; full-width digits and grouping commas are forgiven."""
    text = unicodedata.normalize("NFKC", typed).replace(",", "").replace("−", "-").strip()
    if not TYPED.fullmatch(text):
        raise AmountUnreadable(typed=typed[:20], field=field)
    return int(Decimal(text).scaleb(2))


def line_order(line: Line) -> tuple:
    """The one order of lines: kind, rule, day, event, chain. It never depends on the order of entry."""
    return (
        line.person_id, KIND_ORDER[line.kind], line.rule_key, line.on, line.event_id or 0, line.basis, line.claimed_fen,
        line.state,
    )  # fmt: skip


def total(lines: Iterable[Line]) -> int:
    return sum(line.payable_fen for line in lines)


def pending(lines: Iterable[Line]) -> int:
    return sum(line.pending_fen for line in lines)


def check_sum(sheet: SheetDraft) -> None:
    """Refuse a sheet whose lines do not add up to the person's or the sheet's totals."""
    for person in sheet.people:
        whose = {"person_id": person.person_id}
        _agree(N_("本人"), total(person.lines), person.total_fen, **whose)
        _agree(N_("本人待定部分"), pending(person.lines), person.pending_fen, **whose)
    _agree(N_("全表"), sum(person.total_fen for person in sheet.people), sheet.total_fen)
    _agree(N_("全表待定部分"), sum(person.pending_fen for person in sheet.people), sheet.pending_fen)


def _agree(where: str, lines_fen: int, total_fen: int, **whose: int) -> None:
    if lines_fen != total_fen:
        raise SheetDoesNotAddUp(where=where, lines=yuan(lines_fen), total=yuan(total_fen), **whose)


def sheet_bytes(sheet: SheetDraft) -> bytes:
    """Canonical JSON of a sheet: sorted keys, UTF-8, integers and texts only, so the bytes are the same everywhere."""
    data = msgspec.to_builtins(sheet)
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seal(sheet: SheetDraft) -> str:
    """SHA-256 hex of the canonical JSON; a sheet that does not add up is never sealed."""
    check_sum(sheet)
    return sha256(sheet_bytes(sheet)).hexdigest()


def _refuse_floats(data: object) -> None:
    if isinstance(data, float):
        raise TypeError("a sheet holds no float")
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            _refuse_floats(each)
