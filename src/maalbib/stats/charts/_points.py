"""What a kind of chart is given and what it gives back, for one piece of a panel laid out flat."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.charts._baseline import Baseline
from maalbib.stats.charts._limits import NOISE
from maalbib.stats.charts._options import Options

__all__ = ["KNOWN", "Lines", "Points", "around", "negligible"]

KNOWN: Final = np.iinfo(np.int64).max
"""Points behind limits that rest on a given centre and on no data."""


@attrs.frozen(kw_only=True, eq=False)
class Points:
    """The points of a piece.

    Attributes
    ----------
    values
        What is drawn, NaN where there is nothing to draw.
    numerator, denominator, standard_deviation
        As given, NaN where unusable; the last two None where not given.
    given
        The centre as given, NaN where it is to be estimated; None where none is given.
    base
        The points that limits rest on.
    drawn
        All points that have a part in patterns, in the baseline or not.
    options
        What was asked for.
    by_group
        Whether lines are level: one element per group and not per point.
    """

    values: FloatArray
    numerator: FloatArray
    denominator: FloatArray | None
    standard_deviation: FloatArray | None
    given: FloatArray | None
    base: Baseline
    drawn: Baseline
    options: Options
    by_group: bool

    def each(self, per_group: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what holds for a group wherever lines are told."""
        return per_group if self.by_group else self.base.everywhere(per_group)

    @property
    def size(self) -> FloatArray:
        """The denominator, of a kind that cannot do without."""
        assert self.denominator is not None  # noqa: S101 - a call without it was refused
        return self.denominator

    @property
    def spread(self) -> FloatArray:
        """The standard deviation inside each subgroup, of a kind that cannot do without."""
        assert self.standard_deviation is not None  # noqa: S101 - a call without it was refused
        return self.standard_deviation

    def centre(self, estimated: FloatArray) -> FloatArray:
        """Return the given centre of each point, or the estimated one of its group."""
        found: FloatArray = self.each(estimated)
        return found if self.given is None else np.where(np.isnan(self.given), found, self.given)

    def known_or(self, count: IntArray) -> IntArray:
        """Return the points of each group behind its limits, where a given centre needs none."""
        found: IntArray = self.each(count)
        return found if self.given is None else np.where(np.isnan(self.given), found, KNOWN)

    def points_of(self, formed: IntArray) -> IntArray:
        """Return how many points in a row would form as many ranges."""
        found: IntArray = self.each(np.where(self.base.count > 0, formed + 1, 0))
        return found


@attrs.frozen(kw_only=True, eq=False)
class Lines:
    """What a chart draws: ``values`` per point, lines per group or per point.

    Attributes
    ----------
    values
        What is drawn.
    centre, lower, upper
        The lines, before they are held within what is possible.
    sigma
        NaN or None where zones of one and two sigma mean nothing.
    points
        How many points the limits rest on.
    constant
        Where there is no variation to make limits from.
    sigma_z
        Variation in units of chance, where known.
    screened
        Points whose moving range was screened out.
    unfit
        Where the baseline holds a value that the chart cannot take; None for nowhere.
    """

    values: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    points: IntArray
    constant: BoolArray
    sigma: FloatArray | None = None
    sigma_z: FloatArray | None = None
    screened: npt.NDArray[np.intp] | None = None
    unfit: BoolArray | None = None


def around(
    values: FloatArray,
    centre: FloatArray,
    sigma: FloatArray,
    points: IntArray,
    *,
    sigma_z: FloatArray | None = None,
    screened: npt.NDArray[np.intp] | None = None,
) -> Lines:
    """Return lines three sigma to each side."""
    return Lines(
        values=values,
        centre=centre,
        lower=centre - 3 * sigma,
        upper=centre + 3 * sigma,
        sigma=sigma,
        points=points,
        constant=negligible(sigma, centre),
        sigma_z=sigma_z,
        screened=screened,
    )


def negligible(sigma: FloatArray, level: FloatArray) -> BoolArray:
    """Tell where a spread is nothing but rounding noise."""
    return sigma <= NOISE * np.abs(level)
