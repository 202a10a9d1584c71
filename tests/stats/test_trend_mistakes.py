"""Mistakes seen in other packages, each with the right value; the names say where it was seen."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from maalbib.stats import TrendBatch, mann_kendall, theil_sen, trend_batch

if TYPE_CHECKING:
    from pathlib import Path

NAN = np.nan


@pytest.fixture(scope="module")
def cases(oracles: Path) -> dict[str, dict[str, Any]]:
    """The cases by name."""
    found = json.loads((oracles / "trends" / "regressions.json").read_text(encoding="utf-8"))
    return {case["case_id"]: case for case in found}


def number(value: float | None) -> float:
    """Read a figure; null is NaN."""
    return NAN if value is None else value


def close(found: float, expected: float | None, scale: float = 0.0) -> bool:
    """Compare two figures, NaN equal to NaN; ``scale`` is what a zero was subtracted from."""
    return found == pytest.approx(number(expected), rel=1e-12, abs=max(1e-300, 1e-15 * scale), nan_ok=True)


_TESTED: Final = {
    "s": "s",
    "var_s": "var_s",
    "tau_a": "tau_a",
    "tau_b": "tau_b",
    "p_two_sided": "p_value",
    "p_min": "p_min",
    "n": "n",
}
_FITTED: Final = {"slope": "slope", "intercept_separate": "intercept"}


def agrees(case: dict[str, Any]) -> TrendBatch:
    """Compare every figure of a case."""
    y, t, expected = [number(v) for v in case["y"]], case["t"], case["expected"]
    scale = max([abs(v) for v in y if not np.isnan(v)] or [1.0])
    batch = trend_batch(y, t, resolution=case.get("resolution"))
    for theirs in _TESTED.keys() & expected.keys():
        assert close(getattr(batch.test, _TESTED[theirs]).item(), expected[theirs]), theirs
    for theirs in _FITTED.keys() & expected.keys():
        assert close(getattr(batch.slope, _FITTED[theirs]).item(), expected[theirs], scale), theirs
    for alpha, interval in expected.get("ci", {}).items():
        confidence = float(str(1 - float(alpha))[:4])
        line = theil_sen(y, t, resolution=case.get("resolution"), confidence=confidence)
        if interval is None:
            assert np.isnan([line.lower.item(), line.upper.item()]).all()
            assert (line.interval_reason.item() == "interval_not_attainable") == (line.reason.item() == "")
            continue
        assert close(line.lower.item(), interval["lower"], scale)
        assert close(line.upper.item(), interval["upper"], scale)
        assert close(line.level.item(), interval["attained_level"])
    return batch


class TestExactP:
    """The exact p of short series."""

    @pytest.mark.parametrize("case_id", ["exact_n3", "exact_n4", "exact_n5", "exact_n8", "exact_n10"])
    def test_pymannkendall_r_trend_rkt_envstats_normal_p_of_short_series(
        self, cases: dict[str, dict[str, Any]], case_id: str
    ) -> None:
        """The normal form gives .0275 for an exact .0167 of five values, and 150 times too much for ten."""
        p = agrees(cases[case_id]).test.p_value.item()
        y = cases[case_id]["y"]
        normal = mann_kendall(y, method="normal").p_value.item()
        assert (normal < p) if len(y) == 3 else (normal > p)

    def test_r_kendall_p_of_three_values_is_one(self) -> None:
        """Three values in order have p = 1/3; the documented exact branch of R's Kendall cannot be reached."""
        assert mann_kendall([1, 2, 3]).p_value.item() == 1 / 3

    @pytest.mark.parametrize(("case_id", "p"), [("s_zero_n4", 1.25), ("s_zero_n5", 1.183)])
    def test_nsm3_p_above_one(self, cases: dict[str, dict[str, Any]], case_id: str, p: float) -> None:
        """S = 0 gives p = 1."""
        assert agrees(cases[case_id]).test.p_value.item() == 1.0 < p

    def test_pymannkendall_p_of_a_clear_trend_is_zero(self, cases: dict[str, dict[str, Any]]) -> None:
        """2 (1 - cdf) is 0 beyond 8.3 standard deviations; 60 values in order have p = 2 / 60!."""
        p = agrees(cases["monotone_n60"]).test.p_value.item()
        assert 0 < p < 3e-82
        assert 0 < mann_kendall(np.arange(60.0), method="normal").p_value.item() < 1e-20
        assert 0 < mann_kendall(np.arange(80.0)).p_value.item() < 1e-100

    def test_mannkendall_crashes_up_to_ten_values(self) -> None:
        """Series of any length have a result, with as many values as there are."""
        for n in range(11):
            batch = trend_batch(np.arange(float(n)))
            assert batch.test.n.item() == n
            assert (batch.test.reason.item() == "") == (n > 1)

    @pytest.mark.parametrize("n", [33, 34, 49, 50, 60])
    def test_scipy_and_r_cor_test_p_jumps_where_the_method_switches(self, n: int) -> None:
        """From 33 to 34 and from 49 to 50 values p stays exact; with ties and beyond it is corrected for continuity."""
        rng = np.random.default_rng(n)
        values = rng.normal(size=(30, n))
        values[1::2, 1] = values[1::2, 0]
        found, exact, normal = (mann_kendall(values, method=method) for method in ("auto", "exact", "normal"))
        np.testing.assert_allclose(found.p_value, exact.p_value, rtol=1e-4)
        corrected = normal.p_value
        assert (np.abs(corrected / exact.p_value - 1) < 0.03)[exact.p_value > 0.05].all()


class TestTies:
    """Equal values."""

    def test_r_kendall_tau_of_equal_values_is_one(self, cases: dict[str, dict[str, Any]]) -> None:
        """Equal values: tau_b is not defined, Var S = 0 and p = 1."""
        batch = agrees(cases["all_tied"])
        assert np.isnan(batch.test.tau_b.item())

    def test_scipy_and_envstats_p_of_equal_values_is_missing(self) -> None:
        """A hundred percent in ten years is an answer: p = 1, slope 0."""
        batch = trend_batch(np.full(10, 100.0))
        assert (batch.test.p_value.item(), batch.slope.slope.item(), batch.test.reason.item()) == (1.0, 0.0, "")

    def test_mannks_variance_without_ties(self, cases: dict[str, dict[str, Any]]) -> None:
        """Two distinct values in ten have Var S = 81.67 less than without ties, not 125."""
        assert agrees(cases["two_values"]).test.var_s.item() < 125
        assert mann_kendall(np.full(6, 5.0)).var_s.item() == 0

    def test_komanawa_adds_the_tie_term(self, cases: dict[str, dict[str, Any]]) -> None:
        """The ties reduce the variance; added instead they give 221."""
        untied = mann_kendall(np.arange(10.0)).var_s.item()
        assert agrees(cases["two_values"]).test.var_s.item() < untied == 125

    @pytest.mark.parametrize("case_id", ["one_value_differs", "ties8", "step_ties_n8", "step_n8"])
    def test_scipy_and_r_cor_test_ties_without_continuity_correction(
        self, cases: dict[str, dict[str, Any]], case_id: str
    ) -> None:
        """Counted exactly: 1/3 for .143 where one value of six differs, .00119 for .0029 with three ties in eight."""
        agrees(cases[case_id])

    def test_xarraymannkendall_rounds_to_five_decimals(self, cases: dict[str, dict[str, Any]]) -> None:
        """Values of 1e-7 are not ties; rounded they give Var S = 0 and p = 0."""
        assert agrees(cases["tiny_scale"]).test.p_value.item() < 0.01

    def test_mannkendall_ties_are_bins_of_a_histogram(self) -> None:
        """Distinct values close to each other are no ties, equal values far from others are."""
        close_by = np.r_[np.arange(7) * 1e-6, 1000.0, 2000.0, 3000.0]
        assert mann_kendall(close_by).var_s.item() == mann_kendall(np.arange(10.0)).var_s.item()

    @pytest.mark.parametrize("case_id", ["kroner_offset", "float32_limit"])
    def test_r_kendall_single_precision(self, cases: dict[str, dict[str, Any]], case_id: str) -> None:
        """Amounts beyond 16,777,216 do not tie: S = 28, not 24."""
        batch = agrees(cases[case_id])
        assert batch.test.s.item() == batch.test.n.item() * (batch.test.n.item() - 1) / 2

    def test_four_packages_four_answers_to_float_noise(self, cases: dict[str, dict[str, Any]]) -> None:
        """0.1 + 0.2 and 0.3 tie when the resolution says so; else p is .19, .38, .42 or .43."""
        assert agrees(cases["float_noise"]).test.p_value.item() == 0.5
        assert mann_kendall([0.1 + 0.2, 0.3, 0.3]).p_min.item() < 1
        assert mann_kendall([0.1 + 0.2, 0.3, 0.3], resolution=0.1).p_min.item() == 1

    @pytest.mark.parametrize(
        ("values", "s"),
        [(np.array([100, -100, 90, -90, 80], dtype=np.int8), -2), (np.array([3, 2, 1, 0], dtype=np.uint8), -6)],
    )
    def test_integers_of_the_input_wrap_around(self, values: Any, s: int) -> None:
        """Differences taken in int8 or uint8 would."""
        assert mann_kendall(values).s.item() == s
        assert theil_sen(values).slope.item() == theil_sen(values.astype(np.float64)).slope.item()


class TestGaps:
    """Missing values and tiny series."""

    def test_modifiedmk_collapses_time(self, cases: dict[str, dict[str, Any]]) -> None:
        """The slope is 0.875 per period; with the gaps dropped and time counted anew it would be 1.071."""
        batch = agrees(cases["gaps_keep_time"])
        assert batch.slope.slope.item() == 0.875
        kept = [v for v in cases["gaps_keep_time"]["y"] if v is not None]
        assert theil_sen(kept).slope.item() == pytest.approx(1.0714285714285714)

    def test_scipy_gaps_give_nan_and_r_trend_refuses(self, cases: dict[str, dict[str, Any]]) -> None:
        """Missing ends change nothing but the number of values."""
        batch = agrees(cases["gaps_at_ends"])
        assert (batch.test.reason.item(), batch.test.n.item()) == ("", 5)

    @pytest.mark.parametrize("case_id", ["n0", "n1", "n2"])
    def test_pymannkendall_divides_by_zero(self, cases: dict[str, dict[str, Any]], case_id: str) -> None:
        """No value and one value have a reason instead of a result; two have a slope and p = 1."""
        agrees(cases[case_id])

    def test_pymannkendall_residuals_on_collapsed_time(self) -> None:
        """The fitted line is one line: its ends lie as far apart as the slope says, gaps between them or not."""
        line = theil_sen([1, 2, NAN, NAN, NAN, 6, 7])
        assert line.fitted_last.item() - line.fitted_first.item() == 6 * line.slope.item()


class TestIntervals:
    """The limits of the slope."""

    @pytest.mark.parametrize("case_id", ["exact_n3", "exact_n4", "n2"])
    def test_scipy_calls_min_and_max_of_the_slopes_95_percent(
        self, cases: dict[str, dict[str, Any]], case_id: str
    ) -> None:
        """Three values reach 66.7 %, four 91.7 %: there is no interval, and the level says what could be had."""
        line = agrees(cases[case_id]).slope
        assert line.interval_reason.item() == "interval_not_attainable"
        assert line.level.item() == pytest.approx({"exact_n3": 2 / 3, "exact_n4": 11 / 12, "n2": 0.0}[case_id])

    @pytest.mark.parametrize("case_id", ["s_zero_n4", "s_zero_n5"])
    def test_zyp_interval_beside_the_slope(self, cases: dict[str, dict[str, Any]], case_id: str) -> None:
        """[2, 2] around a slope of -0.083 is none."""
        agrees(cases[case_id])
        line = theil_sen(cases[case_id]["y"], confidence=0.3)
        assert line.lower.item() <= line.slope.item() <= line.upper.item()

    @pytest.mark.parametrize("interval", ["exact", "sen1968"])
    @pytest.mark.parametrize("n", [8, 11, 12, 30])
    def test_zyp_mannks_mannkendall_upper_rank_one_too_low(self, n: int, interval: Any) -> None:
        """The limits are as many slopes from either end: those of the turned series are the same, turned."""
        values = np.random.default_rng(n).normal(size=n)
        line, turned = theil_sen(values, interval=interval), theil_sen(-values, interval=interval)
        assert (line.lower.item(), line.upper.item()) == (-turned.upper.item(), -turned.lower.item())
        pairs = [(values[j] - values[i]) / (j - i) for i in range(n) for j in range(i + 1, n)]
        below = sum(slope < line.lower.item() for slope in pairs)
        assert below == sum(slope > line.upper.item() for slope in pairs)

    def test_r_trend_loses_the_lower_limit(self) -> None:
        """There are two limits, and one without the other never."""
        line = theil_sen(np.random.default_rng(1).normal(size=(50, 9)))
        assert (np.isnan(line.lower) == np.isnan(line.upper)).all()
        assert (line.lower < line.upper).all()

    def test_nsm3_truncates_the_rank(self, cases: dict[str, dict[str, Any]]) -> None:
        """For eleven values the lower rank is 15; 14.999... cut to a whole number gives 14."""
        agrees(cases["rank_must_be_integer_arithmetic"])

    def test_pymannkendall_ignores_the_level_asked_for(self) -> None:
        """Another confidence gives other limits."""
        values = np.random.default_rng(2).normal(size=15)
        widths = [theil_sen(values, confidence=c) for c in (0.8, 0.95, 0.99)]
        assert len({line.upper.item() - line.lower.item() for line in widths}) == len(widths)


class TestBlocks:
    """Breaks and seasons."""

    def test_rkt_drops_blocks_under_four_values(self, cases: dict[str, dict[str, Any]]) -> None:
        """3 + 4 values across a break give S = 9, p = 1/72 and a slope of 1, not S = 6 and p = .089."""
        case = cases["blocks_3_4"]
        labels = [i for i, block in enumerate(case["blocks"]) for _ in block["y"]]
        values, times = ([v for block in case["blocks"] for v in block[key]] for key in ("y", "t"))
        batch = trend_batch(values, times, blocks=labels)
        assert (batch.test.s.item(), batch.test.p_value.item(), batch.slope.slope.item()) == (9, 1 / 72, 1)
        assert close(batch.test.var_s.item(), case["expected"]["var_s"])

    @pytest.mark.parametrize("years", [4, 10, 11, 25])
    def test_r_trend_and_r_kendall_seasons_without_continuity_correction(self, years: int) -> None:
        """S moves by one towards 0 before z is taken, whatever the number of years."""
        values = np.random.default_rng(years).normal(size=(20, years * 4))
        result = mann_kendall(values, blocks=np.arange(years * 4) % 4, method="normal")
        np.testing.assert_allclose(result.z, (result.s - np.sign(result.s)) / np.sqrt(result.var_s), rtol=1e-15)


def test_scipy_theilslopes_memory_of_a_batch() -> None:
    """Working space stays below 16 MiB and does not grow with the series, gaps and ties included."""
    rng = np.random.default_rng(1)
    values = np.rint(rng.normal(size=(60_000, 20)) * 3)
    values[rng.random(values.shape) < 0.1] = NAN
    trend_batch(values[:14_000])
    space = []
    for series in (14_000, 60_000):
        tracemalloc.start()
        result = trend_batch(values[:series])
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert result.test.s.shape == (series,)
        space.append(peak - held)
    assert max(space) < 16 * 2**20
    assert space[1] < space[0] + 2**20
