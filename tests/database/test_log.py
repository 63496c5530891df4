"""The write-ahead log is copied into the file beside the writes, stays within bounds, and keeps nothing back."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest

import qa_service.database as database
from qa_service.database import rows, scalar, transaction
from qa_service.database import sqlite as engines

pytestmark = pytest.mark.anyio


@pytest.fixture
async def small_log(tmp_path, monkeypatch):
    """An engine whose log is copied from 64 kB on; the threads that copied."""
    monkeypatch.setattr(engines, "LOG_BYTES", 64 << 10)
    engine = database.make_engine(f"sqlite:///{tmp_path}/log.sqlite")
    database.bind(engine)
    await engine.start_connection_pool()
    threads = []
    copy = engine.log.copy
    monkeypatch.setattr(engine.log, "copy", lambda: (threads.append(threading.get_ident()), copy()))
    async with transaction():
        await rows("CREATE TABLE thing (id INTEGER PRIMARY KEY, body TEXT)")
    yield engine, threads, tmp_path / "log.sqlite"
    await engine.close_connection_pool()


async def write(count: int) -> None:
    for _ in range(count):
        async with transaction():
            await rows("INSERT INTO thing (body) VALUES ({})", "x" * 20_000)
        await asyncio.sleep(0)


async def test_the_log_is_copied_by_another_thread_and_begins_anew(small_log):
    engine, threads, _ = small_log
    await write(100)
    while engine.log.copying is not None:
        await asyncio.sleep(0.01)
    await write(1)  # waits for the rest, and begins the log anew
    assert threads
    assert threading.get_ident() not in threads
    assert engine.log.size() < 128 << 10, "of 2 MB that were written"
    assert await scalar("SELECT COUNT(*) FROM thing") == 101


async def test_writers_wait_where_the_log_outgrows_its_bound(small_log, monkeypatch):
    engine, _, _ = small_log
    monkeypatch.setattr(engines, "MOST_LOG_BYTES", 64 << 10)
    held = threading.Event()
    monkeypatch.setattr(engine.log, "copy", lambda: held.wait(5))
    writing = asyncio.create_task(write(30))
    while engine.log.copying is None:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)
    before = await scalar("SELECT COUNT(*) FROM thing")
    await asyncio.sleep(0.1)
    assert await scalar("SELECT COUNT(*) FROM thing") == before < 30, "reads go on, writes wait"
    monkeypatch.setattr(engine.log, "copy", lambda: None)
    held.set()
    await asyncio.wait_for(writing, 5)
    assert await scalar("SELECT COUNT(*) FROM thing") == 30


async def test_a_copy_that_fails_is_told_and_loses_nothing(small_log, monkeypatch, caplog):
    engine, _, path = small_log

    def broken() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(engine.log, "copy", broken)
    await write(20)
    assert "disk I/O error" in caplog.text
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT COUNT(*) FROM thing").fetchone() == (20,)


async def test_after_the_end_the_file_alone_holds_everything(small_log):
    engine, _, path = small_log
    await write(20)
    await engine.close_connection_pool()
    assert not path.with_name("log.sqlite-wal").exists()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT COUNT(*) FROM thing").fetchone() == (20,)
