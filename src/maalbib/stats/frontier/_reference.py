"""Who the units are held against: the usable units of a reference set, each kind once, and those that can be on the frontier."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._answers import OPTIMAL
from maalbib.stats.frontier._dual_simplex import basis_columns, best_bases, solutions
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology
from maalbib.stats.frontier._proof import missed_rows, sound

__all__ = ["Reference", "core_units"]

_CHUNK: Final = 400
_BEATEN: Final = 1e-7  # how far below 1 a score must be for a unit to be certain not to be on the frontier
_ENOUGH: Final = 0.8


@attrs.frozen(kw_only=True, eq=False)
class Reference:
    """Different units in the order of their figures, so that nothing depends on the order in which they were given.

    ``first`` and ``second`` are where the figures stand among the units given; NOBODY where they stand once. ``kind`` is the row
    here of each unit given, NOBODY where it is not used. The means are those of all usable units, 1 for a column of zeros.
    """

    inputs: FloatArray
    outputs: FloatArray
    first: IntArray
    second: IntArray
    kind: IntArray
    input_means: FloatArray
    output_means: FloatArray

    @classmethod
    def of(cls, inputs: FloatArray, outputs: FloatArray, usable: BoolArray) -> Reference:
        """Return the different ones of the usable units."""
        given = np.flatnonzero(usable)
        table = np.concatenate([inputs, outputs], axis=1)[given] + 0.0  # -0.0 becomes 0.0
        if not len(given):
            none = np.empty(0, dtype=np.int64)
            return cls(
                inputs=inputs[:0],
                outputs=outputs[:0],
                first=none,
                second=none,
                kind=np.full(len(inputs), NOBODY),
                input_means=np.ones(inputs.shape[1]),
                output_means=np.ones(outputs.shape[1]),
            )
        different, inverse, times = np.unique(table, axis=0, return_inverse=True, return_counts=True)
        inverse = inverse.reshape(-1)  # NumPy 2.0 kept a second dimension
        order = given[np.argsort(inverse, kind="stable")]
        start = np.cumsum(times) - times
        kind = np.full(len(inputs), NOBODY)
        kind[given] = inverse
        means = np.sort(np.abs(table), axis=0).mean(axis=0)  # sorted: the same to the last bit in any order
        means = np.where(means > 0, means, 1.0)
        return cls(
            inputs=different[:, : inputs.shape[1]],
            outputs=different[:, inputs.shape[1] :],
            first=order[start],
            second=np.where(times > 1, order[np.minimum(start + 1, len(order) - 1)], NOBODY),
            kind=kind,
            input_means=means[: inputs.shape[1]],
            output_means=means[inputs.shape[1] :],
        )

    def __len__(self) -> int:
        """Return how many different units there are."""
        return len(self.first)


def core_units(technology: Technology, reference: Reference) -> IntArray | None:
    """Return the units that can be on the frontier, None where they are too few to be worth sorting out.

    A unit that others beat on every input is no corner of what is possible. Parts are sifted first, then what is left of them.
    """
    if len(reference) <= _CHUNK:
        return None
    left = np.arange(len(reference))
    while True:
        parts = -(-len(left) // _CHUNK)
        kept = np.sort(np.concatenate([_unbeaten(technology, reference, left[part::parts]) for part in range(parts)]))
        if parts == 1 or len(kept) > _ENOUGH * len(left):
            return kept
        left = kept


def _unbeaten(technology: Technology, reference: Reference, units: IntArray) -> IntArray:
    among = technology.only(units)
    programs = Programs.to(
        among,
        reference.inputs[units],
        reference.outputs[units],
        np.full(len(units), NOBODY),
        orientation="input",
    )
    bases = best_bases(among, programs)
    value = solutions(basis_columns(among, programs, bases.basis), programs.constant)
    score = value[np.arange(len(units)), bases.score_at]
    real = bases.basis < among.units
    peers, weights = np.where(real, bases.basis, 0), np.where(real, np.maximum(value, 0.0), 0.0)
    possible = sound(missed_rows(among, programs, score, peers, weights))
    beaten = possible & (bases.state == OPTIMAL) & (score < 1 - _BEATEN)
    kept: IntArray = units[~beaten]
    return kept
