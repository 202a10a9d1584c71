"""Ranks with a stated rule for ties."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats.ranking._rows import as_rows, groups_of
from maalbib.stats.ranking._tie_ends import ORDERS, Order, tie_ends

__all__ = ["Ranks", "ranks"]

Ties: TypeAlias = Literal["min", "middle", "average", "max"]
_OMEGA: Final = {"min": 0.0, "middle": 0.5, "average": 0.5, "max": 1.0}


@attrs.frozen(kw_only=True, eq=False)
class Ranks(ArrayResult):
    """The order of the members of each group, arrays of the shape of the values but for ``n``.

    Attributes
    ----------
    rank
        Rank, 1 for the first. NaN where a member takes no part.
    fractional
        Rank divided by the number of members: above 0, at most 1.
    n
        Members that take part, one number for each group.
    omega
        Where in its tie a member stands: 0 for the first rank of it, 1 for the last.
    order
        Which end has rank 1.
    reason
        ``missing_input`` or ``not_finite`` for members that take no part, else empty.

    Examples
    --------
    >>> from maalbib.stats import ranks
    >>> found = ranks([62.0, 71.0, float("nan"), 71.0])
    >>> found.rank.tolist(), found.reason.tolist()
    ([3.0, 1.0, nan, 1.0], ['', '', 'missing_input', ''])
    """

    rank: FloatArray
    fractional: FloatArray
    n: IntArray
    omega: float
    order: Order
    reason: ReasonArray


def ranks(values: npt.ArrayLike, *, ties: Ties | float = "min", order: Order = "largest_first") -> Ranks:
    """Rank the members of each group; equal values have equal ranks.

    Parameters
    ----------
    values
        Shape (units,) or (..., units), a group in each row, any unit. NaN and infinite values take no part.
    ties
        Where in its tie a member stands: ``"min"``, ``"middle"`` (also called ``"average"``), ``"max"``, or any number from
        0 (first rank of the tie) to 1 (last).
    order
        Which end has rank 1, ``"largest_first"`` or ``"smallest_first"``. An indicator whose higher values are worse has its best
        first with ``"smallest_first"``.

    Returns
    -------
    Ranks
        Ranks in the order given.

    Raises
    ------
    ArgumentError
        If the values are not numbers, or an option is none of those named.

    Notes
    -----
    With ``omega`` for the place in the tie, and the members counted from the end that has rank 1, the rank is omega #(not after)
    + (1 - omega) #(before) + 1 - omega. No tie is broken: not by name, not by the order of the rows. A rank says nothing about
    chance; :func:`rank_sets` does. Cost: n log n per group.

    Examples
    --------
    >>> ranks([3, 7, 7, 10], order="smallest_first").rank.tolist()
    [1.0, 2.0, 2.0, 4.0]
    >>> ranks([3, 7, 7, 10], order="smallest_first", ties="middle").fractional.tolist()
    [0.25, 0.625, 0.625, 1.0]
    """
    omega = _omega(ties)
    if order not in ORDERS:
        raise ArgumentError.choice("order", ORDERS)
    array = groups_of("values", values)
    rows = as_rows(array)
    there = np.isfinite(rows)
    used = np.where(there, rows if order == "smallest_first" else -rows, np.nan)
    first, last = tie_ends(used)
    n = there.sum(axis=1, keepdims=True)
    rank = np.where(there, omega * last + (1 - omega) * first, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        fractional = rank / n
    return Ranks(
        rank=rank.reshape(array.shape),
        fractional=fractional.reshape(array.shape),
        n=n.reshape(array.shape[:-1]),
        omega=omega,
        order=order,
        reason=reasons(array.shape, (np.isnan(array), "missing_input"), (np.isinf(array), "not_finite")),
    )


def _omega(ties: object) -> float:
    """Return where in its tie a member stands."""
    if isinstance(ties, str):
        if ties not in _OMEGA:
            raise ArgumentError.choice("ties", list(_OMEGA))
        return _OMEGA[ties]
    try:
        inside = not isinstance(ties, bool) and bool(0 <= cast("float", ties) <= 1)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise ArgumentError("ranking.omega")
    return float(cast("float", ties))
