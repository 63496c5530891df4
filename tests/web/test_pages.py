"""Log-in, set-up and refusals as pages, with their form tokens, in both languages."""

import re
import sqlite3

import pytest

from qa_service.journal.commands import set_key
from qa_service.people import commands, pages
from qa_service.people.access import Role
from tests.builders import PASSWORD, client_of, make_account

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def keyed(engine):
    set_key(b"a key for tests only")


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def test_an_empty_database_opens_on_the_set_up_page(engine, database_url):
    async with client_of(database_url) as client:
        code = await commands.print_setup_code()
        assert (await client.get("/login")).headers["location"] == "/setup"
        page = await client.get("/setup")
        form = {"_csrf_token": token_of(page.text), "code": "WRONG", "username": "root", "password": PASSWORD}
        refused = await client.post("/setup", data=form)
        assert refused.status_code == 401
        assert "一次性代码不对" in refused.text
        assert 'value="root"' in refused.text, "what was typed is kept"
        assert PASSWORD not in refused.text
        done = await client.post("/setup", data={**form, "code": code})
        assert (done.status_code, done.headers["location"]) == (303, "/login")


async def test_a_person_logs_in_sees_home_and_logs_out(engine, database_url):
    await make_account("lin", Role.MONITOR)
    async with client_of(database_url) as client:
        assert (await client.get("/")).headers["location"] == "/login?next=/"
        page = await client.get("/login")
        form = {"_csrf_token": token_of(page.text), "username": "lin", "password": PASSWORD, "next": "/"}
        assert (await client.post("/login", data=form)).status_code == 303
        home = await client.get("/")
        assert "您好，lin" in home.text
        assert "Hello, lin" in (await client.get("/?lang=en")).text
        out = await client.post("/logout", data={"_csrf_token": token_of(home.text)})
        assert out.headers["location"] == "/login"
        assert (await client.get("/")).status_code == 303


async def test_a_form_without_its_token_is_refused(engine, database_url):
    await make_account("lin")
    async with client_of(database_url) as client:
        refused = await client.post("/login", data={"username": "lin", "password": PASSWORD})
        assert refused.status_code == 403
        assert "表单已过期" in refused.text


async def test_an_unknown_address_is_a_page_and_under_api_a_problem(engine, database_url):
    async with client_of(database_url) as client:
        page = await client.get("/no/such/page")
        assert (page.status_code, "没有找到" in page.text) == (404, True)
        problem = await client.get("/api/no/such")
        assert problem.json()["type"] == "urn:qa:not-found"


async def test_a_demo_says_so_and_lists_its_accounts(engine, database_url):
    await make_account("lin")
    async with client_of(database_url) as client:
        assert "演示" not in (await client.get("/login")).text
    async with client_of(database_url, is_demo=True) as client:
        assert "演示数据" in (await client.get("/login")).text


async def test_a_shut_door_says_when_to_try_again_and_no_cache_keeps_what_was_typed(engine, database_url):
    await make_account("lin")
    async with client_of(database_url) as client:
        page = await client.get("/login")
        assert page.headers["cache-control"] == "no-store"
        form = {"_csrf_token": token_of(page.text), "username": "lin", "password": "wrong wrong"}
        answers = [await client.post("/login", data=form) for _ in range(9)]
        assert [answers[0].status_code, answers[-1].status_code] == [401, 429]
        assert answers[-1].headers["retry-after"] == "900"
        assert (await client.get("/api/me")).headers["cache-control"] == "no-store"


FAILURES = [
    (sqlite3.SQLITE_READONLY, "不可写"), (sqlite3.SQLITE_FULL, "磁盘满了"), (sqlite3.SQLITE_BUSY, "另一个进程占用"),
    (sqlite3.SQLITE_CORRUPT, "已损坏"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "sentence"), FAILURES)
async def test_what_the_database_fails_with_is_a_sentence_and_not_a_crash(
    engine, database_url, monkeypatch, number, sentence
):
    await make_account("lin")
    fault = sqlite3.OperationalError("as the driver says it")
    fault.sqlite_errorcode = number

    async def fail(*_words, **_more):
        raise fault

    async with client_of(database_url) as client:
        token = token_of((await client.get("/login")).text)
        monkeypatch.setattr(commands, "log_in", fail)
        answer = await client.post("/login", data={"_csrf_token": token, "username": "lin", "password": PASSWORD})
        assert (answer.status_code, sentence in answer.text) == (503, True)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_after_the_log_in_nobody_is_sent_elsewhere(address):
    assert pages.local_path(address) == "/"


async def test_pages_carry_a_strict_policy_and_no_inline_code(engine, database_url):
    await make_account("lin")
    async with client_of(database_url) as client:
        page = await client.get("/login")
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        assert "<script" not in page.text
        assert " style=" not in page.text
