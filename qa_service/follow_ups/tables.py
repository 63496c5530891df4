"""Promises and callbacks with a due time: who promised what to whom, kept or not."""

from piccolo.table import Table

from qa_service.database.columns import (
    instant,
    optional_instant,
    optional_reference,
    optional_text,
    optional_whole,
    reference,
    text,
    whole,
)
from qa_service.interactions.tables import Interaction
from qa_service.people.tables import Person, Unit


class FollowUp(Table):
    kind = text()  # promised_callback, complaint, repair_recheck, service_callback
    unit = reference(Unit)
    interaction = optional_reference(Interaction)
    first_handler = optional_reference(Person)
    responsible = optional_reference(Person)
    body = text()
    due_at = instant()
    done_at = optional_instant()
    done_by = optional_whole()
    result = optional_text()
    version = whole(1)
