"""From Arrow arrays to columns of codes, numbers and days; what cannot be read is a finding, never a guess."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.measurements._codes import BLANKS, Codes, codes_of, is_text, tidy
from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._facts import range_of, rows_where
from maalbib.measurements._missing_marks import Mark
from maalbib.measurements._numbers import NumberColumn, parse_numbers
from maalbib.model import Frequency, Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._locale import Locale, LocaleName

__all__ = ["not_finite_details", "read_code", "read_comment", "read_day", "read_number", "read_period", "read_whole"]

compute: Final[Any] = pc  # its stubs know no plain values among the arguments

_EXACT: Final = 2**53  # from here on a float may stand for several whole numbers
_LOOKS: Final = {"number.english_decimal": "number.looks_english", "number.danish_decimal": "number.looks_danish"}
# A whole number cannot be a decimal of the other language.
_DOUBTS: Final = frozenset({"number.maybe_english", "number.maybe_danish", *_LOOKS.values()})
_SECRET: Final = Mark(status="Q", conf="C")
_SECRET_BESIDE: Final = Mark(status="A", conf="C")
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL: Final = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"
)


def read_code(columns: Columns, name: str, column: pa.ChunkedArray[Any], locale: Locale) -> Iterator[Finding]:
    """Read a column of codes; numbers are refused, because leading zeros may already be lost."""
    del locale
    codes = codes_of(column)
    if codes is None:
        columns.codes[name] = Codes.empty(columns.length)
        columns.mark_all_unread(name)
        yield Finding(code="code.not_text", column=name)
        return
    trimmed = codes.where(text != text.strip(BLANKS) for text in codes.texts)
    yield Finding(code="text.trimmed", column=name, rows=trimmed, level="warning")
    composed = codes.where(text.strip(BLANKS) != tidy(text) for text in codes.texts)
    yield Finding(code="text.normalised", column=name, rows=composed, level="warning")
    columns.codes[name] = codes.mapped(tidy)


def read_period(columns: Columns, name: str, column: pa.ChunkedArray[Any], locale: Locale) -> Iterator[Finding]:
    """Read a column of periods as canonical texts; whole numbers are taken for years."""
    kind = column.type
    refused = None
    if pa.types.is_temporal(kind):
        refused = "period.from_date"
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        column = _as_years(column)
        yield Finding(code="period.from_number", column=name, level="warning")
    codes = None if refused else codes_of(column)
    if codes is None:
        columns.codes[name] = Codes.empty(columns.length)
        columns.mark_all_unread(name)
        yield Finding(code=refused or "code.not_text", column=name)
        return
    yield from _parse_periods(columns, name, codes, locale)


def _as_years(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    """Write whole numbers as text; others keep their decimals and will be refused as periods."""
    values = column.to_numpy()
    distinct, codes = np.unique(values, return_inverse=True)
    texts = [None if year != year else f"{year:.0f}" if year == np.trunc(year) else repr(year) for year in distinct]  # noqa: PLR0124 - NaN
    return pa.chunked_array(
        [Codes(codes.reshape(-1).astype(np.int32), tuple(map(str, texts))).renamed(texts).to_arrow()]
    )


def _parse_periods(columns: Columns, name: str, codes: Codes, locale: Locale) -> Iterator[Finding]:
    found = [locale.period(text) for text in codes.texts]
    for fault in sorted({period for period in found if isinstance(period, str)}):
        rows = codes.where(period == fault for period in found)
        columns.mark_unread(name, rows)
        yield Finding(code=fault, column=name, rows=rows)
    if any(isinstance(period, Period) and period.freq is Frequency.SCHOOL_YEAR for period in found):
        alike = codes.where(isinstance(period, Period) and period.looks_like_school_year for period in found)
        yield Finding(code="period.looks_like_school_year", column=name, rows=alike, level="warning")
    columns.codes[name] = codes.renamed([period.code if isinstance(period, Period) else None for period in found])


def read_number(columns: Columns, name: str, column: pa.ChunkedArray[Any], locale: Locale) -> Iterator[Finding]:
    """Read a column of numbers as floats, NaN for an empty cell; minus zero becomes zero."""
    kind = column.type
    if pa.types.is_dictionary(kind) and not is_text(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if is_text(kind) and locale.numbers is not None:
        yield from _parse_numbers(columns, name, column, locale.numbers, locale)
    elif _is_numeric(kind) or (is_text(kind) and column.null_count == len(column)):
        yield from _take_numbers(columns, name, column)
    else:
        columns.numbers[name] = np.full(columns.length, np.nan)
        columns.mark_all_unread(name)
        yield Finding(code="number.from_text" if is_text(kind) else "number.wrong_type", column=name)


def _is_numeric(kind: pa.DataType) -> bool:
    known = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
    return any(fits(kind) for fits in known)


def _take_numbers(columns: Columns, name: str, column: pa.ChunkedArray[Any]) -> Iterator[Finding]:
    kind = column.type
    if pa.types.is_floating(kind) and kind != pa.float64():
        yield Finding(code="value.float32", column=name, level="warning")
    values = _floats(column)
    columns.numbers[name] = values
    if pa.types.is_floating(kind):
        yield Finding(code="value.nan_as_missing", column=name, rows=_nan_rows(column, values), level="warning")
    elif max(abs(side) for side in _ends(values)) >= _EXACT:
        large = np.flatnonzero(np.abs(values) >= _EXACT)
        yield Finding(code="value.rounded", column=name, rows=large, level="warning")
    if pa.types.is_decimal(kind):
        columns.decimals[name] = np.full(columns.length, max(0, kind.scale), dtype=np.int64)


def _floats(column: pa.ChunkedArray[Any]) -> NDArray[np.float64]:
    """Return a copy of a column of numbers as floats, NaN for an empty cell."""
    values = np.empty(len(column), dtype=np.float64)
    start = 0
    for chunk in column.chunks:
        numbers = chunk if pa.types.is_floating(chunk.type) else compute.cast(chunk, pa.float64(), safe=False)
        part = numbers.to_numpy(zero_copy_only=False)
        np.add(part, 0.0, out=values[start : start + len(part)])  # also turns -0.0 into 0.0
        start += len(part)
    return values


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    found = range_of(values)
    return (found.low, found.high) if found.low <= found.high else (0.0, 0.0)


def _nan_rows(column: pa.ChunkedArray[Any], values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the cells that hold NaN, which are not empty ones."""
    if not range_of(values).has_empty:
        return np.empty(0, dtype=np.int64)
    empty = np.isnan(values)
    if column.null_count:
        empty &= column.is_valid().to_numpy()
    return np.flatnonzero(empty)


def _parse_numbers(
    columns: Columns, name: str, column: pa.ChunkedArray[Any], dialect: LocaleName, locale: Locale
) -> Iterator[Finding]:
    read = parse_numbers(
        column,
        dialect,
        marks=locale.marks,
        percent=locale.percent,
        suppressed_value=locale.suppressed if name == "value" else None,
        flags=locale.flags,
        censored=locale.censored,
    )
    columns.numbers[name] = read.values
    columns.decimals[name] = read.decimals
    _remember(columns, name, read, locale)
    for code, rows in sorted(read.bad.items()):
        columns.mark_unread(name, rows)
        details = not_finite_details(columns, name) if code == "number.not_finite" else {}
        yield Finding(code=code, column=name, rows=rows, details=details)
        if code in _LOOKS:
            yield Finding(code=_LOOKS[code], column=name, level="info", details=dict(read.readings))
    for code, rows in read.doubtful.items():
        count = {"count": len(rows), "rest": read.readings["either"] - len(rows)}
        yield Finding(code=code, column=name, level="warning", details=count)


def _remember(columns: Columns, name: str, read: NumberColumn, locale: Locale) -> None:
    """Remember what cells say about their row besides a number: marks in place of the value, flags and limits."""
    if name == "value":
        marks = [
            (locale.marks[mark], rows)
            for mark, rows in read.marked.items()
            if mark or locale.marks[mark].status != "O"
        ]
        columns.marked += [(mark, rows) for mark, rows in marks if mark.value is None]
        columns.marked.append((_SECRET, read.suppressed))
        columns.censored = (read.censored, read.limits)
    # A number beside the value that is withheld makes the row confidential; the value itself is there.
    columns.marked.append((_SECRET if name == "value" else _SECRET_BESIDE, read.censored))
    columns.marked += [(Mark(status=locale.flags[flag]), rows) for flag, rows in read.flagged.items()]
    columns.marked = [(mark, rows) for mark, rows in columns.marked if len(rows)]


def not_finite_details(columns: Columns, name: str) -> dict[str, object]:
    """Return what the sentence of ``number.not_finite`` names; definitions use the same one."""
    return {"model": "Measurement", "field": columns.names.get(name, name)}


def read_whole(columns: Columns, name: str, column: pa.ChunkedArray[Any], locale: Locale) -> Iterator[Finding]:
    """Read a column of whole numbers."""
    found = read_number(columns, name, column, locale)
    yield from (finding for finding in found if finding.code not in _DOUBTS)
    values, decimals = columns.numbers[name], columns.decimals.get(name)
    whole = pa.types.is_integer(column.type) or (decimals is not None and bool((decimals <= 0).all()))
    rows = np.empty(0, dtype=np.int64)
    if not whole:
        rows = rows_where(
            len(values), lambda part: np.isfinite(values[part]) & (values[part] != np.trunc(values[part]))
        )
    columns.mark_unread(name, rows)
    yield Finding(code="number.not_whole", column=name, rows=rows)


def read_day(columns: Columns, name: str, column: pa.ChunkedArray[Any], locale: Locale) -> Iterator[Finding]:
    """Read a column of dates as days since 1970, NaN for an empty cell."""
    if pa.types.is_null(column.type) or is_text(column.type):
        yield from _parse_days(columns, name, codes_of(column) or Codes.empty(columns.length), locale)
    elif pa.types.is_date(column.type) or (pa.types.is_timestamp(column.type) and column.type.tz is None):
        days = column.cast(pa.date32(), safe=False)
        back = days.cast(column.type, safe=False)
        rows = np.flatnonzero(compute.fill_null(compute.not_equal(back, column), False).to_numpy())
        columns.numbers[name] = days.cast(pa.int32()).cast(pa.float64()).to_numpy()
        columns.mark_unread(name, rows)
        yield Finding(code="vintage.has_time", column=name, rows=rows)
    else:
        columns.numbers[name] = np.full(columns.length, np.nan)
        columns.mark_all_unread(name)
        yield Finding(code="vintage.wrong_type", column=name)


def _parse_days(columns: Columns, name: str, codes: Codes, locale: Locale) -> Iterator[Finding]:
    days = [_day(text, locale) for text in codes.texts]
    rows = codes.where(day is None for day in days)
    columns.mark_unread(name, rows)
    yield Finding(code="vintage.not_a_date", column=name, rows=rows)
    first = dt.date(1970, 1, 1)
    columns.numbers[name] = codes.each(
        (np.nan if day is None else (day - first).days for day in days), np.nan, np.float64
    )


def _day(text: str, locale: Locale) -> dt.date | None:
    if _ISO_DAY.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return None
    period = locale.period(text)
    return period.start if isinstance(period, Period) and period.freq is Frequency.DAY else None


def read_comment(columns: Columns, name: str, column: pa.ChunkedArray[Any], locale: Locale) -> Iterator[Finding]:
    """Keep a column of remarks; a remark with control characters is dropped, its row is not."""
    del locale
    if not (pa.types.is_null(column.type) or is_text(column.type)):
        columns.comment = pa.nulls(columns.length, pa.string())
        yield Finding(code="comment.not_text", column=name, level="warning")
        return
    texts = column.cast(pa.string()).combine_chunks()
    controls = compute.fill_null(compute.match_substring_regex(texts, _CONTROL), False)
    empty = compute.or_(controls, compute.fill_null(compute.equal(texts, ""), False))
    columns.comment = compute.if_else(empty, pa.scalar(None, pa.string()), texts)
    rows = np.flatnonzero(controls.to_numpy(zero_copy_only=False))
    yield Finding(code="comment.control_char", column=name, rows=rows, level="warning")
