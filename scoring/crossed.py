"""The algebra of two crossed random factors: everything REML needs, from sums alone.

Model: y = mu + a[first] + b[second] + e with variances s2 * gamma_a, s2 * gamma_b, s2. Written with
H = I + gamma_a Za Za' + gamma_b Zb Zb' and P = H^-1 - H^-1 1 (1' H^-1 1)^-1 1' H^-1, all quantities below need only the
table of counts first x second and the sums per level: the first factor is absorbed (its block is diagonal), the second
is solved densely. Marks themselves are never touched again, so 57,000 ratings by 19 raters cost 19 x 19 algebra.

References
----------
Bates et al. (2015), J. Stat. Softw. 67(1): profiled REML criterion.
Searle, Casella & McCulloch (1992), Variance Components, chapter 6: P, expected information.
"""

import numpy as np
from msgspec import Struct
from scipy import linalg, sparse

from scoring.checks import FloatArray, IntArray

DENSE_CELLS = 200_000


class CrossedSums(Struct, frozen=True, kw_only=True):
    """Sufficient statistics of marks in a two-way table; marks are centred and scaled to unit spread.

    Parameters
    ----------
    counts : ndarray or sparse array of shape (n_first, n_second)
        Marks per cell.
    n_first, n_second : ndarray
        Marks per level, each at least 1.
    sum_first, sum_second : ndarray
        Sums of the scaled marks per level.
    n : int
        Marks.
    total_squares : float
        Sum of squares of the scaled marks.
    centre, scale : float
        mark = centre + scale * scaled mark, points.
    """

    counts: object
    n_first: FloatArray
    n_second: FloatArray
    sum_first: FloatArray
    sum_second: FloatArray
    n: int
    total_squares: float
    centre: float
    scale: float


class Solution(Struct, frozen=True, kw_only=True):
    """State of the model at one pair of variance ratios, in scaled units.

    criterion (-2 log REML of the scaled marks), gradient by (gamma_a, gamma_b), mean, residual variance `s2`,
    effects (best linear unbiased predictions) and the pieces reused by `prediction_variances` and `information`.
    """

    gamma: tuple[float, float]
    criterion: float
    gradient: FloatArray
    mean: float
    s2: float
    ones: float
    effects_first: FloatArray
    effects_second: FloatArray
    g: FloatArray
    inverse: FloatArray
    w: FloatArray
    q: FloatArray
    r: FloatArray


def collect(first: IntArray, second: IntArray, marks: FloatArray) -> CrossedSums:
    """Sum the marks up by level; every level number from 0 must occur."""
    a, b = int(first.max()) + 1, int(second.max()) + 1
    centre = float(marks.mean())
    # A spread that is only rounding noise counts as none: constant marks must be seen as constant.
    spread = float(marks.std())
    scale = spread if spread > 1e-12 * max(1.0, abs(centre)) else 1.0
    scaled = (marks - centre) / scale if scale == spread else np.zeros_like(marks)
    table = sparse.csr_array((np.ones(len(marks)), (first, second)), shape=(a, b))
    return CrossedSums(
        counts=table.toarray() if a * b <= DENSE_CELLS else table,
        n_first=np.bincount(first, minlength=a).astype(float),
        n_second=np.bincount(second, minlength=b).astype(float),
        sum_first=np.bincount(first, scaled, minlength=a),
        sum_second=np.bincount(second, scaled, minlength=b),
        n=len(marks),
        total_squares=float(scaled @ scaled),
        centre=centre,
        scale=scale,
    )


def turned(sums: CrossedSums) -> CrossedSums:
    """The same table with its two factors exchanged."""
    return CrossedSums(
        counts=sums.counts.T,
        n_first=sums.n_second,
        n_second=sums.n_first,
        sum_first=sums.sum_second,
        sum_second=sums.sum_first,
        n=sums.n,
        total_squares=sums.total_squares,
        centre=sums.centre,
        scale=sums.scale,
    )


def gram(counts: object, weight: FloatArray) -> FloatArray:
    """counts' diag(weight) counts as a dense array."""
    if sparse.issparse(counts):
        return (counts.T @ (sparse.diags_array(weight) @ counts)).toarray()
    return counts.T @ (counts * weight[:, None])


def solve(sums: CrossedSums, gamma: tuple[float, float]) -> Solution:
    """REML criterion, its gradient, the mean and the effects at given variance ratios (zero allowed).

    Parameters
    ----------
    sums : CrossedSums
    gamma : (float, float)
        Variance of each factor over the residual variance, >= 0.

    Returns
    -------
    Solution
    """
    gamma_a, gamma_b = gamma
    g = 1.0 / (1.0 + gamma_a * sums.n_first)
    w = np.diag(sums.n_second) - gram(sums.counts, gamma_a * g)
    factor = linalg.cho_factor(np.eye(len(w)) + gamma_b * w, lower=True)
    inverse = linalg.cho_solve(factor, np.eye(len(w)))
    log_det = np.log1p(gamma_a * sums.n_first).sum() + 2 * np.log(np.diag(factor[0])).sum()

    def project(by_first: FloatArray, by_second: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Zb' Ha^-1 v, Za' H^-1 v and Zb' H^-1 v of a vector v given by its sums."""
        partial = by_second - sums.counts.T @ (gamma_a * g * by_first)
        by_b = inverse @ partial
        return partial, g * (by_first - gamma_b * (sums.counts @ by_b)), by_b

    t_one, q, r = project(sums.n_first, sums.n_second)
    t_y, y_first, y_second = project(sums.sum_first, sums.sum_second)
    shrink = gamma_a * g
    ones = sums.n - shrink @ sums.n_first**2 - gamma_b * t_one @ r
    one_y = -(shrink @ (sums.n_first * sums.sum_first)) - gamma_b * t_one @ y_second
    mean = one_y / ones
    squares = sums.total_squares - shrink @ sums.sum_first**2 - gamma_b * t_y @ y_second - mean * one_y
    squares = max(float(squares), 1e-14)
    p_first, p_second = y_first - mean * q, y_second - mean * r
    df = sums.n - 1
    trace_first = (g * sums.n_first).sum() - gamma_b * (inverse * gram(sums.counts, g**2)).sum() - q @ q / ones
    trace_second = (inverse * w).sum() - r @ r / ones
    return Solution(
        gamma=gamma,
        criterion=float(log_det + np.log(ones) + df * (1 + np.log(2 * np.pi * squares / df))),
        gradient=np.array(
            [trace_first - df * p_first @ p_first / squares, trace_second - df * p_second @ p_second / squares]
        ),
        mean=float(mean),
        s2=squares / df,
        ones=float(ones),
        effects_first=gamma_a * p_first,
        effects_second=gamma_b * p_second,
        g=g,
        inverse=inverse,
        w=w,
        q=q,
        r=r,
    )


def prediction_variances(sums: CrossedSums, at: Solution) -> tuple[FloatArray, FloatArray]:
    """Squared prediction errors, over s2, relative to the average level of the other factor that is present.

    Returns
    -------
    (ndarray, ndarray)
        Of mu + a_i + mean(b), and of b_j - mean(b). The mean of the second factor's levels is part of the target,
        because "marked by the average of these monitors" is what a level is compared at; its variance,
        gamma_b / n_second, drops out (predictions do not change when all b shift together).
    """
    gamma_a, gamma_b = at.gamma
    reach = at.g[:, None] * (sums.counts.toarray() if sparse.issparse(sums.counts) else sums.counts)
    z_first = at.g * sums.n_first - gamma_b * np.einsum("ij,ij->i", reach @ at.inverse, reach)
    first = gamma_a - gamma_a**2 * z_first + (1 - gamma_a * at.q) ** 2 / at.ones - gamma_b / len(sums.n_second)
    z_second = np.einsum("ij,ji->i", at.inverse, at.w) - at.r**2 / at.ones
    second = gamma_b - gamma_b**2 * z_second - gamma_b / len(sums.n_second)
    return np.maximum(first, 0.0), np.maximum(second, 0.0)


def information(sums: CrossedSums, at: Solution) -> FloatArray:
    """Expected REML information of (first variance, second variance, residual variance), scaled units.

    Returns
    -------
    ndarray of shape (3, 3)
        1/2 tr(P V_i P V_j) / s2^2. Traces with the residual follow from P H P = P.
    """
    gamma_a, gamma_b = at.gamma
    reach = at.g[:, None] * (sums.counts.toarray() if sparse.issparse(sums.counts) else sums.counts)
    lower = linalg.cholesky(at.inverse, lower=True)
    low_rank = np.column_stack([np.sqrt(gamma_b) * reach @ lower, at.q / np.sqrt(at.ones)])
    diagonal = at.g * sums.n_first
    aa = (diagonal**2).sum() - 2 * diagonal @ (low_rank**2).sum(axis=1) + ((low_rank.T @ low_rank) ** 2).sum()
    ab = ((reach @ at.inverse - np.outer(at.q, at.r) / at.ones) ** 2).sum()
    bb = ((at.inverse @ at.w - np.outer(at.r, at.r) / at.ones) ** 2).sum()
    trace_a = diagonal.sum() - (low_rank**2).sum()
    trace_b = (at.inverse * at.w).sum() - at.r @ at.r / at.ones
    ae = trace_a - gamma_a * aa - gamma_b * ab
    be = trace_b - gamma_a * ab - gamma_b * bb
    ee = sums.n - 1 - gamma_a * trace_a - gamma_b * trace_b - gamma_a * ae - gamma_b * be
    return np.array([[aa, ab, ae], [ab, bb, be], [ae, be, ee]]) / (2 * at.s2**2)
