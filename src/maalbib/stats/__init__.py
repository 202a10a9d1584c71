"""Numbers: NumPy arrays in, NumPy arrays out. No goal, no table and no file is known here.

Kernels take NaN as missing. A bad element (no denominator, a negative count, too few points) never raises and
never warns: its numbers are NaN and ``reason`` holds a code, empty where all is well. Only wrong arguments raise.
Each kernel is imported when its name is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from maalbib.stats._ar1 import AR1MannKendall as AR1MannKendall
    from maalbib.stats._ar1 import ar1_mann_kendall as ar1_mann_kendall
    from maalbib.stats._arrival_interval import ArrivalInterval as ArrivalInterval
    from maalbib.stats._arrival_interval import arrival_interval as arrival_interval
    from maalbib.stats._association import KendallAssociation as KendallAssociation
    from maalbib.stats._association import RankAssociation as RankAssociation
    from maalbib.stats._association import kendall as kendall
    from maalbib.stats._association import spearman as spearman
    from maalbib.stats._attainable import Attainable as Attainable
    from maalbib.stats._attainable import attainable_p_values as attainable_p_values
    from maalbib.stats._autocorrelation import ResidualAutocorrelation as ResidualAutocorrelation
    from maalbib.stats._autocorrelation import residual_autocorrelation as residual_autocorrelation
    from maalbib.stats._bounded_projection import bounded_projection as bounded_projection
    from maalbib.stats._cagr import Cagr as Cagr
    from maalbib.stats._cagr import cagr as cagr
    from maalbib.stats._compound_projection import compound_projection as compound_projection
    from maalbib.stats._discrete import Tarone as Tarone
    from maalbib.stats._discrete import benjamini_heyse as benjamini_heyse
    from maalbib.stats._discrete import tarone as tarone
    from maalbib.stats._dispersion_measures import Dispersion as Dispersion
    from maalbib.stats._dispersion_measures import dispersion as dispersion
    from maalbib.stats._expected_false import ExpectedByChance as ExpectedByChance
    from maalbib.stats._expected_false import ExpectedFalse as ExpectedFalse
    from maalbib.stats._expected_false import expected_by_chance as expected_by_chance
    from maalbib.stats._expected_false import expected_false_findings as expected_false_findings
    from maalbib.stats._float_noise import float_noise as float_noise
    from maalbib.stats._gap import MeanGap as MeanGap
    from maalbib.stats._gap import mean_gap as mean_gap
    from maalbib.stats._gate import TrendGate as TrendGate
    from maalbib.stats._gate import trend_gate as trend_gate
    from maalbib.stats._heterogeneity import BlockHeterogeneity as BlockHeterogeneity
    from maalbib.stats._heterogeneity import block_heterogeneity as block_heterogeneity
    from maalbib.stats._hierarchy import Hierarchy as Hierarchy
    from maalbib.stats._hierarchy import HierarchyLevel as HierarchyLevel
    from maalbib.stats._hierarchy import hierarchical_benjamini_hochberg as hierarchical_benjamini_hochberg
    from maalbib.stats._intervals import Interval as Interval
    from maalbib.stats._intervals import byar_interval as byar_interval
    from maalbib.stats._intervals import poisson_interval as poisson_interval
    from maalbib.stats._intervals import wilson_interval as wilson_interval
    from maalbib.stats._left_out import LeftOut as LeftOut
    from maalbib.stats._left_out import left_out_projections as left_out_projections
    from maalbib.stats._linear_projection import linear_projection as linear_projection
    from maalbib.stats._logistic_line import LogisticLine as LogisticLine
    from maalbib.stats._logistic_line import logistic_line as logistic_line
    from maalbib.stats._mann_kendall import MannKendall as MannKendall
    from maalbib.stats._mann_kendall import mann_kendall as mann_kendall
    from maalbib.stats._multiplicity import adjust_p_values as adjust_p_values
    from maalbib.stats._multiplicity import benjamini_hochberg as benjamini_hochberg
    from maalbib.stats._partial import PartialMannKendall as PartialMannKendall
    from maalbib.stats._partial import partial_mann_kendall as partial_mann_kendall
    from maalbib.stats._pettitt import Pettitt as Pettitt
    from maalbib.stats._pettitt import pettitt as pettitt
    from maalbib.stats._position import PercentileRank as PercentileRank
    from maalbib.stats._position import percentile_rank as percentile_rank
    from maalbib.stats._projection import Projection as Projection
    from maalbib.stats._proportion_trend import ProportionTrend as ProportionTrend
    from maalbib.stats._proportion_trend import proportion_trend as proportion_trend
    from maalbib.stats._random_walk import random_walk_projection as random_walk_projection
    from maalbib.stats._recent_trend import RecentTrend as RecentTrend
    from maalbib.stats._recent_trend import recent_trend as recent_trend
    from maalbib.stats._robust_projection import robust_projection as robust_projection
    from maalbib.stats._roll_up import RolledUpStates as RolledUpStates
    from maalbib.stats._roll_up import roll_up_states as roll_up_states
    from maalbib.stats._scale_mean import MeanBounds as MeanBounds
    from maalbib.stats._scale_mean import scale_mean_bounds as scale_mean_bounds
    from maalbib.stats._season_covariance import SeasonalMannKendall as SeasonalMannKendall
    from maalbib.stats._season_covariance import regional_mann_kendall as regional_mann_kendall
    from maalbib.stats._season_covariance import seasonal_mann_kendall as seasonal_mann_kendall
    from maalbib.stats._segmentation import Segmentation as Segmentation
    from maalbib.stats._segmentation import segmentation as segmentation
    from maalbib.stats._slope_test import SlopeTest as SlopeTest
    from maalbib.stats._slope_test import slope_test as slope_test
    from maalbib.stats._step_or_line import StepOrLine as StepOrLine
    from maalbib.stats._step_or_line import step_or_line as step_or_line
    from maalbib.stats._target import arrival_time as arrival_time
    from maalbib.stats._target import hit_probability as hit_probability
    from maalbib.stats._theil_sen import TheilSen as TheilSen
    from maalbib.stats._theil_sen import theil_sen as theil_sen
    from maalbib.stats._trend_batch import TrendBatch as TrendBatch
    from maalbib.stats._trend_batch import trend_batch as trend_batch
    from maalbib.stats._trend_scores import TrendScores as TrendScores
    from maalbib.stats._trend_scores import trend_scores as trend_scores
    from maalbib.stats._weighted_slope import WeightedSlope as WeightedSlope
    from maalbib.stats._weighted_slope import weighted_slope as weighted_slope
    from maalbib.stats.charts._assurance import Assurance as Assurance
    from maalbib.stats.charts._assurance import assurance as assurance
    from maalbib.stats.charts._baseline_warnings import BaselineAutocorrelation as BaselineAutocorrelation
    from maalbib.stats.charts._baseline_warnings import BaselineSeasonality as BaselineSeasonality
    from maalbib.stats.charts._baseline_warnings import baseline_autocorrelation as baseline_autocorrelation
    from maalbib.stats.charts._baseline_warnings import baseline_seasonality as baseline_seasonality
    from maalbib.stats.charts._bernoulli_cusum import BernoulliCusum as BernoulliCusum
    from maalbib.stats.charts._bernoulli_cusum import bernoulli_cusum as bernoulli_cusum
    from maalbib.stats.charts._expected_flags import ExpectedFlags as ExpectedFlags
    from maalbib.stats.charts._expected_flags import expected_flags as expected_flags
    from maalbib.stats.charts._false_alarms import FalseAlarmRate as FalseAlarmRate
    from maalbib.stats.charts._false_alarms import false_alarm_rate as false_alarm_rate
    from maalbib.stats.charts._kinds import control_limits as control_limits
    from maalbib.stats.charts._limits import ControlLimits as ControlLimits
    from maalbib.stats.charts._rebase import RebaseCandidates as RebaseCandidates
    from maalbib.stats.charts._rebase import rebase_candidates as rebase_candidates
    from maalbib.stats.charts._rebased_segments import segments_with_rebases as segments_with_rebases
    from maalbib.stats.charts._rule import Rule as Rule
    from maalbib.stats.charts._rule_sets import RuleSet as RuleSet
    from maalbib.stats.charts._rule_sets import RuleSetLimits as RuleSetLimits
    from maalbib.stats.charts._rule_sets import rule_set as rule_set
    from maalbib.stats.charts._rule_sets import rule_sets as rule_sets
    from maalbib.stats.charts._rules import RuleHits as RuleHits
    from maalbib.stats.charts._rules import apply_rules as apply_rules
    from maalbib.stats.charts._runs import RunsTest as RunsTest
    from maalbib.stats.charts._runs import runs_test as runs_test
    from maalbib.stats.charts._runs_distribution import runs_distribution as runs_distribution
    from maalbib.stats.charts._runs_limits import RunsLimits as RunsLimits
    from maalbib.stats.charts._runs_limits import runs_limits as runs_limits
    from maalbib.stats.charts._subgroups import Subgroups as Subgroups
    from maalbib.stats.charts._subgroups import subgroups as subgroups
    from maalbib.stats.charts._xmr import xmr_limits as xmr_limits
    from maalbib.stats.published._base import PublishedBase as PublishedBase
    from maalbib.stats.published._base import published_base as published_base
    from maalbib.stats.published._destatis import DestatisWeather as DestatisWeather
    from maalbib.stats.published._destatis import destatis_weather as destatis_weather
    from maalbib.stats.published._eustat import eustat_progress as eustat_progress
    from maalbib.stats.published._growth import GrowthScore as GrowthScore
    from maalbib.stats.published._healthy_people import HealthyPeopleProgress as HealthyPeopleProgress
    from maalbib.stats.published._healthy_people import healthy_people_progress as healthy_people_progress
    from maalbib.stats.published._nhs import NhsAssurance as NhsAssurance
    from maalbib.stats.published._nhs import nhs_assurance as nhs_assurance
    from maalbib.stats.published._pilote import PiloteAttainment as PiloteAttainment
    from maalbib.stats.published._pilote import pilote_attainment as pilote_attainment
    from maalbib.stats.published._profile import Profile as Profile
    from maalbib.stats.published._profile import profile as profile
    from maalbib.stats.published._profile import profiles as profiles
    from maalbib.stats.published._score_tree import score_class as score_class
    from maalbib.stats.published._score_tree import score_tree as score_tree
    from maalbib.stats.published._statcan import statcan_progress as statcan_progress
    from maalbib.stats.published._un_chart import UnProgress as UnProgress
    from maalbib.stats.published._un_chart import un_progress as un_progress
    from maalbib.stats.published._who import WhoPath as WhoPath
    from maalbib.stats.published._who import who_path as who_path

__all__ = [
    "AR1MannKendall",
    "ArrivalInterval",
    "Assurance",
    "Attainable",
    "BaselineAutocorrelation",
    "BaselineSeasonality",
    "BernoulliCusum",
    "BlockHeterogeneity",
    "Cagr",
    "ControlLimits",
    "DestatisWeather",
    "Dispersion",
    "ExpectedByChance",
    "ExpectedFalse",
    "ExpectedFlags",
    "FalseAlarmRate",
    "GrowthScore",
    "HealthyPeopleProgress",
    "Hierarchy",
    "HierarchyLevel",
    "Interval",
    "KendallAssociation",
    "LeftOut",
    "LogisticLine",
    "MannKendall",
    "MeanBounds",
    "MeanGap",
    "NhsAssurance",
    "PartialMannKendall",
    "PercentileRank",
    "Pettitt",
    "PiloteAttainment",
    "Profile",
    "Projection",
    "ProportionTrend",
    "PublishedBase",
    "RankAssociation",
    "RebaseCandidates",
    "RecentTrend",
    "ResidualAutocorrelation",
    "RolledUpStates",
    "Rule",
    "RuleHits",
    "RuleSet",
    "RuleSetLimits",
    "RunsLimits",
    "RunsTest",
    "SeasonalMannKendall",
    "Segmentation",
    "SlopeTest",
    "StepOrLine",
    "Subgroups",
    "Tarone",
    "TheilSen",
    "TrendBatch",
    "TrendGate",
    "TrendScores",
    "UnProgress",
    "WeightedSlope",
    "WhoPath",
    "adjust_p_values",
    "apply_rules",
    "ar1_mann_kendall",
    "arrival_interval",
    "arrival_time",
    "assurance",
    "attainable_p_values",
    "baseline_autocorrelation",
    "baseline_seasonality",
    "benjamini_heyse",
    "benjamini_hochberg",
    "bernoulli_cusum",
    "block_heterogeneity",
    "bounded_projection",
    "byar_interval",
    "cagr",
    "compound_projection",
    "control_limits",
    "destatis_weather",
    "dispersion",
    "eustat_progress",
    "expected_by_chance",
    "expected_false_findings",
    "expected_flags",
    "false_alarm_rate",
    "float_noise",
    "healthy_people_progress",
    "hierarchical_benjamini_hochberg",
    "hit_probability",
    "kendall",
    "left_out_projections",
    "linear_projection",
    "logistic_line",
    "mann_kendall",
    "mean_gap",
    "nhs_assurance",
    "partial_mann_kendall",
    "percentile_rank",
    "pettitt",
    "pilote_attainment",
    "poisson_interval",
    "profile",
    "profiles",
    "proportion_trend",
    "published_base",
    "random_walk_projection",
    "rebase_candidates",
    "recent_trend",
    "regional_mann_kendall",
    "residual_autocorrelation",
    "robust_projection",
    "roll_up_states",
    "rule_set",
    "rule_sets",
    "runs_distribution",
    "runs_limits",
    "runs_test",
    "scale_mean_bounds",
    "score_class",
    "score_tree",
    "seasonal_mann_kendall",
    "segmentation",
    "segments_with_rebases",
    "slope_test",
    "spearman",
    "statcan_progress",
    "step_or_line",
    "subgroups",
    "tarone",
    "theil_sen",
    "trend_batch",
    "trend_gate",
    "trend_scores",
    "un_progress",
    "weighted_slope",
    "who_path",
    "wilson_interval",
    "xmr_limits",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    _HOME = {
        "AR1MannKendall": "maalbib.stats._ar1",
        "ArrivalInterval": "maalbib.stats._arrival_interval",
        "Assurance": "maalbib.stats.charts._assurance",
        "Attainable": "maalbib.stats._attainable",
        "BaselineAutocorrelation": "maalbib.stats.charts._baseline_warnings",
        "BaselineSeasonality": "maalbib.stats.charts._baseline_warnings",
        "BernoulliCusum": "maalbib.stats.charts._bernoulli_cusum",
        "BlockHeterogeneity": "maalbib.stats._heterogeneity",
        "Cagr": "maalbib.stats._cagr",
        "ControlLimits": "maalbib.stats.charts._limits",
        "DestatisWeather": "maalbib.stats.published._destatis",
        "Dispersion": "maalbib.stats._dispersion_measures",
        "ExpectedByChance": "maalbib.stats._expected_false",
        "ExpectedFalse": "maalbib.stats._expected_false",
        "ExpectedFlags": "maalbib.stats.charts._expected_flags",
        "FalseAlarmRate": "maalbib.stats.charts._false_alarms",
        "GrowthScore": "maalbib.stats.published._growth",
        "HealthyPeopleProgress": "maalbib.stats.published._healthy_people",
        "Hierarchy": "maalbib.stats._hierarchy",
        "HierarchyLevel": "maalbib.stats._hierarchy",
        "Interval": "maalbib.stats._intervals",
        "KendallAssociation": "maalbib.stats._association",
        "LeftOut": "maalbib.stats._left_out",
        "LogisticLine": "maalbib.stats._logistic_line",
        "MannKendall": "maalbib.stats._mann_kendall",
        "MeanBounds": "maalbib.stats._scale_mean",
        "MeanGap": "maalbib.stats._gap",
        "NhsAssurance": "maalbib.stats.published._nhs",
        "PartialMannKendall": "maalbib.stats._partial",
        "PercentileRank": "maalbib.stats._position",
        "Pettitt": "maalbib.stats._pettitt",
        "PiloteAttainment": "maalbib.stats.published._pilote",
        "Profile": "maalbib.stats.published._profile",
        "Projection": "maalbib.stats._projection",
        "ProportionTrend": "maalbib.stats._proportion_trend",
        "PublishedBase": "maalbib.stats.published._base",
        "RankAssociation": "maalbib.stats._association",
        "RebaseCandidates": "maalbib.stats.charts._rebase",
        "RecentTrend": "maalbib.stats._recent_trend",
        "ResidualAutocorrelation": "maalbib.stats._autocorrelation",
        "RolledUpStates": "maalbib.stats._roll_up",
        "Rule": "maalbib.stats.charts._rule",
        "RuleHits": "maalbib.stats.charts._rules",
        "RuleSet": "maalbib.stats.charts._rule_sets",
        "RuleSetLimits": "maalbib.stats.charts._rule_sets",
        "RunsLimits": "maalbib.stats.charts._runs_limits",
        "RunsTest": "maalbib.stats.charts._runs",
        "SeasonalMannKendall": "maalbib.stats._season_covariance",
        "Segmentation": "maalbib.stats._segmentation",
        "SlopeTest": "maalbib.stats._slope_test",
        "StepOrLine": "maalbib.stats._step_or_line",
        "Subgroups": "maalbib.stats.charts._subgroups",
        "Tarone": "maalbib.stats._discrete",
        "TheilSen": "maalbib.stats._theil_sen",
        "TrendBatch": "maalbib.stats._trend_batch",
        "TrendGate": "maalbib.stats._gate",
        "TrendScores": "maalbib.stats._trend_scores",
        "UnProgress": "maalbib.stats.published._un_chart",
        "WeightedSlope": "maalbib.stats._weighted_slope",
        "WhoPath": "maalbib.stats.published._who",
        "adjust_p_values": "maalbib.stats._multiplicity",
        "apply_rules": "maalbib.stats.charts._rules",
        "ar1_mann_kendall": "maalbib.stats._ar1",
        "arrival_interval": "maalbib.stats._arrival_interval",
        "arrival_time": "maalbib.stats._target",
        "assurance": "maalbib.stats.charts._assurance",
        "attainable_p_values": "maalbib.stats._attainable",
        "baseline_autocorrelation": "maalbib.stats.charts._baseline_warnings",
        "baseline_seasonality": "maalbib.stats.charts._baseline_warnings",
        "benjamini_heyse": "maalbib.stats._discrete",
        "benjamini_hochberg": "maalbib.stats._multiplicity",
        "bernoulli_cusum": "maalbib.stats.charts._bernoulli_cusum",
        "block_heterogeneity": "maalbib.stats._heterogeneity",
        "bounded_projection": "maalbib.stats._bounded_projection",
        "byar_interval": "maalbib.stats._intervals",
        "cagr": "maalbib.stats._cagr",
        "compound_projection": "maalbib.stats._compound_projection",
        "control_limits": "maalbib.stats.charts._kinds",
        "destatis_weather": "maalbib.stats.published._destatis",
        "dispersion": "maalbib.stats._dispersion_measures",
        "eustat_progress": "maalbib.stats.published._eustat",
        "expected_by_chance": "maalbib.stats._expected_false",
        "expected_false_findings": "maalbib.stats._expected_false",
        "expected_flags": "maalbib.stats.charts._expected_flags",
        "false_alarm_rate": "maalbib.stats.charts._false_alarms",
        "float_noise": "maalbib.stats._float_noise",
        "healthy_people_progress": "maalbib.stats.published._healthy_people",
        "hierarchical_benjamini_hochberg": "maalbib.stats._hierarchy",
        "hit_probability": "maalbib.stats._target",
        "kendall": "maalbib.stats._association",
        "left_out_projections": "maalbib.stats._left_out",
        "linear_projection": "maalbib.stats._linear_projection",
        "logistic_line": "maalbib.stats._logistic_line",
        "mann_kendall": "maalbib.stats._mann_kendall",
        "mean_gap": "maalbib.stats._gap",
        "nhs_assurance": "maalbib.stats.published._nhs",
        "partial_mann_kendall": "maalbib.stats._partial",
        "percentile_rank": "maalbib.stats._position",
        "pettitt": "maalbib.stats._pettitt",
        "pilote_attainment": "maalbib.stats.published._pilote",
        "poisson_interval": "maalbib.stats._intervals",
        "profile": "maalbib.stats.published._profile",
        "profiles": "maalbib.stats.published._profile",
        "proportion_trend": "maalbib.stats._proportion_trend",
        "published_base": "maalbib.stats.published._base",
        "random_walk_projection": "maalbib.stats._random_walk",
        "rebase_candidates": "maalbib.stats.charts._rebase",
        "recent_trend": "maalbib.stats._recent_trend",
        "regional_mann_kendall": "maalbib.stats._season_covariance",
        "residual_autocorrelation": "maalbib.stats._autocorrelation",
        "robust_projection": "maalbib.stats._robust_projection",
        "roll_up_states": "maalbib.stats._roll_up",
        "rule_set": "maalbib.stats.charts._rule_sets",
        "rule_sets": "maalbib.stats.charts._rule_sets",
        "runs_distribution": "maalbib.stats.charts._runs_distribution",
        "runs_limits": "maalbib.stats.charts._runs_limits",
        "runs_test": "maalbib.stats.charts._runs",
        "scale_mean_bounds": "maalbib.stats._scale_mean",
        "score_class": "maalbib.stats.published._score_tree",
        "score_tree": "maalbib.stats.published._score_tree",
        "seasonal_mann_kendall": "maalbib.stats._season_covariance",
        "segmentation": "maalbib.stats._segmentation",
        "segments_with_rebases": "maalbib.stats.charts._rebased_segments",
        "slope_test": "maalbib.stats._slope_test",
        "spearman": "maalbib.stats._association",
        "statcan_progress": "maalbib.stats.published._statcan",
        "step_or_line": "maalbib.stats._step_or_line",
        "subgroups": "maalbib.stats.charts._subgroups",
        "tarone": "maalbib.stats._discrete",
        "theil_sen": "maalbib.stats._theil_sen",
        "trend_batch": "maalbib.stats._trend_batch",
        "trend_gate": "maalbib.stats._gate",
        "trend_scores": "maalbib.stats._trend_scores",
        "un_progress": "maalbib.stats.published._un_chart",
        "weighted_slope": "maalbib.stats._weighted_slope",
        "who_path": "maalbib.stats.published._who",
        "wilson_interval": "maalbib.stats._intervals",
        "xmr_limits": "maalbib.stats.charts._xmr",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    """Offer the public names only, also to completion."""
    return sorted(__all__)
