"""The verbs: definitions and panels in, judged and explained rows out."""

from maalbib.analysis._associate import Association, associate
from maalbib.analysis._attention import AttentionList, AttentionReasons, attention_list
from maalbib.analysis._attention_rows import AttentionReason, AttentionRow
from maalbib.analysis._back_test import BackTest, BackTestCalls, back_test
from maalbib.analysis._back_test_rows import BackTestCall, BackTestRow
from maalbib.analysis._board import GoalBoard, goal_board
from maalbib.analysis._board_row import BoardRow, GoalSummary
from maalbib.analysis._change_row import TrackingChange
from maalbib.analysis._chart_rows import ChartPoint, ControlChart, RebaseProposal
from maalbib.analysis._charts import ChartPoints, ControlCharts, RebaseProposals, control_charts
from maalbib.analysis._cohort import CohortComparison, compare_cohort
from maalbib.analysis._cohort_row import CohortStanding
from maalbib.analysis._comparison import Comparison
from maalbib.analysis._composite import Composite, PlanEffects, composite
from maalbib.analysis._composite_row import CompositeRow, PlanEffect
from maalbib.analysis._exemplar_rows import ExemplarRow
from maalbib.analysis._exemplars import Exemplars, best_practice
from maalbib.analysis._frontier import Frontier, efficiency
from maalbib.analysis._frontier_row import FrontierRow
from maalbib.analysis._gap_change_row import GapChange
from maalbib.analysis._gap_changes import GapChanges, compare_gaps
from maalbib.analysis._grid import Grid
from maalbib.analysis._history import TrackingHistory, tracking_history
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._marks import COLOURS, MARKS
from maalbib.analysis._peer_options import MeanKind
from maalbib.analysis._peer_set_parts import PeerParts
from maalbib.analysis._peer_set_report import PeerChange, PeerChanges, PeerOverlap, PeerReport
from maalbib.analysis._peer_set_row import PeerPart, PeerRow
from maalbib.analysis._peer_sets import PeerSets, peer_sets
from maalbib.analysis._peers import compare_peers
from maalbib.analysis._progress_row import Progress
from maalbib.analysis._resources import results_and_resources
from maalbib.analysis._resources_board import ResultsAndResources
from maalbib.analysis._resources_row import ResultAndResource
from maalbib.analysis._result import Result
from maalbib.analysis._role_model_row import RoleModel
from maalbib.analysis._role_models import RoleModels, role_models
from maalbib.analysis._roll_up import RollUp, roll_up
from maalbib.analysis._roll_up_row import RollUpRow
from maalbib.analysis._row import Row
from maalbib.analysis._rows import AssociationRow, Trend
from maalbib.analysis._secrecy import Secrecy
from maalbib.analysis._spread import DispersionPeriods, Dispersions, Movements, dispersion
from maalbib.analysis._spread_rows import DispersionPeriod, DispersionRow, MovementRow
from maalbib.analysis._standing_row import Standing
from maalbib.analysis._track import Tracking, track
from maalbib.analysis._tracking_changes import TrackingChanges, tracking_changes
from maalbib.analysis._trends import Trends, detect_trends
from maalbib.analysis._wording import breakdown_text

__all__ = [
    "COLOURS",
    "MARKS",
    "Association",
    "AssociationRow",
    "AttentionList",
    "AttentionReason",
    "AttentionReasons",
    "AttentionRow",
    "BackTest",
    "BackTestCall",
    "BackTestCalls",
    "BackTestRow",
    "BoardRow",
    "ChartPoint",
    "ChartPoints",
    "CohortComparison",
    "CohortStanding",
    "Comparison",
    "Composite",
    "CompositeRow",
    "ControlChart",
    "ControlCharts",
    "DispersionPeriod",
    "DispersionPeriods",
    "DispersionRow",
    "Dispersions",
    "ExemplarRow",
    "Exemplars",
    "Frontier",
    "FrontierRow",
    "GapChange",
    "GapChanges",
    "GoalBoard",
    "GoalSummary",
    "Grid",
    "Labels",
    "MeanKind",
    "MovementRow",
    "Movements",
    "PeerChange",
    "PeerChanges",
    "PeerOverlap",
    "PeerPart",
    "PeerParts",
    "PeerReport",
    "PeerRow",
    "PeerSets",
    "PlanEffect",
    "PlanEffects",
    "Progress",
    "RebaseProposal",
    "RebaseProposals",
    "Result",
    "ResultAndResource",
    "ResultsAndResources",
    "RoleModel",
    "RoleModels",
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
    "attention_list",
    "back_test",
    "best_practice",
    "breakdown_text",
    "compare_cohort",
    "compare_gaps",
    "compare_peers",
    "composite",
    "control_charts",
    "detect_trends",
    "dispersion",
    "efficiency",
    "goal_board",
    "labels_of",
    "peer_sets",
    "results_and_resources",
    "role_models",
    "roll_up",
    "track",
    "tracking_changes",
    "tracking_history",
]
