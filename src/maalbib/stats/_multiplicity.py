"""Many tests at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, vector

__all__ = ["benjamini_hochberg"]


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Adjust p-values so that the expected share of false discoveries is held.

    Parameters
    ----------
    p_values
        One family of p-values, shape (tests,). NaN means not tested.

    Returns
    -------
    numpy.ndarray
        q-values in the same order: the smallest false discovery rate at which each test is a discovery. NaN stays
        NaN and is not counted in the size of the family.

    Raises
    ------
    ArgumentError
        If the array is not one-dimensional numbers, or a number lies outside 0 to 1 and so is no p-value.

    Notes
    -----
    With m tests in ascending order q_(i) = min over j >= i of m p_(j) / j, at most 1 [1]_. Valid for independent and
    positively dependent tests, and for discrete p-values.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful
       approach to multiple testing. Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(6).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    p = vector("p_values", p_values)
    tested = np.flatnonzero(~np.isnan(p))
    if not np.all((p[tested] >= 0) & (p[tested] <= 1)):
        raise ArgumentError("argument.range", argument="p_values", low=0, high=1)
    order = tested[np.argsort(p[tested], kind="stable")]
    # m/j is at least 1, so that rounding never puts q below p.
    scaled = p[order] * (len(order) / np.arange(1, len(order) + 1))
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
