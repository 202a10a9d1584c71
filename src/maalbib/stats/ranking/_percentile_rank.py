"""Where a member of one group stands: :func:`position` without its distances."""

from __future__ import annotations

import attrs
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, vector
from maalbib.stats.ranking._position import position

__all__ = ["PercentileRank", "percentile_rank"]


@attrs.frozen(kw_only=True, eq=False)
class PercentileRank(ArrayResult):
    """Positions of the members of one group, arrays of shape (members,).

    Attributes
    ----------
    percentile
        Share of the group below, half of the ties counted: between 0 and 1, never 0 or 1.
    rank, rank_min, rank_max
        Middle, smallest and largest rank of the tie a member stands in; equal without ties.
    n
        Members that take part.
    reason
        ``missing_input`` or ``not_finite`` for those that do not, else empty.

    Examples
    --------
    >>> from maalbib.stats import percentile_rank
    >>> found = percentile_rank([12.0, 15.5, 15.5], highest_first=True)
    >>> found.rank_min.tolist(), found.rank_max.tolist()
    ([3.0, 1.0, 1.0], [3.0, 2.0, 2.0])
    """

    percentile: FloatArray
    rank: FloatArray
    rank_min: FloatArray
    rank_max: FloatArray
    n: int
    reason: ReasonArray


def percentile_rank(values: npt.ArrayLike, *, highest_first: bool = False) -> PercentileRank:
    """Place each member of a group by its mid-rank percentile. :func:`position` says more, of many groups at once.

    Parameters
    ----------
    values
        One value per member, shape (members,). NaN takes no part.
    highest_first
        Whether rank 1 is the highest value. The percentile counts from the lowest value in any case.

    Returns
    -------
    PercentileRank
        Percentiles and ranks in the order given.

    Raises
    ------
    ArgumentError
        If the array is not one-dimensional numbers.

    Notes
    -----
    The percentile of mid-rank r of n is (r - 0.5)/n [1]_: a single member stands at 0.5, and turning the order
    turns p into 1 - p. A rank says nothing about chance; show it only with an interval.

    References
    ----------
    .. [1] Hazen, A. (1914). Storage to be provided in impounding reservoirs for municipal water supply.
       Transactions of the American Society of Civil Engineers 77, 1539-1640.

    Examples
    --------
    >>> found = percentile_rank([3, 7, float("nan"), 7])
    >>> found.percentile.round(4).tolist()
    [0.1667, 0.6667, nan, 0.6667]
    >>> found.rank.tolist(), found.n
    ([1.0, 2.5, nan, 2.5], 3)
    """
    found = position(vector("values", values), order="largest_first" if highest_first else "smallest_first")
    return PercentileRank(
        percentile=found.percentile,
        rank=found.rank,
        rank_min=found.rank_min,
        rank_max=found.rank_max,
        n=int(found.n),
        reason=found.reason,
    )
