"""The values of one sheet, read by calamine from a workbook that holds nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from maalbib.errors import MissingExtraError
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._excel_parts import Book, Sheet, read_texts
from maalbib.measurements.formats._excel_scan import Scan, shared_bytes
from maalbib.measurements.formats._excel_zip import Member, Package, damaged, packed

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["RowBatch", "read_values"]

RowBatch: TypeAlias = tuple[int, list[list[Any]]]
"""Number of the first row, and the rows; each has a cell for every column from the first that holds something."""

_BATCH: Final = 4_096
_CELL: Final = 32  # bytes that calamine takes for every cell of the rectangle, empty or not
_NAMESPACE: Final = "http://schemas.openxmlformats.org"
_MAIN: Final = f"{_NAMESPACE}/spreadsheetml/2006/main"
_RELATIONS: Final = f"{_NAMESPACE}/package/2006/relationships"
_KINDS: Final = f"{_NAMESPACE}/officeDocument/2006/relationships"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml", "sharedStrings": "sharedStrings.xml"}


def read_values(package: Package, book: Book, sheet: Sheet, scan: Scan, limits: Limits) -> Iterator[RowBatch]:
    """Yield the rows of a sheet that was scanned, from its first row to the last that holds something.

    Raises
    ------
    MissingExtraError
        If calamine is not installed.
    RefusedError
        If the sheet would take more memory than the limits allow, or cannot be read.
    """
    calamine = _calamine()
    if not scan.rows:
        return
    height, width = scan.rows[-1] - scan.rows[0] + 1, scan.last - scan.first + 1
    package.charge(_CELL * height * width)
    _charge_texts(package, book, sheet, scan, limits)
    last = 0
    try:
        rows, left = _opened(calamine, _alone(package, book, sheet))
        while batch := list(islice(rows, _BATCH)):
            batch = _widened(batch, left, scan, last)
            yield last + 1, batch
            last += len(batch)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException:  # noqa: BLE001 - a panic inside calamine is no Exception; its text may hold values
        raise damaged() from None
    if last < scan.rows[-1]:  # rows with nothing but formulas that have no value
        yield last + 1, [[""] * width for _ in range(scan.rows[-1] - last)]


def _widened(batch: list[list[Any]], left: int, scan: Scan, last: int) -> list[list[Any]]:
    """Return the rows with empty cells for the columns that calamine leaves out: those with no value at all."""
    before = left + 1 - scan.first
    after = scan.last - left - len(batch[0])
    if before < 0 or after < 0 or last + len(batch) > scan.rows[-1]:
        raise damaged()  # the two readers do not see the same cells
    if before or after:
        return [[*[""] * before, *row, *[""] * after] for row in batch]
    return batch


def _calamine() -> ModuleType:
    try:
        import python_calamine
    except ImportError:
        raise MissingExtraError("extra.missing", feature="Excel", package="python-calamine", extra="excel") from None
    return python_calamine


def _opened(calamine: ModuleType, data: bytes) -> tuple[Iterator[list[Any]], int]:
    """Return the rows of the only sheet from the first on, and the first column that calamine gives, from 0."""
    sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    if sheet.start is None:
        return iter(()), 0
    return sheet.iter_rows(), sheet.start[1]


def _charge_texts(package: Package, book: Book, sheet: Sheet, scan: Scan, limits: Limits) -> None:
    """Count a copy of its text for each cell; only where that might be too much, cell by cell."""
    if book.texts is None or not scan.texts:
        return
    texts = read_texts(package, book.texts)
    most = scan.texts * texts.longest
    if most > limits.ratio_from:
        most = shared_bytes(package, sheet.part, texts, limits.decoded_bytes)
    package.charge(most)


def _alone(package: Package, book: Book, sheet: Sheet) -> bytes:
    """Return a workbook of that sheet alone: calamine opens no part that was not measured, and follows no name."""
    given = {"worksheet": sheet.part, "styles": book.styles, "sharedStrings": book.texts}
    parts = {kind: name for kind, name in given.items() if name is not None}
    date_system = "1" if book.since_1904 else "0"
    overrides = "".join(
        f'<Override PartName="/xl/{_PARTS[kind]}" ContentType="{_CONTENT}.{kind}+xml"/>' for kind in parts
    )
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{_KINDS}/{kind}" Target="{_PARTS[kind]}"/>' for kind in parts
    )
    written = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>{overrides}</Types>'
        ),
        "_rels/.rels": _relationships(
            f'<Relationship Id="book" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}"><workbookPr date1904="{date_system}"/>'
            '<sheets><sheet name="1" sheetId="1" r:id="worksheet"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relationships(relations),
    }
    members = {name: Member.stored(text) for name, text in written.items()}
    return packed(members | {f"xl/{_PARTS[kind]}": package.measured(name) for kind, name in parts.items()})


def _relationships(inside: str) -> str:
    return f'<Relationships xmlns="{_RELATIONS}">{inside}</Relationships>'
