"""One rounding, half-up, to whole hundredths: exact wherever the inputs are integers or fractions."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.errors import InputError

Exact = int | str | float | Decimal | Fraction


def exact(value: Exact, *, place: str = "value") -> Fraction:
    """Turn a written number into a fraction without binary error.

    Parameters
    ----------
    value : int, str, float, Decimal or Fraction
        A float is read by its shortest decimal form, so 0.95 is 19/20.
    place : str
        Name used in the refusal.

    Returns
    -------
    Fraction

    Raises
    ------
    InputError
        Not a finite number.

    Examples
    --------
    >>> exact("0.95"), exact(0.1)
    (Fraction(19, 20), Fraction(1, 10))
    """
    try:
        return Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise InputError("not-a-number", place, value=value) from None


def half_up(value: Fraction | int) -> int:
    """Nearest integer of an exact number; a half goes up (towards plus infinity).

    Parameters
    ----------
    value : Fraction or int

    Returns
    -------
    int

    Examples
    --------
    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Fraction(249, 100))
    (3, -2, 2)
    """
    value = Fraction(value)
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def half_up_ratio(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.int64]:
    """Nearest integers of numerator / denominator, elementwise, exact in 64-bit integers.

    Parameters
    ----------
    numerator, denominator : array-like of int
        Broadcast against each other; denominators > 0; absolute values below 2**62.

    Returns
    -------
    ndarray of int64

    Raises
    ------
    InputError
        Not whole numbers, a denominator that is not positive, or a value too large for exact arithmetic.

    Examples
    --------
    >>> half_up_ratio([1, 3, 5], 2)
    array([1, 2, 3])
    """
    top, bottom = np.asarray(numerator), np.asarray(denominator)
    for place, array in (("numerator", top), ("denominator", bottom)):
        if array.dtype.kind not in "iub":
            raise InputError("not-whole", place)
        # Twice a larger number would wrap around silently.
        if array.size and max(abs(int(array.max())), abs(int(array.min()))) >= 2**62:
            raise InputError("out-of-range", place, value=int(np.abs(array).max()), low="-2^62", high="2^62")
    if bottom.size and int(bottom.min()) <= 0:
        raise InputError("out-of-range", "denominator", value=int(bottom.min()), low=1, high="2^62")
    # Quotient and remainder instead of doubling the numerator: nothing can overflow.
    quotient, remainder = np.divmod(top.astype(np.int64), bottom.astype(np.int64))
    return quotient + (2 * remainder >= bottom)


def hundredths(points: Exact) -> int:
    """Points as whole hundredths, rounded half-up once.

    Parameters
    ----------
    points : int, str, float, Decimal or Fraction
        Points, any finite number.

    Returns
    -------
    int
        Hundredths of a point.

    Raises
    ------
    InputError
        Not a finite number.

    Examples
    --------
    >>> hundredths("87.125"), hundredths(1.005)
    (8713, 101)
    """
    return half_up(exact(points, place="points") * 100)
