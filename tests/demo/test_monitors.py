"""The simulated monitors: deterministic, fair on average but for the strict one, and never without evidence."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from statistics import mean

import msgspec
import pytest

from qa_service.demo.form_items import FORM_BEHAVIOURS, form_item, written_answer
from qa_service.demo.marking import _note
from qa_service.demo.monitors import mark_chat
from qa_service.demo.month import leniency_text
from qa_service.demo.shapes import Trace
from qa_service.demo.skills import behaviours_of
from qa_service.kpis.facts import CLOSED_IN_TIME_SECONDS
from qa_service.language import speaking
from rubrics.answer_checks import check_answers
from rubrics.answers import Evidence
from rubrics.loading import load_form
from rubrics.marking import mark

LIBRARY = Path(__file__).parents[2] / "rubrics" / "library" / "shop-presale-aftersale" / "forms"
KINDS = {"售前": "chat-presale", "售后": "chat-aftersale"}
FORMS = {kind: load_form((LIBRARY / f"{code}.toml").read_text(encoding="utf-8")) for kind, code in KINDS.items()}


def items_of(kind: str) -> list:
    return [item for section in FORMS[kind].sections for item in section.items]


def observed(department, chat, monitor):
    kind = chat["类型"]
    return mark_chat(
        chat["消息"],
        [form_item(item) for item in items_of(kind)],
        form=KINDS[kind],
        traces=msgspec.convert(department.behaviours[chat["记录编号"]], dict[str, Trace]),
        truth=department.data.truth,
        monitor=monitor,
        record_id=chat["记录编号"],
    )


def answers_of(chat, found) -> list:
    return [
        written_answer(
            item, verdict=found[item.key].verdict, reason=found[item.key].reason, cause=found[item.key].cause
        )
        for item in items_of(chat["类型"])
    ]


@pytest.fixture(scope="module")
def sample(department):
    return department.chats[::31]


def test_the_table_covers_every_item_of_both_forms_and_every_behaviour():
    for kind, form in KINDS.items():
        assert set(FORM_BEHAVIOURS[form]) == {item.key for item in items_of(kind)}
        asked = {behaviour for behaviours in FORM_BEHAVIOURS[form].values() for behaviour in behaviours}
        assert set(behaviours_of(kind)) <= asked


def test_the_same_chat_gets_the_same_marks_from_the_same_monitor(department, sample):
    strict, *others = sorted(department.data.truth.leniency, key=department.data.truth.leniency.get)
    first = [observed(department, chat, strict) for chat in sample[:40]]
    assert first == [observed(department, chat, strict) for chat in sample[:40]]
    assert first != [observed(department, chat, others[0]) for chat in sample[:40]]


def test_the_forms_take_every_answer_with_its_evidence_without_a_complaint(department, sample):
    for chat in sample:
        for monitor in department.data.truth.leniency:
            found = observed(department, chat, monitor)
            evidence = [Evidence(item=key, kind=answer.kind) for key, answer in found.items() if answer.kind]
            assert check_answers(FORMS[chat["类型"]], answers_of(chat, found), evidence) == []


def test_a_quote_is_what_was_written_and_a_searched_range_lies_in_the_chat(department, sample):
    for chat in sample:
        for answer in observed(department, chat, department.data.truth.strict_monitor).values():
            if answer.kind == "quote":
                assert chat["消息"][answer.message]["内容"] == answer.quote != ""
            elif answer.kind == "absence":
                assert 0 <= answer.first <= answer.last < len(chat["消息"])


def test_the_strict_monitor_takes_about_twelve_points_and_the_others_about_one(department, sample):
    truth, marks = department.data.truth, defaultdict(list)
    for chat in sample:
        for monitor in truth.leniency:
            result = mark(FORMS[chat["类型"]], answers_of(chat, observed(department, chat, monitor)))
            marks[monitor].append(result.final_hundredths / 100)
    strict = mean(marks.pop(truth.strict_monitor))
    others = [mean(given) for given in marks.values()]
    assert mean(others) - strict == pytest.approx(12, abs=2)
    assert 0 < abs(others[0] - others[1]) < 3
    assert 70 < mean(others) < 92


def test_nobody_invents_a_critical_fault_or_a_bonus(department, sample):
    for chat in sample:
        traces = department.behaviours[chat["记录编号"]]
        found = observed(department, chat, department.data.truth.strict_monitor)
        for key in ("privacy", "attitude", "refuse_right"):
            assert key not in found or (found[key].verdict == "yes") == (key not in traces)
        assert (found["praise"].verdict == "yes") == ("praise" in traces)


def test_a_mark_is_what_the_transcript_shows_and_only_what_is_half_done_is_a_matter_of_taste(department, sample):
    given = defaultdict(set)
    for chat in sample:
        traces, table = department.behaviours[chat["记录编号"]], FORM_BEHAVIOURS[KINDS[chat["类型"]]]
        for monitor in department.data.truth.leniency:
            for key, answer in observed(department, chat, monitor).items():
                states = {traces[one]["state"] for one in table[key] if one in traces}
                worst = next((one for one in ("missed", "partial", "done") if one in states), None)
                if worst and key not in ("praise", "extra_mile"):
                    given[worst, monitor].add(answer.verdict)
    strict = department.data.truth.strict_monitor
    for (state, monitor), verdicts in given.items():
        expected = {
            "done": {"yes"},
            "missed": {"no"},
            "partial": {"no"} if monitor == strict else {"yes", "partial", "no"},
        }
        assert verdicts <= expected[state], (state, monitor, verdicts)


def test_the_window_counts_as_closed_in_time_up_to_the_ten_minutes_of_the_kpi(department, sample):
    for chat in sample:
        found = observed(department, chat, department.data.truth.strict_monitor)["close_window"]
        if found.verdict != "na":
            times = [datetime.fromisoformat(one["时间"]) for one in chat["消息"]]
            seconds = (times[-1] - times[-2]).total_seconds()
            assert (found.verdict == "yes") == (seconds <= CLOSED_IN_TIME_SECONDS), found.fact
    for kind in KINDS:
        guidance = next(item.guidance for item in items_of(kind) if item.key == "close_window")
        assert f"{CLOSED_IN_TIME_SECONDS // 60}分钟" in guidance


def test_the_note_names_something_to_do_and_never_praise(department, sample):
    for chat in sample:
        form = FORMS[chat["类型"]]
        note = _note(form, observed(department, chat, department.data.truth.strict_monitor))
        assert note is None or "表扬" not in note


def test_leniency_is_said_with_a_true_minus_and_against_the_mean_of_the_monitors():
    one = {"value": -622, "low": -975, "high": -269, "n": 48}
    assert leniency_text(one) == "宽严−6.2分（95%区间−9.8至−2.7，n=48），区间不含0：比平均严"
    with speaking("en"):
        assert leniency_text(one | {"value": 554, "low": 194, "high": 915}) == (
            "leniency 5.5 points (95% interval 1.9–9.2, n=48), the interval excludes 0: More lenient than the mean"
        )
