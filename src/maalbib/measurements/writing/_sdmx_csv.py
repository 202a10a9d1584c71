"""Measurements as SDMX-CSV 2, for the tools of statistics offices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._codes import Codes, codes_of
from maalbib.measurements.formats._sdmx_names import (
    ATTRIBUTES,
    COMPONENT,
    FREQUENCY,
    REPORTING_START,
    STRUCTURE_ID,
    WRITTEN,
    concept,
)
from maalbib.measurements.formats._sdmx_periods import in_reporting_year
from maalbib.measurements.writing._delimited import DELIMITERS, Cells, cells_of, coded_cells, lines, rows_per_piece
from maalbib.measurements.writing._file import write_whole
from maalbib.measurements.writing._numbers import WrittenLocale

__all__ = ["sdmx_csv_bytes", "write_sdmx_csv"]

_RESERVED: Final = frozenset(
    {*ATTRIBUTES, *WRITTEN.values(), FREQUENCY, "REF_AREA", "SERIES_KEY", "OBS_KEY", "ACTION", "STRUCTURE_NAME"}
)
# What a breakdown stands behind, and what stands behind all dimensions.
_BEFORE: Final = ("indicator", "institution")


def write_sdmx_csv(
    table: pa.Table,
    breakdowns: Sequence[str],
    path: str | Path,
    *,
    structure: str,
    names: Mapping[str, str] | None = None,
    locale: WrittenLocale = "iso",
) -> None:
    """Write a canonical table of measurements as SDMX-CSV 2.

    Parameters
    ----------
    table
        The table.
    breakdowns
        Its breakdown columns, which become dimensions.
    path
        The file. It is there when all is written, and not before.
    structure
        Id of the dataflow that the measurements belong to, ``KL:DF_MAAL(1.0.0)``.
    names
        Ids of the components, where they are not the usual ones: ``{"institution": "REF_AREA", "køn": "SEX"}``. A breakdown
        keeps its name, so one that is no id in SDMX needs another.
    locale
        ``"iso"``: comma between cells and decimal point. ``"da"``: semicolon and decimal comma.

    Raises
    ------
    ArgumentError
        If the structure is no id, a name is no id or means something else, or a number cannot be written.

    Notes
    -----
    Dimensions come first, then ``OBS_VALUE``, then the attributes. A school year is ``2023-A1`` in a reporting year from
    ``--08-01``; pooled years are time ranges. Columns without a concept in SDMX have names of their own: ``NUMERATOR``,
    ``DENOMINATOR``, ``N``, ``QUALIFIER``, ``VINTAGE`` and ``REVISION``. Texts that a spreadsheet could run as a formula have an
    apostrophe in front, which our reader takes off. The same table gives the same bytes.
    """
    write_whole(path, _pieces(table, breakdowns, structure, names or {}, locale))


def sdmx_csv_bytes(
    table: pa.Table,
    breakdowns: Sequence[str],
    *,
    structure: str,
    names: Mapping[str, str] | None = None,
    locale: WrittenLocale = "iso",
) -> bytes:
    """Return what :func:`write_sdmx_csv` writes.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"indicator": ["sick"], "institution": ["0101"], "period": ["2023/24"], "value": [9.4]})
    >>> print(sdmx_csv_bytes(table, [], structure="KL:DF_MAAL(1.0.0)").decode(), end="")
    STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,INSTITUTION,TIME_PERIOD,OBS_VALUE,REPORTING_YEAR_START_DAY
    dataflow,KL:DF_MAAL(1.0.0),I,sick,0101,2023-A1,9.4,--08-01
    """
    return b"".join(_pieces(table, breakdowns, structure, names or {}, locale))


def _pieces(
    table: pa.Table, breakdowns: Sequence[str], structure: str, names: Mapping[str, str], locale: WrittenLocale
) -> Iterator[bytes]:
    if locale not in DELIMITERS:
        raise ArgumentError.choice("locale", DELIMITERS)
    if STRUCTURE_ID.fullmatch(structure) is None:
        raise ArgumentError("writing.structure")
    ids = _ids(breakdowns, names)
    rows = table.num_rows
    columns = [
        _constant("STRUCTURE", "dataflow", rows),
        _constant("STRUCTURE_ID", structure, rows),
        _constant("ACTION", "I", rows),
    ]
    starts: list[Cells] = []
    present = [name for name in ids if name in table.column_names]
    for name in present:
        if name == "period":
            written, days = in_reporting_year(_codes(table, name))
            columns.append(_coded(ids[name], written, locale))
            starts = [_coded(REPORTING_START, days, locale)] if days.texts else []
        else:
            columns.append(cells_of(table, name, ids[name], locale))
    yield from lines([*columns, *starts], rows, locale, step=rows_per_piece(table))


def _ids(breakdowns: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the id of the component that each column becomes, in the order of the file."""
    usual = {name: WRITTEN[name] for name in _BEFORE} | {name: name for name in breakdowns} | dict(WRITTEN)
    if not usual.keys() >= names.keys():
        raise ArgumentError.choice("names", usual)
    ids = {name: names.get(name, own) for name, own in usual.items()}
    for name, own in ids.items():
        free = own == WRITTEN.get(name) or (name, own) == ("institution", "REF_AREA")
        if COMPONENT.fullmatch(own) is None or (not free and (name in WRITTEN or concept(own) in _RESERVED)):
            raise ArgumentError("writing.component", name=name)
    if len({*map(concept, ids.values())}) < len(ids):
        raise ArgumentError("writing.component_twice")
    return ids


def _codes(table: pa.Table, name: str) -> Codes:
    return codes_of(table.column(name)) or Codes.empty(table.num_rows)


def _coded(header: str, codes: Codes, locale: WrittenLocale) -> Cells:
    """Return a column of texts of ours, none of which could do harm."""
    array: Any = codes.to_arrow()
    return coded_cells(header, pa.chunked_array([array]), array.dictionary, locale)


def _constant(header: str, text: str, rows: int) -> Cells:
    return _coded(header, Codes.constant(text, rows), "iso")
