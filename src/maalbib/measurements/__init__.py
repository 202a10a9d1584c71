"""Measured values: read, checked as columns, kept as columns, and laid out as panels."""

from maalbib.measurements._csv import TextTable, read_csv
from maalbib.measurements._limits import Limits
from maalbib.measurements._measurements import Measurements
from maalbib.measurements._panel import Panel
from maalbib.measurements._panels import panels
from maalbib.measurements._schema import CONF_CODES, MEASUREMENTS, STATUS_CODES

__all__ = [
    "CONF_CODES",
    "MEASUREMENTS",
    "STATUS_CODES",
    "Limits",
    "Measurements",
    "Panel",
    "TextTable",
    "panels",
    "read_csv",
]
