"""What people were told, and when they read it: an agent who was not told loses no days."""

from piccolo.table import Table

from qa_service.database.columns import instant, optional_instant, reference, text
from qa_service.people.tables import Person


class Notice(Table):
    person = reference(Person)
    subject = text()  # evaluation:12, event:3, sheet:4, rule:7
    sentence = text()
    facts = text("{}")
    href = text()
    created_at = instant()
    read_at = optional_instant()
