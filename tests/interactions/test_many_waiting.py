"""待认领 on a bad day: two thousand parts of forty accounts are found, turned over, and claimed day by day."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from qa_service import clock
from qa_service.database import bulk_insert, next_ids, scalar, transaction
from qa_service.errors import NotFound
from qa_service.interactions import claims, unclaimed
from qa_service.people.access import Role
from tests.builders import HOUSE, client_of, make_account, make_unit
from tests.imports.test_api_and_pages import page_client
from tests.interactions.builders import make_actor
from tests.sampling.builders import make_agent, make_batch

pytestmark = pytest.mark.anyio
FIRST = date(2026, 10, 1)


async def make_many(accounts: int = 40, parts: int = 2_000) -> dict[str, int]:
    """Parts spread over accounts and thirty days, the busiest account with most of them."""
    unit, batch, now = await make_unit(), await make_batch(), clock.now()
    async with transaction():
        account_ids = list(await next_ids("platform_account", accounts))
        named = [(one, "旗舰店", f"客服{place:02}", False, now) for place, one in enumerate(account_ids)]
        await bulk_insert("platform_account", ("id", "platform", "name", "is_main", "created_at"), named)
        ids = list(await next_ids("interaction", parts))
        interactions, shares = [], []
        for place, one in enumerate(ids):
            which = 0 if place % 2 else place // 2 % accounts
            on = FIRST + timedelta(days=place * 30 // parts)
            began = datetime(on.year, on.month, on.day, 2, place % 60, tzinfo=UTC)
            interactions.append((one, "shop", f"w{place}", batch, "0", "chat", "presale", "in", on, began, 1, "{}",
                                 True))  # fmt: skip
            label = f"旗舰店/客服{which:02}"
            shares.append((one, batch, f"shop:w{place}#1", 1, account_ids[which], label, unit, "chat", "presale", on,
                           began, True, 3, 1))  # fmt: skip
        await bulk_insert(
            "interaction",
            ("id", "source", "external_id", "batch", "digest", "channel", "kind", "direction", "local_on", "started_at",
             "revision", "attributes", "time_known"), interactions,
        )  # fmt: skip
        await bulk_insert(
            "agent_part",
            ("interaction", "batch", "public_id", "sequence", "platform_account", "agent_label", "unit", "channel",
             "kind", "local_on", "started_at", "time_known", "message_count", "version"), shares,
        )  # fmt: skip
    return {"unit": unit, "account": account_ids[0], "last": account_ids[-1], "person": await make_agent("K1", unit)}


async def test_forty_accounts_are_grouped_with_all_that_waits(engine):
    await make_many()
    found = await unclaimed.accounts(HOUSE)
    assert (len(found), sum(one["parts"] for one in found)) == (40, 2_000)
    assert found[0]["parts"] == 1_025


async def test_the_form_of_a_busy_account_offers_the_whole_span_and_its_parts_are_turned_over(
    engine, database_url, tmp_path
):
    made = await make_many()
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        await page_client(client, "lead-1")
        path = f"/interactions/unclaimed/account?account={made['account']}"
        page = (await client.get(path)).text
        assert 'name="from_on" type="date" value="2026-10-01"' in page
        assert 'name="until_on" type="date" value="2026-10-30"' in page
        shown = re.findall(r"shop:w\d+#1", page)
        assert len(set(shown)) == unclaimed.PAGE
        assert f"account={made['account']}&amp;page=2" in page
        second = (await client.get(f"{path}&page=2")).text
        assert not set(shown) & set(re.findall(r"shop:w\d+#1", second))
        day = re.search(r'href="(/interactions/unclaimed/account\?[^"]*from_on=2026-10-02[^"]*)"', page)[1]
        one_day = (await client.get(day.replace("&amp;", "&").partition("#")[0])).text
        assert 'name="from_on" type="date" value="2026-10-02"' in one_day
        assert 'name="until_on" type="date" value="2026-10-02"' in one_day


async def test_accounts_are_searched_and_paged(engine, database_url, tmp_path):
    await make_many()
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        await page_client(client, "lead-1")
        first = (await client.get("/interactions/unclaimed")).text
        assert len(set(re.findall(r"旗舰店/客服\d\d", first))) == 25
        rest = (await client.get("/interactions/unclaimed?page=2")).text
        assert len(set(re.findall(r"旗舰店/客服\d\d", rest))) == 15
        found = (await client.get("/interactions/unclaimed?q=客服39")).text
        assert set(re.findall(r"旗舰店/客服\d\d", found)) == {"旗舰店/客服39"}


async def test_a_whole_account_is_claimed_at_once_and_taken_back_long_after(engine):
    made = await make_many()
    span = {"from_on": FIRST, "until_on": date(2026, 10, 30), "person": made["person"], "reason": "组长确认"}
    first = await claims.claim(HOUSE, claims.Claim(account=made["account"], **span))
    assert first.parts == 1_025
    await claims.claim(HOUSE, claims.Claim(account=made["last"], **span))
    assert (await unclaimed.claim(HOUSE, first.claim))["standing"] == 1_025
    with pytest.raises(NotFound):
        await unclaimed.claim(make_actor(Role.QA_LEAD, 99_999), first.claim)
    await claims.undo(HOUSE, first.claim, "认错了人")
    assert await scalar("SELECT COUNT(*) AS n FROM agent_part WHERE person IS NULL") == 1_975
    assert (await unclaimed.claim(HOUSE, first.claim))["standing"] == 0
