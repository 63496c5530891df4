"""A mapping profile of one's own: brought by page, API or command line, refused with the line of each fault, kept."""

import json
import os
import re
import subprocess
import sys

import pytest

from qa_service.database import scalar
from qa_service.errors import Refusal
from qa_service.imports.profile_texts import library_text, parse_profile, text_of
from qa_service.language import speaking
from qa_service.people.access import Role
from tests.builders import bearer, client_of, make_account
from tests.imports.test_api_and_pages import PROFILE, page_client

pytestmark = pytest.mark.anyio


def refused(text: str) -> Refusal:
    with pytest.raises(Refusal) as found:
        parse_profile(text, "mine")
    return found.value


AS_JSON = json.dumps({
    "name": "my-wages", "name_zh": "甲", "name_en": "A", "version": 1, "target": "survey", "source": "mine",
    "timezone": "Asia/Shanghai", "key": {"kind": "external_id"},
    "columns": [
        {"field": "external_id", "aliases": ["编号"], "type": "id", "required": True},
        {"field": "score", "aliases": ["分"], "type": "integer"},
    ],
}, indent=1, ensure_ascii=False)  # fmt: skip
FAULTS = [
    (PROFILE.replace('"survey"', '"surveys"'), "target", "第6行target：只能是staff、account_holder、interaction"),
    (PROFILE.replace("required = true", 'required = "ja"'), "columns[1].required", "第15行columns[1].required：应为是"),
    (PROFILE.replace('type = "integer"', 'type = "money"'), "columns[2].type", "第19行columns[2].type：字段“score”"),
    (PROFILE.replace('["分"]', "[]"), "columns[2].aliases", "第18行columns[2].aliases：字段“score”没有列名"),
    (PROFILE.replace("version = 1", f"version = {10**30}"), "version", "第5行version：版本号应是1至1000000"),
    (PROFILE.replace('"mine"', '"a\\u0000"'), "source", "第7行source：应是一行文字"),
    (PROFILE + '[constants]\nscoer = "1"\n', "constants.scoer", "没有字段“scoer”；可用的是external_id、score"),
    (PROFILE + '[ratings]\nfield="a"\nitems_field="q"\nitems=["A"]\nminimum=0\nmaximum=2\nrater_label="%s"\n',
     "ratings.rater_label", "第26行ratings.rater_label：评分人的写法"),
    (AS_JSON.replace('"integer"', '"money"'), "columns[2].type", "第26行columns[2].type"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "field", "said"), FAULTS)
def test_each_fault_of_a_profile_is_told_by_line_and_field(text, field, said):
    faults = {one.field: one.text() for one in refused(text).fields}
    assert said in faults[field]
    with speaking("en"):
        english = [one.text() for one in refused(text).fields]
    assert not any(re.search("[：、；]", one) for one in english)


def test_all_that_is_missing_is_told_at_once():
    fields = [one.field for one in refused("columns = []").fields]
    assert fields == ["name", "name_zh", "name_en", "version", "target", "source", "timezone", "key"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PROFILE.replace("[key]", "[key"), "第9行写错了，或与前面重复：[key"),
        (PROFILE + "version = \n", "写错了"),
        ('{"name": "x",\n"version": }', '第2行写错了，或与前面重复："version": }'),
        ("a = " + "[" * 50_000, "第1行"),
    ],
)
def test_a_text_that_is_no_toml_and_no_json_is_told_by_its_line(text, said):
    found = refused(text)
    assert found.code == "profile-broken"
    assert said in found.text()


def test_a_profile_saved_by_a_windows_editor_is_read():
    assert parse_profile(text_of(b"\xef\xbb\xbf" + PROFILE.replace("\n", "\r\n").encode(), "a.toml")).name == "my-wages"
    with pytest.raises(Refusal) as found:
        text_of(PROFILE.encode("gb18030"), "a.toml")
    assert found.value.code == "profile-not-text"


async def test_by_page_a_profile_is_checked_kept_viewed_and_refused_with_the_text_still_there(
    engine, database_url, tmp_path
):
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = await page_client(client, "lead-1")

        async def bring(text: str, **fields: str):
            return await client.post(
                "/imports/profiles/new", files={"file": ("mine.toml", text.encode())},
                data={"_csrf_token": token, **fields}, headers={"x-csrftoken": token},
            )  # fmt: skip

        wrong = await bring(PROFILE.replace('type = "integer"', 'type = "money"'))
        assert wrong.status_code == 422
        assert "第19行columns[2].type" in wrong.text
        assert "自己的工资表" in wrong.text  # what was brought stands in the field, to be mended
        kept = await bring(PROFILE)
        assert kept.headers["location"].startswith("/imports/profiles/my-wages?version=1")
        second = await bring("", definition=PROFILE.replace("version = 1", "version = 2"))
        assert second.status_code == 422  # an empty file was chosen: it counts, not the text below
        typed = await client.post(
            "/imports/profiles/new",
            data={"_csrf_token": token, "definition": PROFILE.replace("version = 1", "version = 2")},
        )
        assert typed.status_code == 303
        page = await client.get("/imports/profiles/my-wages")
        assert all(word in page.text for word in ("自己的工资表", "第2版", "第1版", "external_id"))
        assert "my-wages" in (await client.get("/imports/profiles")).text
        assert (await client.get("/imports/profiles/staff-list?lang=en")).status_code == 200
        assert (await client.get("/imports/profiles/my-wages?version=9")).status_code == 404


async def test_by_api_a_profile_is_read_with_its_versions_and_its_text(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        for version in (1, 2, 2):
            text = PROFILE.replace("version = 1", f"version = {version}")
            made = await client.post("/api/imports/profiles", json={"definition": text}, headers=headers)
            assert made.status_code == 201  # the same again changes nothing
        assert await scalar("SELECT COUNT(*) AS n FROM import_profile") == 2
        found = (await client.get("/api/imports/profiles/my-wages?version=1", headers=headers)).json()
        assert (found["versions"], found["version"], found["definition"]) == ([2, 1], 1, PROFILE)
        file = await client.get("/api/imports/profiles/staff-list/file", headers=headers)
        assert file.text == library_text("staff-list")
        assert "staff-list.toml" in file.headers["content-disposition"]
        assert (await client.get("/api/imports/profiles/nonsense", headers=headers)).status_code == 404


async def test_the_command_line_keeps_the_profile_of_a_file_that_brings_something_in(engine, database_url, tmp_path):
    (tmp_path / "mine.json").write_text(AS_JSON, encoding="utf-8")
    (tmp_path / "scores.csv").write_text("编号,分\nA,4\n", encoding="utf-8")
    env = {**os.environ, "QA_DATABASE_URL": database_url, "QA_DATA_FOLDER": str(tmp_path / "data"),
           "QA_JOURNAL_KEY": "a key for tests only", "QA_MASKING_KEY": "a masking key of tests"}  # fmt: skip

    def run(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "qa_service.cli", "import", str(tmp_path / "scores.csv"), "--profile", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)

    tried = run(str(tmp_path / "mine.json"), "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert await scalar("SELECT COUNT(*) AS n FROM import_profile") == 0
    assert run(str(tmp_path / "mine.json")).returncode == 0
    assert await scalar("SELECT digest FROM import_profile") == await scalar("SELECT profile_digest FROM import_batch")
    assert run("my-wages").returncode == 0
    assert run(str(tmp_path / "none.toml")).returncode == 2
