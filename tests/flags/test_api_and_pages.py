"""Flags by the API and as pages: hypotheses with their expected false alarms, closed with a reason."""

import re
from datetime import date

import pytest

from qa_service.people.access import Role
from qa_service.scores.commands import compute_month
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account
from tests.flags.builders import make_flagged

pytestmark = pytest.mark.anyio


async def log_in(client, username: str) -> None:
    page = await client.get("/login")
    form = {"_csrf_token": token_of(page.text), "username": username, "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form)).status_code == 303


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def test_flags_are_read_and_closed_by_the_api(engine, database_url):
    made = await make_flagged()
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        found = (await client.get(f"/api/flags?run={made['run']}", headers=lead)).json()
        assert found["flag_run"]["expected_false_alarms_hundredths"] == 200
        assert not found["flag_run"]["is_calibrated"]
        assert found["flag_run"]["method"].startswith("没有往月可比")
        flag = next(one for one in found["flags"] if one["id"] == made["flag"])
        assert flag["sentences"]
        everybody = (await client.get(f"/api/flags?run={made['run']}&everybody=true", headers=lead)).json()
        assert len(everybody["flags"]) == 10
        address = f"/api/flags/{made['flag']}/disposition"
        bad = await client.post(address, json={"state": "gone", "reason": "x", "version": 1}, headers=lead)
        assert bad.status_code in (400, 422)
        body = {"state": "dismissed", "reason": "新系统上线", "version": flag["version"]}
        assert (await client.post(address, json=body, headers=lead)).json()["state_name"] == "不成立"
        again = await client.post(address, json=body, headers=lead)
        assert (again.status_code, again.json()["type"]) == (409, "urn:qa:flag-closed")
        same = await client.post(f"/api/scores/{made['run']}/flags", headers=lead)
        assert same.json() == {"flag_run": made["flag_run"]}


async def test_an_agent_reads_no_flags_but_answers_the_own_one(engine, database_url):
    made = await make_flagged()
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        agent = await bearer("k0", Role.AGENT, unit=made["unit"], person=made["people"][0])
        assert (await client.get(f"/api/flags?run={made['run']}", headers=agent)).status_code == 403
        assert (await client.get("/api/my/flags", headers=agent)).json() == []
        body = {"state": "followed_up", "reason": "已面谈", "version": 1}
        await client.post(f"/api/flags/{made['flag']}/disposition", json=body, headers=lead)
        answered = await client.post(f"/api/flags/{made['flag']}/answer", json={"answer": "系统卡顿"}, headers=agent)
        assert answered.json()["agent_answer"] == "系统卡顿"
        assert len((await client.get("/api/my/flags", headers=agent)).json()) == 1


async def test_the_page_says_how_far_to_trust_the_flags_and_takes_the_outcome(engine, database_url):
    made = await make_flagged()
    await compute_month(HOUSE, made["unit"], date(2026, 9, 1))  # scored and not judged: not what the page opens on
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = await client.get("/flags")
        assert "2026年9月" not in page.text
        for sentence in (
            "它不改任何得分，也不动一分钱",
            "没有往月可比",
            "平均也会有2.0条误报",
            "客服K0",
            "首次响应：4.0秒（n=60）",
        ):
            assert sentence in page.text, sentence
        assert (await client.get(f"/flags?run={made['run']}&format=csv")).content.startswith(b"\xef\xbb\xbf")
        one = await client.get(f"/flags/{made['flag']}")
        form = {"_csrf_token": token_of(one.text), "version": "1", "state": "followed_up", "reason": "  "}
        wrong = await client.post(f"/flags/{made['flag']}/disposition", data=form)
        assert wrong.status_code == 422
        assert "请写明理由" in wrong.text
        done = await client.post(f"/flags/{made['flag']}/disposition", data={**form, "reason": "抽听10通"})
        assert done.status_code == 303
        closed = await client.get(done.headers["location"])
        assert "已记录处理结果" in closed.text
        assert "抽听10通" in closed.text
        assert "/disposition" not in closed.text, "a closed flag offers no form"


async def test_the_person_sees_the_own_flag_after_it_was_looked_into(engine, database_url):
    made = await make_flagged()
    await make_account("k0", Role.AGENT, unit=made["unit"], person=made["people"][0])
    async with client_of(database_url) as client:
        await log_in(client, "k0")
        assert "没有关于您的异常提示" in (await client.get("/my/flags")).text
        assert (await client.get(f"/flags/{made['flag']}")).status_code == 404
        lead = await bearer("lead", Role.QA_LEAD)
        body = {"state": "followed_up", "reason": "已面谈", "version": 1}
        await client.post(f"/api/flags/{made['flag']}/disposition", json=body, headers=lead)
        page = await client.get(f"/flags/{made['flag']}")
        form = {"_csrf_token": token_of(page.text), "answer": "那几天系统卡顿"}
        assert (await client.post(f"/flags/{made['flag']}/answer", data=form)).status_code == 303
        assert "那几天系统卡顿" in (await client.get(f"/flags/{made['flag']}")).text
        assert "待处理" not in (await client.get("/my/flags")).text


async def test_without_any_month_the_page_says_the_next_step(engine, database_url):
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        page = await client.get("/flags", headers=lead)
        assert "这个月还没有做异常提示" in page.text
        assert 'href="/scores"' in page.text
