import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import states
from scoring.agreement import gwet_ac1, percent_agreement
from scoring.errors import InputError
from scoring.icc import icc_2_1
from scoring.krippendorff import krippendorff_alpha
from tests.scoring.reference import case


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_gives_krippendorffs_worked_example(shared, metric):
    found = case(shared, "agreement.json", "kripp-2011-canonical")
    units = np.array(found["input"]["data"], dtype=float).T
    alpha = krippendorff_alpha(units, metric=metric, resamples=0)
    assert alpha.value == pytest.approx(found["expected_more_digits"][metric], abs=1e-6)
    assert (alpha.n_units, alpha.n_ratings) == (11, 40)


@pytest.mark.parametrize(("measure", "name"), [(percent_agreement, "percent_agreement"), (gwet_ac1, "gwet_ac1")])
def test_raw_ratings_with_gaps_give_gwets_printed_numbers(shared, measure, name):
    found = case(shared, "agreement.json", "gwet-2014-raw-4raters")
    expected, tolerance = found["expected"][name], found["tolerance"]
    result = measure(found["input"]["data"])
    assert result.value == pytest.approx(expected["value"], abs=tolerance["value"])
    assert result.standard_error == pytest.approx(expected["se"], abs=tolerance["se"])
    if "ci" in expected:
        assert (result.low, result.high) == pytest.approx(tuple(expected["ci"]), abs=tolerance["ci"])


@pytest.mark.parametrize(("measure", "name"), [(percent_agreement, "percent_agreement"), (gwet_ac1, "gwet_ac1")])
def test_a_table_of_two_raters_gives_gwets_printed_numbers(shared, measure, name):
    found = case(shared, "agreement.json", "gwet-2014-cont3x3")
    ratings = [[i, j] for i, row in enumerate(found["input"]["table"]) for j, n in enumerate(row) for _ in range(n)]
    result, expected = measure(ratings), found["expected"][name]
    assert result.value == pytest.approx(expected["value"], abs=1e-6)
    # For a table Gwet divides by n, for raw ratings (as here, always) by n - 1.
    assert result.standard_error * (99 / 100) ** 0.5 == pytest.approx(expected["se"], abs=1e-6)
    assert (result.low, result.high) == pytest.approx(tuple(expected["ci"]), abs=1e-3)


def test_icc_gives_the_numbers_of_shrout_and_fleiss(shared):
    found = case(shared, "agreement.json", "shrout-fleiss-1979")
    result, expected = icc_2_1(found["input"]["data"]), found["expected"]["ICC(2,1)"]
    assert result.value == pytest.approx(expected["more"], abs=1e-6)
    assert (result.low, result.high) == pytest.approx(tuple(expected["ci"]), abs=found["tolerance"]["ci"])


def test_icc_gives_the_numbers_of_the_irr_package(shared):
    found = case(shared, "agreement.json", "irr-anxiety-icc-a1")
    result, expected = icc_2_1(found["input"]["data"]), found["expected"]["ICC(A,1)"]
    assert result.value == pytest.approx(expected["value"], abs=found["tolerance"]["value"])
    assert (result.low, result.high) == pytest.approx(tuple(expected["ci"]), abs=found["tolerance"]["ci"])


def test_a_gap_changes_icc_only_a_little():
    rng = np.random.default_rng(1)
    table = rng.normal(0, 5, (60, 1)) + rng.normal(0, 2, (1, 4)) + rng.normal(0, 3, (60, 4))
    full = icc_2_1(table)
    table[0, 0] = np.nan
    assert icc_2_1(table).value == pytest.approx(full.value, abs=0.02)


RATINGS = st.lists(st.lists(st.sampled_from([1, 2, 3, None]), min_size=3, max_size=3), min_size=3, max_size=12)


@given(RATINGS, st.permutations([0, 1, 2]))
def test_the_order_of_raters_and_units_does_not_matter(rows, order):
    if all(x is None for row in rows for x in row):
        return
    turned = [[row[k] for k in order] for row in reversed(rows)]
    for measure in (percent_agreement, gwet_ac1, lambda r: krippendorff_alpha(r, metric="ordinal", resamples=0)):
        one, other = measure(rows), measure(turned)
        assert one.state == other.state
        if one.value is not None:
            assert one.value == pytest.approx(other.value, abs=1e-9)
            assert one.value <= 1 + 1e-12


def test_the_interval_of_alpha_holds_its_value_and_repeats_with_its_seed():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 4, 80)
    table = np.where(rng.random((80, 3)) < 0.8, truth[:, None], rng.integers(0, 4, (80, 3)))
    one = krippendorff_alpha(table, seed=3, resamples=200)
    assert one.low < one.value < one.high
    assert one == krippendorff_alpha(table, seed=3, resamples=200)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (percent_agreement([[1, None], [None, 2]]), states.NO_PAIRS),
        (gwet_ac1([[1, None], [None, 2]]), states.NO_PAIRS),
        (gwet_ac1([[1, 1], [1, 1]]), states.ONE_CATEGORY),
        (krippendorff_alpha([[1, 1], [1, 1]]), states.ONE_CATEGORY),
        (krippendorff_alpha([[1, None], [None, 2]]), states.NO_PAIRS),
        (icc_2_1([[1, 1], [1, 1]]), states.CONSTANT),
        (icc_2_1([[1], [2]]), states.NO_PAIRS),
    ],
)
def test_agreement_that_cannot_be_known_has_a_named_state(result, state):
    assert (result.value, result.state) == (None, state)


def test_one_category_out_of_several_possible_is_perfect_agreement_for_ac1():
    assert gwet_ac1([[1, 1], [1, 1]], categories=[0, 1]).value == 1


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: percent_agreement([[None, None]]), "empty"),
        (lambda: percent_agreement([1, 2]), "shape"),
        (lambda: gwet_ac1([[1, 7]], categories=[1, 2]), "choice"),
        (lambda: krippendorff_alpha([[1, 2]], metric="circular"), "choice"),
        (lambda: krippendorff_alpha([[-1, 2]], metric="ratio"), "out-of-range"),
        (lambda: icc_2_1([["a", 2], [1, 2]]), "not-a-number"),
    ],
)
def test_ratings_that_make_no_table_are_refused(build, code):
    with pytest.raises(InputError) as refusal:
        build()
    assert refusal.value.code == code
