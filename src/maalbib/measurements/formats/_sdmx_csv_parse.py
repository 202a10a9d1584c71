"""SDMX-CSV as the format means it: columns of components, before anything is applied or taken for a measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.measurements._arrow_types import Rows, TextColumn
from maalbib.measurements._bytes import UndecodableError, decode, load_bytes, source_name
from maalbib.measurements._codes import Codes, codes_of
from maalbib.measurements._csv import read_csv
from maalbib.measurements._csv_body import read_body
from maalbib.measurements._csv_header import find_header, name_problems
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats._sdmx_csv_cells import CellValue, languages_in, values_in
from maalbib.measurements.formats._sdmx_csv_header import Component, SdmxHeader, sdmx_header, separators
from maalbib.measurements.formats._sdmx_names import STRUCTURE_ID
from maalbib.problems import ProblemBlock, Problems

__all__ = ["SdmxCsv", "parse_sdmx_csv"]

_STRUCTURES: Final = frozenset({"dataflow", "datastructure", "dataprovision"})
_ACTIONS: Final = frozenset("IAMRD")
_LABEL: Final = ": "
_START: Final = 512  # bytes
_NAME_FAULTS: Final = frozenset({"header.duplicate", "header.similar", "header.empty"})  # labels may repeat


@attrs.frozen(kw_only=True, eq=False)
class SdmxCsv:
    """A file of SDMX-CSV as columns.

    Attributes
    ----------
    version
        1 or 2; None where the file was refused.
    sub_delimiter, delimiter
        The sign between values in one cell, None where the file has no such cells; and the sign between cells.
    components
        The components in the order of the file.
    columns
        The texts of each component as they stand, by its id.
    labels
        The texts of the column with its labels, by the component's id, where there is one.
    structure, structure_id, structure_name, action
        What each row belongs to and what is to be done with it.
    rows, lines
        Row number of each record in the file, the header being row 1, and its physical line.
    informs
        Whether every record, those with errors included, is there for information alone (action I).
    """

    version: int | None = None
    sub_delimiter: str | None = None
    delimiter: str = ","
    components: tuple[Component, ...] = ()
    columns: Mapping[str, TextColumn] = attrs.field(factory=dict)
    labels: Mapping[str, TextColumn] = attrs.field(factory=dict)
    structure: Codes = attrs.field(factory=lambda: Codes.empty(0))
    structure_id: Codes = attrs.field(factory=lambda: Codes.empty(0))
    structure_name: Codes = attrs.field(factory=lambda: Codes.empty(0))
    action: Codes = attrs.field(factory=lambda: Codes.empty(0))
    rows: Rows = attrs.field(factory=lambda: np.empty(0, dtype=np.int64))
    lines: Rows = attrs.field(factory=lambda: np.empty(0, dtype=np.int64))
    informs: bool = True

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the records as tables: structure, its id, the action and the values by component."""
        for i in range(len(self)):
            yield self.row(i)

    def row(self, i: int) -> dict[str, Any]:
        """Return one record as a table."""
        action = self.action.texts[self.action.codes[i]]
        return {
            "structure": self.structure.texts[self.structure.codes[i]],
            "structure_id": self.structure_id.texts[self.structure_id.codes[i]],
            "action": action,
            "values": {
                component.id: self.value(component, self.columns[component.id][i].as_py(), deletes=action == "D")
                for component in self.components
            },
        }

    def value(self, component: Component, text: str, *, deletes: bool = False) -> CellValue | None:
        """Return what a cell holds; None where it breaks the rules of its kind."""
        sub = self.sub_delimiter or ""
        if component.kind == "languages" and not deletes:
            return languages_in(text, sub, component.languages)
        if component.kind == "list":
            values = values_in(text, sub, nested=component.nested)
            if not component.labelled or values is None:
                return values
            return [value.partition(_LABEL)[0] if isinstance(value, str) else value for value in values]
        return text.partition(_LABEL)[0] if component.labelled else text

    def part(self, rows: Rows) -> SdmxCsv:
        """Return some of the records, in their order."""
        kept = np.zeros(len(self), dtype=np.bool_)
        kept[rows] = True
        mask: Any = pa.array(kept)
        return attrs.evolve(
            self,
            columns={name: column.filter(mask) for name, column in self.columns.items()},
            labels={name: column.filter(mask) for name, column in self.labels.items()},
            rows=self.rows[rows],
            lines=self.lines[rows],
            structure=self.structure.take(rows),
            structure_id=self.structure_id.take(rows),
            structure_name=self.structure_name.take(rows),
            action=self.action.take(rows),
        )


def parse_sdmx_csv(source: str | Path | bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[SdmxCsv, Problems]:
    r"""Read SDMX-CSV of version 1 or 2 without applying it.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[SdmxCsv, Problems]
        Every record that keeps the rules of the format, and every problem.

    Notes
    -----
    The field guides [1]_ give the rules; where they differ, the newer one holds. The character behind the first name of
    the header parts the cells. A cell of a column ``ID: Label`` is split at its first colon and space, and cells of
    other columns never are.

    References
    ----------
    .. [1] SDMX Technical Working Group. SDMX-CSV Data Message Field Guide. https://github.com/sdmx-twg/sdmx-csv.

    Examples
    --------
    >>> table, problems = parse_sdmx_csv(
    ...     b"STRUCTURE[;],STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE,TAGS[]\ndataflow,KL:DF(1.0.0),I,2023,1,A;B\n"
    ... )
    >>> table.row(0)["values"]
    {'TIME_PERIOD': '2023', 'OBS_VALUE': '1', 'TAGS': ['A', 'B']}
    """
    file = source_name(source)
    try:
        table, blocks = _parsed(load_bytes(source, limits), limits)
    except RefusedError as refusal:
        table, blocks = SdmxCsv(), [refusal.block]
    return table, Problems(attrs.evolve(block, file=file) for block in blocks)


def _parsed(data: bytes, limits: Limits) -> tuple[SdmxCsv, list[ProblemBlock]]:
    if not data:
        raise RefusedError(ProblemBlock(code="file.empty"))
    try:
        text = decode(data, limits=limits)
    except UndecodableError:
        return SdmxCsv(), list(read_csv(data, limits=limits)[1].blocks)
    found = separators(text.data[:_START].decode(errors="ignore").lstrip())
    if found is None:
        details = {"expected": "sdmx structure"}
        raise RefusedError(ProblemBlock(code="sdmx_csv.header", rows=(1,), details=details))
    names = find_header(text.data, delimiter=found[0], header_row=1, limits=limits)
    header = sdmx_header(names.names, *found)
    body = read_body(text.data, names, limits)
    blocks = [block for block in name_problems(names) if block.code not in _NAME_FAULTS]
    blocks += [ProblemBlock(code="encoding.fallback", level="warning")] if text.fallback else []
    blocks += [ProblemBlock(code="file.no_rows", level="warning")] if not body.records else []
    table = _table(header, found[0], body.columns, body.rows, body.lines)
    kept, faults = _checked(table)
    return (table if kept.all() else table.part(np.flatnonzero(kept))), [*blocks, *body.blocks, *faults]


def _table(header: SdmxHeader, delimiter: str, columns: Sequence[TextColumn], rows: Rows, lines: Rows) -> SdmxCsv:
    def codes(place: int | None, otherwise: str) -> Codes:
        return Codes.constant(otherwise, len(rows)) if place is None else _codes(columns[place])

    labelled = [component for component in header.components if component.label_place is not None]
    action = codes(header.action, "I")
    return SdmxCsv(
        version=header.version,
        sub_delimiter=header.sub_delimiter,
        delimiter=delimiter,
        components=header.components,
        columns={component.id: columns[component.place] for component in header.components},
        labels={component.id: columns[component.label_place or 0] for component in labelled},
        structure=codes(header.structure, "dataflow"),
        structure_id=codes(header.structure_id, "").mapped(_without_name),
        structure_name=codes(header.structure_name, ""),
        action=action,
        rows=rows,
        lines=lines,
        informs=bool(action.equals("I").all()),
    )


def _codes(column: TextColumn) -> Codes:
    return codes_of(column) or Codes.empty(len(column))


def _without_name(text: str) -> str:
    """Return the id of a structure without the name that may follow it."""
    return text.partition(_LABEL)[0]


def _checked(table: SdmxCsv) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], list[ProblemBlock]]:
    """Return which records keep the rules, and what the others break."""
    kept = np.ones(len(table), dtype=np.bool_)
    blocks: list[ProblemBlock] = []
    for code, column, bad in _faults(table):
        if len(bad):
            kept[bad] = False
            rows, lines = table.rows[bad], table.lines[bad]
            same = bool(np.array_equal(rows, lines))
            blocks.append(
                ProblemBlock(code=code, column=column, rows=rows.tolist(), lines=() if same else lines.tolist())
            )
    return kept, blocks


def _faults(table: SdmxCsv) -> Iterator[tuple[str, str, Rows]]:
    yield (
        "sdmx_csv.structure",
        "STRUCTURE",
        _unfit(table.structure, [t in _STRUCTURES for t in table.structure.texts]),
    )
    ids = table.structure_id
    yield "sdmx_csv.structure_id", "STRUCTURE_ID", _unfit(ids, [bool(STRUCTURE_ID.fullmatch(t)) for t in ids.texts])
    yield "sdmx_csv.action", "ACTION", _unfit(table.action, [t in _ACTIONS for t in table.action.texts])
    for component in table.components:
        if component.kind != "plain":
            cells = _codes(table.columns[component.id])
            bad = cells.where(table.value(component, text) is None for text in cells.texts)
            if component.kind == "languages":  # what is to be deleted is marked, in no language
                bad = bad[~table.action.equals("D")[bad]]
            yield ("sdmx_csv.language" if component.kind == "languages" else "sdmx_csv.values"), component.id, bad


def _unfit(codes: Codes, fit: Sequence[bool]) -> Rows:
    """Return the rows whose text does not fit, or that have none."""
    return np.flatnonzero(~np.array([*fit, False], dtype=np.bool_)[codes.codes])
