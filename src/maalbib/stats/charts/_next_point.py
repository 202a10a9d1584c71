"""What the chart of the last segment says about the next point."""

from __future__ import annotations

from typing import Any, Final, Self

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, broadcast_to
from maalbib.stats.charts._limits import NOISE, ControlLimits

__all__ = ["NextPoint"]

_BY_DENOMINATOR: Final = frozenset({"p", "u", "p_prime", "u_prime", "i_prime"})
"""Charts whose sigma shrinks with the root of the denominator."""
_FROM_ZERO: Final = _BY_DENOMINATOR - {"i_prime"}
_BY_CHANCE: Final = frozenset({"p", "u", "c"})
"""Charts whose sigma follows from the centre."""


@attrs.frozen(kw_only=True, eq=False)
class NextPoint:
    """Limits for the next point, one per series.

    Attributes
    ----------
    at
        Period of the last value, -1 without one.
    centre, lower, upper, sigma
        For the denominator expected next.
    clipped_lower, clipped_upper
        Whether no point can lie beyond a limit.
    denominator
        The one expected, NaN where the limits of the last value are used as they are.
    n
        Points that the limits rest on.
    df
        Degrees of freedom of sigma, infinite where chance alone gives it.
    in_segment
        Points of the last segment, shape (series, periods).
    status, reason
        Of the chart at the last value.
    """

    at: IntArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    sigma: FloatArray
    clipped_lower: BoolArray
    clipped_upper: BoolArray
    denominator: FloatArray
    n: IntArray
    df: FloatArray
    in_segment: BoolArray
    status: ReasonArray
    reason: ReasonArray

    @classmethod
    def of(
        cls,
        limits: ControlLimits,
        denominators: npt.ArrayLike | None,
        expected: npt.ArrayLike | None,
        df: npt.ArrayLike | None,
        year: int,
    ) -> Self:
        """Take the limits at the last value and move them to the expected denominator."""
        there = np.atleast_2d(np.isfinite(limits.values))
        periods = there.shape[1]
        at = np.where(there.any(axis=1), periods - 1 - np.argmax(there[:, ::-1], axis=1), -1)
        pick = _Pick(np.maximum(at, 0), at >= 0)
        segment = np.atleast_2d(limits.segment)
        in_segment = (segment == pick.of(segment)[:, None]) & (at >= 0)[:, None]
        n = (np.atleast_2d(limits.baseline) & in_segment).sum(axis=1)
        size = None if denominators is None else np.atleast_2d(_stretched("denominators", denominators, limits))
        denominator = np.full(len(at), np.nan)
        scale = np.ones(len(at))
        if size is not None and limits.kind in _BY_DENOMINATOR:
            denominator = _expected(size, at, year) if expected is None else _per_series("denominator", expected, at)
            with np.errstate(all="ignore"):
                scale = np.sqrt(pick.of(size) / denominator)
        found = {
            name: pick.of(np.atleast_2d(getattr(limits, name))) for name in ("centre", "lower", "upper", "sigma")
        }
        clipped = {name: pick.of(np.atleast_2d(getattr(limits, name))) for name in ("clipped_lower", "clipped_upper")}
        freedom = np.where(limits.kind in _BY_CHANCE, np.inf, np.maximum(n - 1.0, 0.0))
        made = cls(
            at=at,
            **found,
            **clipped,
            denominator=denominator,
            n=n,
            df=freedom if df is None else _per_series("df", df, at),
            in_segment=in_segment,
            status=pick.of(np.atleast_2d(limits.status)),
            reason=pick.of(np.atleast_2d(limits.reason)),
        )
        return made if size is None else made._scaled(scale, limits)

    def _scaled(self, scale: FloatArray, limits: ControlLimits) -> Self:
        """Move the limits that are three sigma away; those at the end of what is possible stay there."""
        sigma = self.sigma * scale
        moved = np.isfinite(sigma) & (scale != 1)
        clipped = np.atleast_2d(limits.clipped_upper)
        highest = np.where(clipped, np.atleast_2d(limits.upper), np.inf).min(axis=1, initial=np.inf)
        lowest = 0.0 if limits.kind in _FROM_ZERO else -np.inf
        lower, upper = self.centre - 3 * sigma, self.centre + 3 * sigma
        return attrs.evolve(
            self,
            sigma=sigma,
            lower=np.where(moved, np.maximum(lower, lowest), self.lower),
            upper=np.where(moved, np.minimum(upper, highest), self.upper),
            clipped_lower=np.where(moved, lower <= lowest, self.clipped_lower),
            clipped_upper=np.where(moved, upper >= highest, self.clipped_upper),
        )

    @property
    def noise(self) -> FloatArray:
        """What rounding may do to the distance from a limit."""
        return np.asarray(NOISE * np.fmax(np.abs(self.centre), np.fmax(np.abs(self.lower), np.abs(self.upper))))

    def share_between(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Return the probability that the next point lies between two numbers, in the smaller tail."""
        from scipy import special

        def below(x: FloatArray) -> FloatArray:
            t = special.stdtr(np.where(np.isinf(self.df), 1.0, self.df), np.clip(x, -1e300, 1e300))
            inside = np.where(np.isinf(self.df), special.ndtr(x), t)
            return np.where(np.isinf(x), (x > 0).astype(np.float64), inside)

        with np.errstate(all="ignore"):
            spread = self.sigma * np.sqrt(1 + 1 / self.n)
            one, other = (low - self.centre) / spread, (high - self.centre) / spread
            flip = one > 0  # both beyond the centre: their tails are small on the other side
            first, second = np.where(flip, -other, one), np.where(flip, -one, other)
            # An upper tail is a lower tail of the other sign, not 1 minus something.
            share = np.where(np.isposinf(second), below(-first), below(second) - below(first))
        return np.asarray(share)


@attrs.frozen(eq=False)
class _Pick:
    at: IntArray
    some: BoolArray

    def of(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the element at the last value of each series; nothing where there is none."""
        taken = np.take_along_axis(array, self.at[:, None], axis=1)[:, 0]
        if taken.dtype == np.float64:
            taken[~self.some] = np.nan
        elif taken.dtype == object:
            taken[~self.some] = ""
        elif taken.dtype == np.bool_:
            taken[~self.some] = False
        return taken


def _expected(size: FloatArray, at: IntArray, year: int) -> FloatArray:
    """Return the median denominator of the last year up to the last value."""
    period = np.arange(size.shape[1])
    recent = (period <= at[:, None]) & (period > at[:, None] - year) & (size > 0)
    ordered = np.sort(np.where(recent, size, np.nan), axis=1)
    count = recent.sum(axis=1)
    middle = np.stack([np.maximum(count - 1, 0) // 2, np.minimum(count // 2, size.shape[1] - 1)], axis=1)
    return np.asarray(np.take_along_axis(ordered, middle, axis=1).mean(axis=1))


def _stretched(argument: str, values: npt.ArrayLike, limits: ControlLimits) -> FloatArray:
    return broadcast_to(argument, values, np.shape(limits.values))


def _per_series(argument: str, values: npt.ArrayLike, at: IntArray) -> FloatArray:
    return broadcast_to(argument, values, at.shape)
