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
    from maalbib.stats._discrete import Tarone as Tarone
    from maalbib.stats._discrete import benjamini_heyse as benjamini_heyse
    from maalbib.stats._discrete import tarone as tarone
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
    from maalbib.stats._projection import linear_projection as linear_projection
    from maalbib.stats._proportion_trend import ProportionTrend as ProportionTrend
    from maalbib.stats._proportion_trend import proportion_trend as proportion_trend
    from maalbib.stats._recent_trend import RecentTrend as RecentTrend
    from maalbib.stats._recent_trend import recent_trend as recent_trend
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

__all__ = [
    "AR1MannKendall",
    "ArrivalInterval",
    "Assurance",
    "Attainable",
    "BaselineAutocorrelation",
    "BaselineSeasonality",
    "BernoulliCusum",
    "BlockHeterogeneity",
    "ControlLimits",
    "ExpectedByChance",
    "ExpectedFalse",
    "ExpectedFlags",
    "FalseAlarmRate",
    "Hierarchy",
    "HierarchyLevel",
    "Interval",
    "KendallAssociation",
    "LogisticLine",
    "MannKendall",
    "MeanBounds",
    "MeanGap",
    "PartialMannKendall",
    "PercentileRank",
    "Pettitt",
    "Projection",
    "ProportionTrend",
    "RankAssociation",
    "RebaseCandidates",
    "RecentTrend",
    "ResidualAutocorrelation",
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
    "WeightedSlope",
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
    "byar_interval",
    "control_limits",
    "expected_by_chance",
    "expected_false_findings",
    "expected_flags",
    "false_alarm_rate",
    "float_noise",
    "hierarchical_benjamini_hochberg",
    "hit_probability",
    "kendall",
    "linear_projection",
    "logistic_line",
    "mann_kendall",
    "mean_gap",
    "partial_mann_kendall",
    "percentile_rank",
    "pettitt",
    "poisson_interval",
    "proportion_trend",
    "rebase_candidates",
    "recent_trend",
    "regional_mann_kendall",
    "residual_autocorrelation",
    "rule_set",
    "rule_sets",
    "runs_distribution",
    "runs_limits",
    "runs_test",
    "scale_mean_bounds",
    "seasonal_mann_kendall",
    "segmentation",
    "segments_with_rebases",
    "slope_test",
    "spearman",
    "step_or_line",
    "subgroups",
    "tarone",
    "theil_sen",
    "trend_batch",
    "trend_gate",
    "trend_scores",
    "weighted_slope",
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
        "ControlLimits": "maalbib.stats.charts._limits",
        "ExpectedByChance": "maalbib.stats._expected_false",
        "ExpectedFalse": "maalbib.stats._expected_false",
        "ExpectedFlags": "maalbib.stats.charts._expected_flags",
        "FalseAlarmRate": "maalbib.stats.charts._false_alarms",
        "Hierarchy": "maalbib.stats._hierarchy",
        "HierarchyLevel": "maalbib.stats._hierarchy",
        "Interval": "maalbib.stats._intervals",
        "KendallAssociation": "maalbib.stats._association",
        "LogisticLine": "maalbib.stats._logistic_line",
        "MannKendall": "maalbib.stats._mann_kendall",
        "MeanBounds": "maalbib.stats._scale_mean",
        "MeanGap": "maalbib.stats._gap",
        "PartialMannKendall": "maalbib.stats._partial",
        "PercentileRank": "maalbib.stats._position",
        "Pettitt": "maalbib.stats._pettitt",
        "Projection": "maalbib.stats._projection",
        "ProportionTrend": "maalbib.stats._proportion_trend",
        "RankAssociation": "maalbib.stats._association",
        "RebaseCandidates": "maalbib.stats.charts._rebase",
        "RecentTrend": "maalbib.stats._recent_trend",
        "ResidualAutocorrelation": "maalbib.stats._autocorrelation",
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
        "WeightedSlope": "maalbib.stats._weighted_slope",
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
        "byar_interval": "maalbib.stats._intervals",
        "control_limits": "maalbib.stats.charts._kinds",
        "expected_by_chance": "maalbib.stats._expected_false",
        "expected_false_findings": "maalbib.stats._expected_false",
        "expected_flags": "maalbib.stats.charts._expected_flags",
        "false_alarm_rate": "maalbib.stats.charts._false_alarms",
        "float_noise": "maalbib.stats._float_noise",
        "hierarchical_benjamini_hochberg": "maalbib.stats._hierarchy",
        "hit_probability": "maalbib.stats._target",
        "kendall": "maalbib.stats._association",
        "linear_projection": "maalbib.stats._projection",
        "logistic_line": "maalbib.stats._logistic_line",
        "mann_kendall": "maalbib.stats._mann_kendall",
        "mean_gap": "maalbib.stats._gap",
        "partial_mann_kendall": "maalbib.stats._partial",
        "percentile_rank": "maalbib.stats._position",
        "pettitt": "maalbib.stats._pettitt",
        "poisson_interval": "maalbib.stats._intervals",
        "proportion_trend": "maalbib.stats._proportion_trend",
        "rebase_candidates": "maalbib.stats.charts._rebase",
        "recent_trend": "maalbib.stats._recent_trend",
        "regional_mann_kendall": "maalbib.stats._season_covariance",
        "residual_autocorrelation": "maalbib.stats._autocorrelation",
        "rule_set": "maalbib.stats.charts._rule_sets",
        "rule_sets": "maalbib.stats.charts._rule_sets",
        "runs_distribution": "maalbib.stats.charts._runs_distribution",
        "runs_limits": "maalbib.stats.charts._runs_limits",
        "runs_test": "maalbib.stats.charts._runs",
        "scale_mean_bounds": "maalbib.stats._scale_mean",
        "seasonal_mann_kendall": "maalbib.stats._season_covariance",
        "segmentation": "maalbib.stats._segmentation",
        "segments_with_rebases": "maalbib.stats.charts._rebased_segments",
        "slope_test": "maalbib.stats._slope_test",
        "spearman": "maalbib.stats._association",
        "step_or_line": "maalbib.stats._step_or_line",
        "subgroups": "maalbib.stats.charts._subgroups",
        "tarone": "maalbib.stats._discrete",
        "theil_sen": "maalbib.stats._theil_sen",
        "trend_batch": "maalbib.stats._trend_batch",
        "trend_gate": "maalbib.stats._gate",
        "trend_scores": "maalbib.stats._trend_scores",
        "weighted_slope": "maalbib.stats._weighted_slope",
        "wilson_interval": "maalbib.stats._intervals",
        "xmr_limits": "maalbib.stats.charts._xmr",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    """Offer the public names only, also to completion."""
    return sorted(__all__)
