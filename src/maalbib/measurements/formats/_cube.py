"""Tables of every combination of codes: what JSON-stat and px have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from maalbib.measurements._bytes import source_name
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.problems import ProblemBlock, Problems

__all__ = ["LANGUAGE_UNKNOWN", "Dimension", "check_cells", "check_codes", "cube_table", "outcome", "own_name"]

LANGUAGE_UNKNOWN: Final = "und"  # as the registry of language tags writes it
_ROLES: Final = ("indicator", "institution", "period")
_BYTES_PER_CODE: Final = 4
_BYTES_PER_VALUE: Final = 8
_EXACT: Final = 2**53  # above it not every whole number has a float64


@attrs.frozen(kw_only=True)
class Dimension:
    """One side of a cube.

    Attributes
    ----------
    name
        The file's own name of the column.
    codes
        The codes in the order of the cells.
    role
        The column of measurements that it is, None where the format does not say.
    total
        The code that stands for all the others, where the format says so.
    names
        What people call the column, by language.
    labels
        What people call each code, by language.
    """

    name: str
    codes: tuple[str, ...]
    role: str | None = None
    total: str | None = None
    names: Mapping[str, str] = attrs.field(factory=dict)
    labels: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)


def check_codes(name: str, codes: Sequence[str], limits: Limits) -> None:
    """Refuse names and codes that are too long to be any."""
    breach = limits.breach("name_length", len(name)) or limits.breach("cell_length", max(map(len, codes), default=0))
    if breach is not None:
        raise RefusedError(breach)


def check_cells(sizes: Sequence[int], *, read: int, limits: Limits) -> int:
    """Return how many cells a cube has; refuse it before anything of that size is made.

    Few bytes can declare many cells, so the columns are held against the bytes read too.
    """
    cells = math.prod(sizes)
    bytes_per_cell = _BYTES_PER_VALUE + _BYTES_PER_CODE * len(sizes)
    breach = (
        limits.breach("columns", len(sizes))
        or limits.breach("rows", cells)
        or limits.decoding_breach(read=read, decoded=cells * bytes_per_cell)
    )
    if breach is not None:
        raise RefusedError(breach)
    return cells


def own_name(name: str, taken: Sequence[str]) -> str:
    """Return a name for a column of the reader that no dimension has."""
    while name in taken:
        name += "_"
    return name


def cube_table(
    dimensions: Sequence[Dimension],
    values: NDArray[np.float64],
    *,
    mark: tuple[str, pa.Array[Any]] | None = None,
    extra: Mapping[str, pa.Array[Any]] | None = None,
    roles: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    written: str,
) -> tuple[ForeignTable, list[ProblemBlock]]:
    """Return a cube as columns, a row for each cell, the last dimension running fastest.

    Parameters
    ----------
    dimensions
        The sides of the cube.
    values
        The cells in row-major order, NaN for none.
    mark
        Name and column of the marks.
    extra
        Further columns.
    roles
        Roles of further columns; they go before those of the dimensions.
    notes
        What else the file says.
    written
        Name of the format.
    """
    names = [side.name for side in dimensions]
    columns: dict[str, pa.Array[Any]] = dict(zip(names, _codes(dimensions), strict=True)) | dict(extra or {})
    given = {side.role: side.name for side in reversed(dimensions) if side.role} | dict(roles or {})
    given["value"] = own_name("value", [*columns])
    columns[given["value"]] = pa.array(values, mask=np.isnan(values))
    if mark is not None:
        given["mark"] = own_name(mark[0], [*columns])
        columns[given["mark"]] = mark[1]
    held = {side.name for side in dimensions if side.role and given[side.role] == side.name}
    broken = tuple(side.name for side in dimensions if side.name not in held and len(side.codes) > 1)
    replaced = {side.name for side in dimensions if side.role and given[side.role] in (extra or {})}
    table = ForeignTable(
        columns=columns,
        rows=range(len(values)),
        roles=given,
        breakdowns=tuple(name for name in broken if name not in replaced),
        totals={side.name: side.total for side in dimensions if side.total is not None},
        periods=("sdmx", "canonical", "da"),
        names={side.name: side.names for side in dimensions if side.names},
        labels={side.name: side.labels for side in dimensions if side.labels},
        notes=dict(notes or {}),
        format=written,
    )
    return table, _doubts(values, given["value"])


def _codes(dimensions: Sequence[Dimension]) -> list[pa.Array[Any]]:
    sizes = [len(side.codes) for side in dimensions]
    columns: list[pa.Array[Any]] = []
    for place, side in enumerate(dimensions):
        shape = (math.prod(sizes[:place]), sizes[place], math.prod(sizes[place + 1 :]))
        numbers = np.arange(sizes[place], dtype=np.int32)[None, :, None]
        indices: Any = pa.array(np.broadcast_to(numbers, shape).reshape(-1))
        columns.append(pa.DictionaryArray.from_arrays(indices, pa.array(side.codes, type=pa.string())))
    return columns


def _doubts(values: NDArray[np.float64], column: str) -> list[ProblemBlock]:
    found: list[ProblemBlock] = []
    if not len(values):
        found.append(ProblemBlock(code="file.no_rows", level="warning"))
    large: Any = np.flatnonzero(np.abs(values) > _EXACT)
    if len(large):
        found.append(ProblemBlock(code="value.rounded", level="warning", column=column, rows=large))
    return found


def outcome(
    source: str | Path | bytes, found: tuple[ForeignTable, list[ProblemBlock]] | RefusedError, written: str
) -> tuple[ForeignTable, Problems]:
    """Return what a reader gives: the table and its problems, both with the name of the file."""
    file = source_name(source)
    table, blocks = (ForeignTable(format=written), [found.block]) if isinstance(found, RefusedError) else found
    return attrs.evolve(table, file=file), Problems(attrs.evolve(block, file=file) for block in blocks)
