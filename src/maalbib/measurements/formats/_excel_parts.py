"""What a workbook says about itself: its sheets, which formats show a percentage, and how long its texts are."""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Mapping
from typing import Final

import attrs

from maalbib.measurements.formats._excel_xml import attribute, local_name, parser_of, run
from maalbib.measurements.formats._excel_zip import Package, damaged

__all__ = ["Book", "Sheet", "Texts", "read_book", "read_texts"]

_SHEET_TYPE: Final = "/worksheet"
_YES: Final = frozenset({"1", "true"})
_BUILT_IN_PERCENT: Final = frozenset({"9", "10"})
# In a number format, what stands in quotes, behind a backslash or in brackets is no percent sign.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_HEADER_OF_A_TEXT: Final = 32  # bytes that any text takes besides its letters
_AT_ONCE: Final = 1_024


@attrs.frozen(kw_only=True)
class Sheet:
    """A worksheet: its name, where it lies, and whether people see it."""

    name: str
    part: str
    hidden: bool


@attrs.frozen(kw_only=True)
class Book:
    """A workbook.

    Attributes
    ----------
    sheets
        The worksheets in order; charts are none.
    styles, texts
        Parts with formats and with shared texts, None where there is none.
    percent
        Cell styles, as cells name them, that show a percentage.
    since_1904
        Whether days are counted from 1904.
    """

    sheets: tuple[Sheet, ...]
    styles: str | None
    texts: str | None
    percent: frozenset[str]
    since_1904: bool


@attrs.frozen(kw_only=True)
class Texts:
    """The shared texts: how long each is in bytes, and the longest."""

    lengths: array[int]
    longest: int


def read_book(package: Package) -> Book:
    """Read everything but the sheets.

    Raises
    ------
    RefusedError
        If the file is not a workbook, or a limit is passed.
    """
    top = _relations(package, "_rels/.rels", "")
    main = next((target for kind, target in top.values() if kind.endswith("/officeDocument")), "xl/workbook.xml")
    if main not in package:
        raise damaged()
    folder, _, name = main.rpartition("/")
    relations = _relations(package, posixpath.join(folder, "_rels", f"{name}.rels"), folder)
    found: list[tuple[str, str, bool]] = []
    since_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if local_name(name) == "sheet":
            state = attributes.get("state", "visible")
            found.append((attributes.get("name", ""), attribute(attributes, "id") or "", state != "visible"))
        elif local_name(name) == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in _YES

    run(parser_of(start), package.pieces(main))
    styles, texts = (_part(package, relations, kind) for kind in ("/styles", "/sharedStrings"))
    return Book(
        sheets=tuple(
            Sheet(name=name, part=relations[key][1], hidden=hidden)
            for name, key, hidden in found
            if key in relations and relations[key][0].endswith(_SHEET_TYPE) and relations[key][1] in package
        ),
        styles=styles,
        texts=texts,
        percent=frozenset() if styles is None else _percent_styles(package, styles),
        since_1904=since_1904,
    )


def _part(package: Package, relations: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    named = (target for sort, target in relations.values() if sort.endswith(kind))
    return next((target for target in named if target in package), None)


def _relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return kind and part of each relation that stays inside the file."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), target.lstrip("/"))

    if part in package:
        run(parser_of(start), package.pieces(part))
    return found


def _percent_styles(package: Package, part: str) -> frozenset[str]:
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        role = local_name(name)
        if role == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif role == "cellXfs":
            inside = True
        elif role == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and local_name(name) != "cellXfs"

    run(parser_of(start, end), package.pieces(part))
    percent = {key for key, code in codes.items() if "%" in _LITERAL.sub("", code)} | _BUILT_IN_PERCENT
    return frozenset(str(place) for place, key in enumerate(styles) if key in percent)


def read_texts(package: Package, part: str) -> Texts:
    """Measure the shared texts; sounds of the letters, which Japanese workbooks have, are no part of them.

    Raises
    ------
    RefusedError
        If a limit is passed.
    """
    lengths: array[int] = array("q")
    length = 0
    begins: dict[str, bool] = {}  # which elements begin a text: prefixes differ, names are few

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal length
        if name not in begins:
            begins[name] = local_name(name) == "si"
        if begins[name]:
            lengths.append(length)  # of the text before
            length = 0
            if not len(lengths) % _AT_ONCE:
                package.charge(_HEADER_OF_A_TEXT * _AT_ONCE)

    def characters(text: str) -> None:
        nonlocal length
        length += len(text.encode())

    run(parser_of(start, characters=characters), package.pieces(part))
    lengths.append(length)
    del lengths[:1]
    return Texts(lengths=lengths, longest=max(lengths, default=0))
