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
    from maalbib.stats._group_difference import GroupDifference as GroupDifference
    from maalbib.stats._group_difference import group_difference as group_difference
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
    from maalbib.stats._pair_gap import PairGap as PairGap
    from maalbib.stats._pair_gap import pair_gap as pair_gap
    from maalbib.stats._partial import PartialMannKendall as PartialMannKendall
    from maalbib.stats._partial import partial_mann_kendall as partial_mann_kendall
    from maalbib.stats._partial_association import PartialAssociation as PartialAssociation
    from maalbib.stats._partial_association import partial_kendall as partial_kendall
    from maalbib.stats._partial_association import partial_spearman as partial_spearman
    from maalbib.stats._pettitt import Pettitt as Pettitt
    from maalbib.stats._pettitt import pettitt as pettitt
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
    from maalbib.stats.composite._extremes import TreatedExtremes as TreatedExtremes
    from maalbib.stats.composite._extremes import treat_extremes as treat_extremes
    from maalbib.stats.composite._plan import SensitivityPlan as SensitivityPlan
    from maalbib.stats.composite._range import composite_range as composite_range
    from maalbib.stats.composite._result import CompositePlans as CompositePlans
    from maalbib.stats.composite._result import CompositeRange as CompositeRange
    from maalbib.stats.frontier._bootstrap import bootstrap_efficiency as bootstrap_efficiency
    from maalbib.stats.frontier._bootstrap_figures import EfficiencyBootstrap as EfficiencyBootstrap
    from maalbib.stats.frontier._bootstrap_figures import corrected_efficiency as corrected_efficiency
    from maalbib.stats.frontier._directional import DirectionalEfficiency as DirectionalEfficiency
    from maalbib.stats.frontier._directional import directional_efficiency as directional_efficiency
    from maalbib.stats.frontier._efficiency import efficiency as efficiency
    from maalbib.stats.frontier._efficiency_result import Efficiency as Efficiency
    from maalbib.stats.frontier._hyperbolic import HyperbolicEfficiency as HyperbolicEfficiency
    from maalbib.stats.frontier._hyperbolic import hyperbolic_efficiency as hyperbolic_efficiency
    from maalbib.stats.frontier._ladder import EfficiencyLadder as EfficiencyLadder
    from maalbib.stats.frontier._ladder import efficiency_ladder as efficiency_ladder
    from maalbib.stats.frontier._malmquist import Malmquist as Malmquist
    from maalbib.stats.frontier._malmquist import malmquist as malmquist
    from maalbib.stats.frontier._merger import MergerGains as MergerGains
    from maalbib.stats.frontier._merger import merger_gains as merger_gains
    from maalbib.stats.frontier._quantile_frontier import QuantileEfficiency as QuantileEfficiency
    from maalbib.stats.frontier._quantile_frontier import quantile_efficiency as quantile_efficiency
    from maalbib.stats.frontier._scale_efficiency import ScaleEfficiency as ScaleEfficiency
    from maalbib.stats.frontier._scale_efficiency import scale_efficiency as scale_efficiency
    from maalbib.stats.frontier._stochastic import stochastic_frontier as stochastic_frontier
    from maalbib.stats.frontier._stochastic_result import StochasticFrontier as StochasticFrontier
    from maalbib.stats.frontier._super_efficiency import SuperEfficiency as SuperEfficiency
    from maalbib.stats.frontier._super_efficiency import super_efficiency as super_efficiency
    from maalbib.stats.funnels._adjusted_limits import AdjustedLimits as AdjustedLimits
    from maalbib.stats.funnels._adjusted_limits import adjusted_funnel_limits as adjusted_funnel_limits
    from maalbib.stats.funnels._benchmark import Benchmark as Benchmark
    from maalbib.stats.funnels._benchmark import benchmark as benchmark
    from maalbib.stats.funnels._board import BoardByChance as BoardByChance
    from maalbib.stats.funnels._board import board_by_chance as board_by_chance
    from maalbib.stats.funnels._funnel_limits import FunnelLimits as FunnelLimits
    from maalbib.stats.funnels._funnel_limits import funnel_limits as funnel_limits
    from maalbib.stats.funnels._overdispersion import Overdispersion as Overdispersion
    from maalbib.stats.funnels._overdispersion import overdispersion as overdispersion
    from maalbib.stats.funnels._quantile import Quantile as Quantile
    from maalbib.stats.funnels._quantile import quantile as quantile
    from maalbib.stats.funnels._quantile_groups import QuantileGroups as QuantileGroups
    from maalbib.stats.funnels._quantile_groups import quantile_groups as quantile_groups
    from maalbib.stats.likeness._contributions import Contributions as Contributions
    from maalbib.stats.likeness._contributions import contributions as contributions
    from maalbib.stats.likeness._distances import Distances as Distances
    from maalbib.stats.likeness._distances import euclidean_distance as euclidean_distance
    from maalbib.stats.likeness._distances import gower_distance as gower_distance
    from maalbib.stats.likeness._distances import mahalanobis_distance as mahalanobis_distance
    from maalbib.stats.likeness._distances import need_distance as need_distance
    from maalbib.stats.likeness._expected import ExpectedGiven as ExpectedGiven
    from maalbib.stats.likeness._expected import expected_given as expected_given
    from maalbib.stats.likeness._graph import PeerDrift as PeerDrift
    from maalbib.stats.likeness._graph import PeerGraph as PeerGraph
    from maalbib.stats.likeness._graph import PeerOverlap as PeerOverlap
    from maalbib.stats.likeness._graph import peer_drift as peer_drift
    from maalbib.stats.likeness._graph import peer_graph as peer_graph
    from maalbib.stats.likeness._graph import peer_overlap as peer_overlap
    from maalbib.stats.likeness._nearest import Nearest as Nearest
    from maalbib.stats.likeness._nearest import nearest as nearest
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
    from maalbib.stats.ranking._multinomial import multinomial_rank_sets as multinomial_rank_sets
    from maalbib.stats.ranking._normalise import Normalised as Normalised
    from maalbib.stats.ranking._normalise import normalise as normalise
    from maalbib.stats.ranking._percentile_rank import PercentileRank as PercentileRank
    from maalbib.stats.ranking._percentile_rank import percentile_rank as percentile_rank
    from maalbib.stats.ranking._position import Position as Position
    from maalbib.stats.ranking._position import position as position
    from maalbib.stats.ranking._rank_sets import PairedRankSets as PairedRankSets
    from maalbib.stats.ranking._rank_sets import paired_rank_sets as paired_rank_sets
    from maalbib.stats.ranking._rank_sets import rank_sets as rank_sets
    from maalbib.stats.ranking._ranks import Ranks as Ranks
    from maalbib.stats.ranking._ranks import ranks as ranks
    from maalbib.stats.ranking._sets import RankSets as RankSets
    from maalbib.stats.rates._contrasts import Contrast as Contrast
    from maalbib.stats.rates._contrasts import MeanContrast as MeanContrast
    from maalbib.stats.rates._contrasts import mean_difference as mean_difference
    from maalbib.stats.rates._contrasts import proportion_difference as proportion_difference
    from maalbib.stats.rates._contrasts import rate_ratio as rate_ratio
    from maalbib.stats.rates._counts import count_interval as count_interval
    from maalbib.stats.rates._direct import StandardisedRate as StandardisedRate
    from maalbib.stats.rates._direct import standardised_rate as standardised_rate
    from maalbib.stats.rates._exact_tests import ExactTest as ExactTest
    from maalbib.stats.rates._exact_tests import fisher_test as fisher_test
    from maalbib.stats.rates._exact_tests import rate_test as rate_test
    from maalbib.stats.rates._indirect import ExpectedCount as ExpectedCount
    from maalbib.stats.rates._indirect import StandardisedRatio as StandardisedRatio
    from maalbib.stats.rates._indirect import expected_count as expected_count
    from maalbib.stats.rates._indirect import standardised_ratio as standardised_ratio
    from maalbib.stats.rates._mean_share import MeanShare as MeanShare
    from maalbib.stats.rates._mean_share import mean_share as mean_share
    from maalbib.stats.rates._means import MeanInterval as MeanInterval
    from maalbib.stats.rates._means import mean_interval as mean_interval
    from maalbib.stats.rates._means import mean_interval_from as mean_interval_from
    from maalbib.stats.rates._medians import MedianInterval as MedianInterval
    from maalbib.stats.rates._medians import median_interval as median_interval
    from maalbib.stats.rates._own_part import OwnPart as OwnPart
    from maalbib.stats.rates._own_part import own_part_removed as own_part_removed
    from maalbib.stats.rates._proportions import proportion_interval as proportion_interval
    from maalbib.stats.rates._rate import Rate as Rate
    from maalbib.stats.rates._rate import rate as rate
    from maalbib.stats.rates._slope_index import SlopeIndex as SlopeIndex
    from maalbib.stats.rates._slope_index import slope_index as slope_index
    from maalbib.stats.rates._standard_populations import StandardPopulation as StandardPopulation
    from maalbib.stats.rates._standard_populations import standard_population as standard_population
    from maalbib.stats.rates._standard_populations import standard_populations as standard_populations
    from maalbib.stats.shrunken._beta_binomial import BetaBinomial as BetaBinomial
    from maalbib.stats.shrunken._beta_binomial import beta_binomial as beta_binomial
    from maalbib.stats.shrunken._between import BetweenVariance as BetweenVariance
    from maalbib.stats.shrunken._between import between_variance as between_variance
    from maalbib.stats.shrunken._gamma_poisson import GammaPoisson as GammaPoisson
    from maalbib.stats.shrunken._gamma_poisson import gamma_poisson as gamma_poisson
    from maalbib.stats.shrunken._shrunk import Shrinkage as Shrinkage
    from maalbib.stats.shrunken._shrunk import shrinkage as shrinkage
    from maalbib.stats.shrunken._systematic import SystematicVariation as SystematicVariation
    from maalbib.stats.shrunken._systematic import systematic_variation as systematic_variation
    from maalbib.stats.surveys._boxes import TopBox as TopBox
    from maalbib.stats.surveys._boxes import top_box as top_box
    from maalbib.stats.surveys._calibration import post_stratify as post_stratify
    from maalbib.stats.surveys._calibration import rake as rake
    from maalbib.stats.surveys._design import SurveyDesign as SurveyDesign
    from maalbib.stats.surveys._design import survey_design as survey_design
    from maalbib.stats.surveys._design_estimate import DesignEstimate as DesignEstimate
    from maalbib.stats.surveys._design_estimates import design_mean as design_mean
    from maalbib.stats.surveys._design_estimates import design_share as design_share
    from maalbib.stats.surveys._design_estimates import design_total as design_total
    from maalbib.stats.surveys._distribution import AnswerDistribution as AnswerDistribution
    from maalbib.stats.surveys._distribution import answer_distribution as answer_distribution
    from maalbib.stats.surveys._intraclass import IntraclassCorrelation as IntraclassCorrelation
    from maalbib.stats.surveys._intraclass import intraclass_correlation as intraclass_correlation
    from maalbib.stats.surveys._needed import AnswersNeeded as AnswersNeeded
    from maalbib.stats.surveys._nonresponse import NonresponseBounds as NonresponseBounds
    from maalbib.stats.surveys._nonresponse import nonresponse_bounds as nonresponse_bounds
    from maalbib.stats.surveys._persons import PersonScores as PersonScores
    from maalbib.stats.surveys._persons import person_scores as person_scores
    from maalbib.stats.surveys._reading import ReadDifference as ReadDifference
    from maalbib.stats.surveys._reading import read_difference as read_difference
    from maalbib.stats.surveys._reliability import UnitReliability as UnitReliability
    from maalbib.stats.surveys._reliability import answers_for_reliability as answers_for_reliability
    from maalbib.stats.surveys._reliability import unit_reliability as unit_reliability
    from maalbib.stats.surveys._sample_size import DetectableDifference as DetectableDifference
    from maalbib.stats.surveys._sample_size import answers_for_difference as answers_for_difference
    from maalbib.stats.surveys._sample_size import detectable_difference as detectable_difference
    from maalbib.stats.surveys._scale_means import ScaleMean as ScaleMean
    from maalbib.stats.surveys._scale_means import scale_mean as scale_mean

__all__ = [
    "AR1MannKendall",
    "AdjustedLimits",
    "AnswerDistribution",
    "AnswersNeeded",
    "ArrivalInterval",
    "Assurance",
    "Attainable",
    "BaselineAutocorrelation",
    "BaselineSeasonality",
    "Benchmark",
    "BernoulliCusum",
    "BetaBinomial",
    "BetweenVariance",
    "BlockHeterogeneity",
    "BoardByChance",
    "Cagr",
    "CompositePlans",
    "CompositeRange",
    "Contrast",
    "Contributions",
    "ControlLimits",
    "DesignEstimate",
    "DestatisWeather",
    "DetectableDifference",
    "DirectionalEfficiency",
    "Dispersion",
    "Distances",
    "Efficiency",
    "EfficiencyBootstrap",
    "EfficiencyLadder",
    "ExactTest",
    "ExpectedByChance",
    "ExpectedCount",
    "ExpectedFalse",
    "ExpectedFlags",
    "ExpectedGiven",
    "FalseAlarmRate",
    "FunnelLimits",
    "GammaPoisson",
    "GroupDifference",
    "GrowthScore",
    "HealthyPeopleProgress",
    "Hierarchy",
    "HierarchyLevel",
    "HyperbolicEfficiency",
    "Interval",
    "IntraclassCorrelation",
    "KendallAssociation",
    "LeftOut",
    "LogisticLine",
    "Malmquist",
    "MannKendall",
    "MeanBounds",
    "MeanContrast",
    "MeanGap",
    "MeanInterval",
    "MeanShare",
    "MedianInterval",
    "MergerGains",
    "Nearest",
    "NhsAssurance",
    "NonresponseBounds",
    "Normalised",
    "Overdispersion",
    "OwnPart",
    "PairGap",
    "PairedRankSets",
    "PartialAssociation",
    "PartialMannKendall",
    "PeerDrift",
    "PeerGraph",
    "PeerOverlap",
    "PercentileRank",
    "PersonScores",
    "Pettitt",
    "PiloteAttainment",
    "Position",
    "Profile",
    "Projection",
    "ProportionTrend",
    "PublishedBase",
    "Quantile",
    "QuantileEfficiency",
    "QuantileGroups",
    "RankAssociation",
    "RankSets",
    "Ranks",
    "Rate",
    "ReadDifference",
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
    "ScaleEfficiency",
    "ScaleMean",
    "SeasonalMannKendall",
    "Segmentation",
    "SensitivityPlan",
    "Shrinkage",
    "SlopeIndex",
    "SlopeTest",
    "StandardPopulation",
    "StandardisedRate",
    "StandardisedRatio",
    "StepOrLine",
    "StochasticFrontier",
    "Subgroups",
    "SuperEfficiency",
    "SurveyDesign",
    "SystematicVariation",
    "Tarone",
    "TheilSen",
    "TopBox",
    "TreatedExtremes",
    "TrendBatch",
    "TrendGate",
    "TrendScores",
    "UnProgress",
    "UnitReliability",
    "WeightedSlope",
    "WhoPath",
    "adjust_p_values",
    "adjusted_funnel_limits",
    "answer_distribution",
    "answers_for_difference",
    "answers_for_reliability",
    "apply_rules",
    "ar1_mann_kendall",
    "arrival_interval",
    "arrival_time",
    "assurance",
    "attainable_p_values",
    "baseline_autocorrelation",
    "baseline_seasonality",
    "benchmark",
    "benjamini_heyse",
    "benjamini_hochberg",
    "bernoulli_cusum",
    "beta_binomial",
    "between_variance",
    "block_heterogeneity",
    "board_by_chance",
    "bootstrap_efficiency",
    "bounded_projection",
    "byar_interval",
    "cagr",
    "composite_range",
    "compound_projection",
    "contributions",
    "control_limits",
    "corrected_efficiency",
    "count_interval",
    "design_mean",
    "design_share",
    "design_total",
    "destatis_weather",
    "detectable_difference",
    "directional_efficiency",
    "dispersion",
    "efficiency",
    "efficiency_ladder",
    "euclidean_distance",
    "eustat_progress",
    "expected_by_chance",
    "expected_count",
    "expected_false_findings",
    "expected_flags",
    "expected_given",
    "false_alarm_rate",
    "fisher_test",
    "float_noise",
    "funnel_limits",
    "gamma_poisson",
    "gower_distance",
    "group_difference",
    "healthy_people_progress",
    "hierarchical_benjamini_hochberg",
    "hit_probability",
    "hyperbolic_efficiency",
    "intraclass_correlation",
    "kendall",
    "left_out_projections",
    "linear_projection",
    "logistic_line",
    "mahalanobis_distance",
    "malmquist",
    "mann_kendall",
    "mean_difference",
    "mean_gap",
    "mean_interval",
    "mean_interval_from",
    "mean_share",
    "median_interval",
    "merger_gains",
    "multinomial_rank_sets",
    "nearest",
    "need_distance",
    "nhs_assurance",
    "nonresponse_bounds",
    "normalise",
    "overdispersion",
    "own_part_removed",
    "pair_gap",
    "paired_rank_sets",
    "partial_kendall",
    "partial_mann_kendall",
    "partial_spearman",
    "peer_drift",
    "peer_graph",
    "peer_overlap",
    "percentile_rank",
    "person_scores",
    "pettitt",
    "pilote_attainment",
    "poisson_interval",
    "position",
    "post_stratify",
    "profile",
    "profiles",
    "proportion_difference",
    "proportion_interval",
    "proportion_trend",
    "published_base",
    "quantile",
    "quantile_efficiency",
    "quantile_groups",
    "rake",
    "random_walk_projection",
    "rank_sets",
    "ranks",
    "rate",
    "rate_ratio",
    "rate_test",
    "read_difference",
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
    "scale_efficiency",
    "scale_mean",
    "scale_mean_bounds",
    "score_class",
    "score_tree",
    "seasonal_mann_kendall",
    "segmentation",
    "segments_with_rebases",
    "shrinkage",
    "slope_index",
    "slope_test",
    "spearman",
    "standard_population",
    "standard_populations",
    "standardised_rate",
    "standardised_ratio",
    "statcan_progress",
    "step_or_line",
    "stochastic_frontier",
    "subgroups",
    "super_efficiency",
    "survey_design",
    "systematic_variation",
    "tarone",
    "theil_sen",
    "top_box",
    "treat_extremes",
    "trend_batch",
    "trend_gate",
    "trend_scores",
    "un_progress",
    "unit_reliability",
    "weighted_slope",
    "who_path",
    "wilson_interval",
    "xmr_limits",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    _HOME = {
        "AR1MannKendall": "maalbib.stats._ar1",
        "AdjustedLimits": "maalbib.stats.funnels._adjusted_limits",
        "AnswerDistribution": "maalbib.stats.surveys._distribution",
        "AnswersNeeded": "maalbib.stats.surveys._needed",
        "ArrivalInterval": "maalbib.stats._arrival_interval",
        "Assurance": "maalbib.stats.charts._assurance",
        "Attainable": "maalbib.stats._attainable",
        "BaselineAutocorrelation": "maalbib.stats.charts._baseline_warnings",
        "BaselineSeasonality": "maalbib.stats.charts._baseline_warnings",
        "Benchmark": "maalbib.stats.funnels._benchmark",
        "BernoulliCusum": "maalbib.stats.charts._bernoulli_cusum",
        "BetaBinomial": "maalbib.stats.shrunken._beta_binomial",
        "BetweenVariance": "maalbib.stats.shrunken._between",
        "BlockHeterogeneity": "maalbib.stats._heterogeneity",
        "BoardByChance": "maalbib.stats.funnels._board",
        "Cagr": "maalbib.stats._cagr",
        "CompositePlans": "maalbib.stats.composite._result",
        "CompositeRange": "maalbib.stats.composite._result",
        "Contrast": "maalbib.stats.rates._contrasts",
        "Contributions": "maalbib.stats.likeness._contributions",
        "ControlLimits": "maalbib.stats.charts._limits",
        "DesignEstimate": "maalbib.stats.surveys._design_estimate",
        "DestatisWeather": "maalbib.stats.published._destatis",
        "DetectableDifference": "maalbib.stats.surveys._sample_size",
        "DirectionalEfficiency": "maalbib.stats.frontier._directional",
        "Dispersion": "maalbib.stats._dispersion_measures",
        "Distances": "maalbib.stats.likeness._distances",
        "Efficiency": "maalbib.stats.frontier._efficiency_result",
        "EfficiencyBootstrap": "maalbib.stats.frontier._bootstrap_figures",
        "EfficiencyLadder": "maalbib.stats.frontier._ladder",
        "ExactTest": "maalbib.stats.rates._exact_tests",
        "ExpectedByChance": "maalbib.stats._expected_false",
        "ExpectedCount": "maalbib.stats.rates._indirect",
        "ExpectedFalse": "maalbib.stats._expected_false",
        "ExpectedFlags": "maalbib.stats.charts._expected_flags",
        "ExpectedGiven": "maalbib.stats.likeness._expected",
        "FalseAlarmRate": "maalbib.stats.charts._false_alarms",
        "FunnelLimits": "maalbib.stats.funnels._funnel_limits",
        "GammaPoisson": "maalbib.stats.shrunken._gamma_poisson",
        "GroupDifference": "maalbib.stats._group_difference",
        "GrowthScore": "maalbib.stats.published._growth",
        "HealthyPeopleProgress": "maalbib.stats.published._healthy_people",
        "Hierarchy": "maalbib.stats._hierarchy",
        "HierarchyLevel": "maalbib.stats._hierarchy",
        "HyperbolicEfficiency": "maalbib.stats.frontier._hyperbolic",
        "Interval": "maalbib.stats._intervals",
        "IntraclassCorrelation": "maalbib.stats.surveys._intraclass",
        "KendallAssociation": "maalbib.stats._association",
        "LeftOut": "maalbib.stats._left_out",
        "LogisticLine": "maalbib.stats._logistic_line",
        "Malmquist": "maalbib.stats.frontier._malmquist",
        "MannKendall": "maalbib.stats._mann_kendall",
        "MeanBounds": "maalbib.stats._scale_mean",
        "MeanContrast": "maalbib.stats.rates._contrasts",
        "MeanGap": "maalbib.stats._gap",
        "MeanInterval": "maalbib.stats.rates._means",
        "MeanShare": "maalbib.stats.rates._mean_share",
        "MedianInterval": "maalbib.stats.rates._medians",
        "MergerGains": "maalbib.stats.frontier._merger",
        "Nearest": "maalbib.stats.likeness._nearest",
        "NhsAssurance": "maalbib.stats.published._nhs",
        "NonresponseBounds": "maalbib.stats.surveys._nonresponse",
        "Normalised": "maalbib.stats.ranking._normalise",
        "Overdispersion": "maalbib.stats.funnels._overdispersion",
        "OwnPart": "maalbib.stats.rates._own_part",
        "PairGap": "maalbib.stats._pair_gap",
        "PairedRankSets": "maalbib.stats.ranking._rank_sets",
        "PartialAssociation": "maalbib.stats._partial_association",
        "PartialMannKendall": "maalbib.stats._partial",
        "PeerDrift": "maalbib.stats.likeness._graph",
        "PeerGraph": "maalbib.stats.likeness._graph",
        "PeerOverlap": "maalbib.stats.likeness._graph",
        "PercentileRank": "maalbib.stats.ranking._percentile_rank",
        "PersonScores": "maalbib.stats.surveys._persons",
        "Pettitt": "maalbib.stats._pettitt",
        "PiloteAttainment": "maalbib.stats.published._pilote",
        "Position": "maalbib.stats.ranking._position",
        "Profile": "maalbib.stats.published._profile",
        "Projection": "maalbib.stats._projection",
        "ProportionTrend": "maalbib.stats._proportion_trend",
        "PublishedBase": "maalbib.stats.published._base",
        "Quantile": "maalbib.stats.funnels._quantile",
        "QuantileEfficiency": "maalbib.stats.frontier._quantile_frontier",
        "QuantileGroups": "maalbib.stats.funnels._quantile_groups",
        "RankAssociation": "maalbib.stats._association",
        "RankSets": "maalbib.stats.ranking._sets",
        "Ranks": "maalbib.stats.ranking._ranks",
        "Rate": "maalbib.stats.rates._rate",
        "ReadDifference": "maalbib.stats.surveys._reading",
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
        "ScaleEfficiency": "maalbib.stats.frontier._scale_efficiency",
        "ScaleMean": "maalbib.stats.surveys._scale_means",
        "SeasonalMannKendall": "maalbib.stats._season_covariance",
        "Segmentation": "maalbib.stats._segmentation",
        "SensitivityPlan": "maalbib.stats.composite._plan",
        "Shrinkage": "maalbib.stats.shrunken._shrunk",
        "SlopeIndex": "maalbib.stats.rates._slope_index",
        "SlopeTest": "maalbib.stats._slope_test",
        "StandardPopulation": "maalbib.stats.rates._standard_populations",
        "StandardisedRate": "maalbib.stats.rates._direct",
        "StandardisedRatio": "maalbib.stats.rates._indirect",
        "StepOrLine": "maalbib.stats._step_or_line",
        "StochasticFrontier": "maalbib.stats.frontier._stochastic_result",
        "Subgroups": "maalbib.stats.charts._subgroups",
        "SuperEfficiency": "maalbib.stats.frontier._super_efficiency",
        "SurveyDesign": "maalbib.stats.surveys._design",
        "SystematicVariation": "maalbib.stats.shrunken._systematic",
        "Tarone": "maalbib.stats._discrete",
        "TheilSen": "maalbib.stats._theil_sen",
        "TopBox": "maalbib.stats.surveys._boxes",
        "TreatedExtremes": "maalbib.stats.composite._extremes",
        "TrendBatch": "maalbib.stats._trend_batch",
        "TrendGate": "maalbib.stats._gate",
        "TrendScores": "maalbib.stats._trend_scores",
        "UnProgress": "maalbib.stats.published._un_chart",
        "UnitReliability": "maalbib.stats.surveys._reliability",
        "WeightedSlope": "maalbib.stats._weighted_slope",
        "WhoPath": "maalbib.stats.published._who",
        "adjust_p_values": "maalbib.stats._multiplicity",
        "adjusted_funnel_limits": "maalbib.stats.funnels._adjusted_limits",
        "answer_distribution": "maalbib.stats.surveys._distribution",
        "answers_for_difference": "maalbib.stats.surveys._sample_size",
        "answers_for_reliability": "maalbib.stats.surveys._reliability",
        "apply_rules": "maalbib.stats.charts._rules",
        "ar1_mann_kendall": "maalbib.stats._ar1",
        "arrival_interval": "maalbib.stats._arrival_interval",
        "arrival_time": "maalbib.stats._target",
        "assurance": "maalbib.stats.charts._assurance",
        "attainable_p_values": "maalbib.stats._attainable",
        "baseline_autocorrelation": "maalbib.stats.charts._baseline_warnings",
        "baseline_seasonality": "maalbib.stats.charts._baseline_warnings",
        "benchmark": "maalbib.stats.funnels._benchmark",
        "benjamini_heyse": "maalbib.stats._discrete",
        "benjamini_hochberg": "maalbib.stats._multiplicity",
        "bernoulli_cusum": "maalbib.stats.charts._bernoulli_cusum",
        "beta_binomial": "maalbib.stats.shrunken._beta_binomial",
        "between_variance": "maalbib.stats.shrunken._between",
        "block_heterogeneity": "maalbib.stats._heterogeneity",
        "board_by_chance": "maalbib.stats.funnels._board",
        "bootstrap_efficiency": "maalbib.stats.frontier._bootstrap",
        "bounded_projection": "maalbib.stats._bounded_projection",
        "byar_interval": "maalbib.stats._intervals",
        "cagr": "maalbib.stats._cagr",
        "composite_range": "maalbib.stats.composite._range",
        "compound_projection": "maalbib.stats._compound_projection",
        "contributions": "maalbib.stats.likeness._contributions",
        "control_limits": "maalbib.stats.charts._kinds",
        "corrected_efficiency": "maalbib.stats.frontier._bootstrap_figures",
        "count_interval": "maalbib.stats.rates._counts",
        "design_mean": "maalbib.stats.surveys._design_estimates",
        "design_share": "maalbib.stats.surveys._design_estimates",
        "design_total": "maalbib.stats.surveys._design_estimates",
        "destatis_weather": "maalbib.stats.published._destatis",
        "detectable_difference": "maalbib.stats.surveys._sample_size",
        "directional_efficiency": "maalbib.stats.frontier._directional",
        "dispersion": "maalbib.stats._dispersion_measures",
        "efficiency": "maalbib.stats.frontier._efficiency",
        "efficiency_ladder": "maalbib.stats.frontier._ladder",
        "euclidean_distance": "maalbib.stats.likeness._distances",
        "eustat_progress": "maalbib.stats.published._eustat",
        "expected_by_chance": "maalbib.stats._expected_false",
        "expected_count": "maalbib.stats.rates._indirect",
        "expected_false_findings": "maalbib.stats._expected_false",
        "expected_flags": "maalbib.stats.charts._expected_flags",
        "expected_given": "maalbib.stats.likeness._expected",
        "false_alarm_rate": "maalbib.stats.charts._false_alarms",
        "fisher_test": "maalbib.stats.rates._exact_tests",
        "float_noise": "maalbib.stats._float_noise",
        "funnel_limits": "maalbib.stats.funnels._funnel_limits",
        "gamma_poisson": "maalbib.stats.shrunken._gamma_poisson",
        "gower_distance": "maalbib.stats.likeness._distances",
        "group_difference": "maalbib.stats._group_difference",
        "healthy_people_progress": "maalbib.stats.published._healthy_people",
        "hierarchical_benjamini_hochberg": "maalbib.stats._hierarchy",
        "hit_probability": "maalbib.stats._target",
        "hyperbolic_efficiency": "maalbib.stats.frontier._hyperbolic",
        "intraclass_correlation": "maalbib.stats.surveys._intraclass",
        "kendall": "maalbib.stats._association",
        "left_out_projections": "maalbib.stats._left_out",
        "linear_projection": "maalbib.stats._linear_projection",
        "logistic_line": "maalbib.stats._logistic_line",
        "mahalanobis_distance": "maalbib.stats.likeness._distances",
        "malmquist": "maalbib.stats.frontier._malmquist",
        "mann_kendall": "maalbib.stats._mann_kendall",
        "mean_difference": "maalbib.stats.rates._contrasts",
        "mean_gap": "maalbib.stats._gap",
        "mean_interval": "maalbib.stats.rates._means",
        "mean_interval_from": "maalbib.stats.rates._means",
        "mean_share": "maalbib.stats.rates._mean_share",
        "median_interval": "maalbib.stats.rates._medians",
        "merger_gains": "maalbib.stats.frontier._merger",
        "multinomial_rank_sets": "maalbib.stats.ranking._multinomial",
        "nearest": "maalbib.stats.likeness._nearest",
        "need_distance": "maalbib.stats.likeness._distances",
        "nhs_assurance": "maalbib.stats.published._nhs",
        "nonresponse_bounds": "maalbib.stats.surveys._nonresponse",
        "normalise": "maalbib.stats.ranking._normalise",
        "overdispersion": "maalbib.stats.funnels._overdispersion",
        "own_part_removed": "maalbib.stats.rates._own_part",
        "pair_gap": "maalbib.stats._pair_gap",
        "paired_rank_sets": "maalbib.stats.ranking._rank_sets",
        "partial_kendall": "maalbib.stats._partial_association",
        "partial_mann_kendall": "maalbib.stats._partial",
        "partial_spearman": "maalbib.stats._partial_association",
        "peer_drift": "maalbib.stats.likeness._graph",
        "peer_graph": "maalbib.stats.likeness._graph",
        "peer_overlap": "maalbib.stats.likeness._graph",
        "percentile_rank": "maalbib.stats.ranking._percentile_rank",
        "person_scores": "maalbib.stats.surveys._persons",
        "pettitt": "maalbib.stats._pettitt",
        "pilote_attainment": "maalbib.stats.published._pilote",
        "poisson_interval": "maalbib.stats._intervals",
        "position": "maalbib.stats.ranking._position",
        "post_stratify": "maalbib.stats.surveys._calibration",
        "profile": "maalbib.stats.published._profile",
        "profiles": "maalbib.stats.published._profile",
        "proportion_difference": "maalbib.stats.rates._contrasts",
        "proportion_interval": "maalbib.stats.rates._proportions",
        "proportion_trend": "maalbib.stats._proportion_trend",
        "published_base": "maalbib.stats.published._base",
        "quantile": "maalbib.stats.funnels._quantile",
        "quantile_efficiency": "maalbib.stats.frontier._quantile_frontier",
        "quantile_groups": "maalbib.stats.funnels._quantile_groups",
        "rake": "maalbib.stats.surveys._calibration",
        "random_walk_projection": "maalbib.stats._random_walk",
        "rank_sets": "maalbib.stats.ranking._rank_sets",
        "ranks": "maalbib.stats.ranking._ranks",
        "rate": "maalbib.stats.rates._rate",
        "rate_ratio": "maalbib.stats.rates._contrasts",
        "rate_test": "maalbib.stats.rates._exact_tests",
        "read_difference": "maalbib.stats.surveys._reading",
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
        "scale_efficiency": "maalbib.stats.frontier._scale_efficiency",
        "scale_mean": "maalbib.stats.surveys._scale_means",
        "scale_mean_bounds": "maalbib.stats._scale_mean",
        "score_class": "maalbib.stats.published._score_tree",
        "score_tree": "maalbib.stats.published._score_tree",
        "seasonal_mann_kendall": "maalbib.stats._season_covariance",
        "segmentation": "maalbib.stats._segmentation",
        "segments_with_rebases": "maalbib.stats.charts._rebased_segments",
        "shrinkage": "maalbib.stats.shrunken._shrunk",
        "slope_index": "maalbib.stats.rates._slope_index",
        "slope_test": "maalbib.stats._slope_test",
        "spearman": "maalbib.stats._association",
        "standard_population": "maalbib.stats.rates._standard_populations",
        "standard_populations": "maalbib.stats.rates._standard_populations",
        "standardised_rate": "maalbib.stats.rates._direct",
        "standardised_ratio": "maalbib.stats.rates._indirect",
        "statcan_progress": "maalbib.stats.published._statcan",
        "step_or_line": "maalbib.stats._step_or_line",
        "stochastic_frontier": "maalbib.stats.frontier._stochastic",
        "subgroups": "maalbib.stats.charts._subgroups",
        "super_efficiency": "maalbib.stats.frontier._super_efficiency",
        "survey_design": "maalbib.stats.surveys._design",
        "systematic_variation": "maalbib.stats.shrunken._systematic",
        "tarone": "maalbib.stats._discrete",
        "theil_sen": "maalbib.stats._theil_sen",
        "top_box": "maalbib.stats.surveys._boxes",
        "treat_extremes": "maalbib.stats.composite._extremes",
        "trend_batch": "maalbib.stats._trend_batch",
        "trend_gate": "maalbib.stats._gate",
        "trend_scores": "maalbib.stats._trend_scores",
        "un_progress": "maalbib.stats.published._un_chart",
        "unit_reliability": "maalbib.stats.surveys._reliability",
        "weighted_slope": "maalbib.stats._weighted_slope",
        "who_path": "maalbib.stats.published._who",
        "wilson_interval": "maalbib.stats._intervals",
        "xmr_limits": "maalbib.stats.charts._xmr",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    """Offer the public names only, also to completion."""
    return sorted(__all__)
