"""Probation by 劳动合同法 19, 20, 21, 39, 70 and 指导案例 18; dates counted by hand on the calendar of 2026."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rubrics
from qa_service.calendar.rules import CHINA, add_months, is_working_day
from qa_service.language import speaking
from qa_service.probation import decisions, rules
from qa_service.probation.decisions import Ending, Reason
from qa_service.probation.errors import (
    ContractInvalid,
    DecisionUnknown,
    NoHiringConditions,
    NoReason,
    ProbationExtended,
    ProbationNotAllowed,
    ProbationOutsideContract,
    ProbationOver,
    ProbationTooLong,
    ProbationWageTooLow,
    ProbationWageUnknown,
    RankIsNoReason,
    ReasonsNotTold,
    ReasonWithoutProof,
    SecondProbation,
)
from qa_service.probation.rules import Contract, Probation
from rubrics.parameters import load

LAW = load(Path(rubrics.__file__).parent / "library" / "law" / "probation.toml")
START = date(2026, 3, 1)
THREE_YEARS = Contract("fixed", START, date(2029, 2, 28))


def months_of(until_on):
    return rules.longest_months(Contract("fixed", START, until_on), LAW)


@pytest.mark.parametrize(
    ("until_on", "months"),
    [
        (date(2026, 5, 30), 0),  # a day under three months
        (date(2026, 5, 31), 1),  # three months
        (date(2027, 2, 27), 1),  # a day under one year
        (date(2027, 2, 28), 2),  # one year
        (date(2029, 2, 27), 2),  # a day under three years
        (date(2029, 2, 28), 6),  # three years
        (date(2036, 2, 29), 6),
    ],
)
def test_the_longest_probation_follows_the_term_of_the_contract(until_on, months):
    assert months_of(until_on) == months


@pytest.mark.parametrize(("kind", "months"), [("open", 6), ("part_time", 0), ("task", 0)])
def test_open_contracts_allow_six_months_part_time_and_task_none(kind, months):
    assert rules.longest_months(Contract(kind, START), LAW) == months


@pytest.mark.parametrize(
    ("from_on", "months", "last_on"),
    [
        (date(2026, 3, 1), 1, date(2026, 3, 31)),
        (date(2026, 3, 15), 2, date(2026, 5, 14)),
        (date(2026, 1, 28), 1, date(2026, 2, 27)),
        (date(2026, 1, 29), 1, date(2026, 2, 28)),  # no 29 February in 2026
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 29), 1, date(2028, 2, 28)),  # there is a 29th in 2028
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 1), 12, date(2026, 11, 30)),
    ],
)
def test_periods_of_calendar_months_end_the_day_before_the_same_day(from_on, months, last_on):
    assert rules.period_end(from_on, months) == last_on


def test_the_lawful_end_of_a_three_year_contract():
    assert rules.lawful_end(THREE_YEARS, LAW) == date(2026, 8, 31)
    assert rules.lawful_end(Contract("task", START), LAW) is None


def test_a_probation_up_to_the_lawful_end_is_allowed():
    wanted = Probation(START, date(2026, 8, 31))
    assert rules.check_probation(THREE_YEARS, wanted, parameters=LAW) is wanted


def test_an_over_long_probation_is_refused_with_article_19_1():
    with pytest.raises(ProbationTooLong) as caught:
        rules.check_probation(THREE_YEARS, Probation(START, date(2026, 9, 1)), parameters=LAW)
    assert caught.value.text() == (
        "试用期最长6个月，最迟2026-08-31结束，不能到2026-09-01（《劳动合同法》第十九条第一款）"
    )
    with speaking("en"):
        assert caught.value.text().endswith("not on 2026-09-01 (Labour Contract Law art. 19(1))")


@pytest.mark.parametrize(
    ("contract", "article"),
    [
        (Contract("part_time", START), "第七十条"),
        (Contract("task", START), "第十九条第三款"),
        (Contract("fixed", START, date(2026, 5, 30)), "第十九条第三款"),
    ],
)
def test_contracts_that_allow_no_probation_refuse_it_with_their_article(contract, article):
    with pytest.raises(ProbationNotAllowed, match=article):
        rules.check_probation(contract, Probation(START, date(2026, 3, 15)), parameters=LAW)


def test_a_second_probation_is_refused_with_article_19_2():
    earlier = [Probation(date(2024, 1, 1), date(2024, 2, 29))]
    with pytest.raises(SecondProbation, match="2024-01-01.*第十九条第二款"):
        rules.check_probation(THREE_YEARS, Probation(START, date(2026, 3, 31)), earlier=earlier, parameters=LAW)


def test_a_contract_of_nothing_but_probation_has_none():
    contract = Contract("fixed", START, date(2026, 8, 31))
    with pytest.raises(ProbationNotAllowed, match="第十九条第四款"):
        rules.check_probation(contract, Probation(START, date(2026, 8, 31)), parameters=LAW)


@pytest.mark.parametrize("wanted", [Probation(date(2026, 3, 2), date(2026, 4, 1)), Probation(START, date(2026, 2, 27))])
def test_probation_begins_with_the_contract_and_ends_after_it_begins(wanted):
    with pytest.raises(ProbationOutsideContract):
        rules.check_probation(THREE_YEARS, wanted, parameters=LAW)


def test_probation_is_never_extended_even_within_the_lawful_length():
    agreed = Probation(START, date(2026, 3, 31))
    with pytest.raises(ProbationExtended, match="不能改到2026-04-30"):
        rules.check_change(agreed, date(2026, 4, 30), parameters=LAW)
    assert rules.check_change(agreed, date(2026, 3, 20), parameters=LAW).ends_on == date(2026, 3, 20)


@pytest.mark.parametrize(
    "contract",
    [Contract("trainee", START), Contract("fixed", START), Contract("fixed", START, date(2026, 2, 28))],
)
def test_a_contract_without_a_sound_term_is_refused(contract):
    with pytest.raises(ContractInvalid):
        rules.longest_months(contract, LAW)


def check_wage(wage, *, lowest=500_000, agreed=600_000, minimum=249_000):
    return rules.check_wage(
        wage, lowest_grade_fen=lowest, agreed_wage_fen=agreed, minimum_wage_fen=minimum, on=START, parameters=LAW
    )


def test_four_fifths_of_the_lowest_grade_or_of_the_agreed_wage_suffice():
    assert check_wage(400_000) == 400_000  # 80 % of 5,000
    assert check_wage(480_000, lowest=None) == 480_000  # 80 % of 6,000
    with pytest.raises(ProbationWageTooLow, match=r"3999\.99元太低.*80%.*至少4000\.00元.*第二十条"):
        check_wage(399_999)


def test_a_share_of_a_fen_is_rounded_up():
    with pytest.raises(ProbationWageTooLow, match=r"至少4000\.01元"):
        check_wage(400_000, lowest=500_001, agreed=None)


def test_the_minimum_wage_is_the_floor_below_four_fifths():
    with pytest.raises(ProbationWageTooLow, match=r"至少2490\.00元"):
        check_wage(248_000, lowest=300_000)


@pytest.mark.parametrize("missing", [{"minimum": None}, {"lowest": None, "agreed": None}])
def test_a_wage_that_cannot_be_compared_is_not_waved_through(missing):
    with pytest.raises(ProbationWageUnknown):
        check_wage(900_000, **missing)


@pytest.mark.parametrize(
    ("ends_on", "due_on"),
    [
        (date(2026, 3, 31), date(2026, 3, 24)),  # Tuesday to Tuesday
        (date(2026, 5, 31), date(2026, 5, 22)),  # the 24th is a Sunday: Friday before
        (date(2026, 10, 12), date(2026, 9, 30)),  # the 5th lies in 国庆
        (date(2026, 2, 21), date(2026, 2, 14)),  # a make-up Saturday is a working day
    ],
)
def test_the_assessment_is_due_a_week_before_the_end_on_a_working_day(ends_on, due_on):
    probation = Probation(date(2026, 1, 1), ends_on)
    assert rules.assessment_due_on(probation, calendar=CHINA, parameters=LAW) == due_on


def test_a_probation_of_a_few_days_is_assessed_on_its_first_day_at_the_earliest():
    probation = Probation(date(2026, 3, 2), date(2026, 3, 6))
    assert rules.assessment_due_on(probation, calendar=CHINA, parameters=LAW) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("on", "assessed", "decided", "state"),
    [
        (16, False, None, "open"),
        (17, False, None, "due"),
        (24, False, None, "due"),
        (25, False, None, "overdue"),
        (25, True, None, "assessed"),
        (25, True, "pass", "passed"),
        (25, True, "end", "ended"),
    ],
)
def test_states_of_a_case(on, assessed, decided, state):
    probation, due_on = Probation(START, date(2026, 3, 31)), date(2026, 3, 24)
    assert rules.state_on(probation, date(2026, 3, on), due_on=due_on, assessed=assessed, decided=decided) == state


def test_a_probation_that_ran_out_undecided_is_over():
    probation = Probation(START, date(2026, 3, 31))
    assert rules.state_on(probation, date(2026, 4, 1), due_on=START, assessed=True, decided=None) == "over"


CONDITION = "质检平均分不低于80分"
PROBATION = Probation(START, date(2026, 8, 31))
PROVEN = Reason(condition=CONDITION, text="三月至八月质检平均分71分", evidence=("evaluation:18", "evaluation:23"))


def make_ending(**changes):
    odd = {
        "outcome": "end",
        "decided_on": date(2026, 8, 24),
        "told_on": date(2026, 8, 25),
        "conditions": (CONDITION,),
        "conditions_told_on": START,
        "reasons": (PROVEN,),
    }
    return Ending(**{**odd, **changes})


def check(**changes):
    return decisions.check_decision(PROBATION, make_ending(**changes), parameters=LAW)


def test_ending_with_proof_and_told_reasons_stands():
    assert check().outcome == "end"


def test_passing_needs_no_proof():
    assert check(outcome="pass", conditions=(), reasons=(), told_on=None).outcome == "pass"


def test_an_unknown_decision_is_refused():
    with pytest.raises(DecisionUnknown, match="extend"):
        check(outcome="extend")


@pytest.mark.parametrize("missing", [{"conditions": ()}, {"conditions_told_on": None}])
def test_ending_without_told_hiring_conditions_is_refused(missing):
    with pytest.raises(NoHiringConditions, match="第二十一条、第三十九条第一项"):
        check(**missing)


def test_ending_without_a_reason_is_refused():
    with pytest.raises(NoReason):
        check(reasons=())


@pytest.mark.parametrize("text", ["本月末位", "小组排名第24名", "倒数第一", "ranked last", "in the bottom 10 %"])
def test_a_rank_is_never_a_reason(text):
    with pytest.raises(RankIsNoReason, match="指导案例18号"):
        check(reasons=(Reason(condition=CONDITION, text=text),))


def test_a_rank_dressed_as_a_hiring_condition_is_no_reason_either():
    ranked = "每月排名不在末位"
    with pytest.raises(RankIsNoReason):
        check(conditions=(ranked,), reasons=(Reason(condition=ranked, text="三月", evidence=("sheet:3",)),))


def test_a_rank_beside_a_proven_reason_is_still_refused():
    with pytest.raises(RankIsNoReason):
        check(reasons=(PROVEN, Reason(condition=CONDITION, text="末位")))


def test_the_end_of_a_call_is_not_a_rank():
    assert not decisions.cites_rank("通话末尾没有致谢")
    assert not decisions.cites_rank("问题没有解决")


def test_a_reason_without_evidence_or_condition_is_refused():
    with pytest.raises(ReasonWithoutProof, match="没有证据"):
        check(reasons=(Reason(condition=CONDITION, text="态度差", evidence=(" ",)),))
    with pytest.raises(ReasonWithoutProof, match="不对应任何一条书面录用条件"):
        check(reasons=(Reason(condition="性格", text="态度差", evidence=("evaluation:18",)),))


def test_reasons_must_be_told_before_the_last_day():
    assert check(told_on=date(2026, 8, 30))
    for told_on in (date(2026, 8, 31), date(2026, 9, 1)):
        with pytest.raises(ProbationOver, match="最迟应在2026-08-30"):
            check(told_on=told_on)
    with pytest.raises(ReasonsNotTold):
        check(told_on=None)


def test_a_decision_made_too_late_cannot_be_dated_back_by_its_telling():
    with pytest.raises(ProbationOver):
        check(decided_on=date(2026, 9, 2))


@given(st.dates(date(2009, 1, 1), date(2090, 1, 1)), st.integers(1, 36))
def test_periods_follow_each_other_without_gap_or_overlap_within_short_months(from_on, months):
    last_on = rules.period_end(from_on, months)
    assert from_on < last_on
    assert add_months(from_on, months) - last_on in (date(2026, 1, 2) - date(2026, 1, 1), date.resolution * 0)


@given(st.dates(date(2009, 1, 1), date(2090, 1, 1)), st.integers(0, 2000))
def test_a_longer_contract_never_allows_less_probation(from_on, days):
    until_on = from_on + date.resolution * days
    shorter = rules.longest_months(Contract("fixed", from_on, until_on), LAW)
    assert shorter <= rules.longest_months(Contract("fixed", from_on, until_on + date.resolution), LAW)


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_the_due_date_is_a_working_day_at_least_a_week_before_the_end(from_on):
    probation = Probation(from_on, rules.period_end(from_on, 2))
    due_on = rules.assessment_due_on(probation, calendar=CHINA, parameters=LAW)
    assert is_working_day(CHINA, due_on)
    assert (probation.ends_on - due_on).days >= 7


def test_the_articles_of_the_law_file_read_english_in_english():
    for parameter in LAW.items.values():
        for value in parameter.values:
            for key, article in value.data.items():
                if key.startswith("article") and not key.endswith("_en"):
                    with speaking("en"):
                        refusal = ReasonsNotTold(article=article)
                        assert f"({value.data[key + '_en']})" in refusal.text()
