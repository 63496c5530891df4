"""Evaluations of six kinds of subject, their answers, four kinds of evidence, and what the agent said."""

from piccolo.table import Table

from qa_service.database.columns import (
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
from qa_service.interactions.tables import AgentPart, BusinessRecord, ImportBatch, Interaction, Message
from qa_service.people.tables import Person, Unit
from qa_service.rule_versions.tables import RuleVersion
from qa_service.sampling.tables import DrawItem


class Evaluation(Table):
    """One marking of one subject by one monitor with one form version.

    Only origin 'random' enters the unbiased estimate. A correction after release is a new row with a higher
    revision that names the one it supersedes.
    """

    subject_kind = text("agent_part")  # + live_observation, person_period, unit_period, outside_party, thing
    part = optional_reference(AgentPart)
    person = optional_reference(Person)
    unit = optional_reference(Unit)
    subject_text = optional_text()  # outside party or thing
    subject_from_on = optional_day()
    subject_until_on = optional_day()
    found_in = optional_reference(Interaction)  # the callback in which a finding about the first handler was made
    form = reference(RuleVersion)
    origin = text("random")  # random, risk, manual, imported, calibration, self
    draw_item = optional_reference(DrawItem)
    batch = optional_reference(ImportBatch)
    monitor = optional_reference(Person)
    monitor_label = optional_text()  # a rater of an imported set
    exemption = optional_text()
    state = text("queued")  # queued, draft, submitted, released, superseded, withdrawn
    revision = whole(1)
    supersedes = optional_reference("self")
    raw_hundredths = optional_whole()
    final_hundredths = optional_whole()
    outcome = optional_text()  # pass, fail, not_scored
    mark = text("{}")  # JSON of the explained mark
    improvement_note = optional_text()
    pay_month = optional_day(index=True)
    opened_at = optional_instant()
    submitted_at = optional_instant()
    released_at = optional_instant()
    respond_by_at = optional_instant()
    seconds_spent = whole()
    due_on = optional_day()
    created_at = instant()
    version = whole(1)


class Answer(Table):
    evaluation = reference(Evaluation)
    item = text()
    value = text("{}")  # JSON of rubrics.Answer without the item key
    points_hundredths = optional_whole()  # the fraction earned × 10,000, for sums in SQL


class Evidence(Table):
    evaluation = reference(Evaluation)
    item = text()
    occurrence = whole()
    kind = text("quote")  # quote, time_span, business_record, absence
    message = optional_reference(Message)
    start = optional_whole()  # characters in the message, or milliseconds
    end = optional_whole()
    business_record = optional_reference(BusinessRecord)
    quote = text()
    searched = optional_text()  # absence: the searched range and words; time_span: from which message to which
    fact = optional_text()  # absence and time_span: the computed fact


class ImprovementNote(Table):
    """改进意见, followed to done or not done."""

    evaluation = reference(Evaluation)
    person = optional_reference(Person)
    body = text()
    due_on = optional_day()
    state = text("open")  # open, done, not_done, lapsed (a correction left nothing to improve)
    followed_by = optional_whole()
    followed_at = optional_instant()
    result = optional_text()
    version = whole(1)


class AgentResponse(Table):
    """已阅, 同意, or that an appeal was filed (the appeal itself is a dispute). Silence is never agreement."""

    evaluation = reference(Evaluation)
    kind = text("seen")  # seen, agree, appeal
    item = optional_text()
    body = optional_text()
    at = instant()
    is_on_time = flag(True)
