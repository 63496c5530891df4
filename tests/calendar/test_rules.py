"""Working days by the notices of 国务院办公厅 for 2025 and 2026, read by hand."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.calendar import rules
from qa_service.calendar.errors import CountedUnitUnknown, DayKindUnknown, MonthDayInvalid, YearOutOfCalendar
from qa_service.calendar.rules import CHINA, DayKind, Override, WorkCalendar
from qa_service.language import speaking

DATES = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))


def test_2025_has_the_13_statutory_days_of_state_council_order_795():
    wanted = [(1, 1), (1, 28), (1, 29), (1, 30), (1, 31), (4, 4), (5, 1), (5, 2), (5, 31), (10, 1), (10, 2), (10, 3)]
    wanted.append((10, 6))
    assert rules.statutory_days(CHINA, 2025) == [date(2025, *day) for day in wanted]


def test_2024_still_had_11_and_no_new_years_eve():
    days = rules.statutory_days(CHINA, 2024)
    assert len(days) == 11
    assert date(2024, 2, 9) not in days
    assert date(2024, 5, 2) not in days


def test_2026_has_13_and_keeps_them_apart_from_shifted_rest_days():
    assert len(rules.statutory_days(CHINA, 2026)) == 13
    kinds = {day: rules.day(CHINA, date(2026, *day)).kind for day in [(2, 19), (2, 20), (4, 5), (4, 6), (5, 4)]}
    assert kinds == {
        (2, 19): DayKind.STATUTORY,  # 正月初三
        (2, 20): DayKind.REST,  # shifted from 14 February
        (4, 5): DayKind.STATUTORY,  # 清明, a Sunday
        (4, 6): DayKind.REST,  # its 补假
        (5, 4): DayKind.REST,
    }


@pytest.mark.parametrize(
    "on", [(2025, 1, 26), (2025, 2, 8), (2025, 4, 27), (2025, 9, 28), (2025, 10, 11), (2026, 1, 4), (2026, 2, 28)]
)
def test_a_make_up_weekend_is_a_working_day(on):
    assert rules.is_working_day(CHINA, date(*on))
    assert rules.day(CHINA, date(*on)).name == "调休上班"


def test_plain_weekends_rest_and_plain_weekdays_work():
    assert not rules.is_working_day(CHINA, date(2026, 3, 7))
    assert rules.is_working_day(CHINA, date(2026, 3, 9))


def test_a_year_without_a_notice_is_provisional_and_says_so():
    assert not rules.year_is_provisional(CHINA, 2026)
    assert rules.year_is_provisional(CHINA, 2031)
    day = rules.day(CHINA, date(2031, 3, 3))
    assert day.provisional
    assert "尚未公布" in day.source


def test_a_year_typed_in_from_its_notice_is_no_longer_provisional():
    announced = WorkCalendar(announced_years=frozenset({2031}))
    assert not rules.is_provisional(announced, date(2031, 3, 3))


def test_the_last_days_of_december_wait_for_the_next_notice():
    announced = WorkCalendar(announced_years=frozenset({2031}))
    assert not rules.is_provisional(announced, date(2031, 12, 24))
    assert rules.is_provisional(announced, date(2031, 12, 25))


def test_an_override_stands_above_the_package_and_names_its_notice():
    notice = Override(DayKind.WORK, "调休上班", "国办通知")
    calendar = WorkCalendar(overrides={date(2031, 2, 1): notice})
    day = rules.day(calendar, date(2031, 2, 1))
    assert (day.kind, day.source, day.provisional) == (DayKind.WORK, "国办通知", False)
    assert not rules.is_working_day(CHINA, date(2031, 2, 1))


def test_a_plain_tuple_with_the_word_of_the_table_is_an_override_too():
    calendar = WorkCalendar(overrides={date(2026, 3, 9): ("rest", "公司厂休", "公司通知")})
    assert not rules.is_working_day(calendar, date(2026, 3, 9))


def test_an_override_of_an_unknown_kind_is_refused():
    with pytest.raises(DayKindUnknown, match="holiday"):
        rules.override("holiday", "x", "y")
    assert rules.override("statutory", "x", "y").kind is DayKind.STATUTORY


def test_a_year_beyond_the_tables_is_refused_in_both_languages():
    with pytest.raises(YearOutOfCalendar, match="2008年至2099年") as caught:
        rules.day(CHINA, date(2007, 5, 1))
    with speaking("en"):
        assert caught.value.text() == "The calendar covers the years 2008 to 2099 only; 2007 cannot be computed"


@pytest.mark.parametrize(
    ("month", "agreed", "paid"),
    [
        (date(2026, 3, 1), 15, date(2026, 3, 13)),  # a Sunday: Friday before
        (date(2026, 2, 1), 20, date(2026, 2, 14)),  # inside 春节: the make-up Saturday before it
        (date(2026, 10, 1), 8, date(2026, 10, 8)),  # first day after 国庆
        (date(2026, 10, 1), 5, date(2026, 9, 30)),  # inside 国庆: the month before
        (date(2026, 2, 1), 31, date(2026, 2, 28)),  # no 31st; the 28th is a make-up Saturday
    ],
)
def test_payday_on_a_rest_day_moves_to_the_nearest_earlier_working_day(month, agreed, paid):
    assert rules.payday_on(CHINA, month, agreed) == paid


def test_a_payday_outside_the_month_is_refused():
    with pytest.raises(MonthDayInvalid):
        rules.payday_on(CHINA, date(2026, 3, 1), 32)


def test_a_sheet_is_due_one_day_before_payday_in_days_or_working_days():
    payday = date(2026, 3, 16)  # a Monday
    assert rules.counted_back(CHINA, payday, 1) == date(2026, 3, 15)
    assert rules.counted_back(CHINA, payday, 1, unit="working_days") == date(2026, 3, 13)
    with pytest.raises(CountedUnitUnknown):
        rules.counted_back(CHINA, payday, 1, unit="weeks")


def test_three_working_days_step_over_the_holiday_and_count_the_make_up_day():
    # After Friday 2026-02-13 come Saturday 14 (make-up), then 春节 to 23 February, 24 and 25 February.
    assert rules.add_working_days(CHINA, date(2026, 2, 13), 3) == date(2026, 2, 25)
    assert rules.working_days_between(CHINA, date(2026, 2, 13), date(2026, 2, 25)) == 3


def test_neighbours_of_a_holiday():
    assert rules.next_working_day(CHINA, date(2026, 9, 30)) == date(2026, 10, 8)
    assert rules.previous_working_day(CHINA, date(2026, 10, 8)) == date(2026, 9, 30)


def test_october_2026_has_18_working_days():
    # 22 weekdays less 1, 2, 5, 6, 7 October, plus the make-up Saturday on the 10th.
    assert len(rules.working_days_of_month(CHINA, date(2026, 10, 1))) == 18


def test_the_local_date_turns_at_16_hours_utc():
    assert rules.local_date(datetime(2026, 2, 28, 15, 59, tzinfo=UTC)) == date(2026, 2, 28)
    assert rules.local_date(datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) == date(2026, 3, 1)
    with pytest.raises(ValueError, match="naive"):
        rules.local_date(datetime(2026, 2, 28, 16, 0))  # noqa: DTZ001 -- the refusal is what is tested


def test_a_local_day_and_a_local_month_are_half_open_in_utc():
    assert rules.local_day_bounds(date(2026, 3, 1)) == (
        datetime(2026, 2, 28, 16, tzinfo=UTC),
        datetime(2026, 3, 1, 16, tzinfo=UTC),
    )
    assert rules.month_bounds_at(date(2026, 3, 15))[1] == datetime(2026, 3, 31, 16, tzinfo=UTC)


def test_months_keep_to_their_last_day():
    assert rules.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert rules.add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert rules.month_last(date(2028, 2, 3)) == date(2028, 2, 29)
    assert rules.next_month(date(2026, 12, 9)) == date(2027, 1, 1)
    assert rules.previous_month(date(2026, 1, 9)) == date(2025, 12, 1)
    assert rules.week_first(date(2026, 3, 8)) == date(2026, 3, 2)


@given(DATES, st.integers(0, 40))
def test_adding_then_subtracting_working_days_returns_to_a_working_day(on, count):
    start = rules.working_day_on_or_before(CHINA, on)
    there = rules.add_working_days(CHINA, start, count)
    assert rules.add_working_days(CHINA, there, -count) == start
    assert rules.working_days_between(CHINA, start, there) == count
    assert rules.working_days_between(CHINA, there, start) == -count


@given(DATES, st.integers(1, 31))
def test_payday_is_a_working_day_never_after_the_agreed_day(on, agreed):
    paid = rules.payday_on(CHINA, on, agreed)
    last = rules.month_last(on)
    assert rules.is_working_day(CHINA, paid)
    assert paid <= last.replace(day=min(agreed, last.day))


@given(DATES)
def test_every_day_has_one_kind_and_statutory_days_are_never_worked(on):
    assert not (rules.is_statutory(CHINA, on) and rules.is_working_day(CHINA, on))
