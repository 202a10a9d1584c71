"""The units most like each unit, and what came of looking for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    number_or_nan,
    reasons,
    whole_number,
)
from maalbib.stats.likeness._cells import Kind, Transform, flags
from maalbib.stats.likeness._search import Found, search
from maalbib.stats.likeness._space import Metric, Scaling, Space, share_of, space_of

__all__ = ["Nearest", "nearest", "nearest_of"]


@attrs.frozen(kw_only=True, eq=False)
class Nearest(ArrayResult):
    """Lists of peers, one per unit, laid end to end: those of unit i are ``peers[starts[i]:starts[i + 1]]``.

    Attributes
    ----------
    starts
        Where each list begins, and where the last one ends; shape (units + 1,).
    peers
        Positions of the peers in the table, shape (edges,); in each list the nearest first.
    position
        Place of each peer in its list, from 1; shape (edges,).
    distance
        Shape (edges,), never rebased.
    coverage
        Share of the weights of the variables that both units have, shape (edges,).
    outcome
        Shape (units,): ``ok``, ``fewer_than_k``, ``too_few`` (below ``min_peers``: the list is empty), ``no_peer``, or
        ``not_comparable`` (the unit itself lacks what the distance needs).
    reason
        Why the outcome is not ``ok``: ``low_coverage``, ``outside_caliper``, ``too_few_units``, ``no_variables`` or
        ``collinear_variables``; else empty. Shape (units,).
    variable_reason
        Why a variable is left out: ``no_values``, ``zero_weight``, ``constant`` or ``zero_spread`` (more than half are
        equal, and the scale is robust); else empty. Shape (variables,).
    undefined
        Cells without a value on the scale asked for, such as the logarithm of 0 or a number beyond 1e150; shape (variables,).
    sample_dependent
        Whether a single extreme unit of the population moves all distances.

    Examples
    --------
    >>> from maalbib.stats import nearest
    >>> found = nearest([[1.0], [2.0], [4.0], [float("nan")]], k=2)
    >>> [found.of(unit).tolist() for unit in range(4)]
    [[1, 2], [0, 2], [1, 0], []]
    >>> found.outcome.tolist()
    ['ok', 'ok', 'ok', 'not_comparable']
    """

    starts: IntArray
    peers: IntArray
    position: IntArray
    distance: FloatArray
    coverage: FloatArray
    outcome: ReasonArray
    reason: ReasonArray
    variable_reason: ReasonArray
    undefined: IntArray
    sample_dependent: bool

    def of(self, unit: int) -> IntArray:
        """Return the peers of a unit, the nearest first."""
        return self.peers[self.starts[unit] : self.starts[unit + 1]]


def nearest(
    values: npt.ArrayLike,
    *,
    k: int,
    weights: npt.ArrayLike | None = None,
    scaling: Scaling = "z",
    metric: Metric = "euclidean",
    transforms: Transform | Sequence[Transform] | None = None,
    kinds: Sequence[Kind] | None = None,
    constant: str = "drop",
    shrink: float = 0.0,
    population: npt.ArrayLike | None = None,
    candidates: npt.ArrayLike | None = None,
    caliper: float | None = None,
    min_coverage: float = 0.8,
    min_peers: int = 1,
    codes: Sequence[str] | None = None,
) -> Nearest:
    """Find the ``k`` units most like each unit, exactly.

    Parameters
    ----------
    values
        Shape (units, variables). NaN means missing. With ``metric="gower"`` text too.
    k
        The most peers of a unit, at least 1. Ties never make a list longer.
    weights
        Shape (variables,), 0 or more; equal where None. They act on squared differences (Gower and need: on
        differences), so twice the weight is not twice the difference. With ``metric="need"``: the coefficients of a need
        regression on the scaled variables, whose signs do not matter.
    scaling
        ``"z"``: mean and standard deviation (n - 1). ``"robust"``: median and median distance from it. ``"min_max"``: the
        range. ``"none"``. Gower always takes the range, and Mahalanobis needs none.
    metric
        ``"euclidean"``: root of the weighted mean of squared differences. ``"gower"``: weighted mean of differences over
        ranges. ``"mahalanobis"``: allows for correlation. ``"need"``: weighted sum of differences.
    transforms
        What is done to each variable before it is scaled, one for all or one for each: ``"none"``, ``"log"``,
        ``"log1p"``, ``"sqrt"``, ``"logit"``, or ``"rank"`` (position in the population, 0 to 1).
    kinds
        With Gower, for each variable ``"numeric"``, ``"nominal"``, ``"ordered"`` (numbers of which only the order counts),
        or the levels in their order. None takes text as nominal and the rest as numbers.
    constant
        What becomes of a variable that is the same for all of the population: ``"drop"``, or ``"keep"``, which pulls all
        distances together.
    shrink
        With Mahalanobis: how far correlations are drawn towards 0, from 0 to 1.
    population
        Booleans of shape (units,): the units that means, deviations and ranges come from; all where None.
    candidates
        Booleans of shape (units,): the units that may be peers; all where None. The others have peers, but are nobody's.
    caliper
        The largest distance of a peer, None for any.
    min_coverage
        The least share of the weights that two units must both have values for, from 0 to 1.
    min_peers
        With fewer peers than this a unit has none.
    codes
        Codes of the units, all different, that decide ties; their positions where None.

    Returns
    -------
    Nearest
        Directed lists: that b is a peer of a does not make a one of b.

    Raises
    ------
    ArgumentError
        If an array has the wrong shape or kind, an option is unknown or out of range, or codes repeat.

    Notes
    -----
    A unit is removed from its own list by identity, so an exact twin stays. Order: distance rounded to 12 decimals, then
    code. First the caliper, then k, then ``min_peers``. A variable that is the same for all of the population, or that
    nobody has, is left out with a reason.

    Each block of units costs one matrix product that bounds all distances from below; those that may be among the
    nearest are then computed from differences, so near twins keep their digits. 20,000 units with 20 variables take
    a few seconds and some 200 MB; Gower and need have no such product and take five to eight times that. Time grows with the
    square of the units, memory with units x k.

    Do not put what is to be compared into the distance: peers chosen on the outcome are alike in the outcome.

    References
    ----------
    .. [1] Gower, J. C. (1971). A general coefficient of similarity and some of its properties. Biometrics 27, 857-871.

    Examples
    --------
    Inhabitants and the share above 65 of five municipalities; the peers of the first, and how far they are [1]_:

    >>> people = [[12_000, 24.0], [13_500, 23.1], [58_000, 19.5], [61_000, 20.2], [640_000, 10.5]]
    >>> found = nearest(people, k=2, transforms=["log", "none"])
    >>> found.of(0).tolist(), found.distance[:2].round(2).tolist()
    ([1, 3], [0.13, 0.87])
    >>> nearest(people, k=2, caliper=0.5).outcome.tolist()
    ['fewer_than_k', 'ok', 'ok', 'ok', 'no_peer']
    """
    return nearest_of(
        None,
        values,
        metric,
        k=k,
        candidates=candidates,
        caliper=caliper,
        min_coverage=min_coverage,
        min_peers=min_peers,
        codes=codes,
        weights=weights,
        scaling=scaling,
        transforms=transforms,
        kinds=kinds,
        constant=constant,
        shrink=shrink,
        population=population,
    )


def nearest_of(
    units: npt.ArrayLike | None,
    values: npt.ArrayLike,
    metric: str,
    *,
    k: int,
    candidates: npt.ArrayLike | None = None,
    caliper: float | None = None,
    min_coverage: float = 0.8,
    min_peers: int = 1,
    codes: Sequence[str] | None = None,
    **scale: Any,
) -> Nearest:
    """Find what :func:`nearest` finds, for some of the units only: time grows with them. Of the others nothing is said."""
    most, least = whole_number("k", k, low=1), whole_number("min_peers", min_peers, low=1)
    farthest = _caliper(caliper)
    space = space_of(values, metric, **scale)
    order = _order(codes, space.units)
    least_share = space.least_share(share_of("min_coverage", min_coverage))
    known = (space.own_share() >= least_share) & (not space.refused)
    allowed = known & flags("candidates", candidates, space.units)
    asked = known & flags("units", units, space.units)
    found = search(space, np.flatnonzero(asked), order[allowed[order]], most, least_share)
    return _lists(space, found, known, most, farthest, least)


def _caliper(caliper: float | None) -> float:
    if caliper is None:
        return math.inf
    farthest = number_or_nan(caliper)
    if not farthest >= 0:
        raise ArgumentError("argument.range", argument="caliper", low=0, high=math.inf)
    return farthest


def _order(codes: Sequence[str] | None, units: int) -> IntArray:
    if codes is None:
        return np.arange(units)
    try:
        given, different = len(codes), len(set(codes))
        order = sorted(range(given), key=codes.__getitem__)
    except TypeError:  # no sequence, or codes that have no order
        raise ArgumentError("likeness.codes") from None
    if given != units:
        raise ArgumentError("argument.shape", argument="codes", expected=f"({units},)", got=f"({given},)")
    if different != units:
        raise ArgumentError("likeness.codes_repeat")
    return np.array(order, dtype=np.int64)


def _lists(space: Space, found: Found, known: BoolArray, k: int, caliper: float, least: int) -> Nearest:
    within = found.distance <= caliper
    count = np.bincount(found.unit[within], minlength=space.units)
    few = (count < least) & (count > 0)
    kept = within & ~few[found.unit]
    listed = np.where(few, 0, count)
    starts = np.concatenate([[0], np.cumsum(listed)])
    outcome = np.full(space.units, "ok", dtype=object)
    for where, word in (
        (count < k, "fewer_than_k"),
        (few, "too_few"),
        (count == 0, "no_peer"),
        (~known, "not_comparable"),
    ):
        outcome[where] = word
    cut = np.bincount(found.unit[~within], minlength=space.units) > 0
    return Nearest(
        starts=starts,
        peers=found.peer[kept],
        position=np.arange(len(found.peer[kept])) - np.repeat(starts[:-1], listed) + 1,
        distance=found.distance[kept],
        coverage=found.share[kept] / (space.total or np.nan),
        outcome=outcome,
        reason=reasons(
            known.shape,
            (np.full(known.shape, bool(space.refused)), space.refused),
            (~known, "low_coverage"),
            ((count < k) & cut, "outside_caliper"),
            (count < k, "too_few_units"),
        ),
        variable_reason=space.reason,
        undefined=space.undefined,
        sample_dependent=space.sample_dependent,
    )
