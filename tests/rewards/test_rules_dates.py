"""Payday and its deadlines in the real calendar of 2026."""

from datetime import date, datetime

import holidays
import msgspec
import pytest

from qa_service.rewards import errors
from qa_service.rewards.dates import count_back, is_late, leaver_payday, pay_dates, working_day_until
from tests.rewards.rule_builders import make_scheme

CHINA = holidays.country_holidays("CN", years=range(2025, 2028), language="zh_CN")
RULE = make_scheme().payday
local = datetime.fromisoformat


def works(on: date) -> bool:
    return CHINA.is_working_day(on)


def dates(month, **changes):
    return pay_dates(month, msgspec.structs.replace(RULE, **changes), works)


def test_a_working_payday_stays_and_the_sheet_is_due_the_working_day_before():
    found = dates(date(2026, 8, 1))  # 15 September 2026 is a Tuesday
    assert (found.agreed_on, found.payday_on) == (date(2026, 9, 15), date(2026, 9, 15))
    assert (found.submit_by, found.approve_by) == (local("2026-09-14 12:00"), local("2026-09-14 18:00"))


def test_a_payday_on_a_rest_day_moves_to_the_nearest_earlier_working_day():
    assert dates(date(2026, 7, 1)).payday_on == date(2026, 8, 14)  # 15 August 2026 is a Saturday
    assert dates(date(2026, 10, 1)).payday_on == date(2026, 11, 13)  # 15 November is a Sunday


def test_the_spring_festival_is_passed_over():
    found = dates(date(2026, 1, 1), day=20)  # 2026: 15-23 February off, 14 February (Saturday) worked
    assert found.payday_on == date(2026, 2, 14)
    assert found.submit_by.date() == date(2026, 2, 13)


def test_days_and_working_days_are_counted_apart():
    # payday Tuesday 15 September; 3 days before is Saturday, so the Friday; 3 working days before is Thursday
    monday_off = {"unit": "days", "is_working_day": works}
    assert count_back(date(2026, 9, 15), 3, **monday_off) == date(2026, 9, 11)
    assert count_back(date(2026, 9, 15), 3, unit="working_days", is_working_day=works) == date(2026, 9, 10)


def test_a_day_that_a_month_does_not_have_becomes_its_last():
    assert dates(date(2027, 1, 1), day=31).agreed_on == date(2027, 2, 28)


def test_the_year_turns():
    assert dates(date(2026, 12, 1)).agreed_on == date(2027, 1, 15)


def test_deadlines_without_room_for_a_return_are_refused():
    with pytest.raises(errors.NoRoomForReturn) as caught:
        dates(date(2026, 8, 1), submit_until="15:00")
    assert "不足4小时" in caught.value.text()
    assert dates(date(2026, 8, 1), submit_until="14:00").room.total_seconds() == 4 * 3600
    with pytest.raises(errors.NoRoomForReturn):
        dates(date(2026, 8, 1), approve_before=2)


def test_a_submission_after_its_deadline_is_late():
    found = dates(date(2026, 8, 1))
    assert not is_late(found, local("2026-09-14 12:00"), step="submit")
    assert is_late(found, local("2026-09-14 12:01"), step="submit")
    assert not is_late(found, local("2026-09-14 12:01"), step="approve")


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(errors.NoWorkingDay):
        working_day_until(date(2026, 8, 1), lambda on: False)


def test_leavers_are_paid_on_their_last_day():
    assert leaver_payday(date(2026, 8, 15)) == date(2026, 8, 15)
