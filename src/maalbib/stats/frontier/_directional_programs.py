"""The linear programs of directional distances, in the form that the search and the proofs take.

A step is taken backwards, t = -beta, so that the program is ``min t`` again. What must be equal, the undesirable outputs, stands in two
rows, once as an input and once as an output. Each unit has a column at work and, but for constant returns, one laid down.
"""

from __future__ import annotations

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._answers import OPTIMAL
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology
from maalbib.stats.frontier._reference import Reference
from maalbib.stats.frontier._solved import solved

__all__ = ["Straight", "straight"]

Tables = tuple[FloatArray, FloatArray, FloatArray]
"""Inputs, outputs and undesirable outputs of the same units."""


@attrs.frozen(kw_only=True, eq=False)
class Straight:
    """What was found of the units that could be judged.

    Attributes
    ----------
    units
        Their places.
    state, distance, primal, dual, gap
        What was found of each, and how well it is proved.
    members, columns, weights
        Peers of each among units of the reference set, which column of each is used (0 at work, 1 laid down), and with what weight.
    prices
        Prices of inputs, outputs and undesirable outputs.
    """

    units: IntArray
    state: IntArray
    distance: FloatArray
    members: IntArray
    columns: IntArray
    weights: FloatArray
    prices: Tables
    primal: FloatArray
    dual: FloatArray
    gap: FloatArray

    def lists(self, count: int) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
        """Return the peers of all units one after another with both weights, and where those of each start."""
        row, place = np.nonzero((self.weights > 0) & (self.state == OPTIMAL)[:, None])
        peer, weight = self.members[row, place], self.weights[row, place]
        at_work = self.columns[row, place] == 0
        pairs, inverse = np.unique(np.stack([self.units[row], peer], axis=1), axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)  # NumPy 2.0 kept a second dimension
        lambdas, active = np.zeros(len(pairs)), np.zeros(len(pairs))
        np.add.at(lambdas, inverse, weight)
        np.add.at(active, inverse, np.where(at_work, weight, 0.0))
        each = np.bincount(pairs[:, 0], minlength=count)
        starts = np.concatenate([[0], np.cumsum(each)]).astype(np.int64)
        return starts, pairs[:, 1].astype(np.int64), lambdas, active


@np.errstate(all="ignore")  # sizes may lie too far apart for doubles: then nothing is proved
def straight(
    tables: Tables, steps: Tables, units: IntArray, usable: BoolArray, returns: str, *, fallback: bool
) -> Straight:
    """Return the largest number of steps of each of some units against the usable ones, with its proof."""
    x, y, bad = tables
    known = Reference.of(np.concatenate([x, bad], axis=1), np.concatenate([y, bad], axis=1), usable)
    technology = Technology.of(*_columns(known, x.shape[1], returns), returns)
    programs = _programs(technology, _of(tables, units), _of(steps, units))
    answers = solved(technology, programs, None, core=None, fallback=fallback, block=None)
    best = answers.state == OPTIMAL
    column = np.maximum(answers.peers, 0)
    used = (answers.peers != NOBODY) & best[:, None]
    kinds = column % max(len(known), 1)
    size = technology.stretch[column] if technology.units else np.ones(column.shape)
    mine = known.kind[units][:, None]
    places = known.first[kinds] if len(known) else kinds
    return Straight(
        units=units,
        state=answers.state,
        distance=np.where(best, 0.0 - answers.score, np.nan),
        members=np.where(kinds == mine, units[:, None], places),
        columns=column // max(len(known), 1),
        weights=np.where(used, answers.weights / size, 0.0),
        prices=_prices(technology, np.where(best[:, None], answers.multipliers, np.nan), tables),
        primal=answers.primal,
        dual=answers.dual,
        gap=answers.gap,
    )


def _of(tables: Tables, units: IntArray) -> Tables:
    return tables[0][units], tables[1][units], tables[2][units]


def _columns(known: Reference, inputs: int, returns: str) -> tuple[FloatArray, FloatArray]:
    """Return what stands in place of inputs and outputs: each unit at work, then each laid down."""
    if returns == "crs" or known.inputs.shape[1] == inputs:
        return known.inputs, known.outputs
    idle = known.inputs.copy()
    idle[:, inputs:] = 0.0
    return np.concatenate([known.inputs, idle]), np.concatenate([known.outputs, np.zeros_like(known.outputs)])


def _programs(technology: Technology, own: Tables, steps: Tables) -> Programs:
    x, y, bad = own
    step_x, step_y, step_bad = steps
    both = np.concatenate([x, bad], axis=1), np.concatenate([y, bad], axis=1)
    nobody = np.full(len(x), NOBODY)
    still = Programs.to(technology, *both, nobody, orientation="input")
    moves = np.concatenate([step_x, step_bad, step_y, -step_bad], axis=1)
    moving = np.zeros_like(still.constant)
    moving[:, : moves.shape[1]] = moves / technology.size[: moves.shape[1]]
    return attrs.evolve(still, constant=still.constant + still.moving, moving=moving)


def _prices(technology: Technology, multipliers: FloatArray, tables: Tables) -> Tables:
    """Return the prices of inputs, outputs and undesirable outputs in the units of measurement of the data."""
    counts = [table.shape[1] for table in (tables[0], tables[2], tables[1], tables[2])]
    parts = np.split(multipliers / technology.size, np.cumsum(counts), axis=1)
    return parts[0], parts[2], parts[1] - parts[3]
