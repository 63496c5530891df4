"""The one clock of the service: aware UTC instants, and the local day they fall on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOUSE_ZONE = ZoneInfo("Asia/Shanghai")
_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at an aware instant: the demo lives through months that are over, and tests through days.

    Nothing that serves people calls this: it holds for the calling task only.
    """
    token = _set_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def local_day(instant: datetime, zone: ZoneInfo = HOUSE_ZONE) -> date:
    """The local date of an aware instant."""
    return instant.astimezone(zone).date()


def today(zone: ZoneInfo = HOUSE_ZONE) -> date:
    return local_day(now(), zone)
