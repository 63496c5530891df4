"""The sampling frame: one canonical line per eligible agent part, and one root that commits to all of them.

A leaf is the UTF-8 text `id|agent|channel|kind|local date` in which each field is percent-encoded: the unreserved
characters of RFC 3986 (A-Z a-z 0-9 - . _ ~) stay, every other character becomes %XX of its UTF-8 bytes in capital
hex digits. No Unicode normalisation: the bytes are those that the record holds. The date is YYYY-MM-DD. Channel and
kind may be empty (not stated), id and agent may not. A leaf is therefore plain ASCII and its text order is its byte
order.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote

import msgspec

from qa_service.sampling import merkle
from qa_service.sampling.errors import BadLeaf, DuplicateLeaf, FrameNotInOrder, RootDiffers


class Part(msgspec.Struct, frozen=True):
    """One agent part that may be drawn; all names are the texts that stand in the leaf."""

    id: str
    agent: str
    channel: str
    kind: str
    local_on: date


class Stratum(msgspec.Struct, frozen=True, order=True):
    """Within a stratum every part has the same chance."""

    agent: str
    channel: str
    kind: str


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What is committed before anything is drawn: leaves in byte order, their root, and what was left out and why."""

    leaves: tuple[str, ...]
    root_hex: str
    exclusions: dict[str, int]

    @property
    def count(self) -> int:
        return len(self.leaves)

    @property
    def excluded_count(self) -> int:
        return sum(self.exclusions.values())


@lru_cache(maxsize=65536)
def _encoded(field: str) -> str:
    return quote(field, safe="", encoding="utf-8", errors="strict")


@lru_cache(maxsize=65536)
def _decoded(field: str) -> str:
    """Refuses (ValueError) every spelling but the canonical one, so that two texts never mean the same leaf."""
    text = unquote(field, encoding="utf-8", errors="strict") if "%" in field else field
    if quote(text, safe="") != field:
        raise ValueError(field)
    return text


@lru_cache(maxsize=4096)
def _date(field: str) -> date:
    day = date.fromisoformat(field)
    if day.isoformat() != field:  # Python also reads 20260302 and 2026-W10-1
        raise ValueError(field)
    return day


def leaf(part: Part) -> str:
    """The canonical line of one agent part."""
    if not part.id or not part.agent:
        raise BadLeaf(leaf=f"{part.id}|{part.agent}|{part.channel}|{part.kind}|{part.local_on}")
    try:
        fields = (quote(part.id, safe=""), _encoded(part.agent), _encoded(part.channel), _encoded(part.kind))
    except UnicodeEncodeError:  # half of a surrogate pair has no UTF-8 bytes
        raise BadLeaf(leaf=part.id.encode("ascii", "backslashreplace").decode()) from None
    return "|".join((*fields, part.local_on.isoformat()))


def parse_leaf(text: str) -> Part:
    """The agent part behind a canonical line; the exact inverse of `leaf`."""
    try:
        part_id, agent, channel, kind, day = text.split("|")
        part = Part(_decoded(part_id), _decoded(agent), _decoded(channel), _decoded(kind), _date(day))
    except ValueError:
        raise BadLeaf(leaf=text) from None
    if not part.id or not part.agent:
        raise BadLeaf(leaf=text)
    return part


def leaf_bytes(frame: Frame) -> list[bytes]:
    return [line.encode("ascii") for line in frame.leaves]


def make_frame(parts: Iterable[Part], exclusions: Mapping[str, int] | None = None) -> Frame:
    """The frame of these parts in whatever order they come.

    `exclusions` counts the parts left out by each declared rule (reason -> count). An id that comes twice is refused
    even when the other fields differ: it would hold two chances with one ticket.
    """
    lines, seen = [], set()
    for part in parts:
        if part.id in seen:
            raise DuplicateLeaf(part_id=part.id)
        seen.add(part.id)
        lines.append(leaf(part))
    return _committed(sorted(lines), exclusions)


def frame_from_leaves(
    leaves: Iterable[str], exclusions: Mapping[str, int] | None = None, *, root_hex: str | None = None
) -> Frame:
    """A stored or received frame, checked line by line: format, order, no id twice, and the published root if given."""
    lines, seen, before = [], set(), ""
    for line, text in enumerate(leaves, start=1):
        part = parse_leaf(text)
        if part.id in seen:
            raise DuplicateLeaf(part_id=part.id)
        if text < before:
            raise FrameNotInOrder(line=line)
        seen.add(part.id)
        lines.append(text)
        before = text
    frame = _committed(lines, exclusions)
    if root_hex is not None and root_hex != frame.root_hex:
        raise RootDiffers(published=root_hex, computed=frame.root_hex)
    return frame


def _committed(lines: list[str], exclusions: Mapping[str, int] | None) -> Frame:
    root = merkle.root(line.encode("ascii") for line in lines)
    return Frame(leaves=tuple(lines), root_hex=root.hex(), exclusions=dict(sorted((exclusions or {}).items())))


def parts_by_stratum(frame: Frame, *, agent: str | None = None) -> dict[Stratum, list[str]]:
    """The ids of each stratum, strata in order; of one agent only where `agent` is given."""
    found: dict[Stratum, list[str]] = {}
    for text in frame.leaves:
        part = parse_leaf(text)
        if agent is None or part.agent == agent:
            found.setdefault(Stratum(part.agent, part.channel, part.kind), []).append(part.id)
    return dict(sorted(found.items()))
