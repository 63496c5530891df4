"""The road by hand in the README, word for word on the real files: what a reader types is what works."""

import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from qa_service.app import open_database
from qa_service.people.access import Role
from qa_service.settings import Settings, read_settings
from tests.builders import bearer, client_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
README = Path(__file__).parents[2] / "README.md"
FILLED = "事先说明的值"  # for each … that a reader fills in


def road() -> list[list[str]]:
    """The `qa` lines of the README's road, as words; remarks behind # are the reader's."""
    text = README.read_text(encoding="utf-8").split("## The road of one month")[1].split("\n## ")[0]
    lines = [line.strip() for line in text.splitlines() if line.startswith("    qa ")]
    return [shlex.split(line.replace("…", FILLED), comments=True)[1:] for line in lines]


_roads = itertools.count()


@pytest.fixture(params=["sqlite", "postgres"])
def places(request, tmp_path) -> dict[str, str]:
    """Where everything lies, as settings: no database yet (SQLite), or an empty one (PostgreSQL)."""
    url = f"sqlite:///{tmp_path}/qa.sqlite"
    if request.param == "postgres":
        server, name = request.getfixturevalue("postgres_server"), f"qa_road_{next(_roads)}"
        server.create(name)
        url = server.dsn(name)
    return {"QA_DATABASE_URL": url, "QA_DATA_FOLDER": str(tmp_path / "data")}


@pytest.fixture
def qa(tmp_path, shared, places):
    """The command in a checkout of its own, with the shared folder beside it as the README has it."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (tmp_path / "shared").symlink_to(shared)
    env = {**os.environ, **places}

    def run(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "qa_service.cli", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, cwd=checkout, timeout=900)

    return run


async def test_the_commands_of_the_readme_walk_the_real_month(qa, places, tmp_path):
    said = {}
    for words in road():
        done = qa(*words)
        assert done.returncode == 0, f"qa {shlex.join(words)}\n{done.stdout}{done.stderr}"
        said[words[0], words[1]] = done.stdout
    assert {words for words, _ in said} >= {"import", "draw", "score", "report", "agreement"}
    contacts = next(text for (word, file), text in said.items() if word == "import" and "interactions" in file)
    assert "读入85907条：接受85907" in contacts
    assert re.search(r"已计分\d{3}人", said["score", "2023-08"])
    assert "57,000份外来评分" in said["agreement", "helpdesk"]
    files = sorted(path.name.rsplit("-", 1)[0] + path.suffix for path in (tmp_path / "checkout").iterdir())
    assert files == [
        "agent-month-2023-08.pdf", "agent-month-2023-08.xlsx", "training-needs-2023-08.pdf",
        "training-needs-2023-08.xlsx",
    ]  # fmt: skip
    refused = qa("sheet", "--unit", "电商客服", "--month", "2023-08")
    assert (refused.returncode, "试算" in refused.stderr) == (1, True)
    assert qa("journal", "verify").returncode == 0
    await check_api(read_settings(places))


async def check_api(settings: Settings) -> None:
    """The same month by the API, and its page small enough to read."""
    keys = {"journal_key": settings.journal_key, "masking_key": settings.masking_key}
    async with open_database(settings), client_of(settings.database_url, **keys) as client:
        boss = await bearer("boss", Role.AUDITOR)
        run = (await client.get("/api/scores?month=2023-08-01", headers=boss)).json()[0]
        cards = (await client.get(f"/api/scores/{run['id']}/scorecards?limit=50", headers=boss)).json()
        assert len(cards) == 50
        page = await client.get(f"/scores/{run['id']}", headers=boss)
        assert len(page.content) < 120_000, "it was 855 KB in one piece"
        john = (await client.get("/api/people?search=John Bailey", headers=boss)).json()[0]
        order = {"kind": "agent-month", "month": "2023-08-01", "person": john["id"]}
        made = await client.post("/api/reports", json=order, headers=boss)
        assert made.status_code == 201, made.text
        paper = await client.get(f"/api/reports/{made.json()['id']}/pdf", headers=boss)
        assert paper.content.startswith(b"%PDF-")
        order = {"kind": "training-needs", "month": "2023-08-01", "unit": run["unit"]}
        made = await client.post("/api/reports", json=order, headers=boss)
        told = (await client.get(f"/api/reports/{made.json()['id']}", headers=boss)).json()
        assert told["sheet"]["warning"].startswith("证据不足")
        raters = (await client.get("/api/ratings/helpdesk/agreement", headers=boss)).json()["raters"]
        assert min(raters, key=lambda one: one["points"])["rater"] == "R11", "the harsh one of nineteen"
