"""The four answers about a target as four typed parts, never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from maalbib.analysis._progress_row import Progress

__all__ = ["Answers", "Attainment", "Pace", "ProjectedValue", "answers_of"]

_CLOSED: Final = ("at_due", "due_passed", "reached_late")


@attrs.frozen(kw_only=True)
class Attainment:
    """How far we have come.

    Attributes
    ----------
    raw, clamped
        Share of the way from baseline to target, and the same between 0 and 1.
    gap
        How far the latest value is outside the region, in the indicator's unit; 0 inside.
    """

    raw: float
    clamped: float
    gap: float


@attrs.frozen(kw_only=True)
class Pace:
    """How fast we move.

    Attributes
    ----------
    observed
        Change a year.
    required_total, required_now
        Change a year that the whole way asks for, and the one needed from now on; None inside the region or without a deadline.
    ratio
        Observed as a share of what the whole way asks for.
    expected_now, ahead, days_ahead
        The value that the way has by now, and how far ahead of it the latest one is, in the indicator's unit and in days.
    """

    observed: float
    required_total: float | None
    required_now: float | None
    ratio: float | None
    expected_now: float | None
    ahead: float | None
    days_ahead: int | None


@attrs.frozen(kw_only=True)
class ProjectedValue:
    """Where we land.

    Attributes
    ----------
    value, lower, upper, level
        Where the line leads at the deadline, its interval and the level of that; None where there are too few values for one.
    probability
        Of being inside the region at the deadline, if the line goes on.
    arrival
        First period that the line is inside the region in.
    """

    value: float
    lower: float | None
    upper: float | None
    level: float | None
    probability: float | None
    arrival: str | None


@attrs.frozen(kw_only=True)
class Answers:
    """Four questions about one target, each answered by its own figures.

    Attributes
    ----------
    attainment, pace, projection, assurance
        The answers; None where there is none.
    missing
        Why not, by question: the row's own reason where it could not be judged, ``no_baseline``, ``baseline_is_target`` (the
        baseline met the target already), ``no_due``, ``too_few_points`` or ``not_applicable`` (a deadline that has passed is not
        looked ahead to, and a published method draws no line).
    """

    attainment: Attainment | None
    pace: Pace | None
    projection: ProjectedValue | None
    assurance: str | None
    missing: Mapping[str, str]


def answers_of(row: Progress) -> Answers:
    """Return the four answers of a row."""
    found = {
        "attainment": _attainment(row),
        "pace": _pace(row),
        "projection": _projection(row),
        "assurance": row.assurance,
    }
    why = {"attainment": _no_attainment, "pace": _no_line, "projection": _no_projection, "assurance": _no_assurance}
    missing = {
        name: row.reason if row.state == "not_measurable" else why[name](row)
        for name, answer in found.items()
        if answer is None
    }
    return Answers(**found, missing=missing)  # type: ignore[arg-type]


def _attainment(row: Progress) -> Attainment | None:
    if row.attainment is None or row.attainment_clamped is None or row.gap is None:
        return None
    return Attainment(raw=row.attainment, clamped=row.attainment_clamped, gap=row.gap)


def _pace(row: Progress) -> Pace | None:
    if row.pace is None:
        return None
    return Pace(
        observed=row.pace,
        required_total=row.required_total,
        required_now=row.required_pace,
        ratio=row.pace_ratio,
        expected_now=row.expected_now,
        ahead=row.expected_gap,
        days_ahead=row.days_ahead,
    )


def _projection(row: Progress) -> ProjectedValue | None:
    if row.projected is None:
        return None
    return ProjectedValue(
        value=row.projected,
        lower=row.projected_lower,
        upper=row.projected_upper,
        level=row.level,
        probability=row.probability,
        arrival=row.arrival,
    )


def _no_attainment(row: Progress) -> str:
    if row.target_low is None and row.target_high is None:
        return "not_applicable"
    return "no_baseline" if row.baseline is None else "baseline_is_target"


def _no_line(row: Progress) -> str:
    if row.reason in _CLOSED or "/" in row.method or not row.indicator:
        return "not_applicable"
    return "too_few_points"


def _no_projection(row: Progress) -> str:
    return "no_due" if row.due is None else _no_line(row)


def _no_assurance(row: Progress) -> str:
    aimed = row.target_low is not None or row.target_high is not None
    return "too_few_points" if row.indicator and aimed else "not_applicable"
