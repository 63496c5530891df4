"""Who may do what to a sheet, step by step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.rewards import errors
from qa_service.rewards.drafting import draft_sheet
from qa_service.rewards.gates import SheetGate, SheetState, Step, possible_approvers, possible_steps, subjects_of, take
from tests.rewards.rule_builders import AUGUST, make_facts, make_version

LEAD, MANAGER, BOSS, AGENT = 2, 3, 4, 31


def gate(*steps, **changes):
    """The gate of a sheet drafted by the lead after steps by (step, actor)."""
    found = SheetGate(authors=frozenset({LEAD}), subjects=frozenset({AGENT, MANAGER}), **changes)
    for step, actor in steps:
        found = take(found, step, actor, reason="有一处要改")
    return found


SUBMITTED = ((Step.SUBMIT, LEAD),)
APPROVED = (*SUBMITTED, (Step.APPROVE, BOSS))


def test_the_straight_road_ends_in_payment():
    paid = gate(*APPROVED, (Step.LOCK, BOSS), (Step.PAY, BOSS))
    assert (paid.state, paid.approver) == (SheetState.PAID, BOSS)


def test_author_and_subjects_cannot_approve():
    with pytest.raises(errors.ApproverIsAuthor):
        take(gate(*SUBMITTED), Step.APPROVE, LEAD)
    for subject in (AGENT, MANAGER):
        with pytest.raises(errors.ApproverIsSubject):
            take(gate(*SUBMITTED), Step.APPROVE, subject)


def test_whoever_submits_becomes_an_author_too():
    with pytest.raises(errors.ApproverIsAuthor):
        take(gate((Step.SUBMIT, BOSS)), Step.APPROVE, BOSS)


def test_a_returned_sheet_is_a_draft_again_and_needs_a_reason():
    returned = gate(*SUBMITTED, (Step.RETURN, BOSS))
    assert (returned.state, returned.returns, returned.authors) == (SheetState.DRAFT, 1, frozenset({LEAD}))
    with pytest.raises(errors.ReasonMissing):
        take(gate(*SUBMITTED), Step.RETURN, BOSS, reason=" ")


def test_withdrawing_takes_two_persons_before_payment():
    locked = (*APPROVED, (Step.LOCK, BOSS))
    for steps in (APPROVED, locked):
        with pytest.raises(errors.WithdrawNeedsTwo):
            take(gate(*steps), Step.WITHDRAW, BOSS, reason="金额有误")
        asked = gate(*steps, (Step.ASK_WITHDRAW, BOSS))
        with pytest.raises(errors.WithdrawNeedsTwo):
            take(asked, Step.WITHDRAW, BOSS, reason="金额有误")
        back = take(asked, Step.WITHDRAW, LEAD, reason="金额有误")
        assert (back.state, back.approver, back.withdraw_asked_by) == (SheetState.DRAFT, None, None)


def test_asking_twice_does_not_make_two_persons_of_one():
    asked = gate(*APPROVED, (Step.ASK_WITHDRAW, BOSS), (Step.ASK_WITHDRAW, LEAD))
    assert asked.withdraw_asked_by == BOSS


def test_a_paid_sheet_is_final():
    paid = gate(*APPROVED, (Step.LOCK, BOSS), (Step.PAY, BOSS))
    for step in Step:
        with pytest.raises(errors.PaidIsFinal):
            take(paid, step, BOSS, reason="金额有误")


def test_a_step_out_of_turn_names_state_and_step():
    with pytest.raises(errors.WrongState) as caught:
        take(gate(), Step.APPROVE, BOSS)
    assert caught.value.text() == "奖罚评分表处于“草稿”，不能“批准”"


def test_buttons_are_the_steps_that_would_pass():
    assert possible_steps(gate(*SUBMITTED), BOSS) == (Step.RETURN, Step.APPROVE)
    assert possible_steps(gate(*SUBMITTED), MANAGER) == (Step.RETURN,)


def test_an_empty_list_of_approvers_calls_for_the_parent_unit():
    assert possible_approvers(gate(), [LEAD, MANAGER, AGENT]) == ()
    assert possible_approvers(gate(), [BOSS, LEAD]) == (BOSS,)


def test_subjects_are_those_with_a_line():
    people = (make_facts(),)
    assert subjects_of(draft_sheet(AUGUST, people, versions=(make_version(),))) == frozenset({AGENT})


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(Step)), st.sampled_from([LEAD, MANAGER, BOSS, AGENT])), max_size=12))
def test_no_road_leads_past_an_independent_approver(steps):
    found = gate()
    for step, actor in steps:
        try:
            found = take(found, step, actor, reason="有一处要改")
        except errors.Refusal:
            continue
        if found.state in (SheetState.APPROVED, SheetState.LOCKED, SheetState.PAID):
            assert found.approver is not None
            assert found.approver not in found.authors | found.subjects
