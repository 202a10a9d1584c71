"""The methods that lead a series on to a deadline, one table of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib import stats

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Bools, Floats, Ints, Words
    from maalbib.analysis._figures import Case, Figures

__all__ = ["fit", "line_of", "lines_without"]

_NO_LINE: Final = frozenset(
    {"too_few_points", "not_finite", "no_time_span", "missing_input", "no_interval", "uncertainty_invalid", ""}
)


def line_of(case: Case, values: Floats, rows: Ints) -> stats.Projection:
    """Lead some series on to the deadline by the case's method, with what is known of how sure their values are."""
    times, due, level = case.evidence.times, case.evidence.due_time, case.options.level
    if case.method == "robust":
        return stats.robust_projection(values, times, due, level=level)
    if case.method == "compound":
        return stats.compound_projection(values, times, due, level=level)
    if case.method == "random_walk":
        return stats.random_walk_projection(values, times, due, level=level)
    if case.method == "bounded":
        return stats.bounded_projection(
            values,
            times,
            due,
            low=case.lowest,
            high=case.highest,
            level=level,
            denominators=_of(case.people, rows),
        )
    return stats.linear_projection(values, times, due, level=level, standard_errors=_of(case.errors, rows))


def _of(table: Floats | None, rows: Ints) -> Floats | None:
    return None if table is None else table[rows]


def lines_without(case: Case, values: Floats, rows: Ints) -> stats.LeftOut:
    """Lead some series on without each of their values in turn."""
    times, due = case.evidence.times, case.evidence.due_time
    if case.method == "bounded":
        return stats.left_out_projections(
            values,
            times,
            due,
            method="bounded",
            low=case.lowest,
            high=case.highest,
            denominators=_of(case.people, rows),
        )
    if case.method == "robust":
        return stats.left_out_projections(values, times, due, method="robust")
    if case.method == "compound":
        return stats.left_out_projections(values, times, due, method="compound")
    if case.method == "random_walk":
        return stats.left_out_projections(values, times, due, method="random_walk")
    return stats.left_out_projections(values, times, due)


def fit(case: Case, figures: Figures, window: Bools) -> None:
    """Fit a line through the values of the window and lead it on to the deadline; rows without a window stay as they are."""
    fitted = np.flatnonzero(window.any(axis=1))
    if len(fitted) == 0:
        return
    figures.window |= window
    figures.used |= window
    everyone = len(fitted) == len(window)
    shown, values = (window, case.evidence.values) if everyone else (window[fitted], case.evidence.values[fitted])
    values = np.where(shown, values, np.nan)
    figures.n[fitted] = shown.sum(axis=1)
    if case.method == "cagr":
        _grow(case, figures, fitted)
        return
    line = line_of(case, values, fitted)
    _refuse_all(figures, fitted, np.isnan(line.slope), line.reason, case.method)
    figures.pace[fitted], figures.projected[fitted] = line.slope, line.projected
    figures.lower[fitted], figures.upper[fitted] = line.lower, line.upper
    figures.moved[fitted] = figures.way[fitted] * (line.fitted_last - line.fitted_first)
    low, high, tolerance = figures.low[fitted], figures.high[fitted], case.target.tolerance
    arrival = stats.arrival_time(line, low=low, high=high, tolerance=tolerance)
    figures.arrival[fitted] = np.where(np.isfinite(low) | np.isfinite(high), arrival, np.nan)
    if not math.isnan(case.evidence.due_time):
        figures.probability[fitted] = stats.hit_probability(line, low=low, high=high, tolerance=tolerance)


def _grow(case: Case, figures: Figures, fitted: Ints) -> None:
    """Carry the growth from the baseline to the latest value on to the deadline."""
    evidence = case.evidence
    growth = stats.cagr(
        evidence.base[fitted],
        evidence.base_time[fitted],
        figures.latest[fitted],
        figures.latest_time[fitted],
        figures.goal[fitted],
        evidence.due_time,
    )
    _refuse_all(figures, fitted, np.isnan(growth.projected), growth.reason, case.method)
    change = figures.latest[fitted] - evidence.base[fitted]
    with np.errstate(divide="ignore", invalid="ignore"):
        figures.pace[fitted] = change / (figures.latest_time[fitted] - evidence.base_time[fitted])
    figures.projected[fitted] = growth.projected
    figures.moved[fitted] = figures.way[fitted] * change


def _refuse_all(figures: Figures, fitted: Ints, without: Bools, reasons: Words, method: str) -> None:
    """Note why a method gives no line for some rows; having too few values is not the method's fault."""
    rows, why = fitted[without], reasons[without]
    for reason in sorted(set(why.tolist()) - _NO_LINE):
        code = f"{method}.{reason}"
        if code not in figures.refusals:
            figures.refusals.append(code)
        figures.refused[rows[why == reason]] = figures.refusals.index(code)
