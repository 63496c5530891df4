"""Rules as people read them: forms with their points, schemes in words, and why a version cannot drive money."""

import pytest

from qa_service.database import rows, scalar
from qa_service.people.access import Role
from tests.builders import client_of, make_account, make_unit
from tests.rewards.test_pages import log_in
from tests.scores.builders import make_pack

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]


async def test_everyone_reads_the_rules_that_judge_them(database_url):
    made = await make_pack()
    await make_account("k1", Role.AGENT, unit=await make_unit())
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        page = (await client.get("/rules")).text
        assert "网店客服" in page
        assert "可作奖罚依据" in page
        form = (await client.get(f"/rules/{made['form:chat-presale']}")).text
        assert "欢迎语" in form
        assert "做到 10 / 部分做到 5 / 没做到 0" in form
        for text in ("权重5", "证据：", "关键项（", "百分制", "各个版本"):
            assert text in form, text
        for number in [one["id"] for one in await rows("SELECT id FROM rule_version ORDER BY id")]:
            for language in ("zh", "en"):
                assert (await client.get(f"/rules/{number}?lang={language}")).status_code == 200
        assert (await client.get("/rules/999")).status_code == 404


async def test_a_version_without_papers_says_why_it_cannot_drive_money(database_url):
    made = await make_pack()
    await make_account("k1", Role.AGENT, unit=await make_unit())
    await rows("UPDATE rule_version SET consulted_on = NULL WHERE id = {}", made["rewards"])
    assert await scalar("SELECT consulted_on FROM rule_version WHERE id = {}", made["rewards"]) is None
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        page = (await client.get(f"/rules/{made['rewards']}")).text
        assert "不作奖罚依据" in page
        assert "没有征求意见的记录（劳动合同法第4条）" in page


async def test_keys_of_kpis_and_items_read_as_their_names_in_both_languages(database_url):
    made = await make_pack()
    await make_account("k1", Role.AGENT, unit=await make_unit())
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        kpis = (await client.get(f"/rules/{made['kpis']}")).text
        for text in ("≤15秒得100分；≤20秒得90分", "150.00元", "95%", "12‰"):
            assert text in kpis, text
        assert "响应：首次响应 12、平均响应 8" in kpis
        assert "至少有2/3的权重" in kpis
        english = (await client.get(f"/rules/{made['kpis']}?lang=en")).text
        assert "formula_en" not in english
        assert "Formula" in english
        scheme = (await client.get(f"/rules/{made['rewards']}?lang=en")).text
        assert "from 85 points on 100% is paid" in scheme
        assert "Documents of the actual loss" in scheme
        for kind in ("flags", "training", "sampling", "rewards", "kpis"):
            page = (await client.get(f"/rules/{made[kind]}")).text
            for key in ("first_reply", "waybill_ask", "own_cause", "public_value", "rule_en"):
                assert key not in page, (kind, key)
