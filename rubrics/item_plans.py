"""How good one answer to one item is: a fraction from 0 to 1, by the type of the item."""

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any

from rubrics.answers import Answer
from rubrics.forms import UNSCORED, Form, Item, exact, full_worth, is_bonus, is_weighted, possible_worth


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
        """How good the answer is, 0 to 1. Raises Unfit when the answer does not belong to the item."""
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


class Unfit(Exception):
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
        raise Unfit("answer-one")
    if answer.choices and answer.choices[0] not in plan.levels:
        raise Unfit("answer-unknown", value=answer.choices[0], wanted=", ".join(plan.levels))
    if not answer.occurrences:
        if not answer.choices:
            raise Unfit("answer-kind", wanted="选择", wanted_en="a choice")
        return plan.levels[answer.choices[0]]
    chosen = answer.choices[0] if answer.choices else None
    if chosen is None and item.type == "yes_no":
        chosen = "no" if item.good == "yes" else "yes"
    if not item.repeats or chosen is None or plan.levels[chosen] == 1:
        raise Unfit("occurrences-not-allowed")
    return 1 - min(Fraction(1), _one_loss(item, chosen) * len(answer.occurrences))


def _one_loss(item: Item, chosen: str) -> Fraction:
    """What one occurrence costs, as a share of the item's maximum."""
    points = next((option.points for option in item.options if option.key == chosen), item.points)
    full = full_worth(item)
    return exact(points) / full if points is not None and full else Fraction(1)


def _multiple_fraction(plan: ItemPlan, answer: Answer) -> Fraction:
    if bool(answer.choices) == answer.none_chosen:
        raise Unfit("answer-kind", wanted="选择，或注明都不选", wanted_en="choices, or that none fits")
    if unknown := [key for key in answer.choices if key not in plan.levels]:
        raise Unfit("answer-unknown", value=unknown[0], wanted=", ".join(plan.levels))
    total = min(Fraction(1), sum((plan.levels[key] for key in dict.fromkeys(answer.choices)), Fraction()))
    return 1 - total if plan.is_loss else total


def _measured(answer: Answer, low: Fraction, high: Fraction, *, step: Fraction) -> Fraction:
    if answer.number is None:
        raise Unfit("answer-kind", wanted="数值", wanted_en="a number")
    try:
        number = exact(answer.number)
    except ValueError:
        raise Unfit("answer-kind", wanted="精确的数值", wanted_en="an exact number") from None
    if not low <= number <= high:
        raise Unfit("number-range", value=answer.number, low=low, high=high)
    if (number - low) % step:
        raise Unfit("number-step", value=answer.number, wanted=step)
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
        raise Unfit("answer-kind", wanted="日期", wanted_en="a date")
    if plan.item.type == "text" and not answer.text.strip():
        raise Unfit("answer-kind", wanted="文字", wanted_en="a text")
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
