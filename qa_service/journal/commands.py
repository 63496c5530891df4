"""Append one line as the last statement of a command's transaction, so that writers hardly wait for each other."""

import json
from typing import Protocol

from qa_service import clock
from qa_service.database import is_sqlite, row, rows
from qa_service.journal.rules import FIRST, Line, keyed

LOCK_NUMBER = 5_180_932  # one appender at a time on PostgreSQL, held only from here to COMMIT

_key: dict[str, bytes] = {}


class Who(Protocol):
    account_id: int | None
    name: str


def set_key(key: bytes) -> None:
    """Bind the journal's key (a setting outside the database) at start."""
    _key["journal"] = key


async def record(
    actor: Who, action: str, subject: object, reason: str = "", *, inputs: dict[str, object] | None = None
) -> str:
    """Write the line of this command; must be its last statement, inside its transaction. Answers the new head."""
    if not is_sqlite():
        await rows(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})")
    last = await row("SELECT position, mac FROM journal_line ORDER BY position DESC LIMIT 1")
    line = Line(
        position=last["position"] + 1 if last else 1,
        at=clock.now(),
        account=actor.account_id,
        actor=actor.name,
        action=action,
        subject=str(subject),
        reason=reason or "",
        inputs=json.dumps(inputs or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        previous_mac=last["mac"] if last else FIRST,
    )
    mac = keyed(line, _key["journal"])
    await rows(
        "INSERT INTO journal_line (position, at, account, actor, action, subject, reason, inputs, previous_mac, mac)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        line.position, line.at, line.account, line.actor, line.action, line.subject, line.reason, line.inputs,
        line.previous_mac, mac,
    )  # fmt: skip
    return f"{line.position}:{mac}"


def journal_key() -> bytes:
    return _key["journal"]
