"""Units as points: what a distance is made of, and the distances of given pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, number_or_nan, reasons, vector
from maalbib.stats.likeness._cells import Cells, Kind, cells_of, population_of
from maalbib.stats.likeness._least_squares import MOST_CONDITION

__all__ = ["Metric", "Scaling", "Space", "share_of", "space_of"]

Metric: TypeAlias = Literal["euclidean", "gower", "mahalanobis", "need"]
Scaling: TypeAlias = Literal["z", "robust", "min_max", "none"]

_CONSTANT: Final = 1e-12  # spread over size; below, a variable is the same for all
_SLACK: Final = 1e-12  # of a coverage, for sums of weights such as 0.1 + 0.2
_LARGEST: Final = 1e150  # squares stay inside the range of doubles
_PAIRS: Final = 2**19  # per temporary


@attrs.frozen(kw_only=True, eq=False)
class Space:
    """Units as points; the variables that are left out are not in it.

    With w the weights and f the square or the size of a difference, a distance, squared where they are, is the sum of
    w f over what both units have, over the sum of those w, times ``factor``.

    Attributes
    ----------
    cells, present
        Shape (variables, units): scaled values, 0 where there is none.
    weights
        Shape (variables,).
    nominal
        Shape (variables,): whether two values are either equal or 1 apart.
    squared
        Whether differences are squared and the root is taken at the end.
    factor
        See above.
    precision
        Inverse covariance of ``raw``, for Mahalanobis; its ``cells`` are turned so that plain squares are right.
    raw
        Shape (variables, units), before that turn, in standard deviations.
    kept
        Positions of the variables in the table given.
    reason
        Shape (variables given,): why a variable is left out, else empty.
    undefined
        Shape (variables given,): cells without a value on the scale asked for.
    sample_dependent
        Whether a single extreme unit of the population moves all distances.
    refused
        Why there are no distances at all, else empty.
    """

    cells: FloatArray
    present: BoolArray
    weights: FloatArray
    nominal: BoolArray
    squared: bool
    factor: float
    precision: FloatArray | None = None
    raw: FloatArray | None = None
    kept: IntArray
    reason: ReasonArray
    undefined: IntArray
    sample_dependent: bool
    refused: str = ""

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.cells.T)

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return float(self.weights.sum())

    def least_share(self, min_coverage: float) -> float:
        """Return the least sum of shared weights that makes two units comparable."""
        return max((min_coverage - _SLACK) * self.total, float(self.weights.min(initial=np.inf)) / 2)

    def own_share(self) -> FloatArray:
        """Return the sum of the weights of what each unit has."""
        return _sum(self.weights[:, np.newaxis] * self.present)

    def pairs(self, one: IntArray, other: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return distance and shared weight of pairs of units; NaN and 0 where they share nothing."""
        distance, share = np.empty(len(one)), np.empty(len(one))
        for start in range(0, len(one), _PAIRS):
            part = slice(start, start + _PAIRS)
            distance[part], share[part] = self._pairs(one[part], other[part])
        return distance, share

    def _pairs(self, one: IntArray, other: IntArray) -> tuple[FloatArray, FloatArray]:
        amount, share = np.zeros(len(one)), np.zeros(len(one))
        for part, weight in self.parts(one, other):
            amount += part
            share += weight
        return self.distance(amount, share), share

    def parts(self, one: IntArray, other: IntArray) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Give, variable by variable, the weighted difference of pairs and the weight that they share."""
        for cells, present, weight, nominal in zip(self.cells, self.present, self.weights, self.nominal, strict=True):
            apart = cells[one] - cells[other]
            size = (apart != 0).astype(np.float64) if nominal else apart**2 if self.squared else np.abs(apart)
            both = present[one] & present[other]
            yield np.where(both, weight * size, 0.0), weight * both

    def distance(self, amount: FloatArray, share: FloatArray) -> FloatArray:
        """Return distances from weighted differences and shared weights."""
        with np.errstate(divide="ignore", invalid="ignore"):
            mean: FloatArray = amount / share * self.factor
        return np.sqrt(mean) if self.squared else mean


def space_of(
    values: npt.ArrayLike,
    metric: str,
    *,
    weights: npt.ArrayLike | None = None,
    scaling: str = "z",
    transforms: str | Sequence[str] | None = None,
    kinds: Sequence[Kind] | None = None,
    constant: str = "drop",
    shrink: float = 0.0,
    population: npt.ArrayLike | None = None,
) -> Space:
    """Turn a table into points."""
    _check_choices(metric, scaling, constant, kinds)
    cells = cells_of(values, kinds, transforms, population, mixed=metric == "gower")
    members = population_of(population, len(cells.table))
    given = _weights(weights, metric, cells.table.shape[1])
    if metric == "gower":
        scaling = "min_max"
    if metric == "mahalanobis":
        scaling, constant = "none", "drop"
    centre, scale = _scales(cells.table[members], "none" if metric == "mahalanobis" else scaling)
    flat, empty, no_spread = _without_spread(cells, members, scale)
    kept = ~empty & (given > 0) & ((constant == "keep") | ~(flat | no_spread))
    zero = (flat | no_spread) & ~cells.nominal
    with np.errstate(all="ignore"):
        points = np.where(
            zero, 0.0 * cells.table, cells.table if scaling == "none" else (cells.table - centre) / scale
        )
    points = np.where(cells.nominal, cells.table, points)
    beyond = kept & (metric != "mahalanobis") & ~(np.abs(points) <= _LARGEST) & ~np.isnan(cells.table)
    points = np.where(beyond, np.nan, points)[:, kept].T
    there = ~np.isnan(points)
    space = Space(
        cells=np.where(there, points, 0.0) + 0.0,  # no -0, so that equal points have equal bytes
        present=there,
        weights=given[kept],
        nominal=cells.nominal[kept],
        squared=metric in {"euclidean", "mahalanobis"},
        factor=float(given[kept].sum()) if metric in {"need", "mahalanobis"} else 1.0,
        kept=np.flatnonzero(kept),
        reason=reasons(
            given.shape,
            (empty, "no_values"),
            (given == 0, "zero_weight"),
            (flat & ~kept, "constant"),
            (no_spread & ~kept, "zero_spread"),
        ),
        undefined=cells.undefined + beyond.sum(axis=0),
        sample_dependent=scaling == "min_max" or cells.ranked,
        refused="" if kept.any() else "no_variables",
    )
    return _turned(space, members, share_of("shrink", shrink)) if metric == "mahalanobis" and kept.any() else space


def share_of(argument: str, value: float) -> float:
    """Return ``value`` when it is a number from 0 to 1."""
    number = number_or_nan(value)
    if not 0 <= number <= 1:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return number


def _check_choices(metric: str, scaling: str, constant: str, kinds: Sequence[Kind] | None) -> None:
    for argument, value, allowed in (
        ("metric", metric, get_args(Metric)),
        ("scaling", scaling, get_args(Scaling)),
        ("constant", constant, ("drop", "keep")),
    ):
        if value not in allowed:
            raise ArgumentError.choice(argument, allowed)
    if kinds is not None and metric != "gower":
        raise ArgumentError("likeness.kinds_without_gower")


def _weights(weights: npt.ArrayLike | None, metric: str, variables: int) -> FloatArray:
    if weights is None:
        if metric == "need":
            raise ArgumentError("likeness.need_without_weights")
        return np.ones(variables)
    given = vector("weights", weights)
    if metric == "need":
        given = np.abs(given)  # a need that falls with a variable sets units apart as much as one that rises
    if given.shape != (variables,):
        raise ArgumentError("argument.shape", argument="weights", expected=f"({variables},)", got=str(given.shape))
    if not (np.isfinite(given) & (given >= 0)).all() or not given.any():
        raise ArgumentError("likeness.weights")
    if metric == "mahalanobis" and np.ptp(given):
        raise ArgumentError("likeness.weights_with_mahalanobis")
    return given


def _scales(members: FloatArray, scaling: str) -> tuple[FloatArray, FloatArray]:
    """Return centre and scale of each variable; NaN where nobody has it."""
    ones = np.ones(members.shape[1])
    if scaling == "none":
        return 0 * ones, ones
    known = [column[~np.isnan(column)] for column in members.T]
    pairs = [_scale(column, scaling) if len(column) else (np.nan, np.nan) for column in known]
    return np.array([centre for centre, _ in pairs]), np.array([scale for _, scale in pairs])


def _scale(column: FloatArray, scaling: str) -> tuple[float, float]:
    # A power of two changes no digit, and keeps squares inside the range of doubles.
    power = np.frexp(np.abs(column).max())[1]
    x = np.ldexp(column, -power)
    if scaling == "min_max":
        centre, scale = x.min(), x.max() - x.min()
    elif scaling == "robust":
        centre = np.median(x)
        scale = np.median(np.abs(x - centre))
    else:
        centre, scale = x.mean(), x.std(ddof=1) if len(x) > 1 else 0.0
    with np.errstate(over="ignore"):
        return float(np.ldexp(centre, power)), float(np.ldexp(scale, power))


def _without_spread(cells: Cells, members: BoolArray, scale: FloatArray) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return which variables are the same for all of the population, that nobody has, and whose scale is 0."""
    table = cells.table[members]
    high, low = (np.fmax.reduce(side * table, axis=0, initial=-np.inf) for side in (1, -1))
    empty = ~np.isfinite(high)
    with np.errstate(invalid="ignore"):
        flat = ~empty & ~(high + low > _CONSTANT * np.maximum(np.abs(high), np.abs(low)))
        no_spread = ~empty & ~flat & ~((scale > 0) & np.isfinite(scale)) & ~cells.nominal
    return flat, empty, no_spread


def _turned(space: Space, members: BoolArray, shrink: float) -> Space:
    """Return the points so that plain squares are those of Mahalanobis; who lacks a variable has no place there."""
    whole = space.present.all(axis=0)
    sample = space.cells[:, members & whole]
    variables, n = sample.shape
    if n < 2 or (n <= variables + 1 and not shrink):  # noqa: PLR2004 - a covariance needs two
        return attrs.evolve(space, refused="too_few_units")
    with np.errstate(all="ignore"):
        off = sample - sample.mean(axis=1, keepdims=True)
        power = np.frexp(np.abs(off).max(axis=1))[1]
        size = np.ldexp(np.sqrt((np.ldexp(off, -power[:, np.newaxis]) ** 2).sum(axis=1) / (n - 1)), power)
        scaled = off / size[:, np.newaxis]
        correlation = (1 - shrink) * (scaled @ scaled.T) / (n - 1) + shrink * np.eye(variables)
    if not np.isfinite(correlation).all():
        return attrs.evolve(space, refused="collinear_variables")
    lengths, turn = np.linalg.eigh(correlation)
    if not lengths[0] * MOST_CONDITION >= lengths[-1]:
        return attrs.evolve(space, refused="collinear_variables")
    turned = (turn / np.sqrt(lengths)).T @ ((space.cells - sample.mean(axis=1, keepdims=True)) / size[:, np.newaxis])
    return attrs.evolve(
        space,
        cells=np.where(whole, turned, 0.0) + 0.0,
        present=np.broadcast_to(whole, space.present.shape),
        precision=(turn / lengths) @ turn.T,
        raw=space.cells / size[:, np.newaxis],
    )


def _sum(terms: FloatArray) -> FloatArray:
    """Add up variable by variable, so that no unit's sum depends on how many units there are."""
    total = np.zeros(terms.shape[1])
    for term in terms:
        total += term
    return total
