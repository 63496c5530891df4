from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import InputError
from scoring.kpis import bands, curve, points, points_column

CURVES = [
    curve(floor="0.5", threshold="0.8", target="0.95", stretch="0.99"),
    curve(floor=60, threshold=30, target=15),
    curve(floor=600, threshold="300.5", target=120, stretch=60, cap_hundredths=11000),
    bands([(15, 100), (20, 90), (25, 80), (30, 60)], higher_is_better=False),
    bands([("0.95", 100), ("0.9", "82.5")], otherwise=10, higher_is_better=True),
]


@given(
    st.sampled_from(CURVES),
    st.lists(st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 10**5)), min_size=1, max_size=20),
)
def test_the_column_form_equals_the_exact_form(scale, values):
    column = points_column(scale, [a for a, _ in values], [b for _, b in values])
    one_by_one = [points(scale, a, b) for a, b in values]
    assert [int(p) if there else None for p, there in zip(column.hundredths, column.present, strict=True)] == one_by_one


def test_values_too_large_for_64_bits_are_still_exact():
    scale = curve(floor="0.123456789", threshold="0.5", target="0.987654321")
    top, bottom = 3 * 10**15 + 1, 5 * 10**15
    assert points_column(scale, [top], [bottom]).hundredths[0] == points(scale, top, bottom)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(15, 10000), (16, 9000), (20, 9000), (25, 8000), (30, 6000), (31, 0), (0, 10000)]
)
def test_the_first_reply_bands_of_the_domain_book(seconds, expected):
    assert points(CURVES[3], seconds, 1) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.4", 0),
        ("0.5", 0),
        ("0.65", 3000),
        ("0.8", 6000),
        ("0.95", 10000),
        ("0.97", 11000),
        ("0.99", 12000),
        ("1", 12000),
    ],
)
def test_a_curve_passes_through_floor_threshold_target_and_stretch(value, expected):
    ratio = Fraction(value)
    assert points(CURVES[0], ratio.numerator, ratio.denominator) == expected


@given(st.sampled_from(CURVES[:3]), st.integers(0, 10**4), st.integers(0, 10**4), st.integers(1, 100))
def test_doing_better_never_costs_points(scale, one, two, below):
    less, more = sorted((one, two))
    worse, better = (less, more) if scale.knots[1] > scale.knots[0] else (more, less)
    assert points(scale, better, below) >= points(scale, worse, below)


def test_nothing_measured_is_missing_and_not_zero_points():
    assert points(CURVES[0], 0, 0) is None
    column = points_column(CURVES[0], np.array([0, 0]), np.array([0, 10]))
    assert column.present.tolist() == [False, True]


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: curve(floor=10, threshold=5, target=20), "order"),
        (lambda: curve(floor=10, threshold=10, target=10), "order"),
        (lambda: curve(floor=0, threshold=1, target=2, stretch=2), "order"),
        (lambda: curve(floor="x", threshold=1, target=2), "not-a-number"),
        (lambda: curve(floor=0, threshold=1, target=2, cap_hundredths=9000), "out-of-range"),
        (lambda: bands([], higher_is_better=True), "empty"),
        (lambda: bands([(1, 100), (2, 50)], higher_is_better=True), "order"),
        (lambda: bands([(1, 50), (2, 100)], higher_is_better=False), "order"),
        (lambda: points(CURVES[0], 1, -1), "out-of-range"),
        (lambda: points_column(CURVES[0], [0.5]), "not-whole"),
    ],
)
def test_a_scale_or_value_that_makes_no_sense_is_refused(build, code):
    with pytest.raises(InputError) as refusal:
        build()
    assert refusal.value.code == code
