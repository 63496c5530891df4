"""Find the variance ratios that maximise the restricted likelihood, zero included."""

import numpy as np
from msgspec import Struct
from scipy import optimize

from scoring.checks import FloatArray
from scoring.crossed import CrossedSums, Solution, information, solve

RATIO_LIMIT = 1e4
START_POINTS = ((0.5, 0.5), (0.1, 1.5), (1.5, 0.1))
NEGLIGIBLE = 2e-7


class Fitted(Struct, frozen=True, kw_only=True):
    """The solution at the REML variances and the covariance of those variances (zero rows where at the boundary)."""

    solution: Solution
    covariance: FloatArray
    free: tuple[bool, bool]


def identified(sums: CrossedSums, free: tuple[bool, bool]) -> bool:
    """Whether the design can tell the free variances from each other and from the residual.

    Judged by the information at zero ratios, which depends on the design alone: two variances that enter the marks in
    the same way (each agent marked once, say) make it singular.
    """
    if sums.n <= 2:
        return False
    keep = [place for place, wanted in enumerate((*free, True)) if wanted]
    # s2 cancels in the correlation below, so the marks play no part.
    matrix = information(sums, solve(sums, (0.0, 0.0)))[np.ix_(keep, keep)]
    size = np.sqrt(np.diag(matrix))
    if not (size > 0).all():
        return False
    return bool(np.linalg.eigvalsh(matrix / np.outer(size, size))[0] > 1e-9)


def maximise(sums: CrossedSums, free: tuple[bool, bool]) -> Fitted:
    """Minimise the REML criterion over sd ratios >= 0 with its analytic gradient, then try the boundary.

    Parameters
    ----------
    sums : CrossedSums
    free : (bool, bool)
        Which factor's variance is estimated; the other is zero.

    Returns
    -------
    Fitted

    References
    ----------
    Bates et al. (2015), J. Stat. Softw. 67(1), 2.1 and 3.
    """
    best = _search(sums, free)
    for factor in (0, 1):
        if free[factor] and best.gamma[factor] < 1e-2:
            # The slope by the sd is zero at zero whatever the likelihood does, so zero is compared, not approached.
            without = _search(sums, (free[0] and factor != 0, free[1] and factor != 1))
            if without.criterion <= best.criterion + NEGLIGIBLE:
                best = without
    return Fitted(solution=best, covariance=_covariance(sums, best), free=free)


def _search(sums: CrossedSums, free: tuple[bool, bool]) -> Solution:
    """Best of a few starts of a bounded quasi-Newton search over the free sd ratios."""
    places = [place for place in (0, 1) if free[place]]
    if not places:
        return solve(sums, (0.0, 0.0))

    def at(theta: FloatArray) -> Solution:
        ratios = [0.0, 0.0]
        for place, value in zip(places, theta, strict=True):
            ratios[place] = float(value) ** 2
        return solve(sums, tuple(ratios))

    def value_and_slope(theta: FloatArray) -> tuple[float, FloatArray]:
        found = at(theta)
        return found.criterion, 2 * theta * found.gradient[places]

    best: Solution | None = None
    for start in START_POINTS:
        answer = optimize.minimize(
            value_and_slope,
            np.array([start[place] for place in places]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, RATIO_LIMIT**0.5)] * len(places),
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 200},
        )
        found = at(answer.x)
        if best is None or found.criterion < best.criterion - NEGLIGIBLE:
            best = found
        # Large tables have one clear maximum; further starts would only cost time.
        if sums.n > 2_000:
            break
    return best


def _covariance(sums: CrossedSums, best: Solution) -> FloatArray:
    """Inverse information of the variances that are not zero, in scaled units squared."""
    keep = [place for place, ratio in enumerate((*best.gamma, 1.0)) if ratio > 0]
    matrix = information(sums, best)[np.ix_(keep, keep)]
    covariance = np.zeros((3, 3))
    covariance[np.ix_(keep, keep)] = np.linalg.pinv(matrix, hermitian=True)
    return covariance
