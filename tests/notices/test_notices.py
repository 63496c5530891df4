"""People are told in their language, read only their own, and a reading is dated once."""

from datetime import date

import pytest

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import is_working_day
from qa_service.database import row, rows, transaction
from qa_service.errors import NotFound
from qa_service.language import N_, speaking
from qa_service.notices import commands, queries
from qa_service.people.queries import actor_of_account
from tests.builders import make_account, make_person

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
