"""What is odd in totals of days, and how days add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.day_totals.rules import Month, breaks, contradicts, outliers, share_hundredths, weighted_seconds


def months(*daily: int, answered: float = 0.95, days: int = 30) -> list[Month]:
    return [
        Month(date(2021 + place // 12, place % 12 + 1, 1), days, one * days, int(one * days * answered))
        for place, one in enumerate(daily)
    ]


def test_a_rate_rounded_to_two_digits_contradicts_only_beyond_half_a_point():
    assert not contradicts(9_400, 204, 217)  # 94.009 %
    assert not contradicts(9_200, 9_250, 10_000)
    assert contradicts(9_200, 9_251, 10_000)
    assert not contradicts(None, 1, 2)
    assert not contradicts(10_000, 0, 0)


def test_a_month_with_far_more_calls_than_the_months_before_is_a_break():
    found = breaks(months(130, 128, 135, 131, 621))
    assert [(one.first_on, one.daily, one.usual) for one in found] == [(date(2021, 5, 1), 621, 130)]
    assert [one.first_on for one in breaks(months(130, 128, 135, 131, 60))] == [date(2021, 5, 1)]
    assert breaks(months(130, 128, 135, 131, 200)) == []


def test_a_month_in_which_the_answered_share_falls_ten_points_is_a_break():
    worse = Month(date(2021, 5, 1), 30, 3_900, 3_200)
    assert [one.answered_percent for one in breaks([*months(130, 130, 130, 130), worse])] == [82]


def test_the_first_months_and_months_of_a_few_days_are_no_evidence():
    assert breaks(months(10, 1_000, 10)) == []
    assert breaks([*months(100, 100, 100, 100), *months(900, days=5)]) == []


def test_amounts_above_ten_times_the_usual_stand_out():
    assert outliers([50, 45, 60, 0, 0, 3_600]) == [5]
    assert outliers([0, 0]) == []
    assert outliers([50, 50, 500]) == []


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 3, 3_333), (2, 3, 6_667), (0, 5, 0), (5, 5, 10_000), (1, 0, None)]
)
def test_a_share_is_rounded_once(part, whole, share):
    assert share_hundredths(part, whole) == share


def test_a_mean_over_days_weighs_each_day_by_its_calls():
    assert weighted_seconds([(10, 100), (100, 1), (None, 50)]) == 11, "1,100 seconds over 101 calls; not 55"
    assert weighted_seconds([(None, 3), (5, 0)]) is None


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 1_000)), min_size=1), st.randoms())
def test_the_order_of_days_does_not_matter_and_the_mean_lies_between_them(pairs, random):
    shuffled = pairs[:]
    random.shuffle(shuffled)
    assert weighted_seconds(pairs) == weighted_seconds(shuffled)
    assert min(seconds for seconds, _ in pairs) <= weighted_seconds(pairs) <= max(seconds for seconds, _ in pairs)
