"""The journal's page: its lines, the whole chain verified, and the first bad line named."""

from datetime import UTC, datetime

import pytest

from qa_service import clock
from qa_service.database import rows
from qa_service.journal.queries import head
from qa_service.people.access import Role
from tests.builders import bearer, client_of, make_account, make_unit
from tests.rewards.test_pages import log_in, token_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]


async def test_the_page_lists_verifies_and_names_the_first_bad_line(database_url):
    await make_account("audit", Role.AUDITOR)
    await make_account("k1", Role.AGENT, unit=await make_unit())
    async with client_of(database_url) as client:
        await log_in(client, "audit")
        page = (await client.get("/journal")).text
        assert "新建登录账号" in page
        assert "account:create" not in page
        token = {"_csrf_token": token_of(page)}
        whole = await client.post("/journal/verification", data=token | {"against": await head()})
        assert "没有改动、缺行或乱序" in whole.text
        unreadable = await client.post("/journal/verification", data=token | {"against": "abc"})
        assert unreadable.status_code == 422
        assert 'value="abc"' in unreadable.text
        await rows("UPDATE journal_line SET reason = 'x' WHERE position = 2")
        broken = await client.post("/journal/verification", data=token)
        assert "第2行不对：内容被改" in broken.text
        assert "Journal" in (await client.get("/journal?lang=en")).text
        await log_in(client, "k1")
        assert (await client.get("/journal")).status_code == 403


async def test_lines_are_found_by_person_thing_and_month_and_taken_along(database_url):
    with clock.standing_at(datetime(2026, 9, 30, 17, tzinfo=UTC)):  # already 1 October in the department
        await make_account("audit", Role.AUDITOR)
    with clock.standing_at(datetime(2026, 10, 31, 17, tzinfo=UTC)):
        await make_account("k1", Role.AGENT)
    async with client_of(database_url) as client:
        await log_in(client, "audit")
        october = (await client.get("/journal?month=2026-10")).text
        assert "登录账号：audit<" in october
        assert "登录账号：k1<" not in october
        assert "登录账号：k1<" in (await client.get("/journal?month=2026-11&noun=account")).text
        assert "没有这样的日志行" in (await client.get("/journal?noun=sheet")).text
        assert "登录账号：k1<" not in (await client.get("/journal?q=account:1")).text
        assert 'href="/accounts/1"' not in october  # an auditor keeps no accounts
        assert "登录账号" in october
        taken = (await client.get("/journal?noun=account&format=csv")).content.decode("utf-8-sig")
        assert len(taken.strip().splitlines()) == 3
        english = (await client.get("/journal?lang=en")).text
        assert "All time" in english


async def test_the_api_answers_to_the_same_filters(database_url):
    with clock.standing_at(datetime(2026, 9, 30, 17, tzinfo=UTC)):
        headers = await bearer("audit", Role.AUDITOR)
    async with client_of(database_url) as client:

        async def positions(**asked: str) -> list[int]:
            return [one["position"] for one in (await client.get("/api/journal", headers=headers, params=asked)).json()]

        assert await positions() == [2, 1]
        assert await positions(noun="token") == [2]
        assert await positions(who="tes", noun="account") == [1]
        assert await positions(before="2") == [1]
        assert await positions(until_on="2026-09-30") == []
        assert await positions(from_on="2026-10-01", until_on="2026-10-01") == [2, 1]
        assert await positions(subject="account:1", limit="1") == [2]
        bad = await client.get("/api/journal?from_on=never", headers=headers)
        assert bad.status_code in (400, 422)
