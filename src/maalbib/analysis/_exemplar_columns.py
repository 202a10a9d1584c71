"""From selection and proof of one group to the columns of the result."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._attention_options import OBSTACLES
from maalbib.analysis._columns import words_at
from maalbib.analysis._exemplar_proof import Proof, Rules, Selection, proved, selected
from maalbib.analysis._exemplar_values import Placed

__all__ = ["exemplar_columns"]

_STATES: Final = ("not_selected", "candidate", "fell_back", "exemplar", "not_judged")
_NONE, _CANDIDATE, _FELL, _EXEMPLAR, _UNJUDGED = range(5)
_REASONS: Final = {
    _CANDIDATE: ("likely", "shown"),
    _FELL: ("likely_before", "shown_before"),
    _EXEMPLAR: ("likely_and_held", "shown_and_held"),
}


def exemplar_columns(placed: Placed, periods: int, rules: Rules) -> dict[str, Any]:
    """Return the columns of a group; the first ``periods`` columns of its values are those of selection."""
    early, late = np.s_[:, :periods], np.s_[:, periods:]
    selection = selected(placed.better[early], placed.error[early], rules)
    proof = proved(selection, placed.better[late], placed.error[late], rules)
    state, reason = _verdicts(placed, selection, proof, periods, rules)
    chosen, tried = selection.grade > 0, proof.tried
    return {
        "institution": list(placed.institutions),
        "breakdown": placed.breakdown,
        "units": int(np.isfinite(placed.better).any(axis=1).sum()),
        "state": state,
        "reason": reason,
        "grade": words_at(("likely", "shown"), selection.grade - 1),
        "judged": selection.judged,
        "shown": selection.shown,
        "likely": selection.likely,
        "value": _mean(placed.value[early]),
        "lead": selection.lead,
        "shrunk_lead": selection.shrunk,
        "reliability": selection.reliability,
        "rank_lower": _whole(selection.lower),
        "rank_upper": _whole(selection.upper),
        "confirm_judged": proof.judged,
        "confirm_held": proof.held,
        "confirm_value": _mean(placed.value[late]),
        "confirm_lead": proof.lead,
        "probability": proof.probability,
        "selected": int(chosen.sum()),
        "tried": int(tried.sum()),
        "held": int(proof.kept.sum()),
        "expected_held": _known(proof.expected),
        "held_lower": _known(proof.low),
        "held_upper": _known(proof.high),
        "chance_held": _known(proof.chance),
        "selected_lead": _among(selection.lead, tried),
        "expected_lead": _among(selection.shrunk, tried),
        "confirmed_lead": _among(proof.lead, tried),
        "hidden": None,
    }


def _verdicts(placed: Placed, selection: Selection, proof: Proof, periods: int, rules: Rules) -> tuple[Any, Any]:
    chosen = selection.grade > 0
    few = selection.judged < rules.min_periods
    cases = [few, ~chosen, ~proof.tried, proof.kept]
    state = np.select(cases, [_UNJUDGED, _NONE, _CANDIDATE, _EXEMPLAR], _FELL)
    words = [*OBSTACLES, "not_among_best", *(word for pair in _REASONS.values() for word in pair)]
    first = {number: words.index(pair[0]) for number, pair in _REASONS.items()}
    reason = np.select(
        [state == _UNJUDGED, state == _NONE, *(state == number for number in first)],
        [
            _obstacle(placed, selection, periods),
            len(OBSTACLES),
            *(place + selection.grade - 1 for place in first.values()),
        ],
    )
    return words_at(_STATES, state), words_at(words, reason)


def _obstacle(placed: Placed, selection: Selection, periods: int) -> Ints:
    """Return why a unit could not be placed: what stood in the way first where it never was, else that it was too seldom."""
    found = placed.obstacle[:, :periods]
    alone = np.where(found >= 0, found, len(OBSTACLES)).min(axis=1)
    return np.where(selection.judged > 0, OBSTACLES.index("too_few_observations"), alone)


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _among(values: Floats, where: Bools) -> float | None:
    return _known(float(values[where].mean())) if where.any() else None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _whole(values: Floats) -> Any:
    missing = ~np.isfinite(values)
    return pa.array(np.where(missing, 0, values).astype(np.int64), type=pa.int64(), mask=missing)
