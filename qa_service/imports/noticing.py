"""Counts over the columns of a file while it is read: what its figures must be read with. Pure; notes.py says it.

A chunk is counted column by column and a row is looked at by itself only where its column says that something is
wrong with it, so that a month of a hundred thousand rows costs a few hundred milliseconds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from operator import attrgetter
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.columns import Chunk
from qa_service.imports.dates import Moment
from qa_service.imports.garbled import has_lost_signs, is_garbled
from qa_service.imports.profiles import Profile

MOST_LISTED = 5_000  # records of one note that are kept to be looked at
AGENT_FIELDS = ("agent_key", "employee_no", "account")
NO_HASH = ("list", "accounts")
SHOWN = 80
_day_of = attrgetter("on")
Instants = list[datetime | None]


class Listed(msgspec.Struct, frozen=True):
    """A record that a note speaks of: its name in its source, and what stands there, in no language."""

    name: str
    value: str


class Answer(msgspec.Struct, frozen=True):
    """An answer whose time of day was lost: its day, whether even that midnight precedes the question."""

    on: date
    is_backwards: bool
    listed: Listed


class Watch:
    """What the columns of one file show. `see` takes the rows that come in, chunk by chunk, with their names."""

    def __init__(self, profile: Profile) -> None:
        self.profile, self.zone = profile, ZoneInfo(profile.timezone)
        self.rows = 0
        self.blank: Counter[str] = Counter()
        self.answers: Counter[date] = Counter()  # answers by their day
        self.days: Counter[date] = Counter()  # records by the day that puts them into a month
        self.lost_by_day: Counter[date] = Counter()
        self.lost_backwards: Counter[date] = Counter()
        self.lost: list[Answer] = []
        self.unnamed = 0
        self.elsewhere = 0  # began in another month than the one they belong to
        self.listed: dict[str, list[Listed]] = {}
        self.counted: Counter[str] = Counter()
        self.known: dict[int, str] = {}  # what a row says without its name → the first record that said so
        self.texts = [one.field for one in profile.columns if one.type == "free_text"]
        self.moments = [one.field for one in profile.columns if one.type in ("date", "datetime")]
        self.told = [one.field for one in profile.columns if one.field != "external_id" and one.type not in NO_HASH]

    def see(self, chunk: Chunk, name_of: Callable[[int], str]) -> None:
        """Count a chunk of rows that are whole; `name_of` answers the name of a row's record."""
        self.rows += len(chunk.whole)
        for field, said in chunk.values.items():
            self.blank[field] += said.count(None)
        if self.profile.target != "interaction" or not chunk.whole:
            return
        instants = {field: [one and one.at for one in chunk.values[field]] for field in self.moments
                    if field in chunk.values}  # fmt: skip
        self._times(chunk, instants, name_of)
        self._volume(chunk)
        self._agents(chunk)
        for field in self.texts:
            self._texts(chunk.values.get(field) or (), name_of)
        if self.profile.key.kind == "external_id" and self.profile.messages is None:
            self._equal(chunk, instants, name_of)

    def _times(self, chunk: Chunk, instants: dict[str, Instants], name_of: Callable[[int], str]) -> None:
        started = chunk.values.get("started_at")
        if started is None:
            return
        begun = instants["started_at"]
        later = [field for field in ("replied_at", "ended_at") if field in chunk.values]
        if later:
            answered = chunk.values[later[0]]
            self.answers.update(_days(answered))
            if None in instants[later[0]]:
                self._lost(started, answered, name_of)
        found: dict[int, Moment] = {}
        for field in later:
            found = {place: chunk.values[field][place] for place in _earlier(instants[field], begun)} | found
        self._span_list("backwards", started, found, name_of)
        if (ordered := chunk.values.get("ordered_at")) is not None:
            late = {place: ordered[place] for place in _earlier(begun, instants["ordered_at"])}
            self._span_list("ordered-later", started, late, name_of)

    def _span_list(
        self, code: str, started: Sequence, found: dict[int, Moment], name_of: Callable[[int], str]
    ) -> None:
        spans = ((name_of(place), _span(started[place], end, self.zone)) for place, end in sorted(found.items()))
        self._keep(code, spans, len(found))

    def _lost(self, started: Sequence, answered: Sequence, name_of: Callable[[int], str]) -> None:
        """Answers without a time of day; the day itself may still say that the answer precedes the question."""
        for place in [place for place, one in enumerate(answered) if one is not None and one.at is None]:
            begun, done = started[place], answered[place]
            is_backwards = self._precedes(done, begun)
            self.lost_by_day[done.on] += 1
            self.lost_backwards[done.on] += is_backwards
            if len(self.lost) < MOST_LISTED * 4:
                listed = Listed(name_of(place), _span(begun, done, self.zone))
                self.lost.append(Answer(done.on, is_backwards, listed))

    def _precedes(self, done: Moment, begun: Moment | None) -> bool:
        """Whether the midnight that stands there lies before the question."""
        if begun is None or begun.at is None:
            return begun is not None and done.on < begun.on
        return datetime.combine(done.on, time(), self.zone) < begun.at

    def _volume(self, chunk: Chunk) -> None:
        clock = self.profile.clock and chunk.values.get(self.profile.clock.field)
        if clock is None:
            return
        self.days.update(_days(clock))
        started = chunk.values.get("started_at")
        if started is not None and started is not clock:
            self.elsewhere += sum(a.on.month != b.on.month for a, b in zip(started, clock, strict=True) if a and b)

    def _agents(self, chunk: Chunk) -> None:
        if self.profile.agent.by == "none":
            return
        named = [chunk.values[field] for field in AGENT_FIELDS if field in chunk.values]
        if named and None in named[0]:
            self.unnamed += sum(not any(one) for one in zip(*named, strict=True))

    def _texts(self, said: Sequence[str | None], name_of: Callable[[int], str]) -> None:
        for code, is_so in (("lost-signs", has_lost_signs), ("garbled", is_garbled)):
            places = [place for place, text in enumerate(said) if text and is_so(text)]
            self._keep(code, ((name_of(place), "") for place in places), len(places))

    def _equal(self, chunk: Chunk, instants: dict[str, Instants], name_of: Callable[[int], str]) -> None:
        """Rows that say the same in everything but their id; a lost time of day is told by its date."""
        columns = [instants.get(field, chunk.values[field]) for field in self.told if field in chunk.values]
        if self.profile.clock and self.profile.clock.field in chunk.values:
            columns.append([one and one.on for one in chunk.values[self.profile.clock.field]])
        if len(columns) < 2:
            return
        digests = list(map(hash, zip(*columns, strict=True)))
        fresh = set(digests)
        if len(fresh) == len(digests) and self.known.keys().isdisjoint(fresh):
            self.known.update(zip(digests, chunk.values["external_id"], strict=True))
            return
        for place, digest in enumerate(digests):
            name, first = name_of(place), self.known.setdefault(digest, name_of(place))
            if first != name:
                self._keep("equal-rows", [(name, f"= {first}")], 1)

    def _keep(self, code: str, found: Iterable[tuple[str, str]], count: int) -> None:
        if not count:
            return
        self.counted[code] += count
        kept = self.listed.setdefault(code, [])
        if len(kept) < MOST_LISTED:
            kept += [Listed(name, value[:SHOWN]) for name, value in found]


def _days(moments: Sequence[Moment | None]) -> list[date]:
    return list(map(_day_of, filter(None, moments)))


def _earlier(ends: Instants, starts: Instants) -> list[int]:
    """Places where both clocks are known and run backwards."""
    pairs = enumerate(zip(ends, starts, strict=True))
    return [place for place, (end, start) in pairs if end is not None and start is not None and end < start]


def _span(start: Moment | None, end: Moment | None, zone: ZoneInfo) -> str:
    """2023-08-03 12:10 → 2023-08-03 00:00, on the file's own clock."""
    return f"{_clocked(start, zone)} → {_clocked(end, zone)}"


def _clocked(one: Moment | None, zone: ZoneInfo) -> str:
    if one is None:
        return "—"
    return f"{one.on.isoformat()} 00:00" if one.at is None else str(one.at.astimezone(zone))[:16]
