"""Cut series into runs of values around one level each: several changes at unknown times."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    open_share,
    reasons,
    whole_number,
)
from maalbib.stats._change_penalty import calibrated_penalty, gains, schwarz_penalty
from maalbib.stats._least_cost import Cost, borders, least_costs, run_costs, series_at_once
from maalbib.stats._medians import row_medians
from maalbib.stats._series import Piece, Series

__all__ = ["Segmentation", "segmentation"]

_MOST_CHANGES: Final = 5


@attrs.frozen(kw_only=True, eq=False)
class Segmentation(ArrayResult):
    """Where the level of each series seems to have changed; what is told per period has the shape of the values.

    Attributes
    ----------
    labels
        Per period: number of its segment from 0, usable as ``blocks`` of ``mann_kendall`` and ``theil_sen``. A missing
        value has the label of the value before it, or 0. All 0 where the series was not judged.
    starts
        Per period: True at the first value after each change.
    levels
        Per period: mean (``"l2"``) or median (``"l1"``) of its segment, in the unit of the values, also where the value
        is missing; NaN where the series was not judged.
    n_changes
        Changes per series, shape () or (series,); -1 where the series was not judged, which is not the same as 0.
    gain
        Twice the log-likelihood that these changes gain over none.
    penalty
        The gain that each change had to bring.
    costs
        Least cost with 0, 1, ... changes, shape (changes,) or (series, changes); NaN where they have no room. In the
        unit of the values (``"l1"``) or its square, infinite where that is beyond a double.
    n
        Finite values.
    reason
        Why a series was not judged, empty where it was: ``"no_data"``, ``"too_few_points"`` (less than two segments),
        ``"invalid_value"`` (infinite or too large).

    Examples
    --------
    >>> found = segmentation([5, 6, 5, 6, 9, 8, 9, 8])
    >>> found.labels.tolist(), found.costs.round(3).tolist()
    ([0, 0, 0, 0, 1, 1, 1, 1], [20.0, 2.0])
    """

    labels: IntArray
    starts: BoolArray
    levels: FloatArray
    n_changes: IntArray
    gain: FloatArray
    penalty: FloatArray
    costs: FloatArray
    n: IntArray
    reason: ReasonArray


def segmentation(
    values: npt.ArrayLike,
    *,
    min_length: int = 4,
    max_changes: int | None = None,
    cost: Cost = "l2",
    penalty: Literal["calibrated", "bic"] | float = "calibrated",
    false_alarm: float = 0.05,
    resolution: float | None = None,
    simulations: int = 4_999,
    seed: int = 0,
) -> Segmentation:
    """Find the times at which the level of each series changed, by the cheapest cut into segments.

    What is found is a suggestion, never a fact: a steady trend is cut into steps, too, and so is a series whose values
    resemble their neighbours. Whether something changed there is for those to say who know the series.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing and leaves the series; series may miss
        different periods.
    min_length
        Least number of values in a segment, at least 2. With 4 a series needs 8 values to be judged; fewer values
        than 4 + 4 cannot show a change at 5 % to a test that only knows their order.
    max_changes
        Most changes to look for, at least 1. None for 5. Never more than have room.
    cost
        ``"l2"``: squared deviations from the mean of the segment. ``"l1"``: absolute ones from its median, less moved by
        single odd values.
    penalty
        What each change must gain: ``"calibrated"`` so that ``false_alarm`` holds, ``"bic"`` for 2 log n, or a number
        above 0 in the unit of ``gain``.
    false_alarm
        Share of series without any change in which one may be found, 0 < false_alarm < 1; for ``"calibrated"`` only.
    resolution
        The unit in which values were measured or rounded, above 0. Values are then counted in whole units, so
        that 0.1 + 0.2 and 0.3 are equal. None takes doubles as they are.
    simulations
        Series without change that the calibrated penalty rests on.
    seed
        Seed of these. The same seed gives the same result, whatever else is in the batch.

    Returns
    -------
    Segmentation
        Labels, levels and changes per series.

    Raises
    ------
    ArgumentError
        If the values are not numbers of one or two dimensions, or an option is out of range.

    Notes
    -----
    For every number of changes the cheapest of all possible cuts is found, not an approximation [1]_. The changes
    kept are those with the largest gain - penalty x changes, the fewest where equal, where the gain is
    n log(cost without / cost with) for ``"l2"`` and twice that for ``"l1"``: twice the log-likelihood of normal and of
    Laplace noise of unknown size. ``"bic"`` is the criterion of [2]_. It is made for long series: without any change it
    finds one in 9 % (n = 8), 14 % (12), 15 % (16 and 20), 11 % (40) and 9 % (60) of series of normal noise. So by default the
    penalty is such that a maximum over all numbers of changes, as in [3]_, is exceeded with the share ``false_alarm``
    by simulated normal noise, separately for each number of values up to 128; beyond, it grows by 2 log(n / 128), and
    the share falls below.

    Share of series without change in which one is found at the default of 5 % (n = 8, 12, 20, 40):

    ================================  ==========================  ==========================
    noise                             ``"l2"``                    ``"l1"``
    ================================  ==========================  ==========================
    normal                            .048 .045 .051 .055         .049 .051 .051 .049
    t with 3 degrees of freedom       .036 .033 .039 .061         .034 .031 .026 .021
    exponential                       .036 .040 .053 .088         .050 .048 .050 .056
    one value off by 6 sd             .004 .006 .023 .073         .007 .009 .017 .025
    rounded to 1 sd                   .051 .042 .049 .057         .075 .100 .087 .087
    neighbours correlated by 0.3      .109 .140 .200 .287         .105 .130 .176 .219
    ================================  ==========================  ==========================

    A step of 1.5 sd halfway is found in .41 .50 .74 .97 (``"l2"``) and .37 .44 .64 .91 (``"l1"``) of series of normal
    noise. After one step of 3 sd (n = 20) a second change is found in 4 %. ``"l2"`` is the default because it keeps its
    level also where values are rounded; with a single odd value ``"l1"`` finds the step more often (.42 against .31 at
    n = 20).

    The time is linear in the number of series and grows with the square of the periods (``"l2"``) or their cube
    (``"l1"``); the working space with their square, 4 MiB up to 700 periods. The first call for a new length class (16,
    32, 64, 128 values) simulates, which takes up to a few seconds.

    References
    ----------
    .. [1] Auger, I. E. and Lawrence, C. E. (1989). Algorithms for the optimal identification of segment neighborhoods.
       Bulletin of Mathematical Biology 51, 39-54.
    .. [2] Yao, Y.-C. (1988). Estimating the number of change-points via Schwarz' criterion. Statistics & Probability
       Letters 6, 181-189.
    .. [3] Bai, J. and Perron, P. (2003). Computation and analysis of multiple structural change models. Journal of
       Applied Econometrics 18, 1-22.

    Examples
    --------
    Two changes; the gap belongs to the segment before it:

    >>> found = segmentation([5, 5, 6, 5, None, 9, 9, 8, 9, 9, 4, 5, 4, 4])
    >>> found.labels.tolist()
    [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2]
    >>> found.levels[[0, 5, 10]].tolist(), found.n_changes.item()
    ([5.25, 8.8, 4.25], 2)

    Too few values for two segments is not the same as no change:

    >>> found = segmentation([[5, 5, 5, 9, 9, 9, None, None], [5, 6, 5, 6, 5, 6, 5, 6]])
    >>> found.n_changes.tolist(), found.reason.tolist()
    ([-1, 0], ['too_few_points', ''])
    """
    series = Series.of(values, None, None, resolution)
    periods = series.values.shape[1]
    wanted = _MOST_CHANGES if max_changes is None else whole_number("max_changes", max_changes, low=1)
    min_length = whole_number("min_length", min_length, low=2)
    if cost not in get_args(Cost):
        raise ArgumentError.choice("cost", get_args(Cost))
    options = _Options(
        cost=cost,
        min_length=min_length,
        changes=max(0, min(wanted, periods // min_length - 1)),
        wanted=wanted,
        penalty=_checked(penalty),
        false_alarm=open_share("false_alarm", false_alarm),
        simulations=whole_number("simulations", simulations, low=1),
        seed=whole_number("seed", seed, low=0),
        unit=1.0 if series.resolution is None else series.resolution,
    )
    columns = _empty(len(series), periods, options.changes)
    for piece in series.pieces(series_at_once(periods)):
        for name, column in _cut(piece, options).items():
            columns[name][piece.rows] = column
    return Segmentation(**{name: column.reshape(series.shape + column.shape[1:]) for name, column in columns.items()})


@attrs.frozen(kw_only=True)
class _Options:
    cost: Cost
    min_length: int
    changes: int
    wanted: int
    penalty: str | float
    false_alarm: float
    simulations: int
    seed: int
    unit: float

    def penalties(self, n: IntArray) -> FloatArray:
        """Return the gain that a change must bring in series of so many values."""
        if self.penalty == "bic":
            return schwarz_penalty(n)
        if not isinstance(self.penalty, str):
            return np.full(len(n), self.penalty)
        return calibrated_penalty(
            n,
            self.cost,
            min_length=self.min_length,
            changes=self.wanted,
            false_alarm=self.false_alarm,
            simulations=self.simulations,
            seed=self.seed,
        )


def _checked(penalty: object) -> str | float:
    if penalty in ("calibrated", "bic"):
        return str(penalty)
    number = isinstance(penalty, int | float | np.integer | np.floating) and not isinstance(penalty, bool)
    if not (number and 0 < penalty < np.inf):  # type: ignore[operator]
        raise ArgumentError("change.penalty")
    return float(penalty)  # type: ignore[arg-type]


def _empty(series: int, periods: int, changes: int) -> dict[str, npt.NDArray[Any]]:
    return {
        "labels": np.zeros((series, periods), dtype=np.int64),
        "starts": np.zeros((series, periods), dtype=np.bool_),
        "levels": np.full((series, periods), np.nan),
        "n_changes": np.full(series, -1, dtype=np.int64),
        "gain": np.full(series, np.nan),
        "penalty": np.full(series, np.nan),
        "costs": np.full((series, changes + 1), np.nan),
        "n": np.zeros(series, dtype=np.int64),
        "reason": np.full(series, "", dtype=object),
    }


def _cut(piece: Piece, options: _Options) -> dict[str, npt.NDArray[Any]]:
    """Cut those series of a piece that have room for two segments."""
    n = piece.n
    few = n < 2 * options.min_length
    found = _empty(len(n), len(piece.values), options.changes)
    found |= {
        "n": n,
        "reason": reasons(n.shape, (piece.unusable, "invalid_value"), (n == 0, "no_data"), (few, "too_few_points")),
    }
    judged = np.flatnonzero(found["reason"] == "")
    if len(judged):
        part = _judged(piece.values[:, judged], n[judged], options)
        for name, column in part.items():
            found[name][judged] = column
    return found


def _judged(values: FloatArray, n: IntArray, options: _Options) -> dict[str, npt.NDArray[Any]]:
    valid = ~np.isnan(values)
    # Powers of two change no digit, and squares of values of at most 1 neither overflow nor vanish.
    exponent = np.frexp(np.abs(np.where(valid, values, 0.0)).max(axis=0))[1]
    small = np.ldexp(values, -exponent)
    order = np.argsort(~valid, axis=0, kind="stable")  # values first, in order of time
    together = np.nan_to_num(np.take_along_axis(small, order, axis=0))
    runs = run_costs(together, options.cost)
    best = least_costs(runs, min_length=options.min_length, changes=options.changes)
    costs = np.take_along_axis(best, n[None, None], axis=1)[:, 0]
    penalty = options.penalties(n)
    gain = gains(costs, n, options.cost)
    changes = (gain - penalty * np.arange(len(gain))[:, None]).argmax(axis=0)
    starts = np.zeros(values.shape, dtype=np.bool_)
    found = borders(runs, best, n, changes, min_length=options.min_length)
    np.put_along_axis(starts, order, found, axis=0)
    labels = np.cumsum(starts, axis=0, dtype=np.int64)
    with np.errstate(over="ignore"):
        levels = np.ldexp(_levels(small, labels, options.cost), exponent) * options.unit
        # Twos apart: the square of a unit may be too large or too small for a double where the cost is not.
        unit, twos = np.frexp(options.unit)
        power = 1 if options.cost == "l1" else 2
        own = np.ldexp(costs * unit**power, power * (exponent + twos))
    return {
        "labels": labels.T,
        "starts": starts.T,
        "levels": levels.T,
        "n_changes": changes,
        "gain": gain[changes, np.arange(len(n))],
        "penalty": penalty,
        "costs": np.where(np.isfinite(costs), own, np.nan).T,
    }


def _levels(values: FloatArray, labels: IntArray, cost: Cost) -> FloatArray:
    """Return the level of each period's segment."""
    levels = np.empty_like(values)
    for label in range(int(labels.max(initial=0)) + 1):
        here = labels == label
        members = np.where(here, values, np.nan)
        np.copyto(levels, row_medians(members.T.copy()) if cost == "l1" else _means(members), where=here)
    return levels


def _means(columns: FloatArray) -> FloatArray:
    """Return the means of columns with gaps; exact where all values are equal."""
    valid = ~np.isnan(columns)
    base = np.take_along_axis(columns, valid.argmax(axis=0)[None], axis=0)[0]
    off = np.where(valid, columns - base, 0.0)
    with np.errstate(invalid="ignore"):
        mean: FloatArray = base + np.cumsum(off, axis=0)[-1] / valid.sum(axis=0)  # one by one, however many columns
    return mean
