"""Measured values: read, checked as columns, kept as columns, and laid out as panels."""

from maalbib.measurements._csv import TextTable, read_csv
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._limits import Limits
from maalbib.measurements._measurements import Measurements
from maalbib.measurements._missing_marks import MISSING_MARKS, Mark
from maalbib.measurements._numbers import NumberColumn, parse_numbers
from maalbib.measurements._panel import Panel
from maalbib.measurements._panels import panels
from maalbib.measurements._schema import CONF_CODES, MEASUREMENTS, STATUS_CODES
from maalbib.measurements._territories import Territory

__all__ = [
    "CONF_CODES",
    "MEASUREMENTS",
    "MISSING_MARKS",
    "STATUS_CODES",
    "Derivation",
    "Limits",
    "Mark",
    "Measurements",
    "NumberColumn",
    "Panel",
    "Territory",
    "TextTable",
    "panels",
    "parse_numbers",
    "read_csv",
]
