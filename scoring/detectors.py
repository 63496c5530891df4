"""Four views of what is unusual, brought to one scale: the surprise -log(tail probability).

One fixed configuration for all data: 200 isolation trees; a robust covariance (minimum covariance determinant, or a
shrunk covariance of cut values where rows are fewer than five per column); mean distance to the nearest neighbours; and
the mean of the three farthest z, which no covariance can explain away.
"""

import warnings

import numpy as np
from scipy import stats
from sklearn.covariance import LedoitWolf, MinCovDet
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from scoring.checks import FloatArray

TREES = 200
REFERENCE_ROWS = 5_000
CUT = 3.0
FARTHEST = 3
# Share of the information that a scale from the median absolute deviation keeps (Rousseeuw & Croux 1993, JASA 88).
MAD_EFFICIENCY = 0.37


class Ensemble:
    """Four detectors fitted to one set of rows.

    Parameters
    ----------
    rows : ndarray of shape (n, p)
        Robust z features.
    seed : int
        Decides the trees, the covariance's starts and, above 5,000 rows, the reference sample.

    References
    ----------
    Liu, Ting & Zhou (2008) isolation forest; Rousseeuw & Van Driessen (1999) MCD; Ledoit & Wolf (2004) shrinkage;
    Ramaswamy, Rastogi & Shim (2000) nearest neighbours. All from scikit-learn.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(60, 2)); rows[7] = 9
    >>> int(Ensemble(rows, seed=1).surprise(rows).argmax())
    7
    """

    def __init__(self, rows: FloatArray, *, seed: int) -> None:
        varying = np.flatnonzero(np.ptp(rows, axis=0) > 0)
        self._columns = varying if len(varying) else np.arange(rows.shape[1])
        used = rows[:, self._columns]
        if len(used) > REFERENCE_ROWS:
            used = used[np.sort(np.random.default_rng(seed).choice(len(used), REFERENCE_ROWS, replace=False))]
        self._reference = used
        self._forest = IsolationForest(n_estimators=TREES, random_state=seed).fit(used)
        self._location, self._precision = robust_covariance(used, seed=seed)
        self._neighbours = NearestNeighbors().fit(used)
        self._k = int(np.clip(round(np.sqrt(len(used))), 3, min(50, len(used) - 1)))
        own = self._raw(used, inside=True)
        self._centre = np.median(own, axis=0)
        # The upper half sets the scale: distances lean to the right, and only that tail is judged.
        upper = np.quantile(own, 0.84, axis=0) - self._centre
        middle = MAD_EFFICIENCY * len(used)
        self._scale = np.maximum(upper, 1e-9)
        self._freedom = max(middle, 3.0)

    def surprise(self, rows: FloatArray, *, inside: bool = True) -> FloatArray:
        """Mean of -log tail probability over the four detectors; higher is more unusual.

        Parameters
        ----------
        rows : ndarray of shape (m, p)
        inside : bool
            The rows are those fitted (a row is then not its own neighbour).

        Returns
        -------
        ndarray of shape (m,)
            About 1 on ordinary rows.
        """
        z = (self._raw(rows[:, self._columns], inside=inside) - self._centre) / self._scale
        return -stats.t.logsf(z, self._freedom).mean(axis=1)

    def _raw(self, rows: FloatArray, *, inside: bool) -> FloatArray:
        """Forest score, log robust distance, log neighbour distance, mean of the farthest z; one column each."""
        away = rows - self._location
        distance = np.einsum("ij,jk,ik->i", away, self._precision, away)
        # A fitted row finds itself at distance 0; one more neighbour is asked for and the nearest dropped.
        take = min(self._k + inside, len(self._reference))
        near = self._neighbours.kneighbors(rows, n_neighbors=take)[0]
        spread = near[:, 1:].mean(axis=1) if inside else near.mean(axis=1)
        return np.column_stack(
            [
                -self._forest.score_samples(rows),
                np.log1p(np.sqrt(np.maximum(distance, 0))),
                np.log1p(spread),
                np.sort(np.abs(rows), axis=1)[:, -FARTHEST:].mean(axis=1),
            ]
        )


def robust_covariance(rows: FloatArray, *, seed: int) -> tuple[FloatArray, FloatArray]:
    """Location and inverse scatter that a few outliers cannot bend.

    Parameters
    ----------
    rows : ndarray of shape (n, p)
        Finite values.
    seed : int

    Returns
    -------
    (ndarray of shape (p,), ndarray of shape (p, p))

    References
    ----------
    Rousseeuw & Van Driessen (1999), Technometrics 41:212-223, from scikit-learn; Ledoit & Wolf (2004) for few rows.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(50, 2)); rows[:10] = 40
    >>> bool(np.abs(robust_covariance(rows, seed=0)[0]).max() < 1)
    True
    """
    n, p = rows.shape
    if n >= 5 * p and np.linalg.matrix_rank(rows - rows.mean(axis=0)) == p:
        # scikit-learn warns where the subset's determinant is not strictly falling; the check below decides instead.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = MinCovDet(random_state=seed).fit(rows)
        if np.isfinite(found.covariance_).all() and np.linalg.cond(found.covariance_) < 1e10:
            return found.location_, np.linalg.inv(found.covariance_)
    cut = np.clip(rows, -CUT, CUT)
    shrunk = LedoitWolf().fit(cut)
    # A small ridge: columns that became constant by the cut would leave the matrix singular.
    return shrunk.location_, np.linalg.inv(shrunk.covariance_ + 1e-6 * np.eye(p))
