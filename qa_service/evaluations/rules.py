"""What the record itself bears: the computed fact of an absence, the wait of a time span; and when an answer is late.

A monitor chooses the range; everything else is counted here, so that no fact is a matter of typing.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rubrics.forms import Item

MOST_WORDS, LONGEST_WORD = 10, 20
RANGE = re.compile(r"\s*([0-9]{1,6})(?:\s*[-–至]\s*([0-9]{1,6}))?(?:\s+(\S.*))?\s*", re.DOTALL)
BETWEEN_WORDS = re.compile(r"[、，,;；\s]+")


class Searched(msgspec.Struct, frozen=True):
    """Messages `first` to `last`, both included, and the words that were looked for in them."""

    first: int
    last: int
    words: tuple[str, ...] = ()

    def text(self) -> str:
        """As it is stored, and read again: 1-4 您好、欢迎."""
        return f"{self.first}-{self.last}" + (" " + "、".join(self.words) if self.words else "")


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One message as far as a fact depends on it: `is_own` is the marked agent writing, `is_asking` the customer."""

    number: int
    body: str
    at: datetime | None
    is_own: bool
    is_asking: bool


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An agent part with its talk and the business records beside it, as (kind, how many)."""

    turns: tuple[Turn, ...] = ()
    closed_after_seconds: int | None = None
    handle_seconds: int | None = None
    records: tuple[tuple[str, int], ...] = ()

    def numbers(self) -> tuple[int, int]:
        """The first and the last message; 0, 0 where there is none (a call without a transcript)."""
        return (self.turns[0].number, self.turns[-1].number) if self.turns else (0, 0)


class Wait(msgspec.Struct, frozen=True):
    """A customer's wait from one message to the reply."""

    seconds: int
    asked: int
    answered: int


class Borne(msgspec.Struct, frozen=True, kw_only=True):
    """What a range of the record bears. `words_at` says where each word first stands, None where it does not.

    `records` is None where the item is not looked up in business records, the times where it is not about time.
    """

    searched: Searched
    own_messages: int
    words_at: tuple[tuple[str, int | None], ...]
    is_about_time: bool
    first_reply_seconds: int | None = None
    longest: Wait | None = None
    closed_after_seconds: int | None = None
    records: tuple[tuple[str, int], ...] | None = None

    def is_absence(self) -> bool:
        """Whether what was looked for is not there: no word of those asked for, or no business record."""
        if self.is_about_time:
            return False
        if self.records is not None:
            return not self.records
        return bool(self.words_at) and all(at is None for _word, at in self.words_at)

    def is_nothing(self) -> bool:
        """Whether the record has nothing to say: times are asked for, and it has none."""
        times = (self.first_reply_seconds, self.longest, self.closed_after_seconds)
        return self.is_about_time and all(one is None for one in times) and not self.records


def record_of(
    messages: Sequence[dict[str, Any]], part: dict[str, Any] | None, records: Sequence[dict[str, Any]]
) -> Record:
    """The stored rows as a Record; only messages of the marked part are the agent's own."""
    sequence = part["sequence"] if part else 1
    kinds: dict[str, int] = {}
    for one in records:
        kinds[one["kind"]] = kinds.get(one["kind"], 0) + 1
    turns = tuple(
        Turn(
            number=one["sequence"],
            body=one["body"],
            at=one["sent_at"],
            is_own=one["sender"] == "agent" and one["part_sequence"] == sequence,
            is_asking=one["sender"] == "customer",
        )
        for one in messages
    )
    return Record(
        turns=turns,
        closed_after_seconds=part["closed_after_seconds"] if part else None,
        handle_seconds=part["handle_seconds"] if part else None,
        records=tuple(sorted(kinds.items())),
    )


def read_searched(text: str, record: Record, looks_for: tuple[str, ...] = ()) -> Searched | None:
    """The range of '1-4', '3' or '1-4 您好、欢迎'; the whole record for ''. None when it is not a range of this record.

    Words that are not named are those of the form.
    """
    first, last = record.numbers()
    if not text.strip():
        return Searched(first, last, looks_for)
    found = RANGE.fullmatch(text)
    if found is None:
        return None
    start, end = int(found[1]), int(found[2] or found[1])
    words = words_of(found[3] or "") or looks_for
    return Searched(start, end, words) if first <= start <= end <= last else None


def words_of(text: str) -> tuple[str, ...]:
    """Words as they are typed, parted by commas or blanks."""
    found = [word[:LONGEST_WORD] for word in BETWEEN_WORDS.split(text.strip()) if word]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def borne(item: Item, searched: Searched, record: Record) -> Borne:
    """Everything that the range says to this item: words, waits, the closed window, business records."""
    within = [turn for turn in record.turns if searched.first <= turn.number <= searched.last]
    own = [turn for turn in within if turn.is_own]
    is_about_time = "time_span" in item.evidence_kinds
    waits = waits_of(within) if is_about_time else []
    is_to_the_end = searched.last == record.numbers()[1]
    return Borne(
        searched=searched,
        own_messages=len(own),
        words_at=tuple(
            (word, next((turn.number for turn in own if word in turn.body), None)) for word in searched.words
        ),
        is_about_time=is_about_time,
        first_reply_seconds=waits[0].seconds if waits and searched.first == record.numbers()[0] else None,
        longest=max(waits, key=lambda wait: wait.seconds, default=None),
        closed_after_seconds=record.closed_after_seconds if is_about_time and is_to_the_end else None,
        records=record.records if "business_record" in item.evidence_kinds else None,
    )


def waits_of(turns: Sequence[Turn]) -> list[Wait]:
    """Every wait from a customer's first unanswered message to the agent's reply; robots and systems answer nothing."""
    found, asked = [], None
    for turn in turns:
        if turn.is_asking and asked is None and turn.at is not None:
            asked = turn
        elif turn.is_own and asked is not None and turn.at is not None and asked.at is not None:
            if turn.at >= asked.at:
                found.append(Wait(int((turn.at - asked.at).total_seconds()), asked.number, turn.number))
            asked = None
    return found


def span_of(record: Record, first: int, last: int) -> tuple[int, int] | None:
    """From one message to another in milliseconds since the record's first; None unless both have times in order."""
    times = {turn.number: turn.at for turn in record.turns if turn.at is not None}
    if first not in times or last not in times or times[first] >= times[last]:
        return None
    start = min(times.values())
    return _milliseconds(start, times[first]), _milliseconds(start, times[last])


def length_milliseconds(record: Record) -> int | None:
    """How long the record lasts, to its closing; None where it has no times."""
    times = [turn.at for turn in record.turns if turn.at is not None]
    if len(times) > 1:
        return _milliseconds(min(times), max(times)) + 1000 * (record.closed_after_seconds or 0)
    return None if record.handle_seconds is None else 1000 * record.handle_seconds


def _milliseconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)


def response_state(said: Sequence[dict[str, Any]], until: datetime | None, now: datetime) -> str:
    """agree, appeal, seen, waiting or overdue. Silence is never agreement: past the deadline it is overdue."""
    kinds = {one["kind"] for one in said}
    for kind in ("agree", "appeal", "seen"):
        if kind in kinds:
            return kind
    return "overdue" if until is not None and now >= until else "waiting"
