"""Records and 待认领 by the API and as pages, in both languages."""

import re

import pytest

from qa_service.interactions.tables import Interaction
from qa_service.people.access import Role
from qa_service.web.policy import CONTENT_POLICY
from tests.builders import PASSWORD, bearer, client_of, make_account
from tests.interactions.builders import make_shop, make_waiting

pytestmark = pytest.mark.anyio


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def log_in(client, username: str) -> None:
    page = await client.get("/login")
    form = {"_csrf_token": token_of(page.text), "username": username, "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form)).status_code == 303


async def test_the_list_and_a_talk_by_the_api(engine, database_url):
    shop = await make_shop()
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        first = (await client.get("/api/interactions?limit=2", headers=lead)).json()
        assert [one["public_id"] for one in first["parts"]] == ["shop:c4#1", "shop:c2#1"]
        assert first["parts"][0]["state"] == "none"
        rest = (await client.get(f"/api/interactions?before={first['before']}", headers=lead)).json()
        assert (len(rest["parts"]), rest["before"]) == (3, None)
        none = (await client.get("/api/interactions?quality=drawn", headers=lead)).json()
        assert none["parts"] == []
        bad = await client.get("/api/interactions?before=x", headers=lead)
        assert (bad.status_code, bad.json()["type"]) == (422, "urn:qa:invalid-input")
        talk = (await client.get(f"/api/interactions/{shop['talk']}", headers=lead)).json()
        assert talk["messages"][0]["body"] == "地址是***路，能改吗", "masked stays masked"
        assert [part["employee_no"] for part in talk["parts"]] == ["K1", "K2"]
        agent = await bearer("k2", Role.AGENT, unit=shop["after"], person=shop["two"])
        assert len((await client.get("/api/interactions", headers=agent)).json()["parts"]) == 2
        own = (await client.get(f"/api/interactions/{shop['talk']}", headers=agent)).json()
        assert (len(own["messages"]), own["unseen"]) == (1, 2)
        assert (await client.get("/api/unclaimed-accounts", headers=agent)).status_code == 403


async def test_an_account_is_claimed_and_taken_back_by_the_api(engine, database_url):
    shop = await make_shop()
    account = await make_waiting(shop)
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        waiting = (await client.get("/api/unclaimed-accounts", headers=lead)).json()
        assert [(one["account"], one["parts"]) for one in waiting] == [(account, 3)]
        parts = (await client.get(f"/api/unclaimed-accounts/parts?account={account}", headers=lead)).json()
        assert len(parts) == 3
        body = {"account": account, "person": shop["two"], "from_on": "2026-10-06", "until_on": "2026-10-07",
                "reason": "组长确认"}  # fmt: skip
        made = (await client.post("/api/claims", json=body, headers=lead)).json()
        assert made["parts"] == 2
        assert (await client.get("/api/claims", headers=lead)).json()[0]["standing"] == 2
        undone = await client.post(f"/api/claims/{made['claim']}/undo", json={"reason": "认错"}, headers=lead)
        assert undone.status_code == 200
        again = await client.post(f"/api/claims/{made['claim']}/undo", json={"reason": "认错"}, headers=lead)
        assert again.json()["type"] == "urn:qa:claim-undone"
        one = {"person": shop["one"], "reason": "本人说的"}
        address = f"/api/agent-parts/{parts[0]['id']}/resolution"
        assert (await client.post(address, json=one, headers=lead)).status_code == 201
        assert (await client.post(address, json=one, headers=lead)).json()["type"] == "urn:qa:part-resolved"


async def test_the_pages_show_what_was_said_and_who_answered(engine, database_url):
    shop = await make_shop()
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = await client.get("/interactions")
        for text in ("2026年10月", "客服K2", "售前组", "未抽中", "format=xlsx", "12秒"):
            assert text in page.text, text
        assert ">c3<" not in page.text, "September is another page"
        assert "/interactions?month=2026-09" in page.text
        assert ">c3<" in (await client.get("/interactions?month=2026-09")).text
        assert "没有符合条件的服务记录" in (await client.get("/interactions?quality=marked")).text
        talk = await client.get(f"/interactions/{shop['talk']}")
        for text in ("转售后的同事", "改地址", "2分，满分5分", "没有您能看的质检评分", "chats.json", "masked"):
            assert text in talk.text, text
        english = await client.get(f"/interactions/{shop['talk']}?lang=en")
        assert "Business records" in english.text or "Agent parts" in english.text
        assert "客服段" not in english.text
        file = await client.get("/interactions?month=2026-10&format=csv")
        assert len(file.text.splitlines()) == 5
        for odd in ("month=2026-99", "day=x", "unit=x", "person=99999999999999999999", "month=9999-12"):
            assert (await client.get(f"/interactions?{odd}")).status_code == 200, odd


async def test_a_recording_plays_from_its_own_server_and_no_other(engine, database_url):
    shop = await make_shop()
    address = "https://records.example:8443/2026/c1.mp3?key=1&x=2"
    await Interaction.update({Interaction.recording_url: address}).where(Interaction.id == shop["talk"])
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        talk = await client.get(f"/interactions/{shop['talk']}?lang=en")
        source = "https://records.example:8443/2026/c1.mp3?key=1&amp;x=2"
        assert f'<audio controls preload="none" src="{source}">' in talk.text
        assert 'rel="noopener noreferrer"' in talk.text
        policy = talk.headers["content-security-policy"]
        assert policy == f"{CONTENT_POLICY}; media-src 'self' https://records.example:8443"
        assert (await client.get(f"/api/interactions/{shop['talk']}")).json()["recording_url"] == address
        other = await client.get("/interactions")
        assert other.headers["content-security-policy"] == CONTENT_POLICY


async def test_an_agents_page_says_what_it_leaves_out(engine, database_url):
    shop = await make_shop()
    await make_account("k2", Role.AGENT, unit=shop["after"], person=shop["two"])
    async with client_of(database_url) as client:
        await log_in(client, "k2")
        listed = await client.get("/interactions")
        assert "客服K1" not in listed.text
        talk = await client.get(f"/interactions/{shop['talk']}")
        assert "另有2条消息属于其他客服，不显示" in talk.text
        assert "转售后的同事" not in talk.text
        assert (await client.get("/interactions/unclaimed")).status_code == 403


async def test_an_account_is_claimed_on_a_page_and_taken_back_on_another(engine, database_url):
    shop = await make_shop()
    account = await make_waiting(shop)
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        listed = await client.get("/interactions/unclaimed")
        assert f"/interactions/unclaimed/account?account={account}" in listed.text
        page = await client.get(f"/interactions/unclaimed/account?account={account}")
        assert "客服K1" in page.text, "who held it near that time is a hint"
        form = {"_csrf_token": token_of(page.text), "account": str(account), "label": "", "person": "K404",
                "from_on": "2026-10-06", "until_on": "2026-10-08", "reason": "排班表"}  # fmt: skip
        wrong = await client.post("/interactions/unclaimed/claim", data=form)
        assert wrong.status_code == 422
        assert "没有工号或姓名为“K404”的人" in wrong.text
        assert "排班表" in wrong.text, "what was typed is kept"
        done = await client.post("/interactions/unclaimed/claim", data={**form, "person": "K2"})
        assert done.status_code == 303
        after = await client.get(done.headers["location"])
        assert "没有待认领的账号" in after.text
        undo = re.search(r"/interactions/unclaimed/claims/\d+/undo", after.text)[0]
        confirm = await client.get(undo)
        assert "3段回到待认领" in confirm.text
        back = await client.post(undo, data={"_csrf_token": token_of(confirm.text), "reason": "认错了人"})
        assert back.status_code == 303
        assert f"account={account}" in (await client.get("/interactions/unclaimed?lang=en")).text
