"""maalbib: goals, measurements and honest answers for public services.

Names are loaded when they are first used, so that ``import maalbib`` stays light.
"""

TYPE_CHECKING = False  # no need to import typing
if TYPE_CHECKING:
    from maalbib import derived as derived
    from maalbib import engines as engines
    from maalbib import errors as errors
    from maalbib import schemas as schemas
    from maalbib import stats as stats
    from maalbib.analysis import Association as Association
    from maalbib.analysis import AttentionList as AttentionList
    from maalbib.analysis import AttentionReason as AttentionReason
    from maalbib.analysis import AttentionReasons as AttentionReasons
    from maalbib.analysis import AttentionRow as AttentionRow
    from maalbib.analysis import BackTest as BackTest
    from maalbib.analysis import BackTestCall as BackTestCall
    from maalbib.analysis import BackTestCalls as BackTestCalls
    from maalbib.analysis import BackTestRow as BackTestRow
    from maalbib.analysis import BoardRow as BoardRow
    from maalbib.analysis import ChartPoint as ChartPoint
    from maalbib.analysis import ChartPoints as ChartPoints
    from maalbib.analysis import CohortComparison as CohortComparison
    from maalbib.analysis import CohortStanding as CohortStanding
    from maalbib.analysis import Comparison as Comparison
    from maalbib.analysis import Composite as Composite
    from maalbib.analysis import CompositeRow as CompositeRow
    from maalbib.analysis import ControlChart as ControlChart
    from maalbib.analysis import ControlCharts as ControlCharts
    from maalbib.analysis import DispersionPeriod as DispersionPeriod
    from maalbib.analysis import DispersionPeriods as DispersionPeriods
    from maalbib.analysis import DispersionRow as DispersionRow
    from maalbib.analysis import Dispersions as Dispersions
    from maalbib.analysis import ExemplarRow as ExemplarRow
    from maalbib.analysis import Exemplars as Exemplars
    from maalbib.analysis import Frontier as Frontier
    from maalbib.analysis import FrontierRow as FrontierRow
    from maalbib.analysis import GapChange as GapChange
    from maalbib.analysis import GapChanges as GapChanges
    from maalbib.analysis import GoalBoard as GoalBoard
    from maalbib.analysis import GoalSummary as GoalSummary
    from maalbib.analysis import MovementRow as MovementRow
    from maalbib.analysis import Movements as Movements
    from maalbib.analysis import PeerParts as PeerParts
    from maalbib.analysis import PeerReport as PeerReport
    from maalbib.analysis import PeerRow as PeerRow
    from maalbib.analysis import PeerSets as PeerSets
    from maalbib.analysis import PlanEffect as PlanEffect
    from maalbib.analysis import PlanEffects as PlanEffects
    from maalbib.analysis import Progress as Progress
    from maalbib.analysis import RebaseProposal as RebaseProposal
    from maalbib.analysis import RebaseProposals as RebaseProposals
    from maalbib.analysis import ResultAndResource as ResultAndResource
    from maalbib.analysis import ResultsAndResources as ResultsAndResources
    from maalbib.analysis import RoleModel as RoleModel
    from maalbib.analysis import RoleModels as RoleModels
    from maalbib.analysis import RollUp as RollUp
    from maalbib.analysis import RollUpRow as RollUpRow
    from maalbib.analysis import Standing as Standing
    from maalbib.analysis import Tracking as Tracking
    from maalbib.analysis import TrackingChange as TrackingChange
    from maalbib.analysis import TrackingChanges as TrackingChanges
    from maalbib.analysis import TrackingHistory as TrackingHistory
    from maalbib.analysis import Trend as Trend
    from maalbib.analysis import Trends as Trends
    from maalbib.analysis import associate as associate
    from maalbib.analysis import attention_list as attention_list
    from maalbib.analysis import back_test as back_test
    from maalbib.analysis import best_practice as best_practice
    from maalbib.analysis import compare_cohort as compare_cohort
    from maalbib.analysis import compare_gaps as compare_gaps
    from maalbib.analysis import compare_peers as compare_peers
    from maalbib.analysis import composite as composite
    from maalbib.analysis import control_charts as control_charts
    from maalbib.analysis import detect_trends as detect_trends
    from maalbib.analysis import dispersion as dispersion
    from maalbib.analysis import efficiency as efficiency
    from maalbib.analysis import goal_board as goal_board
    from maalbib.analysis import peer_sets as peer_sets
    from maalbib.analysis import results_and_resources as results_and_resources
    from maalbib.analysis import role_models as role_models
    from maalbib.analysis import roll_up as roll_up
    from maalbib.analysis import track as track
    from maalbib.analysis import tracking_changes as tracking_changes
    from maalbib.analysis import tracking_history as tracking_history
    from maalbib.catalogue import Catalogue as Catalogue
    from maalbib.errors import ArgumentError as ArgumentError
    from maalbib.errors import CatalogueError as CatalogueError
    from maalbib.errors import DataError as DataError
    from maalbib.errors import DefinitionError as DefinitionError
    from maalbib.errors import MaalError as MaalError
    from maalbib.measurements import Limits as Limits
    from maalbib.measurements import Measurements as Measurements
    from maalbib.model import AllPeers as AllPeers
    from maalbib.model import AtLeast as AtLeast
    from maalbib.model import AtMost as AtMost
    from maalbib.model import Baseline as Baseline
    from maalbib.model import Break as Break
    from maalbib.model import ChangeAbsolute as ChangeAbsolute
    from maalbib.model import ChangeRelative as ChangeRelative
    from maalbib.model import Citation as Citation
    from maalbib.model import CohortPeers as CohortPeers
    from maalbib.model import Dimension as Dimension
    from maalbib.model import Direction as Direction
    from maalbib.model import DirectionOnly as DirectionOnly
    from maalbib.model import DispersionAtMost as DispersionAtMost
    from maalbib.model import Document as Document
    from maalbib.model import FollowUp as FollowUp
    from maalbib.model import Frequency as Frequency
    from maalbib.model import Goal as Goal
    from maalbib.model import GrowthRate as GrowthRate
    from maalbib.model import Identifier as Identifier
    from maalbib.model import ImproveEachPeriod as ImproveEachPeriod
    from maalbib.model import Indicator as Indicator
    from maalbib.model import IndicatorLink as IndicatorLink
    from maalbib.model import Institution as Institution
    from maalbib.model import InstitutionChange as InstitutionChange
    from maalbib.model import Interim as Interim
    from maalbib.model import ListedPeers as ListedPeers
    from maalbib.model import Maintain as Maintain
    from maalbib.model import Measurement as Measurement
    from maalbib.model import Membership as Membership
    from maalbib.model import Milestone as Milestone
    from maalbib.model import NearestPeers as NearestPeers
    from maalbib.model import NeighbouringPeers as NeighbouringPeers
    from maalbib.model import Override as Override
    from maalbib.model import PeerClass as PeerClass
    from maalbib.model import PeerDefinition as PeerDefinition
    from maalbib.model import PeerExclusion as PeerExclusion
    from maalbib.model import PeerGroup as PeerGroup
    from maalbib.model import PeerList as PeerList
    from maalbib.model import PeerVariable as PeerVariable
    from maalbib.model import Period as Period
    from maalbib.model import Quantity as Quantity
    from maalbib.model import ReachBy as ReachBy
    from maalbib.model import ReadingRule as ReadingRule
    from maalbib.model import Rebase as Rebase
    from maalbib.model import RelativeToReference as RelativeToReference
    from maalbib.model import SameClass as SameClass
    from maalbib.model import SameRegion as SameRegion
    from maalbib.model import Scope as Scope
    from maalbib.model import ShareWithinLimit as ShareWithinLimit
    from maalbib.model import Source as Source
    from maalbib.model import Suspension as Suspension
    from maalbib.model import Target as Target
    from maalbib.model import Text as Text
    from maalbib.model import Unit as Unit
    from maalbib.model import WithinBand as WithinBand
    from maalbib.problems import Problem as Problem
    from maalbib.problems import Problems as Problems
    from maalbib.register import Register as Register
    from maalbib.register import Succession as Succession

    __version__: str

__all__ = [
    "AllPeers",
    "ArgumentError",
    "Association",
    "AtLeast",
    "AtMost",
    "AttentionList",
    "AttentionReason",
    "AttentionReasons",
    "AttentionRow",
    "BackTest",
    "BackTestCall",
    "BackTestCalls",
    "BackTestRow",
    "Baseline",
    "BoardRow",
    "Break",
    "Catalogue",
    "CatalogueError",
    "ChangeAbsolute",
    "ChangeRelative",
    "ChartPoint",
    "ChartPoints",
    "Citation",
    "CohortComparison",
    "CohortPeers",
    "CohortStanding",
    "Comparison",
    "Composite",
    "CompositeRow",
    "ControlChart",
    "ControlCharts",
    "DataError",
    "DefinitionError",
    "Dimension",
    "Direction",
    "DirectionOnly",
    "DispersionAtMost",
    "DispersionPeriod",
    "DispersionPeriods",
    "DispersionRow",
    "Dispersions",
    "Document",
    "ExemplarRow",
    "Exemplars",
    "FollowUp",
    "Frequency",
    "Frontier",
    "FrontierRow",
    "GapChange",
    "GapChanges",
    "Goal",
    "GoalBoard",
    "GoalSummary",
    "GrowthRate",
    "Identifier",
    "ImproveEachPeriod",
    "Indicator",
    "IndicatorLink",
    "Institution",
    "InstitutionChange",
    "Interim",
    "Limits",
    "ListedPeers",
    "MaalError",
    "Maintain",
    "Measurement",
    "Measurements",
    "Membership",
    "Milestone",
    "MovementRow",
    "Movements",
    "NearestPeers",
    "NeighbouringPeers",
    "Override",
    "PeerClass",
    "PeerDefinition",
    "PeerExclusion",
    "PeerGroup",
    "PeerList",
    "PeerParts",
    "PeerReport",
    "PeerRow",
    "PeerSets",
    "PeerVariable",
    "Period",
    "PlanEffect",
    "PlanEffects",
    "Problem",
    "Problems",
    "Progress",
    "Quantity",
    "ReachBy",
    "ReadingRule",
    "Rebase",
    "RebaseProposal",
    "RebaseProposals",
    "Register",
    "RelativeToReference",
    "ResultAndResource",
    "ResultsAndResources",
    "RoleModel",
    "RoleModels",
    "RollUp",
    "RollUpRow",
    "SameClass",
    "SameRegion",
    "Scope",
    "ShareWithinLimit",
    "Source",
    "Standing",
    "Succession",
    "Suspension",
    "Target",
    "Text",
    "Tracking",
    "TrackingChange",
    "TrackingChanges",
    "TrackingHistory",
    "Trend",
    "Trends",
    "Unit",
    "WithinBand",
    "associate",
    "attention_list",
    "back_test",
    "best_practice",
    "compare_cohort",
    "compare_gaps",
    "compare_peers",
    "composite",
    "control_charts",
    "derived",
    "detect_trends",
    "dispersion",
    "efficiency",
    "engines",
    "errors",
    "goal_board",
    "peer_sets",
    "results_and_resources",
    "role_models",
    "roll_up",
    "schemas",
    "stats",
    "track",
    "tracking_changes",
    "tracking_history",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    _HOME = {
        name: f"maalbib.{room}"
        for room, names in {
            "analysis": "Association AttentionList AttentionReason AttentionReasons AttentionRow BackTest"
            " BackTestCall BackTestCalls BackTestRow BoardRow ChartPoint ChartPoints CohortComparison"
            " CohortStanding Comparison Composite CompositeRow ControlChart ControlCharts"
            " DispersionPeriod DispersionPeriods DispersionRow Dispersions ExemplarRow Exemplars"
            " Frontier FrontierRow GapChange GapChanges GoalBoard GoalSummary MovementRow Movements"
            " PeerParts PeerReport PeerRow PeerSets PlanEffect PlanEffects Progress RebaseProposal"
            " RebaseProposals ResultAndResource ResultsAndResources RoleModel RoleModels RollUp"
            " RollUpRow Standing Tracking TrackingChange TrackingChanges TrackingHistory Trend Trends"
            " associate attention_list back_test best_practice compare_cohort compare_gaps"
            " compare_peers composite control_charts detect_trends dispersion efficiency goal_board"
            " peer_sets results_and_resources role_models roll_up track tracking_changes"
            " tracking_history",
            "catalogue": "Catalogue",
            "errors": "ArgumentError CatalogueError DataError DefinitionError MaalError",
            "measurements": "Limits Measurements",
            "model": "AllPeers AtLeast AtMost Baseline Break ChangeAbsolute ChangeRelative Citation CohortPeers"
            " Dimension Direction DirectionOnly DispersionAtMost Document FollowUp Frequency Goal GrowthRate"
            " Identifier ImproveEachPeriod Indicator IndicatorLink Institution InstitutionChange Interim"
            " ListedPeers Maintain Measurement Membership Milestone NearestPeers NeighbouringPeers Override"
            " PeerClass PeerDefinition PeerExclusion PeerGroup PeerList PeerVariable Period Quantity ReachBy"
            " ReadingRule Rebase RelativeToReference SameClass SameRegion Scope ShareWithinLimit Source"
            " Suspension Target Text Unit WithinBand",
            "problems": "Problem Problems",
            "register": "Register Succession",
        }.items()
        for name in names.split()
    }
    _HOME |= {room: f"maalbib.{room}" for room in ("derived", "engines", "errors", "schemas", "stats")}
    _load = on_demand(globals(), _HOME)

    def __getattr__(name: str) -> object:
        if name != "__version__":
            return _load(name)
        from importlib.metadata import version

        return globals().setdefault(name, version("maalbib"))


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
