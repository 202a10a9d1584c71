"""The rules of comparison for all groups of one indicator. First matching rule decides."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._peer_gaps import Gaps, gaps_of
from maalbib.analysis._peer_values import PeerValues
from maalbib.analysis._verdict import Verdicts
from maalbib.errors import ArgumentError
from maalbib.model import Aggregation, Direction, Indicator, ReadingRule

__all__ = ["KINDS", "KIND_OF", "Judged", "MeanKind", "Options", "judge", "kind_of"]

MeanKind = Literal["pooled", "weighted", "unweighted"]
KINDS: Final = ("pooled", "weighted", "unweighted")
KIND_OF: Final = {
    Aggregation.SUM: "unweighted",
    Aggregation.RATIO_OF_SUMS: "pooled",
    Aggregation.WEIGHTED_MEAN: "weighted",
    Aggregation.MEAN: "unweighted",
}


@attrs.frozen(kw_only=True)
class Options:
    """How values are compared. Everything is recorded in the result."""

    mean: MeanKind | None
    include_self: bool
    confidence: float
    over: str
    min_difference: float | None
    min_verdict: int | None
    rule: ReadingRule | None
    across_sources: bool


@attrs.frozen(kw_only=True)
class Judged:
    """The values of an indicator and what was found."""

    values: PeerValues
    code: str
    kind: str
    options: Options
    gaps: Gaps
    verdicts: Verdicts


def kind_of(options: Options, indicator: Indicator | None, code: str) -> str:
    """Return the kind of mean: the one asked for, else the one that fits how the indicator is aggregated."""
    if options.mean is not None:
        return options.mean
    aggregation = None if indicator is None else indicator.aggregation
    if aggregation is None or aggregation not in KIND_OF:
        raise ArgumentError("mean.kind_needed", indicator=code, allowed=list(KINDS))
    return KIND_OF[aggregation]


def judge(values: PeerValues, code: str, indicator: Indicator | None, kind: str, options: Options) -> Judged:
    """Judge every value against the mean of the others in its group."""
    weights = values.weights(kind)
    apart = np.zeros(len(values), dtype=bool) if options.across_sources else values.apart()
    used = np.isfinite(values.value) & ~apart & np.isfinite(weights)
    alone = _only_hidden(values, used)
    gaps = gaps_of(
        values,
        used,
        np.where(alone, 0.0, weights),  # of weight 0: judged, but nobody's peer
        kind,
        include_self=options.include_self,
        confidence=options.confidence,
    )
    verdicts = Verdicts(len(values))
    _refuse(verdicts, values, gaps, apart, np.isnan(weights), options)
    _decide(verdicts, values, gaps, indicator, options)
    _flag(verdicts, values, alone, options)
    return Judged(values=values, code=code, kind=kind, options=options, gaps=gaps, verdicts=verdicts)


def _only_hidden(values: PeerValues, used: Bools) -> Bools:
    """Return which used values are the only one of their group that may not be shown: a mean would give them away."""
    hidden = used & (values.grade > 0)
    count = np.bincount(values.group[hidden], minlength=int(values.group.max(initial=0)) + 1)
    return np.asarray(hidden & (count[values.group] == 1), dtype=bool)


def _refuse(
    verdicts: Verdicts, values: PeerValues, gaps: Gaps, apart: Bools, no_weight: Bools, options: Options
) -> None:
    verdicts.decide(values.suppressed, "not_compared.suppressed")
    verdicts.decide(values.one_sided, "not_compared.one_sided")
    verdicts.decide(np.isnan(values.value), "not_compared.no_data")
    if options.min_verdict is not None:
        verdicts.decide(values.people < options.min_verdict, "not_compared.small_n")
    verdicts.decide(apart, "not_compared.different_sources")
    verdicts.decide(no_weight, "not_compared.no_denominator")
    verdicts.decide(gaps.peers == 0, "not_compared.no_peer")


def _decide(
    verdicts: Verdicts, values: PeerValues, gaps: Gaps, indicator: Indicator | None, options: Options
) -> None:
    up, down = _words(indicator)
    if options.rule is not None:
        beyond = _differs(options.rule, values.value, gaps.mean)
        verdicts.decide(beyond & (gaps.gap > 0), f"{up}.by_reading_rule")
        verdicts.decide(beyond & (gaps.gap < 0), f"{down}.by_reading_rule")
        verdicts.decide(verdicts.open, "no_detectable_difference.by_reading_rule")
        return
    verdicts.decide(~(np.isfinite(gaps.lower) & np.isfinite(gaps.upper)), "not_compared.uncertainty_missing")
    verdicts.decide(gaps.lower > 0, f"{up}.found")
    verdicts.decide(gaps.upper < 0, f"{down}.found")
    verdicts.decide(verdicts.open, "no_detectable_difference.interval_includes_zero")


def _differs(rule: ReadingRule, values: Floats, means: Floats) -> Bools:
    """Apply :meth:`ReadingRule.differs` to whole columns; a missing number differs from nothing."""
    scale = 10.0**rule.decimals
    steps = np.abs(np.rint(values * scale) - np.rint(means * scale))
    limit = round(rule.min_difference * scale, 6)
    return np.asarray(steps > limit if rule.strict else steps >= limit, dtype=bool)


def _words(indicator: Indicator | None) -> tuple[str, str]:
    """Return what a value above and below the mean is called."""
    if indicator is not None and indicator.direction is Direction.HIGHER:
        return "better", "worse"
    if indicator is not None and indicator.direction is Direction.LOWER:
        return "worse", "better"
    return "higher", "lower"


def _flag(verdicts: Verdicts, values: PeerValues, alone: Bools, options: Options) -> None:
    compared = ~verdicts.in_state("not_compared") | verdicts.having("not_compared.uncertainty_missing")
    left_out = np.bincount(values.group[alone], minlength=int(values.group.max(initial=0)) + 1)[values.group] > 0
    verdicts.flag(compared & left_out & ~alone, "hidden_left_out")
    verdicts.flag(compared & values.provisional, "provisional")
    verdicts.flag(compared & values.approximate, "approximate")
    verdicts.flag(np.ones(len(values), dtype=bool), "ranks_not_asked")
    if options.across_sources:
        verdicts.flag(values.several_sources(), "mixed_sources")
    if options.rule is not None and options.rule.valid_for_n is not None:
        verdicts.flag(compared & (values.people < options.rule.valid_for_n), "rule_needs_more_answers")
