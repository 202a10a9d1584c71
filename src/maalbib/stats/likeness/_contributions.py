"""What a distance is made of."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, numeric_array
from maalbib.stats.likeness._cells import Kind, Transform
from maalbib.stats.likeness._space import Metric, Scaling, Space, space_of

__all__ = ["Contributions", "contributions"]


@attrs.frozen(kw_only=True, eq=False)
class Contributions(ArrayResult):
    """The parts of the distances of pairs of units.

    Attributes
    ----------
    part
        Shape (pairs, variables). The parts of a pair add up to the squared distance (Euclid, Mahalanobis) or to the
        distance (Gower, need). NaN where one of the two has no value, or the variable is left out.
    distance
        Shape (pairs,); NaN where the two share nothing.
    coverage
        Share of the weights of the variables that both units have, shape (pairs,).
    squared
        Whether the parts add up to the square.
    variable_reason
        Why a variable is left out, as in :class:`Nearest`; shape (variables,).

    Examples
    --------
    >>> from maalbib.stats import contributions
    >>> found = contributions([[0, 1], [3, 1], [1, 9]], [0, 0], [1, 2], metric="gower")
    >>> found.part.round(3).tolist(), found.distance.round(3).tolist()
    ([[0.5, 0.0], [0.167, 0.5]], [0.5, 0.667])
    """

    part: FloatArray
    distance: FloatArray
    coverage: FloatArray
    squared: bool
    variable_reason: ReasonArray


def contributions(
    values: npt.ArrayLike,
    units: npt.ArrayLike,
    peers: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    scaling: Scaling = "z",
    metric: Metric = "euclidean",
    transforms: Transform | Sequence[Transform] | None = None,
    kinds: Sequence[Kind] | None = None,
    constant: str = "drop",
    shrink: float = 0.0,
    population: npt.ArrayLike | None = None,
) -> Contributions:
    """Split the distances of pairs of units into what each variable adds.

    Parameters
    ----------
    values
        Shape (units, variables), as in :func:`nearest`.
    units, peers
        Positions of the two units of each pair, shape (pairs,).
    weights, scaling, metric, transforms, kinds, constant, shrink, population
        As in :func:`nearest`.

    Returns
    -------
    Contributions
        One row per pair, in the order given.

    Raises
    ------
    ArgumentError
        If an array has the wrong shape or kind, a position is not that of a unit, or an option is unknown or out of range.

    Notes
    -----
    With Mahalanobis the part of variable k is g_k (S^-1 g)_k, g the difference. These parts add up to the squared
    distance, but one may be negative: where two variables go together, a difference that goes their common way counts
    less. Do not read such a part as the variable's own.

    Examples
    --------
    What makes the second school unlike the first: size, or parents?

    >>> schools = [[200, 31.0], [420, 30.0], [650, 12.0], [310, 44.0]]
    >>> found = contributions(schools, [0], [1], transforms=["log", "none"])
    >>> found.part.round(3).tolist()
    [[1.115, 0.003]]
    >>> found.part.sum().round(3).item(), (found.distance**2).round(3).item()
    (1.118, 1.118)
    """
    space = space_of(
        values,
        metric,
        weights=weights,
        scaling=scaling,
        transforms=transforms,
        kinds=kinds,
        constant=constant,
        shrink=shrink,
        population=population,
    )
    one, other = _positions("units", units, space.units), _positions("peers", peers, space.units)
    if one.shape != other.shape:
        raise ArgumentError("argument.shape", argument="peers", expected=str(one.shape), got=str(other.shape))
    part = np.full((len(one), len(space.reason)), np.nan)
    distance, share = space.pairs(one, other)
    if space.refused:
        distance[:], share[:] = np.nan, 0.0
    else:
        part[:, space.kept] = (
            _products(space, one, other) if space.precision is not None else _means(space, one, other)
        )
    return Contributions(
        part=part,
        distance=distance,
        coverage=share / (space.total or np.nan),
        squared=space.squared,
        variable_reason=space.reason,
    )


def _positions(argument: str, given: npt.ArrayLike, units: int) -> IntArray:
    array = numeric_array(argument, given)
    if array.ndim != 1:
        raise ArgumentError("argument.shape", argument=argument, expected="(pairs,)", got=str(array.shape))
    if array.size and (array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= units):
        raise ArgumentError("likeness.positions", argument=argument, most=units - 1)
    return array.astype(np.int64, copy=False)


def _means(space: Space, one: IntArray, other: IntArray) -> FloatArray:
    parts = [*space.parts(one, other)]
    share = np.zeros(len(one))
    for _, weight in parts:
        share += weight
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [np.where(weight > 0, part / share * space.factor, np.nan) for part, weight in parts]
    return np.array(columns).T


def _products(space: Space, one: IntArray, other: IntArray) -> FloatArray:
    if space.precision is None or space.raw is None:
        raise AssertionError
    there = space.present[0]
    apart = np.where(there[one] & there[other], space.raw[:, one] - space.raw[:, other], np.nan)
    return (apart * (space.precision @ apart)).T
