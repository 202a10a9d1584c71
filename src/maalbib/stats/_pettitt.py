"""Pettitt's test: whether and where the level of a series changed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, reasons, whole_number
from maalbib.stats._medians import row_medians
from maalbib.stats._pettitt_null import LONGEST_COUNTED
from maalbib.stats._pettitt_p import p_values
from maalbib.stats._selection import select
from maalbib.stats._series import Piece, Series

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Pettitt", "pettitt"]

_LONG: Final = 400  # periods above which ranks come from sorting rather than from all pairs
_CELLS: Final = 262_144  # differences at a time: two megabytes
_MOST_SORTED: Final = 1_048_576  # differences of one series that are sorted at once


@attrs.frozen(kw_only=True, eq=False)
class Pettitt(ArrayResult):
    """What Pettitt's test says about each series; arrays of shape () or (series,) unless said otherwise.

    Attributes
    ----------
    statistic
        K, the largest surplus of pairs across a border that fall over those that rise, or the other way round; 0
        where all values are equal.
    attained
        Shape of the values: True at every value that is the last one before a border at which K is attained. Several
        borders may fit equally well. None where all values are equal.
    last_before
        The first of them as a position among the periods; -1 where there is none.
    shift
        Median of all differences between a value after that border and one before it, in the unit of the values; 0
        where all values are equal.
    p_value
        Probability of a K at least this large, if every order were equally likely.
    p_min
        The smallest p that these values could have given in any order: what could have been found at all.
    n
        Finite values.
    path
        How p came about: ``"exact"``, ``"permutations"``, or empty.
    reason
        Why numbers are NaN, empty where none is: ``"no_data"``, ``"too_few_points"`` (a single value),
        ``"invalid_value"`` (infinite or too large).

    Examples
    --------
    >>> found = pettitt([3, 1, 2, 8, 9, 9])
    >>> found.last_before.item(), found.shift.item(), found.p_value.round(2).item(), found.p_min.round(2).item()
    (2, 7.0, 0.1, 0.1)
    """

    statistic: FloatArray
    attained: BoolArray
    last_before: IntArray
    shift: FloatArray
    p_value: FloatArray
    p_min: FloatArray
    n: IntArray
    path: ReasonArray
    reason: ReasonArray


def pettitt(
    values: npt.ArrayLike,
    *,
    resolution: float | None = None,
    permutations: int = 9_999,
    seed: int = 0,
) -> Pettitt:
    """Test each series for one change of level at an unknown time, with exact p-values for short series.

    A border that is found is a suggestion, never a fact: a steady trend makes one too. Whether something changed
    there is for those to say who know the series.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing and leaves the series; series may miss
        different periods.
    resolution
        The unit in which values were measured or rounded, above 0. Values are then counted in whole units, so
        that 0.1 + 0.2 and 0.3 tie. None compares doubles as they are.
    permutations
        Number of random orders for series of more than 16 values.
    seed
        Seed of the random orders. The same seed gives the same p-values, whatever else is in the batch.

    Returns
    -------
    Pettitt
        Arrays of shape () or (series,); ``attained`` has the shape of the values.

    Raises
    ------
    ArgumentError
        If the values are not numbers of one or two dimensions, ``resolution`` is not above 0, ``permutations`` is not
        a whole number above 0, or ``seed`` is negative.

    Notes
    -----
    With mid-ranks r_i, U_k = 2 (r_1 + ... + r_k) - k (n + 1) and K = max abs(U_k) over k = 1, ..., n - 1 [1]_. p is the
    share of orders with a K at least as large. Up to 16 values all orders are counted, ties included: the number of
    ways to take some values of each tie group, one after the other, while abs(U) stays below K. Beyond, p comes from
    seeded random orders, of which the given one counts as one; it is never below ``p_min``. The approximation printed in
    [1]_, 2 exp(-6 K^2 / (n^3 + n^2)), is not used: for eight values in two clear steps it gives 0.139 for 0.029.

    K is largest when all values below the middle come before all above it or after them. So
    p_min = 2 a! b! / (a + b)! with a values below and b above the middle rank: 0.1 for six or seven values without ties,
    0.029 for eight. Fewer than eight values never reach 5 %: compare ``p_min`` with the level of the test before
    calling a series unchanged. Beyond 16 values it is at least 1 / (permutations + 1).

    The time is linear in the number of series. Counting is done once per distinct pair of tie pattern and K: 200,000
    series of 12 whole percentages take about twice the time of as many without ties, those of 16 about ten times.
    Drawing is done once per distinct tie pattern, a tenth to a third of a millisecond each for 20 to 60 values; without
    ties there is one pattern per number of values.

    References
    ----------
    .. [1] Pettitt, A. N. (1979). A non-parametric approach to the change-point problem. Applied Statistics 28, 126-135.

    Examples
    --------
    Eight years in two clear steps; the change is after the fourth, at position 3:

    >>> found = pettitt([5.0, 5.2, 4.9, 5.1, 9.0, 9.2, 8.9, 9.1])
    >>> found.statistic.item(), found.last_before.item(), found.shift.round(2).item(), found.p_value.round(4).item()
    (16.0, 3, 4.0, 0.0286)

    A gap keeps its place, and several borders may fit equally well:

    >>> found = pettitt([[1, None, 3, 2, 4, 5], [7, 7, 7, 7, 7, 7]])
    >>> found.attained.astype(int).tolist()
    [[0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
    >>> found.p_value.round(3).tolist(), found.last_before.tolist()
    ([0.333, 1.0], [3, -1])
    """
    series = Series.of(values, None, None, resolution)
    permutations = whole_number("permutations", permutations, low=1)
    seed = whole_number("seed", seed, low=0)
    columns = _empty(*series.values.shape)
    for piece in series.pieces():
        for name, column in _located(piece).items():
            columns[name][piece.rows] = column
    if series.resolution is not None:
        columns["shift"] *= series.resolution
    judged = np.flatnonzero(columns["reason"] == "")
    n, equal = columns["n"][judged], columns.pop("equal")[judged]
    columns["path"][judged] = np.where(n > LONGEST_COUNTED, "permutations", "exact")
    columns["p_value"][judged], columns["p_min"][judged] = p_values(
        n, equal, columns["statistic"][judged], permutations=permutations, seed=seed
    )
    attained = columns.pop("attained").reshape(*series.shape, -1 if series.values.size else series.values.shape[1])
    return Pettitt(attained=attained, **{name: column.reshape(series.shape) for name, column in columns.items()})


def _empty(series: int, periods: int) -> dict[str, npt.NDArray[Any]]:
    return {
        "statistic": np.full(series, np.nan),
        "attained": np.zeros((series, periods), dtype=np.bool_),
        "last_before": np.full(series, -1, dtype=np.int64),
        "shift": np.full(series, np.nan),
        "p_value": np.full(series, np.nan),
        "p_min": np.full(series, np.nan),
        "n": np.zeros(series, dtype=np.int64),
        "path": np.full(series, "", dtype=object),
        "reason": np.full(series, "", dtype=object),
        "equal": np.zeros((series, (periods + 6) // 8), dtype=np.uint8),
    }


def _located(piece: Piece) -> dict[str, npt.NDArray[Any]]:
    """Return everything but p for each series, and which of its sorted values equal the next one, as packed bits."""
    u = np.abs(np.cumsum(_scores(piece), axis=0))
    statistic = u.max(axis=0, initial=0)
    # U is 0 behind the last value, so that no border lies there.
    attained = piece.valid & (u == statistic) & (statistic > 0)
    last_before = (
        np.where(attained.any(axis=0), attained.argmax(axis=0), -1) if len(u) else np.full(len(statistic), -1)
    )
    rows = np.sort(piece.values.T, axis=1)  # NaN last
    reason = reasons(
        piece.n.shape, (piece.unusable, "invalid_value"), (piece.n == 0, "no_data"), (piece.n == 1, "too_few_points")
    )
    judged = reason == ""
    return {
        "statistic": np.where(judged, statistic, np.nan),
        "attained": attained.T,
        "last_before": last_before,
        "shift": np.where(judged, _shifts(piece.values, last_before), np.nan),
        "n": piece.n,
        "reason": reason,
        "equal": np.packbits(rows[:, 1:] == rows[:, :-1], axis=1),
    }


def _scores(piece: Piece) -> npt.NDArray[Any]:
    """Return for each value how many are smaller less how many are larger, 0 for a missing one."""
    values = piece.values
    if len(values) > _LONG:
        return _scores_by_sorting(piece)
    score = np.zeros(values.shape, dtype=np.int16)
    for lag in range(1, len(values)):
        later, earlier = values[lag:], values[:-lag]
        rises = np.greater(later, earlier).view(np.int8)
        rises -= np.less(later, earlier).view(np.int8)
        score[lag:] += rises
        score[:-lag] -= rises
    return score


def _scores_by_sorting(piece: Piece) -> IntArray:
    score = np.zeros(piece.values.shape, dtype=np.int64)
    for column, n in enumerate(piece.n.tolist()):
        values, valid = piece.values[:, column], piece.valid[:, column]
        ordered = np.sort(values)[:n]
        smaller, not_larger = (np.searchsorted(ordered, values[valid], side) for side in ("left", "right"))
        score[valid, column] = smaller + not_larger - n
    return score


def _shifts(values: FloatArray, last_before: IntArray) -> FloatArray:
    """Return the median of all differences across each series' border, 0 where there is none."""
    shift = np.zeros(len(last_before))
    for border in np.unique(last_before[last_before >= 0]).tolist():
        members = np.flatnonzero(last_before == border)
        cells = (border + 1) * (len(values) - border - 1)
        step = max(1, _CELLS // cells)
        for start in range(0, len(members), step):
            part = members[start : start + step]
            rows = values.T[part]
            before, after = rows[:, : border + 1], rows[:, border + 1 :]
            if cells > _MOST_SORTED:
                shift[part] = _median_long(before[0], after[0])
            else:
                shift[part] = row_medians((after[:, :, None] - before[:, None, :]).reshape(len(part), -1))
    return shift


def _median_long(before: FloatArray, after: FloatArray) -> float:
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    pairs = len(before) * len(after)
    step = max(1, _CELLS // len(before))

    def differences() -> Iterator[FloatArray]:
        for start in range(0, len(after), step):
            yield (after[start : start + step, None] - before).reshape(-1)

    low, high = select(differences, [(pairs - 1) // 2, pairs // 2], pairs)
    return low / 2 + high / 2
