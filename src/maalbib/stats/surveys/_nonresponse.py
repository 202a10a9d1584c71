"""What those who did not answer could make of a mean or a share."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, float_array, number_or_nan, reasons
from maalbib.stats._count_blocks import common_shape
from maalbib.stats.rates._estimate import at_least_zero

__all__ = ["NonresponseBounds", "nonresponse_bounds"]


@attrs.frozen(kw_only=True, eq=False)
class NonresponseBounds(ArrayResult):
    """Bounds of the mean or share of all who were invited, arrays of one shape.

    Attributes
    ----------
    response_rate
        Those who answered over those invited.
    worst, best
        The bounds without any assumption: the others all at the lowest, or all at the highest, end of the scale.
    lower, upper
        The bounds if the others differ by ``largest_difference`` at most; the same as ``worst`` and ``best`` where none is stated.
    to_flip
        By how much those who did not answer must differ from those who did before the value for all is just the threshold. Infinite
        where the scale does not leave room for it, and then no answer of theirs turns the verdict. NaN without a threshold.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``zero_denominator``, ``answers_exceed_population``,
        ``value_outside_scale``, or empty.

    Examples
    --------
    >>> from maalbib.stats import nonresponse_bounds
    >>> found = nonresponse_bounds(0.69, 4_000, 5_000, low=0, high=1)
    >>> found.worst.round(3).item(), found.best.round(3).item(), found.response_rate.item()
    (0.552, 0.752, 0.8)
    """

    response_rate: FloatArray
    worst: FloatArray
    best: FloatArray
    lower: FloatArray
    upper: FloatArray
    to_flip: FloatArray
    reason: ReasonArray


def nonresponse_bounds(
    value: npt.ArrayLike,
    answered: npt.ArrayLike,
    invited: npt.ArrayLike,
    *,
    low: float,
    high: float,
    largest_difference: float | None = None,
    threshold: npt.ArrayLike | None = None,
) -> NonresponseBounds:
    """Bound what a mean or a share would be if everybody had answered.

    Parameters
    ----------
    value
        The mean or the share of those who answered, any shape that broadcasts with the others. NaN means missing.
    answered, invited
        How many answered, and how many were asked.
    low, high
        The ends of the scale: 1 and 5, or 0 and 1 of a share.
    largest_difference
        By how much those who did not answer differ at most from those who did; None for no assumption.
    threshold
        What the value is held against: a goal, or the value of another.

    Returns
    -------
    NonresponseBounds
        In the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast, or the scale or the difference is no such thing.

    Notes
    -----
    With the response rate r and the ends A and B the bounds are r m + (1 - r) A and r m + (1 - r) B; with a largest difference d the
    others lie between max(A, m - d) and min(B, m + d) [1]_. They are about who answered and not about chance: show them beside an interval of
    confidence, never in its place. ``to_flip`` is the distance from m to the threshold c over 1 - r, as far as the scale reaches.

    References
    ----------
    .. [1] Manski, C. F. (1989). Anatomy of the selection problem. Journal of Human Resources 24, 343-360.

    Examples
    --------
    A mean of 4.1 from 23 of 40, where the goal is 4.0: it is reached, unless the other 17 are 0.24 lower.

    >>> found = nonresponse_bounds(4.1, 23, 40, low=1, high=5, largest_difference=0.4, threshold=4.0)
    >>> found.lower.round(3).item(), found.upper.round(3).item(), found.to_flip.round(3).item()
    (3.93, 4.27, 0.235)
    """
    if not -np.inf < number_or_nan(low) < number_or_nan(high) < np.inf:
        raise ArgumentError("surveys.scale_ends")
    most = np.inf if largest_difference is None else at_least_zero("largest_difference", largest_difference)
    given = {
        "value": float_array("value", value),
        "answered": float_array("answered", answered),
        "invited": float_array("invited", invited),
        "threshold": float_array("threshold", np.nan if threshold is None else threshold),
    }
    shape = common_shape(given)
    m, heard, asked, goal = (np.broadcast_to(array, shape) for array in given.values())
    reason = reasons(
        shape,
        (np.isnan(m) | np.isnan(heard) | np.isnan(asked), "missing_input"),
        (np.isinf(m) | np.isinf(heard) | np.isinf(asked), "not_finite"),
        ((heard < 0) | (asked < 0), "negative_input"),
        (asked == 0, "zero_denominator"),
        (heard > asked, "answers_exceed_population"),
        ((m < low) | (m > high), "value_outside_scale"),
    )
    good = reason == ""
    m = np.where(good, m, np.nan)
    with np.errstate(all="ignore"):
        rate = np.where(good, heard / asked, np.nan)
        rest = 1 - rate
        seen = rate * m
        needed = np.abs(m - goal) / rest
        room = np.where(goal < m, m - low, high - m)
        flip = np.where(m == goal, 0.0, np.where(needed <= room, needed, np.inf))
    flip[~good | np.isnan(goal)] = np.nan
    return NonresponseBounds(
        response_rate=rate,
        worst=np.asarray(seen + rest * low),
        best=np.asarray(seen + rest * high),
        lower=np.asarray(seen + rest * np.maximum(low, m - most)),
        upper=np.asarray(seen + rest * np.minimum(high, m + most)),
        to_flip=flip,
        reason=reason,
    )
