"""The calendar that counts: the built-in one of the notices, with our own table laid over it."""

from datetime import date
from typing import Any

from qa_service.calendar.months import month_days
from qa_service.calendar.rules import Day, WorkCalendar, day, override
from qa_service.database import row, rows


async def working_calendar() -> WorkCalendar:
    """Every count of working days uses this one, so that a day declared here moves deadlines everywhere."""
    found = await rows('SELECT "on", kind, name, source FROM calendar_day ORDER BY "on"')
    return WorkCalendar({one["on"]: override(one["kind"], one["name"], one["source"]) for one in found})


async def month(first: date) -> list[tuple[Day, bool]]:
    """Every day of a month as it counts, and whether our own table says so."""
    calendar = await working_calendar()
    return [(day(calendar, on), on in calendar.overrides) for on in month_days(first)]


async def declared(on: str) -> dict[str, Any] | None:
    """What our own table says of a day written as 2026-10-10, or None; also where the text is no day."""
    try:
        wanted = date.fromisoformat(on)
    except ValueError:
        return None
    return await row('SELECT "on", kind, name, source FROM calendar_day WHERE "on" = {}', wanted)
