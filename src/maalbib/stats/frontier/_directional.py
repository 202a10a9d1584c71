"""Directional efficiency: how far inputs and undesirable outputs could fall and good outputs rise, on a straight way."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats.frontier._answers import INFEASIBLE, OPTIMAL, UNFINISHED
from maalbib.stats.frontier._directional_programs import Straight, Tables, straight
from maalbib.stats.frontier._efficiency import near
from maalbib.stats.frontier._hyperbolic import Returns
from maalbib.stats.frontier._programs import RETURNS

__all__ = ["Direction", "DirectionalEfficiency", "directional_efficiency"]

Direction = Literal["all", "inputs", "outputs"]
Given = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike] | tuple[npt.ArrayLike, npt.ArrayLike]

_DIRECTIONS: Final = ("all", "inputs", "outputs")
_TABLE: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class DirectionalEfficiency(ArrayResult):
    """Distances with their peers and proofs, in the order of the units.

    Attributes
    ----------
    distance
        How many times the direction others, combined, are better; in the unit's own figures a share, 0.1 for 10 per cent. 0: they
        show nothing better that way. Below 0: the unit lies beyond those ``among`` it is held against. NaN where there is none.
    outcome
        ``on_frontier``, ``inefficient`` or ``beyond``. Without a distance: ``infeasible``: no way along the direction meets what others
        show; ``zero_direction``, ``refused``: the figures of the unit cannot be judged; ``not_certified``: no answer could be proved.
    certified
        Whether the answer, a distance or ``infeasible``, is proved.
    starts, peers, lambdas, active
        The peers of unit k are ``peers[starts[k]:starts[k + 1]]``: with the weights ``lambdas`` they use inputs, with the smaller
        weights ``active`` they make outputs, good and bad: what lies between is work laid down.
    target_inputs, target_outputs, target_undesirable
        The unit's figures moved by the distance, in the shapes of the tables.
    weight_inputs, weight_outputs, weight_undesirable
        Prices that prove the distance; an undesirable output can have one of either sign. Not unique for units on the frontier.
    primal_error, dual_error, gap
        By how much the proof misses, each at most 1e-9 of the terms involved where ``certified``.
    reference_units, returns
        Units that could be used as peers, and the technology.
    reason
        Why there is no distance; else empty.

    Examples
    --------
    >>> from maalbib.stats import directional_efficiency
    >>> found = directional_efficiency([[100], [200], [300]], [[75], [100], [300]])
    >>> found.distance.round(3).tolist(), found.outcome.tolist()
    ([0.0, 0.269, 0.0], ['on_frontier', 'inefficient', 'on_frontier'])
    """

    distance: FloatArray
    outcome: ReasonArray
    certified: BoolArray
    starts: IntArray
    peers: IntArray
    lambdas: FloatArray
    active: FloatArray
    target_inputs: FloatArray
    target_outputs: FloatArray
    target_undesirable: FloatArray
    weight_inputs: FloatArray
    weight_outputs: FloatArray
    weight_undesirable: FloatArray
    primal_error: FloatArray
    dual_error: FloatArray
    gap: FloatArray
    reference_units: int
    returns: str
    reason: ReasonArray


def directional_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    undesirable: npt.ArrayLike | None = None,
    *,
    direction: Direction | Given = "all",
    returns: Returns = "vrs",
    among: npt.ArrayLike | None = None,
    tolerance: float = 1e-6,
    fallback: bool = True,
) -> DirectionalEfficiency:
    """Ask how far inputs could fall, outputs rise and undesirable outputs fall, by the same number of steps of a direction.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, shapes (units, inputs) and (units, outputs), none below 0, see :func:`efficiency`.
    undesirable
        What they make besides and should make less of, such as complaints or sick days, shape (units, undesirable), none below 0.
    direction
        One step: ``"all"``: the unit's own figures, so that all fall and rise by the same share; ``"inputs"``: its inputs and
        undesirable outputs; ``"outputs"``: its good and undesirable outputs; or steps of one's own, tables of the shapes of
        inputs, outputs and, where given, undesirable, none below 0.
    returns
        Which combinations count, see :func:`efficiency`.
    among
        Booleans, shape (units,): only these units are peers. All where None.
    tolerance
        How near 0 a distance counts as 0, 0 <= tolerance < 1.
    fallback
        Whether programs that were not proved go to HiGHS, which is in SciPy.

    Returns
    -------
    DirectionalEfficiency
        Distances, peers, targets and proofs, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is not one of those above.

    Notes
    -----
    The distance is the largest beta for which the unit's inputs less beta steps, its outputs with beta steps more, and its
    undesirable outputs with beta steps less can be made [1]_. Inputs may be wasted and good outputs forgone. Undesirable outputs may not
    be left undone at no cost: less of them means less of all outputs of those who make them (weak disposability). So each unit j
    counts twice, at work with a weight a_j and, but for crs, laid down with a weight i_j [2]_::

        X'(a + i) <= x - beta g_x,  Y'a >= y + beta g_y,  B'a = b - beta g_b,  sum (a + i) = 1 (vrs), <= 1 (nirs), >= 1 (ndrs)

    To count an undesirable output as a negative output, or as an input, would deny that work can be laid down: whoever loses little
    because little is done would be on the frontier; and a factor on a negative output asks for more of it. To count it as a
    good output would let others do without it free of charge. Weak disposability has a price too: a unit that makes more of it than
    anybody can be on the frontier though others are better on everything, so that a distance of 0 is no praise. Its price
    in ``weight_undesirable`` is then below 0.

    The score of :func:`efficiency` by inputs is 1 less the distance with ``direction="inputs"``, that by outputs 1 more than that
    with ``"outputs"``, where nothing is undesirable. A distance of 0 says nothing of slacks. Proofs are those of :func:`efficiency`.
    Cost: that of :func:`efficiency` without slacks for twice as many units; where a direction has neither inputs nor undesirable
    outputs in it each unit goes to HiGHS.

    References
    ----------
    .. [1] Chambers, R. G., Chung, Y. and Färe, R. (1996). Benefit and distance functions. Journal of Economic Theory 70, 407-419.
    .. [2] Kuosmanen, T. (2005). Weak disposability in nonparametric production analysis with undesirable outputs. American Journal
       of Agricultural Economics 87(4), 1077-1082.

    Examples
    --------
    Three schools with a hundred staff each; lessons given, and lessons lost. The last gives as many as the first and loses more:

    >>> staff, given, lost = [[100], [100], [100]], [[60], [90], [60]], [[3], [9], [6]]
    >>> found = directional_efficiency(staff, given, lost, direction="outputs")
    >>> found.distance.round(3).tolist(), found.outcome.tolist()
    ([0.0, 0.0, 0.167], ['on_frontier', 'on_frontier', 'inefficient'])
    >>> found.target_outputs[2].round(1).tolist(), found.target_undesirable[2].round(1).tolist()
    ([70.0], [5.0])
    """
    room = near("tolerance", tolerance)
    if returns not in RETURNS[:-1]:
        raise ArgumentError.choice("returns", RETURNS[:-1])
    x = _table("inputs", inputs, None)
    y = _table("outputs", outputs, len(x))
    bad = np.empty((len(x), 0)) if undesirable is None else _table("undesirable", undesirable, len(x))
    steps = _steps(direction, (x, y, bad))
    own, way = _refusals(x, y, bad), _no_way(np.concatenate(steps, axis=1))
    reason = np.where(own == "", way, own)
    usable = np.asarray(own == "") & _members(among, len(x))
    found = straight((x, y, bad), steps, np.flatnonzero(reason == ""), usable, returns, fallback=fallback)
    return _result((x, y, bad), steps, found, reason, int(usable.sum()), returns, room)


def _table(name: str, values: npt.ArrayLike, units: int | None) -> FloatArray:
    table = float_array(name, values)
    if table.ndim != _TABLE or not table.shape[1] or (units is not None and len(table) != units):
        expected = f"(units, {name})" if units is None else f"({units}, {name})"
        raise ArgumentError("argument.shape", argument=name, expected=expected, got=str(table.shape))
    return table


def _steps(direction: Direction | Given, tables: Tables) -> Tables:
    """Return a step of inputs, outputs and undesirable outputs, in the shapes of the tables."""
    if isinstance(direction, str):
        if direction not in _DIRECTIONS:
            raise ArgumentError.choice("direction", _DIRECTIONS)
        x, y, bad = tables
        return (0 * x if direction == "outputs" else x, 0 * y if direction == "inputs" else y, bad)
    wanted = tables if tables[2].shape[1] else tables[:2]
    if len(direction) != len(wanted):
        raise ArgumentError("frontier.direction", tables=len(wanted))
    given = [float_array("direction", part) for part in direction]
    for part, table in zip(given, wanted, strict=True):
        if part.shape != table.shape:
            raise ArgumentError(
                "argument.shape", argument="direction", expected=str(table.shape), got=str(part.shape)
            )
    return given[0], given[1], (given[2] if wanted is tables else tables[2])


def _members(among: npt.ArrayLike | None, units: int) -> BoolArray:
    if among is None:
        return np.ones(units, dtype=bool)
    members = np.asarray(among)
    if members.dtype.kind != "b" or members.shape != (units,):
        raise ArgumentError("frontier.reference", units=units)
    return members


def _refusals(x: FloatArray, y: FloatArray, bad: FloatArray) -> ReasonArray:
    whole = np.concatenate([x, y, bad], axis=1)
    return reasons(
        (len(x),),
        (_some(np.isnan(whole)), "missing_input"),
        (_some(np.isinf(whole)), "not_finite"),
        (_some(x < 0), "negative_input"),
        (~_some(x > 0), "zero_input"),
        (_some(y < 0) | _some(bad < 0), "negative_output"),
    )


def _no_way(steps: FloatArray) -> ReasonArray:
    return reasons(
        (len(steps),),
        (_some(np.isnan(steps)), "missing_input"),
        (_some(np.isinf(steps)), "not_finite"),
        (_some(steps < 0), "negative_direction"),
        (~_some(steps > 0), "zero_direction"),
    )


def _some(cells: BoolArray) -> BoolArray:
    """Return which units have a cell like this."""
    return np.asarray(cells.any(axis=1))


@np.errstate(all="ignore")
def _result(
    tables: Tables,
    steps: Tables,
    found: Straight,
    refused: ReasonArray,
    reference_units: int,
    returns: str,
    tolerance: float,
) -> DirectionalEfficiency:
    count, units = len(tables[0]), found.units

    def spread(values: FloatArray) -> FloatArray:
        """Return an array of all units, NaN for those not judged."""
        whole = np.full((count, *values.shape[1:]), np.nan)
        whole[units] = values
        return whole

    distance, reason = spread(found.distance), refused.copy()
    reason[units[found.state == INFEASIBLE]] = "infeasible"
    reason[units[found.state == UNFINISHED]] = "not_certified"
    certified = np.zeros(count, dtype=bool)
    certified[units] = found.state != UNFINISHED
    outcome = np.full(count, "refused", dtype=object)
    for code in ("zero_direction", "infeasible", "not_certified"):
        outcome[reason == code] = code
    outcome[np.isfinite(distance)] = "on_frontier"
    outcome[distance > tolerance] = "inefficient"
    outcome[distance < -tolerance] = "beyond"
    moved = distance[:, None]
    sides = zip(("inputs", "outputs", "undesirable"), tables, steps, (-1, 1, -1), found.prices, strict=True)
    figures: dict[str, FloatArray] = {}
    for name, table, step, sign, prices in sides:
        figures[f"target_{name}"] = table + sign * moved * step
        figures[f"weight_{name}"] = spread(prices)
    starts, peers, lambdas, active = found.lists(count)
    return DirectionalEfficiency(
        distance=distance,
        outcome=outcome,
        certified=certified,
        starts=starts,
        peers=peers,
        lambdas=lambdas,
        active=active,
        **figures,
        primal_error=spread(np.where(found.state == OPTIMAL, found.primal, np.nan)),
        dual_error=spread(found.dual),
        gap=spread(found.gap),
        reference_units=reference_units,
        returns=returns,
        reason=reason,
    )
