"""The columns of measurements: names, order, types, defaults and the codes that they may hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import pyarrow as pa

from maalbib.model import Frequency, Status

__all__ = [
    "ACTIONS",
    "CODE_COLUMNS",
    "CONF_CODES",
    "DEFAULTS",
    "FREQUENCIES",
    "KEY",
    "MEASUREMENTS",
    "MISSING_STATUSES",
    "NUMBER_COLUMNS",
    "QUALIFIERS",
    "REQUIRED",
    "SCHEMA_VERSION",
    "STATUS_CODES",
    "TOTAL",
    "schema_of",
]

SCHEMA_VERSION: Final = "1.0"

_CODE: Final = pa.dictionary(pa.int32(), pa.string())

MEASUREMENTS: Final[pa.Schema] = pa.schema(
    [
        pa.field("indicator", _CODE, nullable=False),
        pa.field("institution", _CODE, nullable=False),
        pa.field("period", _CODE, nullable=False),
        # Breakdown columns, also dictionaries of text, stand here.
        pa.field("value", pa.float64()),
        pa.field("numerator", pa.float64()),
        pa.field("denominator", pa.float64()),
        pa.field("n", pa.int64()),
        pa.field("lower", pa.float64()),
        pa.field("upper", pa.float64()),
        pa.field("pre_break", pa.float64()),
        pa.field("qualifier", _CODE, nullable=False),
        pa.field("status", _CODE, nullable=False),
        pa.field("conf", _CODE, nullable=False),
        pa.field("vintage", pa.date32()),
        pa.field("revision", pa.int32(), nullable=False),
        pa.field("source", _CODE),
        pa.field("comment", pa.string()),
        pa.field("action", _CODE, nullable=False),
    ]
)
"""The columns of measurements in their fixed order; all but the first three and ``value`` may be absent."""

KEY: Final = ("indicator", "institution", "period")
REQUIRED: Final = (*KEY, "value")
CODE_COLUMNS: Final = tuple(field.name for field in MEASUREMENTS if field.type == _CODE)
NUMBER_COLUMNS: Final = tuple(field.name for field in MEASUREMENTS if field.type == pa.float64())

# What an absent column, or an empty cell in a column that has no empty cells, stands for.
DEFAULTS: Final = {"qualifier": "exact", "status": "A", "conf": "F", "action": "replace"}
TOTAL: Final = "_T"

STATUS_CODES: Final[tuple[str, ...]] = tuple(status.value for status in Status)
"""Observation statuses in the order that :attr:`Panel.status` counts them in."""

MISSING_STATUSES: Final = frozenset("HLMOQ")
CONF_CODES: Final = ("F", "N", "C", "D", "S")
ACTIONS: Final = ("replace", "delete")
QUALIFIERS: Final = ("exact", "approx", "at_least", "at_most")
FREQUENCIES: Final = tuple(Frequency)


def schema_of(breakdowns: Sequence[str], present: Collection[str]) -> pa.Schema:
    """Return the schema of a table with these breakdown columns and these of the fixed columns."""
    fields = [field for field in MEASUREMENTS if field.name in present or field.name in REQUIRED]
    broken_down = [pa.field(name, _CODE, nullable=False) for name in breakdowns]
    return pa.schema([*fields[:3], *broken_down, *fields[3:]])
