"""Files that this room keeps: uploads until they are read, files of rejected rows. For our own eyes, and not for long.

Folders 700, files 600. What was refused or never confirmed goes at the next start, and after a day.
"""

import os
import re
import secrets
import time
from pathlib import Path

from qa_service.imports.configuring import folder
from qa_service.imports.errors import RejectsGone
from qa_service.people.access import Actor

DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS
DESCRIBED = ".described"  # the answers about an upload, kept beside it
UPLOAD_NAME = 73  # characters: a digest, a hyphen, 8 of chance
FILE_MODE = 0o600


def open_private(path: Path) -> int:
    """A new file that only this account may read; a file descriptor for writing."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)


def keep_rejects(actor: Actor, content: bytes, kind: str, *, batch: int | None = None) -> Path:
    """Write a file of rejected rows: of a batch for as long as the batch stands, of a trial for a day."""
    name = f"batch-{batch}" if batch else f"trial-{actor.account_id or 0}-{secrets.token_hex(16)}"
    path = folder("rejects") / f"{name}.{kind}"
    path.unlink(missing_ok=True)
    with os.fdopen(open_private(path), "wb") as file:
        file.write(content)
    return path


def trial_rejects(actor: Actor, name: str) -> bytes:
    """The rejected rows of one's own trial."""
    path = folder("rejects") / name
    if not re.fullmatch(rf"trial-{actor.account_id or 0}-[0-9a-f]{{32}}\.(csv|json)", name) or not path.is_file():
        raise RejectsGone()
    return path.read_bytes()


def sweep_kept(*, waiting: frozenset[str] = frozenset(), older_than: int = 0) -> int:
    """Remove uploads that no job waits for, and files of trials, once they are `older_than` seconds old; how many.

    An upload that somebody describes stays, with the answers, until nobody has answered for a week.
    """
    limit, gone = time.time() - older_than, 0
    waiting |= _described()
    for path in [*folder("uploads").iterdir(), *folder("rejects").glob("trial-*")]:
        if path.is_file() and path.name not in waiting and path.stat().st_mtime <= limit:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _described() -> frozenset[str]:
    """Names of the answers that are still fresh, and of their uploads."""
    limit = time.time() - WEEK_SECONDS
    fresh = [path.name for path in folder("uploads").glob(f"*{DESCRIBED}") if path.stat().st_mtime > limit]
    return frozenset([*fresh, *(name[:UPLOAD_NAME] for name in fresh)])
