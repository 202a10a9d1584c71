"""What a merger could gain: each unit doing as well as others do, a better mix, and the size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray
from maalbib.stats.frontier._scored import Side, scored, units_table

__all__ = ["MergerGains", "merger_gains"]

_LEAST = 2


@attrs.frozen(kw_only=True, eq=False)
class MergerGains(ArrayResult):
    """Potential of mergers, as shares of the members' inputs that others would need; arrays of shape (mergers,).

    A figure of 0.9 is a potential of 10 %. ``potential`` = ``learning`` times ``harmony`` times ``size``.

    Attributes
    ----------
    potential
        The score of all members' inputs and outputs together.
    corrected
        The same once each member does as well as the best like it: what the merger itself could give. Above 1 the
        merged unit is at a disadvantage.
    learning
        What the members could gain each on its own, without merging.
    harmony
        What a better mix of inputs and outputs could give, at the members' mean size.
    size
        What the size could give. Above 1 the merged unit is too large.
    members
        How many units merge.
    reason
        Why a figure is missing: ``merged_beyond_data``: no unit, and no mix of units, is as large as the merged one;
        ``member_without_score``; ``missing_input``; else why there is no score. The figures that are there stand. Empty where
        all is well.

    Examples
    --------
    >>> from maalbib.stats import merger_gains
    >>> found = merger_gains([[100], [200], [300], [500]], [[75], [100], [300], [400]], [[0, 1], [2, 3]])
    >>> found.potential.round(4).tolist(), found.corrected.tolist(), found.reason.tolist()
    ([0.6296, nan], [0.85, nan], ['', 'merged_beyond_data'])
    """

    potential: FloatArray
    corrected: FloatArray
    learning: FloatArray
    harmony: FloatArray
    size: FloatArray
    members: IntArray
    reason: ReasonArray


def merger_gains(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    mergers: Iterable[Sequence[int]],
    *,
    returns: Literal["crs", "vrs", "nirs", "ndrs", "fdh"] = "vrs",
) -> MergerGains:
    """Split the potential gain of mergers into learning, harmony and size.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, at least 0, shapes (units, inputs) and (units, outputs). A unit with a NaN takes no part.
    mergers
        For each merger the positions of its members, at least two.
    returns
        Returns to scale of the frontier, see :func:`efficiency`. Under ``"crs"`` size gives nothing.

    Returns
    -------
    MergerGains
        The figures of each merger, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, a merger has fewer than two members, the same twice, or one that
        is not there, or ``returns`` is not known.

    Notes
    -----
    With e the input scores of the members and theta(x, y) the input score against all units of the data, members included [1]_:
    potential E = theta(sum x, sum y), corrected E* = theta(sum e x, sum y), learning = E / E*, harmony = theta(mean e x, mean y),
    size = E* / harmony. Under ``"vrs"`` and ``"nirs"`` a merged unit beyond the data has no score, since nothing tells
    what it would need. The figures say what others needed, not what a merger will bring. Cost: two scores for each merger
    besides those of the units.

    References
    ----------
    .. [1] Bogetoft, P. and Wang, D. (2005). Estimating the potential gains from mergers. Journal of Productivity Analysis 23,
       145-171.

    Examples
    --------
    >>> found = merger_gains([[100], [200], [300], [500]], [[75], [100], [300], [400]], [[0, 1]], returns="crs")
    >>> found.potential.round(4).tolist(), found.learning.round(4).tolist(), found.size.round(4).tolist()
    ([0.5833], [0.5833], [1.0])
    """
    x, y = units_table(inputs, outputs)
    groups = [_group(each, len(x)) for each in mergers]

    def theta(units: Side) -> tuple[FloatArray, ReasonArray]:
        return scored(units, (x, y), returns=returns, orientation="input")

    own, why = theta((x, y))
    with np.errstate(all="ignore"):
        at_best = x * own[:, None]
        total, best, made = (_sums(each, groups) for each in (x, at_best, y))
    members = np.array([len(group) for group in groups], dtype=np.int64)
    size = members[:, None]
    potential, no_potential = theta((total, made))
    corrected, no_corrected = theta((best, made))
    harmony, no_harmony = theta((best / size, made / size))
    without = np.array([bool((why[group] != "").any()) for group in groups], dtype=bool)
    reason = np.select(
        [no_potential == "infeasible", no_potential != "", without, no_corrected != ""],
        ["merged_beyond_data", no_potential, "member_without_score", no_corrected],
        no_harmony,
    ).astype(object)
    return MergerGains(
        potential=potential,
        corrected=corrected,
        learning=potential / corrected,
        harmony=harmony,
        size=corrected / harmony,
        members=members,
        reason=reason,
    )


def _group(members: Sequence[int], units: int) -> IntArray:
    found = np.asarray(members)
    distinct = np.unique(found)
    if found.ndim != 1 or found.dtype.kind not in "iu" or not _LEAST <= len(found) == len(distinct):
        raise ArgumentError("frontier.merger")
    if distinct[0] < 0 or distinct[-1] >= units:
        raise ArgumentError("frontier.member", units=units)
    return found.astype(np.int64)


def _sums(values: FloatArray, groups: list[IntArray]) -> FloatArray:
    return np.array([values[group].sum(axis=0) for group in groups]).reshape(len(groups), values.shape[1])
