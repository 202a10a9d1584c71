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


def duplicates(columns: Columns, known: Known, kept: NDArray[np.bool_]) -> Iterator[Finding]:
    """Find keys that stand more than once among the rows that are kept.

    Of rows that agree in every column the first is kept, with a warning. Rows that contradict each other are all left
    out: nothing says which of them is right.
    """
    if not known.facts.repeats:
        return
    rows = np.flatnonzero(kept)
    key, size = packed(key_parts(columns), rows)
    if not repeats(key, size):
        return
    later, first = (rows[positions] for positions in repeated(key))
    differs = _differ(columns, later, first)
    contradicted = np.isin(first, first[differs])
    same, only = later[~contradicted], first[~contradicted]
    yield Finding(code="key.repeated", rows=same, other=only, leaves_out=same, level="warning")
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


def sums(columns: Columns, known: Known, kept: NDArray[np.bool_]) -> Iterator[Finding]:
    """Find indicators composed of others that are not their sum, for the same institution, period and breakdown.

    Checked where every part is there. A difference that rounding can explain is a warning; a larger one is an error and
    leaves the sum out, which can be had from its parts. Counts are not rounded.
    """
    texts = columns.codes["indicator"].texts
    place = {text: i for i, text in enumerate(texts)}
    composed = {
        place[item.id]: (item, [place[part] for part in item.composed_of])
        for item in known.indicators.found
        if item is not None and item.composed_of and all(part in place for part in item.composed_of)
    }
    if not composed:
        return
    rows = np.flatnonzero(kept & np.isfinite(columns.numbers["value"]))
    own = _by_indicator(columns, rows)
    key = _key_beside_indicator(columns)
    for total, (indicator, parts) in sorted(composed.items(), key=lambda entry: entry[1][0].id):
        yield from _sum(columns, _members(key, [own[i] for i in (total, *parts)]), indicator)


def _by_indicator(columns: Columns, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each indicator."""
    codes = columns.codes["indicator"]
    order = rows[np.argsort(codes.codes[rows], kind="stable")]
    ends = np.searchsorted(codes.codes[order], np.arange(1, len(codes.texts)))
    return np.split(order, ends)


def _key_beside_indicator(columns: Columns) -> NDArray[np.int64]:
    """Return what a sum and its parts have in common."""
    parts = key_parts(columns, without=("indicator",))
    if "source" in columns.codes:
        parts.append(code_part(columns.codes["source"]))
    return packed(parts)[0]


def _members(key: NDArray[np.int64], own: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return rows (sums, indicators) that share the rest of their key; sums that lack a part are left out."""
    _, cell = np.unique(key[np.concatenate(own)], return_inverse=True)
    cells = np.split(cell.reshape(-1), np.cumsum([len(rows) for rows in own])[:-1])
    table = np.full((int(cell.max(initial=-1)) + 1, len(own)), -1, dtype=np.int64)
    for column, (rows, places) in enumerate(zip(own, cells, strict=True)):
        table[places, column] = rows
    whole = table[(table >= 0).all(axis=1)]
    return whole[np.argsort(whole[:, 0])]


def _sum(columns: Columns, members: NDArray[np.int64], indicator: Indicator) -> Iterator[Finding]:
    figures = columns.numbers["value"][members]
    whole, added = figures[:, 0], figures[:, 1:].sum(axis=1)
    flat = written_decimals(figures.reshape(-1), columns.decimals.get("value"), members.reshape(-1))
    step = 10.0 ** -flat.reshape(figures.shape).max(axis=1)
    gap = np.abs(whole - added) - _SLACK * np.maximum(1.0, np.abs(whole))
    apart = gap >= 0.5 * step
    rounded = np.zeros(len(apart), dtype=bool) if _is_counted(indicator) else gap <= 0.5 * step * figures.shape[1]
    for wrong, explained in ((apart & ~rounded, False), (apart & rounded, True)):
        found = members[wrong]
        yield Finding(
            code="sum.mismatch",
            column="value",
            rows=np.repeat(found[:, 0], figures.shape[1] - 1),
            other=found[:, 1:].reshape(-1),
            level="warning" if explained else "error",
            details={"parts": list(indicator.composed_of)},
        )


def _is_counted(indicator: Indicator) -> bool:
    return indicator.measure is Measure.COUNT or (indicator.measure is None and indicator.unit.kind in _COUNTED)
