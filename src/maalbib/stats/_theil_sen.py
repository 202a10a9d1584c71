"""The Theil-Sen slope: how fast, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats._columns import Columns, filled, shared
from maalbib.stats._levels import lines
from maalbib.stats._series import Piece, Series
from maalbib.stats._signs import compare
from maalbib.stats._slope_ranks import complete_ranks, normal_ranks, slope_ranks
from maalbib.stats._slopes import Workspace, ordered_slopes
from maalbib.stats._structures import per_series, structures
from maalbib.stats._tails import variance

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Intercept", "IntervalRule", "LineOptions", "TheilSen", "slope_columns", "theil_sen"]

Intercept = Literal["separate", "joint"]
IntervalRule = Literal["exact", "sen1968"]


@attrs.frozen(kw_only=True, eq=False)
class TheilSen(ArrayResult):
    """The typical slope of each series with its interval; all arrays have one shape and are read-only.

    Attributes
    ----------
    slope
        Median of the slopes between two values, per unit of time.
    intercept
        Level of the line at time 0; NaN where several blocks are compared, because they share no level.
    lower, upper
        Limits of the slope; NaN where no pair of slopes reaches the confidence.
    level
        Confidence that the limits attain, as a share; where there are none, the best that could be attained. With
        ``interval="sen1968"`` the confidence asked for.
    n
        Finite values.
    fitted_first, fitted_last
        The line at the first and last value of the series; NaN as the intercept.
    reason
        Why there is no slope, empty where there is one: ``"no_data"``, ``"too_few_points"`` (no block with two
        values), ``"invalid_value"`` (infinite or too large).
    interval_reason
        ``"interval_not_attainable"`` where there is a slope and no interval, else empty.

    Examples
    --------
    >>> result = theil_sen([[3, 4, 6, 7, 9, 10], [5, 5, 5, 5, 5, 5]])
    >>> result.slope.round(2).tolist(), result.fitted_last.round(2).tolist()
    ([1.5, 0.0], [10.25, 5.0])
    """

    slope: FloatArray
    intercept: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: FloatArray
    n: IntArray
    fitted_first: FloatArray
    fitted_last: FloatArray
    reason: ReasonArray
    interval_reason: ReasonArray


def theil_sen(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
    intercept: Intercept = "separate",
    interval: IntervalRule = "exact",
) -> TheilSen:
    """Estimate the slope of each series by the median of its pairwise slopes, with an exact interval.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing and leaves the series, time stays;
        series may miss different periods.
    times
        Shape (periods,): when each period was, in the unit that the slope is per; must rise strictly within each
        block. None for 0, 1, 2, ...
    confidence
        Least coverage of the interval as a share, 0 < confidence < 1.
    blocks
        Whole-number labels of shape (periods,) or (series, periods). Slopes are taken within a block only: one
        label between two breaks, or one per season. None takes all.
    resolution
        The unit in which values were measured or rounded, above 0. Values are then counted in whole units.
    intercept
        ``"separate"``: median of the values less slope times median of the times. ``"joint"``: median of the
        values less slope times time.
    interval
        ``"exact"``: ranks from the exact distribution. ``"sen1968"``: ranks by the normal distribution with
        allowance for ties, rounded, for agreement with published limits; too narrow where values are equal, and
        refused where a rank lies outside the slopes.

    Returns
    -------
    TheilSen
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, labels are not whole numbers, or an option is out of range.

    Notes
    -----
    The slope is the median of all slopes between two values of a block [1]_. The limits are those at ranks L and
    N - L + 1 of all N, sorted, where L is the largest rank at which 2 P(S >= N - 2 L + 2) <= 1 - confidence by the
    exact distribution of Kendall's S without ties [2]_. Equal values belong to the hypothesis of no slope, not to the
    true slope, so they do not narrow the interval. Three values reach 66.7 %, four 91.7 %, five 98.3 %: below that there
    is no interval, and ``level`` says what could have been had. Without ties, 0 lies outside the interval exactly when ``mann_kendall`` gives p <= 1 - confidence.

    Ranks are counted up to 100 values of an unbroken series and 435 pairs in several blocks; beyond, they come
    from the expansions described at ``mann_kendall``.

    Time is linear in the number of series and in the pairs of each. Working space stays below 16 MiB: the slopes of
    more than 524,288 pairs, a thousand values, are selected in several passes and never all held.

    References
    ----------
    .. [1] Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis. Proc. Kon. Ned.
       Akad. Wet. A 53, 386-392, 521-525, 1397-1412.
    .. [2] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63, 1379-1389.

    Examples
    --------
    The share of good readers in grade 4, per year:

    >>> result = theil_sen([71, 68, 67, 66, 64], [2014, 2015, 2016, 2017, 2018])
    >>> result.slope.round(3).item(), result.lower.item(), result.upper.item(), result.level.round(3).item()
    (-1.583, -3.0, -1.0, 0.983)

    Four values cannot carry a 95 % interval:

    >>> result = theil_sen([1, 2, 4, 7])
    >>> result.slope.item(), result.lower.item(), result.interval_reason.item(), result.level.round(3).item()
    (2.0, nan, 'interval_not_attainable', 0.917)
    """
    options = LineOptions.of(confidence=confidence, intercept=intercept, interval=interval)
    series = Series.of(values, times, blocks, resolution)
    columns = Columns(TheilSen, len(series))
    workspace = Workspace.of(series)
    for piece in series.pieces():
        columns.put(piece.rows, slope_columns(piece, options, workspace, unit=series.resolution))
    return TheilSen(**columns.arrays(series.shape))


@attrs.frozen(kw_only=True)
class LineOptions:
    """What slope, level and interval are asked for."""

    confidence: float
    intercept: str
    interval: str

    @classmethod
    def of(cls, *, confidence: float, intercept: str, interval: str) -> LineOptions:
        """Refuse what is unknown or out of range."""
        if intercept not in get_args(Intercept):
            raise ArgumentError.choice("intercept", get_args(Intercept))
        if interval not in get_args(IntervalRule):
            raise ArgumentError.choice("interval", get_args(IntervalRule))
        return cls(confidence=open_share("confidence", confidence), intercept=intercept, interval=interval)


def slope_columns(
    piece: Piece, options: LineOptions, workspace: Workspace, *, unit: float | None
) -> dict[str, npt.NDArray[Any]]:
    """Return a column per field of ``TheilSen``; values are counted in units."""
    rank, level = _ranks(piece, options)
    outer = np.maximum(rank, 1)
    positions = np.maximum([(piece.pairs - 1) >> 1, piece.pairs >> 1, outer - 1, piece.pairs - outer], 0)
    low_middle, high_middle, lower, upper = ordered_slopes(piece, positions, workspace)
    slope = (low_middle + high_middle) / 2
    at_zero, first, last = lines(piece, slope, joint=options.intercept == "joint")
    columns = {
        "slope": slope,
        "intercept": at_zero,
        "lower": lower,
        "upper": upper,
        "fitted_first": first,
        "fitted_last": last,
    }
    for column in columns.values():
        if unit is not None:
            np.multiply(column, unit, out=column)
        np.add(column, 0.0, out=column)  # no minus zero
    found = columns | {"level": level, "n": piece.n}
    return found | _refused(found, piece, rank == 0)


def _ranks(piece: Piece, options: LineOptions) -> tuple[IntArray, FloatArray]:
    """Return the lower rank of the interval, 0 for none, and its level for each series."""
    series = len(piece.n)
    if options.interval == "sen1968":
        powers, which = structures(piece, compare(piece))
        ranks = normal_ranks(piece.pairs, per_series(variance(powers), which), options.confidence)
        return ranks, shared(options.confidence, series)
    if piece.full:
        rank, level = complete_ranks(tuple(piece.layout.lengths.tolist()), options.confidence)
        return shared(rank, series), shared(level, series)
    powers, which = structures(piece, None)
    rank_of, level_of = slope_ranks(powers, options.confidence)
    return per_series(rank_of, which), per_series(level_of, which)


def _refused(
    found: dict[str, npt.NDArray[Any]], piece: Piece, without_interval: BoolArray
) -> dict[str, npt.NDArray[Any]]:
    """Blank what could not be had, and say why."""
    without_slope = piece.used_blocks == 0
    if not (without_interval.any() or without_slope.any()):
        fine = shared("", len(piece.n))
        return {"reason": fine, "interval_reason": fine}
    shape = piece.n.shape
    return {
        "lower": filled(found["lower"], without_interval, np.nan),
        "upper": filled(found["upper"], without_interval, np.nan),
        "level": filled(found["level"], without_slope, np.nan),
        "reason": reasons(
            shape,
            (piece.unusable, "invalid_value"),
            (piece.n == 0, "no_data"),
            (without_slope, "too_few_points"),
        ),
        "interval_reason": reasons(shape, (without_interval & ~without_slope, "interval_not_attainable")),
    }
