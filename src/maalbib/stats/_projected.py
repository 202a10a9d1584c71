"""From lines to projections: the interval, the way back from a curved scale, and why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._columns import shared
from maalbib.stats._projection import Projection

if TYPE_CHECKING:
    from maalbib.stats._known_errors import KnownErrors
    from maalbib.stats._line_fit import Course, LineFit

__all__ = ["LEAST_FOR_INTERVAL", "exactly", "half_width", "normal_quantile", "shaped", "straight", "student_quantile"]

LEAST_FOR_INTERVAL: Final = 4
_LEAST_FOR_LINE: Final = 2
_EXACT_LINE: Final = 1e-12  # residual deviation as a share of the largest value

Refusal = tuple[BoolArray, str]


def straight(
    course: Course,
    fit: LineFit,
    *,
    known: KnownErrors | None = None,
    noise: FloatArray | float | None = None,
    refused: tuple[Refusal, ...] = (),
) -> Projection:
    """Carry straight lines on.

    Parameters
    ----------
    course
        What was asked for.
    fit
        The lines. Rows that are refused need not be marked in it.
    known
        What is known of the errors.
    noise
        The size of a value to which rounding errors are relative; None for the largest of each row.
    refused
        Rows without a line for reasons of the method, with their codes.

    Returns
    -------
    Projection
        In the shape of the series.
    """
    n, at, level = fit.n, course.at, course.level
    df = np.maximum(n - 2, 0)
    with np.errstate(all="ignore"):
        slope = _without(fit.slope, refused)
        sigma = np.sqrt(fit.rss / df)
        sigma[(n < LEAST_FOR_INTERVAL) | np.isnan(slope)] = np.nan
        exact = exactly(sigma, fit.largest if noise is None else noise)
        ahead = fit.ahead(at)
        se = sigma * np.sqrt(1 + 1 / n + ahead**2 / fit.sxx)
        known_se = shared(np.nan, len(n))
        if known is not None:
            known_se, se = np.where(np.isnan(slope), np.nan, known.se), np.where(known.invalid, np.nan, se)
        projected = fit.middle + slope * ahead
        half = half_width(se, df, level, None if known is None else known_se)
        span = fit.last - fit.first
        found = Projection(
            scale="linear",
            slope=slope,
            growth=shared(np.nan, len(n)),
            fitted_first=fit.middle - slope * fit.mean_t,
            fitted_last=fit.middle + slope * (span - fit.mean_t),
            projected=projected,
            lower=projected - half,
            upper=projected + half,
            centre=projected,
            rate=slope,
            se=se,
            known_se=known_se,
            df=df,
            n=n,
            zero_residual=exact,
            first_time=fit.first,
            last_time=fit.last,
            at=at,
            largest=fit.largest,
            lowest=shared(np.nan, len(n)),
            highest=shared(np.nan, len(n)),
            level=level,
            reason=_reasons(fit, at, np.isnan(half), refused, known),
        )
    return shaped(found, course.shape)


def shaped(found: Projection, shape: tuple[int, ...]) -> Projection:
    """Return the projection with arrays of a shape."""
    fields: dict[str, Any] = attrs.asdict(found, recurse=False)
    for name, value in fields.items():
        if isinstance(value, np.ndarray):
            fields[name] = value.reshape(shape)
    return Projection(**fields)


def exactly(sigma: FloatArray, noise: FloatArray | float) -> BoolArray:
    """Set deviations that are rounding errors to 0, and return where."""
    exact = np.asarray(sigma <= _EXACT_LINE * np.asarray(noise))
    sigma[exact] = 0.0
    return exact


def half_width(se: FloatArray, df: IntArray, level: float, known_se: FloatArray | None = None) -> FloatArray:
    """Return half of the wider interval."""
    half = student_quantile(df, level) * se
    return half if known_se is None else np.fmax(half, normal_quantile(level) * known_se)


def student_quantile(df: IntArray | FloatArray, level: float) -> FloatArray:
    """Return the half-widths of Student's t, NaN without degrees of freedom; each is computed once.

    From two beta quantiles and not from ``stdtrit``, which has nine digits only in older versions of SciPy. Neither
    quantile is taken as 1 minus the other, so that no level costs digits.
    """
    from scipy import special

    distinct, place = np.unique(df, return_inverse=True)
    shape = np.where(distinct > 0, distinct, np.nan) / 2
    near = special.betaincinv(0.5, shape, level)
    far = special.betaincinv(shape, 0.5, 1 - level)
    return np.asarray(np.sqrt(2 * shape * near / far)[place])


def normal_quantile(level: float) -> float:
    """Return the half-width of the standard normal distribution."""
    from scipy import special

    return float(np.sqrt(2) * special.erfinv(level))


def _without(slope: FloatArray, refused: tuple[Refusal, ...]) -> FloatArray:
    for where, _ in refused:
        slope = np.where(where, np.nan, slope)
    return slope


def _reasons(
    fit: LineFit, at: FloatArray, without: BoolArray, refused: tuple[Refusal, ...], known: KnownErrors | None
) -> ReasonArray:
    n = fit.n
    invalid = np.zeros(n.shape, dtype=np.bool_) if known is None else known.invalid
    return reasons(
        n.shape,
        (fit.infinite.astype(bool) | np.isinf(at), "not_finite"),
        *refused,
        (n < _LEAST_FOR_LINE, "too_few_points"),
        (~(fit.sxx > 0), "no_time_span"),
        (np.isnan(at), "missing_input"),
        (invalid, "uncertainty_invalid"),
        (np.asarray(without), "no_interval"),
    )
