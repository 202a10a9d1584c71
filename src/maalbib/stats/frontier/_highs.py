"""Programs that the search did not settle, given to another solver. Its answers are proved like any other."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, Answers
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology
from maalbib.stats.frontier._proof import tidied

__all__ = ["other_answer"]

_ROOM: Final = 1e-13
_OPTIONS: Final = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_SOLVED: Final = 0


def other_answer(technology: Technology, programs: Programs, reward: FloatArray | None) -> tuple[Answers, FloatArray]:
    """Return what HiGHS says of one unit, and what the rows are worth in slacks."""
    answers, prices = Answers.none(1, technology.rows), np.zeros((1, technology.rows))
    units = np.flatnonzero(np.arange(technology.units) != programs.closed[0])
    columns = technology.columns[:, units]
    own, constant, moving = programs.own[0], programs.constant[0], programs.moving[0]
    solved = _solve(
        np.append(np.zeros(len(units)), 1.0), np.column_stack([columns, -moving]), constant, technology, free=1
    )
    if solved is None:
        ray = _contradiction(columns, constant, moving, own, technology)
        if ray is None:
            return answers, prices
        return attrs.evolve(
            answers, state=np.array([INFEASIBLE]), multipliers=tidied(technology, programs, ray[None])
        ), prices
    value, rows = solved
    score, weights = float(value[-1]), value[:-1]
    if reward is not None:
        fuller = _solve(reward @ columns, columns, constant + score * moving + _ROOM * own, technology, free=0)
        if fuller is not None:
            weights, prices = fuller[0], (reward + fuller[1])[None]
    slack = np.maximum(constant + score * moving - columns @ weights, 0.0)
    most = np.sort(np.argsort(-weights, kind="stable")[: technology.rows])
    peers = np.full(technology.rows, NOBODY)
    peers[: len(most)] = np.where(weights[most] > 0, units[most], NOBODY)
    return attrs.evolve(
        answers,
        state=np.array([OPTIMAL]),
        score=np.array([score]),
        peers=peers[None],
        weights=np.maximum(np.pad(weights[most], (0, technology.rows - len(most))), 0.0)[None],
        slack=slack[None],
        multipliers=tidied(technology, programs, rows[None]),
    ), prices


def _solve(
    cost: FloatArray, columns: FloatArray, limit: FloatArray, technology: Technology, *, free: int
) -> tuple[FloatArray, FloatArray] | None:
    """Return the solution and the multipliers of the rows; the last ``free`` variables may be negative."""
    from scipy.optimize import linprog

    if not (np.isfinite(columns).all() and np.isfinite(limit).all()):  # sizes too far apart for doubles
        return None
    last = technology.rows - technology.fixed
    bounds = [(0, None)] * (columns.shape[1] - free) + [(None, None)] * free
    solver: Any = linprog
    found = solver(
        cost,
        A_ub=columns[:last],
        b_ub=limit[:last],
        A_eq=columns[last:] if technology.fixed else None,
        b_eq=limit[last:] if technology.fixed else None,
        bounds=bounds,
        method="highs",
        options=_OPTIONS,
    )
    if found.status != _SOLVED:
        return None
    return np.asarray(found.x), -np.concatenate([found.ineqlin.marginals, found.eqlin.marginals])


def _contradiction(
    columns: FloatArray, constant: FloatArray, moving: FloatArray, own: FloatArray, technology: Technology
) -> FloatArray | None:
    """Return the rows whose sum cannot be fulfilled: the multipliers of the least by which all must be missed."""
    missing = np.diag(own)
    both = np.column_stack([columns, -missing])
    if technology.fixed:
        both = np.column_stack([both, missing[:, -1]])
    cost = np.append(np.zeros(columns.shape[1]), np.ones(both.shape[1] - columns.shape[1]))
    found = _solve(np.append(cost, 0.0), np.column_stack([both, -moving]), constant, technology, free=1)
    return None if found is None else found[1]
