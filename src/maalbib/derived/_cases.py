"""Case data: a row for each case, of which only dates and groups are looked at and only counts come out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.derived._made import Made
from maalbib.derived._rows import Floats, Ints, cells_of
from maalbib.errors import ArgumentError, DataError, PeriodError
from maalbib.measurements import Measurements
from maalbib.measurements._cells import read_code, read_day
from maalbib.measurements._codes import Codes, is_text
from maalbib.measurements._columns import Columns, Finding, Ledger, Origin
from maalbib.measurements._intake import Given, Kind
from maalbib.measurements._locale import Locale, LocaleName
from maalbib.measurements._schema import MEASUREMENTS, TOTAL, schema_of
from maalbib.measurements._sources import arrow_table, given_of_arrow, given_of_pandas, is_frame
from maalbib.model import Frequency, Period
from maalbib.problems import Problems
from maalbib.register import holds_person_number

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["EPOCH", "Cases", "day_number", "grouped", "known_by", "read_cases", "same_people"]

EPOCH: Final = dt.date(1970, 1, 1)
_DAYS: Final = frozenset({"start", "end", "outcome"})
_LIKE_A_PERSON_NUMBER: Final = r"[0-9]{6}[- ]?[0-9]{4}"
_compute: Final[Any] = pc


@attrs.frozen(eq=False, kw_only=True)
class Cases:
    """What is looked at of cases.

    Attributes
    ----------
    codes
        ``institution`` and the breakdowns.
    breakdowns
        Names of the breakdown columns.
    days
        ``start``, ``end`` and ``outcome`` as days since 1970, NaN where there is none.
    people
        Whom each case is about, as Arrow text; None where nobody asks. Never put into a result.
    """

    codes: dict[str, Codes]
    breakdowns: tuple[str, ...]
    days: dict[str, Floats]
    people: Any = None

    def __len__(self) -> int:
        return len(self.days["start"] if "start" in self.days else self.days["outcome"])


def read_cases(
    data: object,
    wanted: Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    institution: str | None = None,
    breakdowns: str | Iterable[str] = (),
    locale: LocaleName | None = "iso",
) -> Cases:
    """Read the columns of cases that are asked for, and no others.

    Parameters
    ----------
    data
        A pandas frame or anything that speaks Arrow, a row per case.
    wanted
        Which of ``institution``, ``start``, ``end``, ``outcome``, ``person`` are needed; all but ``end`` and ``outcome`` in every row.
    columns
        What they are called in the table.
    institution
        The institution of every case, where no column says it.
    breakdowns
        Columns to count by.
    locale
        How dates in text are written; ``YYYY-MM-DD`` always is.

    Raises
    ------
    DataError
        With everything that is wrong: columns that are not there, cells that are no dates, person numbers.
    ArgumentError
        If an argument is wrong.
    """
    names = dict(columns or {})
    broken_down = (breakdowns,) if isinstance(breakdowns, str) else tuple(dict.fromkeys(breakdowns))
    allowed = [*wanted, *broken_down]
    if not set(names) <= set(allowed):
        raise ArgumentError.choice("columns", allowed)
    if any(name in MEASUREMENTS.names or name in _DAYS for name in broken_down):
        raise ArgumentError("breakdown.name")
    needed = [name for name in allowed if not (name == "institution" and institution is not None)]
    own = {name: names.get(name, name) for name in needed}
    given = _given(data, {label: "day" if name in _DAYS else "code" for name, label in own.items()})
    held = Columns(length=len(given.origin.rows), names=own, breakdowns=broken_down)
    ledger = Ledger(given.origin, own)
    people = [_read(given, held, ledger, name, own[name], Locale.of(locale)) for name in needed]
    if institution is not None:
        held.codes["institution"] = Codes.constant(institution, held.length)
    ledger.note(_broken(held, required=[name for name in needed if name not in {"end", "outcome", "person"}]))
    problems = given.problems + ledger.problems
    if len(problems.errors):
        raise DataError(problems)
    for name in broken_down:
        held.codes[name] = held.codes[name].filled(TOTAL)
    codes = {name: codes.take(None) for name, codes in held.codes.items()}
    return Cases(codes=codes, breakdowns=broken_down, days=held.numbers, people=next(filter(None, people), None))


def _given(data: object, kinds: Mapping[str, Kind]) -> Given:
    if is_frame(data):
        return given_of_pandas(data, kinds.get)
    return given_of_arrow(arrow_table(data))


def _read(given: Given, held: Columns, ledger: Ledger, name: str, own: str, locale: Locale) -> Any:
    """Read one column; return the people where it says who they are."""
    column = given.columns.get(own)
    if column is None or own in given.extensions:
        ledger.note([Finding(code="column.missing" if column is None else "column.extension_type", column=name)])
        column = pa.chunked_array([pa.nulls(held.length, pa.string())])
    if name == "person":
        ledger.note(_people_faults(column, name))
        return column if is_text(column.type) else None
    if name in _DAYS:
        ledger.note(read_day(held, name, column, locale))
    else:
        ledger.note(read_code(held, name, column, locale))
    fault = "vintage.not_a_date" if name in _DAYS else "code.not_text"
    ledger.note(Finding(code=fault, column=name, rows=rows) for _, rows in given.faults.get(own, ()))
    return None


def _people_faults(column: Any, name: str) -> Iterator[Finding]:
    """Find what stands for people and may not: numbers, empty cells, and person numbers, whose rows are not told."""
    if not is_text(column.type):
        yield Finding(code="code.not_text", column=name)
        return
    text = column.cast(pa.large_string())
    yield Finding(code="code.missing", column=name, rows=np.flatnonzero(text.is_null().to_numpy()))
    like = text.filter(_compute.fill_null(_compute.match_substring_regex(text, _LIKE_A_PERSON_NUMBER), False))
    if any(holds_person_number(each.as_py()) for each in like):
        yield Finding(code="cases.person_number", column=name)


def _broken(held: Columns, required: Sequence[str]) -> Iterator[Finding]:
    for name, codes in held.codes.items():
        if any(map(holds_person_number, codes.texts)):
            yield Finding(code="cases.person_number", column=name)
    for name in required:
        if name in held.codes and name not in held.breakdowns:
            rows = np.flatnonzero(held.codes[name].codes < 0)
            yield Finding(code="code.missing", column=name, rows=held.was_read(name, rows))
        elif name in held.numbers:
            rows = np.flatnonzero(np.isnan(held.numbers[name]))
            yield Finding(code="cases.no_date", column=name, rows=held.was_read(name, rows))
    start = held.numbers.get("start")
    for name in ("end", "outcome"):
        if start is not None and name in held.numbers:
            yield Finding(code="cases.order", column=name, rows=np.flatnonzero(held.numbers[name] < start))


def day_number(day: dt.date) -> int:
    """Return a day as the days since 1970."""
    return (day - EPOCH).days


def known_by(catalogue: Catalogue | None, register: Register | None) -> Measurements:
    """Return measurements without a row that know a catalogue and a register, to make a series from nothing else."""
    nothing = schema_of((), ()).empty_table()
    return Measurements._made(nothing, (), catalogue, register, Problems(), Origin(range(0)))  # noqa: SLF001 - there is nothing to check


def grouped(cases: Cases, day: Floats, freq: Frequency | str, counted: Ints) -> tuple[Made, Ints]:
    """Return a row for each institution, breakdown and period among some cases, and the row of each of these.

    Parameters
    ----------
    cases
        The cases.
    day
        The day that says which period a case belongs to.
    freq
        Frequency of the periods.
    counted
        Places of the cases that count.
    """
    period, periods = _periods(day, counted, freq)
    codes = {**cases.codes, "period": period}
    key = ("institution", *cases.breakdowns, "period")
    cell, first = cells_of(codes, key, counted)
    made = Made(
        codes={name: Codes(codes[name].codes[first], codes[name].texts) for name in key},
        breakdowns=cases.breakdowns,
        periods=periods,
        status=np.zeros(len(first), dtype=np.uint8),
        broken=np.zeros(len(first), dtype=bool),
    )
    return made, cell


def _periods(day: Floats, counted: Ints, freq: Frequency | str) -> tuple[Codes, tuple[Period, ...]]:
    frequency = freq if isinstance(freq, Frequency) else Frequency.parse(freq)
    distinct, place = np.unique(day[counted], return_inverse=True)
    try:
        found = [Period.of(EPOCH + dt.timedelta(days=int(each)), frequency) for each in distinct.tolist()]
    except PeriodError:
        raise ArgumentError("derived.period_of_day", freq=frequency.value) from None
    periods = sorted(set(found), key=lambda period: period.ordinal)
    number = {period: i for i, period in enumerate(periods)}
    codes = np.full(len(day), -1, dtype=np.int32)
    codes[counted] = np.array([number[period] for period in found], dtype=np.int32)[place.reshape(-1)]
    return Codes(codes, tuple(period.code for period in periods)), tuple(periods)


def same_people(*columns: Any) -> list[Ints]:
    """Return for each column of people a number for each person, the same in all of them."""
    text = pa.chunked_array(
        [chunk for column in columns for chunk in column.cast(pa.large_string()).chunks], pa.large_string()
    )
    encoded: Any = text.combine_chunks().dictionary_encode()
    numbers = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.split(numbers, np.cumsum([len(column) for column in columns])[:-1])
