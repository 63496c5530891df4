"""Each rule of the gate: bites, does not bite. Dates counted by hand; articles as in rubrics/library/law/hours.toml."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.calendar.rules import CHINA
from qa_service.language import speaking
from qa_service.roster import gate as gates
from qa_service.roster.errors import CellInvalid, PersonFactsMissing, RosterRefused
from qa_service.roster.rules import Approval, Cell, Limit, PersonFacts, ShiftType, limit_of, worked_cell
from tests.roster.builders import ANN, DAY, LAW, NIGHT, SHORT, bites, judge, make_cell, make_plan

WORKDAYS = [2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20, 23, 24, 25]  # eighteen of March 2026
MONTH = [make_cell(on, overtime_minutes=120, reason="大促") for on in WORKDAYS]


def march(on):
    return date(2026, 3, on)


def test_eight_hours_with_an_unpaid_hour_are_standard():
    assert judge(make_cell(2)) == []


def test_more_than_eight_hours_is_overtime_and_says_so():
    assert bites("day-standard", make_cell(2, overtime_minutes=30)) == [march(2)]


def test_forty_hours_a_week_are_standard_and_a_sixth_day_is_not():
    week = [make_cell(on) for on in range(2, 7)]
    assert bites("week-standard", *week) == []
    assert bites("week-standard", *week, make_cell(7)) == [march(7)]


def test_one_hour_of_overtime_needs_no_reason():
    assert bites("overtime-reason", make_cell(2, overtime_minutes=60)) == []


def test_more_than_one_hour_needs_a_special_reason():
    assert bites("overtime-reason", make_cell(2, overtime_minutes=61)) == [march(2)]
    assert bites("overtime-reason", make_cell(2, overtime_minutes=61, reason="  ")) == [march(2)]
    assert bites("overtime-reason", make_cell(2, overtime_minutes=61, reason="大促")) == []


def test_three_hours_are_the_most_even_for_special_reasons():
    assert bites("overtime-day", make_cell(2, overtime_minutes=180, reason="大促")) == []
    assert bites("overtime-day", make_cell(2, overtime_minutes=181, reason="大促")) == [march(2)]


def test_thirty_six_hours_a_month_are_allowed():
    assert bites("overtime-month", *MONTH) == []


def test_a_37th_overtime_hour_is_refused_with_article_41():
    found = judge(*MONTH, make_cell(26, overtime_minutes=60))
    (refused,) = [each for each in found if each.rule == "overtime-month"]
    assert (refused.on, refused.severity) == (march(26), "refuse")
    assert refused.text() == "排到2026-03-26，2026年3月起加班累计37小时，超过上限36小时（《劳动法》第四十一条）"
    with speaking("en"):
        assert refused.text().endswith("comes to 37 hours, over the limit of 36 hours (Labour Law art. 41)")


def test_the_month_begins_anew():
    assert bites("overtime-month", *MONTH, make_cell(date(2026, 4, 1), overtime_minutes=60)) == []


def test_work_on_a_rest_day_counts_towards_the_month():
    assert bites("overtime-month", *MONTH, make_cell(28, SHORT, is_rest_day=True)) == [march(28)]


def test_six_days_in_a_row_are_allowed_and_a_seventh_is_refused_with_article_38():
    six = [make_cell(on, SHORT) for on in range(2, 8)]
    assert bites("seventh-day", *six) == []
    (refused,) = [each for each in judge(*six, make_cell(8, SHORT)) if each.rule == "seventh-day"]
    assert (refused.on, refused.severity, refused.article) == (march(8), "refuse", "《劳动法》第三十八条")


def test_a_day_of_rest_in_the_grid_breaks_the_run():
    days = [make_cell(on, None if on == 5 else SHORT) for on in range(2, 11)]
    assert bites("seventh-day", *days) == []


def test_published_days_before_the_plan_count_but_are_not_judged():
    cells = [make_cell(on, SHORT) for on in range(2, 10)]
    assert bites("seventh-day", *cells, first_on=march(9)) == [march(9)]


def test_eleven_hours_between_shifts_is_a_house_rule_and_says_so():
    late = ShiftType(code="late", start_minute=840, end_minute=1320)  # 14-22
    assert bites("rest-between", make_cell(2, late), make_cell(3)) == []  # 22:00 to 9:00 is eleven hours
    found = judge(make_cell(2, late, overtime_minutes=1), make_cell(3))
    (refused,) = [each for each in found if each.rule == "rest-between"]
    assert "非法律规定" in refused.article


def test_rest_is_counted_from_a_night_that_ends_the_next_day():
    assert bites("rest-between", make_cell(2, NIGHT), make_cell(3)) == [march(3)]  # 6:00 to 9:00
    assert bites("rest-between", make_cell(2, NIGHT), make_cell(3, NIGHT)) == []


def test_split_shifts_of_one_day_need_no_eleven_hours():
    evening = ShiftType(code="evening", start_minute=1140, end_minute=1260)
    assert bites("rest-between", make_cell(2, SHORT), make_cell(2, evening)) == []


def test_one_person_cannot_work_two_shifts_at_once():
    assert bites("two-places", make_cell(2, SHORT), make_cell(2)) == [march(2)]
    early = ShiftType(code="early", start_minute=300, end_minute=600)
    assert bites("two-places", make_cell(2, NIGHT), make_cell(3, early)) == [march(3)]  # 5:00, the night ends at 6:00


def test_shifts_that_touch_do_not_overlap():
    second = ShiftType(code="second", start_minute=840, end_minute=900)
    assert bites("two-places", make_cell(2, SHORT), make_cell(2, second)) == []


def test_two_people_may_work_at_the_same_time():
    cells = [make_cell(2), make_cell(2, person=8)]
    people = {each: PersonFacts(person=each) for each in (ANN, 8)}
    assert gates.gate(make_plan(*cells), people, calendar=CHINA, parameters=LAW) == []


LIMIT = limit_of("no_overtime_no_night", from_on=march(1), until_on=march(20))


def test_a_legal_limit_allows_the_plain_day():
    assert judge(make_cell(2), limits=(LIMIT,)) == []


def test_a_legal_limit_forbids_overtime():
    assert bites("limit-overtime", make_cell(2, overtime_minutes=1), limits=(LIMIT,)) == [march(2)]
    assert bites("limit-overtime", make_cell(23, overtime_minutes=1), limits=(LIMIT,)) == []


def test_a_legal_limit_forbids_the_overtime_of_a_sixth_day():
    assert bites("limit-overtime", *[make_cell(on) for on in range(2, 8)], limits=(LIMIT,)) == [march(7)]


def test_a_legal_limit_forbids_the_night_from_22_to_6():
    until22 = ShiftType(code="late", start_minute=840, end_minute=1320)
    assert bites("limit-night", make_cell(2, until22), limits=(LIMIT,)) == []
    assert bites("limit-night", make_cell(2, until22, overtime_minutes=1), limits=(LIMIT,)) == [march(2)]
    assert bites("limit-night", make_cell(2, NIGHT), limits=()) == []


def test_a_night_that_ends_inside_a_limit_is_forbidden():
    limit = Limit(from_on=march(3), no_night=True)
    assert bites("limit-night", make_cell(2, NIGHT), limits=(limit,)) == [march(2)]


def test_leave_forbids_work():
    leave = limit_of("no_work", from_on=march(3), until_on=march(4))
    assert bites("limit-work", *[make_cell(on) for on in (2, 3, 4, 5)], limits=(leave,)) == [march(3), march(4)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_legal_limit_never_tells_its_reason(language):
    leave = limit_of("no_work", from_on=march(1))
    found = judge(make_cell(2, NIGHT, overtime_minutes=60), limits=(LIMIT, leave))
    limits = [each for each in found if each.rule.startswith("limit-")]
    assert len(limits) == 3
    with speaking(language):
        told = " ".join(f"{each.text()} {each.article} {each.article_en} {each.facts}" for each in limits)
    assert "法定限制" in told
    assert "egal limit" in told
    for word in ("孕", "哺乳", "女职工", "假", "病", "pregnan", "nurs", "leave", "health"):
        assert word not in told


APPROVAL = Approval(
    number="沪人社综2026-15", posts=frozenset({"夜班客服"}), from_on=march(1), until_on=march(31), cycle="month"
)
LONG = ShiftType(code="long", start_minute=480, end_minute=1200)  # 8-20, 12 h paid


@pytest.mark.parametrize(
    ("approval", "post", "on", "says"),
    [
        (None, "夜班客服", march(2), "没有批准文号"),
        (APPROVAL, "售后", march(2), "不含此人的岗位"),
        (APPROVAL, "夜班客服", date(2026, 4, 1), "有效期"),
    ],
)
def test_comprehensive_hours_without_number_scope_or_validity_are_refused(approval, post, on, says):
    found = judge(make_cell(on), hours="comprehensive", approval=approval, post=post)
    (refused,) = [each for each in found if each.rule == "comprehensive-approval"]
    assert says in refused.text()
    assert "503号" in refused.article


def test_without_a_valid_approval_the_standard_day_binds():
    cell = make_cell(2, LONG, overtime_minutes=0)
    assert bites("overtime-day", cell, hours="comprehensive") == [march(2)]


def test_approved_comprehensive_hours_judge_the_cycle_not_the_day():
    cells = [make_cell(on, LONG) for on in range(2, 16)]  # 14 × 12 h = 168 h of 22 × 8 = 176 h
    assert judge(*cells, hours="comprehensive", approval=APPROVAL, post="夜班客服") == []


def test_approved_comprehensive_hours_still_end_at_36_hours_of_overtime():
    cells = [make_cell(on, LONG) for on in range(2, 20)]  # 216 h: 40 h over 176 h
    found = judge(*cells, hours="comprehensive", approval=APPROVAL, post="夜班客服")
    assert [(each.on, each.rule, each.facts["hours"]) for each in found] == [(march(19), "overtime-month", "40")]


def test_work_on_a_statutory_day_is_shown_with_its_pay():
    found = judge(make_cell(date(2026, 5, 1)))
    assert [(each.rule, each.severity) for each in found] == [("statutory-work", "warn")]
    assert "按300%支付" in found[0].text()
    assert bites("statutory-work", make_cell(date(2026, 5, 4))) == []  # a shifted rest day


def test_time_off_never_replaces_pay_on_a_statutory_day():
    assert bites("statutory-lieu", make_cell(date(2026, 5, 1), lieu_on=date(2026, 5, 8))) == [date(2026, 5, 1)]
    assert bites("statutory-lieu", make_cell(date(2026, 5, 4), is_rest_day=True, lieu_on=date(2026, 5, 8))) == []


def test_a_day_off_in_lieu_cannot_be_worked():
    rest_day = make_cell(7, is_rest_day=True, lieu_on=march(9))
    assert bites("lieu-worked", rest_day, make_cell(9)) == [march(7)]
    assert bites("lieu-worked", rest_day, make_cell(9, None)) == []


def test_a_person_of_whom_nothing_is_known_cannot_be_judged():
    with pytest.raises(PersonFactsMissing, match="人员7"):
        gates.gate(make_plan(make_cell(2)), {}, calendar=CHINA, parameters=LAW)


def test_overtime_on_a_day_of_rest_without_a_shift_is_refused():
    with pytest.raises(CellInvalid, match="请先选班次"):
        judge(make_cell(2, None, overtime_minutes=60))


def test_a_plan_with_refusals_is_refused_cell_by_cell():
    found = judge(*[make_cell(on, SHORT) for on in range(2, 10)])
    with pytest.raises(RosterRefused, match="有2处违反规则。第一处：2026-03-08是连续上班的第7天") as caught:
        gates.refuse_plan(found)
    assert [each.field for each in caught.value.fields] == ["7:2026-03-08", "7:2026-03-09"]


def test_a_plan_with_warnings_alone_passes():
    found = judge(make_cell(2, overtime_minutes=30))
    assert found
    gates.refuse_plan(found)


def test_hours_really_worked_are_marked_and_never_refused():
    worked = [worked_cell(ANN, march(on), minutes=720, start_minute=480) for on in range(2, 9)]
    people = {ANN: PersonFacts(person=ANN)}
    marks = gates.mark_worked(make_plan(*worked), people, calendar=CHINA, parameters=LAW)
    assert {each.severity for each in marks} == {"mark"}
    assert {"seventh-day", "overtime-day", "overtime-month"} <= {each.rule for each in marks}
    gates.refuse_plan(marks)


def test_work_without_a_known_clock_is_not_judged_by_the_clock():
    worked = [worked_cell(ANN, march(2), minutes=480), worked_cell(ANN, march(3), minutes=480)]
    night = Limit(from_on=march(1), no_night=True)
    people = {ANN: PersonFacts(person=ANN, limits=(night,))}
    assert gates.mark_worked(make_plan(*worked), people, calendar=CHINA, parameters=LAW) == []


def test_every_rule_has_its_own_id_and_an_article_in_both_languages():
    assert len({rule.id for rule in gates.RULES}) == len(gates.RULES)
    for rule in gates.RULES:
        law = LAW.at(rule.parameter, march(2))
        assert law["article"]
        assert law["article_en"]


SHIFTS = st.sampled_from([DAY, SHORT, NIGHT, LONG])
CELLS = st.lists(
    st.builds(
        Cell,
        person=st.just(ANN),
        on=st.dates(date(2026, 9, 24), date(2026, 10, 12)),  # 中秋, 国庆 and two make-up weekends
        shift=SHIFTS,
        overtime_minutes=st.sampled_from([0, 60, 200]),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(CELLS, CELLS.filter(bool), st.sampled_from(["rostered", "calendar"]))
def test_adding_shifts_never_removes_a_violation(cells, more, rest_days):
    """True for shifts that bring no reason, rest-day mark or day in lieu: those are reliefs."""
    first, last = date(2026, 9, 24), date(2026, 10, 13)
    facts = {"rest_days": rest_days, "limits": (limit_of("no_overtime_no_night", from_on=date(2026, 10, 1)),)}
    before = judge(*cells, first_on=first, last_on=last, **facts)
    after = judge(*cells, *more, first_on=first, last_on=last, **facts)
    assert {(each.rule, each.on) for each in before} <= {(each.rule, each.on) for each in after}
