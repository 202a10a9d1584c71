"""Means with intervals by Student's t, from single values or from what is printed of them."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, float_array, reasons
from maalbib.stats._count_blocks import common_shape
from maalbib.stats._projected import student_quantile
from maalbib.stats.rates._estimate import Estimate, one_of_a_kind, tail_of
from maalbib.stats.rates._row_blocks import in_row, row_blocks

__all__ = ["MeanInterval", "mean_interval", "mean_interval_from"]


@attrs.frozen(kw_only=True, eq=False)
class MeanInterval(Estimate):
    """Means with limits, all arrays of one shape.

    Attributes
    ----------
    value
        The mean. NaN where there is none.
    lower, upper
        The limits in the unit of the values.
    sd
        Standard deviation, divisor n - 1. NaN for a single value, 0 where all are equal.
    n
        How many values the mean rests on; NaN where it is not known.
    confidence
        The coverage asked for, as a share.
    method
        ``t``.
    method_version
        Version of the method.
    reason
        ``missing_input``, ``not_finite``, ``too_few_points`` (below one value), ``uncertainty_invalid`` (a negative standard
        deviation); ``single_value``, ``constant_values``, ``uncertainty_missing``: a mean without an interval. Else empty.

    Examples
    --------
    >>> from maalbib.stats import mean_interval
    >>> found = mean_interval([[4, 5, 3, 4], [4, 4, 4, 4]])
    >>> found.lower.round(2).tolist(), found.status.tolist()
    ([2.7, nan], ['ok', 'value_only'])
    """

    sd: FloatArray
    n: FloatArray


def mean_interval(values: npt.ArrayLike, *, confidence: float = 0.95) -> MeanInterval:
    """Return means of single values with confidence intervals.

    Parameters
    ----------
    values
        Shape (values,) or (..., values), for example a row of answers per institution. NaN means no answer and takes
        no part, so rows may be filled up with it.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    MeanInterval
        One element per row, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If ``values`` is not numbers or ``confidence`` is not inside (0, 1).

    Notes
    -----
    The limits are m -/+ t s / sqrt(n) with n - 1 degrees of freedom [1]_. One value has no interval, and neither have values that are
    all equal: that four citizens gave the same answer does not show that all citizens would. The mean is subtracted before
    squaring, and values are scaled by a power of two, so that neither a high level nor huge values cost digits. On a bounded
    scale the limits may pass its ends. Cost: a few passes over blocks of rows.

    References
    ----------
    .. [1] Student (1908). The probable error of a mean. Biometrika 6, 1-25.

    Examples
    --------
    >>> found = mean_interval([62, 71, 58, float("nan"), 66])
    >>> found.value.item(), found.n.item(), found.lower.round(2).item(), found.upper.round(2).item()
    (64.25, 4.0, 55.4, 73.1)
    """
    tail_of(confidence)
    given = np.atleast_1d(float_array("values", values))
    shape, size = given.shape[:-1], given.shape[-1]
    rows = given.reshape(int(np.prod(shape)), size)
    mean, sd, n = (np.full(len(rows), np.nan) for _ in range(3))
    infinite = np.zeros(len(rows), dtype=np.bool_)
    for part in row_blocks(len(rows), size):
        with np.errstate(all="ignore"):
            mean[part], sd[part], n[part], infinite[part] = _moments(np.ascontiguousarray(rows[part]))
    return _limits(
        *(array.reshape(shape) for array in (mean, sd, n)),
        first=((infinite.reshape(shape), "not_finite"), (n.reshape(shape) == 0, "missing_input")),
        confidence=confidence,
    )


def mean_interval_from(
    mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95
) -> MeanInterval:
    """Return confidence intervals of means from what is printed of them: mean, standard deviation and number.

    Parameters
    ----------
    mean, sd, n
        Means, standard deviations (divisor n - 1) and numbers of values, in shapes that broadcast. NaN means not reported; a mean
        without its standard deviation has no interval. A number may be a fraction (an effective number of answers).
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    MeanInterval
        In the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast or ``confidence`` is not inside (0, 1).

    Examples
    --------
    >>> found = mean_interval_from([4.1, 3.8], [0.9, 0.8], [120, 1])
    >>> found.lower.round(3).tolist(), found.upper.round(3).tolist(), found.reason.tolist()
    ([3.937, nan], [4.263, nan], ['', 'single_value'])
    """
    tail_of(confidence)
    given = {name: float_array(name, array) for name, array in (("mean", mean), ("sd", sd), ("n", n))}
    shape = common_shape(given)
    m, s, size = (np.broadcast_to(array, shape) for array in given.values())
    missing = np.isnan(m) | np.isnan(size)
    infinite = np.isinf(m) | np.isinf(s) | np.isinf(size)
    first = (
        (infinite, "not_finite"),
        (missing, "missing_input"),
        (size < 1, "too_few_points"),
        (s < 0, "uncertainty_invalid"),
    )
    return _limits(m, np.where(size > 1, s, np.nan), size, first=first, confidence=confidence)


def _moments(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Return mean, standard deviation and number of every row, and whether it holds an infinite value."""
    there = ~np.isnan(x)
    n = there.sum(axis=1).astype(np.float64)
    infinite: BoolArray = in_row(np.isinf(x))
    kept = np.where(there & ~infinite[:, None], x, 0.0)
    # A power of two changes no digit, and keeps squares inside the range of doubles.
    power = np.frexp(np.abs(kept).max(axis=1, initial=0.0))[1]
    kept = np.ldexp(kept, -power[:, None])
    mean = kept.sum(axis=1) / n
    off = np.where(there, kept - mean[:, None], 0.0)
    shift = off.sum(axis=1) / n
    variance = np.maximum((off * off).sum(axis=1) - n * shift * shift, 0.0) / (n - 1)
    sd = np.ldexp(np.sqrt(variance), power)
    equal = one_of_a_kind(x) if x.shape[1] else np.zeros(len(x), dtype=np.bool_)
    sd[equal & (n > 1)] = 0.0
    value = np.where(equal, np.fmax.reduce(x, axis=1, initial=-np.inf), np.ldexp(mean + shift, power))
    return value, sd, n, infinite


def _limits(
    mean: FloatArray, sd: FloatArray, n: FloatArray, *, first: tuple[tuple[BoolArray, str], ...], confidence: float
) -> MeanInterval:
    out = np.zeros(mean.shape, dtype=np.bool_)
    for where, _ in first:
        out |= where
    usable = ~out & (n > 1) & (sd > 0)
    half = np.full(mean.shape, np.nan)
    with np.errstate(over="ignore"):  # limits of the largest doubles lie beyond them
        half[usable] = student_quantile(n[usable] - 1, confidence) * sd[usable] / np.sqrt(n[usable])
        lower, upper = mean - half, mean + half
    return MeanInterval(
        value=np.where(out, np.nan, mean),
        lower=np.where(out, np.nan, lower),
        upper=np.where(out, np.nan, upper),
        sd=np.where(out, np.nan, sd),
        n=np.array(n),
        confidence=float(confidence),
        method="t",
        reason=reasons(
            mean.shape,
            *first,
            (~(n > 1), "single_value"),
            (np.isnan(sd), "uncertainty_missing"),
            (sd == 0, "constant_values"),
        ),
    )
