"""The Theil-Sen slope: how fast, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats._levels import lines
from maalbib.stats._series import Piece, Series
from maalbib.stats._signs import sign_counts
from maalbib.stats._slope_ranks import complete_ranks, normal_ranks, slope_ranks
from maalbib.stats._slopes import ordered_slopes, series_at_once, workspace_size
from maalbib.stats._structures import structures
from maalbib.stats._tails import variance

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["TheilSen", "theil_sen"]

Intercept = Literal["separate", "joint"]
IntervalRule = Literal["exact", "sen1968"]


@attrs.frozen(kw_only=True, eq=False)
class TheilSen(ArrayResult):
    """The typical slope of each series with its interval; all arrays have one shape.

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
        allowance for ties, rounded, for agreement with published limits; too narrow where values are equal.

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
    The slope is the median of all slopes between two values of a block [1]_. The limits are those at ranks L and N - L + 1 of all N, sorted, where L is the largest rank at which
    2 P(S >= N - 2 L + 2) <= 1 - confidence by the exact distribution of Kendall's S without ties [2]_. Equal
    values belong to the hypothesis of no slope, not to the true slope, so they do not narrow the interval. Three
    values reach 66.7 %, four 91.7 %, five 98.3 %: below that there is no interval, and ``level`` says what could
    have been had. Without ties, 0 lies outside the interval exactly when ``mann_kendall`` gives p <= 1 - confidence.

    Ranks are counted up to 100 values of an unbroken series and 435 pairs in several blocks; beyond, they come
    from the expansions described at ``mann_kendall``.

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
    if intercept not in get_args(Intercept):
        raise ArgumentError.choice("intercept", get_args(Intercept))
    if interval not in get_args(IntervalRule):
        raise ArgumentError.choice("interval", get_args(IntervalRule))
    series = Series.of(values, times, blocks, resolution)
    options = _Options(
        confidence=open_share("confidence", confidence),
        intercept=intercept,
        interval=interval,
        unit=series.resolution or 1.0,
    )
    columns = _empty(len(series))
    pairs = max((layout.pairs for layout, _ in series.layouts), default=0)
    most = series_at_once(pairs)
    workspace = np.empty((2, workspace_size(pairs, most, len(series))))
    for piece in series.pieces(most):
        for name, column in _estimated(piece, options, workspace).items():
            columns[name][piece.rows] = column
    return TheilSen(**{name: column.reshape(series.shape) for name, column in columns.items()})


@attrs.frozen(kw_only=True)
class _Options:
    confidence: float
    intercept: str
    interval: str
    unit: float


def _empty(series: int) -> dict[str, npt.NDArray[Any]]:
    columns: dict[str, npt.NDArray[Any]] = {
        field.name: np.empty(series, dtype=np.int64 if field.name == "n" else np.float64)
        for field in attrs.fields(TheilSen)
    }
    return columns | {name: np.full(series, "", dtype=object) for name in ("reason", "interval_reason")}


def _estimated(piece: Piece, options: _Options, workspace: FloatArray) -> dict[str, npt.NDArray[Any]]:
    rank, level = _ranks(piece, options)
    pairs = piece.pairs
    outer = np.maximum(rank, 1)
    positions = np.maximum(np.stack([(pairs - 1) >> 1, pairs >> 1, outer - 1, pairs - outer]), 0)
    low_middle, high_middle, lower, upper = ordered_slopes(piece, positions, workspace)
    slope = (low_middle + high_middle) / 2
    at_zero, first, last = lines(piece, slope, joint=options.intercept == "joint")
    columns: dict[str, FloatArray] = {
        "slope": slope,
        "intercept": at_zero,
        "lower": lower,
        "upper": upper,
        "fitted_first": first,
        "fitted_last": last,
    }
    found: dict[str, npt.NDArray[Any]] = {
        name: column * options.unit + 0.0  # no minus zero
        for name, column in columns.items()
    }
    found |= {"level": level, "n": piece.n}
    return found if rank.all() else found | _refused(found, piece, rank == 0)


def _ranks(piece: Piece, options: _Options) -> tuple[IntArray, FloatArray]:
    """Return the lower rank of the interval, 0 for none, and its level for each series."""
    if options.interval == "sen1968":
        powers, which = structures(piece, sign_counts(piece)[1] < piece.pairs)
        ranks = normal_ranks(piece.pairs, variance(powers)[which], options.confidence)
        return ranks, np.full(len(ranks), options.confidence)
    if piece.full:
        rank, level = complete_ranks(tuple(piece.layout.lengths.tolist()), options.confidence)
        return np.full(len(piece.n), rank), np.full(len(piece.n), level)
    powers, which = structures(piece, None)
    ranks, levels = slope_ranks(powers, options.confidence)
    return ranks[which], levels[which]


def _refused(found: dict[str, npt.NDArray[Any]], piece: Piece, without_interval: BoolArray) -> dict[str, ReasonArray]:
    """Blank what could not be had, and say why."""
    without_slope = piece.used_blocks == 0
    found["lower"][without_interval] = found["upper"][without_interval] = np.nan
    found["level"][without_slope] = np.nan
    shape = piece.n.shape
    return {
        "reason": reasons(
            shape,
            (piece.unusable, "invalid_value"),
            (piece.n == 0, "no_data"),
            (without_slope, "too_few_points"),
        ),
        "interval_reason": reasons(shape, (without_interval & ~without_slope, "interval_not_attainable")),
    }
