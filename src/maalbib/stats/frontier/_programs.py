"""The linear programs of efficiency scores, all of one form.

Every technology and orientation is ``min t`` subject to ``A mu + s = b + t d``, ``mu, s >= 0``. The rows of A are the inputs,
the outputs with their sign turned and, except under constant returns, the sum of the weights. For inputs the unit's own stand
in d, so that t is the score. For outputs everything is divided by the score: t is 1/score, and the sum of the weights stands
in d like an input of 1. Since inputs are not negative, every program starts from a basis that is dual feasible, whatever the
reference set; so there is no first phase, and "infeasible" comes with a proof.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["NOBODY", "ORIENTATIONS", "RETURNS", "Programs", "Technology"]

RETURNS: Final = ("crs", "vrs", "nirs", "ndrs", "fdh")
ORIENTATIONS: Final = ("input", "output")
NOBODY: Final = -1
"""In place of the column that a unit may not use: it may use all."""


@attrs.frozen(kw_only=True, eq=False)
class Technology:
    """What the units of a reference set show to be possible, in columns of about the same size.

    ``columns`` has a row for each constraint and a column for each unit of the reference set, then one for each slack. Each
    column is divided by a power of two, ``stretch``, and so is each row, ``size``: no digit is lost.
    """

    columns: FloatArray
    stretch: FloatArray
    size: FloatArray
    inputs: int
    returns: str

    @property
    def rows(self) -> int:
        """Constraints of each program."""
        return int(self.columns.shape[0])

    @property
    def units(self) -> int:
        """Units of the reference set."""
        return int(self.columns.shape[1]) - self.rows

    @property
    def summed(self) -> bool:
        """Whether the last row is the sum of the weights."""
        return self.returns != "crs"

    @property
    def fixed(self) -> bool:
        """Whether the last row allows no slack."""
        return self.returns == "vrs"

    @property
    def open_columns(self) -> FloatArray:
        """The columns that may enter a basis; the slack of a row that allows none comes last and is left out."""
        return self.columns[:, :-1] if self.fixed else self.columns

    @classmethod
    def of(cls, inputs: FloatArray, outputs: FloatArray, returns: str) -> Technology:
        """Lay out a reference set, shapes (units, inputs) and (units, outputs)."""
        table = np.concatenate([inputs, -outputs, _sum_row(len(inputs), returns)], axis=1)
        size = _power_of_two(_mean_size(table))
        table = table / size
        stretch = _power_of_two(np.abs(table).max(axis=1, initial=0.0))
        columns = np.concatenate([(table / stretch[:, None]).T, np.eye(table.shape[1])], axis=1)
        return cls(
            columns=np.ascontiguousarray(columns),
            stretch=stretch,
            size=size,
            inputs=inputs.shape[1],
            returns=returns,
        )

    def only(self, units: IntArray) -> Technology:
        """Return the technology of some units, in the same sizes."""
        slacks = np.arange(self.units, self.units + self.rows)
        return attrs.evolve(
            self,
            columns=np.ascontiguousarray(self.columns[:, np.concatenate([units, slacks])]),
            stretch=self.stretch[units],
        )


@attrs.frozen(kw_only=True, eq=False)
class Programs:
    """The right-hand sides of some units: ``constant`` b, ``moving`` d, ``own`` the size of each row for the unit.

    ``closed`` is the column that each unit may not use, NOBODY where it may use all.
    """

    constant: FloatArray
    moving: FloatArray
    own: FloatArray
    closed: IntArray

    def __len__(self) -> int:
        """Return how many units are judged."""
        return len(self.closed)

    def of(self, units: IntArray | slice) -> Programs:
        """Return the programs of some of the units."""
        return Programs(
            constant=self.constant[units], moving=self.moving[units], own=self.own[units], closed=self.closed[units]
        )

    @classmethod
    def to(
        cls, technology: Technology, inputs: FloatArray, outputs: FloatArray, closed: IntArray, *, orientation: str
    ) -> Programs:
        """Lay out units against a technology, shapes (units, inputs) and (units, outputs)."""
        table = (
            np.concatenate([inputs, -outputs, _sum_row(len(inputs), technology.returns)], axis=1) / technology.size
        )
        own = np.where(table != 0, np.minimum(np.abs(table), 1.0), 1.0)
        rows = np.arange(technology.rows)
        moves = rows < technology.inputs
        if orientation == "output":
            moves |= rows >= technology.inputs + outputs.shape[1]
        return cls(constant=np.where(moves, 0.0, table), moving=np.where(moves, table, 0.0), own=own, closed=closed)


def _sum_row(units: int, returns: str) -> FloatArray:
    if returns == "crs":
        return np.empty((units, 0))
    return np.full((units, 1), -1.0 if returns == "ndrs" else 1.0)


def _mean_size(table: FloatArray) -> FloatArray:
    """Return the mean absolute value of each column, the same to the last bit whatever the order of the rows."""
    return np.sort(np.abs(table), axis=0).mean(axis=0) if len(table) else np.ones(table.shape[1])


def _power_of_two(sizes: FloatArray) -> FloatArray:
    exponent = np.frexp(np.where(sizes > 0, sizes, 1.0))[1]
    power: FloatArray = np.ldexp(np.ones_like(sizes), exponent)
    return power
