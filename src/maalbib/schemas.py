"""The columns that other systems can rely on: measurements in, results out.

Columns are added, never renamed or removed, within a major version.

Examples
--------
>>> from maalbib import schemas
>>> schemas.MEASUREMENTS.names[:4]
['indicator', 'institution', 'period', 'value']
>>> schemas.TRACKING.field("state").type
DataType(string)
"""

TYPE_CHECKING = False  # no need to import typing
if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.measurements import MEASUREMENTS

    TRACKING: pa.Schema
    TRENDS: pa.Schema
    COMPARISON: pa.Schema
    ASSOCIATION: pa.Schema

__all__ = ["ASSOCIATION", "COMPARISON", "MEASUREMENTS", "TRACKING", "TRENDS"]

if not TYPE_CHECKING:
    _RESULTS = {"ASSOCIATION": "Association", "COMPARISON": "Comparison", "TRACKING": "Tracking", "TRENDS": "Trends"}

    def __getattr__(name: str) -> object:
        if name == "MEASUREMENTS":
            from maalbib.measurements import MEASUREMENTS

            value = MEASUREMENTS
        elif name in _RESULTS:
            from maalbib import analysis

            value = getattr(analysis, _RESULTS[name]).schema()
        else:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
