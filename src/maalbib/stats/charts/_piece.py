"""Some series of a chart laid out flat: what patterns are sought in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.charts._chain import Chain
from maalbib.stats.charts._limits import NOISE, ControlLimits

__all__ = ["RANGES", "Piece", "pieces"]

RANGES: Final = frozenset({"mr"})
"""Charts of ranges, which are skewed and depend on each other: nothing but the limits means anything."""

_VALUES: Final = 65_536  # at a time


@attrs.define(slots=False, eq=False)
class Piece:
    """Whole series, row after row.

    Attributes
    ----------
    limits
        The chart of these series, each field one-dimensional.
    group
        Number of the segment of each point, rising through all series.
    columns
        The periods of the chart.
    rows
        Which series these are.
    join
        Whether patterns go on across missing values.
    """

    limits: ControlLimits
    group: IntArray
    columns: int
    rows: slice
    join: bool

    @property
    def places(self) -> slice:
        """Which points of the chart these are, laid out flat."""
        return slice(self.rows.start * self.columns, self.rows.stop * self.columns)

    @cached_property
    def judged(self) -> BoolArray:
        """Points that can be part of a pattern: a value and a centre, and limits where the chart has such."""
        limits = self.limits
        known = np.isfinite(limits.values) & np.isfinite(limits.centre) & ~limits.excluded
        if limits.kind == "run":
            return np.asarray(known & (limits.reason != "too_few_points"))
        return np.asarray(known & ~np.isnan(limits.upper))

    @cached_property
    def zones(self) -> BoolArray:
        """Points at which the limits lie equally far to both sides."""
        limits = self.limits
        return np.isfinite(limits.sigma) & ~limits.clipped_lower & ~limits.clipped_upper

    @cached_property
    def noise(self) -> FloatArray:
        """What rounding may do to the distance of a value from a line."""
        return np.asarray(NOISE * np.maximum(np.abs(self.limits.values), np.abs(self.limits.centre)))

    @cached_property
    def above(self) -> FloatArray:
        """Distance from the centre."""
        return self.limits.values - self.limits.centre

    @cached_property
    def chain(self) -> Chain:
        """The judged points."""
        return Chain.of(self.group, self.judged, join=self.join)

    @cached_property
    def zone_chain(self) -> Chain:
        """The judged points with zones; one without ends every pattern of zones."""
        return self.chain.without(~self.zones[self.chain.at], breaks=True)

    @cached_property
    def side(self) -> npt.NDArray[np.int8]:
        """Side of the centre."""
        return self.limits.side

    @cached_property
    def beyond(self) -> npt.NDArray[np.int8]:
        """Side on which a value lies beyond its limits."""
        return self.limits.beyond


def pieces(limits: ControlLimits, *, join: bool) -> Iterator[Piece]:
    """Yield the series of a chart, some at a time."""
    shape = np.shape(limits.values)
    columns = shape[-1]
    series = int(np.prod(shape[:-1]))
    step = max(1, _VALUES // max(1, columns))
    for start in range(0, series, step):
        rows = slice(start, min(series, start + step))
        part = _part(limits, slice(rows.start * columns, rows.stop * columns))
        yield Piece(part, _groups(part.segment, columns), columns, rows, join)


def _part(limits: ControlLimits, places: slice) -> ControlLimits:
    flat: dict[str, Any] = {
        field.name: np.reshape(getattr(limits, field.name), -1)[places]
        for field in attrs.fields(ControlLimits)
        if field.name != "kind"
    }
    return attrs.evolve(limits, **flat)


def _groups(segment: IntArray, columns: int) -> IntArray:
    borders = np.ones((len(segment) // max(1, columns), columns), dtype=np.bool_)
    rows = segment.reshape(borders.shape)
    np.not_equal(rows[:, 1:], rows[:, :-1], out=borders[:, 1:])
    return np.cumsum(borders) - 1
