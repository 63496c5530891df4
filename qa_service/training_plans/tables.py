"""Training needs from failed items with n, plans, and who takes part."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
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
from qa_service.rule_versions.tables import RuleVersion


class TrainingNeed(Table):
    unit = reference(Unit)
    pay_month = day()
    person = optional_reference(Person)  # none: the whole unit
    form = reference(RuleVersion)
    item = text()
    failed = whole()
    evaluated = whole()
    lower_hundredths = whole()  # percent × 100
    upper_hundredths = whole()
    lost_hundredths = whole()
    state = text("ok")  # ok, thin
    created_at = instant()


class TrainingPlan(Table):
    unit = reference(Unit)
    pay_month = day()
    title = text()
    course = optional_text()
    body = text()
    held_on = optional_day()
    state = text("planned")  # planned, held, cancelled
    created_by = whole()
    created_at = instant()
    version = whole(1)


class TrainingParticipant(Table):
    plan = reference(TrainingPlan)
    person = reference(Person)
    need = optional_reference(TrainingNeed)
    attended_at = optional_instant()
    result_hundredths = optional_whole()  # none: nothing was tested
    result_note = optional_text()
    version = whole(1)
