"""A table of variables as numbers: text levels become codes, transforms are applied, cells without a value are NaN."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, float_array

__all__ = ["Cells", "Kind", "Transform", "cells_of", "flags", "population_of"]

Transform: TypeAlias = Literal["none", "log", "log1p", "sqrt", "logit", "rank"]
Kind: TypeAlias = Literal["numeric", "nominal", "ordered"] | Sequence[object]

_FORMULAS: Final[dict[str, Callable[[FloatArray], FloatArray]]] = {
    "none": lambda x: x,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "logit": lambda x: np.log(x) - np.log1p(-x),
}
_TEXT: Final = "OSUT"  # kinds of NumPy dtypes
_KINDS: Final = ("numeric", "nominal", "ordered")


@attrs.frozen(kw_only=True, eq=False)
class Cells:
    """Variables ready to be scaled.

    Attributes
    ----------
    table
        Shape (units, variables), NaN where there is no number.
    nominal, ordered
        Shape (variables,): whether only equality counts, or only the order.
    undefined
        Shape (variables,): cells that were infinite or that the transform does not exist for, such as the logarithm of 0.
    ranked
        Whether a transform looks at all units.
    """

    table: FloatArray
    nominal: BoolArray
    ordered: BoolArray
    undefined: IntArray
    ranked: bool


def cells_of(
    values: npt.ArrayLike,
    kinds: Sequence[Kind] | None,
    transforms: str | Sequence[str] | None,
    population: npt.ArrayLike | None,
    *,
    mixed: bool,
) -> Cells:
    """Read a table of shape (units, variables); text is taken where ``mixed``."""
    table, named = _mixed(values, kinds) if mixed else (_numbers(values), None)
    wanted = _transforms(transforms, table.shape[1])
    names = named or ["numeric"] * table.shape[1]
    if any(kind != "numeric" and name != "none" for kind, name in zip(names, wanted, strict=True)):
        raise ArgumentError("likeness.transform_of_levels")
    members = population_of(population, len(table))
    missing = np.isnan(table)
    columns = [_transformed(column, name, members) for column, name in zip(table.T, wanted, strict=True)]
    moved = np.array(columns).T.reshape(table.shape)
    moved[~np.isfinite(moved)] = np.nan
    return Cells(
        table=moved,
        nominal=np.array([kind == "nominal" for kind in names], dtype=np.bool_),
        ordered=np.array([kind == "ordered" for kind in names], dtype=np.bool_),
        undefined=(np.isnan(moved) & ~missing).sum(axis=0),
        ranked="rank" in wanted,
    )


def population_of(population: npt.ArrayLike | None, units: int) -> BoolArray:
    """Return which units scale the variables, all where None."""
    return flags("population", population, units)


def flags(argument: str, given: npt.ArrayLike | None, units: int) -> BoolArray:
    """Return a true or false for each unit, true where None."""
    if given is None:
        return np.ones(units, dtype=np.bool_)
    array = np.asarray(given)
    if array.shape != (units,):
        raise ArgumentError("argument.shape", argument=argument, expected=f"({units},)", got=str(array.shape))
    if array.dtype != np.bool_:
        raise ArgumentError("argument.type", argument=argument, expected="bool")
    return array


def _numbers(values: npt.ArrayLike) -> FloatArray:
    table = float_array("values", values)
    _check_table(table)
    return table


def _check_table(table: npt.NDArray[Any]) -> None:
    if table.ndim != 2 or not table.shape[1]:  # noqa: PLR2004 - a table
        raise ArgumentError("argument.shape", argument="values", expected="(units, variables)", got=str(table.shape))


def _transforms(given: str | Sequence[str] | None, variables: int) -> list[str]:
    allowed = get_args(Transform)
    if given is None or isinstance(given, str):
        names = ["none" if given is None else given] * variables
    else:
        names = _each("transforms", given, allowed)
    if not all(name in allowed for name in names):
        raise ArgumentError.choice("transforms", allowed)
    if len(names) != variables:
        raise ArgumentError(
            "argument.shape", argument="transforms", expected=f"({variables},)", got=f"({len(names)},)"
        )
    return names


def _each(argument: str, given: Iterable[Any], allowed: Iterable[str]) -> list[Any]:
    """Return what is given for each variable."""
    try:
        return list(given)
    except TypeError:
        raise ArgumentError.choice(argument, allowed) from None


def _transformed(column: FloatArray, name: str, members: BoolArray) -> FloatArray:
    if name == "rank":
        return _positions(column, members)
    with np.errstate(all="ignore"):
        return _FORMULAS[name](column)


def _positions(column: FloatArray, members: BoolArray) -> FloatArray:
    """Return the mid-rank position among the population, from 0 to 1; also of units that are not in it."""
    known = np.sort(column[members & np.isfinite(column)])
    if not len(known):
        return np.full(len(column), np.nan)
    below, upto = np.searchsorted(known, column, "left"), np.searchsorted(known, column, "right")
    return np.where(np.isfinite(column), (below + upto) / (2 * len(known)), np.nan)


def _mixed(values: npt.ArrayLike, kinds: Sequence[Kind] | None) -> tuple[FloatArray, list[str]]:
    array = _array(values)
    _check_table(array)
    wanted: list[Kind | None] = [None] * array.shape[1] if kinds is None else _each("kinds", kinds, _KINDS)
    if len(wanted) != array.shape[1]:
        expected = f"({array.shape[1]},)"
        raise ArgumentError("argument.shape", argument="kinds", expected=expected, got=f"({len(wanted)},)")
    columns = [_column(column, kind) for column, kind in zip(array.T, wanted, strict=True)]
    return np.array([numbers for numbers, _ in columns]).T.reshape(array.shape), [name for _, name in columns]


def _array(values: npt.ArrayLike) -> npt.NDArray[Any]:
    if isinstance(values, np.ma.MaskedArray):
        return float_array("values", values)
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise ArgumentError("argument.numbers", argument="values") from error
    if array.dtype.kind in "US" and not isinstance(values, np.ndarray):
        return np.asarray(values, dtype=object)  # else NumPy writes numbers, and NaN, as text
    return array


def _column(column: npt.NDArray[Any], kind: Kind | None) -> tuple[FloatArray, str]:
    """Return a column as numbers, and its kind."""
    if kind is None:
        kind = (
            "nominal" if column.dtype.kind in _TEXT and any(isinstance(cell, str) for cell in column) else "numeric"
        )
    if not isinstance(kind, str):
        try:
            return _coded(column, tuple(kind)), "ordered"
        except TypeError:  # no levels, or levels that cannot be told apart
            raise ArgumentError.choice("kinds", _KINDS) from None
    if kind == "numeric":
        return float_array("values", column), "numeric"
    if kind == "ordered":
        return _coded(float_array("values", column)), "ordered"
    if kind == "nominal":
        return _coded(column), "nominal"
    raise ArgumentError.choice("kinds", _KINDS)


def _coded(column: npt.NDArray[Any], levels: Sequence[Any] | None = None) -> FloatArray:
    """Return the number of each cell's level; levels that are not given are those that occur, sorted."""
    if levels is None and column.dtype.kind != "O":
        missing = np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), dtype=np.bool_)
        codes = np.unique(column, return_inverse=True)[1].astype(np.float64)
        codes[missing] = np.nan
        return codes
    cells = column.tolist()
    there = [not _is_missing(cell) for cell in cells]
    if levels is None:
        levels = list(dict.fromkeys(cell for cell, known in zip(cells, there, strict=True) if known))
    number = {level: float(position) for position, level in enumerate(levels)}
    unknown = [cell for cell, known in zip(cells, there, strict=True) if known and cell not in number]
    if unknown:
        raise ArgumentError.choice("values", map(str, levels))
    return np.array([number[cell] if known else np.nan for cell, known in zip(cells, there, strict=True)])


def _is_missing(cell: object) -> bool:
    return cell is None or type(cell).__name__ == "NAType" or cell != cell  # noqa: PLR0124 - NaN and NaT
