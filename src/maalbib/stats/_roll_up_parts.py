"""What a roll-up is given: items in groups, their states, and weights; checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, float_array, numeric_array, vector, whole_number

__all__ = ["NEAR", "POLICIES", "Shape", "States", "flags_of", "policies_of", "shares_in", "values_of", "weights_of"]

POLICIES: Final = (
    "counts",
    "worst",
    "weighted_median",
    "share_threshold",
    "all_or_nothing",
    "mean_attainment",
    "mean_score",
    "pilote",
)
NEAR: Final = 1e-12  # shares are sums of quotients: what is exactly on a threshold may come out just below it
_SUMS_TO_ONE: Final = 1e-9
_HEAVIEST: Final = 1e100  # so that no sum of weights overflows


@attrs.frozen(kw_only=True, eq=False)
class Shape:
    """How many items, groups and levels there are, and which group each item is in."""

    groups: IntArray
    size: int
    levels: int
    on_course: int

    @classmethod
    def of(cls, levels: int, on_course: int, groups: npt.ArrayLike, size: int | None) -> Shape:
        steps = whole_number("levels", levels, low=2)
        good = whole_number("on_course", on_course, low=1)
        if good >= steps:
            raise ArgumentError("argument.range", argument="on_course", low=1, high=steps - 1)
        labels = numeric_array("groups", groups)
        if labels.ndim != 1:
            raise ArgumentError("argument.shape", argument="groups", expected="(n,)", got=str(labels.shape))
        top = int(labels.max()) + 1 if labels.size and np.isfinite(labels).all() else 0
        total = top if size is None else whole_number("size", size, low=0)
        whole = labels.astype(np.int64) if labels.dtype.kind in "iu" or np.isfinite(labels).all() else None
        if whole is None or (whole != labels).any() or (whole < 0).any() or (whole >= total).any():
            raise ArgumentError("roll_up.groups", size=total)
        return cls(groups=whole, size=total, levels=steps, on_course=good)

    @property
    def items(self) -> int:
        return len(self.groups)

    def added(self, values: npt.NDArray[Any]) -> FloatArray:
        """Return the sum of the items' values by group."""
        return np.asarray(np.bincount(self.groups, values, self.size), dtype=np.float64)

    def counted(self, holds: BoolArray) -> IntArray:
        """Return by group how many items hold."""
        return np.asarray(np.bincount(self.groups[holds], minlength=self.size), dtype=np.int64)

    def spread(self, holds: BoolArray, rank: IntArray, values: FloatArray | None) -> npt.NDArray[Any]:
        """Return by group and level the sum of values, or the number, of the items that hold."""
        at = self.groups[holds] * self.levels + rank[holds]
        kept = None if values is None else values[holds]
        return np.bincount(at, kept, self.size * self.levels).reshape(self.size, self.levels)


@attrs.frozen(kw_only=True, eq=False)
class States:
    """The state of each item, and where it is a mixture the shares of it."""

    there: BoolArray
    single: BoolArray
    rank: IntArray
    mixture: FloatArray | None

    @classmethod
    def of(cls, ranks: npt.ArrayLike, shape: Shape) -> States:
        array = float_array("ranks", ranks)
        if array.shape == (shape.items, shape.levels):
            return cls._mixed(array)
        if array.shape != (shape.items,):
            raise ArgumentError(
                "argument.shape", argument="ranks", expected=f"({shape.items},)", got=str(array.shape)
            )
        there = ~np.isnan(array)
        rank = np.where(there, array, 0.0)
        if not (np.isin(rank, np.arange(shape.levels))).all():
            raise ArgumentError("roll_up.ranks", levels=shape.levels)
        return cls(there=there, single=there, rank=rank.astype(np.int64), mixture=None)

    @classmethod
    def _mixed(cls, shares: FloatArray) -> States:
        there: BoolArray = np.asarray(~np.isnan(shares).any(axis=1), dtype=bool)
        held = np.where(there[:, None], shares, 0.0)
        if ((held < 0) | (held > 1 + NEAR)).any() or (np.abs(held.sum(axis=1) - there) > _SUMS_TO_ONE).any():
            raise ArgumentError("roll_up.shares")
        single = there & ((held > 0).sum(axis=1) == 1)
        return cls(there=there, single=single, rank=held.argmax(axis=1).astype(np.int64), mixture=held)

    def distributed(
        self, shape: Shape, weight: FloatArray, used: BoolArray
    ) -> tuple[FloatArray, BoolArray, IntArray]:
        """Return by group the weight in each level, whether it is there at all, and how many items have it alone."""
        alone = used & self.single
        counts = shape.spread(alone, self.rank, None).astype(np.int64)
        if self.mixture is None:
            return shape.spread(alone, self.rank, weight), counts > 0, counts
        columns = [shape.added(np.where(used, weight, 0.0) * column) for column in self.mixture.T]
        there = [shape.counted(used & (column > 0)) > 0 for column in self.mixture.T]
        return np.stack(columns, axis=1), np.stack(there, axis=1), counts


def policies_of(policy: str | Sequence[str], size: int) -> npt.NDArray[np.str_]:
    given = np.asarray([policy] if isinstance(policy, str) else policy, dtype=np.str_)
    if not np.isin(given, POLICIES).all():
        raise ArgumentError.choice("policy", POLICIES)
    if isinstance(policy, str):
        return np.broadcast_to(given, (size,))
    if given.shape != (size,):
        raise ArgumentError("argument.shape", argument="policy", expected=f"({size},)", got=str(given.shape))
    return given


def weights_of(weights: npt.ArrayLike | None, items: int) -> FloatArray:
    if weights is None:
        return np.ones(items)
    array = vector("weights", weights)
    if array.shape != (items,):
        raise ArgumentError("argument.shape", argument="weights", expected=f"({items},)", got=str(array.shape))
    if not ((array >= 0) & (array <= _HEAVIEST)).all():
        raise ArgumentError("roll_up.weights")
    return array


def values_of(argument: str, values: npt.ArrayLike, shape: Shape) -> FloatArray:
    array = vector(argument, values)
    if array.shape != (shape.items,):
        raise ArgumentError("argument.shape", argument=argument, expected=f"({shape.items},)", got=str(array.shape))
    return array


def flags_of(argument: str, values: npt.ArrayLike, shape: Shape) -> BoolArray:
    array = np.asarray(values)
    if array.shape != (shape.items,) or (array.dtype.kind != "b" and array.size):
        raise ArgumentError("roll_up.flags", argument=argument)
    return array.astype(bool)


def shares_in(argument: str, values: FloatArray) -> FloatArray:
    if not ((values >= 0) & (values <= 1)).all():
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return values
