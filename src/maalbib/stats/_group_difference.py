"""How far some units are from the rest, held against groups of the same size drawn at random."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, combinations, islice
from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, broadcast_to, vector, whole_number

__all__ = ["GroupDifference", "group_difference"]

DrawnBy = Literal["exact", "permutation", ""]

_ENUMERATE: Final = 50_000  # the most groups that are all gone through
_WORK: Final = 50_000_000  # units times groups
_CELLS: Final = 2**17  # of one array at a time; no result depends on it
_SAME: Final = 1e-9


@attrs.frozen(kw_only=True, eq=False)
class GroupDifference(ArrayResult):
    """The difference of two means, and how it lies among those of other groups.

    Attributes
    ----------
    difference
        Mean of the members less that of the others, in the unit of the values; NaN with a reason where there is none.
    expected
        Mean difference of all groups of the same size; 0 without weights.
    p_value
        Share of these groups whose difference lies at least as far from ``expected``.
    p_min
        The smallest share that any group, or that so many draws, can give.
    p_exact
        Whether every group was gone through.
    groups
        How many groups were gone through, the given one among them.
    members, others
        Units used.
    method
        ``exact``: every group of that size; ``permutation``: random ones.
    reason
        ``no_member``, ``no_other`` (nobody with a value), ``not_finite`` (a value, or sums of them), ``negative_input`` (a weight), or
        empty.

    Examples
    --------
    >>> from maalbib.stats import group_difference
    >>> found = group_difference([71, 74, 60, 62, 61], [True, True, False, False, False])
    >>> found.groups, found.p_value == found.p_min
    (10, True)
    """

    difference: float
    expected: float
    p_value: float
    p_min: float
    p_exact: bool
    groups: int
    members: int
    others: int
    method: DrawnBy
    reason: str


def group_difference(
    values: npt.ArrayLike,
    member: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    draws: int = 9_999,
    seed: int = 0,
) -> GroupDifference:
    """Hold the mean of some units against that of the rest, and against groups of the same size drawn at random.

    Parameters
    ----------
    values
        Shape (units,), any unit. NaN takes no part.
    member
        Booleans, shape (units,): who is in the group.
    weights
        Weights in both means, shape (units,), above 0; equal where None. A unit of weight 0 or NaN takes no part.
    draws
        How many groups are drawn where they are too many to go through: fewer where units times draws pass 50 million.
    seed
        Seed of the draws. The same seed gives the same share.

    Returns
    -------
    GroupDifference
        The difference, and the share of groups that differ as much.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, ``draws`` is not a whole number above 0, or ``seed`` is none.

    Notes
    -----
    Value and weight of a unit stay together; what changes is who is a member [1]_. Up to 50,000 groups all are gone through; else
    groups are drawn, of which the given one is one. The share describes: it would be the p-value of a test only if the members had
    been drawn by lot. Cost: units times groups.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd.

    Examples
    --------
    Four of eight schools take part; of the 70 ways to choose four, only this one and its opposite differ as much.

    >>> found = group_difference([8.1, 7.9, 8.4, 7.2, 7.0, 7.3, 7.4, 6.8], [1, 1, 1, 0, 0, 0, 1, 0])
    >>> round(found.difference, 3), round(found.p_value * 70), found.p_exact
    (0.875, 2, True)
    """
    y, drawn = vector("values", values), whole_number("draws", draws, low=1)
    whole_number("seed", seed, low=0)
    inside = _members(member, len(y))
    w = broadcast_to("weights", 1.0 if weights is None else weights, y.shape)
    used = ~np.isnan(y) & ~np.isnan(w) & (w != 0)
    y, w, inside = y[used], w[used], inside[used]
    reason = _refusal(y, w, inside)
    if reason:
        return _nothing(inside, reason)
    return _held_against_others(y, w, inside, drawn, seed)


@np.errstate(all="ignore")
def _held_against_others(y: FloatArray, w: FloatArray, inside: BoolArray, draws: int, seed: int) -> GroupDifference:
    n, size = len(y), int(inside.sum())
    w = w / w.max()
    y = y - (w * y).sum() / w.sum()  # sums of small numbers keep their digits
    ways = math.comb(n, size)
    given = inside[np.newaxis]
    most = max(1, min(draws, _WORK // n))
    others = _every(n, size) if ways <= _ENUMERATE else chain([given], _some(n, size, most, seed))
    found = np.concatenate([_differences(y, w, part) for part in others])
    difference = float(_differences(y, w, given)[0])
    if not np.isfinite(found).all():
        return _nothing(inside, "not_finite")
    expected = float(found.mean())
    away = np.abs(found - expected)
    slack = _SAME * float(away.max())
    exact = ways <= _ENUMERATE
    p_min = float(np.mean(away >= away.max() - slack)) if exact else 1 / len(found)
    return GroupDifference(
        difference=difference,
        expected=expected,
        p_value=float(np.mean(away >= abs(difference - expected) - slack)),
        p_min=p_min,
        p_exact=exact,
        groups=len(found),
        members=size,
        others=n - size,
        method="exact" if exact else "permutation",
        reason="",
    )


def _members(member: npt.ArrayLike, units: int) -> BoolArray:
    found = vector("member", member)
    if found.shape != (units,):
        raise ArgumentError("argument.shape", argument="member", expected=f"({units},)", got=str(found.shape))
    return np.asarray(found == 1)


def _refusal(y: FloatArray, w: FloatArray, inside: BoolArray) -> str:
    if np.isinf(y).any() or np.isinf(w).any():
        return "not_finite"
    if (w < 0).any():
        return "negative_input"
    if not inside.any():
        return "no_member"
    return "no_other" if inside.all() else ""


def _differences(y: FloatArray, w: FloatArray, groups: BoolArray) -> FloatArray:
    """Return for each row of groups the mean of its members less that of the others."""
    inside = groups.astype(np.float64)
    weight, total = inside @ w, inside @ (w * y)
    found: FloatArray = total / weight - ((w * y).sum() - total) / (w.sum() - weight)
    return found


def _every(n: int, size: int) -> Iterator[BoolArray]:
    """Yield every group, a block at a time."""
    every, block = combinations(range(n), size), max(1, _CELLS // n)
    while part := list(islice(every, block)):
        groups = np.zeros((len(part), n), dtype=bool)
        np.put_along_axis(groups, np.array(part, dtype=np.intp), values=True, axis=1)
        yield groups


def _some(n: int, size: int, draws: int, seed: int) -> Iterator[BoolArray]:
    """Yield random groups: those with the smallest of as many random numbers as there are units."""
    rng, block = np.random.default_rng(seed), max(1, _CELLS // n)
    for start in range(0, draws, block):
        noise = rng.random((min(block, draws - start), n))
        yield noise <= np.partition(noise, size - 1, axis=1)[:, size - 1 : size]


def _nothing(inside: BoolArray, reason: str) -> GroupDifference:
    nan, size = math.nan, int(inside.sum())
    return GroupDifference(
        difference=nan,
        expected=nan,
        p_value=nan,
        p_min=nan,
        p_exact=False,
        groups=0,
        members=size,
        others=len(inside) - size,
        method="",
        reason=reason,
    )
