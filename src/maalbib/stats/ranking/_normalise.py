"""Values of different units brought to one scale."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats.ranking._position import position
from maalbib.stats.ranking._ranks import ranks
from maalbib.stats.ranking._rows import groups_of

__all__ = ["Normalised", "normalise"]

Method: TypeAlias = Literal[
    "min_max", "z", "rank", "borda", "percent_rank", "fraction_of_max", "goalposts", "distance_to_target"
]
_FEWEST: Final = 2
_OF_TWO: Final = {"min_max", "z", "percent_rank"}  # say nothing of a single member
_OF_SPREAD: Final = {"min_max", "z"}  # say nothing of equal values


@attrs.frozen(kw_only=True, eq=False)
class Normalised(ArrayResult):
    """Values on one scale, arrays of the shape of the values.

    Attributes
    ----------
    value
        The value on the scale of the method, NaN where there is none.
    method
        As asked for.
    sample_dependent
        Whether one unit that comes or goes moves the others.
    reason
        ``missing_input``, ``not_finite``, ``too_few_units`` (a single member), ``constant``, ``largest_not_positive`` or
        ``target_not_above_smallest``, else empty.

    Examples
    --------
    >>> from maalbib.stats import normalise
    >>> normalise([4.0, 4.0], method="min_max").reason.tolist()
    ['constant', 'constant']
    """

    value: FloatArray
    method: Method
    sample_dependent: bool
    reason: ReasonArray


def normalise(
    values: npt.ArrayLike,
    *,
    method: Method,
    goalposts: tuple[float, float] | None = None,
    target: float | None = None,
) -> Normalised:
    """Bring the values of each group to a scale without a unit.

    Parameters
    ----------
    values
        Shape (units,) or (..., units), a group in each row, any unit. NaN and infinite values take no part.
    method
        ``"min_max"``: 0 for the smallest, 1 for the largest. ``"z"``: standard deviations (divisor n - 1) from the mean. ``"rank"``:
        smallest rank of the tie, 1 for the lowest value. ``"borda"``: how many lie below. ``"percent_rank"``: the share of the
        others that lie below. ``"fraction_of_max"``: the value divided by the largest. ``"goalposts"``: 0 at and below the
        lower goalpost, 1 at and above the upper one. ``"distance_to_target"``: 0 for the smallest, 1 at the target, above 1 beyond
        it.
    goalposts
        Two numbers in the unit of the values, for ``"goalposts"`` alone.
    target
        A number in the unit of the values, for ``"distance_to_target"`` alone.

    Returns
    -------
    Normalised
        Values in the order given.

    Raises
    ------
    ArgumentError
        If the values are not numbers, the method is none of those named, or goalposts or target do not fit it.

    Notes
    -----
    Higher stays higher; where lower is better, turn the values and the target first. All but goalposts that do not come from the values themselves
    depend on who else is in the group: a new unit at one end moves everybody.

    Examples
    --------
    >>> normalise([3, 4, 7, 15], method="min_max").value.round(4).tolist()
    [0.0, 0.0833, 0.3333, 1.0]
    >>> normalise([3, 4, 7, 15], method="goalposts", goalposts=(4, 10)).value.tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    if method not in get_args(Method):
        raise ArgumentError.choice("method", get_args(Method))
    posts, aim = _posts(method, goalposts), _aim(method, target)
    given = groups_of("values", values)
    x = np.where(np.isfinite(given), given, np.nan)
    low = np.fmin.reduce(x, axis=-1, keepdims=True, initial=np.inf)
    high = np.fmax.reduce(x, axis=-1, keepdims=True, initial=-np.inf)
    n = np.isfinite(x).sum(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        value = _share(x, low, aim) if method == "distance_to_target" else _value(x, method, posts, low, high, n)
    alone = (n < _FEWEST) & (method in _OF_TWO)
    equal = (low == high) & (method in _OF_SPREAD)
    no_part = (high <= 0) & (method == "fraction_of_max")
    reached = (low >= aim) & (method == "distance_to_target")
    return Normalised(
        value=np.where(alone | equal | no_part | reached, np.nan, value),
        method=method,
        sample_dependent=method != "goalposts",
        reason=reasons(
            given.shape,
            (np.isnan(given), "missing_input"),
            (np.isinf(given), "not_finite"),
            (np.broadcast_to(alone, given.shape), "too_few_units"),
            (np.broadcast_to(equal, given.shape), "constant"),
            (np.broadcast_to(no_part, given.shape), "largest_not_positive"),
            (np.broadcast_to(reached, given.shape), "target_not_above_smallest"),
        ),
    )


def _value(
    x: FloatArray, method: Method, posts: tuple[float, float], low: FloatArray, high: FloatArray, n: IntArray
) -> FloatArray:
    """Return the values on their scale, whatever stands where the scale is not defined."""
    if method == "z":
        return position(x).z
    if method == "fraction_of_max":
        return x / high
    if method == "goalposts":
        return np.clip(_share(x, *posts), 0.0, 1.0)
    if method == "min_max":
        return _share(x, low, high)
    rank = ranks(x, order="smallest_first").rank
    if method == "rank":
        return rank
    return rank - 1 if method == "borda" else (rank - 1) / (n - 1)


def _share(x: FloatArray, low: FloatArray | float, high: FloatArray | float) -> FloatArray:
    """Return how much of the way from one to the other lies behind; halves first, as a difference may be infinite."""
    share: FloatArray = (x / 2 - low / 2) / (high / 2 - low / 2)
    return share


def _posts(method: Method, goalposts: object) -> tuple[float, float]:
    if (method == "goalposts") != (goalposts is not None):
        raise ArgumentError("ranking.goalposts_and_method")
    if goalposts is None:
        return 0.0, 1.0
    posts = float_array("goalposts", goalposts)  # type: ignore[arg-type]
    if posts.shape != (2,) or not np.isfinite(posts).all() or posts[0] >= posts[1]:
        raise ArgumentError("ranking.goalposts")
    return float(posts[0]), float(posts[1])


def _aim(method: Method, target: object) -> float:
    if (method == "distance_to_target") != (target is not None):
        raise ArgumentError("ranking.target_and_method")
    if target is None:
        return 0.0
    if isinstance(target, bool) or not isinstance(target, int | float | np.number) or not np.isfinite(target):
        raise ArgumentError("ranking.target")
    return float(target)
