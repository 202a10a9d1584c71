"""How the spread between units is measured. Everything is recorded in the result."""

from __future__ import annotations

import json
from typing import Final, Literal, get_args

import attrs

from maalbib.analysis._context import as_flag, as_least, one_of, probability_argument
from maalbib.stats.shrunken._between import BetweenMethod

__all__ = ["LEAST_PERIODS", "Hidden", "Matching", "SpreadMethod", "SpreadOptions"]

SpreadMethod = Literal["auto", "dersimonian_laird", "paule_mandel", "reml"]
Matching = Literal["same", "all"]
Hidden = Literal["leave_out", "keep"]

LEAST_PERIODS: Final = 3  # two spreads have no line of their own
_LEAST_UNITS: Final = 2


@attrs.frozen(kw_only=True)
class SpreadOptions:
    """What was asked for."""

    over: str
    method: SpreadMethod
    units: Matching
    hidden: Hidden
    min_units: int
    min_verdict: int | None
    alpha: float
    confidence: float
    across_breaks: bool
    across_sources: bool

    @classmethod
    def of(
        cls,
        *,
        over: str,
        method: SpreadMethod,
        units: Matching,
        hidden: Hidden,
        min_units: int,
        min_verdict: int | None,
        alpha: float,
        confidence: float,
        across_breaks: bool,
        across_sources: bool,
    ) -> SpreadOptions:
        """Check what a caller asked for."""
        from maalbib.stats._arrays import whole_number

        return cls(
            over=over,
            method=one_of("method", method, get_args(SpreadMethod)),
            units=one_of("units", units, get_args(Matching)),
            hidden=one_of("hidden", hidden, get_args(Hidden)),
            min_units=whole_number("min_units", min_units, low=_LEAST_UNITS),
            min_verdict=as_least("min_verdict", min_verdict),
            alpha=probability_argument("alpha", alpha),
            confidence=probability_argument("confidence", confidence),
            across_breaks=as_flag("across_breaks", across_breaks),
            across_sources=as_flag("across_sources", across_sources),
        )

    @property
    def estimator(self) -> BetweenMethod:
        """How the variance between units is estimated where it is not fitted to counts."""
        return "dersimonian_laird" if self.method == "auto" else self.method

    def params(self) -> str:
        """Return the options as JSON."""
        return json.dumps(attrs.asdict(self), sort_keys=True)
