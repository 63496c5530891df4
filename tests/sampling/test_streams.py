"""What stays out of the random draw is counted with its reason; the risk stream stands beside it; floors are kept."""

import re
from datetime import date, datetime
from fractions import Fraction

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.errors import NotFound
from qa_service.interactions.tables import BusinessRecord, SurveyAnswer
from qa_service.journal.commands import set_key
from qa_service.people.access import Role
from qa_service.people.tables import AccountHolder, PlatformAccount
from qa_service.sampling import commands, errors, files, queries, reading, risk_items, verifying
from qa_service.sampling.rules import VALUE_KNOWN
from tests.builders import HOUSE, bearer, client_of, make_account, make_unit
from tests.sampling.builders import make_agent, make_batch, make_commitment, make_monitor, make_part, make_plan
from tests.sampling.test_reading import log_in, token_of

pytestmark = pytest.mark.anyio
ZONE = clock.HOUSE_ZONE


@pytest.fixture
async def shop(engine):
    set_key(b"a key for tests only")
    unit, batch = await make_unit("shop"), await make_batch()
    agents = [await make_agent(f"K{a}", unit) for a in range(2)]
    for place, agent in enumerate(agents):
        for i in range(8):
            await make_part(f"{place}-{i}", batch=batch, unit=unit, person=agent)
    await make_monitor("Q1")
    await make_monitor("Q2")
    await make_plan(floor=6, risk_apart=True, own_team="never", cross_team_percent=30)
    periods = await commands.open_month(HOUSE, unit, date(2026, 10, 1), plan_code="shop")
    return {"unit": unit, "batch": batch, "agents": agents, "period": periods[1], "periods": periods}


async def make_shop_account(name: str, unit: int | None = None) -> int:
    made = PlatformAccount(platform="旗舰店", name=name, unit=unit, created_at=clock.now())
    return (await PlatformAccount.insert(made).returning(PlatformAccount.id))[0]["id"]


async def make_waiting_part(name: str, shop, **more) -> int:
    return await make_part(name, batch=shop["batch"], unit=None, person=None, **more)


async def make_score(part: int, score: int, shop) -> None:
    interaction = await scalar("SELECT interaction FROM agent_part WHERE id = {}", part)
    await SurveyAnswer.insert(
        SurveyAnswer(batch=shop["batch"], interaction=interaction, external_id=str(part), source="shop", score=score)
    )


async def test_unclaimed_parts_of_the_units_accounts_are_counted(shop):
    """The account's own unit, an account that one of the unit's people ever held, one that nobody ever held."""
    other = await make_unit("other")
    stranger = await make_agent("X1", other)
    ours, held, foreign, nobodys = [
        await make_shop_account(name, unit)
        for name, unit in (("甲", shop["unit"]), ("乙", None), ("丙", None), ("丁", None))
    ]
    for account, person in ((held, shop["agents"][0]), (foreign, stranger)):
        since = datetime(2026, 9, 1, tzinfo=ZONE)
        await AccountHolder.insert(AccountHolder(platform_account=account, person=person, from_at=since, source="x"))
    for name, account in (("a", ours), ("b", held), ("c", foreign), ("d", nobodys)):
        await make_waiting_part(name, shop, platform_account=account, agent_label=name)
    await make_waiting_part("unnamed", shop)
    await make_waiting_part("label", shop, agent_label="小宜")
    assert (await make_commitment(shop["period"])).exclusions == {"unresolved-account": 4}
    frame = (await files.period_detail(HOUSE, shop["period"])).frames[0]
    assert frame.exclusions == {"unresolved-account": 4}


async def test_complaints_and_low_satisfaction_known_at_the_commitment_stay_out_of_the_random_stream(shop):
    low = await make_part("low", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][0])
    fair = await make_part("fair", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][0])
    await make_score(low, 2, shop)
    await make_score(fair, 3, shop)
    angry = await make_part("angry", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][1])
    await rows("UPDATE interaction SET order_no = 'E7' WHERE external_id = 'angry'")
    await BusinessRecord.insert(BusinessRecord(batch=shop["batch"], kind="投诉", order_no="E7"))
    made = await make_commitment(shop["period"])
    assert (made.leaves, made.exclusions) == (17, {"risk": 2})
    found = await risk_items.risk_parts(made.frame)
    assert {(one["id"], one["why"]) for one in found} == {(low, "low-satisfaction"), (angry, "complaint")}


async def test_a_risk_item_is_marked_for_its_reason_beside_the_draw(shop):
    low = await make_part("low", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][0])
    await make_score(low, 1, shop)
    made = await make_commitment(shop["period"])
    draw = await commands.draw_frame(HOUSE, made.frame, ["1"])
    at_random = await scalar("SELECT COUNT(*) AS n FROM draw_item")
    with pytest.raises(errors.RiskReasonMissing):
        await commands.add_risk_reason(HOUSE, draw, low, "  ")
    item = await commands.add_risk_reason(HOUSE, draw, low, "客户给1分")
    with pytest.raises(errors.AlreadyInDraw):
        await commands.add_risk_reason(HOUSE, draw, low, "客户给1分")
    with pytest.raises(NotFound):
        await commands.add_risk_reason(HOUSE, draw, 999_999, "没有这一段")
    assert await scalar("SELECT stream FROM draw_item WHERE id = {}", item) == "risk"
    report = await commands.assign_draw(HOUSE, draw)
    assert report.assigned == at_random + 1
    frame = (await reading.frames(shop["period"]))[0]
    assert (frame["drawn"], frame["risk"]) == (at_random, 1)
    assert (await verifying.verify(HOUSE, made.frame)).is_identical
    with pytest.raises(errors.PartNotInFrame):
        await commands.replace_item(HOUSE, item, "换一条")


async def draw_week(shop, place: int, day: date) -> int:
    at = datetime(day.year, day.month, day.day, 10, tzinfo=ZONE)
    made = await make_commitment(shop["periods"][place], at=at)
    return await commands.draw_frame(HOUSE, made.frame, [str(place)])


async def test_whoever_was_away_in_the_last_week_has_the_floor_by_the_months_end(shop):
    """K0 and K1 have 8 parts in the second week; K1 alone works in the last one."""
    for i in range(8):
        await make_part(f"last-{i}", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][1],
                        on=date(2026, 10, 27))  # fmt: skip
    second = await make_commitment(shop["period"])
    with pytest.raises(errors.EarlierPeriodOpen):
        await draw_week(shop, 4, date(2026, 11, 2))
    await commands.draw_frame(HOUSE, second.frame, ["1"])
    draw = await draw_week(shop, 4, date(2026, 11, 2))
    drawn = await rows(
        "SELECT n.key, COUNT(*) AS n, COUNT(DISTINCT i.part) AS parts FROM draw_item i"
        " JOIN agent_part p ON p.id = i.part JOIN person n ON n.id = p.person GROUP BY n.key ORDER BY n.key"
    )
    assert [(one["key"], one["n"], one["parts"]) for one in drawn] == [("K0", 6, 6), ("K1", 6, 6)]
    assert (await verifying.verify(HOUSE, (await queries.load_draw(draw))[0]["id"])).is_identical
    frame = (await files.period_detail(HOUSE, shop["periods"][4])).frames[0]
    again = {one.agent: (one.size, one.again) for one in frame.quotas}
    first = {one.agent: one.quota for one in (await files.period_detail(HOUSE, shop["period"])).frames[0].quotas}
    assert (again, frame.made_up) == ({"K0": (8 - first["K0"],) * 2, "K1": (8, 0)}, 8 - first["K0"])


async def test_a_part_in_two_frames_has_the_chance_of_both(shop):
    await make_part("last", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][1], on=date(2026, 10, 27))
    await draw_week(shop, 1, date(2026, 10, 12))
    await draw_week(shop, 4, date(2026, 11, 2))
    parts = [one["id"] for one in await rows("SELECT id FROM agent_part WHERE person = {}", shop["agents"][0])]
    chances = await queries.inclusions(parts)
    assert len(chances) == 8
    assert set(chances.values()) == {Fraction(6, 8)}, "six of eight over the two frames, all with the same chance"


async def test_a_new_agent_has_the_probationers_floor_for_the_first_days(shop):
    await rows("UPDATE person SET hired_on = {} WHERE key = 'K0'", date(2026, 10, 1))
    assert await queries.probationers(["K0", "K1"], date(2026, 10, 5), 7) == {"K0"}
    assert await queries.probationers(["K0", "K1"], date(2026, 10, 8), 7) == set()
    assert await queries.probationers(["K0", "K1"], date(2026, 10, 5), 0) == set()


async def test_without_monitors_the_draw_says_how_many_stay_open_why_and_what_to_do(shop, database_url):
    await rows("UPDATE account SET state = 'closed'")
    made = await make_commitment(shop["period"])
    draw = await commands.draw_frame(HOUSE, made.frame, ["1"])
    report = await commands.assign_draw(HOUSE, draw)
    n = await scalar("SELECT COUNT(*) AS n FROM draw_item")
    assert (report.assigned, len(report.impossible)) == (0, n)
    assert report.notes[0].startswith(f"{n}段没有分给质检员：没有质检员。请把质检员列入员工名册")
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        detail = (await client.get(f"/api/draw-periods/{shop['period']}", headers=lead)).json()
        assert detail["frames"][0]["unassigned_why"] == [report.notes[0]]


async def test_risk_items_by_api(shop, database_url):
    low = await make_part("low", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][0])
    await make_score(low, 1, shop)
    made = await make_commitment(shop["period"])
    draw = await commands.draw_frame(HOUSE, made.frame, ["1"])
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        agent = await bearer("k0", Role.AGENT, unit=shop["unit"], person=shop["agents"][0])
        listed = (await client.get(f"/api/frames/{made.frame}/risk-parts", headers=lead)).json()
        assert [(one["id"], one["why"], one["item"]) for one in listed] == [(low, "low-satisfaction", None)]
        assert (await client.get(f"/api/frames/{made.frame}/risk-parts", headers=agent)).status_code == 404
        body = {"part": low, "reason": "客户给1分"}
        added = await client.post(f"/api/draws/{draw}/risk-items", headers=lead, json=body)
        assert added.status_code == 201
        listed = (await client.get(f"/api/frames/{made.frame}/risk-parts", headers=lead)).json()
        assert listed[0]["item"] == added.json()["id"]


async def test_a_lead_owns_up_to_a_known_value_and_lists_a_risk_item_on_the_pages(shop, database_url):
    low = await make_part("low", batch=shop["batch"], unit=shop["unit"], person=shop["agents"][0])
    await make_score(low, 1, shop)
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        here = f"/draws/{shop['period']}"
        page = await client.get(here)
        token = {"_csrf_token": token_of(page.text)}
        assert "抽样方案</option>" in page.text, "the plan by its name, not by its code"
        form = {**token, "plan": "shop", "named_value": "2026-10-12收盘", "value_known": "true"}
        bare = await client.post(f"{here}/frames", data=form)
        assert (bare.status_code, "须写明理由" in bare.text) == (422, True)
        moment = await client.post(f"{here}/frames", data={**form, "reason": "补抽", "public_from": "明天"})
        assert "应写成2026-10-13T15:00这样" in moment.text
        await client.post(f"{here}/frames", data={**form, "reason": "补抽"})
        frame = (await reading.frames(shop["period"]))[0]
        await client.post(f"{here}/draw", data={**token, "frame": frame["id"], "value": "3267.19"})
        for address in (here, f"{here}?show=quotas&frame={frame['id']}"):
            assert VALUE_KNOWN in (await client.get(address)).text
        assert "公布前已知，不能证明" in (await client.get("/draws?month=2026-10")).text
        listed = await client.get(f"{here}?show=risk&frame={frame['id']}")
        assert "满意度1/5" in listed.text
        where = re.search(r"/draws/\d+/draw/\d+/risk/\d+", listed.text)[0]
        assert "也不进无偏估计" in (await client.get(where)).text
        assert (await client.post(where, data={**token, "reason": ""})).status_code == 422
        assert (await client.post(where, data={**token, "reason": "客户给1分"})).status_code == 303
        assert "重点件：客户给1分" in (await client.get(here)).text
        swap = re.search(r"/draws/\d+/items/\d+/replace", (await client.get(here)).text)[0]
        assert VALUE_KNOWN in (await client.get(swap)).text
        english = await client.get(f"{here}?lang=en")
        assert "cannot prove that nobody picked" in english.text


async def test_a_draw_that_waits_for_its_value_says_until_when(shop, database_url):
    await make_account("lead", Role.QA_LEAD)
    with clock.standing_at(datetime(2026, 10, 12, 10, tzinfo=ZONE)):
        await make_commitment(shop["period"])
        async with client_of(database_url) as client:
            await log_in(client, "lead")
            page = await client.get(f"/draws/{shop['period']}")
    assert "15:00公布，之后才能抽" in page.text
    assert 'name="value"' not in page.text
