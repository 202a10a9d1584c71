"""What is said of each point: its status, its limits within what is possible, or why it has none."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray
from maalbib.stats.charts._kind import Kind
from maalbib.stats.charts._options import Options
from maalbib.stats.charts._points import KNOWN, Lines, Points

__all__ = ["REASON", "STATUS", "Columns", "Faults", "judged"]

STATUS: Final = np.array(["", "full", "trial", "centre_only", "no_variation"], dtype=object)
"""Words of the codes of a status."""

REASON: Final = np.array(
    [
        "",
        "not_applicable",
        "value_out_of_range",
        "no_data",
        "too_few_points",
        "no_variation",
        "invalid_value",
        "negative_input",
        "zero_denominator",
        "numerator_exceeds_denominator",
        "missing_input",
    ],
    dtype=object,
)
"""Words of the codes of a reason."""

_CODE: Final = {reason: np.int8(code) for code, reason in enumerate(REASON.tolist())}
_WITHOUT_CENTRE: Final = [_CODE["not_applicable"], _CODE["value_out_of_range"]]

Codes = npt.NDArray[np.int8]
Columns = dict[str, npt.NDArray[Any]]
Faults = list[tuple[BoolArray, str]]


def judged(points: Points, kind: Kind, lines: Lines, whole: Faults, faults: Faults) -> Columns:
    """Return everything that a result holds about the lines, per point.

    ``whole`` are the places of lines without any chart, ``faults`` the points that have no value; of several, the
    first counts.
    """
    columns = _told(points.options, kind, lines, whole)
    if points.by_group:
        columns = {name: points.base.everywhere(column) for name, column in columns.items()}
    _lose(columns, faults)
    size = len(points.values)
    used, screened = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    used[points.base.index] = True
    if points.given is not None:
        used &= lines.points != KNOWN
    if lines.screened is not None:
        screened[lines.screened] = True
    return columns | {"baseline": used, "screened": screened}


def _told(options: Options, kind: Kind, lines: Lines, whole: Faults) -> Columns:
    """Judge lines wherever they are told."""
    size = len(lines.centre)
    reason = _first(
        size,
        *whole,
        (lines.points == 0, "no_data"),
        (lines.points < min(options.min_points, options.min_points_trial), "too_few_points"),
        (np.full(size, not kind.limited), "not_applicable"),
        (lines.constant, "no_variation"),
        (np.isnan(lines.lower) | np.isnan(lines.upper), "too_few_points"),
    )
    centre = lines.centre * options.per
    for where, _ in whole:
        centre[where] = np.nan
    without = reason > 0
    status = np.where(lines.points < options.min_points, np.int8(2), np.int8(1))
    status[without] = np.where(reason[without] == _CODE["no_variation"], np.int8(4), np.int8(3))
    status[np.isnan(centre)] = 0
    nothing = np.full(size, np.nan)
    sigma = nothing if lines.sigma is None else np.where(without, np.nan, lines.sigma * options.per)
    return _held(lines, kind, options, without) | {
        "centre": centre,
        "sigma": sigma,
        "sigma_z": nothing if lines.sigma_z is None else lines.sigma_z,
        "status": status,
        "reason": reason,
    }


def _held(lines: Lines, kind: Kind, options: Options, without: BoolArray) -> Columns:
    """Return limits in the scale asked for, within what is possible, and where they lie at its end."""
    asked = options.range
    low, high = max(kind.low * options.per, asked[0]), min(kind.high * options.per, asked[1])
    lower, upper = lines.lower * options.per, lines.upper * options.per
    lower[without] = upper[without] = np.nan
    at_low, at_high = (lower <= low) & np.isfinite(low), (upper >= high) & np.isfinite(high)
    lower[at_low], upper[at_high] = low, high
    return {"lower": lower, "upper": upper, "clipped_lower": at_low, "clipped_upper": at_high}


def _lose(columns: Columns, faults: Faults) -> None:
    """Take their limits from single points. Where nothing is known, that no denominator is known either is no news."""
    said = columns["reason"].copy()
    for where, reason in reversed(faults):
        if not where.any():
            continue
        lost = where & ~np.isin(said, _WITHOUT_CENTRE)
        if reason == "missing_input":
            lost &= said != _CODE["no_data"]
        columns["reason"][lost] = _CODE[reason]
        columns["status"][lost & ~np.isnan(columns["centre"])] = 3
        for name in ("lower", "upper", "sigma"):
            columns[name][lost] = np.nan
        columns["clipped_lower"][lost] = columns["clipped_upper"][lost] = False


def _first(size: int, *found: tuple[BoolArray, str]) -> Codes:
    code = np.zeros(size, dtype=np.int8)
    for where, reason in reversed(found):
        code[where] = _CODE[reason]
    return code
