"""Backup while serving, by SQLite's own online copy.

A backup carries its journal head and a digest of its content, so that a restore can prove it is the same data.
"""

import hashlib
import os
import secrets
import sqlite3
from pathlib import Path

import msgspec

from qa_service.database import file_of
from qa_service.database.failures import DatabaseCorrupt, DatabaseForeign, NoDatabase
from qa_service.database.migrating import known_migrations
from qa_service.database.reasons import reason_of
from qa_service.journal.rules import FIRST
from qa_service.language import N_
from qa_service.operations import errors
from qa_service.operations.probing import open_file

BESIDE = ("", "-wal", "-shm", "-journal", ".lock")  # what belongs to an open SQLite file


class BackupReport(msgspec.Struct, frozen=True):
    file: str
    bytes: int
    tables: int
    rows: int
    journal_head: str
    digest: str


def database_file(url: str) -> Path:
    """The file behind a sqlite:/// address; refused for PostgreSQL. Raises AddressUnknown, OnlySQLite."""
    if (file := file_of(url)) is None:
        raise errors.OnlySQLite()
    return file


def backup(url: str, target: Path, *, force: bool = False) -> BackupReport:
    """A consistent copy of the database, also while the service writes into it.

    Raises NoDatabase, BackupIntoItself, BackupTargetExists, TargetBusy (the target is a database in use),
    DatabaseCorrupt, DatabaseForeign, FileUnwritable.
    """
    source_file = database_file(url)
    if not source_file.is_file():
        raise NoDatabase(database=str(source_file))
    _check_target(source_file, target, force=force)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source_file, part)
        report = inspect(part)
        sync(part)
        os.replace(part, target)
    except (OSError, sqlite3.OperationalError) as error:
        raise errors.FileUnwritable(file=str(target), reason=reason_of(error)) from error
    except sqlite3.DatabaseError as error:
        raise DatabaseCorrupt(database=str(source_file), reason=reason_of(error)) from error
    except errors.BackupForeign as refusal:
        raise DatabaseForeign(database=str(source_file)) from refusal
    except errors.BackupUnreadable as refusal:  # the copy is what the database is
        raise DatabaseCorrupt(database=str(source_file), reason=refusal.facts["reason"]) from refusal
    finally:
        for suffix in ("", "-journal"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)
    return msgspec.structs.replace(report, file=str(target))


def _check_target(source: Path, target: Path, *, force: bool) -> None:
    """Never the database itself, by whatever name or link; an older backup only when told."""
    for suffix in BESIDE:
        own = source.with_name(source.name + suffix)
        if own.resolve() == target.resolve() or (target.exists() and own.exists() and os.path.samefile(own, target)):
            raise errors.BackupIntoItself(file=str(target))
    if target.is_dir():
        raise errors.FileUnwritable(file=str(target), reason=N_("这是一个文件夹"))
    if target.exists() and not force:
        raise errors.BackupTargetExists(file=str(target))
    if target.with_name(target.name + "-wal").exists():  # some service has this file open, or was killed with it
        raise errors.TargetBusy(file=str(target))


def _copy(source_file: Path, part: Path) -> None:
    source = open_file(source_file, timeout=30)
    copy = sqlite3.connect(part)
    try:
        source.backup(copy, pages=2_000)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.commit()
    finally:
        copy.close()
        source.close()


def sync(file: Path) -> None:
    """On the disk before the name points to it."""
    with file.open("rb") as written:
        os.fsync(written.fileno())


def inspect(file: Path) -> BackupReport:
    """Tables, rows, journal head and content digest of a database file; refused if it is not one of ours."""
    name = str(file)
    if not file.is_file():
        raise errors.BackupUnreadable(file=name, reason=N_("不存在"))
    try:
        connection = open_file(file)
        try:
            fault = connection.execute("PRAGMA quick_check").fetchone()[0]
            if fault != "ok":
                raise errors.BackupUnreadable(file=name, reason=fault)
            _check_ours(connection, name)
            return _report(connection, file)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise errors.BackupUnreadable(file=name, reason=reason_of(error)) from error


def _check_ours(connection: sqlite3.Connection, name: str) -> None:
    tables = {found[0] for found in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"migration", "journal_line"} <= tables:
        raise errors.BackupForeign(file=name, reason=N_("没有本服务的数据表"))


def unknown_migrations(file: Path) -> set[str]:
    """Migrations of the file that this program does not carry: it is of a newer version."""
    connection = open_file(file)
    try:
        found = connection.execute("SELECT name FROM migration WHERE app_name = 'qa'").fetchall()
    finally:
        connection.close()
    return {name for (name,) in found} - known_migrations()


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
    head = f"{last[0]}:{last[1]}" if last else f"0:{FIRST}"
    return BackupReport(str(file), file.stat().st_size, tables, count, head, digest.hexdigest())
