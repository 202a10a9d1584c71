"""S and its covariances, block by block, for the companions of the Mann-Kendall test.

For two columns at the same times, let D be the sign of each pair of times and T, for each time, the sum of D over
its pairs. Then S is the sum of D, and the sum of products of the D of both columns plus that of the products of their
T is three times the covariance of their S: for one column its variance, ties included, for two columns the estimate
of Dietz and Killeen. So blocks that depend on each other need no covariances one by one: the D are added first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats._blocks import Layout

__all__ = ["Cells", "SignSums", "added", "complete", "normal_test", "sign_sums"]

_PIECE: Final = 65_536  # cells at a time: half a megabyte per temporary


@attrs.frozen(kw_only=True, eq=False)
class Cells:
    """Where the periods of a layout stand in an array with a column per block."""

    row: IntArray
    column: IntArray
    rows: int
    columns: int

    @classmethod
    def of(cls, layout: Layout, times: FloatArray | None = None) -> Cells:
        """Take the position within the block as the row, or the time, with times in the order of the layout."""
        alone = np.ones(len(layout.order) - int(layout.lengths.sum()), dtype=np.int64)
        lengths = np.concatenate([layout.lengths, alone])
        column = np.repeat(np.arange(len(lengths)), lengths)
        row = np.arange(len(column)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        if times is not None:
            distinct, row = np.unique(times, return_inverse=True)
            if len(lengths) > 1 and len(distinct) == len(column):
                raise ArgumentError("seasons.times_not_shared")
        return cls(row=row.reshape(-1), column=column, rows=int(row.max(initial=-1)) + 1, columns=len(lengths))

    def filled(self, arranged: npt.NDArray[Any]) -> FloatArray:
        """Return arranged periods, shape (periods, series), as (rows, columns, series); NaN where there is none."""
        cube = np.full((self.rows, self.columns, arranged.shape[1]), np.nan)
        cube[self.row, self.column] = arranged
        return cube

    @property
    def series_at_once(self) -> int:
        """Return how many series to take at a time."""
        return max(1, _PIECE // max(1, self.rows * self.columns))


@attrs.frozen(kw_only=True, eq=False)
class SignSums:
    """S per column, and three times the covariances of the S of several cubes.

    ``s`` has the shape (cubes, columns, series), ``thirds`` (cubes, cubes, columns, series).
    """

    s: IntArray
    thirds: IntArray


def sign_sums(cubes: Sequence[FloatArray], *, together: bool) -> SignSums:
    """Compare all rows of each column.

    Parameters
    ----------
    cubes
        Arrays of one shape (rows, columns, series), NaN where missing.
    together
        Whether to add the signs of all columns at the same rows first: they depend on each other. The results have
        one column then.
    """
    rows, columns, series = cubes[0].shape
    count, wide = len(cubes), 1 if together else columns
    s = np.zeros((count, wide, series), dtype=np.int64)
    thirds = np.zeros((count, count, wide, series), dtype=np.int64)
    balance = np.zeros((count, rows, wide, series), dtype=np.int64)
    for lag in range(1, rows):
        signs = [_signs(cube[lag:], cube[:-lag], together=together) for cube in cubes]
        for one, sign in enumerate(signs):
            s[one] += sign.sum(axis=0)
            balance[one, lag:] += sign
            balance[one, :-lag] -= sign
            for other in range(one + 1):
                thirds[one, other] += (sign * signs[other]).sum(axis=0)
    for one in range(count):
        for other in range(one + 1):
            thirds[one, other] += (balance[one] * balance[other]).sum(axis=0)
            thirds[other, one] = thirds[one, other]
    return SignSums(s=s, thirds=thirds)


def _signs(later: FloatArray, earlier: FloatArray, *, together: bool) -> npt.NDArray[np.int64]:
    signs = np.greater(later, earlier).view(np.int8) - np.less(later, earlier).view(np.int8)
    return signs.sum(axis=1, keepdims=True, dtype=np.int64) if together else signs.astype(np.int64)


def normal_test(s: FloatArray, variance: FloatArray, alternative: str, *, continuity: bool) -> tuple[FloatArray, ...]:
    """Return z and p by the normal distribution; 0 and 1 where S cannot vary."""
    from scipy.special import ndtr

    moved = s - np.sign(s) * np.minimum(np.abs(s), 1.0) if continuity else s
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, moved / np.sqrt(variance), 0.0)
        if alternative == "two-sided":
            return z, np.where(variance > 0, np.minimum(2 * ndtr(-np.abs(z)), 1.0), 1.0)
        signed = s if alternative == "rising" else -s
        shift = 1.0 if continuity else 0.0
        p = ndtr((shift - signed) / np.sqrt(variance))
    return z, np.where(variance > 0, p, 1.0)


def complete(cube: FloatArray) -> tuple[BoolArray, IntArray, IntArray]:
    """Return where every used column has a value in every used row, and the number of used rows and columns.

    A row or column without any value is not part of the series.
    """
    there = ~np.isnan(cube)
    rows, columns = there.any(axis=1).sum(axis=0), there.any(axis=0).sum(axis=0)
    return there.sum(axis=(0, 1)) == rows * columns, rows, columns


def added(parts: FloatArray) -> FloatArray:
    """Return the sum over the first axis in order: NumPy's own order depends on the number of series."""
    total = np.zeros(parts.shape[1:])
    for part in parts:
        total += part
    return total
