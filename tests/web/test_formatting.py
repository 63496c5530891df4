"""How figures and days read, in both languages; the examples are those of the docstrings."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.language import speaking
from qa_service.web import formatting as f

FRIDAY = date(2026, 10, 30)
EVENING = datetime(2026, 10, 30, 10, 0, 5, tzinfo=UTC)  # 18:00:05 in Shanghai


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (1234, 0, "1,234"), (-1234, 0, "−1,234"), (0, 0, "0"), (2.5, 0, "3"), (-2.5, 0, "−3"), (0.05, 1, "0.1"),
        (Fraction(1, 3), 2, "0.33"), (Decimal("1234.565"), 2, "1,234.57"), (12, 1, "12.0"), (None, 2, "—"),
    ],
)  # fmt: skip
def test_numbers_are_grouped_rounded_half_up_and_have_a_true_minus(value, digits, shown):
    assert f.number(value, digits) == shown


@given(st.integers(-(10**9), 10**9))
def test_money_reads_back_to_the_fen(fen):
    text = f.money(fen).replace(",", "").replace(f.MINUS, "-")
    assert Decimal(text) * 100 == fen


@given(st.integers(-(10**7), 10**7), st.integers(0, 2))
def test_points_are_rounded_once_and_half_away_from_zero(hundredths, digits):
    exact = (Decimal(hundredths) / 100).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert Decimal(f.score(hundredths, digits).replace(",", "").replace(f.MINUS, "-")) == exact


def test_what_is_gained_may_be_signed_and_what_is_missing_says_why():
    assert (f.money(4600, signed=True), f.money(-4600, signed=True), f.money(0, signed=True)) == (
        "+46.00", "−46.00", "0.00",
    )  # fmt: skip
    assert f.money(None, reason="没有约定") == "—（没有约定）"
    with speaking("en"):
        assert f.money(None, reason="none agreed") == "— (none agreed)"


def test_an_interval_with_a_negative_end_needs_no_dash():
    assert f.interval("84.4", "88.4") == "84.4–88.4"
    assert f.interval("−1.2", "3.4") == "−1.2至3.4"
    with speaking("en"):
        assert f.interval("−1.2", "3.4") == "−1.2 to 3.4"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (17.8, "17.8秒", "17.8 s"), (166, "2分46秒", "2 min 46 s"), (180, "3分钟", "3 min"),
        (13_200, "3小时40分", "3 h 40 min"), (183_600, "2天3小时", "2 d 3 h"), (59.96, "1分钟", "1 min"),
    ],
)  # fmt: skip
def test_durations_show_their_two_largest_units(seconds, zh, en):
    assert f.duration(seconds, 1) == zh
    with speaking("en"):
        assert f.duration(seconds, 1) == en


def test_days_and_moments_read_as_people_write_them():
    assert (f.day(FRIDAY), f.day(FRIDAY, year=True)) == ("10月30日周五", "2026年10月30日周五")
    assert (f.clock(EVENING), f.clock(EVENING, seconds=True)) == ("18:00", "18:00:05")
    assert f.moment(EVENING) == "10月30日周五 18:00"
    with speaking("en"):
        assert f.day(FRIDAY, year=True) == "Fri 30 Oct 2026"
        assert f.moment(EVENING) == "Fri 30 Oct, 18:00"


def test_an_instant_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="zone"):
        f.clock(datetime(2026, 10, 30, 18, 0))  # noqa: DTZ001 -- the mistake itself


@pytest.mark.parametrize(
    ("left", "zh"),
    [(2, "10月30日周五 18:00，还剩2个工作日"), (0, "10月30日周五 18:00，今天到期"),
     (-3, "10月30日周五 18:00，已超过3个工作日")],
)  # fmt: skip
def test_a_deadline_counts_working_days(left, zh):
    assert f.deadline(EVENING, left) == zh


def test_marks_that_turn_the_reading_direction_are_taken_out_of_other_peoples_words():
    assert f.plain("订单\u202e1234\u202c") == "订单1234"
