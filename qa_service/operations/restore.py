"""Put a backup in the place of the database: the old file is copied aside first, then one rename swaps them.

There is no moment without a database: killed before the rename, the old one stands; after it, the new one does.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from qa_service.database.failures import DatabaseNewer
from qa_service.database.reasons import reason_of
from qa_service.operations import errors
from qa_service.operations.backup import BackupReport, database_file, inspect, sync, unknown_migrations
from qa_service.operations.probing import open_file

PART = ".restoring"  # beside the database while a restore is at work; left behind by one that was killed
KEPT = ".before-restore"


def restore(source: Path, url: str, *, force: bool = False) -> BackupReport:
    """The backup in the database's place; the old file stays beside it under a name that nothing overwrites.

    Raises BackupUnreadable, DatabaseNewer, TargetExists, TargetBusy, FileUnwritable; the database is then as it was.
    """
    target = database_file(url)
    report = inspect(source)
    if unknown := unknown_migrations(source):
        raise DatabaseNewer(database=str(source), unknown=", ".join(sorted(unknown)))
    if target.exists() and os.path.samefile(source, target):
        raise errors.BackupIntoItself(file=str(source))
    if target.exists() and not force:
        raise errors.TargetExists(file=str(target), kept=free_name(target).name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with nobody_starting(target):
            _swap(source, target)
    except OSError as error:
        raise errors.FileUnwritable(file=str(target), reason=reason_of(error)) from error
    return msgspec.structs.replace(report, file=str(target))


def _swap(source: Path, target: Path) -> None:
    part = target.with_name(target.name + PART)
    if target.exists():
        refuse_if_busy(target)
    try:
        _copy(source, part)
        if target.exists():
            _keep(target)
        for suffix in ("-wal", "-shm", "-journal"):  # left of the old file, they would be played into the new one
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _keep(target: Path) -> None:
    kept = free_name(target)
    for suffix in ("-wal", ""):
        if (old := target.with_name(target.name + suffix)).exists():
            _copy(old, kept.with_name(kept.name + suffix))


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all, and on the disk."""
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        shutil.copymode(source, part)
        sync(part)
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def free_name(target: Path) -> Path:
    """Where the old file goes: .before-restore, then .before-restore-2 and so on; none is ever overwritten."""
    first = target.with_name(target.name + KEPT)
    number, free = 1, first
    while free.exists():
        number += 1
        free = first.with_name(f"{first.name}-{number}")
    return free


@contextlib.contextmanager
def nobody_starting(target: Path) -> Iterator[None]:
    """The lock that a starting service takes: none may start on the file while it is swapped."""
    with open(f"{target}.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise errors.TargetBusy(file=str(target)) from error
        yield


def refuse_if_busy(target: Path) -> None:
    """Another process that has the file open keeps a shared lock in WAL mode; leaving WAL mode needs to be alone."""
    connection = open_file(target, timeout=0.5)
    try:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        if mode != "delete":
            raise errors.TargetBusy(file=str(target))
    except sqlite3.OperationalError as error:
        raise errors.TargetBusy(file=str(target)) from error
    except sqlite3.DatabaseError:
        return  # a broken file may be replaced
    finally:
        connection.close()
