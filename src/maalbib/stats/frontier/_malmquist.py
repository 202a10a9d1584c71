"""Change over time against moving frontiers: Malmquist's index and its two parts."""

from __future__ import annotations

import itertools
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray
from maalbib.stats.frontier._scored import Side, scored, units_table

__all__ = ["Malmquist", "malmquist"]


@attrs.frozen(kw_only=True, eq=False)
class Malmquist(ArrayResult):
    """Change of productivity from each period to the next; arrays of shape (periods - 1, units).

    Above 1 is progress and below 1 is decline, in all three figures and whichever the orientation.

    Attributes
    ----------
    progress
        Malmquist's index: the change of productivity, as a factor. Catching up times frontier shift.
    catching_up
        How much nearer its own period's frontier the unit has come ("efficiency change").
    frontier_shift
        How much the frontier has moved where the unit is ("technical change").
    old_on_old, new_on_old, new_on_new, old_on_new
        The scores behind: the unit in the earlier (old) or later (new) period, on the frontier of the earlier or later one.
        They are scores of the orientation: for outputs, at least 1 on the own frontier.
    orientation
        The way that the scores are counted.
    reason
        Why there is no figure: ``missing_input``; ``beyond_other_frontier``: in one period the unit lies outside what the other
        period's units can be compared with; else why a score is missing. The scores that are there stand. Empty where all is well.

    Examples
    --------
    >>> from maalbib.stats import malmquist
    >>> found = malmquist([[[10], [28]], [[12], [26]]], [[[5], [7]], [[6], [8]]])
    >>> found.progress.round(4).tolist(), found.frontier_shift.tolist()
    ([[1.0, 1.2308]], [[1.0, 1.0]])
    """

    progress: FloatArray
    catching_up: FloatArray
    frontier_shift: FloatArray
    old_on_old: FloatArray
    new_on_old: FloatArray
    new_on_new: FloatArray
    old_on_new: FloatArray
    orientation: str
    reason: ReasonArray


def malmquist(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: Literal["crs", "vrs", "nirs", "ndrs", "fdh"] = "crs",
    orientation: Literal["input", "output"] = "input",
) -> Malmquist:
    """Measure change of productivity, split into catching up with the frontier and the frontier's own movement.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, at least 0, shapes (periods, units, inputs) and (periods, units, outputs); a unit has the
        same place in every period. A unit with a NaN takes no part in that period.
    returns
        Returns to scale of the frontiers, see :func:`efficiency`. The index is one of total productivity under ``"crs"`` only.
    orientation
        ``"input"`` or ``"output"``.

    Returns
    -------
    Malmquist
        Index, parts and scores from each period to the next, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    With e the score and old, new the periods, catching up = e(new on new) / e(old on old) and frontier shift =
    sqrt(e(new on old) / e(new on new) * e(old on old) / e(old on new)) [1]_. Scores of outputs are larger the worse, and each
    figure is turned over, so that above 1 is progress in both orientations. Under other returns than ``"crs"`` a unit can lie
    where the other period's frontier does not reach: then there is no index, and the reason says so. A frontier is
    made of all units observed in its period. Prices must be those of one year, or inflation is counted as decline. Cost: three
    times :func:`efficiency` for each period.

    References
    ----------
    .. [1] Färe, R., Grosskopf, S., Norris, M. and Zhang, Z. (1994). Productivity growth, technical progress, and efficiency change
       in industrialized countries. American Economic Review 84(1), 66-83.

    Examples
    --------
    Twice as much out of the same, by everybody: the frontier has moved and nobody has caught up.

    >>> found = malmquist([[[4.0], [5.0]], [[4.0], [5.0]]], [[[2.0], [2.0]], [[4.0], [4.0]]], orientation="output")
    >>> found.progress.tolist(), found.catching_up.tolist(), found.frontier_shift.tolist()
    ([[2.0, 2.0]], [[1.0, 1.0]], [[2.0, 2.0]])
    """
    x, y = units_table(inputs, outputs, ndim=3)
    periods = [(x[place], y[place]) for place in range(len(x))]

    def against(units: Side, others: Side) -> tuple[FloatArray, ReasonArray]:
        return scored(units, others, returns=returns, orientation=orientation)

    own = [against(each, each) for each in periods]
    steps = list(itertools.pairwise(periods))
    scores = {
        "old_on_old": own[:-1],
        "new_on_old": [against(new, old) for old, new in steps],
        "new_on_new": own[1:],
        "old_on_new": [against(old, new) for old, new in steps],
    }
    shape = (len(steps), x.shape[1])
    found = {name: np.array([score for score, _ in each]).reshape(shape) for name, each in scores.items()}
    said = {name: np.array([why for _, why in each], dtype=object).reshape(shape) for name, each in scores.items()}
    with np.errstate(all="ignore"):
        catching_up = found["new_on_new"] / found["old_on_old"]
        shift = np.sqrt(found["new_on_old"] / found["new_on_new"] * (found["old_on_old"] / found["old_on_new"]))
    if orientation == "output":
        catching_up, shift = 1 / catching_up, 1 / shift
    reason = _reasons(said)
    return Malmquist(
        progress=catching_up * shift,
        catching_up=catching_up,
        frontier_shift=shift,
        orientation=orientation,
        reason=reason,
        **found,
    )


def _reasons(said: dict[str, ReasonArray]) -> ReasonArray:
    """Return why a figure is missing: what is wrong with the unit itself first, then with its place on the other frontier."""
    reason = said["old_on_old"].copy()
    for name in ("new_on_new", "new_on_old", "old_on_new"):
        own = name == "new_on_new"
        word = said[name] if own else np.where(said[name] == "infeasible", "beyond_other_frontier", said[name])
        reason = np.where(reason == "", word, reason)
    return reason.astype(object)
