"""What pages hand to the macros besides tables: actions, choices, entries, messages with their quotes, chart rows."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

MASKED = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]*\*{3,}[0-9A-Za-z*]*")


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """A button or a link that looks like one. kind: '', primary, danger, quiet. method: get, or post with `fields`.

    An action that cannot work yet has `disabled=True` and says why in its own label (还有4项未评).
    """

    label: str
    href: str
    kind: str = ""
    method: str = "get"
    icon: str = ""
    fields: dict[str, str] = {}
    disabled: bool = False
    key: str = ""


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """A filter, tab or column switch as a link: label, count of what it leads to, whether it is on."""

    label: str
    href: str
    count: int | None = None
    is_current: bool = False


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One choice of a select, radio or tick list. `key` is the keyboard hint, `group` a heading in a select."""

    value: str
    label: str
    help: str = ""
    group: str = ""
    key: str = ""
    disabled: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what when. state: done, '' (still to come), current, bad."""

    title: str
    text: str = ""
    when: str = ""
    state: str = ""
    href: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the chain from a number back to a sentence. `score` and `mark` are cells of tables.py.

    kind is the level's name (规则版本, 指标值, 质检评分, 答案, 原句); `quote` is set on the last one and is the only
    text that is highlighted.
    """

    kind: str
    title: str = ""
    aside: str = ""
    lines: list[str] = []
    href: str = ""
    score: object | None = None
    quote: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a transcript. sender: customer, agent, other_agent, robot, system. kind: text, image, card,
    voice, recalled, file. `pause_seconds` is the wait before it, shown as a line when given; `is_slow` colours it."""

    number: int
    sender: str
    name: str
    at: datetime | None
    text: str
    kind: str = "text"
    pause_seconds: int | None = None
    is_slow: bool = False


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Characters start..end of a message that an item points to. `ref` is the item's code, `href` its place."""

    message: int
    start: int
    end: int
    ref: str
    href: str = ""


class Piece(msgspec.Struct, frozen=True):
    """A run of a message's text with the quotes that cover it and those that end with it."""

    text: str
    is_quoted: bool
    is_masked: bool
    refs: list[Quote]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a chart, values in the chart's unit. lower and upper None: not enough evidence, drawn dashed."""

    label: str
    value: float | None
    text: str
    lower: float | None = None
    upper: float | None = None
    n: int | None = None
    href: str = ""
    missing: str = ""


def pieces(message: Message, quotes: Sequence[Quote] = ()) -> list[Piece]:
    """Cut a text at the borders of its quotes and of masked values; quotes may overlap, and are cut to the text."""
    text = message.text
    own = [quote for quote in quotes if quote.message == message.number and quote.start < min(quote.end, len(text))]
    masks = [found.span() for found in MASKED.finditer(text)]
    ends = [(quote, min(quote.end, len(text))) for quote in own]
    borders = {0, len(text), *(quote.start for quote in own), *(end for _, end in ends)}
    borders.update(border for mask in masks for border in mask)
    cuts = sorted(border for border in borders if border >= 0)
    found = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        is_quoted = any(quote.start <= start and end <= stop for quote, stop in ends)
        is_masked = any(first <= start and end <= last for first, last in masks)
        refs = [quote for quote, stop in ends if stop == end]
        found.append(Piece(text[start:end], is_quoted, is_masked, refs))
    return found
