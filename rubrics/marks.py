"""What a mark says: of every item, every section, the whole form, and of a draft where it can still end."""

from fractions import Fraction
from typing import Literal

import msgspec

RULE_VERSION = "mark-1"

ItemState = Literal["scored", "bonus", "guard", "noted", "not_applicable", "hidden", "missing", "left_out"]


class ItemMark(msgspec.Struct, frozen=True, kw_only=True):
    """One item's part in a mark.

    `state`: scored (in the base), bonus, guard (critical only), noted (text, date), not_applicable, hidden, missing
    (must still be answered) or left_out (need not be). `fraction` and `weight` are exact texts ("1/3"; weight in
    percent of the form, in deduction mode in points). Hundredths are rounded half-up. `critical` is the effect when
    triggered. `cost_hundredths` is what was lost of the base.
    """

    key: str
    section: str
    state: ItemState
    is_shown: bool
    is_applicable: bool
    fraction: str | None
    weight: str
    weight_hundredths: int
    earned_hundredths: int | None
    cost_hundredths: int | None
    bonus_hundredths: int | None
    critical: str | None


class SectionMark(msgspec.Struct, frozen=True, kw_only=True):
    """One section's part: its effective weight, fraction and cost; `is_zeroed` by a critical item."""

    key: str
    weight_hundredths: int
    fraction: str | None
    earned_hundredths: int | None
    cost_hundredths: int | None
    is_zeroed: bool


class CriticalMark(msgspec.Struct, frozen=True, kw_only=True):
    """A critical item that was triggered: its class, its effect, and the cap for cap_at."""

    item: str
    kind: str
    effect: str
    cap_hundredths: int | None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The mark of one evaluation.

    `base_hundredths` is raw: before bonus, caps and critical effects. State incomplete names the `missing` items;
    not_scored means that nothing applied: then base and final are None, never 0 or 100. `outcome` is fail when any
    critical item was triggered, not_scored when nothing applied, None while incomplete. `base` and `final` are exact
    texts. In deduction mode `losable_hundredths` is what the applicable items could have lost together.
    """

    state: Literal["scored", "not_scored", "incomplete"]
    base_hundredths: int | None
    bonus_hundredths: int
    final_hundredths: int | None
    base: str | None
    final: str | None
    outcome: Literal["pass", "fail", "not_scored"] | None
    criticals: tuple[CriticalMark, ...]
    missing: tuple[str, ...]
    items: tuple[ItemMark, ...]
    sections: tuple[SectionMark, ...]
    losable_hundredths: int | None
    rule: str = RULE_VERSION


class RunningRange(msgspec.Struct, frozen=True, kw_only=True):
    """Where the final mark can still end.

    `low_hundredths`: every open item at its worst, critical effects only where already triggered (what is earned).
    `high_hundredths`: every open item at its best. `at_worst_hundredths`: as low, with every critical item that could
    still be triggered. `cap_hundredths`: the ceiling that triggered items have set. None when nothing can be scored.
    """

    low_hundredths: int | None
    high_hundredths: int | None
    at_worst_hundredths: int | None
    cap_hundredths: int | None
    answered: int
    open_items: tuple[str, ...]


def half_up(number: Fraction) -> int:
    """A number of points in hundredths, rounded once, half-up.

    >>> half_up(Fraction(75, 8))
    938
    """
    return (200 * number.numerator + number.denominator) // (2 * number.denominator)
