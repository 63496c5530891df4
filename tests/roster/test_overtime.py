"""Overtime in three kinds, hours counted by hand: 《劳动法》第四十四条, 2026 calendar."""

from datetime import date

import pytest

from qa_service.calendar.rules import CHINA
from qa_service.roster.overtime import cycle_bounds, overtime_of
from qa_service.roster.rules import Approval, PersonFacts, ShiftType
from tests.roster.builders import ANN, LAW, NIGHT, SHORT, make_cell


def overtime(*cells, **facts):
    found = overtime_of(cells, PersonFacts(person=ANN, **facts), calendar=CHINA, parameters=LAW)
    return [(each.on.month, each.on.day, str(each.kind), each.minutes, each.percent) for each in found]


def test_a_standard_week_has_no_overtime():
    assert overtime(*[make_cell(on) for on in range(2, 7)]) == []


def test_time_over_eight_hours_on_a_work_day_is_paid_150():
    assert overtime(make_cell(2, overtime_minutes=120)) == [(3, 2, "work", 120, 150)]


def test_an_unpaid_break_is_no_work_and_a_paid_break_is():
    unpaid = ShiftType(code="a", start_minute=540, end_minute=1080, unpaid_break_minutes=60)
    paid = ShiftType(code="b", start_minute=540, end_minute=1080, paid_break_minutes=60)
    nursing = ShiftType(code="c", start_minute=540, end_minute=1080, nursing_minutes=60)
    assert overtime(make_cell(2, unpaid)) == []
    assert overtime(make_cell(2, paid)) == overtime(make_cell(2, nursing)) == [(3, 2, "work", 60, 150)]


def test_hours_over_forty_fall_on_the_day_that_passes_forty():
    assert overtime(*[make_cell(on) for on in range(2, 8)]) == [(3, 7, "work", 480, 150)]


def test_hours_already_paid_by_the_day_are_not_paid_again_by_the_week():
    long_days = [make_cell(on, overtime_minutes=120) for on in range(2, 6)]
    found = overtime(*long_days, make_cell(6))
    assert sum(each[3] for each in found) == 480  # 48 h worked, 40 h standard


def test_six_short_days_within_forty_hours_are_no_overtime():
    assert overtime(*[make_cell(on, SHORT) for on in range(2, 8)]) == []


def test_a_saturday_is_a_rest_day_for_whoever_follows_the_calendar():
    week = [make_cell(on) for on in range(2, 8)]
    assert overtime(*week, rest_days="calendar") == [(3, 7, "rest", 480, 200)]


def test_a_make_up_saturday_is_an_ordinary_work_day_for_whoever_follows_the_calendar():
    week = [make_cell(date(2026, 2, on)) for on in range(9, 15)]
    assert overtime(*week, rest_days="calendar") == []
    assert overtime(*week, rest_days="rostered") == [(2, 14, "work", 480, 150)]


def test_ones_own_rest_day_is_paid_200_or_given_back():
    assert overtime(make_cell(4, is_rest_day=True)) == [(3, 4, "rest", 480, 200)]
    assert overtime(make_cell(4, is_rest_day=True, lieu_on=date(2026, 3, 9))) == [(3, 4, "rest", 480, 0)]


def test_a_statutory_day_is_paid_300_and_a_shifted_rest_day_200():
    cells = [make_cell(date(2026, 5, 1)), make_cell(date(2026, 5, 5))]
    assert overtime(*cells, rest_days="calendar") == [(5, 1, "statutory", 480, 300), (5, 5, "rest", 480, 200)]


def test_time_off_does_not_lower_the_pay_of_a_statutory_day():
    cell = make_cell(date(2026, 5, 1), lieu_on=date(2026, 5, 8))
    assert overtime(cell) == [(5, 1, "statutory", 480, 300)]


def test_a_night_into_a_statutory_day_pays_its_small_hours_300():
    # 22:00 to 06:00 into 1 October; the unpaid hour is taken from the two ordinary hours.
    assert overtime(make_cell(date(2026, 9, 30), NIGHT)) == [(10, 1, "statutory", 360, 300)]


def test_a_night_out_of_the_last_statutory_day_pays_only_its_two_hours():
    # 3 October 22:00 to 24:00; the six hours of 4 October, a Sunday, bear the unpaid hour.
    found = overtime(make_cell(date(2026, 10, 3), NIGHT), rest_days="calendar")
    assert found == [(10, 3, "rest", 300, 200), (10, 3, "statutory", 120, 300)]


def test_statutory_hours_do_not_fill_the_forty_hours_of_the_week():
    week = [make_cell(date(2026, 6, on)) for on in range(15, 21)]  # Friday 19 June is 端午节
    assert overtime(*week) == [(6, 19, "statutory", 480, 300)]


def test_comprehensive_hours_count_over_the_cycle():
    approval = Approval(
        number="1", posts=frozenset({"客服"}), from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), cycle="month"
    )
    long = ShiftType(code="long", start_minute=480, end_minute=1200)
    cells = [make_cell(on, long) for on in range(2, 18)]  # 16 × 12 h = 192 h; March 2026 has 22 × 8 = 176 h
    facts = {"hours": "comprehensive", "approval": approval, "post": "客服", "rest_days": "calendar"}
    assert overtime(*cells, **facts) == [(3, 16, "work", 240, 150), (3, 17, "work", 720, 150)]


@pytest.mark.parametrize(
    ("cycle", "first", "last"),
    [
        ("week", date(2026, 5, 11), date(2026, 5, 17)),
        ("month", date(2026, 5, 1), date(2026, 5, 31)),
        ("quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_cycles_of_comprehensive_hours(cycle, first, last):
    assert cycle_bounds(cycle, date(2026, 5, 14)) == (first, last)
