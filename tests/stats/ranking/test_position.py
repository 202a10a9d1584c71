"""Ranks, positions and normalised values: R's figures, another implementation, laws."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError

VALUES = st.lists(st.integers(-5, 5).map(float) | st.just(math.nan), max_size=30)
NAN = math.nan


@pytest.fixture(scope="module")
def positions(oracles: Path) -> list[tuple[str, pd.DataFrame]]:
    """Six vectors: ties, all the same, one, two, pairs, shares."""
    table = pd.read_csv(oracles / "peers/own/position.csv")
    return [(str(case), rows) for case, rows in table.groupby("case_id")]


def test_positions_agree_with_r(positions: list[tuple[str, pd.DataFrame]]) -> None:
    """Ranks from both ends, percentile, median, raw deviation and what is measured in them."""
    assert len(positions) == 6
    for case, rows in positions:
        for order, end in (("smallest_first", "lowfirst"), ("largest_first", "highfirst")):
            found = stats.position(rows["x"], order=order)  # type: ignore[arg-type]
            for ours, omega in ((found.rank_min, "0"), (found.rank, "0.5"), (found.rank_max, "1")):
                assert_allclose(ours, rows[f"irank_{end}_omega{omega}"], rtol=1e-12, err_msg=case)
            columns = {
                "midrank_percentile": found.percentile,
                "median": found.median,
                "mad_raw": found.mad,
                "mads_from_median": found.mads,
                "z_sample": found.z,
            }
            for name, ours in columns.items():
                assert_allclose(ours, rows[name], rtol=1e-12, atol=1e-15, err_msg=f"{case} {name}")


def test_ranks_agree_with_r(positions: list[tuple[str, pd.DataFrame]]) -> None:
    """Each place in a tie, from both ends, whole and as a share."""
    for case, rows in positions:
        for order, end in (("smallest_first", "lowfirst"), ("largest_first", "highfirst")):
            for omega, names in ((0, ("min",)), (0.5, ("middle", "average")), (1, ("max",))):
                for ties in (omega, *names):
                    found = stats.ranks(rows["x"], ties=ties, order=order)  # type: ignore[arg-type]
                    assert_allclose(found.rank, rows[f"irank_{end}_omega{omega}"], rtol=1e-12, err_msg=case)
                    assert_allclose(found.fractional, rows[f"frank_{end}_omega{omega}"], rtol=1e-12, err_msg=case)


def test_published_ranks_with_ties(oracles: Path) -> None:
    """Ten values by twelve rules."""
    table = pd.read_csv(oracles / "peers/published/rank_ties.csv")
    for order, end in (("smallest_first", "inc"), ("largest_first", "dec")):
        for omega in ("0", "0.5", "1"):
            found = stats.ranks(table["x"], ties=float(omega), order=order)  # type: ignore[arg-type]
            assert_allclose(found.rank, table[f"irank_{end}_{omega}"], rtol=1e-12)
            assert_allclose(found.fractional, table[f"frank_{end}_{omega}"], rtol=1e-12)


def test_normalised_values_agree_with_r(positions: list[tuple[str, pd.DataFrame]]) -> None:
    """Six columns; what R leaves as 0/0 is missing with a reason."""
    for case, rows in positions:
        for method, name, scale in (
            ("min_max", "n_minmax", 100),
            ("min_max", "n_dist2max", 1),
            ("rank", "n_rank", 1),
            ("borda", "n_borda", 1),
            ("percent_rank", "n_prank", 1),
            ("fraction_of_max", "n_fracmax", 1),
        ):
            found = stats.normalise(rows["x"], method=method)  # type: ignore[arg-type]
            assert_allclose(scale * found.value, rows[name], rtol=1e-12, atol=1e-12, err_msg=f"{case} {name}")
            assert_array_equal(found.reason != "", np.isnan(found.value))


def test_the_deviations_of_a_public_office_come_out(shared: Path) -> None:
    """21 indicator-years of English local authorities: median and raw median absolute deviation."""
    table = pd.read_csv(shared / "data/other/oflog/oflog_adult_social_care_half.csv")
    tried = 0
    for _, rows in table.groupby(["measure_code", "financial_year"]):
        found = stats.position(rows["value"])
        given = rows["mads_from_median"].notna().to_numpy() & np.isfinite(found.mads)
        assert_allclose(found.median[given], rows["median"][given], atol=3e-8)
        assert_allclose(found.mads[given], rows["mads_from_median"][given], atol=1e-8)
        tried += int(given.sum())
    assert tried > 2_800


@given(VALUES)
def test_agrees_with_scipy(values: list[float]) -> None:
    """Another implementation gives the same ranks."""
    found = stats.position(values, order="smallest_first")
    for ours, method in ((found.rank, "average"), (found.rank_min, "min"), (found.rank_max, "max")):
        options: Any = {"method": method, "nan_policy": "omit"}
        theirs: Any = scipy_stats.rankdata(values, **options) if values else []
        assert_array_equal(ours, theirs)
        ties = {"average": "middle"}.get(method, method)
        assert_array_equal(stats.ranks(values, ties=ties, order="smallest_first").rank, theirs)  # type: ignore[arg-type]


@given(VALUES, st.floats(0, 1))
def test_laws(values: list[float], omega: float) -> None:
    """Percentiles are a share below plus half the ties; turning the values turns them; any place in a tie by its definition."""
    found = stats.position(values)
    there = [value for value in values if not math.isnan(value)]
    assert found.n == len(there)
    ranked = stats.ranks(values, ties=omega, order="smallest_first")
    for value, percentile, rank, reason in zip(values, found.percentile, ranked.rank, found.reason, strict=True):
        if math.isnan(value):
            assert reason == "missing_input"
            assert math.isnan(percentile)
        else:
            below, equal = sum(v < value for v in there), sum(v == value for v in there)
            assert_allclose(percentile, (below + equal / 2) / len(there))
            assert_allclose(rank, omega * (below + equal) + (1 - omega) * below + 1 - omega)
            assert reason == ""
    turned = stats.position([-value for value in values])
    assert_allclose(turned.percentile, 1 - found.percentile)
    assert_allclose(turned.z, -found.z)
    assert_array_equal(turned.rank_min, stats.position(values, order="smallest_first").rank_min)
    if there:
        assert_allclose(np.nanmean(found.percentile), 0.5)


@given(st.lists(VALUES.filter(lambda each: len(each) >= 3).map(lambda each: each[:3]), min_size=1, max_size=6))
def test_a_group_knows_nothing_of_the_others(rows: list[list[float]]) -> None:
    """Many groups at once give what each gives alone."""
    together, ranked, scaled = stats.position(rows), stats.ranks(rows), stats.normalise(rows, method="z")
    for place, row in enumerate(rows):
        alone = stats.position(row)
        for name in ("percentile", "rank", "median", "mad", "mads", "z", "reason", "mads_reason", "z_reason"):
            assert_array_equal(getattr(together, name)[place], getattr(alone, name))
        assert together.n[place] == alone.n
        assert_array_equal(ranked.rank[place], stats.ranks(row).rank)
        assert_array_equal(scaled.value[place], alone.z)


@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=12, unique=True))
def test_scales_keep_the_order(values: list[float]) -> None:
    """Whatever the method, nobody overtakes anybody, and shares stay between 0 and 1."""
    order = np.argsort(values)
    for method in ("min_max", "z", "rank", "borda", "percent_rank"):
        found = stats.normalise(values, method=method).value
        assert (np.diff(found[order]) >= 0).all(), method
        if method in {"min_max", "percent_rank"}:
            assert found.min() == 0
            assert found.max() == 1


def test_the_normal_scale_is_a_standard_deviation() -> None:
    """1.4826 times the raw deviation, by name."""
    raw, normal = stats.position([1, 2, 4, 8]), stats.position([1, 2, 4, 8], scale="normal")
    assert_allclose(normal.mad, 1.4826 * raw.mad)
    assert_allclose(normal.mads, raw.mads / 1.4826)


def test_goalposts_depend_on_nobody_else() -> None:
    """Clipped at both ends, and the same whoever comes."""
    few = stats.normalise([0, 5, 20], method="goalposts", goalposts=(2, 12))
    many = stats.normalise([0, 5, 20, 999], method="goalposts", goalposts=(2, 12))
    assert few.value.tolist() == [0, 0.3, 1]
    assert_array_equal(many.value[:3], few.value)
    assert not few.sample_dependent
    assert stats.normalise([1, 2], method="min_max").sample_dependent


def test_edges() -> None:
    """Infinite values take no part, one member stands in the middle, nobody is nobody; never 0/0."""
    found = stats.position([1, math.inf, 2])
    assert found.reason.tolist() == ["", "not_finite", ""]
    assert_allclose(found.percentile, [0.25, NAN, 0.75])
    one = stats.position([3])
    assert one.percentile.item() == 0.5
    assert (one.mads_reason.item(), one.z_reason.item()) == ("too_few_units", "too_few_units")
    assert stats.normalise([3], method="percent_rank").reason.item() == "too_few_units"
    assert stats.normalise([0, -3], method="fraction_of_max").reason.tolist() == ["largest_not_positive"] * 2
    assert stats.position([]).n == 0
    assert stats.ranks(np.empty((2, 0))).rank.shape == (2, 0)
    assert stats.ranks(np.empty((0, 3))).n.shape == (0,)
    assert np.isnan(stats.position([NAN]).rank).all()
    huge = stats.position([-1.7e308, 1.7e308, 1.7e308])
    assert np.isfinite(huge.z).all()


def test_wrong_arguments_say_what_is_right() -> None:
    """Every option by name."""
    for call, words in (
        (lambda: stats.ranks([1], ties="dense"), "ties"),  # type: ignore[arg-type]
        (lambda: stats.ranks([1], ties=1.5), "0 to 1"),
        (lambda: stats.ranks([1], ties=True), "0 to 1"),
        (lambda: stats.ranks([1], order="up"), "order"),  # type: ignore[arg-type]
        (lambda: stats.position([1], order="up"), "order"),  # type: ignore[arg-type]
        (lambda: stats.position([1], scale="robust"), "scale"),  # type: ignore[arg-type]
        (lambda: stats.position(["a"]), "numbers"),
        (lambda: stats.normalise([1], method="best"), "method"),  # type: ignore[arg-type]
        (lambda: stats.normalise([1], method="goalposts"), "goalposts must be given"),
        (lambda: stats.normalise([1], method="z", goalposts=(0, 1)), "goalposts must be given"),
        (lambda: stats.normalise([1], method="goalposts", goalposts=(1, 1)), "two different"),
    ):
        with pytest.raises(ArgumentError, match=words):
            call()
