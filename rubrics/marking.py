"""From the answers of one evaluation to its mark, exactly.

Everything rests on one sentence: **base = 100 − Σ cost; an item costs its effective weight × (1 − its fraction)**.
The modes differ only in the effective weight of an item: its share of its section's share (percent), its section's
factor × its maximum over all such (points), its maximum in points of 100 (deduction; floor 0). Then come the bonus
under its cap, the form's cap, and the critical effects. All numbers are rational; each figure shown is rounded once,
half-up.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any, Literal

import msgspec

from rubrics.errors import AnswersRefused, Problem, problem
from rubrics.forms import (
    EVIDENCE_NAMES,
    UNSCORED,
    Condition,
    EvidenceKind,
    Exact,
    Form,
    Item,
    Reason,
    exact,
    first_control,
    full_worth,
    is_bonus,
    is_weighted,
    possible_worth,
)

RULE_VERSION = "mark-1"
MAX_ANSWER_TEXT = 4000

ItemState = Literal["scored", "bonus", "guard", "noted", "not_applicable", "hidden", "missing", "left_out"]


class Occurrence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One time that a repeating fault happened; its evidence is attached under its index, counted from 0."""

    note: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a monitor answered to one item.

    `choices`: yes or no, or option keys; `none_chosen` says of a multiple choice that none fits. `number` is for scale
    and number items. A repeating deduction lists its `occurrences`; no occurrence is the good answer in `choices`.
    """

    item: str
    choices: tuple[str, ...] = ()
    none_chosen: bool = False
    number: Exact | None = None
    text: str = ""
    on: date | None = None
    na_reason: str | None = None
    occurrences: tuple[Occurrence, ...] = ()
    cause: str | None = None
    note: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """That evidence of a kind is attached to an item (to one occurrence of it)."""

    item: str
    kind: EvidenceKind
    occurrence: int = 0


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
        base = plan.base(shares, reads, zeroed=frozenset())
        zeroed = frozenset(each.section for each in criticals if _effect(each) == "section_0")
        final = plan.final(plan.base(shares, reads, zeroed=zeroed) if zeroed else base, plan.bonus(reads), criticals)
    return _mark(plan, reads, shares, base=base, final=final, missing=missing, criticals=criticals)


def check_answers(form: Form, answers: Iterable[Answer], evidence: Iterable[Evidence] = ()) -> list[Problem]:
    """Everything that keeps an evaluation from being submitted, item by item; empty when it may be.

    Answers that do not fit the form, missing answers, missing causes of a low mark, deductions without evidence of the
    declared kind. `at` of a problem is the item's key.
    """
    plan, answers, evidence = plan_of(form), list(answers), list(evidence)
    found: list[Problem] = []
    reads = plan.read(answers, found=found)
    refused = {each.at for each in found}
    for read in reads:
        if read.plan.key in refused or not read.is_shown:
            continue
        if read.is_open and read.plan.item.required:
            found.append(_say("answer-missing", read.plan.item))
        elif read.answer is not None and not read.is_open:
            found += _text_problems(read) + _cause_problems(plan, read)
            found += _evidence_problems(plan, read, [each for each in evidence if each.item == read.plan.key])
    known = {each.key for each in plan.items}
    found += [problem("item-unknown", each.item, item=each.item) for each in evidence if each.item not in known]
    order = {each.key: number for number, each in enumerate(plan.items)}
    return sorted(found, key=lambda each: order.get(each.at, len(order)))


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


def half_up(number: Fraction) -> int:
    """A number of points in hundredths, rounded once, half-up.

    >>> half_up(Fraction(75, 8))
    938
    """
    return (200 * number.numerator + number.denominator) // (2 * number.denominator)


# ---- the form, prepared once


class ItemPlan:
    """An item with its fractions as integers over the plan's common denominator."""

    __slots__ = (
        *("item", "key", "section", "role", "worth", "bonus"),
        *("levels", "steps", "is_loss", "denominator", "na", "shown_by"),
    )

    def __init__(self, form: Form, item: Item, section: int) -> None:
        self.item, self.key, self.section = item, item.key, section
        self.na = frozenset(reason.key for reason in item.na_reasons)
        self.is_loss = form.mode == "deduction" and not is_bonus(item)
        self.role = _role(form, item)
        self.worth = _item_worth(form, item) if self.role == "weighted" else Fraction()
        self.bonus = exact(item.bonus) if item.bonus is not None else Fraction()
        self.levels, self.steps = _levels(item, is_loss=self.is_loss)
        self.denominator = lcm(
            1, *(level.denominator for level in self.levels.values()), *(s.denominator for s in self.steps)
        )
        self.shown_by: int | None = None

    def fraction(self, answer: Answer) -> Fraction:
        """How good the answer is, 0 to 1. Raises _Unfit when the answer does not belong to the item."""
        return _FRACTIONS[self.item.type](self, answer)

    def extremes(self) -> tuple[Fraction, Fraction]:
        """The worst and the best fraction that an answer can have."""
        if self.item.repeats:
            return Fraction(), Fraction(1)
        if self.item.type == "multiple":
            total = min(Fraction(1), sum(self.levels.values(), Fraction()))
            return (1 - total, Fraction(1)) if self.is_loss else (Fraction(), total)
        if self.item.type in ("scale", *UNSCORED):
            return Fraction(), Fraction(1)
        return min(self.levels.values()), max(self.levels.values())


class _Unfit(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def _role(form: Form, item: Item) -> str:
    if item.type in UNSCORED:
        return "noted"
    if is_bonus(item):
        return "bonus"
    return "weighted" if is_weighted(form, item) else "guard"


def _item_worth(form: Form, item: Item) -> Fraction:
    worth = exact(item.weight) if form.mode == "percent" and item.weight is not None else full_worth(item)
    return worth if worth is not None else Fraction()


def _levels(item: Item, *, is_loss: bool) -> tuple[dict[str, Fraction], tuple[Fraction, ...]]:
    """The fraction of each answer key (multiple: the share of each option; number: of each range, by its index), and
    further fractions in whose steps the item can move."""
    full, one = full_worth(item), Fraction(1)
    if item.type == "yes_no":
        lost = exact(item.points) / full if is_loss and item.points is not None and full else one
        bad = "no" if item.good == "yes" else "yes"
        return {item.good: one, bad: one - min(one, lost)}, (lost,)
    if item.type == "scale" and item.scale is not None:
        return {}, (exact(item.scale.step) / (exact(item.scale.max) - exact(item.scale.min)),)
    keys = item.answer_keys() if item.options else tuple(str(n) for n in range(len(possible_worth(item))))
    if worth := possible_worth(item):
        shares = [points / (full or one) for points in worth]
    elif item.type == "multiple":
        shares = [Fraction(1, len(keys)) for _ in keys]
    else:
        return {key: one - Fraction(n, max(1, len(keys) - 1)) for n, key in enumerate(keys)}, ()
    if is_loss and item.type != "multiple":
        return {key: one - min(one, share) for key, share in zip(keys, shares, strict=True)}, tuple(shares)
    return dict(zip(keys, shares, strict=True)), ()


def _choice_fraction(plan: ItemPlan, answer: Answer) -> Fraction:
    item = plan.item
    if len(answer.choices) > 1:
        raise _Unfit("answer-one")
    if answer.choices and answer.choices[0] not in plan.levels:
        raise _Unfit("answer-unknown", value=answer.choices[0], wanted=", ".join(plan.levels))
    if not answer.occurrences:
        if not answer.choices:
            raise _Unfit("answer-kind", wanted="选择", wanted_en="a choice")
        return plan.levels[answer.choices[0]]
    chosen = answer.choices[0] if answer.choices else None
    if chosen is None and item.type == "yes_no":
        chosen = "no" if item.good == "yes" else "yes"
    if not item.repeats or chosen is None or plan.levels[chosen] == 1:
        raise _Unfit("occurrences-not-allowed")
    return 1 - min(Fraction(1), _one_loss(item, chosen) * len(answer.occurrences))


def _one_loss(item: Item, chosen: str) -> Fraction:
    """What one occurrence costs, as a share of the item's maximum."""
    points = next((option.points for option in item.options if option.key == chosen), item.points)
    full = full_worth(item)
    return exact(points) / full if points is not None and full else Fraction(1)


def _multiple_fraction(plan: ItemPlan, answer: Answer) -> Fraction:
    if bool(answer.choices) == answer.none_chosen:
        raise _Unfit("answer-kind", wanted="选择，或注明都不选", wanted_en="choices, or that none fits")
    if unknown := [key for key in answer.choices if key not in plan.levels]:
        raise _Unfit("answer-unknown", value=unknown[0], wanted=", ".join(plan.levels))
    total = min(Fraction(1), sum((plan.levels[key] for key in dict.fromkeys(answer.choices)), Fraction()))
    return 1 - total if plan.is_loss else total


def _measured(answer: Answer, low: Fraction, high: Fraction, *, step: Fraction) -> Fraction:
    if answer.number is None:
        raise _Unfit("answer-kind", wanted="数值", wanted_en="a number")
    try:
        number = exact(answer.number)
    except ValueError:
        raise _Unfit("answer-kind", wanted="精确的数值", wanted_en="an exact number") from None
    if not low <= number <= high:
        raise _Unfit("number-range", value=answer.number, low=low, high=high)
    if (number - low) % step:
        raise _Unfit("number-step", value=answer.number, wanted=step)
    return number


def _scale_fraction(plan: ItemPlan, answer: Answer) -> Fraction:
    scale = plan.item.scale
    assert scale is not None
    low, high = exact(scale.min), exact(scale.max)
    return (_measured(answer, low, high, step=exact(scale.step)) - low) / (high - low)


def _number_fraction(plan: ItemPlan, answer: Answer) -> Fraction:
    number = plan.item.number
    assert number is not None
    value = _measured(answer, exact(number.ranges[0].low), exact(number.ranges[-1].high), step=exact(number.step))
    index = next(n for n, part in enumerate(number.ranges) if value <= exact(part.high))
    return plan.levels[str(index)]


def _text_fraction(plan: ItemPlan, answer: Answer) -> Fraction:
    if plan.item.type == "date" and answer.on is None:
        raise _Unfit("answer-kind", wanted="日期", wanted_en="a date")
    if plan.item.type == "text" and not answer.text.strip():
        raise _Unfit("answer-kind", wanted="文字", wanted_en="a text")
    return Fraction(1)


_FRACTIONS: dict[str, Callable[[ItemPlan, Answer], Fraction]] = {
    "yes_no": _choice_fraction,
    "single": _choice_fraction,
    "multiple": _multiple_fraction,
    "scale": _scale_fraction,
    "number": _number_fraction,
    "text": _text_fraction,
    "date": _text_fraction,
}


class Shares:
    """Effective weights for one set of shown and applicable items, as integers over `whole`."""

    __slots__ = ("parts", "whole", "texts", "hundredths", "sections", "has_any")

    def __init__(self, parts: list[Fraction], plan: "Plan") -> None:
        self.whole = lcm(1, *(part.denominator for part in parts))
        self.parts = [part.numerator * (self.whole // part.denominator) for part in parts]
        self.texts = [str(100 * part) for part in parts]
        self.hundredths = [half_up(100 * part) for part in parts]
        self.sections = [0] * len(plan.form.sections)
        for each, part in zip(plan.items, self.parts, strict=True):
            self.sections[each.section] += part
        self.has_any = any(parts)


class Read:
    """One item as answered: shown (None while a condition is open), its level, and whether it is critical now."""

    __slots__ = ("plan", "answer", "is_shown", "level", "is_na", "triggered")

    def __init__(self, plan: ItemPlan, answer: Answer | None) -> None:
        self.plan, self.answer = plan, answer
        self.is_shown: bool | None = True
        self.level: int | None = None
        self.is_na = self.triggered = False

    @property
    def is_open(self) -> bool:
        return self.is_shown is True and self.level is None and not self.is_na

    @property
    def could_trigger(self) -> bool:
        """Critical, and not yet known to be harmless or hidden."""
        if self.plan.item.critical is None or self.is_shown is False or self.is_na:
            return False
        return self.is_open or (self.is_shown is None and (self.level is None or self.triggered))


class Plan:
    """A form prepared for marking: levels over one denominator, effective weights remembered per applicable set."""

    def __init__(self, form: Form) -> None:
        self.form = form
        numbers = {section.key: number for number, section in enumerate(form.sections)}
        self.items = [ItemPlan(form, item, numbers[section.key]) for section, item in form.items()]
        self.index = {each.key: number for number, each in enumerate(self.items)}
        for each in self.items:
            each.shown_by = self.index[each.item.shown_when.item] if each.item.shown_when is not None else None
        self.one = lcm(1, *(each.denominator for each in self.items))
        self.factors = [
            exact(section.weight) if section.weight is not None else Fraction(1) for section in form.sections
        ]
        self._shares: dict[tuple[int, int], Shares] = {}
        self._levels: dict[tuple[str, tuple[str, ...], Exact | None], int] = {}
        self._texts: dict[int, str] = {}

    def read(self, answers: Iterable[Answer], found: list[Problem] | None = None) -> list[Read]:
        """Every item with its answer. Unfit answers go to `found`, or raise AnswersRefused when there is no list."""
        problems: list[Problem] = [] if found is None else found
        given = self._given(answers, problems)
        reads: list[Read] = []
        for each in self.items:
            read = Read(each, given.get(each.key))
            if each.shown_by is not None:
                read.is_shown = _is_met(each.item.shown_when, reads[each.shown_by])
            if read.answer is not None:
                self._level(read, problems)
            reads.append(read)
        if problems and found is None:
            raise AnswersRefused(problems, self.form.code)
        return reads

    def _given(self, answers: Iterable[Answer], problems: list[Problem]) -> dict[str, Answer]:
        given: dict[str, Answer] = {}
        for answer in answers:
            if answer.item not in self.index:
                problems.append(problem("item-unknown", answer.item, item=answer.item))
            elif answer.item in given:
                problems.append(_say("answer-twice", self.items[self.index[answer.item]].item))
            else:
                given[answer.item] = answer
        return given

    def _level(self, read: Read, problems: list[Problem]) -> None:
        each, answer = read.plan, read.answer
        assert answer is not None
        is_answered = bool(
            answer.choices or answer.number is not None or answer.occurrences or answer.none_chosen or answer.on
        ) or bool(answer.text.strip())
        try:
            if answer.na_reason is not None:
                _check_na(each, answer.na_reason, is_answered=is_answered)
                read.is_na = True
            elif is_answered:
                read.level = self._level_of(each, answer)
                read.triggered = read.is_shown is not False and _is_triggered(each, answer, read.level, one=self.one)
        except _Unfit as unfit:
            problems.append(_say(unfit.code, each.item, **unfit.facts))

    def _level_of(self, each: ItemPlan, answer: Answer) -> int:
        """The answer's fraction over `one`; plain answers are remembered."""
        key = (each.key, answer.choices, answer.number)
        is_plain = not (answer.occurrences or answer.none_chosen or each.role == "noted")
        if is_plain and (level := self._levels.get(key)) is not None:
            return level
        fraction = each.fraction(answer)
        level = fraction.numerator * (self.one // fraction.denominator)
        if is_plain and len(self._levels) < 20_000:
            self._levels[key] = level
        return level

    def text(self, level: int) -> str:
        """The fraction as an exact text, as "1/3"."""
        if level not in self._texts and len(self._texts) < 20_000:
            self._texts[level] = str(Fraction(level, self.one))
        return self._texts.get(level) or str(Fraction(level, self.one))

    def shares(self, shown: int, applicable: int) -> Shares:
        """Effective weights when these items (bit masks in the order of the form) are shown and apply."""
        key = (shown, applicable)
        if key not in self._shares:
            if len(self._shares) >= 4096:
                self._shares.clear()
            self._shares[key] = Shares(_effective_weights(self, shown, applicable), self)
        return self._shares[key]

    def base(self, shares: Shares, reads: Sequence[Read], *, zeroed: frozenset[int]) -> Fraction:
        """100 − Σ cost, not below 0; sections in `zeroed` lose all."""
        levels = [read.level or 0 for read in reads]
        return self.base_of(shares, levels, zeroed=zeroed)

    def base_of(self, shares: Shares, levels: list[int], *, zeroed: frozenset[int]) -> Fraction:
        one = self.one
        lost = 0
        for each, part, level in zip(self.items, shares.parts, levels, strict=True):
            if part:
                lost += part * (one if each.section in zeroed else one - level)
        return max(Fraction(), 100 - Fraction(100 * lost, shares.whole * one))

    def bonus(self, reads: Sequence[Read]) -> Fraction:
        """Bonus points under the form's bonus cap."""
        return self.capped_bonus(
            read.plan.bonus * Fraction(read.level, self.one)
            for read in reads
            if read.plan.role == "bonus" and read.is_shown and read.level
        )

    def capped_bonus(self, parts: Iterable[Fraction]) -> Fraction:
        total = sum(parts, Fraction())
        return total if self.form.bonus_cap is None else min(total, exact(self.form.bonus_cap))

    def final(self, base: Fraction, bonus: Fraction, criticals: Sequence[ItemPlan]) -> Fraction:
        """min(cap, base + bonus), then the ceilings of the critical items; zeroed sections are already in the base."""
        final = min(exact(self.form.cap), base + bonus)
        ceiling = _lowest_cap(criticals)
        return final if ceiling is None else min(final, ceiling)


@lru_cache(maxsize=512)
def plan_of(form: Form) -> Plan:
    """The prepared form; equal forms share one."""
    return Plan(form)


def _check_na(each: ItemPlan, reason: str, *, is_answered: bool) -> None:
    if not each.na:
        raise _Unfit("na-not-allowed")
    if reason not in each.na:
        raise _Unfit("na-reason", **_names(each.item.na_reasons))
    if is_answered:
        raise _Unfit("na-and-answer")


def _names(reasons: Sequence[Reason]) -> dict[str, Any]:
    return {
        "wanted": "、".join(reason.name for reason in reasons) or "-",
        "wanted_en": ", ".join(reason.name_en or reason.name for reason in reasons) or "-",
    }


def _say(code: str, item: Item, *, field: str = "", **facts: object) -> Problem:
    return problem(code, item.key, field=field, item=item.text, item_en=item.text_en or item.text, **facts)


def _is_met(condition: Condition | None, on: Read) -> bool | None:
    """Whether the item is shown: None while the earlier item, or its own condition, is open."""
    assert condition is not None
    if on.is_shown is False or on.is_na:
        return False
    if on.level is None:
        return None
    answer = on.answer
    assert answer is not None
    met = any(key in condition.answers for key in _chosen(on.plan.item, answer))
    if answer.number is not None and (condition.at_least is not None or condition.at_most is not None):
        number = exact(answer.number)
        met = condition.at_least is None or number >= exact(condition.at_least)
        met = met and (condition.at_most is None or number <= exact(condition.at_most))
    return on.is_shown if met else False


def _chosen(item: Item, answer: Answer) -> tuple[str, ...]:
    """The choices, with the bad answer for a yes-no item that lists occurrences only."""
    if answer.choices or not answer.occurrences or item.type != "yes_no":
        return answer.choices
    return ("no",) if item.good == "yes" else ("yes",)


def _is_triggered(each: ItemPlan, answer: Answer, level: int, *, one: int) -> bool:
    critical = each.item.critical
    if critical is None:
        return False
    if critical.below_percent is not None:
        return 100 * level < exact(critical.below_percent) * one
    return any(key in critical.answers for key in _chosen(each.item, answer))


def _mask(reads: Sequence[Read], *, shown: bool) -> int:
    """Bits of the items that are shown, or (shown=False) that are shown and apply."""
    mask = 0
    for number, read in enumerate(reads):
        if read.is_shown and (shown or not read.is_na):
            mask |= 1 << number
    return mask


def _effective_weights(plan: Plan, shown: int, applicable: int) -> list[Fraction]:
    """Each item's share of the whole form (deduction: its maximum over 100); 0 where it does not count.

    The one place in which the modes and the policies for not applicable differ (DOMAIN 3).
    """
    worth = [each.worth if applicable >> n & 1 else Fraction() for n, each in enumerate(plan.items)]
    if plan.form.mode == "deduction":
        return [part / 100 for part in worth]
    sums = [Fraction() for _ in plan.factors]
    spreads = plan.form.na_policy == "spread"
    for number, each in enumerate(plan.items):
        sums[each.section] += each.worth if spreads and shown >> number & 1 else worth[number]
    if plan.form.mode == "points":
        raw = [part * plan.factors[each.section] for each, part in zip(plan.items, worth, strict=True)]
    else:
        raw = [
            part * plan.factors[each.section] / sums[each.section] if part else part
            for each, part in zip(plan.items, worth, strict=True)
        ]
    total = sum(raw, Fraction())
    return [part / total for part in raw] if total else raw


def _effect(each: ItemPlan) -> str | None:
    return each.item.critical.effect if each.item.critical is not None else None


def _lowest_cap(criticals: Sequence[ItemPlan]) -> Fraction | None:
    caps = []
    for each in criticals:
        critical = each.item.critical
        assert critical is not None
        if critical.effect == "form_0":
            caps.append(Fraction())
        elif critical.effect == "cap_at" and critical.cap is not None:
            caps.append(exact(critical.cap))
    return min(caps, default=None)


def _ceiling(criticals: Sequence[ItemPlan]) -> int | None:
    lowest = _lowest_cap(criticals)
    return None if lowest is None else half_up(lowest)


# ---- results


def _mark(
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
        bonus_hundredths=half_up(plan.bonus(reads)),
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
        critical=_effect(each) if read.triggered and read.is_shown else None,
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
        is_zeroed=any(each.section == number and _effect(each) == "section_0" for each in criticals),
    )


def _critical_mark(each: ItemPlan) -> CriticalMark:
    critical = each.item.critical
    assert critical is not None
    cap = half_up(exact(critical.cap)) if critical.cap is not None else None
    return CriticalMark(item=each.key, kind=critical.kind, effect=critical.effect, cap_hundredths=cap)


# ---- the running range


def _bound(plan: Plan, reads: Sequence[Read], criticals: Sequence[ItemPlan], *, is_high: bool) -> int | None:
    """The final mark when every open item goes the good way, or the bad way."""
    zeroed = frozenset(each.section for each in criticals if _effect(each) == "section_0")
    shares = _open_shares(plan, reads, zeroed if is_high else frozenset())
    if not shares.has_any:
        shares = _open_shares(plan, reads, frozenset())
    if not shares.has_any:
        return None
    levels = [_bound_level(plan, read, is_high=is_high) for read in reads]
    bonus = plan.capped_bonus(
        read.plan.bonus * Fraction(level, plan.one)
        for read, level in zip(reads, levels, strict=True)
        if read.plan.role == "bonus" and read.is_shown is not False
    )
    return half_up(plan.final(plan.base_of(shares, levels, zeroed=zeroed), bonus, criticals))


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


# ---- what keeps an evaluation from being submitted


def _text_problems(read: Read) -> list[Problem]:
    item, answer = read.plan.item, read.answer
    assert answer is not None
    found = []
    for field, text in (("text", answer.text), ("note", answer.note), *(("note", o.note) for o in answer.occurrences)):
        if len(text) > MAX_ANSWER_TEXT:
            found.append(_say("text-long", item, field=field, length=len(text), limit=MAX_ANSWER_TEXT))
        elif bad := first_control(text):
            found.append(_say("text-control", item, field=field, value=f"U+{ord(bad):04X}"))
    return found


def _cause_problems(plan: Plan, read: Read) -> list[Problem]:
    item, answer = read.plan.item, read.answer
    assert answer is not None
    causes = _names(item.causes)
    if answer.cause is not None and answer.cause not in {cause.key for cause in item.causes}:
        return [_say("cause-unknown", item, value=answer.cause, **causes)]
    is_low = read.level is not None and 100 * read.level < exact(item.cause_below_percent) * plan.one
    if item.causes and answer.cause is None and is_low and read.plan.role != "bonus":
        return [_say("cause-missing", item, **causes)]
    return []


def _evidence_problems(plan: Plan, read: Read, evidence: list[Evidence]) -> list[Problem]:
    """Each deduction (for a bonus: the award) needs evidence of a declared kind; each occurrence its own."""
    item, answer = read.plan.item, read.answer
    assert answer is not None
    places = max(1, len(answer.occurrences))
    found = [
        _say("evidence-place", item, number=each.occurrence + 1)
        for each in evidence
        if not 0 <= each.occurrence < places
    ]
    if not (item.evidence_kinds and _needs_evidence(plan, read)):
        return found
    have = {each.occurrence for each in evidence if each.kind in item.evidence_kinds}
    names: dict[str, Any] = {
        "wanted": "、".join(EVIDENCE_NAMES[kind][0] for kind in item.evidence_kinds),
        "wanted_en": " or ".join(EVIDENCE_NAMES[kind][1] for kind in item.evidence_kinds),
    }
    return found + [_say("evidence-missing", item, number=n + 1, **names) for n in range(places) if n not in have]


def _needs_evidence(plan: Plan, read: Read) -> bool:
    if read.level is None:
        return False
    if read.plan.item.evidence_when == "always" or read.triggered:
        return True
    return read.level > 0 if read.plan.role == "bonus" else read.level < plan.one
