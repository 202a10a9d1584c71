"""Where a series is heading if its straight line goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib.stats._known_errors import known_errors
from maalbib.stats._line_fit import Course, fit_lines
from maalbib.stats._projected import straight

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._projection import Projection

__all__ = ["linear_projection"]


def linear_projection(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    at: npt.ArrayLike,
    *,
    level: float = 0.80,
    standard_errors: npt.ArrayLike | None = None,
) -> Projection:
    """Fit a straight line to every series and carry it on to a later time.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods). NaN means missing; the gap keeps its place in time.
    times
        Real times of the values, for example years with fractions, in a shape that stretches to that of the values.
        They need not be sorted. A value without a time is left out.
    at
        Time to project to, one for all or one per series.
    level
        Coverage of the prediction interval as a share, 0 < level < 1.
    standard_errors
        Known standard errors of the values, in their unit, in a shape that stretches to that of the values. NaN means
        unknown; that of a missing value is not looked at.

    Returns
    -------
    Projection
        One element per series; shape () for a single series.

    Raises
    ------
    ArgumentError
        If an array is not numbers, shapes do not fit, or ``level`` is not inside (0, 1).

    Notes
    -----
    Ordinary least squares on actual times [1]_. Two values give the line through them, three a line without an
    interval; from four on se = sigma sqrt(1 + 1/n + (at - mean time)^2 / Sxx) with sigma^2 = RSS/(n - 2) and Student's
    t with n - 2 degrees of freedom. A sigma of at most 1e-12 of the largest value is taken as 0. A value and the first
    time are subtracted before summing, so that a level of billions costs no digits of a small change.

    Known errors s_i never move the line. The line at ``at`` is the sum of w_i y_i with
    w_i = 1/n + (at - mean time)(t_i - mean time)/Sxx; its known variance is the sum of w_i^2 s_i^2, and that of the new
    value itself their mean square, which also stands for errors that are unknown in a series where some are known.
    The root of the sum is ``known_se``. It is a floor: values scatter at least as much as they are measured
    inexactly, and perhaps more. The interval is the wider of two: that of the residuals by Student's t, and that of the
    known errors by the normal distribution; a probability is likewise the less certain of two. So two or three values
    with known errors have an interval, four that happen to lie on a line do not look certain, and the coverage is
    never below the level, be the noise that of measuring alone or more; with two or three values only in the
    first case. Taking the larger variance instead with its own distribution would make the interval half as wide
    where the residuals fall just short of the known errors. A negative or infinite error leaves its series without an
    interval (``uncertainty_invalid``).

    A million series of twelve values take about a second; temporaries hold at most 65,536 elements.

    References
    ----------
    .. [1] Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd edition, chapter 1. Wiley.

    Examples
    --------
    >>> found = linear_projection([68, 70, 69, 72, 73], [2018, 2019, 2020, 2021, 2022], 2030)
    >>> found.slope.round(3).item(), found.projected.round(3).item(), found.n.item()
    (1.2, 82.4, 5)
    >>> found.lower.round(3).item(), found.upper.round(3).item()
    (77.105, 87.695)

    Three values that are known to within 1.5:

    >>> found = linear_projection([68, 70, 69], [2018, 2019, 2020], 2022, standard_errors=1.5)
    >>> found.projected.round(3).item(), found.lower.round(3).item(), found.upper.round(3).item()
    (70.5, 65.857, 75.143)
    """
    course = Course.of(values, times, at, level)
    errors = course.per_value("standard_errors", standard_errors)
    return straight(course, fit_lines(course), known=None if errors is None else known_errors(course, errors))
