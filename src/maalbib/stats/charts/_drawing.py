"""From values to limits, one piece of a panel after the other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats.charts._baseline import Baseline
from maalbib.stats.charts._judging import REASON, STATUS, Columns, Faults, judged
from maalbib.stats.charts._kind import Kind
from maalbib.stats.charts._limits import ControlLimits
from maalbib.stats.charts._options import Options
from maalbib.stats.charts._panel import Panel, Piece
from maalbib.stats.charts._points import Lines, Points

__all__ = ["draw"]

_LARGEST: Final = 1e150  # squares of larger values could not be added up


def draw(name: str, kind: Kind, panel: Panel, options: Options) -> ControlLimits:
    """Return the chart of every series."""
    columns: Columns = {
        "values": np.empty(panel.values.shape),
        "segment": panel.numbers(),
        "excluded": panel.excluded.copy(),
    }
    columns |= {field: np.empty(panel.values.shape) for field in ("centre", "lower", "upper", "sigma", "sigma_z")}
    flags = ("baseline", "screened", "clipped_lower", "clipped_upper")
    columns |= {field: np.empty(panel.values.shape, dtype=np.bool_) for field in flags}
    columns |= {field: np.empty(panel.values.shape, dtype=np.int8) for field in ("status", "reason")}
    for piece in panel.pieces():
        with np.errstate(all="ignore"):
            found = _drawn(piece, kind, options)
        for field, column in found.items():
            columns[field][piece.rows].reshape(-1)[:] = _plain(column)
    columns["status"] = STATUS[columns["status"]]
    columns["reason"] = REASON[columns["reason"]]
    return ControlLimits(kind=name, **{field: column.reshape(panel.shape) for field, column in columns.items()})


def _plain(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give every NaN the same bytes: the sign of one that arithmetic made depends on its place in the array."""
    if column.dtype.kind == "f" and (missing := np.isnan(column)).any():
        column[missing] = np.nan
    return column


def _drawn(piece: Piece, kind: Kind, options: Options) -> Columns:
    group = np.cumsum(piece.starts) - 1
    size = piece.denominators
    values = piece.values / size if kind.ratio and size is not None else piece.values.copy()
    faults = _faults(piece, kind, values)
    for where, _ in faults:
        if where.any():
            values[where] = np.nan
    points = _points(piece, values, group, kind, options)
    lines = kind.lines(points)
    whole = _unfit(piece, kind, lines, group)
    return judged(points, kind, lines, whole, faults) | {"values": lines.values * options.per}


def _points(piece: Piece, values: FloatArray, group: IntArray, kind: Kind, options: Options) -> Points:
    present = ~(np.isnan(values) | piece.excluded)
    used = present
    first = np.flatnonzero(piece.starts)
    if options.baseline is not None:
        used = present & (np.arange(len(values)) - first[group] < options.baseline)
    base = Baseline(group, len(first), np.flatnonzero(used), join=options.join)
    return Points(
        values=values,
        numerator=piece.values,
        denominator=piece.denominators,
        standard_deviation=piece.standard_deviations,
        given=None if piece.centre is None else piece.centre / options.per,
        base=base,
        drawn=base if used is present else Baseline(group, len(first), np.flatnonzero(present), join=options.join),
        options=options,
        by_group=kind.level and piece.centre is None,
    )


def _faults(piece: Piece, kind: Kind, values: FloatArray) -> Faults:
    """Return points that give no value, with what is wrong; of several, the first counts."""
    size = piece.denominators
    numbers = [piece.values] if size is None else [piece.values, size]
    faults = [
        (np.logical_or.reduce([np.abs(number) > _LARGEST for number in numbers]), "invalid_value"),
    ]
    if not kind.signed:
        faults.append((piece.values < 0, "negative_input"))
    if size is None:
        return faults
    faults += [
        (size < 0, "negative_input"),
        (size == 0, "zero_denominator"),
        (size < kind.smallest, "too_few_points"),
    ]
    if kind.share:
        faults.append((piece.values > size, "numerator_exceeds_denominator"))
    if kind.denominators == "required":
        faults.append((np.isnan(size), "missing_input"))
    return [*faults, (np.abs(values) > _LARGEST, "invalid_value")]


def _unfit(piece: Piece, kind: Kind, lines: Lines, group: IntArray) -> Faults:
    """Return where a whole segment has no chart."""
    found: Faults = [] if lines.unfit is None else [(lines.unfit, "value_out_of_range")]
    if kind.denominators == "required" and piece.denominators is not None:
        here = [~np.isnan(array) for array in (piece.values, piece.denominators)]
        some, sized = (np.bincount(group, weights=flag) > 0 for flag in here)
        found.append(((some & ~sized)[group], "not_applicable"))
    return found
