"""The JSON that maalbib itself writes: an object per row, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements._schema import MEASUREMENTS, NUMBER_COLUMNS, REQUIRED, SCHEMA_VERSION
from maalbib.measurements.formats._cube import outcome
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._json import load_json
from maalbib.problems import ProblemBlock, Problems

__all__ = ["read_own_json"]

_FORMAT: Final = "maalbib json"
_VERSION: Final = re.compile(r"([0-9]{1,4})\.[0-9]{1,4}")
_NUMBERS: Final = frozenset({*NUMBER_COLUMNS, "n", "revision"})
_TEXT_TYPES: Final = frozenset({str, type(None)})
_NUMBER_TYPES: Final = frozenset({int, float, type(None)})


def read_own_json(source: str | Path | bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ForeignTable, Problems]:
    """Read measurements that were written as JSON.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[ForeignTable, Problems]
        The rows, numbered from 0, and every problem. A row with a value of the wrong type is left out: a number where a
        code should be has lost its leading zeros. A refused file gives a table without columns.

    Notes
    -----
    A name that a row lacks is null in it. Names that mean nothing here are kept if their values are all texts or all
    numbers. Time and memory grow with the rows.

    Examples
    --------
    >>> table, problems = read_own_json(
    ...     b'{"schema_version": "1.0", "breakdowns": ["sex"], "rows": ['
    ...     b'{"indicator": "sick", "institution": "0101", "period": "2024", "sex": "_T", "value": 9.4}]}'
    ... )
    >>> table.columns["institution"].to_pylist(), table.columns["value"].to_pylist(), table.breakdowns
    (['0101'], [9.4], ('sex',))
    """
    try:
        return outcome(source, _read(load_json(source, limits), limits), _FORMAT)
    except RefusedError as refusal:
        return outcome(source, refusal, _FORMAT)


def _read(document: object, limits: Limits) -> tuple[ForeignTable, list[ProblemBlock]]:
    breakdowns, rows = _parts(document)
    breach = limits.breach("rows", len(rows))
    if breach is not None:
        raise RefusedError(breach)
    names = tuple(dict.fromkeys(chain(() if rows else REQUIRED, breakdowns, *_names_of(rows))))
    breach = limits.breach("columns", len(names)) or limits.breach("name_length", max(map(len, names), default=0))
    if breach is not None:
        raise RefusedError(breach)
    kept = np.ones(len(rows), dtype=np.bool_)
    columns: dict[str, pa.Array[Any]] = {}
    blocks: list[ProblemBlock] = [] if rows else [ProblemBlock(code="file.no_rows", level="warning")]
    for name in names:
        column, bad = _column(name, [row.get(name) for row in rows], breakdowns)
        if column is None:
            blocks.append(ProblemBlock(code="column.unknown", level="warning", column=name))
            continue
        _check_lengths(name, column, limits)
        columns[name] = column
        if len(bad):
            code = "own_json.not_number" if name in _NUMBERS else "own_json.not_text"
            blocks.append(ProblemBlock(code=code, column=name, rows=bad.tolist()))
            kept[bad] = False
    if not kept.all():
        columns = {name: column.filter(pa.array(kept)) for name, column in columns.items()}
    table = ForeignTable(
        columns=columns,
        rows=range(len(rows)) if kept.all() else np.flatnonzero(kept),
        roles={name: name for name in MEASUREMENTS.names if name in columns},
        breakdowns=tuple(name for name in breakdowns if name in columns),
        periods=("canonical",),
        format=_FORMAT,
    )
    return table, blocks


def _parts(document: object) -> tuple[tuple[str, ...], Sequence[Mapping[str, Any]]]:
    """Return the breakdowns and the rows of a document of a version that is known."""
    shape = RefusedError(ProblemBlock(code="own_json.shape"))
    if not isinstance(document, dict):
        raise shape
    written = document.get("schema_version")
    version = _VERSION.fullmatch(written) if isinstance(written, str) else None
    if version is None:
        raise shape
    if int(version[1]) > int(SCHEMA_VERSION.partition(".")[0]):
        raise RefusedError(ProblemBlock(code="schema.columns_too_new"))
    breakdowns, rows = document.get("breakdowns", []), document.get("rows")
    if not isinstance(breakdowns, list) or not set(map(type, breakdowns)) <= {str}:
        raise shape
    if not isinstance(rows, list) or not set(map(type, rows)) <= {dict}:
        raise shape
    return tuple(dict.fromkeys(name for name in breakdowns if name not in MEASUREMENTS.names)), rows


def _names_of(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return every list of names that rows have; as a rule it is one."""
    return list(dict.fromkeys(map(tuple, rows)))


def _column(name: str, values: list[Any], breakdowns: Sequence[str]) -> tuple[pa.Array[Any] | None, Rows]:
    """Return a column and the rows whose value is of the wrong type; no column where the name means nothing."""
    types = set(map(type, values))
    known = name in MEASUREMENTS.names or name in breakdowns
    wanted = _NUMBER_TYPES if name in _NUMBERS or (not known and types <= _NUMBER_TYPES) else _TEXT_TYPES
    bad: Rows = np.empty(0, dtype=np.int64)
    if not types <= wanted:
        if not known:
            return None, bad
        bad = np.flatnonzero([type(value) not in wanted for value in values])
        values = [value if type(value) in wanted else None for value in values]
    if wanted is _NUMBER_TYPES:
        numbers = [None if value is None else float(value) for value in values] if int in types else values
        return pa.array(numbers, type=pa.float64()), bad
    texts: pa.Array[Any] = pa.array(values, type=pa.string())
    return (texts if name == "comment" else texts.dictionary_encode()), bad


def _check_lengths(name: str, column: Any, limits: Limits) -> None:
    texts: Any = column.dictionary if isinstance(column, pa.DictionaryArray) else column
    if not pa.types.is_string(texts.type):
        return
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > limits.cell_length:  # bytes are never fewer than characters
        breach = limits.breach("cell_length", pc.max(pc.utf8_length(texts)).as_py())
        if breach is not None:
            raise RefusedError(ProblemBlock(code=breach.code, column=name, details=breach.details))
