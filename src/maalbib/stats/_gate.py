"""Whether anything happened among many series at all: the question before asking which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats import _tails
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._families import family_sums, labels_of
from maalbib.stats._significance import countable, significance
from maalbib.stats._spread import spread_tail

if TYPE_CHECKING:
    from maalbib.stats._trend_scores import TrendScores

__all__ = ["TrendGate", "trend_gate"]

# Most groups have a structure of their own, so that a table serves one of them. Where it would be longer, the
# expansion of several series together is right to 0.0002.
_FEW_PAIRS: Final = 100
_CHEAP: Final = 2_000  # additions
_PATHS: Final = np.array(["exact", "expanded", "gamma"], dtype=object)
_AT_ONCE: Final = 1_048_576  # powers at a time


@attrs.frozen(kw_only=True, eq=False)
class TrendGate(ArrayResult):
    """What the series of each group say together; arrays of shape (groups,) in ascending order of the labels.

    Attributes
    ----------
    group
        The labels.
    p_gate
        Twice the smaller of the two p-values below, at most 1.
    p_pooled
        Two-sided p of the sum of S: do the series of the group move the same way?
    p_spread
        p of the sum of S squared being this large: do series of the group move at all, whichever way?
    p_min
        The smallest ``p_gate`` that these values could have given in any order.
    s
        Sum of S.
    spread, spread_expected
        Sum of S squared, and what it would be on average if every order were equally likely.
    series
        Series with at least two values that can be compared.
    path
        How ``p_spread`` came about: ``"exact"``, ``"gamma"``, ``"expanded"`` (a long series alone), or empty.
    reason
        Why numbers are NaN, empty where none is: ``"too_few_points"`` (no series with two values to compare).
    which
        The position among the groups that each series has, shape (series,): ``gate.p_gate[gate.which]`` is the gate
        of each series.

    Examples
    --------
    Six series that all rise a little, and six of which half rise and half fall. None is found by itself:

    >>> import numpy as np
    >>> from maalbib.stats import trend_scores
    >>> rising = np.tile([1, 3, 2, 5, 4], (6, 1))
    >>> opposite = np.where(np.arange(6)[:, None] % 2, rising, -rising)
    >>> gate = trend_gate(trend_scores(np.concatenate([rising, opposite])), [1] * 6 + [2] * 6)
    >>> gate.p_pooled.round(4).tolist(), gate.p_spread.round(4).tolist()
    ([0.0003, 1.0], [0.0267, 0.0267])
    """

    group: IntArray
    p_gate: FloatArray
    p_pooled: FloatArray
    p_spread: FloatArray
    p_min: FloatArray
    s: FloatArray
    spread: FloatArray
    spread_expected: FloatArray
    series: IntArray
    path: ReasonArray
    reason: ReasonArray
    which: IntArray


def trend_gate(scores: TrendScores, groups: npt.ArrayLike) -> TrendGate:
    """Test each group of series for trends in one direction or in several.

    Parameters
    ----------
    scores
        S and null distribution of each series, from ``trend_scores``.
    groups
        Whole-number labels of shape (series,), for instance the indicator of each series.

    Returns
    -------
    TrendGate
        One entry per distinct label.

    Raises
    ------
    ArgumentError
        If the labels are not whole numbers, one per series.

    Notes
    -----
    Series of a group are taken as blocks: the sum of S has a product of their generating functions [1]_. Its p is
    counted up to 100 untied pairs and where that is cheap, else expanded as in ``mann_kendall``, right to 0.02 %.

    The sum of S squared has mean sum kappa_2, variance sum (kappa_4 + 2 kappa_2^2) and third central moment
    sum (kappa_6 + 12 kappa_4 kappa_2 + 8 kappa_2^3). In groups of a few short series its upper tail is counted.
    Beyond, it is that of the gamma distribution shifted to these three moments, with a correction of half a step,
    because S squared moves in steps of 4 or 8. From 20 series of 5 to 12 values it is at most 1 % too small at
    p = 0.05 (5 % in groups of two to five longer series) and on the safe side in the tail: up to 11 % (20 %) too
    large at 0.001, and 2 (5) times at 1e-6. A normal tail would be 3 to 50 times too small at 0.001.

    Both p-values take the series as independent of each other. Where all units share what happened in a year, a
    small ``p_pooled`` says that the group moved, and nothing about a single unit.

    Working space is a few numbers per series.

    References
    ----------
    .. [1] van Belle, G. and Hughes, J. P. (1984). Nonparametric tests for trend in water quality. Water Resources
       Research 20, 127-136.

    Examples
    --------
    >>> from maalbib.stats import trend_scores
    >>> scores = trend_scores([[1, 2, 3, 4], [1, 2, 4, 3], [7, None, None, None]])
    >>> gate = trend_gate(scores, [0, 0, 1])
    >>> gate.p_gate.round(4).tolist(), gate.p_min.round(4).tolist(), gate.reason.tolist()
    ([0.0486, nan], [0.0069, nan], ['', 'too_few_points'])
    """
    labels, which = np.unique(labels_of("groups", groups, len(scores)), return_inverse=True)
    testable = np.flatnonzero(scores.which >= 0)
    place, kinds, s = which[testable], scores.which[testable], scores.s[testable]
    count = np.bincount(place, minlength=len(labels))
    total = family_sums(place, s, len(labels))
    known = count > 0
    own = (np.cumsum(known) - 1)[place]  # positions among the groups with data
    alone = count[known] == 1
    p_pooled, p_min, counted = _pooled_test(_pooled(scores.structures, own, kinds), total[known], alone)
    spread = family_sums(own, s * s, int(known.sum()))
    p_spread, expected, exact = spread_tail(scores.structures, own, kinds, spread)
    # A series alone in its group has one p-value, and it is known.
    p_spread, exact = np.where(alone, p_pooled, p_spread), np.where(alone, counted, exact)
    return TrendGate(
        group=labels,
        p_gate=_filled(known, np.minimum(2 * np.minimum(p_pooled, p_spread), 1.0)),
        p_pooled=_filled(known, p_pooled),
        p_spread=_filled(known, p_spread),
        p_min=_filled(known, np.minimum(2 * p_min, 1.0)),
        s=np.where(known, total, np.nan),
        spread=_filled(known, spread),
        spread_expected=_filled(known, expected),
        series=count.astype(np.int64),
        path=_filled(known, _PATHS[np.where(exact, 0, np.where(alone, 1, 2))], ""),
        reason=reasons(known.shape, (~known, "too_few_points")),
        which=which,
    )


def _pooled_test(powers: IntArray, s: FloatArray, alone: BoolArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return p of the sum of S, the smallest possible one, and where both were counted.

    Parameters
    ----------
    powers
        Structure of each group.
    s
        Sum of S.
    alone
        Groups of one series, which are treated as the test of one series treats it.
    """
    pairs = _tails.untied_pairs(powers)
    cheap = (pairs <= _FEW_PAIRS) | (np.abs(powers).sum(axis=1) * pairs // 2 <= _CHEAP)
    counted = np.where(alone, countable(powers), cheap)
    p, p_min = np.empty(len(s)), np.minimum(2 * np.exp(-_tails.log_orders(powers)), 1.0)
    if counted.any():
        distinct, kind = np.unique(powers[counted], axis=0, return_inverse=True)
        found = significance(distinct, kind.reshape(-1), s[counted], "auto", "two-sided")
        p[counted], p_min[counted] = found.p_value, found.p_min
    far = ~counted
    if far.any():
        size = np.abs(s[far])
        tail, _ = _tails.upper_tail(powers[far], np.maximum(size, 1.0))
        p[far] = np.where(size == 0, 1.0, np.minimum(2 * tail, 1.0))
    return p, p_min, counted


def _pooled(powers: IntArray, group: IntArray, which: IntArray) -> IntArray:
    """Return the structure of each group: powers add up."""
    groups, width = int(group.max(initial=-1)) + 1, powers.shape[1]
    pooled = np.zeros((groups, width), dtype=np.int64)
    # Every group and structure that occur together, once.
    pairs, times = np.unique(group * max(1, len(powers)) + which, return_counts=True)
    for start in range(0, len(pairs), max(1, _AT_ONCE // max(1, width))):
        some = slice(start, start + max(1, _AT_ONCE // max(1, width)))
        place, kind = np.divmod(pairs[some], len(powers))
        np.add.at(pooled, place, times[some, None] * powers[kind])
    return pooled


def _filled(known: BoolArray, found: npt.NDArray[Any], empty: object = np.nan) -> npt.NDArray[Any]:
    column = np.full(known.shape, empty, dtype=found.dtype)
    column[known] = found
    return column
