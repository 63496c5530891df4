"""What was planted can be found by simple statistics, and nobody else stands out."""

from collections import defaultdict
from datetime import datetime
from statistics import mean, median

import pytest

from qa_service.demo.people import agents
from qa_service.demo.shapes import PRESALE
from tests.demo.conftest import read_rows


def agent_of(department) -> dict[str, str]:
    """Record number → staff number, by the holder file and personal accounts."""
    held = defaultdict(list)
    for row in read_rows(department.data.holders_file):
        held[row["平台"], row["账号"]].append((row["起"], row["止"], row["工号"]))
    own = {pair: person.staff_no for person in department.data.people for pair in person.accounts}
    found = {}
    for chat in department.chats:
        pair, at = (chat["平台"], chat["店铺账号"]), chat["开始时间"][:16]
        who = chat["客服工号"] or own.get(pair) or next((w for s, e, w in held[pair] if s <= at < e), None)
        if who:
            found[chat["记录编号"]] = who
    return found


def seconds(one: str, other: str) -> float:
    return (datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds()


def first_reply(chat) -> float:
    asked = next(m["时间"] for m in chat["消息"] if m["发送方"] == "客户")
    return seconds(asked, next(m["时间"] for m in chat["消息"] if m["发送方"] == "客服"))


KPIS = {
    "handling": lambda chats: mean(seconds(chat["开始时间"], chat["结束时间"]) for chat in chats),
    "first_reply": lambda chats: mean(first_reply(chat) for chat in chats),
    "transfer": lambda chats: mean(chat["转出"] for chat in chats),
    "conversion": lambda chats: mean(chat["咨询下单"] for chat in chats if chat["咨询下单"] is not None),
}


@pytest.fixture(scope="module")
def figures(department):
    """KPI → month → agent → value, pre-sale agents only for conversion."""
    who, by = agent_of(department), defaultdict(list)
    for chat in department.chats:
        if chat["记录编号"] in who:
            by[chat["开始时间"][:7], who[chat["记录编号"]]].append(chat)
    presale = {person.staff_no for person in agents(department.data.people, PRESALE)}
    values = {name: defaultdict(dict) for name in KPIS}
    for (month, staff_no), chats in by.items():
        for name, kpi in KPIS.items():
            if name != "conversion" or staff_no in presale:
                values[name][month][staff_no] = kpi(chats)
    return values


def robust_z(values: dict[str, float]) -> dict[str, float]:
    middle = median(values.values())
    spread = 1.4826 * median(abs(value - middle) for value in values.values())
    return {staff_no: (value - middle) / spread for staff_no, value in values.items()}


@pytest.mark.parametrize(("kpi", "sign"), [("handling", -1), ("first_reply", -1), ("transfer", 1), ("conversion", -1)])
def test_the_gaming_agent_stands_out_in_the_third_month_alone(department, figures, kpi, sign):
    gaming = department.data.truth.gaming_agent
    last = robust_z(figures[kpi]["2026-10"])
    assert sign * last[gaming] > 3
    assert max(abs(z) for staff_no, z in last.items() if staff_no != gaming) < abs(last[gaming])
    for month in ("2026-08", "2026-09"):
        assert abs(robust_z(figures[kpi][month])[gaming]) < 3


def test_nobody_else_is_extreme_in_more_than_one_figure(department, figures):
    gaming = department.data.truth.gaming_agent
    extreme = defaultdict(int)
    for months in figures.values():
        for staff_no, z in robust_z(months["2026-10"]).items():
            extreme[staff_no] += abs(z) > 3.5
    assert extreme[gaming] >= 3
    assert max(count for staff_no, count in extreme.items() if staff_no != gaming) <= 1


def test_the_gaming_agent_collects_few_surveys_and_nearly_all_fives(department):
    who, gaming = agent_of(department), department.data.truth.gaming_agent
    last = department.data.months[-1]
    marks, handled = defaultdict(list), defaultdict(int)
    for chat in department.of_month(last.month):
        handled[who.get(chat["记录编号"])] += 1
    for row in read_rows(last.surveys):
        marks[who.get(row["记录编号"])].append(int(row["满意度"]))
    assert len(marks[gaming]) / handled[gaming] < 0.1
    assert mean(mark == 5 for mark in marks[gaming]) > 0.9
    others = [mark for staff_no, given in marks.items() if staff_no != gaming for mark in given]
    assert 3.9 < mean(others) < 4.5


def test_what_agents_do_follows_their_latent_quality(department):
    who, done = agent_of(department), defaultdict(list)
    for record_id, traces in department.behaviours.items():
        if record_id in who:
            done[who[record_id]] += [trace["state"] == "done" for key, trace in traces.items() if key != "fast"]
    truth = department.data.truth.quality
    ranked = sorted(truth, key=truth.__getitem__)
    low, high = ranked[:6], ranked[-6:]
    assert mean(mean(done[agent]) for agent in high) > mean(mean(done[agent]) for agent in low) + 0.03
