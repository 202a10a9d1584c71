"""Which values of a series may be compared: blocks between breaks, or seasons, laid side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["Layout", "Rows", "Stack", "layouts"]

Rows: TypeAlias = npt.NDArray[np.intp] | None
"""Positions of series, None for all of them."""


@attrs.frozen(kw_only=True)
class Stack:
    """Blocks of one length, so that one array operation serves them all."""

    start: int
    blocks: int
    length: int

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the stack's part of an arranged array as (blocks, length, ...), a view."""
        part = values[self.start : self.start + self.blocks * self.length]
        return part.reshape(self.blocks, self.length, *values.shape[1:])


@attrs.frozen(kw_only=True, eq=False)
class Layout:
    """An order of the periods in which every block is contiguous and blocks of one length are neighbours.

    Periods that are alone in their block come last and belong to no stack. ``lengths`` holds the periods of each
    block in the order of the stacks.
    """

    order: npt.NDArray[np.intp]
    times: FloatArray
    stacks: tuple[Stack, ...]
    lengths: IntArray

    @classmethod
    def of(cls, labels: IntArray, times: FloatArray) -> Layout:
        """Arrange the periods by label; times must rise strictly within each block."""
        _, block, size = np.unique(labels, return_inverse=True, return_counts=True)
        compared = np.where(size[block] > 1, size[block], 0)
        order = np.lexsort((np.arange(len(labels)), block, -compared))
        lengths, blocks = np.unique(size[size > 1], return_counts=True)
        stacks: list[Stack] = []
        start = 0
        for length, count in zip(lengths[::-1].tolist(), blocks[::-1].tolist(), strict=True):
            stacks.append(Stack(start=start, blocks=count, length=length))
            start += count * length
        periods = np.repeat(lengths[::-1], blocks[::-1])
        layout = cls(order=order, times=times[order], stacks=tuple(stacks), lengths=periods.astype(np.int64))
        if any(np.any(steps <= 0) for steps in layout.steps()):
            raise ArgumentError("trend.times_not_rising")
        return layout

    @property
    def longest(self) -> int:
        """Periods in the longest block, at least one."""
        return self.stacks[0].length if self.stacks else 1

    @property
    def pairs(self) -> int:
        """Pairs of periods that may be compared."""
        return int((self.lengths * (self.lengths - 1) // 2).sum())

    @property
    def unbroken(self) -> bool:
        """Whether there is just one block."""
        return len(self.lengths) == 1

    def arranged(self, rows: FloatArray) -> FloatArray:
        """Return series, shape (series, periods), as columns with their periods in order; always a copy."""
        columns = np.empty(rows.shape[::-1])
        if (self.order == np.arange(len(self.order))).all():
            np.copyto(columns, rows.T)
        else:
            for place, period in enumerate(self.order.tolist()):
                columns[place] = rows[:, period]
        return columns

    def steps(self) -> list[FloatArray]:
        """Return the time from each period to the next of its block, per stack."""
        return [np.diff(stack.of(self.times), axis=1) for stack in self.stacks]


def layouts(blocks: npt.ArrayLike | None, times: FloatArray, series: int) -> list[tuple[Layout, Rows]]:
    """Return each distinct layout with the series it holds for.

    Labels have the shape (periods,) or (series, periods).
    """
    labels = _labels(blocks, times, series)
    if labels.ndim == 1:
        return [(Layout.of(labels, times), None)]
    if not series or bool((labels == labels[0]).all()):
        return [(Layout.of(labels[0] if series else np.zeros(len(times), dtype=np.int64), times), None)]
    found, kind = np.unique(labels, axis=0, return_inverse=True)
    kind = kind.reshape(-1)  # NumPy 2.0 kept a second dimension
    rows = np.split(np.argsort(kind, kind="stable"), np.cumsum(np.bincount(kind))[:-1])
    return [(Layout.of(label, times), members) for label, members in zip(found, rows, strict=True)]


def _labels(blocks: npt.ArrayLike | None, times: FloatArray, series: int) -> IntArray:
    shape = (len(times),)
    if blocks is None:
        return np.zeros(shape, dtype=np.int64)
    labels = np.asarray(blocks)
    if labels.size and labels.dtype.kind not in "biu":
        raise ArgumentError("trend.blocks_not_integers")
    if labels.shape not in {shape, (series, *shape)}:
        raise ArgumentError("argument.shape", argument="blocks", expected=str(shape), got=str(labels.shape))
    return labels.astype(np.int64)
