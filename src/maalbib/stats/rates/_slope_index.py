"""The slope index of inequality, and the relative one."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, broadcast_to, float_array, reasons
from maalbib.stats._projected import student_quantile
from maalbib.stats.rates._estimate import Estimate, normal_quantile
from maalbib.stats.rates._row_blocks import in_row

__all__ = ["SlopeIndex", "slope_index"]

_LEAST: Final = 2  # groups that a line takes
_NOISE: Final = 1e-14  # what rounding leaves of a distance from the line, as a share of the values


@attrs.frozen(kw_only=True, eq=False)
class SlopeIndex(Estimate):
    """Slope indices of inequality with limits, arrays of one shape.

    Attributes
    ----------
    value
        How far the line rises from the one end of the population to the other, in the unit of the values.
    lower, upper
        Its limits.
    intercept
        Where the line begins, at the end of the first group.
    relative
        Where it ends over where it begins.
    relative_lower, relative_upper
        The limits of that.
    confidence
        The coverage asked for, as a share.
    method
        ``known_errors``: the limits rest on standard errors that were given; ``residuals``: on how far the groups lie from the line.
    method_version
        Version of the method.
    reason
        ``not_finite``, ``missing_input``, ``negative_input``, ``too_few_points`` (below two groups with people in them); ``no_interval``,
        ``uncertainty_missing``, ``constant_values``, ``exact_line``: an index without limits. Else empty.
    relative_reason
        Why something of the relative index is NaN: ``reason``, ``intercept_not_positive``, or ``interval_not_attainable`` where the
        line may as well begin at 0.

    Examples
    --------
    >>> from maalbib.stats import slope_index
    >>> found = slope_index([[78, 79, 81, 82, 84], [78, 79, float("nan"), 82, 84]], [20, 20, 20, 20, 20])
    >>> found.value.tolist(), found.reason.tolist()
    ([7.5, nan], ['', 'missing_input'])
    """

    intercept: FloatArray
    relative: FloatArray
    relative_lower: FloatArray
    relative_upper: FloatArray
    relative_reason: ReasonArray


def slope_index(
    values: npt.ArrayLike,
    population: npt.ArrayLike,
    *,
    standard_errors: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> SlopeIndex:
    """Return how much an indicator rises from the worst-off to the best-off end of a population.

    Parameters
    ----------
    values
        One value per group, ordered from the one end (most deprived) to the other; shape (groups,) or (..., groups). NaN means
        missing, and then there is no index.
    population
        People in each group, in a shape that stretches to that of ``values``. A group without people takes no part.
    standard_errors
        Standard errors of the values, independent of each other. None means unknown: the limits then rest on the distances of the groups
        from the line.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    SlopeIndex
        One element per row, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or ``confidence`` is not inside (0, 1).

    Notes
    -----
    Each group stands at the middle of its stretch of the population, counted from 0 to 1; the line is that of least squares weighted by
    people [1]_. The index is linear in the values, so its limits follow from their standard errors without any simulation; without
    errors they are those of weighted regression, Student's t with two degrees of freedom less than groups. The limits of the relative index
    are Fieller's [2]_; there are none where the line begins at or below 0, or as good as there.

    References
    ----------
    .. [1] Mackenbach, J. P. and Kunst, A. E. (1997). Measuring the magnitude of socio-economic inequalities in health. Social
       Science and Medicine 44, 757-771.
    .. [2] Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal Statistical Society B 16,
       175-185.

    Examples
    --------
    Life expectancy in five groups of districts, the poorest first:

    >>> found = slope_index(
    ...     [77.1, 78.6, 79.9, 81.0, 82.4], [9_500, 10_200, 9_900, 10_600, 9_800], standard_errors=0.4
    ... )
    >>> found.value.round(2).item(), found.lower.round(2).item(), found.upper.round(2).item()
    (6.42, 5.2, 7.65)
    >>> found.relative.round(3).item()
    1.084
    """
    z = normal_quantile(confidence)
    given = np.atleast_1d(float_array("values", values))
    n = broadcast_to("population", population, given.shape)
    s = broadcast_to("standard_errors", np.nan if standard_errors is None else standard_errors, given.shape)
    if not given.shape[-1]:  # no groups are one without people
        given, n, s = (np.zeros((*given.shape[:-1], 1)) for _ in range(3))
    given, n, s = (
        np.ascontiguousarray(array) for array in (given, n, s)
    )  # sums do not depend on the order in memory
    inside = ~(n == 0)
    y, s = np.where(inside, given, 0.0), np.where(inside, s, 0.0)
    bad = _faults(y, n, inside)
    power = _power(y, s)
    y, s = (np.ldexp(array, -power[..., None]) for array in (y, s))
    with np.errstate(all="ignore"):
        line = _Line.of(y, n)
        if standard_errors is None:
            groups = np.asarray(inside.sum(axis=-1))
            reach = student_quantile((groups - 2).ravel(), confidence).reshape(groups.shape)
            variances = line.from_residuals(groups)
            unsure = [
                (groups == _LEAST, "no_interval"),
                (line.even(inside), "constant_values"),
                (line.exact, "exact_line"),
            ]
        else:
            reach, variances = np.full(bad.shape, z), line.from_errors(s)
            unsure = [(in_row(inside & ~((s >= 0) & (s < np.inf))), "uncertainty_missing")]
        return _result(line, bad, unsure, reach, variances, power, confidence, known=standard_errors is not None)


@attrs.frozen(kw_only=True, eq=False)
class _Line:
    """A weighted line, and how much each group counts where it begins and where it ends."""

    values: FloatArray
    shares: FloatArray
    places: FloatArray
    at_start: FloatArray
    at_end: FloatArray

    @classmethod
    def of(cls, y: FloatArray, n: FloatArray) -> _Line:
        # A power of two costs no digit, and the sum of huge populations stays a double.
        n = np.ldexp(n, -np.frexp(n.max(axis=-1, keepdims=True))[1])
        a = n / n.sum(axis=-1, keepdims=True)
        b = np.cumsum(a, axis=-1) - a / 2 - 0.5
        rise = a * b / (a * b * b).sum(axis=-1, keepdims=True)
        return cls(values=y, shares=a, places=b, at_start=a - rise / 2, at_end=a + rise / 2)

    @property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Where the line begins and where it ends."""
        # A value is subtracted first: sums of small numbers keep their digits.
        level = self.values[..., :1]
        off = self.values - level
        start, end = (self.at_start * off).sum(axis=-1), (self.at_end * off).sum(axis=-1)
        return level[..., 0] + start, level[..., 0] + end

    def even(self, inside: BoolArray) -> BoolArray:
        """Return whether all groups with people in them have one value."""
        there = np.where(inside, self.values, np.nan)
        return np.asarray(np.fmin.reduce(there, axis=-1) == np.fmax.reduce(there, axis=-1))

    @property
    def exact(self) -> BoolArray:
        """Whether the groups lie on the line but for the rounding of numbers."""
        noise = _NOISE * np.abs(self.values).max(axis=-1, initial=0.0)
        return np.asarray((np.abs(self._off()) * (self.shares > 0)).max(axis=-1, initial=0.0) <= noise)

    def _off(self) -> FloatArray:
        start, end = self.ends
        return np.asarray(self.values - (start[..., None] + (end - start)[..., None] * (self.places + 0.5)))

    def from_errors(self, s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the variances of both ends, and their covariance, by known errors."""
        return self._carried(s * s)

    def from_residuals(self, groups: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return them by the distances from the line."""
        spread = (self.shares * self._off() ** 2).sum(axis=-1) / (groups - 2)
        return self._carried(np.where(self.shares > 0, spread[..., None] / self.shares, 0.0))

    def _carried(self, variance: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        pairs = ((self.at_start, self.at_start), (self.at_end, self.at_end), (self.at_start, self.at_end))
        first, last, both = ((one * two * variance).sum(axis=-1) for one, two in pairs)
        return first, last, both


def _power(y: FloatArray, s: FloatArray) -> IntArray:
    """Return by which power of two each row is to be divided: it costs no digit and keeps squares inside the range of doubles."""
    sizes = np.abs(np.concatenate([y, s], axis=-1))
    return np.asarray(np.frexp(np.where(np.isfinite(sizes), sizes, 0.0).max(axis=-1))[1], dtype=np.int64)


def _faults(y: FloatArray, n: FloatArray, inside: BoolArray) -> ReasonArray:
    return reasons(
        y.shape[:-1],
        (in_row(np.isinf(y) | np.isinf(n)), "not_finite"),
        (in_row(np.isnan(y) | np.isnan(n)), "missing_input"),
        (in_row(n < 0), "negative_input"),
        (inside.sum(axis=-1) < _LEAST, "too_few_points"),
    )


def _result(
    line: _Line,
    bad: ReasonArray,
    unsure: list[tuple[BoolArray, str]],
    reach: FloatArray,
    variances: tuple[FloatArray, FloatArray, FloatArray],
    power: IntArray,
    confidence: float,
    *,
    known: bool,
) -> SlopeIndex:
    start, end = (np.where(bad == "", each, np.nan) for each in line.ends)
    first, last, both = variances
    reason = _first(bad, reasons(bad.shape, *unsure))
    half = np.where(reason == "", reach * np.sqrt(np.maximum(first + last - 2 * both, 0.0)), np.nan)
    relative = np.where(start > 0, end / start, np.nan)
    low, high = _fieller(start, end, reach, variances)
    sure = (reason == "") & (start > 0)
    low, high = np.where(sure, low, np.nan), np.where(sure, high, np.nan)
    return SlopeIndex(
        value=np.asarray(np.ldexp(end - start, power)),
        lower=np.asarray(np.ldexp(end - start - half, power)),
        upper=np.asarray(np.ldexp(end - start + half, power)),
        intercept=np.asarray(np.ldexp(start, power)),
        relative=relative,
        relative_lower=low,
        relative_upper=high,
        confidence=float(confidence),
        method="known_errors" if known else "residuals",
        reason=reason,
        relative_reason=_first(
            bad,
            np.where(start > 0, "", "intercept_not_positive"),
            reason,
            np.where(sure & np.isnan(low), "interval_not_attainable", ""),
        ),
    )


def _first(*reasons_given: npt.NDArray[Any]) -> ReasonArray:
    """Return for every element the first reason that is not empty."""
    found: ReasonArray = np.full(reasons_given[0].shape, "", dtype=object)
    for given in reversed(reasons_given):
        found = np.where(given != "", given, found).astype(object)
    return found


def _fieller(
    start: FloatArray, end: FloatArray, reach: FloatArray, variances: tuple[FloatArray, FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return the limits of ``end / start``, NaN where they would reach to infinity."""
    first, last, both = (reach * reach * each for each in variances)
    a, b, c = start * start - first, start * end - both, end * end - last
    a = np.where(a > 0, a, np.nan)
    root = np.sqrt(np.maximum(b * b - a * c, 0.0))
    return (b - root) / a, (b + root) / a
