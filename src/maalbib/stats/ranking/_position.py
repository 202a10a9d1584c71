"""Where a value stands among the others."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._medians import row_medians
from maalbib.stats.ranking._rows import as_rows, groups_of
from maalbib.stats.ranking._tie_ends import ORDERS, Order, tie_ends

__all__ = ["Position", "position"]

Scale: TypeAlias = Literal["raw", "normal"]
_NORMAL: Final = 1.4826  # the median absolute deviation of a normal distribution times this is its standard deviation
_FEWEST: Final = 2  # for anything that measures a distance


@attrs.frozen(kw_only=True, eq=False)
class Position(ArrayResult):
    """Positions of the members of each group, arrays of the shape of the values but for ``n``.

    Attributes
    ----------
    percentile
        Share of the group below, half of the ties and of the member itself counted: between 0 and 1, never 0 or 1.
    rank, rank_min, rank_max
        Middle, smallest and largest rank of the tie a member stands in; equal without ties.
    median
        Median of the group, in the unit of the values; the same for all its members.
    mad
        Median distance from the median, in the unit of the values; times 1.4826 with ``scale="normal"``.
    mads
        Value less median, divided by ``mad``.
    z
        Value less mean, divided by the standard deviation (divisor n - 1).
    n
        Members that take part, one number for each group.
    order, scale
        As asked for.
    reason
        ``missing_input`` or ``not_finite`` for members that take no part, else empty.
    mads_reason, z_reason
        Why ``mads`` or ``z`` is NaN: ``reason``, ``too_few_units`` (a single member), ``mad_zero`` or ``constant``.

    Examples
    --------
    >>> from maalbib.stats import position
    >>> found = position([12.0, 15.5, 15.5])
    >>> found.rank_min.tolist(), found.mads_reason.tolist()
    ([3.0, 1.0, 1.0], ['mad_zero', 'mad_zero', 'mad_zero'])
    """

    percentile: FloatArray
    rank: FloatArray
    rank_min: FloatArray
    rank_max: FloatArray
    median: FloatArray
    mad: FloatArray
    mads: FloatArray
    z: FloatArray
    n: IntArray
    order: Order
    scale: Scale
    reason: ReasonArray
    mads_reason: ReasonArray
    z_reason: ReasonArray


def position(values: npt.ArrayLike, *, order: Order = "largest_first", scale: Scale = "raw") -> Position:
    """Place each member of each group: percentile, distance from the median, distance from the mean.

    Parameters
    ----------
    values
        Shape (units,) or (..., units), a group in each row, any unit. NaN and infinite values take no part.
    order
        Which end has rank 1, ``"largest_first"`` or ``"smallest_first"``. Percentiles and distances count from the lowest value in
        any case.
    scale
        ``"raw"`` for the plain median absolute deviation, ``"normal"`` for 1.4826 times that, which is the standard deviation where
        values are normal.

    Returns
    -------
    Position
        Positions in the order given.

    Raises
    ------
    ArgumentError
        If the values are not numbers, or an option is none of those named.

    Notes
    -----
    The percentile of mid-rank r of n is (r - 0.5)/n [1]_: a single member stands at 0.5, and turning the values turns p into
    1 - p. Where more than half of the values are equal the median absolute deviation is 0 and nothing can be divided by it.
    None of this says anything about chance: :func:`rank_sets` does. Cost: n log n per group.

    References
    ----------
    .. [1] Hazen, A. (1914). Storage to be provided in impounding reservoirs for municipal water supply.
       Transactions of the American Society of Civil Engineers 77, 1539-1640.

    Examples
    --------
    >>> found = position([3, 7, float("nan"), 7, 11])
    >>> found.percentile.tolist()
    [0.125, 0.5, nan, 0.5, 0.875]
    >>> found.mads.tolist(), found.median[0].item()
    ([-2.0, 0.0, nan, 0.0, 2.0], 7.0)
    """
    if order not in ORDERS:
        raise ArgumentError.choice("order", ORDERS)
    if scale not in get_args(Scale):
        raise ArgumentError.choice("scale", get_args(Scale))
    given = groups_of("values", values)
    rows = as_rows(given)
    with np.errstate(all="ignore"):
        columns = _columns(rows, order, _NORMAL if scale == "normal" else 1.0)
    found = {name: column.reshape(given.shape) for name, column in columns.items()}
    n = np.isfinite(given).sum(axis=-1)
    own = ((np.isnan(given), "missing_input"), (np.isinf(given), "not_finite"))
    alone = (np.broadcast_to(n[..., None] < _FEWEST, given.shape), "too_few_units")
    return Position(
        **found,
        n=np.asarray(n),
        order=order,
        scale=scale,
        reason=reasons(given.shape, *own),
        mads_reason=reasons(given.shape, *own, alone, (found["mad"] == 0, "mad_zero")),
        z_reason=reasons(given.shape, *own, alone, (np.isnan(found["z"]), "constant")),
    )


def _columns(rows: FloatArray, order: Order, factor: float) -> dict[str, FloatArray]:
    there = np.isfinite(rows)
    n = there.sum(axis=1, keepdims=True)
    # A power of two changes no digit, and keeps sums and squares inside the range of doubles.
    power = np.frexp(np.abs(np.where(there, rows, 0.0)).max(axis=1, initial=0.0, keepdims=True))[1] + 1
    x = np.where(there, np.ldexp(rows, -power), np.nan)
    median = row_medians(x.copy())[:, None]
    off = x - median
    mad = factor * row_medians(np.abs(off))[:, None]
    away = off - np.where(there, off, 0.0).sum(axis=1, keepdims=True) / n
    sd = np.sqrt((np.where(there, away, 0.0) ** 2).sum(axis=1, keepdims=True) / (n - 1))
    first, last = tie_ends(np.where(there, rows, np.nan))  # unscaled: small values beside huge ones are no ties
    low, high = (first, last) if order == "smallest_first" else (n + 1 - last, n + 1 - first)
    whole = {
        "percentile": (first + last - 1) / (2 * n),
        "rank": (low + high) / 2,
        "rank_min": low,
        "rank_max": high,
        "median": np.ldexp(median, power),
        "mad": np.ldexp(mad, power),
        "mads": np.where(mad > 0, off / mad, np.nan),
        "z": np.where(sd > 0, away / sd, np.nan),
    }
    return {name: np.where(there, column, np.nan) for name, column in whole.items()}
