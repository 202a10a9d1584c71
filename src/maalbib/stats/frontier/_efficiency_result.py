"""What is found of each unit held against a frontier."""

from __future__ import annotations

import attrs

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray

__all__ = ["Efficiency"]


@attrs.frozen(kw_only=True, eq=False)
class Efficiency(ArrayResult):
    """Efficiency scores with their peers and proofs, in the order of the units.

    Attributes
    ----------
    score
        By inputs: the share of all its inputs with which others, combined, still make as much. By outputs: how many times its
        outputs others, combined, make of as little. 1: others show nothing better in proportion. NaN where there is no score.
    outcome
        ``efficient``; ``weakly_efficient``: the score is 1, yet others use less of one input or make more of one output;
        ``inefficient``. Without a score: ``infeasible``: others, however combined, do not reach the unit at all; ``unbounded``: by
        outputs, a unit that makes nothing; ``no_positive_output``: the same by inputs where doing nothing would do as well;
        ``refused``: the figures of the unit cannot be judged; ``not_certified``: no answer could be proved.
    certified
        Whether the answer, a score or ``infeasible``, is proved.
    starts, peers, lambdas
        The peers of unit k are ``peers[starts[k]:starts[k + 1]]``, places in the reference set as given, with the weights
        ``lambdas``, all above 0. Shapes (units + 1,), (edges,), (edges,).
    slack_inputs, slack_outputs
        What others, combined, save or make on top of the score, shapes (units, inputs) and (units, outputs).
    radial_inputs, radial_outputs
        The unit's figures with the score applied, in the same shapes.
    target_inputs, target_outputs
        The same with the slacks applied: what the peers, weighted, use and make.
    weight_inputs, weight_outputs, weight_scale
        The multipliers of the Notes of :func:`efficiency`. Not unique for units on the frontier. NaN for ``fdh``.
    primal_error, dual_error, gap
        By how much the proof misses, each at most 1e-9 of the terms involved where ``certified``.
    few_units
        Whether the reference set has fewer units than the rule of thumb max(m s, 3 (m + s)) for m inputs and s outputs
        asks for. A high score then says more of the number of columns than of the unit.
    reference_units
        How many units of the reference set could be used.
    returns, orientation
        The technology, and the way that scores are counted.
    reason
        Why there is no score: ``missing_input``, ``not_finite``, ``negative_input``, ``zero_input`` (every input is 0),
        ``negative_output``, or an outcome without a score. Else empty.

    Examples
    --------
    >>> from maalbib.stats import efficiency
    >>> found = efficiency([[100], [200], [300]], [[75], [100], [300]])
    >>> found.outcome.tolist(), found.peers[found.starts[1] : found.starts[2]].tolist()
    (['efficient', 'inefficient', 'efficient'], [0, 2])
    """

    score: FloatArray
    outcome: ReasonArray
    certified: BoolArray
    starts: IntArray
    peers: IntArray
    lambdas: FloatArray
    slack_inputs: FloatArray
    slack_outputs: FloatArray
    radial_inputs: FloatArray
    radial_outputs: FloatArray
    target_inputs: FloatArray
    target_outputs: FloatArray
    weight_inputs: FloatArray
    weight_outputs: FloatArray
    weight_scale: FloatArray
    primal_error: FloatArray
    dual_error: FloatArray
    gap: FloatArray
    few_units: bool
    reference_units: int
    returns: str
    orientation: str
    reason: ReasonArray
