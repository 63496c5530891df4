"""Read the journal: its head, its pages, its proof."""

import re

import msgspec

from qa_service.database import row, rows
from qa_service.journal.commands import journal_key
from qa_service.journal.errors import HeadUnreadable
from qa_service.journal.rules import Fault, Line, find_fault

CHUNK = 5_000
HEAD = re.compile(r"\d{1,18}:[0-9a-f]{64}")


class Verification(msgspec.Struct, frozen=True):
    """is_whole is False with the first bad line's number and what is wrong with it."""

    is_whole: bool
    lines: int
    head: str
    fault_position: int | None = None
    fault_kind: str | None = None


async def head() -> str:
    """`position:mac` of the last line; `0:` and zeros for an empty journal. Printed on sheets, roots and backups."""
    last = await row("SELECT position, mac FROM journal_line ORDER BY position DESC LIMIT 1")
    return f"{last['position']}:{last['mac']}" if last else "0:" + "0" * 64


async def all_lines() -> list[Line]:
    """Every line in order, read in chunks by key."""
    found: list[Line] = []
    last_id = 0
    while True:
        chunk = await rows("SELECT * FROM journal_line WHERE id > {} ORDER BY id LIMIT {}", last_id, CHUNK)
        if not chunk:
            return found
        last_id = chunk[-1]["id"]
        found.extend(msgspec.convert({k: v for k, v in line.items() if k != "id"}, Line) for line in chunk)


async def verify(against: str | None = None) -> Verification:
    """Find an edit, gap, reordering, rewriting or cut tail, and name the first bad line."""
    if against is not None and not HEAD.fullmatch(against):
        raise HeadUnreadable(head=against)
    lines = await all_lines()
    fault: Fault | None
    fault, _ = find_fault(sorted(lines, key=lambda line: line.position), journal_key(), against)
    if fault is None and [line.position for line in lines] != sorted(line.position for line in lines):
        fault = Fault(_first_out_of_order(lines), "order")
    return Verification(
        fault is None,
        len(lines),
        await head(),
        fault.position if fault else None,
        fault.kind if fault else None,
    )


def _first_out_of_order(lines: list[Line]) -> int:
    return next(later.position for line, later in zip(lines, lines[1:], strict=False) if later.position < line.position)


async def page(before: int | None, subject: str | None, limit: int = 50) -> list[dict]:
    """Newest first, paged by position."""
    return await rows(
        "SELECT position, at, actor, action, subject, reason, inputs FROM journal_line"
        " WHERE position < {} AND ({} = '' OR subject = {}) ORDER BY position DESC LIMIT {}",
        before or 2**62,
        subject or "",
        subject or "",
        limit,
    )
