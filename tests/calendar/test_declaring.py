"""Days declared here move every count, carry their source, and can be taken back with a reason."""

import re
from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.calendar import commands, errors, queries
from qa_service.calendar.rules import CHINA, day, is_statutory, is_working_day, month_days
from qa_service.calendar.words import day_name, short_name
from qa_service.errors import InvalidInput, NotAllowed
from qa_service.journal import queries as journal
from qa_service.language import speaking
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account

pytestmark = pytest.mark.anyio
SATURDAY = date(2027, 2, 20)
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"


async def test_a_make_up_day_is_declared_and_taken_back_with_a_line_each(engine):
    await commands.declare_day(HOUSE, SATURDAY, "work", name="春节调休上班", source=NOTICE)
    assert is_working_day(await queries.working_calendar(), SATURDAY)
    with pytest.raises(errors.DayDeclared):
        await commands.declare_day(HOUSE, SATURDAY, "rest", name="又改", source=NOTICE)
    with pytest.raises(InvalidInput):
        await commands.remove_day(HOUSE, SATURDAY, " ")
    await commands.remove_day(HOUSE, SATURDAY, "写错了日期")
    assert not is_working_day(await queries.working_calendar(), SATURDAY)
    with pytest.raises(errors.DayNotDeclared):
        await commands.remove_day(HOUSE, SATURDAY, "再取消")
    lines = await journal.page(None, f"day:{SATURDAY}")
    assert [line["action"] for line in lines] == ["calendar:remove", "calendar:declare"]
    assert NOTICE in lines[0]["inputs"]


async def test_a_declared_day_needs_a_kind_a_name_a_source_and_a_year_of_the_calendar(engine):
    with pytest.raises(errors.DayKindUnknown):
        await commands.declare_day(HOUSE, SATURDAY, "half", name="半天", source=NOTICE)
    with pytest.raises(InvalidInput) as refused:
        await commands.declare_day(HOUSE, SATURDAY, "work", name=" ", source="")
    assert [fault.field for fault in refused.value.fields] == ["name", "source"]
    with pytest.raises(errors.YearOutOfCalendar):
        await commands.declare_day(HOUSE, date(2107, 1, 1), "rest", name="元旦", source=NOTICE)
    supervisor = await actor_of_account(await make_account("boss", Role.SUPERVISOR))
    with pytest.raises(NotAllowed):
        await commands.declare_day(supervisor, SATURDAY, "work", name="加班", source="口头")


async def test_a_month_names_each_day_with_its_source_and_what_is_still_open(engine):
    await commands.declare_day(HOUSE, date(2026, 10, 31), "statutory", name="店庆", source="店内通知3号")
    found = {one.on.day: (one, declared) for one, declared in await queries.month(date(2026, 10, 1))}
    assert found[1][0].kind == "statutory"
    assert found[10][0].kind == "work", "Saturday 10 October 2026 is a make-up day of the notice"
    assert found[31][1]
    assert is_statutory(await queries.working_calendar(), date(2026, 10, 31))


async def test_the_api_shows_declares_and_takes_back(engine, database_url):
    async with client_of(database_url) as client:
        hr, agent = await bearer("hr", Role.HR), await bearer("k1", Role.AGENT)
        body = {"on": "2027-02-20", "kind": "work", "name": "春节调休上班", "source": NOTICE}
        assert (await client.post("/api/calendar", headers=agent, json=body)).status_code == 403
        assert (await client.post("/api/calendar", headers=hr, json=body)).status_code == 204
        again = await client.post("/api/calendar", headers=hr, json=body)
        assert (again.status_code, again.json()["type"]) == (409, "urn:qa:day-declared")
        days = (await client.get("/api/calendar?on=2027-02-01", headers=agent)).json()
        assert len(days) == 28
        assert days[19] == {**body, "provisional": False, "declared": True}
        gone = await client.post("/api/calendar/removal", headers=hr, json={"on": "2027-02-20", "reason": "写错"})
        assert gone.status_code == 204
        assert not (await client.get("/api/calendar?on=2027-02-01", headers=agent)).json()[19]["declared"]


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html)[1]


async def log_in(client, username: str) -> str:
    page = await client.get("/login")
    form = {"_csrf_token": token_of(page.text), "username": username, "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form)).status_code == 303
    return token_of((await client.get("/account")).text)


async def test_the_page_shows_the_month_and_takes_a_day(engine, database_url):
    await make_account("hr", Role.HR)
    async with client_of(database_url) as client:
        token = await log_in(client, "hr")
        page = await client.get("/calendar?month=2026-10")
        for text in ("2026年10月", "国庆节", "调休上班", "国务院办公厅节假日安排通知", "另行设定一天"):
            assert text in page.text, text
        english = await client.get("/calendar?month=2026-10&lang=en")
        for text in ("National Day", "Make-up working day", "18 working days"):
            assert text in english.text, text
        await client.get("/calendar?lang=zh")
        form = {"_csrf_token": token, "on": "2027-02-20", "kind": "work", "name": "春节调休上班", "source": ""}
        refused = await client.post("/calendar", data=form)
        assert (refused.status_code, "请填写这一项" in refused.text) == (422, True)
        assert 'value="春节调休上班"' in refused.text, "what was typed is kept"
        done = await client.post("/calendar", data={**form, "source": NOTICE})
        assert done.headers["location"] == "/calendar?month=2027-02&notice=declared"
        confirm = await client.get("/calendar/removal?on=2027-02-20")
        assert "恢复按国家通知" in confirm.text
        bare = await client.post("/calendar/removal", data={"_csrf_token": token, "on": "2027-02-20", "reason": ""})
        assert (bare.status_code, "请写明原因" in bare.text) == (422, True)
        gone = await client.post("/calendar/removal", data={"_csrf_token": token, "on": "2027-02-20", "reason": "写错"})
        assert gone.headers["location"] == "/calendar?month=2027-02&notice=removed"
        assert (await client.get("/calendar/removal?on=2027-02-20")).status_code == 404
        assert (await client.get("/calendar/removal?on=never")).status_code == 404


async def test_an_agent_reads_the_month_without_the_form_and_a_year_not_announced_says_so(engine, database_url):
    await make_account("k1", Role.AGENT)
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        with clock.standing_at(datetime(2026, 11, 24, 4, tzinfo=UTC)):
            page = await client.get("/calendar?month=2035-10")
        assert "放假安排还没有公布" in page.text
        assert "另行设定一天" not in page.text


def test_names_of_shifted_and_in_lieu_days_read_in_both_languages():
    assert day_name("休息日（由 2026-10-10 调休）") == "调休（2026-10-10上班）"
    assert short_name("休息日（由 2026-10-10 调休）") == "调休"
    with speaking("en"):
        assert day_name("休息日（由 2026-10-10 调休）") == "Shifted rest day (2026-10-10 is worked)"
        assert day_name("国庆节（补假）") == "National Day, in lieu"
        assert day_name("中秋节; 国庆节") == "Mid-Autumn Festival, National Day"
        assert day_name("店庆") == "店庆"


def test_every_name_that_the_package_gives_has_its_english():
    with speaking("en"):
        for month in (date(year, month, 1) for year in range(2008, 2028) for month in range(1, 13)):
            for one in (day(CHINA, on) for on in month_days(month)):
                assert day_name(one.name).isascii(), one
