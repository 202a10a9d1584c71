"""Is it getting better: every series against chance."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._context import chosen, probability_argument
from maalbib.analysis._labels import labels_of
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Trend
from maalbib.analysis._segments import block_labels, known_breaks, usable
from maalbib.analysis._verdict import Verdicts
from maalbib.errors import ArgumentError
from maalbib.measurements import panels
from maalbib.model import Break, Direction, Frequency, Indicator

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements, Panel
    from maalbib.register import Register
    from maalbib.stats import MannKendall, TheilSen

__all__ = ["Breaks", "Trends", "detect_trends"]

Breaks = Literal["blocks", "last_segment", "ignore"]
_BREAKS = ("blocks", "last_segment", "ignore")
_SEASONAL = {Frequency.HALF_YEAR: 2, Frequency.FOUR_MONTHS: 3, Frequency.QUARTER: 4, Frequency.MONTH: 12}


class Trends(Result[Trend]):
    """Whether each series moves; rows are :class:`Trend`."""

    ROW: ClassVar[type[Trend]] = Trend
    NAME: ClassVar[str] = "trends"


@attrs.frozen(kw_only=True)
class _Options:
    alpha: float
    confidence: float
    breaks: Breaks
    seasons: bool
    correct: bool
    min_relevant_slope: float | None
    min_verdict: int | None
    across_sources: bool


def detect_trends(
    measurements: Measurements,
    *,
    catalogue: Catalogue | None = None,
    indicators: str | Iterable[str] | None = None,
    alpha: float = 0.05,
    confidence: float | None = None,
    breaks: Breaks = "blocks",
    seasons: bool = True,
    correct: bool = False,
    min_relevant_slope: float | None = None,
    min_verdict: int | None = None,
    across_sources: bool = False,
    register: Register | None = None,
) -> Trends:
    """Test every series for a rise or fall, exactly, and estimate how fast.

    Parameters
    ----------
    measurements
        The values.
    catalogue
        Says which way is better and where the breaks are; the one attached to the measurements where None. An indicator that it
        lacks has no better direction and no breaks.
    indicators
        Ids to test, all where None.
    alpha
        Largest p-value that counts as a trend, between 0 and 1.
    confidence
        Level asked of the slope's interval; 1 - alpha where None. The level attained is in the result.
    breaks
        ``"blocks"``: every unbroken stretch counts and none is compared with another. ``"last_segment"``: only the newest stretch.
        ``"ignore"``: values are compared across breaks, and the row is flagged.
    seasons
        Whether half-years, quarters and months are compared only with the same season of other years.
    correct
        Whether ``q_value``, adjusted within the indicator, decides instead of ``p_value``.
    min_relevant_slope
        Smallest change a year that matters, in the indicator's unit; fills ``relevance``.
    min_verdict
        Fewest people behind a value that may be judged.
    across_sources
        Whether values from different sources may form one series.
    register
        For names; the one attached to the measurements where None.

    Returns
    -------
    Trends
        A row for each indicator, institution and breakdown. No row is left out: what cannot be judged says why.

    Raises
    ------
    ArgumentError
        If an option is out of range or an indicator is unknown.

    Notes
    -----
    Mann-Kendall's test with the exact distribution for the ties, gaps and blocks at hand [1]_, Theil-Sen's slope on real time
    with an interval by exact ranks [2]_, adjusted p by Benjamini and Hochberg [3]_. Where even an unbroken rise could not reach
    ``alpha`` the state is ``not_judged``, never ``no_detectable_change``. Neighbouring values are taken as independent.
    Cost: proportional to the number of series times the square of their length.

    References
    ----------
    .. [1] Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245-259.
    .. [2] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63, 1379-1389.
    .. [3] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300.

    Examples
    --------
    >>> import maalbib as mb
    >>> trends = mb.detect_trends(mb.Measurements.example("reading"), catalogue=mb.Catalogue.load("folkeskolen"))
    >>> row = trends.row(breakdown="grade=4")
    >>> row.state, round(row.p_value, 4), row.n_blocks
    ('declining', 0.05, 2)
    """
    if breaks not in _BREAKS:
        raise ArgumentError.choice("breaks", _BREAKS)
    options = _Options(
        alpha=probability_argument("alpha", alpha),
        confidence=probability_argument("confidence", 1 - alpha if confidence is None else confidence),
        breaks=breaks,
        seasons=bool(seasons),
        correct=bool(correct),
        min_relevant_slope=min_relevant_slope,
        min_verdict=min_verdict,
        across_sources=bool(across_sources),
    )
    known = catalogue if catalogue is not None else measurements.catalogue
    wanted = chosen("indicator", {code: code for code in measurements.indicators}, indicators)
    parts, codes = [], set[str]()
    for code in wanted:
        indicator = None if known is None else known.indicators.get(code)
        for panel in panels(measurements, code):
            codes.update(panel.institutions)
            parts.append(_judge_panel(panel, indicator, options))
    found = labels_of(known, register or measurements.register, indicators=wanted, institutions=codes)
    return Trends.concat((Trends.of_columns(part, found) for part in parts), found)


def _judge_panel(panel: Panel, indicator: Indicator | None, options: _Options) -> dict[str, Any]:
    declared = () if indicator is None else known_breaks(indicator.breaks, None)
    found = usable(panel, until=None, min_verdict=options.min_verdict)
    values, blocks, crossed = _comparable(panel, found.values, declared, options)
    resolution = None if indicator is None else indicator.resolution
    times = panel.times
    test = stats.mann_kendall(values, times, blocks=blocks, resolution=resolution)
    slope = stats.theil_sen(values, times, blocks=blocks, confidence=options.confidence, resolution=resolution)
    q_value = _within_family(test, options)
    verdicts = Verdicts(len(values))
    _decide(verdicts, panel, test, q_value, found.withheld, indicator, options, values)
    cut = _breaks_inside(panel, values, declared)
    _flag(verdicts, test, slope, values, [bool(texts) for texts in cut], crossed)
    return _columns(panel, indicator, values, test, slope, q_value, verdicts, cut, options)


def _comparable(
    panel: Panel, values: Floats, declared: tuple[Break, ...], options: _Options
) -> tuple[Floats, Ints, bool]:
    """Return values and blocks: pairs of values with different labels are never compared."""
    segments = block_labels(panel, declared)
    if options.breaks == "ignore":
        segments = np.zeros_like(segments)
    elif options.breaks == "last_segment":
        last = np.where(np.isfinite(values), segments, -1).max(axis=1, initial=-1)
        values = np.where(segments == last[:, None], values, np.nan)
    freq = panel.freq
    if options.seasons and freq in _SEASONAL:
        season = np.array([period.ordinal % _SEASONAL[freq] for period in panel.periods], dtype=np.int64)
        segments = segments * _SEASONAL[freq] + season
    return values, segments, options.breaks == "ignore"


def _within_family(test: MannKendall, options: _Options) -> Floats:
    """Adjust p within the indicator; series that cannot be judged are not in the family."""
    judged = np.asarray(test.p_min_untied) <= options.alpha
    return np.asarray(stats.benjamini_hochberg(np.where(judged, np.asarray(test.p_value), np.nan)))


def _decide(
    verdicts: Verdicts,
    panel: Panel,
    test: MannKendall,
    q_value: Floats,
    withheld: Words,
    indicator: Indicator | None,
    options: _Options,
    values: Floats,
) -> None:
    """Give each series the first verdict that fits it."""
    for reason in ("suppressed", "small_n", "no_data"):
        verdicts.decide(withheld == reason, f"not_judged.{reason}")
    if not options.across_sources:
        verdicts.decide(panel.mixed_sources(values), "not_judged.different_sources")
    p_value, p_min = np.asarray(test.p_value), np.asarray(test.p_min)
    counted = np.isfinite(values).sum(axis=1)
    alone = stats.mann_kendall(np.where(np.isfinite(values), np.arange(values.shape[1], dtype=float), np.nan))
    too_few = np.asarray(test.p_min_untied) > options.alpha
    verdicts.decide(too_few & (np.asarray(alone.p_min) <= options.alpha), "not_judged.break_leaves_too_few")
    verdicts.decide(too_few | ~np.isfinite(np.asarray(test.p_min_untied)), "not_judged.too_few_points")
    verdicts.decide(_constant(values) & (counted > 0), "no_detectable_change.constant")
    verdicts.decide(p_min > options.alpha, "not_judged.too_many_ties")
    found = p_value <= options.alpha
    kept = found & (q_value <= options.alpha) if options.correct else found
    rising = np.asarray(test.s) > 0
    up, down = _words(indicator)
    verdicts.decide(kept & rising, f"{up}.found")
    verdicts.decide(kept & ~rising, f"{down}.found")
    verdicts.decide(found, "no_detectable_change.lost_to_multiplicity")
    verdicts.decide(~found, "no_detectable_change.not_significant")


def _words(indicator: Indicator | None) -> tuple[str, str]:
    """Return what a rise and a fall are called."""
    if indicator is not None and indicator.direction is Direction.HIGHER:
        return "improving", "declining"
    if indicator is not None and indicator.direction is Direction.LOWER:
        return "declining", "improving"
    return "rising", "falling"


def _constant(values: Floats) -> Bools:
    if values.shape[1] == 0:
        return np.zeros(len(values), dtype=bool)
    high = np.where(np.isfinite(values), values, -np.inf).max(axis=1)
    low = np.where(np.isfinite(values), values, np.inf).min(axis=1)
    return np.asarray(high == low, dtype=bool)


def _breaks_inside(panel: Panel, values: Floats, declared: tuple[Break, ...]) -> list[tuple[str, ...]]:
    """Return the first periods after a break that have values on both sides, for each series."""
    marks = np.diff(block_labels(panel, declared), axis=1, prepend=0) > 0
    kept = np.isfinite(values)
    earlier = np.cumsum(kept, axis=1) - kept > 0
    later = np.cumsum(kept[:, ::-1], axis=1)[:, ::-1] > 0
    inside = marks & earlier & later
    texts = [str(period) for period in panel.periods]
    found: list[list[str]] = [[] for _ in values]
    for row, column in zip(*np.nonzero(inside), strict=True):
        found[row].append(texts[column])
    return [tuple(names) for names in found]


def _flag(
    verdicts: Verdicts,
    test: MannKendall,
    slope: TheilSen,
    values: Floats,
    cut: list[bool],
    crossed: bool,  # noqa: FBT001 - private
) -> None:
    judged = np.array([state != "not_judged" for state in verdicts.states], dtype=bool)
    broken = np.array(cut, dtype=bool)
    verdicts.flag(broken, "crosses_break" if crossed else "break")
    kept = np.isfinite(values)
    inside = (np.cumsum(kept, axis=1) > 0) & (np.cumsum(kept[:, ::-1], axis=1)[:, ::-1] > 0)
    verdicts.flag(judged & (inside & ~kept).any(axis=1), "gaps")
    verdicts.flag(judged & (np.asarray(test.p_min) > np.asarray(test.p_min_untied)), "ties")
    verdicts.flag(judged & np.isnan(np.asarray(slope.lower)), "interval_not_attainable")
    verdicts.flag(judged & ~np.isin(np.asarray(test.path).astype(str), ["exact", ""]), "approximate_p")
    found = np.array([reason == "found" for reason in verdicts.reasons], dtype=bool)
    verdicts.flag(found & (np.asarray(slope.slope) == 0), "slope_zero")


def _relevance(slope: TheilSen, margin: float | None) -> list[str | None]:
    """Place the whole interval against the smallest slope that matters."""
    if margin is None:
        return [None] * len(slope.slope)
    lower, upper = np.asarray(slope.lower), np.asarray(slope.upper)
    beyond, within = (lower > margin) | (upper < -margin), (lower >= -margin) & (upper <= margin)
    words = np.select([np.isnan(lower), beyond, within], ["unclear", "relevant", "negligible"], "unclear")
    return [str(word) for word in words]


def _columns(
    panel: Panel,
    indicator: Indicator | None,
    values: Floats,
    test: MannKendall,
    slope: TheilSen,
    q_value: Floats,
    verdicts: Verdicts,
    cut: list[tuple[str, ...]],
    options: _Options,
) -> dict[str, Any]:
    rows = len(values)
    kept = np.isfinite(values)
    texts = [str(period) for period in panel.periods]
    ends = [
        (texts[int(row.argmax())], texts[len(row) - 1 - int(row[::-1].argmax())]) if row.any() else (None, None)
        for row in kept
    ]
    family_size = int(np.isfinite(q_value).sum())
    return {
        "indicator": [panel.indicator] * rows,
        "institution": list(panel.institutions),
        "breakdown": list(panel.breakdowns),
        "first_period": [first for first, _ in ends],
        "last_period": [last for _, last in ends],
        "n": kept.sum(axis=1),
        "s": np.asarray(test.s, dtype=float),
        "tau": np.asarray(test.tau_b),
        "p_value": np.asarray(test.p_value),
        "p_min": np.asarray(test.p_min),
        "q_value": q_value,
        "slope": np.asarray(slope.slope),
        "slope_lower": np.asarray(slope.lower),
        "slope_upper": np.asarray(slope.upper),
        "direction": [None if indicator is None else indicator.direction.value] * rows,
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": ["mann_kendall"] * rows,
        "params": [json.dumps(attrs.asdict(options), sort_keys=True)] * rows,
        "slope_per": ["year"] * rows,
        "level": np.asarray(slope.level),
        "path": [path or None for path in np.asarray(test.path).tolist()],
        "n_blocks": np.asarray(test.n_blocks, dtype=np.int64),
        "breaks": cut,
        "relevance": _relevance(slope, options.min_relevant_slope),
        "family": ["indicator"] * rows,
        "family_size": [family_size] * rows,
    }
