"""Structs in and out of the report room."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from qa_service.reports.model import Sheet
from qa_service.web.months import MonthText

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class IssueIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to report. agent-month: person (yourself unless told), month; training-needs: unit, month; sheet: sheet.

    The same facts give the same report: a second order answers the first one's id.
    """

    kind: Literal["agent-month", "training-needs", "sheet"]
    month: MonthText | None = None
    unit: Id | None = None
    person: Id | None = None
    sheet: Id | None = None


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """One issued report without its lines."""

    id: int
    kind: str
    kind_name: str
    pay_month: date
    unit: int | None
    unit_name: str | None
    person: int | None
    person_name: str | None
    digest: str
    journal_head: str | None
    created_at: datetime


class ReportOut(ReportLine, frozen=True, kw_only=True):
    """A report with its lines in your language: what page, PDF and XLSX draw."""

    sheet: Sheet


class ReportId(msgspec.Struct, frozen=True):
    id: int
