"""Is it getting better: every series against chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib.analysis._context import Setting, chosen
from maalbib.analysis._labels import labels_of
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Trend
from maalbib.analysis._trend_columns import columns_of
from maalbib.analysis._trend_families import adjusted, check_family
from maalbib.analysis._trend_options import Adjust, Breaks, Family, Method, Options, Overlaps, Withheld, methods_of
from maalbib.analysis._trend_rules import Judged, conclude, judge
from maalbib.analysis._trend_series import compared
from maalbib.analysis._trend_stacks import stacks

if TYPE_CHECKING:
    from maalbib.analysis._labels import Labels
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["Trends", "detect_trends"]


class Trends(Result[Trend]):
    """Whether each series moves; rows are :class:`Trend`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> mb.detect_trends(reading, catalogue=catalogue).counts()
    {'declining': 2, 'not_judged': 2}
    """

    ROW = Trend
    NAME = "trends"

    def expected_false(self) -> float:
        """Return how many trends would be found by p alone if no series moved.

        The sum of the column ``chance`` over the series that could be judged. Exact tests of few values rarely find anything by
        chance: a hundred series of five values give 1.7 false trends at 5 per cent, not 5.

        Examples
        --------
        >>> import maalbib as mb
        >>> trends = mb.detect_trends(mb.Measurements.example("reading"), catalogue=mb.Catalogue.load("folkeskolen"))
        >>> round(trends.expected_false(), 3)
        0.1
        """
        import pyarrow.compute as pc

        found: Any = pc.sum(self._table["chance"])
        return float(found.as_py() or 0.0)


def detect_trends(
    measurements: Measurements,
    *,
    catalogue: Catalogue | None = None,
    indicators: str | Iterable[str] | None = None,
    method: Method | Iterable[Method] = "mann_kendall",
    alpha: float = 0.05,
    confidence: float | None = None,
    breaks: Breaks = "blocks",
    seasons: bool = True,
    correct: bool = False,
    family: Family = "indicator",
    adjust: Adjust = "benjamini_hochberg",
    min_relevant_slope: float | None = None,
    min_relevant_share: float | None = None,
    required_slope: float | Mapping[str, float] | None = None,
    min_verdict: int | None = None,
    min_points: int | None = None,
    min_span: float | None = None,
    min_coverage: float | None = None,
    across_sources: bool = False,
    overlaps: Overlaps = "refuse",
    withheld: Withheld = "bounds",
    propose_breaks: bool = False,
    diagnostics: bool = False,
    dispersion: str | float | None = None,
    recent_periods: int = 5,
    recent_alpha: float = 0.002,
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
    method
        One or several; each series has a row for each. ``"mann_kendall"``: the order of the values, exactly. ``"ar1"``: the same,
        allowing for neighbours that are alike, so that p can only grow; from 8 values. ``"season_covariance"``: the same for months
        or quarters of at least 10 whole years, allowing for good and bad years that all seasons share. ``"proportion"``: shares with
        their denominators (Cochran and Armitage). ``"wls"``: values with limits, those of 95 per cent. ``"recent_trend"``: the last
        few points with denominators or limits; ``"phe_recent_trend"``: the same by the English published rule.
    alpha
        Largest p-value that counts as a trend, between 0 and 1.
    confidence
        Level asked of the slope's interval; 1 - alpha where None. The level attained is in the result.
    breaks
        ``"blocks"``: every unbroken stretch counts and none is compared with another. ``"last_segment"``: only the newest stretch.
        ``"ignore"``: values are compared across breaks, and the row is flagged. Values before a break with a factor are
        multiplied by it in any case. Methods that weigh values take the newest stretch for ``"blocks"``.
    seasons
        Whether half-years, thirds of a year, quarters and months are compared only with the same season of other years.
    correct
        Whether ``q_value``, adjusted within the family, decides beside ``p_value``.
    family
        Which series are judged together: those of an ``"indicator"``; of a part of it, ``"breakdown"``; of an ``"institution"``;
        ``"all"``; or ``"hierarchical"``: indicators in which something moves, in them the bodies that institutions belong to by
        the register, in those the institutions.
    adjust
        What ``q_value`` holds: the expected share of false findings, ``"benjamini_hochberg"``, or ``"benjamini_yekutieli"`` whatever
        the dependence; the probability of any, ``"holm"``, ``"hochberg"`` or ``"bonferroni"``; or ``"heyse"``, the first for series of
        different lengths.
    min_relevant_slope, min_relevant_share
        Smallest change a year that matters, at least 0: in the indicator's unit, or as a share of the median of the series. One
        of them fills ``relevance``.
    required_slope
        A change a year that the slopes are held against, such as a target's pace, in the indicator's unit; or one for each
        indicator by id. Fills ``share_above`` and ``required_p``.
    min_verdict
        Fewest people behind a value that may be judged; None judges all. Older values of fewer people are set aside, and the row
        is flagged ``values_set_aside``.
    min_points, min_span, min_coverage
        What a series needs to be judged at all: values, years from the first to the last, and share of its periods that have a
        value.
    across_sources
        Whether values from different sources may form one series; the rows are flagged ``mixed_sources``.
    overlaps
        What is done with values of overlapping periods: ``"refuse"`` them, or ``"thin"`` them out from the newest backwards.
    withheld
        What withheld values and those known as a bound are: ``"bounds"``, any value they may have, so that a verdict is given only
        where each leads to it; or ``"gaps"``, missing, where a newer value is known.
    propose_breaks
        Whether changes of level that nobody declared are looked for. They are proposed, never applied.
    diagnostics
        Whether the columns on how much hangs on single values, neighbours and ties are filled.
    dispersion
        For methods that weigh values, how much more these move than sampling makes them: ``"pooled"`` over the indicator (where
        None), ``"own"``, ``"none"``, or a number of at least 1.
    recent_periods, recent_alpha
        How many points the recent trend looks at, at least 3, and its level.
    register
        For names and levels; the one attached to the measurements where None.

    Returns
    -------
    Trends
        A row for each indicator, institution, breakdown and method. No row is left out: what cannot be judged says why.

    Raises
    ------
    ArgumentError
        If an option is out of range, or two contradict each other.
    UnknownCodeError
        If an indicator has no rows.

    Notes
    -----
    Mann-Kendall's test with the exact distribution for the ties, gaps and blocks at hand [1]_, Theil-Sen's slope on real time
    with an interval by exact ranks [2]_, adjusted p by Benjamini and Hochberg [3]_. Where even an unbroken rise could not reach
    ``alpha`` the state is ``not_judged``, never ``no_detectable_change``. Pooled periods that share a year are not judged.

    Neighbouring values are taken as independent. Where they are not, p is too small: with an autocorrelation of 0.3 the test finds
    a trend in 11 per cent of series of 12 values without one, with 0.6 in 25 per cent, for a nominal 5. A found trend of at least
    12 values is flagged ``autocorrelation`` where neighbours are alike, which is a weak instrument in short series.

    ``relevance`` places the whole interval of the slope. With ``confidence=0.90`` a change that is ``negligible`` is shown at 5 per cent
    to be smaller than the limit, which is the only way to show that nothing much happened; no trend found does not.

    A row depends on other series through its family alone, and through the dispersion where it is pooled. Cost: proportional to
    the number of series times the square of their length; ``diagnostics`` once more for each value.

    The column ``hidden`` says which rows rest on values that may not be shown, see :meth:`Result.public`.

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
    methods = methods_of(method)
    options = Options.checked(
        alpha=alpha,
        confidence=confidence,
        breaks=breaks,
        seasons=seasons,
        correct=correct,
        family=family,
        adjust=adjust,
        min_relevant_slope=min_relevant_slope,
        min_relevant_share=min_relevant_share,
        required_slope=required_slope,
        min_verdict=min_verdict,
        min_points=min_points,
        min_span=min_span,
        min_coverage=min_coverage,
        across_sources=across_sources,
        overlaps=overlaps,
        withheld=withheld,
        propose_breaks=propose_breaks,
        diagnostics=diagnostics,
        dispersion=dispersion,
        recent_periods=recent_periods,
        recent_alpha=recent_alpha,
    )
    check_family(options, methods)
    setting = Setting.of(measurements, catalogue, register)
    wanted = chosen("indicator", {code: code for code in measurements.indicators}, indicators)
    parts = list(_parts(setting, wanted, methods, options))
    found = labels_of(
        setting.catalogue,
        setting.register,
        indicators=wanted,
        institutions={code for part in parts for code in part.panel.institutions},
    )
    return _together(parts, methods, options, setting.register, found)


def _parts(setting: Setting, wanted: list[str], methods: tuple[Method, ...], options: Options) -> Iterator[Judged]:
    """Yield what each method finds in each stack of series."""
    for stack in stacks(setting, wanted):
        series = compared(stack, options)
        grades = setting.secrecy.grades(stack.panel, stack.indicator)
        for method in methods:
            yield judge(series, method, grades, options)


def _together(
    parts: list[Judged], methods: tuple[Method, ...], options: Options, register: Register | None, labels: Labels
) -> Trends:
    """Judge the series of each family together, method by method, and put the rows in order."""
    results, places = [], []
    for number, method in enumerate(methods):
        own = [part for part in parts if part.outcome.method == method]
        for part, (q_value, sizes) in zip(own, adjusted(own, options, register), strict=True):
            conclude(part, q_value)
            results.append(Trends.of_columns(columns_of(part, q_value, sizes), len(q_value), labels))
            places.append(part.stack.places * len(methods) + number)
    joined = Trends.concat(results, labels)
    place = np.concatenate(places) if places else np.empty(0, dtype=np.int64)
    if bool((np.diff(place) > 0).all()):
        return joined
    return Trends(joined.to_arrow().replace_schema_metadata(None).take(np.argsort(place)), labels)
