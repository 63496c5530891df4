"""What the columns of a file hold that nobody has described yet: type, date layout, examples, doubts.

A column is judged as a whole, never row by row: a reading counts by how many of the filled cells it reads, and where
two readings read them all and mean different days (03/04/2026), the answer is a question with an example, not a guess.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import product

import msgspec

from qa_service.imports.dates import DateFormat, read_month
from qa_service.imports.values import (
    NO,
    YES,
    BadValue,
    as_text,
    read_duration,
    read_fen,
    read_id,
    read_number,
    with_point,
)

ENOUGH = 98  # percent of the filled cells that a reading must read before it is proposed
KEPT = 50_000  # distinct cells remembered per column; a column with more is judged by all of its cells as they pass
SHOWN = 5
NOTHING = frozenset(  # signs that systems write where they have nothing
    ("-", "--", "—", "–", "/", "\\N", "N/A", "n/a", "#N/A", "NA", "null", "NULL", "None", "NaN", "nan", "暂无")
)
FEW_VALUES = 30
LONG_DIGITS = 10  # a number of so many digits is an identifier: nobody counts to ten thousand million
LONG_TEXT = 18
_INTEGER = re.compile(r"[+-]*(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)")  # 1,5 is no fifteen

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y",
         "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d %Y", "%b %d, %Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%y/%m/%d",
         "%y-%m-%d", "%Y%m%d")  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S%z", "T%H:%M:%S", "T%H:%M:%S%z", " %I:%M %p", " %I:%M:%S %p")
LAYOUTS = tuple(day + clock for day, clock in product(_DAYS, _TIMES))


class Reading(msgspec.Struct, frozen=True):
    """One way to read a column: a type of a profile's column (or `nested`), with the layout where it is a date, and
    the decimal mark where it is a comma."""

    type: str
    layout: str = ""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Two readings that read the whole column and disagree, with a cell that shows it and what each makes of it."""

    one: Reading
    other: Reading
    value: str
    as_one: str
    as_other: str


class ColumnFound(msgspec.Struct, frozen=True, kw_only=True):
    """One column: how full it is, the reading proposed, the cells that it does not read, the question if there is one.

    `distinct` is None where there are more values than are remembered; `values` are all of them with how often they
    stand there, where they are few; `nothing` are signs that stand for an empty cell, which count as one.
    """

    head: str
    filled: int
    empty: int
    distinct: int | None
    examples: list[str]
    reading: Reading
    unread: int
    unread_examples: list[str]
    doubt: Doubt | None
    values: dict[str, int] = {}
    nothing: dict[str, int] = {}


@cache
def _date_formats() -> dict[Reading, DateFormat]:
    return {Reading("datetime" if "%M" in one else "date", one): DateFormat(one) for one in LAYOUTS}


def _reads(read: Callable[[object], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            read(text)
        except BadValue:
            return False
        return True

    return fits


def _is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None


def _is_money(text: str) -> bool:
    return text.startswith("¥") or text.endswith("元")


def _is_bool(text: str) -> bool:
    return text.casefold() in YES | NO


PLAIN: dict[str, Callable[[str], bool]] = {
    "month": _reads(read_month),
    "duration": _reads(read_duration),
    "bool": _is_bool,
    "integer": _is_integer,
    "decimal": _reads(read_number),
    "money": lambda text: _is_money(text) and _reads(read_fen)(text),
    "id": _reads(read_id),
}
COMMA = Reading("decimal", ",")
# What workbooks and JSON bring typed; `nested` is no type of a column: lists and records of a JSON file.
NATIVE = {datetime: "datetime", date: "date", time: "duration", timedelta: "duration", list: "nested", dict: "nested"}


class Observed:
    """What is seen of one column while its cells pass."""

    def __init__(self, head: str) -> None:
        self.head, self.filled, self.empty, self.native = head, 0, 0, Counter()
        self.values: Counter[str] = Counter()
        self.nothing: Counter[str] = Counter()
        self.read: Counter[Reading] = Counter()
        self.examples: list[str] = []
        self.length = 0
        self.tried: dict[Reading, Callable[[str], bool]] = {
            **{Reading(kind): fits for kind, fits in PLAIN.items()},
            COMMA: _reads(lambda text: read_number(with_point(text))),
            **{reading: _fits_date(layout) for reading, layout in _date_formats().items()},
        }

    def see(self, cell: object) -> None:
        text = as_text(cell).strip()
        if not text or text in NOTHING:
            self.empty += 1
            self.nothing.update([text] if text else [])
            return
        self.filled += 1
        if kind := NATIVE.get(type(cell)):
            self.native[kind] += 1
        if text in self.values or len(self.values) < KEPT:
            self.values[text] += 1
        else:
            self._count(text, 1)
        self.length += len(text)

    def _count(self, text: str, times: int) -> None:
        for reading, fits in self.tried.items():
            if fits(text):
                self.read[reading] += times

    def found(self) -> ColumnFound:
        """The verdict over all cells."""
        for text, times in self._spread():
            self._count(text, times)
        reading, doubt = self._verdict()
        fits = self.tried.get(reading)
        unread = [] if fits is None or self.native else [text for text in self.values if not fits(text)]
        return ColumnFound(
            head=self.head,
            filled=self.filled,
            empty=self.empty,
            distinct=len(self.values) if len(self.values) < KEPT else None,
            examples=[text for text, _times in self.values.most_common(SHOWN)],
            reading=reading,
            unread=sum(self.values[text] for text in unread),
            unread_examples=unread[:SHOWN],
            doubt=doubt,
            nothing=dict(self.nothing.most_common()),
            values=dict(self.values.most_common()) if len(self.values) <= FEW_VALUES else {},
        )

    def _spread(self) -> Iterator[tuple[str, int]]:
        """The distinct cells; readings that fail on most of the first thousand are tried no more."""
        for place, (text, times) in enumerate(self.values.items(), 1):
            yield text, times
            if place == 1_000:
                seen = sum(list(self.values.values())[:place])
                self.tried = {one: fits for one, fits in self.tried.items() if self.read[one] * 2 >= seen}

    def _enough(self, reading: Reading) -> bool:
        return self.filled > 0 and self.read[reading] * 100 >= self.filled * ENOUGH

    def _verdict(self) -> tuple[Reading, Doubt | None]:
        if self.native:
            return Reading(self.native.most_common(1)[0][0]), None
        dates = [one for one in _date_formats() if self._enough(one)]
        if dates:
            best = max(dates, key=lambda one: self.read[one])
            return best, self._doubt(best, [one for one in dates if self.read[one] == self.read[best]])
        for kind in ("month", "duration", "bool", "money", "integer", "decimal"):
            if self._enough(Reading(kind)) and not self._is_number_by_accident(kind):
                return Reading(kind), None
        if self._enough(COMMA) and any("," in text for text in self.values):
            return COMMA, None
        return Reading(self._kind_of_text()), None

    def _is_number_by_accident(self, kind: str) -> bool:
        """Order numbers, phones and codes with leading zeros are digits that nobody adds up."""
        if kind == "bool":
            return all(text.isdecimal() for text in self.values if _is_bool(text))
        if kind not in ("integer", "decimal"):
            return False
        digits = [text for text in self.values if text.isdecimal()]
        coded = sum(len(text) >= LONG_DIGITS or (len(text) > 1 and text.startswith("0")) for text in digits)
        return coded * 2 > len(self.values)

    def _kind_of_text(self) -> str:
        if not self.filled:
            return "text"
        if self._enough(Reading("integer")):
            return "id"
        distinct, cells, average = len(self.values), self.values.total(), self.length / self.filled
        if distinct <= FEW_VALUES and cells >= 3 * distinct:
            return "choice"
        has_blanks = sum(" " in text or "，" in text or "。" in text for text in self.values) * 3 > distinct
        if average >= LONG_TEXT and (has_blanks or not all(text.isascii() for text in self.values)):
            return "free_text"
        return "id" if distinct * 10 >= cells * 9 and not has_blanks and _has_digits(self.values) else "text"

    def _doubt(self, best: Reading, equals: Sequence[Reading]) -> Doubt | None:
        """Whether another layout reads every cell as well and makes another day of one of them."""
        formats = _date_formats()
        for other in equals:
            for text in self.values if other != best else ():
                one, two = formats[best].read(text), formats[other].read(text)
                if one is not None and two is not None and one != two:
                    return Doubt(
                        one=best, other=other, value=text, as_one=one.date().isoformat(),
                        as_other=two.date().isoformat(),
                    )  # fmt: skip
        return None


def _has_digits(values: Iterable[str]) -> bool:
    return any(character.isdigit() for text in values for character in text)


def _fits_date(layout: DateFormat) -> Callable[[str], bool]:
    if "%Y%m" in layout.layout:  # eight digits are a day only where they make a year of our time
        return lambda text: len(text) == 8 and text[:2] in ("19", "20") and layout.read(text) is not None
    return lambda text: layout.read(text) is not None


def columns_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[ColumnFound]:
    """Every column of a table, in order; rows shorter than the head count as empty behind their end."""
    seen = [Observed(head) for head in heads]
    for cells in rows:
        for place, one in enumerate(seen):
            one.see(cells[place] if place < len(cells) else "")
    return [one.found() for one in seen]
