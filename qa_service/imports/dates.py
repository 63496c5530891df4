"""Dates and times as the profile declares their layout, never as somebody guesses.

A month-first guess would read a good part of day-first dates without an error, and wrongly.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from operator import itemgetter
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.values import BadValue, as_text

_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?(?:[-/.]0?1(?: 00:00:00)?)?")
ENGLISH_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip


class Moment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A time as written: the instant and the local date. `at` is None when its time of day was lost."""

    at: datetime | None
    on: date


class DateFormat:
    """One declared layout of dates, strptime directives %Y %y %m %d %b %H %I %p %M %S %z, compiled to a pattern."""

    _PARTS = {
        "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
        "b": r"(?P<b>[A-Za-z]{3,9})", "H": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})",
        "I": r"(?P<I>0?[1-9]|1[0-2])", "p": r"(?P<p>[AaPp]\.?[Mm]\.?|上午|下午)",
        "S": r"(?P<S>\d{1,2})(?:\.\d+)?", "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
    }  # fmt: skip
    _TOKEN = re.compile(r"%(.)|(\s+)|([^%\s]+)")

    def __init__(self, layout: str) -> None:
        self.layout = layout
        pattern = []
        for directive, blank, literal in self._TOKEN.findall(layout):
            if directive and directive not in self._PARTS:
                raise ValueError(f"%{directive}")
            pattern.append(self._PARTS[directive] if directive else r"\s+" if blank else re.escape(literal))
        self.pattern = re.compile("".join(pattern))
        names = set(self.pattern.groupindex)
        if not ({"d"} <= names and names & {"m", "b"} and names & {"Y", "y"}):
            raise ValueError(layout)
        if ("I" in names) != ("p" in names):
            raise ValueError(layout)
        self.has_time = bool({"H", "I"} & names)
        self.places = _places(layout)

    def read(self, text: str) -> datetime | None:
        """The time as written (aware only if the text carries an offset), or None if the layout does not fit."""
        if self.places is not None and (when := self.places.read(text)) is not None:
            return when
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        part = found.groupdict()
        month = ENGLISH_MONTHS.get(part["b"].lower(), 0) if "b" in part else int(part["m"])
        try:
            when = datetime(  # noqa: DTZ001 -- as written; the profile's zone is applied by the caller
                int(part["Y"]) if "Y" in part else _century(int(part["y"])), month, int(part["d"]),
                _hour(part), int(part.get("M") or 0), int(part.get("S") or 0),
            )  # fmt: skip
            return when if "z" not in part else datetime.fromisoformat(when.isoformat() + part["z"])
        except ValueError:
            return None

    def example(self) -> str:
        """A date in this layout that cannot be read in two ways."""
        return datetime(2026, 10, 31, 17, 5, 9, tzinfo=UTC).strftime(self.layout)


class Places(msgspec.Struct, frozen=True):
    """Where the digits of a layout stand when every part has its full width: read a fifth as long as by the pattern."""

    length: int
    marks_of: Callable[[str], object]
    marks: object
    parts: list[slice]

    def read(self, text: str) -> datetime | None:
        """None where the text is not of this shape; the pattern then decides."""
        if len(text) != self.length or self.marks_of(text) != self.marks:
            return None
        year, month, day, *clock = [text[part] for part in self.parts]
        try:  # the standard library reads this one shape in C, and refuses all that is no digit of it
            return datetime.fromisoformat(f"{year}-{month}-{day}" + (f"T{':'.join(clock)}" if clock else ""))
        except ValueError:
            return None


WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}


def _places(layout: str) -> Places | None:
    """None for a layout with parts whose width varies (%b, %z) or with clock parts missing in the middle."""
    at, marks, parts = 0, {}, {}
    for directive, blank, literal in DateFormat._TOKEN.findall(layout):
        if directive:
            if directive not in WIDTHS or directive in parts:
                return None
            parts[directive] = slice(at, at + WIDTHS[directive])
            at += WIDTHS[directive]
        else:
            marks |= {at + number: mark for number, mark in enumerate(blank or literal)}
            at += len(blank or literal)
    order = [name for name in WIDTHS if name in parts]
    if order not in (list("Ymd"), list("YmdHM"), list("YmdHMS")):
        return None
    if len(marks) < 2:  # nothing to tell this layout by
        return None
    return Places(at, itemgetter(*marks), tuple(marks.values()), [parts[name] for name in order])


def _hour(part: dict[str, str]) -> int:
    """The hour of 24; of a clock of 12 hours, 12 AM is midnight and 12 PM is noon."""
    if "I" not in part:
        return int(part.get("H") or 0)
    return int(part["I"]) % 12 + (12 if part["p"][0] in "Pp下" else 0)


def _century(two_digits: int) -> int:
    return two_digits + (2000 if two_digits < 69 else 1900)  # POSIX's pivot, as strptime has it


def moment_reader(formats: list[str], zone: ZoneInfo, *, midnight_means_unknown: bool) -> Callable[[object], Moment]:
    """A function from a cell to a Moment, formats tried in the declared order."""
    layouts = [DateFormat(layout) for layout in formats]
    example = layouts[0].example() if layouts else "2026-10-31 17:05"

    def read(cell: object) -> Moment:
        when = _native_time(cell) if not isinstance(cell, str) else _first_fit(layouts, cell)
        if when is None:
            raise BadValue("bad-date", example=example)
        if not 1900 <= when.year < 2200:
            raise BadValue("out-of-range", minimum="1900", maximum="2199")
        unknown = midnight_means_unknown and when.hour == when.minute == when.second == 0
        at = None if unknown else (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
        return Moment(at, when.date())

    return read


def within(read: Callable[[object], Moment], first: date | None, last: date | None) -> Callable[[object], Moment]:
    """The same reader, refusing days outside these: a spreadsheet that destroyed a date leaves one that is valid."""

    def checked(cell: object) -> Moment:
        moment = read(cell)
        if (first and moment.on < first) or (last and moment.on > last):
            raise BadValue("out-of-range", minimum=str(first or "…"), maximum=str(last or "…"))
        return moment

    return checked


def _first_fit(layouts: list[DateFormat], text: str) -> datetime | None:
    for candidate in (text.strip(), unicodedata.normalize("NFKC", text).strip()):
        for layout in layouts:
            if (when := layout.read(candidate)) is not None:
                return when
    return None


def _native_time(cell: object) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    return None


def read_month(cell: object) -> date:
    """The first day of a month written 2026-10, 2026/10 or 2026年10月."""
    if (when := _native_time(cell)) is not None:
        return when.date().replace(day=1)
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", as_text(cell)).strip())
    if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) < 2200:
        raise BadValue("bad-month")
    return date(int(found[1]), int(found[2]), 1)
