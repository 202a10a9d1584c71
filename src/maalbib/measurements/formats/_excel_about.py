"""The sheet by which a workbook of ours says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import pyarrow as pa

from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._excel_parts import Book, Sheet
from maalbib.measurements.formats._excel_scan import scan_sheet
from maalbib.measurements.formats._excel_values import read_values
from maalbib.measurements.formats._excel_zip import Package

if TYPE_CHECKING:
    from maalbib.measurements._intake import Given

__all__ = ["ABOUT_NAMES", "MARK", "METADATA_ROW", "SHEET_NAMES", "About", "find_about"]

ABOUT_NAMES: Final = {"da": "Om", "en": "About"}
SHEET_NAMES: Final = {"da": "Målinger", "en": "Measurements"}
MARK: Final = "maalbib"
METADATA_ROW: Final = "metadata"
_MOST_ROWS, _MOST_COLUMNS = 100, 100


@attrs.frozen(kw_only=True)
class About:
    """What the sheet says: the sheet that holds the measurements, and their metadata as Parquet files carry it."""

    own: Sheet
    data: str
    metadata: bytes

    def given(self, names: Iterable[str]) -> Given:
        """Return breakdowns and derivations of a table with these columns; refused where it is too new."""
        from maalbib.measurements.formats._columnar_table import given_of_arrow

        schema = pa.schema([(name, pa.string()) for name in names], metadata={MARK.encode(): self.metadata})
        return given_of_arrow(schema.empty_table())


def find_about(package: Package, book: Book, limits: Limits) -> About | None:
    """Return what a workbook of ours says about itself, None for any other.

    Raises
    ------
    RefusedError
        If a limit is passed.
    """
    for sheet in book.sheets:
        if sheet.name in ABOUT_NAMES.values():
            cells = _small_sheet(package, book, sheet, limits)
            if cells and cells[0][0] == MARK and len(cells[0]) > 1:
                rows = {str(row[0]): "".join(cell for cell in row[1:] if isinstance(cell, str)) for row in cells}
                return About(own=sheet, data=rows[MARK], metadata=rows.get(METADATA_ROW, "").encode())
    return None


def _small_sheet(package: Package, book: Book, sheet: Sheet, limits: Limits) -> Sequence[Sequence[Any]]:
    scan = scan_sheet(package, sheet.part, limits)
    if not scan.rows or scan.rows[0] != 1 or scan.first != 1:
        return ()
    if scan.rows[-1] > _MOST_ROWS or scan.last > _MOST_COLUMNS:
        return ()
    return [row for _, batch in read_values(package, book, sheet, scan, limits) for row in batch]
