"""Percentile ranks of one group: R's figures, another implementation, laws."""

from __future__ import annotations

import math
from pathlib import Path

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


def test_agrees_with_r(oracles: Path) -> None:
    """Six vectors: ties, all the same, one, two; both ends first."""
    table = pd.read_csv(oracles / "peers/own/position.csv")
    for case, rows in table.groupby("case_id"):
        for highest_first, end in ((False, "lowfirst"), (True, "highfirst")):
            found = stats.percentile_rank(rows["x"], highest_first=highest_first)
            for ours, omega in ((found.rank_min, "0"), (found.rank, "0.5"), (found.rank_max, "1")):
                assert_allclose(ours, rows[f"irank_{end}_omega{omega}"], rtol=1e-12, err_msg=str(case))
            assert_allclose(found.percentile, rows["midrank_percentile"], rtol=1e-12, err_msg=str(case))


@given(VALUES)
def test_agrees_with_scipy(values: list[float]) -> None:
    """Another implementation gives the same ranks."""
    found = stats.percentile_rank(values)
    for ours, method in ((found.rank, "average"), (found.rank_min, "min"), (found.rank_max, "max")):
        other = scipy_stats.rankdata(np.array(values), method=method, nan_policy="omit")  # type: ignore[call-overload]
        assert_array_equal(ours, other if values else [])


@given(VALUES)
def test_laws(values: list[float]) -> None:
    """Percentiles are a share below plus half the ties; turning the values turns them."""
    found = stats.percentile_rank(values)
    there = [value for value in values if not math.isnan(value)]
    assert found.n == len(there)
    for value, percentile, reason in zip(values, found.percentile, found.reason, strict=True):
        if math.isnan(value):
            assert reason == "missing_input"
            assert math.isnan(percentile)
        else:
            below, equal = sum(v < value for v in there), sum(v == value for v in there)
            assert_allclose(percentile, (below + equal / 2) / len(there))
            assert reason == ""
    turned = stats.percentile_rank([-value for value in values])
    assert_allclose(turned.percentile, 1 - found.percentile)
    assert_array_equal(turned.rank_min, stats.percentile_rank(values, highest_first=True).rank_min)
    if there:
        assert_allclose(np.nanmean(found.percentile), 0.5)


def test_edges() -> None:
    """Infinite values take no part, one member stands in the middle, nobody is nobody."""
    found = stats.percentile_rank([1, math.inf, 2])
    assert found.reason.tolist() == ["", "not_finite", ""]
    assert_allclose(found.percentile, [0.25, math.nan, 0.75])
    assert stats.percentile_rank([3]).percentile.item() == 0.5
    assert stats.percentile_rank([]).n == 0
    assert np.isnan(stats.percentile_rank([math.nan]).rank).all()
    with pytest.raises(ArgumentError, match="values must have the shape"):
        stats.percentile_rank([[1, 2]])


@given(VALUES, st.booleans())
def test_says_what_position_says(values: list[float], highest_first: bool) -> None:  # noqa: FBT001 - drawn
    """One of the two cannot drift away from the other."""
    found = stats.percentile_rank(values, highest_first=highest_first)
    whole = stats.position(values, order="largest_first" if highest_first else "smallest_first")
    for name in ("percentile", "rank", "rank_min", "rank_max", "reason"):
        assert_array_equal(getattr(found, name), getattr(whole, name))
    assert found.n == whole.n
