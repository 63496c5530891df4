"""ICC(2,1): how much of one mark by one random monitor is the thing marked (absolute agreement)."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from scoring import states
from scoring.agreement import Agreement, read_ratings
from scoring.checks import FloatArray, probability
from scoring.severity import fit_severity

MEASURE = "icc_2_1"


def icc_2_1(ratings: ArrayLike, *, level: float = 0.95) -> Agreement:
    """Two-way random, absolute agreement, single rating.

    Parameters
    ----------
    ratings : array-like of shape (n_units, n_raters)
        None or nan = missing.
    level : float
        Confidence level, 0-1.

    Returns
    -------
    Agreement
        Complete tables: mean squares with the F interval. Tables with gaps: REML variances of `fit_severity`, without
        an interval. State `no-pairs` below two units or two raters, `constant` when nothing varies, `not-identified`
        when the gaps leave too little.

    Raises
    ------
    InputError
        Not a table of finite numbers, or empty.

    References
    ----------
    Shrout & Fleiss (1979), Psych. Bull. 86:420-428; McGraw & Wong (1996), Psych. Methods 1:30-46 (ICC(A,1), interval).

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> round(icc_2_1(judges).value, 4)
    0.2898
    """
    probability(level, place="level")
    table = read_ratings(ratings)
    known = ~np.isnan(table)
    used = table[known.any(axis=1)][:, known.any(axis=0)]
    n_ratings = int(known.sum())
    if min(used.shape) < 2:
        return Agreement(measure=MEASURE, value=None, n_ratings=n_ratings, state=states.NO_PAIRS)
    if np.ptp(table[known]) == 0:
        return Agreement(measure=MEASURE, value=None, n_ratings=n_ratings, state=states.CONSTANT)
    return _with_gaps(used) if np.isnan(used).any() else _complete(used, level=level)


def _complete(table: FloatArray, *, level: float) -> Agreement:
    """Mean squares and the F interval of McGraw & Wong, Satterthwaite denominator."""
    n, k = table.shape
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    between = k * rows.var(ddof=1)
    raters = n * columns.var(ddof=1)
    rest = ((table - rows[:, None] - columns + table.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    value = float((between - rest) / (between + (k - 1) * rest + k * (raters - rest) / n))
    low = high = None
    if value < 1:
        a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
        top = (a * raters + b * rest) ** 2
        freedom = top / ((a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)))
        low_f = stats.f.ppf(0.5 + level / 2, n - 1, freedom)
        high_f = stats.f.ppf(0.5 + level / 2, freedom, n - 1)
        error = k * raters + (k * n - k - n) * rest
        low = float(n * (between - low_f * rest) / (low_f * error + n * between))
        high = float(n * (high_f * between - rest) / (error + n * high_f * between))
    return Agreement(measure=MEASURE, value=value, low=low, high=high, n_units=n, n_ratings=n * k)


def _with_gaps(table: FloatArray) -> Agreement:
    """Ratio of REML variances."""
    unit, rater = np.nonzero(~np.isnan(table))
    fit = fit_severity(unit, rater, table[unit, rater], bounds=None)
    paired = int((np.bincount(unit) >= 2).sum())
    if fit.sd_residual is None:
        return Agreement(measure=MEASURE, value=None, n_units=paired, n_ratings=len(unit), state=fit.state)
    total = fit.sd_agent**2 + fit.sd_monitor**2 + fit.sd_residual**2
    return Agreement(measure=MEASURE, value=fit.sd_agent**2 / total, n_units=paired, n_ratings=len(unit))
