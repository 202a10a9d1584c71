"""Indirectly standardised ratios and rates: what is observed against what was to be expected."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    FloatArray,
    ReasonArray,
    broadcast_to,
    float_array,
    numeric_array,
    reasons,
)
from maalbib.stats._count_blocks import are_fractional, common_shape, in_blocks
from maalbib.stats.rates._counts import CountMethod, limits_of_counts
from maalbib.stats.rates._estimate import above_zero
from maalbib.stats.rates._rate import Rate, per
from maalbib.stats.rates._row_blocks import in_row, row_blocks

__all__ = ["ExpectedCount", "StandardisedRatio", "expected_count", "standardised_ratio"]


@attrs.frozen(kw_only=True, eq=False)
class StandardisedRatio(Rate):
    """Indirectly standardised ratios or rates with limits, all arrays of one shape.

    Each is to be compared with the reference, never with each other: two units are weighted by two populations, and may come out
    different although every stratum of the one has the rates of the other. Asking which of two results is larger, or for their
    difference or ratio, is refused.

    Attributes
    ----------
    value, lower, upper
        Observed over expected, times ``multiplier`` and the rate of the reference where one was given. NaN where the element is bad.
    reference
        The value that a unit like the reference has: ``multiplier``, times the rate of the reference where one was given.
    multiplier
        What the ratio or rate is per. Value and limits hold it already.
    confidence
        The coverage asked for, as a share.
    method
        How the limits of the count were made: ``switched``, ``exact`` or ``byar``.
    method_version
        Version of the method.
    fractional
        Whether the count is no whole number.
    reason
        Why a number is NaN, empty where none is: ``missing_input``, ``not_finite``, ``negative_input``, ``expected_zero``;
        ``lower_undefined`` where only the lower limit is missing.

    Examples
    --------
    >>> from maalbib.stats import standardised_ratio
    >>> found = standardised_ratio([12, 3], [9.6, 0])
    >>> found.value.tolist(), found.reason.tolist()
    ([1.25, nan], ['', 'expected_zero'])
    """

    reference: FloatArray

    def _refuse(self, _other: object) -> NoReturn:
        raise ArgumentError("rates.ratios_not_comparable")

    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = _refuse


@attrs.frozen(kw_only=True, eq=False)
class ExpectedCount(ArrayResult):
    """Events that units would have with the rates of a reference, arrays of one shape.

    Attributes
    ----------
    value
        The expected events. NaN where there are none.
    reference_rate
        The reference's own events per person.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``population_zero_in_stratum`` (of the reference), else empty.

    Examples
    --------
    >>> from maalbib.stats import expected_count
    >>> expected_count([[1000, 200], [500, float("nan")]], [40, 90], [20_000, 3_000]).reason.tolist()
    ['', 'missing_input']
    """

    value: FloatArray
    reference_rate: FloatArray
    reason: ReasonArray


def expected_count(
    population: npt.ArrayLike, reference_count: npt.ArrayLike, reference_population: npt.ArrayLike
) -> ExpectedCount:
    """Return the events that units would have if each stratum had the rate that it has in a reference.

    Parameters
    ----------
    population
        Persons by stratum, shape (strata,) or (..., strata). NaN means missing.
    reference_count, reference_population
        Events and persons of the reference by stratum, in shapes that broadcast with that of ``population``.

    Returns
    -------
    ExpectedCount
        One element per unit, in the broadcast shape without the strata.

    Raises
    ------
    ArgumentError
        If an array is not numbers or the shapes do not broadcast.

    Examples
    --------
    >>> found = expected_count([[1000, 200], [500, 400]], [40, 90], [20_000, 3_000])
    >>> found.value.tolist(), found.reference_rate.round(5).tolist()
    ([8.0, 13.0], [0.00565, 0.00565])
    """
    given = {
        name: np.atleast_1d(float_array(name, array))
        for name, array in (
            ("population", population),
            ("reference_count", reference_count),
            ("reference_population", reference_population),
        )
    }
    *shape, strata = common_shape(given)
    units = int(np.prod(shape))
    # What stretches stays a view of one row until its block is worked.
    n, x, size = (np.broadcast_to(array, (*shape, strata)).reshape(units, strata) for array in given.values())
    value, crude = np.full((2, units), np.nan)
    reason = np.full(units, "", dtype=object)
    for part in row_blocks(units, strata):
        with np.errstate(all="ignore"):
            value[part], crude[part], reason[part] = _expected(n[part], x[part], size[part])
    return ExpectedCount(
        value=value.reshape(shape), reference_rate=crude.reshape(shape), reason=reason.reshape(shape)
    )


def _expected(n: FloatArray, x: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray, ReasonArray]:
    reason = reasons(
        n.shape[:1],
        (in_row(np.isinf(n) | np.isinf(x) | np.isinf(size)), "not_finite"),
        (in_row(np.isnan(n) | np.isnan(x) | np.isnan(size)) | (n.shape[1] == 0), "missing_input"),
        (in_row((n < 0) | (x < 0) | (size < 0)), "negative_input"),
        (in_row(size == 0), "population_zero_in_stratum"),
    )
    good = reason == ""
    value, crude = (n * (x / size)).sum(axis=1), x.sum(axis=1) / size.sum(axis=1)
    return np.where(good, value, np.nan), np.where(good, crude, np.nan), reason


def standardised_ratio(
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    *,
    reference_rate: npt.ArrayLike | None = None,
    multiplier: float = 1.0,
    method: CountMethod = "switched",
    confidence: float = 0.95,
) -> StandardisedRatio:
    """Return what is observed over what was to be expected, or the rate that this comes to, with confidence intervals.

    Parameters
    ----------
    observed
        Events, in a shape that broadcasts with that of ``expected``. NaN means not reported, which is not 0.
    expected
        Expected events, as a model or :func:`expected_count` gives them. They are taken as they are and never computed anew.
    reference_rate
        Events per person of the reference, in a shape that stretches to that of the results. Where it is given, the result is the indirectly
        standardised rate: ratio times this.
    multiplier
        What the ratio or rate is to be per, above 0: 1 for a ratio, 100 for an index, 1000 for a rate per thousand.
    method
        How the limits of the count are made, as in :func:`count_interval`.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    StandardisedRatio
        In the broadcast shape. Held against the reference only: two ratios are not comparable with each other.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast, ``multiplier`` is not above 0, ``confidence`` is not inside
        (0, 1) or the method is unknown.

    Notes
    -----
    The limits are those of the observed count over the expected one, which is taken to be known [1]_. Where nothing was to be
    expected there is no ratio: the reason is ``expected_zero``. To compare two units use :func:`standardised_rate`, which weights
    both alike [2]_.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research, volume II. IARC Scientific
       Publications 82, 69.
    .. [2] Julious, S. A., Nicholl, J. and George, S. (2001). Why do we continue to use standardized mortality ratios for small area
       comparisons? Journal of Public Health Medicine 23, 40-46.

    Examples
    --------
    Two schools with as many pupils passing as their socio-economic reference says, or not:

    >>> found = standardised_ratio([41, 8], [43.7, 14.2])
    >>> found.value.round(2).tolist(), found.lower.round(2).tolist(), found.upper.round(2).tolist()
    ([0.94, 0.56], [0.67, 0.24], [1.27, 1.11])
    >>> rates = standardised_ratio([41, 8], [43.7, 14.2], reference_rate=0.0125, multiplier=1000)
    >>> rates.value.round(2).tolist(), rates.reference.tolist()
    ([11.73, 7.04], [12.5, 12.5])
    """
    given = above_zero("multiplier", multiplier)
    limits = limits_of_counts(method, confidence)
    counts = {"observed": numeric_array("observed", observed), "expected": numeric_array("expected", expected)}
    kernel = partial(per, limits=limits, multiplier=given, zero="expected_zero")
    (value, lower, upper), reason = in_blocks(kernel, counts)
    reference: FloatArray = np.broadcast_to(np.array(given), value.shape)
    if reference_rate is not None:
        share = broadcast_to("reference_rate", reference_rate, value.shape)
        reason = _with_rates(share, reason, value, lower, upper)
        reference = np.asarray(np.where(np.isfinite(share) & (share >= 0), share, np.nan) * given)
    return StandardisedRatio(
        value=value,
        lower=lower,
        upper=upper,
        reference=reference,
        multiplier=given,
        confidence=float(confidence),
        method=method,
        fractional=are_fractional(counts["observed"], value.shape),
        reason=reason,
    )


def _with_rates(share: FloatArray, reason: ReasonArray, *ratios: FloatArray) -> ReasonArray:
    """Turn ratios into rates where they stand; return the reasons with those of the rates."""
    for array in ratios:
        np.multiply(array, share, out=array)
    bad = reasons(
        reason.shape,
        (np.isnan(share), "missing_input"),
        (np.isinf(share), "not_finite"),
        (share < 0, "negative_input"),
    )
    without = bad != ""
    for array in ratios:
        array[without] = np.nan
    worse = without & ((reason == "") | (reason == "lower_undefined"))
    return np.where(worse, bad, reason)
