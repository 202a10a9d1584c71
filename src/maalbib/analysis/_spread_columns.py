"""From spreads to the columns of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from maalbib.analysis._arrays import Bools, Floats, in_rows
from maalbib.analysis._secrecy import hidden_column
from maalbib.analysis._spread_series import Spread, Stretch

__all__ = ["period_cells", "row_cells"]


def row_cells(spread: Spread, group: str) -> dict[str, Any]:
    """Return the one row of a set of units."""
    newest, movement = spread.newest, spread.movement
    state, _, reason = movement.code.partition(".")
    found = _base(spread, group) | {
        "periods": movement.n,
        "slope": _or_none(movement.slope),
        "slope_lower": _or_none(movement.lower),
        "slope_upper": _or_none(movement.upper),
        "p_value": _or_none(movement.p_value),
        "measure": movement.measure,
        "breaks": [spread.period(each.columns[0]) for each in spread.stretches[1:]],
        "state": state,
        "reason": reason,
        "params": spread.options.params(),
    }
    if newest is None or not len(newest.rows):
        names = ("mean", "sd", "tau", "p10", "p90")
        nothing = dict.fromkeys((*(f"{name}_first" for name in names), *names))
        more = dict.fromkeys(("tau_lower", "tau_upper", "tau_over_mean", "p90_minus_p10", "hidden"))
        # Too few to be left out of anything: those there are, and those that have no figures.
        empty: dict[str, Any] = {"n": len(spread.everybody), "with_errors": 0, "n_left_out": len(spread.absent)}
        empty |= {"method": "sd"}
        empty |= {"first_period": None, "last_period": None, "entered": [], "left": [], "flags": _flags(spread, ())}
        return found | nothing | more | empty
    there = _there(spread, newest)
    return (
        found
        | _ends(spread, newest)
        | {
            "entered": _names(spread, ~there[:, 0] & there[:, -1]),
            "left": _names(spread, there[:, 0] & ~there[:, -1]),
            "n_left_out": _left_out(spread, newest),
            "flags": _flags(spread, (newest,), judged=state != "not_judged"),
            "hidden": _hidden(spread, newest, newest.columns),
        }
    )


def _ends(spread: Spread, stretch: Stretch) -> dict[str, Any]:
    figures = stretch.figures
    places = np.flatnonzero(np.isfinite(figures.sd))
    first, last = (places[0], places[-1]) if len(places) else (0, len(stretch.columns) - 1)
    found: dict[str, Any] = {}
    for name in ("mean", "sd", "tau", "p10", "p90"):
        column = getattr(figures, name)
        found |= {f"{name}_first": _or_none(column[first]), name: _or_none(column[last])}
    return found | {
        "first_period": spread.period(stretch.columns[first]),
        "last_period": spread.period(stretch.columns[last]),
        "n": int(figures.n[last]),
        "with_errors": int(figures.with_errors[last]),
        "tau_lower": _or_none(figures.tau_lower[last]),
        "tau_upper": _or_none(figures.tau_upper[last]),
        "tau_over_mean": _ratio(figures.tau[last], figures.mean[last]),
        "p90_minus_p10": _or_none(figures.p90[last] - figures.p10[last]),
        "method": figures.method,
    }


def period_cells(spread: Spread, group: str) -> list[dict[str, Any]]:
    """Return a row for each period with a value."""
    return [
        _base(spread, group) | _period(spread, stretch, number, place)
        for number, stretch in enumerate(spread.stretches)
        for place in range(len(stretch.columns))
    ]


def _period(spread: Spread, stretch: Stretch, number: int, place: int) -> dict[str, Any]:
    figures, there = stretch.figures, _there(spread, stretch)
    now = there[:, place]
    before = there[:, place - 1] if place else now
    found = {
        name: _or_none(getattr(figures, name)[place])
        for name in ("mean", "median", "sd", "p10", "p90", "tau", "tau_lower", "tau_upper")
    }
    state, reason = _state(stretch, place)
    return found | {
        "period": spread.period(stretch.columns[place]),
        "stretch": number,
        "n": int(figures.n[place]),
        "n_left_out": _left_out(spread, stretch),
        "with_errors": int(figures.with_errors[place]),
        "entered": _names(spread, now & ~before),
        "left": _names(spread, before & ~now),
        "p90_minus_p10": _or_none(figures.p90[place] - figures.p10[place]),
        "tau_over_mean": _ratio(figures.tau[place], figures.mean[place]),
        "noise_free_sd": _or_none(np.sqrt(np.maximum(figures.plain[place], 0.0))),
        "method": figures.method,
        "state": state,
        "reason": reason,
        "flags": _flags(spread, (stretch,)),
        "hidden": _hidden(spread, stretch, stretch.columns[place : place + 1]),
    }


def _state(stretch: Stretch, place: int) -> tuple[str, str]:
    figures = stretch.figures
    if np.isnan(figures.sd[place]):
        return "not_judged", "too_few_units"
    if np.isnan(figures.tau_lower[place]):
        return "not_judged", "noise_unknown"
    if figures.tau_lower[place] > 0:
        return "differ", "beyond_noise"
    return "no_detectable_difference", "spread_within_noise"


def _base(spread: Spread, group: str) -> dict[str, Any]:
    return {
        "indicator": spread.source.panel.indicator,
        "institution": spread.institution,
        "breakdown": spread.breakdown,
        "over": spread.options.over,
        "peer_group": group,
        "level": spread.options.confidence,
    }


def _there(spread: Spread, stretch: Stretch) -> Bools:
    """Return who has a value, without those whose value may not be shown somewhere in the stretch."""
    hidden = spread.source.withheld | (spread.source.grades > 0)
    secret = in_rows(hidden[np.ix_(spread.everybody, stretch.columns)])
    return np.where(secret[:, None], False, stretch.there)


def _names(spread: Spread, which: Bools) -> list[str]:
    return list(spread.names_of(spread.everybody[which]))


def _left_out(spread: Spread, stretch: Stretch | None) -> int:
    return len(spread.everybody) + len(spread.absent) - (0 if stretch is None else len(stretch.rows))


def _flags(spread: Spread, stretches: Sequence[Stretch], *, judged: bool = True) -> list[str]:
    """Return what a reader should know, in alphabetical order."""
    source, found = spread.source, set[str]()
    if source.withheld[np.ix_(spread.everybody, spread.columns)].any():
        found.add("hidden_units_left_out")
    for stretch in stretches:
        figures, rows = stretch.figures, stretch.rows
        if spread.options.units == "same" and _left_out(spread, stretch):
            found.add("units_left_out")
        if source.linked[rows].any():
            found.add("linked")
        if source.panel.provisional[np.ix_(rows, stretch.columns)].any():
            found.add("provisional_values")
        if figures.method == "sd" and judged:
            found.add("noise_not_removed")
        if figures.method != "sd" and not figures.known.all():
            found.add("errors_incomplete")
        if spread.options.across_sources and source.several_sources(rows, stretch.columns):
            found.add("mixed_sources")
    if len(spread.stretches) > 1:
        found.add("spread_since_break")
    return sorted(found)


def _hidden(spread: Spread, stretch: Stretch, columns: Any) -> Any:
    grades = spread.source.grades[np.ix_(stretch.rows, columns)]
    return hidden_column(grades.max(initial=0, keepdims=True).ravel())[0].as_py()


def _ratio(tau: float, mean: float) -> float | None:
    return float(tau / mean) if mean > 0 and np.isfinite(tau) else None


def _or_none(value: float | Floats) -> float | None:
    return float(value) if np.isfinite(value) else None
