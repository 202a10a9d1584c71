"""Efficiency: what others, combined, show to be possible."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, number_or_nan, whole_number
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED
from maalbib.stats.frontier._compared import Compared, ReferenceSet
from maalbib.stats.frontier._efficiency_result import Efficiency
from maalbib.stats.frontier._figures import Figures, figures

__all__ = ["efficiency", "near", "radial_scores"]

_SLACK_SCALES: Final = ("mean", "none")
_NO_SCORE: Final = ("unbounded", "no_positive_output")


def efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: Literal["crs", "vrs", "nirs", "ndrs", "fdh"] = "vrs",
    orientation: Literal["input", "output"] = "input",
    reference: tuple[npt.ArrayLike, npt.ArrayLike] | npt.ArrayLike | None = None,
    exclude_self: bool = False,
    slack_scale: Literal["mean", "none"] = "mean",
    tolerance: float = 1e-6,
    fallback: bool = True,
    block: int | None = None,
) -> Efficiency:
    """Hold each unit against what others, combined, show to be possible (data envelopment analysis).

    A score says that others did it with less in these data. It does not say why, and it does not say waste.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, shapes (units, inputs) and (units, outputs): counts and amounts, not rates. NaN: the unit is
        not judged and is nobody's peer.
    returns
        Which combinations count: ``"crs"`` every multiple of every unit; ``"vrs"`` weights that add up to 1; ``"nirs"`` up to 1,
        so that large need not be as good as small; ``"ndrs"`` 1 and more, the reverse; ``"fdh"`` real units only.
    orientation
        ``"input"``: how far could the inputs fall; ``"output"``: how far could the outputs rise.
    reference
        Whose combinations count: the units themselves where None; a pair (inputs, outputs) of others, such as those of another
        period, with as many columns; or booleans, shape (units,), that choose some of the units.
    exclude_self
        Leave each unit out when it is judged (super-efficiency): scores then tell apart the units on the frontier, and how much
        each of them carries it. Not with a pair.
    slack_scale
        What a slack counts against those of other columns: 1 over the column's ``"mean"`` in the reference set, or ``"none"``.
    tolerance
        How near 1 a score counts as 1, and which share of a column's mean a slack must pass to count, 0 <= tolerance < 1.
    fallback
        Whether programs that were not proved go to HiGHS, which is in SciPy.
    block
        How many units are searched for at once; so many as a processor keeps near where None. Results do not depend on it.

    Returns
    -------
    Efficiency
        Scores, peers, slacks, targets, multipliers and proofs, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is not one of those above.

    Notes
    -----
    For unit k with weights lambda >= 0 of the reference units [1]_ [2]_::

        input:  min theta : X'lambda <= theta x_k,  Y'lambda >= y_k
        output: max phi   : X'lambda <= x_k,        Y'lambda >= phi y_k

    A second program seeks the largest sum of slacks at that score. Multipliers u, v, w price the same: v'y_j - u'x_j + w <= 0 for
    every reference unit j, w = 0 under crs; by inputs u'x_k = 1 and the score is v'y_k + w, by outputs v'y_k = 1 and it is u'x_k - w.

    Proof: each score is computed anew from where the search ended. Weights and slacks must fulfil every row, prices must leave no
    reference unit with a gain, and both must give the same score, each to 1e-9 of the terms involved. What fails is searched for
    again with the smallest index first, which cannot go in circles; then by HiGHS; what fails still has the outcome
    ``not_certified`` and no number. ``infeasible`` has a proof too: rows whose sum is a contradiction.

    Without itself a unit can be ``infeasible``: by inputs it makes more of something than all others, by outputs it uses less. A
    unit is ``infeasible`` by outputs too where others of no more inputs make nothing of one of its outputs. Under crs and nirs, and
    by outputs, negative outputs are refused; in a reference set they count as they are. Units whose inputs are all 0 are refused
    and are nobody's peer. Under fdh the slacks are those of the one peer.

    Scores and slacks are unique; peers and multipliers need not be. Of units with equal figures a unit is its own peer, else
    the first counts. Nothing depends on the order of the units but that.

    Cost: about 15 (m + s) steps of an array of units by reference units, 2^17 elements at a time; above 400 reference units only
    those that can be on the frontier take part in the search, and all of them in the proof.

    References
    ----------
    .. [1] Charnes, A., Cooper, W. W. and Rhodes, E. (1978). Measuring the efficiency of decision making units. European Journal
       of Operational Research 2(6), 429-444.
    .. [2] Banker, R. D., Charnes, A. and Cooper, W. W. (1984). Some models for estimating technical and scale inefficiencies in
       data envelopment analysis. Management Science 30(9), 1078-1092.

    Examples
    --------
    The fifth unit uses as little as any, so its score is 1; yet the first makes 50 more of as much.

    >>> spent, made = [[100], [200], [300], [500], [100]], [[75], [100], [300], [400], [25]]
    >>> found = efficiency(spent, made)
    >>> found.score.round(3).tolist()
    [1.0, 0.611, 1.0, 1.0, 1.0]
    >>> found.outcome.tolist()
    ['efficient', 'inefficient', 'efficient', 'efficient', 'weakly_efficient']
    >>> found.slack_outputs.ravel().round(6).tolist(), bool(found.certified.all())
    ([0.0, 0.0, 0.0, 0.0, 50.0], True)

    The second is held against 8/9 of the first and 1/9 of the third:

    >>> second = slice(found.starts[1], found.starts[2])
    >>> found.peers[second].tolist(), found.lambdas[second].round(3).tolist()
    ([0, 2], [0.889, 0.111])
    >>> efficiency(spent, made, exclude_self=True).score.round(3).tolist()[:4]
    [1.364, 0.611, 1.256, nan]
    """
    if slack_scale not in _SLACK_SCALES:
        raise ArgumentError.choice("slack_scale", _SLACK_SCALES)
    room, size = near("tolerance", tolerance), None if block is None else whole_number("block", block, low=1)
    compared = Compared.of(
        inputs, outputs, returns=returns, orientation=orientation, reference=reference, exclude_self=exclude_self
    )
    found = figures(compared, returns, orientation, slacks=slack_scale, fallback=fallback, block=size)
    return _result(compared, found, returns, orientation, room, exclude_self=exclude_self)


def radial_scores(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: str,
    orientation: str,
    reference: ReferenceSet = None,
    exclude_self: bool = False,
    fallback: bool = True,
) -> tuple[FloatArray, ReasonArray]:
    """Return the proved scores alone, and why one is missing: faster than :func:`efficiency`, which seeks slacks too."""
    compared = Compared.of(
        inputs, outputs, returns=returns, orientation=orientation, reference=reference, exclude_self=exclude_self
    )
    found = figures(compared, returns, orientation, slacks=None, fallback=fallback, block=None)
    score = np.full(len(compared.inputs), np.nan)
    score[found.units] = found.score
    return score, _reason(compared, found)


def near(argument: str, value: float) -> float:
    """Return ``value`` when it is a number from 0 up to, not including, 1."""
    number = number_or_nan(value)
    if not 0 <= number < 1:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return number


def _reason(compared: Compared, found: Figures) -> ReasonArray:
    reason = compared.reason.copy()
    reason[found.units[found.state == INFEASIBLE]] = "infeasible"
    reason[found.units[found.state == UNFINISHED]] = "not_certified"
    return reason


@np.errstate(all="ignore")
def _result(
    compared: Compared, found: Figures, returns: str, orientation: str, tolerance: float, *, exclude_self: bool
) -> Efficiency:
    count = len(compared.inputs)

    def spread(values: FloatArray) -> FloatArray:
        """Return an array of all units, NaN for those not judged."""
        whole = np.full((count, *values.shape[1:]), np.nan)
        whole[found.units] = values
        return whole

    score = spread(found.score)
    x, y = (np.where(np.isnan(score)[:, None], np.nan, table) for table in (compared.inputs, compared.outputs))
    factor = score[:, None]
    radial_x, radial_y = (factor * x, y) if orientation == "input" else (x, factor * y)
    slack_x, slack_y = spread(found.slack_inputs), spread(found.slack_outputs)
    starts, peers, lambdas = _lists(compared, found, exclude_self=exclude_self)
    certified = np.zeros(count, dtype=bool)
    certified[found.units] = found.state != UNFINISHED
    m, s = x.shape[1], y.shape[1]
    reference_units = int((compared.reference.kind >= 0).sum())
    return Efficiency(
        score=score,
        outcome=_outcome(compared, found, score, slack_x, slack_y, orientation, tolerance),
        certified=certified,
        starts=starts,
        peers=peers,
        lambdas=lambdas,
        slack_inputs=slack_x,
        slack_outputs=slack_y,
        radial_inputs=radial_x,
        radial_outputs=radial_y,
        target_inputs=radial_x - slack_x,
        target_outputs=radial_y + slack_y,
        weight_inputs=spread(found.weight_inputs),
        weight_outputs=spread(found.weight_outputs),
        weight_scale=spread(found.weight_scale),
        primal_error=spread(found.primal),
        dual_error=spread(found.dual),
        gap=spread(found.gap),
        few_units=reference_units < max(m * s, 3 * (m + s)),
        reference_units=reference_units,
        returns=returns,
        orientation=orientation,
        reason=_reason(compared, found),
    )


def _lists(compared: Compared, found: Figures, *, exclude_self: bool) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the peers of all units one after another, in the order of their places."""
    row, place = np.nonzero((found.kinds >= 0) & (found.state == OPTIMAL)[:, None])
    units = found.units[row]
    peers = compared.peers(units, found.kinds[row, place], exclude_self=exclude_self)
    order = np.lexsort((peers, units))
    each = np.bincount(units, minlength=len(compared.inputs))
    starts = np.concatenate([[0], np.cumsum(each)]).astype(np.int64)
    return starts, peers[order], found.lambdas[row, place][order]


def _outcome(
    compared: Compared,
    found: Figures,
    score: FloatArray,
    slack_inputs: FloatArray,
    slack_outputs: FloatArray,
    orientation: str,
    tolerance: float,
) -> ReasonArray:
    outcome = np.full(len(score), "refused", dtype=object)
    for code in _NO_SCORE:
        outcome[compared.reason == code] = code
    reason = _reason(compared, found)
    for code in ("infeasible", "not_certified"):
        outcome[reason == code] = code
    better = score < 1 - tolerance if orientation == "input" else score > 1 + tolerance
    beyond = score > 1 + tolerance if orientation == "input" else score < 1 - tolerance
    left = _matters(compared.inputs, slack_inputs, compared.reference.input_means, tolerance)
    left |= _matters(compared.outputs, slack_outputs, compared.reference.output_means, tolerance)
    scored = np.isfinite(score)
    outcome[scored] = "efficient"
    outcome[scored & left & ~beyond] = "weakly_efficient"
    outcome[scored & better] = "inefficient"
    return outcome


def _matters(table: FloatArray, slack: FloatArray, means: FloatArray, tolerance: float) -> BoolArray:
    """Return which units have a slack that is more than rounding, held against the column's mean and the unit's own."""
    own = np.abs(table)
    size = np.minimum(means, np.where(own > 0, own, np.inf))
    return np.asarray((slack > tolerance * size).any(axis=1))
