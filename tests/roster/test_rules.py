"""Shift types, night hours and the cleaning rota."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.roster.errors import CellInvalid, RotaImpossible, ShiftTypeInvalid
from qa_service.roster.rota import cleaning_rota
from qa_service.roster.rules import (
    Limit,
    ShiftType,
    cell_minutes,
    check_cell,
    check_shift_type,
    limit_of,
    night_minutes,
    shift_minutes,
)
from tests.roster.builders import DAY, NIGHT, make_cell

MONDAY = date(2026, 3, 2)
WEEK = [MONDAY + timedelta(days=day) for day in range(5)]


def test_planned_minutes_leave_out_unpaid_breaks_only():
    shift = ShiftType(
        code="a", start_minute=540, end_minute=1080, unpaid_break_minutes=60, paid_break_minutes=20, nursing_minutes=60
    )
    assert shift_minutes(shift) == 480
    assert cell_minutes(make_cell(2, shift, overtime_minutes=30)) == 510
    assert cell_minutes(make_cell(2, None)) == 0


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (1320, 1800, 480),  # 22:00 to 06:00, the whole night
        (540, 1080, 0),
        (1080, 1560, 240),  # 18:00 to 02:00
        (300, 600, 60),  # 05:00 to 10:00
        (0, 1440, 480),  # a whole day: 0-6 and 22-24
        (1319, 1320, 0),
        (1320, 2880, 600),  # 22:00 to 24:00 of the next day: 8 h and 2 h
    ],
)
def test_night_is_22_to_6(start, end, minutes):
    assert night_minutes(start, end) == minutes


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_minute": 1440, "end_minute": 1500},
        {"start_minute": -1, "end_minute": 100},
        {"start_minute": 540, "end_minute": 540},
        {"start_minute": 540, "end_minute": 1981},
        {"start_minute": 540, "end_minute": 600, "unpaid_break_minutes": 60},
        {"start_minute": 540, "end_minute": 600, "paid_break_minutes": -1},
    ],
)
def test_a_shift_type_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ShiftTypeInvalid, match="早班"):
        check_shift_type(ShiftType(code="早班", **wrong))


def test_sound_shift_types_pass():
    assert check_shift_type(DAY) is DAY
    assert check_shift_type(NIGHT) is NIGHT


def test_negative_overtime_is_refused():
    with pytest.raises(CellInvalid, match="0至1440"):
        check_cell(make_cell(2, overtime_minutes=-1))


def test_the_stored_word_of_a_limit_says_what_it_forbids():
    limit = limit_of("no_overtime_no_night", from_on=MONDAY)
    assert (limit.no_work, limit.no_overtime, limit.no_night) == (False, True, True)
    assert limit_of("no_work", from_on=MONDAY).no_work
    assert limit.covers(date(2030, 1, 1))
    assert not Limit(from_on=MONDAY, until_on=MONDAY).covers(MONDAY + timedelta(days=1))


def test_the_rota_goes_round():
    rota = cleaning_rota([1, 2, 3], ["地面"], dates=WEEK)
    assert [duty.person for duty in rota.duties] == [1, 2, 3, 1, 2]


def test_areas_rotate_too():
    rota = cleaning_rota([1, 2], ["地面", "茶水间"], dates=WEEK[:4])
    for fair in rota.fairness:
        assert fair.by_area == {"地面": 2, "茶水间": 2}


def test_nobody_cleans_two_areas_while_another_cleans_none():
    rota = cleaning_rota([1, 2, 3], ["地面", "茶水间"], dates=WEEK)
    for on in WEEK:
        assert len({duty.person for duty in rota.duties if duty.on == on}) == 2


def test_an_absent_person_is_skipped_and_not_made_to_catch_up():
    absent = {on: frozenset({1}) for on in WEEK[:3]}
    rota = cleaning_rota([1, 2], ["地面"], dates=WEEK, absent=absent)
    assert [duty.person for duty in rota.duties] == [2, 2, 2, 1, 2]
    first = rota.fairness[0]
    assert (first.duties, first.fair_share) == (1, 1)


def test_debt_of_the_last_month_is_worked_off_first():
    rota = cleaning_rota([1, 2], ["地面"], dates=WEEK[:2], owed={2: Fraction(2)})
    assert [duty.person for duty in rota.duties] == [2, 2]


def test_even_a_large_debt_gives_nobody_two_areas_on_one_day():
    rota = cleaning_rota([1, 2], ["地面", "茶水间"], dates=WEEK[:1], owed={2: Fraction(5)})
    assert {duty.person for duty in rota.duties} == {1, 2}


def test_a_day_without_anybody_is_refused():
    with pytest.raises(RotaImpossible, match="2026-03-03没有人在岗"):
        cleaning_rota([1], ["地面"], dates=WEEK, absent={WEEK[1]: frozenset({1})})


@pytest.mark.parametrize(
    ("people", "areas", "says"), [([], ["a"], "没有人员"), ([1], [], "没有值日区域"), ([1, 1], ["a"], "有重复")]
)
def test_a_rota_of_nobody_or_nothing_is_refused(people, areas, says):
    with pytest.raises(RotaImpossible, match=says):
        cleaning_rota(people, areas, dates=WEEK)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 7), st.integers(1, 4), st.integers(1, 20))
def test_with_everybody_there_nobody_has_two_duties_more_than_another(people, areas, days):
    dates = [MONDAY + timedelta(days=day) for day in range(days)]
    rota = cleaning_rota(range(people), [f"a{n}" for n in range(areas)], dates=dates)
    counts = [fair.duties for fair in rota.fairness]
    assert sum(counts) == areas * days
    assert max(counts) - min(counts) <= 1
