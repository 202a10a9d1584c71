"""Exact p-values of two shares or two rates against each other, by the outcomes that are no more likely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats._count_blocks import common_shape

__all__ = ["ExactTest", "fisher_test", "rate_test"]

_TIES: Final = 1e-7  # outcomes whose likelihoods differ by less, as a share, count as equally likely
_FAR: Final = 39.0  # standard deviations from the middle; with the distance below, what lies beyond is no double
_FAR_AT_LEAST: Final = 500.0

_AT_ONCE: Final = 1 << 18  # elements per temporary

_LogOdds: TypeAlias = Callable[[FloatArray, IntArray], FloatArray]  # of outcomes against the one before each


@attrs.frozen(kw_only=True, eq=False)
class ExactTest(ArrayResult):
    """Exact p-values, arrays of one shape.

    Attributes
    ----------
    p_value
        How likely outcomes are that are no more likely than the one observed, if there is no difference. NaN where that cannot be said.
    method
        ``fisher`` or ``conditional_binomial``.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``not_whole``, ``zero_denominator``, ``numerator_exceeds_denominator``, or empty.

    Examples
    --------
    >>> from maalbib.stats import fisher_test
    >>> found = fisher_test([2, 9], [5, 4], [1, 1], [8, 8])
    >>> found.p_value.round(4).tolist(), found.reason.tolist()
    ([0.5105, nan], ['', 'numerator_exceeds_denominator'])
    """

    p_value: FloatArray
    method: str
    reason: ReasonArray


def fisher_test(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    other_numerator: npt.ArrayLike,
    other_denominator: npt.ArrayLike,
) -> ExactTest:
    """Test two independent shares by Fisher's exact test, two-sided.

    Parameters
    ----------
    numerator, denominator
        Whole counts of the first unit or year, any shapes that broadcast with the others. NaN means not reported.
    other_numerator, other_denominator
        The same of the second one.

    Returns
    -------
    ExactTest
        In the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or their shapes do not broadcast.

    Notes
    -----
    Given both totals the first numerator is hypergeometric if there is no difference; p adds up all outcomes that are no more likely than the one
    observed [1]_. Likelihoods that differ by less than one in ten million count as equal. The test is conservative: for an interval, and a p that
    belongs to it, use :func:`proportion_difference`. Cost: proportional to the standard deviation of the numerator, and bounded memory.

    References
    ----------
    .. [1] Agresti, A. (1992). A survey of exact inference for contingency tables. Statistical Science 7, 131-153.

    Examples
    --------
    Fisher's tea: three of four cups are told apart.

    >>> fisher_test(3, 4, 1, 4).p_value.round(4).item()
    0.4857
    """
    given = _given(
        numerator=numerator,
        denominator=denominator,
        other_numerator=other_numerator,
        other_denominator=other_denominator,
    )
    x, n, x_other, n_other = given
    reason = _reason(
        given,
        whole=given,
        more=(
            ((n == 0) | (n_other == 0), "zero_denominator"),
            ((x > n) | (x_other > n_other), "numerator_exceeds_denominator"),
        ),
    )
    good = reason == ""
    p_value = np.full(x.shape, np.nan)
    p_value[good] = _hypergeometric(*(array[good] for array in given))
    return ExactTest(p_value=p_value, method="fisher", reason=reason)


def rate_test(
    count: npt.ArrayLike, exposure: npt.ArrayLike, other_count: npt.ArrayLike, other_exposure: npt.ArrayLike
) -> ExactTest:
    """Test two independent rates by the exact conditional test, two-sided.

    Parameters
    ----------
    count, exposure
        Whole events of the first unit or year, and what they could come from; any shapes that broadcast with the others. NaN means
        not reported.
    other_count, other_exposure
        The same of the second one.

    Returns
    -------
    ExactTest
        In the broadcast shape. Without any events p is 1.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or their shapes do not broadcast.

    Notes
    -----
    Given all events those of the first are binomial if the rates are equal; p adds up all outcomes that are no more likely than the one observed
    [1]_. Likelihoods that differ by less than one in ten million count as equal. It may disagree with the limits of :func:`rate_ratio`, whose own p is
    twice the smaller tail. Cost: proportional to the standard deviation of the count, and bounded memory.

    References
    ----------
    .. [1] Fay, M. P. (2010). Two-sided exact tests and matching confidence intervals for discrete data. R Journal 2, 53-58.

    Examples
    --------
    >>> rate_test([31, 0], [5_200, 900], [18, 0], [4_900, 1_000]).p_value.round(4).tolist()
    [0.1158, 1.0]
    """
    given = _given(count=count, exposure=exposure, other_count=other_count, other_exposure=other_exposure)
    x, n, x_other, n_other = given
    reason = _reason(given, whole=(x, x_other), more=(((n == 0) | (n_other == 0), "zero_denominator"),))
    good = reason == ""
    p_value = np.full(x.shape, np.nan)
    p_value[good] = _binomial(*(array[good] for array in given))
    return ExactTest(p_value=p_value, method="conditional_binomial", reason=reason)


def _given(**values: npt.ArrayLike) -> tuple[FloatArray, ...]:
    arrays = {name: float_array(name, value) for name, value in values.items()}
    shape = common_shape(arrays)
    return tuple(np.broadcast_to(array, shape) for array in arrays.values())


def _reason(
    given: tuple[FloatArray, ...], *, whole: tuple[FloatArray, ...], more: tuple[tuple[BoolArray, str], ...]
) -> ReasonArray:
    return reasons(
        given[0].shape,
        (np.logical_or.reduce([np.isnan(array) for array in given]), "missing_input"),
        (np.logical_or.reduce([np.isinf(array) for array in given]), "not_finite"),
        (np.logical_or.reduce([array < 0 for array in given]), "negative_input"),
        (np.logical_or.reduce([np.floor(array) != array for array in whole]), "not_whole"),
        *more,
    )


def _hypergeometric(x: FloatArray, n: FloatArray, x_other: FloatArray, n_other: FloatArray) -> FloatArray:
    """Return the p-values of numerators given both totals."""
    events, people = x + x_other, n + n_other
    middle = n * (events / people)
    sd = np.sqrt(middle * (n_other / people) * ((people - events) / np.maximum(people - 1, 1)))

    def log_odds(k: FloatArray, rows: IntArray) -> FloatArray:
        size, total, rest = (array[rows, None] for array in (n, events, n_other))
        return np.log((size - k + 1) / k) + np.log((total - k + 1) / (rest - total + k))

    return _no_more_likely(x, middle, sd, np.maximum(events - n_other, 0), np.minimum(n, events), log_odds)


def _binomial(x: FloatArray, n: FloatArray, x_other: FloatArray, n_other: FloatArray) -> FloatArray:
    """Return the p-values of counts given all events."""
    events, share = x + x_other, n / (n + n_other)
    middle = events * share
    sd = np.sqrt(middle * (1 - share))

    def log_odds(k: FloatArray, rows: IntArray) -> FloatArray:
        return np.log((events[rows, None] - k + 1) / k) + np.log(n[rows, None] / n_other[rows, None])

    return _no_more_likely(x, middle, sd, np.zeros_like(events), events, log_odds)


def _no_more_likely(
    x: FloatArray, middle: FloatArray, sd: FloatArray, least: FloatArray, most: FloatArray, log_odds: _LogOdds
) -> FloatArray:
    """Return the probability of outcomes no more likely than x, of a distribution with one peak for each element."""
    reach = _FAR_AT_LEAST + _FAR * sd
    first = np.maximum(least, np.floor(middle - reach))
    width = np.minimum(most, np.ceil(middle + reach)) - first + 1
    order = np.argsort(width, kind="stable")
    p_value = np.empty(x.shape)
    start = 0
    with np.errstate(all="ignore"):
        while start < len(order):
            # Rows of about the same width together: as many as fit, with that of the widest of them.
            rows = order[start : start + max(1, int(_AT_ONCE // width[order[start]]))]
            rows = rows[: max(1, int(_AT_ONCE // width[rows[-1]]))]
            p_value[rows] = _summed(x, first, width, rows, log_odds)
            start += len(rows)
    return p_value


def _summed(x: FloatArray, first: FloatArray, width: FloatArray, rows: IntArray, log_odds: _LogOdds) -> FloatArray:
    place = np.arange(width[rows].max())
    log = np.where(place < width[rows, None], log_odds(first[rows, None] + place, rows), -np.inf)
    log[:, 0] = 0.0
    log = np.add.accumulate(log, axis=1)
    log -= log.max(axis=1, keepdims=True)
    at = x[rows] - first[rows]
    inside = (at >= 0) & (at < width[rows])
    own = np.where(inside, log[np.arange(len(rows)), np.where(inside, at, 0).astype(np.int64)], -np.inf)
    likelihood = np.exp(log)
    counted = np.where(log <= own[:, None] + np.log1p(_TIES), likelihood, 0.0)
    # One after the other: so the sum of a row is the same whatever the width of those beside it.
    part, whole = (np.add.accumulate(array, axis=1)[:, -1] for array in (counted, likelihood))
    return np.minimum(part / whole, 1.0)
