"""Facts of one conversation, computed once: who waited how long for a human.

A robot or automatic message is never a reply, nor is a recalled one; system lines are nobody's. Without times the
facts are None, never 0.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from qa_service.interactions.records import MessageRecord

THREE_MINUTES = 180


class MessageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`asked`: the customer wrote something. Seconds are whole; the mean is rounded half-up."""

    message_count: int
    asked: bool
    asked_at: datetime | None
    first_reply_seconds: int | None  # first customer message to the first human reply after it
    average_reply_seconds: int | None  # over every time that the customer waited and was answered
    longest_silence_seconds: int | None  # between two messages one after the other, system lines aside
    closed_after_seconds: int | None  # last message of a person to the end of the record
    span_seconds: int | None  # first to last message of a person
    replied_in_3_min: bool | None  # None: nobody asked, or the time of the question is unknown


def message_facts(
    messages: Sequence[MessageRecord], ended_at: datetime | None = None, *, waiting_since: datetime | None = None
) -> MessageFacts:
    """Facts over one agent part's messages in their order; `waiting_since` is when an unanswered customer came over."""
    people = [message for message in messages if message.sender in ("customer", "agent")]
    timed = bool(people) and all(message.sent_at is not None for message in messages if message.sender != "system")
    asked = next((message for message in people if message.sender == "customer"), None)
    waits = _waits(people, waiting_since) if timed else []
    asked_at = waiting_since or (asked.sent_at if asked else None)
    is_asked = asked is not None or waiting_since is not None
    first = waits[0] if waits else None
    answered = [wait for wait in waits if wait is not None]
    return MessageFacts(
        message_count=len(messages), asked=is_asked, asked_at=asked_at,
        first_reply_seconds=first, average_reply_seconds=_mean(answered),
        longest_silence_seconds=_longest_gap(messages) if timed else None,
        closed_after_seconds=seconds_between(people[-1].sent_at, ended_at) if timed and ended_at else None,
        span_seconds=seconds_between(people[0].sent_at, people[-1].sent_at) if timed and len(people) > 1 else None,
        replied_in_3_min=first is not None and first <= THREE_MINUTES if timed and is_asked else None,
    )  # fmt: skip


def is_reply(message: MessageRecord) -> bool:
    return message.sender == "agent" and message.kind != "recalled"


def _waits(people: Sequence[MessageRecord], since: datetime | None) -> list[int | None]:
    """Seconds from each question (the first of a run of customer messages) to its reply; None if never answered."""
    waits: list[int | None] = []
    for message in people:
        if message.sender == "customer" and since is None:
            since = message.sent_at
        elif is_reply(message) and since is not None:
            waits.append(seconds_between(since, message.sent_at))
            since = None
    return waits if since is None else [*waits, None]


def seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole seconds; None where a clock is missing or they run backwards."""
    if start is None or end is None or end < start:
        return None
    return (end - start) // timedelta(seconds=1)


def _longest_gap(messages: Sequence[MessageRecord]) -> int | None:
    times = [message.sent_at for message in messages if message.sender != "system"]
    gaps = [seconds_between(one, two) for one, two in zip(times, times[1:], strict=False)]
    return max((gap for gap in gaps if gap is not None), default=None)


def _mean(seconds: Sequence[int]) -> int | None:
    """Half-up without floats."""
    return (2 * sum(seconds) + len(seconds)) // (2 * len(seconds)) if seconds else None
