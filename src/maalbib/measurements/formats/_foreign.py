"""What a file of a self-describing format holds, before anything is checked against definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.measurements._arrow_types import Rows

__all__ = ["ForeignTable", "PeriodDialect"]

PeriodDialect = Literal["canonical", "sdmx", "da"]


def _no_rows() -> Rows:
    return np.empty(0, dtype=np.int64)


@attrs.frozen(kw_only=True, eq=False)
class ForeignTable:
    """A file whose format says itself what its columns are.

    Attributes
    ----------
    columns
        Columns by the file's own names, in the file's order and all of the same length: codes as
        ``dictionary<int32, string>``, numbers as ``float64`` with null for no number, other texts as ``string``. Without
        columns the file was refused.
    rows
        Number of each record as problems name it: in files of lines with the header as row 1, elsewhere from 0.
    roles
        Which own column is which column of measurements, as far as the format says: ``{"period": "Tid"}``. The role
        ``mark`` is a column of texts that stand beside a number or in its place, null where there is none.
    breakdowns
        Own columns of codes that have no role and break the values down.
    totals
        Which code of a breakdown column is its total, where the format says so.
    periods
        Grammars of the periods, tried in turn.
    names
        What people call each column, by language.
    labels
        What people call each code of a column, by language.
    notes
        What else the file says about itself, such as title, source and units.
    format
        Name of the format, for example ``json-stat 2``.
    file
        Name of the file, None for bytes.
    """

    columns: Mapping[str, pa.Array[Any]] = attrs.field(factory=dict)
    rows: Rows | range = attrs.field(factory=_no_rows)
    roles: Mapping[str, str] = attrs.field(factory=dict)
    breakdowns: tuple[str, ...] = ()
    totals: Mapping[str, str] = attrs.field(factory=dict)
    periods: tuple[PeriodDialect, ...] = ("sdmx", "canonical")
    names: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    labels: Mapping[str, Mapping[str, Mapping[str, str]]] = attrs.field(factory=dict)
    notes: Mapping[str, str] = attrs.field(factory=dict)
    format: str = ""
    file: str | None = None

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)
