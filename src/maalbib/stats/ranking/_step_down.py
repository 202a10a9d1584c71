"""Which units of a group are shown to be larger than which: single step and step-down."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.stats.ranking._draws import Draws, Largest, Normals, Tail
from maalbib.stats.ranking._studentised_range import normal_quantile, range_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats.ranking._estimates import Estimates
    from maalbib.stats.ranking._options import Sides

__all__ = ["Shown", "Stepper"]


@attrs.frozen(kw_only=True, eq=False)
class Shown:
    """What was shown of each unit, in ascending order of the estimates, arrays of shape (units,).

    ``above`` and ``below`` count the units that it is shown to be larger and smaller than; ``critical`` is the last critical
    value, ``error`` how far that is off by chance, ``unsettled`` whether a count hangs on it.
    """

    above: IntArray
    below: IntArray
    critical: FloatArray
    error: FloatArray
    unsettled: BoolArray


@attrs.frozen
class _Critical:
    value: float
    error: float = 0.0


class Stepper:
    """The sets of one group; all kinds of sets share the draws."""

    def __init__(
        self, estimates: Estimates, normals: Normals, tail: Tail, *, confidence: float, step_down: bool
    ) -> None:
        self._estimates = estimates
        self._confidence = confidence
        self._step_down = step_down
        self._draws = Draws(estimates, normals)
        self._tail = tail
        self._units = len(estimates.order)

    def simultaneous(self) -> Shown:
        """Show what holds of all units at once."""
        apart, unsure = self._estimates.difference, self._estimates.error
        pairs = ~np.eye(self._units, dtype=np.bool_)  # (j, k): is j larger than k?
        start = _Critical(self._exact_range) if np.isfinite(self._exact_range) else self._of_all(pairs)
        larger, last = self._shown(apart, unsure, pairs, start, self._of_all)
        every = np.ones(self._units)
        return self._counted(larger, larger.T, last.value * every, last.error * every)

    def marginal(self, sides: Sides) -> Shown:
        """Show what holds of each unit by itself, as if it had been picked in advance."""
        above, below = np.zeros((2, self._units, self._units), dtype=np.bool_)
        values, errors = np.zeros((2, self._units))
        for unit in range(self._units):
            (above[unit], below[unit]), last = self._shown_of(unit, sides)
            values[unit], errors[unit] = last.value, last.error
        return self._counted(above, below, values, errors)

    def _shown_of(self, unit: int, sides: Sides) -> tuple[BoolArray, _Critical]:
        """Return which others the unit is larger than, and which are larger than it."""
        apart, unsure = self._estimates.difference[unit], self._estimates.error[unit]
        others = np.arange(self._units) != unit
        pairs = np.stack([others & (sides != "lower"), others & (sides != "upper")])

        @cache
        def largest() -> Largest:
            return Largest(self._draws.largest[unit], self._tail)

        def critical(left: BoolArray) -> _Critical:
            if left[:, others].all():
                return _Critical(*largest().reached())
            return _Critical(*largest().beneath(lambda some: self._draws.of_unit(unit, left[0], left[1], some)))

        start = self._start_of(sides, lambda: critical(pairs))
        return self._shown(np.stack([apart, -apart]), np.stack([unsure, unsure]), pairs, start, critical)

    def _shown(
        self,
        difference: FloatArray,
        error: FloatArray,
        pairs: BoolArray,
        start: _Critical,
        critical: Callable[[BoolArray], _Critical],
    ) -> tuple[BoolArray, _Critical]:
        """Return which pairs are shown to differ that way, and the last critical value."""
        left, shown, last = pairs.copy(), np.zeros_like(pairs), start
        while True:
            new = left & (difference > last.value * error)
            shown |= new
            left &= ~new
            if not (self._step_down and new.any() and (left & (difference > 0)).any()):
                return shown, last
            last = min(last, critical(left), key=lambda each: each.value)

    def _of_all(self, left: BoolArray) -> _Critical:
        if left.sum() == self._units * (self._units - 1):
            return _Critical(*self._largest_of_all.reached())
        return _Critical(*self._largest_of_all.beneath(lambda some: self._draws.of_all(left, some)))

    @cached_property
    def _largest_of_all(self) -> Largest:
        return Largest(self._draws.largest.max(axis=0), self._tail)

    @cached_property
    def _exact_range(self) -> float:
        """The first critical value of the simultaneous sets where it takes no draws, else infinite."""
        if self._units <= 1:
            return 0.0
        if self._units == 2:  # noqa: PLR2004 - a single difference is normal
            return normal_quantile((1 + self._confidence) / 2)
        if self._estimates.equally_sure:
            return float(range_quantile(self._units, self._confidence) / np.sqrt(2))
        return np.inf

    def _start_of(self, sides: Sides, critical: Callable[[], _Critical]) -> _Critical:
        if self._units <= 1:
            return _Critical(0.0)
        if self._units == 2:  # noqa: PLR2004 - a single difference is normal
            return _Critical(
                max(0.0, normal_quantile(self._confidence if sides != "both" else (1 + self._confidence) / 2))
            )
        # By chance a simulated value may lie above the exact one of all pairs.
        return min(_Critical(self._exact_range), critical(), key=lambda each: each.value)

    def _counted(self, above: BoolArray, below: BoolArray, values: FloatArray, errors: FloatArray) -> Shown:
        away = np.abs(self._estimates.difference) * self._estimates.inverse
        near = (away > 0) & (np.abs(away - values[:, None]) <= 2 * errors[:, None])
        return Shown(
            above=above.sum(axis=1),
            below=below.sum(axis=1),
            critical=values,
            error=errors,
            unsettled=near.any(axis=1) & (errors > 0),
        )
