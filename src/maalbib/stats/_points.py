"""Points that carry uncertainty: many series as columns, cleaned, and the weighted straight line through them.

Sums run over the periods one by one, so that a series has the same bits alone and in any batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, float_array, vector

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "LARGEST",
    "Counts",
    "Faults",
    "Line",
    "Points",
    "any_fault",
    "anywhere",
    "elapsed",
    "ends",
    "line_sign",
    "straight_line",
    "total",
]

Faults = list[tuple[BoolArray, str]]  # which series, and why; the first that holds is told

_PIECE: Final = 65_536  # numbers per temporary: half a megabyte
LARGEST: Final = 1e60  # squares of two such numbers multiplied, and their sums, are still finite
_ROUNDING: Final = 64 * np.finfo(np.float64).eps


@attrs.frozen(kw_only=True, eq=False)
class Points:
    """The arguments of a kernel, checked and stretched to one shape.

    Attributes
    ----------
    arrays
        Each of shape (series, periods), read-only.
    times
        Shape (periods,).
    shape
        Shape of the results: empty for one series.
    """

    arrays: dict[str, FloatArray]
    times: FloatArray
    shape: tuple[int, ...]

    @classmethod
    def of(cls, times: npt.ArrayLike | None, **given: npt.ArrayLike | None) -> Points:
        """Check shapes and times; the first array that is given names the shape, others stretch to it."""
        arrays = {name: float_array(name, array) for name, array in given.items() if array is not None}
        shape = _shape(arrays)
        rows = {name: np.atleast_2d(np.broadcast_to(array, shape)) for name, array in arrays.items()}
        moments = np.arange(shape[-1], dtype=np.float64) if times is None else vector("times", times)
        if moments.shape != shape[-1:]:
            expected = f"({shape[-1]},)"
            raise ArgumentError("argument.shape", argument="times", expected=expected, got=str(moments.shape))
        if not (np.abs(moments) <= LARGEST).all():
            raise ArgumentError("trend.times_not_finite")
        return cls(arrays=rows, times=moments, shape=shape[:-1])

    def __len__(self) -> int:
        """Return the number of series."""
        return len(next(iter(self.arrays.values())))

    def pieces(self) -> Iterator[tuple[slice, dict[str, FloatArray]]]:
        """Yield all arrays some series at a time, still as rows."""
        most = max(1, _PIECE // max(1, len(self.times)))
        for start in range(0, max(1, len(self)), most):
            rows = slice(start, start + most)
            yield rows, {name: array[rows] for name, array in self.arrays.items()}

    def columns(self) -> Iterator[tuple[slice, dict[str, FloatArray]]]:
        """Yield all arrays some series at a time, as columns of their own memory."""
        for rows, piece in self.pieces():
            yield rows, {name: array.T.copy() for name, array in piece.items()}


def _shape(arrays: dict[str, FloatArray]) -> tuple[int, ...]:
    argument, first = next(iter(arrays.items()))
    for name, array in arrays.items():
        try:
            shape = np.broadcast_shapes(first.shape, array.shape)
        except ValueError:
            shape = ()
        if shape != first.shape:
            expected = str(first.shape)
            raise ArgumentError("argument.shape", argument=name, expected=expected, got=str(array.shape))
    if first.ndim not in {1, 2}:
        expected = "(periods,) / (series, periods)"
        raise ArgumentError("argument.shape", argument=argument, expected=expected, got=str(first.shape))
    return first.shape


@attrs.frozen(kw_only=True, eq=False)
class Counts:
    """Counts as columns: how many of how many, 0 where a period is missing or the series is unusable."""

    numerator: FloatArray
    denominator: FloatArray
    valid: BoolArray
    n: IntArray
    faults: Faults

    @classmethod
    def of(cls, numerator: FloatArray, denominator: FloatArray) -> Counts:
        """Sort out what cannot be a count."""
        there = ~(np.isnan(numerator) | np.isnan(denominator))
        faults: Faults = [
            (anywhere(there & ((numerator < 0) | (denominator < 0))), "negative_input"),
            (anywhere(there & (_beyond(numerator) | _beyond(denominator))), "not_finite"),
            (anywhere(there & (numerator > denominator)), "numerator_exceeds_denominator"),
        ]
        valid = there & (denominator > 0) & ~any_fault(faults)
        return cls(
            numerator=np.where(valid, numerator, 0.0),
            denominator=np.where(valid, denominator, 0.0),
            valid=valid,
            n=np.add.reduce(valid, axis=0, dtype=np.int64),
            faults=faults,
        )

    @property
    def shares(self) -> FloatArray:
        """Shares (0-1), 0 where there is none."""
        return np.divide(self.numerator, self.denominator, out=np.zeros_like(self.numerator), where=self.valid)


@attrs.frozen(kw_only=True, eq=False)
class Line:
    """Weighted least-squares lines, one per column.

    Attributes
    ----------
    slope
        Change per unit of time.
    information
        Sum of weight times squared distance in time from ``centre``: one over the variance of the slope.
    centre
        Weighted mean of the elapsed times.
    level
        The line at ``centre``.
    distances
        Times less ``centre``, shape (periods, series); 0 where the weight is 0.
    residual
        Weighted sum of the squared distances from the line.
    """

    slope: FloatArray
    information: FloatArray
    centre: FloatArray
    level: FloatArray
    distances: FloatArray
    residual: FloatArray


def _beyond(counts: FloatArray) -> BoolArray:
    """Return which counts are so large, or such small fractions, that their products leave the range of doubles."""
    beyond: BoolArray = (counts > LARGEST) | ((counts > 0) & (counts < 1 / LARGEST))
    return beyond


def total(columns: FloatArray) -> FloatArray:
    """Add up each column from the first period to the last."""
    added = np.zeros(columns.shape[1:])
    for row in columns:
        added += row
    return added


def elapsed(times: FloatArray, valid: BoolArray) -> FloatArray:
    """Return the time since each series' first point, 0 where there is none: calendar years cost seven digits."""
    if not len(times):
        return np.zeros(valid.shape)
    since: FloatArray = times[:, None] - times[valid.argmax(axis=0)]
    since[~valid] = 0.0
    return since


def ends(since: FloatArray, valid: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the earliest and the latest elapsed time of each series."""
    earliest: FloatArray = np.where(valid, since, np.inf).min(axis=0, initial=np.inf)
    latest: FloatArray = np.where(valid, since, -np.inf).max(axis=0, initial=-np.inf)
    return earliest, latest


def straight_line(weights: FloatArray, since: FloatArray, values: FloatArray) -> Line:
    """Fit a line to each column; whatever stands where the weight is 0 must be finite."""
    weight = total(weights)
    centre = total(weights * since) / weight
    distances = np.where(weights > 0, since - centre, 0.0)
    first = (weights > 0).argmax(axis=0)[None] if len(values) else np.zeros((0, values.shape[1]), dtype=np.intp)
    base = total(np.take_along_axis(values, first, axis=0))  # a high level would cost the digits of a small change
    lifted = values - base
    level = total(weights * lifted) / weight
    lifted -= level
    pull = weights * distances
    information = total(pull * distances)
    slope = total(pull * lifted) / information
    lifted -= slope * distances
    return Line(
        slope=slope,
        information=information,
        centre=centre,
        level=base + level,
        distances=distances,
        residual=total(weights * lifted * lifted),
    )


def line_sign(weights: FloatArray, since: FloatArray, values: FloatArray) -> FloatArray:
    """Return the sign of each column's slope: 0 where only rounding keeps it from 0, NaN where there is none."""
    weight = total(weights)
    pull = weights * np.where(weights > 0, since - total(weights * since) / weight, 0.0)
    deviation = values - total(weights * values) / weight
    moment = total(pull * deviation)
    noise = _ROUNDING * total(np.abs(pull) * (np.abs(values) + np.abs(deviation)))
    return np.where(np.abs(moment) <= noise, 0.0, np.sign(moment))


def anywhere(flags: BoolArray) -> BoolArray:
    """Return for each column whether any flag is set."""
    found: BoolArray = np.logical_or.reduce(flags, axis=0)
    return found


def any_fault(faults: Faults) -> BoolArray:
    """Return which series have any fault."""
    found = faults[0][0]
    for where, _ in faults[1:]:
        found = found | where
    return found
