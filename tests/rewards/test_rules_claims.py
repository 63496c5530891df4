"""Each rule of money bites, and does not bite beside its edge."""

from datetime import date

import msgspec
import pytest

from qa_service.language import gettext, speaking
from qa_service.rewards import errors
from qa_service.rewards.correcting import Corrected
from qa_service.rewards.limits import floor_note
from qa_service.rewards.lines import Basis, Kind, State
from qa_service.rewards.rules import (
    CHECKS,
    check_claim,
    check_in_force,
    check_month,
    check_rule,
    loss_limit_fen,
    wage_law,
    was_told,
)
from rubrics.parameters import load
from tests.rewards.rule_builders import (
    AUGUST,
    LAW_FILE,
    make_claim,
    make_law,
    make_line,
    make_proof,
    make_rule,
    make_wage,
)


def refusal(claim, wage=None, law=None):
    with pytest.raises(errors.MoneyRefused) as caught:
        check_claim(claim, wage or make_wage(), law or make_law())
    return caught.value


def passes(claim, wage=None, law=None):
    check_claim(claim, wage or make_wage(), law or make_law())


def test_a_fine_is_refused_with_the_repeal_named():
    found = refusal(make_claim(Kind.FINE, -5000))
    assert (found.code, "国务院令第516号" in found.text()) == ("fine-refused", True)


def test_a_fine_passes_only_where_a_region_names_its_source():
    text = LAW_FILE.read_text().replace("allowed = false", "allowed = true")
    passes(make_claim(Kind.FINE, -5000), law=wage_law(load(text), "上海市", AUGUST))


@pytest.mark.parametrize("wage", [make_wage(variable=None), make_wage(variable=0), make_wage(source="")])
def test_unearned_pay_without_a_named_variable_base_is_refused(wage):
    assert refusal(make_claim(), wage).code == "no-variable-base"


def test_unearned_pay_up_to_the_base_passes_and_one_fen_more_is_refused():
    passes(make_claim(amount_fen=-100000))
    found = refusal(make_claim(amount_fen=-100001))
    assert (found.code, found.facts["amount"], found.facts["base"]) == ("unearned-above-base", "1000.01", "1000.00")


def test_unearned_pay_stays_within_its_part_of_the_base():
    passes(make_claim(amount_fen=-30000, base_fen=30000))
    assert refusal(make_claim(amount_fen=-30001, base_fen=30000)).code == "unearned-above-base"


def test_base_pay_is_never_touched():
    found = refusal(make_claim(of="base"))
    assert (found.code, "劳动合同法第三十条" in found.text()) == ("base-pay-touched", True)


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (None, "loss-without-clause"),
        (make_proof(clause=" "), "loss-without-clause"),
        (make_proof(own_cause=""), "loss-not-own-cause"),
        (make_proof(evidence=""), "loss-without-evidence"),
        (make_proof(loss_fen=0), "loss-without-evidence"),
        (make_proof(loss_fen=3179), "loss-above-evidence"),
    ],
)
def test_a_loss_needs_clause_own_cause_and_evidence(proof, code):
    found = refusal(make_claim(Kind.LOSS, -3180, loss=proof))
    assert (found.code, "第十六条" in found.text()) == (code, True)


def test_a_proved_loss_passes():
    passes(make_claim(Kind.LOSS, -3180, loss=make_proof()))


def test_a_correction_keeps_the_limits_of_the_line_that_it_corrects():
    """All limits one by one are in test_corrections.py."""
    reward = Corrected(kind=Kind.REWARD, settled_fen=2000, month_fen=2000)
    assert refusal(make_claim(Kind.CORRECTION, -2001, corrects=reward)).code == "correction-takes-more"
    passes(make_claim(Kind.CORRECTION, -2000, corrects=reward))


def test_a_group_is_never_punished_but_a_published_group_share_may_be_unearned():
    assert refusal(make_claim(collective=True)).code == "collective-penalty"
    assert refusal(make_claim(Kind.LOSS, -1, collective=True, group_based=True, loss=make_proof())).code == (
        "collective-penalty"
    )
    passes(make_claim(collective=True, group_based=True))
    passes(make_claim(Kind.REWARD, 5000, collective=True))


@pytest.mark.parametrize(("kind", "amount"), [(Kind.REWARD, 5000), (Kind.UNEARNED, -500), (Kind.CORRECTION, -500)])
def test_a_flag_never_touches_money_in_either_direction(kind, amount):
    basis = (Basis("evaluation", "8"), Basis("flag", "3"))
    assert refusal(make_claim(kind, amount, basis=basis)).code == "flag-touches-money"
    passes(make_claim(kind, amount, basis=basis[:1]))


@pytest.mark.parametrize(("kind", "amount"), [(Kind.REWARD, -1), (Kind.UNEARNED, 1), (Kind.LOSS, 1)])
def test_a_line_has_the_sign_of_its_kind(kind, amount):
    assert refusal(make_claim(kind, amount, loss=make_proof())).code == "wrong-sign"


def test_every_check_has_bitten_in_this_file():
    assert [check.__name__ for check in CHECKS] == [
        "no_flag", "no_fine", "right_sign", "no_collective_penalty", "base_pay_is_safe", "unearned_has_a_base",
        "unearned_within_base", "loss_is_proved", "correction_keeps_the_kind",
    ]  # fmt: skip


# The rule version


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approver": None}, "rule-not-approved"),
        ({"approver": ""}, "rule-not-approved"),
        ({"consulted_on": None}, "rule-not-consulted"),
        ({"published_on": None}, "rule-not-published"),
        ({"barred": True}, "rule-barred-from-money"),
    ],
)
def test_a_rule_version_without_its_papers_drives_no_money(changes, code):
    with pytest.raises(errors.MoneyRefused) as caught:
        check_rule(make_rule(**changes))
    assert caught.value.code == code


def test_notice_to_people_stands_in_for_publication():
    check_rule(make_rule(published_on=None), anybody_told=True)
    check_rule(make_rule())


def test_a_rule_does_not_work_backwards_nor_after_its_end():
    rule = make_rule(from_on=date(2026, 8, 10), until_on=date(2026, 8, 20))
    check_in_force(rule, date(2026, 8, 10))
    check_in_force(rule, date(2026, 8, 20))
    for day in (9, 21):
        with pytest.raises(errors.RuleNotInForce):
            check_in_force(rule, date(2026, 8, day))


def test_told_on_the_day_of_an_event_is_not_told_before_it():
    day = date(2026, 8, 12)
    assert not was_told(day, on=day, period=False)
    assert was_told(date(2026, 8, 11), on=day, period=False)
    assert was_told(AUGUST, on=AUGUST, period=True)
    assert not was_told(date(2026, 8, 2), on=AUGUST, period=True)
    assert not was_told(None, on=day, period=True)


# Limits of the month: wage 4,200 + 1,000 yuan, minimum wage in Hangzhou 2,490 (from 2024-01-01)


def test_the_loss_limit_is_a_fifth_of_base_and_earned_variable_pay_rounded_down():
    # 20 % x (4200.00 + 1000.00 - 0.03) = 1039.994 yuan
    assert loss_limit_fen([make_line(amount_fen=-3)], make_wage(), percent=20) == 103999
    assert loss_limit_fen([], make_wage(), percent=20) == 104000


def test_losses_of_a_fifth_pass_and_one_fen_more_is_refused_with_the_amounts():
    line = make_line(Kind.LOSS, -104000)
    check_month([line], make_wage(), make_law())
    with pytest.raises(errors.LossOverLimit) as caught:
        check_month([line, make_line(Kind.LOSS, -1)], make_wage(), make_law())
    assert caught.value.text() == (
        "本月损失赔偿合计1040.01元，超过当月工资5200.00元的20%即1040.00元（工资支付暂行规定第十六条）"
    )


def test_the_minimum_wage_may_be_reached_but_not_undercut():
    wage = make_wage(base=240000, variable=30000)  # 2,700 yuan, 210 above 2,490
    check_month([make_line(amount_fen=-21000)], wage, make_law())
    with pytest.raises(errors.BelowMinimumWage) as caught:
        check_month([make_line(amount_fen=-21001)], wage, make_law())
    assert (caught.value.facts["left"], caught.value.facts["minimum"]) == ("2489.99", "2490.00")


def test_overtime_and_allowances_do_not_lift_the_floor():
    # base 2,800 yuan of which 300 are night allowance: only 2,500 count
    wage = make_wage(base=280000, variable=None, normal=250000)
    with pytest.raises(errors.BelowMinimumWage):
        check_month([make_line(Kind.CORRECTION, -1001)], wage, make_law())
    check_month([make_line(Kind.CORRECTION, -1000)], wage, make_law())


def test_a_held_line_takes_nothing_and_so_breaks_no_floor():
    wage = make_wage(base=249000, variable=None)
    check_month([make_line(Kind.LOSS, -40000, payable_fen=0, state=State.HELD)], wage, make_law())


def test_unearned_lines_together_never_exceed_the_base():
    with pytest.raises(errors.UnearnedAboveBase):
        check_month([make_line(amount_fen=-60000), make_line(amount_fen=-40001)], make_wage(), make_law())


# The law's numbers


@pytest.mark.parametrize(
    ("region", "on", "fen"),
    [
        ("上海市", date(2025, 6, 30), 269000),
        ("上海市", date(2025, 7, 1), 274000),
        ("北京市", date(2025, 9, 1), 254000),
        ("广东省深圳市", date(2025, 3, 1), 252000),
        ("浙江省杭州市", date(2023, 12, 31), 228000),
        ("浙江省杭州市", date(2024, 1, 1), 249000),
    ],
)
def test_the_minimum_wage_is_the_one_of_the_day(region, on, fen):
    assert make_law(region, on).minimum_fen == fen


@pytest.mark.parametrize(("region", "on"), [("火星市", AUGUST), ("上海市", date(2020, 1, 1))])
def test_an_unknown_region_or_day_is_refused_with_what_to_do(region, on):
    with pytest.raises(errors.UnknownRegion) as caught:
        make_law(region, on)
    assert "请由人事按当地公告补上" in caught.value.text()


def test_every_refusal_speaks_english_too():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    with speaking("en"):
        chinese = [kind.__name__ for kind in kinds if gettext(kind.sentence) == kind.sentence]
    assert chinese == []
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))


def test_a_minimum_wage_that_nobody_compared_with_its_notice_says_so_in_both_languages():
    note = floor_note(make_law())
    assert note.shown() == (
        "最低工资标准按浙江省人民政府关于调整全省最低工资标准的通知（2024年1月1日起，第一档2490元），"
        "未经核对：请人事对照公告原文确认"
    )
    with speaking("en"):
        assert note.shown().startswith("Minimum wage as in Zhejiang notice")
        assert "not verified" in note.shown()


def test_a_minimum_wage_that_was_compared_with_its_notice_names_the_day():
    checked = msgspec.structs.replace(make_law(), minimum_checked_on=date(2026, 7, 1))
    assert floor_note(checked).shown().endswith("最近核对于2026-07-01")


def test_every_listed_minimum_wage_says_whether_it_was_compared_with_its_notice():
    values = [value for item in load(LAW_FILE).under("minimum_wage").values() for value in item.values]
    assert all(("checked_on" in value.data) != (value.data.get("status") == "unchecked") for value in values)
