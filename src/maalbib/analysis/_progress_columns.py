"""From verdicts and figures of a target to the columns of the result."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._columns import words_at
from maalbib.analysis._figures import Case, Figures, shortfall, way_and_goal
from maalbib.analysis._secrecy import Grades, hidden_among, hidden_column
from maalbib.analysis._segments import at
from maalbib.analysis._tracking_assurance import WORDS, assurance_of
from maalbib.analysis._tracking_options import OWN_METHODS, Options
from maalbib.analysis._tracking_paths import days_ahead, expected
from maalbib.analysis._tracking_sensitivity import STATES, sensitivity_of
from maalbib.analysis._verdict import Verdicts
from maalbib.model import DatedTarget, Milestone, Target

if TYPE_CHECKING:
    from maalbib.analysis._series_made import TargetSeries
    from maalbib.measurements import Panel

__all__ = ["BLANK", "Judged", "columns_of", "constant_columns", "version_name"]

_UNNAMED: Final = "–"  # never shown
_ABOUT_LATEST: Final = ("latest", "gap", "attainment", "attainment_clamped", "expected_gap", "days_ahead")
_ABOUT_DEVELOPMENT: Final = (
    *("attainment", "attainment_clamped", "pace", "required_pace", "required_total", "pace_ratio", "expected_now"),
    *("expected_gap", "days_ahead", "moved"),
    *("projected", "projected_lower", "projected_upper", "level", "probability"),
)
_MOST_YEARS: Final = 200  # an arrival further off is none

BLANK: Final[Mapping[str, Any]] = dict.fromkeys(
    (
        *("baseline", "baseline_period", "latest", "latest_period", "reached_period", "gap", "hidden", "arrival"),
        *("target_value", "target_low", "target_high", *_ABOUT_DEVELOPMENT),
        *("sensitive_to", "without_last", "max_jump", "age_days", "verdict", "score"),
        *("steps_made", "steps_due", "streak", "assurance"),
        *("series", "units", "units_left_out", "units_mean"),
    )
)


@attrs.frozen(kw_only=True)
class Judged:
    """A target, its series, and what was found."""

    case: Case
    series: TargetSeries
    verdicts: Verdicts
    figures: Figures
    grades: Grades


def columns_of(judged: Judged, day: dt.date) -> dict[str, Any]:
    """Return the columns of everybody who has values.

    A row without a verdict has no figures about the development, and none about a latest value that is withheld: a number
    beside "could not be judged" would be read as one. What rests on every value of a series (steps, assurance) is left out
    where one of these may not be shown and the row otherwise may.
    """
    case, panel, figures, verdicts = judged.case, judged.series.panel, judged.figures, judged.verdicts
    evidence = case.evidence
    found = sensitivity_of(case, figures, verdicts)
    unjudged = verdicts.in_state("not_measurable")
    withheld = unjudged & (
        (evidence.withheld != "")
        | verdicts.having("not_measurable.suppressed", "not_measurable.small_n")
        | judged.series.without_current
    )
    numbers = _numbers(judged)
    for names, where in ((_ABOUT_DEVELOPMENT, unjudged), (_ABOUT_LATEST, withheld)):
        if where.any():
            numbers |= {name: np.where(where, np.nan, numbers[name]) for name in names}
    stepping = figures.previous_index >= 0
    start = np.where(stepping, figures.previous_index, evidence.base_index)
    latest = np.where(withheld, -1, figures.latest_index)
    hidden = hidden_among(judged.grades, figures.used)
    unsaid = unjudged | (hidden_among(judged.grades, np.isfinite(evidence.values)) > hidden)
    stepped = np.where(unsaid[:, None], -1, figures.steps)
    return {
        **numbers,
        "baseline_period": _periods(panel, start, evidence.base_text),
        "latest_period": _periods(panel, latest),
        "reached_period": _periods(panel, figures.reached_index),
        "n": np.where(withheld, 0, figures.n),
        "hidden": hidden_column(hidden),
        "arrival": _arrival(panel, np.where(unjudged, np.nan, figures.arrival), figures.latest_time),
        "assurance": words_at(WORDS, np.where(unsaid, -1, assurance_of(case, figures))),
        "sensitive_to": _periods(panel, found.column),
        "without_last": words_at(STATES, found.without_last),
        "max_jump": _whole(found.max_jump),
        "age_days": _ages(panel, latest, day),
        "verdict": _refusals(judged),
        "score": None,
        **_about_series(judged.series, latest),
        **{name: _whole(stepped[:, i]) for i, name in enumerate(("steps_made", "steps_due", "streak"))},
    }


def _about_series(series: TargetSeries, latest: Ints) -> dict[str, Any]:
    """Return the columns that say what the values are, where they are not the indicator itself."""
    mean = None if series.mean is None else at(series.mean, latest)
    return {
        "series": series.kind.to_json(),
        "units": None if series.units is None else pa.array(series.units),
        "units_left_out": None if series.units_left_out is None else pa.array(series.units_left_out),
        "units_mean": mean,
    }


def _numbers(judged: Judged) -> dict[str, Any]:
    case, figures = judged.case, judged.figures
    evidence = case.evidence
    stepping = figures.previous_index >= 0
    aimed = np.isfinite(figures.low) | np.isfinite(figures.high)  # who is only to move has no gap, and not one of 0
    numbers = {
        "baseline": np.where(stepping, figures.previous, evidence.base),
        "latest": figures.latest,
        "target_value": np.where(np.isfinite(figures.low) & np.isfinite(figures.high), np.nan, figures.goal),
        "target_low": figures.low,
        "target_high": figures.high,
        "gap": np.where(aimed, np.maximum(0.0, shortfall(figures.latest, figures)), np.nan),
        "pace": figures.pace,
        "moved": figures.moved,
        **_way(case, figures),
        "projected": figures.projected,
        "projected_lower": figures.lower,
        "projected_upper": figures.upper,
        "level": np.where(np.isfinite(figures.lower), case.options.level, np.nan),
        "probability": figures.probability,
    }
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in numbers.items()}


def _way(case: Case, figures: Figures) -> dict[str, Floats]:
    """Return how far along the agreed way from baseline to target a row is, and what is left of it.

    Where the baseline met the target already there is nothing to cover: coming nearer to the edge again is no progress.
    """
    evidence = case.evidence
    left = evidence.due_time - figures.latest_time
    way, goal = _led(case, figures)
    whole = np.where(np.isfinite(goal), goal - evidence.base, np.nan)
    to_go = (left > 0) & (shortfall(figures.latest, figures) > 0) & ~(evidence.after_due | evidence.due_over)
    there_already = shortfall(evidence.base, figures) <= figures.noise
    planned = evidence.due_time - evidence.base_time
    by_now = np.where((planned > 0) & np.isfinite(goal), expected(case, figures.latest_time, goal), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        attainment = np.where(whole != 0, (figures.latest - evidence.base) / whole, np.nan)
        total = np.where(planned > 0, whole / planned, np.nan)
        return {
            "attainment": attainment,
            "attainment_clamped": np.where(there_already, np.nan, np.clip(attainment, 0.0, 1.0)),
            "required_total": total,
            "required_pace": np.where(to_go, (figures.goal - figures.latest) / left, np.nan),
            "pace_ratio": np.where(way * total > 0, figures.pace / total, np.nan),
            "expected_now": by_now,
            "expected_gap": way * (figures.latest - by_now),
            "days_ahead": np.where((planned > 0) & ~there_already, days_ahead(case, figures, goal), np.nan),
        }


def _led(case: Case, figures: Figures) -> tuple[Floats, Floats]:
    """Return which way the plan leads and where to: into a band by the edge nearest to the value shown, else to the baseline.

    From inside a band it leads nowhere.
    """
    if case.target.way() != 0:
        return figures.way, figures.goal
    base = case.evidence.base
    way, goal = way_and_goal(case.target, figures.low, figures.high, figures.latest)
    by, edge = way_and_goal(case.target, figures.low, figures.high, base)
    inside = way == 0
    return np.where(inside, by, way), np.where(by == 0, np.nan, np.where(inside, edge, goal))


def constant_columns(
    target: Target, day: dt.date, options: Options, method: str, native: Mapping[str, Mapping[str, object]]
) -> dict[str, Any]:
    """Return the columns that are the same in every row of a target."""
    due = target.due if isinstance(target, DatedTarget | Milestone) else None
    own: dict[str, Any] = {"tolerance": target.tolerance, "no_change": target.no_change}
    if target.slack is not None:
        own["slack"] = target.slack
    if method not in OWN_METHODS:
        from maalbib.analysis._published import published_params

        own |= published_params(method, target, native.get(method.partition("/")[0]))
    return {
        "target": target.id,
        "version": version_name(target),
        "goal": target.goal,
        "indicator": target.indicator,
        "kind": target.kind,
        "as_of": day,
        "method": method,
        "params": json.dumps(attrs.asdict(options) | own, sort_keys=True),
        "due": None if due is None else str(due),
        "essential": target.essential,
    }


def version_name(target: Target) -> str | None:
    """Return what the version of a target is called: its own name, else the day it was decided."""
    if target.version is not None or target.decided_on is None:
        return target.version
    return target.decided_on.isoformat()


def _refusals(judged: Judged) -> Any:
    """Return why the method gave no line, where that is why there is no verdict or no trend."""
    figures, verdicts = judged.figures, judged.verdicts
    asked = verdicts.having("not_measurable.method_refused", "not_met.standing_trend_unknown")
    return words_at(figures.refusals, np.where(asked, figures.refused, -1)) if figures.refusals else None


def _periods(panel: Panel, index: Ints, stated: str | None = None) -> Any:
    """Return the texts of periods; where there is none the stated one, else null."""
    words = [*map(str, panel.periods), stated or _UNNAMED]
    return words_at(words, np.where(index < 0, -1 if stated is None else len(words) - 1, index))


def _arrival(panel: Panel, time: Floats, latest: Floats) -> Any:
    """Return the first period that lies at or after a time; null where there is none, or it lies too far off."""
    if not panel.periods:
        return None
    first = panel.periods[0]
    near = np.isfinite(time) & (time - latest <= _MOST_YEARS)
    if not near.any():
        return None
    ahead = np.where(near, np.ceil((time - first.position) * panel.freq.periods_per_year - 1e-6), 0).astype(np.int64)
    distinct, place = np.unique(ahead, return_inverse=True)
    words = [str(first + int(periods)) for periods in distinct.tolist()]
    return words_at(words, np.where(near, place, -1))


def _ages(panel: Panel, index: Ints, day: dt.date) -> Any:
    days = np.array([(day - period.end).days for period in panel.periods] or [0], dtype=np.int64)
    return pa.array(days[np.maximum(index, 0)], mask=index < 0)


def _whole(values: Ints) -> Any:
    """Return whole numbers, null where they are below 0."""
    return pa.array(np.asarray(values, dtype=np.int64), mask=np.asarray(values < 0)) if (values >= 0).any() else None
