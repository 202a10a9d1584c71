"""Which unit of which division each row is for, and which parts of it go where."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._keys import numbered, packed
from maalbib.model import InstitutionKind, Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._territory import Wanted
    from maalbib.register import Register, Succession

__all__ = ["Parts", "parts_of"]

_EPOCH: Final = dt.date(1970, 1, 1)
_NOT_ITS_KIND, _NOT_ALIVE, _NOWHERE, _UNKNOWN, _HERE = -1, -2, -3, -4, -5


@attrs.frozen(eq=False, kw_only=True)
class Parts:
    """Rows cut into parts, each of which goes to one unit.

    Attributes
    ----------
    targets
        Codes of the units that something goes to, sorted.
    row
        (p,) The row that each part is cut from.
    target
        (p,) The unit that it goes to, as a position in ``targets``.
    weight
        (p,) The share of the row's figure.
    exact
        (p,) Whether the whole row goes there.
    need
        (p,) How many parts the figure of the unit is made of, those of weight 0 not counted.
    need_open
        (p,) How many parts that are not exact lead there, those of weight 0 counted.
    rest
        Rows of units of other kinds, which stay as they are.
    findings
        Rows that cannot be placed.
    """

    targets: tuple[str, ...]
    row: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray[np.float64]
    exact: NDArray[np.bool_]
    need: NDArray[np.int64]
    need_open: NDArray[np.int64]
    rest: NDArray[np.int64]
    findings: list[Finding]


@attrs.frozen(eq=False, kw_only=True)
class _Cut:
    """The parts of the rows of one division."""

    row: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray[np.float64]
    exact: NDArray[np.bool_]
    need: NDArray[np.int64]
    need_open: NDArray[np.int64]
    targets: tuple[str, ...]


def parts_of(columns: Columns, wanted: Wanted, register: Register) -> Parts:
    """Place every row in the division of its period, and cut it along what became of its unit."""
    institution = columns.codes["institution"]
    periods = tuple(Period.parse(text) for text in columns.codes["period"].texts)
    moment, days = _moments(columns, periods, wanted)
    torn = np.zeros(columns.length, dtype=bool)
    if wanted.division is None:
        torn[_ambiguous(columns, periods, wanted, register)] = True
        torn &= moment < len(periods)
    place = np.full(columns.length, _NOT_ITS_KIND, dtype=np.int64)
    cuts: list[_Cut] = []
    division = _divisions(days, wanted, register)
    for number in sorted(set(division)):
        day = days[division.index(number)]
        rows = np.flatnonzero(np.array([own == number for own in division])[moment] & ~torn)
        units = {entry.id for entry in register.select(wanted.of, on=day)}
        place[rows] = _standing(institution.texts, units, wanted, register)[institution.codes[rows]]
        here = rows[place[rows] == _HERE]
        if len(here):
            held = {institution.texts[code] for code in np.unique(institution.codes[here]).tolist()}
            path = _path(day, wanted, register, held)
            place[here] = _source_of(path, institution.texts)[institution.codes[here]]
            led = here[place[here] >= 0]
            cuts.append(_cut(path, led, place[led]))
    return _joined(cuts, place, torn, wanted)


def _moments(
    columns: Columns, periods: tuple[Period, ...], wanted: Wanted
) -> tuple[NDArray[np.int64], list[dt.date]]:
    """Return the day that fixes the unit of each row, as a position in the days: its period's, or that of its division."""
    days = [item.end if wanted.division == "end" else item.start for item in periods]
    indicator = columns.codes["indicator"]
    moment = columns.codes["period"].codes.astype(np.int64)
    for text, day in columns.divisions.items():
        moment[indicator.equals(text)] = len(days)
        days.append(_EPOCH + dt.timedelta(days=day))
    return moment, days


def _changes(kinds: set[InstitutionKind], register: Register) -> list[dt.date]:
    """Return the days on which units of some kinds begin or end."""
    entries = [entry for kind in kinds for entry in register.select(kind)]
    return sorted({day for entry in entries for day in (entry.valid_from, entry.valid_to) if day is not None})


def _divisions(days: list[dt.date], wanted: Wanted, register: Register) -> list[int]:
    """Return a number for each day, the same for days between which no unit began or ended."""
    changes = np.array(_changes({wanted.kind, wanted.of}, register), dtype="datetime64[D]")
    return [int(place) for place in np.searchsorted(changes, np.array(days, dtype="datetime64[D]"), side="right")]


def _path(day: dt.date, wanted: Wanted, register: Register, held: set[str]) -> Succession:
    """Return the way from the units of a day to those of the wanted division; only those that are held need a basis."""
    if wanted.kind is wanted.of:
        return register.succession(
            day, wanted.date, kind=wanted.kind, basis=wanted.basis, sizes=wanted.sizes, units=held
        )
    if register.select(wanted.kind, on=day):
        below = register.allocation(wanted.of, wanted.kind, on=day, rule=wanted.rule)
        after = register.succession(day, wanted.date, kind=wanted.kind, basis=wanted.basis, sizes=wanted.sizes)
        return attrs.evolve(below, basis=None).then(after)
    below = register.succession(day, wanted.date, kind=wanted.of, basis=wanted.basis, sizes=wanted.sizes, units=held)
    above = register.allocation(wanted.of, wanted.kind, on=wanted.date, rule=wanted.rule)
    return below.then(attrs.evolve(above, basis=None))


def _standing(texts: tuple[str, ...], units: set[str], wanted: Wanted, register: Register) -> NDArray[np.int64]:
    """Return for each code whether it stands for a unit of the kind, or why it does not; last what serves an empty cell."""

    def one(code: str) -> int:
        if code in units:
            return _HERE
        if code not in register.codes:
            return _UNKNOWN
        return _NOT_ALIVE if any(each.kind is wanted.of for each in register.identities(code)) else _NOT_ITS_KIND

    return np.array([*(one(text) for text in texts), _NOT_ITS_KIND], dtype=np.int64)


def _source_of(path: Succession, texts: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the position of each code among the sources; one that leads nowhere has none."""
    place = {code: number for number, code in enumerate(path.sources)} | dict.fromkeys(path.unplaced, _NOWHERE)
    return np.array([place.get(text, _NOWHERE) for text in texts], dtype=np.int64)


def _cut(path: Succession, rows: NDArray[np.int64], source: NDArray[np.int64]) -> _Cut:
    """Return a part for each edge that leaves the unit of a row."""
    first = np.searchsorted(path.source, source, side="left")
    count = np.searchsorted(path.source, source, side="right") - first
    own = np.repeat(np.arange(len(rows)), count)
    edge = np.repeat(first, count) + np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
    size = len(path.targets)
    target = path.target[edge]
    return _Cut(
        row=rows[own],
        target=target,
        weight=path.weight[edge],
        exact=path.exact[edge],
        need=np.bincount(path.target, path.weight > 0, size).astype(np.int64)[target],
        need_open=np.bincount(path.target, ~path.exact, size).astype(np.int64)[target],
        targets=path.targets,
    )


def _joined(cuts: list[_Cut], place: NDArray[np.int64], torn: NDArray[np.bool_], wanted: Wanted) -> Parts:
    targets = tuple(sorted({code for cut in cuts for code in cut.targets}))
    number = {code: position for position, code in enumerate(targets)}
    renumbered = [np.array([number[code] for code in cut.targets], dtype=np.int64)[cut.target] for cut in cuts]
    whole, none = np.zeros(0, dtype=np.int64), np.flatnonzero((place == _NOT_ITS_KIND) & ~torn)
    return Parts(
        targets=targets,
        row=np.concatenate([whole, *(cut.row for cut in cuts)]),
        target=np.concatenate([whole, *renumbered]),
        weight=np.concatenate([np.zeros(0), *(cut.weight for cut in cuts)]),
        exact=np.concatenate([np.zeros(0, dtype=bool), *(cut.exact for cut in cuts)]),
        need=np.concatenate([whole, *(cut.need for cut in cuts)]),
        need_open=np.concatenate([whole, *(cut.need_open for cut in cuts)]),
        rest=none if wanted.kind is wanted.of else whole,
        findings=[
            Finding(code="territory.ambiguous_period", column="period", rows=np.flatnonzero(torn)),
            Finding(
                code="territory.not_alive",
                column="institution",
                rows=np.flatnonzero((place == _NOT_ALIVE) & ~torn),
                details={"kind": wanted.of.value},
            ),
            Finding(code="territory.unknown", column="institution", rows=np.flatnonzero(place == _UNKNOWN)),
            Finding(
                code="territory.nowhere",
                column="institution",
                rows=np.flatnonzero(place == _NOWHERE),
                level="warning",
                leaves_out=np.flatnonzero(place == _NOWHERE),
                details={"date": str(wanted.date)},
            ),
        ],
    )


def _ambiguous(
    columns: Columns, periods: tuple[Period, ...], wanted: Wanted, register: Register
) -> NDArray[np.int64]:
    """Return the rows whose code stands for a unit on a part of the period only, or for two of them."""
    period, institution = columns.codes["period"], columns.codes["institution"]
    changes = _changes({wanted.of}, register)
    straddling = [any(item.start < day <= item.end for day in changes) for item in periods]
    rows = np.flatnonzero(period.each(straddling, False, bool))
    key, size = packed([(codes.codes, len(codes.texts)) for codes in (period, institution)], rows)
    own, first = numbered(key, size)
    torn = [
        _is_torn(register, institution.texts[code], periods[place], wanted.of)
        for place, code in zip(
            period.codes[rows[first]].tolist(), institution.codes[rows[first]].tolist(), strict=True
        )
    ]
    return np.asarray(rows[np.array(torn, dtype=bool)[own]], dtype=np.int64)


def _is_torn(register: Register, code: str, period: Period, kind: InstitutionKind) -> bool:
    """Say whether a unit of the kind began or ended under this code within the period."""
    for entry in register.identities(code) if code in register.codes else ():
        start, after = entry.valid_from or dt.date.min, entry.valid_to or dt.date.max
        touches = start <= period.end and period.start < after
        if entry.kind is kind and touches and not (start <= period.start and period.end < after):
            return True
    return False
