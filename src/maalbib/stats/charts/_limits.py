"""What every chart gives: a centre and limits for each point, and why they are missing."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray

__all__ = ["NOISE", "ControlLimits"]

NOISE: Final = 8 * float(np.finfo(np.float64).eps)
"""What adding up decimals leaves in the last digits, as a share of the numbers."""


def _no_point(limits: ControlLimits) -> BoolArray:
    return np.zeros(limits.values.shape, dtype=np.bool_)


def _not_known(limits: ControlLimits) -> FloatArray:
    return np.full(limits.values.shape, np.nan)


@attrs.frozen(kw_only=True, eq=False)
class ControlLimits(ArrayResult):
    """Centre and limits of a chart, point by point; all arrays have the shape of the values.

    Attributes
    ----------
    kind
        Which chart: ``"i"``, ``"p"``, ...
    values
        What is drawn: the values as given, or shares and rates with their scale. NaN where there is no point.
    centre
        The centre line. NaN where nothing is known.
    lower, upper
        The limits, three sigma from the centre unless said otherwise; NaN where there are none. A point strictly
        beyond them is a signal.
    sigma
        One standard deviation at each point. NaN where there are no limits, and where the limits do not lie
        three sigma to each side (exact limits, transformed values, charts of ranges and of rare events).
    segment
        Number of the segment, from 0 in each series.
    baseline
        Whether the point has a part in the limits.
    screened
        Whether the moving range that ends at the point was left out as too large.
    clipped_lower, clipped_upper
        Whether the limit was moved to the end of what is possible: no point can lie beyond it.
    status
        ``"full"``; ``"trial"``, limits from few points; ``"centre_only"``, a centre without limits;
        ``"no_variation"``, a centre with nothing to make limits from; empty without a centre.
    reason
        Why there are no limits, empty where there are: ``"no_data"``, ``"too_few_points"``, ``"no_variation"``,
        ``"zero_denominator"``, ``"missing_input"``, ``"not_applicable"``, ``"invalid_value"``.
    excluded
        Whether the point was left out on request: it is drawn, but is part of no limit and of no pattern.
    sigma_z
        Variation between points in units of the variation that is expected by chance, where the chart knows it (p,
        u and their primes), NaN elsewhere. Above about 1.5 with denominators in the thousands, limits of p and
        u charts are too narrow and those of p' and u' to be preferred; no chart is changed into another by itself.

    Examples
    --------
    Six weeks of one normal process and a week that is not. Limits come from the first six:

    >>> from maalbib.stats import xmr_limits
    >>> limits = xmr_limits([5, 6, 5, 4, 5, 6, 11], baseline=6, min_points_trial=6)
    >>> limits.upper.round(2)[0].item(), limits.beyond.tolist(), limits.side.tolist()
    (7.83, [0, 0, 0, 0, 0, 0, 1], [-1, 1, -1, -1, -1, 1, 1])
    >>> limits.baseline.sum().item(), limits.status[0]
    (6, 'trial')
    """

    kind: str
    values: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    sigma: FloatArray
    segment: IntArray
    baseline: BoolArray
    screened: BoolArray
    clipped_lower: BoolArray
    clipped_upper: BoolArray
    status: ReasonArray
    reason: ReasonArray
    excluded: BoolArray = attrs.field(default=attrs.Factory(_no_point, takes_self=True))
    sigma_z: FloatArray = attrs.field(default=attrs.Factory(_not_known, takes_self=True))

    @property
    def side(self) -> npt.NDArray[np.int8]:
        """The side of the centre that each point lies on.

        +1 above, -1 below, 0 on it, missing, excluded or without a centre. A value whose distance from the centre is rounding noise lies on the centre.
        """
        above = self.values - self.centre
        noise = NOISE * np.maximum(np.abs(self.values), np.abs(self.centre))
        counted = (np.abs(above) > noise) & ~self.excluded
        return np.where(counted, np.sign(above), 0.0).astype(np.int8)

    @property
    def beyond(self) -> npt.NDArray[np.int8]:
        """The limit that each point lies beyond.

        +1 for the upper, -1 for the lower, else 0; excluded points lie beyond none. A value whose distance from the limit is rounding noise lies on the limit, which is no signal.
        """
        noise = NOISE * np.maximum(np.abs(self.values), np.abs(self.centre))
        above = (self.values - self.upper > noise) & ~self.excluded
        below = (self.lower - self.values > noise) & ~self.excluded
        return above.astype(np.int8) - below.astype(np.int8)
