"""Absurd content is refused row by row with what is wrong and what would be right; nothing crashes, nothing is lost."""

import json

import pytest

from qa_service.database import scalar
from qa_service.evaluations.ratings import take_ratings
from qa_service.imports import errors, sinks
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.sniffing import Source
from qa_service.language import speaking
from tests.builders import HOUSE, make_person
from tests.imports.test_import_file import chat, sums

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    sinks.register("rating", take_ratings)


def rated(annotations: object) -> bytes:
    return json.dumps([{"id": "1", "turns": [], "annotations": annotations}]).encode()


def chats(**changes: object) -> bytes:
    return json.dumps([{**chat("A", "旗舰店", "小宜", "09:00"), **changes}], ensure_ascii=False).encode()


def message(**changes: object) -> bytes:
    return chats(消息=[{"发送方": "客户", "内容": "在吗", "时间": "2026-08-01 09:00:00", **changes}])


CASES = [
    ("helpdesk-rated", rated(True), "not-a-list", "现在是“true”"),
    ("helpdesk-rated", rated([5]), "bad-entry", "第1条应是一个JSON对象"),
    ("helpdesk-rated", rated([{"quality": {"A": 3, "S": 0, "E": 0}}]), "ratings-broken", "“3”，应是-2至2的整数"),
    ("helpdesk-rated", rated([{"quality": {"A": True, "S": 0, "E": 0}}]), "ratings-broken", "应是-2至2的整数"),
    ("shop-chats", chats(消息="在吗"), "not-a-list", "“消息”应是一组条目"),
    ("shop-chats", message(发送方=["客户"]), "unknown-sender", "只能是客户、客服、机器人、系统"),
    ("shop-chats", message(时间="昨天"), "bad-message-time", "应写成2026-10-31 17:05:09这样"),
    ("shop-chats", message().replace("在吗".encode(), b"\\ud800"), "not-text", "无法按文件编码读出"),
]


@pytest.mark.parametrize(("profile", "content", "code", "said"), CASES)
async def test_a_broken_json_record_is_rejected_with_what_would_be_right(engine, profile, content, code, said):
    trial = await import_file(HOUSE, Source(content), profile, dry_run=True)
    assert said in trial.rejects[0].sentence
    real = await import_file(HOUSE, Source(content), profile)
    assert (real.rejected, sums(real)) == (1, real.read)
    assert await scalar("SELECT code FROM import_reject") == code


@pytest.mark.parametrize(
    ("content", "refusal", "said"),
    [
        (b"[]", errors.JsonEmpty, "没有任何记录"),
        (chats()[:-9], errors.JsonBroken, "文字的引号没有闭合"),
        (b'[{"a" 1}]', errors.JsonBroken, "列名后面缺冒号"),
        (b"[{a: 1}]", errors.JsonBroken, "双引号括起的列名"),
    ],
)
async def test_json_that_breaks_off_is_refused_in_our_words(engine, content, refusal, said):
    with pytest.raises(refusal) as refused:
        await import_file(HOUSE, Source(content), "shop-chats")
    assert said in refused.value.text()
    with speaking("en"):
        assert refused.value.text().isascii()


async def test_a_holder_whose_end_precedes_the_start_is_told_in_the_words_and_clock_of_the_file(engine):
    await make_person("K1")
    text = "平台,账号,工号,起,止\n专营店,小柚,K1,2026-08-02 08:00,2026-08-01 08:00\n"
    trial = await import_file(HOUSE, Source(text.encode()), "account-holders", dry_run=True)
    (found,) = trial.rejects
    assert (found.column, found.value) == ("止", "2026-08-01 08:00")
    assert found.sentence == "“止”的“2026-08-01 08:00”早于开始2026-08-02 08:00"


async def test_numbers_that_differ_in_case_only_are_refused_by_the_trial_and_the_import_alike(engine):
    text = "工号,姓名,部门,角色,直属主管工号\nK1,沈若溪,客服部,客服,\nk1,林一禾,客服部,客服,\nK3,周晚,客服部,客服,K3\n"
    trial = await import_file(HOUSE, Source(text.encode()), "staff-list", dry_run=True)
    real = await import_file(HOUSE, Source(text.encode()), "staff-list")
    assert [(one.column, one.code) for one in trial.rejects] == [
        ("工号", "numbers-alike"), ("直属主管工号", "manager-circle"),
    ]  # fmt: skip
    assert (trial.accepted, real.accepted, real.rejected) == (1, 1, 2)
    with speaking("en"):
        again = await import_file(HOUSE, Source(text.encode()), "staff-list", dry_run=True)
    assert "differs from “K1” in line 2" in again.rejects[0].sentence
