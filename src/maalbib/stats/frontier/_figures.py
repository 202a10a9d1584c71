"""Answers in the units of measurement that the data came in."""

from __future__ import annotations

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED, Answers
from maalbib.stats.frontier._compared import Compared
from maalbib.stats.frontier._free_disposal import best_real_units
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology
from maalbib.stats.frontier._reference import core_units
from maalbib.stats.frontier._solved import solved

__all__ = ["Figures", "figures"]


@attrs.frozen(kw_only=True, eq=False)
class Figures:
    """What was found of the units that could be judged: ``units`` are their places, ``kinds`` their peers in the reference."""

    units: IntArray
    state: IntArray
    score: FloatArray
    kinds: IntArray
    lambdas: FloatArray
    slack_inputs: FloatArray
    slack_outputs: FloatArray
    weight_inputs: FloatArray
    weight_outputs: FloatArray
    weight_scale: FloatArray
    primal: FloatArray
    dual: FloatArray
    gap: FloatArray


@np.errstate(all="ignore")  # sizes may lie too far apart for doubles: then nothing is proved
def figures(
    compared: Compared, returns: str, orientation: str, *, slacks: str | None, fallback: bool, block: int | None
) -> Figures:
    """Return what is found of the units that can be judged; no slacks are sought where ``slacks`` is None."""
    units, known = compared.judged, compared.reference
    x, y, closed = compared.inputs[units], compared.outputs[units], compared.closed[units]
    worth = np.ones(x.shape[1] + y.shape[1])
    if slacks == "mean":
        worth = 1 / np.concatenate([known.input_means, known.output_means])
    if returns == "fdh":
        score, kind = best_real_units(x, y, known, closed, worth, orientation=orientation, block=block)
        return _of_real_units(compared, units, score, kind, orientation)
    technology = Technology.of(known.inputs, known.outputs, returns)
    programs = Programs.to(technology, x, y, closed, orientation=orientation)
    reward = np.append(worth, np.zeros(technology.rows - len(worth))) * technology.size
    answers = solved(
        technology,
        programs,
        None if slacks is None else reward,
        core=core_units(technology, known),
        fallback=fallback,
        block=block,
    )
    return _of_answers(technology, units, answers, orientation)


def _of_answers(technology: Technology, units: IntArray, answers: Answers, orientation: str) -> Figures:
    with np.errstate(all="ignore"):
        state = np.where((answers.state == OPTIMAL) & ~(answers.score > 0), UNFINISHED, answers.state)
        there = (state == OPTIMAL)[:, None]
        # By outputs everything was divided by the score.
        per = answers.score[:, None] if orientation == "output" else np.ones((len(units), 1))
        stretch = (
            np.where(answers.peers == NOBODY, 1.0, technology.stretch[np.maximum(answers.peers, 0)])
            if technology.units
            else 1.0
        )
        lambdas = np.where(there, answers.weights / stretch / per, 0.0)
        slack = np.where(there, answers.slack * technology.size / per, np.nan)
        prices = np.where(there, answers.multipliers / technology.size / per, np.nan)
        score = np.where(there[:, 0], answers.score, np.nan)
    m, last = technology.inputs, technology.rows - technology.summed
    used = lambdas > 0
    sign = 1.0 if technology.returns == "ndrs" else -1.0
    return Figures(
        units=units,
        state=state,
        score=1 / score if orientation == "output" else score,
        kinds=np.where(used, answers.peers, NOBODY),
        lambdas=lambdas,
        slack_inputs=slack[:, :m],
        slack_outputs=slack[:, m:last],
        weight_inputs=prices[:, :m],
        weight_outputs=prices[:, m:last],
        weight_scale=sign * prices[:, last] + 0.0 if technology.summed else np.where(there[:, 0], 0.0, np.nan),
        primal=answers.primal,
        dual=answers.dual,
        gap=answers.gap,
    )


def _of_real_units(
    compared: Compared, units: IntArray, score: FloatArray, kind: IntArray, orientation: str
) -> Figures:
    """Every real unit was looked at, which is proof enough."""
    found: BoolArray = kind != NOBODY
    x, y, known = compared.inputs[units], compared.outputs[units], compared.reference
    factor = score[:, None]
    radial_x, radial_y = (factor * x, y) if orientation == "input" else (x, factor * y)
    place = np.maximum(kind, 0)
    peer_x, peer_y = (known.inputs[place], known.outputs[place]) if len(known) else (np.nan * x, np.nan * y)
    exact = np.zeros(len(units))
    return Figures(
        units=units,
        state=np.where(found, OPTIMAL, INFEASIBLE),
        score=score,
        kinds=kind[:, None],
        lambdas=found[:, None].astype(np.float64),
        slack_inputs=np.where(found[:, None], np.maximum(radial_x - peer_x, 0.0), np.nan),
        slack_outputs=np.where(found[:, None], np.maximum(peer_y - radial_y, 0.0), np.nan),
        weight_inputs=np.full(x.shape, np.nan),
        weight_outputs=np.full(y.shape, np.nan),
        weight_scale=np.full(len(units), np.nan),
        primal=exact,
        dual=exact,
        gap=exact,
    )
