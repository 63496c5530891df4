"""From the answers of one evaluation to its mark, exactly.

Everything rests on one sentence: **base = 100 − Σ cost; an item costs its effective weight × (1 − its fraction)**.
The modes differ only in the effective weight of an item: its share of its section's share (percent), its section's
factor × its maximum over all such (points), its maximum in points of 100 (deduction; floor 0). Then come the bonus
under its cap, the form's cap, and the critical effects. All numbers are rational; each figure shown is rounded once,
half-up.
"""

from collections.abc import Iterable, Sequence, Set
from fractions import Fraction

from rubrics.answers import Answer
from rubrics.forms import Form, exact
from rubrics.item_plans import ItemPlan
from rubrics.marks import CriticalMark, ItemMark, ItemState, Mark, SectionMark, half_up
from rubrics.plans import Plan, Read, plan_of
from rubrics.weights import Shares


def mark(form: Form, answers: Iterable[Answer]) -> Mark:
    """The mark that the answers earn on the form. The order of the answers does not matter.

    Raises AnswersRefused when an answer does not fit the form; missing answers are no error (state incomplete), and
    causes and evidence are the matter of `check_answers`.
    """
    plan = plan_of(form)
    reads = plan.read(answers)
    missing = tuple(read.plan.key for read in reads if read.is_open and read.plan.item.required)
    shares = plan.shares(_mask(reads, shown=True), _mask(reads, shown=False))
    criticals = [read.plan for read in reads if read.triggered and read.is_shown]
    if missing or not shares.has_any:
        base = final = None
    else:
        levels = [read.level or 0 for read in reads]
        base = base_of(plan, shares, levels)
        zeroed = zeroed_sections(criticals)
        kept = base_of(plan, shares, levels, zeroed=zeroed) if zeroed else base
        final = final_of(form, kept, _bonus(plan, reads), criticals)
    return _result(plan, reads, shares, base=base, final=final, missing=missing, criticals=criticals)


def _mask(reads: Sequence[Read], *, shown: bool) -> int:
    """Bits of the items that are shown, or (shown=False) that are shown and apply."""
    mask = 0
    for number, read in enumerate(reads):
        if read.is_shown and (shown or not read.is_na):
            mask |= 1 << number
    return mask


def base_of(plan: Plan, shares: Shares, levels: Sequence[int], *, zeroed: Set[int] = frozenset()) -> Fraction:
    """100 − Σ cost, not below 0; sections in `zeroed` lose all."""
    one, lost = plan.one, 0
    for each, part, level in zip(plan.items, shares.parts, levels, strict=True):
        if part:
            lost += part * (one if each.section in zeroed else one - level)
    return max(Fraction(), 100 - Fraction(100 * lost, shares.whole * one))


def _bonus(plan: Plan, reads: Sequence[Read]) -> Fraction:
    return capped_bonus(
        plan.form,
        (
            read.plan.bonus * Fraction(read.level, plan.one)
            for read in reads
            if read.plan.role == "bonus" and read.is_shown and read.level
        ),
    )


def capped_bonus(form: Form, parts: Iterable[Fraction]) -> Fraction:
    """Bonus points under the form's bonus cap."""
    total = sum(parts, Fraction())
    return total if form.bonus_cap is None else min(total, exact(form.bonus_cap))


def final_of(form: Form, base: Fraction, bonus: Fraction, criticals: Sequence[ItemPlan]) -> Fraction:
    """min(cap, base + bonus), then the ceilings of the critical items; zeroed sections are already in the base."""
    final = min(exact(form.cap), base + bonus)
    ceiling = lowest_cap(criticals)
    return final if ceiling is None else min(final, ceiling)


def effect_of(each: ItemPlan) -> str | None:
    """What a critical item does when it is triggered; None for other items."""
    return each.item.critical.effect if each.item.critical is not None else None


def zeroed_sections(criticals: Sequence[ItemPlan]) -> frozenset[int]:
    """Sections that a triggered critical item sets to 0."""
    return frozenset(each.section for each in criticals if effect_of(each) == "section_0")


def lowest_cap(criticals: Sequence[ItemPlan]) -> Fraction | None:
    """The ceiling that triggered critical items set to the final mark; None when none does."""
    caps = []
    for each in criticals:
        critical = each.item.critical
        assert critical is not None
        if critical.effect == "form_0":
            caps.append(Fraction())
        elif critical.effect == "cap_at" and critical.cap is not None:
            caps.append(exact(critical.cap))
    return min(caps, default=None)


def _result(
    plan: Plan,
    reads: Sequence[Read],
    shares: Shares,
    *,
    base: Fraction | None,
    final: Fraction | None,
    missing: tuple[str, ...],
    criticals: Sequence[ItemPlan],
) -> Mark:
    scale = 2 * shares.whole * plan.one
    return Mark(
        state="incomplete" if missing else "not_scored" if base is None else "scored",
        base_hundredths=None if base is None else half_up(base),
        bonus_hundredths=half_up(_bonus(plan, reads)),
        final_hundredths=None if final is None else half_up(final),
        base=None if base is None else str(base),
        final=None if final is None else str(final),
        outcome=None if missing else "fail" if criticals else "not_scored" if base is None else "pass",
        criticals=tuple(_critical_mark(each) for each in criticals),
        missing=missing,
        items=tuple(_item_mark(plan, read, shares, number=n, scale=scale) for n, read in enumerate(reads)),
        sections=tuple(
            _section_mark(plan, reads, shares, number=n, criticals=criticals) for n in range(len(plan.form.sections))
        ),
        losable_hundredths=sum(shares.hundredths) if plan.form.mode == "deduction" else None,
    )


def _item_mark(plan: Plan, read: Read, shares: Shares, *, number: int, scale: int) -> ItemMark:
    each, part, state = read.plan, shares.parts[number], _state(read)
    level = read.level if read.is_shown else None
    earned = cost = bonus = fraction = None
    if level is not None and part:
        earned = (20_000 * part * level + scale // 2) // scale
        cost = (20_000 * part * (plan.one - level) + scale // 2) // scale
    if level is not None and state == "bonus":
        bonus = half_up(each.bonus * Fraction(level, plan.one))
    if level is not None and state != "noted":
        fraction = plan.text(level)
    return ItemMark(
        key=each.key,
        section=plan.form.sections[each.section].key,
        state=state,
        is_shown=read.is_shown is True,
        is_applicable=read.is_shown is True and not read.is_na,
        fraction=fraction,
        weight=shares.texts[number],
        weight_hundredths=shares.hundredths[number],
        earned_hundredths=earned,
        cost_hundredths=cost,
        bonus_hundredths=bonus,
        critical=effect_of(each) if read.triggered and read.is_shown else None,
    )


def _state(read: Read) -> ItemState:
    if not read.is_shown:
        return "hidden"
    if read.is_na:
        return "not_applicable"
    if read.level is None:
        return "missing" if read.plan.item.required else "left_out"
    role = read.plan.role
    return "scored" if role == "weighted" else role  # type: ignore[return-value]


def _section_mark(
    plan: Plan, reads: Sequence[Read], shares: Shares, *, number: int, criticals: Sequence[ItemPlan]
) -> SectionMark:
    whole = shares.sections[number]
    earned = sum(
        part * (read.level or 0)
        for read, part in zip(reads, shares.parts, strict=True)
        if part and read.plan.section == number
    )
    is_open = any(read.is_open and read.plan.role == "weighted" for read in reads if read.plan.section == number)
    has_fraction = bool(whole) and not is_open
    weight = Fraction(100 * whole, shares.whole)
    share = Fraction(100 * earned, shares.whole * plan.one)
    return SectionMark(
        key=plan.form.sections[number].key,
        weight_hundredths=half_up(weight),
        fraction=str(Fraction(earned, whole * plan.one)) if has_fraction else None,
        earned_hundredths=half_up(share) if has_fraction else None,
        cost_hundredths=half_up(weight - share) if has_fraction else None,
        is_zeroed=any(each.section == number and effect_of(each) == "section_0" for each in criticals),
    )


def _critical_mark(each: ItemPlan) -> CriticalMark:
    critical = each.item.critical
    assert critical is not None
    cap = half_up(exact(critical.cap)) if critical.cap is not None else None
    return CriticalMark(item=each.key, kind=critical.kind, effect=critical.effect, cap_hundredths=cap)
