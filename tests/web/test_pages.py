"""Log-in, set-up and refusals as pages, with their form tokens, in both languages."""

import re
import sqlite3

import pytest

from qa_service.journal.commands import set_key
from qa_service.people import commands, pages
from qa_service.people.access import Role
from tests.builders import PASSWORD, client_of, make_account, make_person, make_unit

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


async def test_a_form_without_its_token_or_with_one_of_somebody_s_own_making_changes_nothing(engine, database_url):
    await make_account("lin")
    async with client_of(database_url) as client:
        token = token_of((await client.get("/login")).text)
        form = {"username": "lin", "password": PASSWORD}
        for made in ("", "x" * 128, token[:-1]):
            client.cookies.set("csrftoken", made or token)
            assert (await client.get("/login")).status_code == 200
            answer = await client.post("/login", data={**form, "_csrf_token": made})
            assert (answer.status_code, "表单已过期" in answer.text) == (403, True)
        client.cookies.set("csrftoken", token)
        assert (await client.post("/login", data={**form, "_csrf_token": token})).status_code == 303


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


async def log_in(client, username: str) -> str:
    page = await client.get("/login")
    form = {"_csrf_token": token_of(page.text), "username": username, "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form)).status_code == 303
    return token_of((await client.get("/account")).text)


async def test_a_mistyped_address_keeps_language_and_log_in(engine, database_url):
    await make_account("lin", Role.MONITOR)
    async with client_of(database_url) as client:
        await log_in(client, "lin")
        await client.get("/?lang=en")
        for answer, status in ((await client.get("/no/such/page"), 404), (await client.get("/logout"), 405)):
            assert answer.status_code == status
            assert '<html lang="en">' in answer.text
            assert 'id="nav"' in answer.text
            assert "lin" in answer.text
        assert "Log in" not in (await client.get("/no/such/page")).text
        assert "未登录" not in (await client.get("/no/such/page?lang=zh")).text
        assert '<html lang="zh-CN">' in (await client.get("/no/such/page")).text, "a chosen language stays"
    async with client_of(database_url) as client:
        assert 'id="nav"' not in (await client.get("/no/such/page")).text


async def test_a_refusal_says_in_words_what_is_needed_and_who_can_give_it(engine, database_url):
    await make_account("lin", Role.MONITOR)
    async with client_of(database_url) as client:
        await log_in(client, "lin")
        page = (await client.get("/accounts")).text
        assert "您的角色不能管账号，这是人事、管理员的事" in page
        assert "account:write" not in page
        problem = (await client.get("/api/accounts")).json()
        assert (problem["type"], problem["permission"]) == ("urn:qa:not-allowed", "account:write")
        assert "页面" not in (await client.get("/api/nothing")).text


async def test_the_other_language_leads_to_an_address_that_can_be_asked_for(engine, database_url):
    account = await make_account("lin")
    await make_account("root", Role.ADMIN)
    async with client_of(database_url) as client:
        token = await log_in(client, "root")
        form = {"_csrf_token": token, "reason": ""}
        refused = await client.post(f"/accounts/{account}/close", data=form)
        assert f'href="/accounts/{account}?lang=en"' in refused.text, "the nearest page above"
        told = {"referer": f"http://test/accounts/{account}?notice=made"}
        refused = await client.post(f"/accounts/{account}/close", data=form, headers=told)
        assert f'href="/accounts/{account}?lang=en"' in refused.text, "the page that the form stood on"
        refused = await client.post("/accounts/new", data=form)
        assert 'href="/accounts/new?lang=en"' in refused.text
        assert (await client.get("/accounts/new?lang=en")).status_code == 200
        assert 'href="/people?q=lin&amp;lang=zh"' in (await client.get("/people?q=lin")).text


async def test_codes_for_several_ticked_accounts_are_printed_by_a_button(engine, database_url):
    accounts = [await make_account("lin"), await make_account("zhou")]
    await make_account("root", Role.ADMIN)
    async with client_of(database_url) as client:
        token = await log_in(client, "root")
        page = (await client.get("/accounts")).text
        assert re.search(r'<button formaction="/accounts/codes" formmethod="post"[^>]*>.*?打印一次性代码', page)
        printed = await client.post("/accounts/codes", data={"_csrf_token": token, "keys": accounts})
        assert (printed.status_code, len(re.findall(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", printed.text))) == (200, 2)
        assert "lang=en" not in printed.text, "another language would be another page, and the codes gone"
        assert (await client.get("/accounts/codes")).headers["location"] == "/accounts"


async def test_an_error_summary_names_its_fields_and_a_conflict_has_its_own_sentence(engine, database_url):
    account = await make_account("lin")
    await make_account("root", Role.ADMIN)
    async with client_of(database_url) as client:
        token = await log_in(client, "root")
        refused = (await client.post("/accounts/new", data={"_csrf_token": token})).text
        assert "有2处需要改正" in refused
        assert re.search(r'<a href="#f-role">角色：请填写这一项</a>', refused)
        form = {"_csrf_token": token, "role": "monitor", "unit": "house", "version": 9}
        stale = (await client.post(f"/accounts/{account}/roles", data=form)).text
        assert "在您打开后已被修改" in stale
        assert "处需要改正" not in stale
        assert "其余内容已保留" not in stale


async def test_pages_about_oneself_are_in_the_navigation_of_agents_only(engine, database_url):
    person = await make_person("K017")
    unit = await make_unit("sale")
    await make_account("k017", Role.AGENT, unit=unit, person=person)
    await make_account("boss", Role.MANAGER)
    await make_account("lin", Role.MONITOR)
    own = ("/my/month", "/my/results", "/my/roster", "/my/training")
    async with client_of(database_url) as client:
        await log_in(client, "k017")
        home = (await client.get("/")).text
        for href in (*own, "/rewards/events", "/disputes"):
            assert f'href="{href}"' in home, href
        assert 'href="/my/probation"' not in home
        assert (await client.get("/rewards/events")).status_code == 200
    for name, hidden in (("boss", (*own, "/disputes")), ("lin", own)):
        async with client_of(database_url) as client:
            await log_in(client, name)
            notices = (await client.get("/notices")).text
            for href in hidden:
                assert f'href="{href}"' not in notices, (name, href)
            assert "去首页看今天要办的事" in notices


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.MANAGER, "/people"),
        (Role.MANAGER, "/rewards/wages"),
        (Role.MONITOR, "/interactions"),
        (Role.HR, "/sheets"),
    ],
)
async def test_an_empty_list_offers_no_way_that_its_reader_may_not_go(engine, database_url, role, path):
    async with client_of(database_url) as client:
        await make_account("reader", role)
        await log_in(client, "reader")
        page = await client.get(path)
        main = page.text.partition("<main")[2]
        assert (page.status_code, 'class="empty"' in main) == (200, True)
        offered = re.findall(r'class="empty".*?</div>', main, re.DOTALL)
        doors = re.findall(r'href="([^"]+)"', " ".join(offered))
        assert [(await client.get(door)).status_code for door in doors] == [200] * len(doors)
