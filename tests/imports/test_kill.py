"""The process is killed at any moment of an import; the next one brings everything, once, and the journal is whole."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.imports.test_import_file import HEAD, contact

pytestmark = pytest.mark.slow
ROWS = 30_000


@pytest.mark.parametrize("chunks_before_the_kill", [1, 9])
def test_nothing_lost_nothing_doubled(tmp_path, chunks_before_the_kill):
    (tmp_path / "contacts.csv").write_text(HEAD + "".join(contact(n) for n in range(ROWS)), encoding="utf-8")
    file = tmp_path / "qa.sqlite"
    env = dict(os.environ, QA_DATABASE_URL=f"sqlite:///{file}")
    qa = [sys.executable, "-m", "qa_service.cli"]
    command = [*qa, "import", "contacts.csv", "--profile", "ecommerce-contacts", "--json"]
    running = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: count(file, "interaction") >= chunks_before_the_kill * 500, running)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert count(file, "import_batch WHERE state = 'published'") == 0

    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["read"], report["accepted"], report["duplicates"]) == (ROWS, ROWS, 0)
    assert count(file, "interaction") == ROWS
    assert count(file, "agent_part") == ROWS
    verified = subprocess.run(
        [*qa, "journal", "verify", "--json"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert json.loads(verified.stdout)["is_whole"]


def test_an_undoing_that_was_killed_while_it_cleared_up_is_an_undoing(tmp_path):
    (tmp_path / "contacts.csv").write_text(HEAD + "".join(contact(n) for n in range(ROWS)), encoding="utf-8")
    file = tmp_path / "qa.sqlite"
    env = dict(os.environ, QA_DATABASE_URL=f"sqlite:///{file}")
    qa = [sys.executable, "-m", "qa_service.cli"]
    command = [*qa, "import", "contacts.csv", "--profile", "ecommerce-contacts", "--json"]
    subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, timeout=180)
    undo = [*qa, "undo-import", "1", "--reason", "wrong file"]
    running = subprocess.Popen(undo, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: count(file, "agent_part") < ROWS, running)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert count(file, "interaction") == ROWS  # parts go first: it was in the middle of it
    assert count(file, "import_batch WHERE state = 'published'") == 0
    assert count(file, "batch_undo WHERE cleaned_at IS NULL") == 1

    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=180)
    report = json.loads(done.stdout)
    assert (report["accepted"], report["duplicates"]) == (ROWS, 0), done.stderr
    assert count(file, "interaction") == ROWS
    assert count(file, "agent_part") == ROWS
    assert count(file, "batch_undo WHERE cleaned_at IS NULL") == 0


def wait_for(holds, running) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert running.poll() is None, "the import ended before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.02)


def count(file, where: str) -> int:
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            return connection.execute(f"SELECT COUNT(*) FROM {where}").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        if "connection" in locals():
            connection.close()
