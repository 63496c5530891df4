"""A profile drafted from a file: what it matches, what it asks, that it reads the file where nothing is asked."""

import tomllib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.imports.drafting import draft, profile_name
from qa_service.imports.guessing import columns_of
from qa_service.imports.looking import look
from qa_service.imports.matching import DRAFTED, known_heads_of, match_columns
from qa_service.imports.profile_texts import parse_profile
from qa_service.imports.profiles import FIELDS, fold
from qa_service.imports.sniffing import Source
from tests.imports.test_looking import PROFILES

CHATS = (
    "会话编号,渠道,客服姓名,会话开始时间,首次响应时长,客户城市\n"
    "KF0001,在线,沈若溪,2026-10-06 09:30:00,0:00:23,杭州\nKF0002,呼入,俞蕾,2026-10-06 09:41:10,0:01:05,\n"
)


def sheet_of(text: str):
    (found,) = look(Source(text.encode()), PROFILES, name="x.csv").sheets
    return found


def test_columns_find_their_fields_by_head_and_by_the_last_word_of_it():
    found = {one.head: (one.field, one.type, one.by) for one in match_columns(sheet_of(CHATS).columns, "interaction")}
    assert found == {
        "会话编号": ("external_id", "id", "head"),
        "渠道": ("channel", "choice", "head"),
        "客服姓名": ("agent_key", "text", "head"),
        "会话开始时间": ("started_at", "datetime", "head"),
        "首次响应时长": ("first_reply_seconds", "duration", "head"),
    }
    other = {one.head: one.by for one in match_columns(columns_of(["本店订单号"], [["DD260726635308"]]), "interaction")}
    assert other == {"本店订单号": "part"}


def test_a_column_that_cannot_be_what_its_head_says_is_left_over():
    made = draft(sheet_of("记录编号,开始时间\nKF0001,上午\nKF0002,下午\n"), "interaction", name="x")
    assert [one.field for one in made.matches] == ["external_id"]
    assert (made.left_over, made.missing) == (["开始时间"], ["channel"])
    assert "还缺channel" in made.text


def test_a_draft_without_questions_is_a_profile_that_reads_the_file():
    made = draft(sheet_of(CHATS), "interaction", name="my-chats")
    profile = parse_profile(made.text)
    assert (profile.key.kind, profile.agent.by, profile.clock.field) == ("external_id", "name", "started_at")
    assert made.left_over == ["客户城市"]
    assert "# 没有用上的列：客户城市" in made.text


def test_the_question_of_an_ambiguous_day_stands_above_the_draft():
    made = draft(sheet_of("工单号,评分,评价日期\nA00001,5,03/04/2026\nA00002,4,05/06/2026\n"), "survey", name="x")
    assert "# 评价日期：整列都分不清：03/04/2026" in made.text
    assert parse_profile(made.text).key.kind == "external_id"


def test_known_values_are_written_with_ours_and_others_stay():
    rows = "".join(f"K{place:05},{word}\n" for place, word in enumerate(["在线", "呼入", "电报"] * 4))
    profile = parse_profile(draft(sheet_of("会话编号,渠道\n" + rows), "interaction", name="x").text)
    (column,) = [one for one in profile.columns if one.field == "channel"]
    assert (column.values, column.keep_others) == ({"在线": "chat", "呼入": "call_in"}, True)


@pytest.mark.parametrize("target", DRAFTED)
def test_every_known_head_is_a_field_of_its_target_and_belongs_to_one(target):
    assert set(known_heads_of(target).values()) <= set(FIELDS[target])
    for profile in PROFILES:
        for column in profile.columns if profile.target == target else ():
            assert {known_heads_of(target).get(fold(one), column.field) for one in column.aliases} == {column.field}


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6), st.sampled_from(DRAFTED))
def test_whatever_the_heads_hold_the_draft_is_readable_toml(heads, target):
    found = msgspec.structs.replace(sheet_of("x,y\n1,2\n"), columns=columns_of(heads, [["a"] * len(heads)]))
    assert tomllib.loads(draft(found, target, name="x").text)["target"] == target


@pytest.mark.parametrize(
    ("file", "name"), [("通话.csv", "drafted"), ("Interactions_2023-08.csv.gz", "interactions-2023-08")]
)
def test_a_profile_takes_its_name_from_the_file(file, name):
    assert profile_name(file) == name


def test_days_of_agents_are_drafted_with_their_key_and_the_word_for_nobody():
    rows = "".join(f"2026-10-{day:02d},{who},呼入,{day * 3},120\n" for day in (1, 2) for who in ("K1", "unknown", "K2"))
    made = draft(sheet_of("统计日期,坐席,方向,通数,通话秒数\n" + rows), "agent_day", name="agent-days")
    profile = parse_profile(made.text)
    assert profile.key.fields == ["local_on", "agent_key", "direction"]
    by_field = {one.field: one for one in profile.columns}
    assert by_field["agent_key"].missing == ["unknown"]
    assert by_field["direction"].values == {"呼入": "in"}
    assert (profile.agent.by, profile.agent.unknown, made.missing) == ("name", "hold", [])


def test_a_share_of_one_and_a_percent_are_told_apart_and_time_takes_the_unit_of_its_head():
    shares = draft(sheet_of("日期,来电量,接听量,接通率\n2026-10-01,20,19,0.95\n2026-10-02,40,36,0.9\n"), "unit_day",
                   name="x")  # fmt: skip
    assert {one.field: one.type for one in shares.matches}["answered_percent"] == "share"
    rows = "K1,5,3,8\nK2,6,4,16\n"
    absent = draft(sheet_of("工号,月份,星期,请假小时\n" + rows), "absence", name="x")
    types = {one.field: one.type for one in absent.matches}
    assert (types["absent_seconds"], types["month_number"], types["weekday"]) == ("hours", "month_number", "weekday")
    assert "# 星期的数字按1为周一起草" in absent.text
    assert parse_profile(absent.text).key.equal_rows == "records"
    untold = draft(sheet_of("工号,月份,请假时长\nK1,5,8\nK2,6,4\n"), "absence", name="x")
    assert "# 请假时长的单位看不出来" in untold.text


@pytest.mark.slow
def test_the_real_totals_are_recognised_and_drafted_whole(shared):
    for file, profile, target in (
        ("operators/telecom_calls_daily.csv.gz", "telephony-agent-days", "agent_day"),
        ("daily/call_center_daily_2020_2023.csv", "call-centre-days", "unit_day"),
        ("hr/absenteeism_at_work.csv", "absences-by-weekday", "absence"),
        ("hr/team_productivity_incentive.csv", "team-targets", "team_day"),
    ):
        (sheet,) = look(Source(shared / "data" / file), PROFILES, name=file).sheets
        assert (sheet.fits[0].profile, sheet.fits[0].missing) == (profile, [])
        made = draft(sheet, target, name="x")
        assert made.missing == []
        assert parse_profile(made.text).target == target
