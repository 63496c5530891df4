"""Krippendorff's alpha, with an interval by drawing whole units anew."""

import numpy as np
from numpy.typing import ArrayLike

from scoring import states
from scoring.agreement import Agreement, counted, read_ratings, undefined
from scoring.checks import FloatArray, probability
from scoring.errors import InputError

METRICS = ("nominal", "ordinal", "interval", "ratio")
DEFAULT_RESAMPLES = 1_000


def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    metric: str = "nominal",
    level: float = 0.95,
    seed: int = 0,
    resamples: int = DEFAULT_RESAMPLES,
) -> Agreement:
    """Krippendorff's alpha: 1 - observed over expected disagreement, for any number of raters and gaps.

    Parameters
    ----------
    ratings : array-like of shape (n_units, n_raters)
        None or nan = missing.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two ratings are.
    level : float
        Confidence level, 0-1.
    seed : int
        Of the resampling.
    resamples : int
        Times that whole units are drawn anew for the percentile interval; 0 = no interval.

    Returns
    -------
    Agreement
        State `no-pairs`, or `one-category` when nothing varies (alpha is then undefined, not 1).

    Raises
    ------
    InputError
        As `percent_agreement`, an unknown metric, or a negative ratio-scale rating.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability. Interval: bootstrap of units.

    Examples
    --------
    >>> found = krippendorff_alpha([[1, 1], [2, 2], [3, 3], [1, 2]], metric="interval")
    >>> round(found.value, 3)
    0.821
    """
    probability(level, place="level")
    if metric not in METRICS:
        raise InputError("choice", "metric", value=metric, choices=", ".join(METRICS))
    table = read_ratings(ratings)
    if metric == "ratio" and np.nanmin(table) < 0:
        raise InputError("out-of-range", "ratings", value=float(np.nanmin(table)), low=0, high="∞")
    counts, names = counted(table, None), np.unique(table[~np.isnan(table)])
    paired = counts[counts.sum(axis=1) >= 2]
    measure = f"krippendorff_alpha_{metric}"
    if not len(paired):
        return undefined(measure, states.NO_PAIRS, counts)
    value = _alpha(paired, np.ones(len(paired)), names, metric)
    if value is None:
        return undefined(measure, states.ONE_CATEGORY, counts)
    again = _resampled(paired, names, metric, seed=seed, resamples=resamples)
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2]) if len(again) > 1 else (None, None)
    return Agreement(
        measure=measure,
        value=value,
        standard_error=float(np.std(again, ddof=1)) if len(again) > 1 else None,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        n_units=len(paired),
        n_ratings=int(paired.sum()),
    )


def _resampled(counts: FloatArray, names: FloatArray, metric: str, *, seed: int, resamples: int) -> list[float]:
    """Alphas of units drawn anew with replacement; draws in which nothing varies are left out."""
    n = len(counts)
    if n < 2:
        return []
    rng = np.random.default_rng(seed)
    draws = (rng.multinomial(n, np.full(n, 1 / n)).astype(float) for _ in range(resamples))
    return [found for draw in draws if (found := _alpha(counts, draw, names, metric)) is not None]


def _alpha(counts: FloatArray, times: FloatArray, names: FloatArray, metric: str) -> float | None:
    """Alpha with unit u counted `times[u]` times; None where nothing varies."""
    total = times @ counts
    weight = times / (counts.sum(axis=1) - 1)
    if metric in ("nominal", "ratio"):
        apart = _distances(names, metric)
        observed = weight @ ((counts @ apart) * counts).sum(axis=1)
        expected = total @ apart @ total
    else:
        # Interval and ordinal distances are squares of differences of places on a line: no table of pairs needed.
        place = names if metric == "interval" else np.cumsum(total) - total / 2
        place = place - total @ place / total.sum()
        observed = weight @ _spread(counts, place)
        expected = _spread(total[None, :], place)[0]
    return float(1 - observed * (total.sum() - 1) / expected) if expected > 0 else None


def _spread(counts: FloatArray, place: FloatArray) -> FloatArray:
    """Sum of squared differences over all ordered pairs of ratings in each row."""
    return 2 * (counts.sum(axis=1) * (counts @ place**2) - (counts @ place) ** 2)


def _distances(names: FloatArray, metric: str) -> FloatArray:
    """Squared distance between categories."""
    if metric == "nominal":
        return 1.0 - np.eye(len(names))
    gap, both = names[:, None] - names[None, :], names[:, None] + names[None, :]
    return np.divide(gap, both, out=np.zeros_like(gap), where=both > 0) ** 2
