"""From the verdicts on values to the columns of the result."""

from __future__ import annotations

import json
from typing import Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._columns import words_at
from maalbib.analysis._peer_rules import Judged, Options
from maalbib.analysis._secrecy import hidden_column
from maalbib.model import Period

__all__ = ["columns_of"]

_RELEVANCE = ("margin_not_settled", "relevant", "within_margin")


def columns_of(judged: Judged, group: str, when: Period) -> dict[str, Any]:
    """Return the columns of all values of an indicator. What is not compared has no gap, unless only the verdict is missing."""
    values, gaps, verdicts, options = judged.values, judged.gaps, judged.verdicts, judged.options
    apart = verdicts.in_state("not_compared") & ~verdicts.having("not_compared.uncertainty_missing")
    return {
        "indicator": judged.code,
        "institution": list(values.institutions),
        "breakdown": list(values.breakdowns),
        "period": str(when),
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
        **dict.fromkeys(("rank", "rank_lower", "rank_upper", "percentile")),
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": "mean_gap" if options.rule is None else "reading_rule",
        "params": _params(options),
        "level": options.confidence,
        "n": values.people,
        "hidden": hidden_column(np.where(np.isnan(values.value), 0, values.grade)),
    }


def _unless(where: Bools, values: Floats) -> Floats:
    return np.where(where, np.nan, values)


def _params(options: Options) -> str:
    own = attrs.asdict(options, recurse=False)
    rule = own.pop("rule")
    return json.dumps(own | {"reading_rule": None if rule is None else rule.id}, sort_keys=True)


def _relevance(judged: Judged, apart: Bools) -> Any:
    """Place the whole interval of the gap against the smallest difference that matters."""
    margin, gaps = judged.options.min_difference, judged.gaps
    if margin is None:
        return None
    unknown = apart | ~(np.isfinite(gaps.lower) & np.isfinite(gaps.upper))
    beyond = (gaps.lower > margin) | (gaps.upper < -margin)
    within = (gaps.lower >= -margin) & (gaps.upper <= margin)
    return words_at(_RELEVANCE, np.select([unknown, beyond, within], [-1, 1, 2], 0))
