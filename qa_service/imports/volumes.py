"""Days on which far fewer records came than on their weekday in the weeks around. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median

import msgspec

AROUND = 4  # weeks before, and as many behind
LEAST_OTHERS, LEAST_USUAL = 3, 30  # below: nobody knows what is usual


class Break(msgspec.Struct, frozen=True):
    """A day with less than half of what its weekday usually brings."""

    on: date
    count: int
    usual: int


def breaks_in(days: Mapping[date, int]) -> list[Break]:
    """In order of days; a day between the first and the last without any record counts 0."""
    if not days:
        return []
    first, last = min(days), max(days)
    weekdays: dict[int, list[date]] = defaultdict(list)
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        weekdays[on.weekday()].append(on)
    found = []
    for same in weekdays.values():
        for place, on in enumerate(same):
            others = same[max(0, place - AROUND) : place] + same[place + 1 : place + 1 + AROUND]
            usual = median(days.get(other, 0) for other in others) if len(others) >= LEAST_OTHERS else 0
            if usual >= LEAST_USUAL and days.get(on, 0) * 2 < usual:
                found.append(Break(on, days.get(on, 0), round(usual)))
    return sorted(found, key=lambda one: one.on)
