"""What could have been found at all, and what more it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._trend_options import WEIGHTED
from maalbib.analysis._trend_outcome import says

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_outcome import Outcome
    from maalbib.analysis._trend_series import Compared
    from maalbib.analysis._verdict import Verdicts
    from maalbib.stats import TrendScores

__all__ = ["Reach", "constant", "more_periods", "out_of_reach", "reach_of"]

_COUNTED: Final = 435  # untied pairs, those of 30 values; beyond, p-values lie so close that it does not matter
_MOST_PERIODS: Final = 600


@attrs.frozen(kw_only=True, eq=False)
class Reach:
    """What these values could have given in any order.

    Attributes
    ----------
    s_most, s_needed
        The largest S, and the smallest that is a trend; NaN where it is not known or out of reach.
    chance
        The probability of a trend in either direction where there is none; NaN where none could be found.
    """

    s_most: Floats
    s_needed: Floats
    chance: Floats


def reach_of(scores: TrendScores | None, series: int, level: float) -> Reach:
    """Work out what could have been found, once for each pattern of length, gaps, ties and blocks."""
    unknown = np.full(series, np.nan)
    if scores is None:
        return Reach(s_most=unknown, s_needed=unknown, chance=np.full(series, level))
    pairs = (scores.structures * np.arange(1, scores.structures.shape[1] + 1)).sum(axis=1)
    short = pairs <= _COUNTED
    number = np.where(short, np.cumsum(short) - 1, -1)
    kinds = stats.TrendScores(
        s=np.zeros(short.sum()), which=np.arange(short.sum()), structures=scores.structures[short]
    )
    tables = stats.Attainable.of_trends(kinds)
    needed, chance = np.full(len(pairs), np.nan), np.where(short, np.nan, level)
    for kind, place in enumerate(number.tolist()):
        table = tables.of(place) if place >= 0 else unknown[:0]
        below = int(np.searchsorted(table, level, side="right"))
        if below:
            needed[kind] = pairs[kind] - 2 * (below - 1)
            chance[kind] = table[below - 1]
    columns = (np.where(short, pairs, np.nan), needed, chance)
    s_most, s_needed, of_series = (np.append(column, np.nan)[scores.which] for column in columns)
    return Reach(s_most=s_most, s_needed=s_needed, chance=of_series)


def out_of_reach(verdicts: Verdicts, series: Compared, outcome: Outcome, concerned: Bools, options: Options) -> None:
    """Decide the series in which no order of the values could have been told from chance, and those without any change."""
    if outcome.method in WEIGHTED:
        verdicts.decide(says(outcome.fault, "too_few_points"), "not_judged.too_few_points")
        verdicts.decide(constant(series) & ~concerned, "no_detectable_change.constant")
        return
    few = ~(outcome.p_min_untied <= options.alpha)
    if not few.any():
        _without_spread(verdicts, series, outcome, concerned, options)
        return
    held = np.isfinite(series.whole) | series.open
    impossible = series.impossible
    missed = few & in_rows(impossible) & verdicts.open
    verdicts.decide(_enough(series, held | impossible, missed, options), "not_judged.not_applicable")
    broken = few & in_rows(series.respected) & verdicts.open
    verdicts.decide(_enough(series, held, broken, options), "not_judged.break_leaves_too_few")
    verdicts.decide(few, "not_judged.too_few_points")
    _without_spread(verdicts, series, outcome, concerned, options)


def _without_spread(
    verdicts: Verdicts, series: Compared, outcome: Outcome, concerned: Bools, options: Options
) -> None:
    """Decide the series whose values are all equal, or so many of them that no order could show a trend."""
    tied = outcome.p_min > options.alpha
    if tied.any():
        verdicts.decide(tied & ~concerned & constant(series), "no_detectable_change.constant")
        verdicts.decide(tied, "not_judged.too_many_ties")


def constant(series: Compared) -> Bools:
    """Return which series have equal values only."""
    there = np.isfinite(series.values)
    high = np.where(there, series.values, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(there, series.values, np.inf).min(axis=1, initial=np.inf)
    return np.asarray(high == low, dtype=bool)


def _enough(series: Compared, held: Bools, asked: Bools, options: Options) -> Bools:
    """Return which series, of those asked for, would have had enough values without breaks, with a value wherever one is held."""
    found = np.zeros(len(asked), dtype=bool)
    rows = np.flatnonzero(asked)
    if len(rows):
        rising = np.where(held[rows], np.arange(held.shape[1], dtype=np.float64), np.nan)
        found[rows] = np.asarray(stats.mann_kendall(rising, blocks=series.seasons).p_min_untied) <= options.alpha
    return found


def more_periods(series: Compared, rows: Ints, options: Options) -> Ints:
    """Return how many more periods, with a value in each, would let an unbroken rise be told from chance.

    Every new value comes into the newest stretch, and into the season after the last one.
    """
    found = np.zeros(len(rows), dtype=np.int64)
    if not len(rows) or not series.panel.periods:
        return found
    shape = series.values.shape
    labels = np.broadcast_to(series.blocks, shape)[rows]
    held = np.isfinite(series.values[rows]) | series.open[rows]
    orders = np.ones(len(rows))
    for label in np.unique(labels).tolist():
        orders *= _factorial((held & (labels == label)).sum(axis=1))
    many = int(series.seasons.max(initial=0)) + 1
    newest = np.broadcast_to(series.segments, shape)[rows, -1]
    size = np.stack(
        [(held & (labels == (newest * many + season)[:, None])).sum(axis=1) for season in range(many)], axis=1
    )
    last = series.panel.periods[-1].ordinal
    waiting = np.ones(len(rows), dtype=bool)
    for count in range(1, _MOST_PERIODS + 1):
        season = (last + count) % many
        size[:, season] += 1
        orders *= size[:, season]
        done = waiting & (2 / orders <= options.alpha)
        found[done] = count
        waiting &= ~done
        if not waiting.any():
            break
    return found


def _factorial(counts: Ints) -> Floats:
    table: Floats = np.cumprod(np.append(1.0, np.arange(1.0, 171.0)), dtype=np.float64)
    return table[np.minimum(counts, 170)]
