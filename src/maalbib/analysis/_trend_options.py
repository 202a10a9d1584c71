"""How series are judged: the options of a call, checked, and what is recorded of them in each row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args

import attrs

from maalbib.analysis._context import as_least, at_least, probability_argument
from maalbib.errors import ArgumentError

__all__ = [
    "RECENT",
    "SPANNING",
    "TESTS_OF_ORDER",
    "WEIGHTED",
    "Adjust",
    "Breaks",
    "Family",
    "Method",
    "Options",
    "Overlaps",
    "Withheld",
    "methods_of",
]

Breaks = Literal["blocks", "last_segment", "ignore"]
Method = Literal["mann_kendall", "ar1", "season_covariance", "proportion", "wls", "recent_trend", "phe_recent_trend"]
Family = Literal["indicator", "breakdown", "institution", "all", "hierarchical"]
Adjust = Literal["benjamini_hochberg", "benjamini_yekutieli", "holm", "hochberg", "bonferroni", "heyse"]
Withheld = Literal["bounds", "gaps"]
Overlaps = Literal["refuse", "thin"]

TESTS_OF_ORDER: Final = ("mann_kendall", "ar1", "season_covariance")
"""Methods that look at the order of the values only."""
WEIGHTED: Final = ("proportion", "wls", "recent_trend", "phe_recent_trend")
"""Methods that need to know how uncertain each value is."""
SPANNING: Final = ("institution", "all", "hierarchical")
"""Families in which series of different indicators stand."""

RECENT: Final = ("recent_trend", "phe_recent_trend")
"""Methods that look at the last points only, at a level of their own."""
_OWN: Final = {
    "dispersion": ("proportion", "wls", "recent_trend"),
    "recent_periods": RECENT,
    "recent_alpha": RECENT,
}
_CHOICES: Final[tuple[tuple[str, Any], ...]] = (
    ("breaks", Breaks),
    ("family", Family),
    ("adjust", Adjust),
    ("withheld", Withheld),
    ("overlaps", Overlaps),
)
_SELDOM: Final = frozenset(
    {
        "family",
        "adjust",
        "min_relevant_share",
        "required_slope",
        "min_points",
        "min_span",
        "min_coverage",
        "overlaps",
        "withheld",
        "propose_breaks",
        "diagnostics",
    }
)
_DISPERSIONS: Final = ("pooled", "own", "none")


@attrs.frozen(kw_only=True)
class Options:
    """How series are judged. Everything is recorded in the result.

    The fields are the arguments of :func:`maalbib.detect_trends`. What concerns one method is recorded in its rows only, and what is
    seldom asked for only where it was: the text stands in every row.
    """

    alpha: float
    confidence: float
    breaks: Breaks
    seasons: bool
    correct: bool
    family: Family = "indicator"
    adjust: Adjust = "benjamini_hochberg"
    min_relevant_slope: float | None
    min_relevant_share: float | None = None
    required_slope: float | Mapping[str, float] | None = None
    min_verdict: int | None
    min_points: int | None = None
    min_span: float | None = None
    min_coverage: float | None = None
    across_sources: bool
    overlaps: Overlaps = "refuse"
    withheld: Withheld = "bounds"
    propose_breaks: bool = False
    diagnostics: bool = False
    dispersion: str | float | None = None
    recent_periods: int = 5
    recent_alpha: float = 0.002

    @classmethod
    def checked(cls, *, alpha: object, confidence: object, **given: Any) -> Options:
        """Return the options.

        Raises
        ------
        ArgumentError
            If one is out of range, or two contradict each other.
        """
        level = probability_argument("alpha", alpha)
        for name, allowed in _CHOICES:
            if given[name] not in get_args(allowed):
                raise ArgumentError.choice(name, get_args(allowed))
        if given["min_relevant_slope"] is not None and given["min_relevant_share"] is not None:
            raise ArgumentError("argument.one_of", first="min_relevant_slope", second="min_relevant_share")
        for name in ("min_relevant_slope", "min_relevant_share", "min_span"):
            given[name] = None if given[name] is None else at_least(name, given[name], 0)
        for name in ("min_verdict", "min_points"):
            given[name] = as_least(name, given[name])
        for name in ("seasons", "correct", "across_sources", "propose_breaks", "diagnostics"):
            given[name] = bool(given[name])
        given["min_coverage"] = _share("min_coverage", given["min_coverage"])
        given["required_slope"] = _slopes(given["required_slope"])
        given["dispersion"] = _dispersion(given["dispersion"])
        given["recent_periods"] = _periods(given["recent_periods"])
        given["recent_alpha"] = probability_argument("recent_alpha", given["recent_alpha"])
        return cls(
            alpha=level,
            confidence=probability_argument("confidence", 1 - level if confidence is None else confidence),
            **given,
        )

    def level_of(self, method: str) -> float:
        """Return the largest p that counts as a trend by a method."""
        return self.recent_alpha if method in RECENT else self.alpha

    def recorded(self, method: str) -> str:
        """Return what a row says of how it was judged, as JSON text."""
        kept: dict[str, Any] = {}
        for field in attrs.fields(Options):
            value = getattr(self, field.name)
            if method in _OWN.get(field.name, (method,)) and (field.name not in _SELDOM or value != field.default):
                kept[field.name] = value
        return json.dumps(kept, sort_keys=True)


def methods_of(method: Method | Iterable[Method]) -> tuple[Method, ...]:
    """Return the methods asked for, each once."""
    wanted: list[Method] = [method] if isinstance(method, str) else list(dict.fromkeys(method))
    for name in wanted:
        if name not in get_args(Method):
            raise ArgumentError.choice("method", get_args(Method))
    if not wanted:
        raise ArgumentError.choice("method", get_args(Method))
    return tuple(wanted)


def _share(argument: str, value: object) -> float | None:
    """Return a share above 0 and at most 1."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return float(value)


def _slopes(value: object) -> float | dict[str, float] | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {str(code): _slope(slope) for code, slope in sorted(value.items())}
    return _slope(value)


def _slope(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise ArgumentError("argument.type", argument="required_slope", expected="a number")
    return float(value)


def _dispersion(value: object) -> str | float | None:
    if value is None or value in _DISPERSIONS:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ArgumentError.choice("dispersion", _DISPERSIONS)
    return at_least("dispersion", value, 1)


def _periods(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 3:  # noqa: PLR2004 - two make no test
        raise ArgumentError("argument.whole_number", argument="recent_periods", low=3)
    return value
