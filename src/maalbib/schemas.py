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

    ROLL_UP: pa.Schema
    TRACKING: pa.Schema
    TRENDS: pa.Schema
    COMPARISON: pa.Schema
    ASSOCIATION: pa.Schema
    GOAL_BOARD: pa.Schema
    BACK_TEST: pa.Schema
    BACK_TEST_CALLS: pa.Schema
    TRACKING_CHANGES: pa.Schema
    TRACKING_HISTORY: pa.Schema

__all__ = [
    "ASSOCIATION",
    "BACK_TEST",
    "BACK_TEST_CALLS",
    "COMPARISON",
    "GOAL_BOARD",
    "MEASUREMENTS",
    "ROLL_UP",
    "TRACKING",
    "TRACKING_CHANGES",
    "TRACKING_HISTORY",
    "TRENDS",
]

if not TYPE_CHECKING:
    _RESULTS = {
        "ASSOCIATION": "Association",
        "BACK_TEST": "BackTest",
        "BACK_TEST_CALLS": "BackTestCalls",
        "COMPARISON": "Comparison",
        "GOAL_BOARD": "GoalBoard",
        "ROLL_UP": "RollUp",
        "TRACKING": "Tracking",
        "TRACKING_CHANGES": "TrackingChanges",
        "TRACKING_HISTORY": "TrackingHistory",
        "TRENDS": "Trends",
    }

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
