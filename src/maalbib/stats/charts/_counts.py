"""Charts of counts, shares and rates: their noise is known from the count alone."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats.charts._exact import binomial_limits, poisson_limits
from maalbib.stats.charts._moving_range import D2, MeanRange, mean_range, moving_ranges
from maalbib.stats.charts._points import Lines, Points, around

__all__ = ["between_events", "counts", "rates", "rates_prime", "shares", "shares_prime"]

_MEDIAN: Final = 0.693  # of cases between events, in means


def shares(points: Points) -> Lines:
    """Return lines for shares with binomial noise."""
    centre, size, sd = _binomial(points)
    lines = _by_chance(points, centre, sd)
    return _exact(lines, binomial_limits(size, centre), size) if points.options.limits == "exact" else lines


def rates(points: Points) -> Lines:
    """Return lines for rates with Poisson noise."""
    centre, size, sd = _poisson(points)
    lines = _by_chance(points, centre, sd)
    return _exact(lines, poisson_limits(centre * size), size) if points.options.limits == "exact" else lines


def counts(points: Points) -> Lines:
    """Return lines for counts of equal exposure with Poisson noise."""
    centre = points.centre(points.base.mean(points.values))
    lines = around(points.values, centre, np.sqrt(centre), points.known_or(points.base.count))
    return _exact(lines, poisson_limits(centre), 1.0) if points.options.limits == "exact" else lines


def shares_prime(points: Points) -> Lines:
    """Return lines for shares whose noise is binomial times a factor that the data tell."""
    centre, _, sd = _binomial(points)
    return _scaled(points, centre, sd)


def rates_prime(points: Points) -> Lines:
    """Return lines for rates whose noise is Poisson times a factor that the data tell."""
    centre, _, sd = _poisson(points)
    return _scaled(points, centre, sd)


def between_events(points: Points) -> Lines:
    """Return lines for cases between rare events: a geometric distribution, drawn around its median."""
    mean, median = points.base.mean(points.values), points.each(points.base.median(points.values))
    centre = points.centre(mean)
    sd = np.sqrt(centre * (centre + 1))
    return Lines(
        values=points.values,
        centre=median if points.given is None else np.where(np.isnan(points.given), median, _MEDIAN * points.given),
        lower=np.where(np.isnan(centre), np.nan, -np.inf),
        upper=centre + 3 * sd,
        points=points.known_or(points.base.count),
        constant=sd == 0,
    )


def _binomial(points: Points) -> tuple[FloatArray, FloatArray, FloatArray]:
    centre, size = _pooled(points)
    return centre, size, np.sqrt(centre * (1 - centre) / size)


def _poisson(points: Points) -> tuple[FloatArray, FloatArray, FloatArray]:
    centre, size = _pooled(points)
    return centre, size, np.sqrt(centre / size)


def _pooled(points: Points) -> tuple[FloatArray, FloatArray]:
    size = points.size
    return points.centre(points.base.total(points.numerator) / points.base.total(size)), size


def _by_chance(points: Points, centre: FloatArray, sd: FloatArray) -> Lines:
    factor = points.each(_sigma_z(points, centre, sd).mean) / D2
    return around(points.values, centre, sd, points.known_or(points.base.count), sigma_z=factor)


def _scaled(points: Points, centre: FloatArray, sd: FloatArray) -> Lines:
    found = _sigma_z(points, centre, sd)
    factor = points.each(found.mean) / D2
    lines = around(
        points.values,
        centre,
        sd * factor,
        points.points_of(found.formed),
        sigma_z=factor,
        screened=found.screened,
    )
    return attrs.evolve(lines, constant=lines.constant | (sd == 0))  # without chance there is nothing to scale


def _sigma_z(points: Points, centre: FloatArray, sd: FloatArray) -> MeanRange:
    ranges = moving_ranges(points.base, (points.values - centre) / sd)
    return mean_range(points.base, ranges, screen=points.options.screen)


def _exact(lines: Lines, limits: tuple[FloatArray, FloatArray], size: FloatArray | float) -> Lines:
    return attrs.evolve(lines, lower=limits[0] / size, upper=limits[1] / size, sigma=None)
