"""How far a shrunk value can be off when the variances themselves are only estimates.

With few agents or monitors the plug-in prediction error is too small, at a zero variance absurdly so. Here the variance
ratios are integrated out: a grid over the two sd ratios, weighted by the restricted likelihood under a half-Cauchy
prior of scale 1 on each ratio (Gelman 2006, Bayesian Analysis 1:515-534), residual variance integrated analytically.
"""

import numpy as np

from scoring.checks import FloatArray
from scoring.crossed import CrossedSums, Solution, prediction_variances, solve
from scoring.reml import Fitted

DROP = 12.0
STEPS_SMALL, STEPS_LARGE = 15, 7
SMALL_WORK = 100_000
LARGE_WORK = 20_000_000


def prediction_errors(sums: CrossedSums, fitted: Fitted, *, integrate: bool = True) -> tuple[FloatArray, FloatArray]:
    """Root mean squared errors of the REML predictions, the variances' own uncertainty included.

    Parameters
    ----------
    sums : CrossedSums
    fitted : Fitted
    integrate : bool
        False gives the plug-in errors.

    Returns
    -------
    (ndarray of shape (n_first,), ndarray of shape (n_second,))
        Scaled units, about the plug-in predictions. Above 20 million table cells times levels the plug-in error is
        returned: with so many levels the variances are known well enough.
    """
    best = fitted.solution
    plug_in = _moments(sums, best, best)
    work = len(sums.n_first) * len(sums.n_second) ** 2
    if not integrate or work > LARGE_WORK:
        return np.sqrt(plug_in[0]), np.sqrt(plug_in[1])
    steps = STEPS_SMALL if work <= SMALL_WORK else STEPS_LARGE
    axes = [_axis(sums, best, place, steps=steps) if fitted.free[place] else [(0.0, 1.0)] for place in (0, 1)]
    logs, squares = [], []
    for ratio_a, width_a in axes[0]:
        for ratio_b, width_b in axes[1]:
            at = solve(sums, (ratio_a**2, ratio_b**2))
            logs.append(-0.5 * (at.criterion - best.criterion) + np.log(width_a * width_b))
            squares.append(_moments(sums, at, best))
    weight = np.exp(np.array(logs) - max(logs))
    weight /= weight.sum()
    return tuple(np.sqrt(sum(w * pair[side] for w, pair in zip(weight, squares, strict=True))) for side in (0, 1))


def _moments(sums: CrossedSums, at: Solution, best: Solution) -> tuple[FloatArray, FloatArray]:
    """Expected squared error of the reported predictions if the ratios were those of `at`."""
    first, second = prediction_variances(sums, at)
    # The residual variance given the ratios is scaled inverse chi-square: its mean is df / (df - 2) times the estimate.
    s2 = at.s2 * (sums.n - 1) / max(sums.n - 3, 1)
    shift_first = at.mean + at.effects_first - best.mean - best.effects_first
    shift_second = at.effects_second - best.effects_second
    return s2 * first + shift_first**2, s2 * second + shift_second**2


def _axis(sums: CrossedSums, best: Solution, place: int, *, steps: int) -> list[tuple[float, float]]:
    """Midpoints and prior masses of one sd ratio where the likelihood is not negligible.

    With ratio = tan(pi x / 2) the half-Cauchy prior is uniform in x, so equal steps in x carry equal mass.
    """
    centre = 2 / np.pi * np.arctan(np.sqrt(best.gamma[place]))

    def too_far(x: float) -> bool:
        ratios = list(best.gamma)
        ratios[place] = float(np.tan(np.pi * x / 2)) ** 2
        return solve(sums, tuple(ratios)).criterion > best.criterion + DROP

    low, high = _edge(too_far, centre, 0.0), _edge(too_far, centre, 0.999)
    middles = low + (high - low) * (np.arange(steps) + 0.5) / steps
    return [(float(np.tan(np.pi * x / 2)), (high - low) / steps) for x in middles]


def _edge(too_far: object, inside: float, end: float) -> float:
    """Bisect towards `end` for the last place that is not too far."""
    if not too_far(end):
        return end
    near, far = inside, end
    for _ in range(12):
        middle = (near + far) / 2
        near, far = (near, middle) if too_far(middle) else (middle, far)
    return far
