"""Shift types with paid and unpaid breaks, month grids, cleaning rota, leave and 法定限制."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    instant,
    optional_day,
    optional_instant,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.people.tables import Person, Unit


class ShiftType(Table):
    """Minutes from midnight; an end past 1,440 reaches into the next day."""

    unit = reference(Unit)
    code = text()
    name = text()
    name_en = text()
    start_minute = whole()
    end_minute = whole()
    paid_break_minutes = whole()
    unpaid_break_minutes = whole()
    from_on = day()
    until_on = optional_day()
    version = whole(1)


class Roster(Table):
    unit = reference(Unit)
    pay_month = day()
    state = text("draft")  # draft, published
    published_at = optional_instant()
    published_by = optional_whole()
    created_at = instant()
    version = whole(1)


class RosterCell(Table):
    roster = reference(Roster)
    person = reference(Person)
    on = day()
    shift_type = optional_reference(ShiftType)  # none: a rest day
    overtime_minutes = whole()
    overtime_reason = optional_text()
    is_pinned = flag()
    published_shift_type = optional_reference(ShiftType)
    published_overtime_minutes = whole()
    version = whole(1)


class WorkedTime(Table):
    """Hours really worked: always recorded, marked and priced, never refused."""

    person = reference(Person)
    on = day()
    minutes = whole()
    source = text()
    recorded_at = instant()


class WorkLimit(Table):
    """法定限制 of a person for a time; the reason is read by HR alone."""

    person = reference(Person)
    limit = text("no_overtime_no_night")
    from_on = day()
    until_on = optional_day()
    reason = text()
    entered_by = whole()
    entered_at = instant()


class Leave(Table):
    person = reference(Person)
    from_on = day()
    until_on = day()
    kind = text()  # read by HR alone
    entered_by = whole()
    entered_at = instant()


class CleaningDuty(Table):
    unit = reference(Unit)
    on = day()
    area = text()
    person = reference(Person)
    done_at = optional_instant()
    done_by = optional_whole()
    version = whole(1)
