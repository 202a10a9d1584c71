"""How far the units of a group lie from one another."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    float_array,
    reasons,
    whole_number,
)
from maalbib.stats._row_blocks import row_blocks

__all__ = ["Dispersion", "dispersion"]

_AT_ONCE: Final = 1 << 18  # elements per temporary
_NORMAL: Final = 1.4826  # the median absolute deviation of a normal distribution times this is its standard deviation
_STATISTICS: Final = (
    *("mean", "median", "sd", "range", "iqr", "p90_minus_p10", "mad"),
    *("cv", "p90_over_p10", "noise_free_sd"),
)


@attrs.frozen(kw_only=True, eq=False)
class Dispersion(ArrayResult):
    """What can be said of the dispersion of each group, arrays with one element per group.

    Attributes
    ----------
    n
        Units with a value.
    mean, median
        Where the units lie. Levelling down lowers dispersion too, so the mean belongs beside it.
    sd
        Standard deviation, divisor n - 1.
    range
        Largest less smallest value.
    iqr, p90_minus_p10
        Third less first quartile, and ninth less first decile.
    mad
        Median distance from the median times 1.4826, comparable with ``sd`` where values are normal.
    cv
        Standard deviation as a share of the mean; only for a mean above zero.
    p90_over_p10
        Ninth over first decile; only for a first decile above zero.
    noise_free_sd
        Standard deviation without what the standard errors of the values spread; 0 where they explain all of it.
    reason
        ``too_few_units``, ``not_finite`` (an infinite value, or a result beyond the largest double), else empty.
    cv_reason, p90_over_p10_reason, noise_free_sd_reason
        Why one of the three is NaN: ``reason``, or ``mean_not_positive``, ``p10_not_positive``, ``errors_missing`` (a unit without a
        standard error).

    Examples
    --------
    >>> from maalbib.stats import dispersion
    >>> found = dispersion([[60, 62, 58, 71, 66, 65], [-2, -1, 0, 0, 1, 2]])
    >>> found.range.tolist(), found.cv_reason.tolist()
    ([13.0, 4.0], ['', 'mean_not_positive'])
    """

    n: IntArray
    mean: FloatArray
    median: FloatArray
    sd: FloatArray
    range: FloatArray
    iqr: FloatArray
    p90_minus_p10: FloatArray
    mad: FloatArray
    cv: FloatArray
    p90_over_p10: FloatArray
    noise_free_sd: FloatArray
    reason: ReasonArray
    cv_reason: ReasonArray
    p90_over_p10_reason: ReasonArray
    noise_free_sd_reason: ReasonArray


def dispersion(
    values: npt.ArrayLike, *, standard_errors: npt.ArrayLike | None = None, min_units: int = 5
) -> Dispersion:
    """Measure how far the units of each group lie from one another; every unit counts the same.

    Parameters
    ----------
    values
        Shape (units,) or (..., units), for example a row per period. NaN means missing; the unit takes no part.
    standard_errors
        Standard errors of the values, independent of each other, in a shape that stretches to that of the values. NaN or below 0
        means unknown.
    min_units
        Fewest units that say something, at least 2.

    Returns
    -------
    Dispersion
        One element per group, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or ``min_units`` is no whole number from 2 on.

    Notes
    -----
    Quantiles are those of type 7 [1]_, linear between order statistics. The noise-free standard deviation is
    sqrt(max(0, sd^2 - mean of the squared standard errors)): small institutions spread by chance alone, and what chance spreads
    is not uneven quality. Values are sorted, halved by a power of two where they are huge, and a value is subtracted before
    summing, so that the order of the units costs no bit and a high level no digits. Missing units change nothing.

    Comparing groups over time asks for the same units in each of them: who comes and goes changes dispersion too. Cost: n log n
    per group.

    References
    ----------
    .. [1] Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American Statistician 50, 361-365.

    Examples
    --------
    >>> found = dispersion([60, 62, 58, 71, 66, 65, 63, 59, 70, 68], standard_errors=[2, 3, 2, 4, 3, 2, 3, 2, 4, 3])
    >>> found.sd.round(3).item(), found.noise_free_sd.round(3).item(), found.mean.item()
    (4.566, 3.528, 64.2)
    """
    least = whole_number("min_units", min_units, low=2)
    given = np.atleast_1d(float_array("values", values))
    shape = given.shape[:-1]
    errors = broadcast_to("standard_errors", np.nan if standard_errors is None else standard_errors, given.shape)
    groups, units = int(np.prod(shape)), given.shape[-1]
    rows, noise = given.reshape(groups, units), errors.reshape(groups, units)
    found: dict[str, npt.NDArray[Any]] = {name: np.full(groups, np.nan) for name in _STATISTICS}
    found["n"] = np.zeros(groups, dtype=np.int64)
    bad = np.zeros((5, groups), dtype=bool)
    for part in row_blocks(groups, units, _AT_ONCE):
        with np.errstate(all="ignore"):
            _fill(
                {name: column[part] for name, column in found.items()}, bad[:, part], rows[part], noise[part], least
            )
    columns = {name: column.reshape(shape) for name, column in found.items()}
    return Dispersion(**columns, **_reasons(bad.reshape(5, *shape)))


def _reasons(bad: BoolArray) -> dict[str, npt.NDArray[Any]]:
    few, infinite, mean, decile, errors = bad
    whole = ((infinite, "not_finite"), (few, "too_few_units"))
    shape = few.shape
    return {
        "reason": reasons(shape, *whole),
        "cv_reason": reasons(shape, *whole, (mean, "mean_not_positive")),
        "p90_over_p10_reason": reasons(shape, *whole, (decile, "p10_not_positive")),
        "noise_free_sd_reason": reasons(shape, *whole, (errors, "errors_missing")),
    }


def _fill(
    found: dict[str, npt.NDArray[Any]], bad: BoolArray, rows: FloatArray, noise: FloatArray, least: int
) -> None:
    """Fill in the statistics of some groups, and which of them cannot be."""
    there = ~np.isnan(rows)
    n = there.sum(axis=1)
    found["n"][:] = n
    infinite: BoolArray = np.asarray(np.isinf(rows).any(axis=1))
    usable = (n >= least) & ~infinite
    # A power of two changes no digit, and keeps squares and differences inside the range of doubles.
    power = np.frexp(np.where(there & ~infinite[:, None], np.abs(rows), 0.0).max(axis=1, initial=0.0))[1]
    ordered = np.sort(np.ldexp(np.where(usable[:, None], rows, np.nan), -power[:, None]), axis=1)
    made = _statistics(ordered, n, np.ldexp(noise, -power[:, None]), there)
    for name in ("mean", "median", "sd", "range", "iqr", "p90_minus_p10", "mad", "noise_free_sd"):
        found[name][:] = np.where(usable, np.ldexp(made[name], power), np.nan)
    beyond = usable & np.isinf(np.stack([found[name] for name in ("sd", "range", "mad")])).any(axis=0)
    for name in ("cv", "p90_over_p10"):
        found[name][:] = np.where(usable, made[name], np.nan)
    for name in _STATISTICS:
        np.copyto(found[name], np.nan, where=beyond)
    bad[0], bad[1] = n < least, infinite | beyond
    bad[2], bad[3], bad[4] = (np.isnan(found[name]) for name in ("cv", "p90_over_p10", "noise_free_sd"))


def _statistics(x: FloatArray, n: IntArray, noise: FloatArray, there: BoolArray) -> dict[str, FloatArray]:
    """Return the statistics of ascending rows, whatever stands for rows with too few values."""
    if x.shape[1] == 0:
        return {name: np.full(len(x), np.nan) for name in _STATISTICS}
    p10, p25, median, p75, p90 = (_quantile(x, n, *share) for share in ((1, 10), (1, 4), (1, 2), (3, 4), (9, 10)))
    off = x - median[:, None]
    shift = _sum(off) / n
    mean = median + shift
    variance = _sum((off - shift[:, None]) ** 2) / (n - 1)
    sd = np.sqrt(variance)
    largest = _quantile(x, n, 1, 1)
    noise_variance = _sum(np.sort(np.where(there, np.where(noise >= 0, noise, np.nan) ** 2, 0.0), axis=1)) / n
    lacking = (there & ~(noise >= 0)).any(axis=1)
    return {
        "mean": mean,
        "median": median,
        "sd": sd,
        "range": largest - x[:, 0],
        "iqr": p75 - p25,
        "p90_minus_p10": p90 - p10,
        "mad": _NORMAL * _quantile(np.sort(np.abs(off), axis=1), n, 1, 2),
        "cv": np.where(mean > 0, sd / mean, np.nan),
        "p90_over_p10": np.where(p10 > 0, p90 / p10, np.nan),
        "noise_free_sd": np.where(lacking, np.nan, np.sqrt(np.maximum(0.0, variance - noise_variance))),
    }


def _sum(parts: FloatArray) -> FloatArray:
    """Return row sums that the number of missing values behind the last one does not change."""
    total: FloatArray = np.cumsum(np.where(np.isnan(parts), 0.0, parts), axis=1)[:, -1]
    return total


def _quantile(x: FloatArray, n: IntArray, above: int, below: int) -> FloatArray:
    """Return the quantile ``above / below`` of type 7 of the first n values of each ascending row."""
    place, rest = np.divmod(np.maximum(n - 1, 0) * above, below)
    each = np.arange(len(x))
    low = x[each, place]
    high = x[each, np.minimum(place + 1, np.maximum(n - 1, 0))]
    quantile: FloatArray = low + (high - low) * (rest / below)
    return quantile
