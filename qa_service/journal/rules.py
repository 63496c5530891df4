"""How a journal line is keyed and chained, and what a broken chain is called. Pure."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

FIRST = "0" * 64


class Line(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    at: datetime
    account: int | None
    actor: str
    action: str
    subject: str
    reason: str
    inputs: str
    previous_mac: str
    mac: str = ""


class Damaged(msgspec.Struct, frozen=True):
    """A line that was changed so that it cannot even be read; `position` is its own, or that of its place."""

    position: int


class Head(msgspec.Struct, frozen=True):
    """A head that somebody wrote down: its line must still be there. An empty mac asks only that there is a line.

    `source` says where it was written down; empty for the one that a person gave.
    """

    position: int
    mac: str
    source: str = ""


class Fault(msgspec.Struct, frozen=True):
    """The first line at which the chain breaks. kind: gap, order, chain, edited, head; source: whose head says so."""

    position: int
    kind: str
    source: str = ""


HEAD = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}")


def head_of(text: str, source: str = "") -> Head | None:
    """A head as it was printed, blanks and line breaks of a paste forgiven; None where it is none.

    Before the first line there is one head only, 0 and zeros.
    """
    plain = "".join(text.split()).lower()
    if not HEAD.fullmatch(plain):
        return None
    position, _, mac = plain.partition(":")
    return Head(int(position), mac, source) if int(position) or mac == FIRST else None


TEXTS = ("actor", "action", "subject", "reason", "inputs", "previous_mac", "mac")


def readable(raw: dict[str, Any]) -> Line | None:
    """The line behind a database row whose values are plain or UTF-8 bytes; None where a value is no such value."""
    try:
        plain = {name: value.decode() if isinstance(value, bytes) else value for name, value in raw.items()}
        at = plain["at"] if isinstance(plain["at"], datetime) else datetime.fromisoformat(plain["at"])
        if at.tzinfo is None or any(not isinstance(plain[name], str) for name in TEXTS):
            return None
        return Line(
            position=int(plain["position"]),
            at=at.astimezone(UTC),
            account=None if plain["account"] is None else int(plain["account"]),
            **{name: plain[name] for name in TEXTS},
        )
    except (ValueError, TypeError, OverflowError):
        return None


def canonical(line: Line) -> bytes:
    """The text that is keyed: every field but the mac, in this order, as JSON."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [line.position, at, line.account, line.actor, line.action, line.subject, line.reason, line.inputs]
    return json.dumps([*fields, line.previous_mac], ensure_ascii=False, separators=(",", ":")).encode()


def keyed(line: Line, key: bytes) -> str:
    """HMAC-SHA-256 of the canonical text, hex."""
    return hmac.new(key, canonical(line), hashlib.sha256).hexdigest()


def check_value(key: bytes, purpose: str) -> str:
    """What a database keeps of a key, to know it again: an HMAC of fixed words, from which no key follows."""
    return hmac.new(key, f"qa-key-check/1|{purpose}".encode(), hashlib.sha256).hexdigest()


def fits_a_line(raw: dict[str, Any], key: bytes) -> bool:
    """Whether this key wrote the line, as far as the line can still be read."""
    line = readable(raw)
    return line is not None and hmac.compare_digest(line.mac.encode(), keyed(line, key).encode())


def belongs(key: bytes, lines: Iterable[Line | Damaged], stored: str | None, purpose: str) -> bool:
    """Whether this is the journal's key at all: by the check value, else by any line that it wrote.

    A wrong key must not be taken for a journal that was edited from its first line on.
    """
    if stored is not None and hmac.compare_digest(stored, check_value(key, purpose)):
        return True
    is_empty = True
    for line in lines:
        is_empty = False
        if isinstance(line, Line) and hmac.compare_digest(line.mac.encode(), keyed(line, key).encode()):
            return True
    return is_empty and stored is None


def find_fault(lines: Iterable[Line | Damaged], key: bytes, heads: Sequence[Head] = ()) -> tuple[Fault | None, int]:
    """Walk the lines in order of position; answer the first fault, if any, and how many lines were read.

    `heads` were written down earlier: each must still be there, so a cut or rewritten tail shows.
    """
    wanted: dict[int, list[Head]] = {}
    for head in heads:
        wanted.setdefault(head.position, []).append(head)
    for head in wanted.get(0, []):
        if head.mac != FIRST:
            return Fault(0, "head", head.source), 0
    previous, expected, count = FIRST, 1, 0
    for line in lines:
        count += 1
        fault = _fault_of(line, key, previous, expected, wanted.get(line.position, []))
        if fault is not None:
            return fault, count
        previous, expected = line.mac, expected + 1
    cut = [head for head in heads if head.position >= expected]
    return (Fault(expected, "gap", cut[0].source) if cut else None), count


def _fault_of(line: Line | Damaged, key: bytes, previous: str, expected: int, heads: Sequence[Head]) -> Fault | None:
    if line.position != expected:
        return Fault(expected, "gap" if line.position > expected else "order")
    if isinstance(line, Damaged) or not hmac.compare_digest(line.mac.encode(), keyed(line, key).encode()):
        return Fault(line.position, "edited")
    if line.previous_mac != previous:
        return Fault(line.position, "chain")
    return next((Fault(line.position, "head", one.source) for one in heads if one.mac not in ("", line.mac)), None)
