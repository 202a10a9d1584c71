"""From the verdicts on series to the columns of the result."""

from __future__ import annotations

import json
from typing import Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats
from maalbib.analysis._columns import word_lists, words_at
from maalbib.analysis._secrecy import hidden_column
from maalbib.analysis._segments import first_index, last_index
from maalbib.analysis._trend_rules import Judged

__all__ = ["columns_of"]

_RELEVANCE = ("unclear", "relevant", "negligible")
_PATHS = ("exact", "edgeworth", "saddlepoint", "normal")


def columns_of(judged: Judged) -> dict[str, Any]:
    """Return the columns of all series of a panel."""
    panel, test, slope, verdicts = judged.panel, judged.test, judged.slope, judged.verdicts
    kept = np.isfinite(judged.values)
    periods = [str(period) for period in panel.periods]
    numbers = {
        "s": test.s,
        "tau": test.tau_b,
        "p_value": test.p_value,
        "p_min": test.p_min,
        "q_value": judged.q_value,
        "slope": slope.slope,
        "slope_lower": slope.lower,
        "slope_upper": slope.upper,
        "level": slope.level,
    }
    return {
        "indicator": panel.indicator,
        "institution": list(panel.institutions),
        "breakdown": list(panel.breakdowns),
        "first_period": words_at(periods, first_index(kept)),
        "last_period": words_at(periods, last_index(kept)),
        "n": kept.sum(axis=1),
        **{name: _figures(values, judged) for name, values in numbers.items()},
        "direction": None if judged.indicator is None else judged.indicator.direction.value,
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": "mann_kendall",
        "params": json.dumps(attrs.asdict(judged.options), sort_keys=True),
        "slope_per": "year",
        "path": words_at(_PATHS, _path_places(judged)),
        "n_blocks": np.asarray(test.n_blocks, dtype=np.int64),
        "breaks": word_lists(periods, judged.cut),
        "relevance": _relevance(judged),
        "family": "indicator",
        "family_size": int(judged.family.sum()),
        "hidden": hidden_column(judged.hidden),
    }


def _figures(values: Any, judged: Judged) -> Floats:
    return np.where(judged.unusable, np.nan, np.asarray(values, dtype=np.float64))


def _path_places(judged: Judged) -> Any:
    path = np.asarray(judged.test.path)
    places = np.full(len(path), -1)
    for place, word in enumerate(_PATHS):
        places[path == word] = place
    return np.where(judged.unusable, -1, places)


def _relevance(judged: Judged) -> Any:
    """Place the whole interval against the smallest slope that matters."""
    margin = judged.options.min_relevant_slope
    if margin is None:
        return None
    lower, upper = np.asarray(judged.slope.lower), np.asarray(judged.slope.upper)
    beyond, within = (lower > margin) | (upper < -margin), (lower >= -margin) & (upper <= margin)
    places = np.select([~judged.family, beyond, within], [-1, 1, 2], 0)
    return words_at(_RELEVANCE, places)
