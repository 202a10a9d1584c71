"""Cohorts: of those who started together, how many got there within the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from maalbib.derived._cases import EPOCH, Cases, day_number, grouped, known_by, read_cases, same_people
from maalbib.derived._definition import PARTS, new_series
from maalbib.derived._limit import tell_counts
from maalbib.derived._made import PROVISIONAL, Made, finished
from maalbib.derived._options import choice, confidence_of, day_of, positive, whole
from maalbib.derived._quotient import divide
from maalbib.derived._rows import Bools, Floats, Ints
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.measurements._locale import LocaleName
    from maalbib.model import Frequency, Indicator
    from maalbib.register import Register

__all__ = ["cohort_rate"]


def cohort_rate(
    starters: object,
    *,
    as_of: str | dt.date,
    indicator: str | Indicator,
    days: int | None = None,
    months: int | None = None,
    outcomes: object | None = None,
    open_cohorts: Literal["withhold", "decided"] = "withhold",
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
    """Follow those who started, and return the share with the outcome within the window.

    Parameters
    ----------
    starters
        A pandas frame or anything that speaks Arrow, a row for each start, with the columns ``institution``, ``start`` and
        ``outcome`` (dates; none where the outcome has not come). Other columns are not looked at.
    as_of
        The day that outcomes are known until. Later ones are not known; later starts are not there.
    indicator
        The new series: its definition, or only an id.
    days, months
        The window; one of the two. Its last day is the start plus so many days or months, the last day of the month where
        that month has no such day.
    outcomes
        The outcomes in a table of their own, with the columns ``person`` and ``outcome``; ``starters`` then has ``person`` and no
        ``outcome``. The first outcome from the start on counts.
    open_cohorts
        A cohort is open until its period and the window of every starter are over. ``"withhold"``: it has no rate yet.
        ``"decided"``: it has that of the starters whose window is over, as provisional. In neither do those who are still under
        way count as failures; ``problems`` says how many they are.
    freq
        Frequency of the cohorts, by their start.
    columns
        What the columns are called, in both tables: ``{"start": "Påbegyndt", "outcome": "Afbrudt", "person": "Elev"}``. Where
        ``person`` is among them, a person counts once in a cohort, from the first start.
    institution
        The institution of every starter, where no column says it.
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
        A row for each institution, cohort and breakdown: ``numerator`` those with the outcome, ``denominator`` and ``n`` the
        starters that count. Nothing about a person comes out.

    Raises
    ------
    DataError
        With every problem: dates that are none, an outcome before the start, person numbers (which have no business here: use
        pseudonyms).
    ArgumentError
        If an argument is wrong.

    Notes
    -----
    Cost: proportional to the number of starters; with people, times its logarithm.

    Examples
    --------
    >>> import pandas as pd
    >>> from maalbib.derived import cohort_rate
    >>> frame = pd.DataFrame(
    ...     {
    ...         "institution": "0751",
    ...         "start": ["2022-08-10", "2022-08-10", "2022-09-01", "2023-08-10"],
    ...         "outcome": ["2022-12-01", None, "2024-01-15", None],
    ...     }
    ... )
    >>> rates = cohort_rate(frame, months=12, as_of="2024-07-31", freq="SY", indicator="drop_out")
    >>> [(str(row.period), row.value and round(row.value, 1), row.n) for row in rates]
    [('2022/23', 33.3, 3), ('2023/24', None, None)]
    """
    known_until = day_number(day_of("as_of", as_of))
    window = _Window.of(days, months)
    choice("open_cohorts", open_cohorts, ("withhold", "decided"))
    by, level = positive("per", per), confidence_of(confidence)
    known = known_by(catalogue, register)
    new = new_series(known, indicator, (), per=by, kinds=PARTS)
    names = dict(columns or {})
    persons = outcomes is not None or "person" in names
    wanted = ("institution", "start", *(("outcome",) if outcomes is None else ()), *(("person",) if persons else ()))
    own = {name: own for name, own in names.items() if name != "outcome" or outcomes is None}
    read = read_cases(starters, wanted, columns=own, institution=institution, breakdowns=breakdowns, locale=locale)
    if outcomes is not None:
        read = _with_outcomes(read, outcomes, names, locale)
    start = read.days["start"]
    places = np.flatnonzero(start <= known_until)
    made, cell = grouped(read, start, freq, places)
    outcome = np.where(read.days["outcome"] <= known_until, read.days["outcome"], np.nan)[places]
    begun, first = start[places], np.ones(len(places), dtype=bool)
    if read.people is not None:
        first = _first_starts(same_people(read.people)[0][places], cell, begun)
    last = window.last_day(begun)
    followed = _Followed(cell=cell[first], got_there=(outcome <= last)[first], over=(last <= known_until)[first])
    coming = made.codes["period"].each((day_number(period.end) > known_until for period in made.periods), False, bool)
    _fill(made, followed, coming, open_cohorts, by, level)
    params: dict[str, Any] = {
        "days": days,
        "months": months,
        "as_of": (EPOCH + dt.timedelta(days=known_until)).isoformat(),
    }
    return finished(
        known,
        made,
        new,
        method="cohort_rate",
        inputs=(),
        params=params
        | {"how": window.unit, "window": window.length, "open_cohorts": open_cohorts, "per": by, "confidence": level},
        register=register,
    )


@attrs.frozen
class _Window:
    """How long starters are followed."""

    unit: str
    length: int

    @classmethod
    def of(cls, days: int | None, months: int | None) -> _Window:
        if (days is None) == (months is None):
            raise ArgumentError("derived.window")
        if days is not None:
            return cls("days", whole("days", days, 0))
        return cls("months", whole("months", months, 0))

    def last_day(self, start: Floats) -> Floats:
        """Return the last day of the window of each start."""
        if self.unit == "days":
            return start + self.length
        day = start.astype(np.int64).astype("datetime64[D]")
        month = day.astype("datetime64[M]")
        target = month + self.length
        longest = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]") - np.timedelta64(1, "D")
        within = np.minimum(day - month.astype("datetime64[D]"), longest)
        ends = target.astype("datetime64[D]") + within
        return np.asarray(ends.astype(np.int64), dtype=np.float64)


def _with_outcomes(read: Cases, outcomes: object, names: Mapping[str, str], locale: LocaleName | None) -> Cases:
    """Return the starters with the first outcome of each from the start on."""
    own = {name: label for name, label in names.items() if name in {"person", "outcome"}}
    found = read_cases(outcomes, ("outcome", "person"), columns=own, locale=locale)
    starter, person = same_people(read.people, found.people)
    day = found.days["outcome"]
    known = np.flatnonzero(~np.isnan(day))
    order = known[np.lexsort((day[known], person[known]))]
    span = 2.0**26  # days; more than any date has
    keys = person[order] * span + day[order]
    at = np.searchsorted(keys, starter * span + read.days["start"])
    place = np.append(order, -1)[np.minimum(at, len(order))]
    matched = (place >= 0) & (np.append(person, -1)[place] == starter)
    return attrs.evolve(read, days={**read.days, "outcome": np.where(matched, np.append(day, np.nan)[place], np.nan)})


def _first_starts(person: Ints, cell: Ints, start: Floats) -> Bools:
    """Return the first start of each person in each cohort; the earliest row where two are on one day."""
    key = cell * (int(person.max(initial=0)) + 1) + person
    order = np.lexsort((start, key))
    first = np.zeros(len(start), dtype=bool)
    first[order[np.diff(key[order], prepend=-1) != 0]] = True
    return first


@attrs.frozen(eq=False, kw_only=True)
class _Followed:
    """The starters that count: their cohort, whether they got there in time, and whether their window is over."""

    cell: Ints
    got_there: Bools
    over: Bools

    def count(self, mask: Bools, size: int) -> Ints:
        """Return how many of each cohort are among some."""
        return np.bincount(self.cell[mask], minlength=size)


def _fill(
    made: Made, found: _Followed, coming: Bools, open_cohorts: str, per: float, confidence: float | None
) -> None:
    size = len(made)
    everyone = found.count(np.ones(len(found.cell), dtype=bool), size)
    over = found.count(found.over, size)
    reached = found.count(found.got_there & found.over, size)
    still = coming | (over < everyone)
    tell_counts(made, np.where(still, everyone - over, 0), "derived.open_starters")
    if open_cohorts == "withhold":
        made.withhold(still, "derived.cohort_open")
    else:
        made.withhold(still & (over == 0), "derived.cohort_open")
        made.tell(still & (over > 0), "derived.cohort_open")
        made.status = np.where(still & (over > 0), PROVISIONAL, made.status)
    shown = ~still | ((over > 0) & (open_cohorts == "decided"))
    counted = np.where(shown, over, np.nan)
    made.numbers["n"] = counted
    divide(made, np.where(shown, reached, np.nan), counted, per=per, confidence=confidence)
