"""Anyone can check a draw: it is drawn again and compared; an agent sees the own tickets and the roots, no names."""

import json
import re
import subprocess
import sys
from datetime import date

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.errors import NotFound
from qa_service.people.access import Actor, Grant, Role
from qa_service.sampling import commands, files, proofs, reading, verifying
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account, make_unit
from tests.sampling.builders import (
    COMMITTED_AT,
    make_agent,
    make_batch,
    make_commitment,
    make_monitor,
    make_part,
    make_plan,
)

pytestmark = pytest.mark.anyio
NAMED = "上证指数2026-10-13收盘"


@pytest.fixture
async def shop(engine):
    """A department with one group of two agents; the week of 5 October holds 12 and 9 parts."""
    root = await make_unit("shop", name="网店客服")
    group = await make_unit("pre", name="售前组", parent=root)
    batch = await make_batch()
    agents = [await make_agent("K0", group), await make_agent("K1", group)]
    for agent, count in zip(agents, (12, 9), strict=True):
        for i in range(count):
            await make_part(f"{agent}-{i}", batch=batch, unit=group, person=agent)
    await make_part("short", batch=batch, unit=group, person=agents[0], message_count=1)
    await make_monitor("Q1")
    await make_monitor("Q2")
    await make_plan(floor=20, probation_floor=20, least_messages=2)
    periods = await commands.open_month(HOUSE, root, date(2026, 10, 1), plan_code="shop")
    return {"root": root, "group": group, "agents": agents, "period": periods[1], "batch": batch}


async def make_draw(shop) -> dict[str, int]:
    frame = (await make_commitment(shop["period"], named_value=NAMED)).frame
    draw = await commands.draw_frame(HOUSE, frame, ["3267.19"])
    await commands.assign_draw(HOUSE, draw)
    return {**shop, "frame": frame, "draw": draw}


def agent_of(shop, number: int = 0) -> Actor:
    grants = (Grant(Role.AGENT, frozenset([shop["group"]])),)
    return Actor(account_id=None, person_id=shop["agents"][number], name="x", grants=grants)


async def test_a_draw_comes_out_the_same_again(shop):
    made = await make_draw(shop)
    verdict = await verifying.verify(HOUSE, made["frame"])
    assert (verdict.is_identical, verdict.difference) == (True, None)
    assert (verdict.leaves, verdict.drawn) == (21, await scalar("SELECT COUNT(*) AS n FROM draw_item"))
    assert len(verdict.steps) == 5
    item = await scalar("SELECT id FROM draw_item ORDER BY position LIMIT 1")
    await commands.replace_item(HOUSE, item, "录音损坏")
    assert len((await verifying.verify(HOUSE, made["frame"])).steps) == 6, "replacements are compared too"


async def test_before_the_draw_the_commitment_is_compared(shop):
    frame = (await make_commitment(shop["period"], named_value=NAMED)).frame
    verdict = await verifying.verify(HOUSE, frame)
    assert (verdict.is_identical, verdict.is_drawn, len(verdict.steps)) == (True, False, 2)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE frame_leaf SET leaf = REPLACE(leaf, '2026-10-06', '2026-10-07') WHERE position = 3", "根"),
        ("UPDATE frame SET quotas = REPLACE(quotas, '[\"K0\",\"chat\",\"presale\",', '[\"K0\",\"chat\",\"presale\",1')",
         "抽取数量在公布之后被改过"),
        ("UPDATE draw SET seed = 'f' || seed", "种子：记录的是f"),
        ("UPDATE stratum SET quota = quota + 1", "K0（chat，presale）这一层"),
        ("UPDATE draw_item SET part = (SELECT MIN(l.part) FROM frame_leaf l WHERE l.part NOT IN"
         " (SELECT i.part FROM draw_item i)) WHERE position = 2", "名单第2条：记录的是"),
        ("UPDATE draw_item SET ticket = '0.1' WHERE position = 1", "票号：记录的是0.1"),
        ("DELETE FROM assignment; DELETE FROM draw_item WHERE position = 2", "名单第2条"),
    ],
)  # fmt: skip
async def test_the_first_thing_that_was_changed_is_named(shop, statement, said):
    made = await make_draw(shop)
    for one in statement.split("; "):
        await rows(one)
    verdict = await verifying.verify(HOUSE, made["frame"])
    assert not verdict.is_identical
    assert said in verdict.difference


async def test_an_agent_sees_the_root_of_the_department_and_the_own_tickets_only(shop):
    made = await make_draw(shop)
    agent = agent_of(made)
    assert [one["id"] for one in await reading.periods(agent, date(2026, 10, 1)) if one["root"]] == [shop["period"]]
    detail = await files.period_detail(agent, shop["period"])
    frame = detail.frames[0]
    assert (detail.is_whole, frame.quotas, frame.items) == (False, [], [])
    assert len(frame.own) == 12
    assert all(f"shop:{shop['agents'][0]}-" in one.part for one in frame.own)
    drawn = await rows("SELECT p.public_id FROM draw_item i JOIN agent_part p ON p.id = i.part WHERE p.person = {}",
                       shop["agents"][0])  # fmt: skip
    assert {one.part for one in frame.own if one.is_drawn} == {one["public_id"] for one in drawn}
    with pytest.raises(NotFound):
        await files.frame_file(agent, made["frame"])
    stranger = Actor(account_id=None, person_id=None, name="x",
                     grants=(Grant(Role.AGENT, frozenset([await make_unit("other")])),))  # fmt: skip
    with pytest.raises(NotFound):
        await reading.period(stranger, shop["period"])


@pytest.mark.parametrize(
    ("role", "is_whole"),
    [(Role.QA_LEAD, True), (Role.MANAGER, True), (Role.AUDITOR, True), (Role.SUPERVISOR, False),
     (Role.MONITOR, False), (Role.HR, False), (Role.ADMIN, False)],
)  # fmt: skip
async def test_who_could_warn_a_colleague_does_not_see_who_was_drawn(shop, role, is_whole):
    actor = Actor(account_id=None, person_id=None, name="x", grants=(Grant(role, None),))
    assert (await reading.period(actor, shop["period"]))["is_whole"] is is_whole


async def test_quotas_carry_floor_and_chance_and_items_their_rank(shop):
    made = await make_draw(shop)
    period = await reading.period(HOUSE, shop["period"])
    frame = (await reading.frames(shop["period"]))[0]
    assert frame["exclusions"] == {"too-few-messages": 1}
    quotas = await reading.quotas(period, frame)
    assert [(one["agent"], one["size"], one["floor"]) for one in quotas] == [("K0", 12, 20), ("K1", 9, 20)]
    items = await reading.items(made["draw"])
    assert sum(one["quota"] for one in quotas) == len(items)
    for one in quotas:
        ranks = sorted(item["place"] for item in items if item["agent"] == one["agent"])
        assert ranks == list(range(1, one["quota"] + 1))
    assert {one["monitor_name"] for one in items} == {"质检Q1", "质检Q2"}


async def test_the_downloaded_frame_is_enough_to_draw_again(shop):
    """With nothing but the file and hashlib: the rule as the page states it."""
    from hashlib import sha256

    made = await make_draw(shop)
    file = await files.frame_file(HOUSE, made["frame"])
    text = "|".join(["qa-draw/1", file.root, file.period, *file.values])
    seed = sha256(text.encode()).hexdigest()
    assert seed == file.seed

    def ticket(part: str) -> str:
        number = int(sha256((sha256(seed.encode()).hexdigest() + part).encode()).hexdigest(), 16)
        return "0." + str(number).zfill(64)[::-1]

    table = files.frame_rows(file)
    assert [row[7] for row in table] == [ticket(row[2]) for row in table]
    drawn = []
    for agent, channel, kind, quota in file.quotas:
        mine = sorted((row[7], row[2]) for row in table if row[3:6] == [agent, channel, kind])
        drawn += mine[:quota]
    stored = await rows("SELECT p.public_id FROM draw_item i JOIN agent_part p ON p.id = i.part ORDER BY i.position")
    assert [part for _, part in sorted(drawn)] == [one["public_id"] for one in stored]


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def log_in(client, username: str) -> None:
    page = await client.get("/login")
    form = {"_csrf_token": token_of(page.text), "username": username, "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form)).status_code == 303


async def test_a_lead_draws_a_week_on_the_pages(shop, database_url):
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        listed = await client.get("/draws?month=2026-10")
        assert "未公布" in listed.text
        token = {"_csrf_token": token_of(listed.text)}
        opened = await client.post("/draws", data={**token, "unit": shop["root"], "month": "2026-09", "plan": "shop"})
        assert opened.headers["location"].startswith("/draws?month=2026-09")
        wrong = await client.post("/draws", data={**token, "unit": shop["root"], "month": "x", "plan": "shop"})
        assert (wrong.status_code, "月份应写成2026-10这样" in wrong.text) == (422, True)
        here = f"/draws/{shop['period']}"
        empty = await client.post(f"{here}/frames", data={**token, "plan": "shop", "named_value": ""})
        assert empty.status_code == 422
        with clock.standing_at(COMMITTED_AT):
            await client.post(f"{here}/frames", data={**token, "plan": "shop", "named_value": NAMED})
        page = await client.get(here)
        assert NAMED in page.text
        assert "每人的抽取数量" in page.text
        frame = re.search(r'name="frame" value="(\d+)"', page.text)[1]
        bad = await client.post(f"{here}/draw", data={**token, "frame": frame, "value": "a|b"})
        assert bad.status_code == 422
        await client.post(f"{here}/draw", data={**token, "frame": frame, "value": "3267.19"})
        await client.post(f"{here}/assign", data={**token, "frame": frame})
        page = await client.get(here)
        for text in ("qa-draw/1|", "质检Q1", "替补", "本层名次"):
            assert text in page.text, text
        quotas = await client.get(f"{here}?show=quotas&frame={frame}&q=K1")
        assert "客服K1" in quotas.text
        assert "客服K0" not in quotas.text
        assert "入样概率" in quotas.text
        file = await client.get(f"{here}?show=items&frame={frame}&format=csv")
        assert len(file.text.splitlines()) == 1 + await scalar("SELECT COUNT(*) AS n FROM draw_item")
        checked = await client.post(f"{here}/verify", data={**token, "frame": frame})
        assert "完全一致：从21段里重抽" in checked.text
        swap = re.search(r"/draws/\d+/items/\d+/replace", page.text)[0]
        confirm = await client.get(swap)
        assert "由本层的下一个票号顶上" in confirm.text
        assert (await client.post(swap, data={**token, "reason": " "})).status_code == 422
        assert (await client.post(swap, data={**token, "reason": "录音损坏"})).status_code == 303
        assert "录音损坏" in (await client.get(here)).text
        assert len((await client.get(f"{here}/frames/{frame}/frame.json")).json()["leaves"]) == 21
        english = await client.get(f"{here}?lang=en")
        assert "How to draw again yourself" in english.text
        assert "抽样框先公布" not in english.text


async def test_an_agent_takes_the_own_proof_home_and_sees_no_colleague(shop, database_url, tmp_path):
    made = await make_draw(shop)
    await make_account("k0", Role.AGENT, unit=shop["group"], person=shop["agents"][0])
    async with client_of(database_url) as client:
        await log_in(client, "k0")
        listed = await client.get("/draws")
        assert NAMED in listed.text
        here = f"/draws/{shop['period']}"
        page = await client.get(here)
        assert "我的票号" in page.text
        for secret in ("客服K1", "质检Q1", "K1-", "frame.json", "替补</a>"):
            assert secret not in page.text, secret
        assert (await client.get(f"{here}/frames/{made['frame']}/frame.csv")).status_code == 404
        token = {"_csrf_token": token_of(page.text)}
        assert "完全一致" in (await client.post(f"{here}/verify", data={**token, "frame": made["frame"]})).text
        assert (await client.post(f"{here}/draw", data={**token, "frame": 1, "value": "1"})).status_code == 403
        proof = await client.get(f"{here}/frames/{made['frame']}/my-proof.json")
        (tmp_path / "proof.json").write_bytes(proof.content)
        (tmp_path / "verifier.py").write_bytes(proofs.verifier_bytes())
        command = [sys.executable, "verifier.py", "proof.json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(proof.content)["agent"] == "K0"


async def test_the_api_tells_the_same_as_the_page(shop, database_url):
    made = await make_draw(shop)
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        agent = await bearer("k1", Role.AGENT, unit=shop["group"], person=shop["agents"][1])
        whole = (await client.get(f"/api/draw-periods/{shop['period']}", headers=lead)).json()
        own = (await client.get(f"/api/draw-periods/{shop['period']}", headers=agent)).json()
        assert whole["frames"][0]["seed_text"] == own["frames"][0]["seed_text"]
        assert (len(whole["frames"][0]["quotas"]), len(own["frames"][0]["own"])) == (2, 9)
        assert own["frames"][0]["items"] == []
        assert own["frames"][0]["own"][0]["sentence"].startswith("客服段shop:")
        assert (await client.get(f"/api/frames/{made['frame']}", headers=lead)).json()["count"] == 21
        assert (await client.get(f"/api/frames/{made['frame']}", headers=agent)).status_code == 404
        verdict = (await client.get(f"/api/frames/{made['frame']}/verification", headers=agent)).json()
        assert verdict["is_identical"] is True
        assert (await client.get(f"/api/draws/{made['draw']}", headers=agent)).status_code == 403
