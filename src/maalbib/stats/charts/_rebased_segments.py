"""The segments of a chart once somebody has decided on new levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, IntArray, float_array

__all__ = ["segments_with_rebases"]


def segments_with_rebases(
    values: npt.ArrayLike,
    at: npt.ArrayLike,
    reasons: Sequence[str],
    *,
    series: npt.ArrayLike | None = None,
    segments: npt.ArrayLike | None = None,
) -> IntArray:
    """Labels of segments after decisions to draw new limits, for the ``segments`` of a chart.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods): tells where each series begins and ends.
    at
        Period of the first point of each new level, whole numbers of shape (decisions,).
    reasons
        Why, one text per decision. New limits without a reason are refused.
    series
        The series that each decision is about, shape (decisions,); None where there is one series, or for all.
    segments
        Labels that hold already, shape (periods,) or (series, periods); None for one segment.

    Returns
    -------
    numpy.ndarray
        Labels from 0, rising, of the shape of ``values``.

    Raises
    ------
    ArgumentError
        If a reason is missing, a new level begins outside the series, before its first or after its last value, or
        where a segment begins already.

    Notes
    -----
    What was drawn before stays as it was: only points from a new level on move to another segment.

    Examples
    --------
    >>> segments_with_rebases([5, 6, 5, 9, 8, 9], [3], ["New referral from April"]).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    array = float_array("values", values)
    rows = np.atleast_2d(array)
    positions = _whole_numbers("at", at, None)
    which = None if series is None else _whole_numbers("series", series, positions.shape)
    if isinstance(reasons, str) or len(reasons) != len(positions) or not all(map(_said, reasons)):
        raise ArgumentError("rules.reason_missing")
    starts = _starts(segments, array.shape, rows.shape)
    there = np.isfinite(rows)
    for number, position in enumerate(positions.tolist()):
        chosen = range(len(rows)) if which is None else (int(which[number]),)
        for row in chosen:
            if not 0 <= row < len(rows):
                raise ArgumentError("argument.range", argument="series", low=0, high=len(rows) - 1)
            _add(starts[row], there[row], position)
    labels: IntArray = np.cumsum(starts, axis=1) - starts[:, :1]
    return labels.reshape(array.shape)


def _said(reason: object) -> bool:
    return isinstance(reason, str) and bool(reason.strip())


def _add(starts: BoolArray, there: BoolArray, position: int) -> None:
    """Begin a segment, or say why there cannot be one."""
    known = np.flatnonzero(there)
    if not 0 < position < len(starts) or not len(known) or position <= known[0]:
        raise ArgumentError("rules.rebase_outside", position=position)
    if position > known[-1]:
        raise ArgumentError("rules.rebase_in_future", position=position)
    if starts[position]:
        raise ArgumentError("rules.rebase_overlap", position=position)
    starts[position] = True


def _starts(segments: npt.ArrayLike | None, shape: tuple[int, ...], rows: tuple[int, ...]) -> BoolArray:
    starts = np.zeros(rows, dtype=np.bool_)
    starts[:, :1] = True
    if segments is None:
        return starts
    labels = np.asarray(segments)
    if labels.dtype.kind not in "biu" or labels.shape not in {shape, shape[-1:]}:
        raise ArgumentError("argument.shape", argument="segments", expected=str(shape), got=str(labels.shape))
    starts[:, 1:] = np.diff(np.broadcast_to(labels, rows).astype(np.int64), axis=1) != 0
    return starts


def _whole_numbers(argument: str, values: npt.ArrayLike, shape: tuple[int, ...] | None) -> IntArray:
    array = np.atleast_1d(np.asarray(values))
    if array.size and array.dtype.kind not in "iu":
        raise ArgumentError("argument.whole_number", argument=argument, low=0)
    if array.ndim != 1 or (shape is not None and array.shape != shape):
        raise ArgumentError("argument.shape", argument=argument, expected=str(shape or "(n,)"), got=str(array.shape))
    return array.astype(np.int64)
