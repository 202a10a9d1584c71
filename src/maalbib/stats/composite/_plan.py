"""What is varied to see how far a place hangs on the choices made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, get_args

import attrs

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import open_share, whole_number
from maalbib.stats.composite._means import AGGREGATIONS, Aggregation
from maalbib.stats.ranking._normalise import Method

__all__ = ["DEFAULT_PLAN", "METHODS", "SensitivityPlan"]

METHODS: Final = get_args(Method)


def _each_of(known: tuple[str, ...]) -> Callable[[object, attrs.Attribute[Any], tuple[Any, ...]], None]:
    def check(_: object, field: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
        if not all(isinstance(word, str) and word in known for word in value):
            raise ArgumentError.choice(field.name, known)

    return check


def _share(_: object, field: attrs.Attribute[Any], value: float) -> None:
    open_share(field.name, value)


def _whole(_: object, field: attrs.Attribute[Any], value: object) -> None:
    whole_number(field.name, value, low=0)


def _words(value: str | Iterable[str] | Any) -> tuple[Any, ...]:
    if isinstance(value, str):
        return (value,)
    # What cannot be gone through, or holds no words, is refused by the check.
    words = list(value) if isinstance(value, Iterable) else [value]
    return tuple(word for place, word in enumerate(words) if word not in words[:place])


@attrs.frozen(kw_only=True)
class SensitivityPlan:
    """Which choices are made otherwise: weights, scale, treatment of extremes, mean, and which indicators there are.

    Attributes
    ----------
    draws
        How many times weights are drawn, and how many times everything is varied at once; 0 for not at all.
    weight_spread
        How far weights are drawn from the stated ones, strictly between 0 and 1: a weight that is the share w of its pillar gets
        the standard deviation ``weight_spread * sqrt(w * (1 - w))``.
    normalisers
        Scales tried instead of the stated one, see :func:`normalise`.
    aggregations
        Means tried instead of the stated one.
    treatment
        Whether extremes are treated where they were not, and left where they were treated.
    leave_one_out
        Whether each indicator is left out in turn.
    together
        Whether all of this is also varied at once.
    middle
        Share of the draws, the middle ones, that a range holds; the others are too far out. Not a level of confidence.
    seed
        For the draws.

    Examples
    --------
    >>> from maalbib.stats import SensitivityPlan
    >>> SensitivityPlan(normalisers="z", draws=200).normalisers
    ('z',)
    """

    draws: int = attrs.field(default=1_000, validator=_whole)
    weight_spread: float = attrs.field(default=0.25, validator=_share)
    normalisers: tuple[Method, ...] = attrs.field(
        default=("min_max", "z", "rank"), converter=_words, validator=_each_of(METHODS)
    )
    aggregations: tuple[Aggregation, ...] = attrs.field(
        default=("arithmetic", "geometric"), converter=_words, validator=_each_of(AGGREGATIONS)
    )
    treatment: bool = attrs.field(default=True, converter=bool)
    leave_one_out: bool = attrs.field(default=True, converter=bool)
    together: bool = attrs.field(default=True, converter=bool)
    middle: float = attrs.field(default=0.9, validator=_share)
    seed: int = attrs.field(default=0, validator=_whole)

    def varies(self, normaliser: str, aggregation: str) -> bool:
        """Return whether anything is made otherwise than stated."""
        others = {*self.normalisers} - {normaliser}, {*self.aggregations} - {aggregation}
        return bool(self.draws or any(others) or self.treatment or self.leave_one_out)


DEFAULT_PLAN: Final = SensitivityPlan()
