"""Checks of input arrays, each with its named refusal."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def finite_vector(values: ArrayLike, *, place: str) -> FloatArray:
    """One-dimensional finite floats, at least one.

    Raises
    ------
    InputError
        Empty, not one-dimensional, not numbers, or not finite.

    Examples
    --------
    >>> finite_vector([1, 2], place="marks")
    array([1., 2.])
    """
    array = as_floats(values, place=place)
    if array.ndim != 1:
        raise InputError("shape", place, found=array.shape, expected="(n,)")
    if array.size == 0:
        raise InputError("empty", place)
    if not np.isfinite(array).all():
        raise InputError("not-finite", place, position=int(np.argmin(np.isfinite(array))) + 1)
    return array


def as_floats(values: ArrayLike, *, place: str) -> FloatArray:
    """Floats of any shape; None becomes nan, which stands for missing inside this package only.

    Raises
    ------
    InputError
        Something that is not a number, or an infinite one.

    Examples
    --------
    >>> as_floats([1, None], place="x")
    array([ 1., nan])
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("not-a-number", place, value=str(values)[:40]) from None
    if np.isinf(array).any():
        raise InputError("not-finite", place, position=int(np.argmax(np.isinf(array.ravel()))) + 1)
    return array


def whole(values: ArrayLike, *, place: str) -> IntArray:
    """Whole numbers of any shape as int64.

    Raises
    ------
    InputError
        Not whole numbers.

    Examples
    --------
    >>> whole([1, 2], place="n")
    array([1, 2])
    """
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise InputError("not-whole", place)
    return array.astype(np.int64)


def codes(values: ArrayLike, *, place: str, length: int, levels: int | None) -> tuple[IntArray, int]:
    """Level numbers 0 .. levels - 1, one per observation, and how many levels there are.

    Raises
    ------
    InputError
        Not whole numbers, wrong length, or a number outside the levels.

    Examples
    --------
    >>> codes([0, 2], place="agent", length=2, levels=None)
    (array([0, 2]), 3)
    """
    array = whole(values, place=place)
    if array.shape != (length,):
        raise InputError("shape", place, found=array.shape, expected=(length,))
    count = int(array.max()) + 1 if levels is None else levels
    if array.min() < 0 or array.max() >= count:
        worst = int(array.min()) if array.min() < 0 else int(array.max())
        raise InputError("out-of-range", place, value=worst, low=0, high=count - 1)
    return array, count


def probability(value: float, *, place: str) -> float:
    """A number strictly between 0 and 1.

    Raises
    ------
    InputError
        Outside.

    Examples
    --------
    >>> probability(0.95, place="level")
    0.95
    """
    if not 0 < value < 1:
        raise InputError("out-of-range", place, value=value, low=0, high=1)
    return float(value)
