"""The simulated monitors: deterministic, fair on average but for the strict one, and never without evidence."""

from collections import defaultdict
from statistics import mean

import msgspec
import pytest

from qa_service.demo.form_items import FORM_BEHAVIOURS
from qa_service.demo.monitors import FormItem, mark_chat
from qa_service.demo.shapes import Trace
from qa_service.demo.skills import behaviours_of

FORMS = {"售前": "chat-presale", "售后": "chat-aftersale"}
POINTS = {"yes": 100, "partial": 50, "no": 0}


def items_of(form: str, *, critical: bool = False) -> list[FormItem]:
    return [FormItem(key, has_partial=True, critical=critical) for key in FORM_BEHAVIOURS[form]]


def marked(department, chat, monitor, *, critical: bool = False):
    form = FORMS[chat["类型"]]
    traces = msgspec.convert(department.behaviours[chat["记录编号"]], dict[str, Trace])
    return mark_chat(
        chat["消息"], items_of(form, critical=critical), form=form, traces=traces, truth=department.data.truth,
        monitor=monitor, record_id=chat["记录编号"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def sample(department):
    return department.chats[::17]


def test_the_same_chat_gets_the_same_marks_from_the_same_monitor(department, sample):
    monitor = department.data.truth.strict_monitor
    assert marked(department, sample[3], monitor) == marked(department, sample[3], monitor)


def test_the_strict_monitor_takes_about_eight_points_and_the_others_about_one(department, sample):
    truth, means = department.data.truth, defaultdict(list)
    for chat in sample:
        fair = {"done": 100, "partial": 50, "missed": 0}
        real = [fair[trace["state"]] for trace in department.behaviours[chat["记录编号"]].values()]
        for monitor in truth.leniency:
            given = [POINTS[a.verdict] for a in marked(department, chat, monitor).values() if a.verdict != "na"]
            means[monitor].append(mean(given) - mean(real))
    strict = mean(means.pop(truth.strict_monitor))
    others = [mean(gaps) for gaps in means.values()]
    assert strict == pytest.approx(mean(others) - 8, abs=1.5)
    assert max(others) - min(others) < 3


def test_every_deduction_has_a_quote_a_record_a_fact_or_a_searched_range(department, sample):
    for chat in sample:
        for answer in marked(department, chat, department.data.truth.strict_monitor).values():
            if answer.verdict in ("no", "partial"):
                assert answer.quote is not None or answer.record or answer.fact or answer.last is not None
            if answer.quote is not None:
                assert chat["消息"][answer.message]["内容"] == answer.quote


def test_a_fulfilled_critical_item_is_never_marked_down(department, sample):
    for chat in sample[:200]:
        traces = department.behaviours[chat["记录编号"]]
        answers = marked(department, chat, department.data.truth.strict_monitor, critical=True)
        for key, behaviours in FORM_BEHAVIOURS[FORMS[chat["类型"]]].items():
            states = {traces[name]["state"] for name in behaviours if name in traces}
            if states == {"done"}:
                assert answers[key].verdict == "yes"


def test_each_behaviour_of_the_generator_is_asked_for_by_its_form():
    for kind, form in FORMS.items():
        asked = {behaviour for behaviours in FORM_BEHAVIOURS[form].values() for behaviour in behaviours}
        assert set(behaviours_of(kind)) <= asked
