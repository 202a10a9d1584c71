"""From charts to the columns of the results: a row for each chart, each point and each proposal."""

from __future__ import annotations

import json
from typing import Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._chart_rules import Charted, words_of
from maalbib.analysis._chart_targets import Aim
from maalbib.analysis._columns import word_lists, words_at
from maalbib.analysis._secrecy import Grades, hidden_among, hidden_column
from maalbib.analysis._segments import at, first_index, last_index

__all__ = ["chart_columns", "point_columns", "proposal_columns"]

_UNUSABLE: Final = tuple(
    f"not_judged.{reason}"
    for reason in (
        *("mixed_frequency", "suppressed", "small_n", "one_sided", "no_data", "different_sources"),
        *("overlapping_periods", "no_denominators", "chart_not_applicable", "invalid_value"),
    )
)


def chart_columns(charted: Charted, aim: Aim) -> dict[str, Any]:
    """Return the columns of all charts of a panel, held against one target or none."""
    limits, latest, verdicts = charted.limits, charted.latest, charted.verdicts
    drawn = np.isfinite(limits.values)
    periods = [str(period) for period in charted.slots.periods]
    blank = verdicts.having(*_UNUSABLE)
    lines = {
        "latest": limits.values,
        "centre": limits.centre,
        "lower": limits.lower,
        "upper": limits.upper,
        "sigma": limits.sigma,
    }
    return {
        **_about(charted),
        "chart": charted.options.kind,
        "first_period": words_at(periods, first_index(drawn)),
        "last_period": words_at(periods, last_index(drawn)),
        "n": drawn.sum(axis=1),
        "latest_period": words_at(periods, np.where(blank, -1, latest)),
        **{name: np.where(blank, np.nan, _finite(at(values, latest))) for name, values in lines.items()},
        "segment_first": words_at(periods, np.where(blank, -1, first_index(charted.in_force))),
        "segments": np.where(drawn.any(axis=1), _levels(charted, drawn), 0),
        "baseline_n": (limits.baseline & charted.in_force).sum(axis=1),
        "screened": (limits.screened & charted.in_force).sum(axis=1),
        **_rules_at_latest(charted),
        "signals": _whole((charted.hits.signals.any(axis=0) & charted.in_force).sum(axis=1), charted.charted),
        **_runs(charted),
        **_false_alarms(charted),
        **_aim_columns(aim, charted),
        "direction": None if charted.indicator is None else charted.indicator.direction.value,
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags_and(aim.at_bound & charted.charted, "target_at_bound"),
        "method": f"{charted.rule_set.id}/{charted.rule_set.version}",
        "params": _params(charted),
        "hidden": hidden_column(hidden_among(charted.grades, drawn)),
    }


def point_columns(charted: Charted, kept: Bools) -> dict[str, Any]:
    """Return the columns of the points of the kept series; periods before the first and after the last value are left out."""
    limits, hits = charted.limits, charted.hits
    drawn = np.isfinite(limits.values)
    slots = np.arange(drawn.shape[1])
    rows, places = np.nonzero(
        (slots >= first_index(drawn)[:, None]) & (slots <= last_index(drawn)[:, None]) & kept[:, None]
    )
    periods = [str(period) for period in charted.slots.periods]
    states, reasons = _point_verdicts(charted, rows, places)
    return {
        "indicator": charted.panel.indicator,
        "institution": words_at(charted.panel.institutions, rows),
        "breakdown": words_at(charted.panel.breakdowns, rows),
        "period": words_at(periods, places),
        "value": limits.values[rows, places],
        "centre": limits.centre[rows, places],
        "lower": _finite(limits.lower[rows, places]),
        "upper": _finite(limits.upper[rows, places]),
        "sigma": limits.sigma[rows, places],
        "segment": limits.segment[rows, places],
        "baseline": limits.baseline[rows, places],
        "rules": word_lists(hits.rules, hits.signals[:, rows, places].T),
        "rules_up": word_lists(hits.rules, hits.hits[:, 0, rows, places].T),
        "rules_down": word_lists(hits.rules, hits.hits[:, 1, rows, places].T),
        "label": words_at(hits.rules, _label_places(charted)[rows, places]),
        "state": states,
        "reason": reasons,
        "flags": [()] * len(rows),
        "hidden": hidden_column(_grades_by_segment(charted)[rows, places]),
    }


def proposal_columns(charted: Charted, kept: Bools) -> dict[str, Any]:
    """Return the columns of the proposals for the kept series."""
    found = stats.rebase_candidates(charted.limits, charted.hits)
    # A run that ends before the series does may be contradicted by what came after it.
    confirmed = found.direction * found.shift > 0
    chosen = kept[found.series] & charted.charted[found.series] & confirmed
    series, places = found.series[chosen], found.position[chosen]
    kinds = {rule.id: rule.kind for rule in charted.rule_set.rules}
    rules = [str(rule) for rule in found.rule[chosen]]
    drawn = np.isfinite(charted.limits.values)
    return {
        "indicator": charted.panel.indicator,
        "institution": words_at(charted.panel.institutions, series),
        "breakdown": words_at(charted.panel.breakdowns, series),
        "period": words_at([str(period) for period in charted.slots.periods], places),
        "rule": rules,
        "run_length": found.run_length[chosen],
        "shift": found.shift[chosen],
        "shift_lower": found.shift_lower[chosen],
        "shift_upper": found.shift_upper[chosen],
        "gain": found.gain[chosen],
        "before": found.before[chosen],
        "after": found.after[chosen],
        "lasted": found.lasted[chosen],
        "state": "proposed",
        "reason": [kinds[rule] for rule in rules],
        "flags": [()] * len(rules),
        "hidden": hidden_column(hidden_among(charted.grades, drawn)[series]),
    }


def _about(charted: Charted) -> dict[str, Any]:
    return {
        "indicator": charted.panel.indicator,
        "institution": list(charted.panel.institutions),
        "breakdown": list(charted.panel.breakdowns),
    }


def _finite(values: Floats) -> Floats:
    """Return values with NaN for a limit that nothing can lie beyond."""
    return np.where(np.isfinite(values), values, np.nan)


def _levels(charted: Charted, drawn: Bools) -> Ints:
    """Return how many levels each series has had points at."""
    labels = np.where(drawn, charted.limits.segment, -1)
    found: Ints = (np.diff(np.sort(labels, axis=1), axis=1, prepend=-1) > 0).sum(axis=1)
    return found


def _rules_at_latest(charted: Charted) -> dict[str, Any]:
    rows, places = np.arange(len(charted.latest)), np.maximum(charted.latest, 0)
    hits = charted.hits.hits[:, :, rows, places] & charted.charted
    signals = charted.hits.signals[:, rows, places] & charted.charted
    return {
        "rules": word_lists(charted.hits.rules, signals.T),
        "rules_up": word_lists(charted.hits.rules, hits[:, 0].T),
        "rules_down": word_lists(charted.hits.rules, hits[:, 1].T),
    }


def _runs(charted: Charted) -> dict[str, Any]:
    runs, shown = charted.runs, charted.charted & (charted.runs.n_useful > 0)
    return {
        name: _whole(getattr(runs, name), shown)
        for name in ("longest_run", "longest_run_max", "crossings", "crossings_min")
    }


def _whole(numbers: Any, shown: Bools) -> Floats:
    return np.where(shown, np.asarray(numbers, dtype=np.float64), np.nan)


def _false_alarms(charted: Charted) -> dict[str, Any]:
    """Return how often stable series of each length are flagged, with limits from as many points; worked out once for each length.

    Nobody knows it of other charts, or where moving ranges are screened otherwise than the rule set says.
    """
    options, own = charted.options, charted.rule_set.limits
    known = options.kind == "i" and options.screen == (own.screen_moving_range is not None)
    lengths = np.where(charted.charted, charted.in_force.sum(axis=1), 0)
    latest, anywhere = np.full(len(lengths), np.nan), np.full(len(lengths), np.nan)
    for length in np.unique(lengths[lengths > 0]).tolist() if known else ():
        rate = stats.false_alarm_rate(charted.rule_set, length, baseline=options.baseline)
        latest[lengths == length], anywhere[lengths == length] = rate.latest_point, rate.any_point
    return {"false_alarm_any": anywhere, "false_alarm_latest": latest}


def _aim_columns(aim: Aim, charted: Charted) -> dict[str, Any]:
    judged = charted.charted
    return {
        "target": "" if aim.target is None else aim.target.id,
        "target_value": np.where(judged & ~(np.isfinite(aim.low) & np.isfinite(aim.high)), _edge(aim), np.nan),
        "target_low": np.where(judged, aim.low, np.nan),
        "target_high": np.where(judged, aim.high, np.nan),
        "on_the_way": judged & aim.on_the_way,
        "due": aim.due,
        "assurance": words_at(aim.words, np.where(judged, aim.now, -1)),
        "assurance_due": words_at(aim.words, np.where(judged, aim.at_due, -1)),
        "probability": np.where(judged, aim.probability, np.nan),
    }


def _edge(aim: Aim) -> Floats:
    return np.where(np.isfinite(aim.low), aim.low, aim.high)


def _params(charted: Charted) -> str:
    own = [rebase for rebase in charted.rebases if rebase.indicator == charted.panel.indicator]
    told = [
        {
            "period": str(rebase.period),
            "institution": rebase.institution,
            "breakdown": rebase.breakdown,
            "reason": rebase.reason.to_dict(),
            "decided_by_role": rebase.decided_by_role,
            "decided_on": rebase.decided_on.isoformat(),
        }
        for rebase in own
    ]
    return json.dumps(attrs.asdict(charted.options) | {"rebases": told}, sort_keys=True, ensure_ascii=False)


def _label_places(charted: Charted) -> Ints:
    found = np.full(charted.hits.label.shape, -1, dtype=np.int64)
    for place, rule in enumerate(charted.hits.rules):
        found[charted.hits.label == rule] = place
    return found


def _point_verdicts(charted: Charted, rows: Ints, places: Ints) -> tuple[Any, Any]:
    """Return state and reason of points: what the rule shown says, or why there is no verdict."""
    up, down = words_of(charted.indicator)
    labels, direction = _label_places(charted)[rows, places], charted.hits.direction[rows, places]
    value, centre = charted.limits.values[rows, places], charted.limits.centre[rows, places]
    states = ("not_judged", "no_signal", up, down, "unusual")
    kinds = [rule.kind for rule in charted.rule_set.rules]
    ids = [rule.id for rule in charted.rule_set.rules]
    order = np.array([ids.index(rule) for rule in charted.hits.rules], dtype=np.int64)
    without = np.isnan(value) | np.isnan(centre) | (charted.limits.status[rows, places] == "no_variation")
    state = np.select([without, labels < 0, direction > 0, direction < 0], [0, 1, 2, 3], 4)
    reasons = [*kinds, "within_limits", "no_value", "no_limits", "no_variation"]
    shown = np.append(order, -1)[labels]
    reason = np.select(
        [np.isnan(value), charted.limits.status[rows, places] == "no_variation", without, labels < 0],
        [len(kinds) + 1, len(kinds) + 3, len(kinds) + 2, len(kinds)],
        shown,
    )
    return words_at(states, state), words_at(reasons, reason)


def _grades_by_segment(charted: Charted) -> Grades:
    """Return for each point the gravest reason in its segment: the lines are made of all of its values."""
    drawn = np.isfinite(charted.limits.values)
    found: Grades = np.zeros(charted.grades.shape, dtype=np.int8)
    for label in range(int(charted.limits.segment.max(initial=-1)) + 1):
        inside = charted.limits.segment == label
        gravest = hidden_among(charted.grades, drawn & inside)
        found = np.where(inside, gravest[:, None], found).astype(np.int8)
    return found
