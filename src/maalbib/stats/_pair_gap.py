"""How far two units are from each other, and how sure that is: many pairs at a time."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, float_array, open_share, reasons
from maalbib.stats._gap import spreads

__all__ = ["PairGap", "pair_gap"]

Limits = tuple[npt.ArrayLike, npt.ArrayLike]


@attrs.frozen(kw_only=True, eq=False)
class PairGap(ArrayResult):
    """Gaps between pairs of values, arrays of one shape.

    Attributes
    ----------
    gap
        The first value minus the second, in the unit of the values.
    se
        Standard error of the gap.
    lower, upper
        Limits of the gap: the interval of the difference, not an overlap of two intervals.
    confidence
        The coverage asked for, as a share.
    reason
        ``missing_input`` or ``not_finite``: there is no gap. ``uncertainty_missing``: the gap stands, but the uncertainty of one of
        the two is not known. Else empty.

    Examples
    --------
    >>> from maalbib.stats import pair_gap
    >>> found = pair_gap([62.0, float("nan"), 60.0], 61.0, [1.0, 1.0, float("nan")], 1.0)
    >>> found.gap.tolist(), found.reason.tolist()
    ([1.0, nan, -1.0], ['', 'missing_input', 'uncertainty_missing'])
    """

    gap: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float
    reason: ReasonArray


def pair_gap(
    values: npt.ArrayLike,
    others: npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    other_standard_errors: npt.ArrayLike | None = None,
    *,
    limits: Limits | None = None,
    other_limits: Limits | None = None,
    confidence: float = 0.95,
) -> PairGap:
    """Compare values with others, each with the one it is paired with.

    Parameters
    ----------
    values, others
        The two values of each pair, in shapes that stretch to each other: (units, 1) and (units,) make all pairs. NaN means missing.
    standard_errors, other_standard_errors
        Standard errors of the two, independent of each other. 0 means known exactly; NaN, negative or None means unknown and
        leaves the gap without an interval.
    limits, other_limits
        Lower and upper limits of the two at the same confidence instead of standard errors. They need not be symmetric: so
        shares near 0 and 1 keep their interval.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    PairGap
        Gaps and intervals, in the shape that the two stretch to.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, ``confidence`` is not inside (0, 1), or both standard errors and limits
        of one side are given.

    Notes
    -----
    The method of variance estimates recovery [1]_: with gap g and the distances of each value to its lower and upper limit,
    lower = g - sqrt(below_1^2 + above_2^2) and upper = g + sqrt(above_1^2 + below_2^2). Of two shares with Wilson's intervals that is
    Newcombe's interval [2]_; with standard errors it is the normal one. Cost: proportional to the number of pairs.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.
    .. [2] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
       Medicine 17, 873-890.

    Examples
    --------
    >>> found = pair_gap([70, 74], 81, [2, 2], 3)
    >>> found.gap.tolist(), found.lower.round(3).tolist(), found.upper.round(3).tolist()
    ([-11.0, -7.0], [-18.067, -14.067], [-3.933, 0.067])

    All pairs of three units:

    >>> import numpy as np
    >>> y = np.array([70.0, 74.0, 81.0])
    >>> pair_gap(y[:, None], y, 2, 2).gap.tolist()
    [[0.0, -4.0, -11.0], [4.0, 0.0, -7.0], [11.0, 7.0, 0.0]]
    """
    from scipy import special

    z = -float(special.ndtri((1 - open_share("confidence", confidence)) / 2))
    one, two = float_array("values", values), float_array("others", others)
    try:
        shape = np.broadcast_shapes(one.shape, two.shape)
    except ValueError as error:
        raise ArgumentError(
            "argument.shape", argument="others", expected=str(one.shape), got=str(two.shape)
        ) from error
    one, two = np.broadcast_to(one, shape), np.broadcast_to(two, shape)
    below, above = spreads(one, standard_errors, limits, z)
    other_below, other_above = spreads(two, other_standard_errors, other_limits, z)
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.where(np.isfinite(one) & np.isfinite(two), one - two, np.nan)
        down, up = np.hypot(below, other_above), np.hypot(above, other_below)
    unsure = ~(np.isfinite(down) & np.isfinite(up))
    lower, upper = (np.where(unsure, np.nan, limit) for limit in (gap - down, gap + up))
    return PairGap(
        gap=gap,
        se=(upper - lower) / (2 * z),
        lower=lower,
        upper=upper,
        confidence=float(confidence),
        reason=reasons(
            shape,
            (np.isnan(one) | np.isnan(two), "missing_input"),
            (np.isinf(one) | np.isinf(two), "not_finite"),
            (unsure, "uncertainty_missing"),
        ),
    )
