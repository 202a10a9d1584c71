"""Many verdicts as one: states as ranks, weights, and how much of the weight could be judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

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
    broadcast_to,
    float_array,
    reasons,
)
from maalbib.stats._roll_up_parts import (
    NEAR,
    POLICIES,
    Shape,
    States,
    flags_of,
    policies_of,
    shares_in,
    values_of,
    weights_of,
)

__all__ = ["RolledUpStates", "roll_up_states"]

_BY_FIGURE: Final = ("mean_attainment", "mean_score", "pilote")
_FULL: Final = 100.0  # per cent, the scale of pilote
_HALF: Final = 0.5


@attrs.frozen(kw_only=True, eq=False)
class RolledUpStates(ArrayResult):
    """One result for each group, arrays of shape (groups,), and what became of each item, arrays of shape (items,).

    Attributes
    ----------
    rank
        The group's state, (groups,); NaN where the policy gives none or the group could not be judged.
    value
        The group's number, (groups,): ``share_threshold`` the share at or above ``on_course``, ``all_or_nothing`` the share at the
        top, the policies on figures their mean; NaN otherwise.
    distribution
        Share of the weight in each state, shape (groups, levels); NaN where the group could not be judged, or an item is used
        for its figure and has no state.
    counts
        Items used in each state, shape (groups, levels). An item that is itself a mixture of states is in none.
    n_items, n_applicable, n_measurable
        Items, those that apply and weigh something, and those of them that could be judged.
    coverage_weight, coverage_count
        Share of the applicable weight and of the applicable items that could be judged; NaN where nothing applies.
    reason
        (groups,) ``rollup_empty`` where nothing applies, ``rollup_coverage`` where too little could be judged, else empty.
    weight
        (items,) the part of each item in its group's result; NaN where it has none.
    left_out
        (items,) ``not_applicable``, ``zero_weight``, ``not_measurable``, ``figure_undefined``, or empty for an item that is used.

    Examples
    --------
    >>> from maalbib.stats import roll_up_states
    >>> found = roll_up_states([5, 4, float("nan"), 2], [0, 0, 0, 1], policy="worst", min_coverage=0.6)
    >>> found.rank.tolist(), found.coverage_count.round(3).tolist(), found.left_out.tolist()
    ([4.0, 2.0], [0.667, 1.0], ['', '', 'not_measurable', ''])
    """

    rank: FloatArray
    value: FloatArray
    distribution: FloatArray
    counts: IntArray
    n_items: IntArray
    n_applicable: IntArray
    n_measurable: IntArray
    coverage_weight: FloatArray
    coverage_count: FloatArray
    reason: ReasonArray
    weight: FloatArray
    left_out: ReasonArray


def roll_up_states(
    ranks: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    size: int | None = None,
    weights: npt.ArrayLike | None = None,
    applicable: npt.ArrayLike | None = None,
    figures: npt.ArrayLike | None = None,
    policy: str | Sequence[str] = "counts",
    min_coverage: npt.ArrayLike = 0.75,
    threshold: float = 0.5,
    levels: int = 6,
    on_course: int = 4,
) -> RolledUpStates:
    """Sum up the states of the items of each group.

    Parameters
    ----------
    ranks
        State of each item, shape (items,): a rank from 0, the worst, to ``levels - 1``; NaN where there is none. Or shape
        (items, levels): the shares of an item that is itself a mixture of states, NaN throughout where it has none.
    groups
        Group of each item, shape (items,): whole numbers from 0.
    size
        How many groups there are; one more than the largest number where None.
    weights
        Weight of each item, at least 0; equal where None. An item of weight 0 takes no part.
    applicable
        Whether an item applies at all; True where None. What does not apply changes nothing.
    figures
        The number of each item for the policies that use one: attainment for ``mean_attainment``, a score for ``mean_score``, a
        percentage for ``pilote``; NaN where there is none.
    policy
        One for all groups, or one for each: ``counts`` (shares of the states, no single one), ``worst``, ``weighted_median``,
        ``share_threshold``, ``all_or_nothing``, ``mean_attainment``, ``mean_score`` or ``pilote``.
    min_coverage
        Least share of the applicable weight that must be judged, between 0 and 1; one for all groups, or one for each.
    threshold
        Share at or above ``on_course`` from which ``share_threshold`` says ``on_course``, between 0 and 1.
    levels
        How many states there are.
    on_course
        The lowest rank that counts as on course, from 1.

    Returns
    -------
    RolledUpStates
        Results by group, and the part of each item.

    Raises
    ------
    ArgumentError
        If lengths differ, a rank, group or weight is impossible, or a policy needs figures that are not given. States are ranks
        and not scores: there is no policy that takes their mean.

    Notes
    -----
    Weights are renormalised over the items that could be judged [1]_. ``weighted_median`` is the lowest rank at which the cumulated
    share reaches a half, so that a tie goes to the worse state. ``share_threshold`` gives the top rank only where every item has
    it. ``all_or_nothing`` gives the top where every item has it and none is missing; an item of rank 0 decides however little else
    is known; otherwise it is the worst rank, and needs every item. ``mean_attainment`` bounds each figure to 0 and 1 before the
    mean. ``pilote`` needs the figure of every item that weighs something, and bounds the sum to 0 and 100. Cost: proportional to
    the number of items plus ``levels`` times that of the groups.

    References
    ----------
    .. [1] OECD and European Commission, JRC (2008). Handbook on Constructing Composite Indicators, step 6. OECD Publishing.

    Examples
    --------
    Four indicators of a goal, of which the last could not be judged:

    >>> found = roll_up_states([5, 4, 3, float("nan")], [0] * 4, weights=[2, 1, 1, 1], policy="share_threshold")
    >>> found.rank.tolist(), found.value.tolist(), found.weight.tolist(), found.coverage_weight.tolist()
    ([4.0], [0.75], [0.5, 0.25, 0.25, nan], [0.8])
    """
    shape = Shape.of(levels, on_course, groups, size)
    states = States.of(ranks, shape)
    policies = policies_of(policy, shape.size)
    heavy = weights_of(weights, shape.items)
    applies = np.ones(shape.items, dtype=bool) if applicable is None else flags_of("applicable", applicable, shape)
    if figures is None and np.isin(policies, _BY_FIGURE).any():
        raise ArgumentError("roll_up.figures_needed", policies=_BY_FIGURE)
    numbers = np.full(shape.items, np.nan) if figures is None else values_of("figures", figures, shape)
    covered = shares_in("min_coverage", broadcast_to("min_coverage", min_coverage, (shape.size,)))
    enough = float(shares_in("threshold", float_array("threshold", threshold)))
    parts = _Parts.of(shape, states, policies, heavy, applies, numbers)
    return _found(parts, covered, enough)


@attrs.frozen(kw_only=True, eq=False)
class _Parts:
    """Which items take part, with what weight, and which do not and why."""

    shape: Shape
    states: States
    policies: npt.NDArray[np.str_]
    figures: FloatArray
    weights: FloatArray
    counted: BoolArray
    used: BoolArray
    left_out: ReasonArray

    @classmethod
    def of(
        cls,
        shape: Shape,
        states: States,
        policies: npt.NDArray[np.str_],
        weights: FloatArray,
        applies: BoolArray,
        figures: FloatArray,
    ) -> _Parts:
        by_figure = np.isin(policies, _BY_FIGURE)[shape.groups]
        known = np.where(by_figure, np.isfinite(figures), states.there)
        left_out = reasons(
            (shape.items,),
            (~applies, "not_applicable"),
            (weights == 0, "zero_weight"),
            (~known & ~states.there, "not_measurable"),
            (~known, "figure_undefined"),
        )
        counted = applies & (weights > 0)
        return cls(
            shape=shape,
            states=states,
            policies=policies,
            figures=figures,
            weights=weights,
            counted=counted,
            used=counted & known,
            left_out=left_out,
        )


def _found(parts: _Parts, min_coverage: FloatArray, threshold: float) -> RolledUpStates:
    shape = parts.shape
    n_applicable, n_measurable = shape.counted(parts.counted), shape.counted(parts.used)
    whole = shape.added(np.where(parts.counted, parts.weights, 0.0))
    known = shape.added(np.where(parts.used, parts.weights, 0.0))
    held, there, counts = parts.states.distributed(shape, parts.weights, parts.used)
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage, by_count = known / whole, n_measurable / n_applicable
        share = parts.weights / known[shape.groups]
        shares = held / known[:, None]  # divided after adding, so that equal weights give round shares
    stateless = shape.counted(parts.used & ~parts.states.there)
    empty = n_applicable == 0
    whole_group = np.isin(parts.policies, ("pilote", "all_or_nothing"))
    enough = np.where(whole_group, n_measurable == n_applicable, coverage >= min_coverage - NEAR)
    settled = (parts.policies == "all_or_nothing") & there[:, 0]
    short = ~empty & (n_measurable == 0) | ~empty & ~enough & ~settled
    judged = ~empty & ~short
    rank, value = _verdicts(parts, known, shares, there, threshold)
    return RolledUpStates(
        rank=np.where(judged, rank, np.nan),
        value=np.where(judged, value, np.nan),
        distribution=np.where((judged & (stateless == 0))[:, None], shares, np.nan),
        counts=np.where(judged[:, None], counts, 0),
        n_items=np.asarray(np.bincount(shape.groups, minlength=shape.size), dtype=np.int64),
        n_applicable=n_applicable,
        n_measurable=n_measurable,
        coverage_weight=np.where(empty, np.nan, np.minimum(coverage, 1.0)),
        coverage_count=np.where(empty, np.nan, by_count),
        reason=reasons((shape.size,), (empty, "rollup_empty"), (short, "rollup_coverage")),
        weight=np.where(parts.used & judged[shape.groups], share, np.nan),
        left_out=parts.left_out,
    )


def _verdicts(
    parts: _Parts, whole: FloatArray, shares: FloatArray, there: BoolArray, threshold: float
) -> tuple[FloatArray, FloatArray]:
    """Return the state and the number that each group's policy gives, as if enough were known."""
    shape, top = parts.shape, parts.shape.levels - 1
    worst = there.argmax(axis=1)
    median = (shares.cumsum(axis=1) >= _HALF - NEAR).argmax(axis=1)
    good = np.minimum(shares[:, shape.on_course :].sum(axis=1), 1.0)
    passed = np.where(good >= threshold - NEAR, shape.on_course, shape.on_course - 1)
    bounded = parts.policies[shape.groups] == "mean_attainment"
    known = np.where(parts.used, parts.figures, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        summed = shape.added(parts.weights * np.where(bounded, np.clip(known, 0.0, 1.0), known)) / whole
    nothing = np.full(shape.size, np.nan)
    chosen: dict[str, tuple[npt.NDArray[Any], FloatArray]] = {
        "counts": (nothing, nothing),
        "worst": (worst, nothing),
        "weighted_median": (median, nothing),
        "share_threshold": (np.where(worst == top, top, passed), good),
        "all_or_nothing": (worst, shares[:, top]),
        "mean_attainment": (nothing, np.minimum(summed, 1.0)),
        "mean_score": (nothing, summed),
        "pilote": (nothing, np.clip(summed, 0.0, _FULL)),
    }
    asked = [(name, parts.policies == name) for name in POLICIES]
    rank = np.select([where for _, where in asked], [chosen[name][0].astype(np.float64) for name, _ in asked], np.nan)
    value = np.select([where for _, where in asked], [chosen[name][1] for name, _ in asked], np.nan)
    return rank, value
