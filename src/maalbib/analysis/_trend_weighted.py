"""Methods that weigh each value by how sure it is: shares of known denominators, values with limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words, in_rows
from maalbib.analysis._secrecy import people_in
from maalbib.analysis._trend_outcome import Outcome, faults_of, nothing

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_series import Compared

__all__ = ["by_shares", "by_weights", "counts_of", "errors_of", "finished", "pools_of", "started"]

_LIMITS: Final = 1.959963984540054  # a measurement's own limits are taken to be those of 95 %
_SCALES: Final = 10.0 ** np.arange(7)


def by_shares(series: Compared, options: Options) -> Outcome:
    """Test shares for a linear trend (Cochran and Armitage), with more scatter than sampling makes allowed for."""
    fields, values, scale = started("proportion", series, options)
    numerator, denominator = counts_of(series, values, scale)
    missing = in_rows(np.isfinite(values) & ~(np.isfinite(numerator) & (denominator > 0)))
    groups, dispersion = pools_of(series, options)
    test = stats.proportion_trend(
        np.where(missing[:, None], np.nan, numerator),
        np.where(missing[:, None], np.nan, denominator),
        series.panel.times,
        dispersion=dispersion,
        groups=groups,
    )
    half = _half_width(test.slope, test.p_value, test.chi2, test.phi, test.df, options.confidence)
    fields |= _tested(test, options.alpha) | {
        "sign": np.sign(test.slope),
        "slope": test.slope * scale,
        "lower": (test.slope - half) * scale,
        "upper": (test.slope + half) * scale,
        "level": np.where(np.isnan(half), np.nan, options.confidence),
    }
    return finished(fields, test.reason, missing, series)


def by_weights(series: Compared, options: Options) -> Outcome:
    """Fit a line to values with limits, each weighted by how narrow they are."""
    fields, values, _ = started("wls", series, options)
    errors = errors_of(series)
    missing = in_rows(np.isfinite(values) & ~np.isfinite(errors))
    groups, dispersion = pools_of(series, options)
    test = stats.weighted_slope(
        np.where(missing[:, None], np.nan, values),
        errors,
        series.panel.times,
        dispersion=dispersion,
        groups=groups,
        confidence=options.confidence,
    )
    fields |= _tested(test, options.alpha) | {
        "sign": np.sign(test.slope),
        "slope": test.slope,
        "lower": test.lower,
        "upper": test.upper,
        "level": np.where(np.isnan(test.lower), np.nan, options.confidence),
        "fitted_first": test.fitted_first,
        "fitted_last": test.fitted_last,
    }
    return finished(fields, test.reason, missing, series)


def started(method: str, series: Compared, options: Options) -> tuple[dict[str, Any], Floats, float]:
    """Return the fields to fill, the values of the newest unbroken stretch, and what a share of 1 is in the unit."""
    values = series.values
    if options.breaks != "ignore" and series.segments.ndim > 1:
        last = np.where(np.isfinite(values), series.segments, -1).max(axis=1, initial=-1)
        values = np.where(series.segments == last[:, None], values, np.nan)
    fields = nothing(method, values)
    fields["n_blocks"] = np.minimum(fields["used"].sum(axis=1), 1)
    return fields, values, _scale(series, values)


def _scale(series: Compared, values: Floats) -> float:
    """Return the value that the whole has: 100 of a percentage, 1 of a share."""
    indicator = series.indicator
    if indicator is not None:
        return 100.0 if indicator.unit.is_percentage else float(indicator.unit.per)
    panel = series.panel
    if panel.numerator is None or panel.denominator is None:
        return 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = values * panel.denominator / panel.numerator
    known = ratio[np.isfinite(ratio) & (ratio > 0)]
    return float(_SCALES[np.abs(np.log10(_SCALES) - np.log10(np.median(known))).argmin()]) if len(known) else 1.0


def counts_of(series: Compared, values: Floats, scale: float) -> tuple[Floats, Floats]:
    """Return numerators and denominators of the values; a numerator that is not given is worked out."""
    panel, used = series.panel, np.isfinite(values)
    none = np.full(values.shape, np.nan)
    people = people_in(panel, series.indicator)
    of = none if people is None else people
    if panel.denominator is not None:
        of = np.where(np.isfinite(panel.denominator), panel.denominator, of)
    count = values / scale * of
    if panel.numerator is not None:
        count = np.where(np.isfinite(panel.numerator), panel.numerator, count)
    return np.where(used, count, np.nan), np.where(used, of, np.nan)


def errors_of(series: Compared) -> Floats:
    """Return standard errors from the limits of the values, NaN where there are none."""
    panel = series.panel
    if panel.lower is None or panel.upper is None:
        return np.full(panel.values.shape, np.nan)
    errors: Floats = (panel.upper - panel.lower) / (2 * _LIMITS)
    return errors


def pools_of(series: Compared, options: Options) -> tuple[Ints | None, Any]:
    """Return which series share a dispersion, and how it is found; a series alone in its indicator has its own."""
    if options.dispersion not in {None, "pooled"}:
        return None, options.dispersion
    return series.stack.which, "pooled"


def _tested(test: Any, alpha: float) -> dict[str, Any]:
    p_value = np.asarray(test.p_value)
    given = np.isinf(np.asarray(test.df, dtype=np.float64))
    path = np.where(np.isnan(p_value), "", np.where(given, "chi2", "F")).astype(object)
    return {"p_value": p_value, "found": p_value <= alpha, "path": path, "phi": np.asarray(test.phi)}


def _half_width(slope: Any, p: Any, chi2: Any, phi: Any, df: Any, confidence: float) -> Floats:
    """Return half the width of the interval of a slope whose square is ``chi2`` times its variance."""
    from scipy.special import ndtri, stdtrit

    freedom = np.asarray(df, dtype=np.float64)
    share = (1 + confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.abs(slope) * np.sqrt(np.maximum(phi, 1) / chi2)
        quantile = np.where(np.isinf(freedom), ndtri(share), stdtrit(np.where(freedom > 0, freedom, np.nan), share))
    half: Floats = np.where(np.isnan(p), np.nan, error * quantile)
    return half


def finished(fields: dict[str, Any], reason: Words, missing: Bools, series: Compared) -> Outcome:
    fault = np.array(faults_of(np.asarray(reason)))
    fault[missing] = "uncertainty_missing"
    if series.seasonal:
        fault[:] = "method_refused"
    faulty = fault != ""
    for name, column in fields.items():
        if isinstance(column, np.ndarray) and column.dtype.kind == "f" and column.ndim == 1:
            fields[name] = np.where(faulty, np.nan, column)
    fields["path"] = np.where(faulty, "", fields["path"]).astype(object)
    made: dict[str, Any] = fields | {"fault": fault, "found": fields["found"] & ~faulty}
    return Outcome(**made)
