"""Mean moving ranges, screened once for ranges too large to be chance."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats.charts._baseline import Baseline

__all__ = ["D2", "D4", "MeanRange", "mean_range", "moving_ranges"]

D2: Final = 1.128
"""Mean range of two normal values in standard deviations."""

D4: Final = 3.267
"""Upper limit of a range of two values in mean ranges."""


@attrs.frozen(kw_only=True)
class MeanRange:
    """Mean ranges per group.

    Attributes
    ----------
    mean
        NaN where no range is formed.
    formed
        How many ranges there are, those screened out included.
    screened
        Points of the piece whose range was screened out.
    """

    mean: FloatArray
    formed: IntArray
    screened: npt.NDArray[np.intp]


def moving_ranges(base: Baseline, values: FloatArray) -> FloatArray:
    """Return the distance of each point that has a neighbour before it, in the order of ``base.pairs``."""
    later, earlier = base.pairs
    return np.abs(values[later] - values[earlier])


def mean_range(base: Baseline, ranges: FloatArray, *, screen: bool, most: float = D4) -> MeanRange:
    """Average ranges per group; if screened, once more without those of at least ``most`` times the first mean."""
    later, _ = base.pairs
    pairs = base.paired
    mean = pairs.total(ranges) / pairs.count
    out = (ranges >= most * mean[pairs.group]) & (ranges > 0) if screen else np.zeros(len(ranges), dtype=np.bool_)
    if out.any():
        kept = pairs.count - np.bincount(pairs.group[out], minlength=len(mean))
        mean = pairs.total(np.where(out, 0.0, ranges)) / kept
    return MeanRange(mean=mean, formed=pairs.count, screened=later[out])
