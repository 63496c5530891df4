import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import states
from scoring.errors import InputError
from scoring.means import mean_from_sums, mean_interval, stratified_mean
from scoring.proportions import newcombe_difference, wilson
from tests.scoring.reference import case


def test_wilson_gives_newcombes_table_one(shared):
    found = case(shared, "sampling.json", "newcombe-1998-wilson")
    x, n = np.array(found["input"]["x_n"]).T
    interval = wilson(x, n)
    assert np.column_stack([interval.low, interval.high]) == pytest.approx(
        np.array(found["expected"]["interval"]), abs=found["tolerance"]
    )


def test_the_stratified_mean_gives_the_printed_output_of_the_survey_package(shared):
    found = case(shared, "sampling.json", "survey-apistrat-mean")
    strata = found["input"]["strata"].values()
    population, n, mean, variance = ([row[key] for row in strata] for key in ("N", "n", "mean", "variance"))
    estimate = stratified_mean(population, n, mean, variance)
    assert estimate.value == pytest.approx(found["expected"]["mean"], abs=1e-4)
    assert estimate.standard_error == pytest.approx(found["expected"]["se"], abs=1e-5)
    assert estimate.degrees_of_freedom == 197


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_share_lies_inside_its_interval_and_the_mirror_image_mirrors_it(hits, more):
    n = hits + more
    one, other = wilson(hits, n), wilson(n - hits, n)
    assert 0 <= one.low <= one.share <= one.high <= 1
    assert math.isclose(one.low, 1 - other.high, abs_tol=1e-12)


def test_no_observations_give_an_undefined_share_and_difference():
    assert wilson([0, 1], [0, 2]).defined.tolist() == [False, True]
    assert newcombe_difference([1], [2], [0], [0]).defined.tolist() == [False]


@given(st.lists(st.integers(0, 10000), min_size=2, max_size=30).filter(lambda v: len(set(v)) > 1))
def test_sums_give_the_same_interval_as_the_marks(values):
    one = mean_interval([v / 100 for v in values], bounds=(0, 100))
    other = mean_from_sums(len(values), sum(values), sum(v * v for v in values), unit=100, bounds=(0, 100))
    assert (one.low, one.high, one.clipped) == (
        pytest.approx(other.low, abs=1e-6),
        pytest.approx(other.high, abs=1e-6),
        other.clipped,
    )


def test_five_audits_with_spread_twelve_give_fourteen_point_nine_points():
    marks = 70 + 12 * np.array([-2, -1, 0, 1, 2]) / np.std([-2, -1, 0, 1, 2], ddof=1)
    estimate = mean_interval(marks)
    assert estimate.high - estimate.value == pytest.approx(14.9, abs=0.01)


def test_an_interval_is_cut_at_the_end_of_the_scale_and_says_so():
    estimate = mean_interval([98, 100, 99, 90], bounds=(0, 100))
    assert (estimate.high, estimate.clipped) == (100, True)


@pytest.mark.parametrize(
    ("estimate", "state"),
    [
        (mean_interval([80]), states.SINGLE_MARK),
        (mean_interval([100, 100, 100]), states.CONSTANT),
        (mean_from_sums(0, 0, 0), states.NO_MARKS),
        (mean_from_sums(1, 80, 6400), states.SINGLE_MARK),
        (stratified_mean([10, 20], [1, 5], [80, 90], [0, 4]), states.SINGLE_UNIT_STRATUM),
    ],
)
def test_what_has_no_interval_has_a_named_state(estimate, state):
    assert (estimate.state, estimate.low, estimate.high) == (state, None, None)


def test_marking_everything_leaves_no_sampling_error():
    assert stratified_mean([3, 4], [3, 4], [80, 90], [25, 36]).standard_error == 0


def test_rarely_drawn_records_weigh_more():
    estimate = mean_interval([100, 60, 60], weight=[1, 4, 4])
    assert estimate.value == pytest.approx((100 + 480) / 9)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: wilson(3, 2), "out-of-range"),
        (lambda: wilson(0.5, 2), "not-whole"),
        (lambda: wilson(1, 2, level=1), "out-of-range"),
        (lambda: mean_interval([]), "empty"),
        (lambda: mean_interval([1, None]), "not-finite"),
        (lambda: mean_interval([1, 2], weight=[1, 0]), "out-of-range"),
        (lambda: mean_from_sums(2, 10, 10), "out-of-range"),
        (lambda: stratified_mean([3], [4], [80], [1]), "out-of-range"),
        (lambda: stratified_mean([3, 3], [2], [80], [1]), "shape"),
    ],
)
def test_counts_that_cannot_be_are_refused(build, code):
    with pytest.raises(InputError) as refusal:
        build()
    assert refusal.value.code == code
