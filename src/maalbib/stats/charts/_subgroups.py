"""Charts of subgroups: several values per period, summed up as mean, standard deviation and size."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, float_array
from maalbib.stats.charts._baseline import Baseline
from maalbib.stats.charts._points import Lines, Points, around

__all__ = ["Subgroups", "subgroup_means", "subgroup_spreads", "subgroups"]

_LONG: Final = 300  # sizes from which the expansion of c4 is exact to the last digits
_EXPANSION: Final = (-399 / 262_144, -21 / 32_768, 5 / 1_024, 1 / 128, -1 / 8, 1.0)  # of powers of 2 / (n - 1)


@attrs.frozen(kw_only=True, eq=False)
class Subgroups(ArrayResult):
    """Values summed up per subgroup, shape (subgroups,) or (series, subgroups).

    Attributes
    ----------
    mean
        NaN without values.
    sd
        Standard deviation within the subgroup; NaN below two values.
    size
        Values that are there.
    labels
        The label of each subgroup, shape (subgroups,).

    Examples
    --------
    >>> from maalbib.stats import subgroups
    >>> found = subgroups([4, 6, 5, 9, None], [1, 1, 2, 2, 2])
    >>> found.mean.tolist(), found.size.tolist()
    ([5.0, 7.0], [2, 2])
    """

    mean: FloatArray
    sd: FloatArray
    size: IntArray
    labels: IntArray


def subgroups(values: npt.ArrayLike, labels: npt.ArrayLike) -> Subgroups:
    """Sum up single values per subgroup, for ``control_limits("xbar", ...)`` and ``control_limits("s", ...)``.

    Parameters
    ----------
    values
        Shape (values,) or (series, values), any unit. NaN is left out.
    labels
        Whole numbers, shape (values,): the subgroup of each value, usually the number of its period.

    Returns
    -------
    Subgroups
        One column per label, in rising order.

    Raises
    ------
    ArgumentError
        If the values are not numbers, the labels not whole numbers, or the shapes do not fit.

    Notes
    -----
    Squares are summed around the mean of the subgroup, so that no digits are lost far from 0.

    Examples
    --------
    Waiting times of three patients a week:

    >>> weeks = subgroups([12, 15, 12, 20, 22, 21], [1, 1, 1, 2, 2, 2])
    >>> weeks.mean.tolist(), weeks.sd.round(3).tolist()
    ([13.0, 21.0], [1.732, 1.0])
    """
    array, kinds = float_array("values", values), np.asarray(labels)
    if array.ndim not in {1, 2}:
        raise ArgumentError(
            "argument.shape", argument="values", expected="(values,) / (series, values)", got=str(array.shape)
        )
    if kinds.shape != array.shape[-1:]:
        raise ArgumentError(
            "argument.shape", argument="labels", expected=f"({array.shape[-1]},)", got=str(kinds.shape)
        )
    if kinds.size and kinds.dtype.kind not in "iu":
        raise ArgumentError("charts.labels_not_whole_numbers")
    found, column = np.unique(kinds, return_inverse=True)
    rows = np.atleast_2d(array)
    column = column.reshape(-1)
    order = np.argsort(column, kind="stable")
    cells = (np.arange(len(rows))[:, None] * len(found) + column[order]).ravel()
    ordered = rows[:, order].ravel()
    base = Baseline(cells, len(rows) * len(found), np.flatnonzero(np.isfinite(ordered)), join=True)
    shape = (*array.shape[:-1], len(found))
    mean, sd = _moments(base, ordered)
    return Subgroups(
        mean=mean.reshape(shape),
        sd=sd.reshape(shape),
        size=base.count.reshape(shape),
        labels=found.astype(np.int64),
    )


def _moments(base: Baseline, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    with np.errstate(all="ignore"):
        mean = base.mean(values)
        squares = base.total((values - base.everywhere(mean)) ** 2)
        return mean, np.where(base.count > 1, np.sqrt(squares / (base.count - 1)), np.nan)


def subgroup_means(points: Points) -> Lines:
    """Return lines for means of subgroups, with the spread inside them."""
    base, size = points.base, points.size
    mean = base.total(size * points.values) / base.total(size)
    within = points.each(_within(points, points.spread))
    return around(
        points.values,
        points.centre(mean),
        within / (_c4(size) * np.sqrt(size)),
        points.each(base.count),
    )


def subgroup_spreads(points: Points) -> Lines:
    """Return lines for standard deviations of subgroups."""
    centre = points.centre(_within(points, points.values))
    c4 = _c4(points.size)
    return around(points.values, centre, centre * np.sqrt(1 - c4 * c4) / c4, points.each(points.base.count))


def _within(points: Points, sd: FloatArray) -> FloatArray:
    """Average standard deviations per group: plainly where sizes are equal, else by their degrees of freedom."""
    size, index = points.size, points.base.index
    base = Baseline(points.base.group, len(points.base.count), index[~np.isnan(sd[index])], join=True)
    differ = base.total((size != base.everywhere(base.first(size))).astype(np.float64)) > 0
    plain = base.total(sd) / base.count
    pooled = np.sqrt(base.total((size - 1) * sd * sd) / base.total(size - 1))
    return np.where(differ, pooled, plain)


def _c4(size: FloatArray) -> FloatArray:
    """Return the mean of the standard deviation of ``size`` normal values, in standard deviations."""
    from scipy import special

    half = (size - 1) / 2
    few = np.minimum(half, _LONG / 2)
    ratio = special.gamma(few + 0.5) / special.gamma(few) / np.sqrt(few)
    return np.where(size > _LONG, np.polyval(_EXPANSION, 1 / half), ratio)
