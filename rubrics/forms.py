"""What a form (质检表) is: sections of items with exact weights, options, conditions and critical effects.

Numbers are exact: an integer or a decimal text ("2.5"), never a float; `exact` reads one as a Fraction. `_en` fields
are the English of the field before them; left empty, the Chinese is shown.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

Exact = int | str
Mode = Literal["percent", "points", "deduction"]
SubjectKind = Literal["agent_part", "live_observation", "person_period", "unit_period", "outside_party", "thing"]
ItemType = Literal["yes_no", "single", "multiple", "scale", "number", "text", "date"]
EvidenceKind = Literal["quote", "time_span", "business_record", "absence"]
Effect = Literal["form_0", "section_0", "cap_at", "fail_only"]
CriticalClass = Literal["customer", "business", "compliance"]

YES_NO = ("yes", "no")
UNSCORED = ("text", "date")
EVIDENCE_NAMES: dict[str, tuple[str, str]] = {
    "quote": ("原话引用", "a quote"),
    "time_span": ("时间段", "a time span"),
    "business_record": ("业务单据", "a business record"),
    "absence": ("未发生", "an absence"),
}

_OVERRIDES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_EXACT = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,6})?")


def exact(value: Exact) -> Fraction:
    """The number as a fraction. Raises ValueError for anything but an integer or a decimal of at most six places.

    >>> exact("2.5")
    Fraction(5, 2)
    """
    if isinstance(value, bool) or not isinstance(value, int | str) or not _EXACT.fullmatch(str(value)):
        raise ValueError(value)
    number = Fraction(value)
    if abs(number) > 1_000_000:
        raise ValueError(value)
    return number


def plain(number: Fraction) -> Exact:
    """The shortest exact writing of a decimal fraction: 3, "2.5". Inverse of `exact`."""
    if number.denominator == 1:
        return int(number)
    millionths = abs(number) * 1_000_000
    if millionths.denominator != 1:
        raise ValueError(number)
    whole, rest = divmod(int(millionths), 1_000_000)
    return f"{'-' if number < 0 else ''}{whole}.{rest:06d}".rstrip("0")


def first_control(text: str) -> str | None:
    """The first control character, or direction override that makes a text read otherwise than it is stored."""
    for character in text:
        if character.isprintable() or character in "\n\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in _OVERRIDES:
            return character
    return None


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, cache_hash=True):
    pass


class Reason(_Part, frozen=True, kw_only=True):
    """A preset reason for not applicable, or a preset cause of a low mark."""

    key: str
    name: str
    name_en: str = ""


class Option(_Part, frozen=True, kw_only=True):
    """One answer of a choice. `points` is its own worth (percent, points) or what it deducts (deduction).

    Without points the options rank by order, the first being the best.
    """

    key: str
    name: str
    name_en: str = ""
    points: Exact | None = None


class Scale(_Part, frozen=True, kw_only=True):
    """A scale from `min` (worst) to `max` (best); `low` and `high` name its two ends."""

    min: Exact
    max: Exact
    step: Exact = 1
    low: str = ""
    low_en: str = ""
    high: str = ""
    high_en: str = ""


class Range(_Part, frozen=True, kw_only=True):
    """Numbers from `low` to `high`, both included, and what they are worth (or deduct)."""

    low: Exact
    high: Exact
    points: Exact


class Number(_Part, frozen=True, kw_only=True):
    """A measured number in `unit`, on a grid of `step`; `ranges` follow each other without gap or overlap."""

    ranges: tuple[Range, ...]
    step: Exact = 1
    unit: str = ""
    unit_en: str = ""


class Critical(_Part, frozen=True, kw_only=True):
    """A critical item (关键项): what triggers it and what then happens to the mark.

    Triggered by one of `answers`, or by a fraction of the item under `below_percent`. `cap` is the highest final mark
    for effect cap_at. Whatever the effect, the outcome of the evaluation is fail.
    """

    kind: CriticalClass = msgspec.field(name="class")
    effect: Effect
    answers: tuple[str, ...] = ()
    below_percent: Exact | None = None
    cap: Exact | None = None


class Condition(_Part, frozen=True, kw_only=True):
    """Shown only when an earlier item has one of `answers`, or its number lies in at_least..at_most."""

    item: str
    answers: tuple[str, ...] = ()
    at_least: Exact | None = None
    at_most: Exact | None = None


class Item(_Part, frozen=True, kw_only=True):
    """One question of a form.

    Worth: `weight` inside its section (percent), `max` points (points), `points` per deduction up to `max` (deduction),
    or `bonus` points on top of the base (any mode). A critical item may have none of them: it only guards.
    `good` is the good answer of a yes-no item. `na_reasons`: not applicable is allowed when there are any.
    `evidence_kinds`: a deduction (for a bonus item: an award) needs evidence of one of these kinds; none are needed
    when it is empty, and with evidence_when = "always" every answer needs it. `looks_for`: words whose absence is the
    fault (a greeting), searched for when absence is the evidence. `causes`: one must be chosen when the fraction is
    under `cause_below_percent`.
    """

    key: str
    text: str
    type: ItemType
    text_en: str = ""
    guidance: str = ""
    guidance_en: str = ""
    good_example: str = ""
    good_example_en: str = ""
    bad_example: str = ""
    bad_example_en: str = ""
    weight: Exact | None = None
    points: Exact | None = None
    max: Exact | None = None
    bonus: Exact | None = None
    repeats: bool = False
    required: bool = True
    good: Literal["yes", "no"] = "yes"
    options: tuple[Option, ...] = ()
    scale: Scale | None = None
    number: Number | None = None
    na_reasons: tuple[Reason, ...] = ()
    critical: Critical | None = None
    evidence_kinds: tuple[EvidenceKind, ...] = ()
    evidence_when: Literal["deduction", "always"] = "deduction"
    looks_for: tuple[str, ...] = ()
    causes: tuple[Reason, ...] = ()
    cause_below_percent: Exact = 100
    shown_when: Condition | None = None

    def answer_keys(self) -> tuple[str, ...]:
        """Keys that an answer may choose: yes and no, the options, or none."""
        return YES_NO if self.type == "yes_no" else tuple(option.key for option in self.options)


class Section(_Part, frozen=True, kw_only=True):
    """A group of items. `weight`: share of the form (percent), factor of its points (points, 1 when left out)."""

    key: str
    name: str
    items: tuple[Item, ...]
    name_en: str = ""
    weight: Exact | None = None


class Form(_Part, frozen=True, kw_only=True):
    """A form as published: immutable, dated, with its source.

    `subject_kinds`, `channels` and `kinds` (of interaction) say what it may judge; empty channels or kinds mean any.
    `bonus_cap` limits all bonus together, `cap` the mark before critical effects. `na_policy` (percent mode): the
    weight of an item that does not apply stays inside its section, or spreads over the form.
    """

    code: str
    name: str
    mode: Mode
    source: str
    from_on: date = msgspec.field(name="from")
    subject_kinds: tuple[SubjectKind, ...]
    sections: tuple[Section, ...]
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    bonus_cap: Exact | None = None
    cap: Exact = 100
    na_policy: Literal["inside", "spread"] = "inside"

    def items(self) -> Iterator[tuple[Section, Item]]:
        """Every item with its section, in the order of the form."""
        return ((section, item) for section in self.sections for item in section.items)


def is_bonus(item: Item) -> bool:
    return item.bonus is not None


def possible_worth(item: Item) -> tuple[Fraction, ...]:
    """Points that the options or ranges of an item name, in their order; empty when they rank by order alone."""
    if item.type == "number" and item.number is not None:
        return tuple(exact(part.points) for part in item.number.ranges)
    return tuple(exact(option.points) for option in item.options if option.points is not None)


def full_worth(item: Item) -> Fraction | None:
    """What all of an item is worth: its `max`, else the best of its options or ranges (multiple: all of them together).

    None where nothing names it: yes-no and scale items without `max`, and options that rank by order alone. In
    deduction mode this is the most that the item can cost.
    """
    if item.max is not None:
        return exact(item.max)
    if worth := possible_worth(item):
        return sum(worth, Fraction()) if item.type == "multiple" else max(worth)
    return exact(item.points) if item.points is not None else None


def is_weighted(form: Form, item: Item) -> bool:
    """Whether the item takes part in the base: it has a weight, points, or deductions of its own."""
    if is_bonus(item) or item.type in UNSCORED:
        return False
    if form.mode == "percent":
        return item.weight is not None
    return full_worth(item) is not None
