"""Groups of units as rows: any shape in, pieces of bounded size to work on, the same shape out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, broadcast_to, float_array
from maalbib.stats._row_blocks import row_blocks

__all__ = ["LEAST_UNITS", "Groups", "gathered", "row_sum"]

LEAST_UNITS: Final = 2  # one unit has no spread
_AT_ONCE: Final = 1 << 17  # elements per temporary


@attrs.frozen(kw_only=True, eq=False)
class Groups:
    """Arrays of one shape (..., units), each as a table with a row per group."""

    shape: tuple[int, ...]
    tables: tuple[FloatArray, ...]

    @classmethod
    def of(cls, names: tuple[str, ...], *arrays: npt.ArrayLike) -> Groups:
        """Stretch the arrays to the shape of the first."""
        first = np.atleast_1d(float_array(names[0], arrays[0]))
        rest = [broadcast_to(name, array, first.shape) for name, array in zip(names[1:], arrays[1:], strict=True)]
        groups = int(np.prod(first.shape[:-1]))
        return cls(shape=first.shape, tables=tuple(one.reshape(groups, first.shape[-1]) for one in (first, *rest)))

    def pieces(self) -> Iterator[tuple[slice, tuple[FloatArray, ...]]]:
        """Yield some groups at a time; no result of one depends on the others."""
        for part in row_blocks(len(self.tables[0]), self.shape[-1], _AT_ONCE):
            yield part, tuple(table[part] for table in self.tables)

    def shaped(self, columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """Return columns in the shape of the input, those with one element per group without its last axis."""
        return {
            name: column.reshape(self.shape if column.ndim > 1 else self.shape[:-1])
            for name, column in columns.items()
        }


def gathered(
    groups: Groups, work: Callable[[tuple[FloatArray, ...]], dict[str, npt.NDArray[Any]]]
) -> dict[str, npt.NDArray[Any]]:
    """Work piece by piece and return whole columns in the shape of the input."""
    with np.errstate(all="ignore"):
        parts = [work(tables) for _, tables in groups.pieces()]
        if not parts:
            parts = [work(groups.tables)]
    return groups.shaped({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def row_sum(parts: FloatArray) -> FloatArray:
    """Return row sums that units without a value, which count as 0, do not change by a bit."""
    if parts.shape[-1] == 0:
        return np.zeros(parts.shape[:-1])
    total: FloatArray = np.cumsum(parts, axis=-1)[..., -1]
    return total
