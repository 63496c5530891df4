"""SQLite for one event loop: short statements run on the loop's own thread, since a hop to another thread costs
ten times the statement; a read that outgrows its budget is interrupted and run again on a reader thread.

Measured against an aiosqlite pool in tests/benchmarks; the traps that it closes have tests in tests/database.
"""

import asyncio
import contextlib
import logging
import operator
import os
import sqlite3
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType

PRAGMAS = (
    "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY", "busy_timeout=0",
    "cache_size=-65536",  # 64 MB of pages: a month of records that is walked by day and person
    "wal_autocheckpoint=0",  # a commit that copies the log into the file would keep the loop for long: Log does it
)  # fmt: skip
LOG_BYTES, MOST_LOG_BYTES = 16 << 20, 256 << 20
STEPS, CALLS = 10_000, 60  # about 10-20 ms of SQLite's own work per inline read
LOCKED = sqlite3.SQLITE_BUSY
LOGGER = logging.getLogger(__name__)

# Piccolo reads each integer through Decimal, each day and instant in three steps: half of the time of a list.
# SQLite's own integers need no converter at all where Python lets us take it back (its table has no public name),
# instants are written with +00:00 by Piccolo, and the rows of a page lie on a few days.
sqlite3.register_converter("INTEGER", int)
getattr(sqlite3, "converters", {}).pop("INTEGER", None)
sqlite3.register_converter("BOOLEAN", b"1".__eq__)
sqlite3.register_converter("DATE", lru_cache(maxsize=4096)(lambda value: date.fromisoformat(value.decode())))
# The way in: many rows lie on one day and in one minute. Nothing and truth have no adapter of their own, and what has
# none is searched for one in three places: that costs four times a number.
for kind in (date, datetime):
    sqlite3.register_adapter(kind, lru_cache(maxsize=65_536)(sqlite3.adapters[kind, sqlite3.PrepareProtocol]))
sqlite3.register_adapter(type(None), lambda nothing: nothing)
sqlite3.register_adapter(bool, operator.pos)
sqlite3.register_converter("TIMESTAMPTZ", lambda value: datetime.fromisoformat(value.decode()))


def as_dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]  # noqa: B905 -- as many names as values, by SQLite


@lru_cache(maxsize=2048)
def is_reading(query: str) -> bool:
    return query.lstrip()[:6].upper().startswith(("SELECT", "WITH"))


def within(connection: sqlite3.Connection | None, query: str, args, shape=as_dicts) -> list:
    """A statement inside a transaction, which must still be open."""
    if connection is None:
        raise RuntimeError("this transaction has ended")
    return shape(connection.execute(query, args))


class Budget:
    """Counts SQLite's progress calls during one inline read; a true answer interrupts the read."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


class Log:
    """The write-ahead log: copied into the file by a thread when it has grown, while everybody goes on.

    What is written meanwhile stays behind in the log, and a log that is never wholly copied is never begun anew: the
    next writer therefore waits for a second copy, which has little left to do.
    """

    def __init__(self, engine: "InlineSQLiteEngine") -> None:
        self.engine, self.path = engine, f"{engine.path}-wal"
        self.copying: asyncio.Task | None = None
        self.has_rest = False

    def size(self) -> int:
        try:
            return os.path.getsize(self.path)
        except OSError:  # there is none yet
            return 0

    def note_commit(self) -> None:
        if self.copying is None and self.size() > LOG_BYTES:
            self.copying = asyncio.create_task(self._copied())

    async def _copied(self) -> None:
        try:
            await asyncio.to_thread(self.copy)
            self.has_rest = True
        except sqlite3.Error as error:
            LOGGER.warning("the write-ahead log could not be copied into the file: %s", error)
        finally:
            self.copying = None

    def copy(self) -> None:
        with contextlib.closing(self.engine.open()) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    async def room(self) -> None:
        """Wait, before a write, for the rest of a copy, and for a copy that writing has outrun."""
        while self.copying is not None and self.size() > MOST_LOG_BYTES:
            await asyncio.wait([self.copying])
        if self.has_rest and self.copying is None:
            self.has_rest = False
            with contextlib.suppress(sqlite3.Error):  # the next copy tells
                await asyncio.to_thread(self.copy)


class InlineTransaction(SQLiteTransaction):
    __slots__ = ()

    async def __aenter__(self):
        if self._parent is not None:
            return self._parent
        await self.engine.write_lock.acquire()
        try:
            await self.engine.log.room()
            await self.engine.begin()
        except BaseException:  # a cancelled BEGIN must give the lock back as well
            self.engine.write_lock.release()
            raise
        self.connection = self.engine.writer
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind, error, traceback) -> bool:
        # No await in here: a cancelled task cannot leave it half-way.
        if self._parent is not None:
            return False
        with contextlib.suppress(ValueError):  # closed from another context than it was opened in
            self.engine.current_transaction.reset(self.context)
        writer = self.engine.writer
        try:
            if error is None and not (self._committed or self._rolled_back):
                writer.execute("COMMIT")
                self.engine.log.note_commit()
        finally:
            if writer is not None and writer.in_transaction:
                writer.execute("ROLLBACK")
            self.connection = None  # a task started inside may outlive the transaction
            self.engine.write_lock.release()
        return False

    async def commit(self) -> None:
        self.engine.writer.execute("COMMIT")
        self._committed = True

    async def rollback(self) -> None:
        self.engine.writer.execute("ROLLBACK")
        self._rolled_back = True


class InlineSQLiteEngine(SQLiteEngine):
    __slots__ = ("timeout", "loop", "writer", "reader", "budget", "write_lock", "slots", "idle", "log")

    def __init__(self, path: str, timeout: float = 30) -> None:
        super().__init__(path=path, check_same_thread=False, cached_statements=512)
        self.timeout = timeout
        self.loop: asyncio.AbstractEventLoop | None = None
        self.writer: sqlite3.Connection | None = None
        self.reader: sqlite3.Connection | None = None
        self.idle: list[sqlite3.Connection] = []

    def open(self, *more: str) -> sqlite3.Connection:
        connection = sqlite3.connect(**self.connection_kwargs)
        for pragma in (*PRAGMAS, f"journal_size_limit={LOG_BYTES // 4}", *more):  # a log begun anew is cut to it
            connection.execute("PRAGMA " + pragma)
        return connection

    def ready(self) -> None:
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            self.loop, self.write_lock, self.slots = loop, asyncio.Lock(), asyncio.Semaphore(2)
            self.log = Log(self)
        if self.writer is None:
            self.writer, self.reader, self.budget = self.open(), self.open("query_only=ON"), Budget()
            self.reader.set_progress_handler(self.budget, STEPS)

    async def begin(self):
        wait, deadline = 0.001, self.loop.time() + self.timeout
        while True:  # another process may hold the file
            try:
                return self.writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != LOCKED or self.loop.time() > deadline:
                    raise
            await asyncio.sleep(wait)
            wait = min(wait * 2, 0.05)

    def long_read(self, query: str, args, shape) -> list:
        connection = self.idle.pop() if self.idle else self.open("query_only=ON", "busy_timeout=30000")
        try:
            return shape(connection.execute(query, args))
        finally:
            self.idle.append(connection)

    async def read(self, query: str, args, shape=as_dicts) -> list:
        """A SELECT on a reading connection, its cursor read by `shape` (as_dicts, or sqlite3's own fetchall)."""
        self.ready()
        self.budget.left = CALLS
        try:
            return shape(self.reader.execute(query, args))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_INTERRUPT, LOCKED):
                raise
        async with self.slots:
            return await asyncio.to_thread(self.long_read, query, args, shape)

    async def write(self, query: str, args, shape=as_dicts) -> list:
        """One statement that writes, in a transaction of its own."""
        async with self.transaction():
            return within(self.writer, query, args, shape)

    async def _run_in_new_connection(self, query, args=None, query_type="generic", table=None):
        return await (self.read if is_reading(query) else self.write)(query, args or [])

    async def _run_in_existing_connection(self, connection, query, args=None, query_type="generic", table=None):
        return within(connection, query, args or [])

    def transaction(self, transaction_type=TransactionType.immediate, allow_nested=True):
        self.ready()
        return InlineTransaction(engine=self, transaction_type=transaction_type, allow_nested=allow_nested)

    async def start_connection_pool(self, **settings) -> None:
        self.ready()

    async def close_connection_pool(self) -> None:
        if self.loop is asyncio.get_running_loop() and self.log.copying is not None:
            await asyncio.wait([self.log.copying])
        for connection in (self.writer, self.reader, *self.idle):
            if connection is not None:
                connection.close()
        self.writer = self.reader = None
        self.idle = []
