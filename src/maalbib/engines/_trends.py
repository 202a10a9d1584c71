"""The test of every series as a kernel, with what it may be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis import detect_trends
from maalbib.analysis._trend_options import SPANNING
from maalbib.engines._verbs import TRENDS, VerbParams, names_of
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Adjust, Breaks, Family, Method, Overlaps, Withheld
    from maalbib.catalogue import Catalogue
    from maalbib.engines._kernel import Kernel
    from maalbib.measurements._intake import OnProblem
    from maalbib.register import Register

__all__ = ["trends"]


def trends(
    catalogue: Catalogue | None = None,
    *,
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
    breakdowns: Iterable[str] | None = None,
    on_problem: OnProblem = "raise",
) -> Kernel:
    """Return :func:`maalbib.detect_trends` as a kernel.

    Parameters
    ----------
    catalogue
        Indicators, which the rows are checked against as well.
    method, alpha, confidence, breaks, seasons, correct
        As in :func:`maalbib.detect_trends`.
    family, adjust
        As there; but a family must lie within an indicator: ``"indicator"`` or ``"breakdown"``.
    min_relevant_slope, min_relevant_share, required_slope, min_verdict, min_points, min_span, min_coverage, across_sources
        As there.
    overlaps, withheld, propose_breaks, diagnostics, dispersion, recent_periods, recent_alpha, register
        As there.
    breakdowns, on_problem
        As in :meth:`Measurements.read`. Rows in problems count within the indicator.

    Returns
    -------
    Kernel
        Its result has the columns of ``maalbib.schemas.TRENDS``: a row for each indicator, institution, breakdown and method.

    Raises
    ------
    ArgumentError
        If an option is out of range, or the family spans indicators.

    Notes
    -----
    Adjusted p-values are adjusted within an indicator, so they are those of the whole table. Each indicator is checked by itself,
    so that a sum is not held against its parts; :meth:`Measurements.read` does that.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib import engines
    >>> kernel = engines.trends(mb.Catalogue.load("folkeskolen"))
    >>> engines.run(mb.Measurements.example("reading").to_arrow(), kernel).read_all()["state"].to_pylist()
    ['not_judged', 'declining', 'declining', 'not_judged']
    """
    if family in SPANNING:
        raise ArgumentError("trend.family_spans", family=family)
    options: dict[str, Any] = {
        "method": method if isinstance(method, str) else tuple(method),
        "alpha": alpha,
        "confidence": confidence,
        "breaks": breaks,
        "seasons": seasons,
        "correct": correct,
        "family": family,
        "adjust": adjust,
        "min_relevant_slope": min_relevant_slope,
        "min_relevant_share": min_relevant_share,
        "required_slope": dict(required_slope) if isinstance(required_slope, Mapping) else required_slope,
        "min_verdict": min_verdict,
        "min_points": min_points,
        "min_span": min_span,
        "min_coverage": min_coverage,
        "across_sources": across_sources,
        "overlaps": overlaps,
        "withheld": withheld,
        "propose_breaks": propose_breaks,
        "diagnostics": diagnostics,
        "dispersion": dispersion,
        "recent_periods": recent_periods,
        "recent_alpha": recent_alpha,
    }
    params = VerbParams(
        catalogue=catalogue,
        register=register,
        breakdowns=names_of(breakdowns),
        on_problem=on_problem,
        options=options,
    )
    detect_trends(params.nothing, **options)
    return attrs.evolve(TRENDS, params=params)
