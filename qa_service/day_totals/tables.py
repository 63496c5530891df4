"""Days that arrive as totals, without their calls: of an agent, of a unit, of a team with its target; and absences.

A row counts when its batch is published and no published batch has superseded it (interactions.live). A corrected row
is a new revision under the same key. Counts and whole seconds are stored, never a rate alone: rates are worked out
from the counts, and one that a source gives rounded stands beside them as it was given.
"""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    optional_day,
    optional_flag,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.interactions.tables import ImportBatch
from qa_service.people.tables import Person, Unit


class AgentDay(Table):
    """What one agent did on one day in one direction. Nobody's where the source names nobody (no label, no person);
    待认领 where it names somebody whom nobody knows (a label, no person)."""

    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    source = text()
    key = text()
    revision = whole(1)
    digest = text()
    local_on = day()
    person = optional_reference(Person)
    agent_label = optional_text()
    unit = optional_reference(Unit)
    client = optional_text()  # the company for which was called
    direction = text("in")  # in, out
    is_internal = optional_flag()
    is_missed = flag()
    call_count = whole()
    talk_seconds = optional_whole()
    total_seconds = optional_whole()  # talking, ringing and waiting


class UnitDay(Table):
    """What came to a unit on one day. `given_` are rates and averages as the source rounds them."""

    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    source = text()
    key = text()
    revision = whole(1)
    digest = text()
    local_on = day()
    unit = optional_reference(Unit)
    unit_label = optional_text()
    received_count = whole()
    answered_count = whole()
    abandoned_count = whole()
    given_answered_percent_hundredths = optional_whole()
    given_in_time_percent_hundredths = optional_whole()  # of the service level, whose calls the source does not count
    given_answer_seconds = optional_whole()
    given_talk_seconds = optional_whole()
    given_wait_seconds = optional_whole()


class TeamDay(Table):
    """What a team was to reach on one day and what it reached, with the bonus paid on it."""

    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    source = text()
    key = text()
    revision = whole(1)
    digest = text()
    local_on = day()
    unit = optional_reference(Unit)
    department = optional_text()
    team = text()
    target_percent_hundredths = whole()
    reached_percent_hundredths = optional_whole()
    head_hundredths = optional_whole()  # half heads occur
    overtime_seconds = optional_whole()
    idle_seconds = optional_whole()
    bonus_fen = optional_whole()
    currency = text("CNY")


class Absence(Table):
    """Time away from work. A source without dates gives the month and the weekday, and no year is made up for it."""

    batch = reference(ImportBatch)
    superseded_by = optional_reference(ImportBatch)
    source = text()
    key = text()
    revision = whole(1)
    digest = text()
    absent_on = optional_day()
    month_number = optional_whole()  # 1-12
    weekday = optional_whole()  # 1 Monday - 7 Sunday
    person = optional_reference(Person)
    agent_label = optional_text()
    unit = optional_reference(Unit)
    absent_seconds = whole()
    reason = optional_text()  # read by HR and by the person alone
    work_load = optional_whole()  # of the house on an average day of that time, in the source's own unit
    target_percent_hundredths = optional_whole()  # what the house reached of its target then
