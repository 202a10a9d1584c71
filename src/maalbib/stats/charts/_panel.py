"""The arguments of a chart, checked and cut into pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, broadcast_to, float_array
from maalbib.stats.charts._segments import segment_starts

__all__ = ["Panel", "Piece"]

_PIECE: Final = 32_768  # points at a time: working space that fits the caches


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """Some whole series laid out flat, with what belongs to each point; None where not given."""

    rows: slice
    values: FloatArray
    denominators: FloatArray | None
    standard_deviations: FloatArray | None
    centre: FloatArray | None
    excluded: BoolArray
    starts: BoolArray


@attrs.frozen(kw_only=True, eq=False)
class Panel:
    """All series; what was given for one is stretched to all, but ``starts`` keeps one row where all are alike."""

    shape: tuple[int, ...]
    values: FloatArray
    denominators: FloatArray | None
    standard_deviations: FloatArray | None
    centre: FloatArray | None
    excluded: BoolArray
    starts: BoolArray

    @classmethod
    def of(
        cls,
        values: npt.ArrayLike,
        denominators: npt.ArrayLike | None,
        standard_deviations: npt.ArrayLike | None,
        centre: npt.ArrayLike | None,
        exclude: npt.ArrayLike | None,
        segments: npt.ArrayLike | None,
    ) -> Panel:
        """Check shapes and types; the values themselves are judged later, one by one."""
        array = float_array("values", values)
        if array.ndim not in {1, 2}:
            raise ArgumentError(
                "argument.shape", argument="values", expected="(periods,) / (series, periods)", got=str(array.shape)
            )
        rows = np.atleast_2d(array)

        def stretched(argument: str, given: npt.ArrayLike | None) -> FloatArray | None:
            return None if given is None else broadcast_to(argument, given, rows.shape)

        return cls(
            shape=array.shape,
            values=rows,
            denominators=stretched("denominators", denominators),
            standard_deviations=stretched("standard_deviations", standard_deviations),
            centre=stretched("centre", centre),
            excluded=_excluded(exclude, rows.shape),
            starts=segment_starts(segments, rows.shape[1], len(rows)),
        )

    def numbers(self) -> IntArray:
        """Return the number of each point's segment, from 0 in each series."""
        return np.broadcast_to(np.cumsum(self.starts, axis=1, dtype=np.int64) - 1, self.values.shape).copy()

    def pieces(self) -> Iterator[Piece]:
        """Yield all series, some at a time."""
        series, periods = self.values.shape
        most = max(1, _PIECE // max(1, periods))
        for start in range(0, series if periods else 0, most):
            rows = slice(start, start + most)
            yield Piece(
                rows=rows,
                values=self.values[rows].ravel(),
                denominators=_flat(self.denominators, rows),
                standard_deviations=_flat(self.standard_deviations, rows),
                centre=_flat(self.centre, rows),
                excluded=self.excluded[rows].ravel(),
                starts=np.broadcast_to(self.starts, self.values.shape)[rows].ravel(),
            )


def _flat(array: FloatArray | None, rows: slice) -> FloatArray | None:
    return None if array is None else array[rows].ravel()


def _excluded(exclude: npt.ArrayLike | None, shape: tuple[int, ...]) -> BoolArray:
    flags = np.asarray(False if exclude is None else exclude)
    if flags.size and flags.dtype.kind != "b":  # positions would be read as flags
        raise ArgumentError("charts.exclude_not_bool")
    if flags.ndim and flags.shape not in {shape, shape[1:]}:
        expected = f"({shape[1]},) / ({shape[0]}, {shape[1]})"
        raise ArgumentError("argument.shape", argument="exclude", expected=expected, got=str(flags.shape))
    return np.broadcast_to(flags, shape)
