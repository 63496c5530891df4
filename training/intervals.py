"""Wilson's score interval for a share: honest with few audits, and inside 0-1 at 0 of n and n of n."""

from math import isfinite, sqrt
from statistics import NormalDist

from training.errors import InputError


def wilson(failed: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share of `failed` out of `n`.

    Parameters
    ----------
    failed, n : int
        0 ≤ failed ≤ n, n ≥ 1.
    level : float
        Confidence, above 0 and below 1.

    Returns
    -------
    (low, high) : floats, shares 0-1

    Raises
    ------
    InputError
        n < 1, failed outside 0-n, or a level outside 0-1.

    References
    ----------
    Wilson (1927), JASA 22:209-212; Newcombe (1998), Statistics in Medicine 17:857-872, method 3.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(15, 148)]
    [0.0624, 0.1605]
    """
    if n < 1 or not 0 <= failed <= n:
        raise InputError(
            "share-impossible",
            "wilson",
            zh=f"{n}次中有{failed}次不合格，不成立",
            en=f"{failed} failed of {n} is impossible",
            facts={"failed": failed, "n": n},
        )
    if not (isfinite(level) and 0 < level < 1):
        raise InputError("level-impossible", "wilson", zh="置信水平应在0与1之间", en="the level lies between 0 and 1")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = failed / n, z * z / n
    middle, half = share + spread / 2, z * sqrt(share * (1 - share) / n + spread / (4 * n))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    # At the edges rounding would leave 1e-17 where the formula gives exactly 0 or 1.
    return (0.0 if failed == 0 else low), (1.0 if failed == n else high)
