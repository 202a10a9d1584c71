"""The numbers of figures that are put together: values, what they are made of, and what they could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.measurements._columns import Columns
from maalbib.measurements._schema import STATUS_CODES
from maalbib.measurements._territory_groups import Groups, number_in, places_in
from maalbib.measurements._territory_methods import MEAN, RATIO, SUM, Methods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.uint8]

__all__ = ["numbers_of", "weighing"]

_BREAK: Final = np.uint8(STATUS_CODES.index("B"))


def weighing(columns: Columns, method: Ints, groups: Groups) -> Floats:
    """Return for each row the amount that is carried: the value of a sum, else what is below the line."""
    by_row = np.full(columns.length, SUM, dtype=np.int64)
    by_row[groups.row] = method[groups.group]
    below = number_in(columns, "denominator")
    below = np.where(np.isfinite(below) | (by_row == RATIO), below, number_in(columns, "n"))
    return np.where(by_row == SUM, columns.numbers["value"], below)


def numbers_of(columns: Columns, groups: Groups, methods: Methods, status: Marks, gone: Bools) -> dict[str, Floats]:
    """Return every column of numbers, by figure.

    Parameters
    ----------
    columns, groups, methods
        The rows, the parts of each figure, and how indicators add up.
    status
        The status of each figure.
    gone
        Figures without a value.
    """
    method, factor = methods.method[groups.indicator], methods.factor[groups.indicator]
    value, numerator, denominator = (number_in(columns, name) for name in ("value", "numerator", "denominator"))
    amount = weighing(columns, method, groups)
    above, below = groups.added(numerator), groups.added(denominator)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_method = [
            groups.added(value),
            factor * above / below,
            groups.added(value * amount) / groups.added(amount),
        ]
    known = np.select([method == SUM, method == RATIO, method == MEAN], by_method, np.nan)
    numbers = {"value": np.where(gone, np.nan, known)}
    for name, added in (("numerator", above), ("denominator", below), ("n", _people(columns, groups))):
        if name in columns.numbers:
            unknown = gone | groups.any(np.isnan(columns.numbers[name]))
            numbers[name] = np.where(unknown, np.nan, added)
    if groups.estimated.any() or "lower" in columns.numbers or "upper" in columns.numbers:
        numbers["lower"], numbers["upper"] = _bounds(columns, groups, methods, numbers["value"])
    if "pre_break" in columns.numbers:
        numbers["pre_break"] = np.where(gone, np.nan, _before_break(columns, groups, method, status))
    return numbers


def _people(columns: Columns, groups: Groups) -> Floats:
    """Return how many people are behind each figure, a guess rounded down."""
    added = groups.added(number_in(columns, "n"))
    return np.where(groups.estimated, np.floor(added + 1e-9), np.rint(added))


def _bounds(columns: Columns, groups: Groups, methods: Methods, value: Floats) -> tuple[Floats, Floats]:
    """Return what a figure could at least and at most be: every part that is not exact between nothing and all.

    A mean has none, for nothing is known about the people who make up a part. A part of a share moves above and below the
    line together; those of another ratio move by themselves.
    """
    method, share = methods.method[groups.indicator], methods.share[groups.indicator]
    held, above, below = (number_in(columns, name) for name in ("value", "numerator", "denominator"))
    sure, parts = ~groups.open, groups.open
    fixed, least, most = (
        groups.added(held, sure),
        groups.unweighted(np.minimum(held, 0), parts),
        groups.unweighted(np.maximum(held, 0), parts),
    )
    up, down = groups.added(above, sure), groups.added(below, sure)
    more_up, more_down = groups.unweighted(above, parts), groups.unweighted(below, parts)
    factor = methods.factor[groups.indicator]
    with np.errstate(invalid="ignore", divide="ignore"):
        low = factor * up / (down + more_down - np.where(share, more_up, 0.0))
        high = factor * (up + more_up) / (down + np.where(share, more_up, 0.0))
    lower = np.where(method == SUM, fixed + least, np.where(method == RATIO, low, np.nan))
    upper = np.where(method == SUM, fixed + most, np.where(method == RATIO, high, np.nan))
    unknown = ~(groups.estimated & groups.open_there & np.isfinite(value)) | _any_open(groups, np.isnan(held))
    lower, upper = (np.where(unknown | ~np.isfinite(side), np.nan, side) for side in (lower, upper))
    return np.minimum(lower, value), np.maximum(upper, value)


def _any_open(groups: Groups, rows: Bools) -> Bools:
    return np.bincount(groups.group, rows[groups.row] & groups.open, len(groups)) > 0


def _before_break(columns: Columns, groups: Groups, method: Ints, status: Marks) -> Floats:
    """Return a sum by the old method: where a part has no break its value is the same by both."""
    broken = places_in(columns, "status", STATUS_CODES) == _BREAK
    old = np.where(broken, columns.numbers["pre_break"], columns.numbers["value"])
    known = (method == SUM) & (status == _BREAK) & ~groups.any(np.isnan(old))
    return np.where(known, groups.added(old), np.nan)
