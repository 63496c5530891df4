"""Read the journal: its head, its pages, its proof."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import is_sqlite, row, rows, scalar
from qa_service.database.facts import JOURNAL_KEY, fact
from qa_service.journal.commands import journal_key
from qa_service.journal.errors import HeadUnreadable
from qa_service.journal.heads import held_heads
from qa_service.journal.rules import FIRST, Damaged, Fault, Head, Line, belongs, find_fault, head_of, readable

CHUNK = 5_000
# On SQLite each value is read as its bytes: a value that somebody changed by hand (a word for a number, bytes that are
# no text) is then a damaged line, not an error of the driver.
COLUMNS = ("position", "at", "account", "actor", "action", "subject", "reason", "inputs", "previous_mac", "mac")
AS_BYTES = ", ".join(f"CAST({name} AS BLOB) AS {name}" for name in COLUMNS)


class Verification(msgspec.Struct, frozen=True):
    """is_whole is False with the first bad line's number and what is wrong with it.

    fault_kind `key` has no line: the key is not the journal's, so nothing can be said about its lines. fault_source
    names where the head was written down that contradicts the journal (sheet:3), empty for the head that was given.
    """

    is_whole: bool
    lines: int
    head: str
    fault_position: int | None = None
    fault_kind: str | None = None
    fault_source: str = ""


async def head() -> str:
    """`position:mac` of the last line; `0:` and zeros for an empty journal. Printed on sheets, roots and backups."""
    last = await row("SELECT position, mac FROM journal_line ORDER BY position DESC LIMIT 1")
    return f"{last['position']}:{last['mac']}" if last else f"0:{FIRST}"


async def all_lines() -> list[Line | Damaged]:
    """Every line in order, read in chunks by key."""
    found: list[Line | Damaged] = []
    columns, last_id = AS_BYTES if is_sqlite() else ", ".join(COLUMNS), 0
    while True:
        chunk = await rows(f"SELECT id, {columns} FROM journal_line WHERE id > {{}} ORDER BY id LIMIT {CHUNK}", last_id)
        if not chunk:
            return found
        last_id = chunk[-1]["id"]
        for raw in chunk:
            found.append(readable(raw) or _damaged(raw, found[-1].position if found else 0))


def _damaged(raw: dict[str, Any], previous: int) -> Damaged:
    try:
        return Damaged(int(raw["position"]))
    except (ValueError, TypeError):
        return Damaged(previous + 1)


async def verify(against: str | None = None) -> Verification:
    """Find an edit, gap, reordering, rewriting or cut tail, and name the first bad line.

    The journal is held against the head that was given and against every head that the database itself wrote down.
    """
    given = _given(against)
    found = await all_lines()
    heads, stored = [*given, *await held_heads()], await fact(JOURNAL_KEY)
    fault = await asyncio.to_thread(_fault, found, journal_key(), stored, heads)  # it keys every line
    return Verification(
        fault is None,
        len(found),
        await head(),
        fault.position if fault and fault.kind != "key" else None,
        fault.kind if fault else None,
        fault.source if fault else "",
    )


def _given(against: str | None) -> list[Head]:
    if against is None or not against.strip():
        return []
    given = head_of(against)
    if given is None:
        raise HeadUnreadable(head=against)
    return [given]


def _fault(found: list[Line | Damaged], key: bytes, stored: str | None, heads: list[Head]) -> Fault | None:
    if not belongs(key, found, stored, JOURNAL_KEY):
        return Fault(0, "key")
    ordered = sorted(found, key=lambda line: line.position)
    fault, _ = find_fault(ordered, key, heads)
    if fault is None and found != ordered:
        return Fault(_first_out_of_order(found), "order")
    return fault


def _first_out_of_order(lines: list[Line | Damaged]) -> int:
    return next(later.position for line, later in zip(lines, lines[1:], strict=False) if later.position < line.position)


class LineFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the lines: `who` is part of a name or a whole subject; noun is the word before the colon.

    from_on and until_on are local days, both included.
    """

    subject: str = ""
    who: str = ""
    noun: str = ""
    from_on: date | None = None
    until_on: date | None = None


async def lines(asked: LineFilter, before: int | None = None, limit: int = 50) -> list[dict]:
    """Newest first, paged by position."""
    where, values = _where(asked)
    return await rows(
        "SELECT position, at, actor, action, subject, reason, inputs FROM journal_line"
        f" WHERE position < {{}}{where} ORDER BY position DESC LIMIT {{}}",
        before or 2**62,
        *values,
        limit,
    )


def _where(asked: LineFilter) -> tuple[str, list[Any]]:
    where, values = "", []
    literal = asked.who.replace("%", "").replace("_", "")
    for given, condition, wanted in (
        (asked.subject, "subject = {}", [asked.subject]),
        (asked.who, "(actor LIKE {} OR subject = {})", [f"%{literal}%", asked.who]),
        (asked.noun, "action LIKE {}", [f"{asked.noun}:%"]),
        (asked.from_on, "at >= {}", [_midnight(asked.from_on)]),
        (asked.until_on, "at < {}", [_midnight(asked.until_on, days=1)]),
    ):
        if given:
            where, values = f"{where} AND {condition}", [*values, *wanted]
    return where, values


def _midnight(on: date | None, days: int = 0) -> datetime | None:
    """The instant at which a local day begins, or the one `days` later."""
    return on and datetime.combine(on + timedelta(days=days), time(), clock.HOUSE_ZONE).astimezone(UTC)


async def page(before: int | None, subject: str | None, limit: int = 50) -> list[dict]:
    """The newest lines about one subject, or about all."""
    return await lines(LineFilter(subject=subject or ""), before, limit)


async def ends() -> tuple[date, date] | None:
    """The local days of the first and the last line; None for an empty journal."""
    first = await scalar("SELECT at FROM journal_line ORDER BY position LIMIT 1")
    last = await scalar("SELECT at FROM journal_line ORDER BY position DESC LIMIT 1")
    return None if first is None else (clock.local_day(first), clock.local_day(last))
