"""The columns of a result, gathered piece by piece; what all series have in common is stored once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maalbib.stats._arrays import ArrayResult, BoolArray

__all__ = ["Columns", "filled", "shared"]

_DTYPES: Final = {"FloatArray": np.float64, "IntArray": np.int64, "ReasonArray": np.object_}


def shared(value: Any, series: int) -> npt.NDArray[Any]:
    """Return one value as that of every series, a read-only view that takes no room."""
    if isinstance(value, str):
        return np.broadcast_to(np.array(value, dtype=object), (series,))
    one = np.array(value)
    one.setflags(write=False)
    return np.ndarray((series,), one.dtype, one, strides=(0,))  # what broadcast_to gives, ten times as fast


def filled(column: npt.NDArray[Any], where: BoolArray, value: object) -> npt.NDArray[Any]:
    """Return the column with one value at some places; the column itself where there are none."""
    if not where.any():
        return column
    column = np.array(column)
    column[where] = value
    return column


class Columns:
    """A result in the making: a column per field, each as long as there are series.

    A column is allocated when two series first differ in it. A million tested series without gaps share their
    number of values, their variance and the way they were counted: half of what the results would take.
    """

    def __init__(self, kind: type[ArrayResult], series: int, *, without: tuple[str, ...] = ()) -> None:
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(kind)  # type: ignore[arg-type]
        dtypes = {field.name: _DTYPES[str(field.type)] for field in fields if field.name not in without}
        self._columns = {name: _Column(series=series, dtype=dtype) for name, dtype in dtypes.items()}

    def put(self, rows: slice | npt.NDArray[np.intp], found: Mapping[str, npt.NDArray[Any]]) -> None:
        """Store the results of some series."""
        for name, column in self._columns.items():
            column.put(rows, found[name])

    def arrays(self, shape: tuple[int, ...]) -> dict[str, npt.NDArray[Any]]:
        """Return all columns in the shape of the results, read-only."""
        return {name: column.array().reshape(shape) for name, column in self._columns.items()}


@attrs.define(kw_only=True, eq=False)
class _Column:
    """One column: nothing yet, then one value for all series, then a value for each."""

    series: int
    dtype: type[Any]
    one: npt.NDArray[Any] | None = None
    each: npt.NDArray[Any] | None = None

    def put(self, rows: slice | npt.NDArray[np.intp], values: npt.NDArray[Any]) -> None:
        if self.each is None:
            if self.one is None:
                self.one = np.array(values[:1], dtype=self.dtype)
            if _all_are(values, self.one):
                return
            self.each = np.empty(self.series, dtype=self.dtype)
            self.each[:] = self.one  # np.full would make a new string for each series
        self.each[rows] = values

    def array(self) -> npt.NDArray[Any]:
        if self.each is None:
            one = np.empty(0, dtype=self.dtype) if self.one is None else self.one
            return np.broadcast_to(one, (self.series,))
        self.each.setflags(write=False)
        return self.each


def _all_are(values: npt.NDArray[Any], one: npt.NDArray[Any]) -> bool:
    """Return whether every value is the given one, NaN equal to NaN."""
    some = values[:1] if values.strides == (0,) else values
    return bool((some == one).all() or ((one != one).all() and (some != some).all()))  # noqa: PLR0124 - only NaN
