"""What the marking page sends, into a Marking: one set of fields per item, so that the page works without script.

`a.KEY` the answer (an option's key, yes/no, `na:REASON`, or what was typed), `c.KEY` the cause, `m.KEY` the number of
the quoted message, `q.KEY` the quoted words (empty: the whole message), `b.KEY` the id of a business record. `f.KEY`
stamps the computed fact of messages `ff.KEY` to `fl.KEY` with the words `fw.KEY`; `sf.KEY` and `sl.KEY` are the
messages from which and to which a time span runs.

An item that repeats (deduction mode) has `n.KEY` occurrences: KEY.0, KEY.1, ... stand for KEY in the names of their
evidence, and `o.KEY.0` is what an occurrence was.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from qa_service.errors import FieldError, InvalidInput
from qa_service.evaluations.schemas import EvidenceIn, Marking
from qa_service.language import N_
from rubrics.answers import Answer, Occurrence
from rubrics.forms import Form, Item
from rubrics.plans import is_deducting

Typed = Mapping[str, list[str]]
MOST_OCCURRENCES = 30  # on the page; every one costs, so an item is at its maximum long before


def read_typed(form: Form, typed: Typed, messages: list[dict[str, Any]], *, version: int) -> Marking:
    """The marking as typed. InvalidInput names each field that cannot be understood."""
    errors: list[FieldError] = []
    answers, evidence = [], []
    for _section, item in form.items():
        place = item.key
        try:
            if (answer := answer_of(form, item, typed)) is not None:
                answers.append(answer)
            for number, place in enumerate(places_of(item, typed)):
                found = _evidence(item, place, typed, messages)
                evidence += [msgspec.structs.replace(one, occurrence=number) for one in found]
        except Unclear as unclear:
            at = item.key if unclear.prefix == "a" else place
            errors.append(FieldError(f"{unclear.prefix}.{at}", unclear.code, unclear.sentence))
    if errors:
        raise InvalidInput(fields=errors)
    seconds = one_of(typed, "seconds_spent")
    return Marking(
        version=version,
        answers=answers,
        evidence=evidence,
        improvement_note=one_of(typed, "improvement_note")[:2000] or None,
        seconds_spent=int(seconds) if seconds.isdecimal() and len(seconds) < 7 else 0,
    )


def places_of(item: Item, typed: Typed) -> list[str]:
    """Where the evidence of an item is typed: its key, or one place for each occurrence."""
    return [f"{item.key}.{number}" for number in range(count_of(item.key, typed))] if item.repeats else [item.key]


def count_of(key: str, typed: Typed) -> int:
    """How many occurrences the page shows; the first is there before anything is typed."""
    given = one_of(typed, f"n.{key}")
    return min(max(1, int(given)), MOST_OCCURRENCES) if given.isascii() and given.isdecimal() and len(given) < 4 else 1


class AnswerIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to one item: `choices` (yes, no or option keys), `number` (as text), `text`, or the reason of N/A; the
    `occurrences` of a fault in an item that repeats."""

    choices: list[str] = []
    number: str | None = None
    text: str = ""
    na_reason: str | None = None
    cause: str | None = None
    occurrences: list[Occurrence] = []


def answer_from(item: str, given: AnswerIn) -> Answer:
    """The pure answer; raises InvalidInput for a number that is none."""
    if given.number is not None:
        try:
            return Answer(item=item, number=_number(given.number.strip()), cause=given.cause)
        except Unclear as unclear:
            raise InvalidInput(fields=[FieldError("answer", unclear.code, unclear.sentence)]) from None
    return Answer(
        item=item, choices=tuple(given.choices), text=given.text, na_reason=given.na_reason, cause=given.cause,
        occurrences=tuple(given.occurrences),
    )  # fmt: skip


class Unclear(Exception):
    """What was typed cannot be read: the field prefix, a stable code, a marked sentence."""

    def __init__(self, prefix: str, code: str, sentence: str) -> None:
        super().__init__(code)
        self.prefix, self.code, self.sentence = prefix, code, sentence


def one_of(typed: Typed, name: str) -> str:
    return (typed.get(name) or [""])[-1].strip()


def answer_of(form: Form, item: Item, typed: Typed) -> Answer | None:
    """What was typed to an item (field a.KEY, cause c.KEY, occurrences n.KEY); None for nothing."""
    given = [value.strip() for value in typed.get(f"a.{item.key}", []) if value.strip()]
    if not given:
        return None
    cause = one_of(typed, f"c.{item.key}") or None
    if given[0].startswith("na:"):
        return Answer(item=item.key, na_reason=given[0].removeprefix("na:"))
    if item.type in ("scale", "number"):
        return Answer(item=item.key, number=_number(given[0]), cause=cause)
    if given[0] == "none:":
        return Answer(item=item.key, none_chosen=True, cause=cause)
    if item.type == "date":
        return Answer(item=item.key, on=_day(given[0]))
    if item.type == "text":
        return Answer(item=item.key, text=given[0][:5000])
    occurrences = _occurrences(item, typed) if is_deducting(form, item, given[0]) else ()
    return Answer(item=item.key, choices=tuple(given), cause=cause, occurrences=occurrences)


def _occurrences(item: Item, typed: Typed) -> tuple[Occurrence, ...]:
    return tuple(Occurrence(one_of(typed, f"o.{place}")) for place in places_of(item, typed))


def place_of(name: str) -> str:
    """Where the error of a pure rule stands on the page: an item's answer field, or the field itself."""
    return name if "." in name or name in ("", "improvement_note") else f"a.{name}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unclear("a", "not-a-day", N_("应为日期，如2026-10-31")) from None


def _number(text: str) -> str:
    try:
        Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise Unclear("a", "not-a-number", N_("应为数字")) from None
    return text


def _evidence(item: Item, place: str, typed: Typed, messages: list[dict[str, Any]]) -> list[EvidenceIn]:
    found = []
    if number := one_of(typed, f"m.{place}"):
        found.append(_quote(item, number, one_of(typed, f"q.{place}"), messages))
    if record := one_of(typed, f"b.{place}"):
        if not record.isdecimal() or len(record) > 15:
            raise Unclear("b", "unknown-record", N_("请选择列出的业务单据"))
        found.append(EvidenceIn(item=item.key, kind="business_record", business_record=int(record)))
    numbers = [one["sequence"] for one in messages] or [0]
    if one_of(typed, f"f.{place}"):
        searched = _range(place, typed, "f", default=(str(min(numbers)), str(max(numbers))))
        words = one_of(typed, f"fw.{place}")[:500]
        found.append(EvidenceIn(item=item.key, kind="absence", searched=f"{searched} {words}".strip()))
    if one_of(typed, f"sf.{place}") or one_of(typed, f"sl.{place}"):
        found.append(EvidenceIn(item=item.key, kind="time_span", searched=_range(place, typed, "s", default=("", ""))))
    return found


def _range(place: str, typed: Typed, prefix: str, *, default: tuple[str, str]) -> str:
    """Two numbers of messages as 1-4; both ends must be numbers."""
    ends = [one_of(typed, f"{prefix}{end}.{place}") or default[end_at] for end_at, end in enumerate("fl")]
    if not all(end.isascii() and end.isdecimal() and len(end) < 7 for end in ends):
        raise Unclear(f"{prefix}f", "not-a-range", N_("请填两条消息的序号"))
    return "-".join(ends)


def _quote(item: Item, number: str, words: str, messages: list[dict[str, Any]]) -> EvidenceIn:
    message = next((one for one in messages if str(one["sequence"]) == number), None)
    if message is None:
        raise Unclear("m", "no-such-message", N_("没有这个序号的消息"))
    quote = words or message["body"]
    start = message["body"].find(quote)
    if start < 0:
        raise Unclear("q", "not-in-message", N_("这句话不在所选的消息里，请从左边重新选取"))
    return EvidenceIn(
        item=item.key, kind="quote", message=message["id"], start=start, end=start + len(quote), quote=quote
    )
