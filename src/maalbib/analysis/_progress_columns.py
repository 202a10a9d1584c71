"""From verdicts and figures of a target to the columns of the result."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._columns import words_at
from maalbib.analysis._evidence import Evidence
from maalbib.analysis._secrecy import Grades, hidden_among, hidden_column
from maalbib.analysis._tracking_rules import Figures, Options, shortfall
from maalbib.analysis._verdict import Verdicts
from maalbib.model import DatedTarget, Target

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = ["Judged", "blank_columns", "columns_of"]

_UNNAMED: Final = "–"  # never shown
_ABOUT_LATEST: Final = ("latest", "gap")
_ABOUT_DEVELOPMENT: Final = (
    *("attainment", "pace", "required_pace", "expected_now"),
    *("projected", "projected_lower", "projected_upper", "level", "probability"),
)


@attrs.frozen(kw_only=True)
class Judged:
    """A target, its series, and what was found."""

    target: Target
    panel: Panel
    evidence: Evidence
    verdicts: Verdicts
    figures: Figures
    grades: Grades


def columns_of(judged: Judged, day: dt.date, options: Options) -> dict[str, Any]:
    """Return the columns of everybody who has values.

    A row without a verdict has no figures about the development, and none about a latest value that is withheld: a number
    beside "could not be judged" would be read as one.
    """
    figures, verdicts, evidence = judged.figures, judged.verdicts, judged.evidence
    unjudged = verdicts.in_state("not_measurable")
    withheld = unjudged & (
        (evidence.withheld != "") | verdicts.having("not_measurable.suppressed", "not_measurable.small_n")
    )
    numbers = _numbers(judged, options)
    for names, where in ((_ABOUT_DEVELOPMENT, unjudged), (_ABOUT_LATEST, withheld)):
        numbers |= {name: np.where(where, np.nan, numbers[name]) for name in names}
    stepping = figures.previous_index >= 0
    start = np.where(stepping, figures.previous_index, evidence.base_index)
    return {
        **_same(judged.target, day, options),
        **numbers,
        "institution": list(judged.panel.institutions),
        "breakdown": list(judged.panel.breakdowns),
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "baseline_period": _periods(judged.panel, start, evidence.base_text),
        "latest_period": _periods(judged.panel, np.where(withheld, -1, figures.latest_index)),
        "reached_period": _periods(judged.panel, figures.reached_index),
        "n": np.where(withheld, 0, figures.n),
        "needs_explanation": verdicts.in_state("not_met", "moving_away") & judged.target.essential,
        "hidden": hidden_column(hidden_among(judged.grades, figures.used)),
    }


def _numbers(judged: Judged, options: Options) -> dict[str, Floats]:
    figures, evidence = judged.figures, judged.evidence
    stepping = figures.previous_index >= 0
    numbers = {
        "baseline": np.where(stepping, figures.previous, evidence.base),
        "latest": figures.latest,
        "target_value": np.where(np.isfinite(figures.low) & np.isfinite(figures.high), np.nan, figures.goal),
        "target_low": figures.low,
        "target_high": figures.high,
        "gap": np.maximum(0.0, shortfall(figures.latest, figures)),
        "pace": figures.pace,
        **_way(figures, evidence),
        "projected": figures.projected,
        "projected_lower": figures.lower,
        "projected_upper": figures.upper,
        "level": np.where(np.isfinite(figures.lower), options.level, np.nan),
        "probability": figures.probability,
    }
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in numbers.items()}


def _way(figures: Figures, evidence: Evidence) -> dict[str, Floats]:
    """Return how far along the straight way from baseline to target a row is, and what is left of it."""
    left = evidence.due_time - figures.latest_time
    whole = figures.goal - evidence.base
    outside = shortfall(figures.latest, figures) > 0
    planned = evidence.due_time - evidence.base_time
    gone = np.minimum(figures.latest_time, evidence.due_time) - evidence.base_time
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "attainment": np.where(whole != 0, (figures.latest - evidence.base) / whole, np.nan),
            "required_pace": np.where((left > 0) & outside, (figures.goal - figures.latest) / left, np.nan),
            "expected_now": np.where(planned > 0, evidence.base + whole * gone / planned, np.nan),
        }


def blank_columns(
    target: Target, institutions: Sequence[str], reason: str, day: dt.date, options: Options
) -> dict[str, Any]:
    """Return the columns of those who are bound and have no values."""
    rows = len(institutions)
    low, high = target.region(None)
    goal = None if np.isfinite(low) and np.isfinite(high) else low if np.isfinite(low) else high
    return {
        **_same(target, day, options),
        **dict.fromkeys(("baseline", *_ABOUT_LATEST, *_ABOUT_DEVELOPMENT)),
        "institution": list(institutions),
        "breakdown": target.breakdown or "",
        "state": "not_measurable",
        "reason": reason,
        "flags": [()] * rows,
        **dict.fromkeys(("baseline_period", "latest_period", "reached_period", "hidden")),
        "target_value": _finite(goal),
        "target_low": _finite(low),
        "target_high": _finite(high),
        "n": 0,
        "needs_explanation": False,
    }


def _same(target: Target, day: dt.date, options: Options) -> dict[str, Any]:
    """Return the columns that are the same in every row of a target."""
    due = target.due if isinstance(target, DatedTarget) else None
    own = {"tolerance": target.tolerance, "no_change": target.no_change}
    return {
        "target": target.id,
        "goal": target.goal,
        "indicator": target.indicator,
        "kind": target.kind,
        "as_of": day,
        "method": "linear",
        "params": json.dumps(attrs.asdict(options) | own, sort_keys=True),
        "due": None if due is None else str(due),
        "assurance": None,
    }


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None


def _periods(panel: Panel, index: Ints, stated: str | None = None) -> Any:
    """Return the texts of periods; where there is none the stated one, else null."""
    words = [*map(str, panel.periods), stated or _UNNAMED]
    return words_at(words, np.where(index < 0, -1 if stated is None else len(words) - 1, index))
