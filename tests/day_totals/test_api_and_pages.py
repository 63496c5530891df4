"""Totals of days by the API and as pages: who reads what, with which notes, in both languages."""

from datetime import date
from pathlib import Path

import pytest

from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.profile_texts import parse_profile
from qa_service.people.access import Role
from qa_service.people.tables import Post
from tests.builders import HOUSE, bearer, client_of, make_account, make_person, make_unit
from tests.imports.test_day_totals import (
    ABSENCE_HEAD,
    AGENT_HEAD,
    TEAM_HEAD,
    UNIT_HEAD,
    agent_day,
    team_day,
    write,
)
from tests.interactions.test_api_and_pages import log_in

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


async def make_days(folder: Path) -> dict[str, int]:
    """Two months of a telephone department with one known agent, one who waits and the calls of nobody."""
    phone = await make_unit("phone", name="电话客服")
    one = await make_person("880022", name="沈若溪")
    await Post.insert(Post(person=one, unit=phone, position="客服", kind="agent", from_on=date(2019, 1, 1)))
    text = AGENT_HEAD + agent_day(on="2019-07-31") + agent_day() + agent_day(missed=True, calls=1, talk=0)
    text += agent_day("880020", on="2019-08-06", calls=2) + agent_day("unknown", missed=True, calls=30, talk=0)
    await import_file(HOUSE, write(folder, text), "telephony-agent-days")
    days = UNIT_HEAD + "2019-08-01,100,90,0.9,10,20,100,30,0.8\n2019-08-02,300,150,0.55,150,60,200,90,0.4\n"
    await import_file(HOUSE, write(folder, days), "call-centre-days")
    await import_file(HOUSE, write(folder, TEAM_HEAD + team_day() + team_day(team="4", made="0.2")), "team-targets")
    absences = ABSENCE_HEAD + "880022,13,7,2,1,97,88,8,\n" + "9,22,0,3,1,97,70,40,\n"
    await import_file(HOUSE, write(folder, absences), "absences-by-weekday")
    return {"phone": phone, "person": one}


async def test_by_api_a_month_adds_counts_and_shows_nobody_first(engine, database_url, tmp_path):
    made = await make_days(tmp_path)
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        agents = (await client.get("/api/day-totals/agents?month=2019-08", headers=lead)).json()
        told = [(one["person"], one["agent_label"], one["in_answered"], one["in_missed"]) for one in agents["agents"]]
        assert told == [(None, None, 0, 30), (made["person"], "880022", 4, 1), (None, "880020", 2, 0)]
        assert any("没有写明客服的1行、30通" in note for note in agents["notes"])
        address = f"/api/day-totals/agents/days?month=2019-08&person={made['person']}"
        days = (await client.get(address, headers=lead)).json()["days"]
        assert [(one["local_on"], one["in_answered"], one["talk_seconds"]) for one in days] == [("2019-08-05", 4, 90)]
        waits = (await client.get("/api/day-totals/agents/days?month=2019-08&label=880020", headers=lead)).json()
        assert [one["local_on"] for one in waits["days"]] == ["2019-08-06"]
        units = (await client.get("/api/day-totals/units?month=2019-08", headers=lead)).json()
        assert [one["answered_percent_hundredths"] for one in units["days"]] == [9_000, 5_000]
        assert [one["given_answered_percent_hundredths"] for one in units["days"]] == [9_000, 5_500]
        assert any("对不上的1天：2019-08-02" in note for note in units["notes"])
        none = (await client.get("/api/day-totals/units?month=2019-09", headers=lead)).json()
        assert none == {"days": [], "notes": []}
        wrong = await client.get("/api/day-totals/units?month=2019-13", headers=lead)
        assert wrong.status_code in (400, 422)


async def test_everybody_reads_what_is_theirs(engine, database_url, tmp_path):
    made = await make_days(tmp_path)
    async with client_of(database_url) as client:
        agent = await bearer("k1", Role.AGENT, unit=made["phone"], person=made["person"])
        own = (await client.get("/api/day-totals/agents?month=2019-08", headers=agent)).json()["agents"]
        assert [one["agent_label"] for one in own] == ["880022"], "nobody else's, and not those of nobody"
        assert (await client.get("/api/day-totals/units?month=2019-08", headers=agent)).status_code == 403
        absent = (await client.get("/api/day-totals/absences", headers=agent)).json()["absences"]
        assert [(one["employee_no"], one["reason"]) for one in absent] == [("880022", "13")]
        monitor = await bearer("m1", Role.MONITOR, unit=made["phone"])
        assert (await client.get("/api/day-totals/agents?month=2019-08", headers=monitor)).status_code == 403
        assert (await client.get("/api/day-totals/absences", headers=monitor)).status_code == 403
        hr = await bearer("hr", Role.HR)
        all_of_them = (await client.get("/api/day-totals/absences", headers=hr)).json()["absences"]
        assert {one["reason"] for one in all_of_them} == {"13", "22"}
        unknown = (await client.get("/api/day-totals/absences?month_number=0", headers=hr)).json()["absences"]
        assert [one["agent_label"] for one in unknown] == ["9"]
        house = await bearer("boss", Role.SUPERVISOR)
        seen = (await client.get("/api/day-totals/absences", headers=house)).json()["absences"]
        assert [(one["reason"], one["is_reason_hidden"]) for one in seen] == [(None, True), (None, True)]
        elsewhere = await bearer("other", Role.SUPERVISOR, unit=await make_unit("else", name="别处"))
        for list_name in ("agents", "units", "teams"):
            (rows,) = [
                value
                for key, value in (
                    await client.get(f"/api/day-totals/{list_name}?month=2019-08", headers=elsewhere)
                ).json().items()
                if key != "notes"
            ]  # fmt: skip
            assert rows == [], list_name


async def test_bonus_is_for_those_who_read_the_sheets(engine, database_url, tmp_path):
    await make_days(tmp_path)
    async with client_of(database_url) as client:
        for name, role, seen in (("boss", Role.MANAGER, [5_000, 5_000]), ("lead", Role.QA_LEAD, [None, None])):
            headers = await bearer(name, role)
            days = (await client.get("/api/day-totals/teams?month=2015-01", headers=headers)).json()["days"]
            assert [one["bonus_fen"] for one in days] == seen, role


async def test_the_pages_show_the_newest_month_with_its_notes_and_give_files(engine, database_url, tmp_path):
    made = await make_days(tmp_path)
    await make_account("boss", Role.MANAGER)
    async with client_of(database_url) as client:
        await log_in(client, "boss")
        assert (await client.get("/day-totals")).headers["location"] == "/day-totals/units"
        assert 'href="/day-totals"' in (await client.get("/")).text
        units = (await client.get("/day-totals/units")).text
        for text in ("2019年8月", "60.0%", "对不上的1天", "format=xlsx", "不能合计"):
            assert text in units, text
        assert "80.0%" in units, "a day shows the service level of its source"
        agents = (await client.get("/day-totals/agents")).text
        for text in ("来源没有写明客服", "沈若溪", "880020", "待认领", f"person={made['person']}"):
            assert text in agents, text
        assert "沈若溪" in (await client.get("/day-totals/agents?month=2019-07")).text
        assert "880020" not in (await client.get("/day-totals/agents?month=2019-07")).text
        days = (await client.get(f"/day-totals/agents/days?month=2019-08&person={made['person']}")).text
        for text in ("沈若溪", "8月5日", "20.0%"):
            assert text in days, text
        teams = (await client.get("/day-totals/teams")).text
        for text in ("30.5", "81.0%", "50.00", "BDT", "没有达到目标却有奖金的1行"):
            assert text in teams, text
        file = await client.get("/day-totals/units?month=2019-08&format=csv")
        assert len(file.content.decode("utf-8-sig").splitlines()) == 3
        assert (await client.get("/day-totals/teams?month=2015-01&format=xlsx")).content[:2] == b"PK"
        empty = (await client.get("/day-totals/units?month=2031-01")).text
        assert "这里没有日汇总" in empty
        for odd in ("month=2019-99", "unit=x", "person=99999999999999999999", "month=9999-12", "sort=-4", "q=zz"):
            assert (await client.get(f"/day-totals/agents?{odd}")).status_code == 200, odd


async def test_an_agent_finds_the_own_days_and_absences_and_english_is_whole(engine, database_url, tmp_path):
    made = await make_days(tmp_path)
    await make_account("k1", Role.AGENT, unit=made["phone"], person=made["person"])
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        assert (await client.get("/day-totals")).headers["location"] == "/day-totals/agents"
        page = (await client.get("/day-totals/agents")).text
        assert "沈若溪" in page
        assert "/day-totals/units" not in page
        absent = (await client.get("/day-totals/absences")).text
        for text in ("7月", "周一", "缺勤小时", ">8<", ">13<"):
            assert text in absent, text
        assert (await client.get("/day-totals/teams")).status_code == 403
        english = (await client.get("/day-totals/absences?lang=en")).text
        assert "Absences" in english
        assert "缺勤" not in english


async def test_a_batch_shows_what_waits_in_it(engine, database_url, tmp_path):
    await make_days(tmp_path)
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get("/imports/1")).text
        for text in ("等待对应记录或本人的行", "880020", "没有人用这个工号或姓名", "等待中"):
            assert text in page, text
        headers = await bearer("prog", Role.QA_LEAD)
        held = (await client.get("/api/imports/1/held", headers=headers)).json()
        assert [(one["key"], one["row_count"], one["reason"]) for one in held] == [("880020", 1, "unknown-agent")]
        assert (await client.get("/api/imports/4/held", headers=headers)).status_code == 404, "absences are HR's"


DATED = (
    'name = "leave"\nname_zh = "请假"\nname_en = "Leave"\nversion = 1\ntarget = "absence"\nsource = "leave"\n'
    'timezone = "Asia/Shanghai"\n[key]\nkind = "natural"\nfields = ["absent_on", "employee_no"]\n'
    '[agent]\nby = "employee_no"\n'
    '[[columns]]\nfield = "employee_no"\naliases = ["工号"]\ntype = "id"\nrequired = true\n'
    '[[columns]]\nfield = "absent_on"\naliases = ["日期"]\ntype = "date"\nformats = ["%Y-%m-%d"]\nrequired = true\n'
    '[[columns]]\nfield = "absent_seconds"\naliases = ["请假小时"]\ntype = "hours"\nrequired = true\n'
    '[[columns]]\nfield = "reason"\naliases = ["类型"]\n'
)


async def test_dated_absences_stand_beside_the_own_month_and_are_corrected_with_history(engine, database_url, tmp_path):
    made = await make_days(tmp_path)
    profile = parse_profile(DATED)
    head = "工号,日期,请假小时,类型\n"
    await import_file(HOUSE, write(tmp_path, head + "880022,2026-10-06,4,病假\n"), profile)
    mended = await import_file(HOUSE, write(tmp_path, head + "880022,2026-10-06,7.5,病假\n"), profile)
    assert (mended.updated, mended.accepted) == (1, 1)
    await make_account("k1", Role.AGENT, unit=made["phone"], person=made["person"])
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        mine = (await client.get("/my/roster?month=2026-10")).text
        for text in ("我的缺勤", "10月6日", "缺勤7.5小时", "病假"):
            assert text in mine, text
        assert "缺勤4小时" not in mine
        assert "我的缺勤" not in (await client.get("/my/roster?month=2026-11")).text
        own = (await client.get("/day-totals/absences?month_number=10")).text
        assert "10月6日" in own
        assert ">7.5<" in own
