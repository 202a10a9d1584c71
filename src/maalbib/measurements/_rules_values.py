"""Rules about numbers: finite, possible, and agreeing with what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.measurements._cells import not_finite_details
from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._decimals import written_decimals
from maalbib.measurements._facts import rows_where
from maalbib.measurements._known import Known
from maalbib.measurements._schema import MISSING_STATUSES, NUMBER_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["VALUE_RULES", "is_missing"]

Rule = Callable[[Columns, Known], Iterator[Finding]]

_SLACK: Final = 1e-9  # what arithmetic in binary may leave behind, as a share
_MOST_REVISION: Final = 2**31 - 1


def finite(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find infinite numbers."""
    for name in (*NUMBER_COLUMNS, "n", "revision"):
        values = columns.number(name)
        if values is not None and not known.facts.range(name).finite:
            rows = np.flatnonzero(np.isinf(values))
            columns.mark_unread(name, rows)
            yield Finding(code="number.not_finite", column=name, rows=rows, details=not_finite_details(columns, name))


def bounds(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find values outside the limits of their indicator, such as a share above 100 per cent."""
    value, indicator = columns.numbers["value"], columns.codes["indicator"].codes
    low, high = known.indicators.low, known.indicators.high
    span, used = known.facts.range("value"), columns.codes["indicator"].used()
    # The last element serves the code -1.
    lowest, highest = np.append(low - _slack(low), -np.inf), np.append(high + _slack(high), np.inf)
    if span.high > np.min(highest[:-1][used], initial=np.inf):
        rows = rows_where(
            columns.length, lambda part: (value[part] > highest[indicator[part]]) & _finite(value[part])
        )
        yield from _by_limit("value.above", rows, high[indicator[rows]])
    if span.low < np.max(lowest[:-1][used], initial=-np.inf):
        rows = rows_where(columns.length, lambda part: (value[part] < lowest[indicator[part]]) & _finite(value[part]))
        yield from _by_limit("value.below", rows, low[indicator[rows]])


def _finite(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.isfinite(values)
    return found


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


def statuses(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find values that contradict their status: a value is missing exactly where the status says why.

    A missing value whose status claims that it is there becomes status O, with a warning.
    """
    status, value = columns.codes.get("status"), columns.numbers["value"]
    if status is None:
        return
    says_missing = np.array([*(text in MISSING_STATUSES for text in status.texts), False], dtype=bool)
    says_there = np.array([*(text not in MISSING_STATUSES for text in status.texts), False], dtype=bool)
    if says_missing.any():
        contradicted = rows_where(
            columns.length, lambda part: says_missing[status.codes[part]] & ~np.isnan(value[part])
        )
        yield Finding(code="value.missing_status", column="status", rows=columns.was_read("value", contradicted))
    if known.facts.range("value").has_empty:
        claimed = rows_where(columns.length, lambda part: says_there[status.codes[part]] & np.isnan(value[part]))
        claimed = columns.was_read("status", columns.was_read("value", claimed))
        yield Finding(code="missing.empty", column="value", rows=claimed, level="warning")


def parts(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find negative numerators, unless the values may be negative, and denominators of zero or less beside a value."""
    numerator, denominator = columns.number("numerator"), columns.number("denominator")
    indicator, value = columns.codes["indicator"].codes, columns.numbers["value"]
    if numerator is not None and known.facts.range("numerator").low < 0:
        may_be = [
            item is not None and low < 0
            for item, low in zip(known.indicators.found, known.indicators.low, strict=True)
        ]
        signed = np.array([*may_be, False], dtype=bool)
        rows = rows_where(
            columns.length,
            lambda part: (numerator[part] < 0) & ~signed[indicator[part]] & np.isfinite(numerator[part]),
        )
        yield Finding(code="numerator.negative", column="numerator", rows=rows)
    if denominator is not None and known.facts.range("denominator").low <= 0:
        rows = rows_where(
            columns.length,
            lambda part: (
                (denominator[part] <= 0)
                & ~((denominator[part] == 0) & np.isnan(value[part]))
                & np.isfinite(denominator[part])
            ),
        )
        yield Finding(code="denominator.not_positive", column="denominator", rows=rows)


def ratio(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find shares, ratios and rates that are not numerator over denominator, up to the rounding of their decimals."""
    numerator, denominator = columns.number("numerator"), columns.number("denominator")
    if numerator is None or denominator is None or np.isnan(known.indicators.factor).all():
        return
    value, written = columns.numbers["value"], columns.decimals.get("value")
    indicator, factor = columns.codes["indicator"].codes, np.append(known.indicators.factor, np.nan)

    def apart(part: slice) -> NDArray[np.bool_]:
        with np.errstate(all="ignore"):
            computed = factor[indicator[part]] * numerator[part] / denominator[part]
        checked = (denominator[part] > 0) & np.isfinite(denominator[part]) & np.isfinite(value[part])
        checked &= np.isfinite(computed)
        rows = np.flatnonzero(checked)
        given, computed = value[part][rows], computed[rows]
        rounding = 0.5 * 10.0 ** -written_decimals(given, written, rows + part.start)
        checked[rows] = np.abs(given - computed) > rounding + _SLACK * np.maximum(1.0, np.abs(computed))
        return checked

    yield Finding(code="value.ratio", column="value", rows=rows_where(columns.length, apart))


def counts(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find numbers of people and of revisions that are below zero."""
    n, revision = columns.number("n"), columns.number("revision")
    if n is not None and known.facts.range("n").low < 0:
        rows = rows_where(columns.length, lambda part: (n[part] < 0) & np.isfinite(n[part]))
        yield Finding(code="n.negative", column="n", rows=rows)
    if revision is not None:
        out = ((revision < 0) | (revision > _MOST_REVISION)) & np.isfinite(revision)
        yield Finding(code="revision.range", column="revision", rows=np.flatnonzero(out))


def intervals(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find lower limits, values and upper limits that do not stand in this order."""
    lower, value, upper = columns.number("lower"), columns.numbers["value"], columns.number("upper")
    if lower is None and upper is None:
        return
    empty = np.isnan(value)
    pairs = (("lower", lower, value, True), ("upper", value, upper, True), ("upper", lower, upper, False))
    for name, small, large, with_value in pairs:
        if small is not None and large is not None:
            crossed = np.flatnonzero((empty != with_value) & _above(small, large))
            yield Finding(code="interval.order", column=name, rows=crossed)


def _above(small: NDArray[np.float64], large: NDArray[np.float64]) -> NDArray[np.bool_]:
    finite = np.isfinite(small) & np.isfinite(large)
    slack = _SLACK * np.maximum(1.0, np.abs(np.where(finite, large, 0.0)))
    with np.errstate(over="ignore"):  # above the largest number is infinity, which nothing is above
        return finite & (np.where(finite, small, 0.0) > np.where(finite, large, 0.0) + slack)


def overlaps(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find values by the old method that stand elsewhere than at the first value after a break."""
    before, status = columns.number("pre_break"), columns.codes.get("status")
    if before is not None:
        broken = np.zeros(columns.length, dtype=bool) if status is None else status.equals("B")
        rows = np.flatnonzero(np.isfinite(before) & ~broken)
        yield Finding(code="pre_break.status", column="pre_break", rows=rows, level="warning")


VALUE_RULES: Final[tuple[Rule, ...]] = (finite, bounds, statuses, parts, ratio, counts, intervals, overlaps)
