"""The one clock of the service: aware UTC instants, and the local day they fall on."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOUSE_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def local_day(instant: datetime, zone: ZoneInfo = HOUSE_ZONE) -> date:
    """The local date of an aware instant."""
    return instant.astimezone(zone).date()


def today(zone: ZoneInfo = HOUSE_ZONE) -> date:
    return local_day(now(), zone)
