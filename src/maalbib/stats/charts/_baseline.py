"""The points that limits rest on, with sums, means, medians and neighbours per segment."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["Baseline", "Groups"]

Places = npt.NDArray[np.intp]


class Groups:
    """Stretches of an array, one per group; a group may have none.

    Parameters
    ----------
    group
        The group of each element, rising from 0.
    groups
        How many groups there are.

    Notes
    -----
    The sum of a group never depends on what lies beside it, bit for bit.
    """

    def __init__(self, group: IntArray, groups: int) -> None:
        bounds = np.searchsorted(group, np.arange(groups + 1))
        self.group = group
        self.count: IntArray = np.diff(bounds)
        self._some = np.flatnonzero(self.count)
        self._start = bounds[self._some]

    def first(self, values: FloatArray) -> FloatArray:
        """Return the first value per group, NaN in a group without any."""
        found = np.full(len(self.count), np.nan)
        found[self._some] = values[self._start]
        return found

    def total(self, values: FloatArray) -> FloatArray:
        """Return sums per group, 0 in a group without any."""
        found = np.zeros(len(self.count))
        if len(self._some):
            found[self._some] = np.add.reduceat(values, self._start)
        return found

    def median(self, values: FloatArray) -> FloatArray:
        """Return medians per group, NaN in a group without any."""
        found = np.full(len(self.count), np.nan)
        count, ordered = self.count[self._some], self._ordered(values)
        found[self._some] = (ordered[self._start + (count - 1) // 2] + ordered[self._start + count // 2]) / 2
        return found

    def _ordered(self, values: FloatArray) -> FloatArray:
        """Return the values in rising order within each group."""
        if len(self.count) and (self.count == self.count[0]).all():
            return np.sort(values.reshape(len(self.count), -1), axis=1).ravel()
        return values[np.lexsort((values, self.group))]


class Baseline:
    """Some points of a piece, in time order within their groups; a group is one segment of one series.

    Parameters
    ----------
    group
        The group of every point of the piece, rising from 0.
    groups
        How many groups there are.
    index
        Which points count.
    join
        Whether a point without a value or left out is passed over when neighbours are sought.
    """

    def __init__(self, group: IntArray, groups: int, index: Places, *, join: bool) -> None:
        self.group = group
        self.index = index
        self.join = join
        self._whole = len(index) == len(group)
        self._groups = Groups(self._of(group), groups)

    def _of(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return array if self._whole else array[self.index]

    @property
    def count(self) -> IntArray:
        """Points per group."""
        return self._groups.count

    @cached_property
    def pairs(self) -> tuple[Places, Places]:
        """Points that follow another of their group, and those that they follow."""
        later, earlier = self.index[1:], self.index[:-1]
        paired = self._groups.group[1:] == self._groups.group[:-1]
        if not self.join:
            paired &= later - earlier == 1
        return later[paired], earlier[paired]

    @cached_property
    def paired(self) -> Groups:
        """The groups of the pairs."""
        return Groups(self.group[self.pairs[0]], len(self.count))

    def total(self, values: FloatArray) -> FloatArray:
        """Return sums per group of an array over the piece."""
        return self._groups.total(self._of(values))

    def first(self, values: FloatArray) -> FloatArray:
        """Return the first value per group, NaN without points."""
        return self._groups.first(self._of(values))

    def mean(self, values: FloatArray) -> FloatArray:
        """Return means per group, exact for equal values and accurate far from 0; NaN without points."""
        own: FloatArray = self._of(values)
        origin = self._groups.first(own)
        return origin + self._groups.total(own - origin[self._groups.group]) / self.count

    def median(self, values: FloatArray) -> FloatArray:
        """Return medians per group, NaN without points."""
        return self._groups.median(self._of(values))

    def everywhere(self, per_group: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what holds for a group at each of its points."""
        return per_group[self.group]
