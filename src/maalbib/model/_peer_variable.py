"""One condition by which units are alike or unlike."""

from __future__ import annotations

from typing import Any

import attrs

from maalbib.model._entity import SAID
from maalbib.model._fields import Between, Choice, IsA, Matches, optional
from maalbib.model._indicator import as_period
from maalbib.model._period import Period
from maalbib.model._words import PeerTransform

__all__ = ["PeerVariable", "as_variables"]


@attrs.frozen(kw_only=True)
class PeerVariable:
    """A condition in a distance, with what is done to it and how much it counts.

    Attributes
    ----------
    indicator
        Id of the indicator that holds the condition.
    weight
        How much it counts beside the others, at least 0. In a weighted Euclidean distance weights act on *squared* differences: a
        weight of 4 doubles a difference.
    transform
        ``none``, ``log``, ``log1p``, ``sqrt``, ``logit`` or ``rank``: what is done before it is scaled. Sizes that run from 2,000 to 600,000 take a logarithm.
    breakdown
        Which part of the indicator, such as ``grade=4``; None takes the total.
    period
        The period of its values where that is another than the definition's vintage.
    categorical
        Whether its values are mere categories, alike or not; for Gower's distance only.

    Examples
    --------
    >>> from maalbib import PeerVariable
    >>> PeerVariable(indicator="population", transform="log", weight=2).transform.value
    'log'
    """

    indicator: str = attrs.field(validator=Matches())
    weight: float = attrs.field(default=1.0, validator=Between(low=0))
    transform: PeerTransform = attrs.field(
        default=PeerTransform.NONE,
        converter=Choice(PeerTransform, "PeerVariable.transform"),
        validator=IsA((PeerTransform,), "a transform"),
    )
    breakdown: str | None = attrs.field(default=None, validator=optional(SAID))
    period: Period | None = attrs.field(
        default=None, converter=as_period, validator=optional(IsA((Period,), "a period"))
    )
    categorical: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))


def as_variables(value: Any) -> Any:
    """Turn the ids of indicators among the variables into variables; leave everything else."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(PeerVariable(indicator=each) if isinstance(each, str) else each for each in value)
