"""What programs ask for: the same request again begins nothing twice; records come in without a file."""

import asyncio
import json
from datetime import timedelta

import pytest

from qa_service.database import rows, scalar
from qa_service.imports import programs
from qa_service.imports.configuring import folder
from qa_service.jobs import running
from qa_service.people.access import Role
from tests.builders import bearer, client_of
from tests.imports.test_import_file import HEAD, chat, contact

pytestmark = pytest.mark.anyio
CONTENT = (HEAD + contact(1)).encode()


def given(headers: dict[str, str], key: str, content: bytes = CONTENT) -> dict[str, object]:
    return {
        "files": {"file": ("八月.csv", content)}, "data": {"profile": "ecommerce-contacts"},
        "headers": {**headers, "idempotency-key": key},
    }  # fmt: skip


async def test_the_same_request_again_is_the_same_job_and_another_file_is_refused(engine, database_url, tmp_path):
    headers, others = await bearer("lead", Role.QA_LEAD), await bearer("lead-2", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        first = await client.post("/api/imports", **given(headers, "run-1"))
        assert first.status_code == 202
        await running.run_job(first.json()["job"])
        again = await client.post("/api/imports", **given(headers, "run-1"))
        assert (again.status_code, again.json()) == (202, first.json())
        other = await client.post("/api/imports", **given(headers, "run-1", CONTENT + contact(2).encode()))
        assert (other.status_code, other.json()["type"]) == (409, "urn:qa:key-used")
        assert f"任务{first.json()['job']}" in other.json()["detail"]
        assert not list(folder("uploads").iterdir())
        # A key is the account's own.
        assert (await client.post("/api/imports", **given(others, "run-1"))).json() != first.json()
    assert await scalar("SELECT COUNT(*) AS n FROM job") == 2


async def test_two_requests_of_one_moment_begin_one_job(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        asked = [client.post("/api/imports", **given(headers, "run-1")) for _ in range(4)]
        answers = await asyncio.gather(*asked)
    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["job"] for one in answers}) == 1
    assert await scalar("SELECT COUNT(*) AS n FROM job") == 1
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line WHERE action = 'job:start'") == 1


async def test_a_key_is_kept_a_day_and_must_be_a_word(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        first = await client.post("/api/imports", **given(headers, "run-1"))
        await rows("UPDATE import_request SET created_at = {}", programs.clock.now() - timedelta(hours=25))
        second = await client.post("/api/imports", **given(headers, "run-1"))
        assert second.json() != first.json()
        for key in ("", "a b", "x" * 201):
            wrong = await client.post("/api/imports", **given(headers, key))
            assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "Idempotency-Key"), wrong.text


async def test_records_come_in_as_a_file_of_json_lines_would(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    records = [chat("A", "旗舰店", "小宜", "09:00"), {**chat("B", "旗舰店", "小宜", "10:00"), "渠道": "电报"}]
    async with client_of(database_url, data_folder=tmp_path) as client:
        body = {"profile": "shop-chats", "records": records}
        begun = await client.post("/api/imports/records", json=body, headers={**headers, "idempotency-key": "r"})
        assert begun.status_code == 202, begun.text
        await running.run_job(begun.json()["job"])
        job = (await client.get(f"/api/jobs/{begun.json()['job']}", headers=headers)).json()
        batch = (await client.get(f"/api/imports/{job['result']['batch']}", headers=headers)).json()
        assert (batch["read"], batch["rejected"], batch["held"]) == (2, 1, 1)
        again = await client.post("/api/imports/records", json=body, headers={**headers, "idempotency-key": "r"})
        assert again.json() == begun.json()


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"records": []}, 422), ({"records": [{}] * 10_001}, 422), ({"records": [1]}, 422), ({"profile": "none"}, 404)],
)
async def test_records_are_bounded_and_a_profile_must_be_there(engine, database_url, tmp_path, changes, status):
    headers = await bearer("lead", Role.QA_LEAD)
    body = {"profile": "shop-chats", "records": [{"a": 1}], **changes}
    async with client_of(database_url, data_folder=tmp_path) as client:
        answer = await client.post("/api/imports/records", json=body, headers=headers)
        assert answer.status_code == status
        assert answer.json()["detail"]
        assert (await client.post("/api/imports/records", json=body)).status_code == 401
    assert await scalar("SELECT COUNT(*) AS n FROM job") == 0


def test_numbers_of_records_keep_their_digits():
    body = '{"profile": "x", "records": [{"id": ' + "9" * 40 + ', "sum": 12.10}, {"名": "\\n"}]}'
    lines = programs.as_lines(body.encode()).decode().splitlines()
    assert [json.loads(line) for line in lines] == [{"id": "9" * 40, "sum": "12.10"}, {"名": "\n"}]
