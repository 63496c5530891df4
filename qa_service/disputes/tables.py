"""申诉: one item of a released mark, what the agent proposes, and the verdict."""

from piccolo.table import Table

from qa_service.database.columns import (
    flag,
    instant,
    optional_instant,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.evaluations.tables import Evaluation
from qa_service.people.tables import Person


class Dispute(Table):
    evaluation = reference(Evaluation)
    item = text()
    level = whole(1)
    filed_by = reference(Person)
    reason = text()
    proposed = text("{}")  # JSON of the answer that the agent holds right
    filed_at = instant()
    decide_by_at = instant()
    is_late = flag()
    state = text("open")  # open, decided, withdrawn
    verdict = optional_text()  # keep, proposed, other
    verdict_answer = optional_text()
    verdict_reason = optional_text()
    decided_by = optional_whole()  # account
    closed_at = optional_instant()  # decided, or withdrawn
    new_evaluation = optional_reference(Evaluation)
    version = whole(1)
