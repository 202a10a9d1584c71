"""Segments: stretches of a series that have limits of their own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray

__all__ = ["segment_starts"]


def segment_starts(segments: npt.ArrayLike | None, periods: int, series: int) -> BoolArray:
    """Return where a segment begins, shape (1, periods) or (series, periods).

    A label stands for one stretch of neighbouring periods; one that comes back is refused.
    """
    if segments is None:
        return np.equal(np.arange(periods)[None], 0)
    labels = np.asarray(segments)
    if labels.size and labels.dtype.kind not in "biu":
        raise ArgumentError("charts.segments_not_whole_numbers")
    if labels.shape not in {(periods,), (series, periods)}:
        expected = f"({periods},) / ({series}, {periods})"
        raise ArgumentError("argument.shape", argument="segments", expected=expected, got=str(labels.shape))
    rows = np.atleast_2d(labels)
    starts = _changes(rows)
    if (_changes(np.sort(rows, axis=1)).sum(axis=1) != starts.sum(axis=1)).any():
        raise ArgumentError("charts.segments_come_back")
    return starts


def _changes(rows: npt.NDArray[np.int64]) -> BoolArray:
    starts = np.ones(rows.shape, dtype=np.bool_)
    np.not_equal(rows[:, 1:], rows[:, :-1], out=starts[:, 1:])
    return starts
