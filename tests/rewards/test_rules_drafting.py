"""A drafted sheet: figures computed by hand, caps that always hold, order that never matters."""

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.language import speaking
from qa_service.rewards import errors
from qa_service.rewards.correcting import Corrected
from qa_service.rewards.drafting import draft_sheet
from qa_service.rewards.facts import Correction
from qa_service.rewards.lines import Basis, Kind, State, check_sum, seal, sheet_bytes
from qa_service.rewards.rules import check_month
from tests.rewards.rule_builders import (
    AUGUST,
    make_event,
    make_facts,
    make_loss,
    make_proof,
    make_result,
    make_scheme,
    make_version,
    make_wage,
)


def draft(*people, versions=None):
    return draft_sheet(AUGUST, people or (make_facts(),), versions=versions or (make_version(),))


def only(facts, **kwargs):
    return draft(facts, **kwargs).people[0]


def amounts(person):
    return {(line.rule_key, line.event_id): line.amount_fen for line in person.lines}


def praise(id, **changes):
    return make_event(id, "customer-praise", Kind.REWARD, **changes)


def test_a_plain_month_adds_up_to_the_fen():
    # base 1,000 yuan: scorecard 70.00 (65-74) earns 90 % of 600, QA 69 (55-82) is undecided and full, one late remark
    # takes 10 % of 100; praise 20: -60 - 10 + 20 = -50 yuan
    facts = make_facts(
        results={
            "scorecard": make_result(7000, low=6500, high=7400),
            "qa": make_result(6900, low=5500, high=8200, n=6),
        },
        events=(make_event(501), praise(502)),
    )
    person = only(facts)
    assert amounts(person) == {
        ("event.customer-praise", 502): 2000,
        ("event.late-remark", 501): -1000,
        ("share.qa", None): 0,
        ("share.scorecard", None): -6000,
    }
    assert (person.total_fen, person.pending_fen, person.refused) == (-5000, 0, ())
    line = person.lines[-1]
    assert (line.base_fen, line.earned_fen) == (60000, 54000)
    assert line.shown() == "绩效表部分：基数600.00元，实得540.00元，未得60.00元"
    with speaking("en"):
        assert line.shown() == "Scorecard part: base 600.00 yuan, earned 540.00, unearned 60.00"


def test_a_loss_is_cut_to_a_fifth_of_the_wage_and_the_rest_waits():
    # wage 4,200 + 1,000: limit 1,040 yuan of a loss of 2,000
    line = only(make_facts(events=(make_loss(loss_fen=200000),))).lines[-1]
    assert (line.kind, line.amount_fen, line.claimed_fen) == (Kind.LOSS, -104000, -200000)
    assert [note.shown() for note in line.notes] == [
        "本月损失赔偿上限1040.00元（当月工资的20%，工资支付暂行规定第十六条）：本条由2000.00元减为1040.00元",
        "未扣的960.00元可留待以后各月，每月同样受限",
    ]


def test_a_leaver_carries_no_rest():
    line = only(make_facts(events=(make_loss(loss_fen=200000),), leaver=True)).lines[-1]
    assert line.notes[-1].shown() == "未扣的960.00元不在离职结算中扣除"


def test_negative_lines_leave_the_minimum_wage_and_losses_yield_first():
    # 2,400 + 300 yuan, minimum 2,490: room 210; unearned scorecard 30 % of 180 = 54; loss may take 156 of 500
    facts = make_facts(
        wage=make_wage(base=240000, variable=30000),
        results={"scorecard": make_result(3000), "qa": make_result(9000)},
        events=(make_loss(loss_fen=50000),),
    )
    person = only(facts)
    assert amounts(person)[("share.scorecard", None)] == -5400
    assert amounts(person)[("event.wrong-shipment", 601)] == -15600
    assert person.total_fen == -21000
    assert [note.shown() for note in person.notes] == [
        "最低工资标准按浙江省人民政府关于调整全省最低工资标准的通知（2024年1月1日起，第一档2490元），未经核对：请人事对照公告原文确认"
    ]


def test_unearned_pay_is_cut_too_when_nothing_else_is_left_to_cut():
    # 2,400 + 100 yuan: room 10; the scorecard part of 60 would lose 18
    facts = make_facts(
        wage=make_wage(base=240000, variable=10000),
        results={"scorecard": make_result(3000), "qa": make_result(9000)},
    )
    line = only(facts).lines[-1]
    assert (line.amount_fen, line.claimed_fen, line.earned_fen, line.base_fen) == (-1000, -1800, 5000, 6000)


def test_whoever_was_not_told_has_only_the_negative_lines_held():
    facts = make_facts(told={}, events=(make_event(501), praise(502)), results={})
    person = only(facts)
    states = {line.rule_key: (line.state, line.payable_fen) for line in person.lines if line.amount_fen}
    assert states == {
        "event.customer-praise": (State.NORMAL, 2000),
        "event.late-remark": (State.HELD, 0),
    }
    assert (person.total_fen, person.pending_fen) == (2000, -1000)


def test_a_disputed_deduction_is_not_taken_meanwhile_and_a_disputed_reward_is_paid():
    facts = make_facts(events=(make_event(501, disputed=True), praise(502, disputed=True)))
    person = only(facts)
    late, thanks = (next(line for line in person.lines if line.event_id == id) for id in (501, 502))
    assert (late.state, late.amount_fen, late.payable_fen) == (State.DISPUTED, -1000, 0)
    assert (thanks.state, thanks.payable_fen) == (State.DISPUTED, 2000)
    assert (person.total_fen, person.pending_fen) == (2000, -1000)


def test_a_scheme_may_say_otherwise_about_disputed_lines():
    scheme = make_scheme()
    dispute = msgspec.structs.replace(scheme.dispute, negative="deducted", positive="withheld")
    version = make_version(msgspec.structs.replace(scheme, dispute=dispute))
    facts = make_facts(events=(make_event(501, disputed=True), praise(502, disputed=True)))
    person = only(facts, versions=(version,))
    assert (person.total_fen, person.pending_fen) == (-1000, 2000)


def test_omissions_use_up_the_procedure_part_and_no_more():
    # 100 yuan of procedure part: 30 + 30 + 30 + 10, then nothing
    events = tuple(make_event(500 + n, "dismissive-attitude", on=date(2026, 8, n)) for n in range(1, 7))
    facts = make_facts(events=tuple(msgspec.structs.replace(each, entered_on=each.on) for each in events))
    found = [line.amount_fen for line in only(facts).lines if line.rule_key == "event.dismissive-attitude"]
    assert found == [-3000, -3000, -3000, -1000, 0, 0]


def test_rewards_stop_at_their_monthly_cap():
    found = [line.amount_fen for line in only(make_facts(events=tuple(praise(n) for n in range(1, 8)))).lines]
    assert found.count(2000) == 5
    assert sum(found) == 10000


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (make_event(kind=Kind.FINE), "fine-refused"),
        (make_event(collective=True), "collective-penalty"),
        (make_event(rule_key="no-such-rule"), "event-rule-unknown"),
        (make_event(rule_key="customer-praise"), "event-rule-unknown"),
        (make_event(on=date(2026, 7, 31)), "event-outside-month"),
        (make_event(entered_on=date(2026, 8, 16)), "late-event-needs-second"),
        (make_event(entered_on=date(2026, 8, 16), second_approver=2), "second-approver-wrong"),
        (make_event(entered_on=date(2026, 8, 16), second_approver=31), "second-approver-wrong"),
        (make_event(basis=(Basis("flag", "3"),)), "flag-touches-money"),
        (make_loss(loss=make_proof(clause="")), "loss-without-clause"),
        (make_loss(loss=None), "loss-without-clause"),
    ],
)
def test_a_refused_event_is_listed_and_the_rest_of_the_sheet_goes_on(event, code):
    person = only(make_facts(events=(event, praise(900))))
    assert [each.code for each in person.refused] == [code]
    assert person.total_fen == 2000


def test_a_late_entry_passes_within_three_days_or_with_a_second_approver():
    for event in (make_event(entered_on=date(2026, 8, 15)), make_event(entered_on=date(2026, 9, 2), second_approver=9)):
        person = only(make_facts(events=(event,)))
        assert (person.refused, person.total_fen) == ((), -1000)


def test_without_a_variable_base_nothing_is_unearned_and_the_refusals_say_why():
    facts = make_facts(
        wage=make_wage(variable=None), results={"scorecard": make_result(3000)}, events=(make_event(501),)
    )
    person = only(facts)
    assert (person.lines, person.total_fen) == ((), 0)
    assert [(each.rule_key, each.code) for each in person.refused] == [
        ("late-remark", "no-variable-base"), ("share.scorecard", "no-variable-base"),
    ]  # fmt: skip


def test_an_event_goes_by_the_version_of_its_own_day():
    scheme = make_scheme()
    dearer = msgspec.structs.replace(scheme.events["late-remark"], off_percent=50)
    newer = msgspec.structs.replace(scheme, events=scheme.events | {"late-remark": dearer})
    versions = (
        make_version(until_on=date(2026, 8, 14)),
        make_version(newer, version_id=8, from_on=date(2026, 8, 15)),
    )
    late = make_event(502, on=date(2026, 8, 15), entered_on=date(2026, 8, 15))
    facts = make_facts(events=(make_event(501), late), told={7: date(2025, 12, 15), 8: date(2026, 8, 1)})
    found = {line.event_id: (line.amount_fen, line.rule_version_id) for line in only(facts, versions=versions).lines}
    assert (found[501], found[502]) == ((-1000, 7), (-5000, 8))


def test_a_month_before_the_scheme_is_refused_as_a_whole():
    with pytest.raises(errors.RuleNotInForce):
        draft(versions=(make_version(from_on=date(2026, 8, 2)),))


@pytest.mark.parametrize("missing", ["approver", "consulted_on"])
def test_a_scheme_without_its_papers_drafts_nothing(missing):
    with pytest.raises(errors.MoneyRefused):
        draft(versions=(make_version(**{missing: None}),))


def test_a_correction_is_a_line_of_its_own_under_the_floor():
    correction = Correction(
        id=12, person_id=31, on=AUGUST, amount_fen=-500000, of_month="2026-07", of_line=4, line_id=88,
        corrects=Corrected(kind=Kind.REWARD, settled_fen=600000, month_fen=600000), reason="奖励误记，收回",
    )  # fmt: skip
    person = only(make_facts(corrections=(correction,)))
    line = person.lines[-1]
    # 4,200 + 1,000 - 2,490 = 2,710 yuan may be taken
    assert (line.kind, line.amount_fen, line.basis[1]) == (Kind.CORRECTION, -271000, Basis("line", "88"))


def test_the_chain_of_a_line_begins_with_the_rule_version():
    result = make_result(3000, basis=(Basis("scorecard", "77"), Basis("kpi", "first_reply")))
    line = only(make_facts(results={"scorecard": result})).lines[-1]
    assert line.basis == (Basis("rule", "7"), Basis("scorecard", "77"), Basis("kpi", "first_reply"))


def test_a_sheet_that_does_not_add_up_is_refused_and_never_sealed():
    sheet = draft()
    wrong = msgspec.structs.replace(sheet, total_fen=sheet.total_fen + 1)
    for step in (check_sum, seal):
        with pytest.raises(errors.SheetDoesNotAddUp) as caught:
            step(wrong)
    assert caught.value.facts["total"] == "0.01"


def test_the_seal_changes_with_a_fen_and_with_a_word():
    sheet = draft(make_facts(events=(praise(502),)))
    assert len(seal(sheet)) == 64
    other = draft(make_facts(events=(praise(503),)))
    assert seal(sheet) != seal(other)
    assert seal(sheet) == seal(draft(make_facts(events=(praise(502),))))


events = st.lists(
    st.builds(
        lambda id, day, kind, loss, disputed: (
            make_loss(id, loss, on=date(2026, 8, day), entered_on=date(2026, 8, day), disputed=disputed)
            if kind == "loss"
            else make_event(
                id, *kind, on=date(2026, 8, day), entered_on=date(2026, 8, day), disputed=disputed
            )
        ),
        st.integers(1, 999), st.integers(1, 31),
        st.sampled_from(["loss", ("late-remark", Kind.UNEARNED), ("dismissive-attitude", Kind.UNEARNED),
                         ("customer-praise", Kind.REWARD), ("mentoring", Kind.REWARD)]),
        st.integers(1, 400000), st.booleans(),
    ),
    max_size=8, unique_by=lambda event: event.id,
)  # fmt: skip
people = st.builds(
    lambda id, base, variable, score, width, found, told: make_facts(
        wage=make_wage(id, base=base, variable=variable),
        results={
            "scorecard": make_result(score, low=score - width, high=score + width),
            "qa": make_result(score, low=score - width, high=score + width, n=4),
        },
        events=tuple(msgspec.structs.replace(each, person_id=id) for each in found),
        told={7: date(2025, 12, 15)} if told else {},
    ),
    st.integers(1, 99), st.integers(200000, 600000), st.one_of(st.none(), st.integers(0, 200000)),
    st.integers(0, 10000), st.integers(0, 2000), events, st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(people, min_size=1, max_size=4, unique_by=lambda facts: facts.person_id))
def test_lines_add_up_and_the_caps_always_hold(crowd):
    sheet = draft(*crowd)
    assert sum(line.payable_fen for person in sheet.people for line in person.lines) == sheet.total_fen
    for facts, person in zip(sorted(crowd, key=lambda each: each.person_id), sheet.people, strict=True):
        check_month(person.lines, facts.wage, facts.law)
        left = facts.wage.counted_fen + person.total_fen
        assert left >= min(facts.law.minimum_fen, facts.wage.counted_fen)
        losses = -sum(line.payable_fen for line in person.lines if line.kind is Kind.LOSS)
        assert losses * 5 <= facts.wage.base_fen + facts.wage.variable_fen
        unearned = -sum(line.amount_fen for line in person.lines if line.kind is Kind.UNEARNED)
        assert unearned <= facts.wage.variable_fen


@settings(max_examples=40, deadline=None)
@given(st.lists(people, min_size=1, max_size=3, unique_by=lambda facts: facts.person_id), st.randoms())
def test_order_never_matters(crowd, rng):
    mixed = []
    for facts in rng.sample(crowd, len(crowd)):
        found = rng.sample(facts.events, len(facts.events))
        results = dict(reversed(facts.results.items()))
        mixed.append(msgspec.structs.replace(facts, events=tuple(found), results=results))
    assert sheet_bytes(draft(*mixed)) == sheet_bytes(draft(*crowd))
