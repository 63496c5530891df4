"""The cleaning rota (值日表): areas shared out evenly over the people who are there.

Fairness by debt: on each day everybody present owes (places of the day ÷ people present); whoever owes most comes
next. An absent person owes nothing, so nobody is made to catch up for leave.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import msgspec

from qa_service.language import N_
from qa_service.roster.errors import RotaImpossible


class Duty(msgspec.Struct, frozen=True):
    on: date
    area: str
    person: int


class Fairness(msgspec.Struct, frozen=True):
    """What one person did: duties in all, duties per area, and the exact fair share by days present."""

    person: int
    duties: int
    by_area: dict[str, int]
    fair_share: Fraction


class Rota(msgspec.Struct, frozen=True):
    duties: tuple[Duty, ...]
    fairness: tuple[Fairness, ...]


def cleaning_rota(
    people: Sequence[int],
    areas: Sequence[str],
    *,
    dates: Sequence[date],
    absent: Mapping[date, frozenset[int]] | None = None,
    owed: Mapping[int, Fraction] | None = None,
) -> Rota:
    """One person for each area and date, rotating evenly.

    Ties go to whoever did this area least often, then to the one whose last duty is longest ago, then by the order of
    `people`: the same input gives the same rota. `owed` carries debt over from earlier months
    (fair share − duties). Raises RotaImpossible when nobody is there, or there is nothing to clean.
    """
    _check(people, areas, dates)
    debt = {person: Fraction((owed or {}).get(person, 0)) for person in people}
    share = dict.fromkeys(people, Fraction(0))
    duties: list[Duty] = []
    for on in sorted(dates):
        here = [person for person in people if person not in (absent or {}).get(on, frozenset())]
        if not here:
            raise RotaImpossible(on=on.isoformat(), reason=N_("没有人在岗"))
        for person in here:
            debt[person] += Fraction(len(areas), len(here))
            share[person] += Fraction(len(areas), len(here))
        for area in areas:
            person = _next(here, area, on=on, debt=debt, duties=duties)
            debt[person] -= 1
            duties.append(Duty(on, area, person))
    return Rota(tuple(duties), tuple(_fairness(person, areas, duties, share=share[person]) for person in people))


def _check(people: Sequence[int], areas: Sequence[str], dates: Sequence[date]) -> None:
    first = min(dates).isoformat() if dates else ""
    for given, reason in (
        (dates, N_("没有日期")),
        (people, N_("没有人员")),
        (areas, N_("没有值日区域")),
    ):
        if not given:
            raise RotaImpossible(on=first, reason=reason)
        if len(set(given)) != len(given):
            raise RotaImpossible(on=first, reason=N_("人员、区域或日期有重复"))


def _next(here: list[int], area: str, *, on: date, debt: Mapping[int, Fraction], duties: list[Duty]) -> int:
    today = {duty.person for duty in duties if duty.on == on}
    last = {duty.person: duty.on for duty in duties}

    def rank(person: int) -> tuple:
        times = sum(duty.person == person and duty.area == area for duty in duties)
        return person in today, -debt[person], times, last.get(person, date.min), here.index(person)

    return min(here, key=rank)


def _fairness(person: int, areas: Sequence[str], duties: list[Duty], *, share: Fraction) -> Fairness:
    own = [duty.area for duty in duties if duty.person == person]
    return Fairness(person, len(own), {area: own.count(area) for area in areas}, share)
