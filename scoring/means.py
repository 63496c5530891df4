"""Means with t intervals: of single marks, of sums kept in a table, and of strata drawn with known chances."""

import math

import numpy as np
from numpy.typing import ArrayLike

from scoring import states
from scoring.checks import finite_vector, probability, whole
from scoring.errors import InputError
from scoring.estimates import Bounds, Estimate, with_t_interval


def mean_interval(
    marks: ArrayLike, *, weight: ArrayLike | None = None, level: float = 0.95, bounds: Bounds = None
) -> Estimate:
    """Mean of marks with its t interval; with weights, the ratio mean with its linearised variance.

    Parameters
    ----------
    marks : array-like of float, shape (n,)
        Points.
    weight : array-like of float, shape (n,), or None
        Positive; inverse chance of being drawn. Equal weights give exactly the plain interval.
    level : float
        Confidence level, 0-1.
    bounds : (float, float) or None
        Ends of the scale at which the interval is cut.

    Returns
    -------
    Estimate
        State `single-mark` or `constant` has a value and no interval: equal marks are no proof of certainty.

    Raises
    ------
    InputError
        Empty, not finite, lengths differ, or a weight that is not positive.

    References
    ----------
    Hajek (1971); Cochran (1977), Sampling Techniques, 6.4 (n / (n - 1) times the squared linearised residuals).

    Examples
    --------
    >>> found = mean_interval([70, 80, 90])
    >>> round(found.value, 1), round(found.low, 1), round(found.high, 1)
    (80.0, 55.2, 104.8)
    """
    probability(level, place="level")
    values = finite_vector(marks, place="marks")
    share = np.ones(len(values)) if weight is None else finite_vector(weight, place="weight")
    if share.shape != values.shape:
        raise InputError("shape", "weight", found=share.shape, expected=values.shape)
    if share.min() <= 0:
        raise InputError("out-of-range", "weight", value=float(share.min()), low=0, high="∞")
    share = share / share.sum()
    n, mean = len(values), float(share @ values)
    if n == 1:
        return Estimate(value=mean, n=1, state=states.SINGLE_MARK)
    if np.ptp(values) == 0:
        return Estimate(value=mean, n=n, state=states.CONSTANT)
    error = math.sqrt(n / (n - 1) * float((share**2) @ (values - mean) ** 2))
    return with_t_interval(mean, error, degrees_of_freedom=n - 1, n=n, level=level, bounds=bounds)


def mean_from_sums(
    n: int, total: int, total_squares: int, *, unit: int = 1, level: float = 0.95, bounds: Bounds = None
) -> Estimate:
    """Mean with t interval from the three sums that a database keeps, spread computed exactly.

    Parameters
    ----------
    n : int
        Values, >= 0.
    total, total_squares : int
        Sum and sum of squares of whole units (hundredths of a point, seconds).
    unit : int
        Whole units per displayed unit: 100 turns hundredths into points.
    level : float
        Confidence level, 0-1.
    bounds : (float, float) or None
        Ends of the scale, displayed units.

    Returns
    -------
    Estimate
        State `no-marks`, `single-mark` or `constant` has no interval.

    Raises
    ------
    InputError
        Not whole numbers, or sums that no n values can have.

    Examples
    --------
    >>> round(mean_from_sums(3, 24000, 194000000, unit=100).high, 1)
    104.8
    """
    probability(level, place="level")
    n, total, squares = (int(whole(v, place=p)) for v, p in ((n, "n"), (total, "total"), (total_squares, "squares")))
    # Integers: n * squares - total^2 loses every digit in floats when values are large and close.
    spread = n * squares - total * total
    if n < 0 or spread < 0 or (n == 0 and (total or squares)):
        raise InputError("out-of-range", "total_squares", value=squares, low="total^2 / n", high="∞")
    if n == 0:
        return Estimate(value=None, state=states.NO_MARKS)
    mean = total / (n * unit)
    if n == 1 or spread == 0:
        return Estimate(value=mean, n=n, state=states.SINGLE_MARK if n == 1 else states.CONSTANT)
    error = math.sqrt(spread / (n * n * (n - 1))) / unit
    return with_t_interval(mean, error, degrees_of_freedom=n - 1, n=n, level=level, bounds=bounds)


def stratified_mean(
    population: ArrayLike,
    n: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    *,
    level: float = 0.95,
    bounds: Bounds = None,
) -> Estimate:
    """Mean of a whole population from a simple random draw in each stratum, with finite population correction.

    Parameters
    ----------
    population : array-like of int, shape (n_strata,)
        Interactions in the stratum's frame; n / population is the inclusion probability.
    n : array-like of int, shape (n_strata,)
        Drawn and marked, 1 <= n <= population.
    mean, variance : array-like of float, shape (n_strata,)
        Mean and sample variance (n - 1) of the marks; the variance of a stratum with one mark is not read.
    level : float
        Confidence level, 0-1.
    bounds : (float, float) or None
        Ends of the scale at which the interval is cut.

    Returns
    -------
    Estimate
        Degrees of freedom: marks minus strata. State `single-unit-stratum` has a value and no interval. A census of
        every stratum has standard error 0.

    Raises
    ------
    InputError
        Empty, shapes differ, a count out of range, or a variance that is negative.

    References
    ----------
    Cochran (1977), Sampling Techniques, 5.3-5.4; checked against R survey (Lumley), data apistrat.

    Examples
    --------
    >>> found = stratified_mean([4421, 755, 1018], [100, 50, 50], [674.43, 625.82, 636.6], [15687.4, 11947.1, 13824.9])
    >>> round(found.value, 2), round(found.standard_error, 3)
    (662.29, 9.409)
    """
    probability(level, place="level")
    size, drawn = whole(population, place="population"), whole(n, place="n")
    means = finite_vector(mean, place="mean")
    if not size.shape == drawn.shape == means.shape == np.shape(variance):
        raise InputError("shape", "population", found=size.shape, expected=means.shape)
    outside = (drawn < 1) | (drawn > size)
    if outside.any():
        raise InputError("out-of-range", "n", value=int(drawn[outside][0]), low=1, high="population")
    share = size / size.sum()
    value, total = float(share @ means), int(drawn.sum())
    sampled = drawn < size
    if (sampled & (drawn == 1)).any():
        return Estimate(value=value, n=total, state=states.SINGLE_UNIT_STRATUM)
    # Strata drawn completely add nothing, whatever stands in their variance.
    spread = finite_vector(np.where(sampled, np.asarray(variance, dtype=float), 0.0), place="variance")
    if (spread < 0).any():
        raise InputError("out-of-range", "variance", value=float(spread.min()), low=0, high="∞")
    error = math.sqrt(float((share**2 * (1 - drawn / size) * spread / drawn).sum()))
    freedom = max(total - len(size), 1)
    return with_t_interval(value, error, degrees_of_freedom=freedom, n=total, level=level, bounds=bounds)
