"""Shares and differences of shares, with intervals that behave at 0 and at 1."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from scoring.checks import FloatArray, IntArray, probability, whole
from scoring.errors import InputError


class ShareInterval(Struct, frozen=True, kw_only=True):
    """Shares with their intervals; where `defined` is False (n = 0) the three numbers are nan and must not be shown."""

    share: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    defined: NDArray[np.bool_]


def wilson(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> ShareInterval:
    """Wilson score interval of a share, elementwise.

    Parameters
    ----------
    successes, n : array-like of int
        Broadcast against each other; 0 <= successes <= n.
    level : float
        Confidence level, 0-1.

    Returns
    -------
    ShareInterval
        Shares 0-1.

    Raises
    ------
    InputError
        Not whole numbers, negative, or more successes than n.

    References
    ----------
    Wilson (1927), JASA 22:209-212; Newcombe (1998), Stat. Med. 17:857-872, method 3.

    Examples
    --------
    >>> found = wilson(81, 263)
    >>> found.low.round(4).tolist(), found.high.round(4).tolist()
    (0.2553, 0.3662)
    """
    z = stats.norm.ppf(0.5 + probability(level, place="level") / 2)
    hits, trials = np.broadcast_arrays(whole(successes, place="successes"), whole(n, place="n"))
    if trials.size and (trials.min() < 0 or hits.min() < 0 or (hits > trials).any()):
        bad = int(hits.ravel()[np.argmax((hits < 0) | (hits > trials))])
        raise InputError("out-of-range", "successes", value=bad, low=0, high="n")
    defined = trials > 0
    count = np.where(defined, trials, 1)
    share = hits / count
    centre = share + z**2 / (2 * count)
    half = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    below, above = (centre - half) / (1 + z**2 / count), (centre + half) / (1 + z**2 / count)
    # The ends are 0 and 1 exactly there; rounding would print 0.0000000001 %.
    low = np.where(hits == 0, 0.0, below)
    high = np.where(hits == trials, 1.0, above)
    blank = [np.where(defined, values, np.nan) for values in (share, low, high)]
    return ShareInterval(share=blank[0], low=blank[1], high=blank[2], n=trials, defined=defined)


def newcombe_difference(
    successes: ArrayLike, n: ArrayLike, other_successes: ArrayLike, other_n: ArrayLike, *, level: float = 0.95
) -> ShareInterval:
    """Difference of two independent shares, first minus second, with Newcombe's hybrid score interval.

    Parameters
    ----------
    successes, n, other_successes, other_n : array-like of int
        Counts of the two groups, broadcast.
    level : float
        Confidence level, 0-1.

    Returns
    -------
    ShareInterval
        Difference -1 to 1; `n` is the smaller of the two.

    Raises
    ------
    InputError
        As `wilson`.

    References
    ----------
    Newcombe (1998), Stat. Med. 17:873-890, method 10 (56/70 against 48/80: .0524 to .3339).

    Examples
    --------
    >>> found = newcombe_difference(56, 70, 48, 80)
    >>> found.low.round(4).tolist(), found.high.round(4).tolist()
    (0.0524, 0.3339)
    """
    one, two = wilson(successes, n, level=level), wilson(other_successes, other_n, level=level)
    difference = one.share - two.share
    low = difference - np.hypot(one.share - one.low, two.high - two.share)
    high = difference + np.hypot(one.high - one.share, two.share - two.low)
    return ShareInterval(
        share=difference, low=low, high=high, n=np.minimum(one.n, two.n), defined=one.defined & two.defined
    )
