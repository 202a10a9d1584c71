"""From the verdicts on values to the columns of the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._columns import words_at
from maalbib.analysis._peer_expected import Expected
from maalbib.analysis._peer_places import Places
from maalbib.analysis._peer_ranks import Ranked
from maalbib.analysis._peer_rules import Judged
from maalbib.analysis._secrecy import hidden_column
from maalbib.model import IndicatorKind

__all__ = ["columns_of"]

_RELEVANCE = ("margin_not_settled", "relevant", "within_margin")


def columns_of(
    judged: Judged,
    group: str,
    places: Places,
    ranked: Ranked | None,
    expected: Expected | None,
    chance: tuple[Floats, Ints],
) -> dict[str, Any]:
    """Return the columns of all values of an indicator. What is not compared has no gap, unless only the verdict is missing."""
    values, gaps, verdicts, options = judged.values, judged.gaps, judged.verdicts, judged.options
    apart = verdicts.in_state("not_compared") & ~verdicts.having("not_compared.uncertainty_missing")
    return {
        "indicator": judged.code,
        "institution": list(values.institutions),
        "breakdown": list(values.breakdowns),
        "period": str(judged.period),
        "value": values.value,
        "lower": np.where(np.isnan(values.value), np.nan, values.lower),
        "upper": np.where(np.isnan(values.value), np.nan, values.upper),
        "peer_group": group,
        "peers": gaps.peers,
        "mean_kind": judged.kind,
        "peer_value": _unless(apart, gaps.mean),
        "gap": _unless(apart, gaps.gap),
        "gap_lower": _unless(apart, gaps.lower),
        "gap_upper": _unless(apart, gaps.upper),
        "relevance": _relevance(judged, apart),
        "p_value": judged.p_value,
        "q_value": chance[0],
        "family": options.family,
        "family_size": chance[1],
        **places.columns(apart),
        **(Ranked.not_asked() if ranked is None else ranked.columns()),
        **_expected(expected, options.adjustment),
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": _flags(judged, expected, ranked),
        "method": "mean_gap" if options.rule is None else "reading_rule",
        "params": options.to_json(),
        "level": options.confidence,
        "n": values.people,
        "hidden": hidden_column(_grade(judged, expected)),
    }


def _grade(judged: Judged, expected: Expected | None) -> Any:
    """Return why the figures of a row may not be shown: those of its value, and those it is held against."""
    own = np.where(np.isnan(judged.values.value), 0, judged.values.grade)
    return own if expected is None else np.maximum(own, expected.grade)


def _unless(where: Bools, values: Floats) -> Floats:
    return np.where(where, np.nan, values)


def _flags(judged: Judged, expected: Expected | None, ranked: Ranked | None) -> Any:
    if expected is not None:
        spends = judged.indicator is not None and judged.indicator.kind is IndicatorKind.RESOURCE
        judged.verdicts.flag(spends & (expected.gap > 0), "service_level_unknown")
        judged.verdicts.flag(expected.extrapolated, "extrapolated")
        judged.verdicts.flag(expected.taken_as_exact, "expected_taken_as_exact")
    if ranked is not None:
        own = judged.values.circles.starts is not None
        judged.verdicts.flag(own & np.isfinite(ranked.numbers["rank"]), "ranked_among_own_peers")
    return judged.verdicts.flags


def _expected(expected: Expected | None, adjustment: str | None) -> dict[str, Any]:
    if expected is None:
        names = ("expected", "adjusted_value", "adjusted_gap", "adjusted_lower", "adjusted_upper")
        return dict.fromkeys(("adjustment", *names, "adjusted_state", "adjusted_reason"))
    return {
        "adjustment": adjustment,
        "expected": expected.value,
        "adjusted_value": expected.adjusted,
        "adjusted_gap": expected.gap,
        "adjusted_lower": expected.lower,
        "adjusted_upper": expected.upper,
        "adjusted_state": expected.verdicts.states,
        "adjusted_reason": expected.verdicts.reasons,
    }


def _relevance(judged: Judged, apart: Bools) -> Any:
    """Place the whole interval of the gap against the smallest difference that matters."""
    margin, gaps = judged.options.min_difference, judged.gaps
    if margin is None:
        return None
    unknown = apart | ~(np.isfinite(gaps.lower) & np.isfinite(gaps.upper))
    beyond = (gaps.lower > margin) | (gaps.upper < -margin)
    within = (gaps.lower >= -margin) & (gaps.upper <= margin)
    return words_at(_RELEVANCE, np.select([unknown, beyond, within], [-1, 1, 2], 0))
