"""A revised dual simplex for many small programs at once.

All programs share their columns and have few rows, so that their basis inverses fit in one array. The sums over the rows are
taken by ``einsum``, which adds in the same order however many units there are: what a unit gets never depends on its block.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology

__all__ = ["Bases", "basis_columns", "best_bases", "exchange", "inverses", "solutions"]

_FEASIBLE: Final = 1e-11  # by how much of its own size a row may be missed
_PIVOT: Final = 1e-9
_TIE: Final = 1e-12
_REFRESH: Final = 12  # steps after which the inverses are computed anew


@attrs.frozen(kw_only=True, eq=False)
class Bases:
    """Where the search ended: a basis for each unit, its score's place in it, and what was found.

    Places of columns run over the units of the technology, then its slacks; ``technology.columns.shape[1]`` stands for the score.
    ``blocked`` is the row that no column could mend, signed (1 or -1) by ``side``, where the program is infeasible.
    """

    basis: IntArray
    score_at: IntArray
    state: IntArray
    blocked: IntArray
    side: FloatArray


@attrs.define(eq=False)
class _Search:
    """The units still searched for, one place in each array."""

    place: IntArray
    programs: Programs
    basis: IntArray
    inverse: FloatArray
    score_at: IntArray

    def keep(self, which: BoolArray) -> None:
        """Go on with some of the units."""
        kept = np.flatnonzero(which)
        self.place, self.programs, self.basis = self.place[kept], self.programs.of(kept), self.basis[kept]
        self.inverse, self.score_at = self.inverse[kept], self.score_at[kept]


def best_bases(technology: Technology, programs: Programs, *, careful: bool = False) -> Bases:
    """Return the basis at which each program ended.

    ``careful`` takes the first row and column that will do instead of the best one, which cannot go in circles, and computes
    each inverse anew.
    """
    search = _start(technology, programs)
    found = Bases(
        basis=search.basis.copy(),
        score_at=search.score_at,
        state=np.full(len(programs), UNFINISHED),
        blocked=np.zeros(len(programs), dtype=np.int64),
        side=np.ones(len(programs)),
    )
    most = (400 if careful else 40) + 20 * technology.rows
    with np.errstate(all="ignore"):
        for step in range(1, most):
            if not len(search.place):
                break
            if careful or step % _REFRESH == 0:
                search.inverse = inverses(basis_columns(technology, search.programs, search.basis))
            _step(technology, search, found, careful=careful)
    found.basis[search.place] = search.basis
    return found


def _start(technology: Technology, programs: Programs) -> _Search:
    """Begin with the score in the row where it moves most, among those that no unit lowers, and the slacks of all other rows."""
    units, rows = programs.moving.shape
    raised = (technology.columns[:, : technology.units] >= 0).all(axis=1)
    at = np.where(raised, programs.moving, -np.inf).argmax(axis=1)
    basis = np.tile(np.arange(technology.units, technology.units + rows), (units, 1))
    basis[np.arange(units), at] = technology.columns.shape[1]
    return _Search(
        place=np.arange(units),
        programs=programs,
        basis=basis,
        inverse=inverses(basis_columns(technology, programs, basis)),
        score_at=at,
    )


def basis_columns(technology: Technology, programs: Programs, basis: IntArray) -> FloatArray:
    """Return the basis matrices, shape (units, rows, rows)."""
    last = technology.columns.shape[1]
    matrix = technology.columns[:, np.minimum(basis, last - 1)].transpose(1, 0, 2)
    return np.where((basis == last)[:, None, :], -programs.moving[:, :, None], matrix)


def inverses(matrices: FloatArray) -> FloatArray:
    """Return the inverse of each matrix, NaN where there is none."""
    try:
        return np.linalg.inv(matrices).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return np.stack([_one_inverse(matrix) for matrix in matrices])


def _one_inverse(matrix: FloatArray) -> FloatArray:
    try:
        return np.linalg.inv(matrix).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)


def solutions(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of each system, NaN where there is none."""
    try:
        return np.linalg.solve(matrix, right[:, :, None])[:, :, 0].astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return np.stack([_one_solution(*pair) for pair in zip(matrix, right, strict=True)])


def _one_solution(matrix: FloatArray, right: FloatArray) -> FloatArray:
    try:
        return np.linalg.solve(matrix, right).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return np.full_like(right, np.nan)


def _step(technology: Technology, search: _Search, found: Bases, *, careful: bool) -> None:
    """Let one column take the place of another in every basis; units at their end leave the search."""
    row, side, missed = _leaving(technology, search, careful=careful)
    _settle(search, found, ~missed, OPTIMAL, row, side)
    row, side = row[missed], side[missed]
    column = _entering(technology, search, row, side, careful=careful)
    stuck = column < 0
    _settle(search, found, stuck, INFEASIBLE, row, side)
    row, column = row[~stuck], column[~stuck]
    if len(column):
        entering = np.einsum("uij,uj->ui", search.inverse, technology.columns.T[column])
        exchange(search.inverse, search.basis, entering, row, column)


def _settle(search: _Search, found: Bases, ended: BoolArray, state: int, row: IntArray, side: FloatArray) -> None:
    if ended.any():
        place = search.place[ended]
        found.basis[place], found.state[place] = search.basis[ended], state
        found.blocked[place], found.side[place] = row[ended], side[ended]
        search.keep(~ended)


def _leaving(technology: Technology, search: _Search, *, careful: bool) -> tuple[IntArray, FloatArray, BoolArray]:
    """Return the row whose variable is furthest outside its bounds, measured along its edge, and whether there is one."""
    value = np.einsum("uij,uj->ui", search.inverse, search.programs.constant)
    reach = np.einsum("uij,uj->ui", np.abs(search.inverse), search.programs.own)
    short = -value / reach
    if technology.fixed:  # the slack of a row that allows none must be 0, from both sides
        artificial = search.basis == technology.columns.shape[1] - 1
        short = np.where(artificial, np.abs(short), short)
    units = np.arange(len(value))
    short[units, search.score_at] = -np.inf
    missed = short > _FEASIBLE
    row = np.where(missed, -search.basis, -np.inf).argmax(axis=1) if careful else short.argmax(axis=1)
    return row, np.where(value[units, row] > 0, -1.0, 1.0), missed.any(axis=1)


def _entering(technology: Technology, search: _Search, row: IntArray, side: FloatArray, *, careful: bool) -> IntArray:
    """Return the column that mends the row at the least cost, -1 where none does."""
    units = np.arange(len(row))
    edge = search.inverse[units, row] * side[:, None]
    columns = technology.open_columns
    pivot = np.einsum("ur,rn->un", edge, columns)
    cost = np.einsum("ur,rn->un", -search.inverse[units, search.score_at], columns)
    limited = np.flatnonzero(search.programs.closed != NOBODY)
    pivot[limited, search.programs.closed[limited]] = 0.0
    useful = pivot < -_PIVOT * np.abs(edge).max(axis=1)[:, None]
    ratio = np.where(useful, np.maximum(cost, 0.0) / -pivot, np.inf)
    column = ratio.argmin(axis=1)
    least = ratio[units, column]
    if careful:
        column = (ratio <= least[:, None] * (1 + _TIE) + _TIE).argmax(axis=1)
    return np.where(np.isfinite(least), column, NOBODY)


def exchange(inverse: FloatArray, basis: IntArray, entering: FloatArray, row: IntArray, column: IntArray) -> None:
    """Let a column take the place of a row's variable, in inverse and basis; ``entering`` is the column in terms of the basis."""
    units = np.arange(len(row))
    pivoted = inverse[units, row] / entering[units, row][:, None]
    inverse -= entering[:, :, None] * pivoted[:, None, :]
    inverse[units, row] = pivoted
    basis[units, row] = column
