"""Where a series is heading if its growth goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.stats._line_fit import Course, fit_lines
from maalbib.stats._projected import straight
from maalbib.stats._projection_scale import grown

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._arrays import BoolArray, FloatArray
    from maalbib.stats._projection import Projection

__all__ = ["compound_projection"]


def compound_projection(
    values: npt.ArrayLike, times: npt.ArrayLike, at: npt.ArrayLike, *, level: float = 0.80
) -> Projection:
    """Fit steady growth to every series and carry it on to a later time.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), above 0. NaN means missing; the gap keeps its place in time.
    times, at, level
        As in :func:`linear_projection`.

    Returns
    -------
    Projection
        On the scale ``log``, one element per series; ``growth`` is the growth per unit of time as a share.

    Raises
    ------
    ArgumentError
        If an array is not numbers, shapes do not fit, or ``level`` is not inside (0, 1).

    Notes
    -----
    Least squares on the natural logarithms, as :func:`linear_projection`; the figures are taken back by the exponential
    function, so ``projected`` is the median and not the mean of what to expect, and the interval is not symmetric.

    Growth has no meaning for every series. Refused, in this order: ``zero_value``, ``sign_change`` (values on both
    sides of 0) and ``negative_values`` (all below 0). Nothing is put in the place of a zero.

    Examples
    --------
    >>> found = compound_projection(
    ...     [[100, 111, 119, 134, 145], [3, 2, 1, 0, 0]], [2018, 2019, 2020, 2021, 2022], 2025
    ... )
    >>> found.growth.round(3).tolist(), found.projected.round(1).tolist(), found.reason.tolist()
    ([0.098, nan], [192.4, nan], ['', 'zero_value'])
    """
    course = Course.of(values, times, at, level)
    parts = [_signs(course.values[rows], course.times[rows]) for rows in course.blocks()]
    zero, negative, positive, largest = (np.concatenate(part) for part in zip(*parts, strict=True))
    refused = (
        (zero, "zero_value"),
        (negative & positive, "sign_change"),
        (negative, "negative_values"),
    )
    fit = attrs.evolve(fit_lines(course, lambda rows: _logarithms(course.values[rows])), largest=largest)
    return grown(straight(course, fit, noise=1.0, refused=refused))


def _signs(y: FloatArray, t: FloatArray) -> tuple[BoolArray, BoolArray, BoolArray, FloatArray]:
    """Return whether there are zeros, values below and above zero, and the largest absolute value."""
    used = np.where(np.isnan(t), np.nan, y)
    zero, negative, positive = (np.asarray(kind.any(axis=1)) for kind in (used == 0, used < 0, used > 0))
    return zero, negative, positive, np.fmax.reduce(np.abs(used), axis=1)


def _logarithms(y: FloatArray) -> FloatArray:
    """Return logarithms; 0 for what has none, in rows that are refused."""
    return np.where(y <= 0, 0.0, np.log(y))
