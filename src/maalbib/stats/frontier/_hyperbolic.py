"""Hyperbolic efficiency: the same factor takes inputs down and outputs up."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED
from maalbib.stats.frontier._compared import Compared
from maalbib.stats.frontier._efficiency import efficiency, near
from maalbib.stats.frontier._hyperbolic_search import Curved, curved
from maalbib.stats.frontier._programs import RETURNS

__all__ = ["HyperbolicEfficiency", "Returns", "hyperbolic_efficiency"]

Returns = Literal["crs", "vrs", "nirs", "ndrs"]


@attrs.frozen(kw_only=True, eq=False)
class HyperbolicEfficiency(ArrayResult):
    """Scores with their peers and proofs, in the order of the units.

    Attributes
    ----------
    score
        Others, combined, use this share of the inputs and make the outputs divided by it. 1: they show nothing better of both at
        once. NaN where there is no score.
    outcome
        ``efficient``; ``weakly_efficient``: the score is 1, yet others use less of something or make more of something;
        ``inefficient``. Without a score: ``infeasible``, ``no_positive_output``, ``refused``, ``not_certified`` as in
        :class:`Efficiency`.
    certified
        Whether the answer, a score or ``infeasible``, is proved.
    starts, peers, lambdas
        The peers of unit k are ``peers[starts[k]:starts[k + 1]]`` with the weights ``lambdas``. Shapes (units + 1,), (edges,), (edges,).
    target_inputs, target_outputs
        The unit's figures with the score applied, shapes (units, inputs) and (units, outputs).
    lower
        The bound below which the prices of the proof allow no score; ``score`` where ``certified``, but for rounding.
    primal_error, dual_error, gap
        By how much the proof misses, each at most 1e-9 of the terms involved where ``certified``.
    reference_units, returns
        Units that could be used as peers, and the technology.
    reason
        Why there is no score; else empty.

    Examples
    --------
    >>> from maalbib.stats import hyperbolic_efficiency
    >>> found = hyperbolic_efficiency([[100], [200], [300]], [[75], [0], [float("nan")]])
    >>> found.score.round(9).tolist(), found.reason.tolist()
    ([1.0, nan, nan], ['', 'no_positive_output', 'missing_input'])
    """

    score: FloatArray
    outcome: ReasonArray
    certified: BoolArray
    starts: IntArray
    peers: IntArray
    lambdas: FloatArray
    target_inputs: FloatArray
    target_outputs: FloatArray
    lower: FloatArray
    primal_error: FloatArray
    dual_error: FloatArray
    gap: FloatArray
    reference_units: int
    returns: str
    reason: ReasonArray


def hyperbolic_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: Returns = "vrs",
    among: npt.ArrayLike | None = None,
    tolerance: float = 1e-6,
    fallback: bool = True,
) -> HyperbolicEfficiency:
    """Ask by which factor inputs could fall and outputs rise at the same time.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, shapes (units, inputs) and (units, outputs), see :func:`efficiency`.
    returns
        Which combinations count, see :func:`efficiency`.
    among
        Booleans, shape (units,): only these units are peers. All where None. A unit that is not among them can lie beyond them, with
        a score above 1.
    tolerance
        How near 1 a score counts as 1, 0 <= tolerance < 1.
    fallback
        Whether programs that were not proved go to HiGHS, which is in SciPy.

    Returns
    -------
    HyperbolicEfficiency
        Scores, peers, targets and proofs, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is not one of those above.

    Notes
    -----
    The score of unit k is the least theta for which weights lambda >= 0 of the units exist with X'lambda <= theta x_k and
    Y'lambda >= y_k / theta [1]_. It favours neither side: under crs it is the square root of the score by inputs, else it lies
    between that score and 1, and between the inverse of that by outputs and 1. Negative outputs are refused, for they cannot be
    multiplied in a way that means better.

    The program is not linear, but 1 / theta lies above each of its tangents: with a tangent in its place the program is linear,
    and its answer never too large. The next tangent is taken there; a few steps suffice. Proof: at the last answer the weights
    fulfil every row as it is, tangent or not, and the prices of :func:`efficiency`, which leave no unit with a gain, allow no theta
    below ``lower``. Where no tangent can be fulfilled, neither can the program.

    Cost: some five times that of :func:`efficiency` without slacks; and that of itself for units with a score of 1.

    References
    ----------
    .. [1] Färe, R., Grosskopf, S. and Lovell, C. A. K. (1985). The Measurement of Efficiency of Production. Kluwer-Nijhoff.

    Examples
    --------
    >>> spent, made = [[100], [200], [300], [500], [100]], [[75], [100], [300], [400], [25]]
    >>> found = hyperbolic_efficiency(spent, made)
    >>> found.score.round(4).tolist(), bool(found.certified.all())
    ([1.0, 0.7552, 1.0, 1.0, 1.0], True)
    >>> found.outcome.tolist()
    ['efficient', 'inefficient', 'efficient', 'efficient', 'weakly_efficient']

    The second is held against a mix that uses 0.755 of its input and makes 1 / 0.755 of its output:

    >>> found.target_inputs[1].round(1).tolist(), found.target_outputs[1].round(1).tolist()
    ([151.0], [132.4])
    """
    room = near("tolerance", tolerance)
    if returns not in RETURNS[:-1]:
        raise ArgumentError.choice("returns", RETURNS[:-1])
    compared = Compared.of(
        inputs, outputs, returns=returns, orientation="output", reference=among, exclude_self=False
    )
    compared.reason[compared.reason == "unbounded"] = "no_positive_output"
    found = curved(compared, returns, fallback=fallback)
    return _result(compared, found, returns, room)


@np.errstate(all="ignore")
def _result(compared: Compared, found: Curved, returns: Returns, tolerance: float) -> HyperbolicEfficiency:
    count, units = len(compared.inputs), found.units

    def spread(values: FloatArray) -> FloatArray:
        """Return an array of all units, NaN for those not judged."""
        whole = np.full(count, np.nan)
        whole[units] = values
        return whole

    score = spread(found.score)
    reason = compared.reason.copy()
    reason[units[found.state == INFEASIBLE]] = "infeasible"
    reason[units[found.state == UNFINISHED]] = "not_certified"
    certified = np.zeros(count, dtype=bool)
    certified[units] = found.state != UNFINISHED
    starts, peers, lambdas = _lists(compared, found)
    return HyperbolicEfficiency(
        score=score,
        outcome=_outcome(compared, score, reason, returns, tolerance),
        certified=certified,
        starts=starts,
        peers=peers,
        lambdas=lambdas,
        target_inputs=score[:, None] * compared.inputs,
        target_outputs=compared.outputs / score[:, None],
        lower=spread(found.lower),
        primal_error=spread(found.primal),
        dual_error=spread(found.dual),
        gap=spread(found.gap),
        reference_units=int((compared.reference.kind >= 0).sum()),
        returns=returns,
        reason=reason,
    )


def _lists(compared: Compared, found: Curved) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the peers of all units one after another, in the order of their places."""
    row, place = np.nonzero((found.lambdas > 0) & (found.state == OPTIMAL)[:, None])
    units = found.units[row]
    peers = compared.peers(units, found.kinds[row, place], exclude_self=False)
    order = np.lexsort((peers, units))
    each = np.bincount(units, minlength=len(compared.inputs))
    starts = np.concatenate([[0], np.cumsum(each)]).astype(np.int64)
    return starts, peers[order], found.lambdas[row, place][order]


def _outcome(
    compared: Compared, score: FloatArray, reason: ReasonArray, returns: Returns, tolerance: float
) -> ReasonArray:
    outcome = np.full(len(score), "refused", dtype=object)
    for code in ("no_positive_output", "infeasible", "not_certified"):
        outcome[reason == code] = code
    outcome[np.isfinite(score)] = "efficient"
    outcome[score < 1 - tolerance] = "inefficient"
    edge = np.flatnonzero(np.abs(score - 1) <= tolerance)
    if len(edge):
        # Nothing better of both at once may still be something better of one: that is what slacks tell.
        known = compared.reference.inputs, compared.reference.outputs
        more = efficiency(
            compared.inputs[edge], compared.outputs[edge], returns=returns, reference=known, tolerance=tolerance
        )
        outcome[edge[more.outcome != "efficient"]] = "weakly_efficient"
    return outcome
