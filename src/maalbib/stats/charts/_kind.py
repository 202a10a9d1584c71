"""What sets one kind of chart apart from another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np

from maalbib.stats.charts._points import Lines, Points

__all__ = ["Kind"]


@attrs.frozen(kw_only=True)
class Kind:
    """A kind of chart.

    Attributes
    ----------
    lines
        How its lines come about.
    denominators
        Whether it takes them.
    level
        Whether its lines are level within a segment, unless a centre is given.
    ratio
        Whether values over denominators are drawn, where both are given.
    low, high
        What its lines can be.
    signed
        Whether values may be below 0.
    share
        Whether a value can be no larger than its denominator.
    smallest
        The smallest denominator that gives a value.
    limited
        Whether it has limits at all.
    exact
        Whether it can have exact limits.
    spreads
        Whether it needs the standard deviation of each subgroup.
    """

    lines: Callable[[Points], Lines]
    denominators: Literal["none", "optional", "required"]
    level: bool = False
    ratio: bool = True
    low: float = -np.inf
    high: float = np.inf
    signed: bool = False
    share: bool = False
    smallest: float = 0.0
    limited: bool = True
    exact: bool = False
    spreads: bool = False
