"""How often calls came true: counts, shares with intervals, stated probabilities against outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words

__all__ = ["By", "Called", "tallied"]

By = Literal["state", "verdict", "probability"]

_NO_CALL: Final = "not_measurable"
_STATES: Final = ("met", "on_track", "off_track", "unchanged", "moving_away", "not_met")
_FEW: Final = 10
_CLASSES: Final = 10


@attrs.frozen(kw_only=True, eq=False)
class Called:
    """Calls and their outcomes, an entry each.

    Attributes
    ----------
    call
        What was said: a state, or the word of a published method; ``not_measurable`` where nothing was.
    outcome
        ``met``, ``not_met``, ``unfinished`` or ``not_measurable``.
    probability
        The stated probability, NaN where there is none.
    lead
        Whole years before the deadline.
    pair
        A number for each target and series, the same for calls about the same one.
    secret
        Whether the verdict is confidential.
    """

    call: Words
    outcome: Words
    probability: Floats
    lead: Ints
    pair: Ints
    secret: Bools

    def __len__(self) -> int:
        return len(self.call)


def tallied(called: Called, by: By, *, by_lead: bool, confidence: float) -> list[dict[str, Any]]:
    """Return the cells of each kind of call, all calls that can come true or not first, then one by one."""
    rows = []
    for name, edges, where in _kinds(called, by):
        leads: list[int | None] = [None]
        if by_lead:
            leads += sorted(set(called.lead[where].tolist()))
        for lead in leads:
            own = where if lead is None else where & (called.lead == lead)
            rows.append({"call": name, "lead": lead, **_edges(edges), **_counted(called, own, name, confidence)})
    return rows


def _kinds(called: Called, by: By) -> Iterator[tuple[str, tuple[float, float] | None, Bools]]:
    judged = np.asarray(called.call != _NO_CALL, dtype=bool)
    if by == "probability":
        judged &= np.isfinite(called.probability)
    if judged.any():
        yield "all", None, judged
    if by == "probability":
        # The last class is closed, so that a certain call has a place.
        place = np.minimum(np.floor(np.where(judged, called.probability, -1.0) * _CLASSES + 1e-9), _CLASSES - 1)
        for number in range(_CLASSES):
            edges = (number / _CLASSES, (number + 1) / _CLASSES)
            if (place == number).any():
                yield f"{edges[0]:.1f}-{edges[1]:.1f}", edges, np.asarray(place == number, dtype=bool)
        return
    names = set(called.call[judged].tolist())
    known = [state for state in _STATES if state in names]
    for name in (*known, *sorted(names - set(known))):
        yield name, None, np.asarray(called.call == name, dtype=bool)
    if not judged.all():
        yield _NO_CALL, None, ~judged


def _edges(edges: tuple[float, float] | None) -> dict[str, float | None]:
    return {"call_low": None, "call_high": None} if edges is None else {"call_low": edges[0], "call_high": edges[1]}


def _counted(called: Called, own: Bools, name: str, confidence: float) -> dict[str, Any]:
    """Return the numbers of some calls; a share is given where outcomes are settled and something was said."""
    met = own & (called.outcome == "met")
    settled = met | (own & (called.outcome == "not_met"))
    n, came_true = int(settled.sum()), int(met.sum())
    pairs = len(np.unique(called.pair[settled]))
    spoken = n > 0 and name != _NO_CALL
    share = came_true / n if spoken else float("nan")
    plain = stats.wilson_interval(came_true if spoken else np.nan, n, confidence=confidence)
    cautious = stats.wilson_interval(share * pairs, pairs, confidence=confidence)
    stated = settled & np.isfinite(called.probability) & spoken
    flags = [
        *(["few_calls"] if spoken and n < _FEW else []),
        *(["repeated_targets"] if spoken and n > pairs else []),
    ]
    reason = "no_verdict" if name == _NO_CALL else "calls_counted" if n else "no_outcomes"
    return {
        "calls": int(own.sum()),
        "n": n,
        "came_true": came_true if spoken else None,
        "share": _number(share),
        "lower": _number(plain.lower),
        "upper": _number(plain.upper),
        "pairs": pairs,
        "cautious_lower": _number(cautious.lower),
        "cautious_upper": _number(cautious.upper),
        **_probabilities(called.probability[stated], met[stated]),
        "unfinished": int((own & (called.outcome == "unfinished")).sum()),
        "unmeasured": int((own & (called.outcome == "not_measurable")).sum()),
        "state": "tested" if reason == "calls_counted" else "not_judged",
        "reason": reason,
        "flags": flags,
        "hidden": "confidential" if (called.secret & own).any() else None,
    }


def _probabilities(probability: Floats, met: Bools) -> dict[str, Any]:
    n = len(probability)
    squares = (probability - met) ** 2
    return {
        "n_probability": n,
        "mean_probability": float(probability.mean()) if n else None,
        "brier": float(squares.mean()) if n else None,
    }


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
