"""Where the mark of a draft can still end, while items are open."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rubrics.answers import Answer
from rubrics.forms import Form
from rubrics.item_plans import ItemPlan
from rubrics.marking import base_of, capped_bonus, final_of, lowest_cap, zeroed_sections
from rubrics.marks import RunningRange, half_up
from rubrics.plans import Plan, Read, plan_of
from rubrics.weights import Shares


def running_range(form: Form, answers: Iterable[Answer]) -> RunningRange:
    """The range in which the final mark can still end, for the live tally. No completion lies outside.

    An open item that might still be left out (not applicable, or hidden by an open condition) counts 0 for the low and
    1 for the high end: leaving it out can never reach further than that.
    """
    plan = plan_of(form)
    reads = plan.read(answers)
    sure = [read.plan for read in reads if read.triggered and read.is_shown]
    feared = [read.plan for read in reads if read.could_trigger]
    open_items = tuple(read.plan.key for read in reads if read.is_open and read.plan.item.required)
    return RunningRange(
        low_hundredths=_bound(plan, reads, sure, is_high=False),
        high_hundredths=_bound(plan, reads, sure, is_high=True),
        at_worst_hundredths=_bound(plan, reads, sure + feared, is_high=False),
        cap_hundredths=_ceiling(sure),
        answered=sum(read.is_shown is True and not read.is_open for read in reads),
        open_items=open_items,
    )


def _ceiling(criticals: Sequence[ItemPlan]) -> int | None:
    lowest = lowest_cap(criticals)
    return None if lowest is None else half_up(lowest)


def _bound(plan: Plan, reads: Sequence[Read], criticals: Sequence[ItemPlan], *, is_high: bool) -> int | None:
    """The final mark when every open item goes the good way, or the bad way."""
    zeroed = zeroed_sections(criticals)
    shares = _open_shares(plan, reads, zeroed if is_high else frozenset())
    if not shares.has_any:
        shares = _open_shares(plan, reads, frozenset())
    if not shares.has_any:
        return None
    levels = [_bound_level(plan, read, is_high=is_high) for read in reads]
    bonus = capped_bonus(
        plan.form,
        (
            read.plan.bonus * Fraction(level, plan.one)
            for read, level in zip(reads, levels, strict=True)
            if read.plan.role == "bonus" and read.is_shown is not False
        ),
    )
    return half_up(final_of(plan.form, base_of(plan, shares, levels, zeroed=zeroed), bonus, criticals))


def _open_shares(plan: Plan, reads: Sequence[Read], zeroed: frozenset[int]) -> Shares:
    """Effective weights with every item that may still apply; in zeroed sections without those that need not."""
    shown = applicable = 0
    for number, read in enumerate(reads):
        if read.is_shown is False or (read.is_na and read.is_shown is None):
            continue
        may_leave = read.plan.section in zeroed and (read.is_shown is None or (read.is_open and bool(read.plan.na)))
        if read.is_shown is True or not may_leave or read.plan.na:
            shown |= 1 << number
        if not read.is_na and not may_leave:
            applicable |= 1 << number
    return plan.shares(shown, applicable)


def _bound_level(plan: Plan, read: Read, *, is_high: bool) -> int:
    """The level of an item at one end; an item that may yet be left out is taken at the full or the empty mark."""
    if read.is_shown is False or read.is_na:
        return 0
    may_leave = read.is_shown is None or (read.level is None and bool(read.plan.na))
    if may_leave and read.plan.role == "weighted":
        return plan.one if is_high else 0
    if read.is_shown is None:
        return plan.one if is_high else 0
    if read.level is not None:
        return read.level
    if not read.plan.item.required or read.plan.na:
        return int(read.plan.extremes()[1] * plan.one) if is_high else 0
    worst, best = read.plan.extremes()
    return int((best if is_high else worst) * plan.one)
