"""What a result earns: bands, decision rules, exact shares with one rounding half-up."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.language import speaking
from qa_service.rewards.errors import NoVariableBase
from qa_service.rewards.lines import yuan
from qa_service.rewards.schemes import (
    Result,
    decide_share,
    earned_fen,
    grade_base_fen,
    half_up,
    parts,
    points,
    reward_reached,
)
from tests.rewards.rule_builders import make_result, make_scheme

SCHEME = make_scheme()
QA = SCHEME.shares["qa"]  # lines 80, 70, 60 earn 100, 95, 90 %, below 80 %


def decided(result, rule=QA, **changes):
    decision = decide_share(msgspec.structs.replace(rule, **changes), result)
    return decision.percent, decision.state


def test_a_band_is_lost_only_when_the_whole_interval_lies_below_its_line():
    assert decided(make_result(7400, low=6900, high=8000)) == (100, "undecided")
    assert decided(make_result(7400, low=7000, high=7999)) == (95, "missed")
    assert decided(make_result(7400, low=6999, high=7999)) == (95, "undecided")
    assert decided(make_result(5000, low=4000, high=5999)) == (80, "missed")
    assert decided(make_result(9000, low=8000, high=9900)) == (100, "reached")


def test_what_is_not_cleared_is_paid_in_full_and_says_so_in_both_languages():
    note = decide_share(QA, make_result(6900, low=5500, high=8200)).note
    assert note.shown() == ("质检部分：得分69.00分，区间55.00–82.00没有整个低于分数线，不能断定未达到；按规则全额计发")
    with speaking("en"):
        assert note.shown().startswith("QA part: mark 69.00, the interval 55.00 to 82.00 does not lie wholly below")


@pytest.mark.parametrize("result", [Result(mark_hundredths=None), Result(mark_hundredths=100, n=1)])
def test_no_mark_or_no_interval_is_never_held_against_the_person(result):
    assert decide_share(QA, result).percent == 100


def test_a_point_value_decides_only_from_its_minimum_n_on():
    rule = {"decision": "point_minimum_n", "minimum_n": 6}
    assert decided(make_result(6500, n=5), **rule) == (100, "undecided")
    assert decided(make_result(6500, n=6), **rule) == (90, "missed")
    assert decided(make_result(8000, n=6), **rule) == (100, "reached")


def test_linear_pay_follows_the_mark_exactly():
    assert decided(make_result(8725), decision="linear") == (Fraction(8725, 100), "missed")
    assert decided(make_result(10500), decision="linear") == (100, "reached")


def test_the_qa_star_needs_six_evaluations_and_92_points():
    star = SCHEME.band_rewards["qa_star"]
    assert reward_reached(star, make_result(9200, n=6))
    assert not reward_reached(star, make_result(9199, n=6))
    assert not reward_reached(star, make_result(9900, n=5))
    strict = msgspec.structs.replace(star, decision="interval_clears")
    assert not reward_reached(strict, make_result(9900, low=9199, high=10000))
    assert reward_reached(strict, make_result(9900, low=9200, high=10000))


def test_halves_of_a_fen_go_to_the_worker():
    # 333 fen x 95 % = 316.35; 50 x 95 % = 47.5 -> 48; 10 x 95 % = 9.5 -> 10
    assert [earned_fen(base, Fraction(95)) for base in (333, 50, 10)] == [316, 48, 10]
    assert [half_up(Fraction(number, 2)) for number in (-3, -1, 1, 3)] == [-1, 0, 1, 2]


def test_the_base_is_split_sixty_thirty_ten():
    assert parts(SCHEME, 100000) == {"qa": 30000, "scorecard": 60000, "conduct": 10000}


@given(st.integers(0, 10**8))
def test_the_parts_are_the_whole_base(variable_fen):
    split = parts(SCHEME, variable_fen)
    assert sum(split.values()) == variable_fen
    assert min(split.values()) >= 0


@given(st.integers(0, 10**8), st.fractions(0, 100))
def test_earned_pay_is_never_more_than_the_part_nor_a_fen_off(part_fen, percent):
    earned = earned_fen(part_fen, percent)
    assert 0 <= earned <= part_fen
    assert abs(earned - part_fen * percent / 100) <= Fraction(1, 2)


@given(st.integers(0, 10000), st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 500))
def test_a_better_mark_never_earns_less(mark, below, above, better):
    def percent(shift):
        return decide_share(QA, make_result(mark + shift, low=mark + shift - below, high=mark + shift + above)).percent

    assert percent(better) >= percent(0)


def test_a_grade_has_its_published_base_and_an_unknown_one_has_none():
    assert grade_base_fen(SCHEME, "中级") == 120000
    with pytest.raises(NoVariableBase):
        grade_base_fen(SCHEME, "特级")


def test_amounts_and_marks_are_shown_exactly():
    assert [yuan(fen) for fen in (-5, 0, 1234567)] == ["-0.05", "0.00", "12345.67"]
    assert [points(mark) for mark in (8750, -5)] == ["87.50", "-0.05"]
