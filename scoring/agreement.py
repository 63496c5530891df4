"""Do monitors agree? Percent agreement and Gwet's AC1; missing ratings allowed everywhere.

Ratings come as units (interactions) x raters (monitors). Percent agreement and AC1 average over the units with two or
more ratings, category shares over all rated units; variances divide by units - 1, as Gwet (2014) does for raw ratings
(for a table of two raters he divides by units). Krippendorff's alpha is in `scoring.krippendorff`, intraclass
correlation in `scoring.icc`, leniency per rater in `scoring.leniency`.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike
from scipy import stats

from scoring import states
from scoring.checks import FloatArray, as_floats, probability
from scoring.errors import InputError


class Agreement(Struct, frozen=True, kw_only=True):
    """One coefficient.

    Parameters
    ----------
    measure : str
    value : float or None
        None under state `no-pairs` or `one-category`.
    standard_error, low, high : float or None
        None where no interval is defined; limits never above 1.
    n_units : int
        Units with at least two ratings.
    n_ratings : int
    state : str
    """

    measure: str
    value: float | None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    n_units: int = 0
    n_ratings: int = 0
    state: str = states.ESTIMATED


def read_ratings(ratings: ArrayLike) -> FloatArray:
    """Units x raters as floats, nan = missing.

    Raises
    ------
    InputError
        Not two-dimensional, empty, not numbers, or infinite.

    Examples
    --------
    >>> read_ratings([[1, None], [2, 2]]).shape
    (2, 2)
    """
    table = as_floats(ratings, place="ratings")
    if table.ndim != 2:
        raise InputError("shape", "ratings", found=table.shape, expected="(n_units, n_raters)")
    if table.size == 0 or np.isnan(table).all():
        raise InputError("empty", "ratings")
    return table


def counted(table: FloatArray, categories: ArrayLike | None) -> FloatArray:
    """Ratings per unit and category; units without any rating left out."""
    known = ~np.isnan(table)
    names = np.unique(table[known]) if categories is None else np.unique(as_floats(categories, place="categories"))
    place = np.searchsorted(names, table[known])
    valid = place < len(names)
    valid[valid] = names[place[valid]] == table[known][valid]
    if not valid.all():
        choices = ", ".join(f"{name:g}" for name in names)
        raise InputError("choice", "ratings", value=float(table[known][~valid][0]), choices=choices)
    counts = np.zeros((len(table), len(names)))
    np.add.at(counts, (np.nonzero(known)[0], place), 1.0)
    return counts[counts.sum(axis=1) > 0]


def _linearised(value: float, parts: FloatArray, measure: str, *, level: float, counts: FloatArray) -> Agreement:
    """Interval from each unit's part in the coefficient, t with units - 1 degrees of freedom."""
    n = len(parts)
    paired, total = int((counts.sum(axis=1) >= 2).sum()), int(counts.sum())
    if n < 2:
        return Agreement(measure=measure, value=value, n_units=paired, n_ratings=total)
    error = float(np.sqrt(((parts - value) ** 2).sum() / (n * (n - 1))))
    half = float(stats.t.ppf(0.5 + level / 2, n - 1)) * error
    return Agreement(
        measure=measure,
        value=value,
        standard_error=error,
        low=max(value - half, -1.0),
        high=min(value + half, 1.0),
        n_units=paired,
        n_ratings=total,
    )


def _pairwise(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of agreeing pairs in each unit (0 without a pair), and which units have pairs."""
    size = counts.sum(axis=1)
    paired = size >= 2
    pairs = np.where(paired, size * (size - 1), 1.0)
    return (counts * (counts - 1)).sum(axis=1) / pairs, paired


def percent_agreement(ratings: ArrayLike, *, level: float = 0.95) -> Agreement:
    """Share of pairs of ratings of the same unit that are equal, averaged over units.

    Parameters
    ----------
    ratings : array-like of shape (n_units, n_raters)
        None or nan = missing.
    level : float
        Confidence level, 0-1.

    Returns
    -------
    Agreement
        0-1; state `no-pairs` when no unit has two ratings.

    Raises
    ------
    InputError
        Not a table of finite numbers, or empty.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.

    Examples
    --------
    >>> percent_agreement([[1, 1], [1, 2], [2, 2], [3, 3]]).value
    0.75
    """
    probability(level, place="level")
    counts = counted(read_ratings(ratings), None)
    agreeing, paired = _pairwise(counts)
    if not paired.any():
        return undefined("percent_agreement", states.NO_PAIRS, counts)
    value = float(agreeing[paired].mean())
    # Units with one rating stay in the count of units drawn: they make the estimate less sure, not surer.
    parts = agreeing * len(counts) / paired.sum()
    return _linearised(value, parts, "percent_agreement", level=level, counts=counts)


def gwet_ac1(ratings: ArrayLike, *, categories: ArrayLike | None = None, level: float = 0.95) -> Agreement:
    """Gwet's AC1: chance-corrected agreement that does not collapse when one category dominates.

    Parameters
    ----------
    ratings : array-like of shape (n_units, n_raters)
        Category numbers, None or nan = missing.
    categories : array-like or None
        All possible categories; else those that occur.
    level : float
        Confidence level, 0-1.

    Returns
    -------
    Agreement
        State `no-pairs`, or `one-category` when only one is possible.

    Raises
    ------
    InputError
        As `percent_agreement`, or a rating outside the categories.

    References
    ----------
    Gwet (2008), Brit. J. Math. Stat. Psych. 61:29-48; Gwet (2014), 4th ed., p. 120.

    Examples
    --------
    >>> round(gwet_ac1([[1, 1], [1, 2], [2, 2], [1, 1]]).value, 3)
    0.529
    """
    probability(level, place="level")
    counts = counted(read_ratings(ratings), categories)
    agreeing, paired = _pairwise(counts)
    q = counts.shape[1]
    if not paired.any() or q < 2:
        return undefined("gwet_ac1", states.ONE_CATEGORY if paired.any() else states.NO_PAIRS, counts)
    size = counts.sum(axis=1)
    shares = (counts / size[:, None]).mean(axis=0)
    observed, chance = float(agreeing[paired].mean()), float((shares * (1 - shares)).sum() / (q - 1))
    value = (observed - chance) / (1 - chance)
    own = len(counts) / paired.sum() * (agreeing - chance * paired) / (1 - chance)
    own_chance = (counts @ (1 - shares)) / size / (q - 1)
    parts = own - 2 * (1 - value) * (own_chance - chance) / (1 - chance)
    return _linearised(value, parts, "gwet_ac1", level=level, counts=counts)


def undefined(measure: str, state: str, counts: FloatArray) -> Agreement:
    """A coefficient without a number, for a named reason."""
    paired = int((counts.sum(axis=1) >= 2).sum())
    return Agreement(measure=measure, value=None, n_units=paired, n_ratings=int(counts.sum()), state=state)
