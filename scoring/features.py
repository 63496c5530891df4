"""Robust features of agents: how far from their peers, how far from their own past."""

import numpy as np
from msgspec import Struct

from scoring.checks import FloatArray

MAD_TO_SD = 1.4826
MEAN_DEVIATION_TO_SD = 1.2533
Z_LIMIT = 12.0


class Features(Struct, frozen=True, kw_only=True):
    """Robust z of every agent-month and KPI, 0 where a value is missing.

    Parameters
    ----------
    peer : ndarray of shape (n_agents, n_kpis)
        Against the group of the same month.
    own : ndarray of shape (n_agents, n_kpis) or None
        Change against one's own past median, against the group's changes; None without a past.
    """

    peer: FloatArray
    own: FloatArray | None

    @property
    def matrix(self) -> FloatArray:
        """Columns side by side, peers first."""
        return self.peer if self.own is None else np.hstack([self.peer, self.own])


def robust_z(values: FloatArray) -> FloatArray:
    """Distance from the column's median in robust standard deviations.

    Parameters
    ----------
    values : ndarray of shape (n, k)
        nan = missing.

    Returns
    -------
    ndarray of shape (n, k)
        Cut at +-12 (beyond that, only "very far" is known); 0 where missing and in constant columns. Scale: median
        absolute deviation; where more than half are equal, the mean absolute deviation.

    References
    ----------
    Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers.

    Examples
    --------
    >>> robust_z(np.array([[1.0], [2.0], [3.0], [4.0], [50.0]])).round(2).ravel()
    array([-1.35, -0.67,  0.  ,  0.67, 12.  ])
    """
    known = ~np.isnan(values)
    found = np.zeros(values.shape)
    for column in np.flatnonzero(known.sum(axis=0) >= 3):
        rows = known[:, column]
        away = values[rows, column] - np.median(values[rows, column])
        size = np.abs(away)
        scale = MAD_TO_SD * np.median(size)
        # More than half equal: the median deviation is 0 although the column varies.
        if scale <= 1e-12 * max(1.0, float(size.max())):
            scale = MEAN_DEVIATION_TO_SD * size.mean()
        if scale > 0:
            found[rows, column] = np.clip(away / scale, -Z_LIMIT, Z_LIMIT)
    return found


def features(values: FloatArray, past: FloatArray | None) -> Features:
    """Peer and own-history z of one month.

    Parameters
    ----------
    values : ndarray of shape (n_agents, n_kpis)
        KPI values of the month, nan = missing.
    past : ndarray of shape (n_months, n_agents, n_kpis) or None
        Earlier months of the same agents and KPIs, nan = missing.

    Returns
    -------
    Features

    Notes
    -----
    One person's two or three months give no spread of their own, so a change is measured against the changes of all.

    Examples
    --------
    >>> found = features(np.array([[1.0], [2.0], [9.0]]), np.array([[[1.0], [2.1], [2.9]]]))
    >>> found.own.round(1).ravel()
    array([ 0. , -0.7, 12. ])
    """
    peer = robust_z(values)
    if past is None or len(past) == 0:
        return Features(peer=peer, own=None)
    # Middle of the sorted known months; nanmedian would warn about people without a past.
    ordered = np.sort(past, axis=0)
    count = (~np.isnan(past)).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(past) - 1)
    middle = (np.take_along_axis(ordered, low[None], 0)[0] + np.take_along_axis(ordered, high[None], 0)[0]) / 2
    return Features(peer=peer, own=robust_z(values - middle))
