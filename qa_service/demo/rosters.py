"""Shift rosters and the cleaning rota: five days on and two off, the shift changes only across the two days off.

Every calendar week then holds 40 hours and two rest days, no run is longer than five days, and nobody goes from a
late shift to an early one overnight.
"""

from calendar import monthrange
from datetime import date, timedelta

import holidays

from qa_service.demo.people import agents, leads
from qa_service.demo.shapes import CleaningDuty, Person, RosterCell

EARLY, MIDDLE, LATE, OFF = "早", "中", "晚", "休"
# Local hours of presence in seconds after midnight: 8.5 h with half an hour of unpaid break.
SHIFT_SECONDS = {EARLY: (8 * 3600, 59400), MIDDLE: (11 * 3600, 70200), LATE: (52200, 23 * 3600)}
TURNS = (EARLY, LATE, MIDDLE)
AREAS = ("办公区桌面与地面", "茶水间与垃圾桶")


def month_days(month: date) -> list[date]:
    return [month + timedelta(days=step) for step in range(monthrange(month.year, month.month)[1])]


def shift_of(place: int, day: date, *, statutory: bool) -> str:
    """Shift of the person at `place` of the list; on a statutory holiday every second person rests."""
    week, since_rest = divmod(day.toordinal() - 1 - place, 7)
    if since_rest < 2 or (statutory and (place + day.day) % 2):
        return OFF
    return TURNS[(week + place) % len(TURNS)]


def statutory_days(months: tuple[date, ...]) -> frozenset[date]:
    """The public holidays of the years of the period, without shifted rest days."""
    years = {month.year for month in months}
    return frozenset(holidays.country_holidays("CN", years=years, categories=("public",)))


def make_roster(people: tuple[Person, ...], month: date) -> tuple[RosterCell, ...]:
    """One month of all agents and the two leads, ordered by person and day; nobody before the day of hiring."""
    statutory = statutory_days((month,))
    cells = []
    for place, person in enumerate(agents(people) + leads(people)):
        for day in month_days(month):
            if day >= person.hired_on:
                cells.append(RosterCell(person.staff_no, day, shift_of(place, day, statutory=day in statutory)))
    return tuple(cells)


def make_cleaning(roster: tuple[RosterCell, ...], areas: tuple[str, ...] = AREAS) -> tuple[CleaningDuty, ...]:
    """值日表: each day one person on shift per area, whoever has had the fewest turns so far."""
    turns = dict.fromkeys((cell.staff_no for cell in roster), 0)
    present: dict[date, list[str]] = {}
    for cell in roster:
        if cell.shift != OFF:
            present.setdefault(cell.on, []).append(cell.staff_no)
    duties = []
    for day in sorted(present):
        chosen = sorted(present[day], key=lambda staff_no: (turns[staff_no], staff_no))[: len(areas)]
        for staff_no, area in zip(chosen, areas, strict=False):
            turns[staff_no] += 1
            duties.append(CleaningDuty(staff_no, day, area))
    return tuple(duties)
