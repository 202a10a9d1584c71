"""How units are compared: the options of a call, checked, and what is recorded of them in each row."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, get_args

import attrs

from maalbib.errors import ArgumentError
from maalbib.model import Aggregation, FrozenDict, Indicator, Period, ReadingRule

__all__ = ["KIND_OF", "Adjust", "Family", "MeanKind", "Options", "kind_of"]

MeanKind = Literal["pooled", "weighted", "unweighted"]
Family = Literal["indicator", "institution", "all"]
Adjust = Literal["benjamini_hochberg", "benjamini_yekutieli", "holm", "hochberg", "bonferroni"]

KIND_OF: Final = {
    Aggregation.SUM: "unweighted",
    Aggregation.RATIO_OF_SUMS: "pooled",
    Aggregation.WEIGHTED_MEAN: "weighted",
    Aggregation.MEAN: "unweighted",
}
_CHOICES: Final[tuple[tuple[str, Any], ...]] = (("mean", MeanKind), ("family", Family), ("adjust", Adjust))


@attrs.frozen(kw_only=True)
class Options:
    """How values are compared. Everything is recorded in the result."""

    mean: MeanKind | None
    include_self: bool
    confidence: float
    over: str
    min_difference: float | None
    min_verdict: int | None
    rule: ReadingRule | None
    across_sources: bool
    ranks: bool = False
    seed: int = 0
    draws: int = 10_000
    conditions: tuple[str, ...] = ()
    conditions_period: Period | None = None
    expected: FrozenDict = attrs.field(factory=FrozenDict)
    need: str | None = None
    correct: bool = False
    family: Family = "indicator"
    adjust: Adjust = "benjamini_hochberg"

    def __attrs_post_init__(self) -> None:
        for name, known in _CHOICES:
            chosen = getattr(self, name)
            optional = name == "mean" and chosen is None
            if not optional and not (isinstance(chosen, str) and chosen in get_args(known)):
                raise ArgumentError.choice(name, get_args(known))
        given = [name for name in ("conditions", "expected", "need") if getattr(self, name)]
        if len(given) > 1:
            raise ArgumentError("argument.one_of", first=given[0], second=given[1])

    @property
    def adjustment(self) -> str | None:
        """What the expected value comes from, None where none was asked for."""
        return next((name for name in ("conditions", "expected", "need") if getattr(self, name)), None)

    @property
    def beside(self) -> tuple[str, ...]:
        """Ids of the indicators that others are held against."""
        named = (*self.conditions, *self.expected.values(), *(() if self.need is None else (self.need,)))
        return tuple(str(code) for code in dict.fromkeys(named))

    def to_json(self) -> str:
        """Return what is recorded in each row."""
        own = attrs.asdict(self, recurse=False)
        own["reading_rule"] = None if self.rule is None else self.rule.id
        own["expected"] = dict(self.expected)
        own["conditions_period"] = None if self.conditions_period is None else str(self.conditions_period)
        del own["rule"]
        return json.dumps(own, sort_keys=True)


def kind_of(options: Options, indicator: Indicator | None, code: str) -> str:
    """Return the kind of mean: the one asked for, else the one that fits how the indicator is aggregated."""
    if options.mean is not None:
        return options.mean
    aggregation = None if indicator is None else indicator.aggregation
    if aggregation is None or aggregation not in KIND_OF:
        raise ArgumentError("mean.kind_needed", indicator=code, allowed=list(get_args(MeanKind)))
    return KIND_OF[aggregation]
