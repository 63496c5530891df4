"""qa demo walks the whole month and makes a database that a person of each role can log in to."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

from qa_service.demo import place


def test_the_demo_has_an_account_for_every_role_and_a_whole_journal(tmp_path):
    def qa(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "qa_service.cli", *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ), timeout=300)

    made = qa("demo", "--json")
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    assert {account["role"] for account in report["accounts"]} == {
        "客服", "质检员", "质检主管", "主管", "经理", "人事", "审计", "管理员",
    }  # fmt: skip
    assert report["people"] == 34
    for month in report["months"]:
        assert month["accepted"] + month["held"] == month["read"]
        assert month["marked"] > 130
    found = {(one["kind"], one["employee_no"]) for one in report["findings"]}
    assert ("monitor", "1006") in found  # the strict one: the interval of the leniency leaves 0 out
    assert ("flag", "1018") in found  # the gaming agent
    assert len([kind for kind, _ in found if kind == "flag"]) <= 3
    assert all("（n=" in one["text"] for one in report["findings"] if one["kind"] == "flag")  # the reasons in words
    assert {sheet["state"] for sheet in report["sheets"]} == {"locked", "submitted"}
    with sqlite3.connect(tmp_path / "var" / "demo" / "qa.sqlite") as database:
        times = [at for (at,) in database.execute("SELECT at FROM journal_line ORDER BY position")]
        assert times == sorted(times), "everybody acts in the order of the clock"
        assert dict(database.execute("SELECT kind, COUNT(*) FROM agent_response GROUP BY kind")).keys() == {
            "agree", "appeal", "seen",
        }  # fmt: skip
        assert sorted(database.execute("SELECT state FROM dispute")) == [("decided",), ("open",)]
        assert database.execute("SELECT COUNT(*) FROM follow_up WHERE done_at IS NULL").fetchone() == (2,)
        assert database.execute("SELECT COUNT(*) FROM job WHERE state = 'done'").fetchone() == (3,)
        assert database.execute("SELECT COUNT(*) FROM evaluation WHERE outcome = 'fail'").fetchone()[0] >= 1
    assert "staff.xlsx" in report["files"]
    assert len(report["reports"]) == 10
    assert all((tmp_path / path).stat().st_size > 5_000 for path in report["reports"])
    verified = json.loads(qa("journal", "verify", "--database", "sqlite:///var/demo/qa.sqlite", "--json").stdout)
    assert verified["is_whole"]
    assert verified["lines"] > 900
    database = ("--database", "sqlite:///var/demo/qa.sqlite")
    issued = json.loads(qa("report", "sheet", "--sheet", "1", "--folder", "out", *database, "--json").stdout)
    assert [(tmp_path / path).suffix for path in issued["paths"]] == [".pdf", ".xlsx"]
    assert all((tmp_path / path).is_file() for path in issued["paths"])
    refused = qa("report", "agent-month", "--person", "1018", *database)
    assert (refused.returncode, refused.stderr.strip()) == (1, "这种报告要说明月份")


def test_a_demo_whose_report_was_cut_off_is_made_anew_and_one_killed_half_way_too(tmp_path, sqlite_template):
    """Only what carries the demo's mark goes; the walk itself is not repeated here."""
    folder = tmp_path / "demo"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "qa.sqlite")
    url = f"sqlite:///{folder}/qa.sqlite"

    def asked(**more) -> object:
        return asyncio.run(place.make_room(url, folder, fresh=False, may_delete=True, **more))

    assert asked() is None, "an empty database may be taken"
    with closing(sqlite3.connect(folder / "qa.sqlite", isolation_level=None)) as made:
        made.execute("INSERT INTO database_fact (name, value) VALUES ('demo', 'yes')")
    (folder / "report.json").write_text('{"folder": "va')
    assert asked() is None
    assert not (folder / "qa.sqlite").exists()


def test_a_second_demo_answers_at_once_with_the_same(tmp_path):
    command = [sys.executable, "-m", "qa_service.cli", "demo", "--json"]
    (tmp_path / "var" / "demo").mkdir(parents=True)
    first = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True, timeout=300).stdout
    made_at = (tmp_path / "var" / "demo" / "report.json").stat().st_mtime_ns
    second = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True, timeout=300).stdout
    assert json.loads(second) == json.loads(first)
    assert (tmp_path / "var" / "demo" / "report.json").stat().st_mtime_ns == made_at
