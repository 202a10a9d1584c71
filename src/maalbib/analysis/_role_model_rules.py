"""Who is a role model for a unit, and why the others are not. First matching rule decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Words
from maalbib.analysis._resources_frontier import leaning_on
from maalbib.analysis._role_model_figures import UnitFigures
from maalbib.analysis._secrecy import CONFIDENTIAL, SMALL_N, Grades
from maalbib.analysis._verdict import Verdicts
from maalbib.stats import PairGap

__all__ = ["Found", "Limits", "looked_at", "unit_fault", "why_none"]

_FEWEST: Final = 5  # values among which one can be an outlier
_TOUCHING: Final = 1e-9
_NOBODY: Final = {
    "not_role_model.not_lasting": "not_lasting",
    "not_judged.candidate_too_few_periods": "too_few_periods",
    "not_role_model.outlier": "only_outliers",
    "not_role_model.more_resources": "better_use_more",
    "not_role_model.not_better": "nobody_better",
    "not_role_model.worse": "nobody_better",
}
"""What is told where nobody is a role model: how far the nearest to it came."""
_VALUE_FAULTS: Final = ("suppressed", "one_sided", "no_data", "small_n")


@attrs.frozen(kw_only=True)
class Limits:
    """How much better, how much alike and how lasting."""

    confidence: float
    min_periods: int
    slack: float
    outlier_above: float
    across_sources: bool


@attrs.frozen(kw_only=True, eq=False)
class Found:
    """What was found of the candidates; arrays of the last period unless said otherwise.

    Attributes
    ----------
    gap, resource_gaps
        Candidate less unit, of the result and of each resource.
    lead
        How far ahead the result is, more being better.
    judged, holds
        (periods, candidates) whether both could be judged, and whether the candidate was better with no more.
    grade
        Why the figures may not be shown, 0 where they may.
    role
        Its place on the frontier, empty where that is not known.
    """

    gap: PairGap
    resource_gaps: tuple[PairGap, ...]
    lead: Floats
    judged: Bools
    holds: Bools
    grade: Grades
    role: Words
    verdicts: Verdicts


def unit_fault(result: UnitFigures, resources: Sequence[UnitFigures], grade: Grades) -> str:
    """Return why no role model can be found for the unit itself, empty where one can be looked for."""
    if grade[-1, 0]:
        return "unit_not_shown"
    own = str(result.fault[-1, 0])
    if own:
        return f"unit_{own}"
    lacking = [str(each.fault[-1, 0]) for each in resources if each.fault[-1, 0]]
    if lacking:
        return "unit_need_missing" if "need_missing" in lacking else "unit_resource_missing"
    known = all(each.usable[-1, 0] for each in (result, *resources))
    return "" if known else "unit_uncertainty_missing"


def looked_at(
    result: UnitFigures, resources: Sequence[UnitFigures], grade: Grades, limits: Limits, *, higher: bool
) -> Found:
    """Judge every candidate.

    Parameters
    ----------
    result, resources
        The figures, the unit's own first.
    grade
        (periods, units) why anything that the figures of a period rest on may not be shown, 0 where it may.
    limits
        What is asked of a role model.
    higher
        Whether a higher result is better.
    """
    every = (result, *resources)
    gaps = [_gap(each, limits.confidence) for each in every]
    sign = 1.0 if higher else -1.0
    lowest, highest = (gaps[0].lower, gaps[0].upper) if higher else (-gaps[0].upper, -gaps[0].lower)
    better, worse = lowest > _touch(result), highest < -_touch(result)
    more = np.zeros_like(better)
    for figures, gap in zip(resources, gaps[1:], strict=True):
        more |= gap.lower > limits.slack * np.abs(figures.value[:, :1]) + _touch(figures)
    sources = _other_source(every, limits)
    usable = np.all([each.usable & ~each.apart for each in every], axis=0) & (grade == 0)
    judged = usable[:, 1:] & usable[:, :1] & ~sources
    holds = judged & better & ~more
    odd = _outlying(every, grade[-1] == 0, limits.outlier_above)[1:]
    verdicts = _decided(
        every, grade[-1, 1:], sources[-1], (better[-1], worse[-1]), more[-1], odd, judged, holds, limits
    )
    return Found(
        gap=_last(gaps[0]),
        resource_gaps=tuple(_last(gap) for gap in gaps[1:]),
        lead=sign * gaps[0].gap[-1],
        judged=judged,
        holds=holds,
        grade=grade[-1, 1:],
        role=_roles(result, resources, grade[-1] == 0, sign),
        verdicts=verdicts,
    )


def why_none(states: Sequence[str]) -> str:
    """Return why nobody is a role model, from the verdicts on those that were judged."""
    return next((word for code, word in _NOBODY.items() if code in states), "nobody_judged")


def _decided(
    every: Sequence[UnitFigures],
    grade: Grades,
    sources: Bools,
    lead: tuple[Bools, Bools],
    more: Bools,
    odd: Bools,
    judged: Bools,
    holds: Bools,
    limits: Limits,
) -> Verdicts:
    verdicts = Verdicts(len(grade))
    reasons = (SMALL_N, CONFIDENTIAL)
    verdicts.decide(grade == reasons.index(CONFIDENTIAL) + 1, "not_judged.confidential")
    verdicts.decide(grade > 0, "not_judged.candidate_not_shown")
    own, *resources = (each.fault[-1, 1:] for each in every)
    for word in _VALUE_FAULTS:
        verdicts.decide(np.asarray(own == word), f"not_judged.candidate_{word}")
    for fault in resources:
        verdicts.decide(np.asarray(fault == "need_missing"), "not_judged.candidate_need_missing")
        verdicts.decide(np.asarray(fault != ""), "not_judged.candidate_resource_missing")
    verdicts.decide(sources, "not_judged.candidate_different_sources")
    known = np.all([each.usable[-1, 1:] for each in every], axis=0)
    verdicts.decide(~known, "not_judged.candidate_uncertainty_missing")
    better, worse = lead
    verdicts.decide(worse, "not_role_model.worse")
    verdicts.decide(~better, "not_role_model.not_better")
    verdicts.decide(more, "not_role_model.more_resources")
    verdicts.decide(odd, "not_role_model.outlier")
    verdicts.decide(judged.sum(axis=0) < limits.min_periods, "not_judged.candidate_too_few_periods")
    verdicts.decide(holds.sum(axis=0) < limits.min_periods, "not_role_model.not_lasting")
    verdicts.decide(verdicts.open, "role_model.holds")
    return verdicts


def _gap(figures: UnitFigures, confidence: float) -> PairGap:
    """Hold every candidate against the unit in each period."""
    return stats.pair_gap(
        figures.value[:, 1:],
        figures.value[:, :1],
        limits=(figures.lower[:, 1:], figures.upper[:, 1:]),
        other_limits=(figures.lower[:, :1], figures.upper[:, :1]),
        confidence=confidence,
    )


def _last(gap: PairGap) -> PairGap:
    return attrs.evolve(
        gap, gap=gap.gap[-1], se=gap.se[-1], lower=gap.lower[-1], upper=gap.upper[-1], reason=gap.reason[-1]
    )


def _touch(figures: UnitFigures) -> Floats:
    """Return the distance within which two figures are the same: what arithmetic may leave behind."""
    return _TOUCHING * np.maximum(np.abs(figures.value[:, 1:]), np.abs(figures.value[:, :1]))


def _other_source(every: Sequence[UnitFigures], limits: Limits) -> Bools:
    if limits.across_sources:
        return np.zeros(every[0].value[:, 1:].shape, dtype=bool)
    return np.asarray(np.any([each.source[:, 1:] != each.source[:, :1] for each in every], axis=0), dtype=bool)


def _outlying(every: Sequence[UnitFigures], shown: Bools, above: float) -> Bools:
    """Return which units lie so far from the median in anything that the figure should be looked at first."""
    found = np.zeros(len(shown), dtype=bool)
    for figures in every:
        values = np.where(shown, figures.value[-1], np.nan)
        if np.isfinite(values).sum() >= _FEWEST:
            found |= np.abs(stats.position(values, scale="normal").mads) > above
    return found


def _roles(result: UnitFigures, resources: Sequence[UnitFigures], shown: Bools, sign: float) -> Words:
    """Say of each candidate whether it does as well on everything, or is one of those that the unit's score rests on."""
    y = np.where(shown, sign * result.value[-1], np.nan)
    x = np.stack([np.where(shown, each.value[-1], np.nan) for each in resources], axis=1)
    known = np.isfinite(y) & np.isfinite(x).all(axis=1)
    role = np.where(known[1:], "none", "").astype(object)
    if not known[0]:
        return np.full(len(role), "", dtype=object)
    peers, _ = leaning_on(x, y, 0)
    role[peers - 1] = "part_of_frontier"
    ahead = np.concatenate([(y[1:] - y[0])[:, None], x[0] - x[1:]], axis=1)
    size = np.concatenate(
        [np.maximum(np.abs(y[1:]), np.abs(y[0]))[:, None], np.maximum(np.abs(x[1:]), np.abs(x[0]))], axis=1
    )
    real = (ahead >= -_TOUCHING * size).all(axis=1) & (ahead > _TOUCHING * size).any(axis=1)
    role[real & known[1:]] = "real_dominator"
    return role
