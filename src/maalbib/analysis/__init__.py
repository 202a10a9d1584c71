"""The verbs: definitions and panels in, judged and explained rows out."""

from maalbib.analysis._associate import Association, associate
from maalbib.analysis._back_test import BackTest, BackTestCalls, back_test
from maalbib.analysis._back_test_rows import BackTestCall, BackTestRow
from maalbib.analysis._board import GoalBoard, goal_board
from maalbib.analysis._board_row import BoardRow, GoalSummary
from maalbib.analysis._change_row import TrackingChange
from maalbib.analysis._chart_rows import ChartPoint, ControlChart, RebaseProposal
from maalbib.analysis._charts import ChartPoints, ControlCharts, RebaseProposals, control_charts
from maalbib.analysis._display import COLOURS, MARKS
from maalbib.analysis._grid import Grid
from maalbib.analysis._history import TrackingHistory, tracking_history
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_rules import MeanKind
from maalbib.analysis._peers import Comparison, compare_peers
from maalbib.analysis._progress_row import Progress
from maalbib.analysis._result import Result
from maalbib.analysis._roll_up import RollUp, roll_up
from maalbib.analysis._roll_up_row import RollUpRow
from maalbib.analysis._row import Row
from maalbib.analysis._rows import AssociationRow, Standing, Trend
from maalbib.analysis._secrecy import Secrecy
from maalbib.analysis._track import Tracking, track
from maalbib.analysis._tracking_changes import TrackingChanges, tracking_changes
from maalbib.analysis._trends import Trends, detect_trends
from maalbib.analysis._wording import breakdown_text

__all__ = [
    "COLOURS",
    "MARKS",
    "Association",
    "AssociationRow",
    "BackTest",
    "BackTestCall",
    "BackTestCalls",
    "BackTestRow",
    "BoardRow",
    "ChartPoint",
    "ChartPoints",
    "Comparison",
    "ControlChart",
    "ControlCharts",
    "GoalBoard",
    "GoalSummary",
    "Grid",
    "Labels",
    "MeanKind",
    "Progress",
    "RebaseProposal",
    "RebaseProposals",
    "Result",
    "RollUp",
    "RollUpRow",
    "Row",
    "Secrecy",
    "Standing",
    "Tracking",
    "TrackingChange",
    "TrackingChanges",
    "TrackingHistory",
    "Trend",
    "Trends",
    "associate",
    "back_test",
    "breakdown_text",
    "compare_peers",
    "control_charts",
    "detect_trends",
    "goal_board",
    "labels_of",
    "roll_up",
    "track",
    "tracking_changes",
    "tracking_history",
]
