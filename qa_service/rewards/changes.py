"""What has changed since a sheet was drafted: its lines against the lines that its inputs give now. Pure.

A sheet is computed from facts alone, so computing it again and comparing finds every appeal, second approval, voided
record, wage and score that came afterwards, and names the line that it touches.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from qa_service.language import N_, current_language, gettext
from qa_service.rewards.lines import Line, Note, PersonSheet, SheetDraft, State, pending, total, yuan
from qa_service.rewards.making import DISPUTED_NOTE

ADDED, GONE, CHANGED, DISPUTED, SETTLED, CAPPED = "added", "gone", "changed", "disputed", "settled", "capped"
WORDS = {
    ADDED: N_("新增，%(after)s元"), GONE: N_("已不成立，原为%(before)s元"),
    CHANGED: N_("由%(before)s元变为%(after)s元"),
    DISPUTED: N_("已有申诉，%(before)s元转为待定，按方案本月先计%(after)s元"),
    SETTLED: N_("申诉已有结果，由待定变为%(after)s元"),
    CAPPED: N_("随申诉按最低工资和损失赔偿上限重新计算，由%(before)s元变为%(after)s元"),
}  # fmt: skip
REBASED = N_("金额不变，所依据的得分或规则已更新")
# The marks behind a score are shown with it but do not make it: a mark released later belongs to the next computation.
NOT_COMPARED = "evaluation"
# The two limits over a person's month, applied to lines in their order: what is left of them, and notes for the person.
Cap = Callable[[Sequence[Line]], tuple[list[Line], tuple[Note, ...]]]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line that is no longer as it was drafted. `position` is its number on the sheet, None where it is new."""

    kind: str
    person_id: int
    position: int | None
    line: Line
    before_fen: int
    after_fen: int

    def shown(self, name: str) -> str:
        """In the current language, with the person's name."""
        facts = self.line.facts
        item = (facts.get("name_en") if current_language() == "en" else None) or facts.get("name") or facts["reason"]
        is_rebased = self.kind == CHANGED and self.before_fen == self.after_fen
        what = gettext(
            REBASED if is_rebased else WORDS[self.kind], before=yuan(self.before_fen), after=yuan(self.after_fen)
        )
        if self.position is None:
            return gettext(N_("%(name)s“%(item)s”%(what)s"), name=name, item=item, what=what)
        return gettext(
            N_("第%(line)s条（%(name)s“%(item)s”）%(what)s"), line=self.position, name=name, item=item, what=what
        )


def changes(stored: SheetDraft, fresh: SheetDraft) -> tuple[Change, ...]:
    """Every line that was added, is gone, or says something else, in the order of the sheet, new ones last."""
    now = {_key(line): line for person in fresh.people for line in person.lines}
    found = []
    for position, line in numbered(stored):
        after = now.pop(_key(line), None)
        if after is None or _facts(after) != _facts(line):
            found.append(_change(line, after, position))
    found += [
        Change(kind=ADDED, person_id=line.person_id, position=None, line=line, before_fen=0, after_fen=line.payable_fen)
        for line in now.values()
    ]
    return tuple(_follow(found, stored))


def _follow(found: list[Change], stored: SheetDraft) -> Iterator[Change]:
    """A line that only its limits changed, beside an appeal of the same person, follows from that appeal."""
    before = dict(numbered(stored))
    appealed = {line.person_id for line in before.values() if line.state is State.DISPUTED}
    appealed |= {change.person_id for change in found if change.kind == DISPUTED}
    for change in found:
        is_follower = change.kind == CHANGED and change.person_id in appealed
        if is_follower and _is_same_but_for_limits(before[change.position], change.line):
            change = msgspec.structs.replace(change, kind=CAPPED)
        yield change


def _is_same_but_for_limits(line: Line, after: Line) -> bool:
    return line.state is after.state and _uncut(line) == _uncut(after)


def numbered(sheet: SheetDraft) -> Iterator[tuple[int, Line]]:
    """The lines with their numbers on the sheet."""
    yield from enumerate((line for person in sheet.people for line in person.lines), 1)


def _key(line: Line) -> tuple:
    by_hand = tuple(step for step in line.basis if step.kind == "edit")
    return (line.person_id, line.kind, line.rule_key, line.on, line.event_id or 0, by_hand)


def _facts(line: Line) -> tuple:
    """What a line says about money, and why; its wording may be polished in between."""
    return (line.amount_fen, line.payable_fen, line.earned_fen, line.state, *_uncut(line))


def _uncut(line: Line) -> tuple:
    """What a line says before the limits of the month and whatever its appeal: the claim, and why."""
    basis = tuple(step for step in line.basis if step.kind != NOT_COMPARED)
    return (line.claimed_fen, line.base_fen, line.rule_version_id, basis)


def _change(line: Line, after: Line | None, position: int) -> Change:
    kind = GONE if after is None else CHANGED
    if after is not None and _uncut(after) == _uncut(line):
        if line.state is State.NORMAL and after.state is State.DISPUTED:
            kind = DISPUTED
        elif line.state is State.DISPUTED and after.state is State.NORMAL:
            kind = SETTLED
    return Change(
        kind=kind, person_id=line.person_id, position=position, line=after or line, before_fen=line.payable_fen,
        after_fen=after.payable_fen if after else 0,
    )  # fmt: skip


def only_held(found: tuple[Change, ...]) -> bool:
    """Only appeals came in or were settled: nothing that an approver would have to look at anew."""
    return all(change.kind in (DISPUTED, SETTLED, CAPPED) for change in found)


def takes_more(change: Change) -> bool:
    """A limit that an appeal moved would let this line take more: never done to a sheet that is approved."""
    return change.kind == CAPPED and change.after_fen < change.before_fen


def with_holds(stored: SheetDraft, found: tuple[Change, ...], caps: dict[int, Cap]) -> SheetDraft:
    """The sheet with every line that was appealed since on hold, as its scheme says; all else as it was approved.

    What was on hold and is settled stays so: it is settled in a later month, by a line that somebody approves. A
    reward on hold is no pay of this month, so the limits are looked at again (最低工资规定 12): they can only make a
    deduction smaller, which needs no new approval. `caps` by person.
    """
    held = {change.position: change.line for change in found if change.kind == DISPUTED}
    touched = {change.person_id for change in found if change.kind in (DISPUTED, CAPPED)}
    if not touched:
        return stored
    people, position = [], 0
    for person in stored.people:
        lines = []
        for line in person.lines:
            position += 1
            lines.append(_held(line, held[position].payable_fen) if position in held else line)
        is_touched = person.person_id in touched
        people.append(_capped(person, lines, caps[person.person_id]) if is_touched else person)
    return msgspec.structs.replace(
        stored, people=tuple(people), total_fen=sum(one.total_fen for one in people),
        pending_fen=sum(one.pending_fen for one in people),
    )  # fmt: skip


def _held(line: Line, payable_fen: int) -> Line:
    """On hold with what its scheme pays meanwhile, and never with more than was approved."""
    payable = min(payable_fen, line.payable_fen, key=abs)
    note = Note(DISPUTED_NOTE, {"payable": yuan(payable)})
    return msgspec.structs.replace(
        line, state=State.DISPUTED, payable_fen=payable, notes=(*line.notes, note)
    )  # fmt: skip


def _capped(person: PersonSheet, lines: Sequence[Line], cap: Cap) -> PersonSheet:
    after, notes = cap(lines)
    return msgspec.structs.replace(
        person, lines=tuple(after), total_fen=total(after), pending_fen=pending(after), notes=notes
    )
