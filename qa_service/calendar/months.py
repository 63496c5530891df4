"""Months, weeks and local dates: plain arithmetic on dates, no holidays."""

import calendar as gregorian
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def local_date(at: datetime, zone: ZoneInfo = SHANGHAI) -> date:
    """The local date of an aware instant: 2026-02-28 16:00 UTC is 1 March in Shanghai.

    Raises ValueError for a naive time: its day cannot be known.
    """
    if at.tzinfo is None:
        raise ValueError("a naive time has no local date")
    return at.astimezone(zone).date()


def local_day_bounds(on: date, zone: ZoneInfo = SHANGHAI) -> tuple[datetime, datetime]:
    """The UTC instants at which a local day begins and the next one begins (half-open)."""
    first, after = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (on, on + ONE_DAY))
    return first, after


def month_first(on: date) -> date:
    """The first day of the month: how a month is written everywhere (`_month`)."""
    return on.replace(day=1)


def read_month(text: str) -> date | None:
    """The first day of the month written 2026-10, or as a day of it (2026-10-01); None when it is neither.

    Years 2000 to 2099 only, so that a month's neighbours and their days are days too.
    """
    try:
        found = date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        return None
    return month_first(found) if len(text) in (7, 10) and 2000 <= found.year <= 2099 else None


def month_last(on: date) -> date:
    """The last day of the month."""
    return on.replace(day=gregorian.monthrange(on.year, on.month)[1])


def add_months(on: date, months: int) -> date:
    """The same-numbered day `months` later (or earlier); a month without that day gives its last one."""
    index = on.year * 12 + on.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(on.day, month_last(first).day))


def next_month(on: date) -> date:
    """First day of the following month."""
    return add_months(month_first(on), 1)


def previous_month(on: date) -> date:
    """First day of the month before."""
    return add_months(month_first(on), -1)


def month_bounds_at(month: date, zone: ZoneInfo = SHANGHAI) -> tuple[datetime, datetime]:
    """The UTC instants at which a local month begins and the next one begins (half-open)."""
    return local_day_bounds(month_first(month), zone)[0], local_day_bounds(next_month(month), zone)[0]


def week_first(on: date) -> date:
    """The Monday of the week: weeks run from Monday to Sunday."""
    return on - timedelta(days=on.weekday())


def days_from(first_on: date, last_on: date) -> Iterator[date]:
    """Each date from the first to the last, both included; nothing when the last lies before the first."""
    for offset in range((last_on - first_on).days + 1):
        yield first_on + timedelta(days=offset)


def month_days(month: date) -> list[date]:
    """All dates of a month."""
    return list(days_from(month_first(month), month_last(month)))
