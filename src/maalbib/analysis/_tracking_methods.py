"""From a method's name to the columns it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from maalbib import stats
from maalbib.analysis._figures import Case, figures_of
from maalbib.analysis._milestones import judge_measured
from maalbib.analysis._progress_columns import Judged, columns_of
from maalbib.analysis._segments import approximate
from maalbib.analysis._tracking_options import OWN_METHODS
from maalbib.analysis._tracking_rules import check, judge
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._secrecy import Grades
    from maalbib.analysis._series_made import TargetSeries
    from maalbib.analysis._verdict import Verdicts

__all__ = ["judged_by", "measured_milestone", "methods_of", "native_of"]


def judged_by(case: Case, series: TargetSeries, grades: Grades, verdicts: Verdicts, day: dt.date) -> dict[str, Any]:
    """Judge the series of a panel by the case's method, and return the columns."""
    if case.method not in OWN_METHODS:
        return _published(case, series, grades, verdicts, day)
    figures = judge(case, verdicts)
    verdicts.flag(approximate(series.panel, figures.used), "approximate")
    return columns_of(Judged(case=case, series=series, verdicts=verdicts, figures=figures, grades=grades), day)


def measured_milestone(
    case: Case, series: TargetSeries, grades: Grades, verdicts: Verdicts, day: dt.date
) -> dict[str, Any]:
    """Judge a milestone by measurements of yes and no."""
    figures = figures_of(case)
    figures.reached_index = judge_measured(case.target, series.panel, case.evidence, day, verdicts)  # type: ignore[arg-type]
    figures.rest_on(figures.latest_index)
    figures.rest_on(figures.reached_index)
    return columns_of(Judged(case=case, series=series, verdicts=verdicts, figures=figures, grades=grades), day)


def _published(case: Case, series: TargetSeries, grades: Grades, verdicts: Verdicts, day: dt.date) -> dict[str, Any]:
    """Judge by a published method: the verdict and the number are its own."""
    from maalbib.analysis._published import judge_published

    figures = figures_of(case)
    check(case, verdicts)
    found = judge_published(
        case.method,
        case.target,
        case.evidence,
        verdicts,
        native=case.native,
        errors=case.errors,
    )
    counted = attrs.evolve(case.evidence, base=found.base, base_time=found.base_time, base_index=found.base_index)
    case = attrs.evolve(case, evidence=counted)  # the row shows the base that the method counts from
    figures.window |= found.used
    figures.used |= found.used
    figures.rest_on(figures.latest_index)
    figures.rest_on(case.evidence.base_index)
    columns = columns_of(Judged(case=case, series=series, verdicts=verdicts, figures=figures, grades=grades), day)
    return columns | {"verdict": found.verdict, "score": found.score}


def methods_of(method: str | Iterable[str] | None, argument: str = "method") -> tuple[str, ...] | None:
    """Return the methods of a call by their full names, each once; a published method without a version is its newest."""
    if method is None:
        return None
    names = (method,) if isinstance(method, str) else tuple(method)
    if not names:
        raise ArgumentError.choice(argument, _method_names())
    return tuple(dict.fromkeys(_full_name(name, argument) for name in names))


def _full_name(name: str, argument: str) -> str:
    """Return a method's name with its version."""
    if name in OWN_METHODS:
        return name
    versions = [(profile.id, f"{profile.id}/{profile.version}") for profile in stats.profiles()]
    known = dict(versions) | {full: full for _, full in versions}  # of several versions the last one is the newest
    if name not in known:
        raise ArgumentError.choice(argument, _method_names())
    return known[name]


def _method_names() -> tuple[str, ...]:
    return (*OWN_METHODS, *sorted({profile.id for profile in stats.profiles()}))


def native_of(native: Mapping[str, Mapping[str, object]] | None) -> dict[str, dict[str, object]]:
    """Return the options of published methods by method, checked."""
    from maalbib.analysis._published import NATIVE_OPTIONS

    found = {name: dict(options) for name, options in (native or {}).items()}
    for name, options in found.items():
        if name not in NATIVE_OPTIONS:
            raise ArgumentError.choice("native", tuple(NATIVE_OPTIONS))
        for option in options:
            if option not in NATIVE_OPTIONS[name]:
                raise ArgumentError.choice("native", NATIVE_OPTIONS[name])
    return found
