"""One conversation into the shares of its agents: who speaks for the shop from when on, and where a session ended.

A part begins where another agent speaks for the first time, or after a silence that the profile declares as the end of
a session. What the customer wrote and nobody answered goes to whoever answers it; where a system line tells of the
transfer, only what stands behind that line does, and who was waiting then waits from that line on: nobody answers for
the time before they were there. Robots and automatic replies begin no part. Pure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from qa_service.imports.conversations import MessageFacts, message_facts, seconds_between
from qa_service.imports.profiles import Agent, Messages
from qa_service.interactions.records import AgentPartRecord, MessageRecord

ANY_END = "*"
COMPUTED = (
    "asked", "asked_at", "first_reply_seconds", "average_reply_seconds", "longest_silence_seconds",
    "closed_after_seconds", "replied_in_3_min", "message_count",
)  # fmt: skip
OF_THE_RECORD = ("converted", "order_amount_fen")  # said once of a whole conversation: its last part's
LABELS = ("unit", "supervisor", "manager", "tenure", "shift")


class Robots:
    """Phrases that a robot or an automatic reply says: exactly, or (with * at the end) by how it begins."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self.exact = frozenset(one.strip() for one in phrases if not one.endswith(ANY_END))
        self.starts = tuple(one.removesuffix(ANY_END).strip() for one in phrases if one.endswith(ANY_END))

    def said(self, text: str) -> bool:
        text = text.strip()
        return text in self.exact or (bool(self.starts) and text.startswith(self.starts))


def numbered(
    messages: Sequence[MessageRecord], agents: Sequence[str | None], *, gap_minutes: int | None
) -> tuple[list[int], list[str | None], list[bool]]:
    """For each message the number of its part; for each part its agent, and whether a transfer ended it."""
    limit = timedelta(minutes=gap_minutes) if gap_minutes else None
    numbers: list[int] = []
    who: list[str | None] = [None]
    handed_on: list[bool] = [False]
    last: datetime | None = None
    for place, (message, agent) in enumerate(zip(messages, agents, strict=True)):
        is_timed = message.sender != "system" and message.sent_at is not None
        if limit and is_timed and last is not None and message.sent_at - last > limit:
            who.append(None)
            handed_on.append(False)
        if message.sender == "agent" and agent:
            if who[-1] is None:
                who[-1] = agent
            elif who[-1] != agent:
                for earlier in range(_begin(messages, numbers, len(who)), place):
                    numbers[earlier] += 1
                handed_on[-1] = True
                who.append(agent)
                handed_on.append(False)
        numbers.append(len(who))
        if is_timed:
            last = message.sent_at
    return numbers, _named(who), handed_on


def _begin(messages: Sequence[MessageRecord], numbers: Sequence[int], part: int) -> int:
    """Where the next part begins, going back from its agent's first word over what nobody has answered yet.

    What the customer wrote before the line that tells of the transfer stays with the agent who let it wait.
    """
    first = len(numbers)
    while first and numbers[first - 1] == part and messages[first - 1].sender != "agent":
        first -= 1
    told = (place for place in range(first, len(numbers)) if messages[place].sender == "system")
    return next(told, first)


def _named(who: Sequence[str | None]) -> list[str | None]:
    """A part in which no agent says a word is that of the agent before it: the session went on without them."""
    named: list[str | None] = []
    for one in who:
        named.append(one or (named[-1] if named else None))
    return named


def parted(
    share: AgentPartRecord, messages: Sequence[MessageRecord], agents: Sequence[str | None], declared: Messages,
    by: Agent,
) -> tuple[tuple[AgentPartRecord, ...], tuple[MessageRecord, ...]]:  # fmt: skip
    """The parts of a conversation with their own facts, and its messages with the number of their part.

    `share` is what the record says of its agent: of a single part all of it is true, of several what belongs to one.
    """
    gap_minutes = declared.gap_minutes if declared.after_gap == "part" else None
    if declared.agent is None and gap_minutes is None:
        return (with_facts(share, messages, share.ended_at),), tuple(messages)
    numbers, who, handed_on = numbered(messages, agents, gap_minutes=gap_minutes)
    if len(who) == 1:
        named = _by(share, who[0], by) if who[0] else share
        named = msgspec.structs.replace(named, transferred_out=_went_on(share, declared))
        return (with_facts(named, messages, share.ended_at),), tuple(messages)
    if not (share.agent_key or share.account):
        who = [one or next(filter(None, who), None) for one in who]  # nobody spoke yet: whoever came then
    placed = [one if number == 1 else msgspec.structs.replace(one, part=number)
              for one, number in zip(messages, numbers, strict=True)]  # fmt: skip
    parts = []
    for number, (agent, is_handed_on) in enumerate(zip(who, handed_on, strict=True), 1):
        own = [one for one in placed if one.part == number]
        is_last = number == len(who)
        went_on = True if is_handed_on else _went_on(share if is_last else AgentPartRecord(), declared)
        one = _share(share, own, agent, by, number=number, is_last=is_last)
        one = msgspec.structs.replace(one, transferred_out=went_on)
        since = _waiting_since(placed, own) if number > 1 and handed_on[number - 2] else None
        parts.append(with_facts(one, own, share.ended_at if is_last else None, since))
    return tuple(parts), tuple(placed)


def _went_on(share: AgentPartRecord, declared: Messages) -> bool | None:
    """Whether a part was handed on that nobody of another name followed: known where messages name their agents."""
    return False if share.transferred_out is None and declared.agent else share.transferred_out


def _waiting_since(messages: Sequence[MessageRecord], own: Sequence[MessageRecord]) -> datetime | None:
    """When a customer whom the agent before had not answered was handed on."""
    if not own or own[0].sender != "system":
        return None
    for one in reversed(messages[: own[0].sequence - 1]):
        if one.sender in ("customer", "agent"):
            return own[0].sent_at if one.sender == "customer" else None
    return None


def _share(
    share: AgentPartRecord, own: Sequence[MessageRecord], agent: str | None, by: Agent, *, number: int, is_last: bool
) -> AgentPartRecord:
    """One part of several: its own times; outcomes of the whole conversation stand with the last."""
    times = [one.sent_at for one in own if one.sent_at is not None and one.sender != "system"]
    named = _by(share, agent, by) if agent else share
    is_other = (named.agent_key, named.account) != (share.agent_key, share.account)
    changes: dict[str, object] = {
        "sequence": number,
        "started_at": share.started_at if number == 1 else min(times, default=None),
        "ended_at": share.ended_at if is_last else max(times, default=None),
        "handle_seconds": None, "response_seconds": share.response_seconds if number == 1 else None,
    }  # fmt: skip
    changes |= dict.fromkeys(OF_THE_RECORD) if not is_last else {}
    changes |= dict.fromkeys(LABELS) if is_other else {}
    return msgspec.structs.replace(named, **changes)


def _by(share: AgentPartRecord, agent: str, by: Agent) -> AgentPartRecord:
    """The part with the agent whom its messages name, known as the profile knows agents."""
    if by.by == "account":
        return msgspec.structs.replace(share, agent_key=None, employee_no=None, account=agent)
    number = agent if by.by == "employee_no" else None
    return msgspec.structs.replace(share, agent_key=agent, employee_no=number, account=None)


def with_facts(
    part: AgentPartRecord, messages: Sequence[MessageRecord], closed_at: datetime | None,
    waiting_since: datetime | None = None,
) -> AgentPartRecord:  # fmt: skip
    """The part with what its messages tell; a part behind which the conversation went on was not closed."""
    facts: MessageFacts = message_facts(messages, closed_at, waiting_since=waiting_since)
    handled = part.handle_seconds
    if handled is None:
        handled = seconds_between(part.started_at, part.ended_at) or facts.span_seconds
    computed = {name: getattr(facts, name) for name in COMPUTED}
    return msgspec.structs.replace(part, handle_seconds=handled, **computed)
