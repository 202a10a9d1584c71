"""Many series as columns, a piece at a time: what both trend kernels read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, float_array, vector
from maalbib.stats._blocks import Layout, Rows, layouts
from maalbib.stats._columns import shared
from maalbib.stats._counting import add_true, count_true

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Piece", "Series"]

_FINITE: Final = float(np.finfo(np.float64).max)
_PIECE: Final = 131_072  # values at a time: one megabyte
_MOST_SERIES: Final = 8_192  # at a time


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """Some series as columns, arranged by block and cleaned.

    Attributes
    ----------
    layout
        The blocks, the same for all series of the piece.
    rows
        Which series these are.
    values
        Shape (periods, series), in the order of the layout. NaN where missing, everywhere in unusable series.
    valid
        Where there is a value.
    full
        Whether every value is there. What is counted per series is then one number, stretched over the series.
    unusable
        Series that hold an infinite or too large value.
    n
        Finite values per series.
    sizes
        Values per block of at least two periods and series, shape (blocks, series).
    pairs
        Pairs of values that may be compared, per series.
    used_blocks
        Blocks with at least two values, per series.
    """

    layout: Layout
    rows: slice | npt.NDArray[np.intp]
    values: FloatArray
    valid: BoolArray
    full: bool
    unusable: BoolArray
    n: IntArray
    sizes: IntArray
    pairs: IntArray
    used_blocks: IntArray


@attrs.frozen(kw_only=True, eq=False)
class Series:
    """The arguments of a trend kernel, checked.

    Attributes
    ----------
    values
        Shape (series, periods).
    layouts
        Each distinct arrangement of blocks with the series it holds for.
    shape
        Shape of the results: empty for one series.
    resolution
        Unit in which values are counted, None for the values as they are.
    """

    values: FloatArray
    layouts: list[tuple[Layout, Rows]]
    shape: tuple[int, ...]
    resolution: float | None

    @classmethod
    def of(
        cls,
        values: npt.ArrayLike,
        times: npt.ArrayLike | None,
        blocks: npt.ArrayLike | None,
        resolution: float | None,
    ) -> Series:
        """Check shapes, times, labels and resolution; the values themselves are judged later, one by one."""
        array = float_array("values", values)
        if array.ndim not in {1, 2}:
            raise ArgumentError(
                "argument.shape", argument="values", expected="(periods,) / (series, periods)", got=str(array.shape)
            )
        rows = np.atleast_2d(array)
        moments = _times(times, rows.shape[1])
        return cls(
            values=rows,
            layouts=layouts(blocks, moments, len(rows)),
            shape=array.shape[:-1],
            resolution=_resolution(resolution),
        )

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self.values)

    def pieces(self, most: int | None = None) -> Iterator[Piece]:
        """Yield all series, at most ``most`` at a time; where None, as many as do well together in the cache."""
        most = max(1, min(_MOST_SERIES, _PIECE // max(1, self.values.shape[1]))) if most is None else most
        for layout, members in self.layouts:
            largest = _largest(layout, self.resolution)
            count = len(self) if members is None else len(members)
            for start in range(0, count, most):
                rows = slice(start, start + most) if members is None else members[start : start + most]
                yield self._piece(layout, rows, largest)

    def _piece(self, layout: Layout, rows: slice | npt.NDArray[np.intp], largest: float) -> Piece:
        values = layout.arranged(self.values[rows])
        if self.resolution is not None:
            with np.errstate(over="ignore"):
                np.rint(np.divide(values, self.resolution, out=values), out=values)
        valid = np.abs(values) <= largest  # False for NaN, too
        return _complete(layout, rows, values, valid) if valid.all() else _with_gaps(layout, rows, values, valid)


def _largest(layout: Layout, resolution: float | None) -> float:
    """Return up to which value, in units, the slopes of a series, its lines and its sums are finite.

    It depends on the layout of the series alone, not on those of others.
    """
    step = min([1.0, *(float(steps.min()) for steps in layout.steps())])
    reach = max(1.0, 3 * float(np.abs(layout.times).max(initial=0.0)))
    return _FINITE * step / (8 * max(1, len(layout.times)) * reach * max(1.0, resolution or 1.0))


def _complete(layout: Layout, rows: slice | npt.NDArray[np.intp], values: FloatArray, valid: BoolArray) -> Piece:
    series = values.shape[1]
    return Piece(
        layout=layout,
        rows=rows,
        values=values,
        valid=valid,
        full=True,
        unusable=shared(np.False_, series),
        n=shared(np.int64(len(values)), series),
        sizes=np.broadcast_to(layout.lengths[:, None], (len(layout.lengths), series)),
        pairs=shared(np.int64(layout.pairs), series),
        used_blocks=shared(np.int64(len(layout.lengths)), series),
    )


def _with_gaps(layout: Layout, rows: slice | npt.NDArray[np.intp], values: FloatArray, valid: BoolArray) -> Piece:
    n = count_true(valid)
    unusable = (np.isnan(values) == valid).any(axis=0)  # neither missing nor valid
    if unusable.any():
        values[:, unusable] = np.nan
        valid[:, unusable] = False
    sizes = np.zeros((len(layout.lengths), len(n)), dtype=np.int64)
    blocks = (block for stack in layout.stacks for block in stack.of(valid))
    for block, size in zip(blocks, sizes, strict=True):
        add_true(block, size)
    return Piece(
        layout=layout,
        rows=rows,
        values=values,
        valid=valid,
        full=False,
        unusable=unusable,
        n=n,
        sizes=sizes,
        pairs=np.add.reduce((sizes * (sizes - 1)) >> 1, axis=0),
        used_blocks=np.add.reduce(sizes > 1, axis=0, dtype=np.int64),
    )


def _times(times: npt.ArrayLike | None, periods: int) -> FloatArray:
    if times is None:
        return np.arange(periods, dtype=np.float64)
    moments = vector("times", times)
    if moments.shape != (periods,):
        raise ArgumentError("argument.shape", argument="times", expected=f"({periods},)", got=str(moments.shape))
    if not np.isfinite(moments).all():
        raise ArgumentError("trend.times_not_finite")
    return moments


def _resolution(resolution: object) -> float | None:
    if resolution is None:
        return None
    if isinstance(resolution, bool) or not isinstance(resolution, int | float | np.integer | np.floating):
        raise ArgumentError("trend.resolution_not_positive")
    if not (resolution > 0 and np.isfinite(resolution)):
        raise ArgumentError("trend.resolution_not_positive")
    return float(resolution)
