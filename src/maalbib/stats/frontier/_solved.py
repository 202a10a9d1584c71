"""Programs solved and proved: at once, then with care, then by another solver; what remains has no answer."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED, Answers
from maalbib.stats.frontier._dual_simplex import (
    Bases,
    basis_columns,
    best_bases,
    inverses,
    solutions,
)
from maalbib.stats.frontier._face_simplex import fullest_bases, slack_prices
from maalbib.stats.frontier._highs import other_answer
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology
from maalbib.stats.frontier._proof import bound_gap, column_errors, missed_rows, ray_gap, slack_gain, sound, tidied

__all__ = ["solved"]

_NOISE: Final = 1e-13
_ELEMENTS: Final = 2**17  # of an array of units by columns: what a processor keeps near


def solved(
    technology: Technology,
    programs: Programs,
    reward: FloatArray | None,
    *,
    core: IntArray | None,
    fallback: bool,
    block: int | None,
) -> Answers:
    """Return the answers of all programs.

    ``core`` are the units of the technology that can be on its frontier, None for all. The search is among them; every proof is
    held against all. ``reward`` is what the slack of each row counts for; no slacks are sought where None.
    """
    found = Answers.none(len(programs), technology.rows)
    # Without a unit that makes the frontier, others come to the fore: only then the search is among all.
    among_all = np.ones(len(programs), dtype=bool) if core is None else np.isin(programs.closed, core)
    with np.errstate(all="ignore"):
        if core is not None:
            _search(technology, programs, reward, found, np.flatnonzero(~among_all), core=core, block=block)
        _search(technology, programs, reward, found, np.flatnonzero(among_all), core=None, block=block)
        left = np.flatnonzero(found.state == UNFINISHED)
        _search(technology, programs, reward, found, left, core=None, block=block, careful=True)
        if fallback:
            for unit in np.flatnonzero(found.state == UNFINISHED):
                place = np.array([unit])
                answer = other_answer(technology, programs.of(place), reward)
                found.put(place, _checked(technology, programs.of(place), *answer, reward))
    return found


def _search(
    technology: Technology,
    programs: Programs,
    reward: FloatArray | None,
    found: Answers,
    units: IntArray,
    *,
    core: IntArray | None,
    block: int | None,
    careful: bool = False,
) -> None:
    """Search for some units, so many at a time, and keep the answers that are proved."""
    if not len(units):
        return
    room = technology if core is None else technology.only(core)
    step = max(1, _ELEMENTS // room.columns.shape[1]) if block is None else block
    for start in range(0, len(units), step):
        place = units[start : start + step]
        mine = programs.of(place)
        within = mine if core is None else attrs.evolve(mine, closed=np.full(len(mine), NOBODY))
        bases = best_bases(room, within, careful=careful)
        answers, prices = _answers(room, within, bases, reward, careful=careful)
        if core is not None and len(core):
            peers = np.where(answers.peers == NOBODY, NOBODY, core[np.maximum(answers.peers, 0)])
            answers = attrs.evolve(answers, peers=peers)
        found.put(place, _checked(technology, mine, answers, prices, reward))


def _answers(
    room: Technology, programs: Programs, bases: Bases, reward: FloatArray | None, *, careful: bool
) -> tuple[Answers, FloatArray]:
    """Return the answers that fresh solves of the last bases give, not proved yet, and what rows are worth in slacks."""
    answers = Answers.none(len(programs), room.rows)
    prices = np.zeros((len(programs), room.rows))
    matrix = basis_columns(room, programs, bases.basis)
    asked = np.where(bases.state == INFEASIBLE, bases.blocked, bases.score_at)
    edge = solutions(matrix.transpose(0, 2, 1), np.eye(room.rows)[asked])
    side = np.where(bases.state == INFEASIBLE, bases.side, -1.0)
    multipliers = tidied(room, programs, edge * side[:, None])
    value = solutions(matrix, programs.constant)
    score = np.where(bases.state == OPTIMAL, value[np.arange(len(value)), bases.score_at], np.nan)
    basis = bases.basis
    if reward is not None:
        scored = np.flatnonzero(score > 0)
        basis = basis.copy()
        basis[scored] = fullest_bases(
            room, programs.of(scored), basis[scored], multipliers[scored], reward, careful=careful
        )
        matrix = basis_columns(room, programs, basis)
        value = solutions(matrix, programs.constant)
        prices = slack_prices(room, basis, inverses(matrix), reward)
    peers, weights, slack = _read(room, basis, value)
    weights = _without_noise(room, programs, peers, weights)
    found = attrs.evolve(
        answers, state=bases.state, score=score, peers=peers, weights=weights, slack=slack, multipliers=multipliers
    )
    return found, prices


def _read(room: Technology, basis: IntArray, value: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return peers, weights and slacks of basic variables; what is below 0 by rounding is 0."""
    real = basis < room.units
    slack = np.zeros(basis.shape)
    unit, place = np.nonzero((basis >= room.units) & (basis < room.columns.shape[1]))
    slack[unit, basis[unit, place] - room.units] = np.maximum(value[unit, place], 0.0)
    return np.where(real, basis, NOBODY), np.where(real, np.maximum(value, 0.0), 0.0), slack


def _without_noise(room: Technology, programs: Programs, peers: IntArray, weights: FloatArray) -> FloatArray:
    """Return weights with those set to 0 that no row can tell from 0."""
    part = np.abs(room.columns[:, np.maximum(peers, 0)]).transpose(1, 2, 0) / programs.own[:, None, :]
    return np.where(weights * part.max(axis=2) > _NOISE, weights, 0.0)


def _checked(
    technology: Technology, programs: Programs, answers: Answers, prices: FloatArray, reward: FloatArray | None
) -> Answers:
    """Return the answers with their proofs; what is not proved is UNFINISHED."""
    best = answers.state == OPTIMAL
    below, more = column_errors(technology, programs, answers.multipliers, None if reward is None else prices)
    if reward is not None:
        more = np.maximum(more, slack_gain(technology, answers.multipliers, prices, reward))
    primal = missed_rows(technology, programs, answers.score, answers.peers, answers.weights, answers.slack)
    gap = np.where(
        best, bound_gap(programs, answers.score, answers.multipliers), ray_gap(programs, answers.multipliers)
    )
    proved = sound(below) & sound(gap) & (~best | (sound(primal) & sound(more)))
    return attrs.evolve(
        answers,
        state=np.where(proved, answers.state, UNFINISHED),
        primal=np.where(best, primal, np.nan),
        dual=np.maximum(below, np.where(best, more, 0.0)),
        gap=gap,
    )
