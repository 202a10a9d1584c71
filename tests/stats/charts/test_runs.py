"""Runs analysis: published limits, enumeration of all sequences, other programs' verdicts, laws."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.charts import _runs

if TYPE_CHECKING:
    from pathlib import Path

NAN = math.nan


def counted(sides: tuple[int, ...]) -> tuple[int, int]:
    """Longest run and crossings of sides, one by one."""
    longest = run = 1
    for one, other in pairwise(sides):
        run = run + 1 if one == other else 1
        longest = max(longest, run)
    return longest, sum(one != other for one, other in pairwise(sides))


class TestDistribution:
    """The exact distribution."""

    @pytest.mark.parametrize("n", [1, 2, 3, 6, 9])
    @pytest.mark.parametrize("q", [0.5, 0.79, 0.1])
    def test_all_sequences(self, n: int, q: float) -> None:
        """Every sequence of sides, weighed by its probability."""
        for longest in range(1, n + 1):
            expected = np.zeros(n)
            for sides in product((0, 1), repeat=n):
                run, crossings = counted(sides)
                expected[crossings] += (run <= longest) * q ** sum(sides) * (1 - q) ** (n - sum(sides))
            assert_allclose(stats.runs_distribution(n, longest_run=longest, q=q), expected, rtol=0, atol=1e-14)

    @pytest.mark.parametrize("n", [1, 2, 5, 8, 10])
    def test_all_orders(self, n: int) -> None:
        """With a known number above, every order of them is equally likely."""
        seen = [(sum(sides), *counted(sides)) for sides in product((0, 1), repeat=n)]
        for above in range(n + 1):
            orders = [(run, crossings) for high, run, crossings in seen if high == above]
            for longest in range(1, n + 1):
                count = Counter(crossings for run, crossings in orders if run <= longest)
                expected = [count[c] / len(orders) for c in range(n)]
                found = stats.runs_distribution(n, longest_run=longest, above=above)
                assert_allclose(found, expected, rtol=0, atol=1e-14)

    @given(st.integers(1, 120), st.floats(0.01, 0.99))
    def test_laws(self, n: int, q: float) -> None:
        """Probabilities add up to 1, sides can be swapped, crossings at 1/2 are binomial."""
        assert_allclose(stats.runs_distribution(n, q=q).sum(), 1, rtol=1e-12)
        one, other = (stats.runs_distribution(n, longest_run=5, q=p) for p in (q, 1 - q))
        assert_allclose(one, other, rtol=1e-9, atol=1e-15)
        binomial = [math.comb(n - 1, c) / 2 ** (n - 1) for c in range(n)]
        assert_allclose(stats.runs_distribution(n), binomial, rtol=1e-11, atol=1e-300)
        assert_allclose(stats.runs_distribution(n, above=n // 3).sum(), 1, rtol=1e-11)

    def test_mixing_known_numbers_gives_the_known_centre(self) -> None:
        """Averaged over how many lie above, the second form is the first."""
        n, q, longest = 20, 0.7, 6
        mixed = sum(
            math.comb(n, a) * q**a * (1 - q) ** (n - a) * stats.runs_distribution(n, longest_run=longest, above=a)
            for a in range(n + 1)
        )
        assert_allclose(stats.runs_distribution(n, longest_run=longest, q=q), mixed, rtol=1e-12)

    def test_arguments(self) -> None:
        """A wrong argument is told."""
        for wrong in ({"n": 0}, {"n": 5, "longest_run": 0}, {"n": 5, "q": 1}, {"n": 5, "above": 6}):
            with pytest.raises(ArgumentError):
                stats.runs_distribution(**wrong)  # type: ignore[arg-type]


class TestLimits:
    """Limits of two rules."""

    def test_anhoej_limits(self, oracles: Path) -> None:
        """1 to 10,000 values."""
        table = pd.read_csv(oracles / "statistics/own/anhoej_limits.csv")
        small = table[table["n_useful"] <= 60]
        found = stats.runs_limits(small["n_useful"].to_numpy())
        assert_array_equal(found.longest_run_max, small["longest_run_max"])
        assert_array_equal(found.crossings_min, small["crossings_min"])
        for n, *limits in table[["n_useful", "longest_run_max", "crossings_min"]].to_numpy().tolist():
            assert list(_runs.box_of(n, "anhoej", 0.925, 0.8)) == limits

    def test_exact_rates(self, oracles: Path) -> None:
        """Limits of both rules, false alarms around a known centre and the own median, power."""
        table = pd.read_csv(oracles / "statistics/own/runs_exact.csv")
        for rule, rows in table.groupby("rule"):
            found = stats.runs_limits(rows["n_useful"].to_numpy(), rule=rule)  # type: ignore[arg-type]
            assert_array_equal(found.longest_run_max, rows["longest_run_max"])
            assert_array_equal(found.crossings_min, rows["crossings_min"])
            assert_allclose(found.false_alarm, rows["false_alarm_known_centre"], rtol=1e-9)
            assert_allclose(found.power, rows["power_shift_0_8_sd"], rtol=1e-9)
            told = rows["false_alarm_own_median"].notna().to_numpy()
            own = rows["false_alarm_own_median"][told]
            assert_allclose(found.false_alarm_own_median[told], own, rtol=1e-9)
            assert np.isnan(found.false_alarm_own_median[rows["n_useful"] % 2 == 1]).all()

    def test_verdicts(self, oracles: Path) -> None:
        """3,216 verdicts of both rules."""
        table = pd.read_csv(oracles / "statistics/own/runs_verdicts.csv")
        for rule, column in (("anhoej", "anhoej"), ("best_box", "bestbox")):
            limits = stats.runs_limits(table["n"].to_numpy(), rule=rule)  # type: ignore[arg-type]
            signal = (table["longest_run"] > limits.longest_run_max) | (table["crossings"] < limits.crossings_min)
            assert_array_equal(signal, table[column])

    @pytest.mark.parametrize(("n", "specificity", "shift"), [(12, 0.925, 0.8), (20, 0.99, 1.0), (26, 0.9, 0.5)])
    def test_best_box_is_the_best_of_all(self, n: int, specificity: float, shift: float) -> None:
        """Every pair of limits, tried."""
        q = 0.5 * math.erfc(-shift / math.sqrt(2))
        best = 0.0
        for longest in range(1, n + 1):
            stable = stats.runs_distribution(n, longest_run=longest)
            shifted = stats.runs_distribution(n, longest_run=longest, q=q)
            for crossings in range(n):
                if stable[crossings:].sum() >= specificity:
                    best = max(best, 1 - shifted[crossings:].sum())
        found = stats.runs_limits(n, rule="best_box", specificity=specificity, shift=shift)
        assert found.power.item() == pytest.approx(best, rel=1e-12)
        assert 1 - found.false_alarm.item() >= specificity

    def test_clinical_qikit_floor_and_at_least(self) -> None:
        """Rounding down and asking for "at least" more than doubles the false alarms; ours are those of the rule."""
        for n, ours, theirs in ((24, 0.031, 0.070), (60, 0.044, 0.14)):
            limits = stats.runs_limits(n)
            assert limits.false_alarm_own_median.round(3).item() == ours
            longest = math.floor(math.log2(n)) + 3 - 1  # a run of that length is a signal already
            passing = stats.runs_distribution(n, longest_run=longest, above=n // 2)
            other = 1 - passing[limits.crossings_min.item() :].sum()
            assert other == pytest.approx(theirs, abs=0.005)
        for n in range(10, 301):
            rounded = round(math.log2(n)) + 3
            assert _runs.box_of(n, "anhoej", 0.925, 0.8)[0] == rounded
            assert rounded != math.floor(math.log2(n)) + 3 - 1

    def test_edges(self) -> None:
        """No values, no limits; shapes are kept; wrong arguments are told."""
        found = stats.runs_limits([[0, 1], [5, 9]])
        assert found.reason.tolist() == [["too_few_points", ""], ["", ""]]
        assert np.isnan(found.false_alarm[0, 0])
        assert found.false_alarm[0, 1] == 0
        assert stats.runs_limits(np.empty(0, dtype=np.int64)).n.shape == (0,)
        for wrong in ({"n": -1}, {"n": 2.5}, {"n": 5, "rule": "nelson"}, {"n": 5, "shift": 0}):
            with pytest.raises(ArgumentError):
                stats.runs_limits(**wrong)  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match="specificity"):
            stats.runs_limits(5, specificity=1)


class TestRunsTest:
    """Runs of series."""

    def test_charts_of_qicharts2(self, oracles: Path) -> None:
        """Useful values, runs, crossings and verdict of every plain chart with a straight centre."""
        table = pd.read_csv(oracles / "statistics/own/charts.csv")
        compared = 0
        for case, rows in table[table["mode"].isin(["plain", "plain_unscreened", "cl"])].groupby("case_id"):
            first = rows.iloc[0]
            if first["chart"] == "mr":
                continue
            found = stats.runs_test(rows["y"], centre=rows["cl"].to_numpy(), min_points=1)
            for name in ("n_useful", "longest_run", "longest_run_max", "crossings", "crossings_min"):
                assert getattr(found, name).item() == first[name], f"{case} {name}"
            assert found.signal.item() == first["runs_signal"], case
            compared += 1
        assert compared > 10

    @given(
        st.lists(st.integers(0, 6).map(float) | st.just(NAN), max_size=40), st.sampled_from(["anhoej", "best_box"])
    )
    def test_slow_twin(self, values: list[float], rule: str) -> None:
        """Counted one by one, with the median of those that are there."""
        there = [value for value in values if not math.isnan(value)]
        middle = float(np.median(there)) if there else NAN
        sides = tuple(int(value > middle) for value in there if value != middle)
        found = stats.runs_test(values, rule=rule, min_points=1)  # type: ignore[arg-type]
        assert found.n_useful.item() == len(sides)
        assert found.above.item() == sum(sides)
        if not sides:
            assert found.reason.item() == ("too_few_points" if there else "no_data")
            assert not found.signal
            assert np.isnan(found.false_alarm)
            return
        longest, crossings = counted(sides)
        limits = stats.runs_limits(len(sides), rule=rule)  # type: ignore[arg-type]
        assert (found.longest_run.item(), found.crossings.item()) == (longest, crossings)
        assert found.signal.item() == (longest > limits.longest_run_max or crossings < limits.crossings_min)
        passing = stats.runs_distribution(len(sides), longest_run=int(limits.longest_run_max), above=sum(sides))
        assert_allclose(found.false_alarm, 1 - passing[int(limits.crossings_min) :].sum(), atol=1e-12)

    @given(st.lists(st.integers(-20, 20).map(float) | st.just(NAN), min_size=1, max_size=40))
    def test_laws(self, values: list[float]) -> None:
        """Shift, scale, direction and time do not matter."""
        y = np.array(values)
        one = stats.runs_test(y, min_points=1)
        for other in (y * 0.01, y * 3 + 1000, -y, y[::-1]):
            found = stats.runs_test(other, min_points=1)
            for name in ("n_useful", "longest_run", "crossings", "signal", "reason"):
                assert_array_equal(getattr(found, name), getattr(one, name))
            assert_allclose(found.false_alarm, one.false_alarm, rtol=1e-12)

    def test_false_alarm_belongs_to_the_centre(self) -> None:
        """Around a known centre it is another one than around the median of the same values."""
        values = np.tile([1.0, 2.0, 3.0, 4.0], 6)
        own, known = stats.runs_test(values), stats.runs_test(values, centre=2.5)
        limits = stats.runs_limits(24)
        assert own.false_alarm.item() == pytest.approx(limits.false_alarm_own_median.item(), rel=1e-12)
        assert known.false_alarm == limits.false_alarm
        tied = stats.runs_test([1.0, 2.0, 2.0, 2.0, 3.0, 4.0] * 4)
        assert (tied.n_useful.item(), tied.above.item()) == (12, 8)

    def test_many_series_are_judged_as_each_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also with gaps, a centre each, and small pieces."""
        rng = np.random.default_rng(7)
        values = np.where(rng.random((40, 30)) < 0.15, NAN, rng.normal(size=(40, 30)).round(1))
        before = values.copy()
        for centre in ("median", rng.normal(size=(40, 1))):
            together = stats.runs_test(values, centre=centre)
            with monkeypatch.context() as patch:
                patch.setattr(_runs, "_PIECE", 90)
                assert stats.runs_test(values, centre=centre) == together
            for row in range(40):
                alone = stats.runs_test(values[row], centre=centre if isinstance(centre, str) else centre[row])
                for name in ("n_useful", "longest_run", "crossings", "signal", "false_alarm", "reason"):
                    assert_array_equal(getattr(alone, name), getattr(together, name)[row])
        assert_array_equal(values, before)

    def test_edges(self) -> None:
        """Reasons for no verdict, and wrong arguments."""
        rows = [[NAN] * 12, [1.0] * 12, [math.inf] + [1.0] * 11, [1.0, 2.0] * 4 + [NAN] * 4]
        found = stats.runs_test(rows)
        assert found.reason.tolist() == ["no_data", "too_few_points", "invalid_value", "too_few_points"]
        assert not found.signal.any()
        assert stats.runs_test([1.0] * 12, centre=NAN).reason.item() == "missing_input"
        assert stats.runs_test(np.empty((0, 5))).signal.shape == (0,)
        assert stats.runs_test(np.empty((3, 0))).reason.tolist() == ["no_data"] * 3
        for wrong in ({"centre": "mean"}, {"rule": "nelson"}, {"min_points": 0}, {"centre": [1.0, 2.0]}):
            with pytest.raises(ArgumentError):
                stats.runs_test([1.0, 2.0, 3.0], **wrong)  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match="values must have the shape"):
            stats.runs_test(3.0)
