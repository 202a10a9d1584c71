"""Labels of groups as whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from maalbib.stats._arrays import IntArray

__all__ = ["coded"]


def coded(argument: str, labels: npt.ArrayLike, size: int) -> tuple[IntArray, list[Hashable]]:
    """Return a whole number from 0 for the group of each answer, and the label of each number."""
    # A list of text and NaN would become text, and NaN a group of its own.
    given = np.asarray(labels, dtype=object if isinstance(labels, list | tuple) else None)
    if given.shape != (size,):
        raise ArgumentError("argument.shape", argument=argument, expected=f"({size},)", got=str(given.shape))
    found: dict[Hashable, int] = {}
    codes = np.empty(size, dtype=np.int64)
    if given.dtype.kind in "biuU":
        names, codes[:] = np.unique(given, return_inverse=True)
        return codes, names.tolist()
    for place, label in enumerate(given.tolist()):
        if label is None or label != label or type(label).__name__ == "NAType":  # noqa: PLR0124 - only NaN
            raise ArgumentError("surveys.label_missing", argument=argument)
        codes[place] = found.setdefault(label, len(found))
    return codes, list(found)
