"""Kolada: key figures of Swedish municipalities, regions and their units, as its services send them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._codes import Codes, codes_of
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats._cube import outcome
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._json import load_json
from maalbib.measurements.formats._members import Members
from maalbib.problems import ProblemBlock, Problems

__all__ = ["read_kolada"]

_FORMAT: Final = "Kolada"
_FORM: Final = Members(_FORMAT)
_TOTAL: Final = "T"
_NEXT: Final = ("next_page", "next_url")  # of version 2 and version 3
_GROUP: Final = re.compile("G[0-9]+")
_NUMBER: Final[frozenset[type]] = frozenset({int, float, type(None)})
_WHOLE: Final[frozenset[type]] = frozenset({int, type(None)})
_TEXT: Final[frozenset[type]] = frozenset({str})
_TEXT_OR_NONE: Final[frozenset[type]] = frozenset({str, type(None)})
_YEAR: Final[frozenset[type]] = frozenset({int, str})


def read_kolada(source: str | Path | bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ForeignTable, Problems]:
    """Read a response of Kolada's services, version 2 or 3, with values of key figures.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[ForeignTable, Problems]
        A row for each gender of each value, and every problem. A refused file gives a table without columns.

    Notes
    -----
    A response is a page; one that names a next page is not all there is (``kolada.more_pages``, a warning). Codes must be
    texts: a number has lost its leading zeros. Values that the service has withdrawn (``isdeleted``) are left out.

    The value of a group of municipalities is the unweighted mean of its members, and ``count`` is how many they are, not
    how many people: the notes then say ``aggregation`` and ``weights``, and ``unit_kind`` is ``group``.

    Examples
    --------
    >>> table, problems = read_kolada(
    ...     b'{"values": [{"kpi": "N1", "municipality": "0138", "period": 2023, "values":'
    ...     b' [{"gender": "T", "value": 74.1, "status": "", "count": 1}]}], "next_page": "page=2"}'
    ... )
    >>> {name: column.to_pylist() for name, column in table.columns.items()}  # doctest: +NORMALIZE_WHITESPACE
    {'kpi': ['N1'], 'unit': ['0138'], 'unit_kind': ['municipality'], 'period': ['2023'], 'gender': ['T'], 'value': [74.1],
     'status': [None], 'count': [1.0]}
    >>> [problem.code for problem in problems]
    ['kolada.more_pages']
    """
    try:
        return outcome(source, _read(load_json(source, limits), limits), _FORMAT)
    except RefusedError as refusal:
        return outcome(source, refusal, _FORMAT)


def _read(document: object, limits: Limits) -> tuple[ForeignTable, list[ProblemBlock]]:
    page = _FORM.table(document, "")
    records = _tables(_FORM.array(_FORM.member(page, "values"), "values"), "values[]")
    cells = [_FORM.array(_member(record, "values", place), "values[].values") for place, record in enumerate(records)]
    breach = limits.breach("rows", sum(map(len, cells)))
    if breach is not None:
        raise RefusedError(breach)
    lengths = np.array([len(values) for values in cells], dtype=np.int64)
    figures = _tables([*itertools.chain.from_iterable(cells)], "values[].values[]")
    deleted = np.array([figure.get("isdeleted") is True for figure in figures], dtype=bool)
    rows = np.flatnonzero(~deleted)
    of_record = np.repeat(np.arange(len(records)), lengths)[rows]
    columns = _columns(records, [figures[row] for row in rows.tolist()], of_record)
    return _table(columns, rows), _blocks(page, rows, np.flatnonzero(deleted))


def _tables(values: Sequence[Any], path: str) -> list[dict[str, Any]]:
    wrong = [place for place, value in enumerate(values) if not isinstance(value, dict)]
    if wrong:
        raise _FORM.wrong_type(path, "a table", wrong)
    return list(values)


def _member(record: Mapping[str, Any], name: str, place: int) -> Any:
    if name not in record:
        path = f"values[{place}].{name}"
        raise _FORM.missing(path)
    return record[name]


def _columns(
    records: Sequence[Mapping[str, Any]], figures: Sequence[Mapping[str, Any]], of_record: Rows
) -> dict[str, pa.Array[Any]]:
    unit = [record.get("ou", record.get("municipality")) for record in records]
    kinds = ["ou" if "ou" in record else "municipality" for record in records]
    kinds = [
        "group" if isinstance(code, str) and _GROUP.fullmatch(code) else kind
        for code, kind in zip(unit, kinds, strict=True)
    ]
    years = _checked([record.get("period") for record in records], _YEAR, "values[].period", "a whole number")
    outer = {
        "kpi": _checked([record.get("kpi") for record in records], _TEXT, "values[].kpi", "a text"),
        "unit": _checked(unit, _TEXT, "values[].municipality", "a text"),
        "unit_kind": kinds,
        "period": [str(year) for year in years],
    }
    columns = {name: _codes(texts, of_record).to_arrow() for name, texts in outer.items()}
    genders = _inner(figures, "gender", _TEXT, "a text")
    statuses = _inner(figures, "status", _TEXT_OR_NONE, "a text")
    every = np.arange(len(figures))
    return columns | {
        "gender": _codes(genders, every).to_arrow(),
        "value": _numbers(_inner(figures, "value", _NUMBER, "a number")),
        "status": _codes(statuses, every).to_arrow(),
        "count": _numbers(_inner(figures, "count", _WHOLE, "a whole number")),
    }


def _inner(figures: Sequence[Mapping[str, Any]], name: str, allowed: frozenset[type], expected: str) -> list[Any]:
    return _checked([figure.get(name) for figure in figures], allowed, f"values[].values[].{name}", expected)


def _checked(values: list[Any], allowed: frozenset[type], path: str, expected: str) -> list[Any]:
    if not set(map(type, values)) <= allowed:
        raise _FORM.wrong_type(
            path, expected, [place for place, value in enumerate(values) if type(value) not in allowed]
        )
    return values


def _codes(texts: Sequence[str | None], rows: Rows) -> Codes:
    column = pa.chunked_array([pa.array(texts, type=pa.string())])
    codes = codes_of(column) or Codes.empty(len(texts))
    return Codes(codes.codes[rows], codes.texts)


def _numbers(values: Sequence[float | None]) -> pa.Array[Any]:
    numbers = np.array(values, dtype=np.float64) + 0.0  # None becomes NaN, and minus zero zero
    return pa.array(numbers, mask=np.isnan(numbers))


def _table(columns: Mapping[str, pa.Array[Any]], rows: Rows) -> ForeignTable:
    kinds: Any = columns["unit_kind"]
    grouped = "group" in kinds.dictionary.to_pylist()
    return ForeignTable(
        columns=columns,
        rows=rows,
        roles={"indicator": "kpi", "institution": "unit", "period": "period", "value": "value", "mark": "status"},
        breakdowns=("gender",),  # also with one gender: its values are not those of all
        totals={"gender": _TOTAL},
        notes={"source": _FORMAT} | ({"aggregation": "mean", "weights": "none"} if grouped else {}),
        format=_FORMAT,
    )


def _blocks(page: Mapping[str, Any], rows: Rows, deleted: Any) -> list[ProblemBlock]:
    found: list[ProblemBlock] = []
    if len(deleted):
        found.append(ProblemBlock(code="kolada.deleted", level="info", rows=deleted))
    if any(page.get(name) for name in _NEXT):
        found.append(ProblemBlock(code="kolada.more_pages", level="warning"))
    elif not len(rows):
        found.append(ProblemBlock(code="file.no_rows", level="warning"))
    return found
