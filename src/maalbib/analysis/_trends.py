"""Is it getting better: every series against chance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from maalbib.analysis._context import Setting, as_least, at_least, chosen, one_frequency, probability_argument
from maalbib.analysis._labels import labels_of
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Trend
from maalbib.analysis._trend_columns import columns_of
from maalbib.analysis._trend_rules import BREAKS, Breaks, Options, judge
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
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
        ``"ignore"``: values are compared across breaks, and the row is flagged. Values before a break with a factor are
        multiplied by it in any case.
    seasons
        Whether half-years, thirds of a year, quarters and months are compared only with the same season of other years.
    correct
        Whether ``q_value``, adjusted within the indicator, decides beside ``p_value``.
    min_relevant_slope
        Smallest change a year that matters, in the indicator's unit, at least 0; fills ``relevance``.
    min_verdict
        Fewest people behind a value that may be judged; None judges all. Older values of fewer people are set aside, and the row
        is flagged ``values_set_aside``.
    across_sources
        Whether values from different sources may form one series; the rows are flagged ``mixed_sources``.
    register
        For names and levels; the one attached to the measurements where None.

    Returns
    -------
    Trends
        A row for each indicator, institution and breakdown. No row is left out: what cannot be judged says why.

    Raises
    ------
    ArgumentError
        If an option is out of range.
    UnknownCodeError
        If an indicator has no rows.

    Notes
    -----
    Mann-Kendall's test with the exact distribution for the ties, gaps and blocks at hand [1]_, Theil-Sen's slope on real time
    with an interval by exact ranks [2]_, adjusted p by Benjamini and Hochberg [3]_. Where even an unbroken rise could not reach
    ``alpha`` the state is ``not_judged``, never ``no_detectable_change``. Neighbouring values are taken as independent; pooled
    periods that share a year are not, and are not judged. Cost: proportional to the number of series times the square of
    their length.

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
    if breaks not in BREAKS:
        raise ArgumentError.choice("breaks", BREAKS)
    options = Options(
        alpha=probability_argument("alpha", alpha),
        confidence=probability_argument("confidence", 1 - alpha if confidence is None else confidence),
        breaks=breaks,
        seasons=bool(seasons),
        correct=bool(correct),
        min_relevant_slope=None
        if min_relevant_slope is None
        else at_least("min_relevant_slope", min_relevant_slope, 0),
        min_verdict=as_least("min_verdict", min_verdict),
        across_sources=bool(across_sources),
    )
    setting = Setting.of(measurements, catalogue, register)
    wanted = chosen("indicator", {code: code for code in measurements.indicators}, indicators)
    judged = [
        judge(panel, mixed, setting.indicator(code), options, setting.secrecy)
        for code, panels in setting.panels(wanted)
        for panel, mixed in one_frequency(panels)
    ]
    found = labels_of(
        setting.catalogue,
        setting.register,
        indicators=wanted,
        institutions={code for each in judged for code in each.panel.institutions},
    )
    return Trends.concat((Trends.of_columns(columns_of(each), len(each.panel), found) for each in judged), found)
