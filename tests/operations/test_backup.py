"""Backup while somebody writes, restore with the same digest, and every refusal in words."""

import asyncio
import os
import shutil
import sqlite3

import pytest

import qa_service.database as database
from qa_service.database import scalar, transaction
from qa_service.database.failures import DatabaseCorrupt, DatabaseNewer
from qa_service.journal import commands as journal
from qa_service.operations import backup as operations
from qa_service.operations import errors
from qa_service.operations import restore as restoring
from qa_service.operations.doctor import check_database
from qa_service.operations.restore import restore
from qa_service.people.access import house_actor
from tests.builders import make_settings

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
    restored = restore(tmp_path / "b.sqlite", f"sqlite:///{tmp_path}/new.sqlite")
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
        restore(tmp_path / "b.sqlite", served, force=True)
    assert not [one for one in tmp_path.iterdir() if "restor" in one.name]
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line") == 1


async def test_an_existing_file_is_replaced_only_when_told_and_kept(sqlite_url, tmp_path):
    made = operations.backup(sqlite_url, tmp_path / "b.sqlite")
    with pytest.raises(errors.TargetExists):
        restore(tmp_path / "b.sqlite", sqlite_url)
    assert restore(tmp_path / "b.sqlite", sqlite_url, force=True).digest == made.digest
    assert (tmp_path / "qa.sqlite.before-restore").exists()


@pytest.mark.parametrize("content", [b"", b"not a database, only words " * 100])
async def test_a_file_that_is_no_backup_is_refused(tmp_path, content):
    path = tmp_path / "b.sqlite"
    path.write_bytes(content)
    with pytest.raises(errors.BackupUnreadable):
        restore(path, f"sqlite:///{tmp_path}/new.sqlite")
    assert not (tmp_path / "new.sqlite").exists()


async def test_a_backup_onto_the_served_file_is_refused_by_whatever_name(served, tmp_path):
    await write_lines(3)
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "qa.sqlite")
    (tmp_path / "hard.sqlite").hardlink_to(tmp_path / "qa.sqlite")
    for name in ("qa.sqlite", "qa.sqlite-wal", "qa.sqlite-shm", "qa.sqlite.lock", "link.sqlite", "hard.sqlite"):
        with pytest.raises(errors.BackupIntoItself):
            operations.backup(served, tmp_path / name, force=True)
    await write_lines(1)
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line") == 4
    assert operations.inspect(tmp_path / "qa.sqlite").rows > 0, "the file is whole"


async def test_a_former_backup_is_replaced_only_when_told_and_nothing_is_left_beside_it(served, tmp_path):
    operations.backup(served, tmp_path / "b.sqlite")
    await write_lines(2)
    with pytest.raises(errors.BackupTargetExists):
        operations.backup(served, tmp_path / "b.sqlite")
    assert operations.inspect(tmp_path / "b.sqlite").journal_head.startswith("0:")
    assert operations.backup(served, tmp_path / "b.sqlite", force=True).journal_head.startswith("2:")
    assert sorted(one.name for one in tmp_path.iterdir() if "b.sqlite" in one.name) == ["b.sqlite"]


async def test_a_backup_never_replaces_another_database_in_use(served, sqlite_template, tmp_path):
    other = sqlite3.connect(shutil.copy(sqlite_template, tmp_path / "other.sqlite"))
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("PRAGMA user_version = 1")
    with pytest.raises(errors.TargetBusy):
        operations.backup(served, tmp_path / "other.sqlite", force=True)
    other.close()


async def test_a_damaged_database_is_no_backup(sqlite_url, tmp_path):
    with (tmp_path / "qa.sqlite").open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(DatabaseCorrupt):
        operations.backup(sqlite_url, tmp_path / "b.sqlite")
    assert not [one for one in tmp_path.iterdir() if one.name.startswith("b.sqlite")]


async def test_every_replaced_file_is_kept_under_its_own_name(sqlite_url, tmp_path):
    operations.backup(sqlite_url, tmp_path / "b.sqlite")
    for _ in range(3):
        restore(tmp_path / "b.sqlite", sqlite_url, force=True)
    kept = sorted(one.name for one in tmp_path.iterdir() if "before-restore" in one.name)
    assert kept == [f"qa.sqlite.before-restore{end}" for end in ("", "-2", "-3")]


async def test_a_backup_of_a_newer_version_is_refused(sqlite_url, tmp_path):
    operations.backup(sqlite_url, tmp_path / "b.sqlite")
    newer = sqlite3.connect(tmp_path / "b.sqlite")
    newer.execute("INSERT INTO migration (name, app_name) VALUES ('2099-01-01T00:00:00:000000', 'qa')")
    newer.commit()
    newer.close()
    with pytest.raises(DatabaseNewer, match="2099"):
        restore(tmp_path / "b.sqlite", sqlite_url, force=True)
    assert not (tmp_path / "qa.sqlite.before-restore").exists()


async def test_a_restore_killed_before_its_last_step_leaves_the_old_database_and_the_doctor_says_so(
    sqlite_url, tmp_path, monkeypatch
):
    operations.backup(sqlite_url, tmp_path / "b.sqlite")
    before, replace = (tmp_path / "qa.sqlite").read_bytes(), os.replace

    def killed(source, target):
        if str(target).endswith("qa.sqlite"):
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(restoring.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "b.sqlite", sqlite_url, force=True)
    monkeypatch.undo()
    assert operations.inspect(tmp_path / "qa.sqlite").digest == operations.inspect(tmp_path / "b.sqlite").digest
    assert len(before) == (tmp_path / "qa.sqlite").stat().st_size
    found = await check_database(make_settings(sqlite_url))
    assert any("恢复没有做完" in one.sentence for one in found)
    restore(tmp_path / "b.sqlite", sqlite_url, force=True)
    assert not any("恢复没有做完" in one.sentence for one in await check_database(make_settings(sqlite_url)))


async def test_postgresql_has_its_own_tools(tmp_path):
    with pytest.raises(errors.OnlySQLite):
        operations.backup("postgresql://qa@/x", tmp_path / "b")
