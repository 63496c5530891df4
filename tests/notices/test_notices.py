"""People are told in their language, read only their own, and a reading is dated once."""

import re
from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import is_working_day
from qa_service.database import row, rows, transaction
from qa_service.errors import NotFound
from qa_service.language import N_, speaking
from qa_service.notices import commands, queries
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from tests.builders import PASSWORD, bearer, client_of, make_account, make_person

pytestmark = pytest.mark.anyio
SENTENCE = N_("任务%(id)s已经结束，不能取消")


async def test_a_notice_is_read_in_the_readers_language_and_by_its_person_only(engine):
    me = await actor_of_account(await make_account("agent-a", person=await make_person("A")))
    other = await actor_of_account(await make_account("agent-b", person=await make_person("B")))
    async with transaction():
        await commands.tell(me.person_id, "job:7", SENTENCE, {"id": 7}, "/jobs/7")
        await commands.tell(None, "job:8", SENTENCE, {"id": 8})
    (mine,) = await queries.mine(me)
    assert mine.text == "任务7已经结束，不能取消"
    with speaking("en"):
        assert (await queries.mine(me))[0].text == "Job 7 has ended and cannot be cancelled"
    assert await queries.mine(other) == []
    with pytest.raises(NotFound):
        await commands.read(other, mine.id)
    await commands.read(me, mine.id)
    first = (await row("SELECT read_at FROM notice"))["read_at"]
    await commands.read(me, mine.id)
    assert (await row("SELECT read_at FROM notice"))["read_at"] == first
    assert await queries.mine(me, unread=True) == []
    assert await commands.read_all(me) == 0


async def test_a_day_declared_in_the_table_moves_the_working_calendar(engine):
    day = date(2026, 11, 24)
    assert is_working_day(await working_calendar(), day)
    await rows(
        'INSERT INTO calendar_day ("on", kind, name, source, created_at, version) VALUES ({}, {}, {}, {}, {}, {})'
        " RETURNING id",
        day, "rest", "店庆补休", "店内通知", clock.now(), 1,
    )  # fmt: skip
    assert not is_working_day(await working_calendar(), day)


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def told(person: int, count: int = 1) -> None:
    async with transaction():
        for number in range(1, count + 1):
            await commands.tell(person, f"job:{number}", SENTENCE, {"id": number}, f"/jobs/{number}")


async def test_the_page_lists_opens_and_reads_all_in_both_languages(engine, database_url):
    person = await make_person("A")
    await make_account("agent-a", Role.AGENT, person=person)
    await told(person, 52)
    async with client_of(database_url) as client:
        login = await client.get("/login")
        form = {"_csrf_token": token_of(login.text), "username": "agent-a", "password": PASSWORD, "next": "/"}
        await client.post("/login", data=form)
        page = await client.get("/notices")
        assert "任务52已经结束，不能取消" in page.text
        assert "任务2已经结束" not in page.text, "50 on a page"
        older = re.search(r'rel="next" href="([^"]+)"', page.text)[1].replace("&amp;", "&")
        assert "任务2已经结束" in (await client.get(older)).text
        token = {"_csrf_token": token_of(page.text)}
        newest = (await row("SELECT id FROM notice ORDER BY id DESC LIMIT 1"))["id"]
        opened = await client.post(f"/notices/{newest}/reading", data=token)
        assert (opened.status_code, opened.headers["location"]) == (303, "/jobs/52")
        assert "任务52" not in (await client.get("/notices?having=unread")).text
        read = await client.post("/notices/reading", data=token)
        assert read.headers["location"] == "/notices?notice=all"
        assert "没有未读的通知" in (await client.get("/notices?having=unread")).text
        assert "Job 52 has ended" in (await client.get("/notices?lang=en")).text


async def test_nobody_opens_another_ones_notice(engine, database_url):
    person = await make_person("A")
    await told(person)
    async with client_of(database_url) as client:
        other = await bearer("agent-b", Role.AGENT, person=await make_person("B"))
        number = (await row("SELECT id FROM notice"))["id"]
        assert (await client.post(f"/api/notices/{number}/reading", headers=other)).status_code == 404
        assert (await client.get("/api/notices", headers=other)).json() == []
    assert (await row("SELECT read_at FROM notice"))["read_at"] is None


async def test_the_newest_notice_stands_first_also_where_older_ones_were_brought_in_later(engine, database_url):
    person = await make_person("A")
    agent = await bearer("agent-a", Role.AGENT, person=person)
    await told(person, 3)
    await rows("UPDATE notice SET created_at = {} WHERE subject = 'job:3'", datetime(2026, 1, 5, tzinfo=UTC))
    async with client_of(database_url) as client:
        found = (await client.get("/api/notices", headers=agent)).json()
        assert [one["subject"] for one in found] == ["job:2", "job:1", "job:3"]
        rest = (await client.get(f"/api/notices?before={found[1]['id']}", headers=agent)).json()
        assert [one["subject"] for one in rest] == ["job:3"]


async def test_a_fact_is_read_in_the_language_of_the_reader(engine):
    person = await make_person("A")
    actor = await actor_of_account(await make_account("agent-a", Role.AGENT, person=person))
    async with transaction():
        sentence = "新的质检评分：质检表“%(form)s”，最晚%(until)s回应"
        await commands.tell(person, "evaluation:1", sentence, {"form": "售前表", "form_en": "Pre-sale", "until": "x"})
    assert "售前表" in (await queries.mine(actor))[0].text
    with speaking("en"):
        assert "Pre-sale" in (await queries.mine(actor))[0].text
