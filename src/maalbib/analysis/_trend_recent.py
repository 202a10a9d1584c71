"""The recent trend: the last few points of each series, as it is or as English public health publishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, in_rows
from maalbib.analysis._trend_weighted import counts_of, errors_of, finished, pools_of, started

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_outcome import Outcome
    from maalbib.analysis._trend_series import Compared

__all__ = ["by_published_rule", "by_recent_points"]


def by_recent_points(series: Compared, options: Options) -> Outcome:
    """Test the last points, with more scatter than sampling makes allowed for."""
    return _judged("recent_trend", series, options)


def by_published_rule(series: Compared, options: Options) -> Outcome:
    """Test the last points by the published rule, which takes them to differ by sampling alone."""
    return _judged("phe_recent_trend", series, options)


def _judged(method: str, series: Compared, options: Options) -> Outcome:
    """Test the last points: by their counts where they are shares of known wholes, else by their limits."""
    fields, values, scale = started(method, series, options)
    times = series.panel.times
    used = _last(np.isfinite(values), options.recent_periods)
    numerator, denominator = counts_of(series, values, scale)
    uncounted = in_rows(used & ~(np.isfinite(numerator) & (denominator > 0))) | (not series.is_share)
    numerator, denominator = (np.where(uncounted[:, None], np.nan, count) for count in (numerator, denominator))
    lower, upper = (np.where(uncounted[:, None], limit, np.nan) for limit in _limits(series, values))
    rule: dict[str, Any] = {"method": "phe_recent_trend"}
    if method == "recent_trend":
        groups, dispersion = pools_of(series, options)
        rule = {"method": "quasi", "dispersion": dispersion, "groups": groups}
    test = stats.recent_trend(
        np.where(uncounted[:, None], values, np.nan),
        lower=lower,
        upper=upper,
        numerator=numerator,
        denominator=denominator,
        times=times,
        periods=options.recent_periods,
        alpha=options.recent_alpha,
        **rule,
    )
    missing = uncounted & in_rows(used & ~np.isfinite(errors_of(series)))
    direction = np.asarray(test.direction)
    p_value = np.asarray(test.p_value)
    chi2 = (method == "phe_recent_trend") | np.isinf(np.asarray(test.df, dtype=np.float64))
    fields |= {
        "values": np.where(used, values, np.nan),
        "used": used,
        "n_blocks": np.minimum(used.sum(axis=1), 1),
        "found": np.isin(direction, (-1.0, 1.0)),
        "sign": np.nan_to_num(direction),
        "p_value": p_value,
        "path": np.where(np.isnan(p_value), "", np.where(chi2, "chi2", "F")).astype(object),
        "phi": np.asarray(test.phi),
        "slope": _slope(series, values, used, scale),
        "driven": np.asarray(test.outlier),
    }
    return finished(fields, np.asarray(test.reason), missing, series)


def _limits(series: Compared, values: Floats) -> tuple[Floats, Floats]:
    panel = series.panel
    none = np.full(values.shape, np.nan)
    known = panel.lower is not None and panel.upper is not None
    return (panel.lower, panel.upper) if known else (none, none)  # type: ignore[return-value]


def _last(there: Bools, count: int) -> Bools:
    """Return the last values of each series."""
    newer = np.cumsum(there[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(there & (newer <= count), dtype=bool)


def _slope(series: Compared, values: Floats, used: Bools, scale: float) -> Floats:
    """Return the weighted slope of the points tested, in the unit of the values a year."""
    times = series.panel.times
    shown = np.where(used, values, np.nan)
    slope = np.asarray(stats.weighted_slope(shown, errors_of(series), times, dispersion="none").slope)
    if not series.is_share:
        return slope
    numerator, denominator = counts_of(series, shown, scale)
    by_counts = np.asarray(stats.proportion_trend(numerator, denominator, times, dispersion="none").slope) * scale
    return np.where(np.isfinite(by_counts), by_counts, slope)
