"""The qa command: exit status 0 done, 1 refused with reasons, 2 wrong usage; never a traceback."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def qa(tmp_path):
    def run(*words: str, **environment: str) -> subprocess.CompletedProcess:
        env = {**os.environ, "QA_DATABASE_URL": f"sqlite:///{tmp_path}/qa.sqlite", "COLUMNS": "200", **environment}
        command = [sys.executable, "-m", "qa_service.cli", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, cwd=tmp_path, timeout=60)

    return run


def test_a_new_database_is_made_and_its_journal_verifies(qa):
    made = qa("user", "add", "lin", "--role", "monitor", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["code"]
    verified = json.loads(qa("journal", "verify", "--json").stdout)
    assert (verified["is_whole"], verified["lines"]) == (True, 2)


def test_a_refusal_is_a_sentence_and_status_one(qa):
    refused = qa("user", "add", "lin", "--role", "boss")
    assert refused.returncode == 1
    assert "没有角色“boss”" in refused.stderr
    assert "Traceback" not in refused.stderr
    english = qa("user", "add", "lin", "--role", "boss", "--json", QA_LANGUAGE="en")
    assert json.loads(english.stdout)["type"] == "urn:qa:role-unknown"


@pytest.mark.parametrize("words", [["nonsense"], ["user", "add"], ["backup"]])
def test_wrong_usage_is_status_two(qa, words):
    assert qa(*words).returncode == 2


@pytest.mark.parametrize(
    ("name", "value"), [("QA_PORT", "eighty"), ("QA_DEMO", "perhaps"), ("QA_JOURNAL_KEY", "short")]
)
def test_a_wrong_setting_is_named(qa, name, value):
    refused = qa("doctor", **{name: value})
    assert refused.returncode == 1
    assert name in refused.stderr


def test_a_database_address_that_is_none_is_refused(qa):
    refused = qa("migrate", "--database", "mysql://x/y")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_the_doctor_says_what_is_missing(qa):
    found = json.loads(qa("doctor", "--json").stdout)
    assert any(finding["level"] == "warning" for finding in found)
    qa("migrate")
    assert all(finding["level"] != "error" for finding in json.loads(qa("doctor", "--json").stdout))
