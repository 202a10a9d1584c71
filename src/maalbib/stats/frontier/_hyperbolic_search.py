"""The search for the factor of a hyperbola: linear programs along its tangents, and the proof of where they end."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED, Answers
from maalbib.stats.frontier._compared import Compared
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology
from maalbib.stats.frontier._proof import missed_rows, sound
from maalbib.stats.frontier._reference import core_units
from maalbib.stats.frontier._solved import solved

__all__ = ["Curved", "curved"]

_MOST_TANGENTS: Final = 60
_CLOSE: Final = 1e-13  # a gap that a further tangent would hardly narrow


@attrs.frozen(kw_only=True, eq=False)
class Curved:
    """What was found of the units that could be judged: ``units`` are their places, ``kinds`` their peers in the reference."""

    units: IntArray
    state: IntArray
    score: FloatArray
    lower: FloatArray
    kinds: IntArray
    lambdas: FloatArray
    primal: FloatArray
    dual: FloatArray
    gap: FloatArray

    @classmethod
    def none(cls, units: IntArray, rows: int) -> Curved:
        """Return room for the answers of some units."""
        numbers = {name: np.full(len(units), np.nan) for name in ("score", "lower", "primal", "dual", "gap")}
        return cls(
            units=units,
            state=np.full(len(units), UNFINISHED),
            kinds=np.full((len(units), rows), NOBODY),
            lambdas=np.zeros((len(units), rows)),
            **numbers,
        )


@np.errstate(all="ignore")  # sizes may lie too far apart for doubles: then nothing is proved
def curved(compared: Compared, returns: str, *, fallback: bool) -> Curved:
    """Return the least factor of each unit that can be judged, with its proof."""
    units, known = compared.judged, compared.reference
    technology = Technology.of(known.inputs, known.outputs, returns)
    closed = np.full(len(units), NOBODY)
    straight = Programs.to(technology, compared.inputs[units], compared.outputs[units], closed, orientation="input")
    core = core_units(technology, known)
    found = Curved.none(units, technology.rows)
    factor, left = np.ones(len(units)), np.arange(len(units))
    for _ in range(_MOST_TANGENTS):
        if not len(left):
            break
        mine = straight.of(left)
        answers = solved(
            technology, _tangents(technology, mine, factor[left]), None, core=core, fallback=fallback, block=None
        )
        ended = _settle(technology, mine, answers, left, found)
        factor[left] = answers.score
        left = left[~ended]
    return found


def _tangents(technology: Technology, programs: Programs, factor: FloatArray) -> Programs:
    """Return programs whose outputs follow the tangent of the hyperbola: 2/f - t/f^2 of the unit's own in place of 1/t."""
    rows = np.arange(technology.rows)
    made = (rows >= technology.inputs) & (rows < technology.rows - technology.summed)
    at = factor[:, None]
    return attrs.evolve(
        programs,
        constant=np.where(made, 2 * programs.constant / at, programs.constant),
        moving=np.where(made, -programs.constant / at**2, programs.moving),
    )


def _settle(
    technology: Technology, programs: Programs, answers: Answers, place: IntArray, found: Curved
) -> BoolArray:
    """Take over what is proved of the programs as they are, and return which units need no further tangent.

    A proved answer gets one more, which takes most of what is left of the gap.
    """
    rows = np.arange(technology.rows)
    made = (rows >= technology.inputs) & (rows < technology.rows - technology.summed)
    score = answers.score
    exact = attrs.evolve(programs, constant=np.where(made, programs.constant / score[:, None], programs.constant))
    primal = missed_rows(technology, exact, score, answers.peers, answers.weights)
    lower = _lowest(programs, answers.multipliers, made)
    gap = np.abs(score - lower) / score
    before = found.state[place] == OPTIMAL
    best = (answers.state == OPTIMAL) & (score > 0)
    proved = best & sound(primal) & sound(gap) & ~(before & (gap > found.gap[place]))
    hopeless = (answers.state == INFEASIBLE) & ~before
    mine = place[proved]
    stretch = technology.stretch[np.maximum(answers.peers, 0)]
    found.state[mine] = OPTIMAL
    found.score[mine], found.lower[mine] = score[proved], lower[proved]
    found.kinds[mine] = answers.peers[proved]
    found.lambdas[mine] = np.where(answers.peers == NOBODY, 0.0, answers.weights / stretch)[proved]
    found.primal[mine], found.dual[mine], found.gap[mine] = primal[proved], answers.dual[proved], gap[proved]
    found.state[place[hopeless]] = INFEASIBLE
    found.dual[place[hopeless]] = answers.dual[hopeless]
    return np.asarray(before | hopeless | ~best | (proved & (gap <= _CLOSE)))


def _lowest(programs: Programs, multipliers: FloatArray, made: BoolArray) -> FloatArray:
    """Return the least factor t that the prices of the rows allow: the root above 0 of U t^2 + W t = V."""
    used = (multipliers * programs.moving).sum(axis=1)
    value = -(multipliers * np.where(made, programs.constant, 0.0)).sum(axis=1)
    fixed = (multipliers * np.where(made, 0.0, programs.constant)).sum(axis=1)
    root = np.sqrt(fixed**2 + 4 * used * value)
    # The form that takes no difference of like numbers.
    found: FloatArray = np.where(fixed > 0, 2 * value / (fixed + root), (root - fixed) / (2 * used))
    return found
