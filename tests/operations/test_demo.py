"""qa demo makes a database that a person of each role can log in to."""

import json
import os
import subprocess
import sys


def test_the_demo_has_an_account_for_every_role_and_a_whole_journal(tmp_path):
    def qa(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "qa_service.cli", *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ), timeout=120)

    made = qa("demo", "--json")
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    assert {account["role"] for account in report["accounts"]} == {
        "客服", "质检员", "质检主管", "主管", "经理", "人事", "审计", "管理员",
    }  # fmt: skip
    assert report["staff"]["people"] == 34
    assert "staff.xlsx" in report["files"]
    verified = json.loads(qa("journal", "verify", "--database", "sqlite:///var/demo/qa.sqlite", "--json").stdout)
    assert verified["is_whole"]
    assert verified["lines"] >= 9
