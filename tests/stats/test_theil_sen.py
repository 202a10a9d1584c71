"""The Theil-Sen slope against published figures, other programs and its definition."""

from __future__ import annotations

import csv
import json
import pickle
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from maalbib.errors import ArgumentError
from maalbib.stats import _selection, _slopes, mann_kendall, theil_sen

if TYPE_CHECKING:
    from pathlib import Path

    from maalbib.stats import TheilSen
    from maalbib.stats._theil_sen import Intercept

NAN = np.nan
GRADE_4 = [71, 68, 67, 66, 64, 62, 71]


def load(oracles: Path, name: str) -> list[dict[str, Any]]:
    """Read one file of cases."""
    cases: list[dict[str, Any]] = json.loads((oracles / "trends" / name).read_text(encoding="utf-8"))
    return cases


def number(value: float | None) -> float:
    """Read a figure; null is NaN."""
    return NAN if value is None else value


def close(found: float, expected: float | None, scale: float = 0.0, rel: float = 1e-12) -> bool:
    """Compare two figures, NaN equal to NaN; ``scale`` is what a zero was subtracted from."""
    return found == pytest.approx(number(expected), rel=rel, abs=1e-15 * scale, nan_ok=True)


def together(blocks: list[dict[str, Any]]) -> tuple[list[float], list[float], list[int]]:
    """Lay blocks end to end as values, times and labels."""
    values = [number(y) for block in blocks for y in block["y"]]
    times = [t for block in blocks for t in block["t"]]
    labels = [i for i, block in enumerate(blocks) for _ in block["y"]]
    return values, times, labels


def interval_agrees(result: TheilSen, interval: dict[str, Any] | None, scale: float) -> None:
    """Compare limits and attained level, or the refusal."""
    if interval is None:
        assert result.interval_reason.item() == "interval_not_attainable"
        assert np.isnan([result.lower.item(), result.upper.item()]).all()
        return
    assert result.interval_reason.item() == ""
    assert close(result.lower.item(), interval["lower"], scale)
    assert close(result.upper.item(), interval["upper"], scale)
    assert close(result.level.item(), interval["attained_level"])


def test_series_cases(oracles: Path) -> None:
    """Slope, both levels and every interval of series of 0 to 150 values."""
    for case in load(oracles, "series_cases.json"):
        y, t, expected = [number(v) for v in case["y"]], case["t"], case["expected"]
        scale = max([abs(v) for v in y if not np.isnan(v)] or [1.0]) * 10
        for kind in ("separate", "joint"):
            result = theil_sen(y, t, resolution=case.get("resolution"), intercept=kind)
            assert close(result.slope.item(), expected["slope"], scale), case["case_id"]
            # Taken at time 0, which may be two thousand years away.
            reach = scale + abs(number(expected["slope"])) * max([abs(v) for v in t] or [0.0])
            assert close(result.intercept.item(), expected[f"intercept_{kind}"], reach), case["case_id"]
            assert result.n.item() == expected["n"]
        for alpha, interval in expected["ci"].items():
            result = theil_sen(y, t, resolution=case.get("resolution"), confidence=float(str(1 - float(alpha))[:4]))
            interval_agrees(result, interval, scale)


def test_block_cases(oracles: Path) -> None:
    """Slopes within seasons and segments, pooled."""
    for case in load(oracles, "block_cases.json"):
        values, times, labels = together(case["blocks"])
        scale = max(abs(v) for v in values if not np.isnan(v))
        for alpha, interval in case["expected"]["ci"].items():
            result = theil_sen(values, times, blocks=labels, confidence=float(str(1 - float(alpha))[:4]))
            assert close(result.slope.item(), case["expected"]["slope"], scale)
            interval_agrees(result, interval, scale)
            assert np.isnan(result.intercept.item())


def test_reference_values(oracles: Path) -> None:
    """R, SciPy and pymannkendall give the same slopes and levels, NSM3 the same exact limits."""
    cases = {case["case_id"]: case for case in load(oracles, "series_cases.json")}
    names = {
        "slope": "slope",
        "intercept_separate": "intercept",
        "intercept_joint": "intercept",
        "lower_exact": "lower",
        "upper_exact": "upper",
    }
    compared = 0
    with (oracles / "trends" / "series_reference_values.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["field"] not in names:
                continue
            case = cases[row["case_id"]]
            kind = "joint" if row["field"] == "intercept_joint" else "separate"
            result = theil_sen(
                [number(v) for v in case["y"]], case["t"], intercept=kind, resolution=case.get("resolution")
            )
            found = getattr(result, names[row["field"]]).item()
            if np.isnan(found) and row["field"].endswith("_exact"):
                continue  # NSM3 gives the outermost slopes where the level cannot be reached
            assert found == pytest.approx(float(row["value"]), rel=1e-9, abs=1e-12), row
            compared += 1
    assert compared > 300


def test_limits_of_sen_1968(oracles: Path) -> None:
    """The rounded ranks with allowance for ties give the limits of R and SciPy."""
    for case in load(oracles, "series_cases.json"):
        expected = case["expected"].get("ci_sen1968_95")
        y = [number(v) for v in case["y"]]
        if expected is None or expected["rank_lower"] + expected["rank_upper"] != case["expected"]["n_pairs"] + 1:
            continue  # equal values only: no spread, and the two ranks round to the same one
        result = theil_sen(y, case["t"], resolution=case.get("resolution"), interval="sen1968")
        scale = max(abs(v) for v in y if not np.isnan(v))
        assert close(result.lower.item(), expected["lower"], scale), case["case_id"]
        assert close(result.upper.item(), expected["upper"], scale), case["case_id"]
        assert result.level.item() == 0.95
        assert bool(result.interval_reason.item()) == (expected["lower"] is None)


class TestPublished:
    """Worked examples, typed from their sources."""

    def test_danish_reading_grade_4(self) -> None:
        """Five school years fall by 1.583 points a year; over the break only pairs on one side of it count."""
        first = theil_sen(GRADE_4[:5])
        assert first.slope.item() == pytest.approx(-1.5833333333333335, rel=1e-15)
        assert (first.lower.item(), first.upper.item()) == (-3, -1)
        assert first.level.item() == 118 / 120
        blocks = theil_sen(GRADE_4, blocks=[0, 0, 0, 0, 0, 1, 1])
        assert blocks.slope.item() == -1.5
        assert np.isnan(blocks.intercept.item())
        after = theil_sen(GRADE_4[5:])
        assert (after.slope.item(), after.interval_reason.item(), after.level.item()) == (
            9,
            "interval_not_attainable",
            0,
        )

    def test_hollander_wolfe_example_9_1(self) -> None:
        """Hollander and Wolfe, example 9.1."""
        result = theil_sen([1.26, 1.27, 1.12, 1.16, 1.03], [1, 2, 3, 4, 5])
        assert result.slope.item() == pytest.approx(-0.05625, rel=1e-12)
        assert result.intercept.item() == pytest.approx(1.32875, rel=1e-12)

    def test_sen_1968(self) -> None:
        """Sen's worked example with uneven times: slope 4 from 3.71 to 4.38; both conventions of the level.

        Sen gives 93 % by the normal form; the same limits attain 97.0 %.
        """
        t, y = [1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78]
        result = theil_sen(y, t)
        assert result.level.item() == pytest.approx(1 - 152 / 5040)
        assert result.slope.item() == 4
        assert (round(result.lower.item(), 2), round(result.upper.item(), 2)) == (3.71, 4.38)
        assert result.intercept.item() == 4
        assert theil_sen(y, t, intercept="joint").intercept.item() == 6
        named = theil_sen(y, t, confidence=0.93, interval="sen1968")
        assert (round(named.lower.item(), 2), round(named.upper.item(), 2)) == (3.71, 4.38)

    @pytest.mark.parametrize(
        ("values", "separate", "joint"),
        [
            ([12, 14, 13, 17, 16, 20, 19, 24, 22, 28], 11.25, 12.25),
            ([3, 3, 5, 4, 4, 7, 6, 9, 9, 12, 11, 15], 1.0, 2.0),
        ],
    )
    def test_two_conventions_of_the_level(self, values: list[int], separate: float, joint: float) -> None:
        """The figures given in the discussion of aquascope pull request 147."""
        assert theil_sen(values).intercept.item() == separate
        assert theil_sen(values, intercept="joint").intercept.item() == joint

    def test_long_series(self, oracles: Path) -> None:
        """Nile, and 18 million slopes between days, which are never all held at once."""
        folder = oracles / "trends" / "datasets"
        nile = pd.read_csv(folder / "nile.csv")
        assert theil_sen(nile["value"], nile["year"]).slope.item() == pytest.approx(-2.6, rel=1e-9)
        nottem = pd.read_csv(folder / "nottem.csv")
        seasonal = theil_sen(nottem["value"], nottem["year"], blocks=nottem["month"])
        assert seasonal.slope.item() == pytest.approx(0.050000000000000711, rel=1e-9)
        epa = pd.read_csv(folder / "epa2009_17_6_sulfate.csv").drop_duplicates("time")
        assert theil_sen(epa["value"], epa["time"]).reason.item() == ""
        daily = pd.read_csv(folder / "daily_20_years.csv", parse_dates=["date"])
        days = (daily["date"] - daily["date"].iloc[0]).dt.days
        result = theil_sen(daily["value"], days)
        assert result.n.item() == 6017
        assert result.slope.item() == pytest.approx(-9.842519685039365e-05, rel=1e-9)
        assert result.lower.item() == pytest.approx(-0.00011904761904761903, rel=5e-3)
        assert result.upper.item() == pytest.approx(-7.805325987144175e-05, rel=5e-3)

    def test_gaps_keep_time(self, oracles: Path) -> None:
        """Pymannkendall's data with ten gaps: time is the index, not the count of values."""
        values = pd.read_csv(oracles / "trends" / "datasets" / "pymannkendall_1d.csv")["value"]
        result = theil_sen(values)
        assert result.slope.item() == pytest.approx(-0.006369426751592357, rel=1e-9)
        assert result.intercept.item() == pytest.approx(96.15286624203821, rel=1e-9)


class TestLine:
    """The level of the line, and where there is none."""

    def test_fitted_values_do_not_depend_on_the_origin(self) -> None:
        """The same series in years since 2010 and in calendar years."""
        values = [4.1, 4.4, NAN, 4.6, 5.2, 5.1]
        near, far = (theil_sen(values, np.arange(6.0) + origin) for origin in (0, 2010))
        assert near.fitted_first.item() == pytest.approx(far.fitted_first.item(), rel=1e-14)
        assert near.fitted_last.item() == pytest.approx(far.fitted_last.item(), rel=1e-14)
        assert near.fitted_last.item() - near.fitted_first.item() == pytest.approx(5 * near.slope.item())

    @pytest.mark.parametrize("kind", ["separate", "joint"])
    def test_first_and_last_are_those_with_a_value(self, kind: Any) -> None:
        """Missing periods at the ends move the ends of the line."""
        padded = theil_sen([NAN, 1, 3, 2, 5, NAN], intercept=kind)
        bare = theil_sen([1, 3, 2, 5], [1, 2, 3, 4], intercept=kind)
        assert padded == bare

    def test_one_block_with_values_has_a_level(self) -> None:
        """A value alone after the break belongs to no line."""
        result = theil_sen([1, 2, 3, 90], blocks=[0, 0, 0, 1])
        assert (result.slope.item(), result.fitted_first.item(), result.fitted_last.item()) == (1, 1, 3)
        assert theil_sen([1, 2, 3, 90, 91], blocks=[0, 0, 0, 1, 1]).fitted_last.item() != 3

    def test_rows_with_one_and_with_two_used_blocks(self) -> None:
        """Each series is judged by its own values."""
        result = theil_sen([[1, 2, 3, 8, 9], [1, 2, 3, NAN, 9], [1, NAN, NAN, 8, 9]], blocks=[0, 0, 0, 1, 1])
        assert np.isnan(result.intercept).tolist() == [True, False, False]
        assert result.fitted_first[1:].tolist() == [1, 8]


class TestReasons:
    """A bad series never raises and never warns; it says why."""

    def test_each_reason(self) -> None:
        """One row per reason."""
        result = theil_sen([[1, 2, 3, 4, 5], [NAN] * 5, [NAN, 2, NAN, NAN, NAN], [1, 2, np.inf, 4, 5]])
        assert result.reason.tolist() == ["", "no_data", "too_few_points", "invalid_value"]
        assert result.interval_reason.tolist() == [""] * 4
        for column in (result.slope, result.intercept, result.lower, result.level, result.fitted_last):
            assert np.isnan(column).tolist() == [False, True, True, True]

    def test_empty_inputs(self) -> None:
        """No series, no periods, no pairs."""
        assert theil_sen(np.empty((0, 5))).slope.shape == (0,)
        assert theil_sen(np.empty((3, 0))).reason.tolist() == ["no_data"] * 3
        assert theil_sen([]).reason.item() == "no_data"
        assert theil_sen([1, 2, 3], blocks=[0, 1, 2]).reason.item() == "too_few_points"

    def test_steep_slopes_do_not_overflow(self) -> None:
        """A value is invalid where its slope over the smallest step would be no number."""
        result = theil_sen([[1e307, -1e307, 0], [1e300, -1e300, 0]], [0, 0.01, 0.02])
        assert result.reason.tolist() == ["invalid_value", ""]

    @pytest.mark.parametrize("resolution", [None, 1e300])
    @pytest.mark.parametrize("intercept", ["separate", "joint"])
    def test_a_line_is_finite_or_its_series_is_invalid(self, intercept: Intercept, resolution: float | None) -> None:
        """Calendar years carry the level of a steep line far: no infinity, no warning, and never NaN unexplained."""
        rows = np.outer([1e300, 1e302, 1e304, 1e307, 8.9e307], [-1, 1, 0.5])
        result = theil_sen(rows, [2014, 2015, 2016], confidence=0.6, intercept=intercept, resolution=resolution)
        lines = np.array([result.slope, result.lower, result.intercept, result.fitted_first, result.fitted_last])
        assert (np.isfinite(lines) == (result.reason == "")).all()
        assert result.reason[[0, -1]].tolist() == ["", "invalid_value"]

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"values": [1, 2], "times": [1, 1]}, "trend.times_not_rising"),
            ({"values": [1, 2], "confidence": 1.0}, "argument.range"),
            ({"values": [1, 2], "confidence": 0}, "argument.range"),
            ({"values": [1, 2], "intercept": "conover"}, "argument.choice"),
            ({"values": [1, 2], "interval": "bootstrap"}, "argument.choice"),
            ({"values": np.zeros((1, 1, 1))}, "argument.shape"),
        ],
    )
    def test_wrong_arguments(self, arguments: dict[str, Any], code: str) -> None:
        """Only wrong arguments raise."""
        with pytest.raises(ArgumentError) as caught:
            theil_sen(**arguments)
        assert caught.value.code == code


def test_no_minus_zero() -> None:
    """A flat series has the slope 0, not -0."""
    result = theil_sen([[3, 3, 3, 3, 3], [1, 2, 1, 2, 1]])
    assert not np.signbit([*result.slope, *result.lower[:1], *result.upper[:1]]).any()


def test_results_pickle_and_compare() -> None:
    """A result survives a process pool and equals itself, NaN included."""
    result = theil_sen([[1, 2, 3], [NAN, NAN, NAN]])
    assert pickle.loads(pickle.dumps(result)) == result


def test_inputs_stay_as_they_are() -> None:
    """Nothing is changed in place."""
    values, times = np.array([[1.0, np.inf, 3.0], [NAN, 2.0, 2.0]]), np.array([1.0, 2.0, 4.0])
    before = values.copy(), times.copy()
    theil_sen(values, times, resolution=0.5)
    assert np.array_equal(values, before[0], equal_nan=True)
    assert np.array_equal(times, before[1])


def test_long_series_give_the_same_as_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Selecting from passes and sorting everything give the same bytes, ties, gaps and blocks included."""
    rng = np.random.default_rng(8)
    values = np.round(np.cumsum(rng.normal(size=(4, 150)), axis=1), 1)
    values[1] = np.round(values[1] / 4)
    values[2] = rng.integers(0, 2, 150)
    values[3, rng.random(150) < 0.3] = NAN
    blocks = np.arange(150) // 80
    whole, cut = theil_sen(values), theil_sen(values, blocks=blocks)
    monkeypatch.setattr(_slopes, "_MOST", 100)
    monkeypatch.setattr(_slopes, "_CHUNK", 1_000)
    monkeypatch.setattr(_selection, "_KEPT", 64)
    assert theil_sen(values) == whole
    assert theil_sen(values, blocks=blocks) == cut


@pytest.mark.parametrize("kept", [1, 7, 50])
@pytest.mark.parametrize("kind", ["noise", "two values", "rising", "heavy ends"])
def test_selection_finds_every_rank(monkeypatch: pytest.MonkeyPatch, kept: int, kind: str) -> None:
    """Whatever the numbers and however small the sample, each rank is exact."""
    monkeypatch.setattr(_selection, "_KEPT", kept)
    rng = np.random.default_rng(kept)
    numbers = {
        "noise": rng.normal(size=500),
        "two values": rng.integers(0, 2, 500).astype(float),
        "rising": np.arange(500.0),
        "heavy ends": np.r_[np.zeros(200), rng.normal(size=100), np.full(200, 9.0)],
    }[kind]
    ranks = [0, 3, 199, 200, 249, 250, 301, 499]
    passes = 0

    def chunks() -> list[np.ndarray[Any, Any]]:
        nonlocal passes
        passes += 1
        return np.array_split(numbers, 7)

    assert _selection.select(chunks, ranks, 500) == np.sort(numbers)[ranks].tolist()
    assert passes < 120


def test_definition_in_plain_python() -> None:
    """Random short series with gaps and uneven times, against sorted lists of slopes."""
    rng = np.random.default_rng(2)
    for _ in range(60):
        n = int(rng.integers(2, 12))
        times = np.cumsum(rng.integers(1, 4, n)).astype(float)
        values = np.where(rng.random(n) < 0.2, NAN, rng.integers(0, 6, n) / 4)
        blocks = np.sort(rng.integers(0, 2, n))
        pairs = combinations([(t, y, b) for t, y, b in zip(times, values, blocks, strict=True) if not np.isnan(y)], 2)
        slopes = sorted((y2 - y1) / (t2 - t1) for (t1, y1, b1), (t2, y2, b2) in pairs if b1 == b2)
        result = theil_sen(values, times, blocks=blocks)
        if not slopes:
            assert np.isnan(result.slope.item())
            continue
        assert result.slope.item() == pytest.approx(median(slopes), rel=1e-14)
        if not result.interval_reason.item():
            rank = slopes.index(result.lower.item())
            assert result.lower.item() <= result.slope.item() <= result.upper.item()
            assert rank <= (len(slopes) - 1) // 2


@pytest.mark.parametrize("n", [8, 20, 45, 130])
@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_ranks_of_sen_1968_are_those_of_each_series(n: int, gaps: float) -> None:
    """Ties narrow these ranks, so in a batch without gaps they differ from series to series."""
    rng = np.random.default_rng(n)
    values = np.round(rng.normal(size=(40, n)) * 2)
    values[rng.random(values.shape) < gaps] = NAN
    together = theil_sen(values, interval="sen1968")
    for i, row in enumerate(values):
        alone = theil_sen(row, interval="sen1968")
        assert (alone.lower.item(), alone.upper.item()) == (together.lower[i], together.upper[i])
    assert len(set(zip(together.lower, together.upper, strict=True))) > 5


def test_placing_a_few_slopes_is_sorting_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above some hundred slopes only those asked for are brought to their places, with the same results."""
    rng = np.random.default_rng(6)
    values = np.round(rng.normal(size=(300, 45)), 1)
    gappy = np.where(rng.random(values.shape) < 0.15, NAN, values)
    gappy[7] = NAN
    blocks = np.arange(45) // 23
    cases = [(v, b) for v in (values, gappy, np.sort(values, axis=1)) for b in (None, blocks)]
    placed = [theil_sen(v, blocks=b, confidence=c) for v, b in cases for c in (0.5, 0.95)]
    monkeypatch.setattr(_slopes, "_SORTED", 10**9)
    assert placed == [theil_sen(v, blocks=b, confidence=c) for v, b in cases for c in (0.5, 0.95)]
    monkeypatch.setattr(_slopes, "_SORTED", 1)
    monkeypatch.setattr(_slopes, "_TOGETHER", 1)
    assert placed == [theil_sen(v, blocks=b, confidence=c) for v, b in cases for c in (0.5, 0.95)]


def test_interval_and_test_agree_without_ties() -> None:
    """Without ties, 0 lies outside the interval exactly when p does not exceed the level."""
    rng = np.random.default_rng(4)
    for n in (5, 6, 8, 11, 20, 45):
        values = rng.normal(size=(300, n)) + rng.uniform(-0.6, 0.6, size=(300, 1)) * np.arange(n)
        result = theil_sen(values)
        outside = (result.lower > 0) | (result.upper < 0)
        assert ((mann_kendall(values).p_value <= 0.05) == outside).all()
