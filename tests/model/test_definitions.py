"""The models: every rule broken once, frozen, hashable, and the same after pickling."""

from __future__ import annotations

import datetime as dt
import math
import pickle
import tomllib
import typing
from importlib.resources import files
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import model
from maalbib.errors import DefinitionError
from maalbib.model import (
    PEER_KINDS,
    TARGET_KINDS,
    AllPeers,
    AtLeast,
    AtMost,
    Baseline,
    Break,
    Category,
    Change,
    ChangeAbsolute,
    ChangeRelative,
    Citation,
    CohortPeers,
    DatedTarget,
    Dimension,
    Direction,
    DirectionOnly,
    DispersionAtMost,
    Document,
    FollowUp,
    Frequency,
    FrozenDict,
    Goal,
    GrowthRate,
    Identifier,
    ImproveEachPeriod,
    Indicator,
    IndicatorLink,
    Institution,
    Interim,
    ListedPeers,
    Maintain,
    Measurement,
    Membership,
    Milestone,
    NearestPeers,
    NeighbouringPeers,
    Override,
    PeerClass,
    PeerExclusion,
    PeerGroup,
    PeerList,
    PeerVariable,
    Period,
    ReachBy,
    ReadingRule,
    RelativeToReference,
    SameClass,
    SameRegion,
    Scope,
    ShareWithinLimit,
    Source,
    Suspension,
    TargetState,
    Text,
    Unit,
    WithinBand,
    builtin_units,
    original_target,
    outcome_in_distance,
    target_in_force,
)

NAME = Text(da="Nærvær", en="Presence")
BASE = Baseline(period="2018")

# One valid example of each class; a case replaces some of its fields.
VALID: dict[type, dict[str, Any]] = {
    Change: {"kind": "renamed", "date": "2020-01-01", "from_ids": ("A",), "to_ids": ("B",), "reason": "reform"},
    Citation: {"document": "d1", "line": 3, "line_end": 4, "quote": "Mere nærvær"},
    Document: {"id": "d1", "title": NAME, "publisher": "Regeringen", "issued": "2018-09", "note": NAME},
    Source: {"id": "s1", "name": NAME, "issued": "2005-06-01", "url": "https://example.dk/a"},
    Goal: {
        "id": "G1",
        "name": NAME,
        "kind": "national",
        "parent": "G0",
        "owners": ("KL",),
        "order": 1,
        "weight": 0.5,
        "roll_up": "worst",
    },
    IndicatorLink: {"goal": "G1", "indicator": "I1", "weight": 0.5, "direction_override": "lower"},
    Break: {"period": "2019", "kind": "method", "comparable": "with_factor", "link_factor": 1.1, "note": NAME},
    Indicator: {"id": "I1", "name": NAME, "unit": "percent", "direction": "higher", "freq": "year"},
    Identifier: {"scheme": "cvr", "value": "29189846"},
    Institution: {
        "id": "0751",
        "name": NAME,
        "kind": "municipality",
        "identifiers": (Identifier(scheme="a", value="1"),),
    },
    Membership: {"institution": "0751", "parent": "1082", "valid_from": "2007-01-01"},
    PeerGroup: {"id": "six", "name": NAME, "members": ("0101", "0751")},
    Category: {"id": "4", "name": NAME},
    Dimension: {"id": "grade", "name": NAME, "categories": (Category(id="4", name=NAME),), "ordered": True},
    Unit: {"id": "kr", "kind": "money", "name": NAME, "currency": "DKK"},
    ReadingRule: {"id": "r1", "name": NAME, "min_difference": 0.1, "valid_for_n": 70},
    Baseline: {"period": "2018", "value": 71.5},
    Scope: {"kind": "municipality"},
    AtLeast: {"id": "T1", "indicator": "I1", "value": 80, "baseline": BASE, "due": "2025"},
    AtMost: {"id": "T1", "indicator": "I1", "value": 0},
    WithinBand: {"id": "T1", "indicator": "I1", "low": -1, "high": 1},
    ReachBy: {"id": "T1", "indicator": "I1", "value": 5, "direction": "lower", "due": "2022"},
    ChangeAbsolute: {"id": "T1", "indicator": "I1", "delta": -2, "baseline": BASE, "due": "2022"},
    ChangeRelative: {"id": "T1", "indicator": "I1", "percent": -50, "baseline": BASE},
    Maintain: {
        "id": "T1",
        "indicator": "I1",
        "band": 0.1,
        "baseline": BASE,
        "side": "no_worse",
        "direction": "higher",
    },
    ImproveEachPeriod: {"id": "T1", "indicator": "I1", "direction": "higher", "min_step": 0.5},
    DirectionOnly: {"id": "T1", "indicator": "I1", "direction": "lower", "baseline": BASE},
    ShareWithinLimit: {"id": "T1", "indicator": "I1", "limit": 30, "value": 95, "baseline": BASE, "due": "2025"},
    DispersionAtMost: {"id": "T1", "indicator": "I1", "value": 2.5, "statistic": "sd", "remove_noise": True},
    GrowthRate: {"id": "T1", "indicator": "I1", "percent": 2, "direction": "lower", "years": 3},
    RelativeToReference: {"id": "T1", "indicator": "I1", "institution": "DK", "direction": "higher"},
    Milestone: {"id": "T1", "due": "2025-12-31", "done_on": "2026-01-15", "decided_on": "2024-03-01"},
    Interim: {"period": "2022", "value": 75},
    Suspension: {"start": "2020-03-12", "end": "2020-08-01", "reason": NAME},
    Override: {
        "target": "T1",
        "institution": "0751",
        "breakdown": "grade=4",
        "state": "met",
        "reason": NAME,
        "decided_by_role": "kvalitetschef",
        "decided_on": "2024-03-01",
        "until": "2025-03-01",
    },
    FollowUp: {
        "target": "T1",
        "institution": "",
        "noted_on": "2024-03-01",
        "state": "not_met",
        "comment": NAME,
        "action": NAME,
        "by_role": "skoleleder",
        "due": "2024-03-01",
    },
}

WHO: dict[str, Any] = {"id": "P1", "name": NAME}
OUT = PeerExclusion(institution="0411", reason=NAME)
LIKE = (PeerVariable(indicator="I1", transform="log"), PeerVariable(indicator="I2", weight=2))

VALID |= {
    PeerExclusion: {"institution": "0411", "reason": NAME},
    PeerList: {"unit": "0751", "peers": ("0101", "0751")},
    PeerClass: {"id": "large", "name": NAME, "members": ("0751",)},
    PeerVariable: {"indicator": "I1", "weight": 2, "transform": "log", "breakdown": "grade=4", "period": "2024"},
    ListedPeers: WHO | {"lists": (PeerList(unit="0751", peers=("0101",)),), "exclusions": (OUT,)},
    SameClass: WHO | {"groups": ("dst-2018-1", "dst-2018-2"), "purpose": ("I9",), "area": "school"},
    SameRegion: WHO | {"level": "municipality", "scope": Scope(kind="school")},
    NeighbouringPeers: WHO | {"order": 2, "min_peers": 2},
    NearestPeers: WHO | {"variables": LIKE, "k": 7, "vintage": "2024", "purpose": ("I9",), "source": "KL"},
    CohortPeers: WHO | {"members": ("0751",)},
    AllPeers: WHO | {"except_": ("0101",)},
}

INTERIM = (Interim(period="2020", value=74), Interim(period="2022", value=85))  # the second one overshoots
STEPS: dict[str, Any] = {"path": "steps", "interim": INTERIM}

BREAKS = (Break(period="2018", kind="method"), Break(period="2020", kind="system"))

OVERLAP = (Suspension(start="2020-03-12", end="2020-08-01"), Suspension(start="2020-07-31", end="2021-01-01"))
OPEN = (Suspension(start="2020-03-12"), Suspension(start="2024-01-01", end="2024-02-01"))

# class, fields that break one rule, code, field
BROKEN: list[tuple[type, dict[str, Any], str, str]] = [
    (Change, {"kind": "lost"}, "code.format", "kind"),
    (Change, {"date": "1.1.2020"}, "date.format", "date"),
    (Change, {"date": "2020-02-30"}, "date.format", "date"),
    (Change, {"date": dt.datetime(2020, 1, 1)}, "date.format", "date"),  # noqa: DTZ001 - any datetime is refused
    (Change, {"from_ids": "A"}, "type", "from_ids"),
    (Change, {"to_ids": ("Ø",)}, "code.format", "to_ids"),
    (Change, {"reason": 1}, "type", "reason"),
    (Citation, {"document": "d 1"}, "code.format", "document"),
    (Citation, {"line": 0}, "number.range", "line"),
    (Citation, {"line": 2.0}, "type", "line"),
    (Citation, {"line_end": 2}, "citation.line_order", "line_end"),
    (Citation, {"quote": 1}, "type", "quote"),
    (Document, {"id": ""}, "code.format", "id"),
    (Document, {"title": "Titel"}, "type", "title"),
    (Document, {"publisher": 1}, "type", "publisher"),
    (Document, {"issued": "sept 2018"}, "code.format", "issued"),
    (Document, {"issued": "٢٠١٨"}, "code.format", "issued"),
    (Document, {"note": "Note"}, "type", "note"),
    (Document, {"url": "www.kl.dk"}, "code.format", "url"),
    (Document, {"proposed": "id"}, "type", "proposed"),
    (Source, {"name": None}, "type", "name"),
    (Source, {"retrieved": "2005"}, "date.format", "retrieved"),
    (Source, {"licence": 1}, "type", "licence"),
    (Source, {"note": "presumed"}, "type", "note"),
    (Goal, {"id": "mål"}, "code.format", "id"),
    (Goal, {"id": 5}, "type", "id"),
    (Goal, {"name": "Nærvær"}, "type", "name"),
    (Goal, {"description": "Nærvær"}, "type", "description"),
    (Goal, {"aliases": (1,)}, "type", "aliases"),
    (Goal, {"valid_from": "2018"}, "date.format", "valid_from"),
    (Goal, {"valid_from": "2019-01-01", "valid_to": "2019-01-01"}, "validity.order", "valid_to"),
    (Goal, {"citation": "p. 3"}, "type", "citation"),
    (Goal, {"changes": ("renamed",)}, "type", "changes"),
    (Goal, {"kind": "nation"}, "enum.did_you_mean", "kind"),
    (Goal, {"kind": 1}, "enum.unknown", "kind"),
    (Goal, {"parent": "G 0"}, "code.format", "parent"),
    (Goal, {"parent": "G1"}, "goal.own_parent", "parent"),
    (Goal, {"owners": "KL"}, "type", "owners"),
    (Goal, {"status": "done"}, "enum.unknown", "status"),
    (Goal, {"status": "retired"}, "goal.retired_open", "valid_to"),
    (Goal, {"order": 1.5}, "type", "order"),
    (Goal, {"order": True}, "type", "order"),
    (Goal, {"weight": -1}, "number.range", "weight"),
    (Goal, {"weight": math.nan}, "number.not_finite", "weight"),
    (Goal, {"roll_up": "Worst case"}, "code.format", "roll_up"),
    (Goal, {"min_coverage": 1.01}, "number.range", "min_coverage"),
    (IndicatorLink, {"goal": ""}, "code.format", "goal"),
    (IndicatorLink, {"role": "main"}, "enum.unknown", "role"),
    (IndicatorLink, {"weight": -0.1}, "number.range", "weight"),
    (IndicatorLink, {"weight": math.nan}, "number.not_finite", "weight"),
    (IndicatorLink, {"direction_override": "down"}, "enum.unknown", "direction_override"),
    (IndicatorLink, {"proposed": "no"}, "type", "proposed"),
    (Break, {"period": "2019-Q5"}, "period.impossible", "text"),
    (Break, {"period": 2019}, "type", "period"),
    (Break, {"kind": "methods"}, "enum.did_you_mean", "kind"),
    (Break, {"comparable": True}, "enum.unknown", "comparable"),
    (Break, {"comparable": "no"}, "break.factor", "link_factor"),
    (Break, {"link_factor": None}, "break.factor", "link_factor"),
    (Break, {"link_factor": math.inf}, "number.not_finite", "link_factor"),
    (Break, {"known_from": "i går"}, "date.format", "known_from"),
    (Indicator, {"unit": "percnt"}, "unit.did_you_mean", "unit"),
    (Indicator, {"unit": "zzzzzz"}, "unit.unknown", "unit"),
    (Indicator, {"unit": 5}, "type", "unit"),
    (Indicator, {"direction": "lwer"}, "enum.did_you_mean", "direction"),
    (Indicator, {"direction": None}, "type", "direction"),
    (Indicator, {"kind": "outcome"}, "enum.unknown", "kind"),
    (Indicator, {"freq": "yaerly"}, "enum.did_you_mean", "freq"),
    (Indicator, {"freq": "xyzzy"}, "enum.unknown", "freq"),
    (Indicator, {"freq": 1}, "type", "freq"),
    (Indicator, {"measure": "percentage"}, "enum.unknown", "measure"),
    (Indicator, {"numerator": "elever"}, "type", "numerator"),
    (Indicator, {"aggregation": "total"}, "enum.unknown", "aggregation"),
    (Indicator, {"decimals": 10}, "number.range", "decimals"),
    (Indicator, {"decimals": "1"}, "type", "decimals"),
    (Indicator, {"value_min": math.inf}, "number.not_finite", "value_min"),
    (Indicator, {"value_max": "100"}, "type", "value_max"),
    (Indicator, {"value_min": 50, "value_max": 50}, "indicator.bounds_order", "value_max"),
    (Indicator, {"value_min": -1}, "indicator.bounds_unit", "value_min"),
    (Indicator, {"value_max": 101}, "indicator.bounds_unit", "value_max"),
    (Indicator, {"resolution": -1}, "number.range", "resolution"),
    (Indicator, {"dimensions": ("køn",)}, "code.format", "dimensions"),
    (Indicator, {"level": "school"}, "enum.unknown", "level"),
    (Indicator, {"publication_level": "countr"}, "enum.did_you_mean", "publication_level"),
    (Indicator, {"min_show": -1}, "number.range", "min_show"),
    (Indicator, {"breaks": ("2018",)}, "type", "breaks"),
    (Indicator, {"breaks": BREAKS[::-1]}, "indicator.break_order", "breaks"),
    (Indicator, {"breaks": BREAKS[:1] * 2}, "indicator.break_order", "breaks"),
    (Indicator, {"breaks": (Break(period="2018/19", kind="method"),)}, "indicator.break_frequency", "breaks"),
    (
        Indicator,
        {"freq": None, "breaks": (*BREAKS[:1], Break(period="2018/19", kind="method"))},
        "indicator.break_frequency",
        "breaks",
    ),
    (Indicator, {"breaks": BREAKS, "valid_from": "2019-01-01"}, "indicator.break_validity", "breaks"),
    (Indicator, {"measure": "share", "aggregation": "sum"}, "indicator.not_summable", "aggregation"),
    (Indicator, {"measure": "ratio", "numerator": NAME}, "indicator.ratio_parts", "denominator"),
    (Indicator, {"mention": "quoted"}, "enum.unknown", "mention"),
    (Indicator, {"composed_of": ("I 2",)}, "code.format", "composed_of"),
    (Indicator, {"year_start": "08-01"}, "code.format", "year_start"),
    (Indicator, {"year_start": "--13-01"}, "code.format", "year_start"),
    (Indicator, {"tags": ("a", 1)}, "type", "tags"),
    (Indicator, {"area": 1}, "type", "area"),
    (Identifier, {"scheme": ""}, "code.format", "scheme"),
    (Identifier, {"value": 101}, "type", "value"),
    (Institution, {"kind": None}, "type", "kind"),
    (Institution, {"kind": "town"}, "enum.unknown", "kind"),
    (Institution, {"identifiers": ("101",)}, "type", "identifiers"),
    (Institution, {"ownership": "public"}, "enum.unknown", "ownership"),
    (Institution, {"sector": "dag tilbud"}, "code.format", "sector"),
    (Institution, {"capacity": -1}, "number.range", "capacity"),
    (Membership, {"parent": "0751"}, "membership.own_parent", "parent"),
    (Membership, {"role": "belongs"}, "enum.did_you_mean", "role"),
    (Membership, {"valid_to": "2006-01-01"}, "validity.order", "valid_to"),
    (PeerGroup, {"members": ("0101", "0101", "0751")}, "group.twice", "members"),
    (PeerGroup, {"members": ("0101",)}, "group.too_small", "members"),
    (PeerGroup, {"valid_from": "2020-01-02", "valid_to": "2020-01-01"}, "validity.order", "valid_to"),
    (PeerGroup, {"note": "Byer"}, "type", "note"),
    (Category, {"id": "4.klasse!"}, "code.format", "id"),
    (Dimension, {"categories": (Category(id="4", name=NAME),) * 2}, "dimension.twice", "categories"),
    (Dimension, {"categories": ("4",)}, "type", "categories"),
    (Dimension, {"ordered": 1}, "type", "ordered"),
    (Unit, {"kind": "price"}, "enum.unknown", "kind"),
    (Unit, {"currency": None}, "unit.currency", "currency"),
    (Unit, {"currency": "kr."}, "code.format", "currency"),
    (Unit, {"low": 1.0, "high": 1.0}, "unit.bounds_order", "low"),
    (Unit, {"low": math.nan}, "unit.bounds_order", "low"),
    (Unit, {"high": "100"}, "type", "high"),
    (Unit, {"per": -1}, "number.range", "per"),
    (Unit, {"multiplier": True}, "type", "multiplier"),
    (Unit, {"price_year": 20}, "number.range", "price_year"),
    (Unit, {"symbol": None}, "type", "symbol"),
    (ReadingRule, {"min_difference": -0.1}, "number.range", "min_difference"),
    (ReadingRule, {"decimals": 2.0}, "type", "decimals"),
    (ReadingRule, {"valid_for_n": 0}, "number.range", "valid_for_n"),
    (ReadingRule, {"strict": None}, "type", "strict"),
    (Baseline, {"period": "18"}, "period.unknown_format", "text"),
    (Baseline, {"value": math.nan}, "number.not_finite", "value"),
    (Scope, {"kind": None}, "scope.one", "institutions"),
    (Scope, {"group": "six"}, "scope.one", "institutions"),
    (Scope, {"kind": None, "institutions": ("å",)}, "code.format", "institutions"),
    (AtLeast, {"id": "T 1"}, "code.format", "id"),
    (AtLeast, {"indicator": None}, "type", "indicator"),
    (AtLeast, {"name": "Mål"}, "type", "name"),
    (AtLeast, {"goal": "G 1"}, "code.format", "goal"),
    (AtLeast, {"scope": "municipality"}, "type", "scope"),
    (AtLeast, {"breakdown": 4}, "type", "breakdown"),
    (AtLeast, {"baseline": "2018"}, "type", "baseline"),
    (AtLeast, {"tolerance": -1}, "number.range", "tolerance"),
    (AtLeast, {"no_change": math.inf}, "number.not_finite", "no_change"),
    (AtLeast, {"min_verdict": 1.5}, "type", "min_verdict"),
    (AtLeast, {"essential": 1}, "type", "essential"),
    (AtLeast, {"decided_on": "2018-9-1"}, "date.format", "decided_on"),
    (AtLeast, {"citation": "s. 3"}, "type", "citation"),
    (AtLeast, {"note": "Note"}, "type", "note"),
    (AtLeast, {"path": "zigzag"}, "enum.unknown", "path"),
    (AtLeast, {"path": "step"}, "enum.did_you_mean", "path"),
    (AtLeast, {"version": ""}, "code.format", "version"),
    (AtLeast, {"version": 2}, "type", "version"),
    (AtLeast, {"withdrawn_on": "2020"}, "date.format", "withdrawn_on"),
    (AtLeast, {"decided_on": "2020-01-01", "withdrawn_on": "2020-01-01"}, "target.withdrawn_first", "withdrawn_on"),
    (AtLeast, {"suspensions": ("2020-03-12",)}, "type", "suspensions"),
    (AtLeast, {"suspensions": OVERLAP}, "target.suspensions_overlap", "suspensions"),
    (AtLeast, {"suspensions": OVERLAP[::-1]}, "target.suspensions_overlap", "suspensions"),
    (AtLeast, {"suspensions": OPEN}, "target.suspensions_overlap", "suspensions"),
    (AtLeast, {"weight": -0.5}, "number.range", "weight"),
    (AtLeast, {"weight": math.inf}, "number.not_finite", "weight"),
    (AtLeast, {"slack": -0.05}, "number.range", "slack"),
    (AtLeast, {"slack": 5}, "number.range", "slack"),
    (AtLeast, {"slack": math.nan}, "number.not_finite", "slack"),
    (AtLeast, {"method": "Stat Can"}, "code.format", "method"),
    (AtLeast, {"due_value": "nearest"}, "enum.unknown", "due_value"),
    (AtLeast, {"interim": ({"period": "2020", "value": 74},)}, "type", "interim"),
    (AtLeast, {"interim": INTERIM}, "target.interim_path", "path"),
    (AtLeast, {"path": "steps"}, "target.needs_interim", "interim"),
    (AtLeast, {"path": "milestones"}, "target.needs_interim", "interim"),
    (AtLeast, {"path": "front_loaded", "baseline": None}, "target.path_needs", "baseline"),
    (AtLeast, {"path": "compound", "due": None}, "target.path_needs", "due"),
    (AtLeast, {"path_power": 0.5}, "target.path_power", "path_power"),
    (AtLeast, {"path": "front_loaded", "path_power": 1}, "target.path_power", "path_power"),
    (AtLeast, {"path": "front_loaded", "path_power": 0}, "target.path_power", "path_power"),
    (AtLeast, {"path": "back_loaded", "path_power": 1}, "target.path_power", "path_power"),
    (AtLeast, {"path": "back_loaded", "path_power": math.inf}, "number.not_finite", "path_power"),
    (AtLeast, STEPS | {"interim": INTERIM[::-1]}, "target.interim_order", "interim"),
    (AtLeast, STEPS | {"interim": INTERIM[:1] * 2}, "target.interim_order", "interim"),
    (AtLeast, STEPS | {"interim": (Interim(period="2018", value=70),)}, "target.interim_early", "interim[0]"),
    (AtLeast, STEPS | {"interim": (*INTERIM, Interim(period="2026", value=80))}, "target.interim_late", "interim[2]"),
    (AtLeast, STEPS | {"interim": (Interim(period="2020-Q1", value=70),)}, "target.interim_frequency", "interim[0]"),
    (AtLeast, STEPS | {"interim": (Interim(period="2025", value=79.9),)}, "target.interim_due", "interim[0]"),
    (AtLeast, {"path": "compound", "value": 0}, "target.compound_zero", "path"),
    (AtLeast, {"path": "compound", "baseline": Baseline(period="2018", value=-1)}, "target.compound_zero", "path"),
    (AtLeast, {"path": "compound", "baseline": Baseline(period="2018", value=0)}, "target.compound_zero", "path"),
    (AtLeast, {"due": "snart"}, "period.unknown_format", "text"),
    (AtLeast, {"due": 2025}, "type", "due"),
    (AtLeast, {"due": "2018"}, "target.period_order", "due"),
    (AtLeast, {"due": "2025-Q1"}, "target.due_frequency", "due"),
    (AtLeast, {"value": math.nan}, "number.not_finite", "value"),
    (AtMost, {"value": True}, "type", "value"),
    (WithinBand, {"low": 2}, "target.band_order", "high"),
    (
        WithinBand,
        {
            "baseline": BASE,
            "due": "2025",
            "path": "steps",
            "interim": (Interim(period="2025", value=1.1),),
        },
        "target.interim_due",
        "interim[0]",
    ),
    (
        WithinBand,
        {"baseline": Baseline(period="2018", value=5), "due": "2025", "path": "compound", "high": -0.5},
        "target.compound_zero",
        "path",
    ),
    (ReachBy, {"due": None}, "target.needs_due", "due"),
    (ReachBy, {"direction": "target"}, "target.one_way", "direction"),
    (ChangeAbsolute, {"baseline": None}, "target.needs_baseline", "baseline"),
    (ChangeAbsolute, {"delta": 0}, "target.no_change_asked", "delta"),
    (
        ChangeAbsolute,
        {"path": "compound", "baseline": Baseline(period="2018", value=2)},
        "target.compound_zero",
        "path",
    ),
    (
        ChangeAbsolute,
        {
            "baseline": Baseline(period="2018", value=10),
            "path": "steps",
            "interim": (Interim(period="2022", value=9),),
        },
        "target.interim_due",
        "interim[0]",
    ),
    (ChangeRelative, {"path": "compound", "percent": -100, "due": "2022"}, "target.compound_zero", "path"),
    (ChangeRelative, {"percent": 0.0}, "target.no_change_asked", "percent"),
    (ChangeRelative, {"percent": -101}, "number.range", "percent"),
    (Maintain, {"baseline": None}, "target.needs_baseline", "baseline"),
    (Maintain, {"direction": None}, "target.one_way", "direction"),
    (Maintain, {"band": -0.1}, "number.range", "band"),
    (Maintain, {"side": "better"}, "enum.unknown", "side"),
    (ImproveEachPeriod, {"direction": "context"}, "target.one_way", "direction"),
    (ImproveEachPeriod, {"min_step": -1}, "number.range", "min_step"),
    (DirectionOnly, {"baseline": None}, "target.needs_baseline", "baseline"),
    (DirectionOnly, {"direction": "target"}, "target.one_way", "direction"),
    (ImproveEachPeriod, {"policy": "most"}, "enum.unknown", "policy"),
    (ShareWithinLimit, {"limit": -1}, "number.range", "limit"),
    (ShareWithinLimit, {"limit": math.inf}, "number.not_finite", "limit"),
    (ShareWithinLimit, {"value": None}, "type", "value"),
    (ShareWithinLimit, {"path": "compound", "value": 0}, "target.compound_zero", "path"),
    (DispersionAtMost, {"value": -0.1}, "number.range", "value"),
    (DispersionAtMost, {"statistic": "spredning"}, "enum.unknown", "statistic"),
    (DispersionAtMost, {"statistic": None}, "type", "statistic"),
    (DispersionAtMost, {"min_units": 1}, "number.range", "min_units"),
    (DispersionAtMost, {"min_units": 5.0}, "type", "min_units"),
    (DispersionAtMost, {"remove_noise": 1}, "type", "remove_noise"),
    (DispersionAtMost, {"statistic": "iqr"}, "target.noise_statistic", "remove_noise"),
    (GrowthRate, {"percent": -100.5}, "number.range", "percent"),
    (GrowthRate, {"years": 0}, "number.range", "years"),
    (GrowthRate, {"direction": "target"}, "target.one_way", "direction"),
    (GrowthRate, {"direction": None}, "type", "direction"),
    (RelativeToReference, {"institution": None}, "target.one_reference", "institution"),
    (RelativeToReference, {"group": "six"}, "target.one_reference", "institution"),
    (RelativeToReference, {"previous": True}, "target.one_reference", "institution"),
    (RelativeToReference, {"institution": "DK!"}, "code.format", "institution"),
    (RelativeToReference, {"group": "six byer"}, "code.format", "group"),
    (RelativeToReference, {"previous": None}, "type", "previous"),
    (RelativeToReference, {"statistic": "best"}, "enum.unknown", "statistic"),
    (RelativeToReference, {"difference": math.nan}, "number.not_finite", "difference"),
    (RelativeToReference, {"direction": "context"}, "target.one_way", "direction"),
    (Milestone, {"due": None}, "type", "due"),
    (Milestone, {"due": "2025"}, "date.format", "due"),
    (Milestone, {"indicator": "I 1"}, "code.format", "indicator"),
    (Milestone, {"late_counts": "yes"}, "type", "late_counts"),
    (Milestone, {"done_on": "2024-02-29"}, "target.done_first", "done_on"),
    (Milestone, {"baseline": Baseline(period="2025")}, "target.period_order", "due"),
    (Interim, {"period": 2022}, "type", "period"),
    (Interim, {"value": math.nan}, "number.not_finite", "value"),
    (Suspension, {"start": None}, "type", "start"),
    (Suspension, {"end": "2020-03-12"}, "suspension.order", "end"),
    (Suspension, {"reason": "covid"}, "type", "reason"),
    (Override, {"target": ""}, "code.format", "target"),
    (Override, {"institution": "Å"}, "code.format", "institution"),
    (Override, {"breakdown": None}, "type", "breakdown"),
    (Override, {"state": "green"}, "enum.unknown", "state"),
    (Override, {"state": "on track"}, "enum.did_you_mean", "state"),
    (Override, {"state": None}, "type", "state"),
    (Override, {"reason": None}, "type", "reason"),
    (Override, {"decided_by_role": " "}, "code.format", "decided_by_role"),
    (Override, {"decided_on": None}, "type", "decided_on"),
    (Override, {"until": "2024-03-01"}, "override.order", "until"),
    (FollowUp, {"target": "T 1"}, "code.format", "target"),
    (FollowUp, {"noted_on": None}, "type", "noted_on"),
    (FollowUp, {"state": "red"}, "enum.unknown", "state"),
    (FollowUp, {"comment": "travlt"}, "type", "comment"),
    (FollowUp, {"by_role": ""}, "code.format", "by_role"),
    (FollowUp, {"action": None}, "follow_up.no_action", "action"),
    (FollowUp, {"due": "2024-02-29"}, "follow_up.order", "due"),
    (PeerExclusion, {"institution": "Ø"}, "code.format", "institution"),
    (PeerExclusion, {"reason": "ø"}, "type", "reason"),
    (PeerList, {"peers": "0101"}, "type", "peers"),
    (PeerClass, {"members": ("0 1",)}, "code.format", "members"),
    (PeerVariable, {"weight": -1}, "number.range", "weight"),
    (PeerVariable, {"transform": "ln"}, "enum.unknown", "transform"),
    (PeerVariable, {"period": 2024}, "type", "period"),
    (PeerVariable, {"categorical": 1}, "type", "categorical"),
    (ListedPeers, {"exclusions": (OUT, OUT)}, "peers.excluded_twice", "exclusions"),
    (ListedPeers, {"exclusions": ("0411",)}, "type", "exclusions"),
    (ListedPeers, {"purpose": "I1"}, "type", "purpose"),
    (ListedPeers, {"scope": "municipality"}, "type", "scope"),
    (ListedPeers, {"min_peers": 0}, "number.range", "min_peers"),
    (ListedPeers, {"lists": ()}, "peers.one_list", "lists"),
    (ListedPeers, {"members": ("0101", "0751")}, "peers.one_list", "lists"),
    (ListedPeers, {"lists": (PeerList(unit="0751", peers=("0101",)),) * 2}, "peers.unit_twice", "lists"),
    (ListedPeers, {"lists": {"0751": ["0101", "0101"]}}, "peers.listed_twice", "lists[0].peers"),
    (ListedPeers, {"lists": {"0751": "0101"}}, "type", "peers"),
    (ListedPeers, {"lists": (), "members": ("0101", "0101", "0751")}, "peers.member_twice", "members"),
    (ListedPeers, {"lists": (), "members": ("0101",)}, "peers.too_small", "members"),
    (SameClass, {"groups": ()}, "peers.one_classification", "groups"),
    (SameClass, {"attribute": "ownership"}, "peers.one_classification", "groups"),
    (SameClass, {"groups": (), "attribute": "owner"}, "enum.did_you_mean", "attribute"),
    (SameClass, {"groups": ("a", "a")}, "peers.class_twice", "groups"),
    (
        SameClass,
        {"groups": (), "classes": [PeerClass(id=code, name=NAME, members=("0751",)) for code in "ab"]},
        "peers.two_classes",
        "classes",
    ),
    (SameRegion, {"level": "land"}, "enum.unknown", "level"),
    (NeighbouringPeers, {"order": 3}, "number.range", "order"),
    (NearestPeers, {"variables": ()}, "peers.no_variables", "variables"),
    (NearestPeers, {"variables": "I1"}, "type", "variables"),
    (NearestPeers, {"variables": (PeerVariable(indicator="I1", weight=0),)}, "peers.no_weight", "variables"),
    (NearestPeers, {"variables": ("I1", "I1")}, "peers.variable_twice", "variables"),
    (NearestPeers, {"purpose": ("I9", "I2")}, "peers.outcome_in_distance", "variables[1]"),
    (NearestPeers, {"min_peers": 8}, "peers.min_above_k", "min_peers"),
    (NearestPeers, {"vintage": None}, "peers.needs_vintage", "vintage"),
    (NearestPeers, {"rolling": True}, "peers.rolling_vintage", "rolling"),
    (
        NearestPeers,
        {"rolling": True, "vintage": None, "variables": (PeerVariable(indicator="I1", period="2024"),)},
        "peers.rolling_vintage",
        "rolling",
    ),
    (NearestPeers, {"variables": ("I1",), "metric": "gower", "scaling": "robust"}, "peers.own_scale", "scaling"),
    (
        NearestPeers,
        {"variables": (PeerVariable(indicator="I1", categorical=True),)},
        "peers.categories_gower",
        "variables",
    ),
    (NearestPeers, {"metric": "mahalanobis"}, "peers.no_weights", "variables"),
    (NearestPeers, {"shrink": 0.1}, "peers.shrink_only", "shrink"),
    (NearestPeers, {"k": 0}, "number.range", "k"),
    (NearestPeers, {"metric": "cosine"}, "enum.unknown", "metric"),
    (NearestPeers, {"scaling": "sd"}, "enum.unknown", "scaling"),
    (CohortPeers, {"members": ()}, "peers.nobody", "members"),
    (CohortPeers, {"members": ("0101", "0101")}, "peers.member_twice", "members"),
    (AllPeers, {"except_": "0101"}, "type", "except_"),
]

CLASSES = [value for name in model.__all__ if isinstance(value := getattr(model, name), type) and attrs.has(value)]


def made(kind: type, /, **fields: Any) -> Any:
    """Make the valid example of a class, with some fields replaced."""
    return kind(**(VALID[kind] | fields))


@pytest.mark.parametrize("kind", VALID)
def test_the_example_is_valid_and_lasting(kind: type) -> None:
    """A definition is hashable, equal to itself made again, and the same after pickling."""
    one, other = made(kind), made(kind)
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one
    assert attrs.evolve(one) == one


@pytest.mark.parametrize("kind", VALID)
def test_nothing_can_be_changed(kind: type) -> None:
    """Definitions are frozen, and there is no room for misspelt attributes."""
    example = made(kind)
    for name in ("id", next(iter(VALID[kind])), "nosuch"):
        with pytest.raises((AttributeError, attrs.exceptions.FrozenInstanceError)):
            setattr(example, name, "other")


@pytest.mark.parametrize(("kind", "fields", "code", "field"), BROKEN)
def test_each_rule_refuses(kind: type, fields: dict[str, Any], code: str, field: str) -> None:
    """One broken rule gives one error that names the rule, and both languages have a sentence for it."""
    with pytest.raises(DefinitionError) as caught:
        made(kind, **fields)
    error = caught.value
    assert (error.code, error.details["field"]) == (code, field)
    assert error.others == ()
    assert error.text("da") != error.text("en")
    assert pickle.loads(pickle.dumps(error)).to_dict() == error.to_dict()


def test_no_rule_is_left_untested() -> None:
    """Every code of the models' table stands in the list above; those of texts are tested by themselves."""
    table = tomllib.loads((files("maalbib.texts") / "model.toml").read_text(encoding="utf-8"))
    rules = {code for code in table if not code.startswith("expected.")}  # words within a sentence
    assert rules - {"text.none", "text.empty", "text.language"} <= {code for _, _, code, _ in BROKEN}


def test_all_broken_rules_come_at_once() -> None:
    """Two fields that contradict two others give two errors in one."""
    with pytest.raises(DefinitionError) as caught:
        made(
            Indicator,
            measure="mean",
            aggregation="sum",
            value_min=80,
            value_max=20,
            valid_from="2020-01-01",
            valid_to="2019-01-01",
        )
    codes = [caught.value.code, *(error.code for error in caught.value.others)]
    assert codes == ["validity.order", "indicator.bounds_order", "indicator.not_summable"]
    assert str(caught.value).count("\n") == 2


def test_no_message_repeats_the_value() -> None:
    """A canary in a wrong value is in no text of the error."""
    canary = "Kanariefugl 12"
    for kind, fields in (
        (Goal, {"id": canary}),
        (Goal, {"kind": canary}),
        (Change, {"date": canary}),
        (Indicator, {"unit": canary}),
        (Indicator, {"freq": canary}),
        (Break, {"period": canary}),
        (Document, {"issued": canary}),
    ):
        with pytest.raises(DefinitionError) as caught:
            made(kind, **fields)
        told = repr(caught.value.to_dict()) + repr(caught.value) + str(caught.value)
        assert canary not in told


@pytest.mark.parametrize("kind", CLASSES)
def test_hints_resolve_at_run_time(kind: type) -> None:
    """Annotations are real types, so that other tools can read them."""
    hints = typing.get_type_hints(kind)
    assert {field.name for field in attrs.fields(kind)} <= set(hints)


@pytest.mark.parametrize("kind", VALID)
def test_constructors_take_names_only(kind: type) -> None:
    """Fields are given by name, so that new ones can be added anywhere."""
    assert all(field.kw_only for field in attrs.fields(kind))


def test_aliases_of_a_direction_are_read() -> None:
    """Up, down, range and none are other words for the four directions."""
    words = {"up": "higher", "down": "lower", "range": "target", "none": "context"}
    assert {made(Indicator, direction=alias).direction for alias in words} == set(Direction)
    assert all(made(Indicator, direction=alias).direction == word for alias, word in words.items())
    assert made(Indicator, kind="activity").kind == "process"


def test_limits_come_from_the_unit_unless_narrowed() -> None:
    """A percentage lies within 0-100; an indicator may say less."""
    wide, narrow = made(Indicator), made(Indicator, value_min=20, value_max=80.5)
    assert (wide.low, wide.high, narrow.low, narrow.high) == (0.0, 100.0, 20, 80.5)


def test_zero_is_a_legal_target() -> None:
    """Zero as target, baseline and edge of a band."""
    assert AtMost(id="T", indicator="I", value=0, baseline=Baseline(period="2018", value=0)).region(0) == (
        -math.inf,
        0,
    )
    assert WithinBand(id="T", indicator="I", low=0, high=0).region(None) == (0, 0)


@pytest.mark.parametrize("kind", TARGET_KINDS)
def test_regions_and_ways_fit(kind: str) -> None:
    """A target that has one open side says which way is nearer, whatever the baseline."""
    target = made(TARGET_KINDS[kind])
    assert target.kind == kind
    low, high = target.region(50.0)
    if math.isinf(low) != math.isinf(high):
        assert target.way() == (1 if math.isinf(high) else -1)
    if target.NEEDS_BASELINE and kind != "direction_only":
        assert all(math.isnan(edge) for edge in target.region(None)) or kind == "maintain"


def test_the_least_a_field_may_say_is_let_through() -> None:
    """The nearest thing to each new fault that is not one."""
    agreed = Baseline(period="2018", value=71.5)
    touching = (Suspension(start="2020-08-01"), Suspension(start="2020-03-12", end="2020-08-01"))
    for kind, fields in (
        (AtLeast, STEPS),  # the second interim target lies beyond the target
        (AtLeast, STEPS | {"path": "milestones", "interim": (*INTERIM, Interim(period="2025", value=80.0))}),
        (AtLeast, STEPS | {"value": 0.3, "interim": (Interim(period="2025", value=0.1 + 0.2),)}),
        (AtLeast, {"path": "compound", "baseline": agreed}),
        (AtLeast, {"path": "compound"}),  # the baseline is not known yet
        (AtLeast, {"path": "compound", "value": -2, "baseline": Baseline(period="2018", value=-8)}),
        (AtLeast, {"path": "front_loaded"}),
        (AtLeast, {"path": "back_loaded", "path_power": 1.01}),
        (AtLeast, {"suspensions": touching, "weight": 0, "slack": 0}),
        (AtLeast, {"decided_on": "2020-01-01", "withdrawn_on": "2020-01-02"}),
        (ChangeAbsolute, {"path": "steps", "interim": (Interim(period="2022", value=9),)}),
        (
            WithinBand,
            {"baseline": BASE, "due": "2025", "path": "steps", "interim": (Interim(period="2025", value=1),)},
        ),
        (GrowthRate, {"percent": 0}),
        (RelativeToReference, {"institution": None, "previous": True, "difference": -2}),
        (Milestone, {"done_on": "2024-03-01"}),
        (Milestone, {"baseline": Baseline(period="2024")}),
        (Override, {"until": "2024-03-02"}),
        (FollowUp, {"action": None, "due": None}),
    ):
        made(kind, **fields)


def test_only_the_seven_states_can_be_decided() -> None:
    """Each of them, and no other word, may stand in the place of a computed state."""
    assert [made(Override, state=each.value).state for each in TargetState] == [*TargetState]
    assert len(TargetState) == 7


def test_a_deadline_cannot_stand_where_nothing_falls_due() -> None:
    """To keep, to improve each period and to move the right way have no due value."""
    for kind in (Maintain, ImproveEachPeriod, DirectionOnly):
        for extra in ({"due": "2030"}, {"path": "steps"}, {"interim": ()}):
            with pytest.raises(TypeError):
                made(kind, **extra)


def test_a_direction_is_never_assumed() -> None:
    """A kind with a direction cannot be made without one, nor a dispersion without its statistic."""
    for kind, name in (
        (ReachBy, "direction"),
        (GrowthRate, "direction"),
        (RelativeToReference, "direction"),
        (ImproveEachPeriod, "direction"),
        (DirectionOnly, "direction"),
        (DispersionAtMost, "statistic"),
    ):
        with pytest.raises(TypeError):
            kind(**{key: value for key, value in VALID[kind].items() if key != name})


def test_the_power_of_a_path() -> None:
    """A straight line has power 1; front-loaded and back-loaded ones have their own unless told."""
    powers = {"linear": 1, "front_loaded": 0.5, "back_loaded": 2, "compound": 1}
    assert {path: made(AtLeast, path=path).power for path in powers} == powers
    assert made(AtLeast, path="front_loaded", path_power=0.25).power == 0.25


@pytest.mark.parametrize(
    ("kind", "fields", "baseline", "aim"),
    [
        (AtLeast, {}, None, 80),
        (AtMost, {}, 12.0, 0),
        (WithinBand, {}, -4.0, -1),
        (WithinBand, {}, 4.0, 1),
        (WithinBand, {}, 0.5, None),
        (WithinBand, {}, None, None),
        (ChangeAbsolute, {}, 12.0, 10.0),
        (ChangeAbsolute, {}, None, None),
        (ChangeRelative, {}, 80.0, 40.0),
        (ChangeRelative, {"percent": -100}, None, 0.0),
        (DispersionAtMost, {}, None, 2.5),
        (RelativeToReference, {"difference": 1.5}, None, 1.5),
    ],
)
def test_where_a_path_leads(kind: type, fields: dict[str, Any], baseline: float | None, aim: float | None) -> None:
    """To the edge of the region that is nearest to the baseline; nowhere from within a band."""
    assert made(kind, **fields).aim(baseline) == aim


def test_regions_of_derived_kinds_are_on_their_own_series() -> None:
    """The dispersion, the growth and the difference from the reference, and not the indicator's values."""
    assert made(ShareWithinLimit).region(None) == (95, math.inf)
    assert made(DispersionAtMost).region(60.0) == (-math.inf, 2.5)
    assert made(GrowthRate).region(60.0) == (-math.inf, 2)
    assert made(GrowthRate, percent=-3, direction="higher").region(None) == (-3, math.inf)
    assert made(RelativeToReference, difference=-2, direction="lower").region(None) == (-math.inf, -2)
    assert made(Milestone).region(None) == (-math.inf, math.inf)
    of_values = {kind for kind, target in TARGET_KINDS.items() if target.OF_VALUES}
    assert set(TARGET_KINDS) - of_values == {
        "dispersion_at_most", "growth_rate", "relative_to_reference", "milestone"
    }  # fmt: skip


@given(st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 20)), min_size=2, max_size=6, unique=True))
def test_a_target_is_suspended_on_exactly_the_days_it_says(days: list[dt.date]) -> None:
    """The first day counts and the end does not, whatever the order of the suspensions."""
    days.sort()
    pairs = list(zip(days[::2], days[1::2], strict=False))
    target = made(AtLeast, suspensions=[Suspension(start=one, end=two) for one, two in reversed(pairs)])
    for number in range(22):
        day = dt.date(2020, 1, 1) + dt.timedelta(days=number)
        assert target.suspended_on(day) == any(one <= day < two for one, two in pairs)
    assert made(AtLeast, suspensions=[Suspension(start=days[0])]).suspended_on(dt.date(2999, 1, 1))


def test_a_withdrawn_target_does_not_hold_from_that_day_on() -> None:
    """The day itself counts; a target that nobody has withdrawn holds for ever."""
    target = made(AtLeast, withdrawn_on="2024-06-01")
    assert [target.withdrawn_by(dt.date(2024, month, 1)) for month in (5, 6, 7)] == [False, True, True]
    assert not made(AtLeast).withdrawn_by(dt.date.max)


def test_an_override_holds_from_its_day_until_its_end() -> None:
    """The day of the decision counts, the day it ends does not; one without an end goes on."""
    decided = made(Override)
    days = [dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2025, 2, 28), dt.date(2025, 3, 1)]
    assert [decided.holds_on(day) for day in days] == [False, True, True, False]
    assert made(Override, until=None).holds_on(dt.date.max)


@given(st.lists(st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2020, 3, 1)), max_size=5, unique=True), st.dates(
    dt.date(2019, 12, 1), dt.date(2020, 4, 1)
))  # fmt: skip
def test_the_version_in_force_is_the_last_one_decided_by_then(decided: list[dt.date | None], day: dt.date) -> None:
    """A slow obvious twin: walk through the days; one without a day comes before all others."""
    versions = [made(AtLeast, decided_on=each, value=number) for number, each in enumerate(decided)]
    walked = sorted(versions, key=lambda each: (each.decided_on is not None, each.decided_on or dt.date.min))
    wanted = None
    for each in walked:
        if each.decided_on is None or each.decided_on <= day:
            wanted = each
    assert target_in_force(versions, day) is wanted
    assert original_target(versions) is (walked[0] if walked else None)


def test_every_kind_with_a_path_has_the_same_fields() -> None:
    """A deadline, a path, interim targets and the rule for the due value belong together."""
    dated = {kind for kind, target in TARGET_KINDS.items() if issubclass(target, DatedTarget)}
    assert set(TARGET_KINDS) - dated == {"maintain", "improve_each_period", "direction_only", "milestone"}


def test_a_text_says_which_language_it_used() -> None:
    """A missing language falls back to Danish and says so."""
    text = Text(da="Sygefravær", fo="Sjúka")
    assert text.lookup("en") == ("Sygefravær", "da")
    assert text.lookup("fo") == ("Sjúka", "fo")
    assert Text(fo="Sjúka").lookup("en") == ("Sjúka", "fo")
    assert text.languages == ("da", "fo")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "text.none"),
        ({"da": " "}, "text.empty"),
        ({"da": 1}, "type"),
        ({"dansk": "x"}, "text.language"),
        ({"DA": "x"}, "text.language"),
    ],
)
def test_texts_are_checked(given: dict[str, Any], code: str) -> None:
    """A text has at least one language, a real one, and is not empty."""
    with pytest.raises(DefinitionError) as caught:
        Text(**given)
    assert caught.value.code == code


def test_texts_are_stored_in_normal_form() -> None:
    """Two ways of writing å are one text."""
    assert Text(da="a\u030a") == Text(da="å")


def test_units_that_need_no_definition() -> None:
    """Built-in units are valid, and their codes are their ids."""
    assert all(unit.id == code for code, unit in builtin_units().items())
    assert Unit.of("percent").is_percentage
    assert not Unit.of("share").is_percentage
    with pytest.raises(DefinitionError, match="Did you mean percent"):
        Unit.of("percnt")


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_frozen_mappings_behave_like_mappings(items: dict[str, Any]) -> None:
    """Equal to the dictionary, hashable, picklable, and not changed by it."""
    frozen = FrozenDict(items)
    assert frozen == items
    assert dict(frozen) == items
    assert hash(frozen) == hash(FrozenDict(dict(reversed(items.items()))))
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    items["another"] = 1
    assert "another" not in frozen or frozen["another"] != 1 or len(frozen) == len(items)


DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@given(DATES, DATES, DATES)
def test_validity_is_half_open(start: dt.date, end: dt.date, day: dt.date) -> None:
    """The first day counts and the last does not; an empty interval is refused."""
    if start >= end:
        with pytest.raises(DefinitionError):
            made(Goal, valid_from=start, valid_to=end)
    else:
        assert made(Goal, valid_from=start, valid_to=end).valid_on(day) == (start <= day < end)
        assert made(Membership, valid_from=start, valid_to=end).valid_on(day) == (start <= day < end)


NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_moving_towards_a_target_never_leaves_it(value: float, baseline: float, delta: float) -> None:
    """What lies inside the region stays inside when it moves the way the target asks."""
    targets = [
        AtLeast(id="T", indicator="I", value=value),
        AtMost(id="T", indicator="I", value=value),
        ReachBy(id="T", indicator="I", value=value, direction="higher", due="2030"),
    ]
    if delta:
        targets.append(ChangeAbsolute(id="T", indicator="I", delta=delta, baseline=BASE))
    for target in targets:
        low, high = target.region(baseline)
        inside = value if low <= value <= high else low if math.isfinite(low) else high
        assert low <= inside + target.way() * abs(delta) <= high


@given(st.sampled_from(sorted(TARGET_KINDS)), st.floats() | st.booleans() | st.text(max_size=3) | st.none())
def test_a_wrong_number_is_refused_and_nothing_else_happens(kind: str, value: Any) -> None:
    """Only finite numbers get into a target; everything else is a DefinitionError."""
    example = TARGET_KINDS[kind]
    for field in ("value", "low", "high", "delta", "percent", "band", "min_step", "tolerance"):
        if field not in attrs.fields_dict(example):
            continue
        try:
            target = made(example, **{field: value})
        except DefinitionError:
            continue
        assert type(getattr(target, field)) in {int, float}
        assert math.isfinite(getattr(target, field))


def test_a_measurement_is_a_plain_view() -> None:
    """A row of measurements is hashable and keeps its breakdown."""
    row = Measurement(
        indicator="I1", institution="0101", period=Period.parse("2020"), breakdown={"sex": "_T"}, value=1.0
    )
    assert row.breakdown["sex"] == "_T"
    assert pickle.loads(pickle.dumps(row)) == row
    assert hash(row) == hash(attrs.evolve(row))


def test_frequencies_are_read_from_words() -> None:
    """The constructor takes words in Danish and English; files take codes alone."""
    assert made(Indicator, freq="skoleår").freq is Frequency.SCHOOL_YEAR
    assert made(Indicator, freq=Frequency.MONTH).freq is Frequency.MONTH


@pytest.mark.parametrize(("one", "other", "differs"), [(4.25, 4.1, True), (4.24, 4.1, False), (4.3, 4.2, False)])
def test_a_reading_rule_rounds_as_printed(one: float, other: float, *, differs: bool) -> None:
    """4.25 is printed 4.3, two tenths from 4.1; one tenth is not more than the rule's one tenth."""
    rule = ReadingRule(id="kommuner", name=Text(da="Kommune mod kommune"), min_difference=0.1)
    assert rule.differs(one, other) is differs


def test_every_kind_of_peers_has_its_tag() -> None:
    """The seven kinds, each told apart by its tag."""
    assert [*PEER_KINDS] == ["listed", "classification", "region", "contiguous", "nearest", "cohort", "all"]
    assert all(made(kind).kind == tag for tag, kind in PEER_KINDS.items())


def test_only_a_distance_has_variables() -> None:
    """The indicators in the distance, each once; the other kinds measure none."""
    used = {tag: made(kind).indicators for tag, kind in PEER_KINDS.items()}
    assert used.pop("nearest") == ("I1", "I2")
    assert set(used.values()) == {()}


def test_a_variable_can_be_left_out_but_not_the_last() -> None:
    """What remains is a definition like any other."""
    nearest = made(NearestPeers)
    assert nearest.without("I1").indicators == ("I2",)
    with pytest.raises(DefinitionError) as caught:
        nearest.without("I1").without("I2")
    assert caught.value.code == "peers.no_variables"


def test_a_mapping_of_lists_is_the_lists() -> None:
    """Kolada's and others' tables are mappings from unit to peers; a unit may stand in its own list."""
    given = made(ListedPeers, lists={"0751": ["0101", "0751"], "0101": []})
    assert given == made(
        ListedPeers, lists=[PeerList(unit="0751", peers=["0101", "0751"]), PeerList(unit="0101", peers=[])]
    )


def counted(code: str, numerator: str | None = None, **fields: Any) -> Indicator:
    """Return an indicator that counts something."""
    above = None if numerator is None else Text(da=numerator)
    return Indicator(id=code, name=NAME, unit="percent", direction="higher", numerator=above, **fields)


@pytest.mark.parametrize(
    ("outcome", "variables", "found"),
    [
        ("a", ("b", "a"), ("is_variable", "a")),
        ("a", ("b", "nobody"), None),
        ("sum", ("part",), ("is_part", "part")),
        ("part", ("sum",), ("is_part", "sum")),
        ("total", ("part",), ("is_part", "part")),
        ("ill", ("sick",), ("same_numerator", "sick")),
        ("ill", ("well",), None),
        ("nobody", ("sick",), None),
    ],
)
def test_what_is_compared_may_not_choose_the_peers(
    outcome: str, variables: tuple[str, ...], found: tuple[str, str] | None
) -> None:
    """Not itself, not its parts or wholes however deep, and nothing that counts the same."""
    known = [
        counted("sum", composed_of=("part", "rest")),
        counted("total", composed_of=("sum", "total")),
        counted("ill", "Syge  elever"),
        counted("sick", "syge elever"),
        counted("well", "raske elever"),
    ]
    assert outcome_in_distance(outcome, variables, {each.id: each for each in known}) == found
