"""Several values at one time: Kendall's S with ties in both columns."""

from __future__ import annotations

import json
import math
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError
from maalbib.stats import kendall, mann_kendall

if TYPE_CHECKING:
    from pathlib import Path

COLUMN = st.lists(st.integers(0, 4), min_size=2, max_size=6)


def published(oracles: Path, case_id: str) -> dict[str, Any]:
    """Read one published case."""
    cases: list[dict[str, Any]] = json.loads((oracles / "trends/published_cases.json").read_text(encoding="utf-8"))
    return next(case for case in cases if case["case_id"] == case_id)


def surplus(x: Any, y: Any) -> int:
    """Count concordant less discordant pairs one by one."""
    return sum(int(np.sign((x[j] - x[i]) * (y[j] - y[i]))) for i, j in combinations(range(len(x)), 2))


def test_kendall_1976_example_3_4(oracles: Path) -> None:
    """S = 34 of sqrt(116 x 60)."""
    case = published(oracles, "kendall1976_ex3_4")
    found = kendall(case["input"]["x"], case["input"]["y"], draws=99)
    assert found.s == 34
    assert found.coefficient == pytest.approx(34 / math.sqrt(116 * 60), rel=1e-14)
    assert round(found.coefficient, 2) == 0.41


def test_kendall_1976_example_4_3(oracles: Path) -> None:
    """The variance with ties in both columns."""
    case = published(oracles, "kendall1976_ex4_3")
    found = kendall(case["input"]["x"], case["input"]["y"], draws=99)
    assert (found.s, round(found.var_s, 1)) == (34, 203.3)
    assert found.var_s == pytest.approx(203.30303030303, rel=1e-12)
    assert found.z == pytest.approx(33 / math.sqrt(203.30303030303), rel=1e-12)


@given(COLUMN, st.data())
def test_variance_is_that_over_all_orders(x: list[int], data: st.DataObject) -> None:
    """The formula is no approximation, whatever is tied."""
    y = data.draw(st.lists(st.integers(0, 3), min_size=len(x), max_size=len(x)))
    sums = [surplus(x, order) for order in permutations(y)]
    found = kendall(x, y)
    assert found.s == surplus(x, y)
    assert found.var_s == pytest.approx(np.mean(np.square(sums)), rel=1e-12, abs=1e-12)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=20))
def test_without_ties_in_time_it_is_the_mann_kendall_test(values: list[int]) -> None:
    """S, variance, z and the exact p are the same."""
    found, plain = kendall(range(len(values)), values), mann_kendall(values)
    assert (found.s, found.var_s) == (plain.s, pytest.approx(plain.var_s.item(), rel=1e-14))
    assert found.z == pytest.approx(plain.z.item(), rel=1e-13)
    if not found.reason:
        assert found.p_value == pytest.approx(plain.p_value.item(), rel=1e-12)
        assert found.p_min == pytest.approx(plain.p_min.item(), rel=1e-12)


def test_ties_in_time_only_are_exact() -> None:
    """Nine values at four times: the share of all orders of the values, 9! over the sizes of the groups."""
    times, values = [0, 0, 1, 1, 1, 2, 2, 3, 3], [2, 1, 5, 3, 4, 7, 6, 9, 8]
    found = kendall(times, values)
    groups = mann_kendall(times)  # the same distribution: values in order, times with ties
    assert (found.method, found.p_exact) == ("exact", True)
    assert found.p_min == pytest.approx(groups.p_min.item(), rel=1e-14)
    assert found.p_value == found.p_min


def test_mann_kendall_says_to_merge_first() -> None:
    """Times that do not rise are refused there, with advice."""
    with pytest.raises(ArgumentError) as caught:
        mann_kendall([1, 2, 3], [2020, 2020, 2021])
    assert caught.value.code == "trend.times_not_rising"


def test_constant_and_missing() -> None:
    """A constant column has S = 0 and no p; a single pair has nothing."""
    constant = kendall([1, 2, 3], [5, 5, 5])
    assert (constant.s, constant.var_s, constant.z, constant.reason) == (0, 0, 0, "constant")
    assert math.isnan(constant.p_value)
    alone = kendall([1, math.nan], [1, 2])
    assert math.isnan(alone.s)
    assert math.isnan(alone.z)
    assert kendall([1, 1], [1, 2]).var_s == 0


def test_mannkendall_counts_ties_in_bins() -> None:
    """Ties are equal values, not neighbours in a histogram: a wide range changes no variance."""
    near = kendall([1, 1, 2, 2, 3, 3], [0.10, 0.11, 0.11, 0.12, 0.13, 0.15])
    far = kendall([1, 1, 2, 2, 3, 3], [0.10, 0.11, 0.11, 0.12, 0.13, 1e6])
    assert near.var_s == far.var_s
