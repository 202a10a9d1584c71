"""Measured values: read, checked as columns, kept as columns, and laid out as panels."""

from maalbib.measurements._csv import TextTable, read_csv
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._limits import Limits
from maalbib.measurements._measurements import Measurements
from maalbib.measurements._missing_marks import MISSING_MARKS, Mark
from maalbib.measurements._numbers import NumberColumn, parse_numbers
from maalbib.measurements._panel import Panel
from maalbib.measurements._panels import panels
from maalbib.measurements._schema import CONF_CODES, MEASUREMENTS, QUALIFIERS, STATUS_CODES
from maalbib.measurements._territories import Territory

TYPE_CHECKING = False  # no need to import typing
if TYPE_CHECKING:
    from maalbib.measurements.formats._excel_table import SheetTable, read_excel
    from maalbib.measurements.formats._foreign import ForeignTable
    from maalbib.measurements.formats._jsonstat import read_jsonstat
    from maalbib.measurements.formats._kolada import read_kolada
    from maalbib.measurements.formats._px import read_px
    from maalbib.measurements.formats._sdmx_csv import read_sdmx_csv
    from maalbib.measurements.formats._sdmx_json import read_sdmx_json
    from maalbib.measurements.writing._marked import write_marked

__all__ = [
    "CONF_CODES",
    "MEASUREMENTS",
    "MISSING_MARKS",
    "QUALIFIERS",
    "STATUS_CODES",
    "Derivation",
    "ForeignTable",
    "Limits",
    "Mark",
    "Measurements",
    "NumberColumn",
    "Panel",
    "SheetTable",
    "Territory",
    "TextTable",
    "panels",
    "parse_numbers",
    "read_csv",
    "read_excel",
    "read_jsonstat",
    "read_kolada",
    "read_px",
    "read_sdmx_csv",
    "read_sdmx_json",
    "write_marked",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    _FORMATS = "maalbib.measurements.formats"
    _HOME = {  # most programs read one format
        "ForeignTable": f"{_FORMATS}._foreign",
        "SheetTable": f"{_FORMATS}._excel_table",
        "read_excel": f"{_FORMATS}._excel_table",
        "read_jsonstat": f"{_FORMATS}._jsonstat",
        "read_kolada": f"{_FORMATS}._kolada",
        "read_px": f"{_FORMATS}._px",
        "read_sdmx_csv": f"{_FORMATS}._sdmx_csv",
        "read_sdmx_json": f"{_FORMATS}._sdmx_json",
        "write_marked": "maalbib.measurements.writing._marked",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    return list(__all__)
