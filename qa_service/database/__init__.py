"""The database: one engine bound at start, one way to write (transaction), one way to read plain SQL (rows).

SQL texts hold `{}` for values, never the values themselves; both engines get their own place marks.
"""

import sqlite3
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from piccolo.engine.base import Engine
from piccolo.engine.sqlite import SQLiteEngine

from qa_service.database.postgres import CarefulPostgresEngine
from qa_service.database.sqlite import InlineSQLiteEngine, as_dicts, is_reading, within
from qa_service.errors import Refusal
from qa_service.language import N_


class AddressUnknown(Refusal):
    status, code = 400, "address-unknown"
    sentence = N_("“%(address)s”不是数据库地址：应为sqlite:///文件，或postgresql://主机/库名")


_bound: dict[str, Engine] = {}
IN_MEMORY = ":memory:"  # no address of ours: each connection would see a database of its own


def file_of(url: str) -> Path | None:
    """The file of a `sqlite:///path` address, None for `postgresql://…`. Raises AddressUnknown."""
    path = url.removeprefix("sqlite:///")
    if path not in (url, "", IN_MEMORY):
        return Path(path)
    if url.startswith(("postgresql://", "postgres://")):
        return None
    raise AddressUnknown(address=url.split("@")[-1])


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; nothing connects yet. Raises AddressUnknown."""
    if (file := file_of(url)) is not None:
        return InlineSQLiteEngine(path=str(file))
    # Piccolo warns of a server that it cannot reach; the first query says it as a refusal.
    warnings.filterwarnings("ignore", message=".*Unable to (connect to database|fetch server version)")
    return CarefulPostgresEngine(config={"dsn": url})


def bind(engine: Engine) -> None:
    """Let every table use this engine from now on (one process, one database)."""
    from piccolo.apps.migrations.tables import Migration

    from qa_service.database.all_tables import TABLES

    _bound["engine"] = engine
    for table in (*TABLES, Migration):
        table._meta.db = engine


def current_engine() -> Engine | None:
    return _bound.get("engine")


def is_sqlite() -> bool:
    return isinstance(_bound["engine"], SQLiteEngine)


def transaction():
    """The block in which a command writes; nesting is refused, the connection always comes back."""
    return _bound["engine"].transaction(allow_nested=False)


@lru_cache(maxsize=2048)
def _placed(sql: str, sqlite: bool) -> str:
    parts = sql.split("{}")
    if sqlite:
        return "?".join(parts)
    return parts[0] + "".join(f"${i}{part}" for i, part in enumerate(parts[1:], 1))


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """All rows of one statement, as dicts. Inside a transaction it runs there, else on a reading connection."""
    return await _found(sql, values, as_dicts, dict)


async def tuples(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The same rows, each a tuple in the order of the columns: for numpy, which has no use for fifty thousand dicts."""
    return await _found(sql, values, sqlite3.Cursor.fetchall, lambda record: tuple(record.values()))


async def _found(sql: str, values: tuple[Any, ...], shape: Callable, shape_of_one: Callable) -> list[Any]:
    """The rows of one statement: of SQLite's cursor by `shape`, of PostgreSQL each record by `shape_of_one`."""
    engine = _bound["engine"]
    current = engine.current_transaction.get()
    if isinstance(engine, SQLiteEngine):
        query = _placed(sql, True)
        if current is not None:
            return within(current.connection, query, values, shape)
        return await (engine.read if is_reading(query) else engine.write)(query, values, shape)
    query = _placed(sql, False)
    if current is not None:
        found = await current.connection.fetch(query, *values)
    else:
        found = await (engine._run_in_pool if engine.pool else engine._run_in_new_connection)(query, values)
    return [shape_of_one(record) for record in found]


async def row(sql: str, *values: Any) -> dict[str, Any] | None:
    """The first row, or None."""
    found = await rows(sql, *values)
    return found[0] if found else None


async def scalar(sql: str, *values: Any) -> Any:
    """The first value of the first row, or None."""
    found = await rows(sql, *values)
    return next(iter(found[0].values())) if found else None


def among(count: int) -> str:
    """Place marks for an IN list of `count` values; an empty list is a condition that nothing meets."""
    return "(" + ", ".join(["{}"] * count) + ")" if count else "(NULL)"


async def next_ids(table: str, count: int) -> Sequence[int]:
    """Ids for as many new rows, inside the open transaction: what hangs on them is written without asking back."""
    if is_sqlite():
        last = await scalar(f'SELECT COALESCE(MAX(id), 0) FROM "{table}"')
        return range(last + 1, last + count + 1)
    sequence = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM generate_series(1, {{}})"
    return [id_ for (id_,) in await tuples(sequence, count)]


async def bulk_insert(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """Insert many rows inside the open transaction: executemany on SQLite (5,000 rows in 5 ms), COPY on PostgreSQL."""
    engine = _bound["engine"]
    connection = engine.current_transaction.get().connection
    if isinstance(engine, SQLiteEngine):
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join("?" * len(columns))
        connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', records)
    else:
        await connection.copy_records_to_table(table, records=list(records), columns=list(columns))
