"""Intervals of the difference between units and what they are held against."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, broadcast_to, float_array

__all__ = ["TOUCHING", "Difference", "Question"]

TOUCHING: Final = 8 * np.finfo(np.float64).eps  # 0.52 lies 0.02 above 0.5, not a little more
_SLACK: Final = 1e-9  # by which rounding may put a value beyond its own limit


@attrs.frozen(kw_only=True, eq=False)
class Difference:
    """Value minus reference with its limits, and the size of the numbers it comes from."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    noise: FloatArray


@attrs.frozen(kw_only=True, eq=False)
class Question:
    """What was given about units, all of one shape; NaN where it was not."""

    lower: FloatArray
    upper: FloatArray
    reference: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    reference_lower: FloatArray
    reference_upper: FloatArray
    own: FloatArray
    included: bool
    removed: bool

    @classmethod
    def of(
        cls,
        lower: npt.ArrayLike,
        upper: npt.ArrayLike,
        reference: npt.ArrayLike | None,
        band: tuple[npt.ArrayLike, npt.ArrayLike] | None,
        values: npt.ArrayLike | None,
        reference_limits: tuple[npt.ArrayLike, npt.ArrayLike] | None,
        own_share: npt.ArrayLike | None,
    ) -> Question:
        if values is None and (reference_limits is not None or own_share is not None):
            raise ArgumentError("benchmark.values_needed")
        low, high, against = (
            float_array(name, np.nan if given is None else given)
            for name, given in (("lower", lower), ("upper", upper), ("reference", reference))
        )
        shape = low.shape
        for name, array in (("upper", high), ("reference", against)):
            try:
                shape = np.broadcast_shapes(shape, array.shape)
            except ValueError as error:
                expected, got = str(shape), str(array.shape)
                raise ArgumentError("argument.shape", argument=name, expected=expected, got=got) from error
        edges = (np.nan, np.nan) if band is None else band
        limits = (np.nan, np.nan) if reference_limits is None else reference_limits
        return cls(
            lower=np.broadcast_to(low, shape),
            upper=np.broadcast_to(high, shape),
            reference=np.broadcast_to(against, shape),
            value=broadcast_to("values", np.nan if values is None else values, shape),
            low=broadcast_to("band", edges[0], shape),
            high=broadcast_to("band", edges[1], shape),
            reference_lower=broadcast_to("reference_limits", limits[0], shape),
            reference_upper=broadcast_to("reference_limits", limits[1], shape),
            own=broadcast_to("own_share", 0.0 if own_share is None else own_share, shape),
            included=reference_limits is not None,
            removed=own_share is not None,
        )

    def banded(self, asked: BoolArray) -> BoolArray:
        """Return where units are held against a band."""
        return asked & ~np.isnan(self.low) & ~np.isnan(self.high)

    def difference(self, banded: BoolArray) -> Difference:
        """Return how far units are from their reference, or from the nearer edge of their band."""
        low, high = np.where(banded, self.low, self.reference), np.where(banded, self.high, self.reference)
        lower, upper, value = (_beyond(x, low, high) for x in (self.lower, self.upper, self.value))
        if self.included or self.removed:
            down, up = self._spreads()
            lower, upper = np.where(banded, lower, value - down), np.where(banded, upper, value + up)
        sizes = np.abs(np.stack([self.lower, self.upper, low, high]))
        noise = TOUCHING * np.where(np.isfinite(sizes), sizes, 0.0).max(axis=0)
        return Difference(value=value, lower=lower, upper=upper, noise=noise)

    def _spreads(self) -> tuple[FloatArray, FloatArray]:
        """Return how far the interval of the difference reaches down and up."""
        below, above = np.maximum(self.value - self.lower, 0.0), np.maximum(self.upper - self.value, 0.0)
        w = self.own
        if self.included:
            under = np.maximum(self.reference - self.reference_lower, 0.0)
            over = np.maximum(self.reference_upper - self.reference, 0.0)
            rest_down, rest_up = (
                _other_side(whole, _times(w, own)) for whole, own in ((under, below), (over, above))
            )
        else:  # as much for each person as in the unit
            rest_down, rest_up = (_times(np.sqrt(w * (1 - w)), own) for own in (below, above))
        return np.hypot((1 - w) * below, rest_up), np.hypot((1 - w) * above, rest_down)

    def faults(self, banded: BoolArray) -> tuple[tuple[BoolArray, str], ...]:
        """Return where units cannot be compared, the code that counts first at the front."""
        against = ~banded
        uses_value = against & (self.included or self.removed)
        missing_limit = against & self.included & (np.isnan(self.reference_lower) | np.isnan(self.reference_upper))
        return (
            (against & (self.own == 1), "own_benchmark"),
            (np.isnan(self.lower) | np.isnan(self.upper), "no_interval"),
            ((self.lower > self.upper) | (self.reference_lower > self.reference_upper), "inverted_interval"),
            (against & np.isnan(self.reference), "no_reference"),
            ((against & np.isinf(self.reference)) | (uses_value & np.isinf(self.value)), "not_finite"),
            (banded & (self.low > self.high), "inverted_band"),
            (uses_value & (np.isnan(self.value) | np.isnan(self.own)), "missing_input"),
            (uses_value & ((self.own < 0) | (self.own > 1)), "share_out_of_range"),
            (_outside(self.value, self.lower, self.upper), "value_outside_interval"),
            (_outside(self.reference, self.reference_lower, self.reference_upper), "value_outside_interval"),
            (missing_limit, "uncertainty_missing"),
        )


def _beyond(x: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return how far numbers lie beyond a band; 0 in it, also where both are infinite."""
    nearest = np.clip(x, low, high)
    return np.where(x == nearest, 0.0, x - nearest)


def _times(share: FloatArray, spread: FloatArray) -> FloatArray:
    """Return a share of a spread; no share of an unbounded one is nothing."""
    return np.where(share == 0, 0.0, share * spread)


def _other_side(longest: FloatArray, side: FloatArray) -> FloatArray:
    """Return the other side of a right triangle, 0 where there is none; no square leaves the range of doubles."""
    return np.where(longest > side, np.sqrt(longest - side) * np.sqrt(longest + side), 0.0)


def _outside(value: FloatArray, lower: FloatArray, upper: FloatArray) -> BoolArray:
    sizes = np.abs(np.stack([value, lower, upper]))
    slack = _SLACK * np.where(np.isfinite(sizes), sizes, 0.0).max(axis=0)
    outside: BoolArray = np.asarray((value < lower - slack) | (value > upper + slack))
    return outside
