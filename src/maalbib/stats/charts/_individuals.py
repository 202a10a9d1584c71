"""Charts of single values: medians, means with moving ranges, and times between rare events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats.charts._moving_range import D4, mean_range, moving_ranges
from maalbib.stats.charts._points import Lines, Points, around, negligible

__all__ = ["individuals", "moving_range_chart", "run_chart", "time_between", "varying_individuals"]

_ROOT: Final = 3.6  # times between events of a Poisson process are near normal after this root
_LARGEST_VARYING: Final = 3.2665  # as D4, as published with this chart

Scale = Callable[[FloatArray], FloatArray]


@attrs.frozen
class _Transform:
    """A scale on which values are near normal; ``takes`` tells which values it can be used for."""

    there: Scale
    back: Scale
    takes: Callable[[FloatArray], BoolArray]


_TRANSFORMS: Final = {
    "logit": _Transform(
        lambda y: np.log(y) - np.log1p(-y), lambda z: 1 / (1 + np.exp(-z)), lambda y: (y > 0) & (y < 1)
    ),
    "log1p": _Transform(np.log1p, np.expm1, lambda y: y > -1),
}
_TIMES: Final = _Transform(
    lambda y: np.power(y, 1 / _ROOT), lambda z: np.power(np.maximum(z, 0.0), _ROOT), lambda y: y > 0
)


def run_chart(points: Points) -> Lines:
    """Return a median without limits."""
    centre = points.centre(points.base.median(points.values))
    nothing = np.full(len(centre), np.nan)
    return Lines(
        values=points.values,
        centre=centre,
        lower=nothing,
        upper=nothing,
        points=points.each(points.base.count),
        constant=np.zeros(len(nothing), dtype=np.bool_),
    )


def individuals(points: Points) -> Lines:
    """Return lines from the mean and the mean moving range."""
    transform = points.options.transform
    return _individuals(points) if transform is None else _transformed(points, _TRANSFORMS[transform])


def time_between(points: Points) -> Lines:
    """Do the same for times between events, after a root that makes them near normal."""
    return _transformed(points, _TIMES)


def _individuals(points: Points) -> Lines:
    base = points.base
    found = mean_range(base, moving_ranges(base, points.values), screen=points.options.screen)
    return around(
        points.values,
        points.centre(base.mean(points.values)),
        points.each(points.options.multiplier / 3 * found.mean),
        points.points_of(found.formed),
        screened=found.screened,
    )


def _transformed(points: Points, scale: _Transform) -> Lines:
    base = points.base
    given = None if points.given is None else scale.there(points.given)
    lines = _individuals(attrs.evolve(points, values=scale.there(points.values), given=given))
    unfit = base.total((~scale.takes(points.values)).astype(np.float64)) > 0
    return attrs.evolve(
        lines,
        values=points.values,
        centre=scale.back(lines.centre),
        lower=scale.back(lines.lower),
        upper=scale.back(lines.upper),
        sigma=None,
        unfit=points.each(unfit),
    )


def moving_range_chart(points: Points) -> Lines:
    """Draw the moving ranges with an upper limit from all of them: a large one is what the chart is to show."""
    later, _ = points.drawn.pairs
    ranges = np.full(len(points.values), np.nan)
    ranges[later] = moving_ranges(points.drawn, points.values)
    found = mean_range(points.base, moving_ranges(points.base, points.values), screen=False)
    centre = points.centre(found.mean)
    return Lines(
        values=ranges,
        centre=centre,
        lower=np.where(np.isnan(centre), np.nan, -np.inf),
        upper=D4 * centre,
        points=points.points_of(found.formed),
        constant=negligible(centre, points.each(points.base.mean(points.values))),
    )


def varying_individuals(points: Points) -> Lines:
    """Return lines for individuals whose spread shrinks with the root of their denominators."""
    base, size = points.base, points.size
    later, earlier = base.pairs
    spread = np.sqrt(np.pi / 2) * moving_ranges(base, points.values) / np.sqrt(1 / size[later] + 1 / size[earlier])
    found = mean_range(base, spread, screen=points.options.screen, most=_LARGEST_VARYING)
    mean = base.total(points.numerator) / base.total(size)
    sigma = points.each(found.mean) / np.sqrt(size)
    return around(points.values, points.centre(mean), sigma, points.points_of(found.formed), screened=found.screened)
