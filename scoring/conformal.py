"""p-values that count: how many calibration cases were at least as unusual."""

import numpy as np
from numpy.typing import ArrayLike

from scoring.checks import FloatArray, finite_vector


def conformal_p_values(calibration: ArrayLike, scores: ArrayLike) -> FloatArray:
    """Marginal conformal p-values, (1 + number of calibration scores >= score) / (n + 1).

    Parameters
    ----------
    calibration : array-like of shape (n,)
        Scores of cases taken as ordinary, scored by the same function.
    scores : array-like of shape (m,)
        Scores to judge; higher is more unusual.

    Returns
    -------
    ndarray of shape (m,)
        If case and calibration are exchangeable, P(p <= a) <= a whatever the score is.

    Raises
    ------
    InputError
        Empty or not finite.

    References
    ----------
    Bates, Candes, Lei, Romano & Sesia (2023), Ann. Statist. 51(1), eq. (2).

    Examples
    --------
    >>> conformal_p_values([1, 2, 3, 4, 5, 6, 7, 8, 9], [0.5, 5, 9.5])
    array([1. , 0.6, 0.1])
    """
    ordered = np.sort(finite_vector(calibration, place="calibration"))
    values = finite_vector(scores, place="scores")
    above = len(ordered) - np.searchsorted(ordered, values, side="left")
    return (1 + above) / (len(ordered) + 1)
