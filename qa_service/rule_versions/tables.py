"""Every dated rule of the house in one shape: forms, KPI weights, sampling plans, reward schemes, flag settings."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    instant,
    optional_day,
    optional_instant,
    optional_text,
    optional_whole,
    text,
    whole,
)


class RuleVersion(Table):
    """A published version is immutable; a change is a new version with its own day, approver and papers.

    It may drive money only with approver, consultation and publication attached (劳动合同法 4).
    """

    kind = text()  # form, kpis, sampling, rewards, flags, shifts, training, probation, law
    code = text()
    version = whole(1)
    name = text()
    name_en = text()
    definition = text()  # canonical JSON
    digest = text()
    from_on = day()
    source = text()
    state = text("draft")  # draft, published, archived
    barred_from_money = flag()
    drafted_by = optional_whole()  # account
    approved_by = optional_whole()  # account
    approver_label = optional_text()
    approved_at = optional_instant()
    consulted_on = optional_day()
    consultation = optional_text()
    published_on = optional_day()
    publication = optional_text()
    created_at = instant()
    row_version = whole(1)
