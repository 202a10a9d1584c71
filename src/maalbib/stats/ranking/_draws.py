"""Errors drawn by chance, and how large the largest difference between them is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.stats._row_blocks import row_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats.ranking._estimates import Estimates

__all__ = ["Draws", "Largest", "Normals", "Tail"]

_AT_ONCE: Final = 1 << 17  # numbers per temporary: one megabyte


class Tail:
    """How many draws may lie above a critical value, and how far that is off by chance."""

    def __init__(self, draws: int, confidence: float) -> None:
        # Counting the data themselves as one more draw makes the level hold for any number of draws.
        self.above = draws - int(np.ceil((draws + 1) * confidence - 1e-9))
        self.error = int(np.ceil(np.sqrt(draws * confidence * (1 - confidence))))


class Normals:
    """Independent standard normal numbers by a seed, the same for all groups of one size."""

    def __init__(self, draws: int, seed: int) -> None:
        self._draws = draws
        self._seed = seed
        self._last: FloatArray = np.empty((draws, 0))

    def of(self, units: int) -> FloatArray:
        """Return an array of shape (units, draws)."""
        if self._last.shape[1] != units:
            self._last = np.random.default_rng(self._seed).standard_normal((self._draws, units))
        return self._last.T


class Draws:
    """The errors of one group, made when first needed, and their standardised differences."""

    def __init__(self, estimates: Estimates, normals: Normals) -> None:
        self._estimates = estimates
        self._normals = normals

    @cached_property
    def errors(self) -> FloatArray:
        """Shape (units, draws)."""
        spread = self._estimates.spread
        normal = self._normals.of(len(spread))
        made = spread @ normal if spread.ndim > 1 else np.multiply(spread[:, None], normal, order="C")
        return np.ascontiguousarray(made)

    @cached_property
    def largest(self) -> FloatArray:
        """The largest distance of each unit from any other, in standard errors, shape (units, draws)."""
        inverse, units = self._estimates.inverse, len(self._estimates.inverse)
        found = np.zeros_like(self.errors)
        for part in row_blocks(found.shape[1], units, _AT_ONCE):
            z, most = self.errors[:, part], found[:, part]
            for unit in range(units - 1):
                apart = z[unit + 1 :] - z[unit]
                apart *= inverse[unit, unit + 1 :, None]
                np.abs(apart, out=apart)
                np.maximum(most[unit], apart.max(axis=0), out=most[unit])
                np.maximum(most[unit + 1 :], apart, out=most[unit + 1 :])
        return found

    def of_unit(self, unit: int, above: BoolArray, below: BoolArray, draws: IntArray) -> FloatArray:
        """Return how far a unit is above some units or below others, whichever is most, in some draws; at least 0."""
        some = np.flatnonzero(above | below)
        errors = self.errors.take(draws, axis=1)
        apart = errors[unit] - errors[some]
        apart *= self._estimates.inverse[unit, some, None]
        return _most(apart, above[some], below[some])

    def of_all(self, larger: BoolArray, draws: IntArray) -> FloatArray:
        """Return the largest difference in some draws over the pairs (j, k) marked in ``larger``; at least 0."""
        errors, inverse, most = self.errors.take(draws, axis=1), self._estimates.inverse, np.zeros(len(draws))
        for unit in range(len(larger) - 1):  # each pair once, whichever way it is asked
            apart = errors[unit] - errors[unit + 1 :]
            apart *= inverse[unit, unit + 1 :, None]
            np.maximum(most, _most(apart, larger[unit, unit + 1 :], larger[unit + 1 :, unit]), out=most)
        return most


def _most(apart: FloatArray, above: BoolArray, below: BoolArray) -> FloatArray:
    highest = (apart if above.all() else apart[above]).max(axis=0, initial=0.0)
    lowest = (apart if below.all() else apart[below]).min(axis=0, initial=0.0)
    most: FloatArray = np.maximum(highest, -lowest)
    return most


class Largest:
    """A maximum of which every draw has a bound: its quantile is found without looking at draws that cannot matter."""

    def __init__(self, bounds: FloatArray, tail: Tail) -> None:
        self._bounds = bounds
        self._tail = tail

    def reached(self) -> tuple[float, float]:
        """Return critical value and error where the bounds are reached."""
        return self._quantile(self._bounds)

    def beneath(self, largest: Callable[[IntArray], FloatArray]) -> tuple[float, float]:
        """Return critical value and error of what lies beneath the bounds; ``largest`` works it out for some draws."""
        draws, most = len(self._bounds), 2 * (self._tail.above + 1)
        while most < draws:
            order = np.argpartition(self._bounds, draws - most - 1)
            found = self._quantile(largest(np.sort(order[draws - most :])))  # memory is read in order
            if found[0] >= self._bounds[order[draws - most - 1]]:  # the largest of the others
                return found
            most *= 2
        return self._quantile(largest(np.arange(draws)))

    def _quantile(self, values: FloatArray) -> tuple[float, float]:
        place = len(values) - 1 - self._tail.above
        off = min(place + self._tail.error, len(values) - 1)
        ordered = np.partition(values, [place, off])
        return float(ordered[place]), float(ordered[off] - ordered[place])
