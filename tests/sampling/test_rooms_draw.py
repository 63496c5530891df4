"""Commit, draw, replace, assign and prove, on both databases."""

import json
import subprocess
import sys
from datetime import date

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.journal import queries as journal
from qa_service.journal.commands import set_key
from qa_service.people.access import Actor, Grant, Role
from qa_service.sampling import commands, errors, proofs, queries
from qa_service.sampling.draws import drawn_parts
from tests.builders import HOUSE, bearer, client_of, make_unit
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
MONTH, WEEK = date(2026, 10, 1), 1  # the second draw period of October: 5-11


@pytest.fixture
async def shop(engine):
    """Four agents with eight parts each in one week, one part of nobody, two monitors, a plan."""
    set_key(b"a key for tests only")
    unit, batch = await make_unit(), await make_batch()
    for a in range(4):
        agent = await make_agent(f"K{a}", unit)
        for i in range(8):
            await make_part(f"{a}-{i}", batch=batch, unit=unit, person=agent)
    await make_part("nobody", batch=batch, unit=unit, person=None)
    await make_monitor("Q1")
    await make_monitor("Q2")
    await make_plan(floor=6, pair_cap=20)
    periods = await commands.open_month(HOUSE, unit, MONTH, plan_code="shop")
    return {"unit": unit, "batch": batch, "period": periods[WEEK], "periods": periods}


async def commit(shop, named="上证指数2026-10-13收盘", **given):
    return await make_commitment(shop["period"], named_value=named, **given)


async def test_a_month_has_its_weeks_cut_at_its_end_and_opens_once(shop):
    assert len(shop["periods"]) == 5
    again = await commands.open_month(HOUSE, shop["unit"], MONTH, plan_code="shop")
    assert again == shop["periods"]


async def test_a_frame_counts_what_it_leaves_out_and_its_root_stands_in_the_journal(shop):
    committed = await commit(shop)
    assert (committed.leaves, committed.exclusions) == (32, {"unresolved-account": 1})
    line = (await journal.page(None, f"frame:{committed.frame}"))[0]
    assert json.loads(line["inputs"])["root"] == committed.root
    assert committed.journal_head.startswith(f"{line['position']}:")


async def test_a_draw_is_the_same_when_computed_again_and_is_drawn_once(shop):
    committed = await commit(shop)
    draw = await commands.draw_frame(HOUSE, committed.frame, ["3267.19"])
    loaded, _frame, made = await queries.load_draw(draw)
    stored = await rows("SELECT p.public_id FROM draw_item i JOIN agent_part p ON p.id = i.part ORDER BY i.position")
    assert [item["public_id"] for item in stored] == [one.part_id for one in drawn_parts(made)]
    assert len(stored) >= 4
    assert await scalar("SELECT COUNT(*) AS n FROM stratum WHERE size = 8") == 4
    with pytest.raises(errors.AlreadyDrawn):
        await commands.draw_frame(HOUSE, committed.frame, ["3267.19"])


async def test_no_value_named_in_advance_no_commitment(shop):
    with pytest.raises(errors.ValueNotNamed):
        await commit(shop, named="  ")
    assert await scalar("SELECT COUNT(*) AS n FROM frame") == 0


async def test_a_period_that_is_not_over_cannot_be_committed(shop):
    await rows("UPDATE draw_period SET until_on = {} WHERE id = {}", date(2099, 1, 1), shop["period"])
    with pytest.raises(errors.PeriodNotClosed):
        await commit(shop)


async def test_a_record_that_comes_later_goes_into_a_supplementary_frame(shop):
    first = await commit(shop)
    with pytest.raises(errors.FrameAlreadyCommitted):
        await commit(shop)
    agent = await scalar("SELECT id FROM person WHERE key = 'K0'")
    await make_part("late", batch=shop["batch"], unit=shop["unit"], person=agent)
    second = await commit(shop)
    assert (second.leaves, second.root == first.root) == (1, False)
    assert await scalar("SELECT sequence FROM frame WHERE id = {}", second.frame) == 1


async def test_rows_of_an_unpublished_or_superseding_batch_are_not_in_the_frame(shop):
    loading = await make_batch(state="loading")
    agent = await scalar("SELECT id FROM person WHERE key = 'K0'")
    await make_part("unseen", batch=loading, unit=shop["unit"], person=agent)
    published = await make_batch()
    await rows("UPDATE agent_part SET superseded_by = {} WHERE public_id = 'shop:0-0#1'", published)
    await rows("UPDATE agent_part SET superseded_by = {} WHERE public_id = 'shop:0-1#1'", loading)
    assert (await commit(shop)).leaves == 31


async def test_a_replacement_is_the_next_ticket_with_a_reason(shop):
    draw = await commands.draw_frame(HOUSE, (await commit(shop)).frame, ["1"])
    item = await scalar("SELECT id FROM draw_item ORDER BY position LIMIT 1")
    with pytest.raises(errors.ReplacementReasonMissing):
        await commands.replace_item(HOUSE, item, " ")
    fresh = await commands.replace_item(HOUSE, item, "录音损坏")
    _found, _frame, made = await queries.load_draw(draw)
    sql = "SELECT p.public_id FROM draw_item i JOIN agent_part p ON p.id = i.part WHERE i.id = {}"
    named = await scalar(sql, fresh)
    assert made.replacements[-1].by_id == named
    assert await scalar("SELECT state FROM draw_item WHERE id = {}", item) == "replaced"


async def test_what_was_drawn_is_shared_evenly_and_the_graph_holds_together(shop):
    draw = await commands.draw_frame(HOUSE, (await commit(shop)).frame, ["1"])
    report = await commands.assign_draw(HOUSE, draw)
    counts = [found["n"] for found in await rows("SELECT COUNT(*) AS n FROM assignment GROUP BY monitor ORDER BY n")]
    assert report.assigned == await scalar("SELECT COUNT(*) AS n FROM draw_item")
    assert max(counts) - min(counts) <= 2
    assert report.is_connected
    assert (await commands.assign_draw(HOUSE, draw)).assigned == 0


async def test_an_agent_proves_the_draw_without_this_server(shop, tmp_path):
    draw = await commands.draw_frame(HOUSE, (await commit(shop)).frame, ["3267.19"])
    found, frame, made = await queries.load_draw(draw)
    bundle = proofs.bundle(
        frame, made, agent="K0", period="2026-10-05/2026-10-11", values=["3267.19"], plan_version="shop/1"
    )
    (tmp_path / "bundle.json").write_bytes(proofs.bundle_bytes(bundle))
    (tmp_path / "verify.py").write_bytes(proofs.verifier_bytes())
    done = subprocess.run([sys.executable, "verify.py", "bundle.json"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found["root"] == bundle["root"]


async def test_another_units_lead_cannot_draw_here(shop):
    other = Actor(account_id=9, person_id=None, name="x", grants=(Grant(Role.QA_LEAD, frozenset([-1])),))
    with pytest.raises(Exception, match="没有找到"):
        await commands.commit_frame(other, shop["period"], plan_code="shop", named_value="x")


async def test_the_whole_draw_by_api(shop, database_url):
    async with client_of(database_url) as client:
        headers = await bearer("lead", Role.QA_LEAD)
        body = {"plan": "shop", "named_value": "上证指数2026-10-13收盘"}
        with clock.standing_at(COMMITTED_AT):
            answer = await client.post(f"/api/draw-periods/{shop['period']}/frames", headers=headers, json=body)
        assert answer.status_code == 201, answer.text
        frame = answer.json()["frame"]
        draw = (await client.post(f"/api/frames/{frame}/draw", headers=headers, json={"values": ["3267.19"]})).json()
        items = (await client.get(f"/api/draws/{draw['id']}", headers=headers)).json()
        assert len(items) == await scalar("SELECT COUNT(*) AS n FROM draw_item")
        listed = (await client.get("/api/draw-periods?pay_month=2026-10-01", headers=headers)).json()
        assert [period["root"] for period in listed if period["draw"]] == [answer.json()["root"]]
        bad = await client.post(f"/api/frames/{frame}/draw", headers=headers, json={"values": ["a|b"]})
        assert bad.status_code in (409, 422)
        assert (await client.get("/api/draw-verifier.py")).status_code == 200


async def test_an_agent_sees_roots_but_not_what_others_are_drawn_for(shop, database_url):
    await commit(shop)
    async with client_of(database_url) as client:
        headers = await bearer("k0", Role.AGENT)
        assert (await client.get("/api/draw-periods", headers=headers)).json()
        assert (await client.get("/api/draws/1", headers=headers)).status_code == 403
