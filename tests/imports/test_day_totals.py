"""Totals of days and absences come in once, keep their history, and give nobody's calls to nobody."""

from pathlib import Path

import pytest

from qa_service.database import row, rows, scalar
from qa_service.imports import commands, errors
from qa_service.imports.configuring import configure
from qa_service.imports.profile_texts import load_profile, parse_profile
from qa_service.interactions import commands as interactions
from qa_service.people.access import Actor, Grant, Role
from tests.builders import HOUSE, make_person, make_unit

pytestmark = pytest.mark.anyio

AGENT_HEAD = (
    "user_id,date,direction,internal,operator_id,is_missed_call,calls_count,call_duration,total_call_duration\n"
)
UNIT_HEAD = (
    "Fecha,Incoming Calls,Answered Calls,Answer Rate,Abandoned Calls,Answer Speed (AVG),Talk Duration (AVG),"
    "Waiting Time (AVG),Service Level (20 Seconds)\n"
)
TEAM_HEAD = (
    "year,quarter,department,day,team,targeted_productivity,over_time,incentive,idle_time,no_of_workers,"
    "actual_productivity\n"
)
ABSENCE_HEAD = "ID,Reason for absence,Month of absence,Day of the week,Work load Average/day ,Hit target,Weight," \
    "Absenteeism time in hours,\n"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def agent_day(operator: str = "880022", *, on: str = "2019-08-05", way: str = "in", missed: bool = False,
              calls: int = 4, talk: int = 90, internal: str = "False") -> str:  # fmt: skip
    return f"166377,{on} 00:00:00+03:00,{way},{internal},{operator},{missed},{calls},{talk},{talk + 30}\n"


def team_day(on: str = "1/5/2015", team: str = "3", *, day: str = "Monday", target: str = "0.8", made: str = "0.81",
             bonus: str = "50", heads: str = "30.5", department: str = "sweing") -> str:  # fmt: skip
    return f"{on},Quarter1,{department},{day},{team},{target},960,{bonus},3.5,{heads},{made}\n"


def write(folder: Path, text: str, name: str = "days.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


async def bring(folder: Path, text: str, profile: str, **more):
    return await commands.import_file(HOUSE, write(folder, text), profile, **more)


async def test_days_of_agents_come_in_once_and_unknown_people_wait_under_their_label(engine, tmp_path):
    await make_person("880022")
    text = AGENT_HEAD + agent_day() + agent_day() + agent_day("880020") + agent_day("unknown", missed=True, talk=0)
    first = await bring(tmp_path, text, "telephony-agent-days")
    assert (first.read, first.accepted, first.duplicates, first.held, first.rejected) == (4, 2, 1, 1, 0)
    stored = await rows("SELECT agent_label, person, local_on, call_count, is_missed FROM agent_day ORDER BY id")
    assert [(one["agent_label"], one["person"] is not None) for one in stored] == [
        ("880022", True), ("880020", False), (None, False),
    ]  # fmt: skip
    assert {str(one["local_on"]) for one in stored} == {"2019-08-05"}, "the offset moves no day"
    again = await bring(tmp_path, text, "telephony-agent-days")
    assert (again.accepted, again.held, again.duplicates) == (0, 0, 4)
    assert await scalar("SELECT COUNT(*) AS n FROM agent_day") == 3


async def test_a_corrected_day_is_an_update_and_the_former_one_stays(engine, tmp_path):
    await make_person("880022")
    await bring(tmp_path, AGENT_HEAD + agent_day(), "telephony-agent-days")
    mended = await bring(tmp_path, AGENT_HEAD + agent_day(calls=5), "telephony-agent-days")
    assert (mended.accepted, mended.updated) == (1, 1)
    stored = await rows("SELECT call_count, revision, superseded_by, batch FROM agent_day ORDER BY revision")
    assert [(one["call_count"], one["revision"]) for one in stored] == [(4, 1), (5, 2)]
    assert stored[0]["superseded_by"] == stored[1]["batch"]
    assert stored[1]["superseded_by"] is None


async def test_two_versions_of_a_day_in_one_file_are_not_guessed(engine, tmp_path):
    report = await bring(tmp_path, AGENT_HEAD + agent_day("unknown") + agent_day("unknown", calls=9),
                         "telephony-agent-days")  # fmt: skip
    assert (report.accepted, report.rejected) == (1, 1)
    assert (await row("SELECT code FROM import_reject"))["code"] == "two-versions-in-file"


async def test_what_is_odd_in_days_of_agents_is_said_with_its_counts(engine, tmp_path):
    text = AGENT_HEAD + agent_day(calls=10) + agent_day("unknown", missed=True, calls=30, talk=0)
    text += agent_day("unknown", missed=True, calls=30, talk=0)  # the same row again counts once
    text += agent_day(on="2019-08-06", missed=True, talk=7) + agent_day(on="2019-08-07", talk=0, internal="")
    text += agent_day(way="out", calls=4_817)
    told = (await bring(tmp_path, text, "telephony-agent-days", dry_run=True)).notes
    assert any("没有写明客服的1行、30通（占4,865通的0.6%）" in note and "占88.2%" in note for note in told), told
    for sentence in ("写作漏接却有通话时长的1行", "写作接通却没有通话时长的1行", "1,000通以上的1行（最多4,817通）",
                     "没有写明是否内线的1行"):  # fmt: skip
        assert any(sentence in note for note in told), (sentence, told)
    assert await scalar("SELECT COUNT(*) AS n FROM agent_day") == 0, "a trial writes nothing"


async def test_days_that_a_killed_import_left_go_and_what_they_superseded_counts_again(engine, tmp_path):
    await make_person("880022")
    await bring(tmp_path, AGENT_HEAD + agent_day(), "telephony-agent-days")
    await bring(tmp_path, AGENT_HEAD + agent_day(calls=5), "telephony-agent-days")
    last = await scalar("SELECT MAX(id) AS id FROM import_batch")
    await rows("UPDATE import_batch SET state = 'loading' WHERE id = {}", last)
    await interactions.sweep(last)
    assert await rows("SELECT call_count, superseded_by FROM agent_day") == [{"call_count": 4, "superseded_by": None}]


async def test_a_list_of_staff_that_comes_later_gives_the_days_to_their_person(engine, tmp_path):
    await bring(tmp_path, AGENT_HEAD + agent_day() + agent_day("880020"), "telephony-agent-days")
    staff = write(tmp_path, "工号,姓名,部门,岗位,角色\n880022,沈若溪,电话客服,客服,客服\n", "staff.csv")
    report = await commands.import_file(HOUSE, staff, "staff-list")
    assert "先前待认领的1行日汇总或缺勤归到了本人" in report.notes
    found = await rows("SELECT d.agent_label, p.name FROM agent_day d LEFT JOIN person p ON p.id = d.person ORDER BY 1")
    assert found == [{"agent_label": "880020", "name": None}, {"agent_label": "880022", "name": "沈若溪"}]
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line WHERE action = 'day-total:name'") == 1


async def test_days_of_a_unit_keep_counts_and_say_where_a_rate_contradicts_them(engine, tmp_path):
    text = UNIT_HEAD + "2020-01-01,217,204,0.94,13,17,134,165,0.76\n2020-01-02,200,182,0.95,18,20,142,415,0.73\n"
    text += "2020-01-04,10,9,0.9,1,,,,\n2020-01-05,5,6,1,0,,,,\n"
    report = await bring(tmp_path, text, "call-centre-days")
    assert (report.accepted, report.rejected) == (3, 1)
    assert (await row('SELECT code, "column" FROM import_reject')) == {
        "code": "more-answered-than-received", "column": "Answered Calls",
    }  # fmt: skip
    assert any("对不上的1天：2020-01-02" in note for note in report.notes), report.notes
    assert any("缺1天：2020-01-03" in note for note in report.notes), report.notes
    stored = await row("SELECT * FROM unit_day ORDER BY local_on")
    assert (stored["received_count"], stored["given_in_time_percent_hundredths"]) == (217, 7_600)
    assert await scalar("SELECT name FROM unit WHERE id = {}", stored["unit"]) == "呼叫中心"


async def test_a_date_that_a_spreadsheet_destroyed_is_refused_with_its_limit(engine, tmp_path):
    text = TEAM_HEAD + team_day("7/12/1905") + team_day() + team_day(team="4", department="finishing ", bonus="0")
    report = await bring(tmp_path, text, "team-targets")
    assert (report.accepted, report.rejected) == (2, 1)
    found = await row("SELECT code, value, sentence, facts FROM import_reject")
    assert (found["code"], found["value"]) == ("out-of-range", "7/12/1905")
    assert "2010-01-01" in found["facts"]
    stored = await rows("SELECT * FROM team_day ORDER BY team")
    assert [one["department"] for one in stored] == ["缝制", "后整"]
    one = stored[0]
    assert (one["target_percent_hundredths"], one["reached_percent_hundredths"]) == (8_000, 8_100)
    assert (one["head_hundredths"], one["overtime_seconds"], one["idle_seconds"]) == (3_050, 57_600, 210)
    assert (one["bonus_fen"], one["currency"]) == (5_000, "BDT")


async def test_bonus_without_its_target_huge_bonus_and_days_that_are_none_are_said(engine, tmp_path):
    text = TEAM_HEAD + "".join(team_day(team=str(n)) for n in range(1, 6))
    text += team_day("1/6/2015", day="Tuesday", made="0.4", bonus="3600", heads="12")
    text += team_day("1/7/2015", day="Monday", target="0.07", bonus="0")
    told = (await bring(tmp_path, text, "team-targets")).notes
    for sentence in ("没有达到目标却有奖金的1行，其中差10个百分点以上的1行", "10倍的1行：2015-01-06",
                     "目标低于10%的1行", "星期与日期对不上的1行：2015-01-07", "人数有半个人的6行"):  # fmt: skip
        assert any(sentence in note for note in told), (sentence, told)


async def test_equal_absences_are_real_ones_and_no_date_is_made_up(engine, tmp_path):
    await make_person("1")
    line = '1,22,7,2,"239,554",97,88,8,\n'
    text = ABSENCE_HEAD + line + line + '1,0,0,6,"205,917",92,88,0,\n' + '2,13,12,3,"205,917",92,70,40,\n'
    report = await bring(tmp_path, text, "absences-by-weekday")
    assert (report.read, report.accepted, report.held, report.duplicates) == (4, 3, 1, 0)
    again = await bring(tmp_path, text, "absences-by-weekday")
    assert (again.accepted, again.held, again.duplicates) == (0, 0, 4)
    stored = await rows("SELECT * FROM absence ORDER BY id")
    one = stored[0]
    assert (one["absent_on"], one["month_number"], one["weekday"]) == (None, 7, 1), "2 is Monday in that file"
    assert (one["absent_seconds"], one["work_load"], one["target_percent_hundredths"]) == (28_800, 239_554, 9_700)
    assert stored[2]["month_number"] is None
    assert "88" not in {str(value) for value in one.values()}, "weight is none of our business"
    assert any("内容完全相同的1条" in note for note in report.notes)


async def test_absences_are_brought_in_by_hr_alone(engine, tmp_path):
    unit = await make_unit()
    lead = Actor(account_id=1, person_id=None, name="x", grants=(Grant(Role.QA_LEAD, frozenset({unit})),))
    with pytest.raises(errors.Refusal):
        await commands.import_file(lead, write(tmp_path, ABSENCE_HEAD + "1,22,7,2,1,97,88,8,\n"), "absences-by-weekday")
    assert await scalar("SELECT COUNT(*) AS n FROM import_batch") == 0


OWN_UNITS = (
    'name = "our-days"\nname_zh = "x"\nname_en = "x"\nversion = 1\ntarget = "unit_day"\nsource = "x"\n'
    'timezone = "UTC"\n[key]\nkind = "natural"\nfields = ["local_on", "unit"]\n'
    '[[columns]]\nfield = "local_on"\naliases = ["日期"]\ntype = "date"\nformats = ["%Y-%m-%d"]\nrequired = true\n'
    '[[columns]]\nfield = "unit"\naliases = ["部门"]\n'
    '[[columns]]\nfield = "received_count"\naliases = ["来电"]\ntype = "integer"\nrequired = true\n'
    '[[columns]]\nfield = "answered_count"\naliases = ["接听"]\ntype = "integer"\nrequired = true\n'
)


async def test_a_unit_that_a_row_names_must_be_there_and_within_the_importers_reach(engine, tmp_path):
    mine, _other = await make_unit("pre", name="售前组"), await make_unit("post", name="售后组")
    lead = Actor(account_id=1, person_id=None, name="x", grants=(Grant(Role.QA_LEAD, frozenset({mine})),))
    text = "日期,部门,来电,接听\n2026-10-01,售前组,9,8\n2026-10-01,post,9,8\n2026-10-01,没有这个组,9,8\n"
    path, profile = write(tmp_path, text), parse_profile(OWN_UNITS)
    report = await commands.import_file(lead, path, profile)
    assert (report.accepted, report.rejected) == (1, 2)
    found = await rows("SELECT line, code FROM import_reject ORDER BY line")
    assert [(one["line"], one["code"]) for one in found] == [(3, "unit-out-of-reach"), (4, "unknown-unit")]
    assert await scalar("SELECT unit FROM unit_day") == mine
    house = await commands.import_file(HOUSE, path, profile)
    assert (house.accepted, house.rejected, house.duplicates) == (1, 1, 1)


async def test_a_sudden_break_in_volume_is_said_with_its_months(engine, tmp_path):
    text = UNIT_HEAD
    for month in range(1, 7):
        received = 600 if month == 5 else 150
        text += "".join(f"2022-{month:02d}-{day:02d},{received},{received},1,0,,,,\n" for day in range(1, 29))
    told = (await bring(tmp_path, text, "call-centre-days")).notes
    assert any("突变的1个月" in note and "2022-05（600/150, 100%）" in note for note in told), told


def test_a_limit_of_days_does_not_change_the_digest_of_profiles_that_have_none():
    # as written by the release before limits; a batch of that time is explained by it
    assert load_profile("ecommerce-survey").digest.startswith("9526bdcc")
    text = (
        'name = "x"\nname_zh = "x"\nname_en = "x"\nversion = 1\ntarget = "unit_day"\nsource = "x"\ntimezone = "UTC"\n'
        '[key]\nkind = "natural"\nfields = ["local_on"]\n[[columns]]\nfield = "local_on"\naliases = ["d"]\n'
        'type = "date"\nformats = ["%Y-%m-%d"]\nrequired = true\n[[columns]]\nfield = "received_count"\n'
        'aliases = ["r"]\ntype = "integer"\n[[columns]]\nfield = "answered_count"\naliases = ["a"]\ntype = "integer"\n'
    )
    limited = text.replace('formats = ["%Y-%m-%d"]', 'formats = ["%Y-%m-%d"]\nearliest = 2010-01-01')
    assert parse_profile(text).digest != parse_profile(limited).digest
