from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import InputError
from scoring.rounding import exact, half_up, half_up_ratio, hundredths


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9))
def test_the_array_form_rounds_as_the_exact_form(top, bottom):
    assert half_up_ratio([top], [bottom])[0] == half_up(Fraction(top, bottom))


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_never_moves_a_number_by_more_than_a_half(top, bottom):
    assert abs(half_up(Fraction(top, bottom)) - Fraction(top, bottom)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("written", "expected"), [("87.125", 8713), (1.005, 101), (Decimal("0.005"), 1), (Fraction(1, 3), 33), (2.675, 268)]
)
def test_a_half_of_a_hundredth_goes_up_as_it_is_written(written, expected):
    assert hundredths(written) == expected


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "many", None])
def test_what_is_not_a_number_is_refused(bad):
    with pytest.raises(InputError) as refusal:
        exact(bad)
    assert refusal.value.code == "not-a-number"


@pytest.mark.parametrize(
    ("top", "bottom", "code"),
    [([1.5], [1], "not-whole"), ([1], [0], "out-of-range"), (np.array([2**62]), [1], "out-of-range")],
)
def test_a_ratio_that_cannot_be_rounded_exactly_is_refused(top, bottom, code):
    with pytest.raises(InputError) as refusal:
        half_up_ratio(top, bottom)
    assert refusal.value.code == code
