"""The verbs: definitions and panels in, judged and explained rows out."""

from maalbib.analysis._associate import Association, associate
from maalbib.analysis._chart_rows import ChartPoint, ControlChart, RebaseProposal
from maalbib.analysis._charts import ChartPoints, ControlCharts, RebaseProposals, control_charts
from maalbib.analysis._display import COLOURS, MARKS, Grid
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_rules import MeanKind
from maalbib.analysis._peers import Comparison, compare_peers
from maalbib.analysis._result import Result
from maalbib.analysis._row import Row
from maalbib.analysis._rows import AssociationRow, Progress, Standing, Trend
from maalbib.analysis._secrecy import Secrecy
from maalbib.analysis._track import Tracking, track
from maalbib.analysis._trends import Trends, detect_trends
from maalbib.analysis._wording import breakdown_text

__all__ = [
    "COLOURS",
    "MARKS",
    "Association",
    "AssociationRow",
    "ChartPoint",
    "ChartPoints",
    "Comparison",
    "ControlChart",
    "ControlCharts",
    "Grid",
    "Labels",
    "MeanKind",
    "Progress",
    "RebaseProposal",
    "RebaseProposals",
    "Result",
    "Row",
    "Secrecy",
    "Standing",
    "Tracking",
    "Trend",
    "Trends",
    "associate",
    "breakdown_text",
    "compare_peers",
    "control_charts",
    "detect_trends",
    "labels_of",
    "track",
]
