"""The process is killed at a moment of scoring; the next one publishes one run, whole, and the journal verifies."""

import json
import os
import random
import signal
import subprocess
import sys

import pytest

from tests.imports.test_import_file import HEAD, contact
from tests.imports.test_kill import count, wait_for

pytestmark = pytest.mark.slow
AGENTS, EACH = 1_500, 6


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """A month of 9,000 contacts of 1,500 agents, imported once; a copy per kill."""
    folder = tmp_path_factory.mktemp("month")
    lines = [contact(n, agent=f"Agent {n % AGENTS:04d}") for n in range(AGENTS * EACH)]
    (folder / "contacts.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    done = run(folder, "import", "contacts.csv", "--profile", "ecommerce-contacts", "--json")
    assert json.loads(done.stdout)["accepted"] == AGENTS * EACH, done.stderr
    return folder


def environment(folder) -> dict[str, str]:
    return dict(os.environ, QA_DATABASE_URL=f"sqlite:///{folder}/qa.sqlite")


SCORE = ("score", "2023-08", "--pack", "shop-presale-aftersale", "--json")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "qa_service.cli", *words]


def run(folder, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*words), cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=180
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_whole_run_is_published_after_a_kill(month, seed):
    file = month / "qa.sqlite"
    published = count(file, "score_run WHERE state = 'published'")
    scoring = subprocess.Popen(
        command(*SCORE), cwd=month, env=environment(month), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    rows = random.Random(seed).randint(1, 9) * 1_000
    computing = "kpi_result WHERE run IN (SELECT id FROM score_run WHERE state = 'computing')"
    wait_for(lambda: count(file, computing) >= rows, scoring)
    scoring.send_signal(signal.SIGKILL)
    scoring.wait()
    assert count(file, "score_run WHERE state = 'published'") == published, "nothing half-written is published"

    done = run(month, *SCORE)
    assert done.returncode == 0, done.stderr
    assert count(file, "score_run WHERE state = 'published'") == published + 1
    assert count(file, "score_run WHERE state = 'computing'") == 0
    newest = "(SELECT MAX(id) FROM score_run WHERE state = 'published')"
    assert count(file, f"scorecard WHERE run = {newest}") == AGENTS
    assert count(file, f"(SELECT DISTINCT person FROM kpi_result WHERE run = {newest})") == AGENTS
    assert count(file, "kpi_result WHERE run IN (SELECT id FROM score_run WHERE state = 'swept')") == 0
    assert json.loads(run(month, "journal", "verify", "--json").stdout)["is_whole"]
