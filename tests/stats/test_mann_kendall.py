"""The Mann-Kendall test against published figures, other programs and its definition."""

from __future__ import annotations

import csv
import json
import pickle
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from maalbib.errors import ArgumentError
from maalbib.stats import mann_kendall

if TYPE_CHECKING:
    from pathlib import Path

    from maalbib.stats import MannKendall

NAN = np.nan
GRADE_4 = [71, 68, 67, 66, 64, 62, 71]
BREAK = [0, 0, 0, 0, 0, 1, 1]


def load(oracles: Path, name: str) -> list[dict[str, Any]]:
    """Read one file of cases."""
    cases: list[dict[str, Any]] = json.loads((oracles / "trends" / name).read_text(encoding="utf-8"))
    return cases


def number(value: float | None) -> float:
    """Read a figure; null is NaN."""
    return NAN if value is None else value


def close(found: float, expected: float | None, rel: float = 1e-12) -> bool:
    """Compare two figures, NaN equal to NaN."""
    return found == pytest.approx(number(expected), rel=rel, abs=1e-300, nan_ok=True)


def agrees(result: MannKendall, expected: dict[str, Any]) -> None:
    """Compare every figure that the test gives."""
    assert close(result.s.item(), expected["s"])
    names = {"var_s": "var_s", "tau_a": "tau_a", "tau_b": "tau_b", "p_two_sided": "p_value", "p_min": "p_min"}
    for theirs, ours in (names | {"z_cc": "z"}).items():
        if theirs in expected and not (expected[theirs] is None and expected["n"] > 60):
            assert close(getattr(result, ours).item(), expected[theirs]), theirs
    assert result.n.item() == expected.get("n", result.n.item())


def together(blocks: list[dict[str, Any]]) -> tuple[list[float], list[float], list[int]]:
    """Lay blocks end to end as values, times and labels."""
    values = [number(y) for block in blocks for y in block["y"]]
    times = [t for block in blocks for t in block["t"]]
    labels = [i for i, block in enumerate(blocks) for _ in block["y"]]
    return values, times, labels


def test_series_cases(oracles: Path) -> None:
    """Series of 0 to 150 values, with ties, gaps, uneven times and declared resolutions."""
    for case in load(oracles, "series_cases.json"):
        y, t, expected = [number(v) for v in case["y"]], case["t"], case["expected"]
        resolution = case.get("resolution")
        # The cases are exact up to 60 values, with ties as well.
        result = mann_kendall(y, t, resolution=resolution, method="exact" if expected["n"] <= 60 else "auto")
        agrees(result, expected)
        assert close(
            mann_kendall(y, t, resolution=resolution, method="normal").p_value.item(), expected["p_normal_cc"]
        )
        for alternative in ("rising", "falling"):
            if expected[f"p_{alternative}"] is not None:
                one_sided = mann_kendall(y, resolution=resolution, method="exact", alternative=alternative)
                assert close(one_sided.p_value.item(), expected[f"p_{alternative}"])


def test_by_default_the_same_where_counting_is_the_default(oracles: Path) -> None:
    """Up to 60 values without ties and 30 with them, nothing needs to be asked for."""
    for case in load(oracles, "series_cases.json"):
        expected = case["expected"]
        if 2 <= expected["n"] <= (30 if expected["tie_sizes"] else 60):
            result = mann_kendall([number(v) for v in case["y"]], resolution=case.get("resolution"))
            assert result.path.item() == "exact"
            assert close(result.p_value.item(), expected["p_two_sided"])


def test_block_cases(oracles: Path) -> None:
    """Seasons and segments with ties and gaps."""
    for case in load(oracles, "block_cases.json"):
        values, times, labels = together(case["blocks"])
        expected = case["expected"]
        result = mann_kendall(values, times, blocks=labels, method="exact")
        agrees(result, expected)
        assert result.n_blocks.item() == expected["n_blocks_used"]
        for alternative in ("rising", "falling"):
            one_sided = mann_kendall(values, times, blocks=labels, method="exact", alternative=alternative)
            assert close(one_sided.p_value.item(), expected[f"p_{alternative}"])
        normal = mann_kendall(values, times, blocks=labels, method="normal")
        assert close(normal.p_value.item(), expected["p_normal_cc"])
        assert mann_kendall(values, times, blocks=labels).p_value.item() == pytest.approx(
            expected["p_two_sided"], rel=1e-4
        )


def test_reference_values(oracles: Path) -> None:
    """R, SciPy and pymannkendall give the same figures where their definition is ours."""
    cases = {case["case_id"]: case for case in load(oracles, "series_cases.json")}
    names = {"s": "s", "var_s": "var_s", "z_cc": "z", "tau_a": "tau_a", "tau_b": "tau_b"}
    compared = 0
    with (oracles / "trends" / "series_reference_values.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            case = cases[row["case_id"]]
            y = [number(v) for v in case["y"]]
            method = "normal" if row["field"] == "p_normal_cc" else "exact"
            field = names.get(row["field"], "p_value")
            if row["field"] not in {*names, "p_normal_cc", "p_two_sided"}:
                continue
            if row["field"] == "p_two_sided" and "cor.test" in row["implementation"] and len(y) >= 50:
                continue  # R counts below 50 values only; beyond, this is its normal form without correction
            result = mann_kendall(y, resolution=case.get("resolution"), method=method)
            # pymannkendall subtracts 1 - p and loses digits.
            assert getattr(result, field).item() == pytest.approx(float(row["value"]), rel=1e-9, abs=1e-12), row
            compared += 1
    assert compared > 1_000


def test_mid_p_of_the_normal_form_is_the_one_without_continuity_correction(oracles: Path) -> None:
    """SciPy's asymptotic p and that of R's cor.test with ties, with a relative error below 1e-9."""
    cases = {case["case_id"]: case for case in load(oracles, "series_cases.json")}
    compared = 0
    with (oracles / "trends" / "series_reference_values.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["field"] == "p_normal_without_cc":
                case = cases[row["case_id"]]
                y = [number(v) for v in case["y"]]
                result = mann_kendall(y, resolution=case.get("resolution"), method="normal", mid_p=True)
                assert result.p_value.item() == pytest.approx(float(row["value"]), rel=1e-9), row
                compared += 1
    assert compared == 28


def test_block_reference_values(oracles: Path) -> None:
    """R packages give the same figures for seasons and segments."""
    cases = {case["case_id"]: case for case in load(oracles, "block_cases.json")}
    names = {"s": "s", "var_s": "var_s", "z_cc": "z", "p_normal_cc": "p_value"}
    with (oracles / "trends" / "block_reference_values.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["field"] in names:
                values, times, labels = together(cases[row["case_id"]]["blocks"])
                result = mann_kendall(values, times, blocks=labels, method="normal")
                assert getattr(result, names[row["field"]]).item() == pytest.approx(float(row["value"]), rel=1e-9), (
                    row
                )


class TestPublished:
    """Worked examples, typed from their sources."""

    def test_danish_reading_grade_4(self) -> None:
        """The first five school years fall; with the break as blocks p is exactly the level of 5 %."""
        first = mann_kendall(GRADE_4[:5])
        assert (first.s.item(), first.p_value.item()) == (-10, 2 / 120)
        ignored = mann_kendall(GRADE_4)
        assert (ignored.s.item(), ignored.p_value.item()) == (-10, 128 / 720)
        blocks = mann_kendall(GRADE_4, blocks=BREAK)
        assert (blocks.s.item(), blocks.p_value.item(), blocks.n_blocks.item()) == (-9, 0.05, 2)
        assert blocks.p_value.item() <= 0.05
        assert blocks.p_min.item() == 2 / 240
        after = mann_kendall(GRADE_4[5:])
        assert (after.p_value.item(), after.p_min_untied.item()) == (1, 1)

    def test_epa_guidance(self) -> None:
        """US EPA QA/G-9S, p. 109: S = 22, Var S = 155.33, z = 1.685."""
        result = mann_kendall([10, 10, 10, 5, 10, 20, 18, 17, 15, 24, 15])
        assert (result.s.item(), round(result.var_s.item(), 2), round(result.z.item(), 3)) == (22, 155.33, 1.685)
        assert result.p_value.item() == pytest.approx(0.09213564213564214, rel=1e-14)
        assert result.p_min.item() == pytest.approx(2.405002405002405e-06, rel=1e-14)

    def test_wisconsin_form(self) -> None:
        """Wisconsin DNR's worked example: five values with one pair of ties cannot reach 0.02."""
        result = mann_kendall([100, 50, 85, 75, 50])
        assert (result.s.item(), result.p_value.item(), result.p_min.item()) == (-5, 1 / 3, 2 / 60)

    def test_hollander_wolfe_example_9_1(self) -> None:
        """Hollander and Wolfe, example 9.1; the exact p agrees with R's NSM3."""
        result = mann_kendall([1.26, 1.27, 1.12, 1.16, 1.03])
        assert (result.s.item(), result.p_value.item()) == (-6, 28 / 120)

    @pytest.mark.parametrize(
        ("values", "tau", "p"),
        [
            ([0, 2, 1, 3, 4, 5, 6, 7, 8, 9], 0.9555555555555556, 5.511463844797e-06),
            ([0, 2, 1, 3, 4, 6, 5, 7, 8, 9], 0.9111111111111111, 2.97619047619e-05),
            ([9, 7, 8, 6, 5, 3, 4, 2, 1, 0], -0.9111111111111111, 2.97619047619e-05),
            ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 1.0, 5.511463844797e-07),
        ],
    )
    def test_r_cor_test(self, values: list[int], tau: float, p: float) -> None:
        """R's cor.test(method="kendall", exact=TRUE), as quoted in the tests of SciPy."""
        result = mann_kendall(values)
        assert result.tau_b.item() == pytest.approx(tau, rel=1e-12)
        assert result.p_value.item() == pytest.approx(p, rel=1e-11)

    def test_nile_and_long_series(self, oracles: Path) -> None:
        """A hundred years of the Nile, and twenty years of days with ties: S and Var S as in R and Python."""
        nile = pd.read_csv(oracles / "trends" / "datasets" / "nile.csv")
        result = mann_kendall(nile["value"], nile["year"], method="normal")
        assert (result.s.item(), result.var_s.item()) == (-1387, pytest.approx(112728.33333333333, rel=1e-14))
        assert result.p_value.item() == pytest.approx(3.6582629216643283e-05, rel=1e-9)
        assert result.tau_b.item() == pytest.approx(-0.28074133472461305, rel=1e-9)
        exact = mann_kendall(nile["value"], method="exact").p_value.item()
        default = mann_kendall(nile["value"])
        assert (default.path.item(), default.p_value.item()) == ("saddlepoint", pytest.approx(exact, rel=1e-5))
        daily = pd.read_csv(oracles / "trends" / "datasets" / "daily_20_years.csv")
        result = mann_kendall(daily["value"])
        assert (result.n.item(), result.s.item()) == (6017, -1479996)
        assert result.var_s.item() == pytest.approx(24210574720.666668, rel=1e-14)

    def test_nottingham_seasons(self, oracles: Path) -> None:
        """Twenty years of monthly temperatures, months as blocks, as in R."""
        months = pd.read_csv(oracles / "trends" / "datasets" / "nottem.csv")
        result = mann_kendall(months["value"], months["year"], blocks=months["month"], method="normal")
        assert (result.s.item(), result.var_s.item(), result.n_blocks.item()) == (224, 11364, 12)
        assert result.z.item() == pytest.approx(2.0918919588776657, rel=1e-12)
        assert result.p_value.item() == pytest.approx(0.036448181572619837, rel=1e-9)


class TestReasons:
    """A bad series never raises and never warns; it says why."""

    def test_each_reason(self) -> None:
        """One row per reason, beside one that can be tested."""
        result = mann_kendall(
            [[1, 2, 3, 4, 5], [NAN] * 5, [NAN, 2, NAN, NAN, NAN], [1, 2, np.inf, 4, 5], [1, 2, -np.inf, NAN, 5]]
        )
        assert result.reason.tolist() == ["", "no_data", "too_few_points", "invalid_value", "invalid_value"]
        assert result.path.tolist() == ["exact", "", "", "", ""]
        assert result.n.tolist() == [5, 0, 1, 4, 3]
        assert np.isnan(result.p_value).tolist() == [False, True, True, True, True]
        assert result.s[:3].tolist()[::2] == [10, 0]
        assert np.isnan(result.s[[1, 3, 4]]).all()

    def test_no_block_with_two_values(self) -> None:
        """Single values on both sides of every break cannot be compared."""
        result = mann_kendall([1, 2, 3], blocks=[0, 1, 2])
        assert (result.reason.item(), result.n.item(), result.n_blocks.item()) == ("too_few_points", 3, 0)
        assert np.isnan(result.p_min_untied.item())

    def test_counting_is_refused_beyond_reason(self) -> None:
        """Exact counting asked for by name for 300 values: no p, everything else stays."""
        result = mann_kendall(np.arange(300.0), method="exact")
        assert (result.reason.item(), result.path.item(), result.s.item()) == ("method_refused", "", 44_850)
        assert np.isnan(result.p_value.item())
        assert result.tau_b.item() == 1

    def test_values_near_the_largest_double(self) -> None:
        """Values whose slopes or sums are no numbers are invalid, without a warning."""
        result = mann_kendall([[-1.7e308, 1.7e308, 0, 1, 2], [-1e305, 1e305, 0, 1, 2]])
        assert result.reason.tolist() == ["invalid_value", ""]

    def test_the_largest_usable_value_does_not_depend_on_the_batch(self) -> None:
        """Blocks of another series, with shorter steps, do not make a series invalid."""
        series, other, times = [1e304, 2e304, 3e304, 4e304], [1, 2, 3, 4], [0, 1, 2, 2.001]
        alone = mann_kendall(series, times, blocks=[0, 0, 0, 1])
        batch = mann_kendall([series, other], times, blocks=[[0, 0, 0, 1], [0, 0, 0, 0]])
        assert (alone.reason.item(), batch.reason.tolist()) == ("", ["", ""])

    def test_empty_inputs(self) -> None:
        """No series and no periods give empty or unjudged results."""
        assert mann_kendall(np.empty((0, 5))).p_value.shape == (0,)
        assert mann_kendall(np.empty((3, 0))).reason.tolist() == ["no_data"] * 3
        assert mann_kendall(np.empty((0, 5)), blocks=np.zeros((0, 5), dtype=int)).s.shape == (0,)
        assert mann_kendall([]).reason.item() == "no_data"


class TestArguments:
    """Only wrong arguments raise."""

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"values": np.zeros((2, 2, 2))}, "argument.shape"),
            ({"values": 3.0}, "argument.shape"),
            ({"values": ["1", "2"]}, "argument.numbers"),
            ({"values": [1, 2], "times": [0, 1, 2]}, "argument.shape"),
            ({"values": [1, 2], "times": [1, 1]}, "trend.times_not_rising"),
            ({"values": [1, 2], "times": [2, 1]}, "trend.times_not_rising"),
            ({"values": [1, 2], "times": [1, NAN]}, "trend.times_not_finite"),
            ({"values": [1, 2], "blocks": [0, 0, 0]}, "argument.shape"),
            ({"values": [1, 2], "blocks": [0.0, 1.0]}, "trend.blocks_not_integers"),
            ({"values": [1, 2], "blocks": ["a", "b"]}, "trend.blocks_not_integers"),
            ({"values": [1, 2], "resolution": 0}, "trend.resolution_not_positive"),
            ({"values": [1, 2], "resolution": np.inf}, "trend.resolution_not_positive"),
            ({"values": [1, 2], "resolution": True}, "trend.resolution_not_positive"),
            ({"values": [1, 2], "resolution": "1"}, "trend.resolution_not_positive"),
            ({"values": [1, 2], "method": "asymptotic"}, "argument.choice"),
            ({"values": [1, 2], "alternative": "greater"}, "argument.choice"),
        ],
    )
    def test_wrong_arguments(self, arguments: dict[str, Any], code: str) -> None:
        """Each wrong argument has its code and a text in both languages."""
        with pytest.raises(ArgumentError) as caught:
            mann_kendall(**arguments)
        assert caught.value.code == code
        assert caught.value.text("da") != caught.value.text("en")

    def test_times_may_start_again_in_each_block(self) -> None:
        """Years as times and months as blocks: a year stands once per block."""
        result = mann_kendall([1, 2, 3, 4], [2020, 2020, 2021, 2021], blocks=[1, 2, 1, 2])
        assert (result.s.item(), result.n_blocks.item()) == (2, 2)

    @pytest.mark.parametrize(
        "values",
        [
            [3, None, 4, 5, 5],
            np.array([3, NAN, 4, 5, 5], dtype=np.float32),
            pd.Series([3, None, 4, 5, 5], dtype="Int64"),
            pd.Series([3, None, 4, 5, 5], dtype="Float32"),
            pd.array([3, None, 4, 5, 5], dtype="Int8"),
            pa.array([3, None, 4, 5, 5]),
            pa.chunked_array([[3, None], [4, 5, 5]]),
            np.ma.masked_equal([3, 9, 4, 5, 5], 9),
        ],
        ids=["list", "float32", "Int64", "Float32", "Int8", "arrow", "chunked", "masked"],
    )
    def test_kinds_of_input(self, values: Any) -> None:
        """Lists, narrow types, nullable columns and masks all mean the same five values."""
        result = mann_kendall(values)
        assert (result.n.item(), result.s.item(), result.p_value.item()) == (4, 5, 2 / 12)

    def test_frames(self) -> None:
        """A frame has a series per row."""
        frame = pd.DataFrame([[1, 2, 3], [3, 2, None]], dtype="Int64")
        assert mann_kendall(frame).s.tolist() == [3, -1]

    def test_inputs_stay_as_they_are(self) -> None:
        """Not even a bad value is changed in place."""
        values = np.array([[1.0, np.inf, 3.0], [NAN, 2.0, 2.0]])
        before = values.copy()
        mann_kendall(values, resolution=0.5)
        assert np.array_equal(values, before, equal_nan=True)


def test_results_pickle_and_compare() -> None:
    """A result survives a process pool and equals itself, NaN included."""
    result = mann_kendall([[1, 2, 3], [NAN, NAN, NAN]])
    assert pickle.loads(pickle.dumps(result)) == result
    assert result != mann_kendall([[1, 2, 3], [1, NAN, 2]])


def test_paths_depend_on_the_series_alone() -> None:
    """Counted up to 60 untied values, 435 untied pairs, and few distinct values; expanded beyond."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=61)
    assert mann_kendall(noise[:60]).path.item() == "exact"
    assert mann_kendall(noise).path.item() == "edgeworth"
    assert mann_kendall(np.arange(61.0)).path.item() == "saddlepoint"
    assert mann_kendall(np.round(noise[:30])).path.item() == "exact"
    assert mann_kendall(np.round(noise[:60] * 5)).path.item() in {"edgeworth", "saddlepoint"}
    rare = np.zeros(500)
    rare[[3, 400, 480]] = 1
    assert mann_kendall(rare).path.item() == "exact"
    assert mann_kendall(rng.normal(size=60), blocks=np.arange(60) % 2).path.item() == "edgeworth"
    assert mann_kendall(rng.normal(size=60), blocks=np.arange(60) % 12).path.item() == "exact"


def test_one_sided_expansions_mirror_each_other() -> None:
    """Beyond counting, P(S >= s) and P(S <= s) still share the probability of s itself."""
    values = np.random.default_rng(1).normal(size=(8, 90))
    rising, falling = (mann_kendall(values, alternative=side).p_value for side in ("rising", "falling"))
    exact_rising = mann_kendall(values, alternative="rising", method="exact").p_value
    assert rising == pytest.approx(exact_rising, rel=1e-4)
    assert (rising + falling > 1).all()
    assert mann_kendall(-np.arange(90.0), alternative="rising").p_value.item() == 1


def test_p_min_untied_is_what_the_sizes_allow() -> None:
    """It forgets ties: too few points and too many ties are told apart."""
    result = mann_kendall([[1, 1, 2, 2, 2], [1, 2, 3, 4, 5], [1, 2, NAN, NAN, 3]])
    assert result.p_min_untied.tolist() == [2 / 120, 2 / 120, 1 / 3]
    assert result.p_min.tolist() == [0.2, 2 / 120, 1 / 3]
    assert mann_kendall(np.arange(200.0)).p_min_untied.item() == 0


def test_long_series_are_counted_by_sorting() -> None:
    """Above a thousand values S comes from sorting and equals the sum over all pairs."""
    rng = np.random.default_rng(3)
    values = np.round(rng.normal(size=(2, 1_203)), 1)
    values[0, rng.random(1_203) < 0.1] = NAN
    expected = [sum(np.sign(b - a) for a, b in combinations(row[~np.isnan(row)].tolist(), 2)) for row in values]
    result = mann_kendall(values)
    assert result.s.tolist() == expected
    for row, var_s in zip(values, result.var_s, strict=True):
        n = np.count_nonzero(~np.isnan(row))
        _, t = np.unique(row[~np.isnan(row)], return_counts=True)
        assert var_s == pytest.approx((n * (n - 1) * (2 * n + 5) - (t * (t - 1) * (2 * t + 5)).sum()) / 18, rel=1e-14)


class TestMidP:
    """Half of P(S = s) counts."""

    def test_short_series(self) -> None:
        """Five values: P(S = 10) is 1/120, and half of it is left on each side."""
        rising = mann_kendall(np.arange(5.0), mid_p=True)
        assert (rising.p_value.item(), rising.p_min.item(), rising.p_min_untied.item()) == (1 / 120, 1 / 120, 1 / 120)
        one_sided = mann_kendall(np.arange(5.0), mid_p=True, alternative="rising")
        assert (one_sided.p_value.item(), one_sided.p_min.item()) == (1 / 240, 1 / 240)
        assert mann_kendall([2, 4, 1, 3], mid_p=True).p_value.item() == 1
        assert mann_kendall([5, 5, 5], mid_p=True).p_value.item() == 1
        assert mann_kendall([5, 5, 5], mid_p=True, alternative="falling").p_value.item() == 0.5

    @pytest.mark.parametrize("decimals", [0, 9])
    @pytest.mark.parametrize("n", [7, 30, 90])
    def test_it_is_the_mean_of_two_tails(self, n: int, decimals: int) -> None:
        """P(S > s) + P(S = s) / 2 lies midway between P(S >= s) and P(S > s); both sides together make 1."""
        rng = np.random.default_rng(n)
        values = np.round(rng.normal(size=(60, n)) + np.linspace(-3, 3, 60)[:, None] * np.arange(n) / n, decimals)
        sides = {
            (side, mid): mann_kendall(values, alternative=side, mid_p=mid).p_value
            for side in ("two-sided", "rising", "falling")
            for mid in (False, True)
        }
        beyond = 1 - sides["falling", False]
        assert sides["rising", True] == pytest.approx((sides["rising", False] + beyond) / 2, rel=1e-9, abs=1e-13)
        assert sides["rising", True] + sides["falling", True] == pytest.approx(np.ones(60), rel=1e-12)
        least = np.minimum(sides["rising", True], sides["falling", True])
        assert sides["two-sided", True] == pytest.approx(2 * least, rel=1e-12)
        assert (sides["two-sided", True] < sides["two-sided", False])[mann_kendall(values).s != 0].all()

    def test_expansions(self) -> None:
        """Beyond counting it is as close to the exact mid-p as p is to the exact p."""
        rng = np.random.default_rng(3)
        values = np.round(rng.normal(size=(40, 80)) + np.linspace(-1, 1, 40)[:, None] * np.arange(80) / 30, 1)
        found = mann_kendall(values, mid_p=True)
        assert set(found.path) == {"edgeworth", "saddlepoint"}
        assert found.p_value == pytest.approx(mann_kendall(values, mid_p=True, method="exact").p_value, rel=1e-4)
        assert (found.p_value >= found.p_min).all()
