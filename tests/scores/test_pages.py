"""Pages of scores: every figure with n and interval, thin evidence as words, both languages."""

import re
from datetime import date

import pytest

from qa_service.database import scalar
from qa_service.people.access import Role
from qa_service.scores.commands import compute_month
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account, make_unit
from tests.kpis.builders import make_chat
from tests.sampling.builders import make_agent
from tests.scores.builders import MONTH, make_department

pytestmark = pytest.mark.anyio


async def log_in(client, username: str) -> None:
    page = await client.get("/login")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
    form = {"_csrf_token": token, "username": username, "password": PASSWORD, "next": "/scores"}
    assert (await client.post("/login", data=form)).status_code == 303


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_run_shows_everybody_with_n_and_interval_and_who_is_strict(engine, database_url):
    made = await make_department()
    newcomer = await make_agent("K9", made["unit"])
    await make_chat("one", batch=made["batch"], unit=made["unit"], person=newcomer)
    run_id = await compute_month(HOUSE, made["unit"], MONTH)
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        page = await client.get(f"/scores/{run_id}", headers=lead)
        assert page.status_code == 200
        text = plain(page.text)
        assert "客服K0" in text
        assert text.count("n=12") >= 9, "three figures for each of three people"
        assert "偏严" in text
        assert "没有随机抽样的质检评分" in text, "the newcomer has a state, not a 0"
        english = plain((await client.get(f"/scores/{run_id}?lang=en", headers=lead)).text)
        assert "Month score (for pay)" in english
        assert "Strict" in english
        found = plain((await client.get(f"/scores/{run_id}?q=K1", headers=lead)).text)
        assert "客服K1" in found
        assert "客服K0" not in found
        table = await client.get(f"/scores/{run_id}?format=csv", headers=lead)
        assert table.content.startswith(b"\xef\xbb\xbf")
        assert "客服K0" in table.text


async def test_a_person_sees_the_own_month_with_what_each_figure_is_for(engine, database_url):
    made = await make_department(2)
    await compute_month(HOUSE, made["unit"], MONTH)
    await make_account("k0", Role.AGENT, unit=made["unit"], person=made["people"][0])
    async with client_of(database_url) as client:
        await log_in(client, "k0")
        page = await client.get("/my/month")
        text = plain(page.text)
        for sentence in ("本月得分（奖罚用）", "只有它可以用于奖罚", "不用于奖罚", "首次响应", "样本不足", "奖罚用"):
            assert sentence in text, sentence
        assert "客服K1" not in text
        assert (await client.get("/scores")).status_code == 403


async def test_before_any_result_the_page_says_so(engine, database_url):
    person = await make_agent("K0", await make_unit())
    await make_account("k0", Role.AGENT, person=person)
    async with client_of(database_url) as client:
        await log_in(client, "k0")
        assert "还没有关于您的已发布结果" in (await client.get("/my/month")).text


async def test_a_lead_orders_a_month_by_the_form_and_wrong_input_stays(engine, database_url):
    made = await make_department(1, marks=2)
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = await client.get("/scores")
        assert "还没有计算过任何月份" in page.text
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
        wrong = await client.post("/scores", data={"_csrf_token": token, "unit": made["unit"], "month": "10月"})
        assert wrong.status_code == 422
        assert "月份应写成2026-10这样" in wrong.text
        assert 'value="10月"' in wrong.text
        done = await client.post("/scores", data={"_csrf_token": token, "unit": made["unit"], "month": "2026-10"})
        assert done.status_code == 303
        assert done.headers["location"].startswith("/jobs/")
        assert await scalar("SELECT kind FROM job") == "score"


async def test_a_month_older_than_the_rules_is_a_trial_on_its_page(engine, database_url):
    made = await make_department(1, marks=1)
    await make_chat("old", batch=made["batch"], unit=made["unit"], person=made["people"][0], on=date(2023, 8, 1))
    run_id = await compute_month(HOUSE, made["unit"], date(2023, 8, 1))
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        assert "不能用于奖罚" in (await client.get(f"/scores/{run_id}", headers=lead)).text
        person = await client.get(f"/scores/{run_id}/people/{made['people'][0]}", headers=lead)
        assert "没有随机抽样的质检评分" in person.text
