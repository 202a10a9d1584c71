"""How much a score hangs on single peers: the most influential one is left out, again and again."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, whole_number
from maalbib.stats.frontier._efficiency import efficiency
from maalbib.stats.frontier._scored import complete, scored, units_table

__all__ = ["EfficiencyLadder", "efficiency_ladder"]


@attrs.frozen(kw_only=True, eq=False)
class EfficiencyLadder(ArrayResult):
    """How the score of one unit rises as its most influential peers are left out; arrays of shape (rungs,).

    Attributes
    ----------
    dropped
        Position of the unit left out for this rung, with those of all rungs before; -1 on the first.
    score
        The score against those that are left. The unit itself is never among them.
    reason
        Why there is no score: ``infeasible`` where nobody is left who does as much. Empty where all is well.

    Examples
    --------
    >>> from maalbib.stats import efficiency_ladder
    >>> found = efficiency_ladder([[2.0], [1.0], [1.5]], [[1.0], [1.0], [1.0]], 0)
    >>> found.dropped.tolist(), found.score.tolist(), found.reason.tolist()
    ([-1, 1, 2], [0.5, 0.75, nan], ['', '', 'infeasible'])
    """

    dropped: IntArray
    score: FloatArray
    reason: ReasonArray


def efficiency_ladder(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    unit: int,
    *,
    returns: Literal["crs", "vrs", "nirs", "ndrs", "fdh"] = "vrs",
    orientation: Literal["input", "output"] = "input",
    steps: int = 5,
) -> EfficiencyLadder:
    """Leave out the peer that the score of a unit hangs on most, and again, and show how the score climbs.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, at least 0, shapes (units, inputs) and (units, outputs). A unit with a NaN takes no part.
    unit
        Position of the unit.
    returns, orientation
        As in :func:`efficiency`.
    steps
        How many peers are left out at most, at least 1.

    Returns
    -------
    EfficiencyLadder
        A rung for the score against all others, and one for each peer left out. It ends where there is no score, or no proof
        of who the peers are.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, there is no such unit, or an option is out of range.

    Notes
    -----
    On each rung every peer of the unit is left out by itself, and the one without which the score changes most stays out [1]_; of
    equals, the first. A unit at the frontier begins with its super-efficiency, above 1 for inputs. A ladder
    with a large first step says that the score rests on one unit: look at that unit's figures first. Cost: a score
    for each peer and rung.

    References
    ----------
    .. [1] Bogetoft, P. and Otto, L. (2011). Benchmarking with DEA, SFA, and R. Springer.

    Examples
    --------
    >>> found = efficiency_ladder([[100], [200], [300], [500]], [[75], [100], [300], [400]], 1)
    >>> found.dropped.tolist(), found.score.round(3).tolist()
    ([-1, 0, 2, 3], [0.611, 1.5, 2.5, nan])
    """
    x, y = units_table(inputs, outputs)
    count = whole_number("steps", steps, low=1)
    place = whole_number("unit", unit, low=0)
    if place >= len(x):
        raise ArgumentError("frontier.member", units=len(x))
    own = (x[place : place + 1], y[place : place + 1])

    def score(left: IntArray) -> tuple[float, str]:
        found, why = scored(own, (x[left], y[left]), returns=returns, orientation=orientation)
        return float(found[0]), str(why[0])

    def peers_among(left: IntArray) -> IntArray:
        found = efficiency(*own, reference=(x[left], y[left]), returns=returns, orientation=orientation)
        return left[np.sort(found.peers)]

    left = np.flatnonzero(complete((x, y)))
    left = left[left != place]
    dropped, rungs = [-1], [score(left)]
    while rungs[-1][1] == "" and len(rungs) <= count:
        peers = peers_among(left)
        if not len(peers):  # the score is proved, the slacks that settle the peers are not
            break
        without = [score(left[left != peer]) for peer in peers.tolist()]
        best = int(np.argmax([_change(each, orientation) for each in without]))
        left = left[left != peers[best]]
        dropped.append(int(peers[best]))
        rungs.append(without[best])
    return EfficiencyLadder(
        dropped=np.array(dropped, dtype=np.int64),
        score=np.array([value for value, _ in rungs]),
        reason=np.array([why for _, why in rungs], dtype=object),
    )


def _change(rung: tuple[float, str], orientation: str) -> float:
    """Return what orders the rungs; without anybody to compare with is the largest change."""
    value, why = rung
    if why:
        return np.inf
    return value if orientation == "input" else -value
