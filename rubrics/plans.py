"""A form prepared once for all its markings: answers are read against it, weights and fractions remembered."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

from rubrics.answers import Answer, chosen_keys
from rubrics.errors import AnswersRefused, Problem, problem
from rubrics.forms import Condition, Exact, Form, Item, Reason, exact
from rubrics.item_plans import ItemPlan, Unfit
from rubrics.weights import Shares, effective_weights, section_factors


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
        self.factors = section_factors(form)
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
                problems.append(say("answer-twice", self.items[self.index[answer.item]].item))
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
        except Unfit as unfit:
            problems.append(say(unfit.code, each.item, **unfit.facts))

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
            self._shares[key] = self._weigh(shown, applicable)
        return self._shares[key]

    def _weigh(self, shown: int, applicable: int) -> Shares:
        parts = effective_weights(self.form, self.items, factors=self.factors, shown=shown, applicable=applicable)
        return Shares(parts, self.items, sections=len(self.form.sections))


@lru_cache(maxsize=512)
def plan_of(form: Form) -> Plan:
    """The prepared form; equal forms share one."""
    return Plan(form)


def is_deducting(form: Form, item: Item, choice: str) -> bool:
    """Whether this choice of a repeating item loses something, so that its occurrences may be listed."""
    plan = plan_of(form)
    return item.repeats and plan.items[plan.index[item.key]].levels.get(choice, Fraction(1)) < 1


def _check_na(each: ItemPlan, reason: str, *, is_answered: bool) -> None:
    if not each.na:
        raise Unfit("na-not-allowed")
    if reason not in each.na:
        raise Unfit("na-reason", **reason_names(each.item.na_reasons))
    if is_answered:
        raise Unfit("na-and-answer")


def reason_names(reasons: Sequence[Reason]) -> dict[str, Any]:
    """The facts `wanted` and `wanted_en` of a sentence that names the preset reasons."""
    return {
        "wanted": "、".join(reason.name for reason in reasons) or "-",
        "wanted_en": ", ".join(reason.name_en or reason.name for reason in reasons) or "-",
    }


def say(code: str, item: Item, *, field: str = "", **facts: object) -> Problem:
    """A problem of an answer: its place is the key of the item, its sentence names the item."""
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
    met = any(key in condition.answers for key in chosen_keys(on.plan.item, answer))
    if answer.number is not None and (condition.at_least is not None or condition.at_most is not None):
        number = exact(answer.number)
        met = condition.at_least is None or number >= exact(condition.at_least)
        met = met and (condition.at_most is None or number <= exact(condition.at_most))
    return on.is_shown if met else False


def _is_triggered(each: ItemPlan, answer: Answer, level: int, *, one: int) -> bool:
    critical = each.item.critical
    if critical is None:
        return False
    if critical.below_percent is not None:
        return 100 * level < exact(critical.below_percent) * one
    return any(key in critical.answers for key in chosen_keys(each.item, answer))
