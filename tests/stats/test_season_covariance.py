"""Dependent seasons and sites: other programs, brute force, laws and reasons."""

from __future__ import annotations

import csv
import json
import pickle
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import ndtr

from maalbib.errors import ArgumentError
from maalbib.stats import mann_kendall, regional_mann_kendall, seasonal_mann_kendall

if TYPE_CHECKING:
    from pathlib import Path

    from maalbib.stats import SeasonalMannKendall

Floats = npt.NDArray[np.float64]

NAN = np.nan
SMALL = st.integers(-3, 3).map(float)
YEARS_BY_SEASONS = hnp.arrays(np.float64, st.tuples(st.integers(2, 9), st.integers(1, 4)), elements=SMALL)


def load(oracles: Path, *kinds: str) -> list[dict[str, Any]]:
    """Read the cases with blocks."""
    found = json.loads((oracles / "trends/block_cases.json").read_text(encoding="utf-8"))
    return [case for case in found if case["kind"] in kinds]


def together(case: dict[str, Any]) -> tuple[list[float], list[float], list[int]]:
    """Lay the blocks of a case end to end as values, times and labels."""
    values = [NAN if y is None else y for block in case["blocks"] for y in block["y"]]
    times = [t for block in case["blocks"] for t in block["t"]]
    return values, times, [i for i, block in enumerate(case["blocks"]) for _ in block["y"]]


def of_case(case: dict[str, Any], **options: Any) -> SeasonalMannKendall:
    """Test the seasons of a case."""
    values, times, seasons = together(case)
    return seasonal_mann_kendall(values, times, seasons=seasons, **options)


def of_years(years: Floats, **options: Any) -> SeasonalMannKendall:
    """Test an array of years and seasons."""
    seasons = np.tile(np.arange(years.shape[1]), len(years))
    return seasonal_mann_kendall(years.ravel(), seasons=seasons, **{"min_years": 2} | options)


def sign_sum(values: npt.ArrayLike) -> int:
    """Count rises less falls pair by pair; a pair with a gap is neither."""
    return sum(int(np.nan_to_num(np.sign(later - earlier))) for earlier, later in combinations(np.asarray(values), 2))


def test_block_cases(oracles: Path) -> None:
    """Complete seasons, ties included, with and without continuity correction."""
    checked = 0
    for case in load(oracles, "season"):
        expected = case["expected"].get("dietz_killeen")
        if expected is None:
            continue
        for option, name in ((True, "cc"), (False, "no_cc")):
            found = of_case(case, min_years=2, continuity_correction=option)
            assert found.s.item() == case["expected"]["s"]
            assert found.var_s.item() == pytest.approx(expected["var_s"], rel=1e-12)
            assert found.var_s_independent.item() == pytest.approx(case["expected"]["var_s"], rel=1e-12)
            assert found.z.item() == pytest.approx(expected[f"z_{name}"], rel=1e-12)
            assert found.p_value.item() == pytest.approx(expected[f"p_{name}"], rel=1e-12)
        checked += 1
    assert checked == 10


def test_reference_values(oracles: Path) -> None:
    """R trend and rkt give the same variance, z and p; segments share no time, so nothing is added there."""
    by_case = {case["case_id"]: case for case in load(oracles, "season", "segment")}
    with (oracles / "trends/block_reference_values.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["field"].startswith("dk_")]
    for row in rows:
        field, case = row["field"].removeprefix("dk_"), by_case[row["case_id"]]
        found: Any
        if case["kind"] == "segment":
            values, times, labels = together(case)
            found = mann_kendall(values, times, blocks=labels, method="normal")
        else:
            found = of_case(case, min_years=2, continuity_correction="no_cc" not in field)
        figure = {"v": found.var_s, "z": found.z, "p": found.p_value}[field[0]].item()
        assert figure == pytest.approx(float(row["value"]), rel=1e-9), row
    assert len(rows) == 46


def test_nottingham_temperatures(oracles: Path) -> None:
    """Months that share warm years: p moves from 0.036 to 0.112."""
    data = pd.read_csv(oracles / "trends/datasets/nottem.csv")
    found = seasonal_mann_kendall(data["value"], data["year"], seasons=data["month"])
    assert (found.n_years.item(), found.n_seasons.item(), found.n.item()) == (20, 12, 240)
    assert found.p_value.round(3).item() == 0.112
    independent = mann_kendall(data["value"], blocks=data["month"], method="normal")
    assert independent.p_value.round(3).item() == 0.036
    assert found.var_s_independent == independent.var_s


@pytest.mark.parametrize(
    "years",
    [
        [[1, 5], [2, 3], [2, 8], [4, 8], [0, 9]],
        [[1, 1, 0], [1, 2, 0], [2, 2, 0], [3, 1, 1], [3, 3, 1]],
        [[4, 4], [2, 2], [9, 9], [7, 7], [5, 5], [1, 1]],
        [[4, -4], [2, -2], [9, -9], [7, -7], [5, -5]],
    ],
)
def test_variance_is_that_over_all_orders_of_the_years(years: list[list[float]]) -> None:
    """If every order of the years is equally likely, the formula is no approximation: ties and all."""
    table = np.array(years, dtype=float)
    sums = [sum(sign_sum(column) for column in table[list(order)].T) for order in permutations(range(len(table)))]
    assert np.mean(sums) == 0
    assert of_years(table).var_s.item() == pytest.approx(np.mean(np.square(sums)), rel=1e-12)


@given(YEARS_BY_SEASONS)
def test_definition_with_ranks(years: Floats) -> None:
    """The covariance of every two seasons by the printed formula, one after the other."""
    n, seasons = years.shape
    found = of_years(years)
    ranks = (n + 1 + np.sign(years[:, None] - years).sum(axis=1)) / 2
    total = 0.0
    for one in range(seasons):
        for other in range(seasons):
            k = sum(
                np.sign((years[j, one] - years[i, one]) * (years[j, other] - years[i, other]))
                for i, j in combinations(range(n), 2)
            )
            total += (k + 4 * ranks[:, one] @ ranks[:, other] - n * (n + 1) ** 2) / 3
    assert found.var_s.item() == pytest.approx(total, rel=1e-12, abs=1e-9)
    assert found.s.item() == sum(sign_sum(column) for column in years.T)
    assert found.var_s.item() >= 0


@given(YEARS_BY_SEASONS)
def test_one_season_is_the_normal_test(years: Floats) -> None:
    """One season has the variance of the Mann-Kendall test, ties included, and its normal p."""
    alone = years[:, :1]
    found, plain = of_years(alone), mann_kendall(alone.ravel(), method="normal")
    assert found.var_s == plain.var_s
    assert found.p_value.item() == pytest.approx(plain.p_value.item(), rel=1e-14)
    for alternative in ("rising", "falling"):
        one_sided = of_years(alone, alternative=alternative)
        expected = mann_kendall(alone.ravel(), method="normal", alternative=alternative)
        assert one_sided.p_value.item() == pytest.approx(expected.p_value.item(), rel=1e-14)


@given(YEARS_BY_SEASONS, st.data())
def test_laws(years: Floats, data: st.DataObject) -> None:
    """Order of seasons, increasing maps, turning, repeating a season, empty periods at the ends."""
    found = of_years(years)
    order = data.draw(st.permutations(range(years.shape[1])))
    assert of_years(years[:, order]) == found
    assert of_years(np.exp(years)) == found
    turned = of_years(-years)
    assert (turned.s, turned.var_s, turned.p_value) == (-found.s, found.var_s, found.p_value)
    assert of_years(years[::-1]).s == -found.s
    assert of_years(np.c_[years, years]).var_s.item() == pytest.approx(4 * found.var_s.item(), rel=1e-12)
    empty = np.full((1, years.shape[1]), NAN)
    assert of_years(np.r_[empty, years, empty]) == found
    assert of_years(np.c_[years, np.full(len(years), NAN)]) == found


@given(YEARS_BY_SEASONS)
def test_one_sided_p_values_belong_together(years: Floats) -> None:
    """The one in the direction of S is half the two-sided one; both cover everything."""
    two, up, down = (of_years(years, alternative=kind) for kind in ("two-sided", "rising", "falling"))
    if two.var_s > 0 and two.s != 0:
        assert 2 * min(up.p_value, down.p_value) == pytest.approx(two.p_value.item(), rel=1e-13)
    assert up.p_value + down.p_value >= 1 - 1e-12


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.just(12)), elements=SMALL | st.just(NAN)))
def test_rows_of_a_batch_are_single_calls(values: Floats) -> None:
    """A series gets the same bytes alone and in a batch."""
    options: dict[str, Any] = {"seasons": np.arange(12) % 3, "min_years": 2, "gaps": "mid_rank"}
    whole = seasonal_mann_kendall(values, **options)
    for i, row in enumerate(values):
        alone = seasonal_mann_kendall(row, **options)
        for name in ("s", "var_s", "var_s_independent", "z", "p_value", "n", "n_years", "n_seasons"):
            assert getattr(alone, name).tobytes() == np.asarray(getattr(whole, name)[i]).tobytes()
        assert alone.reason.item() == whole.reason[i]


@settings(max_examples=20)
@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(2, 6)), elements=SMALL))
def test_sites_are_seasons(regions: Floats) -> None:
    """A region is a series whose sites stand for seasons, whatever the unit of time."""
    count, sites, periods = regions.shape
    found = regional_mann_kendall(regions, 2010 + np.cumsum(np.arange(periods)), min_years=2)
    assert found.s.shape == (count,)
    for region, i in zip(regions, range(count), strict=True):
        expected = of_years(region.T)
        assert (found.s[i], found.var_s[i], found.p_value[i]) == (expected.s, expected.var_s, expected.p_value)
    assert found.n_seasons.tolist() == [sites] * count
    assert regional_mann_kendall(regions[0], min_years=2).p_value == found.p_value[0]


def test_it_keeps_its_level_where_years_are_shared() -> None:
    """Half of the variance shared: nominal 5 % here, eight times as much where seasons count as independent."""
    rng = np.random.default_rng(11)
    values = (rng.normal(size=(3000, 12, 1)) + rng.normal(size=(3000, 12, 12))).reshape(3000, -1)
    found = seasonal_mann_kendall(values, seasons=np.tile(np.arange(12), 12))
    independent = 2 * ndtr(-(np.abs(found.s) - 1) / np.sqrt(found.var_s_independent))
    assert 0.02 < (found.p_value <= 0.05).mean() < 0.06
    assert (independent <= 0.05).mean() > 0.35


class TestRegressions:
    """What other packages got wrong."""

    def test_pymannkendall_alpha_ignored_in_correlated_seasonal_test(self, oracles: Path) -> None:
        """The p is given and no level is asked for: between 5 and 10 % it is a finding at 10 % and none at 5 %."""
        case = next(case for case in load(oracles, "season") if case["case_id"] == "b002_season4x5")
        p = of_case(case, min_years=2, continuity_correction=False).p_value.item()
        assert 0.05 < p <= 0.10
        with pytest.raises(TypeError):
            of_case(case, alpha=0.10)

    def test_pymannkendall_alpha_ignored_in_regional_test(self) -> None:
        """The same for sites."""
        sites = np.array([[1, 3, 2, 5, 4, 6, 5, 8, 6, 9], [4, 1, 3, 5, 2, 6, 4, 7, 8, 3]])
        p = regional_mann_kendall(sites).p_value.item()
        assert 0.001 < p < 0.05
        with pytest.raises(TypeError):
            regional_mann_kendall(sites, alpha=0.001)  # type: ignore[call-arg]

    @pytest.mark.parametrize("years", [9, 10, 11, 12, 15])
    def test_trend_corrects_for_continuity_only_up_to_ten_years(self, years: int) -> None:
        """The correction depends on the option alone, never on the length of the series."""
        table = np.random.default_rng(years).normal(size=(years, 4))
        with_it, without = of_years(table), of_years(table, continuity_correction=False)
        assert with_it.z.item() == pytest.approx((with_it.s - np.sign(with_it.s)) / np.sqrt(with_it.var_s))
        assert without.z.item() == pytest.approx(without.s / np.sqrt(without.var_s))

    def test_rkt_drops_seasons_under_four_values(self) -> None:
        """Three years are three years, where so few are allowed."""
        assert of_years(np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]])).s.item() == 6

    def test_rkt_covariance_of_incomplete_years_by_name(self, oracles: Path) -> None:
        """Gaps are refused with a reason; by name the figure is the one that others give without a word."""
        data = pd.read_csv(oracles / "trends/datasets/pie1.csv")
        refused = seasonal_mann_kendall(data["so4"], data["year"], seasons=data["month"])
        assert (refused.reason.item(), refused.s.item()) == ("incomplete_years", -348)
        assert np.isnan(refused.p_value.item())
        by_name = seasonal_mann_kendall(data["so4"], data["year"], seasons=data["month"], gaps="mid_rank")
        assert by_name.var_s.item() == pytest.approx(14495.333333333332, rel=1e-12)
        assert by_name.p_value.item() == pytest.approx(0.0039498171154483952, rel=1e-9)


class TestReasons:
    """A bad series never raises; it says why."""

    def test_each_reason(self) -> None:
        """One row per reason."""
        good = np.arange(24.0)
        rows = np.stack([good] * 5)
        rows[1] = NAN
        rows[2, 7] = np.inf
        rows[3, 5] = NAN
        rows[4, :6] = NAN
        found = seasonal_mann_kendall(rows, seasons=np.arange(24) % 2)
        assert found.reason.tolist() == ["", "no_data", "invalid_value", "incomplete_years", "too_few_years"]
        for column in (found.p_value, found.z, found.var_s):
            assert np.isnan(column).tolist() == [False, True, True, True, True]
        assert np.isnan(found.s).tolist() == [False, True, True, False, False]
        assert found.n_years.tolist() == [12, 0, 0, 12, 9]

    def test_ten_years_are_the_default(self) -> None:
        """Nine years are too few, ten are not, unless another number is named."""
        nine, ten = np.arange(18.0), np.arange(20.0)
        assert seasonal_mann_kendall(nine, seasons=np.arange(18) % 2).reason.item() == "too_few_years"
        assert seasonal_mann_kendall(ten, seasons=np.arange(20) % 2).reason.item() == ""
        assert seasonal_mann_kendall(nine, seasons=np.arange(18) % 2, min_years=9).reason.item() == ""

    def test_a_season_that_occurs_once_is_incomplete(self) -> None:
        """Its other years are missing."""
        found = seasonal_mann_kendall(np.arange(11.0), seasons=[0] * 10 + [1])
        assert (found.reason.item(), found.n_seasons.item()) == ("incomplete_years", 2)
        assert seasonal_mann_kendall([1, 2], seasons=[0, 1], min_years=2).reason.item() == "too_few_points"

    def test_equal_values(self) -> None:
        """Nothing moves: p is 1, as in the Mann-Kendall test."""
        found = seasonal_mann_kendall(np.full(20, 5.0), seasons=np.arange(20) % 2)
        assert (found.s.item(), found.var_s.item(), found.z.item(), found.p_value.item()) == (0, 0, 0, 1)

    def test_empty_inputs(self) -> None:
        """No series, no periods."""
        assert seasonal_mann_kendall(np.empty((0, 4)), seasons=[0, 1, 0, 1]).s.shape == (0,)
        assert seasonal_mann_kendall([], seasons=[]).reason.item() == "no_data"
        assert regional_mann_kendall(np.empty((2, 3, 0))).reason.tolist() == ["no_data"] * 2

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"times": [0, 1, 2, 3], "seasons": [0, 1, 0, 1]}, "seasons.times_not_shared"),
            ({"times": [0, 0, 0, 1], "seasons": [0, 1, 0, 1]}, "trend.times_not_rising"),
            ({"seasons": [[0, 1, 0, 1]]}, "argument.shape"),
            ({"seasons": [0, 1]}, "argument.shape"),
            ({"seasons": [0.5, 1, 2, 3]}, "trend.blocks_not_integers"),
            ({"seasons": [0, 1, 0, 1], "gaps": "drop"}, "argument.choice"),
            ({"seasons": [0, 1, 0, 1], "alternative": "up"}, "argument.choice"),
            ({"seasons": [0, 1, 0, 1], "min_years": 1}, "argument.whole_number"),
            ({"seasons": [0, 1, 0, 1], "resolution": 0}, "trend.resolution_not_positive"),
        ],
    )
    def test_wrong_arguments(self, arguments: dict[str, Any], code: str) -> None:
        """Only wrong arguments raise."""
        with pytest.raises(ArgumentError) as caught:
            seasonal_mann_kendall([1, 2, 3, 4], **arguments)
        assert caught.value.code == code

    def test_wrong_shapes_of_regions(self) -> None:
        """A region is a table of sites and periods, with one time per period."""
        for values, times in (([1, 2, 3], None), (np.zeros((2, 5)), [1, 2])):
            with pytest.raises(ArgumentError) as caught:
                regional_mann_kendall(values, times)
            assert caught.value.code == "argument.shape"

    def test_results_pickle_and_inputs_stay(self) -> None:
        """A result survives a process pool, and nothing is changed in place."""
        values = np.array([[1.0, np.inf, 3.0, 4.0], [NAN, 2.0, 2.0, 5.0]])
        before = values.copy()
        found = seasonal_mann_kendall(values, seasons=[0, 1, 0, 1], resolution=0.5)
        assert pickle.loads(pickle.dumps(found)) == found
        assert np.array_equal(values, before, equal_nan=True)
