"""Guarantees: how many cases were settled within the limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maalbib.derived._cases import EPOCH, Cases, day_number, grouped, known_by, read_cases
from maalbib.derived._definition import PARTS, new_series
from maalbib.derived._made import Made, finished
from maalbib.derived._options import choice, confidence_of, day_of, positive, whole
from maalbib.derived._quotient import divide
from maalbib.derived._rows import Bools, Floats, Ints, summed
from maalbib.errors import ArgumentError
from maalbib.measurements._columns import Finding

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.measurements._locale import LocaleName
    from maalbib.model import Frequency, Indicator
    from maalbib.register import Register

__all__ = ["tell_counts", "within_limit"]


def within_limit(
    cases: object,
    *,
    limit: int,
    as_of: str | dt.date,
    indicator: str | Indicator,
    unit: Literal["days", "working_days"] = "days",
    holidays: Iterable[str | dt.date] = (),
    cohort: Literal["all", "started"] = "all",
    by: Literal["start", "decided"] = "start",
    freq: Frequency | str = "A",
    columns: Mapping[str, str] | None = None,
    institution: str | None = None,
    breakdowns: str | Iterable[str] = (),
    locale: LocaleName | None = "iso",
    per: float = 100,
    confidence: float | None = 0.95,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
) -> Measurements:
    """Return the share of cases that were settled within a limit, open cases counted for what they are.

    Parameters
    ----------
    cases
        A pandas frame or anything that speaks Arrow, a row per case, with the columns ``institution``, ``start`` and ``end`` (dates;
        no end while the case is open). It is not changed, and other columns are not looked at.
    limit
        The longest time that is within, in days; a case that ends on the day it starts took 0.
    as_of
        The day that the data are known until. What ends later is open, what starts later is not there.
    indicator
        The new series: its definition, or only an id.
    unit, holidays
        ``"working_days"`` counts Monday to Friday without the holidays given. None are known beforehand.
    cohort
        ``"all"`` cases that are decided. ``"started"``: only those that began so long ago that every one is decided, for
        publication: among younger cases the quick ones are decided first, which flatters.
    by
        The period that a case belongs to: that of its ``"start"``, or that in which it was ``"decided"``: settled, or still open
        on the day after its limit.
    freq
        Frequency of the periods.
    columns
        What the columns are called: ``{"institution": "Kommune", "start": "Modtaget", "end": "Afgjort"}``.
    institution
        The institution of every case, where no column says it.
    breakdowns
        Columns to count by.
    locale
        How dates in text are written; ``YYYY-MM-DD`` always is.
    per
        What the share is multiplied by, 100 for per cent.
    confidence
        Level of Wilson's interval in ``lower`` and ``upper``; None for none.
    catalogue, register
        For the definition, and for what is known about institutions.

    Returns
    -------
    Measurements
        A row for each institution, period and breakdown: ``numerator`` the cases within, ``denominator`` and ``n`` those that are
        decided. Open cases that are above the limit are outside; open cases still inside are undecided, left out and counted
        in ``problems``. Missing with status ``O`` where no case is decided.

    Raises
    ------
    DataError
        With every problem: dates that are none, an end before the start, person numbers.
    ArgumentError
        If an argument is wrong.

    Notes
    -----
    Wilson's interval [1]_. A mean below the limit says nothing about the guarantee. Leaving open cases above the limit out,
    the usual shortcut, flatters the figure. Cost: proportional to the number of cases.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of
       the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> import pandas as pd
    >>> from maalbib.derived import within_limit
    >>> frame = pd.DataFrame(
    ...     {
    ...         "institution": "0751",
    ...         "start": ["2024-01-01", "2024-01-01", "2024-01-10", "2024-02-20"],
    ...         "end": ["2024-01-20", "2024-02-10", None, None],
    ...     }
    ... )
    >>> row = within_limit(frame, limit=30, as_of="2024-03-01", indicator="timely", per=1)[0]
    >>> row.numerator, row.denominator, round(row.value, 3)
    (1.0, 3.0, 0.333)
    """
    longest = whole("limit", limit, 0)
    known_until = day_number(day_of("as_of", as_of))
    choice("cohort", cohort, ("all", "started"))
    choice("by", by, ("start", "decided"))
    clock = _Clock(unit, holidays)
    by_what, level = positive("per", per), confidence_of(confidence)
    known = known_by(catalogue, register)
    new = new_series(known, indicator, (), per=by_what, kinds=PARTS)
    read = read_cases(
        cases,
        ("institution", "start", "end"),
        columns=columns,
        institution=institution,
        breakdowns=breakdowns,
        locale=locale,
    )
    judged = _Judged(read, longest, known_until, clock)
    counted = judged.there & (judged.over if cohort == "started" else True)
    day = read.days["start"] if by == "start" else judged.decided_on
    places = np.flatnonzero(counted & ~np.isnan(day))
    made, cell = grouped(read, day, freq, places)
    _fill(made, judged, places, cell, by_what, level)
    lost = int(np.count_nonzero(counted & np.isnan(day)))
    if lost:
        made.findings.append(_undecided_everywhere(lost))
    params: dict[str, Any] = {
        "limit": longest,
        "unit": unit,
        "as_of": (EPOCH + dt.timedelta(days=known_until)).isoformat(),
    }
    return finished(
        known,
        made,
        new,
        method="within_limit",
        inputs=(),
        params=params | {"how": unit, "cohort": cohort, "by": by, "per": by_what, "confidence": level},
        register=register,
    )


class _Clock:
    """How long something took."""

    def __init__(self, unit: str, holidays: Iterable[str | dt.date]) -> None:
        choice("unit", unit, ("days", "working_days"))
        self._working = unit == "working_days"
        off = [] if isinstance(holidays, str) else [day_of("holidays", day) for day in holidays]
        if off and not self._working:
            raise ArgumentError("derived.holidays")
        self._calendar = np.busdaycalendar(holidays=np.array(off, dtype="datetime64[D]"))

    def between(self, start: Floats, end: Floats) -> Floats:
        """Return the days from one to the other."""
        if not self._working:
            return end - start
        known = ~(np.isnan(start) | np.isnan(end))
        found = np.full(len(start), np.nan)
        first, last = (each[known].astype(np.int64).astype("datetime64[D]") for each in (start, end))
        found[known] = np.busday_count(first, last, busdaycal=self._calendar)
        return found

    def day_after(self, start: Floats, limit: int) -> Floats:
        """Return the first day on which more than the limit has passed."""
        if not self._working:
            return start + (limit + 1)
        days = start.astype(np.int64).astype("datetime64[D]")
        last = np.busday_offset(days, limit, roll="forward", busdaycal=self._calendar)
        return np.asarray(last.astype(np.int64), dtype=np.float64) + 1


class _Judged:
    """What is known about each case on the day that the data are known until."""

    def __init__(self, cases: Cases, limit: int, known_until: int, clock: _Clock) -> None:
        start = cases.days["start"]
        end = np.where(cases.days["end"] <= known_until, cases.days["end"], np.nan)
        closed = ~np.isnan(end)
        self.there: Bools = start <= known_until
        last = np.full(len(start), float(known_until))
        took = clock.between(start, np.where(closed, end, np.maximum(last, start)))
        self.within: Bools = self.there & closed & (took <= limit)
        self.outside: Bools = self.there & (took > limit)
        self.over: Bools = self.there & (clock.between(start, np.maximum(last, start)) > limit)
        late = clock.day_after(start, limit)
        self.decided_on: Floats = np.where(self.within, end, np.where(self.outside, late, np.nan))


def _fill(made: Made, judged: _Judged, places: Ints, cell: Ints, per: float, confidence: float | None) -> None:
    within, outside = (summed(mask[places], cell, len(made)) for mask in (judged.within, judged.outside))
    decided = within + outside
    made.withhold(decided == 0, "derived.none_decided")
    made.numbers["n"] = decided
    divide(made, within, decided, per=per, confidence=confidence)
    undecided = np.bincount(cell, minlength=len(made)) - decided.astype(np.int64)
    tell_counts(made, undecided, "derived.undecided")


def tell_counts(made: Made, counts: Ints, code: Literal["derived.undecided", "derived.open_starters"]) -> None:
    """Say of each row how many cases are not decided; rows with the same number share a problem."""
    for count in np.unique(counts[counts > 0]).tolist():
        made.tell(counts == count, code, count=count)


def _undecided_everywhere(count: int) -> Finding:
    return Finding(code="derived.undecided", column="value", level="warning", details={"count": count})
