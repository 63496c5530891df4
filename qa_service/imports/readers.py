"""Rows out of a file, one after the other: (line, cells), where cells is a list, a dict or a BadRow.

Nothing is dropped: a row that cannot be split comes out as a BadRow. What makes the rest of a file unreadable (a
quote that is never closed, JSON that breaks off) refuses the file.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import msgspec

from qa_service.imports.errors import (
    JsonBroken,
    JsonNotRecords,
    LineTooLong,
    UnclosedQuote,
)
from qa_service.imports.sniffing import Source, Survey, find_delimiter
from qa_service.imports.values import MAX_CELL
from qa_service.language import N_

HEAD_ROWS = 20
MAX_LINE = 8 * MAX_CELL
JSON_CHUNK = 1 << 16


class BadRow(msgspec.Struct, frozen=True):
    """A record that cannot be split into cells: why, and its text."""

    code: str
    facts: dict[str, object]
    raw: list[str]


Row = tuple[int, "list | dict | BadRow"]


def _text(source: Source, found: Survey) -> io.TextIOWrapper:
    stream = source.unpacked(compressed=found.compressed)
    return io.TextIOWrapper(stream, encoding=found.encoding, errors="surrogateescape", newline="")


def read_csv(source: Source, found: Survey, *, is_known: Callable[[str], bool]) -> Iterator[Row]:
    """Records of a delimited text with the line on which each begins; blank lines are no records."""
    csv.field_size_limit(MAX_CELL)
    with _text(source, found) as text:
        early = [line for line in islice(_lines(text), HEAD_ROWS) if line.strip()]
    delimiter = find_delimiter(early, is_known=is_known)
    with _text(source, found) as text:
        yield from _records(text, delimiter)


def _lines(text: io.TextIOBase) -> Iterator[str]:
    for number, line in enumerate(iter(partial(text.readline, MAX_LINE), ""), 1):
        if len(line) >= MAX_LINE:
            raise LineTooLong(line=number, limit=MAX_LINE)
        yield line


def _records(text: io.TextIOBase, delimiter: str) -> Iterator[Row]:
    pending: list[str] = []

    def remembered() -> Iterator[str]:
        for line in _lines(text):
            pending.append(line)
            yield line

    reader, width = csv.reader(remembered(), delimiter=delimiter, strict=True), 0
    while True:
        start = reader.line_num + 1
        pending.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield start, _broken(str(error), pending, start=start, until=reader.line_num)
            continue
        if cells is None:
            return
        if not cells:
            continue
        if len(pending) > 1:
            _check_span(cells, width, start=start, until=reader.line_num, delimiter=delimiter)
        width = width or (len(cells) if len(cells) > 1 else 0)
        yield start, cells


def _broken(reason: str, pending: list[str], *, start: int, until: int) -> BadRow:
    """A quoting fault within one line costs that line; over several lines nobody knows how many records it ate."""
    at_end = "unexpected end" in reason
    too_long = "field larger" in reason
    if at_end or len(pending) > 1 or (too_long and pending and pending[0].count('"') % 2):
        raise UnclosedQuote(line=start, until=until)
    raw = [line[:2000] for line in pending]
    if too_long:
        return BadRow("cell-too-long", {"limit": MAX_CELL}, raw)
    return BadRow("broken-quotes", {}, raw)


def _check_span(cells: list[str], width: int, *, start: int, until: int, delimiter: str) -> None:
    """A cell over several lines is lawful; one that swallowed whole records is a quote that was never closed."""
    swallowed = width > 2 and any(
        line.count(delimiter) >= width - 1
        for cell in cells
        if "\n" in cell or "\r" in cell
        for line in cell.splitlines()
    )
    if swallowed or (width > 2 and len(cells) != width):
        raise UnclosedQuote(line=start, until=until)


def _no_constant(name: str) -> None:
    raise ValueError(name)


# Numbers stay texts: 16 digits of an id or a sum of money must not pass through a float.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant)


def read_json_lines(source: Source, found: Survey) -> Iterator[Row]:
    """One JSON record a line. A broken line costs that line, unless the first one is broken already."""
    with _text(source, found) as text:
        for number, line in enumerate(_lines(text), 1):
            if not line.strip():
                continue
            try:
                record = _DECODER.decode(line.strip())
            except (ValueError, RecursionError) as error:
                if number == 1:
                    raise JsonNotRecords() from None
                record = BadRow("json-line-broken", {"reason": _reason(error)}, [line.rstrip("\r\n")[:MAX_CELL]])
            yield number, _as_record(record)


def _as_record(record: object) -> dict | BadRow:
    if isinstance(record, (dict, BadRow)):
        return record
    return BadRow("not-a-record", {}, [json.dumps(record, ensure_ascii=False)[:MAX_CELL]])


# What the JSON reader of the standard library says, in our words; it reaches nobody otherwise.
_JSON_REASONS = {
    "Expecting value": N_("这里缺一个值"),
    "Expecting property name": N_("这里应是双引号括起的列名"),
    "Expecting ':'": N_("列名后面缺冒号"),
    "Expecting ','": N_("缺少逗号或结束的括号"),
    "Unterminated string": N_("文字的引号没有闭合"),
    "Invalid control character": N_("文字里有换行或控制字符，应写成转义"),
    "Invalid \\": N_("反斜杠后面写得不对"),
    "Extra data": N_("后面还有多余的内容"),
    "Illegal trailing comma": N_("最后一项后面多了逗号"),
}


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return N_("嵌套太深")
    if not isinstance(error, json.JSONDecodeError):
        return str(error)  # NaN and Infinity, which are no JSON
    return next((said for start, said in _JSON_REASONS.items() if error.msg.startswith(start)), N_("这里写得不对"))


class _Window:
    """A moving window over a long text: the part not yet read, and how many lines lie before it."""

    def __init__(self, text: io.TextIOBase) -> None:
        self.text, self.buffer, self.at, self.line, self.ended = text, text.read(JSON_CHUNK), 0, 1, False

    def grow(self) -> bool:
        """Drop what is behind and read more, as much again as is unread; False at the end of the file."""
        self.line += self.buffer.count("\n", 0, self.at)
        rest = self.buffer[self.at :]
        more = self.text.read(max(JSON_CHUNK, len(rest)))
        self.buffer, self.at = rest + more, 0
        self.ended = not more
        return not self.ended

    def skip_blanks(self) -> str:
        """The next character that is not blank, or '' at the end."""
        while True:
            while self.at < len(self.buffer):
                if self.buffer[self.at] not in " \t\r\n\ufeff":
                    return self.buffer[self.at]
                self.at += 1
            if not self.grow():
                return ""

    def fail(self, reason: str, at: int | None = None) -> JsonBroken:
        at = self.at if at is None else at
        line = self.line + self.buffer.count("\n", 0, at)
        return JsonBroken(line=line, column=at - self.buffer.rfind("\n", 0, at), reason=reason)

    def value(self) -> object:
        """The next JSON value, more text fetched while it may be incomplete."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self.buffer, self.at)
                # A number that ends with the window may go on behind it.
                if end < len(self.buffer) or self.ended or isinstance(value, (dict, list)):
                    self.at = end
                    return value
                self.grow()
            except RecursionError as error:
                raise self.fail(_reason(error)) from None
            except ValueError as error:
                if len(self.buffer) - self.at > 2 * MAX_LINE or self.ended or not self.grow():
                    raise self.fail(_reason(error), getattr(error, "pos", None)) from None


def read_json_array(source: Source, found: Survey) -> Iterator[Row]:
    """The elements of one JSON array; the line of an element is its place, counted from 1."""
    with _text(source, found) as text:
        window = _Window(text)
        if window.skip_blanks() != "[":
            raise JsonNotRecords()
        window.at += 1
        if window.skip_blanks() == "]":
            return
        place = 0
        while True:
            place += 1
            window.skip_blanks()
            yield place, _as_record(window.value())
            following = window.skip_blanks()
            if following not in (",", "]"):
                raise window.fail(N_("缺少逗号或结束的方括号"))
            window.at += 1
            if following == "]":
                if window.skip_blanks():
                    raise window.fail(N_("数组之后还有内容"))
                return
