"""Potential that is not measured against the one thriftiest unit: a quantile of the frontier."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats.frontier._bootstrap_figures import ORIENTATIONS
from maalbib.stats.frontier._scored import complete, units_table

__all__ = ["QuantileEfficiency", "quantile_efficiency"]

_BLOCK: Final = 4_000_000  # ratios at a time


@attrs.frozen(kw_only=True, eq=False)
class QuantileEfficiency(ArrayResult):
    """Scores against a quantile of the frontier; arrays of shape (units,).

    Attributes
    ----------
    score
        For inputs: the factor on all own inputs at which at most a share 1 - level of the comparable units uses less. It can be
        above 1. For outputs: the factor on all own outputs at which at most that share makes more; it can be below 1.
    compared
        How many units were comparable, the unit itself included: those that make at least as much (inputs) or use
        at most as much (outputs).
    level
        The level asked for.
    orientation
        The way that scores are counted.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``: a figure of the unit is not usable; ``zero_input`` or ``no_output``: all
        that would be scaled is 0; ``infeasible``: the unit does without an input that too many of the comparable ones use, and no
        factor on its own inputs is large enough. Empty where all is well.

    Examples
    --------
    >>> from maalbib.stats import quantile_efficiency
    >>> found = quantile_efficiency([[10.0], [1.0], [8.0], [9.0], [7.0]], [[1.0]] * 5, level=0.7)
    >>> found.score.round(2).tolist(), found.compared.tolist()
    ([0.7, 7.0, 0.88, 0.78, 1.0], [5, 5, 5, 5, 5])
    """

    score: FloatArray
    compared: IntArray
    level: float
    orientation: str
    reason: ReasonArray


def quantile_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    level: float = 0.9,
    orientation: Literal["input", "output"] = "input",
) -> QuantileEfficiency:
    """Score units against a quantile of the real units that do as much, rather than the one that needs least.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, at least 0, shapes (units, inputs) and (units, outputs). A unit with a NaN takes no part.
    level
        How far out the quantile lies, 0 < level < 1. Towards 1 it becomes the free disposal hull.
    orientation
        ``"input"`` or ``"output"``.

    Returns
    -------
    QuantileEfficiency
        Scores in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    The order-alpha score [1]_. For inputs, each unit that makes at least as much of everything gets the largest ratio of its inputs to
    the unit's own; the score is the k-th smallest ratio, k = (1 - level) times their number, rounded up. The
    single thriftiest unit is an extreme value, which a wrong figure or an odd case can make; with k > 1 no single unit decides. Where
    a unit has few to be compared with, k is 1 all the same: see ``compared``. Cost: proportional to the square of the
    number of units, in blocks.

    References
    ----------
    .. [1] Aragon, Y., Daouia, A. and Thomas-Agnan, C. (2005). Nonparametric frontier estimation: a conditional quantile-based
       approach. Econometric Theory 21(2), 358-389.

    Examples
    --------
    One unit is far thriftier than the rest. Against it everybody has a large potential; against the quantile of 75 % nobody has.

    >>> x, y = [[100.0], [102.0], [98.0], [40.0]], [[1.0]] * 4
    >>> quantile_efficiency(x, y, level=0.9).score.round(2).tolist()
    [0.4, 0.39, 0.41, 1.0]
    >>> quantile_efficiency(x, y, level=0.7).score.round(2).tolist()
    [0.98, 0.96, 1.0, 2.45]
    """
    if orientation not in ORIENTATIONS:
        raise ArgumentError.choice("orientation", ORIENTATIONS)
    share = open_share("level", level)
    x, y = units_table(inputs, outputs)
    there = complete((x, y)) & (x >= 0).all(axis=1) & (y >= 0).all(axis=1)
    scaled = x if orientation == "input" else y
    usable = there & (np.where(there[:, None], scaled, 0.0) > 0).any(axis=1)
    score, compared = np.full(len(x), np.nan), np.zeros(len(x), dtype=np.int64)
    pool = np.flatnonzero(there)
    judged = np.flatnonzero(usable)
    block = max(1, _BLOCK // max(1, len(pool) * (x.shape[1] + y.shape[1])))
    for start in range(0, len(judged), block):
        rows = judged[start : start + block]
        score[rows], compared[rows] = _scores((x[rows], y[rows]), (x[pool], y[pool]), share, orientation)
    beyond = np.isinf(score)  # too few of the comparable units do without an input, as the unit does
    score[beyond] = np.nan
    every = np.concatenate([x, y], axis=1)
    return QuantileEfficiency(
        score=score,
        compared=compared,
        level=share,
        orientation=orientation,
        reason=reasons(
            score.shape,
            (_in_rows(np.isnan(every)), "missing_input"),
            (_in_rows(np.isinf(every)), "not_finite"),
            (_in_rows(every < 0), "negative_input"),
            (~usable, "zero_input" if orientation == "input" else "no_output"),
            (beyond, "infeasible"),
        ),
    )


def _in_rows(mask: BoolArray) -> BoolArray:
    return np.asarray(mask.any(axis=1), dtype=bool)


def _scores(
    own: tuple[FloatArray, FloatArray], pool: tuple[FloatArray, FloatArray], level: float, orientation: str
) -> tuple[FloatArray, IntArray]:
    x, y = own
    others_x, others_y = pool
    with np.errstate(all="ignore"):
        if orientation == "input":
            comparable = (others_y[None] >= y[:, None]).all(axis=2)
            parts = np.where(x[:, None] > 0, others_x[None] / x[:, None], np.where(others_x[None] > 0, np.inf, 0.0))
            ratios = parts.max(axis=2)
        else:
            comparable = (others_x[None] <= x[:, None]).all(axis=2)
            ratios = np.where(y[:, None] > 0, others_y[None] / y[:, None], np.inf).min(axis=2)
    count: IntArray = comparable.sum(axis=1)
    rank = np.maximum(np.ceil((1 - level) * count - 1e-9).astype(np.int64), 1)
    away = np.where(comparable, ratios if orientation == "input" else -ratios, np.inf)
    found = np.sort(away, axis=1)[np.arange(len(x)), rank - 1]
    return (found if orientation == "input" else -found), count
