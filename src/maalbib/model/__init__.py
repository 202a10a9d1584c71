"""What people write: goals, indicators, targets, institutions. Frozen, and valid once made."""

from maalbib.model._entity import Change, Entity
from maalbib.model._frequency import Frequency
from maalbib.model._frozen import FrozenDict
from maalbib.model._goal import Goal, IndicatorLink
from maalbib.model._indicator import Break, Indicator
from maalbib.model._institution import Identifier, Institution, Membership, PeerGroup
from maalbib.model._measurement import Measurement
from maalbib.model._period import Period
from maalbib.model._quantity import Qualifier, Quantity
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
    "Change",
    "ChangeAbsolute",
    "ChangeRelative",
    "Citation",
    "Comparable",
    "DatedTarget",
    "Direction",
    "DirectionOnly",
    "Document",
    "Entity",
    "Frequency",
    "FrozenDict",
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
    "Scope",
    "Side",
    "Source",
    "Status",
    "Target",
    "Text",
    "Unit",
    "UnitKind",
    "WithinBand",
    "builtin_units",
]
