"""Phases, competencies and quiz marks."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.errors import CatalogueError, PlanError, QuizError
from training.plan import PROBATION_PHASES, Competency, Phase, gaps, lay_out, phase_on
from training.quiz import Question, mark

START = date(2026, 3, 1)


def make_phase(key="a", weight=1, **more):
    return Phase(key=key, name=f"阶段{key}", name_en=f"Phase {key}", weight=weight, **more)


def test_a_probation_of_60_days_has_phases_of_10_20_and_30_days():
    laid = lay_out(PROBATION_PHASES, from_on=START, until_on=date(2026, 4, 29))
    assert [(each.from_on, each.until_on) for each in laid] == [
        (date(2026, 3, 1), date(2026, 3, 10)),
        (date(2026, 3, 11), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
    ]


def test_the_phase_of_a_day():
    laid = lay_out(PROBATION_PHASES, from_on=START, until_on=date(2026, 4, 29))
    assert phase_on(laid, date(2026, 3, 10)).phase.key == "learn"
    assert phase_on(laid, date(2026, 3, 11)).phase.key == "guided"
    assert phase_on(laid, date(2026, 2, 28)) is None
    assert phase_on(laid, date(2026, 4, 30)) is None


def test_three_days_hold_three_phases_and_two_do_not():
    laid = lay_out(PROBATION_PHASES, from_on=START, until_on=START + timedelta(days=2))
    assert [each.from_on.day for each in laid] == [1, 2, 3]
    with pytest.raises(PlanError) as caught:
        lay_out(PROBATION_PHASES, from_on=START, until_on=START + timedelta(days=1))
    assert (caught.value.code, caught.value.zh) == ("plan-too-short", "2天排不下3个阶段")


@pytest.mark.parametrize("phases", [[], [make_phase(), make_phase()], [make_phase(weight=0)]])
def test_phases_that_do_not_hold_are_refused(phases):
    with pytest.raises(PlanError):
        lay_out(phases, from_on=START, until_on=START)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 200))
def test_phases_cover_the_time_without_gap_or_overlap(weights, more):
    phases = [make_phase(str(place), weight) for place, weight in enumerate(weights)]
    until_on = START + timedelta(days=len(phases) - 1 + more)
    laid = lay_out(phases, from_on=START, until_on=until_on)
    assert (laid[0].from_on, laid[-1].until_on) == (START, until_on)
    for before, after in zip(laid, laid[1:], strict=False):
        assert after.from_on - before.until_on == timedelta(days=1)
    assert all(each.from_on <= each.until_on for each in laid)


TALK = Competency(key="talk", name="沟通", name_en="Talk")
STOCK = Competency(key="stock", name="查库存", name_en="Stock")
BOTH = {"talk": TALK, "stock": STOCK}


def test_gaps_list_the_widest_first_and_the_unassessed_as_unknown():
    phase = make_phase(levels={"talk": 3, "stock": 2})
    found = gaps(phase, {"talk": 2}, competencies=BOTH)
    assert [(gap.competency.key, gap.required, gap.reached) for gap in found] == [("stock", 2, None), ("talk", 3, 2)]
    assert gaps(phase, {"talk": 3, "stock": 4}, competencies=BOTH) == []


@pytest.mark.parametrize("levels", [{"fly": 1}, {"talk": 5}])
def test_a_phase_cannot_ask_for_what_does_not_exist(levels):
    with pytest.raises(CatalogueError):
        gaps(make_phase(levels=levels), {}, competencies=BOTH)


def make_question(key="1", right="a", **more):
    return Question(key=key, text="？", options=dict.fromkeys("abcd", "…"), right=frozenset(right), **more)


def test_marks_are_exact_and_rounded_once_half_up():
    questions = [make_question(str(n)) for n in range(3)]
    got = mark(questions, {"0": frozenset("a"), "1": frozenset("a"), "2": frozenset("b")})
    assert (got.mark, got.mark_hundredths, got.wrong) == (Fraction(200, 3), 6667, ("2",))
    thousand = [make_question(str(n), points=points) for n, points in enumerate([1, 19_999])]
    assert mark(thousand, {"0": frozenset("a")}).mark_hundredths == 1  # 0.005 is half a hundredth: up


def test_all_right_options_and_no_other_unless_partial():
    whole, part = make_question(right="ab", points=4), make_question(right="ab", points=4, partial=True)
    assert [mark([whole], {"1": frozenset(chosen)}).mark for chosen in ("ab", "a", "abc")] == [100, 0, 0]
    assert [mark([part], {"1": frozenset(chosen)}).mark for chosen in ("ab", "a", "abc")] == [100, 50, 0]


def test_an_unanswered_question_is_listed_and_not_called_wrong():
    got = mark([make_question("1"), make_question("2")], {"1": frozenset("a")})
    assert (got.mark, got.unanswered, got.wrong, got.passed) == (50, ("2",), (), False)


def test_the_pass_line_is_met_by_the_exact_mark():
    questions = [make_question("1", points=59_999), make_question("2", points=40_001)]
    got = mark(questions, {"1": frozenset("a")}, pass_percent=60)
    assert (got.mark_hundredths, got.passed) == (6000, False)
    assert mark([make_question(str(n)) for n in range(5)], {str(n): frozenset("a") for n in range(3)}).passed


@pytest.mark.parametrize(
    "questions",
    [[], [make_question(), make_question()], [make_question(right="")], [make_question(right="z")],
     [make_question(points=0)]],
)  # fmt: skip
def test_a_quiz_that_does_not_hold_is_refused(questions):
    with pytest.raises(QuizError):
        mark(questions, {})


@pytest.mark.parametrize("answers", [{"9": frozenset("a")}, {"1": frozenset("z")}])
def test_an_answer_to_nothing_is_refused(answers):
    with pytest.raises(QuizError, match="no such question or option"):
        mark([make_question()], answers)


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("ab")), min_size=1, max_size=8), st.data())
def test_a_right_answer_more_never_lowers_a_mark(given_points, data):
    questions = [make_question(str(n), points=points) for n, (points, _) in enumerate(given_points)]
    answers = {str(n): frozenset(chosen) for n, (_, chosen) in enumerate(given_points)}
    better = answers | {data.draw(st.sampled_from(sorted(answers))): frozenset("a")}
    assert mark(questions, better).mark >= mark(questions, answers).mark
