"""Who may do what to a sheet, and when: draft → submitted → approved → locked → paid, back by return or withdrawal.

The floor that no setting lowers: whoever wrote or submitted the sheet does not approve it, and whoever has a line on
it does not approve it either. Between approval and payment two persons together may withdraw it; paid is final.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from qa_service.language import N_
from qa_service.rewards import errors
from qa_service.rewards.lines import SheetDraft


class SheetState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LOCKED = "locked"
    PAID = "paid"


class Step(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    LOCK = "lock"
    PAY = "pay"
    ASK_WITHDRAW = "ask_withdraw"
    WITHDRAW = "withdraw"


STATE_NAMES = {
    SheetState.DRAFT: N_("草稿"), SheetState.SUBMITTED: N_("已提交"), SheetState.APPROVED: N_("已批准"),
    SheetState.LOCKED: N_("已锁定"), SheetState.PAID: N_("已发放"),
}  # fmt: skip
STEP_NAMES = {
    Step.SUBMIT: N_("提交"), Step.RETURN: N_("退回"), Step.APPROVE: N_("批准"), Step.LOCK: N_("锁定"),
    Step.PAY: N_("发放"), Step.ASK_WITHDRAW: N_("提出撤回"), Step.WITHDRAW: N_("确认撤回"),
}  # fmt: skip
MOVES: dict[tuple[SheetState, Step], SheetState] = {
    (SheetState.DRAFT, Step.SUBMIT): SheetState.SUBMITTED,
    (SheetState.SUBMITTED, Step.RETURN): SheetState.DRAFT,
    (SheetState.SUBMITTED, Step.APPROVE): SheetState.APPROVED,
    (SheetState.APPROVED, Step.LOCK): SheetState.LOCKED,
    (SheetState.LOCKED, Step.PAY): SheetState.PAID,
    (SheetState.APPROVED, Step.ASK_WITHDRAW): SheetState.APPROVED,
    (SheetState.LOCKED, Step.ASK_WITHDRAW): SheetState.LOCKED,
    (SheetState.APPROVED, Step.WITHDRAW): SheetState.DRAFT,
    (SheetState.LOCKED, Step.WITHDRAW): SheetState.DRAFT,
}
NEEDS_REASON = {Step.RETURN, Step.ASK_WITHDRAW, Step.WITHDRAW}


class SheetGate(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet as its gate sees it. All ids are persons' ids, so that one person with two log-ins stays one person.

    `authors` drafted, edited or submitted it; `subjects` have a line on it; `withdraw_asked_by` waits for a second.
    """

    state: SheetState = SheetState.DRAFT
    authors: frozenset[int] = frozenset()
    subjects: frozenset[int] = frozenset()
    approver: int | None = None
    withdraw_asked_by: int | None = None
    returns: int = 0


def subjects_of(sheet: SheetDraft) -> frozenset[int]:
    """Persons with a line on the sheet."""
    return frozenset(person.person_id for person in sheet.people if person.lines)


def take(gate: SheetGate, step: Step, actor: int, *, reason: str = "") -> SheetGate:
    """The sheet's gate after a step by a person; refuses a step that the state or the person does not allow."""
    after = _state_after(gate, step)
    if step in NEEDS_REASON and not reason.strip():
        raise errors.ReasonMissing(field="reason")
    if step is Step.APPROVE:
        check_approver(gate, actor)
    if step is Step.WITHDRAW and gate.withdraw_asked_by in (None, actor):
        raise errors.WithdrawNeedsTwo()
    return _moved(gate, step, actor, after=after)


def check_approver(gate: SheetGate, actor: int) -> None:
    """Author ≠ approver ≠ subject of any line."""
    if actor in gate.authors:
        raise errors.ApproverIsAuthor()
    if actor in gate.subjects:
        raise errors.ApproverIsSubject()


def possible_steps(gate: SheetGate, actor: int) -> tuple[Step, ...]:
    """Steps that this person could take now, for the buttons of a page."""
    return tuple(step for step in Step if _may(gate, step, actor))


def possible_approvers(gate: SheetGate, persons: Iterable[int]) -> tuple[int, ...]:
    """Who of these may approve; empty means that the parent unit must lend an approver."""
    return tuple(person for person in sorted(persons) if person not in gate.authors | gate.subjects)


def _may(gate: SheetGate, step: Step, actor: int) -> bool:
    try:
        take(gate, step, actor, reason="?")
    except errors.Refusal:
        return False
    return True


def _state_after(gate: SheetGate, step: Step) -> SheetState:
    if gate.state is SheetState.PAID:
        raise errors.PaidIsFinal()
    after = MOVES.get((gate.state, step))
    if after is None:
        raise errors.WrongState(state=STATE_NAMES[gate.state], step=STEP_NAMES[step])
    return after


def _moved(gate: SheetGate, step: Step, actor: int, *, after: SheetState) -> SheetGate:
    """A sheet that goes back to draft keeps its authors and loses its approval."""
    changes: dict[str, object] = {"state": after}
    if step is Step.SUBMIT:
        changes |= {"authors": gate.authors | {actor}}
    if step is Step.APPROVE:
        changes |= {"approver": actor}
    if step is Step.RETURN:
        changes |= {"returns": gate.returns + 1}
    if step is Step.ASK_WITHDRAW:
        changes |= {"withdraw_asked_by": gate.withdraw_asked_by or actor}
    if after is SheetState.DRAFT:
        changes |= {"approver": None, "withdraw_asked_by": None}
    return msgspec.structs.replace(gate, **changes)
