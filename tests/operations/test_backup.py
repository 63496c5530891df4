"""Backup while somebody writes, restore with the same digest, and every refusal in words."""

import asyncio
import sqlite3

import pytest

import qa_service.database as database
from qa_service.database import scalar, transaction
from qa_service.journal import commands as journal
from qa_service.operations import backup as operations
from qa_service.operations import errors
from qa_service.people.access import house_actor

pytestmark = pytest.mark.anyio
ACTOR = house_actor("test")


@pytest.fixture
async def served(sqlite_url):
    """A database that a process (this one) has open, as while serving."""
    engine = database.make_engine(sqlite_url)
    database.bind(engine)
    journal.set_key(b"a key for tests only")
    await engine.start_connection_pool()
    yield sqlite_url
    await engine.close_connection_pool()


async def write_lines(count: int) -> None:
    for i in range(count):
        async with transaction():
            await journal.record(ACTOR, "unit:create", f"unit:{i}")
        await asyncio.sleep(0)


async def test_a_backup_while_writing_is_whole_and_restores_to_the_same_digest(served, tmp_path):
    writing = asyncio.create_task(write_lines(300))
    await asyncio.sleep(0.02)
    made = await asyncio.to_thread(operations.backup, served, tmp_path / "b.sqlite")
    await writing
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line") == 300
    restored = operations.restore(tmp_path / "b.sqlite", f"sqlite:///{tmp_path}/new.sqlite")
    assert (restored.digest, restored.journal_head) == (made.digest, made.journal_head)
    assert operations.inspect(tmp_path / "new.sqlite").digest == made.digest
    position = int(made.journal_head.split(":")[0])
    connection = sqlite3.connect(tmp_path / "new.sqlite")
    assert connection.execute("SELECT COUNT(*) FROM journal_line").fetchone()[0] == position
    connection.close()


async def test_a_database_in_use_is_not_replaced(served, tmp_path):
    operations.backup(served, tmp_path / "b.sqlite")
    await write_lines(1)
    with pytest.raises(errors.TargetBusy):
        operations.restore(tmp_path / "b.sqlite", served, force=True)
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line") == 1


async def test_an_existing_file_is_replaced_only_when_told_and_kept(sqlite_url, tmp_path):
    made = operations.backup(sqlite_url, tmp_path / "b.sqlite")
    with pytest.raises(errors.TargetExists):
        operations.restore(tmp_path / "b.sqlite", sqlite_url)
    assert operations.restore(tmp_path / "b.sqlite", sqlite_url, force=True).digest == made.digest
    assert (tmp_path / "qa.sqlite.before-restore").exists()


@pytest.mark.parametrize("content", [b"", b"not a database, only words " * 100])
async def test_a_file_that_is_no_backup_is_refused(tmp_path, content):
    path = tmp_path / "b.sqlite"
    path.write_bytes(content)
    with pytest.raises(errors.BackupUnreadable):
        operations.restore(path, f"sqlite:///{tmp_path}/new.sqlite")
    assert not (tmp_path / "new.sqlite").exists()


async def test_postgresql_has_its_own_tools(tmp_path):
    with pytest.raises(errors.OnlySQLite):
        operations.backup("postgresql://qa@/x", tmp_path / "b")
