"""Rules between rows: one row per key, and sums that hold. They look only at rows that no other rule has left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._decimals import written_decimals
from maalbib.measurements._keys import code_part, key_parts, packed, repeated, repeats
from maalbib.measurements._known import Known
from maalbib.model import Indicator, Measure, UnitKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["duplicates", "sums"]

_SLACK: Final = 1e-9
_COUNTED: Final = frozenset({UnitKind.COUNT})


def duplicates(columns: Columns, rows: NDArray[np.int64]) -> Iterator[Finding]:
    """Find keys that stand more than once.

    Of rows that agree in every column the first is kept, with a warning. Rows that contradict each other are all left
    out: nothing says which of them is right.
    """
    key, size = packed(key_parts(columns), rows)
    if not repeats(key, size):
        return
    later, first = (rows[positions] for positions in repeated(key))
    differs = _differ(columns, later, first)
    contradicted = np.isin(first, first[differs])
    same, kept = later[~contradicted], first[~contradicted]
    yield Finding(code="key.repeated", rows=same, other=kept, leaves_out=same, level="warning")
    first, later = first[contradicted], later[contradicted]
    out = np.concatenate((first, later))
    yield Finding(code="key.duplicate", rows=first, other=later, leaves_out=out)


def _differ(columns: Columns, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say for each pair of rows whether any column differs; two empty cells are alike."""
    different = np.zeros(len(one), dtype=bool)
    for codes in columns.codes.values():
        different |= codes.codes[one] != codes.codes[other]
    for values in columns.numbers.values():
        left, right = values[one], values[other]
        different |= (left != right) & ~(np.isnan(left) & np.isnan(right))
    if columns.comment is not None:
        different |= _texts_differ(columns.comment, one, other)
    return different


def _texts_differ(texts: Any, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    left, right = texts.take(one).to_pylist(), texts.take(other).to_pylist()
    return np.array([a != b for a, b in zip(left, right, strict=True)], dtype=bool)


def sums(columns: Columns, known: Known, rows: NDArray[np.int64]) -> Iterator[Finding]:
    """Find indicators composed of others that are not their sum, for the same institution, period and breakdown.

    Checked where every part is there. A difference that rounding can explain is a warning; a larger one is an error and
    leaves the sum out, which can be had from its parts. Counts are not rounded.
    """
    texts = columns.codes["indicator"].texts
    place = {text: i for i, text in enumerate(texts)}
    for total, indicator in enumerate(known.indicators.found):
        if indicator is not None and indicator.composed_of and all(part in place for part in indicator.composed_of):
            parts = [place[part] for part in indicator.composed_of]
            yield from _sum(columns, rows, total, parts, indicator)


def _sum(
    columns: Columns, rows: NDArray[np.int64], total: int, parts: Sequence[int], indicator: Indicator
) -> Iterator[Finding]:
    members = _members(columns, rows, [total, *parts])
    value = columns.numbers["value"]
    figures = value[members]
    whole, added = figures[:, 0], figures[:, 1:].sum(axis=1)
    written = columns.decimals.get("value")
    flat = written_decimals(figures.reshape(-1), written, members.reshape(-1))
    step = 10.0 ** -flat.reshape(figures.shape).max(axis=1)
    gap = np.abs(whole - added) - _SLACK * np.maximum(1.0, np.abs(whole))
    apart = gap >= 0.5 * step
    rounded = np.zeros(len(apart), dtype=bool) if _is_counted(indicator) else gap <= 0.5 * step * figures.shape[1]
    details = {"parts": list(indicator.composed_of)}
    for wrong, explained in ((apart & ~rounded, False), (apart & rounded, True)):
        found = members[wrong]
        yield Finding(
            code="sum.mismatch",
            column="value",
            rows=np.repeat(found[:, 0], len(parts)),
            other=found[:, 1:].reshape(-1),
            level="warning" if explained else "error",
            details=details,
        )


def _is_counted(indicator: Indicator) -> bool:
    return indicator.measure is Measure.COUNT or (indicator.measure is None and indicator.unit.kind in _COUNTED)


def _members(columns: Columns, rows: NDArray[np.int64], indicators: Sequence[int]) -> NDArray[np.int64]:
    """Return rows (sums, indicators) that share everything of the key but the indicator, and have values."""
    value, codes = columns.numbers["value"], columns.codes["indicator"].codes
    rows = rows[np.isin(codes[rows], indicators) & np.isfinite(value[rows])]
    parts = key_parts(columns, without=("indicator",))
    if "source" in columns.codes:
        parts.append(code_part(columns.codes["source"]))
    _, cell = np.unique(packed(parts, rows)[0], return_inverse=True)
    table = np.full((int(cell.max(initial=-1)) + 1, len(indicators)), -1, dtype=np.int64)
    for column, place in enumerate(indicators):
        own = codes[rows] == place
        table[cell.reshape(-1)[own], column] = rows[own]
    return table[(table >= 0).all(axis=1)]
