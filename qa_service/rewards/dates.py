"""Payday and the two deadlines counted back from it. Local dates; the calendar comes in as `is_working_day`."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import msgspec

from qa_service.rewards.errors import DeadlineAfterPayday, NoRoomForReturn, NoWorkingDay
from rubrics.pack_records import PaydayRule

IsWorkingDay = Callable[[date], bool]


class PayDates(msgspec.Struct, frozen=True, kw_only=True):
    """`agreed_on` is the day of the contract, `payday_on` the day of payment; times are local."""

    agreed_on: date
    payday_on: date
    submit_by: datetime
    approve_by: datetime

    @property
    def room(self) -> timedelta:
        """Time between the deadlines: one return and one new submission must fit."""
        return self.approve_by - self.submit_by


def pay_dates(month: date, rule: PaydayRule, is_working_day: IsWorkingDay) -> PayDates:
    """Dates of the sheet of a pay month (its first day).

    A payday on a rest day moves to the nearest earlier working day (工资支付暂行规定 7). Raises NoRoomForReturn,
    DeadlineAfterPayday, NoWorkingDay.
    """
    agreed_on = _day_of(month, rule)
    payday_on = working_day_until(agreed_on, is_working_day)
    submit_on = count_back(payday_on, rule.submit_before, unit=rule.count, is_working_day=is_working_day)
    approve_on = count_back(payday_on, rule.approve_before, unit=rule.count, is_working_day=is_working_day)
    dates = PayDates(
        agreed_on=agreed_on,
        payday_on=payday_on,
        submit_by=_at(submit_on, rule.submit_until),
        approve_by=_at(approve_on, rule.approve_until),
    )
    _check_room(dates, rule.return_hours)
    return dates


def working_day_until(on: date, is_working_day: IsWorkingDay) -> date:
    """The day itself, or the nearest earlier working day."""
    for back in range(31):
        if is_working_day(on - timedelta(days=back)):
            return on - timedelta(days=back)
    raise NoWorkingDay(on=on.isoformat())


def count_back(on: date, count: int, *, unit: str, is_working_day: IsWorkingDay) -> date:
    """`count` days or working days before a working day.

    Plain days that end on a rest day go back to the working day before it: nobody approves on a Sunday.
    """
    if unit == "days":
        return working_day_until(on - timedelta(days=count), is_working_day)
    for _ in range(count):
        on = working_day_until(on - timedelta(days=1), is_working_day)
    return on


def leaver_payday(left_on: date) -> date:
    """Leavers are paid at once: on the last day itself (工资支付暂行规定 9), working day or not."""
    return left_on


def is_late(dates: PayDates, at: datetime, *, step: str) -> bool:
    """Was a submission or approval made after its deadline? `at` is local time without zone, like the deadlines."""
    return at > (dates.submit_by if step == "submit" else dates.approve_by)


def _day_of(month: date, rule: PaydayRule) -> date:
    """The agreed day, in a short month its last."""
    year, index = divmod(month.year * 12 + month.month - 1 + rule.months_after, 12)
    return date(year, index + 1, min(rule.day, monthrange(year, index + 1)[1]))


def _at(on: date, clock: str) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock))


def _check_room(dates: PayDates, hours: int) -> None:
    if dates.approve_by.date() > dates.payday_on:
        raise DeadlineAfterPayday(approve=_shown(dates.approve_by), payday=dates.payday_on.isoformat())
    if dates.room < timedelta(hours=hours):
        raise NoRoomForReturn(approve=_shown(dates.approve_by), submit=_shown(dates.submit_by), hours=hours)


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
