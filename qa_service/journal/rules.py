"""How a journal line is keyed and chained, and what a broken chain is called. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime

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


class Fault(msgspec.Struct, frozen=True):
    """The first line at which the chain breaks. kind: gap, order, chain, edited, head."""

    position: int
    kind: str


def canonical(line: Line) -> bytes:
    """The text that is keyed: every field but the mac, in this order, as JSON."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [line.position, at, line.account, line.actor, line.action, line.subject, line.reason, line.inputs]
    return json.dumps([*fields, line.previous_mac], ensure_ascii=False, separators=(",", ":")).encode()


def keyed(line: Line, key: bytes) -> str:
    """HMAC-SHA-256 of the canonical text, hex."""
    return hmac.new(key, canonical(line), hashlib.sha256).hexdigest()


def find_fault(lines: Iterable[Line], key: bytes, head: str | None = None) -> tuple[Fault | None, int]:
    """Walk the lines in order of position; answer the first fault, if any, and how many lines were read.

    `head` is a head printed earlier (`position:mac`): it must still be there, so a cut or rewritten tail shows.
    """
    previous, expected, head_position, head_mac = FIRST, 1, *_parts(head)
    count = 0
    for line in lines:
        count += 1
        if line.position != expected:
            return Fault(expected, "gap" if line.position > expected else "order"), count
        if not hmac.compare_digest(line.mac, keyed(line, key)):
            return Fault(line.position, "edited"), count
        if line.previous_mac != previous:
            return Fault(line.position, "chain"), count
        if line.position == head_position and line.mac != head_mac:
            return Fault(line.position, "head"), count
        previous, expected = line.mac, expected + 1
    if head_position is not None and head_position >= expected:
        return Fault(expected, "gap"), count
    return None, count


def _parts(head: str | None) -> tuple[int | None, str]:
    if not head:
        return None, ""
    position, _, mac = head.partition(":")
    return int(position), mac
