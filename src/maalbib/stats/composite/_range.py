"""A composite of several indicators, with the range of places that other choices would have given."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats.composite._extremes import treat_extremes
from maalbib.stats.composite._means import Aggregation, pillar_scores
from maalbib.stats.composite._places import places
from maalbib.stats.composite._plan import SensitivityPlan
from maalbib.stats.composite._propagated import propagated
from maalbib.stats.composite._question import Question, question_of
from maalbib.stats.composite._result import PARTS, CompositePlans, CompositeRange
from maalbib.stats.composite._trials import Trials, plans_of
from maalbib.stats.ranking._normalise import Method

__all__ = ["composite_range"]

_FEWEST = 2


def composite_range(
    values: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    pillars: Sequence[npt.ArrayLike] = (),
    pillar_weights: Sequence[npt.ArrayLike] | None = None,
    normaliser: Method = "min_max",
    aggregation: Aggregation = "arithmetic",
    treat: bool = False,
    min_coverage: float = 1.0,
    goalposts: npt.ArrayLike | None = None,
    targets: npt.ArrayLike | None = None,
    standard_errors: npt.ArrayLike | None = None,
    plan: SensitivityPlan | None = None,
) -> CompositeRange:
    """Put several indicators into one score and place, and say how far the place hangs on the choices made.

    Parameters
    ----------
    values
        Shape (units, indicators), any units, higher is better: turn what is better when low. NaN and infinite values are missing.
    weights
        (indicators,) at least 0; all alike where None. Within a pillar only their proportions count.
    pillars
        The pillar of each indicator, whole numbers from 0, shape (indicators,); then, where pillars stand in larger ones, the
        larger one of each pillar, and so on. No pillars where empty.
    pillar_weights
        The weights of the nodes of each of these levels; all alike where None.
    normaliser
        Scale, see :func:`normalise`.
    aggregation
        ``"arithmetic"``, ``"geometric"`` or ``"harmonic"`` means at every level, or ``"copeland"``: wins less losses against all others.
    treat
        Whether extremes are pulled in first, see :func:`treat_extremes`.
    min_coverage
        Share of the weight in every pillar that a unit must have to be compared, from 0 to 1.
    goalposts, targets
        (indicators, 2) and (indicators,) for the scales of those names, in the units of the values.
    standard_errors
        (units, indicators) sampling errors of the values; none are known where None.
    plan
        What is varied; a plan with every default where None.

    Returns
    -------
    CompositeRange
        Units in the order given.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a weight is negative, nothing below a weight weighs, marks of a scale are missing, the plan varies
        nothing, or a mean is asked for that the scale cannot give.

    Notes
    -----
    There is no right composite: scale, weights and mean are choices [1]_, and each is varied here. Weights are drawn from Dirichlet
    distributions around the stated ones; scales, means, treatment and each indicator's absence are tried one by one, and then all
    of it at once. A choice that these values cannot take is listed with its reason; nothing takes its place.

    Units are held against each other only where they have enough of every pillar. Below a ``min_coverage`` of 1 the weights are shared
    out over what a unit has, so that units are divided by different sums; nothing is ever filled in. Who lacks too much, takes no
    part in any scale either. Where leaving an indicator out leaves a unit nothing in a pillar, it keeps its place in that run.

    A geometric mean of a lowest value of 0 would be 0 whatever the rest, so that scales from 0 to 1 are drawn together to 0.01 to
    1 for geometric and harmonic means. Copeland's rule looks at indicators alone; pillars only weigh them.

    Scores that agree in 12 digits share a place. The range says nothing of sampling error: ``standard_error`` is that, to be given to
    :func:`rank_sets`, and never added to the range. Cost: two times ``draws`` times units times indicators, times units again for
    Copeland's rule: under the default plan 20,000 units with ten indicators take some ten seconds. Memory is bounded by blocks,
    besides the places of each draw, 8 bytes times draws times units.

    References
    ----------
    .. [1] Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools for the quality
       assessment of composite indicators. Journal of the Royal Statistical Society A 168, 307-323.

    Examples
    --------
    >>> from maalbib.stats import composite_range
    >>> found = composite_range([[70, 4.1], [85, 3.0], [60, 4.4], [72, float("nan")]], [2, 1])
    >>> found.rank.tolist(), found.reason.tolist()
    ([2.0, 1.0, 3.0, nan], ['', '', '', 'pillar_not_covered'])
    >>> found.lower.tolist(), found.upper.tolist()
    ([1.0, 1.0, 1.0, nan], [2.0, 3.0, 3.0, nan])
    """
    return _answered(
        question_of(
            values,
            (weights, pillars, pillar_weights),
            (normaliser, aggregation, treat),
            min_coverage,
            (goalposts, targets),
            standard_errors,
            plan,
        )
    )


def _answered(asked: Question) -> CompositeRange:
    """Place the units that have enough, by the stated choices and by all others."""
    trials = Trials(values=asked.compared, tree=asked.tree, stated=asked.stated, plan=asked.plan)
    fault, score = _stated(trials)
    rows, units = asked.rows[:0] if fault else asked.rows, len(asked.enough)
    trials.base = places(score[None])[0]
    plans = plans_of(trials, units, rows)
    if not fault and not plans.runs.any():
        fault, rows = "no_plan_tried", rows[:0]  # the plans stay, with their reasons
    if fault:
        score, trials = score[:0], attrs.evolve(trials, values=asked.compared.nobody())
        trials.base = score
    scaled = trials.scale(asked.stated)
    rank = _spread(trials.base, units, rows)
    lower, upper, first = _parts(plans, rank)
    aggregation = asked.stated.aggregation
    return CompositeRange(
        score=_spread(score, units, rows),
        rank=rank,
        lower=np.fmin(rank, np.fmin.reduce(lower, axis=0)),
        upper=np.fmax(rank, np.fmax.reduce(upper, axis=0)),
        standard_error=_spread(propagated(scaled, asked.errors[rows], asked.tree, aggregation), units, rows),
        coverage=asked.coverage.min(axis=1),
        pillar_coverage=asked.coverage,
        pillar_score=_spread(pillar_scores(scaled.x, asked.tree, aggregation), units, rows),
        n=len(rows),
        first_changes=_first(plans, np.ones(len(plans.part), dtype=bool)),
        parts=np.array(PARTS, dtype=object),
        part_lower=lower,
        part_upper=upper,
        part_first_changes=first,
        plans=plans,
        treated=_treated(asked),
        indicator_reason=_indicator_reason(asked.compared.given, asked.compared.silent),
        normaliser=asked.stated.normaliser,
        aggregation=aggregation,
        reason=np.where(asked.enough, fault, "pillar_not_covered").astype(object),
    )


def _stated(trials: Trials) -> tuple[str, FloatArray]:
    """Return why nobody can be compared, else empty, and the scores by the stated choices."""
    if len(trials.values.given) < _FEWEST:
        return "too_few_units", np.full(len(trials.values.given), np.nan)
    fault = trials.scale(trials.stated).fault
    score = trials.scores(trials.stated)[0]
    if not fault and np.isnan(score).any():
        fault = "constant" if trials.values.silent.all() else "not_positive"
    return fault, score


def _spread(part: FloatArray, units: int, rows: IntArray) -> FloatArray:
    """Put the figures of those compared into the rows of all."""
    whole = np.full((units, *part.shape[1:]), np.nan)
    whole[rows] = part
    return whole


def _parts(plans: CompositePlans, rank: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the range under each part alone, the stated place included, and how often the first place changes.

    A part that was not tried has no range: it would read as a place that stands.
    """
    low, high, first, nothing = [], [], [], np.full(len(rank), np.nan)
    for part in PARTS:
        there = (plans.part == part) & (plans.runs > 0)
        found = bool(there.any())
        low.append(np.fmin.reduce(np.vstack([rank, plans.lower[there]]), axis=0) if found else nothing)
        high.append(np.fmax.reduce(np.vstack([rank, plans.upper[there]]), axis=0) if found else nothing)
        first.append(_first(plans, there))
    return np.stack(low), np.stack(high), np.array(first)


def _first(plans: CompositePlans, there: BoolArray) -> float:
    runs = np.where(there, plans.runs, 0)
    return float(np.nansum(plans.first_changes * runs) / runs.sum()) if runs.any() else float("nan")


def _treated(asked: Question) -> BoolArray:
    given, stated = asked.compared.given, asked.stated
    if not stated.treat:
        return np.zeros(given.shape[1], dtype=bool)
    return np.asarray(treat_extremes(given.T, log=not stated.marked).treatment != "none")


def _indicator_reason(given: FloatArray, silent: BoolArray) -> ReasonArray:
    if not len(given):
        return np.full(silent.shape, "", dtype=object)
    nothing = np.asarray(~np.isfinite(given).any(axis=0))
    return reasons(silent.shape, (nothing, "no_values"), (silent, "constant"))
