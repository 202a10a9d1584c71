"""Points in time order without the missing ones, told apart where nothing may connect them."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, IntArray

__all__ = ["Chain", "Places", "Runs"]

Places = npt.NDArray[np.intp]


@attrs.frozen(eq=False)
class Runs:
    """Neighbours of a chain that are alike; all arrays have the length of the chain.

    Attributes
    ----------
    number
        Which run, rising from 0.
    position
        Place in the run, from 0.
    length
        Length of the run.
    """

    number: Places
    position: Places
    length: Places


@attrs.frozen(eq=False)
class Chain:
    """Some points of a piece laid out flat.

    Attributes
    ----------
    at
        Their places in the piece, rising.
    stretch
        Rising numbers; a pattern holds points of one number only.
    """

    at: Places
    stretch: IntArray

    @classmethod
    def of(cls, group: IntArray, there: BoolArray, *, join: bool) -> Chain:
        """Connect the points of each group; a missing one stands between its neighbours unless joined.

        ``group`` numbers the segments of all series of the piece, rising.
        """
        stretch = group if join else group + np.cumsum(~there)
        return cls(np.flatnonzero(there), stretch[there])

    def without(self, left_out: BoolArray, *, breaks: bool) -> Chain:
        """Leave out some points; their neighbours are connected unless leaving out breaks."""
        if not left_out.any():
            return self
        stretch = self.stretch + np.cumsum(left_out) if breaks else self.stretch
        return Chain(self.at[~left_out], stretch[~left_out])

    def runs(self, key: npt.NDArray[Any]) -> Runs:
        """Return runs of equal keys, one key per point of the chain."""
        starts = np.ones(len(self.at), dtype=np.bool_)
        starts[1:] = (self.stretch[1:] != self.stretch[:-1]) | (key[1:] != key[:-1])
        number = np.cumsum(starts) - 1
        first = np.flatnonzero(starts)
        length = np.diff(np.append(first, len(starts)))
        return Runs(number, np.arange(len(starts)) - first[number], length[number])

    def windows(self, length: int) -> BoolArray:
        """Return where ``length`` connected points end, per point of the chain."""
        whole = np.zeros(len(self.at), dtype=np.bool_)
        if length <= len(whole):
            whole[length - 1 :] = self.stretch[length - 1 :] == self.stretch[: len(whole) - length + 1]
        return whole
