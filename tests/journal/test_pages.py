"""The journal's page: its lines, the whole chain verified, and the first bad line named."""

import pytest

from qa_service.database import rows
from qa_service.journal.queries import head
from qa_service.people.access import Role
from tests.builders import client_of, make_account, make_unit
from tests.rewards.test_pages import log_in, token_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]


async def test_the_page_lists_verifies_and_names_the_first_bad_line(database_url):
    await make_account("audit", Role.AUDITOR)
    await make_account("k1", Role.AGENT, unit=await make_unit())
    async with client_of(database_url) as client:
        await log_in(client, "audit")
        page = (await client.get("/journal")).text
        assert "account:" in page
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
