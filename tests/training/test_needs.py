"""Needs from failed items. Intervals against Newcombe (1998), Statistics in Medicine 17:857-872, Table I, method 3."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.language import gettext, speaking
from training.catalogue import Course, match
from training.errors import CatalogueError, InputError
from training.intervals import wilson
from training.needs import CLEAR, INSUFFICIENT, NEED, STATES, WATCH, ItemResult, compared, needs
from training.plan import PROBATION_PHASES


def make_results(item, *, failed, n, agent="甲", group="售后", lost=500, version="presale@3"):
    return [
        ItemResult(
            form_version=version,
            item=item,
            agent=agent,
            group=group,
            failed=place < failed,
            lost_hundredths=lost if place < failed else 0,
        )
        for place in range(n)
    ]


@pytest.mark.parametrize(
    ("failed", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_table_1(failed, n, low, high):
    assert [round(bound, 4) for bound in wilson(failed, n)] == [low, high]


@pytest.mark.parametrize(("failed", "n"), [(1, 0), (-1, 3), (4, 3)])
def test_an_impossible_share_is_refused(failed, n):
    with pytest.raises(InputError) as caught:
        wilson(failed, n)
    assert caught.value.code == "share-impossible"


@pytest.mark.parametrize("level", [0, 1, math.nan])
def test_an_impossible_level_is_refused(level):
    with pytest.raises(InputError, match="level"):
        wilson(1, 2, level=level)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(pair):
    failed, n = pair
    low, high = wilson(failed, n)
    assert 0 <= low <= failed / n <= high <= 1
    mirrored = wilson(n - failed, n)
    assert low == pytest.approx(1 - mirrored[1])


def test_a_need_says_how_often_out_of_how_many():
    (need,) = needs(make_results("greeting", failed=6, n=8))
    assert (need.failed, need.n, need.share, need.lost_hundredths) == (6, 8, Fraction(3, 4), 3000)
    assert need.state == NEED


def test_few_evaluations_are_not_enough_evidence():
    (need,) = needs(make_results("greeting", failed=4, n=4), minimum_n=5)
    assert need.state == INSUFFICIENT
    (need,) = needs(make_results("greeting", failed=5, n=5), minimum_n=5)
    assert need.state == NEED


def test_an_item_that_never_failed_is_clear():
    (need,) = needs(make_results("greeting", failed=0, n=9))
    assert (need.state, need.low) == (CLEAR, 0.0)


def test_an_interval_that_reaches_the_tolerated_share_is_only_watched():
    results = make_results("greeting", failed=3, n=10)  # 0.108 to 0.603
    assert [need.state for need in needs(results, tolerated_share=0.2)] == [WATCH]
    assert [need.state for need in needs(results, tolerated_share=0.1)] == [NEED]


def test_not_applicable_answers_count_nowhere():
    skipped = ItemResult(form_version="presale@3", item="greeting", agent="甲", group=None, failed=None)
    (need,) = needs([*make_results("greeting", failed=1, n=5), skipped])
    assert need.n == 5
    assert needs([skipped]) == []


def test_needs_come_by_lost_points_and_thin_evidence_after_claimed_needs():
    results = [
        *make_results("cheap", failed=6, n=6, lost=100),
        *make_results("dear", failed=3, n=6, lost=1000),
        *make_results("thin", failed=2, n=2, lost=9000),
        *make_results("clean", failed=0, n=6),
    ]
    assert [need.item for need in needs(results)] == ["dear", "cheap", "thin", "clean"]


def test_versions_of_a_form_are_kept_apart():
    results = make_results("greeting", failed=3, n=5) + make_results("greeting", failed=1, n=5, version="presale@4")
    assert [(need.form_version, need.failed) for need in needs(results)] == [("presale@3", 3), ("presale@4", 1)]


def test_a_group_adds_its_agents_and_leaves_out_whoever_has_none():
    results = [
        *make_results("greeting", failed=2, n=3, agent="甲"),
        *make_results("greeting", failed=1, n=4, agent="乙"),
        *make_results("greeting", failed=5, n=5, agent="丙", group=None),
    ]
    (need,) = needs(results, by="group")
    assert (need.subject, need.failed, need.n) == ("售后", 3, 7)


@pytest.mark.parametrize("wrong", [{"by": "team"}, {"minimum_n": 0}])
def test_an_unknown_grouping_is_refused(wrong):
    with pytest.raises(InputError):
        needs([], **wrong)


def test_negative_lost_points_are_refused():
    with pytest.raises(InputError, match="negative"):
        needs(make_results("greeting", failed=1, n=1, lost=-1))


@given(st.permutations(make_results("a", failed=2, n=6) + make_results("b", failed=3, n=5, agent="乙")))
def test_the_order_of_results_does_not_matter(results):
    expected = needs(make_results("a", failed=2, n=6) + make_results("b", failed=3, n=5, agent="乙"))
    assert needs(results) == expected


def test_better_is_said_only_when_intervals_part():
    before = needs(make_results("a", failed=18, n=20) + make_results("b", failed=10, n=20))
    after = needs(make_results("a", failed=2, n=20) + make_results("b", failed=8, n=20))
    assert compared(before, after) == {("a", "甲"): "better", ("b", "甲"): "unclear"}
    assert compared(needs(make_results("b", failed=1, n=20)), before) == {("b", "甲"): "worse"}
    assert compared(before, needs(make_results("a", failed=0, n=2)))["a", "甲"] == INSUFFICIENT


OPENING = Course(key="opening", name="开场与结束", name_en="Opening and closing", items=("greeting", "bye"), minutes=45)
REMARKS = Course(key="remarks", name="备注格式", name_en="Remarks", items=("remark",), minutes=30)


def test_courses_are_found_by_item_and_ordered_by_lost_points():
    claimed = needs(
        make_results("greeting", failed=5, n=6, lost=100)
        + make_results("bye", failed=5, n=6, lost=100)
        + make_results("remark", failed=5, n=6, lost=900)
    )
    found = match(claimed, [OPENING, REMARKS])
    assert [(each.course.key, each.lost_hundredths) for each in found.suggestions] == [
        ("remarks", 4500),
        ("opening", 1000),
    ]
    assert len(found.suggestions[1].needs) == 2


def test_a_need_without_a_course_is_said_and_thin_evidence_asks_for_none():
    found = match(
        needs(make_results("refund", failed=5, n=6) + make_results("greeting", failed=2, n=2)), [OPENING, REMARKS]
    )
    assert found.suggestions == ()
    assert [need.item for need in found.unanswered] == ["refund"]


@pytest.mark.parametrize(
    "courses",
    [
        [OPENING, OPENING],
        [Course(key="x", name="", name_en="", items=(), minutes=9)],
        [Course(key="x", name="", name_en="", items=("a",), minutes=0)],
    ],
)
def test_a_course_that_does_not_hold_is_refused_in_both_languages(courses):
    with pytest.raises(CatalogueError) as caught:
        match([], courses)
    assert caught.value.place in caught.value.zh
    assert caught.value.place in caught.value.en


def test_the_service_shows_states_and_phases_in_the_same_english():
    pairs = [*STATES.values(), *((phase.name, phase.name_en) for phase in PROBATION_PHASES)]
    with speaking("en"):
        assert [gettext(zh) for zh, _ in pairs] == [en for _, en in pairs]
        for phase in PROBATION_PHASES:
            assert all(gettext(task) != task for task in phase.tasks)
