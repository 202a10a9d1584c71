"""JSON-stat: tables of statistics offices, in version 2 and in the version 1 that Danish and Swedish services send."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from maalbib.measurements._bytes import load_bytes
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats._cube import check_cells, cube_table, outcome
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._json import load_json
from maalbib.measurements.formats._jsonstat_cells import marks_in, values_in
from maalbib.measurements.formats._jsonstat_dimensions import dimensions_in, language_of, notes_in
from maalbib.measurements.formats._members import Members
from maalbib.problems import ProblemBlock, Problems

__all__ = ["read_jsonstat"]

_FORMAT: Final = "JSON-stat"
_FORM: Final = Members(_FORMAT)


def read_jsonstat(source: str | Path | bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ForeignTable, Problems]:
    """Read a JSON-stat dataset of version 1 or 2.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[ForeignTable, Problems]
        A row for each cell, missing cells included, and every problem. A refused file gives a table without columns.

    Notes
    -----
    The form is that of the JSON-stat documentation [1]_. Everything that the file declares about its size is held against
    what it lists before any memory of that size is taken. A dimension with the role ``time`` is the period, ``metric`` the
    indicator and ``geo`` the institution, if it is the only one of its role; without roles ``Tid`` and ``ContentsCode`` are. A dimension with one category is
    a column but breaks nothing down. Where a hierarchy has one top above all other codes, that code is the total; the
    hierarchy itself is kept as the note ``parts.<dimension>``, for totals and parts in one dimension must not be summed.
    The ``status`` of a cell is its mark. Labels stand under ``und`` where the file does not name its language.

    Takes 10 to 15 bytes of memory for each value beside the codes; time grows with the number of cells.

    References
    ----------
    .. [1] Badosa, X. (2024). JSON-stat: Format. https://json-stat.org/full/.

    Examples
    --------
    >>> table, problems = read_jsonstat(
    ...     b'{"class": "dataset", "id": ["Tid"], "size": [2], "role": {"time": ["Tid"]}, "value": [5, null],'
    ...     b' "dimension": {"Tid": {"category": {"index": ["2023", "2024"]}}}, "status": {"1": ".."}}'
    ... )
    >>> {name: column.to_pylist() for name, column in table.columns.items()}
    {'Tid': ['2023', '2024'], 'value': [5.0, None], 'status': [None, '..']}
    >>> table.roles
    {'period': 'Tid', 'value': 'value', 'mark': 'status'}
    """
    try:
        return outcome(source, _read(load_bytes(source, limits), limits), _FORMAT)
    except RefusedError as refusal:
        return outcome(source, refusal, _FORMAT)


def _read(data: bytes, limits: Limits) -> tuple[ForeignTable, list[ProblemBlock]]:
    dataset, version = _dataset(load_json(data, limits, arrays="value"))
    dimensions = dimensions_in(dataset, version, limits)
    cells = check_cells([len(side.codes) for side in dimensions], read=len(data), limits=limits)
    marks = marks_in(dataset, cells)
    return cube_table(
        dimensions,
        values_in(dataset, cells),
        mark=None if marks is None else ("status", marks),
        notes=notes_in(dataset, language_of(dataset)),
        written=f"{_FORMAT} {version}",
    )


def _dataset(document: object) -> tuple[Mapping[str, Any], int]:
    """Return the one dataset of a file and the version it is written in."""
    if not isinstance(document, dict):
        raise _FORM.wrong_type("", "a table")
    if "class" in document:
        if document["class"] != "dataset":
            raise RefusedError(ProblemBlock(code="jsonstat.not_a_dataset", path="class"))
        return document, 2
    if "dimension" in document:
        return document, 2 if "id" in document else 1
    found = [entry for entry in document.values() if isinstance(entry, dict) and "dimension" in entry]
    if not found:
        raise RefusedError(ProblemBlock(code="jsonstat.not_a_dataset"))
    if len(found) > 1:
        raise RefusedError(ProblemBlock(code="jsonstat.several_datasets", details={"count": len(found)}))
    return found[0], 1
