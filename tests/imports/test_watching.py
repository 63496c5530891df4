"""What is laid into the watched folder comes in once, and lies afterwards where it says what became of it."""

import os
import stat

import pytest

from qa_service.database import row, rows, scalar
from qa_service.imports import errors, watching
from qa_service.imports.configuring import configure
from qa_service.imports.watching import Watcher
from qa_service.jobs import kinds, running
from qa_service.jobs.commands import cancel
from qa_service.operations.watched import watched
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from tests.builders import make_account
from tests.imports.test_archives import packed
from tests.imports.test_import_file import HEAD, contact

PROFILE = "ecommerce-contacts"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    (place / PROFILE).mkdir(parents=True)
    configure(b"a masking key of tests", tmp_path / "data", watched=place)
    kinds.register(watching.WATCH_JOB, watching.IMPORT_WATCHED)
    return place


def lay(folder, text: str = HEAD + contact(1), name: str = "八月.csv", profile: str = PROFILE):
    (folder / profile).mkdir(exist_ok=True)
    path = folder / profile / name
    path.write_text(text, encoding="utf-8")
    return path


async def run(watcher: Watcher) -> dict:
    """One look, and the one job that it begins."""
    (job,) = await watcher.look()
    return await running.run_job(job)


@pytest.mark.anyio
async def test_a_file_is_imported_as_the_house_and_moved_with_what_came_of_it(engine, folder):
    path = lay(folder, HEAD + contact(1) + contact(2, reply="soon"))
    job = await run(Watcher(folder, settled_seconds=0))
    assert (job["state"], job["account"]) == ("done", None)
    assert not path.exists()
    assert (path.parent / "done" / "八月.csv").is_file()
    said = (path.parent / "done" / "八月.csv.txt").read_text(encoding="utf-8")
    assert "读入2条：接受1" in said
    assert "batch 1" in said
    batch = await row("SELECT file_name, state, account, records_read FROM import_batch")
    assert batch == {"file_name": "八月.csv", "state": "published", "account": None, "records_read": 2}
    assert await Watcher(folder, settled_seconds=0).look() == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("text", "profile", "zh", "en"),
    [
        ("a,b\n1,2\n", PROFILE, "缺少必需的列：unique_id", "unique_id"),
        (HEAD + contact(1), "no-such", "没有名为“no-such”的映射方案", "no-such"),
    ],
)
async def test_a_file_that_cannot_be_read_is_put_away_with_the_reason_in_both_languages(
    engine, folder, text, profile, zh, en
):
    path = lay(folder, text, profile=profile)
    job = await run(Watcher(folder, settled_seconds=0))
    assert job["state"] == "refused"
    said = (path.parent / "refused" / "八月.csv.txt").read_text(encoding="utf-8")
    chinese, english = said.split("\n\n")[1:3]
    assert zh in chinese
    assert en in english
    assert not path.exists()
    assert await scalar("SELECT COUNT(*) AS n FROM import_batch") == 0
    # Mended and laid in again under the same name it is a new file; the old one stays.
    lay(folder, HEAD + contact(2))
    assert (await run(Watcher(folder, settled_seconds=0)))["state"] == "done"


@pytest.mark.anyio
async def test_a_crash_between_import_and_moving_imports_nothing_twice(engine, folder, monkeypatch):
    path = lay(folder)

    def killed(*_given):
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr(watching, "put_away", killed)
        (job,) = await Watcher(folder, settled_seconds=0).look()
        await running.run_job(job)
    await rows("UPDATE job SET state = 'waiting', ended_at = NULL, error = NULL RETURNING id")  # as after a restart
    assert path.exists()
    assert (await running.run_job(job))["state"] == "done"
    assert await scalar("SELECT COUNT(*) AS n FROM import_batch") == 1
    assert "已经导入过（批次1）" in (path.parent / "done" / "八月.csv.txt").read_text(encoding="utf-8")


@pytest.mark.anyio
async def test_a_job_that_failed_or_was_stopped_leaves_no_file_to_be_tried_for_ever(engine, folder, monkeypatch):
    path = lay(folder)
    watcher = Watcher(folder, settled_seconds=0)

    async def broken(*_given, **_more):
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(watching, "import_file", broken)
        assert (await run(watcher))["state"] == "failed"
    assert await watcher.look() == []
    assert "任务出错" in (path.parent / "refused" / "八月.csv.txt").read_text(encoding="utf-8")
    other = lay(folder, name="九月.csv")
    (job,) = await watcher.look()
    assert await watcher.look() == []  # it waits already
    account = await actor_of_account(await make_account("admin", Role.ADMIN))
    await rows("UPDATE job SET account = {} WHERE id = {} RETURNING id", account.account_id, job)
    await cancel(account, job)
    assert await watcher.look() == []
    assert "任务被取消" in (other.parent / "refused" / "九月.csv.txt").read_text(encoding="utf-8")


@pytest.mark.anyio
async def test_a_source_that_another_import_writes_is_tried_again(engine, folder, monkeypatch):
    path = lay(folder)
    watcher = Watcher(folder, settled_seconds=0)

    async def busy(*_given, **_more):
        raise errors.ImportBusy(source="shop", batch=7)

    with monkeypatch.context() as patch:
        patch.setattr(watching, "import_file", busy)
        assert (await run(watcher))["state"] == "refused"
    assert path.exists()
    assert (await run(watcher))["state"] == "done"


@pytest.mark.anyio
async def test_a_zip_tells_of_each_file(engine, folder):
    path = folder / PROFILE / "a.zip"
    path.write_bytes(packed({"7.csv": (HEAD + contact(1)).encode(), "8.csv": (HEAD + contact(2)).encode()}))
    assert (await run(Watcher(folder, settled_seconds=0)))["state"] == "done"
    said = (path.parent / "done" / "a.zip.txt").read_text(encoding="utf-8")
    assert "a.zip/7.csv：批次1" in said
    assert "a.zip/8.csv: batch 2" in said


def test_a_file_is_taken_only_when_it_has_lain_unchanged(folder, monkeypatch):
    path, moments = lay(folder), [100.0]
    monkeypatch.setattr(watching.time, "monotonic", lambda: moments[0])
    watcher = Watcher(folder)
    assert watcher.settled() == []
    moments[0] = 104.0
    path.write_text("it grows", encoding="utf-8")
    assert watcher.settled() == []
    moments[0] = 108.0
    assert watcher.settled() == []
    moments[0] = 109.0
    assert [one["file"] for one in watcher.settled()] == ["八月.csv"]


def test_links_hidden_files_and_what_is_still_written_are_left_alone(folder, tmp_path):
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    (folder / PROFILE / "a.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "other").symlink_to(tmp_path)
    for name in (".a.csv", "~$a.xlsx", "a.csv.part", "a.CRDOWNLOAD"):
        lay(folder, name=name)
    (folder / PROFILE / "done").mkdir()
    assert Watcher(folder, settled_seconds=0).settled() == []


def test_a_name_that_is_there_already_is_kept_beside_it(folder):
    for text in ("one", "two"):
        path = lay(folder, text)
        watching.put_away(folder, {"profile": PROFILE, "file": path.name}, "done", [])
    assert len(list((folder / PROFILE / "done").glob("八月*.csv"))) == 2


def test_the_doctor_says_whether_the_folder_can_be_used(folder, tmp_path, monkeypatch):
    assert watched(None) == []
    (well,) = watched(folder)
    assert (well.level, well.sentence) == ("ok", f"可以读写：{PROFILE}")
    (gone,) = watched(tmp_path / "gone")
    assert gone.level == "error"
    assert "QA_WATCH_FOLDER" in gone.sentence
    (tmp_path / "empty").mkdir()
    assert watched(tmp_path / "empty")[0].level == "warning"
    # Tests may run as root, whom nothing is forbidden: what os.access would say is put in its place.
    monkeypatch.setattr(os, "access", lambda path, _mode: bool(os.stat(path).st_mode & stat.S_IWUSR))
    (folder / PROFILE).chmod(0o500)
    assert watched(folder)[0].level == "error"
    assert Watcher(folder, settled_seconds=0).settled() == []
    (folder / PROFILE).chmod(0o700)
