"""Records of service out of columns of values: contacts, chats with their messages, outside ratings.

The facts that are computed once (waits, digest) are computed here. A chunk is mapped column by column where it can be,
since a month has a hundred thousand rows and a row of a chat export a hundred messages.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.columns import Chunk
from qa_service.imports.dates import DateFormat, Moment, moment_reader
from qa_service.imports.masking import Masker
from qa_service.imports.profiles import Messages, Profile, Ratings
from qa_service.imports.records import RatingRecord
from qa_service.imports.rows import BadRecord, Column, column_of, keep, masked_family, or_else, plain
from qa_service.imports.sessions import Robots, parted
from qa_service.imports.threads import records_of, sessions_of
from qa_service.imports.values import BadValue, as_text, check_characters
from qa_service.interactions.records import AgentPartRecord, InteractionRecord, MessageRecord

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
LABELS = (
    "employee_no", "platform", "account", "unit", "supervisor", "manager", "tenure", "shift", "handle_seconds",
    "first_reply_seconds", "average_reply_seconds", "converted", "order_amount_fen", "transferred_out",
)  # fmt: skip
Made = tuple[InteractionRecord, tuple[RatingRecord, ...]]


class ServiceRecords:
    """Maps the chunks of one file; occurrences of equal rows are counted over all of them."""

    def __init__(self, profile: Profile, masker: Masker) -> None:
        self.profile, self.masker = profile, masker
        declared = profile.messages
        self.read_time: Callable[[object], Moment] | None = (
            moment_reader(declared.formats, ZoneInfo(profile.timezone), midnight_means_unknown=False)
            if declared and declared.time
            else None
        )
        self.zone = ZoneInfo(profile.timezone)
        self.robots = Robots(declared.robots if declared else [])
        self.occurrences: dict[str, int] = {}

    def records(self, chunk: Chunk, raws: Sequence[list | dict]) -> list[Made | list[Made] | BadRecord]:
        """For each row its record with its ratings, or what is wrong with it as a whole.

        A thread that the profile cuts into records is a list of them. `raws` are the rows as they came: messages and
        ratings lie in JSON records.
        """
        found: list[Made | list[Made] | BadRecord] = []
        for fields, part, times, key, raw in zip(*self._columns(chunk), raws, strict=True):
            try:
                found.append(self._record(fields, part, times, key, raw))
            except BadRecord as bad:
                found.append(bad)
        return found

    def _columns(self, chunk: Chunk) -> tuple[Iterator, ...]:
        """What each row's record, its part, its times and its name are made of."""

        def column(name: str) -> Column:
            return column_of(chunk, self.profile, name)

        order_nos, ids = column("order_no"), column("external_id")
        kept = list(map(keep, order_nos, ids))
        remarks = [one and self.masker.mask(one, keep=own) for one, own in zip(column("remark"), kept, strict=True)]
        clock = column(self.profile.clock.field) if self.profile.clock else [None] * len(ids)
        fields = {
            "channel": column("channel"), "kind": column("kind"), "category": column("category"),
            "direction": [one or "in" for one in column("direction")], "subcategory": column("subcategory"),
            "customer_key": column("customer_key"), "order_no": order_nos, "remark": remarks,
            "recording_url": column("recording_url"),
            "local_on": [one and one.on for one in clock],
            "attributes": masked_family(chunk, self.profile, self.masker, "attributes.", kept),
        }  # fmt: skip
        part = {
            "agent_key": list(map(or_else, column("agent_key"), column("employee_no"))),
            "message_count": [count or 0 for count in column("message_count")],
            **{name: column(name) for name in LABELS if name in chunk.values or name in self.profile.constants},
        }  # fmt: skip
        times = zip(column("started_at"), column("replied_at"), column("ended_at"), strict=True)
        keys = self.profile.key.fields if self.profile.key.kind == "natural" else ["external_id"]
        return _rows(fields), _rows(part), times, zip(kept, *map(column, keys), strict=True)

    def _record(self, fields: dict, part: dict, times: tuple, key: tuple, raw: list | dict) -> Made | list[Made]:
        started, answered, ended = times
        ended = or_else(ended, answered)
        began, replied, closed = (one.at if one else None for one in (started, answered, ended))
        kept, *named = key
        messages, speaking = self._messages(raw, kept) if self.profile.messages else ((), ())
        response = _seconds_between(began, replied)
        share = AgentPartRecord(started_at=began, ended_at=closed, response_seconds=response, **part)
        made = InteractionRecord(
            source=self.profile.source, external_id=self._name(named), started_at=began, ended_at=closed,
            answered_on=answered.on if answered else None,
            time_known=not any(one and one.at is None for one in (started, answered, ended)), **fields,
        )  # fmt: skip
        ratings = self._ratings(raw, made.external_id) if self.profile.ratings else ()
        if not messages:
            return self._whole(made, (share,), ()), ratings
        declared, by = self.profile.messages, self.profile.agent
        sessions = sessions_of(messages, speaking, declared)
        if len(sessions) == 1:
            return self._whole(made, *parted(share, messages, speaking, declared, by)), ratings
        cut = records_of(made, share, sessions, zone=self.zone, clock=self.profile.clock)
        whole = [self._whole(one, *parted(own, session.messages, session.agents, declared, by))
                 for (one, own), session in zip(cut, sessions, strict=True)]  # fmt: skip
        return [(one, ratings if place == 0 else ()) for place, one in enumerate(whole)]

    def _whole(
        self, made: InteractionRecord, parts: tuple[AgentPartRecord, ...], messages: tuple[MessageRecord, ...]
    ) -> InteractionRecord:
        msgspec.structs.force_setattr(made, "parts", parts)
        msgspec.structs.force_setattr(made, "messages", messages)
        self._give_digest(made)
        return made

    def _name(self, named: list[object]) -> str:
        if self.profile.key.kind == "external_id":
            return named[0]
        return "|".join(map(plain, named)) if self.profile.key.kind == "natural" else ""

    def _give_digest(self, made: InteractionRecord) -> None:
        """Its content's digest, and its name by it where it has no other."""
        digest = hashlib.sha256(msgspec.json.encode(made)).hexdigest()
        msgspec.structs.force_setattr(made, "digest", digest)
        if self.profile.key.kind == "digest":
            self.occurrences[digest] = self.occurrences.get(digest, 0) + 1
            place = self.occurrences[digest] if self.profile.key.equal_rows == "records" else 1
            msgspec.structs.force_setattr(made, "external_id", f"{digest[:32]}-{place}")

    def _messages(self, raw: dict, kept: tuple[str, ...]) -> tuple[tuple[MessageRecord, ...], list[str | None]]:
        """The messages, and for each the agent whom it names, if the profile says where."""
        declared = self.profile.messages
        made: list[MessageRecord] = []
        speaking: list[str | None] = []
        for place, entry in enumerate(_entries(raw, declared.field), 1):
            made += self._message(declared, entry, len(made), place, kept)
            agent = as_text(entry.get(declared.agent)).strip() or None if declared.agent else None
            speaking += [agent] * (len(made) - len(speaking))
        return tuple(made), speaking

    def _message(
        self, declared: Messages, entry: dict, before: int, place: int, kept: tuple[str, ...]
    ) -> list[MessageRecord]:
        said = as_text(entry.get(declared.sender)).strip()
        sender = declared.senders.get(said)
        if sender is None:
            facts = {"sequence": place, "name": declared.sender, "allowed": {"as_is": list(declared.senders)}}
            raise BadRecord("unknown-sender", declared.field, said, **facts)
        sent_at = self._sent_at(declared, entry, place)
        texts = entry.get(declared.text)
        kind = declared.kinds.get(as_text(entry.get(declared.kind))) if declared.kind else None
        made = []
        for text in texts if isinstance(texts, list) else [texts]:
            body = as_text(text)
            try:
                check_characters(body)
            except BadValue as bad:
                raise BadRecord(bad.code, declared.field, body, **bad.facts) from None
            made.append(
                MessageRecord(
                    sequence=before + len(made) + 1, part=1,
                    sender="robot" if sender == "agent" and self.robots.said(body) else sender,
                    kind=kind or (declared.empty_text_kind if not body.strip() else "text"),
                    text=self.masker.mask(body, keep=kept) if body else "", sent_at=sent_at,
                )
            )  # fmt: skip
        return made

    def _sent_at(self, declared: Messages, entry: dict, place: int) -> datetime | None:
        if self.read_time is None or entry.get(declared.time) in (None, ""):
            return None
        try:
            return self.read_time(entry[declared.time]).at
        except BadValue:
            text, example = as_text(entry[declared.time]), DateFormat(declared.formats[0]).example()
            raise BadRecord(
                "bad-message-time", declared.field, text, sequence=place, name=declared.time, example=example
            ) from None

    def _ratings(self, raw: dict, external_id: str) -> tuple[RatingRecord, ...]:
        declared, made = self.profile.ratings, []
        for place, entry in enumerate(_entries(raw, declared.field), 1):
            given = entry.get(declared.items_field)
            items = {name: _rating(declared, given, place, name) for name in declared.items}
            made.append(RatingRecord(external_id=external_id, rater=declared.rater_label % place, items=items))
        return tuple(made)



def _rows(columns: dict[str, Column]) -> Iterator[dict[str, object]]:
    names = tuple(columns)
    return (dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _entries(raw: dict, field: str) -> list[dict]:
    """The entries of a list in a JSON record; nothing there is an empty list."""
    entries = raw.get(field)
    if entries is None or entries == "":
        return []
    if not isinstance(entries, list):
        raise BadRecord("not-a-list", field, as_text(entries))
    for place, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise BadRecord("bad-entry", field, as_text(entry), sequence=place)
    return entries


def _rating(declared: Ratings, given: object, place: int, name: str) -> int:
    value = given.get(name) if isinstance(given, dict) else None
    number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None
    if number is None or not declared.minimum <= number <= declared.maximum:
        limits = {"minimum": declared.minimum, "maximum": declared.maximum}
        raise BadRecord("ratings-broken", declared.field, as_text(value), sequence=place, name=name, **limits)
    return number




def _seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole seconds; None where a clock is missing or they run backwards."""
    if start is None or end is None or end < start:
        return None
    return int((end - start).total_seconds())
