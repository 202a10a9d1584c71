"""Folders of files: which there are, what the names of folders say, and how the files become one table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.measurements._codes import Codes, codes_of, is_text
from maalbib.measurements._columns import Origin
from maalbib.measurements._intake import Given
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._columnar_batches import COLUMNAR_ENDINGS
from maalbib.problems import ProblemBlock, Problems

__all__ = ["Part", "aligned", "as_kind", "constant", "joined", "parts_of"]

arrow: Final[Any] = pa  # its stubs want to know the type of every column

compute: Final[Any] = pc

_NOTHING: Final = "__HIVE_DEFAULT_PARTITION__"
_CODES: Final = pa.dictionary(pa.int32(), pa.string())
_PASSED_OVER: Final = (".", "_")


@attrs.frozen(kw_only=True)
class Part:
    """A file of a folder.

    Attributes
    ----------
    path
        Where it is.
    name
        Its path from the folder on, as problems name it.
    codes
        What the names of its folders say: ``{"indicator": "abc"}``, None for an empty cell.
    """

    path: Path
    name: str
    codes: Mapping[str, str | None] = attrs.field(factory=dict)

    def with_codes(self, given: Given) -> Given:
        """Return the columns of the file with those that its folders give.

        Raises
        ------
        RefusedError
            If the file has such a column itself.
        """
        rows = len(given.origin.rows)
        for name in self.codes:
            if name in given.columns:
                raise RefusedError(ProblemBlock(code="folder.column_twice", file=self.name, column=name))
        own = {name: pa.chunked_array([constant(code, rows)]) for name, code in self.codes.items()}
        return attrs.evolve(given, columns=own | dict(given.columns))


def constant(code: str | None, rows: int) -> pa.Array[Any]:
    """Return a column of codes with the same one in every row, None for empty cells."""
    return (Codes.empty(rows) if code is None else Codes.constant(code, rows)).to_arrow()


def parts_of(folder: Path, limits: Limits) -> list[Part]:
    """Return the files of a folder, in the order of their names.

    Raises
    ------
    RefusedError
        If there are more than the limit, or none.
    """
    found: list[Part] = []
    for path in _files(folder):
        found.append(_part(folder, path))
        breach = limits.breach("files", len(found))
        if breach is not None:
            raise RefusedError(attrs.evolve(breach, file=folder.name))
    if not found:
        raise RefusedError(ProblemBlock(code="folder.empty", file=folder.name))
    return sorted(found, key=lambda part: part.name)


def _files(folder: Path) -> Iterator[Path]:
    """Yield what can be read; links to folders are not followed."""

    def unreadable(error: OSError) -> None:
        raise RefusedError(ProblemBlock(code="file.unreadable", file=folder.name)) from error

    for root, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(_PASSED_OVER)]
        for name in names:
            if not name.startswith(_PASSED_OVER) and Path(name).suffix.lower() in COLUMNAR_ENDINGS:
                yield Path(root, name)


def _part(folder: Path, path: Path) -> Part:
    inside = path.relative_to(folder)
    pairs = (name.partition("=") for name in inside.parts[:-1])
    codes = {unquote(key): None if code == _NOTHING else unquote(code) for key, sign, code in pairs if sign}
    return Part(path=path, name=inside.as_posix(), codes=codes)


def joined(folder: str, files: Sequence[tuple[str, Given]]) -> Given:
    """Return several files as one table.

    Raises
    ------
    RefusedError
        If a column holds numbers in one file and texts in another.
    """
    names = dict.fromkeys(name for _, given in files for name in given.columns)
    lengths = [len(given.origin.rows) for _, given in files]
    starts = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    parts = tuple((name, int(start)) for (name, _), start in zip(files, starts[:-1], strict=True))
    problems = [block for _, given in files for block in given.problems.blocks]
    if any(given.refused for _, given in files):
        return Given(columns={}, origin=Origin(range(0), file=folder), problems=Problems(problems))
    columns = {
        name: _column(name, [given.columns.get(name) for _, given in files], lengths, folder) for name in names
    }
    return Given(
        columns=columns,
        origin=Origin(range(int(starts[-1])), file=folder, parts=parts),
        problems=Problems(problems),
        extensions=frozenset().union(*(given.extensions for _, given in files)),
        breakdowns=tuple(dict.fromkeys(name for _, given in files for name in given.breakdowns)),
    )


def _column(name: str, arrays: Sequence[Any], lengths: Sequence[int], folder: str) -> Any:
    kinds = list(dict.fromkeys(array.type for array in arrays if array is not None))
    kind = aligned(kinds)
    if kind is None:
        raise RefusedError(ProblemBlock(code="folder.types_differ", file=folder, column=name))
    try:
        filled = [
            pa.chunked_array([arrow.nulls(length, kind)]) if array is None else as_kind(array, kind)
            for array, length in zip(arrays, lengths, strict=True)
        ]
    except pa.ArrowInvalid:  # a whole number that no float holds
        raise RefusedError(ProblemBlock(code="folder.types_differ", file=folder, column=name)) from None
    return arrow.chunked_array([chunk for array in filled for chunk in array.chunks], type=kind)


def aligned(kinds: Sequence[pa.DataType]) -> pa.DataType | None:
    """Return one type for cells of several: codes for all kinds of text, floats for all kinds of number; None where they differ."""
    known = list(dict.fromkeys(_usual(kind) for kind in kinds if not pa.types.is_null(kind)))
    if len(known) <= 1:
        return known[0] if known else pa.null()
    if all(map(is_text, known)):
        return _CODES
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    if all(any(fits(kind) for fits in numbers) for kind in known):
        return pa.int64() if all(map(pa.types.is_integer, known)) else pa.float64()
    return None


def _usual(kind: pa.DataType) -> pa.DataType:
    """Return the type that stands for rarer ones of the same meaning, which not everything can be done with."""
    if pa.types.is_run_end_encoded(kind):
        return _CODES if is_text(kind) else _usual(kind.value_type)
    plain = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)
    return _CODES if is_text(kind) and not plain else kind


def as_kind(array: pa.ChunkedArray[Any], kind: pa.DataType) -> pa.ChunkedArray[Any]:
    """Return cells as another type that :func:`aligned` gave for them."""
    if array.type == kind:
        return array
    if pa.types.is_run_end_encoded(array.type) and not is_text(array.type):
        array = pa.chunked_array(
            [compute.run_end_decode(chunk) for chunk in array.chunks], type=array.type.value_type
        )
    codes = codes_of(array) if kind == _CODES else None
    return array.cast(kind) if codes is None else pa.chunked_array([codes.to_arrow()])
