"""The calendar that counts: the built-in one of the notices, with our own table laid over it."""

from qa_service.calendar.rules import WorkCalendar, override
from qa_service.database import rows


async def working_calendar() -> WorkCalendar:
    """Every count of working days uses this one, so that a day declared here moves deadlines everywhere."""
    found = await rows('SELECT "on", kind, name, source FROM calendar_day ORDER BY "on"')
    return WorkCalendar({one["on"]: override(one["kind"], one["name"], one["source"]) for one in found})
