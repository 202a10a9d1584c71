"""SDMX-CSV as measurements: structures told apart, dimensions settled, actions applied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.measurements._arrow_types import Rows, TextColumn
from maalbib.measurements._bytes import source_name
from maalbib.measurements._codes import Codes, codes_of
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements._missing_marks import MISSING_MARKS
from maalbib.measurements._numbers import parse_numbers
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._sdmx_actions import DELETE, MERGE, REPLACE, Mask
from maalbib.measurements.formats._sdmx_csv_cells import plain_text
from maalbib.measurements.formats._sdmx_csv_dimensions import dimensions_in
from maalbib.measurements.formats._sdmx_csv_header import Component
from maalbib.measurements.formats._sdmx_csv_parse import SdmxCsv, parse_sdmx_csv
from maalbib.measurements.formats._sdmx_names import FREQUENCY, LANGUAGE_UNKNOWN, NUMBERS, VALUE, concept, roles_of
from maalbib.measurements.formats._sdmx_table import Cells, Message, block_at, labels_of, observations, without_rows
from maalbib.measurements.writing._inert import unguarded, unguarded_text
from maalbib.problems import ProblemBlock, Problems

__all__ = ["read_sdmx_csv"]

compute: Final[Any] = pc  # its stubs know no plain values among the arguments

_ACTIONS: Final = {"D": DELETE, "R": REPLACE}
_KEY_ROLES: Final = ("indicator", "institution", "period")
_SHOWN: Final = 5


def read_sdmx_csv(
    source: str | Path | bytes,
    *,
    structure: str | None = None,
    dimensions: Sequence[str] | None = None,
    value: str = VALUE,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[ForeignTable, Problems]:
    r"""Read observations from SDMX-CSV of version 1 or 2.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    structure
        Which structure is wanted where the file holds several: its id, ``KL:DF_MAAL(1.0.0)``, or that without the version.
    dimensions
        Ids of the components that identify an observation, beside indicator, institution, period and frequency.
    value
        Id of the measure that is the value.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[ForeignTable, Problems]
        A row for each observation that the file leaves behind, with the number of the row that gives its value, and
        every problem. A refused file gives a table without columns.

    Notes
    -----
    *Dimensions.* The format does not say which components are dimensions. Those that the caller names are. Otherwise the
    order that the field guide [1]_ prescribes for services is relied on: the plain columns before the value are
    dimensions and those behind it are attributes, but for the concepts of SDMX that are always attributes, such as
    ``OBS_STATUS``. Where the value stands before the period or another column of the key, the order says nothing: every plain
    column that no row with a value leaves empty is then taken for a dimension, with the warning ``sdmx_csv.dimensions``. A
    dimension that was taken for an attribute shows itself as ``sdmx.overwritten``. ``FREQ`` follows from the period and breaks
    nothing down.

    *Actions* are applied in the order of the rows. I, A and M fill cells and leave the others as they are, R replaces the
    observation, D deletes what matches the codes that it names: the observations, or the cells that hold anything. A
    row without one of its dimensions is no observation: its attributes are those of every observation in the group that
    have none of their own. A file with another action than I is applied whole or not at all (``sdmx_csv.not_applied``).

    *Cells.* Numbers have a decimal comma where a semicolon parts the cells, otherwise a point; an empty cell and ``NaN`` are
    missing. ``2023-A1`` in a reporting year from ``--08-01`` is the school year 2023/24. The apostrophe that keeps a text from
    being run as a formula is taken off.

    Time and memory grow with the rows.

    References
    ----------
    .. [1] SDMX Technical Working Group. SDMX-CSV Data Message Field Guide. https://github.com/sdmx-twg/sdmx-csv.

    Examples
    --------
    >>> table, problems = read_sdmx_csv(
    ...     b"STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,INSTITUTION,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    ...     b"dataflow,KL:DF(1.0.0),I,sick,0101,_T,2023,9.4,A\n"
    ...     b"dataflow,KL:DF(1.0.0),I,sick,0101,_T,2024,NaN,Q\n"
    ... )
    >>> table.columns["OBS_VALUE"].to_pylist(), table.breakdowns, table.roles["institution"]
    ([9.4, None], ('SEX',), 'INSTITUTION')
    """
    file = source_name(source)
    parsed, problems = parse_sdmx_csv(source, limits)
    name = f"sdmx-csv {parsed.version}" if parsed.version else "sdmx-csv"
    table, blocks = ForeignTable(format=name), list[ProblemBlock]()
    if parsed.version is not None:
        chosen, blocks = _of_structure(parsed, structure)
        if chosen is not None:
            failed = bool(len(problems.errors))
            try:
                table, blocks = _observed(chosen, dimensions, value, limits, failed=failed)
            except RefusedError as refusal:
                blocks = [refusal.block]
            table = attrs.evolve(table, format=name)
    return attrs.evolve(table, file=file), problems + Problems(attrs.evolve(block, file=file) for block in blocks)


def _of_structure(parsed: SdmxCsv, wanted: str | None) -> tuple[SdmxCsv | None, list[ProblemBlock]]:
    """Return the records of one structure; the columns that all of them leave empty are of another one."""
    ids = parsed.structure_id.texts
    found = [text for text in ids if wanted in {None, text, text.partition("(")[0]}]
    if ids and not found:
        return None, [ProblemBlock(code="sdmx_csv.structure_absent", details={"structures": list(ids[:_SHOWN])})]
    if len(found) > 1:
        return None, [ProblemBlock(code="sdmx_csv.structures", details={"structures": found[:_SHOWN]})]
    if len(ids) < 2:  # noqa: PLR2004 - only one structure
        return parsed, []
    part = parsed.part(np.flatnonzero(parsed.structure_id.equals(found[0])))
    used = {
        name for name, column in part.columns.items() if (compute.max(compute.binary_length(column)).as_py() or 0)
    }
    return attrs.evolve(part, components=tuple(one for one in part.components if one.id in used)), []


def _observed(
    parsed: SdmxCsv, dimensions: Sequence[str] | None, value: str, limits: Limits, *, failed: bool
) -> tuple[ForeignTable, list[ProblemBlock]]:
    ids = [component.id for component in parsed.components]
    roles = {role: name for role, name in roles_of(ids).items() if role != "value"}
    roles |= {"value": value} if value in ids else {}
    filled = {name: _filled(column) for name, column in parsed.columns.items() if name in ids}
    deletes = parsed.action.equals("D")
    keys, blocks = dimensions_in(parsed.components, roles, dimensions, filled, deletes)
    actions = parsed.action.each((_ACTIONS.get(text, MERGE) for text in parsed.action.texts), MERGE, np.int8)
    cells, faults = _cells(parsed, roles, keys, deletes)
    message = Message(
        dimensions={name: column for name, column in cells.items() if name in keys and isinstance(column, Codes)},
        cells={name: column for name, column in cells.items() if name not in keys},
        filled={name: mask for name, mask in filled.items() if name not in keys},
        actions=actions,
        roles=roles,
        rows=parsed.rows,
        lines=parsed.lines,
    )
    if "value" not in roles:
        message = without_rows(message, np.arange(len(parsed)))
        blocks.append(ProblemBlock(code="sdmx_csv.no_value", level="warning", column=value))
    bad, found = _broken(message, faults)
    blocks += found
    if (failed or len(bad)) and not parsed.informs:
        return ForeignTable(), [*blocks, ProblemBlock(code="sdmx_csv.not_applied")]
    held, found = observations(without_rows(message, bad), ids, limits)
    known = {roles[role] for role in (*_KEY_ROLES, "vintage", "revision") if role in roles}
    return ForeignTable(
        columns=held.columns,
        rows=held.rows,
        roles=roles,
        breakdowns=tuple(name for name in keys if name not in known and concept(name) != FREQUENCY),
        names={one.id: {LANGUAGE_UNKNOWN: one.label} for one in parsed.components if one.label},
        labels=_labels(parsed, keys),
        notes=_notes(parsed),
    ), [*blocks, *found]


def _filled(column: TextColumn) -> Mask:
    filled: Mask = compute.binary_length(column).to_numpy() > 0
    return filled


def _cells(
    parsed: SdmxCsv, roles: dict[str, str], keys: Sequence[str], deletes: Mask
) -> tuple[dict[str, Cells], list[tuple[str, str, Rows]]]:
    """Return the columns as codes, numbers and texts, and the faults of the numbers; doubts have no error code."""
    numbers = {name for role, name in roles.items() if role in NUMBERS}
    cells: dict[str, Cells] = {}
    faults: list[tuple[str, str, Rows]] = []
    for component in parsed.components:
        column = parsed.columns[component.id]
        if component.id in numbers and component.id not in keys:
            live = compute.if_else(pa.array(deletes), "", column) if deletes.any() else column
            read = parse_numbers(live, "da" if parsed.delimiter == ";" else "iso", marks=MISSING_MARKS["sdmx"])
            cells[component.id] = read.values
            faults += [(code, component.id, rows) for code, rows in (*read.bad.items(), *read.doubtful.items())]
        elif component.id == roles.get("comment"):
            cells[component.id] = _remarks(parsed, component)
        else:
            codes = codes_of(column) or Codes.empty(len(column))
            cells[component.id] = codes.renamed([_plain(parsed, component, text) for text in codes.texts])
    return cells, faults


def _plain(parsed: SdmxCsv, component: Component, text: str) -> str | None:
    found = plain_text(parsed.value(component, text))
    return None if found is None else unguarded_text(found)


def _remarks(parsed: SdmxCsv, component: Component) -> pa.Array[Any]:
    """Return a column of remarks; a remark is free text, so no code stands before a label in it."""
    column: Any = parsed.columns[component.id]
    if component.kind != "plain":
        texts = [plain_text(parsed.value(component, text)) for text in column.to_pylist()]
        column = pa.chunked_array([pa.array(texts, type=pa.string())])
    whole: pa.Array[Any] = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
    remarks: pa.Array[Any] = compute.if_else(compute.equal(whole, ""), pa.scalar(None, pa.string()), unguarded(whole))
    return remarks


def _broken(message: Message, faults: Sequence[tuple[str, str, Rows]]) -> tuple[Rows, list[ProblemBlock]]:
    """Return the rows that cannot be taken, and the problems of all rows."""
    bad: list[Rows] = [np.empty(0, dtype=np.int64)]
    blocks: list[ProblemBlock] = []
    for code, column, rows in faults:
        doubt = code in {"number.maybe_english", "number.maybe_danish"}
        details = {"model": "SDMX-CSV", "field": column} if code == "number.not_finite" else {"count": len(rows)}
        found = block_at(message, code, rows, level="warning" if doubt else "error", column=column)
        blocks += [attrs.evolve(block, details=details) for block in found]
        bad += [] if doubt else [rows]
    partial = np.zeros(len(message.rows), dtype=np.bool_)
    for codes in message.dimensions.values():
        partial |= codes.codes < 0
    value = message.roles.get("value")
    if value is not None and value in message.filled:
        rows = np.flatnonzero(partial & message.filled[value] & (message.actions != DELETE))
        blocks += block_at(message, "sdmx.partial_key", rows)
        bad.append(rows)
    return np.unique(np.concatenate(bad)), blocks


def _labels(parsed: SdmxCsv, keys: Sequence[str]) -> dict[str, dict[str, dict[str, str]]]:
    """Return what people call the codes of the dimensions, from cells or columns of labels."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for component in (one for one in parsed.components if one.id in keys):
        codes = codes_of(parsed.columns[component.id]) or Codes.empty(len(parsed))
        pairs: list[tuple[str, str]] = []
        if component.labelled:
            pairs = [(text.partition(": ")[0], text.partition(": ")[2]) for text in codes.texts]
        elif component.id in parsed.labels:
            labels = codes_of(parsed.labels[component.id]) or Codes.empty(len(parsed))
            both = np.unique(codes.codes.astype(np.int64) * (len(labels.texts) + 1) + labels.codes + 1)
            width = len(labels.texts) + 1
            pairs = [
                (codes.texts[pair // width], labels.texts[pair % width - 1])
                for pair in both[both >= 0].tolist()
                if pair % width
            ]
        named = labels_of(((code, label) for code, label in pairs if label), LANGUAGE_UNKNOWN)
        found |= {component.id: named} if named else {}
    return found


def _notes(parsed: SdmxCsv) -> dict[str, str]:
    notes = {name: getattr(parsed, name).texts for name in ("structure", "structure_id", "structure_name")}
    return {name: texts[0] for name, texts in notes.items() if len(texts) == 1 and texts[0]}
