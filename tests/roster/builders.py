"""Builders for roster tests: March 2026 has no holiday; the 2nd is a Monday."""

from datetime import date
from pathlib import Path

import rubrics
from qa_service.calendar.rules import CHINA
from qa_service.roster import gate as gates
from qa_service.roster.rules import Cell, PersonFacts, Plan, ShiftType
from rubrics.parameters import load

LAW = load(Path(rubrics.__file__).parent / "library" / "law" / "hours.toml")
DAY = ShiftType(code="day", name="白班", start_minute=540, end_minute=1080, unpaid_break_minutes=60)  # 9-18, 8 h
SHORT = ShiftType(code="short", start_minute=540, end_minute=840)  # 9-14, 5 h
NIGHT = ShiftType(code="night", name="夜班", start_minute=1320, end_minute=1800, unpaid_break_minutes=60)  # 22-6, 7 h
ANN = 7


def make_cell(on, shift=DAY, **more):
    on = on if isinstance(on, date) else date(2026, 3, on)
    return Cell(person=more.pop("person", ANN), on=on, shift=shift, **more)


def make_plan(*cells, first_on=None, last_on=None):
    return Plan(first_on or min(cell.on for cell in cells), last_on or max(cell.on for cell in cells), tuple(cells))


def judge(*cells, calendar=CHINA, first_on=None, last_on=None, **facts):
    """Violations of one person's cells."""
    people = {ANN: PersonFacts(person=ANN, **facts)}
    return gates.gate(make_plan(*cells, first_on=first_on, last_on=last_on), people, calendar=calendar, parameters=LAW)


def bites(rule, *cells, **facts):
    """The dates on which one rule bites."""
    return [each.on for each in judge(*cells, **facts) if each.rule == rule]
