"""Test and slope of each series in one pass over the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from maalbib.stats._arrays import ArrayResult
from maalbib.stats._columns import Columns
from maalbib.stats._mann_kendall import Alternative, KendallOptions, MannKendall, Method, kendall_columns
from maalbib.stats._series import Series
from maalbib.stats._slopes import Workspace
from maalbib.stats._theil_sen import Intercept, IntervalRule, LineOptions, TheilSen, slope_columns

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["TrendBatch", "trend_batch"]


@attrs.frozen(kw_only=True, eq=False)
class TrendBatch(ArrayResult):
    """Test and slope of the same series.

    Attributes
    ----------
    test
        What ``mann_kendall`` gives.
    slope
        What ``theil_sen`` gives.

    Examples
    --------
    >>> batch = trend_batch([3, 4, 6, 7, 9, 10])
    >>> batch.test.s.item(), batch.slope.slope.item()
    (15.0, 1.5)
    """

    test: MannKendall
    slope: TheilSen


def trend_batch(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
    method: Method = "auto",
    alternative: Alternative = "two-sided",
    mid_p: bool = False,
    confidence: float = 0.95,
    intercept: Intercept = "separate",
    interval: IntervalRule = "exact",
) -> TrendBatch:
    """Test each series for a trend and estimate its slope: both kernels, with one reading of the values.

    Parameters
    ----------
    values, times, blocks, resolution
        As in ``mann_kendall`` and ``theil_sen``.
    method, alternative, mid_p
        As in ``mann_kendall``.
    confidence, intercept, interval
        As in ``theil_sen``.

    Returns
    -------
    TrendBatch
        The results of both, to the last bit.

    Raises
    ------
    ArgumentError
        As in ``mann_kendall`` and ``theil_sen``.

    Notes
    -----
    Time is linear in the number of series and grows with the square of their length [1]_; above a thousand periods
    in a block S takes n log n steps, and above 524,288 pairs slopes are selected in several passes, never all held.
    Beyond input and results the working space is at most 16 MiB, however many series there are; labels of blocks that
    differ between series are copied and sorted once besides. Columns that are the
    same for all series, such as the number of values where none is missing, are stored once. Threads that share the
    series among themselves get the same bits.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63, 1379-1389.

    Examples
    --------
    >>> batch = trend_batch([[71, 68, 67, 66, 64], [62, 64, 63, 66, 68]])
    >>> batch.test.p_value.round(4).tolist(), batch.slope.slope.round(2).tolist()
    ([0.0167, 0.0833], [-1.58, 1.42])
    """
    wanted = KendallOptions.of(method=method, alternative=alternative, mid_p=mid_p)
    line = LineOptions.of(confidence=confidence, intercept=intercept, interval=interval)
    series = Series.of(values, times, blocks, resolution)
    common = ("n",) if method == "exact" else ("n", "reason")  # counting can be refused, a slope never
    tests, lines = Columns(MannKendall, len(series)), Columns(TheilSen, len(series), without=common)
    workspace = Workspace.of(series)
    for piece in series.pieces():
        tests.put(piece.rows, kendall_columns(piece, wanted))
        lines.put(piece.rows, slope_columns(piece, line, workspace, unit=series.resolution))
    test, slope = tests.arrays(series.shape), lines.arrays(series.shape)
    return TrendBatch(test=MannKendall(**test), slope=TheilSen(**slope, **{name: test[name] for name in common}))
