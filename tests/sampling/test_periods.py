"""A pay month falls into days or weeks without gap or overlap."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling import periods
from qa_service.sampling.errors import BadPayMonthStart, DayOutsideMonth, PeriodNotClosed
from qa_service.sampling.periods import DrawPeriod, PeriodLength

starts = st.dates(date(2020, 1, 1), date(2035, 12, 28)).filter(lambda day: day.day <= 28)


def test_march_2026_has_six_weeks_cut_at_both_ends():
    """1 March 2026 is a Sunday and 31 March a Tuesday."""
    assert [period.text for period in periods.split_month(date(2026, 3, 1))] == [
        "2026-03-01/2026-03-01",
        "2026-03-02/2026-03-08",
        "2026-03-09/2026-03-15",
        "2026-03-16/2026-03-22",
        "2026-03-23/2026-03-29",
        "2026-03-30/2026-03-31",
    ]


def test_a_pay_month_may_begin_on_the_26th_and_cross_the_year():
    weeks = periods.split_month(date(2026, 12, 26))
    assert (weeks[0].from_on, weeks[-1].until_on) == (date(2026, 12, 26), date(2027, 1, 25))
    assert weeks[0] == DrawPeriod(date(2026, 12, 26), date(2026, 12, 27))


def test_february_by_days():
    assert len(periods.split_month(date(2028, 2, 1), PeriodLength.DAY)) == 29


def test_a_month_cannot_begin_on_a_day_that_some_months_lack():
    with pytest.raises(BadPayMonthStart):
        periods.split_month(date(2026, 1, 29))


@given(starts, st.sampled_from(PeriodLength))
def test_periods_cover_the_month_once(first_on, length):
    found = periods.split_month(first_on, length)
    assert found[0].from_on == first_on
    assert found[-1].until_on == periods.last_day(first_on)
    for one, following in zip(found, found[1:], strict=False):
        assert following.from_on == one.until_on + timedelta(days=1)
        assert length is PeriodLength.DAY or one.until_on.weekday() == 6
    assert all(1 <= period.days <= (1 if length is PeriodLength.DAY else 7) for period in found)


@given(starts, st.sampled_from(PeriodLength), st.data())
def test_every_day_of_the_month_has_its_period(first_on, length, data):
    found = periods.split_month(first_on, length)
    index = data.draw(st.integers(0, len(found) - 1))
    assert periods.period_of(found[index].from_on, found) == periods.period_of(found[index].until_on, found) == index


def test_a_day_outside_the_month_has_no_period():
    with pytest.raises(DayOutsideMonth):
        periods.period_of(date(2026, 4, 1), periods.split_month(date(2026, 3, 1)))


def test_the_elapsed_share_counts_days_and_ends_at_one():
    weeks = periods.split_month(date(2026, 3, 1))
    assert periods.elapsed(weeks, 1) == Fraction(8, 31)
    assert periods.elapsed(weeks, 5) == 1


def test_a_period_closes_the_day_after_its_last():
    week = DrawPeriod(date(2026, 3, 2), date(2026, 3, 8))
    periods.check_closed(week, date(2026, 3, 9))
    with pytest.raises(PeriodNotClosed):
        periods.check_closed(week, date(2026, 3, 8))
