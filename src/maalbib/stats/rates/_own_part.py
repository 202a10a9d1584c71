"""A unit against a total that it is part of."""

from __future__ import annotations

from functools import partial

import attrs
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, numeric_array
from maalbib.stats._count_blocks import in_blocks
from maalbib.stats.rates._contrast_kernels import own_part
from maalbib.stats.rates._contrasts import Contrast
from maalbib.stats.rates._estimate import normal_quantile

__all__ = ["OwnPart", "own_part_removed"]


@attrs.frozen(kw_only=True, eq=False)
class OwnPart(Contrast):
    """Shares of units less the share of a total that holds them, arrays of one shape.

    Attributes
    ----------
    value
        The unit's share less that of the total.
    part
        How much of the total's denominator is the unit's.
    rest
        The share of all others together.
    se
        Standard error of ``value`` if the unit were like the others.
    score
        ``value`` in standard errors; 0 where nothing varies.
    reason
        As in :class:`Contrast`; also ``part_exceeds_total``: the counts of the unit cannot be part of those of the total, and ``no_peer``:
        the unit is the whole of it.

    Examples
    --------
    >>> from maalbib.stats import own_part_removed
    >>> own_part_removed([620, 5], [1000, 9], [6000, 4], [10_000, 9]).reason.tolist()
    ['', 'part_exceeds_total']
    """

    part: FloatArray
    rest: FloatArray
    se: FloatArray
    score: FloatArray


def own_part_removed(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    total_numerator: npt.ArrayLike,
    total_denominator: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> OwnPart:
    """Compare the share of a unit with that of a total which it is part of: a municipality with the country.

    Parameters
    ----------
    numerator, denominator
        Counts of the units, any shapes that broadcast with the others. NaN means not reported.
    total_numerator, total_denominator
        Counts of the total, the unit's own among them.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    OwnPart
        Unit less total, as shares (0-1), with limits and what they rest on.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast or ``confidence`` is not inside (0, 1).

    Notes
    -----
    With w the unit's part of the total, p - P = (1 - w)(p - r), r being the share of the rest: the unit pulls the total towards itself. The
    limits are those of p - r [1]_ times 1 - w. If the unit is like the rest, Var(p - P) = P(1 - P)(1 - w)/n, so that a test which
    takes the total for a fixed number has a score too small by sqrt(1 - w), and misses differences of large units.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
       Medicine 17, 873-890.

    Examples
    --------
    A region with 30 % of the country has 62 %, the country 60 %. Its own part removed, it is 8.45 and not 7.07 standard errors away:

    >>> found = own_part_removed(18_600, 30_000, 60_000, 100_000)
    >>> found.value.round(3).item(), found.rest.round(4).item(), found.score.round(2).item()
    (0.02, 0.5914, 8.45)
    """
    counts = {
        "numerator": numeric_array("numerator", numerator),
        "denominator": numeric_array("denominator", denominator),
        "total_numerator": numeric_array("total_numerator", total_numerator),
        "total_denominator": numeric_array("total_denominator", total_denominator),
    }
    written, reason = in_blocks(partial(own_part, z=normal_quantile(confidence)), counts, outputs=8)
    value, lower, upper, part, rest, se, score, p_value = written
    return OwnPart(
        value=value,
        lower=lower,
        upper=upper,
        part=part,
        rest=rest,
        se=se,
        score=score,
        p_value=p_value,
        confidence=float(confidence),
        method="newcombe",
        reason=reason,
    )
