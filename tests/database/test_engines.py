"""Each trap that STACK.md names for the engines, on both databases where it can happen on both."""

import asyncio
import sqlite3
import subprocess
import sys

import pytest
from piccolo.engine.exceptions import TransactionError

import qa_service.database as database
from qa_service.database import bulk_insert, row, rows, scalar, transaction, tuples
from qa_service.database.migrating import DatabaseNewer, DatabaseReadOnly, DatabaseUnreadable, migrate
from qa_service.people.tables import Unit

pytestmark = pytest.mark.anyio


async def make_unit(code: str = "u1", version: int = 1) -> None:
    await Unit.insert(Unit(code=code, name="客服部", name_en="Service", version=version))


async def test_a_command_that_fails_leaves_nothing(engine):
    async def fail() -> None:
        async with transaction():
            await make_unit()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await scalar("SELECT COUNT(*) AS n FROM unit") == 0
    async with transaction():
        await make_unit()
    assert await scalar("SELECT COUNT(*) AS n FROM unit") == 1


async def test_tuples_are_the_rows_in_the_order_of_the_columns_inside_a_transaction_and_outside(engine):
    async with transaction():
        await make_unit("u1", version=7)
        assert await tuples("SELECT version, code FROM unit WHERE code = {}", "u1") == [(7, "u1")]
    assert await tuples("SELECT version, code FROM unit WHERE code = {}", "u1") == [(7, "u1")]
    assert await tuples("SELECT code FROM unit WHERE code = {}", "u2") == []


async def test_nested_transactions_are_refused(engine):
    async with transaction():
        with pytest.raises(TransactionError):
            transaction()


async def test_thirty_two_writers_lose_nothing(engine):
    await make_unit(version=0)

    async def add_one() -> None:
        async with transaction():
            if not database.is_sqlite():  # read-then-write needs the row's lock there; SQLite has one writer
                await rows("SELECT id FROM unit WHERE code = {} FOR UPDATE", "u1")
            seen = await scalar("SELECT version FROM unit WHERE code = {}", "u1")
            await rows("UPDATE unit SET version = {} WHERE code = {}", seen + 1, "u1")

    await asyncio.gather(*(add_one() for _ in range(32)))
    assert await scalar("SELECT version FROM unit") == 32


async def test_a_cancelled_begin_gives_the_lock_back(engine):
    first = asyncio.create_task(_write_unit("first"))
    await asyncio.sleep(0.005)
    waiting = asyncio.create_task(_write_unit("waits"))
    await asyncio.sleep(0.005)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await first
    await asyncio.wait_for(_write_unit("second"), 5)
    codes = [found["code"] for found in await rows("SELECT code FROM unit ORDER BY code")]
    assert codes == ["first", "second"]


async def _write_unit(code: str) -> None:
    async with transaction():
        await asyncio.sleep(0)
        await make_unit(code)
        await asyncio.sleep(0.02)


async def test_five_failed_commits_leave_the_engine_whole(engine):
    await rows("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    await rows("CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
    for _ in range(5):
        with pytest.raises((sqlite3.IntegrityError, Exception), match="(?i)foreign key"):
            async with transaction():
                await rows("INSERT INTO child (parent) VALUES ({})", 99)
    assert await scalar("SELECT COUNT(*) AS n FROM child") == 0
    await asyncio.gather(*(_write_unit(f"u{i}") for i in range(12)))
    assert await scalar("SELECT COUNT(*) AS n FROM unit") == 12
    if not database.is_sqlite():
        assert engine.pool.get_idle_size() == engine.pool.get_size()


async def test_a_task_that_outlives_its_transaction_cannot_write_into_the_next(engine):
    async def late() -> None:
        await asyncio.sleep(0.02)
        await rows("INSERT INTO unit (code, name, name_en, kind, version) VALUES ('late', '', '', '', 1)")

    async with transaction():
        task = asyncio.create_task(late())
        await make_unit("kept")
    with pytest.raises((RuntimeError, AttributeError)):
        await task
    assert [found["code"] for found in await rows("SELECT code FROM unit")] == ["kept"]


async def test_many_rows_go_in_at_once_and_come_back_as_they_went(engine):
    async with transaction():
        columns = ["code", "name", "name_en", "kind", "version"]
        await bulk_insert("unit", columns, [(f"c{i}", "组", "g", "group", 1) for i in range(5000)])
    assert await scalar("SELECT COUNT(*) AS n FROM unit WHERE kind = {}", "group") == 5000


async def test_a_read_over_its_budget_is_finished_elsewhere_while_the_loop_goes_on(sqlite_url):
    engine = database.make_engine(sqlite_url)
    database.bind(engine)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.002)

    heart = asyncio.create_task(beat())
    counted = await row(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) AS c FROM n"
    )
    heart.cancel()
    assert counted == {"c": 3_000_000}
    assert beats > 5
    assert engine.idle, "the long read must have moved to a reader thread"
    await engine.close_connection_pool()


async def test_a_writer_waits_for_another_process_that_holds_the_file(sqlite_url):
    path = sqlite_url.removeprefix("sqlite:///")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(0.4); c.execute('COMMIT')",
            path,
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.readline().strip() == b"held"
        engine = database.make_engine(sqlite_url)
        database.bind(engine)
        await asyncio.wait_for(_write_unit("after"), 10)
        assert await scalar("SELECT code FROM unit") == "after"
        await engine.close_connection_pool()
    finally:
        holder.wait(10)
        holder.stdout.close()


async def test_a_second_start_migrates_nothing(engine, database_url):
    assert await migrate(engine, database_url) == []


async def test_a_database_of_a_newer_version_is_refused_in_words(engine, database_url):
    await rows("INSERT INTO migration (name, app_name) VALUES ('2099-01-01T00:00:00:000000', 'qa')")
    with pytest.raises(DatabaseNewer) as refusal:
        await migrate(engine, "qa.sqlite")
    assert "2099-01-01" in str(refusal.value)


async def test_a_file_that_is_no_database_is_refused_in_words(tmp_path):
    path = tmp_path / "notes.sqlite"
    path.write_text("not a database at all, only some notes " * 50)
    engine = database.make_engine(f"sqlite:///{path}")
    database.bind(engine)
    with pytest.raises(DatabaseUnreadable):
        await migrate(engine, str(path))
    await engine.close_connection_pool()


async def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    engine = database.make_engine(f"sqlite:///{tmp_path}/file/qa.sqlite")
    database.bind(engine)
    with pytest.raises((DatabaseReadOnly, DatabaseUnreadable)):
        await migrate(engine, "qa.sqlite")
