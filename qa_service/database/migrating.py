"""Bring the database to this version at start, under a lock, and refuse one that is newer."""

import contextlib
import fcntl
import io
import os
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.engine.base import Engine
from piccolo.engine.sqlite import SQLiteEngine

from qa_service.database import row, rows, scalar
from qa_service.database.failures import (
    DatabaseForeign,
    DatabaseNewer,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DatabaseUnreadable,
    MigrationFailed,
    kind_of,
)
from qa_service.database.reasons import reason_of
from qa_service.errors import Refusal

__all__ = [
    "DatabaseNewer", "DatabaseReadOnly", "DatabaseUnreadable", "MigrationFailed", "applied_migrations",
    "check_version",
    "check_writable", "known_migrations", "migrate", "same_version", "start_lock",
]  # fmt: skip

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_NUMBER = 5_180_931  # any fixed number: two starts on one PostgreSQL must pick the same


def known_migrations() -> set[str]:
    """The ids of the migrations that this program carries."""
    found = set()
    for path in MIGRATIONS.glob("qa_*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("ID = "):
                found.add(line.split('"')[1])
    return found


@contextlib.asynccontextmanager
async def start_lock(engine: Engine):
    """One start at a time: a lock file beside the SQLite file, an advisory lock on PostgreSQL."""
    if isinstance(engine, SQLiteEngine):
        path = Path(engine.connection_kwargs["database"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{path}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    connection = await engine.get_new_connection()
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK_NUMBER})")
        yield
    finally:
        await connection.close()


async def applied_migrations(engine: Engine) -> set[str]:
    if isinstance(engine, SQLiteEngine):
        exists = await row("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migration'")
    else:
        exists = await row("SELECT table_name FROM information_schema.tables WHERE table_name = 'migration'"
                           " AND table_schema = current_schema()")
    if not exists:
        return set()
    return {found["name"] for found in await rows("SELECT name FROM migration WHERE app_name = 'qa' ORDER BY id")}


async def migrate(engine: Engine, label: str) -> list[str]:
    """Run what is missing; answer the ids of the migrations that ran, in order.

    Raises
    ------
    DatabaseNewer, DatabaseReadOnly, DatabaseUnreadable, MigrationFailed
        Each in words; the data stays as it was (each migration is one transaction).
    """
    os.environ["PICCOLO_CONF"] = "qa_service.database.piccolo_conf"
    with in_words(engine, label):
        async with start_lock(engine):
            return await _migrate_locked(engine, label)


@contextlib.contextmanager
def in_words(engine: Engine, label: str):
    """What the driver or the file system says while a database is opened, as a refusal."""
    is_sqlite = isinstance(engine, SQLiteEngine)
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        kind = kind_of(error, is_postgres=not is_sqlite)
        if kind is None and isinstance(error, PermissionError):
            kind = DatabaseReadOnly
        if kind is None and isinstance(error, OSError):
            kind = DatabaseUnreadable if is_sqlite else DatabaseUnreachable
        if kind is None:
            raise
        raise kind(database=label, reason=reason_of(error)) from error


async def check_writable(engine: Engine, label: str) -> None:
    """A database that can only be read is refused at start, not at the first log-in. Raises DatabaseReadOnly."""
    with in_words(engine, label):
        async with engine.transaction():
            if isinstance(engine, SQLiteEngine):
                version = await scalar("SELECT user_version FROM pragma_user_version")
                await rows(same_version(version))  # BEGIN IMMEDIATE alone is let through on a read-only file
                return
            found = await row("SELECT current_setting('transaction_read_only') AS state")
            if found and found["state"] == "on":
                raise DatabaseReadOnly(database=label, reason="transaction_read_only = on")


def same_version(version: int) -> str:
    """A write that changes nothing: SQLite's own number of the file, set to what it is."""
    return f"PRAGMA user_version = {int(version)}"


async def check_version(engine: Engine, applied: set[str], label: str) -> None:
    """Refuse a database of a newer version, and an SQLite file of another program."""
    if unknown := applied - known_migrations():
        raise DatabaseNewer(database=label, unknown=", ".join(sorted(unknown)))
    if not applied and isinstance(engine, SQLiteEngine) and await _has_foreign_tables():
        raise DatabaseForeign(database=label)


async def _has_foreign_tables() -> bool:
    """An SQLite file full of somebody else's tables is not ours to write into."""
    return bool(await row("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                          " AND name <> 'migration' LIMIT 1"))


async def _migrate_locked(engine: Engine, label: str) -> list[str]:
    before, known = await applied_migrations(engine), known_migrations()
    await check_version(engine, before, label)
    if before == known:
        return []
    from qa_service.database import piccolo_conf

    piccolo_conf.DB = engine  # Piccolo asks this module, which may have been imported for another database
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):  # Piccolo prints headings
            result = await run_forwards(app_name="all")
    except SystemExit as error:
        raise MigrationFailed(reason=said.getvalue()[-500:] or str(error)) from error
    if not result.success:
        raise MigrationFailed(reason=result.message or said.getvalue()[-500:])
    return sorted(known - before)
