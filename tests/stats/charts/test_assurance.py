"""Assurance: the published rule, SciPy's t distribution, targets that move, and reasons."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import attrs
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
WORDS = {"increase": "higher", "decrease": "lower", "neutral": "context"}
STEADY = [92, 95, 94, 96, 93, 94, 95, 92, 94, 96, 93, 95, 94, 92, 95, 93, 94, 96, 94, 93]


def lines(*, centre: float, sigma: float, n: int, lower: float = NAN, upper: float = NAN) -> stats.ControlLimits:
    """A chart of n points with these lines."""
    limits = stats.xmr_limits(centre + np.tile([-1.0, 1.0], n)[:n] * sigma / 2, min_points_trial=1)
    low = centre - 3 * sigma if math.isnan(lower) else lower
    high = centre + 3 * sigma if math.isnan(upper) else upper
    full = {"centre": centre, "sigma": sigma, "lower": low, "upper": high}
    return attrs.evolve(limits, **{name: np.full(n, value) for name, value in full.items()})


class TestPublished:
    """The rule of the NHS."""

    def test_unit_cases(self, oracles: Path) -> None:
        """Limits, target and direction, typed from a package's tests."""
        text = (oracles / "statistics/published/nhs_rule_unit_cases.json").read_text(encoding="utf-8")
        cases = [case for case in json.loads(text)["cases"] if case["rule"] == "assurance"]
        for case in cases:
            limits = lines(centre=4, sigma=1, n=12, lower=case["lpl"], upper=case["upl"])
            found = stats.assurance(limits, case["target"], direction=WORDS[case["dir"]])  # type: ignore[arg-type]
            assert found.verdict.item() == (case["out"] or "")
        assert len(cases) == 4

    @pytest.mark.parametrize("file", ["own/xmr.csv", "published/nhs_ae_xmr.csv"])
    def test_charts(self, oracles: Path, file: str) -> None:
        """The verdict at the last point: targets on the limit, outside and inside."""
        table = pd.read_csv(oracles / "statistics" / file)
        seen = set()
        for case, rows in table[table["target"].notna()].groupby("case_id"):
            option = rows.iloc[0]
            limits = stats.xmr_limits(
                rows["y"],
                screen=bool(option.get("screen", True)),
                baseline=int(option.get("fix_n", 0)) or None,
                segments=rows["segment"],
                gaps="join",
                min_points_trial=1,
            )
            default = "neutral" if "neutral" in str(case) else "decrease" if "breaches" in str(case) else "increase"
            direction: Any = WORDS[option.get("direction", default)]
            expected = rows["assurance"].dropna()
            found = stats.assurance(limits, option["target"], direction=direction)
            assert found.verdict.item() == (expected.iloc[-1] if len(expected) else ""), case
            seen.add(found.verdict.item())
        assert "consistent_fail" in seen

    def test_worked_example(self) -> None:
        """With m = 94, s = 1.5, n = 24, T = 95: 0.26, while the words say inconsistent."""
        found = stats.assurance(lines(centre=94, sigma=1.5, n=24), 95)
        assert found.probability.round(2).item() == 0.26
        assert found.verdict.item() == "inconsistent"
        assert (found.n.item(), found.df.item(), found.at.item()) == (24, 23, 23)


class TestProbability:
    """How likely the next point meets the target."""

    @given(
        st.integers(10, 60),
        st.floats(-50, 50),
        st.floats(0.5, 20),
        st.floats(-200, 200),
        st.floats(0, 50),
        st.sampled_from(["higher", "lower", "target"]),
    )
    def test_agrees_with_scipy(
        self, n: int, centre: float, sigma: float, target: float, width: float, direction: Any
    ) -> None:
        """Student's t around the centre, in the right tail."""
        found = stats.assurance(
            lines(centre=centre, sigma=sigma, n=n), target, direction=direction, target_high=target + width
        )
        t = scipy_stats.t(n - 1, loc=centre, scale=sigma * math.sqrt(1 + 1 / n))
        expected = {
            "higher": t.sf(target),
            "lower": t.cdf(target),
            "target": abs(t.cdf(target + width) - t.cdf(target))
            if target < centre
            else abs(t.sf(target) - t.sf(target + width)),
        }[direction]
        assert_allclose(found.probability, expected, rtol=1e-6, atol=1e-12)

    def test_far_tails_keep_their_digits(self) -> None:
        """A probability near 0 is not 1 minus something."""
        limits = lines(centre=0, sigma=1, n=40)
        found = stats.assurance(limits, 30).probability.item()
        assert found == pytest.approx(scipy_stats.t(39).sf(30 / math.sqrt(1 + 1 / 40)), rel=1e-9)
        assert found < 1e-20

    def test_withheld(self) -> None:
        """No number after a signal, without variation, or under ten points; the verdict has its own reasons."""
        rows = np.array([STEADY, [*STEADY[:-1], 140], [94] * 20, [*STEADY[:9], *[NAN] * 11]])
        limits = stats.xmr_limits(rows, min_points_trial=2)
        found = stats.assurance(limits, 95)
        assert found.probability_reason.tolist() == ["", "signal_in_segment", "no_variation", "too_few_points"]
        assert np.isnan(found.probability).tolist() == [False, True, True, True]
        assert found.verdict.tolist() == ["inconsistent", "inconsistent", "", "inconsistent"]
        assert found.reason.tolist() == ["", "", "no_variation", ""]

    def test_signals_of_the_rules(self) -> None:
        """A run counts when the rules are handed in, and only in the last segment."""
        values = [5, 6, 5, 4, 5, 6, 4, 5, 6, 5, 4, 5, *[5.9, 5.8, 5.7, 5.9, 5.8, 5.7, 5.9, 5.8]]
        for segments, reason in ((None, "signal_in_segment"), ([0] * 20 + [1] * 12, "")):
            whole = values if segments is None else [*values, 7, 6, 7, 8, 7, 6, 8, 7, 6, 7, 8, 7]
            limits = stats.xmr_limits(whole, segments=segments)
            hits = stats.apply_rules(limits, stats.rule_set("nhs_mdc"))
            assert stats.assurance(limits, 5, hits=hits).probability_reason.item() == reason
            assert stats.assurance(limits, 5).probability_reason.item() == ""

    def test_degrees_of_freedom_are_a_parameter(self) -> None:
        """Fewer give more room to chance."""
        limits = lines(centre=94, sigma=1.5, n=24)
        few = stats.assurance(limits, 97, df=14)
        t = scipy_stats.t(14).sf(2 / math.sqrt(1 + 1 / 24))
        assert few.probability.item() == pytest.approx(t, rel=1e-9)
        assert few.probability > stats.assurance(limits, 97).probability


class TestTargets:
    """Targets that move, and intervals."""

    def test_the_target_of_the_period_judged(self) -> None:
        """A trajectory is judged by its value at the last point with a value, and by that of the due period."""
        limits = stats.xmr_limits([*STEADY, NAN, NAN])
        path = np.linspace(80, 101, 22)
        found = stats.assurance(limits, path, due_target=120)
        assert found.at.item() == 19
        assert found.target.item() == path[19]
        assert (found.verdict.item(), found.due_verdict.item()) == ("inconsistent", "consistent_fail")
        assert found.due_probability < found.probability
        assert stats.assurance(limits, 95).due_verdict.item() == ""

    def test_one_target_per_series(self) -> None:
        """Targets stretch to the values; due targets to the series."""
        limits = stats.xmr_limits([STEADY, STEADY, STEADY])
        found = stats.assurance(limits, np.array([[80], [95], [NAN]]), due_target=[95, 120, 80])
        assert found.verdict.tolist() == ["consistent_pass", "inconsistent", ""]
        assert found.reason.tolist() == ["", "", "target_missing"]
        assert found.due_verdict.tolist() == ["inconsistent", "consistent_fail", "consistent_pass"]

    @pytest.mark.parametrize(
        ("low", "high", "verdict"),
        [
            (6, 14, "consistent_pass"),
            (7, 14, "inconsistent"),
            (8, 9, "inconsistent"),
            (13, 20, "inconsistent"),
            (13.1, 20, "consistent_fail"),
            (0, 6.9, "consistent_fail"),
            (9, 8, ""),
        ],
    )
    def test_intervals(self, low: float, high: float, verdict: str) -> None:
        """Passed where the limits lie inside, failed where they lie apart, strictly."""
        found = stats.assurance(lines(centre=10, sigma=1, n=20), low, direction="target", target_high=high)
        assert found.verdict.item() == verdict

    def test_a_target_at_the_end_of_what_is_possible(self) -> None:
        """100 % can never be passed consistently, and the result says so."""
        shares = np.array([98, 99, 97, 100, 99, 98, 100, 99, 97, 98, 99, 100, 98]) / 100
        limits = stats.xmr_limits(shares, bounds=(0, 1))
        assert limits.clipped_upper.all()
        full = stats.assurance(limits, 1.0)
        assert (full.verdict.item(), full.reason.item()) == ("inconsistent", "target_at_bound")
        less = stats.assurance(limits, 0.97)
        assert (less.verdict.item(), less.reason.item()) == ("inconsistent", "")
        errors = stats.assurance(stats.xmr_limits(1 - shares, bounds=(0, 1)), 0.0, direction="lower")
        assert errors.reason.item() == "target_at_bound"
        within = stats.assurance(limits, 0.9, direction="target", target_high=1.0)
        assert within.verdict.item() == "consistent_pass"  # nothing lies beyond 100 %

    def test_no_direction(self) -> None:
        """Where neither way is better there is no verdict."""
        found = stats.assurance(stats.xmr_limits(STEADY), 95, direction="context")
        assert (found.verdict.item(), found.reason.item()) == ("", "no_direction")
        assert found.probability_reason.item() == "no_direction"
        assert np.isnan(found.probability)


class TestDenominators:
    """Charts whose limits depend on the number of cases."""

    def test_expected_denominator(self) -> None:
        """The median of the last year unless told; limits follow its root."""
        rng = np.random.default_rng(3)
        n = rng.integers(50, 400, 30)
        x = rng.binomial(n, 0.3)
        limits = stats.control_limits("p", x, n)
        found = stats.assurance(limits, 0.3, denominators=n)
        expected = np.median(n[-12:])
        assert found.denominator.item() == expected
        centre = x.sum() / n.sum()
        assert_allclose(found.sigma, math.sqrt(centre * (1 - centre) / expected), rtol=1e-12)
        assert_allclose(found.upper, centre + 3 * found.sigma, rtol=1e-12)
        assert math.isinf(found.df)
        z = (0.3 - centre) / (found.sigma * math.sqrt(1 + 1 / 30))
        assert_allclose(found.probability, scipy_stats.norm.sf(z), rtol=1e-9)
        own = stats.assurance(limits, 0.3, denominators=n, expected_denominator=10_000)
        assert own.denominator.item() == 10_000
        assert own.upper < found.upper
        last = stats.assurance(limits, 0.3)
        assert np.isnan(last.denominator)
        assert last.upper.item() == limits.upper[-1]

    def test_small_denominators_stay_within_what_is_possible(self) -> None:
        """A share cannot be below 0."""
        n = np.full(24, 400)
        limits = stats.control_limits("p", [20, 24] * 12, n)
        found = stats.assurance(limits, 0, direction="lower", denominators=n, expected_denominator=20)
        assert found.lower.item() == 0
        assert found.reason.item() == "target_at_bound"

    def test_charts_without_denominators_are_left_alone(self) -> None:
        """Individuals keep their limits whatever denominators are told."""
        limits = stats.xmr_limits(STEADY)
        found = stats.assurance(limits, 95, denominators=np.arange(1, 21))
        assert found.upper.item() == limits.upper[-1]
        assert np.isnan(found.denominator)


@given(st.lists(st.integers(0, 20).map(float) | st.just(NAN), min_size=1, max_size=30), st.integers(-5, 25))
def test_turning_everything_round(values: list[float], target: int) -> None:
    """At least T of the values is at most -T of their negatives."""
    limits, turned = (stats.xmr_limits(way * np.array(values), min_points_trial=2) for way in (1, -1))
    one = stats.assurance(limits, target)
    other = stats.assurance(turned, -target, direction="lower")
    for field in ("verdict", "probability", "reason", "probability_reason"):
        assert_array_equal(getattr(one, field), getattr(other, field))


def test_many_series_are_judged_as_each_alone() -> None:
    """Bit for bit."""
    rng = np.random.default_rng(11)
    values = np.where(rng.random((30, 25)) < 0.2, NAN, rng.normal(10, 2, (30, 25)))
    limits = stats.xmr_limits(values)
    together = stats.assurance(limits, 9.5, due_target=12)
    for row in range(30):
        alone = stats.assurance(stats.xmr_limits(values[row]), 9.5, due_target=12)
        for field in attrs.fields(stats.Assurance):
            assert_array_equal(getattr(alone, field.name), getattr(together, field.name)[row])


def test_edges() -> None:
    """No data, no series, wrong arguments."""
    found = stats.assurance(stats.xmr_limits([[NAN] * 12, STEADY[:12]]), 95)
    assert (found.at.tolist(), found.reason.tolist()) == ([-1, 11], ["no_data", ""])
    assert stats.assurance(stats.xmr_limits(np.empty((0, 5))), 95).verdict.shape == (0,)
    limits = stats.xmr_limits(STEADY)
    hits = stats.apply_rules(stats.xmr_limits(STEADY[:12]), stats.rule_set("nhs_mdc"))
    wrong: list[dict[str, Any]] = [
        {"direction": "up"},
        {"direction": "target"},
        {"hits": hits},
        {"df": [1, 2]},
        {"year": 0},
        {"min_points": -1},
        {"denominators": [1, 2]},
    ]
    for arguments in wrong:
        with pytest.raises(ArgumentError):
            stats.assurance(limits, 95, **arguments)
    with pytest.raises(ArgumentError, match="target must have the shape"):
        stats.assurance(limits, [1, 2, 3])
