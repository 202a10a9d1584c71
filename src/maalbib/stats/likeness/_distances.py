"""How far units are from each other, all with all, with what each distance rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats.likeness._cells import Kind, Transform
from maalbib.stats.likeness._space import Scaling, Space, share_of, space_of

__all__ = [
    "Distances",
    "euclidean_distance",
    "gower_distance",
    "mahalanobis_distance",
    "need_distance",
]

_PIECE: Final = 2**19  # pairs at once


@attrs.frozen(kw_only=True, eq=False)
class Distances(ArrayResult):
    """Distances of units, arrays of shape (units, units) unless said otherwise.

    Attributes
    ----------
    distance
        Symmetric, 0 on the diagonal; NaN where two units cannot be compared.
    coverage
        Share of the weights of the variables that both units have.
    reason
        Why a distance is NaN: ``low_coverage``, ``too_few_units``, ``no_variables`` or ``collinear_variables``; else
        empty.
    variable_reason
        Why a variable is left out: ``no_values``, ``zero_weight``, ``constant`` or ``zero_spread``; else empty. Shape
        (variables,).
    undefined
        Cells without a value on the scale asked for, such as the logarithm of 0 or a number beyond 1e150; shape (variables,).
    sample_dependent
        Whether a single extreme unit of the population moves all distances.

    Examples
    --------
    >>> from maalbib.stats import euclidean_distance
    >>> found = euclidean_distance([[1.0, 5.0], [2.0, float("nan")], [3.0, 9.0]], scaling="none")
    >>> found.distance.round(2).tolist()
    [[0.0, 1.0, 3.16], [1.0, 0.0, 1.0], [3.16, 1.0, 0.0]]
    >>> found.coverage[0].tolist()
    [1.0, 0.5, 1.0]
    """

    distance: FloatArray
    coverage: FloatArray
    reason: ReasonArray
    variable_reason: ReasonArray
    undefined: IntArray
    sample_dependent: bool

    @property
    def rebased(self) -> FloatArray:
        """Each row over its largest distance, so that the farthest unit is at 1; never compare two rows."""
        farthest = np.fmax.reduce(self.distance, axis=1, initial=0.0)[:, np.newaxis]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.distance / farthest)


def euclidean_distance(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    scaling: Scaling = "z",
    transforms: Transform | Sequence[Transform] | None = None,
    constant: str = "drop",
    population: npt.ArrayLike | None = None,
    min_coverage: float = 0.0,
) -> Distances:
    """Compute weighted Euclidean distances on the variables that two units share.

    Parameters
    ----------
    values
        Shape (units, variables). NaN means missing.
    weights
        Shape (variables,), 0 or more; equal where None. They act on squared differences.
    scaling, transforms, constant, population
        As in :func:`nearest`.
    min_coverage
        The least share of the weights that two units must both have values for, from 0 to 1. Units that share nothing
        are never compared.

    Returns
    -------
    Distances
        All units with all; memory is some 25 bytes per pair.

    Raises
    ------
    ArgumentError
        If an array has the wrong shape or is not numbers, or an option is unknown or out of range.

    Notes
    -----
    d^2 is the weighted mean of the squared differences of scaled values, so it does not grow with the number of
    variables; for p variables of equal weight the plain Euclidean distance is d times the root of p. On complete data
    the triangle inequality holds; with partial overlap it need not.

    ``result.rebased`` sets the farthest unit of each row at 1, as one English service does. Rebased distances of two
    units are not on one scale.

    Examples
    --------
    >>> found = euclidean_distance([[0, 0], [3, 4], [6, 8]], scaling="none", weights=[1, 1])
    >>> (found.distance[0] * 2**0.5).round(6).tolist(), found.rebased[0].tolist()
    ([0.0, 5.0, 10.0], [0.0, 0.5, 1.0])
    """
    space = space_of(
        values,
        "euclidean",
        weights=weights,
        scaling=scaling,
        transforms=transforms,
        constant=constant,
        population=population,
    )
    return _all(space, min_coverage)


def gower_distance(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    kinds: Sequence[Kind] | None = None,
    constant: str = "drop",
    transforms: Transform | Sequence[Transform] | None = None,
    population: npt.ArrayLike | None = None,
    min_coverage: float = 0.0,
) -> Distances:
    """Compute Gower distances of units described by numbers, classes and levels.

    Parameters
    ----------
    values
        Shape (units, variables), numbers or text; also a data frame. None, NaN and NA mean missing.
    weights
        Shape (variables,), 0 or more; equal where None. They act on differences.
    kinds
        For each variable ``"numeric"``, ``"nominal"``, ``"ordered"`` (numbers of which only the order counts), or the
        levels in their order. None takes text as nominal and the rest as numbers.
    constant
        What becomes of a variable that is the same for all of the population: ``"drop"``, or ``"keep"``, which adds
        nothing above and its weight below, as daisy of R does.
    transforms, population
        As in :func:`nearest`.
    min_coverage
        As in :func:`euclidean_distance`.

    Returns
    -------
    Distances
        All units with all, between 0 and 1 within the population.

    Raises
    ------
    ArgumentError
        If an array has the wrong shape, a numeric variable is not numbers, a level is not among those given, or an
        option is unknown or out of range.

    Notes
    -----
    The distance is the weighted mean, over the variables that both units have, of the difference over the range
    (numbers and levels) or of 0 and 1 (classes) [1]_. The range is that of the population: one extreme unit moves all
    distances, which the result says as ``sample_dependent``.

    References
    ----------
    .. [1] Gower, J. C. (1971). A general coefficient of similarity and some of its properties. Biometrics 27, 857-871.

    Examples
    --------
    >>> places = [[12_000, "land", "lav"], [61_000, "by", "mellem"], [40_000, "by", None]]
    >>> found = gower_distance(places, kinds=["numeric", "nominal", ("lav", "mellem", "høj")])
    >>> found.distance.round(3).tolist()
    [[0.0, 1.0, 0.786], [1.0, 0.0, 0.214], [0.786, 0.214, 0.0]]
    """
    space = space_of(
        values,
        "gower",
        weights=weights,
        kinds=kinds,
        constant=constant,
        transforms=transforms,
        population=population,
    )
    return _all(space, min_coverage)


def mahalanobis_distance(
    values: npt.ArrayLike,
    *,
    shrink: float = 0.0,
    transforms: Transform | Sequence[Transform] | None = None,
    population: npt.ArrayLike | None = None,
) -> Distances:
    """Compute Mahalanobis distances, which count what two variables share only once.

    Parameters
    ----------
    values
        Shape (units, variables). A unit that lacks a variable has no distance.
    shrink
        How far correlations are drawn towards 0: the share of the diagonal in the covariance used, from 0 to 1.
    transforms, population
        As in :func:`nearest`; the covariance is that of the complete units of the population.

    Returns
    -------
    Distances
        All units with all.

    Raises
    ------
    ArgumentError
        If an array has the wrong shape or is not numbers, or an option is unknown or out of range.

    Notes
    -----
    d^2 = g' S^-1 g with g the difference and S the sample covariance (n - 1) [1]_; units of measurement do not matter.
    Nothing is computed with at most p + 1 complete units for p variables, unless it is shrunk, or where the condition
    number of the correlations is above 1e10.

    References
    ----------
    .. [1] Mahalanobis, P. C. (1936). On the generalised distance in statistics. Proceedings of the National Institute of
       Sciences of India 2, 49-55.

    Examples
    --------
    >>> found = mahalanobis_distance([[1, 2], [2, 3.5], [3, 7], [4, 7.5], [5, 11]])
    >>> found.distance[0].round(3).tolist()
    [0.0, 1.196, 1.536, 2.479, 2.546]
    >>> set(mahalanobis_distance([[1, 2], [2, 4], [3, 6], [4, 8], [5, 10]]).reason.ravel())
    {'collinear_variables'}
    """
    space = space_of(values, "mahalanobis", shrink=shrink, transforms=transforms, population=population)
    return _all(space, 0.0)


def need_distance(
    values: npt.ArrayLike,
    coefficients: npt.ArrayLike,
    *,
    scaling: Scaling = "z",
    transforms: Transform | Sequence[Transform] | None = None,
    population: npt.ArrayLike | None = None,
    min_coverage: float = 0.0,
) -> Distances:
    """Compute distances in need: what each difference weighs in a model of expenditure.

    Parameters
    ----------
    values
        Shape (units, variables). NaN means missing.
    coefficients
        Shape (variables,): those of the variables, scaled as here, in a regression of expenditure on need. Their signs do
        not matter.
    scaling, transforms, population
        As in :func:`nearest`.
    min_coverage
        As in :func:`euclidean_distance`.

    Returns
    -------
    Distances
        All units with all, in the unit of the coefficients.

    Raises
    ------
    ArgumentError
        If an array has the wrong shape or is not numbers, or an option is unknown or out of range.

    Notes
    -----
    d is the sum of the coefficient's size times the difference, over the variables that both units have, divided by
    their share of all sizes. Services that weight by need do not publish their formula in full; this is the plain form.

    Examples
    --------
    >>> need_distance([[0, 1], [2, 1], [2, 0]], [100, -30], scaling="none").distance[0].tolist()
    [0.0, 200.0, 230.0]
    """
    space = space_of(
        values, "need", weights=coefficients, scaling=scaling, transforms=transforms, population=population
    )
    return _all(space, min_coverage)


def _all(space: Space, min_coverage: float) -> Distances:
    least = space.least_share(share_of("min_coverage", min_coverage))
    n = space.units
    distance, share = np.empty((n, n)), np.empty((n, n))
    rows = max(1, _PIECE // max(1, n))
    others = np.arange(n)
    for start in range(0, n, rows):
        units = np.arange(start, min(n, start + rows))
        pairs = space.pairs(np.repeat(units, n), np.tile(others, len(units)))
        distance[units], share[units] = (column.reshape(len(units), n) for column in pairs)
    apart = share < least
    if space.refused:
        apart[:] = True
    distance[apart] = np.nan
    return Distances(
        distance=distance,
        coverage=share / (space.total or np.nan),
        reason=reasons((n, n), (apart, space.refused or "low_coverage")),
        variable_reason=space.reason,
        undefined=space.undefined,
        sample_dependent=space.sample_dependent,
    )
