"""Read a sheet of a workbook as columns, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa

from maalbib.measurements._arrow_types import AnyColumn, Rows
from maalbib.measurements._codes import is_text
from maalbib.measurements._columns import Finding, Ledger
from maalbib.measurements._intake import Kind
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits
from maalbib.measurements._locale import Locale, LocaleName
from maalbib.measurements._numbers import parse_numbers
from maalbib.measurements.formats._excel import given_of_excel
from maalbib.problems import ProblemBlock, Problems

__all__ = ["SheetTable", "read_excel"]


@attrs.frozen(kw_only=True, eq=False)
class SheetTable:
    """A sheet of a workbook as columns.

    Attributes
    ----------
    columns
        The columns by their names in the header, all of the same length: numbers as ``float64``, null for an empty cell;
        all others as text, the empty text for an empty cell. Without columns the file was refused.
    rows
        Number of each row in the sheet, shape (rows,). Rows with an error are left out.
    letters
        Letter of each column.
    sheet
        Name of the sheet, None where the file was refused.
    file
        Name of the file, None for bytes.
    """

    columns: Mapping[str, AnyColumn]
    rows: Rows
    letters: Mapping[str, str] = attrs.field(factory=dict)
    sheet: str | None = None
    file: str | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)


def read_excel(
    source: str | Path | bytes,
    *,
    sheet: str | int | None = None,
    header_row: int = 1,
    code_columns: Iterable[str] = (),
    period_columns: Iterable[str] = (),
    number_columns: Iterable[str] = (),
    locale: LocaleName = "da",
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[SheetTable, Problems]:
    """Read a sheet of a workbook (``.xlsx``, ``.xlsm``).

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    sheet
        Name of the sheet, or its number from 1. Without it the only sheet that people see and that holds something; where
        there are several, that is a problem.
    header_row
        Row of the header, counted from 1 as Excel does. Rows above it are titles and are skipped.
    code_columns, period_columns, number_columns
        What each column holds. Columns that are not named are read as text.
    locale
        How numbers are written where a cell holds text: ``"da"``, ``"en"`` or ``"iso"``.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[SheetTable, Problems]
        The rows without errors, and every problem with its cell. A refused file gives a table without columns.

    Raises
    ------
    ArgumentError
        If an argument is wrong. What the file holds, or that it does not exist, is a problem instead.
    MissingExtraError
        If calamine is not installed; the extra ``excel`` brings it.

    Notes
    -----
    The type of a cell decides, as ECMA-376 [1]_ defines it. A number in a column of codes is refused, since leading zeros
    are lost even where its format shows them; in a column of periods a whole number from 1500 to 2999 is a year, with a
    warning, and a date is refused. Text in a column of numbers is read by the grammar of the locale, with a warning.
    Truth values, errors such as ``#N/A`` and formulas without a stored value are errors. Formulas are never computed,
    macros never run and links never followed. Hidden rows, columns and sheets are read with a warning; merged cells are
    errors. Other formats (``.xls``, ``.xlsb``, ``.ods``) and encrypted workbooks are refused.

    Time and memory grow with the rectangle that the cells of the sheet span: about 50 microseconds for a row of ten.

    References
    ----------
    .. [1] Ecma International (2021). Office Open XML File Formats. ECMA-376, 5th edition, part 1, section 18.

    Examples
    --------
    >>> import io, openpyxl
    >>> book, file = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["kommune", "antal"], ["0101", 5], [147, 6]):
    ...     book.active.append(row)
    >>> book.save(file)
    >>> table, problems = read_excel(file.getvalue(), code_columns=["kommune"], number_columns=["antal"])
    >>> {name: column.to_pylist() for name, column in table.columns.items()}
    {'kommune': ['0101'], 'antal': [5.0]}
    >>> [(problem.code, problem.cell) for problem in problems]
    [('code.not_text', 'Sheet!A3')]
    """
    declared: dict[str, Kind] = dict.fromkeys(_listed(number_columns), "number")
    declared |= dict.fromkeys(_listed(period_columns), "period")
    declared |= dict.fromkeys(_listed(code_columns), "code")
    grammar = Locale.of(locale)
    given = given_of_excel(
        source,
        lambda own: declared.get(own, "text"),
        sheet=sheet,
        header_row=header_row,
        limits=limits,
        locale=grammar,
    )
    if given.refused:
        return SheetTable(columns={}, rows=np.empty(0, dtype=np.int64), file=given.origin.file), given.problems
    ledger = Ledger(given.origin, {})
    absent = [ProblemBlock(code="column.missing", file=given.origin.file, column=name) for name in declared]
    columns = dict(given.columns)
    for name, column in given.columns.items():
        ledger.note(Finding(code=code, column=name, rows=rows) for code, rows in given.faults.get(name, ()))
        if declared.get(name) == "number" and is_text(column.type):
            columns[name] = _numbers(name, column, grammar, ledger)
    kept: Rows = np.flatnonzero(ledger.kept)
    table = SheetTable(
        columns={name: column.take(kept) for name, column in columns.items()},
        rows=given.origin.numbers(kept),
        letters=given.origin.letters,
        sheet=given.origin.sheet,
        file=given.origin.file,
    )
    missing = Problems(block for block in absent if block.column not in columns)
    return table, missing + given.problems + ledger.problems


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _numbers(name: str, column: AnyColumn, locale: Locale, ledger: Ledger) -> AnyColumn:
    """Return a column in which some cells are text as numbers, and note those that are none."""
    read = parse_numbers(column, locale.numbers or "da")
    details = {"model": "Measurement", "field": name}  # what the sentence of number.not_finite names
    ledger.note(Finding(code=code, column=name, rows=rows, details=details) for code, rows in read.bad.items())
    ledger.note(
        Finding(code=code, column=name, level="warning", details={"count": len(rows)})
        for code, rows in read.doubtful.items()
    )
    return pa.chunked_array([pa.array(read.values, mask=np.isnan(read.values))])
