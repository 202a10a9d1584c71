"""What a composite is: a score and a place, with the range of places that the choices made could have given."""

from __future__ import annotations

import attrs

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray
from maalbib.stats.composite._means import Aggregation
from maalbib.stats.ranking._normalise import Method

__all__ = ["PARTS", "CompositePlans", "CompositeRange"]

PARTS = ("weights", "normaliser", "aggregation", "treatment", "left_out", "together")
"""What is varied, in this order."""


@attrs.frozen(kw_only=True, eq=False)
class CompositePlans(ArrayResult):
    """What each way of choosing otherwise does, arrays of shape (plans,) unless it says otherwise.

    Attributes
    ----------
    part
        What is varied: ``weights``, ``normaliser``, ``aggregation``, ``treatment``, ``left_out`` or ``together`` (all at once).
    name
        The scale or mean that was tried, ``treated`` or ``untreated``, else empty.
    indicator
        Number of the indicator that was left out, else -1.
    runs
        How often it was tried: draws of weights, else 1; 0 where it could not be.
    reason
        Why it could not be tried (``not_positive``, ``only_indicator`` or what :func:`normalise` says of a scale), else empty.
        Such a plan is part of no range, and nothing else is tried in its place.
    scored
        The fewest units that it gave a score.
    first_changes
        Share of the runs in which not the same units stand first.
    moved, largest
        How many places a unit moves, in the mean over units and runs, and at most.
    lower, upper
        (plans, units) lowest and highest place; of drawn ones those of the middle share of the draws.

    Examples
    --------
    >>> from maalbib.stats import composite_range
    >>> plans = composite_range([[3, 1], [2, 2], [1, 4]]).plans
    >>> plans.part.tolist()[:3], plans.runs.tolist()[:3]
    (['weights', 'normaliser', 'normaliser'], [1000, 1, 1])
    """

    part: ReasonArray
    name: ReasonArray
    indicator: IntArray
    runs: IntArray
    reason: ReasonArray
    scored: IntArray
    first_changes: FloatArray
    moved: FloatArray
    largest: FloatArray
    lower: FloatArray
    upper: FloatArray


@attrs.frozen(kw_only=True, eq=False)
class CompositeRange(ArrayResult):
    """Scores and places with their sensitivity range, arrays of shape (units,) unless it says otherwise.

    Attributes
    ----------
    score
        The composite by the stated choices, on the stated scale.
    rank
        Place by the stated choices, 1 for the highest score; the first of a tie.
    lower, upper
        The sensitivity range: the lowest and the highest place under all that was varied, ``rank`` included; of drawn places the
        middle share that the plan keeps. It holds choices, not chance, and is no confidence interval.
    standard_error
        Sampling error of the score where errors were given; NaN where they do not reach the score.
    coverage
        The share of the weight that is there, in the pillar where it is smallest.
    pillar_coverage, pillar_score
        (units, pillars) the same for each lowest pillar, and its mean.
    n
        How many units have a place.
    first_changes
        Share of all runs in which not the same units stand first.
    parts
        (parts,) what was varied.
    part_lower, part_upper
        (parts, units) the range under each of them alone; NaN where nothing could be tried.
    part_first_changes
        (parts,) share of its runs in which not the same units stand first; NaN where nothing could be tried.
    plans
        Each plan.
    treated
        (indicators,) whether values of an indicator were pulled in or put on a logarithmic scale.
    indicator_reason
        (indicators,) ``constant`` or ``no_values`` where an indicator tells nobody apart and so counts for nothing, else empty.
    normaliser, aggregation
        As asked for.
    reason
        Why a unit has no place: ``pillar_not_covered``, ``too_few_units``, ``not_positive``, ``no_plan_tried`` (these values can take
        nothing that the plan varies) or what :func:`normalise` says of a scale; else empty.

    Examples
    --------
    >>> from maalbib.stats import composite_range
    >>> found = composite_range([[3, 1], [2, 2], [1, 4]])
    >>> found.rank.tolist(), found.lower.tolist(), found.upper.tolist()
    ([1.0, 3.0, 1.0], [1.0, 1.0, 1.0], [3.0, 3.0, 3.0])
    """

    score: FloatArray
    rank: FloatArray
    lower: FloatArray
    upper: FloatArray
    standard_error: FloatArray
    coverage: FloatArray
    pillar_coverage: FloatArray
    pillar_score: FloatArray
    n: int
    first_changes: float
    parts: ReasonArray
    part_lower: FloatArray
    part_upper: FloatArray
    part_first_changes: FloatArray
    plans: CompositePlans
    treated: BoolArray
    indicator_reason: ReasonArray
    normaliser: Method
    aggregation: Aggregation
    reason: ReasonArray
