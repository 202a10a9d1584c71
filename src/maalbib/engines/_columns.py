"""Columns of a table as codes and numbers, for kernels; what is not there or not readable is a problem of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.errors import DataError
from maalbib.measurements._codes import Codes, codes_of, is_text, tidy
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["codes_column", "fault", "numbers_column", "require"]

compute: Final[Any] = pc  # its stubs know no plain values among the arguments
_NUMERIC: Final = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)


def fault(code: str, column: str, file: str | None = None) -> DataError:
    """Return the error for a column."""
    return DataError(Problems([ProblemBlock(code=code, file=file, column=column)]))


def require(names: list[str], required: tuple[str, ...]) -> None:
    """Refuse data that lack columns; all of those are named."""
    blocks = [ProblemBlock(code="column.missing", column=name) for name in required if name not in names]
    if blocks:
        raise DataError(Problems(blocks))


def codes_column(table: pa.Table, name: str) -> Codes:
    """Return a column of codes, without blanks around them.

    Raises
    ------
    DataError
        If it is not there, or holds something else than text.
    """
    require(table.column_names, (name,))
    codes = codes_of(table.column(name))
    if codes is None:
        raise fault("code.not_text", name)
    return codes.mapped(tidy)


def numbers_column(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column of numbers as floats of its own, NaN where there is none.

    Raises
    ------
    DataError
        If it is not there, or holds something else than numbers.
    """
    require(table.column_names, (name,))
    column: Any = table.column(name)
    kind = column.type
    if pa.types.is_dictionary(kind) and not is_text(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if not any(fits(kind) for fits in _NUMERIC):
        raise fault("number.from_text" if is_text(kind) else "number.wrong_type", name)
    if not pa.types.is_floating(kind) or kind != pa.float64():
        column = compute.cast(column, pa.float64(), safe=False)
    return np.asarray(column.to_numpy(), dtype=np.float64) + 0.0  # also turns -0.0 into 0.0
