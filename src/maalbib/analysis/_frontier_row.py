"""The typed row of efficiency. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _frontier_wording
from maalbib.analysis._row import Row

__all__ = ["FrontierRow"]


@attrs.frozen(kw_only=True, repr=False)
class FrontierRow(Row):
    """How much one unit could do with less, or could do more, held against what others did in these data.

    Attributes
    ----------
    institution, breakdown, period
        Who is judged, on which part of the figures, and when.
    peer_group, units
        Whom it is held against, and how many units the frontier is made of, itself included.
    inputs, outputs
        Ids of what is used and of what comes out of it.
    score
        For inputs, the smallest factor on all own inputs at which others, or a mix of others, still did as much: 0.9 means that
        others did as much with a tenth less. For outputs, the largest factor on all own outputs. 1 is the frontier.
    corrected, lower, upper
        The score less its bias, and its interval; None where no bootstrap was asked for.
    super_score
        The score against the others alone: how far beyond them a unit of the frontier is. None where nobody can stand in for it.
    scale, returns_to_scale
        Score under constant returns over that under variable ones, and whether more of everything would give more than in
        proportion (``increasing``), less (``decreasing``) or as much (``constant``).
    real_score, dominated_by
        The score against real units alone, without mixes; and a real unit that does at least as well on everything and better on
        something, where there is one.
    most_score, compared
        The score against all but the tenth of the comparable real units that is furthest ahead, and how many are comparable, itself
        included.
    held_against, peer_weights
        The units that the score rests on, and the weight of each in the mix.
    lacking
        Ids of the figures that are missing.
    own_figures, target_figures
        Own figures, inputs and then outputs; and those of the mix it is held against.
    state, reason
        ``efficient``, ``weakly_efficient``, ``inefficient`` or ``not_judged``, and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    level
        Coverage of the interval.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> figures = {"spent": [100.0, 200, 300, 500], "cases": [75.0, 100, 300, 400]}
    >>> frame = pd.DataFrame(
    ...     [(code, f"u{place}", "2024", value) for code in figures for place, value in enumerate(figures[code])],
    ...     columns=["indicator", "institution", "period", "value"],
    ... )
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> row = mb.efficiency(ms, inputs="spent", outputs="cases", period="2024")[1]
    >>> row.state, row.reason, round(row.score, 3), row.held_against
    ('inefficient', 'combination_only', 0.611, ('u0', 'u2'))
    """

    IDS: ClassVar[tuple[str, ...]] = ("institution", "breakdown", "period")

    institution: str
    breakdown: str
    period: str
    peer_group: str
    units: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    score: float | None
    corrected: float | None
    lower: float | None
    upper: float | None
    super_score: float | None
    scale: float | None
    returns_to_scale: str | None
    real_score: float | None
    dominated_by: str | None
    most_score: float | None
    compared: int | None
    held_against: tuple[str, ...] | None
    peer_weights: tuple[float, ...] | None
    lacking: tuple[str, ...]
    own_figures: tuple[float, ...] | None
    target_figures: tuple[float, ...] | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _frontier_wording.subject(self, lang)

    def _said(self, lang: str) -> str:
        return _frontier_wording.frontier(self, lang)
