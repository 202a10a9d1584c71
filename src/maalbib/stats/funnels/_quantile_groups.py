"""Units in groups of nearly equal size by their value, ties together."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import (
    ArrayResult,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    float_array,
    reasons,
    whole_number,
)
from maalbib.stats.funnels._rows import flags
from maalbib.stats.ranking._tie_ends import tie_ends

__all__ = ["QuantileGroups", "quantile_groups"]

_RULE: Final = "phe_min_rank"


@attrs.frozen(kw_only=True, eq=False)
class QuantileGroups(ArrayResult):
    """The group of each unit; arrays of the shape of the values.

    Attributes
    ----------
    group
        1 to ``groups``, NaN where the unit takes no part.
    lower, upper
        The groups that cannot be ruled out, where ``rank_limits`` were given; else NaN.
    n
        Units that take part.
    groups
        How many groups were asked for.
    highest_first
        Whether group 1 has the highest values.
    rule
        The name of the tie rule: ``phe_min_rank``.
    reason
        Why a unit has no group: ``suppressed``, ``missing_input``, ``not_finite``, ``too_few_units`` (fewer than groups),
        else empty.

    Examples
    --------
    >>> from maalbib.stats import quantile_groups
    >>> found = quantile_groups([3.0, 1.0, float("nan")], 5)
    >>> found.group.tolist(), found.reason.tolist()
    ([nan, nan, nan], ['too_few_units', 'too_few_units', 'missing_input'])
    """

    group: FloatArray
    lower: FloatArray
    upper: FloatArray
    n: IntArray
    groups: int
    highest_first: bool
    rule: str
    reason: ReasonArray


def quantile_groups(
    values: npt.ArrayLike,
    groups: int,
    *,
    highest_first: bool = False,
    suppressed: npt.ArrayLike | None = None,
    rank_limits: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> QuantileGroups:
    """Put each unit into one of several groups of nearly equal size, equal values into the same one.

    Parameters
    ----------
    values
        Shape (units,) or (..., units), for example a row per period. NaN takes no part.
    groups
        How many groups: 5 for quintiles, 10 for deciles.
    highest_first
        Whether group 1 has the highest values.
    suppressed
        Truth values that stretch to the shape of the values: units that are hidden, and so take no part.
    rank_limits
        Lowest and highest rank that a unit may have, as from rank sets counted from the same end, among the units that
        take part. They give the groups that cannot be ruled out.

    Returns
    -------
    QuantileGroups
        Groups in the shape of the values.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or truth values of matching shapes, or ``groups`` is no whole number from 1 on.

    Notes
    -----
    With N values, k groups and a value's smallest rank r the group is max(1, k + 1 - ceil((N + 1 - r) k / N)), the rule
    of English public health profiles [1]_, in whole numbers: in floating point other groups come out from k = 14 on.
    Ties stand together, so sizes may differ, and the order of the rows never matters. A unit just inside a group is
    hardly different from one just outside: show ``lower`` and ``upper``. Cost: n log n per row.

    References
    ----------
    .. [1] Office for Health Improvement and Disparities. Fingertips public health data, technical guidance.

    Examples
    --------
    >>> quantile_groups([0, 3, 5, 5, 2, 3], 3).group.tolist()
    [1.0, 2.0, 3.0, 3.0, 1.0, 2.0]
    >>> quantile_groups([1, 2, 3, 4], 2, highest_first=True).group.tolist()
    [2.0, 2.0, 1.0, 1.0]
    >>> unsure = quantile_groups([1, 2, 3, 4], 2, rank_limits=([1, 1, 2, 4], [2, 3, 4, 4]))
    >>> unsure.lower.tolist(), unsure.upper.tolist()
    ([1.0, 1.0, 1.0, 2.0], [1.0, 2.0, 2.0, 2.0])
    """
    k = whole_number("groups", groups, low=1)
    given = np.atleast_1d(float_array("values", values))
    hidden = flags("suppressed", suppressed, given.shape)
    taking = np.isfinite(given) & ~hidden
    n = np.broadcast_to(taking.sum(axis=-1, keepdims=True).astype(np.int64), given.shape)
    grouped = taking & (n >= k)
    first, _ = tie_ends(np.where(grouped, -given if highest_first else given, np.nan))
    lower, upper = _unsure(rank_limits, n, k, grouped)
    return QuantileGroups(
        group=_group(first, n, k, grouped),
        lower=lower,
        upper=upper,
        n=n,
        groups=k,
        highest_first=bool(highest_first),
        rule=_RULE,
        reason=reasons(
            given.shape,
            (hidden, "suppressed"),
            (np.isnan(given), "missing_input"),
            (np.isinf(given), "not_finite"),
            (~grouped, "too_few_units"),
        ),
    )


def _group(rank: IntArray, n: IntArray, k: int, known: npt.NDArray[np.bool_]) -> FloatArray:
    whole = np.maximum(1, k + 1 + (-((n + 1 - rank) * k)) // np.maximum(n, 1))
    return np.where(known, whole, np.nan)


def _unsure(
    limits: tuple[npt.ArrayLike, npt.ArrayLike] | None, n: IntArray, k: int, grouped: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return the first and last group that a unit's ranks reach, NaN where they are not ranks of the group."""
    low, high = (np.nan, np.nan) if limits is None else limits
    lower, upper = broadcast_to("rank_limits", low, n.shape), broadcast_to("rank_limits", high, n.shape)
    known = grouped & (lower >= 1) & (lower <= upper) & (upper <= n)
    ranks = (np.where(known, limit, 1.0).astype(np.int64) for limit in (np.floor(lower), np.ceil(upper)))
    first, last = (_group(rank, n, k, known) for rank in ranks)
    return first, last
