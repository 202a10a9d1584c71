"""What people write: goals, indicators, targets, institutions. Frozen, and valid once made.

Each class is imported when its name is first used, so that a service that needs one does not wait for all.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from maalbib.model._dated_target import DatedTarget as DatedTarget
    from maalbib.model._dated_target import Interim as Interim
    from maalbib.model._dimension import Category as Category
    from maalbib.model._dimension import Dimension as Dimension
    from maalbib.model._entity import Change as Change
    from maalbib.model._entity import Entity as Entity
    from maalbib.model._follow_up import FollowUp as FollowUp
    from maalbib.model._frequency import Frequency as Frequency
    from maalbib.model._frozen import FrozenDict as FrozenDict
    from maalbib.model._fuzzy_date import FuzzyDate as FuzzyDate
    from maalbib.model._goal import Goal as Goal
    from maalbib.model._goal import IndicatorLink as IndicatorLink
    from maalbib.model._indicator import Break as Break
    from maalbib.model._indicator import Indicator as Indicator
    from maalbib.model._institution import Identifier as Identifier
    from maalbib.model._institution import Institution as Institution
    from maalbib.model._institution import Membership as Membership
    from maalbib.model._institution import PeerGroup as PeerGroup
    from maalbib.model._measurement import Measurement as Measurement
    from maalbib.model._milestone import Milestone as Milestone
    from maalbib.model._override import Override as Override
    from maalbib.model._peer_definition import PeerDefinition as PeerDefinition
    from maalbib.model._peer_definition import PeerExclusion as PeerExclusion
    from maalbib.model._peer_kinds import PEER_KINDS as PEER_KINDS
    from maalbib.model._peer_kinds import AllPeers as AllPeers
    from maalbib.model._peer_kinds import CohortPeers as CohortPeers
    from maalbib.model._peer_kinds import ListedPeers as ListedPeers
    from maalbib.model._peer_kinds import NeighbouringPeers as NeighbouringPeers
    from maalbib.model._peer_kinds import PeerClass as PeerClass
    from maalbib.model._peer_kinds import PeerList as PeerList
    from maalbib.model._peer_kinds import SameClass as SameClass
    from maalbib.model._peer_kinds import SameRegion as SameRegion
    from maalbib.model._peer_nearest import NearestPeers as NearestPeers
    from maalbib.model._peer_outcome import outcome_in_distance as outcome_in_distance
    from maalbib.model._peer_variable import PeerVariable as PeerVariable
    from maalbib.model._period import Period as Period
    from maalbib.model._qualifier import Qualifier as Qualifier
    from maalbib.model._quantity import Quantity as Quantity
    from maalbib.model._quantity_checks import ClassFound as ClassFound
    from maalbib.model._quantity_checks import classify as classify
    from maalbib.model._quantity_checks import implied_base as implied_base
    from maalbib.model._reading_rule import ReadingRule as ReadingRule
    from maalbib.model._rebase import Rebase as Rebase
    from maalbib.model._source import Citation as Citation
    from maalbib.model._source import Document as Document
    from maalbib.model._source import Source as Source
    from maalbib.model._succession import ChangeKind as ChangeKind
    from maalbib.model._succession import InstitutionChange as InstitutionChange
    from maalbib.model._succession import InstitutionName as InstitutionName
    from maalbib.model._succession import ServedShare as ServedShare
    from maalbib.model._succession import ServedShareBasis as ServedShareBasis
    from maalbib.model._suspension import Suspension as Suspension
    from maalbib.model._target import Baseline as Baseline
    from maalbib.model._target import Scope as Scope
    from maalbib.model._target import Target as Target
    from maalbib.model._target_derived import DispersionAtMost as DispersionAtMost
    from maalbib.model._target_derived import GrowthRate as GrowthRate
    from maalbib.model._target_derived import RelativeToReference as RelativeToReference
    from maalbib.model._target_derived import ShareWithinLimit as ShareWithinLimit
    from maalbib.model._target_kept import DirectionOnly as DirectionOnly
    from maalbib.model._target_kept import ImproveEachPeriod as ImproveEachPeriod
    from maalbib.model._target_kept import Maintain as Maintain
    from maalbib.model._target_kinds import TARGET_KINDS as TARGET_KINDS
    from maalbib.model._target_kinds import AtLeast as AtLeast
    from maalbib.model._target_kinds import AtMost as AtMost
    from maalbib.model._target_kinds import ChangeAbsolute as ChangeAbsolute
    from maalbib.model._target_kinds import ChangeRelative as ChangeRelative
    from maalbib.model._target_kinds import ReachBy as ReachBy
    from maalbib.model._target_kinds import WithinBand as WithinBand
    from maalbib.model._target_versions import original_target as original_target
    from maalbib.model._target_versions import target_in_force as target_in_force
    from maalbib.model._text import Text as Text
    from maalbib.model._unit import Unit as Unit
    from maalbib.model._unit import builtin_units as builtin_units
    from maalbib.model._words import Aggregation as Aggregation
    from maalbib.model._words import BreakKind as BreakKind
    from maalbib.model._words import Comparable as Comparable
    from maalbib.model._words import Direction as Direction
    from maalbib.model._words import Dispersion as Dispersion
    from maalbib.model._words import DueValue as DueValue
    from maalbib.model._words import GoalKind as GoalKind
    from maalbib.model._words import GoalStatus as GoalStatus
    from maalbib.model._words import IndicatorKind as IndicatorKind
    from maalbib.model._words import InstitutionKind as InstitutionKind
    from maalbib.model._words import Level as Level
    from maalbib.model._words import LinkRole as LinkRole
    from maalbib.model._words import Measure as Measure
    from maalbib.model._words import MembershipRole as MembershipRole
    from maalbib.model._words import Mention as Mention
    from maalbib.model._words import Ownership as Ownership
    from maalbib.model._words import PeerAttribute as PeerAttribute
    from maalbib.model._words import PeerMetric as PeerMetric
    from maalbib.model._words import PeerScaling as PeerScaling
    from maalbib.model._words import PeerTransform as PeerTransform
    from maalbib.model._words import ReferenceStatistic as ReferenceStatistic
    from maalbib.model._words import Side as Side
    from maalbib.model._words import Status as Status
    from maalbib.model._words import StepPolicy as StepPolicy
    from maalbib.model._words import TargetPath as TargetPath
    from maalbib.model._words import TargetState as TargetState
    from maalbib.model._words import UnitKind as UnitKind

__all__ = [
    "PEER_KINDS",
    "TARGET_KINDS",
    "Aggregation",
    "AllPeers",
    "AtLeast",
    "AtMost",
    "Baseline",
    "Break",
    "BreakKind",
    "Category",
    "Change",
    "ChangeAbsolute",
    "ChangeKind",
    "ChangeRelative",
    "Citation",
    "ClassFound",
    "CohortPeers",
    "Comparable",
    "DatedTarget",
    "Dimension",
    "Direction",
    "DirectionOnly",
    "Dispersion",
    "DispersionAtMost",
    "Document",
    "DueValue",
    "Entity",
    "FollowUp",
    "Frequency",
    "FrozenDict",
    "FuzzyDate",
    "Goal",
    "GoalKind",
    "GoalStatus",
    "GrowthRate",
    "Identifier",
    "ImproveEachPeriod",
    "Indicator",
    "IndicatorKind",
    "IndicatorLink",
    "Institution",
    "InstitutionChange",
    "InstitutionKind",
    "InstitutionName",
    "Interim",
    "Level",
    "LinkRole",
    "ListedPeers",
    "Maintain",
    "Measure",
    "Measurement",
    "Membership",
    "MembershipRole",
    "Mention",
    "Milestone",
    "NearestPeers",
    "NeighbouringPeers",
    "Override",
    "Ownership",
    "PeerAttribute",
    "PeerClass",
    "PeerDefinition",
    "PeerExclusion",
    "PeerGroup",
    "PeerList",
    "PeerMetric",
    "PeerScaling",
    "PeerTransform",
    "PeerVariable",
    "Period",
    "Qualifier",
    "Quantity",
    "ReachBy",
    "ReadingRule",
    "Rebase",
    "ReferenceStatistic",
    "RelativeToReference",
    "SameClass",
    "SameRegion",
    "Scope",
    "ServedShare",
    "ServedShareBasis",
    "ShareWithinLimit",
    "Side",
    "Source",
    "Status",
    "StepPolicy",
    "Suspension",
    "Target",
    "TargetPath",
    "TargetState",
    "Text",
    "Unit",
    "UnitKind",
    "WithinBand",
    "builtin_units",
    "classify",
    "implied_base",
    "original_target",
    "outcome_in_distance",
    "target_in_force",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    _HOME = {
        "PEER_KINDS": "maalbib.model._peer_kinds",
        "TARGET_KINDS": "maalbib.model._target_kinds",
        "Aggregation": "maalbib.model._words",
        "AllPeers": "maalbib.model._peer_kinds",
        "AtLeast": "maalbib.model._target_kinds",
        "AtMost": "maalbib.model._target_kinds",
        "Baseline": "maalbib.model._target",
        "Break": "maalbib.model._indicator",
        "BreakKind": "maalbib.model._words",
        "Category": "maalbib.model._dimension",
        "Change": "maalbib.model._entity",
        "ChangeAbsolute": "maalbib.model._target_kinds",
        "ChangeKind": "maalbib.model._succession",
        "ChangeRelative": "maalbib.model._target_kinds",
        "Citation": "maalbib.model._source",
        "ClassFound": "maalbib.model._quantity_checks",
        "CohortPeers": "maalbib.model._peer_kinds",
        "Comparable": "maalbib.model._words",
        "DatedTarget": "maalbib.model._dated_target",
        "Dimension": "maalbib.model._dimension",
        "Direction": "maalbib.model._words",
        "DirectionOnly": "maalbib.model._target_kept",
        "Dispersion": "maalbib.model._words",
        "DispersionAtMost": "maalbib.model._target_derived",
        "Document": "maalbib.model._source",
        "DueValue": "maalbib.model._words",
        "Entity": "maalbib.model._entity",
        "FollowUp": "maalbib.model._follow_up",
        "Frequency": "maalbib.model._frequency",
        "FrozenDict": "maalbib.model._frozen",
        "FuzzyDate": "maalbib.model._fuzzy_date",
        "Goal": "maalbib.model._goal",
        "GoalKind": "maalbib.model._words",
        "GoalStatus": "maalbib.model._words",
        "GrowthRate": "maalbib.model._target_derived",
        "Identifier": "maalbib.model._institution",
        "ImproveEachPeriod": "maalbib.model._target_kept",
        "Indicator": "maalbib.model._indicator",
        "IndicatorKind": "maalbib.model._words",
        "IndicatorLink": "maalbib.model._goal",
        "Institution": "maalbib.model._institution",
        "InstitutionChange": "maalbib.model._succession",
        "InstitutionKind": "maalbib.model._words",
        "InstitutionName": "maalbib.model._succession",
        "Interim": "maalbib.model._dated_target",
        "Level": "maalbib.model._words",
        "LinkRole": "maalbib.model._words",
        "ListedPeers": "maalbib.model._peer_kinds",
        "Maintain": "maalbib.model._target_kept",
        "Measure": "maalbib.model._words",
        "Measurement": "maalbib.model._measurement",
        "Membership": "maalbib.model._institution",
        "MembershipRole": "maalbib.model._words",
        "Mention": "maalbib.model._words",
        "Milestone": "maalbib.model._milestone",
        "NearestPeers": "maalbib.model._peer_nearest",
        "NeighbouringPeers": "maalbib.model._peer_kinds",
        "Override": "maalbib.model._override",
        "Ownership": "maalbib.model._words",
        "PeerAttribute": "maalbib.model._words",
        "PeerClass": "maalbib.model._peer_kinds",
        "PeerDefinition": "maalbib.model._peer_definition",
        "PeerExclusion": "maalbib.model._peer_definition",
        "PeerGroup": "maalbib.model._institution",
        "PeerList": "maalbib.model._peer_kinds",
        "PeerMetric": "maalbib.model._words",
        "PeerScaling": "maalbib.model._words",
        "PeerTransform": "maalbib.model._words",
        "PeerVariable": "maalbib.model._peer_variable",
        "Period": "maalbib.model._period",
        "Qualifier": "maalbib.model._qualifier",
        "Quantity": "maalbib.model._quantity",
        "ReachBy": "maalbib.model._target_kinds",
        "ReadingRule": "maalbib.model._reading_rule",
        "Rebase": "maalbib.model._rebase",
        "ReferenceStatistic": "maalbib.model._words",
        "RelativeToReference": "maalbib.model._target_derived",
        "SameClass": "maalbib.model._peer_kinds",
        "SameRegion": "maalbib.model._peer_kinds",
        "Scope": "maalbib.model._target",
        "ServedShare": "maalbib.model._succession",
        "ServedShareBasis": "maalbib.model._succession",
        "ShareWithinLimit": "maalbib.model._target_derived",
        "Side": "maalbib.model._words",
        "Source": "maalbib.model._source",
        "Status": "maalbib.model._words",
        "StepPolicy": "maalbib.model._words",
        "Suspension": "maalbib.model._suspension",
        "Target": "maalbib.model._target",
        "TargetPath": "maalbib.model._words",
        "TargetState": "maalbib.model._words",
        "Text": "maalbib.model._text",
        "Unit": "maalbib.model._unit",
        "UnitKind": "maalbib.model._words",
        "WithinBand": "maalbib.model._target_kinds",
        "builtin_units": "maalbib.model._unit",
        "classify": "maalbib.model._quantity_checks",
        "implied_base": "maalbib.model._quantity_checks",
        "original_target": "maalbib.model._target_versions",
        "outcome_in_distance": "maalbib.model._peer_outcome",
        "target_in_force": "maalbib.model._target_versions",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    return list(__all__)
