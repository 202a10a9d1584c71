"""What people write: goals, indicators, targets, institutions. Frozen, and valid once made."""

from maalbib.model._dimension import Category, Dimension
from maalbib.model._entity import Change, Entity
from maalbib.model._frequency import Frequency
from maalbib.model._frozen import FrozenDict
from maalbib.model._fuzzy_date import FuzzyDate
from maalbib.model._goal import Goal, IndicatorLink
from maalbib.model._indicator import Break, Indicator
from maalbib.model._institution import Identifier, Institution, Membership, PeerGroup
from maalbib.model._measurement import Measurement
from maalbib.model._period import Period
from maalbib.model._qualifier import Qualifier
from maalbib.model._quantity import Quantity
from maalbib.model._quantity_checks import ClassFound, classify, implied_base
from maalbib.model._reading_rule import ReadingRule
from maalbib.model._source import Citation, Document, Source
from maalbib.model._target import Baseline, DatedTarget, Scope, Target
from maalbib.model._target_kinds import (
    TARGET_KINDS,
    AtLeast,
    AtMost,
    ChangeAbsolute,
    ChangeRelative,
    DirectionOnly,
    ImproveEachPeriod,
    Maintain,
    ReachBy,
    WithinBand,
)
from maalbib.model._text import Text
from maalbib.model._unit import Unit, builtin_units
from maalbib.model._words import (
    Aggregation,
    BreakKind,
    Comparable,
    Direction,
    GoalKind,
    GoalStatus,
    IndicatorKind,
    InstitutionKind,
    Level,
    LinkRole,
    Measure,
    MembershipRole,
    Mention,
    Ownership,
    Side,
    Status,
    TargetPath,
    UnitKind,
)

__all__ = [
    "TARGET_KINDS",
    "Aggregation",
    "AtLeast",
    "AtMost",
    "Baseline",
    "Break",
    "BreakKind",
    "Category",
    "Change",
    "ChangeAbsolute",
    "ChangeRelative",
    "Citation",
    "ClassFound",
    "Comparable",
    "DatedTarget",
    "Dimension",
    "Direction",
    "DirectionOnly",
    "Document",
    "Entity",
    "Frequency",
    "FrozenDict",
    "FuzzyDate",
    "Goal",
    "GoalKind",
    "GoalStatus",
    "Identifier",
    "ImproveEachPeriod",
    "Indicator",
    "IndicatorKind",
    "IndicatorLink",
    "Institution",
    "InstitutionKind",
    "Level",
    "LinkRole",
    "Maintain",
    "Measure",
    "Measurement",
    "Membership",
    "MembershipRole",
    "Mention",
    "Ownership",
    "PeerGroup",
    "Period",
    "Qualifier",
    "Quantity",
    "ReachBy",
    "ReadingRule",
    "Scope",
    "Side",
    "Source",
    "Status",
    "Target",
    "TargetPath",
    "Text",
    "Unit",
    "UnitKind",
    "WithinBand",
    "builtin_units",
    "classify",
    "implied_base",
]
