"""Rules about numbers: finite, possible, and agreeing with what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.measurements._cells import not_finite_details
from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._decimals import written_decimals
from maalbib.measurements._known import Known
from maalbib.measurements._schema import MISSING_STATUSES, NUMBER_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["VALUE_RULES", "is_missing"]

Rule = Callable[[Columns, Known], Iterator[Finding]]

_SLACK: Final = 1e-9  # what arithmetic in binary may leave behind, as a share
_MOST_REVISION: Final = 2**31 - 1


def finite(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find infinite numbers."""
    for name in (*NUMBER_COLUMNS, "n", "revision"):
        values = columns.number(name)
        if values is not None:
            rows = np.flatnonzero(np.isinf(values))
            columns.mark_unread(name, rows)
            yield Finding(code="number.not_finite", column=name, rows=rows, details=not_finite_details(columns, name))


def bounds(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find values outside the limits of their indicator, such as a share above 100 per cent."""
    value, indicator = columns.numbers["value"], columns.codes["indicator"]
    low, high = known.indicators.low, known.indicators.high
    above = value > indicator.each(high + _slack(high), np.inf, np.float64)
    below = value < indicator.each(low - _slack(low), -np.inf, np.float64)
    for code, limits, outside in (("value.above", high, above), ("value.below", low, below)):
        rows = np.flatnonzero(outside & np.isfinite(value))
        yield from _by_limit(code, rows, limits[indicator.codes[rows]])


def _slack(limits: NDArray[np.float64]) -> NDArray[np.float64]:
    return _SLACK * np.maximum(1.0, np.abs(limits))


def _by_limit(code: str, rows: NDArray[np.int64], limits: NDArray[np.float64]) -> Iterator[Finding]:
    for bound in np.unique(limits).tolist():
        yield Finding(code=code, column="value", rows=rows[limits == bound], details={"limit": bound})


def is_missing(columns: Columns) -> NDArray[np.bool_] | None:
    """Return which rows have a status that says why there is no value; None without a status column."""
    status = columns.codes.get("status")
    if status is None:
        return None
    return status.each([text in MISSING_STATUSES for text in status.texts], False, bool)


def statuses(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find values that contradict their status: a value is missing exactly where the status says why.

    A missing value whose status claims that it is there becomes status O, with a warning.
    """
    missing = is_missing(columns)
    if missing is None:
        return
    empty = np.isnan(columns.numbers["value"])
    contradicted = np.flatnonzero(missing & ~empty)
    yield Finding(code="value.missing_status", column="status", rows=columns.was_read("value", contradicted))
    claimed = np.flatnonzero(empty & ~missing & (columns.codes["status"].codes >= 0))
    claimed = columns.was_read("status", columns.was_read("value", claimed))
    yield Finding(code="missing.empty", column="value", rows=claimed, level="warning")


def parts(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find negative numerators, unless the values may be negative, and denominators of zero or less beside a value."""
    numerator, denominator = columns.number("numerator"), columns.number("denominator")
    if numerator is not None:
        signed = columns.codes["indicator"].each(known.indicators.low < 0, False, bool)
        known_sign = np.array([item is not None for item in known.indicators.found], dtype=bool)
        signed &= columns.codes["indicator"].each(known_sign, False, bool)
        rows = np.flatnonzero((numerator < 0) & ~signed & np.isfinite(numerator))
        yield Finding(code="numerator.negative", column="numerator", rows=rows)
    if denominator is not None:
        nothing = (denominator == 0) & np.isnan(columns.numbers["value"])
        rows = np.flatnonzero((denominator <= 0) & ~nothing & np.isfinite(denominator))
        yield Finding(code="denominator.not_positive", column="denominator", rows=rows)


def ratio(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find shares, ratios and rates that are not numerator over denominator, up to the rounding of their decimals."""
    numerator, denominator = columns.number("numerator"), columns.number("denominator")
    if numerator is None or denominator is None:
        return
    value = columns.numbers["value"]
    factor = columns.codes["indicator"].each(known.indicators.factor, np.nan, np.float64)
    with np.errstate(all="ignore"):
        computed = factor * numerator / denominator
    rows = np.flatnonzero((denominator > 0) & np.isfinite(value) & np.isfinite(computed))
    given, computed = value[rows], computed[rows]
    rounding = 0.5 * 10.0 ** -written_decimals(given, columns.decimals.get("value"), rows)
    apart = np.abs(given - computed) > rounding + _SLACK * np.maximum(1.0, np.abs(computed))
    yield Finding(code="value.ratio", column="value", rows=rows[apart])


def counts(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find numbers of people and of revisions that are below zero."""
    n, revision = columns.number("n"), columns.number("revision")
    if n is not None:
        yield Finding(code="n.negative", column="n", rows=np.flatnonzero((n < 0) & np.isfinite(n)))
    if revision is not None:
        out = ((revision < 0) | (revision > _MOST_REVISION)) & np.isfinite(revision)
        yield Finding(code="revision.range", column="revision", rows=np.flatnonzero(out))


def intervals(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find lower limits, values and upper limits that do not stand in this order."""
    lower, value, upper = (columns.number(name) for name in ("lower", "value", "upper"))
    empty = np.isnan(columns.numbers["value"])
    pairs = (("lower", lower, value, ~empty), ("upper", value, upper, ~empty), ("upper", lower, upper, empty))
    for name, small, large, rows in pairs:
        if small is not None and large is not None:
            crossed = np.flatnonzero(rows & _above(small, large))
            yield Finding(code="interval.order", column=name, rows=crossed)


def _above(small: NDArray[np.float64], large: NDArray[np.float64]) -> NDArray[np.bool_]:
    finite = np.isfinite(small) & np.isfinite(large)
    slack = _SLACK * np.maximum(1.0, np.abs(np.where(finite, large, 0.0)))
    return finite & (np.where(finite, small, 0.0) > np.where(finite, large, 0.0) + slack)


def overlaps(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find values by the old method that stand elsewhere than at the first value after a break."""
    before, status = columns.number("pre_break"), columns.codes.get("status")
    if before is not None:
        broken = np.zeros(columns.length, dtype=bool) if status is None else status.equals("B")
        rows = np.flatnonzero(np.isfinite(before) & ~broken)
        yield Finding(code="pre_break.status", column="pre_break", rows=rows, level="warning")


VALUE_RULES: Final[tuple[Rule, ...]] = (finite, bounds, statuses, parts, ratio, counts, intervals, overlaps)
