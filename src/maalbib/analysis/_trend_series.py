"""What of each series is compared with what: withheld and overlapping values, breaks, units, seasons, gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._segments import (
    Usable,
    block_labels,
    known_breaks,
    linked,
    mixed_within,
    overlapping,
    unit_labels,
    usable,
)
from maalbib.measurements import STATUS_CODES
from maalbib.model import Frequency, Status, UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_stacks import Stack
    from maalbib.measurements import Panel
    from maalbib.model import Break, Indicator

__all__ = ["Compared", "Steps", "compared", "steps_of"]

_SEASONS: Final = {Frequency.HALF_YEAR: 2, Frequency.FOUR_MONTHS: 3, Frequency.QUARTER: 4, Frequency.MONTH: 12}
_BY_SERIES: Final = (
    "whole",
    "values",
    "open",
    "factor",
    "cut",
    "respected",
    "factored",
    "mixed_sources",
    "reused",
    "thinned",
)
_CANNOT_EXIST: Final = STATUS_CODES.index(Status.CANNOT_EXIST.value)
_NEVER: Final = np.iinfo(np.int64).max


@attrs.frozen(kw_only=True, eq=False)
class Compared:
    """The series of a stack, ready for a test.

    Attributes
    ----------
    found
        What could be used.
    declared
        The breaks that the catalogue knows.
    whole
        (series, periods) all usable values, linked where a factor leads across a break; NaN elsewhere.
    values
        Those of them that are compared.
    open, factor
        Where a value that is withheld, or known as a bound only, would be compared, and there what links it across breaks.
    blocks
        Labels of shape (periods,) or (series, periods): values with different labels are not compared.
    segments
        The unbroken stretches alone, without seasons; the same shapes.
    seasons
        (periods,) The season of each period, 0 where there are none.
    cut, respected
        First periods after a break that has values on both sides, and those of them that are not crossed.
    factored, mixed_sources, reused
        Which series are linked, have values of several sources within a block, stand for several units.
    thinned
        Which series have lost values because their periods overlap.
    """

    stack: Stack
    found: Usable
    declared: tuple[Break, ...]
    whole: Floats
    values: Floats
    open: Bools
    factor: Floats
    blocks: Ints
    segments: Ints
    seasons: Ints
    cut: Bools
    respected: Bools
    factored: Bools
    mixed_sources: Bools
    reused: Bools
    thinned: Bools

    @property
    def panel(self) -> Panel:
        """The series."""
        return self.stack.panel

    @property
    def indicator(self) -> Indicator | None:
        """A definition that stands for all."""
        return self.stack.indicator

    @property
    def seasonal(self) -> bool:
        """Whether values are compared with the same season of other years only."""
        return bool(self.seasons.any())

    @property
    def held(self) -> Floats:
        """The values that are compared, with any number for those that are withheld."""
        return np.where(self.open, 0.0, self.values) if self.open.any() else self.values

    @property
    def n(self) -> Ints:
        """How many values are compared, withheld ones included."""
        return np.asarray(np.isfinite(self.held).sum(axis=1), dtype=np.int64)

    @property
    def impossible(self) -> Bools:
        """Where the indicator does not apply to the unit, (series, periods)."""
        return np.asarray(self.panel.status == _CANNOT_EXIST, dtype=bool)

    @property
    def is_share(self) -> bool:
        """Whether the values are shares of a known whole."""
        if self.indicator is None:
            return self.panel.numerator is not None and self.panel.denominator is not None
        return self.indicator.unit.kind is UnitKind.SHARE

    @property
    def years(self) -> Ints:
        """The year of each period, one number for all its seasons, (periods,)."""
        many = _SEASONS.get(self.panel.freq, 1)
        return np.array([period.ordinal // many for period in self.panel.periods], dtype=np.int64)

    @property
    def resolution(self) -> float | None:
        """The smallest step of the figures."""
        return None if self.indicator is None else self.indicator.resolution

    def rows(self, rows: Ints) -> Compared:
        """Return some of the series, as far as a method needs them."""
        names = [*_BY_SERIES, *(name for name in ("blocks", "segments") if getattr(self, name).ndim > 1)]
        return attrs.evolve(self, stack=self.stack.rows(rows), **{name: getattr(self, name)[rows] for name in names})


def compared(stack: Stack, options: Options) -> Compared:
    """Choose the values of each series that are compared, and say with what."""
    panel, indicator = stack.panel, stack.indicator
    declared = () if indicator is None else known_breaks(indicator.breaks, None)
    found = usable(panel, indicator, min_verdict=options.min_verdict)
    hidden = found.suppressed | found.one_sided
    is_open = hidden if options.withheld == "bounds" else np.zeros(hidden.shape, dtype=bool)
    usable_values, is_open, thinned = _thinned(panel, found.values, is_open, options)
    whole, factored = linked(
        panel, np.where(is_open, 1.0, usable_values) if is_open.any() else usable_values, declared
    )
    factor = whole
    if is_open.any():
        whole = np.where(is_open, np.nan, whole)
    segments, units = _segments(panel, declared)
    cut, reused = _breaks_inside(segments, whole), _breaks_inside(units, whole)
    values, is_open, labels = _comparable(segments, units, whole, is_open, options)
    seasons = _seasons(panel, options)
    blocks = labels * (int(seasons.max(initial=0)) + 1) + seasons
    return Compared(
        stack=stack,
        found=found,
        declared=declared,
        whole=whole,
        values=values,
        open=is_open,
        factor=factor,
        blocks=blocks,
        segments=labels,
        seasons=seasons,
        cut=cut,
        respected=reused if options.breaks == "ignore" else cut,
        factored=factored,
        mixed_sources=mixed_within(panel, values, np.broadcast_to(blocks, values.shape)),
        reused=in_rows(reused),
        thinned=thinned,
    )


def _segments(panel: Panel, declared: tuple[Break, ...]) -> tuple[Ints, Ints]:
    """Return labels of unbroken stretches, and of the units that the codes stand for; (periods,) where there is one only."""
    none: Ints = np.zeros(len(panel.periods), dtype=np.int64)
    units = none if panel.changed is None else unit_labels(panel)
    broken = bool(declared) or panel.changed is not None or bool(panel.marked_break.any())
    return block_labels(panel, declared) if broken else none, units


def _comparable(
    segments: Ints, units: Ints, values: Floats, is_open: Bools, options: Options
) -> tuple[Floats, Bools, Ints]:
    """Return values, open places and labels: pairs of values with different labels are never compared.

    Whoever ignores breaks still does not compare one unit with another that bears its code.
    """
    if options.breaks == "ignore":
        return values, is_open, units
    if options.breaks == "last_segment" and segments.ndim > 1:
        last = np.where(np.isfinite(values) | is_open, segments, -1).max(axis=1, initial=-1)
        newest = segments == last[:, None]
        return np.where(newest, values, np.nan), is_open & newest, segments
    return values, is_open, segments


def _seasons(panel: Panel, options: Options) -> Ints:
    """Return the season of each period, (periods,); 0 where there are none."""
    many = _SEASONS.get(panel.freq, 1) if options.seasons else 1
    return np.array([period.ordinal % many for period in panel.periods], dtype=np.int64)


def _breaks_inside(segments: Ints, values: Floats) -> Bools:
    """Return the first periods after a break that have values on both sides."""
    if segments.ndim == 1:
        return np.zeros(values.shape, dtype=bool)
    kept = np.isfinite(values)
    earlier = np.cumsum(kept, axis=1) - kept > 0
    later = np.cumsum(kept[:, ::-1], axis=1)[:, ::-1] > 0
    return np.asarray((np.diff(segments, axis=1, prepend=segments[:, :1]) > 0) & earlier & later, dtype=bool)


def _thinned(panel: Panel, values: Floats, is_open: Bools, options: Options) -> tuple[Floats, Bools, Bools]:
    """Keep, from the newest value backwards, only values whose periods do not overlap."""
    used = np.isfinite(values) | is_open
    shared = np.zeros(len(values), dtype=bool)
    if options.overlaps == "thin":
        shared = overlapping(panel, np.where(used, 0.0, np.nan))
    if not shared.any():
        return values, is_open, shared
    starts, ends = _extents(panel)
    next_start = np.full(len(values), _NEVER)
    kept = np.zeros(used.shape, dtype=bool)
    for place in range(used.shape[1] - 1, -1, -1):
        kept[:, place] = used[:, place] & (ends[place] < next_start)
        next_start = np.where(kept[:, place], starts[place], next_start)
    return np.where(kept, values, np.nan), is_open & kept, shared


def _extents(panel: Panel) -> tuple[Ints, Ints]:
    """Return where each value begins and ends: in days, or in periods where it sums over several."""
    if panel.window > 1:
        ordinals = np.array([period.ordinal for period in panel.periods], dtype=np.int64)
        return ordinals - panel.window + 1, ordinals
    days = [(period.start.toordinal(), period.end.toordinal()) for period in panel.periods]
    starts, ends = (np.array(side, dtype=np.int64) for side in zip(*days, strict=True))
    return starts, ends


@attrs.frozen(kw_only=True, eq=False)
class Steps:
    """The time from each value to the next.

    Attributes
    ----------
    missing
        Periods without a value between the first and the last, counted in the shortest step of the series.
    irregular
        Which series have a step that is no multiple of the shortest.
    """

    missing: Ints
    irregular: Bools


def steps_of(panel: Panel, values: Floats) -> Steps:
    """Measure the steps of each series, in its own periods."""
    ordinals = np.array([period.ordinal for period in panel.periods], dtype=np.int64)
    missing, irregular = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=bool)
    kept = np.isfinite(values)
    even = len(np.unique(np.diff(ordinals))) <= 1
    # Most series have a value in every period; what they lack is known without looking at each.
    rows = np.flatnonzero(~kept.all(axis=1)) if even else np.arange(len(values))
    if len(rows) and len(ordinals):
        there = np.where(kept[rows], ordinals, -1)
        before = np.maximum.accumulate(there, axis=1)[:, :-1]
        known = (there[:, 1:] >= 0) & (before >= 0)
        step = np.where(known, there[:, 1:] - before, 0)
        shortest = np.where(known, step, _NEVER).min(axis=1, initial=_NEVER)[:, None]
        missing[rows] = np.where(known, step // shortest - 1, 0).sum(axis=1)
        irregular[rows] = in_rows(known & (step % shortest != 0))
    return Steps(missing=missing, irregular=irregular)
