"""The typed rows of composites. Their fields are the columns of the results, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _composite_wording
from maalbib.analysis._row import Row

__all__ = ["CompositeRow", "PlanEffect"]


@attrs.frozen(kw_only=True, repr=False)
class CompositeRow(Row):
    """Where a unit stands by several indicators, how far that hangs on the choices made, and how far on chance.

    Attributes
    ----------
    institution, breakdown, period
        Who is judged, on which part of the figures, and when.
    peer_group, group, units
        Whom it is held against, the number of that circle where there are several levels, and how many have a place in it.
    indicators, pillars
        Ids of the indicators and of the lowest pillars, none where there are no pillars.
    score, rank
        The composite by the stated choices, and its place, 1 for the highest.
    range_lower, range_upper
        Sensitivity range: the lowest and highest place under all choices of the plan, of drawn ones the middle share that the plan
        keeps. It holds choices, not chance.
    weights_lower, weights_upper, normaliser_lower, normaliser_upper, aggregation_lower, aggregation_upper
        The same under other weights, other scales and other means alone.
    treatment_lower, treatment_upper, left_out_lower, left_out_upper, together_lower, together_upper
        With extremes treated otherwise, with each indicator left out, and with everything varied at once. None where the plan does not
        vary it, or it could not be tried.
    first_changes
        Share of all runs of the plan in which not the same units stand first; the same for the whole circle.
    rank_lower, rank_upper
        Sampling interval of the place: those that chance alone could have given, for all units at once. It holds chance, not
        choices, and is never merged with the range.
    rank_alone_lower, rank_alone_upper
        The same for a unit picked in advance.
    rank_reason
        Why there is no sampling interval, else None: ``uncertainty_missing``, ``scale_without_errors``, ``group_too_large`` or
        ``not_asked``.
    standard_error
        Sampling error of the score, None where not known.
    coverage
        Share of the weight that the unit has, in the pillar where it is smallest.
    pillar_coverage, pillar_scores
        The same for each pillar, and its mean.
    lacking
        Ids of the indicators that cannot be used.
    state, reason
        ``ranked`` or ``not_ranked``, and why.
    flags, method, params
        What a reader should know besides, and how it was worked out.
    level
        Coverage of the sampling interval.
    hidden
        Why the unit's figures may not be shown, as in :class:`Progress`; they are not used.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> figures = {"a": [1.0, 2, 3], "b": [9.0, 8, 1]}
    >>> frame = pd.DataFrame(
    ...     [(code, f"u{place}", "2024", value) for code in figures for place, value in enumerate(figures[code])],
    ...     columns=["indicator", "institution", "period", "value"],
    ... )
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> row = mb.composite(ms, ["a", "b"], period="2024", directions={"a": "higher", "b": "higher"})[1]
    >>> row.rank, (row.range_lower, row.range_upper), row.rank_reason
    (1, (1, 2), 'uncertainty_missing')
    """

    IDS: ClassVar[tuple[str, ...]] = ("institution", "breakdown", "period")
    UNJUDGED: ClassVar[str] = "not_ranked"

    institution: str
    breakdown: str
    period: str
    peer_group: str
    group: int
    units: int
    indicators: tuple[str, ...]
    pillars: tuple[str, ...]
    score: float | None
    rank: int | None
    range_lower: int | None
    range_upper: int | None
    weights_lower: int | None
    weights_upper: int | None
    normaliser_lower: int | None
    normaliser_upper: int | None
    aggregation_lower: int | None
    aggregation_upper: int | None
    treatment_lower: int | None
    treatment_upper: int | None
    left_out_lower: int | None
    left_out_upper: int | None
    together_lower: int | None
    together_upper: int | None
    first_changes: float | None
    rank_lower: int | None
    rank_upper: int | None
    rank_alone_lower: int | None
    rank_alone_upper: int | None
    rank_reason: str | None
    standard_error: float | None
    coverage: float | None
    pillar_coverage: tuple[float, ...] | None
    pillar_scores: tuple[float, ...] | None
    lacking: tuple[str, ...]
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _composite_wording.subject(self, lang)

    def _said(self, lang: str) -> str:
        return _composite_wording.composite(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class PlanEffect(Row):
    """What one way of choosing otherwise does to the places.

    Attributes
    ----------
    peer_group, group, units, breakdown, period
        Which circle of units, as in :class:`CompositeRow`.
    part
        What is varied: ``weights``, ``normaliser``, ``aggregation``, ``treatment``, ``left_out`` or ``together``.
    choice
        The scale or mean that was tried, ``treated`` or ``untreated``, or the id of the indicator left out; None for draws.
    runs
        How often it was tried.
    first_changes
        Share of the runs in which not the same units stand first.
    moved, largest
        How many places a unit moves, in the mean over units and runs, and at most.
    scored
        The fewest units that it gave a score.
    state, reason
        ``tried`` and what came of it, or ``not_tried`` and why; nothing is tried in its place.
    method
        The scale and mean that were stated.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> rows = [("a", "A", 1.0), ("a", "B", 2.0), ("b", "A", 5.0), ("b", "B", 4.0)]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value"]).assign(period="2024")
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> found = mb.composite(ms, ["a", "b"], period="2024", directions={"a": "higher", "b": "higher"})
    >>> row = found.plans().row(part="left_out", choice="a")
    >>> row.state, row.first_changes
    ('tried', 1.0)
    """

    IDS: ClassVar[tuple[str, ...]] = ("part", "choice")
    UNJUDGED: ClassVar[str] = "not_tried"

    peer_group: str
    group: int
    units: int
    breakdown: str
    period: str
    part: str
    choice: str | None
    runs: int
    first_changes: float | None
    moved: float | None
    largest: float | None
    scored: int
    state: str
    reason: str
    method: str

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _composite_wording.plan_subject(self, lang)

    def _said(self, lang: str) -> str:
        return _composite_wording.plan(self, lang)
