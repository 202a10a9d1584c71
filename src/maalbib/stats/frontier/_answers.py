"""What is known of each program while it is solved and proved."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats.frontier._programs import NOBODY

__all__ = ["INFEASIBLE", "OPTIMAL", "UNFINISHED", "Answers"]

OPTIMAL: Final = 0
INFEASIBLE: Final = 1
UNFINISHED: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class Answers:
    """Answers of programs, a place for each unit, UNFINISHED where nothing is proved.

    ``peers`` are units of the technology with their ``weights``, NOBODY in unused places; ``slack`` and ``multipliers`` are per row,
    all in the sizes of the technology. Where the program is infeasible the multipliers are those of the contradiction.
    """

    state: IntArray
    score: FloatArray
    peers: IntArray
    weights: FloatArray
    slack: FloatArray
    multipliers: FloatArray
    primal: FloatArray
    dual: FloatArray
    gap: FloatArray

    @classmethod
    def none(cls, units: int, rows: int) -> Answers:
        """Return room for the answers of some units."""
        return cls(
            state=np.full(units, UNFINISHED),
            score=np.full(units, np.nan),
            peers=np.full((units, rows), NOBODY),
            weights=np.zeros((units, rows)),
            slack=np.zeros((units, rows)),
            multipliers=np.full((units, rows), np.nan),
            primal=np.full(units, np.nan),
            dual=np.full(units, np.nan),
            gap=np.full(units, np.nan),
        )

    def put(self, place: IntArray, other: Answers) -> None:
        """Take over the answers of another."""
        for field in attrs.fields(Answers):
            getattr(self, field.name)[place] = getattr(other, field.name)
