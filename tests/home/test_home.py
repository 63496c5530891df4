"""The first page says what waits for each role, late first, and nothing that is not theirs."""

from datetime import UTC, datetime, timedelta

import pytest

from qa_service import clock
from qa_service.database import scalar
from qa_service.follow_ups.commands import FollowUpIn, take_down
from qa_service.home import queries
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from qa_service.rewards import commands as rewards
from tests.builders import client_of, make_account, make_person
from tests.disputes.test_disputes import file, make_marked
from tests.rewards.builders import OCTOBER, make_department
from tests.rewards.test_pages import log_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
TUESDAY = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with clock.standing_at(TUESDAY):
        yield


async def keys(actor) -> dict[str, int]:
    return {one.key: one.count for one in (await queries.home(actor)).waiting}


async def test_a_monitor_sees_appeals_of_others_and_an_agent_the_new_mark():
    made = await make_marked()
    assert await keys(made["own"]) == {"results": 1}
    await file(made)
    assert "disputes" not in await keys(made["first"])
    assert (await keys(made["second"]))["disputes"] == 1


async def test_a_sheet_waits_for_its_leader_then_for_the_manager():
    made = await make_department()
    lead, boss = await made.actor("lead"), await made.actor("boss")
    sheet = await rewards.draft_sheet(lead, made.unit, OCTOBER)
    assert (await keys(lead))["sheets-draft"] == 1
    assert "sheets-draft" not in await keys(boss)
    version = await scalar("SELECT version FROM sheet WHERE id = {}", sheet)
    await rewards.submit_sheet(lead, sheet, version=version)
    found = (await queries.home(boss)).waiting
    assert [(one.key, one.count, one.href) for one in found] == [("sheets-submitted", 1, f"/sheets/{sheet}")]
    assert found[0].due_at == await scalar("SELECT approve_by_at FROM sheet")
    with clock.standing_at(TUESDAY + timedelta(days=9)):
        assert (await queries.home(boss)).waiting[0].is_late
    assert await keys(await made.actor("shen")) == {}


async def test_what_is_late_stands_first(database_url):
    made = await make_department()
    lead = await made.actor("lead")
    for hours in (5, 2):
        await take_down(
            lead,
            FollowUpIn(kind="complaint", unit=made.unit, body="投诉", due_at=TUESDAY + timedelta(hours=hours)),
        )
    await rewards.draft_sheet(lead, made.unit, OCTOBER)
    with clock.standing_at(TUESDAY + timedelta(hours=3)):
        found = (await queries.home(lead)).waiting
    assert [one.key for one in found] == ["follow-ups", "sheets-draft"]
    assert (found[0].count, found[0].is_late, found[1].is_late) == (2, True, False)


async def test_the_page_and_the_api_say_the_same_in_both_languages(database_url):
    made = await make_department()
    lead = await made.actor("lead")
    await rewards.draft_sheet(lead, made.unit, OCTOBER)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get("/")).text
        assert "奖罚评分表待提交" in page
        assert "没有新通知" in page
        assert "Sheets to submit" in (await client.get("/?lang=en")).text
        listed = (await client.get("/api/home?lang=zh")).json()
        assert [(one["key"], one["count"]) for one in listed] == [("sheets-draft", 1)]


async def test_in_an_empty_house_the_staff_list_is_the_first_step_of_who_may_import_it(database_url):
    root = await actor_of_account(await make_account("root", Role.ADMIN))
    lead = await actor_of_account(await make_account("lead", Role.SUPERVISOR))
    assert (await keys(root), await keys(lead)) == ({"staff-list": 1}, {})
    await make_person()
    assert await keys(root) == {}


async def test_an_account_without_a_person_sees_a_quiet_page(database_url):
    account = await make_account("watch", Role.AUDITOR)
    assert await keys(await actor_of_account(account)) == {}
    async with client_of(database_url) as client:
        await log_in(client, "watch")
        assert "没有等您处理的事" in (await client.get("/")).text
