"""A thread without end into records: a silence that the profile declares ends one, what comes later is the next. Pure.

Each has its own times and its own day; what the file says once of the whole thread (a sale, whether it was handed on)
stands with the last. The first keeps the thread's name, so that a thread which goes on is known again.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.profiles import Clock, Messages
from qa_service.interactions.records import AgentPartRecord, InteractionRecord, MessageRecord


class Session(msgspec.Struct, frozen=True):
    """The messages between two such silences, numbered anew, with the agents whom they name."""

    messages: tuple[MessageRecord, ...]
    agents: list[str | None]

    @property
    def times(self) -> list[datetime]:
        return [one.sent_at for one in self.messages if one.sent_at is not None and one.sender != "system"]


def sessions_of(
    messages: Sequence[MessageRecord], agents: Sequence[str | None], declared: Messages
) -> list[Session]:
    """The sessions of a thread, one where none are to be cut; a system line belongs to what stands before it."""
    if declared.gap_minutes is None or declared.after_gap != "record":
        return [Session(tuple(messages), list(agents))]
    limit, last = timedelta(minutes=declared.gap_minutes), None
    groups: list[list[int]] = [[]]
    for place, one in enumerate(messages):
        if one.sender != "system" and one.sent_at is not None:
            if last is not None and one.sent_at - last > limit:
                groups.append([])
            last = one.sent_at
        groups[-1].append(place)
    return [
        Session(
            tuple(msgspec.structs.replace(messages[place], sequence=number) for number, place in enumerate(group, 1)),
            [agents[place] for place in group],
        )
        for group in groups
    ]


def records_of(
    made: InteractionRecord, share: AgentPartRecord, sessions: Sequence[Session], *, zone: ZoneInfo, clock: Clock | None
) -> list[tuple[InteractionRecord, AgentPartRecord]]:
    """For each session its record, and what is known of its agent; parts and messages are still to come."""
    found = []
    for number, session in enumerate(sessions, 1):
        is_last = number == len(sessions)
        began = made.started_at if number == 1 else session.times[0]
        closed = made.ended_at if is_last else session.times[-1]
        record = msgspec.structs.replace(
            made, external_id=made.external_id if number == 1 else f"{made.external_id}~{number}", started_at=began,
            ended_at=closed, local_on=_day(made, clock, began, closed, zone),
        )  # fmt: skip
        own = msgspec.structs.replace(
            share, started_at=began, ended_at=closed, handle_seconds=None,
            response_seconds=share.response_seconds if number == 1 else None,
            converted=share.converted if is_last else None,
            order_amount_fen=share.order_amount_fen if is_last else None,
            transferred_out=share.transferred_out if is_last else None,
        )  # fmt: skip
        found.append((record, own))
    return found


def _day(
    made: InteractionRecord, clock: Clock | None, began: datetime | None, closed: datetime | None, zone: ZoneInfo
) -> date | None:
    """The day of a session by the clock that the profile declares; by another clock it is the thread's."""
    at = {"started_at": began, "ended_at": closed}.get(clock.field) if clock else None
    return at.astimezone(zone).date() if at is not None else made.local_on
