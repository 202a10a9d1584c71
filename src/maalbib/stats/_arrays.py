"""What every kernel does with its arguments and results: strict arrays in, comparable objects out."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
ReasonArray: TypeAlias = npt.NDArray[np.object_]

_NUMERIC: Final = "biuf"  # kinds of NumPy dtypes
_OBJECT: Final = "O"


class ArrayResult:
    """Base of the results: equal when every field is, NaN counting as equal to NaN."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Compare field by field."""
        if type(self) is not type(other):
            return NotImplemented
        fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(self)))
        return all(_same(getattr(self, field.name), getattr(other, field.name)) for field in fields)

    __hash__ = None  # type: ignore[assignment]


def _same(one: object, other: object) -> bool:
    left, right = np.asarray(one), np.asarray(other)
    return bool(np.array_equal(left, right, equal_nan=left.dtype.kind == right.dtype.kind == "f"))


def numeric_array(argument: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return ``values`` as an array of booleans, integers or floats; None and NA become NaN.

    Text is refused even where it looks like a number.
    """
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.filled(values.astype(np.float64), np.nan)
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise ArgumentError("argument.numbers", argument=argument) from error
    if array.dtype.kind == _OBJECT:
        return np.fromiter(_floats(argument, array), np.float64, array.size).reshape(array.shape)
    if array.dtype.kind not in _NUMERIC:
        raise ArgumentError("argument.numbers", argument=argument)
    return array


def float_array(argument: str, values: npt.ArrayLike) -> FloatArray:
    """Return ``values`` as doubles, without a copy where they already are."""
    return numeric_array(argument, values).astype(np.float64, copy=False)


def vector(argument: str, values: npt.ArrayLike) -> FloatArray:
    """Return ``values`` as doubles in one dimension."""
    array = float_array(argument, values)
    if array.ndim != 1:
        raise ArgumentError("argument.shape", argument=argument, expected="(n,)", got=str(array.shape))
    return array


def broadcast_to(argument: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Return ``values`` as doubles stretched to ``shape``, read-only."""
    array = float_array(argument, values)
    try:
        return np.broadcast_to(array, shape)
    except ValueError as error:
        raise ArgumentError("argument.shape", argument=argument, expected=str(shape), got=str(array.shape)) from error


def number_or_nan(value: object) -> float:
    """Return a single number as a double, NaN for what is none: a truth value, text, an array, a number too large."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.nan


def open_share(argument: str, value: float) -> float:
    """Return ``value`` when it is a number strictly between 0 and 1."""
    try:
        inside = not isinstance(value, bool) and np.ndim(value) == 0 and bool(0 < value < 1)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return float(value)


def whole_number(argument: str, value: object, *, low: int) -> int:
    """Return ``value`` when it is a whole number of at least ``low``."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < low:
        raise ArgumentError("argument.whole_number", argument=argument, low=low)
    return int(value)


def reasons(shape: tuple[int, ...], *found: tuple[BoolArray, str]) -> ReasonArray:
    """Return an array of codes; where several apply, the one listed first."""
    reason = np.full(shape, "", dtype=object)
    for where, code in reversed(found):
        reason[where] = code
    return reason


def _floats(argument: str, array: npt.NDArray[Any]) -> Iterator[float]:
    for value in array.flat:
        if value is None or type(value).__name__ == "NAType":  # pandas.NA, without importing pandas
            yield np.nan
        elif isinstance(value, str | bytes):
            raise ArgumentError("argument.numbers", argument=argument)
        else:
            try:
                yield float(value)
            except OverflowError:  # a whole number or a fraction beyond the largest double
                yield np.inf if value > 0 else -np.inf
            except (TypeError, ValueError) as error:
                raise ArgumentError("argument.numbers", argument=argument) from error
