"""What a monitor gives to a form: an answer to each item, and what evidence is attached to which."""

from datetime import date

import msgspec

from rubrics.forms import EvidenceKind, Exact, Item


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


def chosen_keys(item: Item, answer: Answer) -> tuple[str, ...]:
    """The choices, with the bad answer for a yes-no item that lists occurrences only."""
    if answer.choices or not answer.occurrences or item.type != "yes_no":
        return answer.choices
    return ("no",) if item.good == "yes" else ("yes",)
