"""Pages of scores: every figure with n and interval, thin evidence as words, both languages."""

import html
import re
from datetime import date, timedelta

import msgspec
import pytest

from qa_service.database import scalar
from qa_service.people.access import Role
from qa_service.rule_versions.packs import apply_pack
from qa_service.scores import listing
from qa_service.scores.commands import compute_month
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account, make_unit
from tests.kpis.builders import make_chat, make_survey
from tests.sampling.builders import make_agent, make_batch
from tests.scores.builders import MONTH, make_department

pytestmark = pytest.mark.anyio


async def log_in(client, username: str) -> None:
    page = await client.get("/login")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
    form = {"_csrf_token": token, "username": username, "password": PASSWORD, "next": "/scores"}
    assert (await client.post("/login", data=form)).status_code == 303


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def make_contacts() -> dict:
    """The contact pack; one agent with three contacts on each of ten days, ten of them answered a survey, one with
    a single contact."""
    await apply_pack(HOUSE, "ecommerce-contacts", on=MONTH)
    unit, batch = await make_unit(), await make_batch()
    busy, idle = await make_agent("K1", unit), await make_agent("K2", unit)
    for place in range(30):
        part = await make_chat(
            f"c{place}", batch=batch, unit=unit, person=busy, on=MONTH + timedelta(days=place % 10),
            kind="contact", response_seconds=60 * place,
        )  # fmt: skip
        if place < 10:
            await make_survey(part, 5, batch=batch)
    part = await make_chat("one", batch=batch, unit=unit, person=idle, kind="contact", response_seconds=60)
    await make_survey(part, 1, batch=batch)
    return {"unit": unit, "busy": busy, "idle": idle}


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
        assert "比平均严" in text
        assert "0是这2位质检员的平均，不是标准" in text, "who is fair beside a strict one only looks lenient"
        assert "没有随机抽样的质检评分" in text, "the newcomer has a state, not a 0"
        english = plain((await client.get(f"/scores/{run_id}?lang=en", headers=lead)).text)
        assert "Month score (for pay)" in english
        assert "Stricter than the mean" in english
        found = plain((await client.get(f"/scores/{run_id}?q=K1", headers=lead)).text)
        assert "客服K1" in found
        assert "客服K0" not in found
        table = await client.get(f"/scores/{run_id}?format=csv", headers=lead)
        assert table.content.startswith(b"\xef\xbb\xbf")
        assert "客服K0" in table.text


async def test_a_long_run_is_paged_by_key_and_sorted_by_its_heads(engine, database_url, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    made = await make_department(5, marks=1)
    run_id = await compute_month(HOUSE, made["unit"], MONTH)
    names = [f"客服K{i}" for i in range(5)]

    def shown(page) -> list[str]:
        return [name for name in names if re.search(rf'/people/\d+"[^>]*>(?:<[^>]+>)*{name}', page.text)]

    def link(page, rel: str) -> str:
        return html.unescape(re.search(rf'rel="{rel}" href="([^"]+)"', page.text)[1])

    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        first = await client.get(f"/scores/{run_id}", headers=lead)
        assert shown(first) == names[:2]
        assert "本页2条，共5条" in plain(first.text)
        assert 'rel="prev"' not in first.text
        second = await client.get(link(first, "next"), headers=lead)
        third = await client.get(link(second, "next"), headers=lead)
        assert (shown(second), shown(third)) == (names[2:4], names[4:])
        assert 'rel="next"' not in third.text
        assert shown(await client.get(link(third, "prev"), headers=lead)) == names[2:4]
        upside = await client.get(f"/scores/{run_id}?sort=number&way=down", headers=lead)
        assert shown(upside) == names[3:]
        assert 'aria-sort="descending"' in upside.text
        assert shown(await client.get(link(upside, "next"), headers=lead)) == names[1:3]
        whole = await client.get(f"/scores/{run_id}?format=csv", headers=lead)
        assert all(name in whole.text for name in names), "a file holds every page"
        cards, after = [], ""
        while page := (await client.get(f"/api/scores/{run_id}/scorecards?limit=2{after}", headers=lead)).json():
            cards += page
            after = f"&after={page[-1]['person']}"
        assert [card["person_name"] for card in cards] == names
        for what, each in (("qa", 1), ("kpis", 11)):
            behind = f"/api/scores/{run_id}/{what}?after={cards[2]['person']}"
            assert len((await client.get(behind, headers=lead)).json()) == 2 * each


@pytest.mark.parametrize("sort", list(listing.SORTS))
@pytest.mark.parametrize("is_descending", [False, True])
async def test_every_order_shows_everybody_once_forwards_and_backwards(engine, sort, is_descending):
    made = await make_department(4, marks=1)
    run_id = await compute_month(HOUSE, made["unit"], MONTH)
    seen, asked = [], listing.Asked(sort=sort, is_descending=is_descending, limit=1)
    page = await listing.page_of_cards(HOUSE, run_id, asked)
    while True:
        seen += [card["person"] for card in page.rows]
        if not page.has_next:
            break
        page = await listing.page_of_cards(HOUSE, run_id, msgspec.structs.replace(asked, after=seen[-1]))
    assert sorted(seen) == sorted(made["people"])
    back = [seen[-1]]
    while page.has_previous:
        page = await listing.page_of_cards(HOUSE, run_id, msgspec.structs.replace(asked, before=back[-1]))
        back += [card["person"] for card in page.rows]
    assert back == seen[::-1]


async def test_without_audits_a_score_is_a_count_and_what_is_missing_is_named(engine, database_url):
    made = await make_contacts()
    run_id = await compute_month(HOUSE, made["unit"], MONTH)
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        text = plain((await client.get(f"/scores/{run_id}", headers=lead)).text)
        assert "n=10 没有质检，没有区间" in text
        assert "样本不足：1小时内答复率、平均答复时长、客户满意度、日均办理量" in text
        person = plain((await client.get(f"/scores/{run_id}/people/{made['busy']}", headers=lead)).text)
        assert "3.0件/天" in person
        english = plain((await client.get(f"/scores/{run_id}?lang=en", headers=lead)).text)
        assert "no audits, so no interval" in english


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
