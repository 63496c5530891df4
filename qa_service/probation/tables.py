"""试用期考核: one case per person and employer, its lawful end, and the assessment a week before."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    instant,
    optional_day,
    optional_instant,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.people.tables import Person, Unit


class ProbationCase(Table):
    person = reference(Person)
    unit = reference(Unit)
    contract_kind = text("fixed")
    contract_from_on = day()
    contract_until_on = optional_day()
    starts_on = day()
    ends_on = day()
    lawful_until_on = day()
    assessment_due_on = day()
    conditions = text("[]")  # JSON list: the written hiring conditions
    conditions_told_on = optional_day()
    probation_wage_fen = optional_whole()
    agreed_wage_fen = optional_whole()
    state = text("open")  # open, assessed, passed, ended
    opened_by = whole()
    created_at = instant()
    version = whole(1)


class ProbationAssessment(Table):
    case = reference(ProbationCase)
    assessed_by = whole()
    assessed_at = instant()
    scores = text("{}")  # JSON: hundredths of points by item of the plan
    total_hundredths = optional_whole()
    body = text()
    recommendation = text()  # pass, end
    reasons = text("[]")  # JSON list of condition, text, evidence; told to the person
    told_at = optional_instant()
    agent_answer = optional_text()
    decided_by = optional_whole()
    decided_at = optional_instant()
