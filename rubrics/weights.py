"""What each item weighs in the whole form, once it is known which items are shown and apply."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from rubrics.forms import Form, exact
from rubrics.item_plans import ItemPlan
from rubrics.marks import half_up


class Shares:
    """Effective weights for one set of shown and applicable items, as integers over `whole`."""

    __slots__ = ("parts", "whole", "texts", "hundredths", "sections", "has_any")

    def __init__(self, parts: list[Fraction], items: Sequence[ItemPlan], *, sections: int) -> None:
        self.whole = lcm(1, *(part.denominator for part in parts))
        self.parts = [part.numerator * (self.whole // part.denominator) for part in parts]
        self.texts = [str(100 * part) for part in parts]
        self.hundredths = [half_up(100 * part) for part in parts]
        self.sections = [0] * sections
        for each, part in zip(items, self.parts, strict=True):
            self.sections[each.section] += part
        self.has_any = any(parts)


def section_factors(form: Form) -> list[Fraction]:
    """The weight of each section; 1 where it has none (points and deduction mode)."""
    return [exact(section.weight) if section.weight is not None else Fraction(1) for section in form.sections]


def effective_weights(
    form: Form, items: Sequence[ItemPlan], *, factors: Sequence[Fraction], shown: int, applicable: int
) -> list[Fraction]:
    """Each item's share of the whole form (deduction: its maximum over 100); 0 where it does not count.

    The one place in which the modes and the policies for not applicable differ (DOMAIN 3).
    """
    worth = [each.worth if applicable >> n & 1 else Fraction() for n, each in enumerate(items)]
    if form.mode == "deduction":
        return [part / 100 for part in worth]
    sums = [Fraction() for _ in factors]
    spreads = form.na_policy == "spread"
    for number, each in enumerate(items):
        sums[each.section] += each.worth if spreads and shown >> number & 1 else worth[number]
    if form.mode == "points":
        raw = [part * factors[each.section] for each, part in zip(items, worth, strict=True)]
    else:
        raw = [
            part * factors[each.section] / sums[each.section] if part else part
            for each, part in zip(items, worth, strict=True)
        ]
    total = sum(raw, Fraction())
    return [part / total for part in raw] if total else raw
