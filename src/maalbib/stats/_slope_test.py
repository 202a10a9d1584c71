"""Whether a series moves as fast as it must: the required slope as a hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    reasons,
)
from maalbib.stats._series import Piece, Series
from maalbib.stats._significance import PATHS, significance
from maalbib.stats._signs import compare
from maalbib.stats._structures import structures

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SlopeTest", "slope_test"]

Alternative = Literal["two-sided", "above", "below"]

_ROUNDING: Final = 16 * np.finfo(np.float64).eps
_LARGEST_RISE: Final = np.finfo(np.float64).max / 2  # so that the values less the rise are finite
_PATHS: Final = np.array(PATHS, dtype=object)
_RISING: Final = {"two-sided": "two-sided", "above": "rising", "below": "falling"}


@attrs.frozen(kw_only=True, eq=False)
class SlopeTest(ArrayResult):
    """How the slopes of each series lie around a required one; all arrays have one shape.

    Attributes
    ----------
    share_above, share_below, share_at
        Shares of the slopes between two values that are steeper than the required one, less steep, and equal to it;
        they add up to 1.
    s
        Slopes above less slopes below: S of the values less the required slope times time.
    p_value
        Probability of an S at least this far out, if the required slope were the true one.
    p_min
        The smallest p that these values could have given in any order.
    n
        Finite values.
    path
        How p came about; see :func:`mann_kendall`.
    reason
        Why numbers are NaN, empty where none is: ``"invalid_value"`` (infinite or too large), ``"no_data"``,
        ``"too_few_points"`` (no block with two values), ``"missing_input"`` (no required slope), ``"not_finite"`` (an
        infinite one).

    Examples
    --------
    Must gain 2 a year, and gains about 1.5:

    >>> result = slope_test([60, 62, 63, 65, 66, 68, 69], 2)
    >>> result.share_below.round(2).item(), result.s.item(), result.p_value.round(4).item()
    (0.86, -18.0, 0.0032)
    """

    share_above: FloatArray
    share_below: FloatArray
    share_at: FloatArray
    s: FloatArray
    p_value: FloatArray
    p_min: FloatArray
    n: IntArray
    path: ReasonArray
    reason: ReasonArray


def slope_test(
    values: npt.ArrayLike,
    slope: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
    alternative: Alternative = "two-sided",
) -> SlopeTest:
    """Test whether the slope of each series is a required one, with exact p-values.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing.
    slope
        The required slope in units of the values per unit of time: one number, or shape (series,).
    times
        Shape (periods,): when each period was; must rise strictly within each block. None for 0, 1, 2, ...
    blocks
        Whole-number labels of shape (periods,) or (series, periods). Slopes are taken within a block only. None takes
        all.
    resolution
        The unit in which values were measured or rounded, above 0; see :func:`mann_kendall`.
    alternative
        ``"two-sided"``: the true slope is another one. ``"above"``: it is larger, so a small p shows that the pace is
        more than required. ``"below"``: it is smaller, so a small p shows that the pace is not enough.

    Returns
    -------
    SlopeTest
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, labels are not whole numbers, or an option is unknown.

    Notes
    -----
    If the required slope is the true one, values less slope times time have no trend, and the exact test of
    :func:`mann_kendall` holds for them [1]_. So for values without ties the slopes that a two-sided test at level alpha
    does not refuse are those of the interval of :func:`theil_sen` with confidence 1 - alpha; at the limits themselves
    one slope is tied, and p may be either side of alpha. For the slope 0 the figures are those of
    :func:`mann_kendall`.

    Differences that are rounding (16 units in the last place of the largest number) count as none, so a rise of
    exactly the required amount is neither above nor below.

    A required pace from now on comes from the target: (target - level) / time left. For a fall, multiply values and
    slope by -1, or read the shares the other way round.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63, 1379-1389.

    Examples
    --------
    From 71 % to 80 % in seven years asks about 1.3 points a year; whether the pace is more cannot be told:

    >>> shares = [61, 64, 63, 66, 68, 67, 71]
    >>> result = slope_test(shares, 9 / 7, alternative="above")
    >>> result.share_above.round(2).item(), result.p_value.round(3).item()
    (0.67, 0.191)

    Another school is too slow for it:

    >>> slope_test([61, 62, 61, 62, 62, 63, 63], 9 / 7, alternative="below").p_value.round(4).item()
    0.0002
    """
    if alternative not in get_args(Alternative):
        raise ArgumentError.choice("alternative", get_args(Alternative))
    series = Series.of(values, times, blocks, resolution)
    required = broadcast_to("slope", slope, series.shape).reshape(-1)
    columns = _empty(len(series))
    for piece in series.pieces():
        pace = required[piece.rows]
        for name, column in _tested(piece, pace, series.resolution or 1.0, _RISING[alternative]).items():
            columns[name][piece.rows] = column
    return SlopeTest(**{name: column.reshape(series.shape) for name, column in columns.items()})


def _empty(series: int) -> dict[str, npt.NDArray[Any]]:
    columns: dict[str, npt.NDArray[Any]] = {
        field.name: np.empty(series, dtype=np.int64 if field.name == "n" else np.float64)
        for field in attrs.fields(SlopeTest)
    }
    return columns | {name: np.full(series, "", dtype=object) for name in ("path", "reason")}


def _tested(piece: Piece, slope: FloatArray, unit: float, alternative: str) -> dict[str, npt.NDArray[Any]]:
    level, steep = _levelled(piece, slope, unit)
    comparison = compare(level)
    counted, untied, pairs = comparison.s, comparison.untied, piece.pairs
    powers, which = structures(level, comparison)
    s = counted.astype(np.float64)
    test = significance(powers, which, s, "auto", alternative)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "share_above": (untied + counted) / (2 * pairs),
            "share_below": (untied - counted) / (2 * pairs),
            "share_at": (pairs - untied) / pairs,
            "s": s,
            "p_value": test.p_value,
            "p_min": test.p_min,
        }
    reason = reasons(
        piece.n.shape,
        (piece.unusable | steep, "invalid_value"),
        (piece.n == 0, "no_data"),
        (piece.used_blocks == 0, "too_few_points"),
        (np.isnan(slope), "missing_input"),
        (np.isinf(slope), "not_finite"),
    )
    refused = reason != ""
    return {name: np.where(refused, np.nan, column) for name, column in found.items()} | {
        "n": piece.n,
        "path": np.where(refused, "", _PATHS[test.path]),
        "reason": reason,
    }


def _levelled(piece: Piece, slope: FloatArray, unit: float) -> tuple[Piece, BoolArray]:
    """Return the series less their required rise, and which ones are too large for that."""
    usable = np.isfinite(slope)
    with np.errstate(over="ignore", invalid="ignore"):
        pace = np.where(usable, slope, 0.0) / unit
        times = piece.layout.times - (piece.layout.times.min() if len(piece.layout.times) else 0.0)
        rise = times[:, None] * pace
        level = piece.values - rise
    rise[~piece.valid] = 0.0
    steep: BoolArray = np.asarray((np.abs(rise) > _LARGEST_RISE).any(axis=0))
    level[:, steep] = np.nan
    moved = pace != 0
    if moved.any():
        largest = np.fmax.reduce(np.abs(piece.values), axis=0, initial=0.0) + np.abs(rise).max(axis=0, initial=0.0)
        tolerance = np.where(moved, _ROUNDING * largest, 0.0)
        level = _without_rounding(level, tolerance)
    return attrs.evolve(piece, values=level), steep


def _without_rounding(values: FloatArray, tolerance: FloatArray) -> FloatArray:
    """Return ranks in which values closer than the tolerance are equal; NaN stays."""
    order = np.argsort(values, axis=0)
    rising = np.take_along_axis(values, order, axis=0)
    with np.errstate(invalid="ignore"):
        apart = np.diff(rising, axis=0, prepend=np.nan) > tolerance
    ranks = np.empty_like(values)
    np.put_along_axis(ranks, order, np.cumsum(apart, axis=0, dtype=np.float64), axis=0)
    ranks[np.isnan(values)] = np.nan
    return ranks
