"""Which figures may not be shown: those of too few people, and confidential ones.

A row is hidden when a value that its figures rest on is. What may be published of a whole table (can one hidden cell be
worked out from the others?) is another question, and not answered here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._columns import words_at
from maalbib.measurements._known import LEVELS, InstitutionFacts
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Measurements, Panel
    from maalbib.model import Indicator
    from maalbib.register import Register

__all__ = ["CONFIDENTIAL", "LEAST_SHOWN", "SMALL_N", "Secrecy", "hidden_among", "hidden_column", "people_in"]

LEAST_SHOWN: Final = 5  # of an indicator that nobody has defined
SMALL_N: Final = "small_n"
CONFIDENTIAL: Final = "confidential"
_REASONS: Final = (SMALL_N, CONFIDENTIAL)  # a cell or row holds 0, or the place in here plus 1; the graver last

Grades = npt.NDArray[np.int8]


class Secrecy:
    """What may be shown of the values of one set of measurements."""

    def __init__(self, measurements: Measurements, register: Register | None) -> None:
        self._measurements = measurements
        self._register = register

    @cached_property
    def _levels(self) -> dict[str, int]:
        codes = self._measurements.institutions
        return dict(zip(codes, InstitutionFacts.of(codes, self._register).level.tolist(), strict=True))

    def grades(self, panel: Panel, indicator: Indicator | None) -> Grades:
        """Return (series, periods): 0 where a value may be shown, else why not."""
        found: Grades = np.zeros(panel.values.shape, dtype=np.int8)
        people = people_in(panel, indicator)
        if people is not None:
            found[people < (LEAST_SHOWN if indicator is None else indicator.min_show)] = _REASONS.index(SMALL_N) + 1
        found[panel.confidential | self._too_fine(panel, indicator)[:, None]] = _REASONS.index(CONFIDENTIAL) + 1
        return found

    def _too_fine(self, panel: Panel, indicator: Indicator | None) -> Bools:
        """Return which series are of a finer level than the one that the indicator is published for."""
        if indicator is None or indicator.publication_level is None:
            return np.zeros(len(panel), dtype=bool)
        published = LEVELS.index(indicator.publication_level)
        return np.array([level < published for level in self.levels_of(panel.institutions)], dtype=bool)

    def levels_of(self, codes: Iterable[str]) -> list[int]:
        """Return the level of each institution as a number, the finest first; the same number for all that are unknown."""
        return [self._levels.get(code, 0) for code in codes]


def people_in(panel: Panel, indicator: Indicator | None) -> Floats | None:
    """Return the people or answers behind each value, of a share without them its denominator; None where nothing is known."""
    share = indicator is not None and indicator.unit.kind is UnitKind.SHARE
    if panel.n is None:
        return panel.denominator if share else None
    if not share or panel.denominator is None:
        return panel.n
    return np.where(np.isfinite(panel.n), panel.n, panel.denominator)


def hidden_among(grades: Grades, used: Bools) -> Grades:
    """Return for each row the gravest reason among the values used."""
    found: Grades = np.where(used, grades, 0).max(axis=-1, initial=0).astype(np.int8)
    return found


def hidden_column(grades: Grades) -> Any:
    """Return the reasons in words, null where a row may be shown."""
    return words_at(_REASONS, grades.astype(np.int64) - 1)
