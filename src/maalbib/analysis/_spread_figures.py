"""The spread between some units, period by period, with and without what chance alone spreads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows

if TYPE_CHECKING:
    from maalbib.analysis._spread_options import SpreadOptions
    from maalbib.analysis._spread_source import SpreadSource

__all__ = ["Figures", "figures_of"]

_FITTED: Final = ("beta_binomial", "gamma_poisson")


@attrs.frozen(kw_only=True, eq=False)
class Figures:
    """The spread in each period, arrays (periods,) in the indicator's unit; NaN where it is not known.

    Attributes
    ----------
    n, with_errors
        Units with a value, and those of them whose error is known.
    mean, median, sd, p10, p90
        Of the values as they are.
    tau, tau_lower, tau_upper
        Standard deviation between units without noise, with its limits.
    variance, variance_se
        The variance between these very units, weighted by how reliable they are: right on average, so that it may be below 0; and its
        standard error.
    plain
        The same with every unit counting the same.
    method
        ``beta_binomial``, ``gamma_poisson``, the name of the estimator for values with errors, or ``sd`` where no errors are known.
    known
        Which of the units have a known error in every period of the stretch.
    value_errors
        (units, periods) Standard errors, for shares and rates those of the shrunk figure: never 0 at 0 or 100 per cent.
    """

    n: Ints
    with_errors: Ints
    mean: Floats
    median: Floats
    sd: Floats
    p10: Floats
    p90: Floats
    tau: Floats
    tau_lower: Floats
    tau_upper: Floats
    variance: Floats
    variance_se: Floats
    plain: Floats
    method: str
    known: Bools
    value_errors: Floats


def figures_of(source: SpreadSource, rows: Ints, columns: Ints, options: SpreadOptions) -> Figures:
    """Measure the spread between some units in some periods of one stretch."""
    part = np.ix_(rows, columns)
    values = source.values[part]
    there = np.isfinite(values)
    kind, known = _kind(source, part, there, options)
    raw = stats.dispersion(values.T, min_units=options.min_units)
    used = np.where(known[:, None], values, np.nan)
    noisy = _noisy(source, part, used, kind, options) if kind != "sd" else None
    absent = np.full(len(columns), np.nan)
    found = noisy or _Noisy.absent(values.shape)
    enough = raw.reason == ""
    quantiles = _deciles(values, enough)
    return Figures(
        n=raw.n,
        with_errors=np.isfinite(used).sum(axis=0) if kind != "sd" else np.zeros(len(columns), dtype=np.int64),
        mean=raw.mean,
        median=raw.median,
        sd=raw.sd,
        p10=quantiles[0],
        p90=quantiles[1],
        tau=np.where(enough, found.tau, absent),
        tau_lower=np.where(enough, found.lower, absent),
        tau_upper=np.where(enough, found.upper, absent),
        variance=np.where(enough, found.variance, absent),
        variance_se=np.where(enough, found.variance_se, absent),
        plain=np.where(enough, found.plain, absent),
        method=kind,
        known=known,
        value_errors=found.errors,
    )


def _deciles(values: Floats, enough: Bools) -> Floats:
    found = np.full((2, values.shape[1]), np.nan)
    if enough.any():
        found[:, enough] = np.nanquantile(values[:, enough], (0.1, 0.9), axis=0)
    return found


def _kind(source: SpreadSource, part: Any, there: Bools, options: SpreadOptions) -> tuple[str, Bools]:
    """Return how noise is taken out, and which units it is known for wherever they have a value."""
    given = ~in_rows(there & ~(source.errors[part] > 0))
    counted = ~in_rows(there & ~np.isfinite(source.counts[part]))
    wanted = min(options.min_units, len(there))
    if source.counted and options.method == "auto" and counted.sum() > given.sum() and counted.sum() >= wanted:
        return ("beta_binomial" if source.counted == "share" else "gamma_poisson"), counted
    if given.sum() >= wanted and len(there):
        return options.estimator, given
    if source.counted and counted.sum() >= wanted and len(there):
        return options.estimator, counted
    return "sd", given


@attrs.frozen(kw_only=True, eq=False)
class _Noisy:
    tau: Floats
    lower: Floats
    upper: Floats
    variance: Floats
    variance_se: Floats
    plain: Floats
    errors: Floats

    @classmethod
    def absent(cls, shape: tuple[int, ...]) -> _Noisy:
        nothing, cells = np.full(shape[1], np.nan), np.full(shape, np.nan)
        return cls(
            tau=nothing,
            lower=nothing,
            upper=nothing,
            variance=nothing,
            variance_se=nothing,
            plain=nothing,
            errors=cells,
        )


def _noisy(source: SpreadSource, part: Any, used: Floats, kind: str, options: SpreadOptions) -> _Noisy:
    """Return what is found for units whose noise is known."""
    fit: Any = None
    noise, errors, scale = source.errors[part] ** 2, source.errors[part], 1.0
    if kind in _FITTED or not bool(((errors > 0) | ~np.isfinite(used)).all()):
        fit = _fitted(source, part, used, options)
        noise, errors = _counted_noise(source, part, used, fit.shrunk.T)
    if kind in _FITTED:
        scale = source.scale
    else:
        fit = stats.between_variance(used.T, errors.T**2, method=options.estimator, confidence=options.confidence)
    tau = fit.tau * scale
    variance, se = _unbiased(used, noise, errors, _steady(errors, tau))
    return _Noisy(
        tau=tau,
        lower=fit.tau_lower * scale,
        upper=fit.tau_upper * scale,
        variance=variance,
        variance_se=se,
        plain=_unbiased(used, noise, errors, np.ones(len(used)))[0],
        errors=errors,
    )


def _fitted(source: SpreadSource, part: Any, used: Floats, options: SpreadOptions) -> Any:
    kernel = stats.beta_binomial if source.counted == "share" else stats.gamma_poisson
    counts = np.where(np.isfinite(used), source.counts[part], np.nan)
    return kernel(counts.T, source.sizes[part].T, confidence=options.confidence)


def _counted_noise(source: SpreadSource, part: Any, used: Floats, shrunk: Floats) -> tuple[Floats, Floats]:
    """Return for each value a sampling variance that is right on average, and a standard error that is not 0 at the ends."""
    counts, sizes = np.where(np.isfinite(used), source.counts[part], np.nan), source.sizes[part]
    with np.errstate(divide="ignore", invalid="ignore"):
        if source.counted == "share":
            smooth, raw = shrunk * (1 - shrunk) / sizes, counts / sizes
            plain = np.where(sizes > 1, raw * (1 - raw) / (sizes - 1), smooth)
        else:
            smooth, plain = shrunk / sizes, counts / sizes**2
    return plain * source.scale**2, np.sqrt(smooth) * source.scale


def _steady(errors: Floats, tau: Floats) -> Floats:
    """Return a weight for each unit, the same in all periods: its reliability, so that tiny units drown nothing in noise."""
    v = np.where(np.isfinite(errors), errors, 0.0) ** 2
    noise = v.sum(axis=1) / np.maximum(np.isfinite(errors).sum(axis=1), 1)
    between = float(np.mean(tau[np.isfinite(tau)] ** 2)) if np.isfinite(tau).any() else 0.0
    smallest = float(np.min(noise[noise > 0], initial=np.inf))
    found: Floats = between / (between + noise) if between > 0 else smallest / np.maximum(noise, smallest)
    return found


def _unbiased(used: Floats, noise: Floats, errors: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the variance between these very units without noise, and the standard error that their noise gives it.

    With m the weighted mean, E sum w (y - m)^2 is sum w (t - mean t)^2 more sum w v (1 - w / sum w); t is what lies behind a value and
    v its variance. What is left is divided by sum w - sum w^2 / sum w, n - 1 for equal weights. Its variance is
    (4 sum w^2 t^2 v + 2 sum w^2 v^2) over the square of that.
    """
    there = np.isfinite(used)
    w = np.where(there, weights[:, None], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = w.sum(axis=0)
        mean = (w * np.where(there, used, 0.0)).sum(axis=0) / total
        squares = np.where(there, used - mean, 0.0) ** 2
        v = np.where(there, errors, 0.0) ** 2
        left = (w * squares - w * np.where(there, noise, 0.0) * (1 - w / total)).sum(axis=0)
        size = total - (w**2).sum(axis=0) / total
        true = np.maximum(squares - v, 0.0)
        se = np.sqrt((4 * w**2 * true * v + 2 * w**2 * v**2).sum(axis=0)) / size
    return left / size, se
