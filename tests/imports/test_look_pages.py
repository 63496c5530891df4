"""Looking at a file by API, by page and from the shell: nothing is written, and a fitting profile is one press away."""

import re

import pytest

from qa_service.database import scalar
from qa_service.people.access import Role
from tests.builders import bearer, client_of, make_account
from tests.imports.test_api_and_pages import CONTENT, page_client
from tests.imports.test_drafting import CHATS
from tests.served import qa

pytestmark = pytest.mark.anyio
DAYS = "单号,日期\nA1,03/04/2026\nA2,05/06/2026\n".encode()


async def test_by_api_a_look_tells_columns_and_profiles_and_keeps_nothing(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        found = await client.post("/api/imports/look", files={"file": ("八月.csv", CONTENT)}, headers=headers)
        assert found.status_code == 200
        (table,) = found.json()["sheets"]
        assert (found.json()["name"], table["rows"]) == ("八月.csv", 2)
        assert table["fits"][0]["profile"] == "ecommerce-contacts"
        assert {one["head"]: one["unread"] for one in table["columns"]}["channel_name"] == 0
        empty = await client.post("/api/imports/look", files={"file": ("a.csv", b"")}, headers=headers)
        assert (empty.status_code, empty.json()["type"]) == (422, "urn:qa:file-empty")
        without = await client.post("/api/imports/look", data={"profile": "x"}, headers=headers)
        assert without.json()["errors"][0]["field"] == "file"
        agent = await bearer("agent", Role.AGENT)
        assert (await client.post("/api/imports/look", files={"file": ("a", b"")}, headers=agent)).status_code == 403
        assert await scalar("SELECT COUNT(*) AS n FROM import_batch") == 0
        assert not list((tmp_path / "uploads").glob("*"))


async def test_by_page_a_fitting_profile_is_tried_without_choosing_the_file_again(engine, database_url, tmp_path):
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = await page_client(client, "lead-1")
        assert "/imports/look" in (await client.get("/imports/new")).text
        page = await client.post(
            "/imports/look", files={"file": ("a.csv", CONTENT)}, data={"_csrf_token": token},
            headers={"x-csrftoken": token},
        )  # fmt: skip
        assert "日/月/年 时:分" in page.text
        form = page.text.split('action="/imports/look/trial"')[1].split("</form>")[0]
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
        trial = await client.post("/imports/look/trial", data=fields)
        assert (trial.status_code, "被拒绝的行" in trial.text) == (200, True)
        assert f'value="{fields["upload"]}"' in trial.text, "the yes brings in the same upload"


async def test_by_page_a_doubt_is_a_question_and_a_file_that_nobody_reads_says_the_next_step(
    engine, database_url, tmp_path
):
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = await page_client(client, "lead-1")
        sent = {"data": {"_csrf_token": token}, "headers": {"x-csrftoken": token}}
        page = await client.post("/imports/look", files={"file": ("a.csv", DAYS)}, **sent)
        assert "整列都分不清：03/04/2026是2026-04-03（日/月/年）还是2026-03-04（月/日/年）？" in page.text
        assert "没有映射方案读得了这些列" in page.text
        refused = await client.post("/imports/look", files={"file": ("a.csv", b"")}, **sent)
        assert (refused.status_code, "空" in refused.text) == (422, True)


async def test_a_profile_is_drafted_kept_and_brings_the_file_in(engine, database_url, tmp_path):
    """The few steps for a file never seen before: look, draft, keep, import."""
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = await page_client(client, "lead-1")
        sent = {"data": {"_csrf_token": token}, "headers": {"x-csrftoken": token}}
        page = (await client.post("/imports/look", files={"file": ("calls.csv", CHATS.encode())}, **sent)).text
        form = page.split('"/imports/describe/looked"')[1]
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
        described = await client.post("/imports/describe/looked", data=fields)
        assert described.headers["location"].endswith("/table"), "the file is not chosen a second time"
        text = (await client.get(described.headers["location"].replace("/table", "/profile"))).text
        kept = await client.post("/imports/profiles/new", data={"_csrf_token": token, "definition": text})
        assert kept.status_code == 303
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        given = {"files": {"file": ("calls.csv", CHATS.encode())}, "headers": headers}
        made = (await client.post("/api/imports/draft", data={"target": "interaction"}, **given)).json()
        assert (made["text"].endswith(text), made["left_over"]) == (True, ["客户城市"])
        assert "# 没有用上的列：客户城市" in made["text"]
        lost = await client.post("/api/imports/draft", data={"target": "interaction", "sheet": "十月"}, **given)
        assert lost.json()["errors"][0]["field"] == "sheet"
        trial = (await client.post("/api/imports/trial", data={"profile": "calls"}, **given)).json()
        assert (trial["accepted"], trial["rejected"], trial["held"]) == (0, 0, 2)


def test_from_the_shell_in_both_languages(tmp_path):
    (tmp_path / "a.csv").write_bytes(DAYS)
    told = qa(tmp_path / "x.sqlite", "look", "a.csv")
    assert not (tmp_path / "x.sqlite").exists(), "a look makes no database"
    assert (told.returncode, "日期（日/月/年）" in told.stdout) == (0, True), told.stderr
    english = qa(tmp_path / "x.sqlite", "look", "a.csv", QA_LANGUAGE="en")
    assert "is 03/04/2026 2026-04-03 (day/month/year) or 2026-03-04 (month/day/year)?" in english.stdout
    assert qa(tmp_path / "x.sqlite", "look", "none.csv").returncode == 2
    mistyped = qa(tmp_path / "x.sqlite", "look", "a.csv", "--database", f"sqlite:///{tmp_path}/none.sqlite")
    assert (mistyped.returncode, mistyped.stdout) == (1, "")
    drafted = qa(tmp_path / "x.sqlite", "look", "a.csv", "--draft", "survey")
    assert ('target = "survey"' in drafted.stdout, drafted.returncode) == (True, 0)
    assert qa(tmp_path / "x.sqlite", "look", "a.csv", "--draft", "weather").returncode == 1
