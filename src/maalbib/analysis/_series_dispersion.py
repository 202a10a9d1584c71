"""How far units lie from one another, period by period, among the same units throughout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._segments import known_breaks, overlap_disagrees
from maalbib.analysis._series_body import body_of
from maalbib.analysis._series_cells import Cells, laid, newest
from maalbib.analysis._series_made import SeriesKind, TargetSeries
from maalbib.analysis._tracking_errors import standard_errors
from maalbib.analysis._unit_series import UnitSeries
from maalbib.model import Dispersion, UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._series_request import Request
    from maalbib.model import DispersionAtMost

__all__ = ["dispersion_between"]

_NO_UNIT: Final = (Dispersion.CV, Dispersion.P90_OVER_P10)


def dispersion_between(request: Request, target: DispersionAtMost) -> TargetSeries | None:
    """Return the dispersion between the units that a target speaks of, one series for each breakdown.

    Between two breaks the units are those with a usable value in every period from the baseline (else from the first) to
    the deadline (else to the latest), among the periods in which enough units have one. A unit that changes on its own
    is not the same thing throughout, and is left out; where half of the units change at once, the series breaks.
    """
    units = _Units.of(request, target)
    found = [units.between(rows) for rows in units.by_breakdown()]
    if not found:
        return None
    cells, blocks = _stacked(found)
    every = np.arange(units.values.shape[1])
    panel = laid(request.own, np.array([each.rows[0] for each in found]), cells, blocks)
    everyone = request.bound or [request.own.institutions[row] for each in found for row in each.rows.tolist()]
    body = body_of(request.setting, target.scope, everyone, request.day)
    undefined = np.stack([each.undefined for each in found])
    left_out = np.array([each.left_out for each in found], dtype=np.int64)
    return TargetSeries(
        panel=attrs.evolve(panel, institutions=(body,) * len(found), changed=None),
        indicator=attrs.evolve(request.indicator, breaks=units.declared, publication_level=None),
        kind=_kind(target),
        mixed=np.zeros(len(found), dtype=bool),
        verdicts=newest(cells.known, (("not_measurable.undefined_statistic", undefined),)),
        remarks=(
            ("units_left_out", left_out > 0),
            ("linked", np.array([units.linked[each.matched].any() for each in found])),
            ("overlap_disagrees", np.array([units.disagree[each.matched].any() for each in found])),
            ("mixed_sources", np.array([units.several_sources(each.matched, every) for each in found])),
        ),
        units=np.array([len(each.matched) for each in found], dtype=np.int64),
        units_left_out=left_out,
        mean=np.stack([each.mean for each in found]),
    )


def _kind(target: DispersionAtMost) -> SeriesKind:
    code = "noise_free_sd" if target.remove_noise else target.statistic.value
    return SeriesKind(
        code=code,
        unit="none" if target.statistic in _NO_UNIT else "difference",
        lowest=1.0 if target.statistic is Dispersion.P90_OVER_P10 else 0.0,
    )


@attrs.frozen(kw_only=True, eq=False)
class _Between:
    """The dispersion between the units of one breakdown, an array with one element per period.

    ``rows`` are the units that the target speaks of, ``matched`` those of the latest segment that count.
    """

    rows: Ints
    matched: Ints
    left_out: int
    value: Floats
    mean: Floats
    undefined: Bools
    blocks: Ints
    marks: dict[str, Any]


@attrs.frozen(kw_only=True, eq=False)
class _Units(UnitSeries):
    """The units that a target speaks of."""

    request: Request
    target: DispersionAtMost
    cells: Cells
    disagree: Bools

    @classmethod
    def of(cls, request: Request, target: DispersionAtMost) -> _Units:
        panel, indicator = request.own, request.indicator
        cells = request.cells(panel)
        fit = cells.known & (cells.sides == 0) & ~cells.forecast & ~request.mixed[:, None]
        if request.min_verdict is not None:
            fit &= ~(cells.people < request.min_verdict)
        breaks = known_breaks(indicator.breaks, request.day)
        values, errors = np.where(fit, cells.values, np.nan), _errors(request, cells)
        parts = cls.parts(panel, values, errors, breaks, across_breaks=request.across_breaks)
        disagree = parts["linked"] & overlap_disagrees(panel, breaks, indicator.decimals)
        return cls(**parts, request=request, target=target, cells=cells, disagree=disagree)

    def by_breakdown(self) -> Iterator[Ints]:
        """Yield the rows of each breakdown, in the order of the panel."""
        places: dict[str, list[int]] = {}
        for row, text in enumerate(self.panel.breakdowns):
            places.setdefault(text, []).append(row)
        for rows in places.values():
            kept = self._of_one_level(np.array(rows, dtype=np.int64))
            yield kept

    def _of_one_level(self, rows: Ints) -> Ints:
        """Return the units of the commonest level where the target names nobody: a municipality is no peer of the country."""
        if self.request.bound is not None:
            return rows
        levels = np.array(self.request.setting.secrecy.levels_of([self.panel.institutions[row] for row in rows]))
        kinds, count = np.unique(levels, return_counts=True)
        kept: Ints = rows[levels == kinds[np.argmax(count)]]
        return kept

    def between(self, rows: Ints) -> _Between:
        """Return the dispersion between some units, one stretch between breaks after the other."""
        width = self.values.shape[1]
        there = np.isfinite(self.values[rows])
        blocks = self.blocks(rows)
        value, mean, undefined = np.full(width, np.nan), np.full(width, np.nan), np.zeros(width, dtype=bool)
        marks = {"provisional": np.zeros(width, dtype=bool), "about": np.zeros(width, dtype=bool)}
        marks |= {"people": np.full(width, np.nan), "grades": np.zeros(width, dtype=np.int8)}
        matched = rows[:0]
        for block in np.unique(blocks).tolist():
            columns = np.flatnonzero(blocks == block)
            kept = self.throughout(rows, columns[self._in_window(columns)], self.target.min_units)
            part = np.ix_(rows[kept], columns)
            found = stats.dispersion(
                self.values[part].T, standard_errors=self.errors[part].T, min_units=self.target.min_units
            )
            whole = found.n == kept.sum()
            value[columns] = np.where(whole, self._statistic(found), np.nan)
            mean[columns] = np.where(whole, found.mean, np.nan)
            undefined[columns] = there[:, columns].any(axis=0) & np.isnan(value[columns]) & self._in_window(columns)
            if there[:, columns].any():
                matched = rows[kept]
                self._mark(marks, part, columns)
        return _Between(
            rows=rows,
            matched=matched,
            left_out=(len(rows) if self.request.bound is None else len(self.request.bound)) - len(matched),
            value=value,
            mean=mean,
            undefined=undefined,
            blocks=blocks,
            marks=marks,
        )

    def _in_window(self, columns: Ints) -> Bools:
        """Return which periods lie between the baseline and the deadline, where the target has them."""
        periods = [self.panel.periods[column] for column in columns.tolist()]
        baseline, due = self.target.baseline, self.target.due
        return np.array(
            [
                (baseline is None or period.start >= baseline.period.start)
                and (due is None or period.start <= due.end)
                for period in periods
            ],
            dtype=bool,
        )

    def _statistic(self, found: stats.Dispersion) -> Floats:
        name = "noise_free_sd" if self.target.remove_noise else self.target.statistic.value
        statistic: Floats = getattr(found, name)
        return statistic

    def _mark(self, marks: dict[str, Any], part: Any, columns: Ints) -> None:
        """Note what holds of the values that a period's dispersion rests on: it is as secret as the most secret of them."""
        marks["provisional"][columns] = self.cells.provisional[part].any(axis=0)
        marks["about"][columns] = self.cells.about[part].any(axis=0)
        marks["grades"][columns] = self.cells.grades[part].max(axis=0, initial=0)
        people = np.where(np.isfinite(self.cells.people[part]), self.cells.people[part], np.inf).min(
            axis=0, initial=np.inf
        )
        marks["people"][columns] = np.where(np.isfinite(people), people, np.nan)


def _errors(request: Request, cells: Cells) -> Floats:
    """Return standard errors: from the limits of a value, else of a share from the number of people, NaN where neither is known.

    p (1 - p)/(n - 1) is right on average for the variance that n people give; p (1 - p)/n is too small.
    """
    given = standard_errors(request.own)
    found = np.full(cells.values.shape, np.nan) if given is None else given
    unit = request.indicator.unit
    if unit.kind is not UnitKind.SHARE:
        return found
    share = cells.values / unit.high
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = unit.high * np.sqrt(share * (1 - share) / (cells.people - 1))
    return np.where(np.isfinite(found), found, np.where(np.isfinite(counted), counted, np.nan))


def _stacked(found: list[_Between]) -> tuple[Cells, Ints]:
    value = np.stack([each.value for each in found])
    known = np.isfinite(value)
    marks = {name: np.stack([each.marks[name] for each in found]) for name in found[0].marks}
    nothing, absent = np.zeros(value.shape, dtype=bool), np.full(value.shape, np.nan)
    cells = Cells(
        values=value,
        sides=np.zeros(value.shape, dtype=np.int64),
        suppressed=nothing,
        provisional=marks["provisional"] & known,
        forecast=nothing,
        about=marks["about"] & known,
        people=np.where(known, marks["people"], np.nan),
        grades=np.where(known, marks["grades"], 0).astype(np.int8),
        lower=absent,
        upper=absent,
    )
    return cells, np.stack([each.blocks for each in found])
