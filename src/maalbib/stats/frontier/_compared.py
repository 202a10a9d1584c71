"""Who is held against whom: the units, those that cannot be judged, and the usable units of the reference set."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats.frontier._programs import NOBODY, ORIENTATIONS, RETURNS
from maalbib.stats.frontier._reference import Reference

__all__ = ["Compared", "ReferenceSet"]

ReferenceSet = tuple[npt.ArrayLike, npt.ArrayLike] | npt.ArrayLike | None
_PAIR: Final = 2
_TABLE: Final = 2
_SIGN_MATTERS: Final = ("crs", "nirs")


@attrs.frozen(kw_only=True, eq=False)
class Compared:
    """Units against a reference set.

    ``reason`` says why a unit cannot be judged; ``mine`` is its own kind in the reference, NOBODY where it is not among them;
    ``closed`` the kind that it may not use.
    """

    inputs: FloatArray
    outputs: FloatArray
    reference: Reference
    reason: ReasonArray
    mine: IntArray
    closed: IntArray

    @classmethod
    def of(
        cls,
        inputs: npt.ArrayLike,
        outputs: npt.ArrayLike,
        *,
        returns: str,
        orientation: str,
        reference: ReferenceSet,
        exclude_self: bool,
    ) -> Compared:
        """Check the arguments and lay the units out."""
        if returns not in RETURNS:
            raise ArgumentError.choice("returns", RETURNS)
        if orientation not in ORIENTATIONS:
            raise ArgumentError.choice("orientation", ORIENTATIONS)
        x, y = _units(inputs, outputs, None)
        if isinstance(reference, tuple):
            if exclude_self:
                raise ArgumentError("frontier.no_self")
            if len(reference) != _PAIR:
                raise ArgumentError("frontier.reference", units=len(x))
            known = _known(*_units(reference[0], reference[1], (x.shape[1], y.shape[1])), None)
            mine = np.full(len(x), NOBODY)
        else:
            known = _known(x, y, _members(reference, len(x)))
            mine = known.kind
        closed = np.full(len(x), NOBODY)
        if exclude_self and len(known):
            alone = (mine != NOBODY) & (known.second[np.maximum(mine, 0)] == NOBODY)
            closed = np.where(alone, mine, NOBODY)
        reason = _reasons(x, y, signed=orientation == "output" or returns in _SIGN_MATTERS)
        pointless = (reason == "") & ~_some(y > 0)
        if orientation == "output":
            reason[pointless] = "unbounded"
        elif returns in _SIGN_MATTERS:
            reason[pointless] = "no_positive_output"
        return cls(inputs=x, outputs=y, reference=known, reason=reason, mine=mine, closed=closed)

    @property
    def judged(self) -> IntArray:
        """Places of the units that can be judged."""
        return np.flatnonzero(self.reason == "")

    def peers(self, units: IntArray, kinds: IntArray, *, exclude_self: bool) -> IntArray:
        """Return where each kind stands in the reference set as it was given, for the units it is a peer of.

        Of several alike a unit is its own peer, or never, where it is left out; else the first counts.
        """
        place = self.reference.first[kinds]
        if exclude_self:
            return np.where(place == units, self.reference.second[kinds], place)
        return np.where(self.mine[units] == kinds, units, place)


def _units(
    inputs: npt.ArrayLike, outputs: npt.ArrayLike, columns: tuple[int, int] | None
) -> tuple[FloatArray, FloatArray]:
    x, y = float_array("inputs", inputs), float_array("outputs", outputs)
    for name, table, wanted in (("inputs", x, 0), ("outputs", y, 1)):
        if table.ndim != _TABLE or not table.shape[1] or (columns is not None and table.shape[1] != columns[wanted]):
            expected = f"(units, {name if columns is None else columns[wanted]})"
            raise ArgumentError("argument.shape", argument=name, expected=expected, got=str(table.shape))
    if len(x) != len(y):
        expected = f"({len(x)}, {y.shape[1]})"
        raise ArgumentError("argument.shape", argument="outputs", expected=expected, got=str(y.shape))
    return x, y


def _members(reference: npt.ArrayLike | None, units: int) -> BoolArray | None:
    if reference is None:
        return None
    members = np.asarray(reference)
    if members.dtype.kind != "b" or members.shape != (units,):
        raise ArgumentError("frontier.reference", units=units)
    return members


def _known(x: FloatArray, y: FloatArray, members: BoolArray | None) -> Reference:
    usable = _reasons(x, y, signed=False) == ""
    return Reference.of(x, y, usable if members is None else usable & members)


def _reasons(x: FloatArray, y: FloatArray, *, signed: bool) -> ReasonArray:
    return reasons(
        (len(x),),
        (_some(np.isnan(x)) | _some(np.isnan(y)), "missing_input"),
        (_some(np.isinf(x)) | _some(np.isinf(y)), "not_finite"),
        (_some(x < 0), "negative_input"),
        (~_some(x > 0), "zero_input"),
        (_some(y < 0) & signed, "negative_output"),
    )


def _some(cells: BoolArray) -> BoolArray:
    """Return which units have a cell like this."""
    return np.asarray(cells.any(axis=1))
