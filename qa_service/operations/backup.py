"""Backup while serving, by SQLite's own online copy; restore beside the old file, then swap.

A backup carries its journal head and a digest of its content, so that a restore can prove it is the same data.
"""

import hashlib
import os
import sqlite3
from pathlib import Path

import msgspec

from qa_service.database.reasons import in_words
from qa_service.language import N_
from qa_service.operations import errors


class BackupReport(msgspec.Struct, frozen=True):
    file: str
    bytes: int
    tables: int
    rows: int
    journal_head: str
    digest: str


def database_file(url: str) -> Path:
    """The file behind a sqlite:/// address; refused for PostgreSQL."""
    if not url.startswith("sqlite:///"):
        raise errors.OnlySQLite()
    return Path(url.removeprefix("sqlite:///"))


def backup(url: str, target: Path) -> BackupReport:
    """A consistent copy of the database, also while the service writes into it."""
    source_file = database_file(url)
    if not source_file.is_file():
        raise errors.BackupUnreadable(file=str(source_file), reason="-")
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        source = sqlite3.connect(f"file:{source_file}?mode=ro", uri=True, timeout=30)
        copy = sqlite3.connect(part)
        try:
            source.backup(copy, pages=2_000)
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.commit()
        finally:
            copy.close()
            source.close()
        report = inspect(part)
        os.replace(part, target)
    except (OSError, sqlite3.OperationalError) as error:
        part.unlink(missing_ok=True)
        raise errors.FileUnwritable(file=str(target), reason=in_words(error)) from error
    return msgspec.structs.replace(report, file=str(target))


def inspect(file: Path) -> BackupReport:
    """Tables, rows, journal head and content digest of a database file; refused if it is not one of ours."""
    if not file.is_file():
        raise errors.BackupUnreadable(file=str(file), reason=N_("不存在"))
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            fault = connection.execute("PRAGMA quick_check").fetchone()[0]
            if fault != "ok":
                raise errors.BackupUnreadable(file=str(file), reason=fault)
            return _report(connection, file)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise errors.BackupUnreadable(file=str(file), reason=in_words(error)) from error


def _report(connection: sqlite3.Connection, file: Path) -> BackupReport:
    digest, tables, count = hashlib.sha256(), 0, 0
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    for (name,) in names:
        tables += 1
        digest.update(f"\x1d{name}".encode())
        for record in connection.execute(f'SELECT * FROM "{name}" ORDER BY id'):
            count += 1
            digest.update(repr(record).encode())
    last = connection.execute("SELECT position, mac FROM journal_line ORDER BY position DESC LIMIT 1").fetchone()
    head = f"{last[0]}:{last[1]}" if last else "0:" + "0" * 64
    return BackupReport(str(file), file.stat().st_size, tables, count, head, digest.hexdigest())


def restore(source: Path, url: str, *, force: bool = False) -> BackupReport:
    """Put a backup in the place of the database; the old file is kept beside it."""
    target = database_file(url)
    report = inspect(source)
    kept = target.with_name(target.name + ".before-restore")
    if target.exists():
        if not force:
            raise errors.TargetExists(file=str(target), kept=kept.name)
        _refuse_if_busy(target)
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(source.read_bytes())
        if target.exists():
            os.replace(target, kept)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        os.replace(part, target)
    except OSError as error:
        raise errors.FileUnwritable(file=str(target), reason=in_words(error)) from error
    return msgspec.structs.replace(report, file=str(target))


def _refuse_if_busy(target: Path) -> None:
    """Another process that has the file open keeps a shared lock in WAL mode; leaving WAL mode needs to be alone."""
    connection = sqlite3.connect(target, timeout=0.5)
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
