"""Indicators of different units brought to one scale, higher is better, in each of the ways that are tried."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, float_array
from maalbib.stats.composite._extremes import treat_extremes
from maalbib.stats.composite._means import Aggregation
from maalbib.stats.ranking._normalise import Method, normalise

__all__ = ["FLOOR", "MARKED", "Scaled", "Values", "given_values"]

FLOOR: Final = 0.01
"""What the lowest value becomes where a mean cannot take zero: a scale from 0 to 1 is drawn together to one from 0.01 to 1."""
_FROM_ZERO: Final = frozenset({"min_max", "percent_rank", "goalposts", "distance_to_target"})
_STRAIGHT: Final = frozenset({"min_max", "z", "fraction_of_max", "distance_to_target"})
MARKED: Final = frozenset({"goalposts", "distance_to_target"})
"""Scales with marks in the units of the values, which fit no logarithm."""
_MULTIPLYING: Final = frozenset({"geometric", "harmonic"})


@attrs.frozen(kw_only=True, eq=False)
class Scaled:
    """Values on one scale.

    Attributes
    ----------
    x
        (units, indicators) NaN where missing, and where an indicator tells nobody apart.
    slope
        (units, indicators) how much ``x`` moves with the value; NaN where the scale is one of ranks.
    fault
        Why the scale cannot be used for some indicator, else empty.
    """

    x: FloatArray
    slope: FloatArray
    fault: str


@attrs.frozen(kw_only=True, eq=False)
class Values:
    """Values that are compared, and the marks that some scales need.

    Attributes
    ----------
    given
        (units, indicators) higher is better, NaN is missing.
    weighing
        (indicators,) which ones count at all.
    goalposts, targets
        (indicators, 2) and (indicators,), None where not given.
    """

    given: FloatArray
    weighing: BoolArray
    goalposts: FloatArray | None
    targets: FloatArray | None

    @property
    def silent(self) -> BoolArray:
        """Which indicators tell nobody apart: no values, or all equal."""
        high = np.fmax.reduce(self.given, axis=0, initial=-np.inf)
        return np.asarray(~(high > np.fmin.reduce(self.given, axis=0, initial=np.inf)), dtype=bool)

    def nobody(self) -> Values:
        """Return the values of no unit."""
        return attrs.evolve(self, given=self.given[:0])

    def needs(self, method: Method) -> None:
        """Refuse a scale whose marks are not given."""
        if (method == "goalposts" and self.goalposts is None) or (
            method == "distance_to_target" and self.targets is None
        ):
            raise ArgumentError("composite.marks", method=method)

    def on(self, method: Method, aggregation: Aggregation, *, treat: bool) -> Scaled:
        """Return the values on a scale that a mean can take."""
        given, slope = self.given, np.where(np.isfinite(self.given), 1.0, np.nan)
        if treat:
            treated = treat_extremes(given.T, log=method not in MARKED)
            given, slope = treated.value.T, treated.slope.T
        silent = self.silent
        x, fault = self._normalised(given, method, silent)
        with np.errstate(all="ignore"):
            slope = slope * self._steepness(given, x, method)
        if aggregation in _MULTIPLYING and method in _FROM_ZERO:
            x, slope = FLOOR + (1 - FLOOR) * x, slope * (1 - FLOOR)
        return Scaled(x=np.where(silent, np.nan, x), slope=slope, fault=fault)

    def _normalised(self, given: FloatArray, method: Method, silent: BoolArray) -> tuple[FloatArray, str]:
        if method not in MARKED:
            found = normalise(given.T, method=method)
            x, reason = found.value.T, found.reason.T
        else:
            each = [self._marked(given[:, place], method, place) for place in range(given.shape[1])]
            x = np.stack([column for column, _ in each], axis=1)
            reason = np.stack([words for _, words in each], axis=1)
        lost = np.isfinite(given) & np.isnan(x) & self.weighing & ~silent
        return x, str(reason[lost][0]) if lost.any() else ""

    def _marked(self, column: FloatArray, method: Method, place: int) -> tuple[FloatArray, npt.NDArray[np.object_]]:
        if method == "goalposts" and self.goalposts is not None:
            low, high = self.goalposts[place].tolist()
            found = normalise(column, method="goalposts", goalposts=(low, high))
        else:
            target = np.nan if self.targets is None else self.targets[place]
            found = normalise(column, method="distance_to_target", target=float(target))
        return found.value, found.reason

    def _steepness(self, given: FloatArray, x: FloatArray, method: Method) -> FloatArray:
        """Return (indicators,) how steep a straight scale is; its ends are taken as known."""
        if method == "goalposts" and self.goalposts is not None:
            return np.asarray(1 / (self.goalposts[:, 1] - self.goalposts[:, 0]))
        if method not in _STRAIGHT:
            return np.full(given.shape[1], np.nan)
        return np.asarray(_width(x) / _width(given))


def _width(values: FloatArray) -> FloatArray:
    low, high = np.fmin.reduce(values, axis=0, initial=np.inf), np.fmax.reduce(values, axis=0, initial=-np.inf)
    return np.asarray(high - low)


def given_values(
    values: npt.ArrayLike, goalposts: npt.ArrayLike | None, targets: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray | None, FloatArray | None]:
    """Return the values, infinite ones as missing, and the marks."""
    given = float_array("values", values)
    if given.ndim != 2 or not given.shape[1]:  # noqa: PLR2004 - units by indicators
        raise ArgumentError("argument.shape", argument="values", expected="(units, indicators)", got=str(given.shape))
    indicators = given.shape[1]
    posts = None if goalposts is None else _shaped("goalposts", goalposts, (indicators, 2))
    aims = None if targets is None else _shaped("targets", targets, (indicators,))
    return np.where(np.isfinite(given), given, np.nan), posts, aims


def _shaped(argument: str, given: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    found = float_array(argument, given)
    if found.shape != shape:
        raise ArgumentError("argument.shape", argument=argument, expected=str(shape), got=str(found.shape))
    return found
