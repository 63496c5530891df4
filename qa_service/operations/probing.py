"""Look at a database without changing it: no schema, no key, no file is made, and no mode is switched."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from qa_service.database import file_of
from qa_service.database.failures import DatabaseFault, DatabaseUnreachable, as_refusal, shown_address
from qa_service.database.migrating import same_version
from qa_service.database.reasons import reason_of

PATIENCE_SECONDS = 5.0
OUR_THINGS = ("account", "person", "unit", "import_batch")


def open_file(file: Path, *, timeout: float = 2.0) -> sqlite3.Connection:
    """An SQLite file that must be there already; opening it makes none."""
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, timeout=timeout)
    connection.isolation_level = None
    return connection


class Probe:
    """Reads of one database of either kind, by plain SQL without values."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.is_sqlite = isinstance(connection, sqlite3.Connection)

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        if not self.is_sqlite:
            return [dict(found) for found in await self.connection.fetch(sql)]
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, found, strict=True)) for found in cursor]

    async def tables(self) -> set[str]:
        sql = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        if self.is_sqlite:
            sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        return {found["name"] for found in await self.rows(sql)}

    async def applied(self) -> set[str]:
        """The ids of the migrations that ran; none where this is no database of ours."""
        if "migration" not in await self.tables():
            return set()
        return {found["name"] for found in await self.rows("SELECT name FROM migration WHERE app_name = 'qa'")}

    async def check_writing(self) -> None:
        """Ask for the right to write, and give it back at once; raises what the driver says."""
        if self.is_sqlite:
            self.connection.execute("BEGIN IMMEDIATE")  # on a read-only file SQLite makes this a reading one
            try:
                self.connection.execute(same_version(self.connection.execute("PRAGMA user_version").fetchone()[0]))
            finally:
                self.connection.execute("ROLLBACK")
        elif (await self.rows("SELECT current_setting('transaction_read_only') AS state"))[0]["state"] == "on":
            raise asyncpg.exceptions.ReadOnlySQLTransactionError("transaction_read_only = on")

    def quick_check(self, seconds: float) -> str | None:
        """SQLite's own check of the file: 'ok', the first fault, or None where it takes longer than that."""
        until = time.monotonic() + seconds
        self.connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        try:
            return self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_INTERRUPT:
                raise
            return None
        finally:
            self.connection.set_progress_handler(None, 0)


@asynccontextmanager
async def probing(url: str) -> AsyncIterator[Probe]:
    """Open, look, close. What the driver says becomes a refusal with advice."""
    connection: Any = None
    file = file_of(url)
    try:
        connection = open_file(file) if file else await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
        yield Probe(connection)
    except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        # of a server the system itself complains only where there is none, such as a socket that is not there
        kind = DatabaseUnreachable if file is None and isinstance(error, OSError) else DatabaseFault
        raise as_refusal(error, url) or kind(database=shown_address(url), reason=reason_of(error)) from error
    finally:
        if isinstance(connection, sqlite3.Connection):
            connection.close()
        elif connection is not None:
            await connection.close()


async def what_is_at(url: str) -> str:
    """none, empty (nothing of a department in it), demo, or taken."""
    if (file := file_of(url)) is not None and not file.is_file():
        return "none"
    async with probing(url) as probe:
        tables = await probe.tables()
        if "migration" not in tables:
            return "taken" if tables and probe.is_sqlite else "empty"
        if "database_fact" in tables and await probe.rows("SELECT id FROM database_fact WHERE name = 'demo'"):
            return "demo"
        held = [await probe.rows(f"SELECT id FROM {table} LIMIT 1") for table in OUR_THINGS if table in tables]
        return "taken" if any(held) else "empty"
