"""Which writer a file needs, by the end of its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements.formats._columnar_batches import IPC_ENDINGS, PARQUET_ENDINGS

__all__ = ["write_measurements"]

_COLUMNAR: Final = PARQUET_ENDINGS | IPC_ENDINGS
_ENDINGS: Final = (*sorted(_COLUMNAR), ".csv", ".json", ".xlsx")


def write_measurements(
    table: pa.Table,
    breakdowns: Sequence[str],
    path: str | Path,
    *,
    locale: Literal["da", "iso"] | None,
    structure: str | None,
    lang: str,
) -> None:
    """Write a canonical table by the end of the file's name; what one format takes, the others refuse.

    Raises
    ------
    ArgumentError
        If the end of its name is not known, or something is said that its format has no use for.
    """
    ending = Path(path).suffix.lower()
    if ending not in _ENDINGS:
        raise ArgumentError("argument.ending", allowed=_ENDINGS)
    if ending != ".csv" and (locale is not None or structure is not None):
        raise ArgumentError("write.only_csv", argument="locale" if structure is None else "structure")
    if ending in _COLUMNAR:
        from maalbib.measurements.formats._columnar_writing import write_table

        write_table(table, Path(path))
    elif ending == ".xlsx":
        from maalbib.measurements.writing._excel import write_excel

        write_excel(table, breakdowns, path, lang=lang)
    elif ending == ".json":
        from maalbib.measurements.writing._json import write_json

        write_json(table, breakdowns, path)
    elif structure is not None:
        from maalbib.measurements.writing._sdmx_csv import write_sdmx_csv

        write_sdmx_csv(table, breakdowns, path, structure=structure, locale=locale or "iso")
    else:
        from maalbib.measurements.writing._csv import write_csv

        write_csv(table, breakdowns, path, locale=locale or "iso")
