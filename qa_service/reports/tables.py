"""Report models as they were issued: page, PDF and XLSX are drawn from the same stored lines."""

from piccolo.table import Table

from qa_service.database.columns import day, instant, optional_reference, optional_text, optional_whole, text, whole
from qa_service.people.tables import Person, Unit


class Report(Table):
    kind = text()  # agent-month, training-needs, sheet
    pay_month = day()
    unit = optional_reference(Unit)
    person = optional_reference(Person)
    subject = optional_whole()  # sheet id, for a sheet
    model = text()  # canonical JSON
    digest = text()
    journal_head = optional_text()
    created_at = instant()
    version = whole(1)
