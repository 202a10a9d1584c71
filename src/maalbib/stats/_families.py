"""Which tests belong together: families by label, laid out so that each step serves all families of one size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["checked_p_values", "count_at_most", "family_rows", "family_sums", "labels_of"]

_AT_ONCE: Final = 1_048_576  # tests: eight megabytes per temporary
_QUESTIONS: Final = 65_536


def labels_of(argument: str, labels: npt.ArrayLike, tests: int) -> IntArray:
    """Return whole-number labels, one per test."""
    array = np.asarray(labels)
    if array.size and array.dtype.kind not in "biu":
        raise ArgumentError("multiplicity.labels_not_integers", argument=argument)
    if array.shape != (tests,):
        raise ArgumentError("argument.shape", argument=argument, expected=f"({tests},)", got=str(array.shape))
    return array.astype(np.int64, copy=False)


def checked_p_values(argument: str, p: FloatArray) -> FloatArray:
    """Return p-values that lie between 0 and 1 or are NaN."""
    if bool(((p < 0) | (p > 1)).any()):
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return p


def family_rows(labels: IntArray | None, members: IntArray) -> Iterator[IntArray]:
    """Yield the positions of the tests as arrays of shape (families, size), each with families of one size.

    Parameters
    ----------
    labels
        The family of every test, None where all are one family.
    members
        Positions of the tests that count.
    """
    if not len(members):
        return
    if labels is None:
        yield members[None]
        return
    own = labels[members]
    if bool((own[1:] < own[:-1]).any()):
        order = np.argsort(own, kind="stable")
        own, members = own[order], members[order]
    starts = np.append(0, np.flatnonzero(own[1:] != own[:-1]) + 1)
    sizes = np.diff(np.append(starts, len(own)))
    for size in np.unique(sizes).tolist():
        first = starts[sizes == size]
        most = max(1, _AT_ONCE // size)
        for place in range(0, len(first), most):
            yield members[first[place : place + most, None] + np.arange(size)]


def family_sums(family: IntArray, weights: npt.NDArray[Any], families: int) -> FloatArray:
    """Return the sum over the members of each family, numbered from 0; added in their order."""
    sums: npt.NDArray[Any] = np.bincount(family, weights=weights, minlength=families)
    return sums.astype(np.float64, copy=False)  # of nothing at all they are integers


def count_at_most(runs: FloatArray, low: IntArray, high: IntArray, x: FloatArray) -> IntArray:
    """Return how many numbers of a sorted run are at most x, for many runs and questions at once.

    Parameters
    ----------
    runs
        Sorted runs, one after the other.
    low, high
        Where the run of each question starts and ends.
    x
        The questions.
    """
    found = np.empty(len(x), dtype=np.int64)
    for start in range(0, len(x), _QUESTIONS):
        some = slice(start, start + _QUESTIONS)
        found[some] = _searched(runs, low[some], high[some], x[some]) - low[some]
    return found


def _searched(runs: FloatArray, below: IntArray, above: IntArray, x: FloatArray) -> IntArray:
    """Halve all runs together, as often as the longest one needs."""
    for _ in range(int((above - below).max(initial=0)).bit_length()):
        middle = (below + above) >> 1
        unsettled = below < above
        right = unsettled & (runs[np.where(unsettled, middle, 0)] <= x)
        below = np.where(right, middle + 1, below)
        above = np.where(unsettled & ~right, middle, above)
    return below
