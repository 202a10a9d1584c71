"""Tests of order: Mann-Kendall's, and its forms for values that resemble their neighbours or share good and bad years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._trend_outcome import Outcome, faults_of, nothing, says

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_series import Compared

__all__ = ["allowing_for_neighbours", "allowing_for_years", "by_order"]


def by_order(series: Compared, options: Options) -> Outcome:
    """Test each series by Mann and Kendall, and estimate its slope by Theil and Sen."""
    times = series.panel.times
    given: dict[str, Any] = {"blocks": series.blocks, "resolution": series.resolution}
    both = stats.trend_batch(series.values, times, confidence=options.confidence, **given)
    test, slope = both.test, both.slope
    fields: dict[str, Any] = nothing("mann_kendall", series.values) | {
        "found": np.asarray(test.p_value) <= options.alpha,
        "sign": np.sign(test.s),
        "s": np.asarray(test.s),
        "tau": np.asarray(test.tau_b),
        "p_value": np.asarray(test.p_value),
        "p_min": np.asarray(test.p_min),
        "p_min_untied": np.asarray(test.p_min_untied),
        "n_blocks": np.asarray(test.n_blocks),
        "path": np.asarray(test.path),
        "slope": np.asarray(slope.slope),
        "lower": np.asarray(slope.lower),
        "upper": np.asarray(slope.upper),
        "level": np.asarray(slope.level),
        "fitted_first": np.asarray(slope.fitted_first),
        "fitted_last": np.asarray(slope.fitted_last),
        "fault": faults_of(np.asarray(test.reason), "invalid_value"),
    }
    return Outcome(**fields)


def allowing_for_neighbours(series: Compared, options: Options) -> Outcome:
    """Take neighbouring values to be as alike as they are around the line; p can only grow."""
    plain = by_order(series, options)
    if series.seasonal:
        return _refused(plain, np.ones(len(plain.s), dtype=bool), "ar1")
    test = stats.ar1_mann_kendall(
        series.values, series.panel.times, blocks=series.blocks, resolution=series.resolution
    )
    p_value = np.asarray(test.p_value)
    allowed = attrs.evolve(plain, p_value=p_value, found=p_value <= options.alpha, path=np.asarray(test.path))
    return _refused(allowed, np.isnan(p_value), "ar1")


def allowing_for_years(series: Compared, options: Options) -> Outcome:
    """Take the seasons of a year to be as alike as they are over the years: covariances, and a normal p."""
    if not series.seasonal or len(np.unique(series.seasons)) == 1:
        plain = by_order(series, options)
        return _refused(plain, np.ones(len(plain.s), dtype=bool), "season_covariance")
    whole = attrs.evolve(series, values=_whole_years(series))
    plain, crossed = by_order(whole, options), in_rows(series.respected)
    test = stats.seasonal_mann_kendall(
        whole.values, series.years, seasons=series.seasons, resolution=series.resolution
    )
    p_value = np.asarray(test.p_value)
    path = np.where(np.isnan(p_value), "", "normal").astype(object)
    allowed = attrs.evolve(plain, p_value=p_value, found=p_value <= options.alpha, path=path)
    return _refused(allowed, np.isnan(p_value) | (crossed & (options.breaks == "blocks")), "season_covariance")


def _refused(outcome: Outcome, where: Bools, method: str) -> Outcome:
    """Say where the method cannot be applied; where there would be too few values for any, the rules say so."""
    none = where & says(outcome.fault, "")
    return attrs.evolve(
        outcome,
        method=method,
        found=outcome.found & ~where,
        p_value=np.where(where, np.nan, outcome.p_value),
        path=np.where(where, "", outcome.path).astype(object),
        fault=np.where(none, "method_refused", outcome.fault).astype(object),
    )


def _whole_years(series: Compared) -> Floats:
    """Leave out the years at either end that lack a season."""
    kept = np.isfinite(series.values)
    years: Ints = series.years
    complete = np.zeros(kept.shape, dtype=bool)
    many = len(np.unique(series.seasons))
    for year in np.unique(years).tolist():
        own = years == year
        complete[:, own] = (kept[:, own].sum(axis=1) == many)[:, None]
    inside = np.maximum.accumulate(complete, axis=1) & np.maximum.accumulate(complete[:, ::-1], axis=1)[:, ::-1]
    return np.where(inside, series.values, np.nan)
