"""False alarms, what makes limits misleading, and rare events one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

NAN = math.nan
NHS = stats.rule_set("nhs_mdc", version="1")


class TestFalseAlarmRate:
    """Simulated rates."""

    def test_agrees_with_a_simulation_in_r(self, oracles: Path) -> None:
        """Independent, autocorrelated, seasonal series and counts, 12 to 60 points."""
        table = pd.read_csv(oracles / "statistics/own/xmr_false_alarm_simulated.csv")
        for row in table.itertuples():
            process, _, number = str(row.process).replace("_mean", "_").replace("_amp", "_").partition("_")
            parameter = float(number.removesuffix("sd")) if number else None
            found = stats.false_alarm_rate(
                NHS, int(row.points), process=process, parameter=parameter, replications=5_000
            )  # type: ignore[arg-type]
            assert found.any_point == pytest.approx(row.any_point_flagged, abs=0.03), row.case_id
            assert found.latest_point == pytest.approx(row.latest_point_flagged, abs=0.015), row.case_id
            assert found.points == pytest.approx(row.share_of_points_flagged, abs=0.015), row.case_id

    @pytest.mark.parametrize("name", ["anhoej", "best_box"])
    def test_runs_rules_have_their_exact_rate(self, name: Any) -> None:
        """Around the own median; simulated and counted exactly."""
        found = stats.false_alarm_rate(stats.rule_set(name), 24, replications=20_000)
        exact = stats.runs_limits(24, rule=name).false_alarm_own_median.item()
        assert found.any_point == pytest.approx(exact, abs=4 * found.any_point_se)
        assert found.latest_point == found.any_point == pytest.approx(found.points)

    def test_seed(self) -> None:
        """The same seed gives the same, another seed another; nothing is drawn from elsewhere."""
        one = stats.false_alarm_rate(NHS, 12, replications=1_000, seed=1)
        np.random.default_rng().normal()
        assert stats.false_alarm_rate(NHS, 12, replications=1_000, seed=1) is one  # remembered
        assert stats.false_alarm_rate(NHS, 12, replications=1_000, seed=2) != one

    def test_more_rules_more_alarms(self) -> None:
        """Version 2 speaks at least as often as version 1; every rule adds."""
        new = stats.rule_set("nhs_mdc", version="2")
        rates = [stats.false_alarm_rate(rules, 24, replications=2_000).points for rules in (NHS, new)]
        assert rates[0] <= rates[1]
        few = stats.RuleSet.from_dict(
            NHS.to_dict() | {"id": "few", "rules": NHS.to_dict()["rules"][:1], "display_priority": []}
        )
        assert stats.false_alarm_rate(few, 24, replications=2_000).any_point < 0.15

    def test_arguments(self) -> None:
        """A wrong argument is told."""
        wrong: list[dict[str, Any]] = [
            {"n": 0},
            {"process": "uniform"},
            {"parameter": 1.0},
            {"process": "ar1", "parameter": 1.0},
            {"process": "poisson", "parameter": 0.0},
            {"replications": 10},
            {"seed": -1},
            {"baseline": 0},
            {"rule_set": "nhs_mdc"},
        ]
        for arguments in wrong:
            with pytest.raises(ArgumentError):
                stats.false_alarm_rate(**({"rule_set": NHS, "n": 12} | arguments))


class TestExpectedFlags:
    """A board of many series."""

    def test_sum_and_spread(self) -> None:
        """Expected numbers add up; the spread holds chance and simulation."""
        found = stats.expected_flags(NHS, [12, 24], [100, 300], replications=2_000)
        rates = [stats.false_alarm_rate(NHS, n, replications=2_000) for n in (12, 24)]
        assert_allclose(found.latest, [100 * rates[0].latest_point, 300 * rates[1].latest_point])
        assert found.total_anywhere == pytest.approx(found.anywhere.sum())
        variance = sum(
            many * rate.latest_point * (1 - rate.latest_point) + (many * rate.latest_point_se) ** 2
            for many, rate in zip((100, 300), rates, strict=True)
        )
        assert found.sd_latest == pytest.approx(math.sqrt(variance))

    def test_98_municipalities_with_200_indicators(self) -> None:
        """Some 350 flags at the latest point, although nothing happened."""
        found = stats.expected_flags(NHS, 24, 98 * 200)
        assert 294 < found.total_latest < 400
        assert found.latest.shape == (1,)

    def test_arguments(self) -> None:
        """A wrong argument is told."""
        for n, series in (([0], 5), ([2.5], 5), ([[12]], 5), ([12, 24], [1, 2, 3])):
            with pytest.raises(ArgumentError):
                stats.expected_flags(NHS, n, series, replications=100)


class TestAutocorrelation:
    """Values that hang together over time."""

    @given(st.lists(st.integers(0, 30).map(float), min_size=20, max_size=40))
    def test_definition(self, values: list[float]) -> None:
        """Products of neighbours over squares."""
        found = stats.baseline_autocorrelation(stats.xmr_limits(values))
        off = np.array(values) - np.mean(values)
        if len(set(values)) == 1:
            assert found.reason.item() == "constant"
            return
        assert_allclose(found.r1, (off[1:] * off[:-1]).sum() / (off**2).sum(), atol=1e-12)
        assert found.limit.item() == pytest.approx(2 / math.sqrt(len(values)))
        assert found.autocorrelated.item() == (found.r1 > found.limit)

    def test_baseline_segments_and_gaps(self) -> None:
        """Only neighbours in one segment of the baseline count; a level per segment is no autocorrelation."""
        rng = np.random.default_rng(2)
        two_levels = np.concatenate([rng.normal(0, 1, 15), rng.normal(9, 1, 15)])
        labels = [0] * 15 + [1] * 15
        assert stats.baseline_autocorrelation(stats.xmr_limits(two_levels)).autocorrelated
        assert not stats.baseline_autocorrelation(stats.xmr_limits(two_levels, segments=labels)).autocorrelated
        frozen = stats.baseline_autocorrelation(stats.xmr_limits(two_levels, baseline=20))
        assert frozen.n.item() == 20
        gaps = np.where(np.arange(30) % 2 == 0, two_levels, NAN)
        assert stats.baseline_autocorrelation(stats.xmr_limits(gaps), min_points=10).r1.item() == 0

    def test_finds_what_it_should(self) -> None:
        """Rare without autocorrelation, common with 0.6."""
        rng = np.random.default_rng(4)
        white = rng.normal(size=(2_000, 36))
        slow = white.copy()
        for period in range(1, 36):
            slow[:, period] = 0.6 * slow[:, period - 1] + 0.8 * white[:, period]
        calm, found = (
            stats.baseline_autocorrelation(stats.xmr_limits(y)).autocorrelated.mean() for y in (white, slow)
        )
        assert calm < 0.03
        assert found > 0.7

    def test_short_and_empty(self) -> None:
        """Too few points are told."""
        found = stats.baseline_autocorrelation(stats.xmr_limits([[1, 2, 3, 4, 5] * 3, [NAN] * 15]))
        assert found.reason.tolist() == ["too_few_points"] * 2
        assert not found.autocorrelated.any()
        assert np.isnan(found.r1).all()
        assert stats.baseline_autocorrelation(stats.xmr_limits(np.empty((0, 3)))).r1.shape == (0,)


class TestSeasonality:
    """A yearly pattern."""

    @pytest.mark.parametrize("season", [0.0, 1.0, 3.0])
    def test_two_f_tests(self, season: float) -> None:
        """The better of a wave and of months, doubled; SciPy and least squares give the same."""
        rng = np.random.default_rng(6)
        values = np.where(rng.random(48) < 0.15, NAN, rng.normal(10, 2, 48))
        values += season * np.cos(np.arange(48) * np.pi / 6)
        there = np.isfinite(values)
        y, month = values[there], (np.arange(48) % 12)[there]
        months = scipy_stats.f_oneway(*[y[month == one] for one in range(12)]).pvalue
        design = np.column_stack([np.ones(len(y)), *(f(month * np.pi / 6) for f in (np.cos, np.sin))])
        rest = ((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2).sum()
        total = ((y - y.mean()) ** 2).sum()
        wave = scipy_stats.f(2, len(y) - 3).sf((total - rest) / 2 / (rest / (len(y) - 3)))
        found = stats.baseline_seasonality(stats.xmr_limits(values))
        assert_allclose(found.p_value, min(1, 2 * min(months, wave)), rtol=1e-9)

    def test_level(self) -> None:
        """At most the nominal share of series without a season, and most of those with one."""
        rng = np.random.default_rng(8)
        noise = rng.normal(size=(2_000, 24))
        wave = np.sin(2 * np.pi * np.arange(24) / 12)
        calm, found = (stats.baseline_seasonality(stats.xmr_limits(y)).seasonal.mean() for y in (noise, noise + wave))
        assert calm < 0.06
        assert found > 0.6

    def test_reasons(self) -> None:
        """Under two years, and constant."""
        found = stats.baseline_seasonality(stats.xmr_limits([[5.0] * 24, [1.0, 2.0] * 8 + [NAN] * 8]))
        assert found.reason.tolist() == ["constant", "too_few_points"]
        assert not found.seasonal.any()
        for wrong in ({"year": 2}, {"min_points": 12}, {"alpha": 0}):
            with pytest.raises(ArgumentError):
                stats.baseline_seasonality(stats.xmr_limits([1.0, 2.0]), **wrong)  # type: ignore[arg-type]

    def test_many_series_are_judged_as_each_alone(self) -> None:
        """Bit for bit, gaps and segments included."""
        rng = np.random.default_rng(9)
        values = np.where(rng.random((20, 36)) < 0.1, NAN, rng.normal(size=(20, 36)))
        labels = np.repeat([0, 1], 18)
        together = stats.baseline_seasonality(stats.xmr_limits(values, segments=labels))
        hanging = stats.baseline_autocorrelation(stats.xmr_limits(values, segments=labels))
        for row in range(20):
            limits = stats.xmr_limits(values[row], segments=labels)
            alone = stats.baseline_seasonality(limits)
            assert_array_equal(alone.p_value, together.p_value[row])
            assert_array_equal(alone.share, together.share[row])
            assert_array_equal(stats.baseline_autocorrelation(limits).r1, hanging.r1[row])


class TestBernoulliCusum:
    """Rare events, case by case."""

    @given(
        st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, NAN, 2.0]), max_size=40),
        st.sampled_from([(0.05, 0.2), (0.3, 0.1)]),
    )
    def test_slow_twin(self, cases: list[float], rates: tuple[float, float]) -> None:
        """Added up one by one, from 0 again after a signal."""
        p0, p1 = rates
        found = stats.bernoulli_cusum(cases, p0=p0, p1=p1, threshold=2.0)
        evidence, begun = 0.0, False
        for i, case in enumerate(cases):
            if case in {0.0, 1.0}:
                begun = True
                evidence = max(0.0, evidence + case * math.log(p1 / p0) + (1 - case) * math.log((1 - p1) / (1 - p0)))
            assert found.statistic[i] == pytest.approx(evidence if begun else NAN, abs=1e-12, nan_ok=True)
            assert found.reason[i] == (
                "" if case in {0.0, 1.0} else "value_out_of_range" if case == 2 else "missing_input"
            )
            signal = case in {0.0, 1.0} and evidence >= 2.0
            if abs(evidence - 2.0) > 1e-9:
                assert found.signal[i] == signal
            evidence = 0.0 if found.signal[i] else evidence

    def test_many_series(self) -> None:
        """As each alone; wrong arguments are told."""
        rng = np.random.default_rng(1)
        cases = (rng.random((5, 60)) < 0.1).astype(float)
        together = stats.bernoulli_cusum(cases, p0=0.02, p1=0.1, threshold=3)
        for row in range(5):
            alone = stats.bernoulli_cusum(cases[row], p0=0.02, p1=0.1, threshold=3)
            assert_array_equal(alone.statistic, together.statistic[row])
            assert_array_equal(alone.signal, together.signal[row])
        for wrong in ({"p0": 0}, {"p1": 0.02}, {"threshold": 0}):
            with pytest.raises(ArgumentError):
                stats.bernoulli_cusum(cases, **({"p0": 0.02, "p1": 0.1, "threshold": 3} | wrong))
        with pytest.raises(ArgumentError, match="outcomes must have the shape"):
            stats.bernoulli_cusum(1.0, p0=0.02, p1=0.1, threshold=3)
