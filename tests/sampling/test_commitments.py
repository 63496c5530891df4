"""Nobody can grind the seed: what is named, when it comes out, and the one value that may then be used."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.journal import queries as journal
from qa_service.journal.commands import set_key
from qa_service.people.access import Role
from qa_service.sampling import commands, committing, errors, files, proofs, queries, reading, verifying
from qa_service.sampling.plans import SamplingPlan
from qa_service.sampling.rules import VALUE_KNOWN, check_values
from tests.builders import HOUSE, bearer, client_of, make_unit
from tests.sampling.builders import (
    COMMITTED_AT,
    DRAWN_AT,
    make_agent,
    make_batch,
    make_commitment,
    make_monitor,
    make_part,
    make_plan,
)

pytestmark = pytest.mark.anyio
INDEX = "抽样框公布后第一个交易日的上证综合指数收盘点位"
PLANNED = f"{INDEX}：2026-10-13"


@pytest.fixture
async def shop(engine):
    """Two agents with six parts each in the week of 5 October; the plan names its own public value."""
    set_key(b"a key for tests only")
    unit, batch = await make_unit(), await make_batch()
    for a in range(2):
        agent = await make_agent(f"K{a}", unit)
        for i in range(6):
            await make_part(f"{a}-{i}", batch=batch, unit=unit, person=agent)
    for number in ("Q1", "Q2"):
        await make_monitor(number)
    await make_plan(floor=6, named_value=INDEX, named_value_en="SSE close", value_decimals=2)
    periods = await commands.open_month(HOUSE, unit, date(2026, 10, 1), plan_code="shop")
    return {"unit": unit, "batch": batch, "period": periods[1], "periods": periods}


async def commit(shop, **given) -> commands.Committed:
    return await make_commitment(shop["period"], **{"named_value": None, **given})


async def test_a_commitment_names_the_plans_value_with_the_day_on_which_it_comes_out(shop):
    made = await commit(shop)
    assert (made.named_value, made.value_known, made.deviation) == (PLANNED, False, None)
    assert made.public_from == datetime(2026, 10, 13, 15, tzinfo=clock.HOUSE_ZONE)


async def test_exchanges_are_shut_on_holidays_and_on_weekends_that_are_worked(shop):
    """Saturday 10 October 2026 is worked for the holiday of 1-7 October, and yet no exchange opens."""
    for at, on in ((date(2026, 10, 9), date(2026, 10, 12)), (date(2026, 9, 30), date(2026, 10, 8))):
        with clock.standing_at(datetime(at.year, at.month, at.day, 10, tzinfo=clock.HOUSE_ZONE)):
            assert (await committing.planned_from(SamplingPlan())).date() == on


async def test_another_value_than_the_plans_needs_a_reason_that_everybody_reads(shop):
    with pytest.raises(errors.DeviationWithoutReason, match=PLANNED):
        await commit(shop, named_value="双色球2026118期红球")
    assert await scalar("SELECT COUNT(*) AS n FROM frame") == 0
    made = await commit(shop, named_value="双色球2026118期红球", reason="交易所临时休市")
    line = (await journal.page(None, f"frame:{made.frame}"))[0]
    assert json.loads(line["inputs"])["deviation"] == made.deviation == "交易所临时休市"
    frame = (await files.period_detail(HOUSE, shop["period"])).frames[0]
    assert frame.deviation == "交易所临时休市"


async def test_a_value_that_is_out_already_cannot_be_named_in_advance(shop):
    out = COMMITTED_AT - timedelta(hours=1)
    with pytest.raises(errors.ValueAlreadyKnown, match="2026-10-12 09:00"):
        await commit(shop, named_value="昨日收盘", reason="休市", public_from=out)


async def test_nobody_draws_before_the_named_value_is_out(shop):
    made = await commit(shop)
    with clock.standing_at(COMMITTED_AT), pytest.raises(errors.ValueNotPublicYet, match="2026-10-13 15:00"):
        await commands.draw_frame(HOUSE, made.frame, ["3267.19"])
    with clock.standing_at(DRAWN_AT):
        assert await commands.draw_frame(HOUSE, made.frame, ["3267.19"])


@pytest.mark.parametrize("values", [[], ["1", "2", "3"], ["3267.19", "3267.19"]])
async def test_one_named_value_gives_exactly_one_value(shop, values):
    made = await commit(shop)
    with pytest.raises(errors.ValueCountDiffers):
        await commands.draw_frame(HOUSE, made.frame, values)


@pytest.mark.parametrize(
    "value", ["3267.190", "3,267.19", "03267.19", "3267.1", "3267", "3267.19点", "３２６７.19", "+3267.19"]
)
def test_one_value_has_one_spelling(value):
    """Whoever may write 3267.19 in several ways has several seeds to choose from."""
    with pytest.raises(errors.ValueSpelling):
        check_values([value], named=INDEX, decimals=2)
    check_values(["3267.19"], named=INDEX, decimals=2)


async def test_a_value_is_short_trimmed_and_without_bars(shop):
    frame = (await commit(shop, named_value="某条新闻标题", reason="休市")).frame
    for value, refusal in (
        ("x" * 201, errors.ValueTooLong), ("a|b", errors.BadSeedValue), (" a", errors.BadSeedValue),
        ("", errors.ValueMissing),
    ):  # fmt: skip
        with pytest.raises(refusal):
            await commands.draw_frame(HOUSE, frame, [value])


async def test_a_value_known_beforehand_is_called_so_on_everything(shop, tmp_path):
    with pytest.raises(errors.ValueNotNamed):
        await commit(shop, value_known=True, reason="补抽")
    with pytest.raises(errors.KnownWithoutReason):
        await commit(shop, value_known=True, named_value="2026-10-12收盘")
    with clock.standing_at(COMMITTED_AT):
        made = await commands.commit_frame(
            HOUSE, shop["period"], plan_code="shop", named_value="2026-10-12收盘", reason="补抽", value_known=True
        )
        draw = await commands.draw_frame(HOUSE, made.frame, ["3267.19"])
    file = await files.frame_file(HOUSE, made.frame)
    assert (file.value_known, file.remarks[0]) == (True, VALUE_KNOWN)
    assert VALUE_KNOWN in files.frame_csv(file).decode()
    found, frame, drawn = await queries.load_draw(draw)
    bundle = proofs.bundle(
        frame, drawn, agent="K0", period="2026-10-05/2026-10-11", values=["3267.19"], plan_version="shop/1",
        remarks=files.remarks({**found}),
    )  # fmt: skip
    (tmp_path / "b.json").write_bytes(proofs.bundle_bytes(bundle))
    (tmp_path / "v.py").write_bytes(proofs.verifier_bytes())
    said = subprocess.run([sys.executable, "v.py", "b.json"], cwd=tmp_path, capture_output=True, text=True)
    assert said.returncode == 0
    assert VALUE_KNOWN in said.stdout
    assert "cannot prove" in said.stdout
    await rows("UPDATE frame SET value_known = FALSE")
    assert "事先点名的公开值在公布之后被改过" in (await verifying.verify(HOUSE, made.frame)).difference


async def test_an_empty_frame_is_not_committed_and_says_what_took_its_parts(shop):
    await make_part("lost", batch=shop["batch"], unit=shop["unit"], person=None, on=date(2026, 10, 13))
    later = datetime(2026, 10, 19, 10, tzinfo=clock.HOUSE_ZONE)
    with pytest.raises(errors.EmptyFrame, match="待认领 1"):
        await make_commitment(shop["periods"][2], at=later, named_value=None)
    with pytest.raises(errors.EmptyFrame, match="没有服务记录"):
        await make_commitment(shop["periods"][0], named_value=None)
    assert (await reading.period(HOUSE, shop["periods"][2]))["state"] == "open"


async def test_the_api_refuses_several_values_and_an_early_draw(shop, database_url):
    async with client_of(database_url) as client:
        headers = await bearer("lead", Role.QA_LEAD)
        where = f"/api/draw-periods/{shop['period']}/frames"
        made = (await client.post(where, headers=headers, json={"plan": "shop"})).json()
        assert made["named_value"].startswith(INDEX)
        early = await client.post(f"/api/frames/{made['frame']}/draw", headers=headers, json={"values": ["3267.19"]})
        assert (early.status_code, early.json()["type"]) == (409, "urn:qa:value-not-public-yet")
        many = await client.post(f"/api/frames/{made['frame']}/draw", headers=headers, json={"values": ["1", "2", "3"]})
        assert (many.status_code, many.json()["type"]) == (422, "urn:qa:value-count-differs")
        table = await client.get(f"/api/frames/{made['frame']}/frame.csv", headers=headers)
        assert len(table.text.splitlines()) == 1 + 12
