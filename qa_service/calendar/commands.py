"""Declare a day otherwise than the built-in calendar has it, and take that back. Dates already agreed stay."""

from datetime import date

from qa_service import clock
from qa_service.calendar import errors
from qa_service.calendar.rules import FIRST_YEAR, LAST_YEAR, override
from qa_service.calendar.tables import CalendarDay
from qa_service.database import row, rows, transaction
from qa_service.errors import FieldError, InvalidInput
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

NAME_MOST, SOURCE_MOST = 40, 200


async def declare_day(actor: Actor, on: date, kind: str, *, name: str, source: str) -> None:
    """A working day, a rest day or a statutory holiday by a notice that is named; one word for a day at a time."""
    actor.require(Permission.CALENDAR_WRITE)
    said = override(kind, name.strip(), source.strip())
    _check_words(said.name, said.source)
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise errors.YearOutOfCalendar(first=FIRST_YEAR, last=LAST_YEAR, year=on.year, field="on")
    async with transaction():
        if await row('SELECT id FROM calendar_day WHERE "on" = {}', on) is not None:
            raise errors.DayDeclared(on=on.isoformat(), field="on")
        await CalendarDay.insert(
            CalendarDay(on=on, kind=said.kind.value, name=said.name, source=said.source, created_at=clock.now())
        )
        inputs = {"kind": said.kind.value, "name": said.name, "source": said.source}
        await record(actor, "calendar:declare", f"day:{on}", inputs=inputs)


def _check_words(name: str, source: str) -> None:
    faults = []
    for field, text, most in (("name", name, NAME_MOST), ("source", source, SOURCE_MOST)):
        if not 1 <= len(text) <= most:
            faults.append(FieldError(field, "length", N_("请填写，最多%(most)s字"), {"most": most}))
    if faults:
        raise InvalidInput(fields=faults)


async def remove_day(actor: Actor, on: date, reason: str) -> None:
    """Back to the built-in calendar for this day, with a reason."""
    actor.require(Permission.CALENDAR_WRITE)
    if not reason.strip():
        raise InvalidInput(fields=[FieldError("reason", "missing", N_("请写明原因"))])
    async with transaction():
        gone = await rows('DELETE FROM calendar_day WHERE "on" = {} RETURNING kind, name, source', on)
        if not gone:
            raise errors.DayNotDeclared(on=on.isoformat())
        await record(actor, "calendar:remove", f"day:{on}", reason, inputs=gone[0])
