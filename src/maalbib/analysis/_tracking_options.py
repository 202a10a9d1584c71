"""How targets are judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypedDict

import attrs

from maalbib.model import Override

__all__ = ["OWN_METHODS", "Basis", "NoChange", "Options", "Stale", "TrackOptions"]

Basis = Literal["in_force", "original", "every"]
NoChange = Literal["stated", "measured"]
Stale = Literal["flagged", "refused"]

OWN_METHODS: Final = ("linear", "robust", "compound", "cagr", "bounded", "random_walk")


@attrs.frozen(kw_only=True)
class Options:
    """How targets are judged. Everything is recorded in the result.

    Attributes
    ----------
    level
        Level of the projection's interval.
    slack
        Share of the planned change by which a projection may miss and still be on track.
    min_span
        Least number of years between baseline and latest value.
    trend_window
        How many of the latest values say whether a standing target comes nearer.
    min_verdict
        Fewest people behind a value that may be judged, for targets that do not say so themselves.
    across_breaks
        Whether values are compared across breaks.
    no_change_from
        Whether the band of no material change is the stated one, or at least what the measurements' own uncertainty makes of it.
    grace_days
        Days that new figures may be late before the row is flagged as stale.
    stale
        Whether rows with late figures are flagged, or not judged.
    sensitivity
        Whether each value is left out in turn.
    """

    level: float = 0.80
    slack: float = 0.05
    min_span: float = 1.0
    trend_window: int = 6
    min_verdict: int | None = None
    across_breaks: bool = False
    no_change_from: NoChange = "stated"
    grace_days: int = 0
    stale: Stale = "flagged"
    sensitivity: bool = True


class TrackOptions(TypedDict, total=False):
    """How :func:`track` judges; each is described there."""

    method: str | Iterable[str] | None
    basis: Basis
    level: float
    slack: float
    min_span: float
    trend_window: int
    min_verdict: int | None
    across_breaks: bool
    no_change_from: NoChange
    grace_days: int
    stale: Stale
    sensitivity: bool
    overrides: Iterable[Override]
    native: Mapping[str, Mapping[str, object]] | None
