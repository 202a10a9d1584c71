"""What both workbooks need: openpyxl when it is there, cells that are never formulas, and bytes that are always the same."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from maalbib.errors import ArgumentError, MissingExtraError
from maalbib.measurements.writing._file import write_whole

if TYPE_CHECKING:
    import os
    from types import ModuleType


__all__ = ["LONGEST_TEXT", "check_ending", "check_lang", "escaped", "openpyxl_module", "save_book", "set_text"]

LONGEST_TEXT: Final = 32_767
_ENDING: Final = ".xlsx"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
_CORE: Final = "docProps/core.xml"
_CORE_TEXT: Final = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>maalbib</dc:creator></cp:coreProperties>'
)
_PIECE: Final = 1024**2
# A workbook writes signs that XML lacks as _xHHHH_, and so a text that only looks like that needs an escape as well.
_TO_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]")
_BLANK: Final = re.compile("[\x00-\xff]")  # readers leave out a text that is nothing but white space


def openpyxl_module() -> ModuleType:
    """Return openpyxl.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("extra.missing", feature="Excel", package="openpyxl", extra="excel") from None
    return openpyxl


def check_lang(lang: str) -> Literal["da", "en"]:
    """Return the language.

    Raises
    ------
    ArgumentError
        If it is neither Danish nor English.
    """
    if lang == "da":
        return "da"
    if lang == "en":
        return "en"
    raise ArgumentError.choice("lang", ("da", "en"))


def check_ending(path: str | Path) -> Path:
    """Return a path that ends as workbooks do.

    Raises
    ------
    ArgumentError
        If it does not.
    """
    if Path(path).suffix.lower() != _ENDING:
        raise ArgumentError("argument.ending", allowed=[_ENDING])
    return Path(path)


def escaped(text: str) -> str:
    r"""Return a text as the XML of a workbook holds it.

    Examples
    --------
    >>> escaped("a\rb"), escaped("_x0041_")
    ('a_x000D_b', '_x005F_x0041_')
    """
    pattern = _BLANK if text.isspace() else _TO_ESCAPE
    return pattern.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def set_text(cell: Any, text: str) -> None:
    """Put a text into a cell; whatever it begins with, it is never a formula."""
    cell._value = escaped(text)  # noqa: SLF001 - the setter would make a formula of it, and cut it short
    cell.data_type = "s"


class _SteadyZip(zipfile.ZipFile):
    """A zip without times, so that the same table gives the same bytes."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        super().writestr(_entry(name), _CORE_TEXT if name == _CORE else data)

    def write(self, filename: str | os.PathLike[str], arcname: Any = None, *_: Any, **__: Any) -> None:
        with Path(filename).open("rb") as source, self.open(_entry(str(arcname)), "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                target.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def save_book(book: Any, path: Path) -> None:
    """Write a workbook; the file is there when all is written, and not before."""
    from openpyxl.writer.excel import ExcelWriter

    with tempfile.TemporaryFile() as file:
        try:
            with _SteadyZip(file, "w", zipfile.ZIP_DEFLATED) as archive:
                ExcelWriter(book, archive).write_data()
        except BaseException:
            _abandon(book)
            raise
        file.seek(0)
        write_whole(path, _pieces(file))


def _abandon(book: Any) -> None:
    """Close the temporary files of sheets that will not be written."""
    for sheet in book.worksheets:
        if book.write_only and not sheet.closed:
            sheet.close()
            sheet._writer.cleanup()  # noqa: SLF001 - there is no other way to it


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
