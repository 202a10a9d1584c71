"""Which value a published method starts from, and which it ends with."""

from __future__ import annotations

from typing import Any

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
    float_array,
    reasons,
    vector,
)
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["PublishedBase", "published_base", "series_of"]


@attrs.frozen(kw_only=True, eq=False)
class PublishedBase(ArrayResult):
    """Base and current value of each series, as a published method picks them.

    Attributes
    ----------
    base, base_time, base_index
        The base value, its year and its place among the periods; NaN and -1 where there is none.
    current, current_time, current_index
        The same of the latest value.
    asked_time
        The base year asked for.
    reason
        ``"no_data"``, or ``"no_base"`` where no value stands where the method looks for one. Else empty.

    Examples
    --------
    >>> from maalbib.stats import published_base
    >>> found = published_base([float("nan"), 5.0, 6.0], [2015, 2016, 2020], profile="statcan")
    >>> found.base_time.item(), found.current.item()
    (2016.0, 6.0)
    """

    base: FloatArray
    base_time: FloatArray
    base_index: IntArray
    current: FloatArray
    current_time: FloatArray
    current_index: IntArray
    asked_time: FloatArray
    reason: ReasonArray


def published_base(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    profile: str | Profile = "statcan",
    base_time: npt.ArrayLike | None = None,
) -> PublishedBase:
    """Pick base and current value of every series by the rule of a published method.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods). NaN means missing.
    times
        Years of the periods, shape (periods,), increasing. A period of several years counts by its first.
    profile
        ``"statcan"`` (the base year, else the next later one with a value), ``"eustat"`` (the nearest, a later year before an
        earlier one as near) or ``"un_progress_chart"`` (the next later one, else the last before it).
    base_time
        The base year, one for all or one per series; that of the method where None.

    Returns
    -------
    PublishedBase
        One element per series; shape () for a single series.

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not increase, or the method has no base year.

    Notes
    -----
    Time and memory are linear in the number of values.

    Examples
    --------
    >>> found = published_base([[3, None, 5], [None, None, 4]], [2013, 2014, 2018], profile="eustat")
    >>> found.base_time.tolist()
    [2013.0, 2018.0]
    """
    parameters = as_profile(profile, "statcan", "eustat", "un_progress_chart").parameters
    rows, years, shape = series_of(values, times)
    asked = np.broadcast_to(
        float_array("base_time", parameters["base_time"] if base_time is None else base_time), shape
    )
    kept = np.isfinite(rows)
    index = _picked(kept, years, asked.reshape(-1), parameters["base_rule"])
    current = (
        np.where(kept.any(axis=1), kept.shape[1] - 1 - np.argmax(kept[:, ::-1], axis=1), -1) if len(years) else index
    )
    pieces: dict[str, npt.NDArray[Any]] = {
        "base": _at(rows, index),
        "base_time": _at(np.broadcast_to(years, rows.shape), index),
        "base_index": index,
        "current": _at(rows, current),
        "current_time": _at(np.broadcast_to(years, rows.shape), current),
        "current_index": current,
        "asked_time": asked,
        "reason": reasons(index.shape, (current < 0, "no_data"), (index < 0, "no_base")),
    }
    return PublishedBase(**{name: np.reshape(piece, shape) for name, piece in pieces.items()})


def series_of(values: npt.ArrayLike, times: npt.ArrayLike) -> tuple[FloatArray, FloatArray, tuple[int, ...]]:
    """Return values as (series, periods), their years, and the shape of results."""
    array, years = float_array("values", values), vector("times", times)
    if array.ndim not in {1, 2} or array.shape[-1] != len(years):
        expected = f"({len(years)},) / (n, {len(years)})"
        raise ArgumentError("argument.shape", argument="values", expected=expected, got=str(array.shape))
    if not np.isfinite(years).all() or (np.diff(years) <= 0).any():
        raise ArgumentError("profiles.times_not_increasing")
    return np.atleast_2d(array), years, array.shape[:-1]


def _picked(kept: BoolArray, years: FloatArray, asked: FloatArray, rule: str) -> IntArray:
    """Return the place of the base value: the one at the least distance, by the way the rule measures it."""
    if not len(years):
        return np.full(len(kept), -1)
    away = years - asked[:, None]
    distance = np.abs(away)
    if rule == "nearest":
        distance = np.where(away > 0, np.nextafter(distance, 0), distance)  # a later year goes before one as near
    elif rule == "next_later":
        distance = np.where(away < 0, np.inf, distance)
    else:  # every earlier year comes after all later ones
        distance = np.where(
            away < 0, distance + (years[-1] - years[0]) + np.abs(away).max(axis=1, keepdims=True), distance
        )
    distance = np.where(kept, distance, np.inf)
    place = np.argmin(distance, axis=1)
    return np.where(np.isfinite(np.take_along_axis(distance, place[:, None], axis=1)[:, 0]), place, -1)


def _at(rows: FloatArray, index: IntArray) -> FloatArray:
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    found = np.take_along_axis(rows, np.maximum(index, 0)[:, None], axis=1)[:, 0]
    return np.where(index < 0, np.nan, found)
