"""Totals and the sum of their parts: what differs is reported, never repaired."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._decimals import written_decimals
from maalbib.measurements._keys import numbered, packed
from maalbib.measurements._schema import TOTAL
from maalbib.measurements._territory_methods import SUM, methods_of
from maalbib.model import InstitutionKind, Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]

__all__ = ["total_findings"]

_SLACK: Final = 1e-9
_LEVELS: Final = (
    (InstitutionKind.MUNICIPALITY, InstitutionKind.REGION),
    (InstitutionKind.MUNICIPALITY, InstitutionKind.COUNTRY),
    (InstitutionKind.REGION, InstitutionKind.COUNTRY),
)


@attrs.frozen(eq=False, kw_only=True)
class _Split:
    """Totals and their parts.

    Attributes
    ----------
    column
        The column along which the whole is split.
    parts_named
        What the parts are called.
    whole, part
        Rows of totals, and rows of parts.
    of_whole, of_part
        For each of them the number of the whole that it is, or is a part of; the rest of the key apart.
    need
        For each row of a total how many parts there should be; 0 where nobody has said.
    without
        Columns of the key that the number stands for.
    """

    column: str
    parts_named: str
    whole: Ints
    part: Ints
    of_whole: Ints
    of_part: Ints
    need: Ints
    without: str


def total_findings(
    columns: Columns, catalogue: Catalogue, register: Register | None, *, amounts: bool
) -> Iterator[Finding]:
    """Compare every total with the sum of its parts, for indicators that add up.

    Parameters
    ----------
    columns
        One row for each key.
    catalogue, register
        Which indicators add up and which categories there are; who belongs to whom.
    amounts
        Whether the figures are named, not only their ratio.
    """
    adds_up = columns.codes["indicator"].each(methods_of(columns, catalogue).method == SUM, False, bool)
    for name in columns.breakdowns:
        yield from _compared(columns, _by_category(columns, name, adds_up, catalogue), amounts=amounts)
    if register is None:
        return
    for below, above in _LEVELS:
        split = _by_level(columns, below, above, adds_up, register)
        if split is not None:
            yield from _compared(columns, split, amounts=amounts)


def _by_category(columns: Columns, name: str, adds_up: Bools, catalogue: Catalogue) -> _Split:
    total = columns.codes[name].equals(TOTAL)
    whole, part = np.flatnonzero(total & adds_up), np.flatnonzero(~total & adds_up)
    dimension = catalogue.dimensions.get(name)
    known = 0 if dimension is None else len({*dimension.codes} - {TOTAL})
    return _Split(
        column=name,
        parts_named=name,
        whole=whole,
        part=part,
        of_whole=np.zeros(len(whole), dtype=np.int64),
        of_part=np.zeros(len(part), dtype=np.int64),
        need=np.full(len(whole), known, dtype=np.int64),
        without=name,
    )


def _by_level(
    columns: Columns, below: InstitutionKind, above: InstitutionKind, adds_up: Bools, register: Register
) -> _Split | None:
    """Return the units of one level as parts of those of another, each period by who belonged to whom when it began."""
    period, institution = columns.codes["period"], columns.codes["institution"]
    found: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
    for place, text in enumerate(period.texts):
        rows = np.flatnonzero((period.codes == place) & adds_up)
        day = Period.parse(text).start
        parents = _parents(register, below, above, day)
        units = sorted(set(parents.values()))
        count = Counter(parents.values())
        number = {unit: position for position, unit in enumerate(units)}
        is_whole = institution.each([number.get(code, -1) for code in institution.texts], -1, np.int64)[rows]
        part_of = institution.each(
            [number.get(parents.get(code, ""), -1) for code in institution.texts], -1, np.int64
        )[rows]
        whole, part = is_whole >= 0, part_of >= 0
        if whole.any() and part.any():
            need = np.array([count[unit] for unit in units], dtype=np.int64)[is_whole[whole]]
            found.append((rows[whole], rows[part], is_whole[whole], part_of[part], need))
    if not found:
        return None
    whole_rows, part_rows, of_whole, of_part, needs = (np.concatenate(side) for side in zip(*found, strict=True))
    return _Split(
        column="institution",
        parts_named=below.value,
        whole=whole_rows,
        part=part_rows,
        of_whole=of_whole,
        of_part=of_part,
        need=needs,
        without="institution",
    )


def _parents(register: Register, below: InstitutionKind, above: InstitutionKind, day: dt.date) -> dict[str, str]:
    """Return which unit of the upper level each unit of the lower one is a part of on a day."""
    units, wholes = register.select(below, on=day), register.select(above, on=day)
    if above is InstitutionKind.COUNTRY:
        return {unit.id: wholes[0].id for unit in units} if len(wholes) == 1 else {}
    if not units or not wholes:
        return {}
    path = register.allocation(below, above, on=day)
    return {
        path.sources[source]: path.targets[target]
        for source, target in zip(path.source.tolist(), path.target.tolist(), strict=True)
    }


def _compared(columns: Columns, split: _Split, *, amounts: bool) -> Iterator[Finding]:
    """Find totals that are not the sum of their parts; those without parts are not looked at."""
    rows = np.concatenate([split.whole, split.part])
    names = [name for name in ("indicator", "institution", "period", *columns.breakdowns) if name != split.without]
    shared = [(columns.codes[name].codes[rows] + np.int32(1), len(columns.codes[name].texts) + 1) for name in names]
    numbers = np.concatenate([split.of_whole, split.of_part])
    group, first = numbered(*packed([*shared, (numbers, int(numbers.max(initial=0)) + 1)]))
    size, totals = len(first), len(split.whole)
    own, of_part = group[:totals], group[totals:]
    value = columns.numbers["value"]
    parts, total = value[split.part], value[split.whole]
    there = np.isfinite(parts)
    count = np.bincount(of_part[there], minlength=size)[own]
    hidden = np.bincount(of_part[~there], minlength=size)[own]
    added = np.asarray(np.bincount(of_part[there], parts[there], size)[own], dtype=np.float64)
    lacking = np.maximum(np.maximum(split.need - count, hidden), 0)
    negative = np.bincount(of_part[there], parts[there] < 0, size)[own] > 0
    gap = total - added
    judged = np.isfinite(total) & (count > 0)
    limit = _rounding(columns, split, of_part, own, size) + _SLACK * np.maximum(1.0, np.abs(total))
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = np.where(total == 0, np.nan, 100.0 * np.abs(gap) / np.abs(total))
    above = judged & (lacking == 0) & (gap > limit)
    below = judged & (gap < -limit) & ((lacking == 0) | ~negative)
    unknown = judged & (lacking > 0) & ~below
    found = _Found(rows=split.whole, column=split.column, parts=split.parts_named, percent=percent, lacking=lacking)
    sums = (total, added) if amounts else None
    yield from found.blocks("total.above_parts", above, sums)
    yield from found.blocks("total.below_parts", below, sums)
    yield from found.incomplete(unknown)


def _rounding(columns: Columns, split: _Split, of_part: Ints, own: Ints, size: int) -> NDArray[np.float64]:
    """Return how far rounding may have moved each total from the sum of its parts; whole numbers are not rounded."""
    rows = np.concatenate([split.whole, split.part])
    finite = np.flatnonzero(np.isfinite(columns.numbers["value"][rows]))
    half = np.zeros(len(rows))
    given = columns.numbers["value"][rows[finite]]
    decimals = written_decimals(given, columns.decimals.get("value"), rows[finite])
    half[finite] = np.where(decimals > 0, 0.5 * 10.0**-decimals, 0.0)
    totals = len(split.whole)
    return half[:totals] + np.bincount(of_part, half[totals:], size)[own]


@attrs.frozen(eq=False, kw_only=True)
class _Found:
    """Rows of totals with what was found about them."""

    rows: Ints
    column: str
    parts: str
    percent: NDArray[np.float64]
    lacking: Ints

    def blocks(
        self, code: str, where: Bools, sums: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    ) -> Iterator[Finding]:
        """Yield one finding for all rows, or one for each where the figures are to be named."""
        places = np.flatnonzero(where)
        if sums is not None:
            for place in places.tolist():
                figures = {"total": float(sums[0][place]), "added": float(sums[1][place])}
                yield self._finding(f"{code}_amounts", np.array([place]), figures)
        elif len(places):
            known = self.percent[places][np.isfinite(self.percent[places])]
            most = float(known.max(initial=0.0)) if len(known) else float("nan")
            yield self._finding(code, places, {"percent": most})

    def incomplete(self, where: Bools) -> Iterator[Finding]:
        """Yield a finding for each number of missing parts."""
        for lacking in np.unique(self.lacking[where]).tolist():
            yield self._finding(
                "total.parts_missing", np.flatnonzero(where & (self.lacking == lacking)), {"lacking": lacking}
            )

    def _finding(self, code: str, places: Ints, details: Mapping[str, object]) -> Finding:
        return Finding(
            code=code,
            column=self.column,
            rows=self.rows[places],
            level="info" if code == "total.parts_missing" else "warning",
            details={"expected": self.parts, **details},
        )
