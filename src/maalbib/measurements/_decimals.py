"""How precisely a number was written, which is how far rounding may have moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["written_decimals"]

_MOST: Final = 12  # beyond this a number was computed, not written


def written_decimals(
    values: NDArray[np.float64], known: NDArray[Any] | None, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how many decimals each value was written with.

    Parameters
    ----------
    values
        Finite numbers.
    known
        Decimals of every row of the table, where it was read from text.
    rows
        The row of each value.

    Notes
    -----
    Without ``known`` it is the fewest decimals that give the same number. 80.0 then counts as written without
    decimals, which leaves more room for rounding, never less.
    """
    if known is not None:
        return known[rows].astype(np.float64)
    decimals = np.full(len(values), float(_MOST))
    open_ = np.arange(len(values))
    for count in range(_MOST):
        left = values[open_]
        exact = np.round(left, count) == left
        decimals[open_[exact]] = count
        open_ = open_[~exact]
        if len(open_) == 0:
            break
    return decimals
