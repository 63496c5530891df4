"""Conversations in their parts: robots never answer, a transfer begins a part, a long silence ends a session."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from qa_service.database import rows
from qa_service.errors import InvalidInput, Refusal
from qa_service.imports import commands
from qa_service.imports.configuring import configure
from qa_service.imports.profile_texts import library_text, load_profile, parse_profile
from qa_service.imports.profiles import Agent, Messages
from qa_service.imports.sessions import Robots, numbered, parted
from qa_service.imports.storing import store_profile
from qa_service.interactions.records import AgentPartRecord, MessageRecord
from qa_service.people.access import Role
from tests.builders import HOUSE, bearer, client_of, make_person

NINE = datetime(2026, 8, 1, 1, 0, tzinfo=UTC)
SENDERS = {"c": "customer", "a": "agent", "b": "agent", "r": "robot", "s": "system"}
NAMES = {"a": "1001", "b": "1002"}


def talk(*said: tuple[str, int]) -> tuple[list[MessageRecord], list[str | None]]:
    """Messages by who speaks (c, a, b, r, s) and the second after nine; agents a and b have numbers."""
    messages = [
        MessageRecord(sequence=place, sender=SENDERS[who], text=who, sent_at=NINE + timedelta(seconds=at))
        for place, (who, at) in enumerate(said, 1)
    ]
    return messages, [NAMES.get(who) for who, _at in said]


def parts_of(*said: tuple[str, int], gap_minutes: int | None = None, **share: object):
    declared = Messages(
        field="m", sender="s", text="t", time="z", senders={}, agent="agent", gap_minutes=gap_minutes
    )  # fmt: skip
    record = AgentPartRecord(started_at=NINE, ended_at=NINE + timedelta(seconds=said[-1][1] + 60), **share)
    return parted(record, *talk(*said), declared, Agent(by="employee_no"))


def test_a_transfer_begins_a_part_at_the_line_that_tells_of_it_and_each_part_has_its_own_facts():
    parts, messages = parts_of(("c", 0), ("a", 20), ("c", 30), ("s", 40), ("c", 45), ("b", 100), ("c", 110), ("b", 140))
    assert [one.part for one in messages] == [1, 1, 1, 2, 2, 2, 2, 2]
    first, second = parts
    assert (first.sequence, first.agent_key, first.employee_no) == (1, "1001", "1001")
    assert (second.sequence, second.agent_key) == (2, "1002")
    assert (first.first_reply_seconds, second.first_reply_seconds) == (20, 60), "waiting from the transfer on"
    assert (first.transferred_out, second.transferred_out) == (True, False)
    assert (first.closed_after_seconds, second.closed_after_seconds) == (None, 60)
    assert (first.message_count, second.message_count) == (3, 5)
    assert (first.ended_at, second.started_at) == (NINE + timedelta(seconds=30), NINE + timedelta(seconds=45))


def test_who_was_answered_before_the_transfer_waits_from_the_next_question_on():
    parts, _ = parts_of(("c", 0), ("a", 20), ("s", 40), ("c", 70), ("b", 100))
    assert [one.first_reply_seconds for one in parts] == [20, 30]
    parts, _ = parts_of(("c", 0), ("a", 20), ("s", 40), ("b", 100))
    assert [one.asked for one in parts] == [True, False]


def test_without_such_a_line_what_nobody_answered_goes_to_whoever_answers_it():
    parts, messages = parts_of(("c", 0), ("a", 20), ("c", 30), ("c", 35), ("b", 90))
    assert [one.part for one in messages] == [1, 1, 2, 2, 2]
    assert [one.first_reply_seconds for one in parts] == [20, 60]


def test_an_agent_who_comes_back_has_a_third_part():
    parts, _ = parts_of(("c", 0), ("a", 5), ("c", 9), ("b", 15), ("c", 20), ("a", 30))
    assert [(one.sequence, one.agent_key) for one in parts] == [(1, "1001"), (2, "1002"), (3, "1001")]


def test_a_silence_longer_than_declared_begins_a_part_and_one_as_long_does_not():
    said = [("c", 0), ("a", 10), ("c", 1810), ("a", 1820), ("c", 3621), ("a", 3640)]
    parts, messages = parts_of(*said, gap_minutes=30)
    assert [one.part for one in messages] == [1, 1, 1, 1, 2, 2]
    assert [one.first_reply_seconds for one in parts] == [10, 19]
    assert [one.longest_silence_seconds for one in parts] == [1800, 19]
    assert [one.agent_key for one in parts] == ["1001", "1001"]
    assert [one.transferred_out for one in parts] == [False, False]
    assert parts[0].closed_after_seconds is None


def test_a_part_in_which_nobody_answers_stays_with_the_agent_before():
    parts, _ = parts_of(("c", 0), ("a", 10), ("c", 9_000), gap_minutes=30)
    assert [(one.agent_key, one.replied_in_3_min) for one in parts] == [("1001", True), ("1001", False)]


def test_what_is_said_once_of_a_conversation_is_said_of_its_last_part():
    parts, _ = parts_of(("c", 0), ("a", 5), ("c", 9), ("b", 15), converted=True, order_amount_fen=990, agent_key="1001",
                        supervisor="Sue", handle_seconds=500)  # fmt: skip
    assert [(one.converted, one.order_amount_fen) for one in parts] == [(None, None), (True, 990)]
    assert [one.supervisor for one in parts] == ["Sue", None], "the file names the supervisor of its own agent"
    assert [one.handle_seconds for one in parts] == [5, 66], "the file's time is that of the whole conversation"


def test_a_profile_that_declares_neither_keeps_one_part():
    declared = Messages(field="m", sender="s", text="t", senders={})
    share = AgentPartRecord(agent_key="7", started_at=NINE, ended_at=None)
    parts, messages = parted(share, *talk(("c", 0), ("a", 5), ("c", 9), ("b", 9_000)), declared, Agent(by="name"))
    assert [one.agent_key for one in parts] == ["7"]
    assert {one.part for one in messages} == {1}


def test_robots_and_system_lines_begin_no_part():
    messages, agents = talk(("r", 0), ("c", 5), ("r", 6), ("s", 7), ("a", 30), ("r", 40))
    assert numbered(messages, agents, gap_minutes=None) == ([1] * 6, ["1001"], [False])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("亲，欢迎光临", True), ("  亲，欢迎光临 ", True), ("亲，欢迎光临！", False),
        ("您好，正在为您转接人工，请稍候", True), ("好的，您好，正在为您转接", False), ("", False),
    ],
)  # fmt: skip
def test_a_declared_phrase_is_a_robots_exactly_or_by_its_beginning(text, expected):
    assert Robots(["亲，欢迎光临", "您好，正在为您转接*"]).said(text) is expected


def chat() -> dict:
    said = [
        ("客户", "", "09:00:00", "在吗"), ("客服", "1001", "09:00:02", "亲，欢迎光临小店，请稍等"),
        ("客服", "1001", "09:01:00", "您好，请讲"), ("客户", "", "09:01:10", "想退货"),
        ("系统", "", "09:01:20", "转接给售后"), ("客服", "1002", "09:02:00", "为您办理"),
    ]  # fmt: skip
    return {
        "记录编号": "T1", "渠道": "在线", "类型": "售前", "平台": "淘宝", "店铺账号": "", "客服工号": "1002",
        "开始时间": "2026-08-01 09:00:00", "结束时间": "2026-08-01 09:03:00",
        "消息": [
            {"时间": f"2026-08-01 {at}", "发送方": who, "类型": "文字", "内容": text, "客服": number}
            for who, number, at, text in said
        ],
    }  # fmt: skip


def profile_text(more: str, *, name: str = "split-chats", by: str = "employee_no") -> str:
    text = library_text("shop-chats").replace('name = "shop-chats"', f'name = "{name}"', 1)
    return text.replace('by = "account"', f'by = "{by}"', 1) + more


@pytest.mark.anyio
async def test_an_imported_conversation_has_a_part_for_each_agent_and_the_robot_answered_nobody(engine, tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    people = [await make_person(number) for number in ("1001", "1002")]
    path = tmp_path / "chats.json"
    path.write_text(json.dumps([chat()], ensure_ascii=False), encoding="utf-8")
    profile = parse_profile(profile_text('\nagent = "客服"\nrobots = ["亲，欢迎光临*"]\n'), "split-chats")
    report = await commands.import_file(HOUSE, path, profile)
    assert (report.read, report.accepted, report.held) == (1, 1, 0)
    parts = await rows("SELECT * FROM agent_part ORDER BY sequence")
    assert [(one["person"], one["first_reply_seconds"]) for one in parts] == [(people[0], 60), (people[1], 40)]
    senders = [one["sender"] for one in await rows("SELECT sender FROM message ORDER BY sequence")]
    assert senders == ["customer", "robot", "agent", "customer", "system", "agent"]
    assert [one["part_sequence"] for one in await rows("SELECT part_sequence FROM message ORDER BY sequence")] == [
        1, 1, 1, 1, 2, 2,
    ]  # fmt: skip
    again = await commands.import_file(HOUSE, path, profile)
    assert (again.accepted, again.duplicates) == (0, 1)


@pytest.mark.anyio
async def test_a_thread_without_end_is_cut_into_records_of_their_own_days(engine, tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    await make_person("1002")
    thread = chat() | {"咨询下单": "是", "订单金额元": "99.00", "结束时间": "2026-08-03 10:01:00"}
    for at, who, number, text in (
        ("2026-08-02 08:00:00", "客户", "", "还在吗"), ("2026-08-02 08:00:40", "客服", "1002", "在的"),
        ("2026-08-03 10:00:00", "客户", "", "没人理"),
    ):  # fmt: skip
        thread["消息"].append({"时间": at, "发送方": who, "类型": "文字", "内容": text, "客服": number})
    path = tmp_path / "threads.json"
    path.write_text(json.dumps([thread], ensure_ascii=False), encoding="utf-8")
    text = profile_text('\ngap_minutes = 720\nafter_gap = "record"\n')
    report = await commands.import_file(HOUSE, path, parse_profile(text, "split-chats"))
    assert (report.read, report.accepted) == (3, 3), "the records that a thread holds are what was read"
    found = await rows(
        "SELECT i.external_id, i.local_on, p.first_reply_seconds, p.replied_in_3_min, p.converted, p.message_count"
        " FROM interaction i JOIN agent_part p ON p.interaction = i.id ORDER BY i.id"
    )
    assert [(one["external_id"], str(one["local_on"])) for one in found] == [
        ("T1", "2026-08-01"), ("T1~2", "2026-08-02"), ("T1~3", "2026-08-03"),
    ]  # fmt: skip
    assert [one["first_reply_seconds"] for one in found] == [2, 40, None]
    assert [one["replied_in_3_min"] for one in found] == [True, True, False]
    assert [one["converted"] for one in found] == [None, None, True]
    assert [one["message_count"] for one in found] == [6, 2, 1]
    first = await rows("SELECT sequence FROM message WHERE interaction = 2 ORDER BY sequence")
    assert [one["sequence"] for one in first] == [1, 2]
    again = await commands.import_file(HOUSE, path, parse_profile(text, "split-chats"))
    assert (again.accepted, again.duplicates) == (0, 3)


@pytest.mark.parametrize(
    ("more", "by", "code"),
    [
        ('agent = "客服"', "none", "agent-unknown"),
        ("gap_minutes = 0", "account", "gap-minutes"),
        ('robots = ["*"]', "account", "no-phrase"),
    ],
)
def test_what_cannot_work_in_a_profile_is_said_with_its_place(more, by, code):
    with pytest.raises((InvalidInput, Refusal)) as refused:
        parse_profile(profile_text(f"\n{more}\n", by=by), "split-chats")
    assert code in [one.code for one in refused.value.fields]


@pytest.mark.anyio
async def test_the_page_of_a_profile_says_how_conversations_are_cut(engine, database_url, tmp_path):
    text = profile_text('\nagent = "客服"\nrobots = ["亲，欢迎光临*"]\ngap_minutes = 720\nafter_gap = "record"\n')
    await store_profile(HOUSE, text)
    async with client_of(database_url, data_folder=tmp_path) as client:
        headers = await bearer("lead", Role.QA_LEAD)
        page = await client.get("/imports/profiles/split-chats", headers=headers)
        for sentence in (
            "不算客服回复（*表示开头）：亲，欢迎光临*", "消息的“客服”写明是哪位客服，换了人就是新的一段",
            "沉默超过720分钟，后面是新的一条记录",
        ):  # fmt: skip
            assert sentence in page.text
        english = await client.get("/imports/profiles/split-chats?lang=en", headers=headers)
        assert "More than 720 minutes of silence: what follows is a new record" in english.text


def test_shipped_profiles_keep_the_meaning_that_they_had():
    """A digest names a profile's meaning: what came to be sayable later changes none."""
    assert load_profile("shop-chats").digest.startswith("cc22afaef675")
