"""The second phase: the largest slacks at the score that was found.

Only columns that cost nothing at the score may enter, so that the score stays what it is. The search is then one over the best
solutions, and for most units there is one only.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._dual_simplex import basis_columns, exchange, inverses
from maalbib.stats.frontier._programs import Programs, Technology
from maalbib.stats.frontier._proof import on_face

__all__ = ["fullest_bases", "slack_prices"]

_GAIN: Final = 1e-11
_PIVOT: Final = 1e-9
_TIE: Final = 1e-11


@attrs.define(eq=False)
class _Search:
    """The units still searched for, one place in each array."""

    place: IntArray
    programs: Programs
    basis: IntArray
    inverse: FloatArray
    face: BoolArray

    def keep(self, which: BoolArray) -> None:
        """Go on with some of the units."""
        if not which.all():
            kept = np.flatnonzero(which)
            self.place, self.programs, self.basis = self.place[kept], self.programs.of(kept), self.basis[kept]
            self.inverse, self.face = self.inverse[kept], self.face[kept]


def fullest_bases(
    technology: Technology,
    programs: Programs,
    basis: IntArray,
    multipliers: FloatArray,
    reward: FloatArray,
    *,
    careful: bool,
) -> IntArray:
    """Return the bases with the largest sum of slacks, the slack of each row times its ``reward``."""
    found = basis.copy()
    search = _Search(
        place=np.arange(len(basis)),
        programs=programs,
        basis=found.copy(),
        inverse=inverses(basis_columns(technology, programs, basis)),
        face=on_face(technology, programs, multipliers),
    )
    for step in range((400 if careful else 40) + 20 * technology.rows):
        if not len(search.place):
            break
        if careful and step:
            search.inverse = inverses(basis_columns(technology, search.programs, search.basis))
        # From a corner where many rows meet, the steepest way can lead in circles; the first one cannot.
        _step(technology, search, found, reward, careful=careful or step > 4 * technology.rows)
    found[search.place] = search.basis
    return found


def slack_prices(technology: Technology, basis: IntArray, inverse: FloatArray, reward: FloatArray) -> FloatArray:
    """Return what each row is worth in slacks at a basis."""
    worth = np.concatenate([np.zeros(technology.units), reward, [0.0]])
    prices: FloatArray = np.einsum("ui,uij->uj", worth[basis], inverse)
    return prices


def _step(technology: Technology, search: _Search, found: IntArray, reward: FloatArray, *, careful: bool) -> None:
    columns = technology.open_columns
    worth = np.concatenate([np.zeros(technology.units), reward])[: columns.shape[1]]
    gain = worth - np.einsum("ur,rn->un", slack_prices(technology, search.basis, search.inverse, reward), columns)
    gain[~search.face] = 0.0
    useful = gain > _GAIN
    better = useful.any(axis=1)
    found[search.place[~better]] = search.basis[~better]
    column = (useful.argmax(axis=1) if careful else gain.argmax(axis=1))[better]
    search.keep(better)
    if len(column):
        entering = np.einsum("uij,uj->ui", search.inverse, technology.columns.T[column])
        row = _leaving(technology, search, entering, careful=careful)
        exchange(search.inverse, search.basis, entering, row, column)


def _leaving(technology: Technology, search: _Search, entering: FloatArray, *, careful: bool) -> IntArray:
    """Return the row that reaches 0 first; of several the one that divides best, or the first column."""
    value = np.einsum("uij,uj->ui", search.inverse, search.programs.constant)
    last = technology.columns.shape[1]
    falls = entering > _PIVOT * np.abs(entering).max(axis=1, keepdims=True)
    ratio = np.where(falls, np.maximum(value, 0.0) / entering, np.inf)
    if technology.fixed:  # the slack of a row that allows none stays 0
        artificial = (search.basis == last - 1) & (np.abs(entering) > _PIVOT)
        ratio = np.where(artificial, 0.0, ratio)
    ratio = np.where(search.basis == last, np.inf, ratio)
    tied = ratio <= ratio.min(axis=1, keepdims=True) * (1 + _TIE) + _TIE
    order = -search.basis if careful else np.abs(entering)
    row: IntArray = np.where(tied, order, -np.inf).argmax(axis=1)
    return row
