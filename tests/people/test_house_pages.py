"""Staff, accounts and one's own log-in as pages, in both languages."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from qa_service.database import scalar
from qa_service.people import commands
from qa_service.people.access import Role
from qa_service.people.tables import AccountHolder, PlatformAccount, Post
from tests.builders import HOUSE, PASSWORD, client_of, make_account, make_person, make_unit

pytestmark = pytest.mark.anyio


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def log_in(client, username: str) -> str:
    page = await client.get("/login")
    form = {"_csrf_token": token_of(page.text), "username": username, "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form)).status_code == 303
    return token_of((await client.get("/account")).text)


async def make_staff() -> tuple[int, int]:
    sale = await make_unit("sale", name="售前组")
    person = await make_person("K017", name="沈若溪")
    await Post.insert(
        Post(person=person, unit=sale, position="售前客服", kind="agent", from_on=date(2026, 1, 5), until_on=None)
    )
    return sale, person


async def test_hr_finds_a_person_and_reads_posts_and_contract(engine, database_url):
    sale, person = await make_staff()
    await make_account("hr", Role.HR)
    async with client_of(database_url) as client:
        await log_in(client, "hr")
        page = await client.get(f"/people?q=若溪&unit={sale}&having=here")
        assert "沈若溪" in page.text
        assert f"/people/{person}" in page.text
        assert "没有符合条件的人员" in (await client.get("/people?q=没有")).text
        assert (await client.get("/people?format=csv")).content.startswith(b"\xef\xbb\xbf")
        one = await client.get(f"/people/{person}")
        for text in ("售前客服", "2026年1月5日", "至今", "劳动合同", "还没有，去建立"):
            assert text in one.text, text
        english = await client.get(f"/people/{person}?lang=en")
        assert "Labour contract" in english.text
        assert "Reports to" in english.text


async def test_a_supervisor_sees_no_contract_and_an_agent_only_the_own_record(engine, database_url):
    sale, person = await make_staff()
    await make_account("boss", Role.SUPERVISOR, unit=sale)
    await make_account("k017", Role.AGENT, unit=sale, person=person)
    async with client_of(database_url) as client:
        await log_in(client, "boss")
        assert "劳动合同" not in (await client.get(f"/people/{person}")).text
        await client.get("/login")
    async with client_of(database_url) as client:
        await log_in(client, "k017")
        assert (await client.get("/people")).status_code == 403
        assert "有错请找人事更正" in (await client.get(f"/people/{person}")).text
        assert f"/people/{person}" in (await client.get("/account")).text


async def test_an_account_is_made_and_its_code_shown_once_on_a_page_to_print(engine, database_url):
    sale, person = await make_staff()
    await make_account("root", Role.ADMIN)
    async with client_of(database_url) as client:
        token = await log_in(client, "root")
        assert "沈若溪 K017" in (await client.get(f"/accounts/new?person={person}")).text
        form = {"_csrf_token": token, "person": person, "role": "agent", "unit": sale, "language": "zh"}
        refused = await client.post("/accounts/new", data={**form, "role": ""})
        assert (refused.status_code, "请填写这一项" in refused.text) == (422, True)
        made = await client.post("/accounts/new", data=form)
        assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
        code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", made.text)[0]
        assert "k017" in made.text
        assert "/first-login" in made.text
        account = await commands.choose_password(code, PASSWORD)
        assert await scalar("SELECT unit FROM account_role WHERE account = {}", account) == sale
        nothing = await client.post("/accounts/codes", data={"_csrf_token": token})
        assert (nothing.status_code, "一次选1至500个账号" in nothing.text) == (422, True)


async def test_roles_and_state_of_an_account_change_by_forms(engine, database_url):
    await make_account("root", Role.ADMIN)
    account = await make_account("lin", Role.AGENT)
    async with client_of(database_url) as client:
        token = await log_in(client, "root")
        address = f"/accounts/{account}"
        form = {"_csrf_token": token, "role": "monitor", "unit": "house", "version": 1}
        done = await client.post(f"{address}/roles", data=form)
        assert (done.status_code, done.headers["location"]) == (303, f"{address}?notice=granted")
        page = await client.get(f"{address}?notice=granted")
        assert "已加上角色" in page.text
        assert "全公司" in page.text
        stale = await client.post(f"{address}/roles/removal", data=form)
        assert (stale.status_code, "在您打开后已被修改" in stale.text) == (409, True)
        refused = await client.post(f"{address}/close", data={"_csrf_token": token, "reason": ""})
        assert (refused.status_code, "请写明原因" in refused.text) == (422, True)
        closed = await client.post(f"{address}/close", data={"_csrf_token": token, "reason": "离职"})
        assert closed.headers["location"] == f"{address}?notice=closed"
        assert "恢复使用" in (await client.get(address)).text
        opened = await client.post(f"{address}/reopen", data={"_csrf_token": token, "reason": "返聘"})
        assert opened.status_code == 303
        listed = await client.get("/accounts?q=lin&role=monitor&having=active&lang=en")
        assert "Monitor (Whole house)" in listed.text
        own = await scalar("SELECT id FROM account WHERE username = 'root'")
        assert "由另一位管理员办理" in (await client.get(f"/accounts/{own}?lang=zh")).text


async def test_ones_own_page_changes_language_password_and_tokens(engine, database_url):
    await make_account("lin", Role.MONITOR)
    async with client_of(database_url) as client:
        token = await log_in(client, "lin")
        mine = {"_csrf_token": token}
        made = await client.post("/account/tokens", data={**mine, "name": "看板", "days": "90", "scopes": "own:read"})
        secret = re.search(r"<bdi>([\w-]{43})</bdi>", made.text)[1]
        assert made.headers["cache-control"] == "no-store"
        bearer = {"authorization": f"Bearer {secret}"}
        assert (await client.get("/api/me", headers=bearer)).json()["permissions"] == ["own:read"]
        assert secret not in (await client.get("/account")).text
        refused = await client.post("/account/tokens", data={**mine, "name": "看板", "days": "90"})
        assert (refused.status_code, "至少选一项权限" in refused.text) == (422, True)
        number = await scalar("SELECT id FROM api_token")
        ended = await client.post(f"/account/tokens/{number}/revocation", data=mine)
        assert ended.headers["location"] == "/account?notice=revoked"
        assert (await client.get("/api/me", headers=bearer)).status_code == 401
        words = {**mine, "current": PASSWORD, "new": "new horse 10", "repeat": "new horse 11"}
        differs = await client.post("/account/password", data=words)
        assert (differs.status_code, "两次输入的新密码不一样" in differs.text) == (422, True)
        assert "new horse" not in differs.text
        changed = await client.post("/account/password", data={**words, "repeat": "new horse 10"})
        assert changed.status_code == 303
        assert (await client.get("/account?notice=password")).status_code == 200, "this session stays"
        spoken = await client.post("/account/language", data={**mine, "language": "en"})
        assert spoken.status_code == 303
        assert "Change password" in (await client.get("/account")).text


async def test_the_log_in_table_of_a_demo_opens_each_role_with_one_press(engine, database_url):
    await commands.create_account(
        HOUSE, "lin", roles=[("agent", None)], person_id=await make_person(), password="demo-demo-2026"
    )
    async with client_of(database_url, is_demo=True) as client:
        page = await client.get("/login?lang=en")
        assert '<th scope="col">Role</th>' in page.text
        row = page.text.split('aria-label="Log in as Agent"')[0].rpartition("<form")[2]
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', row))
        assert fields["username"] == "lin"
        assert (await client.post("/login", data=fields)).status_code == 303
        assert (await client.get("/api/me")).json()["roles"] == ["agent"]


async def test_a_person_s_page_names_each_account_once_and_the_history_has_a_page(engine, database_url):
    sale, person = await make_staff()
    other = await make_person("K018", name="俞蕾")
    await make_account("boss", Role.SUPERVISOR)
    await make_account("k017", Role.AGENT, unit=sale, person=person)
    account = await PlatformAccount.insert(
        PlatformAccount(platform="旗舰店", name="小溪", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    ).returning(PlatformAccount.id)
    for day in range(1, 29):
        for holder, hour in ((person, 0), (other, 8)):
            start = datetime(2026, 10, day, hour, tzinfo=UTC)
            await AccountHolder.insert(
                AccountHolder(
                    platform_account=account[0]["id"], person=holder, from_at=start,
                    until_at=start + timedelta(hours=8), source="roster",
                )
            )  # fmt: skip
    async with client_of(database_url) as client:
        await log_in(client, "boss")
        page = (await client.get(f"/people/{person}")).text
        assert page.count("旗舰店/小溪") == 1
        assert "看全部使用经过（56段）" in page
        history = (await client.get(f"/people/{person}/holders?q=俞蕾&page=2")).text
        assert history.count("旗舰店/小溪") == 3
        assert "共28条" in history
    async with client_of(database_url) as client:
        await log_in(client, "k017")
        assert "俞蕾" not in (await client.get(f"/people/{person}/holders")).text, "only the own spells"
        assert (await client.get(f"/people/{other}/holders")).status_code == 404
