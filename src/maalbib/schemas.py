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

    RESULTS_AND_RESOURCES: pa.Schema
    ROLE_MODELS: pa.Schema
    ROLL_UP: pa.Schema
    PEER_SETS: pa.Schema
    PEER_PARTS: pa.Schema
    TRACKING: pa.Schema
    TRENDS: pa.Schema
    COHORTS: pa.Schema
    COMPARISON: pa.Schema
    COMPOSITE: pa.Schema
    COMPOSITE_PLANS: pa.Schema
    DISPERSIONS: pa.Schema
    DISPERSION_PERIODS: pa.Schema
    ASSOCIATION: pa.Schema
    ATTENTION_LIST: pa.Schema
    ATTENTION_REASONS: pa.Schema
    EXEMPLARS: pa.Schema
    FRONTIER: pa.Schema
    GAP_CHANGES: pa.Schema
    GOAL_BOARD: pa.Schema
    MOVEMENTS: pa.Schema
    BACK_TEST: pa.Schema
    BACK_TEST_CALLS: pa.Schema
    TRACKING_CHANGES: pa.Schema
    TRACKING_HISTORY: pa.Schema

__all__ = [
    "ASSOCIATION",
    "ATTENTION_LIST",
    "ATTENTION_REASONS",
    "BACK_TEST",
    "BACK_TEST_CALLS",
    "COHORTS",
    "COMPARISON",
    "COMPOSITE",
    "COMPOSITE_PLANS",
    "DISPERSIONS",
    "DISPERSION_PERIODS",
    "EXEMPLARS",
    "FRONTIER",
    "GAP_CHANGES",
    "GOAL_BOARD",
    "MEASUREMENTS",
    "MOVEMENTS",
    "PEER_PARTS",
    "PEER_SETS",
    "RESULTS_AND_RESOURCES",
    "ROLE_MODELS",
    "ROLL_UP",
    "TRACKING",
    "TRACKING_CHANGES",
    "TRACKING_HISTORY",
    "TRENDS",
]

if not TYPE_CHECKING:
    _RESULTS = {
        "ASSOCIATION": "Association",
        "ATTENTION_LIST": "AttentionList",
        "ATTENTION_REASONS": "AttentionReasons",
        "BACK_TEST": "BackTest",
        "BACK_TEST_CALLS": "BackTestCalls",
        "COHORTS": "CohortComparison",
        "COMPARISON": "Comparison",
        "COMPOSITE": "Composite",
        "COMPOSITE_PLANS": "PlanEffects",
        "DISPERSIONS": "Dispersions",
        "DISPERSION_PERIODS": "DispersionPeriods",
        "EXEMPLARS": "Exemplars",
        "FRONTIER": "Frontier",
        "GAP_CHANGES": "GapChanges",
        "GOAL_BOARD": "GoalBoard",
        "MOVEMENTS": "Movements",
        "PEER_PARTS": "PeerParts",
        "PEER_SETS": "PeerSets",
        "RESULTS_AND_RESOURCES": "ResultsAndResources",
        "ROLE_MODELS": "RoleModels",
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
