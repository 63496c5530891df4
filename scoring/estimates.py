"""An estimate that never travels without its n, its interval and its state."""

import math

from msgspec import Struct
from scipy import stats

from scoring import states

Bounds = tuple[float, float] | None


class Estimate(Struct, frozen=True, kw_only=True):
    """A number with its uncertainty.

    Parameters
    ----------
    value : float or None
        Points; None when the state says why there is none.
    standard_error : float or None
        Points; root mean squared error of prediction for shrunk values.
    degrees_of_freedom : float or None
        Of the t interval.
    low, high : float or None
        Interval, points; None when undefined.
    n : int
        Marks behind it.
    state : str
        A key of `scoring.states.SENTENCES`.
    clipped : bool
        The interval was cut at the scale's end (marks cannot leave 0-100); a page says so.
    """

    value: float | None
    standard_error: float | None = None
    degrees_of_freedom: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    state: str = states.ESTIMATED
    clipped: bool = False

    @property
    def has_interval(self) -> bool:
        """Whether both ends are known."""
        return self.low is not None and self.high is not None

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval is known and does not contain 0."""
        return self.has_interval and (self.low > 0 or self.high < 0)


def with_t_interval(
    value: float,
    standard_error: float,
    *,
    degrees_of_freedom: float,
    n: int,
    level: float,
    bounds: Bounds = None,
    state: str = states.ESTIMATED,
) -> Estimate:
    """Wrap a value with its t interval, cut at the bounds of the scale.

    Parameters
    ----------
    value, standard_error : float
        Points.
    degrees_of_freedom : float
        > 0; infinite gives the normal interval.
    n : int
        Marks behind the value.
    level : float
        Confidence level, 0-1.
    bounds : (float, float) or None
        Ends of the scale; the displayed interval is cut there and `clipped` says so.
    state : str
        State to carry.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> found = with_t_interval(80.0, 12 / 5**0.5, degrees_of_freedom=4, n=5, level=0.95)
    >>> round(found.high - 80, 1)
    14.9
    """
    half = float(stats.t.ppf(0.5 + level / 2, degrees_of_freedom)) * standard_error
    low, high = value - half, value + half
    # Both ends into the scale: an adjusted value may itself lie beyond it, and low must not pass high.
    cut_low, cut_high = (min(max(end, bounds[0]), bounds[1]) for end in (low, high)) if bounds else (low, high)
    return Estimate(
        value=float(value),
        standard_error=float(standard_error),
        degrees_of_freedom=None if math.isinf(degrees_of_freedom) else float(degrees_of_freedom),
        low=float(cut_low),
        high=float(cut_high),
        n=int(n),
        state=state,
        clipped=(cut_low, cut_high) != (low, high),
    )
