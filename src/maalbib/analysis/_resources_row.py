"""What one unit gets out of its resources: the typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _resources_wording
from maalbib.analysis._row import Row

__all__ = ["ResultAndResource"]


@attrs.frozen(kw_only=True, repr=False)
class ResultAndResource(Row):
    """The result of one unit and the resource it used, side by side.

    Attributes
    ----------
    result, resource, institution, breakdown, period
        The two indicators, who, which part of the figures, and when.
    peer_group
        The group or the definition of the peers.
    result_value, result_lower, result_upper
        The result and its interval.
    result_mean_kind, result_peers, result_mean
        The kind of the mean that divides better from worse, how many others are in it, and the mean.
    result_gap, result_gap_lower, result_gap_upper, result_verdict
        Result less mean with the interval of the difference: ``better``, ``worse``, ``no_detectable_difference`` or ``not_compared``.
    result_adjustment, result_expected, result_adjusted_gap, result_adjusted_lower, result_adjusted_upper
        ``conditions`` or ``expected`` where that was asked for; the result expected, and the gap to it with its interval.
    result_adjusted_verdict, result_adjusted_reason
        As ``result_verdict``, of the adjusted gap, and why.
    resource_value, resource_lower, resource_upper, resource_mean_kind, resource_peers, resource_mean
        The resource in the same way.
    resource_gap, resource_gap_lower, resource_gap_upper, resource_verdict
        Resource less mean: ``dearer``, ``cheaper``, ``no_detectable_difference`` or ``not_compared``. None where no result stands beside.
    need, resource_per_need, per_need_lower, per_need_upper
        The index of need where one was given, and the resource divided by it.
    resource_adjustment, resource_expected, resource_adjusted_gap, resource_adjusted_lower, resource_adjusted_upper
        ``need`` or ``expected``; the resource expected, and the gap to it. None where no result stands beside.
    resource_adjusted_verdict, resource_adjusted_reason
        As ``resource_verdict``, of the adjusted gap, and why.
    dominance, dominated_by, dominators, dominates, compared_with
        ``dominated`` where another unit uses no more and gets no less, and one of the two is better beyond noise, else
        ``not_dominated``; who does, the best result first, a hundred at most; how many do; how many this unit dominates; among
        how many.
    supplier_kind, dominance_in_kind
        The class of the unit where a classification was given, and whether a unit of the same class dominates it.
    score, score_outcome
        With how much less others, or a mix of them, got as much: a factor on the own resource, per need where there is an index; and what
        came of it in words.
    adjusted_state, adjusted_reason
        As ``state`` and ``reason``, by what was expected in the place of the means; None where nothing was adjusted.
    state, reason
        ``better_cheaper``, ``better_dearer``, ``worse_cheaper``, ``worse_dearer``; ``undecided`` where an interval holds its mean;
        ``service_level_unknown`` where there is no result; or ``not_judged``; and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    level
        Coverage of the intervals.
    n, resource_n
        People or answers behind the result, and behind the resource.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.
    score_units
        How many units the frontier of the score is made of, itself included; more than the unit's peers where it has a list of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> known = (("spent", "resource", "context"), ("score", "result", "higher"))
    >>> indicators = [
    ...     mb.Indicator(
    ...         id=id, name=mb.Text(da=id, en=id), unit="score", kind=kind, direction=way, aggregation="mean"
    ...     )
    ...     for id, kind, way in known
    ... ]
    >>> rows = [
    ...     ("spent", "A", 90, None, None),
    ...     ("spent", "B", 100, None, None),
    ...     ("score", "A", 71, 69, 73),
    ...     ("score", "B", 62, 60, 64),
    ... ]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value", "lower", "upper"]).assign(
    ...     period="2024"
    ... )
    >>> ms = mb.Measurements.from_pandas(
    ...     frame, catalogue=mb.Catalogue(id="X", agency="X", version="1.0.0", indicators=indicators)
    ... )
    >>> row = mb.results_and_resources(ms, result="score", resource="spent", period="2024")[0]
    >>> row.institution, row.state, row.result_gap, row.resource_gap, row.dominates
    ('A', 'better_cheaper', 9.0, -10.0, 1)
    """

    IDS: ClassVar[tuple[str, ...]] = ("result", "resource", "institution", "breakdown", "period")

    result: str
    resource: str
    institution: str
    breakdown: str
    period: str
    peer_group: str
    result_value: float | None
    result_lower: float | None
    result_upper: float | None
    result_mean_kind: str
    result_peers: int
    result_mean: float | None
    result_gap: float | None
    result_gap_lower: float | None
    result_gap_upper: float | None
    result_verdict: str | None
    result_adjustment: str | None
    result_expected: float | None
    result_adjusted_gap: float | None
    result_adjusted_lower: float | None
    result_adjusted_upper: float | None
    result_adjusted_verdict: str | None
    result_adjusted_reason: str | None
    resource_value: float | None
    resource_lower: float | None
    resource_upper: float | None
    resource_mean_kind: str
    resource_peers: int
    resource_mean: float | None
    resource_gap: float | None
    resource_gap_lower: float | None
    resource_gap_upper: float | None
    resource_verdict: str | None
    need: float | None
    resource_per_need: float | None
    per_need_lower: float | None
    per_need_upper: float | None
    resource_adjustment: str | None
    resource_expected: float | None
    resource_adjusted_gap: float | None
    resource_adjusted_lower: float | None
    resource_adjusted_upper: float | None
    resource_adjusted_verdict: str | None
    resource_adjusted_reason: str | None
    dominance: str | None
    dominated_by: tuple[str, ...] | None
    dominators: int | None
    dominates: int | None
    compared_with: int | None
    supplier_kind: str | None
    dominance_in_kind: str | None
    score: float | None
    score_outcome: str | None
    adjusted_state: str | None
    adjusted_reason: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    n: float | None
    resource_n: float | None
    hidden: str | None
    score_units: int | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _resources_wording.subject(self, lang)

    def _said(self, lang: str) -> str:
        return _resources_wording.side_by_side(self, lang)

    def _least_shown(self) -> int:
        return max(self.labels.indicator(code).min_show for code in (self.result, self.resource))
