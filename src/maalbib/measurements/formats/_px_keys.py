"""px files that leave out rows of zeros: each row begins with its place in the table."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from maalbib.measurements._limits import RefusedError
from maalbib.measurements.formats._px_data import Cells, count_refusal, read_cells
from maalbib.measurements.formats._px_dimensions import PxDimension
from maalbib.measurements.formats._px_text import PxFile
from maalbib.problems import ProblemBlock

__all__ = ["placed_by_keys"]


def placed_by_keys(file: PxFile, dimensions: list[PxDimension], cells: int) -> Cells:
    """Return all cells of a table of which only some rows are written; the others are zero.

    Raises
    ------
    RefusedError
        With ``px.keys``, ``px.key_unknown``, ``px.key_duplicate`` or what any data can have.
    """
    stub = [each for each in dimensions if each.in_stub]
    if not stub:
        raise RefusedError(ProblemBlock(code="px.keys"))
    wide = math.prod(len(each.side.codes) for each in dimensions if not each.in_stub)
    known = [_keys(file, each) for each in stub]
    rows = math.prod(map(len, known))
    found = read_cells(file, rows * (len(stub) + wide))
    written = len(found.values) // (len(stub) + wide)
    if written * (len(stub) + wide) != len(found.values):
        raise count_refusal(len(found.values), cells)
    flat = np.full(len(found.values), -1, dtype=np.int32)
    flat[found.places] = found.symbols
    table = flat.reshape(written, len(stub) + wide)
    row = np.zeros(written, dtype=np.int64)
    for place, numbers in enumerate(known):
        # The last element serves what is no symbol.
        target = np.array([*(numbers.get(text, -1) for text in found.texts), -1], dtype=np.int64)[table[:, place]]
        if (target < 0).any():
            raise RefusedError(ProblemBlock(code="px.key_unknown", column=stub[place].side.name))
        row = row * len(numbers) + target
    if len(np.unique(row)) != written:
        raise RefusedError(ProblemBlock(code="px.key_duplicate"))
    values = np.zeros((rows, wide))
    values[row] = found.values.reshape(table.shape)[:, len(stub) :]
    symbols = np.full((rows, wide), -1, dtype=np.int32)
    symbols[row] = table[:, len(stub) :]
    return _without_keys(values.reshape(-1), symbols.reshape(-1), found.texts)


def _keys(file: PxFile, each: PxDimension) -> dict[str, int]:
    """Return the place of each key of a dimension; the file says whether they are codes or values."""
    said = file.keywords.text("KEYS", each.title)
    if said not in {"CODES", "VALUES"}:
        raise RefusedError(ProblemBlock(code="px.keys", column=each.side.name))
    return {key: place for place, key in enumerate(each.side.codes if said == "CODES" else each.values)}


def _without_keys(values: NDArray[np.float64], symbols: NDArray[np.int32], texts: tuple[str, ...]) -> Cells:
    places = np.flatnonzero(symbols >= 0)
    used = np.unique(symbols[places])
    target = np.full(len(texts) + 1, -1, dtype=np.int32)
    target[used] = np.arange(len(used), dtype=np.int32)
    return Cells(
        values=values, places=places, symbols=target[symbols[places]], texts=tuple(texts[number] for number in used)
    )
