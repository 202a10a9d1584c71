"""How far a unit is from the mean of its peers, and how sure that is."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    float_array,
    open_share,
    reasons,
)
from maalbib.stats._intervals import wilson_interval
from maalbib.stats.rates._mean_share import effective_people, share_sums

__all__ = ["MeanGap", "mean_gap", "spreads"]

_ROUNDING: Final = 2.0**-48  # relative: sixteen doubles


@attrs.frozen(kw_only=True, eq=False)
class MeanGap(ArrayResult):
    """Gaps to the mean of a group, arrays of the shape of the values.

    Attributes
    ----------
    mean
        The mean that each member is held against.
    gap
        Value minus mean, in the unit of the values.
    se
        Standard error of the gap.
    lower, upper
        Limits of the gap: the interval of the difference, not an overlap of two intervals.
    peers
        How many other members the mean rests on.
    confidence
        The coverage asked for, as a share.
    include_self
        Whether the mean contains the member itself.
    reason
        ``missing_input``, ``not_finite``, ``negative_input`` (a weight): the member takes no part. ``no_peer``:
        nobody to compare with. ``uncertainty_missing``: the gap stands, but a standard error that its interval
        needs is not there. Else empty.

    Examples
    --------
    >>> from maalbib.stats import mean_gap
    >>> found = mean_gap([62.0, float("nan"), 60.0], [1.0, 1.0, float("nan")])
    >>> found.peers.tolist(), found.reason.tolist()
    ([1, 0, 1], ['uncertainty_missing', 'missing_input', 'uncertainty_missing'])
    """

    mean: FloatArray
    gap: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    peers: IntArray
    confidence: float
    include_self: bool
    reason: ReasonArray


def mean_gap(
    values: npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    *,
    limits: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    counts: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    scale: float = 1.0,
    weights: npt.ArrayLike | None = None,
    include_self: bool = False,
    confidence: float = 0.95,
) -> MeanGap:
    """Compare every member of a group with the mean of the others.

    Parameters
    ----------
    values
        One value per member, shape (members,) or (groups, members). NaN takes no part and is not judged.
    standard_errors
        Standard errors of the values, independent of each other, in a shape that stretches to that of the values.
        0 means known exactly; NaN, negative or None means unknown and leaves the gap without an interval.
    limits
        Lower and upper limits of the values at the same confidence, each in a shape that stretches to that of the
        values, instead of standard errors. They need not be symmetric: so shares near 0 and 1 keep their interval.
    counts
        Numerators and denominators of values that are shares, each in a shape that stretches to that of the values. Where
        all the others have them, the interval of their mean is that of :func:`mean_share` instead of one made of theirs.
    scale
        What a numerator over its denominator is multiplied by to make a value: 100 for per cent.
    weights
        Weights of the members in the mean, in a shape that stretches to that of the values; equal where None. A
        member of weight 0 is judged but is nobody's peer.
    include_self
        Whether the mean contains the judged member. It then pulls the mean towards itself.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    MeanGap
        Means, gaps and intervals in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, ``confidence`` is not inside (0, 1), or both standard errors and
        limits are given.

    Notes
    -----
    With weights w that add up to 1, Var(gap) = (1 - w_j)^2 s_j^2 + the sum of w_i^2 s_i^2 over the others, w_j = 0
    where the member is left out; the interval is normal. With limits each interval is half its width to either side of
    a centre that is shifted from the value. Of a mean of the others the halves are combined as standard errors are, the shifts
    as sum of w_i^2 times the shift: the skewness of many small units evens out and does not add up. The gap then
    has the limits of a difference of two [1]_, low with high, since a high mean makes a low gap: for two shares Newcombe's.
    Including the member multiplies gap and interval by the same 1 - w_j, (n - 1)/n for equal weights. The means of the
    others come from sums before and after each member, never from a total minus a part, so that a member that dominates
    costs no digits. A gap of no more than sixteen doubles is 0: only rounding made it.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> found = mean_gap([70, 74, 81], [2, 2, 3])
    >>> found.mean.tolist(), found.gap.tolist()
    ([77.5, 75.5, 72.0], [-7.5, -1.5, 9.0])
    >>> found.lower.round(3).tolist(), found.upper.round(3).tolist()
    ([-12.777, -6.777, 2.5], [-2.223, 3.777, 15.5])
    >>> mean_gap([70, 74, 81], include_self=True).gap.tolist()
    [-5.0, -1.0, 6.0]
    """
    from scipy import special

    z = -float(special.ndtri((1 - open_share("confidence", confidence)) / 2))
    y = np.atleast_1d(float_array("values", values))
    w = broadcast_to("weights", 1.0 if weights is None else weights, y.shape)
    below, above = spreads(y, standard_errors, limits, z)
    used = np.isfinite(y) & np.isfinite(w) & (w >= 0)
    with np.errstate(all="ignore"):
        mean, gap, others = _gaps(y, np.where(used, w, 0.0), used, include_self=include_self)
        share = np.where(used, w, 0.0)
        low, high = _reach_of_mean(below, above, share, others)
        if counts is not None:
            by_counts = _reach_by_counts(counts, share, scale, confidence)
            low, high = (
                np.where(np.isfinite(one), one, two) for one, two in zip(by_counts, (low, high), strict=True)
            )
        part = others / share.sum(axis=-1, keepdims=True) if include_self else 1.0
        down, up = part * np.hypot(below, high), part * np.hypot(above, low)
    alone = used & ~(others > 0)
    down[~used | alone] = up[~used | alone] = np.nan
    return MeanGap(
        mean=mean,
        gap=gap,
        se=(down + up) / (2 * z),
        lower=gap - down,
        upper=gap + up,
        peers=np.where(used, _others((used & (w > 0)).astype(np.float64)), 0).astype(np.int64),
        confidence=float(confidence),
        include_self=bool(include_self),
        reason=_reasons(y, w, alone, np.isnan(down) | np.isnan(up)),
    )


def _gaps(
    y: FloatArray, w: FloatArray, used: BoolArray, *, include_self: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the means, the gaps and the weight of the others, NaN where there is nobody to compare with."""
    total = w.sum(axis=-1, keepdims=True)
    weighted = w * np.where(used, y, 0.0)
    centre = weighted.sum(axis=-1, keepdims=True) / total
    off = np.where(used, y - centre, 0.0)  # sums of small numbers keep their digits
    others = _others(w)
    mean_off = _others(w * off) / others
    gap = off - mean_off
    if include_self:
        mean_off = (w * off).sum(axis=-1, keepdims=True) / total
        gap = gap * (others / total)
    judged = used & (others > 0)
    mean = np.where(judged, centre + mean_off, np.nan)
    equal = np.abs(gap) <= _ROUNDING * np.maximum(np.abs(y), np.abs(mean))  # 0.2 beside 0.1 and 0.3 is their mean
    return mean, np.where(judged, np.where(equal, 0.0, gap), np.nan), others


def spreads(
    y: FloatArray,
    standard_errors: npt.ArrayLike | None,
    limits: tuple[npt.ArrayLike, npt.ArrayLike] | None,
    z: float,
) -> tuple[FloatArray, FloatArray]:
    """Return how far each value's interval reaches down and up; NaN where it is not known."""
    if limits is None:
        s = broadcast_to("standard_errors", np.nan if standard_errors is None else standard_errors, y.shape)
        reach = np.where(s >= 0, z * s, np.nan)
        return reach, reach
    if standard_errors is not None:
        raise ArgumentError("argument.one_of", first="standard_errors", second="limits")
    lower, upper = (broadcast_to("limits", limit, y.shape) for limit in limits)
    # A limit may lie beyond its value by rounding; one that lies clearly there belongs to another value.
    slack = 1e-9 * np.maximum(1.0, np.abs(y))
    below, above = y - lower, upper - y
    known = (below >= -slack) & (above >= -slack)
    return np.where(known, np.maximum(below, 0.0), np.nan), np.where(known, np.maximum(above, 0.0), np.nan)


def _reach_of_mean(
    below: FloatArray, above: FloatArray, w: FloatArray, others: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return how far the interval of the mean of the others reaches down and up, from their own intervals."""
    half, shift = (below + above) / 2, (above - below) / 2
    width = np.sqrt(_others(np.where(w > 0, (w * half) ** 2, 0.0))) / others
    moved = _others(np.where(w > 0, w * w * shift, 0.0)) / others**2
    return np.maximum(width - moved, 0.0), np.maximum(width + moved, 0.0)


def _reach_by_counts(
    counts: tuple[npt.ArrayLike, npt.ArrayLike], w: FloatArray, scale: float, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Return the same for shares of which the counts are known, NaN where one of the others has none."""
    x, n = (broadcast_to("counts", part, w.shape) for part in counts)
    known = (x >= 0) & (x <= n) & (n > 0)
    mean, people = effective_people(_others(share_sums(np.where(known, x, np.nan), n, w)))
    limits = wilson_interval(mean * people, people, confidence=confidence)
    return scale * (mean - limits.lower), scale * (limits.upper - mean)


def _others(parts: FloatArray) -> FloatArray:
    """Return for every position the sum over all other positions of its row, without a subtraction."""
    before, after = np.zeros_like(parts), np.zeros_like(parts)
    before[..., 1:] = np.cumsum(parts[..., :-1], axis=-1)
    after[..., :-1] = np.cumsum(parts[..., :0:-1], axis=-1)[..., ::-1]
    return before + after


def _reasons(y: FloatArray, w: FloatArray, alone: BoolArray, unsure: BoolArray) -> ReasonArray:
    return reasons(
        y.shape,
        (np.isnan(y) | np.isnan(w), "missing_input"),
        (np.isinf(y) | np.isinf(w), "not_finite"),
        (w < 0, "negative_input"),
        (alone, "no_peer"),
        (unsure, "uncertainty_missing"),
    )
