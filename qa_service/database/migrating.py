"""Bring the database to this version at start, under a lock, and refuse one that is newer."""

import contextlib
import fcntl
import io
import os
import sqlite3
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.engine.base import Engine
from piccolo.engine.sqlite import SQLiteEngine

from qa_service.database import row, rows
from qa_service.database.reasons import in_words
from qa_service.errors import Refusal
from qa_service.language import N_

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_NUMBER = 5_180_931  # any fixed number: two starts on one PostgreSQL must pick the same


class DatabaseNewer(Refusal):
    status, code = 500, "database-newer"
    sentence = N_("数据库“%(database)s”属于更新的版本（含未知的迁移%(unknown)s），请升级程序后再启动；数据没有改动")


class DatabaseReadOnly(Refusal):
    status, code = 500, "database-read-only"
    sentence = N_("数据库文件“%(database)s”或其目录不可写：%(reason)s。请检查文件和目录的权限")


class DatabaseUnreadable(Refusal):
    status, code = 500, "database-unreadable"
    sentence = N_("打不开数据库“%(database)s”：%(reason)s")


class MigrationFailed(Refusal):
    status, code = 500, "migration-failed"
    sentence = N_("数据库迁移失败：%(reason)s。数据库保持原样")


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


async def migrate(engine: Engine, label: str) -> int:
    """Run what is missing; answer how many migrations ran.

    Raises
    ------
    DatabaseNewer, DatabaseReadOnly, DatabaseUnreadable, MigrationFailed
        Each in words; the data stays as it was (each migration is one transaction).
    """
    os.environ["PICCOLO_CONF"] = "qa_service.database.piccolo_conf"
    try:
        async with start_lock(engine):
            return await _migrate_locked(engine, label)
    except (sqlite3.OperationalError, PermissionError) as error:
        if isinstance(error, PermissionError) or "readonly" in str(error):
            raise DatabaseReadOnly(database=label, reason=in_words(error)) from error
        raise DatabaseUnreadable(database=label, reason=in_words(error)) from error
    except (sqlite3.DatabaseError, OSError) as error:
        raise DatabaseUnreadable(database=label, reason=in_words(error)) from error


async def _migrate_locked(engine: Engine, label: str) -> int:
    before, known = await applied_migrations(engine), known_migrations()
    if before - known:
        raise DatabaseNewer(database=label, unknown=", ".join(sorted(before - known)))
    if before == known:
        return 0
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
    return len(known - before)
