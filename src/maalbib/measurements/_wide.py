"""Wide tables made long: columns that are periods, indicators or categories become rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.errors import ArgumentError
from maalbib.measurements._codes import is_text
from maalbib.measurements._columns import Origin
from maalbib.model import Period
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._intake import Given, Options

array: Final[Any] = pa.array  # their stubs know fewer forms than they take
chunked_array: Final[Any] = pa.chunked_array
replace_substring: Final[Any] = pc.replace_substring

__all__ = ["Across", "across_of", "made_long"]

Across = str | Mapping[str, Sequence[str] | Mapping[str, str]] | None
"""What is spread over the header: ``"period"``, or a column with the headers that are its codes."""


def across_of(across: Across) -> tuple[str, dict[str, str] | None] | None:
    """Return the column that is spread and what each header stands for; None for the periods among the headers.

    Raises
    ------
    ArgumentError
        If it names neither ``"period"`` nor one column with its headers.
    """
    if across is None:
        return None
    if across == "period":
        return "period", None
    if isinstance(across, Mapping) and len(across) == 1:
        ((name, headers),) = across.items()
        if isinstance(headers, Mapping):
            return name, {str(header): str(code) for header, code in headers.items()}
        if not isinstance(headers, str):
            return name, {str(header): str(header) for header in headers}
    raise ArgumentError("across.form")


def made_long(given: Given, options: Options) -> Given:
    """Return the table with a row for each cell of the spread columns, row by row; as it is where nothing is spread."""
    if options.across is None or given.refused:
        return given
    name, headers = options.across
    found = _spread(given, options, name, headers)
    missing = [] if headers is None else [header for header in headers if header not in given.columns]
    if missing or not found:
        blocks = [ProblemBlock(code="column.missing", file=given.origin.file, column=header) for header in missing]
        blocks = blocks or [ProblemBlock(code="across.none", file=given.origin.file)]
        return attrs.evolve(given, columns={}, problems=given.problems + Problems(blocks))
    kept = {own: column for own, column in given.columns.items() if own not in found}
    for taken in (name, "value"):
        if taken in kept:
            raise ArgumentError("across.taken", column=taken)
    return _long(given, name, found, kept, decimal="," if options.locale.numbers == "da" else ".")


def _spread(given: Given, options: Options, name: str, headers: dict[str, str] | None) -> dict[str, str]:
    """Return the own columns that are spread, and the code that each of them stands for."""
    if headers is not None:
        return {own: code for own, code in headers.items() if own in given.columns}
    taken = {*options.columns.values(), *given.roles.values()}
    periods = ((own, options.locale.period(own)) for own in given.columns if own not in taken)
    return {own: own for own, period in periods if name == "period" and isinstance(period, Period)}


def _long(
    given: Given, name: str, found: Mapping[str, str], kept: Mapping[str, pa.ChunkedArray[Any]], *, decimal: str
) -> Given:
    rows, width = len(given.origin.rows), len(found)
    again = np.repeat(np.arange(rows), width)
    places = np.tile(np.arange(width, dtype=np.int32), rows)
    columns = {own: _repeated(column, again) for own, column in kept.items()}
    codes = pa.DictionaryArray.from_arrays(array(places), pa.array([*found.values()], type=pa.string()))
    columns[name] = pa.chunked_array([codes])
    columns["value"] = _interleaved([given.columns[own] for own in found], rows, decimal=decimal)
    return attrs.evolve(
        given,
        columns=columns,
        origin=_origin(given.origin, again, places, tuple(found)),
        faults=_faults(given, found, width),
        extensions=given.extensions - found.keys(),
    )


def _origin(origin: Origin, again: NDArray[np.int64], places: NDArray[np.int32], names: tuple[str, ...]) -> Origin:
    return attrs.evolve(origin.take(again), spread=(places, names))


def _repeated(column: pa.ChunkedArray[Any], again: NDArray[np.int64]) -> pa.ChunkedArray[Any]:
    if is_text(column.type) and not pa.types.is_dictionary(column.type):
        text = column.cast(pa.large_string())
        column = text.dictionary_encode()  # repeating numbers is cheaper than repeating text
    return column.take(array(again))


def _interleaved(columns: Sequence[pa.ChunkedArray[Any]], rows: int, *, decimal: str) -> pa.ChunkedArray[Any]:
    """Return the cells of several columns row by row, in a type that holds them all."""
    plain = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column for column in columns
    ]
    kinds = {column.type for column in plain if not pa.types.is_null(column.type)}
    kind: pa.DataType = kinds.pop() if len(kinds) == 1 else pa.float64()
    if any(is_text(column.type) for column in plain):
        plain, kind = [_as_text(column, decimal) for column in plain], pa.large_string()
    chunks = [chunk for column in plain for chunk in column.cast(kind).chunks]
    order = np.arange(rows * len(columns)).reshape(len(columns), rows).T.reshape(-1)
    whole: pa.ChunkedArray[Any] = chunked_array(chunks, type=kind).take(array(order))
    return whole


def _as_text(column: pa.ChunkedArray[Any], decimal: str) -> pa.ChunkedArray[Any]:
    """Write numbers beside texts as those are written: the point of 1.234 would be read as between thousands."""
    text: pa.ChunkedArray[Any] = column.cast(pa.large_string())
    if is_text(column.type) or pa.types.is_null(column.type) or decimal == ".":
        return text
    written: pa.ChunkedArray[Any] = replace_substring(text, ".", decimal)
    return written


def _faults(given: Given, found: Mapping[str, str], width: int) -> dict[str, list[tuple[str, NDArray[np.int64]]]]:
    """Return the cells that could not be taken over, at their new places."""
    places = {own: place for place, own in enumerate(found)}
    moved: dict[str, list[tuple[str, NDArray[np.int64]]]] = {}
    for own, faults in given.faults.items():
        for code, rows in faults:
            spread = rows * width + places[own] if own in found else _spread_rows(rows, width)
            moved.setdefault("value" if own in found else own, []).append((code, spread))
    return moved


def _spread_rows(rows: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    return (rows[:, None] * width + np.arange(width)).reshape(-1)
