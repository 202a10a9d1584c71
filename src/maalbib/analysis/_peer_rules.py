"""The rules of comparison for all groups of one indicator. First matching rule decides."""

from __future__ import annotations

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._peer_families import chance_of
from maalbib.analysis._peer_gaps import Gaps, gaps_of
from maalbib.analysis._peer_options import Options
from maalbib.analysis._peer_values import WITHOUT_PEERS, PeerValues
from maalbib.analysis._verdict import Verdicts
from maalbib.model import Direction, Indicator, Period, ReadingRule

__all__ = ["Judged", "conclude", "judge", "words_of"]


@attrs.frozen(kw_only=True, eq=False)
class Judged:
    """The values of an indicator in a period and what was found.

    Attributes
    ----------
    used, weights
        Which values are compared, and what each weighs in a mean.
    p_value
        How often chance alone gives such a gap; NaN where that is not judged.
    """

    values: PeerValues
    code: str
    indicator: Indicator | None
    period: Period
    kind: str
    options: Options
    used: Bools
    weights: Floats
    gaps: Gaps
    verdicts: Verdicts
    p_value: Floats


def judge(
    values: PeerValues, code: str, indicator: Indicator | None, when: Period, kind: str, options: Options
) -> Judged:
    """Hold every value against the mean of the others in its circle, and refuse what cannot be judged."""
    weights = values.weights(kind)
    apart = np.zeros(len(values), dtype=bool) if options.across_sources else values.apart()
    used = np.isfinite(values.value) & ~apart & np.isfinite(weights)
    gaps = gaps_of(values, used, weights, kind, include_self=options.include_self, confidence=options.confidence)
    verdicts = Verdicts(len(values))
    _refuse(verdicts, values, gaps, apart, np.isnan(weights), options)
    if options.rule is None:
        verdicts.decide(~(np.isfinite(gaps.lower) & np.isfinite(gaps.upper)), "not_compared.uncertainty_missing")
    judged = Judged(
        values=values,
        code=code,
        indicator=indicator,
        period=when,
        kind=kind,
        options=options,
        used=used,
        weights=weights,
        gaps=gaps,
        verdicts=verdicts,
        p_value=np.where(verdicts.open & (options.rule is None), chance_of(gaps, options.confidence), np.nan),
    )
    _flag(judged)
    return judged


def conclude(judged: Judged, q_value: Floats) -> None:
    """Decide what was left open: whether a difference is found, and which way it goes."""
    verdicts, gaps, options = judged.verdicts, judged.gaps, judged.options
    up, down = words_of(judged.indicator)
    if options.rule is not None:
        beyond = _differs(options.rule, judged.values.value, gaps.mean)
        verdicts.decide(beyond & (gaps.gap > 0), f"{up}.by_reading_rule")
        verdicts.decide(beyond & (gaps.gap < 0), f"{down}.by_reading_rule")
        verdicts.decide(verdicts.open, "no_detectable_difference.by_reading_rule")
        return
    found = (gaps.lower > 0) | (gaps.upper < 0)
    kept = found & (q_value <= 1 - options.confidence) if options.correct else found
    verdicts.decide(kept & (gaps.lower > 0), f"{up}.found")
    verdicts.decide(kept & (gaps.upper < 0), f"{down}.found")
    verdicts.decide(found, "no_detectable_difference.lost_to_multiplicity")
    verdicts.decide(verdicts.open, "no_detectable_difference.interval_includes_zero")


def words_of(indicator: Indicator | None) -> tuple[str, str]:
    """Return what a value above and below what it is held against is called."""
    if indicator is not None and indicator.direction is Direction.HIGHER:
        return "better", "worse"
    if indicator is not None and indicator.direction is Direction.LOWER:
        return "worse", "better"
    return "higher", "lower"


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
    for place, outcome in enumerate(WITHOUT_PEERS):
        verdicts.decide(values.without_peers == place, f"not_compared.{outcome}")
    verdicts.decide(gaps.peers == 0, "not_compared.no_peer")


def _differs(rule: ReadingRule, values: Floats, means: Floats) -> Bools:
    """Apply :meth:`ReadingRule.differs` to whole columns; a missing number differs from nothing."""
    scale = 10.0**rule.decimals
    steps = np.abs(_printed(values, scale) - _printed(means, scale))
    limit = round(rule.min_difference * scale, 6)
    return np.asarray(steps > limit if rule.strict else steps >= limit, dtype=bool)


def _printed(values: Floats, scale: float) -> Floats:
    """Return values in steps of the last printed decimal, halves away from zero whatever the binary digits."""
    return np.sign(values) * np.floor(np.round(np.abs(values) * scale, 9) + 0.5)


def _flag(judged: Judged) -> None:
    verdicts, values, options = judged.verdicts, judged.values, judged.options
    compared = ~verdicts.in_state("not_compared") | verdicts.having("not_compared.uncertainty_missing")
    verdicts.flag(compared & judged.gaps.left_out, "hidden_left_out")
    verdicts.flag(compared & values.provisional, "provisional")
    verdicts.flag(compared & values.approximate, "approximate")
    if not options.ranks:
        verdicts.flag(np.ones(len(values), dtype=bool), "ranks_not_asked")
    if options.across_sources:
        verdicts.flag(values.several_sources(), "mixed_sources")
    if options.rule is not None and options.rule.valid_for_n is not None:
        verdicts.flag(compared & (values.people < options.rule.valid_for_n), "rule_needs_more_answers")
