"""Series that compare each value with the one some years earlier: growth, and the change since the year before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._segments import block_labels, known_breaks, linked, overlap_disagrees, unit_labels
from maalbib.analysis._series_cells import Cells, laid, newest
from maalbib.analysis._series_made import SeriesKind, TargetSeries
from maalbib.errors import PeriodError
from maalbib.model import Comparable, Frequency, Period

if TYPE_CHECKING:
    from maalbib.analysis._series_request import Request

__all__ = ["change_since_last_year", "growth", "spread_of_difference"]


def growth(request: Request, years: int) -> TargetSeries:
    """Return the growth in per cent a year over so many years; values must be above zero at both ends."""
    pairs = _Pairs.of(request, years)
    now, then = pairs.now.values, pairs.then.values
    positive = (now > 0) & (then > 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rate = 100 * ((now / then) ** (1 / years) - 1)
    made = pairs.now.against(pairs.then, np.where(pairs.comparable & positive & np.isfinite(rate), rate, np.nan))
    kind = SeriesKind(code="growth" if years == 1 else "growth_over", unit="percent", lowest=-100.0, years=years)
    return pairs.series(made, kind, undefined=pairs.comparable & ~made.known)


def change_since_last_year(request: Request) -> TargetSeries:
    """Return the difference from the own value a year earlier."""
    pairs = _Pairs.of(request, 1)
    difference = np.where(pairs.comparable, pairs.now.values - pairs.then.values, np.nan)
    made = pairs.now.against(pairs.then, difference, limits=spread_of_difference(pairs.now, pairs.then))
    return pairs.series(
        made, SeriesKind(code="previous", unit="difference"), undefined=pairs.comparable & ~made.known
    )


def spread_of_difference(one: Cells, other: Cells) -> tuple[Floats, Floats]:
    """Return the limits of a difference: the distances to the limits, squared and added, low against high."""
    down = np.sqrt((one.values - one.lower) ** 2 + (other.upper - other.values) ** 2)
    up = np.sqrt((one.upper - one.values) ** 2 + (other.values - other.lower) ** 2)
    difference = one.values - other.values
    return difference - down, difference + up


@attrs.frozen(kw_only=True, eq=False)
class _Pairs:
    """Each value, and the one so many years earlier.

    Attributes
    ----------
    request
        What was asked for.
    now, then
        The cells; earlier values are linked to the later ones.
    blocks
        (m, k) Values of different blocks are not comparable.
    comparable
        Where both are known and no break lies between them.
    severed
        Where both are known and a break lies between them.
    remarks
        Flags of the series.
    """

    request: Request
    now: Cells
    then: Cells
    blocks: Ints
    comparable: Bools
    severed: Bools
    remarks: tuple[tuple[str, Bools], ...]

    @classmethod
    def of(cls, request: Request, years: int) -> _Pairs:
        panel = request.own
        breaks = known_breaks(request.indicator.breaks, request.day)
        cells = request.cells(panel)
        factors, factored = linked(panel, np.where(cells.known, 1.0, np.nan), breaks)
        parts = {name: getattr(cells, name) * factors for name in ("values", "lower", "upper")}
        now = attrs.evolve(cells, **parts)
        earlier = _earlier(panel.periods, years)
        then = now.columns(earlier)
        blocks = block_labels(panel, breaks)
        barred = unit_labels(panel) if request.across_breaks else blocks
        same = (barred == barred[:, earlier]) & (earlier >= 0)
        both = now.known & then.known
        return cls(
            request=request,
            now=now,
            then=then,
            blocks=blocks,
            comparable=both & same,
            severed=both & ~same,
            remarks=(
                ("linked", factored),
                ("overlap_disagrees", factored & overlap_disagrees(panel, breaks, request.indicator.decimals)),
            ),
        )

    def series(self, made: Cells, kind: SeriesKind, *, undefined: Bools) -> TargetSeries:
        """Return the series, with what to say where the newest value gives no figure."""
        request, panel = self.request, self.request.own
        defined = made.known | made.suppressed
        alone = self.now.known & ~self.then.known & ~self.then.suppressed
        never = ~in_rows(defined)[:, None]
        verdicts = newest(
            defined,
            (
                ("not_measurable.undefined_statistic", undefined),
                ("not_measurable.break_since_baseline", self.severed),
                ("not_measurable.too_few_points", alone & never),
                ("not_measurable.gap", alone & ~never),
            ),
        )
        kept = tuple(item for item in request.indicator.breaks if item.comparable is Comparable.NO)
        return TargetSeries(
            panel=laid(panel, np.arange(len(panel)), made, self.blocks),
            indicator=attrs.evolve(request.indicator, breaks=kept),
            kind=kind,
            mixed=request.mixed,
            verdicts=verdicts,
            remarks=self.remarks,
        )


def _earlier(periods: tuple[Period, ...], years: int) -> Ints:
    """Return for each period the place of the one exactly so many years earlier, -1 without."""
    places: dict[Period | None, int] = {period: place for place, period in enumerate(periods)}
    return np.array([places.get(_years_before(period, years), -1) for period in periods], dtype=np.int64)


def _years_before(period: Period, years: int) -> Period | None:
    """Return the same period so many years earlier; None where there is none, as of 29 February and of week 53."""
    if period.freq.months is not None:
        return period - round(period.freq.periods_per_year) * years
    day = period.start
    try:
        if period.freq is Frequency.WEEK:
            year, week, weekday = day.isocalendar()
            return Period.of(dt.date.fromisocalendar(year - years, week, weekday), Frequency.WEEK)
        return Period.of(day.replace(year=day.year - years), Frequency.DAY)
    except (ValueError, PeriodError):
        return None
