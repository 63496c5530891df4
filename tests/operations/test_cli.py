"""The qa command: exit status 0 done, 1 refused with reasons, 2 wrong usage; never a traceback."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Sequence

import pytest

from qa_service.cli import main
from qa_service.cli_journal import verdict
from qa_service.journal.queries import Verification
from qa_service.language import speaking
from tests.served import free_port


@pytest.fixture
def qa(tmp_path, monkeypatch, capsys):
    """Run one `qa` command in an empty folder: in this process, for a start of Python costs more than the command.

    With `before` it runs as a process of its own behind those words.
    """
    url = f"sqlite:///{tmp_path}/qa.sqlite"

    def run(*words: str, before: Sequence[str] = (), **environment: str) -> subprocess.CompletedProcess:
        env = {"QA_DATABASE_URL": url, "COLUMNS": "200", **environment}
        if before:
            command = [*before, sys.executable, "-m", "qa_service.cli", *words]
            return subprocess.run(
                command, env={**os.environ, **env}, capture_output=True, text=True, cwd=tmp_path, timeout=120
            )
        with monkeypatch.context() as place, speaking("zh"):
            for name, value in env.items():
                place.setenv(name, value)
            place.chdir(tmp_path)
            place.setattr(sys, "argv", ["qa", *words])
            status = _status_of(main)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, status, said.out, said.err)

    return run


def _status_of(command) -> int:
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


def test_a_command_is_a_process_of_its_own(qa, tmp_path):
    made = qa("migrate", before=["env"])
    assert (made.returncode, "执行了" in made.stdout) == (0, True), made.stderr
    refused = qa("user", "list", "--database", f"sqlite:///{tmp_path}/typo.sqlite", before=["env"])
    assert (refused.returncode, "没有数据库" in refused.stderr) == (1, True)


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


# Root without its powers: bound by a file's mode like anybody, and still able to read a checkout shut to others.
POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
WRONG_SETTINGS = pytest.mark.parametrize(
    ("name", "value"), [("QA_PORT", "eighty"), ("QA_DEMO", "perhaps"), ("QA_JOURNAL_KEY", "short")]
)


@WRONG_SETTINGS
def test_a_wrong_setting_is_named(qa, name, value):
    refused = qa("migrate", **{name: value})
    assert refused.returncode == 1
    assert name in refused.stderr


@WRONG_SETTINGS
def test_to_the_doctor_a_wrong_setting_is_one_finding_among_the_others(qa, name, value):
    found = qa("doctor", "--json", **{name: value})
    assert found.returncode == 1
    findings = json.loads(found.stdout)
    assert [name in one["sentence"] for one in findings if one["level"] == "error"] == [True]
    assert len(findings) > 4


def test_a_database_address_that_is_none_is_refused(qa):
    refused = qa("migrate", "--database", "mysql://x/y")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_the_doctor_says_that_there_is_no_database_yet_and_makes_none(qa, tmp_path):
    found = qa("doctor", "--database", f"sqlite:///{tmp_path}/new/qa.sqlite", "--json")
    assert found.returncode == 0
    assert "还没有数据库" in json.loads(found.stdout)[-1]["sentence"]
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_asks_for_an_administrator_who_can_log_in(qa):
    def said() -> str:
        return json.loads(qa("doctor", "--json").stdout)[-1]["sentence"]

    qa("migrate")
    assert "还没有账号" in said()
    qa("user", "add", "lin", "--role", "monitor")
    assert "没有能登录的管理员" in said()
    qa("user", "add", "root", "--role", "admin")
    assert "“root”还没有设置密码" in said()


@pytest.mark.parametrize(
    "words",
    [
        ["journal", "verify"], ["journal", "head"], ["user", "list"], ["user", "close", "lin", "--reason", "x"],
        ["score", "2026-10"], ["backup", "b.sqlite"],
    ],
)  # fmt: skip
def test_a_mistyped_address_is_refused_and_no_database_is_made(qa, tmp_path, words):
    refused = qa(*words, "--database", f"sqlite:///{tmp_path}/typo.sqlite")
    assert refused.returncode == 1
    assert "没有数据库" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_its_keys_is_not_written_and_new_keys_are_not_made(qa, tmp_path):
    qa("user", "add", "lin", "--role", "monitor")
    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "qa.sqlite", tmp_path / "new")
    moved = {"QA_DATABASE_URL": f"sqlite:///{tmp_path}/new/qa.sqlite"}
    for words in (["user", "add", "xu", "--role", "agent"], ["journal", "verify"], ["serve"]):
        refused = qa(*words, **moved)
        assert (refused.returncode, "缺少密钥QA_JOURNAL_KEY" in refused.stderr) == (1, True), refused
    findings = json.loads(qa("doctor", "--json", **moved).stdout)
    assert sum("缺少密钥" in one["sentence"] for one in findings) == 2
    assert not list((tmp_path / "new").glob("*.key"))


@pytest.mark.parametrize("name", ["journal.key", "masking.key"])
def test_a_wrong_key_is_called_wrong_and_an_empty_one_no_key(qa, tmp_path, name):
    qa("user", "add", "lin", "--role", "monitor")
    right = (tmp_path / name).read_bytes()
    (tmp_path / name).write_text("somebody else's key")
    refused = qa("user", "add", "xu", "--role", "agent")
    assert "不属于这个数据库" in refused.stderr
    assert "不属于这个数据库" in qa("journal", "verify").stderr
    (tmp_path / name).write_bytes(b"")
    assert "是空的或太短" in qa("user", "list").stderr
    (tmp_path / name).write_bytes(right)
    assert len(json.loads(qa("user", "list", "--json").stdout)) == 1


def test_a_key_is_known_again_in_a_database_from_before_keys_were_checked(qa, tmp_path):
    qa("user", "add", "lin", "--role", "monitor")
    with sqlite3.connect(tmp_path / "qa.sqlite") as older:
        older.execute("DROP TABLE database_fact")
        older.execute("DELETE FROM migration WHERE name = '2026-11-28T00:00:03:000000'")
    right = (tmp_path / "journal.key").read_bytes()
    (tmp_path / "journal.key").write_text("somebody else's key")
    assert "不属于这个数据库" in qa("user", "list").stderr
    (tmp_path / "journal.key").write_bytes(right)
    migrated = json.loads(qa("migrate", "--json").stdout)
    assert migrated["ran"] == ["2026-11-28T00:00:03:000000"]
    with sqlite3.connect(tmp_path / "qa.sqlite") as now:
        assert now.execute("SELECT COUNT(*) FROM database_fact").fetchone()[0] == 2


DAMAGES = {
    "a damaged file": lambda path: _overwrite(path, 3 * 4096, b"\xff" * 4096 * 20),
    "no database": lambda path: path.write_text("only some notes " * 500),
}


def _overwrite(path, place: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(content)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_file_is_a_sentence_in_every_command(qa, tmp_path, damage):
    qa("user", "add", "lin", "--role", "monitor")
    DAMAGES[damage](tmp_path / "qa.sqlite")
    for words in (["doctor"], ["migrate"], ["user", "list"], ["journal", "verify"], ["serve"], ["backup", "b.sqlite"]):
        refused = qa(*words)
        assert refused.returncode == 1, words
        assert "已损坏，或不是数据库文件" in refused.stdout + refused.stderr
        assert "Traceback" not in refused.stderr


def test_another_programs_database_is_not_written_into(qa, tmp_path):
    with sqlite3.connect(tmp_path / "qa.sqlite") as other:
        other.execute("CREATE TABLE recipe (id INTEGER)")
    for words in (["migrate"], ["doctor"]):
        refused = qa(*words)
        assert "别的程序的数据库" in refused.stdout + refused.stderr
    with sqlite3.connect(tmp_path / "qa.sqlite") as other:
        assert other.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 1

    for words in (["user", "list"], ["journal", "verify"], ["backup", "b.sqlite"]):
        refused = qa(*words)
        assert (refused.returncode, "别的程序的数据库" in refused.stderr) == (1, True), refused.stderr


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite://x", "sqlite:///", "sqlite:///:memory:"])
@pytest.mark.parametrize("words", [["doctor"], ["user", "list"], ["backup", "b"], ["restore", "b"], ["migrate"]])
def test_an_address_that_is_none_is_called_so_by_every_command(qa, tmp_path, words, address):
    (tmp_path / "b").touch()
    refused = qa(*words, QA_DATABASE_URL=address)
    assert (refused.returncode, "不是数据库地址" in refused.stdout + refused.stderr) == (1, True), refused


@pytest.mark.parametrize("address", ["postgresql://u:secret@127.0.0.1:1/x", "postgresql://u:secret@/x?host=/nowhere"])
def test_a_server_that_cannot_be_reached_is_a_sentence(qa, address):
    for words in (["doctor"], ["user", "list"], ["migrate", "--json"]):
        refused = qa(*words, "--database", address)
        said = refused.stdout + refused.stderr
        assert (refused.returncode, "连接不上数据库" in said) == (1, True), said
        assert "secret" not in said
        assert "Traceback" not in said


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="a file is read-only to another user only")
def test_a_read_only_file_is_refused_at_the_start_and_by_every_command(qa, tmp_path):
    qa("user", "add", "lin", "--role", "monitor")
    (tmp_path / "qa.sqlite").chmod(0o444)
    serve = ["serve", "--port", str(free_port())]
    for words in (["doctor"], ["user", "add", "xu", "--role", "agent", "--json"], serve):
        refused = qa(*words, before=POWERLESS)
        said = refused.stdout + refused.stderr
        assert (refused.returncode, "不可写" in said) == (1, True), said
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--port", "99999"], "应为1到65535"),
        (["--port", "0"], "应为1到65535"),
        (["--host", "no.such.host.invalid"], "不能用"),
        (["--host", "203.0.113.7"], "不能用"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_refused_before_anything_is_made(qa, tmp_path, words, sentence):
    refused = qa("serve", *words)
    assert (refused.returncode, sentence in refused.stderr) == (1, True), refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_in_the_users_language(qa):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = qa("serve", "--port", str(other.getsockname()[1]), QA_LANGUAGE="en")
    assert (refused.returncode, "is taken" in refused.stderr) == (1, True), refused.stderr


def test_accounts_are_kept_from_the_shell(qa):
    qa("user", "add", "lin", "--role", "monitor")
    first = json.loads(qa("user", "code", "lin", "--json").stdout)["code"]
    assert len(first) == 14
    assert qa("user", "grant", "lin", "--role", "supervisor").returncode == 0
    assert qa("user", "revoke", "lin", "--role", "monitor").returncode == 0
    assert json.loads(qa("user", "list", "--json").stdout)[0]["roles"] == ["supervisor"]
    assert qa("user", "close", "lin", "--reason", "离职").returncode == 0
    assert "已经是这个状态" in qa("user", "close", "lin", "--reason", "离职").stderr
    assert qa("user", "reopen", "lin", "--reason", "回来").returncode == 0
    assert "没有账号“xu”" in qa("user", "code", "xu").stderr
    assert "还没有部门" in qa("user", "add", "xu", "--role", "agent", "--unit", "火星").stderr
    assert "没有工号" in qa("user", "add", "xu", "--role", "agent", "--person", "K9").stderr


def test_the_list_of_accounts_is_in_words_for_people_and_in_codes_for_programs(qa):
    qa("user", "add", "lin", "--role", "qa_lead")
    shown = qa("user", "list").stdout
    assert ("质检主管" in shown, "qa_lead" in shown, "invited" in shown) == (True, False, False)
    assert json.loads(qa("user", "list", "--json").stdout)[0]["roles"] == ["qa_lead"]


def test_without_a_unit_the_next_step_is_said(qa):
    qa("migrate")
    for words in (["score", "2026-10"], ["sheet", "--unit", "x", "--month", "2026-10"]):
        assert "请先导入员工名册" in qa(*words).stderr
    assert qa("report", "sheet", "--sheet", "99999999999999999999").returncode == 2


def test_a_cut_tail_names_the_paper_that_carries_the_later_head():
    found = Verification(is_whole=False, lines=9, head="", fault_position=10, fault_kind="gap", fault_source="report:5")
    assert verdict(found) == "审计日志在第10行不对：缺行（依据：报告5号记下的头）"


def test_a_refusal_says_its_sentence_once(qa):
    assert qa("user", "add", "lin", "--role", "boss").stderr.count("没有角色") == 1


def test_an_import_of_which_nothing_was_accepted_is_refused(qa, tmp_path):
    (tmp_path / "staff.csv").write_text("工号,姓名,岗位,部门\n,,,\n,,,\n", encoding="utf-8")
    refused = qa("import", "staff.csv", "--profile", "staff-list")
    assert refused.returncode == 1, refused.stdout
    assert "已生效" not in refused.stdout


def test_the_head_is_for_programs_too(qa):
    qa("user", "add", "lin", "--role", "monitor")
    told = json.loads(qa("journal", "head", "--json").stdout)["head"]
    assert told == qa("journal", "head").stdout.strip()
    assert json.loads(qa("journal", "verify", "--against", f" {told} ", "--json").stdout)["is_whole"]


def test_a_backup_says_which_keys_belong_to_it_and_a_restore_which_are_missing(qa, tmp_path):
    qa("user", "add", "lin", "--role", "monitor")
    made = qa("backup", "b.sqlite")
    assert "journal.key、" in made.stdout
    (tmp_path / "new").mkdir()
    restored = qa("restore", "b.sqlite", QA_DATABASE_URL=f"sqlite:///{tmp_path}/new/qa.sqlite")
    assert (restored.returncode, "缺少密钥QA_JOURNAL_KEY" in restored.stderr) == (0, True)


def test_real_data_is_never_shown_as_a_demo(qa, tmp_path):
    qa("user", "add", "lin", "--role", "monitor")
    refused = qa("serve", "--port", str(free_port()), QA_DEMO="1")
    assert (refused.returncode, "只能用于qa demo" in refused.stderr) == (1, True)
    kept = (tmp_path / "qa.sqlite").read_bytes()
    for words in (["--folder", "."], ["--folder", ".", "--fresh"], ["--database", f"sqlite:///{tmp_path}/qa.sqlite"]):
        refused = qa("demo", *words)
        assert (refused.returncode, "只写入空的数据库" in refused.stderr) == (1, True)
    assert (tmp_path / "qa.sqlite").read_bytes() == kept


def test_importing_the_password_room_hashes_nothing():
    code = "import argon2; argon2.PasswordHasher.hash = None; import qa_service.people.passwords"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
