"""Pettitt's test, and step or line, against counted figures, other programs and the definition."""

from __future__ import annotations

import csv
import json
import pickle
from itertools import groupby, pairwise, permutations, product
from math import exp
from statistics import median
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib.errors import ArgumentError
from maalbib.stats import Pettitt, _pettitt, _pettitt_null, _series, mann_kendall, pettitt, step_or_line, theil_sen
from maalbib.stats._pettitt_null import drawn_tails, exact_tails, smallest_p

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
SMALL = st.integers(-3, 3).map(float)
PANELS = hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(0, 12)), elements=SMALL | st.just(NAN))
TWO_STEPS = [5.0, 5.2, 4.9, 5.1, 9.0, 9.2, 8.9, 9.1]


def number(value: float | None) -> float:
    """Read a figure; null is NaN."""
    return NAN if value is None else value


def table(path: Path) -> list[dict[str, str]]:
    """Read a file of rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(oracles: Path, dataset: str, name: str) -> list[float]:
    """Read one series."""
    return [float(row[name]) for row in table(oracles / "trends" / "datasets" / f"{dataset}.csv")]


def surpluses(values: list[float]) -> list[int]:
    """U after each value, by its definition: pairs across the border that fall less those that rise."""
    n = len(values)
    return [
        sum((values[i] > values[j]) - (values[i] < values[j]) for i in range(k) for j in range(k, n))
        for k in range(1, n)
    ]


def slow_k(values: list[float]) -> int:
    """The largest of them."""
    return max(map(abs, surpluses(values)), default=0)


def at_positions(values: Floats, result: Pettitt) -> list[int]:
    """The borders as numbers of values before them."""
    before = np.cumsum(np.isfinite(values))
    return before[result.attained].tolist()


def same(one: Any, other: Any) -> bool:
    """Compare two results byte for byte, NaN and the sign of zero included."""
    fields = [(np.asarray(getattr(one, f.name)), np.asarray(getattr(other, f.name))) for f in attrs.fields(type(one))]
    return all(a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes() for a, b in fields)


def rows(result: Any, index: Any) -> Any:
    """Some series of a result."""
    picked = {f.name: np.asarray(getattr(result, f.name)[index]) for f in attrs.fields(type(result))}
    return attrs.evolve(result, **picked)


def test_exact_null(oracles: Path) -> None:
    """The counted distribution for 4 to 16 values, ties included."""
    found = table(oracles / "trends" / "pettitt_exact.csv")
    for _, group in groupby(found, key=lambda row: row["case_id"]):
        lines = list(group)
        ranks = lines[0]["midranks"].split()
        ties = tuple(len(list(equal)) for _, equal in groupby(ranks)) if ranks else (1,) * int(lines[0]["n"])
        ks = np.array([round(float(line["k_stat"])) for line in lines])
        expected = [float(line["p"]) for line in lines]
        assert exact_tails([(ties, ks)])[0].tolist() == pytest.approx(expected, rel=1e-13)
        assert smallest_p(ties) == pytest.approx(min(expected), rel=1e-13)


def test_series_cases(oracles: Path) -> None:
    """Series with ties, gaps and declared resolutions: K, every border that attains it, and p."""
    cases = json.loads((oracles / "trends" / "series_cases.json").read_text(encoding="utf-8"))
    judged = [case for case in cases if case["expected"].get("pettitt")]
    assert len(judged) > 30
    for case in judged:
        y, expected = np.array([number(v) for v in case["y"]]), case["expected"]["pettitt"]
        result = pettitt(y, resolution=case.get("resolution"))
        assert result.statistic.item() == expected["k_stat"]
        assert at_positions(y, result) == expected["last_before"]
        assert result.p_value.item() == pytest.approx(expected["p"], rel=1e-13)
        assert result.path.item() == "exact"


@pytest.mark.parametrize(("dataset", "name"), [("nile", "value"), ("maxau", "q")])
def test_data_sets(oracles: Path, dataset: str, name: str) -> None:
    """Two long series in R: K, the border, and that the printed p is only near the one of random orders."""
    figures = table(oracles / "trends" / "dataset_expected.csv")
    expected = {
        row["field"]: float(row["value"]) for row in figures if row["dataset"] == dataset and "pett" in row["field"]
    }
    values = column(oracles, dataset, name)
    result, n = pettitt(values), len(values)
    assert result.statistic.item() == expected["pettitt_k_stat"]
    assert result.last_before.item() + 1 == expected["pettitt_last_before"]
    k = expected["pettitt_k_stat"]
    assert min(1, 2 * exp(-6 * k * k / (n**3 + n**2))) == pytest.approx(expected["pettitt_p_approximation"])
    assert result.path.item() == "permutations"
    # The formula is about a third too large where p is not small; 10,000 orders cannot go below 0.0001.
    assert 0.6 < result.p_value.item() / max(expected["pettitt_p_approximation"], 1e-4) <= 1.0


def test_r_trend_pettitt_printed_p_is_an_approximation(oracles: Path) -> None:
    """R trend prints 0.139 for two clear steps of four values; counted it is 2 of 70, also with ties."""
    cases = json.loads((oracles / "trends" / "regressions.json").read_text(encoding="utf-8"))
    steps = [case for case in cases if case["case_id"].startswith("step_")]
    assert len(steps) == 2
    for case in steps:
        expected, result = case["expected"]["pettitt"], pettitt(case["y"])
        assert result.statistic.item() == expected["k_stat"] == 16
        assert at_positions(np.array(case["y"]), result) == expected["last_before"]
        assert result.p_value.item() == pytest.approx(expected["p"], rel=1e-13)
    assert round(2 * exp(-6 * 16**2 / (8**3 + 8**2)), 3) == 0.139
    assert pettitt(TWO_STEPS).p_value.item() == pytest.approx(2 / 70, rel=1e-15)


@pytest.mark.parametrize(
    "values", [p for n in range(2, 7) for p in product(range(3), repeat=n) if p == tuple(sorted(p))]
)
def test_every_tie_pattern_of_three_values_against_enumeration(values: tuple[int, ...]) -> None:
    """All orders of a few values, ties included, one after the other."""
    check_against_enumeration([float(value) for value in values])


@pytest.mark.parametrize("values", [(1, 2, 3, 4, 5, 6, 7, 8), (1, 2, 2, 3, 4, 4, 4, 5), (1, 1, 1, 1, 1, 2, 3, 3)])
def test_eight_values_against_enumeration(values: tuple[int, ...]) -> None:
    """The same for 40,320 orders."""
    check_against_enumeration([float(value) for value in values])


def check_against_enumeration(values: list[float]) -> None:
    """Compare p and p_min of every distinct order with their share of all orders."""
    ordered = np.array(list(permutations(range(len(values)))))
    scores = np.array([sum((v > w) - (v < w) for w in values) for v in values])
    ks = np.abs(np.cumsum(scores[ordered], axis=1)).max(axis=1)
    shuffled = np.unique(np.array(values)[ordered], axis=0)
    some = shuffled[:: max(1, len(shuffled) // 50)]
    result = pettitt(some)
    for k, p, row in zip(result.statistic, result.p_value, some, strict=True):
        assert k == slow_k(row.tolist())
        assert p == pytest.approx(np.mean(ks >= k), rel=1e-13)
    assert result.p_min.tolist() == pytest.approx([np.mean(ks == ks.max())] * len(some), rel=1e-13)


@pytest.mark.parametrize(
    ("n", "p_min"),
    [(4, 1 / 3), (5, 1 / 3), (6, 0.1), (7, 0.1), (8, 0.0286), (9, 0.0286), (10, 0.0079), (12, 0.0022), (14, 0.00058)],
)
def test_smallest_p(n: int, p_min: float) -> None:
    """Fewer than eight values can never reach 5 %."""
    result = pettitt(np.arange(float(n)))
    assert result.p_min.item() == pytest.approx(p_min, rel=0.02)
    assert result.p_value.item() == result.p_min.item()
    assert (result.p_min.item() > 0.05) == (n < 8)


def test_critical_values() -> None:
    """The smallest K that reaches 5 %."""
    found = {}
    for n in (8, 9, 10, 11, 12, 13, 14):
        ks = np.arange(n * n // 4 + 1)
        tails = exact_tails([((1,) * n, ks)])[0]
        # K has gaps: the smallest attainable one is where the tail is about to drop.
        attainable = [*ks[:-1][tails[:-1] > tails[1:]].tolist(), int(ks[-1])]
        found[n] = min(k for k in attainable if tails[k] <= 0.05)
    assert found == {8: 16, 9: 20, 10: 22, 11: 26, 12: 29, 13: 34, 14: 37}


@given(PANELS)
def test_definition(values: Floats) -> None:
    """K, every border and the shift by their definitions, gaps and ties included."""
    result = pettitt(values)
    for i, row in enumerate(values):
        there = np.flatnonzero(np.isfinite(row))
        kept = row[there].tolist()
        assert result.n[i] == len(kept)
        if len(kept) < 2:
            assert np.isnan([result.statistic[i], result.shift[i], result.p_value[i], result.p_min[i]]).all()
            assert result.reason[i] == ("too_few_points" if kept else "no_data")
            assert (result.last_before[i], result.path[i], result.attained[i].any()) == (-1, "", False)
            continue
        k, u = slow_k(kept), surpluses(kept)
        expected = [int(there[j]) for j in range(len(u)) if abs(u[j]) == k > 0]
        assert result.statistic[i] == k
        assert np.flatnonzero(result.attained[i]).tolist() == expected
        assert result.last_before[i] == (expected[0] if expected else -1)
        before = [j for j in there if expected and j <= expected[0]]
        differences = [row[later] - row[earlier] for earlier in before for later in there if later > expected[0]]
        assert result.shift[i] == (median(differences) if differences else 0)
        assert result.reason[i] == ""
        assert 0 < result.p_min[i] <= result.p_value[i] <= 1


@given(PANELS)
def test_laws(values: Floats) -> None:
    """Upside down, backwards, stretched, and with gaps at the ends: what must stay stays."""
    result = pettitt(values)
    p = result.p_value.tolist()
    flipped, backwards = pettitt(-values), pettitt(values[:, ::-1])
    assert np.array_equal(flipped.p_value, result.p_value, equal_nan=True)
    assert np.array_equal(flipped.attained, result.attained)
    assert np.array_equal(-flipped.shift, result.shift, equal_nan=True)
    assert np.array_equal(backwards.p_value, result.p_value, equal_nan=True)
    assert np.array_equal(backwards.statistic, result.statistic, equal_nan=True)
    for stretched in (3 * values + 7, values**3, np.exp(values)):
        other = pettitt(stretched)
        assert np.array_equal(other.attained, result.attained)
        assert np.array_equal(other.p_value, p, equal_nan=True)
        assert np.array_equal(other.p_min, result.p_min, equal_nan=True)
    assert np.array_equal(pettitt(3 * values + 7).shift, 3 * result.shift, equal_nan=True)
    padded = pettitt(np.pad(values, [(0, 0), (2, 1)], constant_values=NAN))
    assert np.array_equal(padded.attained[:, 2:-1], result.attained)
    assert np.array_equal(padded.p_value, p, equal_nan=True)
    assert np.array_equal(padded.last_before, np.where(result.last_before < 0, -1, result.last_before + 2))


@given(PANELS, st.data())
def test_rows_of_a_batch_are_single_calls(values: Floats, data: st.DataObject) -> None:
    """A series gets the same bytes alone, in another order and in pieces of any size, and stays as it was."""
    before = values.copy()
    shuffled = np.array(data.draw(st.permutations(range(len(values)))), dtype=np.intp)
    with pytest.MonkeyPatch.context() as patch:
        whole = pettitt(values)
        patch.setattr(_series, "_PIECE", 1)
        patch.setattr(_pettitt, "_CELLS", 1)
        patch.setattr(_pettitt_null, "_CELLS", 1)
        pieces = pettitt(values)
    assert same(pieces, whole)
    assert same(pettitt(values[shuffled]), rows(whole, shuffled))
    for i, row in enumerate(values):
        assert same(pettitt(row), rows(whole, i))
    assert np.array_equal(values, before, equal_nan=True)


def test_random_orders_do_not_depend_on_the_batch() -> None:
    """Beyond 16 values p rests on the seed, the number of values and the ties, on nothing else."""
    rng = np.random.default_rng(4)
    values = np.rint(rng.normal(size=(300, 24)))
    values[rng.random(values.shape) < 0.2] = NAN
    whole = pettitt(values, permutations=500, seed=3)
    assert set(whole.path) == {"exact", "permutations"}
    for i in (0, 7, 299):
        assert same(pettitt(values[i], permutations=500, seed=3), rows(whole, i))
    with pytest.MonkeyPatch.context() as patch:
        for constant in ("_PATTERNS", "_ORDERS"):
            patch.setattr(_pettitt_null, constant, 3)
        assert same(pettitt(values[:20], permutations=500, seed=3), rows(whole, slice(20)))
    drawn = whole.n > 16
    other = pettitt(values, permutations=500, seed=4)
    assert not np.array_equal(other.p_value[drawn], whole.p_value[drawn])
    assert np.array_equal(other.p_value[~drawn], whole.p_value[~drawn], equal_nan=True)
    assert np.array_equal(pettitt(-values, permutations=500, seed=3).p_value, whole.p_value, equal_nan=True)
    assert (whole.p_value >= whole.p_min).all()
    assert (whole.p_min[drawn] >= 1 / 501).all()


def test_random_orders_never_undercut_what_is_known() -> None:
    """The smallest p of 17 values is known, and lucky orders do not go below it."""
    for seed in range(12):
        result = pettitt(np.arange(17.0), seed=seed)
        assert result.p_value.item() >= result.p_min.item() == pytest.approx(2 / 12_870)


def test_random_orders_agree_with_counting() -> None:
    """Drawn p of 16 values is near the counted one, in wide and in narrow whole numbers."""
    ks = np.array([20, 28, 36, 44])
    for ties in ((1,) * 16, (3, 1, 1, 4, 2, 2, 3)):
        counted = exact_tails([(ties, ks)])[0]
        drawn = drawn_tails(16, [(ties, ks)], permutations=40_000, seed=1)[0]
        assert drawn == pytest.approx(counted, abs=4 * 0.5 / 200)
        assert not np.array_equal(drawn, counted)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_pettitt_null, "_NARROW", 0)
            assert drawn_tails(16, [(ties, ks)], permutations=40_000, seed=1)[0].tolist() == drawn.tolist()
            patch.setattr(_pettitt_null, "_DRAWN", 16 * 10_000)
            several = drawn_tails(16, [(ties, ks)], permutations=40_000, seed=1)[0]
            assert several == pytest.approx(counted, abs=4 * 0.5 / 200)


def test_long_series_take_other_paths() -> None:
    """Ranks by sorting and differences in passes give what pairs and sorting give."""
    rng = np.random.default_rng(8)
    values = np.rint(rng.normal(size=(3, 41)) * 4)
    values[:, 20:] += 2
    values[1, ::5] = NAN
    whole = pettitt(values, permutations=99)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_pettitt, "_LONG", 5)
        patch.setattr(_pettitt, "_MOST_SORTED", 3)
        patch.setattr(_pettitt, "_CELLS", 30)
        assert same(pettitt(values, permutations=99), whole)


def test_level_under_no_change() -> None:
    """Of 4,000 series of noise at most the nominal share is found, with few values also when rounded."""
    rng = np.random.default_rng(11)
    for n in (8, 12, 16, 20):
        noise = rng.normal(size=(4_000, n))
        for values in (noise, np.rint(noise)):
            assert np.mean(pettitt(values, permutations=999).p_value <= 0.05) < 0.06


def test_resolution() -> None:
    """0.1 + 0.2 and 0.3 are one value where a unit is declared."""
    noise = [0.1 + 0.2, *[0.3] * 7]
    assert pettitt(noise).statistic.item() == 7
    assert pettitt(noise, resolution=0.1).statistic.item() == 0
    steps = [0.1 + 0.2, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4]
    assert pettitt(steps, resolution=0.1).shift.item() == pytest.approx(0.1, rel=1e-12)


def test_what_cannot_be_tested() -> None:
    """No data, one value and an infinite value have a reason each; equal values are a result."""
    result = pettitt([[NAN] * 8, [3] + [NAN] * 7, [1, np.inf] * 4, [7] * 8])
    assert result.reason.tolist() == ["no_data", "too_few_points", "invalid_value", ""]
    assert np.isnan(result.p_value).tolist() == [True, True, True, False]
    assert (result.statistic[3], result.p_value[3], result.p_min[3], result.shift[3]) == (0, 1, 1, 0)
    assert result.last_before.tolist() == [-1] * 4
    assert not result.attained.any()
    assert pettitt(np.empty((0, 5))).attained.shape == (0, 5)
    assert pettitt(np.empty((2, 0))).reason.tolist() == ["no_data", "no_data"]
    assert pettitt([1, 2]).p_value.item() == 1
    assert pickle.loads(pickle.dumps(result)) == result
    assert np.isfinite(pettitt([-1e305, 1e305] * 4).shift)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"permutations": 0}, "argument.whole_number"),
        ({"seed": -1}, "argument.whole_number"),
        ({"resolution": 0}, "trend.resolution_not_positive"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], code: str) -> None:
    """What no data could make right is refused by name."""
    with pytest.raises(ArgumentError) as caught:
        pettitt([1, 2, 3], **options)
    assert caught.value.code == code
    with pytest.raises(ArgumentError):
        step_or_line([1, 2, 3], **options)


@given(PANELS)
def test_step_or_line_by_definition(values: Floats) -> None:
    """Both sums of distances, written out for one series at a time."""
    times = np.cumsum(np.arange(1.0, values.shape[1] + 1))
    found = step_or_line(values, times)
    test, slopes = pettitt(values), theil_sen(values, times).slope
    assert np.array_equal(found.trend_p_value, mann_kendall(values, times).p_value, equal_nan=True)
    assert np.array_equal(found.step_p_value, test.p_value, equal_nan=True)
    assert found.reason.tolist() == test.reason.tolist()
    for i, row in enumerate(values):
        there = np.isfinite(row)
        if there.sum() < 2:
            assert np.isnan([found.step_residual[i], found.line_residual[i], found.step[i]]).all()
            continue
        before = there & (np.arange(len(row)) <= test.last_before[i])
        sides = [row[side] for side in (before, there & ~before) if side.any()]
        step = sum(np.abs(side - np.median(side)).sum() for side in sides)
        rest = row[there] - slopes[i] * times[there]
        assert found.step_residual[i] == pytest.approx(step, abs=1e-12)
        assert found.line_residual[i] == pytest.approx(np.abs(rest - np.median(rest)).sum(), abs=1e-9)
        height = np.median(sides[1]) - np.median(sides[0]) if len(sides) == 2 else 0
        assert found.step[i] == pytest.approx(height, abs=1e-12)


def test_step_and_line_make_each_other() -> None:
    """A clean step is found as a trend and a clean line as a step; only the distances tell them apart."""
    step, line = [5.0] * 5 + [9.0] * 5, list(range(10))
    found = step_or_line([step, line], range(2010, 2020))
    assert (found.trend_p_value <= 0.05).all()
    assert (found.step_p_value <= 0.05).all()
    assert found.step_residual[0] == 0 < found.line_residual[0]
    assert found.line_residual[1] == 0 < found.step_residual[1]
    assert all(one < other for one, other in pairwise(found.slope))


def test_step_or_line_counts_in_units() -> None:
    """Where a unit is declared, both distances and both sizes are in the values' own unit."""
    values = np.array([0.3, 0.1 + 0.2, 0.4, 0.3, 0.9, 0.8, 0.9, 1.0])
    plain, counted = step_or_line(np.rint(values * 10)), step_or_line(values, resolution=0.1)
    for name in ("step_residual", "line_residual", "step", "slope"):
        assert getattr(counted, name).item() == pytest.approx(getattr(plain, name).item() / 10, rel=1e-12)


@given(PANELS)
def test_step_or_line_of_a_batch_is_single_calls(values: Floats) -> None:
    """A series gets the same bytes alone and among others."""
    whole = step_or_line(values)
    for i, row in enumerate(values):
        assert same(step_or_line(row), rows(whole, i))


def test_step_or_line_says_why_there_is_no_line() -> None:
    """Values too large for slopes over short steps are invalid, though Pettitt's test itself knows no times."""
    found = step_or_line([[0, -1e300, 2], [0, -1, 2]], [0, 1e-9, 2e-9])
    assert found.reason.tolist() == ["invalid_value", ""]
    assert np.isfinite(found.slope).tolist() == [False, True]
    huge = step_or_line(np.array([1, 0.5, -1, 0.25, -1, 1, 0, 1]) * [[1e304], [8.9e307]])
    assert np.isfinite(huge.line_residual).tolist() == (huge.reason == "").tolist()
