"""Evidence that the record bears: computed facts of a range, waits between messages, and nothing that was typed."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from qa_service.database import rows, scalar
from qa_service.evaluations import commands, errors, reading, rules, words
from qa_service.evaluations.proving import Beside, proven
from qa_service.evaluations.schemas import EvidenceIn
from qa_service.language import speaking
from rubrics.forms import Form, Item, Section

from .test_evaluations import NO_GREETING, desk, marking  # noqa: F401  (the fixture of the room)

TEN = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)


def turn(number, second, *, own=False, asking=False, body="…") -> rules.Turn:
    return rules.Turn(number=number, body=body, at=TEN + timedelta(seconds=second), is_own=own, is_asking=asking)


RECORD = rules.Record(
    turns=(
        turn(1, 0, asking=True, body="在吗"),
        turn(2, 1, body="您好，机器人为您服务"),
        turn(3, 21, own=True, body="在的亲"),
        turn(4, 60, asking=True, body="什么时候发货"),
        turn(5, 90, asking=True, body="人呢"),
        turn(6, 190, own=True, body="明天发货，欢迎再来"),
    ),
    closed_after_seconds=41 * 60,
)
GREET = Item(key="greet", text="问候", type="yes_no", evidence_kinds=("absence", "quote"), looks_for=("您好", "欢迎"))
FAST = Item(key="fast", text="及时", type="yes_no", evidence_kinds=("absence", "time_span"))
REMARK = Item(key="remark", text="备注", type="yes_no", evidence_kinds=("business_record", "absence"))
FORM = Form(
    code="f", name="表", mode="percent", source="测试", from_on=TEN.date(), subject_kinds=("agent_part",),
    sections=(Section(key="s", name="部分", items=(GREET, FAST, REMARK)),),
)  # fmt: skip


def fact(item: Item, searched: str = "", record: rules.Record = RECORD) -> str:
    return words.fact_text(rules.borne(item, rules.read_searched(searched, record, item.looks_for), record))


def one(piece: EvidenceIn, record: rules.Record = RECORD) -> EvidenceIn:
    return proven(FORM, [piece], Beside(messages={}, records=frozenset(), record=record))[0]


def test_no_greeting_in_the_first_messages_is_counted_and_a_robots_greeting_is_none():
    assert fact(GREET, "1-4") == "第1–4条里客服的1条人工消息都没有“您好”、“欢迎”"
    assert fact(GREET) == "第1–6条里客服的2条人工消息都没有“您好”；“欢迎”在第6条"
    with speaking("en"):
        assert fact(GREET, "1-4") == "messages 1–4, of which 1 written by the agent: no “您好”, “欢迎”"


def test_waits_and_the_closed_window_are_read_off_the_clock():
    assert fact(FAST) == "首次人工回复21秒；客户最长等了2分10秒（第4–6条）；交谈结束后41分钟关闭窗口"
    assert fact(FAST, "4-6") == "客户最长等了2分10秒（第4–6条）；交谈结束后41分钟关闭窗口"
    assert fact(FAST, "1-3") == "首次人工回复21秒；客户最长等了21秒（第1–3条）"


def test_business_records_are_counted():
    assert fact(REMARK).endswith("同一订单和买家没有业务单据")
    kept = msgspec.structs.replace(RECORD, records=(("订单备注", 1),))
    assert fact(REMARK, "2", kept) == "查看了第2条，其中客服的人工消息0条；同一订单和买家的业务单据：订单备注1份"


def test_a_typed_fact_that_the_record_does_not_bear_is_refused():
    with pytest.raises(errors.EvidenceUnborne) as refused:
        one(EvidenceIn(item="greet", kind="absence", searched="1-4", fact="随便写的事实"))
    assert "第1–4条里" in refused.value.text()
    kept = one(EvidenceIn(item="greet", kind="absence", searched="1-4", fact=fact(GREET, "1-4")))
    assert (kept.searched, kept.fact) == ("1-4 您好、欢迎", fact(GREET, "1-4"))


@pytest.mark.parametrize("searched", ["0-4", "4-2", "1-99", "第1至3条", "a", "1-2-3"])
def test_a_range_outside_of_the_record_is_refused(searched):
    with pytest.raises(errors.EvidenceRange):
        one(EvidenceIn(item="greet", kind="absence", searched=searched))


def test_a_time_span_runs_from_one_message_to_another_or_by_the_clock():
    span = one(EvidenceIn(item="fast", kind="time_span", searched="4-6"))
    assert (span.start, span.end, span.fact) == (60_000, 190_000, "第4–6条，相隔2分10秒")
    by_clock = one(EvidenceIn(item="fast", kind="time_span", start=60_000, end=190_000, fact="等了很久"))
    assert by_clock.fact == "从1分钟到3分10秒，共2分10秒"
    with pytest.raises(errors.EvidenceTimeless):
        one(EvidenceIn(item="fast", kind="time_span", searched="6-4"))
    with pytest.raises(errors.EvidenceTimeless):
        one(EvidenceIn(item="fast", kind="time_span", searched="6-6"))
    with pytest.raises(errors.EvidenceTooLong):
        one(EvidenceIn(item="fast", kind="time_span", start=0, end=99_000_000))


def test_a_record_without_times_says_so():
    silent = rules.Record(turns=tuple(msgspec.structs.replace(each, at=None) for each in RECORD.turns))
    with pytest.raises(errors.EvidenceTimeless):
        one(EvidenceIn(item="fast", kind="absence"), silent)


def test_a_fact_is_called_by_what_it_is():
    def label(item, searched=""):
        return words.label_of(rules.borne(item, rules.read_searched(searched, RECORD, item.looks_for), RECORD))

    assert (label(GREET, "1-4"), label(GREET), label(FAST), label(REMARK)) == (
        "没有发生",
        "查找结果",
        "用时",
        "没有发生",
    )


@pytest.mark.anyio
async def test_what_is_kept_is_the_computed_fact_and_it_reads_in_both_languages(desk):  # noqa: F811
    given = EvidenceIn(item="greeting", kind="absence", searched="1-2 您好")
    saved = await commands.save_marking(desk["monitor"], desk["evaluation"], marking(answers=(), evidence=[given]))
    assert saved.facts == {"greeting": "第1–2条里客服的1条人工消息都没有“您好”"}
    assert await scalar("SELECT fact FROM evidence") == saved.facts["greeting"]
    with speaking("en"):
        told = (await reading.whole(desk["monitor"], desk["evaluation"]))["evidence"][0]
    assert told["fact"] == "messages 1–2, of which 1 written by the agent: no “您好”"
    await rows("UPDATE evidence SET fact = '旧的说法'")
    told = (await reading.whole(desk["monitor"], desk["evaluation"]))["evidence"][0]
    assert (told["fact"], told["label"]) == ("旧的说法", "记录中的事实")


@pytest.mark.anyio
async def test_a_typed_fact_is_refused_on_submission_too(desk):  # noqa: F811
    typed = EvidenceIn(item="greeting", kind="absence", searched="1-3", fact="随便写的事实")
    given = marking(answers=NO_GREETING, evidence=[typed], note="首句先问候")
    with pytest.raises(errors.EvidenceUnborne):
        await commands.submit_evaluation(desk["monitor"], desk["evaluation"], given)
