from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import InputError
from scoring.rounding import half_up
from scoring.scorecards import CardState, CellState, Gate, Line, effective_weights, score_cards, scorecard
from tests.scoring.reference import case

THREE = scorecard(
    [
        Line(kpi="qa", weight_hundredths=5000, minimum_n=3),
        Line(kpi="satisfaction", weight_hundredths=3000, minimum_n=10),
        Line(kpi="first_reply", weight_hundredths=2000),
    ],
    [
        Gate(code="privacy", cap_hundredths=0),
        Gate(code="script", cap_hundredths=6000),
        Gate(code="note", cap_hundredths=None),
    ],
)


def make_card(points, present=(True, True, True), **rest):
    return score_cards(THREE, [points], [present], **rest)


@given(st.lists(st.integers(0, 12000), min_size=3, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3))
def test_a_total_is_the_exact_weighted_mean_of_what_is_present(points, present):
    card = make_card(points, present)
    weights = [5000, 3000, 2000]
    there = sum(w for w, p in zip(weights, present, strict=True) if p)
    if 3 * there < 2 * 10000:
        assert not card.is_scored[0]
        return
    mean = sum(Fraction(w * x, there) for w, x, p in zip(weights, points, present, strict=True) if p)
    assert card.total_hundredths[0] == half_up(mean)


@given(st.lists(st.integers(0, 9999), min_size=3, max_size=3), st.integers(0, 2))
def test_a_perfect_mark_never_lowers_a_total(points, place):
    better = [10000 if k == place else p for k, p in enumerate(points)]
    assert make_card(better).total_hundredths[0] >= make_card(points).total_hundredths[0]


@given(st.lists(st.lists(st.integers(0, 10000), min_size=4, max_size=4), min_size=1, max_size=8))
def test_effective_weights_sum_to_one_hundred_or_nothing(used):
    sums = effective_weights(used).sum(axis=1)
    assert all(found == (10000 if sum(row) else 0) for found, row in zip(sums, used, strict=True))


@given(st.permutations(range(5)))
def test_the_order_of_agents_does_not_matter(order):
    points = np.arange(15).reshape(5, 3) * 700
    straight = score_cards(THREE, points, np.ones((5, 3), bool)).total_hundredths
    turned = score_cards(THREE, points[list(order)], np.ones((5, 3), bool)).total_hundredths
    assert (straight[list(order)] == turned).all()


def test_a_card_with_less_than_two_thirds_of_its_weight_is_not_scored():
    assert make_card([9000, 9000, 9000], (True, False, False)).state[0] == CardState.TOO_LITTLE_WEIGHT
    assert make_card([9000, 9000, 9000], (False, False, False)).state[0] == CardState.NOTHING_MEASURED
    card = make_card([9000, 0, 8000], (True, False, True))
    assert (card.state[0], card.total_hundredths[0]) == (CardState.SCORED, 8714)
    assert card.effective_weight_hundredths[0].tolist() == [7143, 0, 2857]


def test_the_missing_rule_of_coinr_is_met(shared):
    found = case(shared, "composite.json", "coinr-missing-data-threshold")
    rows, card = (
        found["input"]["rows"],
        scorecard(
            [
                Line(kpi="a", weight_hundredths=3334),
                Line(kpi="b", weight_hundredths=3333),
                Line(kpi="c", weight_hundredths=3333),
            ]
        ),
    )
    cards = score_cards(
        card, [[(x or 0) * 100 for x in row] for row in rows], [[x is not None for x in row] for row in rows]
    )
    got = [int(t) / 100 if ok else None for t, ok in zip(cards.total_hundredths, cards.is_scored, strict=True)]
    assert got == [None if e is None else pytest.approx(e, abs=0.006) for e in found["expected"]]


def test_too_few_observations_are_named_and_not_counted():
    card = make_card([9000, 5000, 8000], n=[[3, 9, 1]])
    assert card.cell_state[0].tolist() == [CellState.COUNTED, CellState.BELOW_MINIMUM, CellState.COUNTED]
    assert card.total_hundredths[0] == 8714


@pytest.mark.parametrize(
    ("failed", "total", "state"),
    [
        ([True, False, False], 0, CardState.GATED),
        ([False, True, False], 6000, CardState.GATED),
        ([True, True, False], 0, CardState.GATED),
        ([False, False, True], 9000, CardState.GATED),
        ([False, False, False], 9000, CardState.SCORED),
    ],
)
def test_a_failed_gate_limits_the_total_and_keeps_the_number_before(failed, total, state):
    card = make_card([9000, 9000, 9000], gates_failed=[failed])
    assert (card.total_hundredths[0], card.state[0], card.before_gates_hundredths[0]) == (total, state, 9000)


def test_the_interval_of_the_quality_mark_is_carried_by_its_weight():
    card = make_card([8000, 9000, 7000], low_hundredths=[[6000, 9000, 7000]], high_hundredths=[[10000, 9000, 7000]])
    assert (card.low_hundredths[0], card.total_hundredths[0], card.high_hundredths[0]) == (7100, 8100, 9100)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: scorecard([]), "empty"),
        (lambda: scorecard([Line(kpi="a", weight_hundredths=9000)]), "weights-sum"),
        (lambda: scorecard([Line(kpi="a", weight_hundredths=5000)] * 2), "duplicate"),
        (lambda: scorecard([Line(kpi="a", weight_hundredths=0)]), "out-of-range"),
        (lambda: scorecard([Line(kpi="a", weight_hundredths=10000, minimum_n=0)]), "out-of-range"),
        (lambda: score_cards(THREE, [[1, 2]], [[True, True]]), "shape"),
        (lambda: score_cards(THREE, [[1.5, 2, 3]], [[True] * 3]), "not-whole"),
        (lambda: score_cards(THREE, [[1, 2, 3]], [[True] * 3], gates_failed=[[True]]), "shape"),
        (lambda: score_cards(THREE, [[1, 2, 10**9]], [[True] * 3]), "out-of-range"),
    ],
)
def test_a_scorecard_that_cannot_be_added_up_is_refused(build, code):
    with pytest.raises(InputError) as refusal:
        build()
    assert refusal.value.code == code
