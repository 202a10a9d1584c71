"""The same units in the same stretch of time: what their spread was, and whether it has moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._peer_rows import INSTITUTION, PeerRows
from maalbib.analysis._spread_figures import Figures, figures_of
from maalbib.analysis._spread_options import LEAST_PERIODS, SpreadOptions
from maalbib.analysis._spread_source import SpreadSource

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.model import PeerGroup, Period

__all__ = ["Movement", "Spread", "Stretch", "spreads_of"]


@attrs.frozen(kw_only=True, eq=False)
class Stretch:
    """Units between two breaks.

    Attributes
    ----------
    columns, rows
        The periods, and the series of the units that count.
    figures
        Their spread in each period.
    there
        (everybody, periods) who has a value that counts, also those who are left out.
    """

    columns: Ints
    rows: Ints
    figures: Figures
    there: Bools


@attrs.frozen(kw_only=True, eq=False)
class Movement:
    """How the spread of the newest stretch has moved.

    ``code`` is the verdict, ``slope`` is of the standard deviation a year, ``measure`` names what was compared.
    """

    code: str
    measure: str
    slope: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    p_value: float = np.nan
    p_min: float = np.nan
    n: int = 0


@attrs.frozen(kw_only=True, eq=False)
class Spread:
    """One set of units: those of one group and breakdown, with all their stretches in order of time.

    ``everybody`` are their series, ``absent`` the members without any, ``names`` what the units are called.
    """

    source: SpreadSource
    options: SpreadOptions
    institution: str
    breakdown: str
    everybody: Ints
    names: tuple[str, ...]
    absent: tuple[str, ...]
    columns: Ints
    stretches: tuple[Stretch, ...]
    movement: Movement

    @property
    def newest(self) -> Stretch | None:
        """The stretch that is judged."""
        return self.stretches[-1] if self.stretches else None

    def names_of(self, rows: Ints) -> tuple[str, ...]:
        """Return the names of some series, in order."""
        name = dict(zip(self.everybody.tolist(), self.names, strict=True))
        return tuple(sorted(name[row] for row in rows.tolist()))

    def period(self, column: int) -> str:
        """Return the text of a period."""
        return str(self.source.panel.periods[column])


def spreads_of(
    source: SpreadSource,
    setting: Setting,
    group: PeerGroup | None,
    periods: list[Period] | None,
    options: SpreadOptions,
) -> Iterator[Spread]:
    """Yield the sets of units of a panel that have a spread: two units at least."""
    rows = PeerRows.of(source.panel, options.over, group, setting.secrecy)
    panel = source.panel
    wanted = [column for column, period in enumerate(panel.periods) if periods is None or period in periods]
    columns = np.array(wanted, dtype=np.int64)
    numbers = np.unique(rows.group)
    sizes = [int((rows.group == number).sum()) for number in numbers.tolist()]
    for number, size in zip(numbers.tolist(), sizes, strict=True):
        if size < 2 <= max(sizes):  # noqa: PLR2004 - the country beside its municipalities has no spread
            continue
        mine = np.flatnonzero(rows.group == number)
        there = mine[rows.series[mine] >= 0]
        absent = mine[rows.series[mine] < 0]
        series = rows.series[there]
        yield _spread(
            source,
            options,
            columns,
            everybody=series,
            names=_names(rows, there, options.over),
            absent=_names(rows, absent, options.over),
            about=(rows.institutions[mine[0]], rows.breakdowns[mine[0]]),
        )


def _names(rows: PeerRows, places: Ints, over: str) -> tuple[str, ...]:
    """Return what units are called: institutions, or the categories of a breakdown."""
    if over == INSTITUTION:
        return tuple(rows.institutions[place] for place in places.tolist())
    parts = (rows.breakdowns[place].split(";") for place in places.tolist())
    return tuple(next(part.partition("=")[2] for part in own if part.startswith(f"{over}=")) for own in parts)


def _spread(
    source: SpreadSource,
    options: SpreadOptions,
    columns: Ints,
    *,
    about: tuple[str, str],
    everybody: Ints,
    **named: Any,
) -> Spread:
    stretches = tuple(_stretches(source, options, columns, everybody)) if len(everybody) else ()
    own = options.over == INSTITUTION
    rest = ";".join(part for part in about[1].split(";") if part and (own or not part.startswith(f"{options.over}=")))
    return Spread(
        source=source,
        options=options,
        institution="" if own else about[0],
        breakdown=rest,
        everybody=everybody,
        columns=columns,
        stretches=stretches,
        movement=_movement(source, stretches, options),
        **named,
    )


def _stretches(source: SpreadSource, options: SpreadOptions, columns: Ints, everybody: Ints) -> Iterator[Stretch]:
    blocks = source.blocks(everybody)
    for block in np.unique(blocks[columns]).tolist():
        mine = columns[blocks[columns] == block]
        there = np.isfinite(source.values[np.ix_(everybody, mine)])
        kept = there.any(axis=0)
        if not kept.any():
            continue
        mine, there = mine[kept], there[:, kept]
        rows = everybody[_matched(source, there, mine, everybody, options)]
        yield Stretch(columns=mine, rows=rows, figures=figures_of(source, rows, mine, options), there=there)


def _matched(source: SpreadSource, there: Bools, columns: Ints, everybody: Ints, options: SpreadOptions) -> Bools:
    """Return who counts: everybody with a value, or the same units throughout."""
    if options.units == "all":
        return in_rows(there)
    return source.throughout(everybody, columns, options.min_units)


def _movement(source: SpreadSource, stretches: tuple[Stretch, ...], options: SpreadOptions) -> Movement:
    """Judge the newest stretch."""
    if not stretches:
        return Movement(code="not_judged.no_data", measure="sd")
    newest = stretches[-1]
    figures, times = newest.figures, source.panel.times[newest.columns]
    noise_free = np.isfinite(figures.variance)
    measure = "tau" if noise_free.any() else "sd"
    judged = noise_free if measure == "tau" else np.isfinite(figures.sd)
    few = int(judged.sum())
    if not options.across_sources and source.several_sources(newest.rows, newest.columns):
        return Movement(code="not_judged.different_sources", measure=measure, n=few)
    if len(newest.rows) < options.min_units:
        matched = (newest.there.sum(axis=0) >= options.min_units).any()
        return Movement(code=f"not_judged.{'no_common_units' if matched else 'too_few_units'}", measure=measure)
    if few < LEAST_PERIODS:
        broken = len(stretches) > 1
        return Movement(
            code=f"not_judged.{'too_few_since_break' if broken else 'too_few_periods'}", measure=measure, n=few
        )
    if measure == "tau":
        return _weighted(figures, times, options, few)
    return _ordered(figures, times, options, few)


def _weighted(figures: Figures, times: Floats, options: SpreadOptions, n: int) -> Movement:
    """Fit a line to the noise-free variances, which may be below 0, and say it as a standard deviation a year."""
    line = stats.weighted_slope(figures.variance, figures.variance_se, times, confidence=options.confidence)
    if line.reason.item():
        return Movement(code="not_judged.spread_without_error", measure="tau", n=n)
    ends = np.sqrt(np.maximum([line.fitted_first.item(), line.fitted_last.item()], 0.0)).sum()
    turned = [getattr(line, name).item() / ends if ends > 0 else np.nan for name in ("slope", "lower", "upper")]
    found = line.p_value.item() <= options.alpha
    return Movement(
        code=_code(line.slope.item(), found=found),
        measure="tau",
        slope=turned[0],
        lower=turned[1],
        upper=turned[2],
        p_value=line.p_value.item(),
        n=n,
    )


def _ordered(figures: Figures, times: Floats, options: SpreadOptions, n: int) -> Movement:
    """Test the order of the standard deviations where no errors are known."""
    test = stats.mann_kendall(figures.sd, times)
    slope = stats.theil_sen(figures.sd, times, confidence=options.confidence)
    code = _code(slope.slope.item(), found=test.p_value.item() <= options.alpha)
    level = np.isfinite(figures.sd) & (figures.sd != np.nanmax(figures.sd, initial=-np.inf))
    if test.p_min.item() > options.alpha and level.any():  # spreads that are all the same have no order to find
        code = "not_judged.order_out_of_reach"
    return Movement(
        code=code,
        measure="sd",
        slope=slope.slope.item(),
        lower=slope.lower.item(),
        upper=slope.upper.item(),
        p_value=test.p_value.item(),
        p_min=test.p_min.item(),
        n=n,
    )


def _code(slope: float, *, found: bool) -> str:
    if not found:
        return "no_detectable_change.spread_not_significant"
    return "converging.found" if slope < 0 else "diverging.found"
