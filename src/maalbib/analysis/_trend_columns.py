"""From the verdicts on series to the columns of the result."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._columns import word_lists, words_at
from maalbib.analysis._secrecy import hidden_column
from maalbib.analysis._segments import first_index, last_index
from maalbib.analysis._trend_options import TESTS_OF_ORDER
from maalbib.analysis._trend_outcome import says
from maalbib.analysis._trend_relevance import RELEVANCE
from maalbib.analysis._trend_rules import Judged

__all__ = ["columns_of"]

_PATHS: Final = ("exact", "edgeworth", "saddlepoint", "normal", "ar1", "chi2", "F")
_FELL, _STAYED, _ROSE = range(3)


def columns_of(judged: Judged, q_value: Floats, family_size: Ints) -> dict[str, Any]:
    """Return the columns of all series of a stack."""
    panel, outcome, verdicts = judged.panel, judged.outcome, judged.verdicts
    kept = outcome.used
    periods = [str(period) for period in panel.periods]
    return {
        "indicator": words_at(judged.stack.ids, judged.stack.which),
        "institution": pa.array(panel.institutions, type=pa.string()),
        "breakdown": pa.array(panel.breakdowns, type=pa.string()),
        "first_period": words_at(periods, first_index(kept)),
        "last_period": words_at(periods, last_index(kept)),
        "n": kept.sum(axis=1),
        **_figures(judged, q_value),
        "direction": None if judged.stack.indicator is None else judged.stack.indicator.direction.value,
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": outcome.method,
        "params": judged.options.recorded(outcome.method),
        "slope_per": "year",
        "path": words_at(_PATHS, _path_places(judged)),
        "n_blocks": outcome.n_blocks,
        "breaks": word_lists(periods, judged.cut),
        "relevance": words_at(RELEVANCE, judged.relevance),
        "family": judged.options.family,
        "family_size": family_size,
        "hidden": hidden_column(judged.hidden),
        "gaps": judged.steps.missing,
        "more_periods": _whole(judged.more_periods, judged.more_periods > 0),
        "withheld": judged.withheld,
        "change_period": words_at(periods, np.where(np.isnan(judged.changes.p_value), -1, judged.changes.first)),
        "proposed_break": words_at(periods, np.where(judged.changes.proposed, judged.changes.first, -1)),
        **_diagnostics(judged, periods),
    }


def _figures(judged: Judged, q_value: Floats) -> dict[str, Floats]:
    """Return the numbers, which series have that can be used."""
    outcome, reach, changes, pace = judged.outcome, judged.reach, judged.changes, judged.pace
    none = np.full(len(q_value), np.nan)
    numbers: dict[str, Any] = {
        "s": outcome.s,
        "tau": outcome.tau,
        "p_value": outcome.p_value,
        "p_min": outcome.p_min,
        "q_value": q_value,
        "slope": outcome.slope,
        "slope_lower": outcome.lower,
        "slope_upper": outcome.upper,
        "level": outcome.level,
        "s_needed": np.where(judged.withheld > 0, np.nan, reach.s_needed),
        "s_most": np.where(judged.withheld > 0, np.nan, reach.s_most),
        "chance": np.where(judged.family, reach.chance, np.nan),
        "phi": outcome.phi,
        "change_p": changes.p_value,
        "change_shift": changes.shift,
        "required_slope": judged.required,
        "share_above": none if pace is None else pace.share_above,
        "required_p": none if pace is None else pace.p_value,
    }
    return {name: np.where(judged.unusable, np.nan, np.asarray(values)) for name, values in numbers.items()}


def _diagnostics(judged: Judged, periods: list[str]) -> dict[str, Any]:
    """Return the columns that are filled on request only."""
    without = judged.without
    if without is None or judged.equal is None:
        return dict.fromkeys(
            ("r1", "equal_values", "tau_kind", "fitted_first", "fitted_last", "without_last", "driver")
        )
    kinds = {_FELL: -1.0, _STAYED: 0.0, _ROSE: 1.0}
    place = np.full(len(judged.family), -1)
    for kind, direction in kinds.items():
        place[judged.family & (without.last == direction)] = kind
    shown = np.where(judged.unusable, np.nan, 1.0)
    return {
        "r1": judged.remarks.r1,
        "equal_values": _whole(judged.equal, ~judged.unusable),
        "tau_kind": "b" if judged.outcome.method in TESTS_OF_ORDER else None,
        "fitted_first": judged.outcome.fitted_first * shown,
        "fitted_last": judged.outcome.fitted_last * shown,
        "without_last": words_at(_without_words(judged), np.where(judged.family & (place < 0), len(kinds), place)),
        "driver": words_at(periods, np.where(judged.family, without.driver, -1)),
    }


def _without_words(judged: Judged) -> tuple[str, ...]:
    up, down = judged.words
    return (down, "no_detectable_change", up, "not_judged")


def _whole(values: Ints, known: Any) -> Any:
    return pa.array(values, type=pa.int64(), mask=~np.asarray(known, dtype=bool))


def _path_places(judged: Judged) -> Ints:
    path = judged.outcome.path
    places = np.full(len(path), -1)
    for place, word in enumerate(_PATHS):
        places[says(path, word)] = place
    return np.where(judged.unusable, -1, places)
