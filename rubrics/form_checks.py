"""What must agree between the fields of a form: worth and mode, options and maximum, critical effects, conditions.

`loading` reads each field by itself; here they are held against each other. Each check yields its problems.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from rubrics.errors import Problem, problem
from rubrics.forms import (
    UNSCORED,
    Condition,
    Exact,
    Form,
    Item,
    Range,
    Section,
    exact,
    full_worth,
    is_bonus,
    is_weighted,
    plain,
    possible_worth,
)

MAX_ITEMS = 500

Found = Iterator[Problem]


def form_problems(form: Form) -> list[Problem]:
    """What is wrong between the fields of a form whose fields are each of the right type. Empty when it may be used."""
    found: list[Problem] = []
    items = list(form.items())
    if len(items) > MAX_ITEMS:
        return [problem("items-many", field="items", count=len(items), limit=MAX_ITEMS)]
    found += _form_wide(form, items)
    for section in form.sections:
        found += _section(form, section)
        for item in section.items:
            for check in _ITEM_CHECKS:
                found += check(form, section, item)
    return found + list(_conditions(form))


def _at(section: Section, item: Item) -> str:
    return f"sections.{section.key}.items.{item.key}"


def _form_wide(form: Form, items: list[tuple[Section, Item]]) -> Found:
    if not any(is_weighted(form, item) for _, item in items):
        yield problem("items-none", field="sections")
    yield from _twice((section.key, f"sections.{section.key}") for section in form.sections)
    yield from _twice((item.key, _at(section, item)) for section, item in items)
    if any(is_bonus(item) for _, item in items) and form.bonus_cap is None:
        yield problem("field-missing", field="bonus_cap")
    yield from _within("", "cap", form.cap, low=1, high=200)
    yield from _positive("", "bonus_cap", form.bonus_cap)


def _twice(keys: Iterator[tuple[str, str]]) -> Found:
    seen: set[str] = set()
    for key, at in keys:
        if key in seen:
            yield problem("key-twice", at, field="key", value=key)
        seen.add(key)


def _positive(at: str, field: str, value: Exact | None) -> Found:
    if value is not None and exact(value) <= 0:
        yield problem("number-not-positive", at, field=field, value=value)


def _within(at: str, field: str, value: Exact | None, *, low: int, high: int) -> Found:
    if value is not None and not low <= exact(value) <= high:
        yield problem("number-outside", at, field=field, value=value, low=low, high=high)


def _section(form: Form, section: Section) -> Found:
    at = f"sections.{section.key}"
    if not section.items:
        yield problem("section-empty", at, field="items")
    yield from _positive(at, "weight", section.weight)
    weighted = any(is_weighted(form, item) for item in section.items)
    if form.mode == "deduction" and section.weight is not None:
        yield problem("field-unused", at, field="weight", why="扣分制的部分", why_en="a section of a deduction form")
    elif section.weight is not None and not weighted and section.items:
        yield problem(
            "field-unused", at, field="weight", why="没有计分项的部分", why_en="a section in which nothing counts"
        )
    elif form.mode == "percent" and section.weight is None and weighted:
        yield problem("field-missing", at, field="weight")


_WORTH = ("weight", "points", "max", "bonus")
_USES: dict[str, tuple[str, ...]] = {"percent": ("weight",), "points": ("max",), "deduction": ("points", "max")}


def _worth_fields(form: Form, section: Section, item: Item) -> Found:
    """The fields of worth that the mode, the type and the part of an item allow, and those that it needs."""
    at = _at(section, item)
    used: tuple[str, ...]
    if item.type in UNSCORED:
        used, why = (), ("文字和日期项", "a text or date item")
    elif is_bonus(item):
        used, why = ("bonus",), ("加分项", "a bonus item")
    else:
        used, why = _USES[form.mode], (f"{form.mode}模式", f"{form.mode} mode")
    for field in _WORTH:
        value = getattr(item, field)
        if value is not None and field not in used:
            yield problem("field-unused", at, field=field, why=why[0], why_en=why[1])
        yield from _positive(at, field, value)
    if used and not is_bonus(item) and item.critical is None and not is_weighted(form, item):
        yield problem("field-missing", at, field=used[0])
    if not item.required and not (is_bonus(item) or item.type in UNSCORED):
        yield problem("field-unused", at, field="required", why="计分项", why_en="an item that counts")


_PARTS = {"single": "options", "multiple": "options", "scale": "scale", "number": "number"}


def _type_fields(form: Form, section: Section, item: Item) -> Found:
    """Options, scale and number belong to their types; repeats to deduction; good to yes-no."""
    at, needed = _at(section, item), _PARTS.get(item.type)
    for field in ("options", "scale", "number"):
        if getattr(item, field) and field != needed:
            yield problem(
                "field-unused", at, field=field, why=f"{item.type}类型", why_en=f"an item of type {item.type}"
            )
    if needed and not getattr(item, needed):
        yield problem("field-missing", at, field=needed)
    if item.repeats and (form.mode != "deduction" or item.type not in ("yes_no", "single") or is_bonus(item)):
        yield problem(
            "field-unused",
            at,
            field="repeats",
            why="这一项（只用于扣分制的是非项和单选项）",
            why_en="this item (only yes-no and single choice in deduction mode repeat)",
        )
    if item.good != "yes" and item.type != "yes_no":
        yield problem("field-unused", at, field="good", why=f"{item.type}类型", why_en=f"an item of type {item.type}")
    yield from _within(at, "cause_below_percent", item.cause_below_percent, low=1, high=100)
    for reasons in (item.na_reasons, item.causes):
        yield from _twice((reason.key, at) for reason in reasons)


def _looked_for(form: Form, section: Section, item: Item) -> Found:
    """Words to look for belong to items whose evidence may be an absence."""
    at = _at(section, item)
    if item.looks_for and "absence" not in item.evidence_kinds:
        why, why_en = "证据不含未发生的评分项", "an item whose evidence is no absence"
        yield problem("field-unused", at, field="looks_for", why=why, why_en=why_en)
    if not all(word.strip() for word in item.looks_for):
        yield problem("text-empty", at, field="looks_for")


def _options(form: Form, section: Section, item: Item) -> Found:
    if item.type not in ("single", "multiple") or not item.options:
        return
    at, worth = _at(section, item), possible_worth(item)
    yield from _twice((option.key, at) for option in item.options)
    if len(item.options) < (2 if item.type == "single" else 1):
        yield problem("options-few", at, field="options", limit=2)
    for option in item.options:
        if option.points is not None:
            yield from _within(f"{at}.options.{option.key}", "points", option.points, low=0, high=1_000_000)
    if len(worth) not in (0, len(item.options)):
        yield problem("options-mixed", at, field="options")
    elif worth and (len(set(worth)) == 1 if item.type == "single" else max(worth) == 0):
        yield problem("options-flat", at, field="options")
    elif worth:
        yield from _top(form, at, item, worth=worth)


def _top(form: Form, at: str, item: Item, *, worth: tuple[Fraction, ...]) -> Found:
    """The best answer earns everything, the harmless one loses nothing."""
    full = full_worth(item)
    if form.mode == "deduction" and not is_bonus(item):
        if item.type != "multiple" and min(worth) != 0:
            yield problem("options-no-zero", at, field="options")
        if full is not None and item.type != "multiple" and full < max(worth):
            yield problem("max-below-deduction", at, field="max", value=item.max, wanted=max(worth))
    elif full is not None:
        best = sum(worth, Fraction()) if item.type == "multiple" else max(worth)
        if best < full or (best > full and item.type != "multiple"):
            yield problem("options-top", at, field="max", value=plain(best), wanted=plain(full))


def _deductions(form: Form, section: Section, item: Item) -> Found:
    if form.mode == "deduction" and item.points is not None:
        at = _at(section, item)
        if item.type in ("single", "multiple", "number") and possible_worth(item):
            yield problem(
                "field-unused", at, field="points", why="自带分值的评分项", why_en="an item whose options have points"
            )
        elif item.max is not None and exact(item.max) < exact(item.points):
            yield problem("max-below-deduction", at, field="max", value=item.max, wanted=item.points)
    if item.repeats and item.max is None:
        yield problem("field-missing", _at(section, item), field="max")


def _scale(form: Form, section: Section, item: Item) -> Found:
    if item.scale is None:
        return
    at, scale = f"{_at(section, item)}.scale", item.scale
    low, high, step = exact(scale.min), exact(scale.max), exact(scale.step)
    yield from _positive(at, "step", scale.step)
    if low >= high:
        yield problem("scale-order", at, field="min", low=scale.min, high=scale.max)
    elif step > 0 and (high - low) % step:
        yield problem("scale-step", at, field="step", value=scale.step, low=scale.min, high=scale.max)


def _number(form: Form, section: Section, item: Item) -> Found:
    if item.number is None:
        return
    at, number = f"{_at(section, item)}.number", item.number
    if not number.ranges:
        yield problem("field-missing", at, field="ranges")
        return
    if exact(number.step) <= 0:
        yield from _positive(at, "step", number.step)
        return
    for part in number.ranges:
        yield from _range(at, part, start=number.ranges[0], step=number.step)
    for before, after in pairwise(number.ranges):
        wanted = exact(before.high) + exact(number.step)
        if exact(after.low) != wanted:
            code = "range-gap" if exact(after.low) > wanted else "range-overlap"
            yield problem(code, at, field="ranges", value=after.low, low=before.high, wanted=plain(wanted))
    worth = possible_worth(item)
    if len(set(worth)) == 1:
        yield problem("options-flat", at, field="ranges")
    elif all(points >= 0 for points in worth):
        yield from _top(form, _at(section, item), item, worth=worth)


def _range(at: str, part: Range, *, start: Range, step: Exact) -> Found:
    yield from _within(at, "points", part.points, low=0, high=1_000_000)
    if exact(part.low) > exact(part.high):
        yield problem("range-order", at, field="ranges", low=part.low, high=part.high)
    for edge in (part.low, part.high):
        if (exact(edge) - exact(start.low)) % exact(step):
            yield problem("range-step", at, field="ranges", value=edge, wanted=step)


def _critical(form: Form, section: Section, item: Item) -> Found:
    critical, at = item.critical, f"{_at(section, item)}.critical"
    if critical is None:
        return
    if is_bonus(item) or item.type in UNSCORED:
        yield problem(
            "field-unused",
            _at(section, item),
            field="critical",
            why="加分、文字和日期项",
            why_en="a bonus, text or date item",
        )
        return
    if bool(critical.answers) == (critical.below_percent is not None):
        yield problem("critical-trigger", at, field="answers")
    yield from _known_answers(at, item, critical.answers, keys=item.answer_keys())
    yield from _within(at, "below_percent", critical.below_percent, low=1, high=100)
    if critical.effect == "cap_at" and critical.cap is None:
        yield problem("field-missing", at, field="cap")
    elif critical.effect != "cap_at" and critical.cap is not None:
        yield problem("field-unused", at, field="cap", why=f"后果{critical.effect}", why_en=f"effect {critical.effect}")
    yield from _within(at, "cap", critical.cap, low=0, high=100)
    if critical.effect == "section_0" and not any(is_weighted(form, other) for other in section.items):
        yield problem("critical-section", at, field="effect")


def _known_answers(at: str, item: Item, answers: tuple[str, ...], *, keys: tuple[str, ...]) -> Found:
    for answer in answers:
        if answer not in keys:
            yield problem(
                "answer-unknown",
                at,
                field="answers",
                value=answer,
                item=item.text,
                item_en=item.text_en or item.text,
                wanted=", ".join(keys) or "-",
            )


def _conditions(form: Form) -> Found:
    """A condition looks back only: therefore chains are possible and cycles are not."""
    all_items = {item.key: item for _, item in form.items()}
    earlier: set[str] = set()
    for section, item in form.items():
        if item.shown_when is not None:
            yield from _condition(_at(section, item), item, item.shown_when, earlier=earlier, all_items=all_items)
        earlier.add(item.key)


def _condition(at: str, item: Item, wanted: Condition, *, earlier: set[str], all_items: dict[str, Item]) -> Found:
    at = f"{at}.shown_when"
    if wanted.item == item.key:
        yield problem("condition-self", at, field="item", value=wanted.item)
    elif wanted.item not in all_items:
        yield problem("condition-unknown", at, field="item", value=wanted.item)
    elif wanted.item not in earlier:
        yield problem("condition-later", at, field="item", value=wanted.item)
    else:
        on = all_items[wanted.item]
        yield from _known_answers(at, on, wanted.answers, keys=on.answer_keys())
        measured = on.type in ("scale", "number")
        for field in ("at_least", "at_most"):
            if getattr(wanted, field) is not None and not measured:
                yield problem(
                    "field-unused", at, field=field, why="没有数值的评分项", why_en="an item without a number"
                )
    if not wanted.answers and wanted.at_least is None and wanted.at_most is None:
        yield problem("condition-empty", at, field="answers")


_ITEM_CHECKS: tuple[Callable[[Form, Section, Item], Found], ...] = (
    _worth_fields,
    _type_fields,
    _looked_for,
    _options,
    _deductions,
    _scale,
    _number,
    _critical,
)
