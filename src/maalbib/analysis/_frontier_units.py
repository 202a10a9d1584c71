"""What each unit uses and makes in one period, in the groups that share a frontier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._secrecy import Grades
from maalbib.analysis._segments import approximate_cells, usable

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel
    from maalbib.model import Period

__all__ = ["LACKING", "FrontierUnits", "frontier_units"]

LACKING: Final = ("figure_missing", "figure_suppressed", "figure_one_sided", "figure_small_n")
_TOTAL: Final = "_T"


@attrs.frozen(kw_only=True)
class FrontierUnits:
    """The units of a call, a row for each; figures are inputs and then outputs, a column for each indicator.

    Attributes
    ----------
    institutions
        (units,) who.
    level
        (units,) units of one number share a frontier.
    figures
        (units, indicators) NaN where there is none to use.
    lacking
        (units, indicators) why not: the place in ``LACKING``, -1 where there is one.
    grade
        (units,) why the figures may not be shown, 0 where they may.
    provisional, approximate, mixed
        (units,) whether a figure may still change, is only known about, or comes from another source than most of its kind.
    """

    institutions: tuple[str, ...]
    level: Ints
    figures: Floats
    lacking: Ints
    grade: Grades
    provisional: Bools
    approximate: Bools
    mixed: Bools

    @property
    def complete(self) -> Bools:
        """Which units have every figure."""
        return np.asarray((self.lacking < 0).all(axis=1), dtype=bool)

    def __len__(self) -> int:
        """Return how many units there are."""
        return len(self.institutions)


def frontier_units(
    setting: Setting,
    indicators: Sequence[str],
    period: Period,
    breakdown: str,
    wanted: Sequence[str] | None,
    min_verdict: int | None,
) -> FrontierUnits:
    """Return the figures of the wanted units, or of everybody who has one of them; of all where nobody has, who are told so."""
    panels = dict(setting.panels(indicators))
    found = {
        code: [
            _Cells.of(panel, setting, period, breakdown, min_verdict) for panel in own if panel.freq is period.freq
        ]
        for code, own in panels.items()
    }
    if wanted is None:
        wanted = [who for cells in found.values() for each in cells for who in each.places]
        everybody = sorted(
            set(wanted or (who for own in panels.values() for panel in own for who in panel.institutions))
        )
        level = np.array(setting.secrecy.levels_of(everybody), dtype=np.int64)
    else:
        everybody = sorted(set(wanted))
        level = np.zeros(len(everybody), dtype=np.int64)
    shape = (len(everybody), len(indicators))
    table = _Table.empty(shape)
    for column, code in enumerate(indicators):
        for cells in found.get(code, ()):
            cells.write(table, column, everybody)
    return FrontierUnits(
        institutions=tuple(everybody),
        level=level,
        figures=table.figures,
        lacking=table.lacking,
        grade=table.grade.max(axis=1, initial=0).astype(np.int8),
        provisional=in_rows(table.provisional),
        approximate=in_rows(table.approximate),
        mixed=_apart(table.figures, table.source),
    )


@attrs.frozen(kw_only=True)
class _Table:
    figures: Floats
    lacking: Ints
    grade: Grades
    provisional: Bools
    approximate: Bools
    source: Ints

    @classmethod
    def empty(cls, shape: tuple[int, int]) -> _Table:
        return cls(
            figures=np.full(shape, np.nan),
            lacking=np.zeros(shape, dtype=np.int64),
            grade=np.zeros(shape, dtype=np.int8),
            provisional=np.zeros(shape, dtype=bool),
            approximate=np.zeros(shape, dtype=bool),
            source=np.full(shape, -1),
        )


@attrs.frozen(kw_only=True)
class _Cells:
    """One period of one panel."""

    places: dict[str, int]
    columns: dict[str, Any]

    @classmethod
    def of(cls, panel: Panel, setting: Setting, period: Period, breakdown: str, min_verdict: int | None) -> _Cells:
        fits = [_fits(each, breakdown) for each in panel.breakdowns]
        places = {who: row for row, (who, fit) in enumerate(zip(panel.institutions, fits, strict=True)) if fit}
        if period not in panel.periods:
            return cls(places={}, columns={})
        at = panel.periods.index(period)
        indicator = setting.indicator(panel.indicator)
        fit = usable(panel, indicator, min_verdict=min_verdict)
        lacking = np.select([fit.suppressed, fit.small, fit.one_sided, np.isnan(fit.values)], [1, 3, 2, 0], -1)
        source = np.full(panel.values.shape, -1) if panel.source is None else panel.source
        tables: dict[str, Any] = {
            "figures": fit.values,
            "lacking": lacking,
            "grade": setting.secrecy.grades(panel, indicator),
            "provisional": panel.provisional,
            "approximate": approximate_cells(panel),
            "source": source,
        }
        return cls(places=places, columns={name: table[:, at] for name, table in tables.items()})

    def write(self, table: _Table, column: int, everybody: Sequence[str]) -> None:
        """Put the cells of the units in their rows."""
        rows = [row for row, who in enumerate(everybody) if who in self.places]
        at = [self.places[everybody[row]] for row in rows]
        for name, cells in self.columns.items():
            getattr(table, name)[rows, column] = cells[at]


def _fits(breakdown: str, wanted: str) -> bool:
    """Return whether a series is the wanted part; where none is wanted, the whole."""
    if wanted:
        return breakdown == wanted
    return all(part.endswith(f"={_TOTAL}") for part in breakdown.split(";") if part)


def _apart(figures: Floats, source: Ints) -> Bools:
    """Return which units have a figure of another source than most."""
    found = np.zeros(len(figures), dtype=bool)
    for column in range(figures.shape[1]):
        known = np.isfinite(figures[:, column])
        sources, counts = np.unique(source[known, column], return_counts=True)
        if len(sources) > 1:
            found |= known & (source[:, column] != sources[counts.argmax()])
    return found
