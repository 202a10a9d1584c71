"""Two units or two years against each other."""

from __future__ import annotations

from functools import partial

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, ReasonArray, numeric_array, reasons
from maalbib.stats._count_blocks import Counts, Kernel, common_shape, in_blocks
from maalbib.stats._projected import student_quantile
from maalbib.stats.rates._contrast_kernels import newcombe, rates_exact
from maalbib.stats.rates._estimate import Estimate, normal_quantile, tail_of
from maalbib.stats.rates._means import MeanInterval

__all__ = ["Contrast", "MeanContrast", "mean_difference", "proportion_difference", "rate_ratio"]


@attrs.frozen(kw_only=True, eq=False)
class Contrast(Estimate):
    """Differences or ratios of two estimates with limits, all arrays of one shape.

    Attributes
    ----------
    value
        The first less the second, or the first over the second. NaN where there is none.
    lower, upper
        The limits of the difference or ratio: not an overlap of two intervals, which is no test.
    p_value
        How likely a distance as large is if there is none, two-sided.
    confidence
        The coverage asked for, as a share.
    method
        ``newcombe``, ``conditional_exact`` or ``welch``.
    method_version
        Version of the method.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``zero_denominator``, ``numerator_exceeds_denominator``; of a ratio also
        ``no_events`` (neither has any) and ``upper_unbounded`` (the second has none); of means the reasons of a mean. Else
        empty.

    Examples
    --------
    >>> from maalbib.stats import proportion_difference
    >>> found = proportion_difference([81, 5], [100, 4], [74, 3], [100, 9])
    >>> found.value.round(2).tolist(), found.status.tolist(), found.method
    ([0.07, nan], ['ok', 'invalid'], 'newcombe')
    """

    p_value: FloatArray


@attrs.frozen(kw_only=True, eq=False)
class MeanContrast(Contrast):
    """Differences of two means with limits, all arrays of one shape.

    Attributes
    ----------
    se
        Standard error of the difference.
    df
        Degrees of freedom, mostly no whole number.

    Examples
    --------
    >>> from maalbib.stats import mean_difference, mean_interval_from
    >>> found = mean_difference(mean_interval_from(4.1, 0.9, 40), mean_interval_from(3.8, 0.7, 52))
    >>> found.se.round(3).item(), found.df.round(1).item()
    (0.172, 71.8)
    """

    se: FloatArray
    df: FloatArray


def proportion_difference(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    other_numerator: npt.ArrayLike,
    other_denominator: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Contrast:
    """Return differences of two independent shares with confidence intervals.

    Parameters
    ----------
    numerator, denominator
        Counts of the first unit or year, any shapes that broadcast with the others. NaN means not reported.
    other_numerator, other_denominator
        Counts of the second one. It must not be a total that holds the first: see :func:`own_part_removed`.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Contrast
        First less second, as shares (0-1): 0.05 is five percentage points.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast or ``confidence`` is not inside (0, 1).

    Notes
    -----
    With Wilson limits l and u of each share the limits are d - sqrt((p1 - l1)^2 + (u2 - p2)^2) and d + sqrt((u1 - p1)^2 + (p2 - l2)^2)
    [1]_. p is that of the score test with the pooled share, without a correction for continuity; close to the level it may
    disagree with the limits. Where all or none of both have the property, p is 1.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
       Medicine 17, 873-890.

    Examples
    --------
    The share of good readers rose from 74 % of 380 pupils to 79 % of 402:

    >>> found = proportion_difference(318, 402, 281, 380)
    >>> found.value.round(3).item(), found.lower.round(3).item(), found.upper.round(3).item()
    (0.052, -0.008, 0.111)
    """
    counts = {
        "numerator": numeric_array("numerator", numerator),
        "denominator": numeric_array("denominator", denominator),
        "other_numerator": numeric_array("other_numerator", other_numerator),
        "other_denominator": numeric_array("other_denominator", other_denominator),
    }
    return _contrast(partial(newcombe, z=normal_quantile(confidence)), counts, confidence, "newcombe")


def rate_ratio(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    other_count: npt.ArrayLike,
    other_exposure: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Contrast:
    """Return ratios of two independent rates with exact confidence intervals.

    Parameters
    ----------
    count, exposure
        Events of the first unit or year, and what they could come from; any shapes that broadcast with the others. NaN means
        not reported.
    other_count, other_exposure
        The same of the second one. Expected events are no exposure: two indirectly standardised ratios are not comparable with
        each other.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Contrast
        First rate over second.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast or ``confidence`` is not inside (0, 1).

    Notes
    -----
    Given all events, those of the first are binomial; the limits of their share become limits of the ratio [1]_. p is twice the smaller tail,
    so that it is below 1 - confidence exactly when the limits leave 1 out. Without events in the second there is no upper limit: it
    is infinite, with the reason ``upper_unbounded``; without any events there is no ratio either, but the limits 0 and infinity
    and a p of 1 are true, with the reason ``no_events``.

    References
    ----------
    .. [1] Lehmann, E. L. and Romano, J. P. (2005). Testing Statistical Hypotheses, 3rd edition. Springer, section 4.5.

    Examples
    --------
    >>> found = rate_ratio([31, 4], [5_200, 900], [18, 0], [4_900, 1_000])
    >>> found.value.round(2).tolist(), found.lower.round(2).tolist(), found.upper.round(2).tolist()
    ([1.62, inf], [0.88, 0.73], [3.08, inf])
    >>> found.reason.tolist()
    ['', 'upper_unbounded']
    """
    counts = {
        "count": numeric_array("count", count),
        "exposure": numeric_array("exposure", exposure),
        "other_count": numeric_array("other_count", other_count),
        "other_exposure": numeric_array("other_exposure", other_exposure),
    }
    return _contrast(partial(rates_exact, tail=tail_of(confidence)), counts, confidence, "conditional_exact")


def mean_difference(first: MeanInterval, second: MeanInterval, *, confidence: float = 0.95) -> MeanContrast:
    """Return differences of two independent means with confidence intervals.

    Parameters
    ----------
    first, second
        Means as :func:`mean_interval` or :func:`mean_interval_from` gives them, in shapes that broadcast. Their own confidence does not
        matter.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    MeanContrast
        First less second, in the unit of the values.

    Raises
    ------
    ArgumentError
        If one is no :class:`MeanInterval`, the shapes do not broadcast or ``confidence`` is not inside (0, 1).

    Notes
    -----
    Welch's interval: the variances may differ, and the degrees of freedom are
    (v1 + v2)^2 / (v1^2/(n1 - 1) + v2^2/(n2 - 1)) with v = s^2/n [1]_. A mean of a single value, or two of equal values each, leave a difference without an
    interval.

    References
    ----------
    .. [1] Welch, B. L. (1947). The generalization of 'Student's' problem when several different population variances are
       involved. Biometrika 34, 28-35.

    Examples
    --------
    >>> from maalbib.stats import mean_interval
    >>> found = mean_difference(mean_interval([4, 5, 3, 4, 5]), mean_interval([3, 4, 2, 4, 3, 3]))
    >>> found.value.round(2).item(), found.lower.round(2).item(), found.upper.round(2).item()
    (1.03, -0.08, 2.14)
    """
    tail_of(confidence)
    _need_mean("first", first)
    _need_mean("second", second)
    shape = common_shape({"first": first.value, "second": second.value})
    with np.errstate(all="ignore"):
        value = np.asarray(np.broadcast_to(first.value, shape) - second.value)
        one, two = first.sd / np.sqrt(first.n), second.sd / np.sqrt(second.n)
        se = np.broadcast_to(np.hypot(one, two), shape)
        part = (one / se) ** 2
        df = np.broadcast_to(1 / (part**2 / (first.n - 1) + (1 - part) ** 2 / (second.n - 1)), shape)
        score = np.asarray(np.abs(value) / se)
    reason = _reasons_of_means(first, second, se, shape)
    unsure = (reason != "") | ~(se > 0)
    half, p_value = np.full(shape, np.nan), np.full(shape, np.nan)
    with np.errstate(over="ignore"):  # limits of the largest doubles lie beyond them
        half[~unsure] = student_quantile(df[~unsure], confidence) * se[~unsure]
        p_value[~unsure] = _both_tails(score[~unsure], df[~unsure])
        lower, upper = np.asarray(value - half), np.asarray(value + half)
    return MeanContrast(
        value=value,
        lower=lower,
        upper=upper,
        p_value=p_value,
        se=np.where(unsure, np.nan, se),
        df=np.where(unsure, np.nan, df),
        confidence=float(confidence),
        method="welch",
        reason=reason,
    )


def _need_mean(argument: str, given: object) -> None:
    if not isinstance(given, MeanInterval):
        raise ArgumentError("rates.not_a_mean", argument=argument)


def _contrast(kernel: Kernel, counts: Counts, confidence: float, method: str) -> Contrast:
    (value, lower, upper, p_value), reason = in_blocks(kernel, counts, outputs=4)
    return Contrast(
        value=value,
        lower=lower,
        upper=upper,
        p_value=p_value,
        confidence=float(confidence),
        method=method,
        reason=reason,
    )


def _reasons_of_means(
    first: MeanInterval, second: MeanInterval, se: FloatArray, shape: tuple[int, ...]
) -> ReasonArray:
    """Return the worst of the two; equal values on one side alone are no hindrance."""
    codes = (
        "not_finite",
        "missing_input",
        "too_few_points",
        "uncertainty_invalid",
        "single_value",
        "uncertainty_missing",
    )
    one, two = np.broadcast_to(first.reason, shape), np.broadcast_to(second.reason, shape)
    return reasons(shape, *((((one == code) | (two == code)), code) for code in codes), (se == 0, "constant_values"))


def _both_tails(score: FloatArray, df: FloatArray) -> FloatArray:
    """Return the chance of a t beyond the score on either side; a beta tail keeps its digits however far out."""
    from scipy import special

    return np.asarray(special.betainc(df / 2, 0.5, df / (df + score**2)), dtype=np.float64)
