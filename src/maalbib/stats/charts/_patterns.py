"""Where the points of a chart make the pattern of a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray
from maalbib.stats.charts._chain import Chain, Places, Runs
from maalbib.stats.charts._limits import NOISE
from maalbib.stats.charts._piece import Piece
from maalbib.stats.charts._rule import Rule

__all__ = ["Found", "found_by", "side_runs"]

_DRAWN: Final = 3  # standard deviations: the limits as they are drawn
_NOWHERE: Final[Places] = np.empty(0, dtype=np.intp)


@attrs.frozen(eq=False)
class Found:
    """Places of a piece that a rule marks.

    Attributes
    ----------
    up, down
        Members of patterns with a direction.
    either
        Members of patterns without one.
    """

    up: Places = _NOWHERE
    down: Places = _NOWHERE
    either: Places = _NOWHERE


def found_by(rule: Rule, piece: Piece) -> Found:
    """Return what a rule for points marks."""
    return _SEARCHES[rule.kind](rule, piece)


def side_runs(rule: Rule, piece: Piece) -> tuple[Chain, Runs, npt.NDArray[np.int8]]:
    """Return the points of a chart in runs on one side of the centre, and their sides."""
    chain = piece.chain
    if rule.on_centre != "breaks":
        chain = chain.without(piece.side[chain.at] == 0, breaks=False)
    side = piece.side[chain.at]
    return chain, chain.runs(side), side


def _beyond(rule: Rule, piece: Piece) -> Found:
    if rule.sigma == _DRAWN:
        at, out = piece.chain.at, piece.beyond[piece.chain.at]
        return Found(at[out > 0], at[out < 0])
    at = piece.zone_chain.at
    out = _outside(piece, at, rule.sigma or 0.0)
    return Found(at[out > 0], at[out < 0])


def _run_side(rule: Rule, piece: Piece) -> Found:
    chain, runs, side = side_runs(rule, piece)
    marked = _marked(rule, runs)
    return Found(chain.at[marked & (side > 0)], chain.at[marked & (side < 0)])


def _monotone(rule: Rule, piece: Piece) -> Found:
    chain, steps = piece.chain, _steps(piece)
    # A run of n - 1 steps connects n points; the first of them is where the first step comes from.
    runs = chain.runs(steps)
    enough = _length(rule) - 1
    long = (steps != 0) & (runs.length >= enough)
    if rule.flags == "last":
        last = long & (runs.position >= enough - 1)
        return Found(chain.at[last & (steps > 0)], chain.at[last & (steps < 0)])
    return Found(*(chain.at[_with_previous(long & (steps == way))] for way in (1, -1)))


def _alternating(rule: Rule, piece: Piece) -> Found:
    chain, steps = piece.chain, _steps(piece)
    turns = np.zeros(len(steps), dtype=np.bool_)
    turns[1:] = steps[1:] * steps[:-1] < 0
    runs = chain.runs(turns)
    enough = _length(rule) - 2
    long = turns & (runs.length >= enough)
    if rule.flags == "last":
        return Found(either=chain.at[long & (runs.position >= enough - 1)])
    return Found(either=chain.at[_with_previous(_with_previous(long))])


def _within(rule: Rule, piece: Piece) -> Found:
    at = piece.zone_chain.at
    room = (rule.sigma or 0.0) * piece.limits.sigma[at] - np.abs(piece.above[at])
    return _unbroken(rule, piece.zone_chain, room > piece.noise[at])


def _outside_both(rule: Rule, piece: Piece) -> Found:
    chain = piece.zone_chain
    return _unbroken(rule, chain, _outside(piece, chain.at, rule.sigma or 0.0) != 0)


def _unbroken(rule: Rule, chain: Chain, holds: BoolArray) -> Found:
    return Found(either=chain.at[holds & _marked(rule, chain.runs(holds))])


def _k_of_m(rule: Rule, piece: Piece) -> Found:
    chain = piece.zone_chain
    out = _outside(piece, chain.at, rule.sigma or 0.0)
    if rule.counts_beyond == _DRAWN:
        out[piece.beyond[chain.at] != 0] = 0
    elif rule.counts_beyond is not None:
        out[_outside(piece, chain.at, rule.counts_beyond) != 0] = 0
    side = piece.side[chain.at]
    return Found(*(chain.at[_marked_windows(rule, chain, way * out > 0, way * side > 0)] for way in (1, -1)))


def _marked_windows(rule: Rule, chain: Chain, counts: BoolArray, same_side: BoolArray) -> BoolArray:
    k, m = rule.k or 1, rule.m or 1
    holds = chain.windows(m) & (_sums(counts, m) >= k)
    if rule.others == "same_side":
        holds &= _sums(same_side, m) == m
    if rule.flags == "last":
        return holds
    covered = holds.copy()
    for back in range(1, min(m, len(holds))):
        covered[:-back] |= holds[back:]
    return covered if rule.flags == "window" else covered & counts


def _sums(flags: BoolArray, length: int) -> npt.NDArray[np.int64]:
    """Return how many of the last ``length`` flags are set."""
    total = np.cumsum(flags, dtype=np.int64)
    total[length:] -= total[:-length].copy()
    return total


def _outside(piece: Piece, at: Places, sigma: float) -> npt.NDArray[np.int8]:
    """Return the side on which points lie strictly more than so many sigma out."""
    above = piece.above[at]
    far = np.abs(above) - sigma * piece.limits.sigma[at] > piece.noise[at]
    return np.where(far, np.sign(above), 0.0).astype(np.int8)


def _steps(piece: Piece) -> npt.NDArray[np.int8]:
    """Return the direction from the point before, 0 for a tie and where nothing connects."""
    chain = piece.chain
    y = piece.limits.values[chain.at]
    steps = np.zeros(len(y), dtype=np.int8)
    change = np.diff(y)
    tie = np.abs(change) <= NOISE * np.maximum(np.abs(y[1:]), np.abs(y[:-1]))
    connected = chain.stretch[1:] == chain.stretch[:-1]
    steps[1:] = np.where(connected & ~tie, np.sign(change), 0.0)
    return steps


def _with_previous(flags: BoolArray) -> BoolArray:
    both = flags.copy()
    both[:-1] |= flags[1:]
    return both


def _marked(rule: Rule, runs: Runs) -> BoolArray:
    if rule.flags == "last":
        return np.asarray(runs.position >= _length(rule) - 1)
    return np.asarray(runs.length >= _length(rule))


def _length(rule: Rule) -> int:
    return rule.length or 1


_SEARCHES: Final[dict[str, Callable[[Rule, Piece], Found]]] = {
    "beyond": _beyond,
    "run_side": _run_side,
    "monotone": _monotone,
    "k_of_m": _k_of_m,
    "alternating": _alternating,
    "within": _within,
    "outside_both": _outside_both,
}
