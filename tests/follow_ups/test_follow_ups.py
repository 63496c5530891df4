"""Follow-ups: taken down with a due time, handed over, done; who may see and change them."""

from datetime import UTC, datetime, timedelta

import pytest

from qa_service import clock
from qa_service.database import scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.follow_ups import commands, errors, queries
from qa_service.follow_ups.commands import FollowUpIn
from qa_service.people.access import Role
from qa_service.people.commands import create_token
from qa_service.people.queries import actor_of_account
from tests.builders import client_of, make_account, make_unit
from tests.rewards.test_pages import log_in, token_of
from tests.sampling.builders import make_agent

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with clock.standing_at(NOW):
        yield


async def make_group() -> dict:
    unit = await make_unit("aftersale", name="售后组")
    people = [await make_agent(f"K{i}", unit) for i in (1, 2)]
    made = {"unit": unit, "people": people}
    for name, role, whose in (
        ("lead", Role.SUPERVISOR, None), ("k1", Role.AGENT, people[0]), ("k2", Role.AGENT, people[1])
    ):  # fmt: skip
        made[name] = await actor_of_account(await make_account(name, role, unit=unit, person=whose))
    return made


def make_given(group: dict, **changes) -> FollowUpIn:
    given = {
        "kind": "promised_callback", "unit": group["unit"], "body": "答应下午回电说明退款进度",
        "due_at": NOW + timedelta(hours=5), "responsible": group["people"][0],
    }  # fmt: skip
    return FollowUpIn(**(given | changes))


async def test_a_promise_is_taken_down_told_and_done():
    group = await make_group()
    made = await commands.take_down(group["lead"], make_given(group))
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE person = {}", group["people"][0]) == 1
    assert await queries.due_count(group["k1"]) == 1
    await commands.finish(group["k1"], made, "已回电，客户同意等三天", version=1)
    found = await queries.follow_up(group["lead"], made)
    assert (found["state"], found["was_late"], found["result"]) == ("done", False, "已回电，客户同意等三天")
    with pytest.raises(errors.AlreadyDone):
        await commands.finish(group["k1"], made, "再办", version=2)


async def test_what_passes_its_time_is_overdue_and_says_so_when_done():
    group = await make_group()
    made = await commands.take_down(group["lead"], make_given(group))
    later = await commands.take_down(group["lead"], make_given(group, due_at=NOW + timedelta(days=3)))
    with clock.standing_at(NOW + timedelta(hours=6)):
        overdue = await queries.follow_ups(group["lead"], state="overdue")
        assert [one["id"] for one in overdue] == [made]
        assert [one["id"] for one in await queries.follow_ups(group["lead"])] == [made, later]
        await commands.finish(group["lead"], made, "晚了两小时", version=1)
    assert (await queries.follow_up(group["lead"], made))["was_late"]


async def test_only_the_one_responsible_and_the_units_leads_see_and_finish_it():
    group = await make_group()
    made = await commands.take_down(group["lead"], make_given(group))
    with pytest.raises(NotFound):
        await queries.follow_up(group["k2"], made)
    with pytest.raises(NotFound):
        await commands.finish(group["k2"], made, "我来", version=1)
    with pytest.raises(NotAllowed):
        await commands.take_down(group["k1"], make_given(group))
    await commands.hand_over(group["lead"], made, group["people"][1], version=1)
    assert [one["id"] for one in await queries.follow_ups(group["k2"])] == [made]
    assert await queries.follow_ups(group["k1"]) == []
    away = await actor_of_account(await make_account("away", Role.SUPERVISOR, unit=await make_unit("b", name="别处")))
    with pytest.raises(NotFound):
        await commands.hand_over(away, made, group["people"][0], version=2)
    with pytest.raises(StaleEdit):
        await commands.hand_over(group["lead"], made, group["people"][0], version=1)


async def test_what_makes_no_sense_is_refused_and_nothing_is_written():
    group = await make_group()
    stranger = await make_agent("Z9", await make_unit("b", name="别处"))
    for changes, refusal in (
        ({"kind": "party"}, errors.KindUnknown),
        ({"due_at": NOW - timedelta(minutes=1)}, errors.DueInPast),
        ({"responsible": stranger}, errors.NotResponsible),
        ({"interaction": 999}, NotFound),
        ({"unit": 999}, NotFound),
    ):
        with pytest.raises(refusal):
            await commands.take_down(group["lead"], make_given(group, **changes))
    assert await scalar("SELECT COUNT(*) AS n FROM follow_up") == 0


async def test_api_and_pages_do_all_of_it(database_url):
    group = await make_group()
    token = await create_token(group["lead"], "follow-ups", sorted(group["lead"].permissions))
    async with client_of(database_url) as client:
        headers = {"authorization": f"Bearer {token}"}
        body = {"kind": "complaint", "unit": group["unit"], "body": "投诉发错货", "due_at": "2026-11-10T09:00:00Z"}
        made = (await client.post("/api/follow-ups", json=body, headers=headers)).json()["id"]
        path = f"/api/follow-ups/{made}"
        handed = await client.post(f"{path}/person", json={"version": 1, "person": group["people"][1]}, headers=headers)
        assert handed.json()["responsible"] == group["people"][1]
        done = await client.post(f"{path}/result", json={"version": 2, "result": "已补发"}, headers=headers)
        assert done.json()["state"] == "done"
        assert [one["id"] for one in (await client.get("/api/follow-ups?having=done", headers=headers)).json()] == [
            made
        ]

        await log_in(client, "lead")
        page = (await client.get("/follow-ups")).text
        assert "没有要跟进的事" in page
        typed = {"_csrf_token": token_of(page), "kind": "complaint", "unit": group["unit"], "body": "投诉态度"}
        wrong = await client.post("/follow-ups", data=typed | {"due_at": ""})
        assert wrong.status_code == 422
        assert "投诉态度" in wrong.text
        taken = await client.post("/follow-ups", data=typed | {"due_at": "2026-11-10T18:00"})
        assert taken.status_code == 303, taken.text
        one = taken.headers["location"].split("?")[0]
        assert "投诉态度" in (await client.get(one)).text
        finish = {"_csrf_token": typed["_csrf_token"], "version": "1", "result": "已道歉"}
        assert (await client.post(f"{one}/result", data=finish)).status_code == 303
        assert "Follow-ups" in (await client.get("/follow-ups?state=done&lang=en")).text
        await log_in(client, "k1")
        assert (await client.get(one)).status_code == 404
