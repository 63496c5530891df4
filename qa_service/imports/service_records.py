"""Records of service out of columns of values: contacts, chats with their messages, outside ratings.

The facts that are computed once (waits, digest) are computed here. A chunk is mapped column by column where it can be,
since a month has a hundred thousand rows and a row of a chat export a hundred messages.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import repeat
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.columns import Chunk
from qa_service.imports.conversations import seconds_between
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
SAID_AS_IT_IS = ("channel", "kind", "category", "subcategory", "customer_key", "order_no", "recording_url")
Talk = tuple[MessageRecord, ...]
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
        order_nos, ids = self._column(chunk, "order_no"), self._column(chunk, "external_id")
        kept = list(map(keep, order_nos, ids))
        made = self._records(chunk, kept)
        if self.profile.messages is None and self.profile.ratings is None:
            for one in made:
                self._give_digest(one)
            return [(one, ()) for one in made]
        return [self._told(*row) for row in zip(made, raws, kept, strict=True)]

    def _told(self, made: InteractionRecord, raw: dict, kept: tuple[str, ...]) -> Made | list[Made] | BadRecord:
        """The record with what lies in its row: messages, and ratings of the whole, which stand with the first."""
        try:
            first, *others = self._talked(made, *self._messages(raw, kept)) if self.profile.messages else [made]
            for one in (first, *others):
                self._give_digest(one)
            ratings = self._ratings(raw, first.external_id) if self.profile.ratings else ()
        except BadRecord as bad:
            return bad
        return [(first, ratings), *((one, ()) for one in others)] if others else (first, ratings)

    def _talked(self, made: InteractionRecord, messages: Talk, speaking: list[str | None]) -> list[InteractionRecord]:
        """The record with its messages and parts, or several where a silence ends one."""
        if not messages:
            return [made]
        declared, by, (share,) = self.profile.messages, self.profile.agent, made.parts
        sessions = sessions_of(messages, speaking, declared)
        cut = [(made, share)] if len(sessions) == 1 else records_of(
            made, share, sessions, zone=self.zone, clock=self.profile.clock
        )  # fmt: skip
        for (one, own), session in zip(cut, sessions, strict=True):
            parts, talk = parted(own, session.messages, session.agents, declared, by)
            msgspec.structs.force_setattr(one, "parts", parts)
            msgspec.structs.force_setattr(one, "messages", talk)
        return [one for one, _own in cut]

    def _records(self, chunk: Chunk, kept: list[tuple[str, ...]]) -> list[InteractionRecord]:
        def column(name: str) -> Column:
            return self._column(chunk, name)

        size = len(kept)
        started, replied = column("started_at"), column("replied_at")
        ended = list(map(or_else, column("ended_at"), replied))
        began, answered, closed = map(_instants, (started, replied, ended))
        parts = self._parts(chunk, began, answered, closed)
        remarks = column("remark")
        clock = column(self.profile.clock.field) if self.profile.clock else [None] * size
        given = {
            "source": [self.profile.source] * size,
            "external_id": self._names(chunk),
            "direction": [one or "in" for one in column("direction")],
            "started_at": began,
            "ended_at": closed,
            "answered_on": _days(replied),
            "time_known": list(map(_is_known, started, replied, ended)),
            "local_on": _days(clock),
            "remark": [one and self.masker.mask(one, keep=own) for one, own in zip(remarks, kept, strict=True)],
            "attributes": masked_family(chunk, self.profile, self.masker, "attributes.", kept),
            "parts": list(zip(parts, strict=True)),
            **{name: column(name) for name in SAID_AS_IT_IS},
        }
        return _made(InteractionRecord, given)

    def _parts(self, chunk: Chunk, began: Column, answered: Column, closed: Column) -> list[AgentPartRecord]:
        given = {
            name: self._column(chunk, name)
            for name in AgentPartRecord.__struct_fields__
            if name in chunk.values or name in self.profile.constants
        }
        given |= {"started_at": began, "ended_at": closed}
        given["response_seconds"] = list(map(seconds_between, began, answered))
        given["agent_key"] = list(map(or_else, self._column(chunk, "agent_key"), self._column(chunk, "employee_no")))
        given["message_count"] = [count or 0 for count in self._column(chunk, "message_count")]
        return _made(AgentPartRecord, given)

    def _column(self, chunk: Chunk, name: str) -> Column:
        return column_of(chunk, self.profile, name)

    def _names(self, chunk: Chunk) -> Column:
        """The record's number by the profile's key; empty where its content names it."""
        key = self.profile.key
        if key.kind == "external_id":
            return self._column(chunk, "external_id")
        if key.kind == "digest":
            return [""] * len(chunk.whole)
        return ["|".join(map(plain, row)) for row in zip(*(self._column(chunk, n) for n in key.fields), strict=True)]

    def _give_digest(self, made: InteractionRecord) -> None:
        """Its content's digest, and its name by it where it has no other."""
        digest = hashlib.sha256(msgspec.json.encode(made)).hexdigest()
        msgspec.structs.force_setattr(made, "digest", digest)
        if self.profile.key.kind == "digest":
            self.occurrences[digest] = self.occurrences.get(digest, 0) + 1
            place = self.occurrences[digest] if self.profile.key.equal_rows == "records" else 1
            msgspec.structs.force_setattr(made, "external_id", f"{digest[:32]}-{place}")

    def _messages(self, raw: dict, kept: tuple[str, ...]) -> tuple[Talk, list[str | None]]:
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


def _made(kind: type, given: dict[str, Column]) -> list:
    """A struct a row from columns by field; fields that nobody fills keep their defaults."""
    defaults = zip(kind.__struct_fields__[::-1], kind.__struct_defaults__[::-1], strict=False)
    missing = {name: repeat(default) for name, default in defaults}
    return list(map(kind, *[given[name] if name in given else missing[name] for name in kind.__struct_fields__]))


def _instants(moments: Column) -> Column:
    return [one.at if one else None for one in moments]


def _days(moments: Column) -> Column:
    return [one.on if one else None for one in moments]


def _is_known(started: Moment | None, replied: Moment | None, ended: Moment | None) -> bool:
    """A time that is not there is no lost time."""
    return not (_is_lost(started) or _is_lost(replied) or _is_lost(ended))


def _is_lost(moment: Moment | None) -> bool:
    return moment is not None and moment.at is None


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
