"""A file by page and by API: trial reading, then a job, then the batch with what was rejected."""

import re

import pytest

from qa_service.database import scalar
from qa_service.jobs import running
from qa_service.people.access import Role
from tests.builders import PASSWORD, bearer, client_of, make_account
from tests.imports.test_import_file import HEAD, contact

pytestmark = pytest.mark.anyio
CONTENT = (HEAD + contact(1) + contact(2, reply="soon")).encode()


async def test_by_api_a_trial_writes_nothing_and_a_job_brings_the_batch(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        data = {"profile": "ecommerce-contacts"}
        given = {"files": {"file": ("八月.csv", CONTENT)}, "data": data, "headers": headers}
        trial = await client.post("/api/imports/trial", **given)
        assert (trial.status_code, trial.json()["accepted"], trial.json()["rejected"]) == (200, 1, 1)
        assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 0
        begun = await client.post("/api/imports", **given)
        assert begun.status_code == 202
        await running.run_job(begun.json()["job"])
        job = (await client.get(f"/api/jobs/{begun.json()['job']}", headers=headers)).json()
        assert job["state"] == "done", job["error"]
        batch = (await client.get(f"/api/imports/{job['result']['batch']}", headers=headers)).json()
        assert (batch["file_name"], batch["read"], batch["accepted"], batch["rejected"]) == ("八月.csv", 2, 1, 1)
        (reject,) = (await client.get(f"/api/imports/{batch['id']}/rejects", headers=headers)).json()
        assert (reject["line"], reject["column"], reject["code"]) == (3, "issue_responded", "bad-date")
        file = await client.get(f"/api/imports/{batch['id']}/rejects.csv", headers=headers)
        assert "soon" in file.content.decode("utf-8-sig")
        assert not list((tmp_path / "uploads").glob("*"))


async def test_a_bad_request_names_what_is_missing(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        empty = await client.post("/api/imports", data={"profile": "ecommerce-contacts"}, headers=headers)
        assert empty.status_code == 422
        unknown = await client.post(
            "/api/imports", files={"file": ("a.csv", CONTENT)}, data={"profile": "none"}, headers=headers
        )
        assert unknown.status_code == 404
        assert "ecommerce-contacts" in unknown.json()["detail"]


async def test_by_page_the_trial_shows_what_would_be_rejected_and_waits_for_a_yes(engine, database_url, tmp_path):
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = re.search(r'_csrf_token" value="([^"]+)"', (await client.get("/login")).text)[1]
        await client.post("/login", data={"_csrf_token": token, "username": "lead-1", "password": PASSWORD})
        page = await client.get("/imports/new")
        token = re.search(r'_csrf_token" value="([^"]+)"', page.text)[1]
        trial = await client.post(
            "/imports/new", files={"file": ("a.csv", CONTENT)},
            data={"profile": "ecommerce-contacts", "_csrf_token": token}, headers={"x-csrftoken": token},
        )  # fmt: skip
        assert trial.status_code == 200, trial.text[-500:]
        assert "soon" in trial.text
        hidden = dict(re.findall(r'name="(upload|file|profile)" value="([^"]+)"', trial.text))
        done = await client.post("/imports/confirm", data={**hidden, "_csrf_token": token})
        assert done.status_code == 303
        await running.run_next()
        listed = await client.get("/imports")
        assert "a.csv" in listed.text
        batch = await client.get("/imports/1?lang=en")
        assert "Rejected rows" in batch.text
        wrong = await client.post(
            "/imports/new", files={"file": ("b.csv", b"a,b\n1,2\n")},
            data={"profile": "ecommerce-contacts", "_csrf_token": token}, headers={"x-csrftoken": token},
        )  # fmt: skip
        assert wrong.status_code == 422
        assert "unique_id" in wrong.text


async def page_client(client, username: str) -> str:
    """Log in by page; the form token."""
    token = re.search(r'_csrf_token" value="([^"]+)"', (await client.get("/login")).text)[1]
    await client.post("/login", data={"_csrf_token": token, "username": username, "password": PASSWORD})
    return re.search(r'_csrf_token" value="([^"]+)"', (await client.get("/imports/new")).text)[1]


async def test_a_refused_file_leaves_the_profile_chosen_and_nothing_on_disk(engine, database_url, tmp_path):
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = await page_client(client, "lead-1")
        wrong = await client.post(
            "/imports/new", files={"file": ("b.csv", b"a,b\n1,2\n")},
            data={"profile": "ecommerce-contacts", "_csrf_token": token}, headers={"x-csrftoken": token},
        )  # fmt: skip
        assert re.search(r'value="ecommerce-contacts"[^>]* selected', wrong.text)
        assert "请重新选择文件" in wrong.text
        assert not list((tmp_path / "uploads").glob("*"))


async def test_the_page_of_a_trial_hands_out_its_rejected_rows_to_whoever_tried(engine, database_url, tmp_path):
    await make_account("lead-1", Role.QA_LEAD)
    await make_account("lead-2", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        token = await page_client(client, "lead-1")
        trial = await client.post(
            "/imports/new", files={"file": ("a.csv", CONTENT)},
            data={"profile": "ecommerce-contacts", "_csrf_token": token}, headers={"x-csrftoken": token},
        )  # fmt: skip
        href = re.search(r'href="(/api/imports/trials/[^"]+)"', trial.text)[1]
        assert "soon" in (await client.get(href)).text
        client.cookies.clear()
        await page_client(client, "lead-2")
        assert (await client.get(href)).status_code == 404


PROFILE = """
name = "my-wages"
name_zh = "自己的工资表"
name_en = "My wages"
version = 1
target = "survey"
source = "mine"
timezone = "Asia/Shanghai"
[key]
kind = "external_id"
[[columns]]
field = "external_id"
aliases = ["编号"]
type = "id"
required = true
[[columns]]
field = "score"
aliases = ["分"]
type = "integer"
"""


async def test_a_profile_of_ones_own_is_brought_by_api_checked_bounded_and_used_by_name(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)

    async def bring(definition: str):
        return await client.post("/api/imports/profiles", json={"definition": definition}, headers=headers)

    async with client_of(database_url, data_folder=tmp_path) as client:
        assert (await bring(PROFILE)).status_code == 201
        listed = (await client.get("/api/imports/profiles", headers=headers)).json()
        assert "my-wages" in [one["name"] for one in listed]
        given = {"files": {"file": ("a.csv", "编号,分\nA,4\n".encode())}, "headers": headers}
        trial = await client.post("/api/imports/trial", data={"profile": "my-wages"}, **given)
        assert (trial.json()["read"], trial.json()["held"]) == (1, 1)
        answers = [
            await bring(PROFILE.replace("分", "得分")),
            await bring(PROFILE.replace("my-wages", "staff-list")),
            await bring(PROFILE.replace("version = 1", 'version = "x"')),
            await bring(PROFILE + "#" * 100_000),
        ]
        assert [one.json()["type"].rpartition(":")[2] for one in answers] == [
            "profile-stale", "profile-taken", "profile-invalid", "profile-too-long",
        ]  # fmt: skip
        assert (await bring(PROFILE.replace("version = 1", "version = 2"))).status_code == 201
