"""New levels: proposed with evidence, decided with a reason, refused where they cannot be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.charts import _piece, _rebase

NAN = math.nan
NHS = stats.rule_set("nhs_mdc")
LOW = [4.0, 6, 5, 7, 5, 6, 4, 5, 6, 5, 6, 4]
HIGH = [9.0, 8, 9, 11, 10, 8, 9, 10]


def candidates(values: Any, **options: Any) -> stats.RebaseCandidates:
    """Candidates of a chart frozen after a year."""
    limits = stats.xmr_limits(values, baseline=12, segments=options.pop("segments", None))
    return stats.rebase_candidates(limits, stats.apply_rules(limits, options.pop("rules", NHS)), **options)


class TestCandidates:
    """What is proposed."""

    def test_evidence(self) -> None:
        """Shift, interval and gain as SciPy and the definition have them."""
        found = candidates(LOW + HIGH)
        t = scipy_stats.ttest_ind(HIGH, LOW).confidence_interval(0.95)
        assert_allclose(
            [found.shift[0], found.shift_lower[0], found.shift_upper[0]],
            [np.mean(HIGH) - np.mean(LOW), t.low, t.high],
            rtol=1e-9,
        )
        one = scipy_stats.norm.logpdf(LOW + HIGH, np.mean(LOW + HIGH), np.std(LOW + HIGH)).sum()
        off = np.concatenate([LOW - np.mean(LOW), HIGH - np.mean(HIGH)])
        two = scipy_stats.norm.logpdf(off, 0, np.sqrt(np.mean(off**2))).sum()
        assert_allclose(found.gain, two - one, rtol=1e-9)
        assert found.position.tolist() == [12]
        assert (found.before.tolist(), found.after.tolist(), found.run_length.tolist()) == ([12], [8], [8])
        assert (found.rule.tolist(), found.direction.tolist()) == (["run_7"], [1])
        assert (found.lasted.tolist(), found.going_on.tolist()) == ([True], [True])

    def test_lasting(self) -> None:
        """A run of seven lasts seven, not eight; one that ended is told as such."""
        values = LOW + HIGH[:7] + [5.0, 4.0]
        assert candidates(values).lasted.tolist() == [False]
        assert candidates(values, lasting=7).lasted.tolist() == [True]
        assert candidates(values).going_on.tolist() == [False]

    def test_nothing_to_propose(self) -> None:
        """A stable series, one without variation, and a run with nothing before it."""
        assert candidates([LOW + LOW, [5.0] * 24]).series.shape == (0,)
        assert candidates(HIGH + LOW[:4]).series.shape == (0,)
        assert stats.rebase_candidates(
            stats.xmr_limits(np.empty((0, 9))), stats.apply_rules(stats.xmr_limits(np.empty((0, 9))), NHS)
        ).gain.shape == (0,)

    def test_segments(self) -> None:
        """Evidence comes from the segment alone."""
        values = [100.0] * 5 + LOW + HIGH
        found = candidates(values, segments=[0] * 5 + [1] * 20)
        assert (found.position.tolist(), found.before.tolist()) == ([17], [12])
        assert_allclose(found.shift, np.mean(HIGH) - np.mean(LOW))

    def test_two_levels_explain_everything(self) -> None:
        """Without any other variation the gain is infinite."""
        limits = stats.control_limits("run", [1.0] * 8 + [2.0] * 8, centre=1.5)
        found = stats.rebase_candidates(limits, stats.apply_rules(limits, NHS))
        assert found.position.tolist() == [8]
        assert found.gain.tolist() == [math.inf]
        assert found.shift_lower.tolist() == found.shift_upper.tolist() == [1.0]

    def test_anhoej_proposes_too(self) -> None:
        """A run that is too long for a run chart is a candidate, passing over gaps."""
        values = [*LOW, *HIGH, NAN, *HIGH]
        limits = stats.control_limits("run", values, baseline=12)
        found = stats.rebase_candidates(limits, stats.apply_rules(limits, stats.rule_set("anhoej")))
        assert (found.position.tolist(), found.rule.tolist()) == ([12], ["longest_run"])
        assert (found.run_length.tolist(), found.going_on.tolist()) == ([16], [True])

    def test_several_rules_name_a_run_once(self) -> None:
        """The rule that the set shows first gives its name."""
        rules = [
            {"id": "run_5", "kind": "run_side", "length": 5, "on_centre": "breaks"},
            {"id": "run_8", "kind": "run_side", "length": 8, "on_centre": "breaks"},
        ]
        data = {"id": "two", "version": "1", "limits": {"kind": "xmr"}, "rules": rules}
        own = stats.RuleSet.from_dict(data | {"display_priority": ["run_8", "run_5"]})
        assert candidates(LOW + HIGH, rules=own).rule.tolist() == ["run_8"]
        assert candidates(LOW + HIGH[:7], rules=own).rule.tolist() == ["run_5"]

    def test_many_series_are_judged_as_each_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In order of series and position, whatever the pieces."""
        rng = np.random.default_rng(5)
        values = np.where(rng.random((60, 40)) < 0.05, NAN, np.cumsum(rng.normal(size=(60, 40)), axis=1))
        together = candidates(values)
        assert (np.diff(together.series * 100 + together.position) > 0).all()
        assert len(together.series) > 20
        for module in (_piece, _rebase):
            monkeypatch.setattr(module, "_VALUES", 200)
        assert candidates(values) == together
        for row in range(60):
            alone, here = candidates(values[row]), together.series == row
            for name in ("position", "rule", "shift", "shift_lower", "gain", "before", "after", "lasted"):
                assert_array_equal(getattr(alone, name), getattr(together, name)[here])

    @given(st.lists(st.integers(0, 12).map(float), min_size=13, max_size=40), st.sampled_from([2.0, 0.01]))
    def test_laws(self, values: list[float], scale: float) -> None:
        """Shift and scale move what has a unit; negation turns directions."""
        one, other, turned = (
            candidates(way(np.array(values))) for way in (lambda y: y, lambda y: y * scale + 50, lambda y: -y)
        )
        assert_array_equal(one.position, other.position)
        assert_allclose(other.shift, one.shift * scale, atol=1e-12)
        assert_allclose(other.gain, one.gain, rtol=1e-6, atol=1e-9)
        assert_array_equal(one.direction, -turned.direction)
        assert_allclose(one.shift, -turned.shift, atol=1e-12)

    def test_arguments(self) -> None:
        """A wrong argument is told."""
        limits = stats.xmr_limits(LOW)
        hits = stats.apply_rules(stats.xmr_limits(HIGH), NHS)
        with pytest.raises(ArgumentError, match="hits must have the shape"):
            stats.rebase_candidates(limits, hits)
        for wrong in ({"lasting": 0}, {"min_before": 0}, {"confidence": 1}):
            with pytest.raises(ArgumentError):
                candidates(LOW, **wrong)


class TestDecisions:
    """What has been decided."""

    def test_limits_follow(self) -> None:
        """The old level keeps its limits, the new one has its own."""
        values = LOW + HIGH
        before = stats.xmr_limits(values[:12])
        labels = stats.segments_with_rebases(values, [12], ["Ny visitation"])
        after = stats.xmr_limits(values, segments=labels, min_points_trial=8)
        assert_array_equal(after.upper[:12], before.upper)
        assert after.centre[-1] == np.mean(HIGH)

    def test_one_series_of_several_and_all(self) -> None:
        """A decision is about one series, or about all."""
        values = [[1.0] * 6, [2.0] * 6]
        labels = stats.segments_with_rebases(values, [2, 4], ["a", "b"], series=[0, 1])
        assert labels.tolist() == [[0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1]]
        assert stats.segments_with_rebases(values, [3], ["both"]).tolist() == [[0, 0, 0, 1, 1, 1]] * 2
        kept = stats.segments_with_rebases(values, [4], ["c"], segments=[7, 7, 9, 9, 9, 9], series=[1])
        assert kept.tolist() == [[0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2]]
        assert stats.segments_with_rebases(values[0], [], []).tolist() == [0] * 6

    @pytest.mark.parametrize(
        ("at", "reasons", "options", "message"),
        [
            ([3], [""], {}, "needs a reason"),
            ([3], [None], {}, "needs a reason"),
            ([3], [], {}, "needs a reason"),
            ([3], "why", {}, "needs a reason"),
            ([0], ["a"], {}, "outside the series"),
            ([1], ["a"], {}, "no value comes before it"),
            ([-2], ["a"], {}, "outside the series"),
            ([8], ["a"], {}, "outside the series"),
            ([6], ["a"], {}, "after the latest value"),
            ([3, 3], ["a", "b"], {}, "begins at period 3 already"),
            ([3], ["a"], {"segments": [0, 0, 0, 1, 1, 1, 1, 1]}, "begins at period 3 already"),
            ([3], ["a"], {"series": [1]}, "series must lie between 0 and 0"),
            ([3], ["a"], {"series": [0, 0]}, "series must have the shape"),
            ([2.5], ["a"], {}, "at must be a whole number"),
            ([[3]], ["a"], {}, "at must have the shape"),
            ([3], ["a"], {"segments": [0.5] * 8}, "segments must have the shape"),
        ],
    )
    def test_refused(self, at: Any, reasons: Any, options: dict[str, Any], message: str) -> None:
        """No reason, outside the series, in the future, or where a segment begins already."""
        values = [NAN, 1.0, 2.0, 1.0, 2.0, 1.0, NAN, NAN]
        with pytest.raises(ArgumentError, match=message):
            stats.segments_with_rebases(values, at, reasons, **options)
