"""Adjusted p-values: R's figures, another implementation, the definition, laws."""

from __future__ import annotations

import json
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

P_VALUES = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.05, 1.0]), max_size=30)


def adjusted_slowly(p: list[float]) -> list[float]:
    """Take the definition at its word: the smallest m p / rank over all that are not smaller."""
    rank = {value: sum(other <= value for other in p) for value in p}
    return [min(1.0, *(len(p) * other / rank[other] for other in p if other >= value)) for value in p]


def test_agrees_with_r(oracles: Path) -> None:
    """Sixteen families with ties and missing values."""
    table = pd.read_csv(oracles / "statistics/own/multiplicity.csv")
    for case, rows in table.groupby("case_id"):
        assert_allclose(stats.benjamini_hochberg(rows["p"]), rows["BH"], rtol=1e-12, err_msg=str(case))


def test_agrees_with_the_trend_cases(oracles: Path) -> None:
    """Fifteen families, among them none, all missing, all 1, a 0 and reverse order."""
    for case in json.loads((oracles / "trends/multiplicity_cases.json").read_text(encoding="utf-8")):
        p, expected = ([math.nan if x is None else x for x in row] for row in (case["p"], case["expected"]["BH"]))
        assert_allclose(stats.benjamini_hochberg(p), expected, rtol=1e-12, err_msg=case["case_id"])


@given(P_VALUES)
def test_is_the_definition(p: list[float]) -> None:
    """The step-up form gives what the definition gives."""
    assert_allclose(stats.benjamini_hochberg(p), adjusted_slowly(p) if p else [], rtol=1e-12)


@given(P_VALUES.filter(bool))
def test_agrees_with_scipy(p: list[float]) -> None:
    """Another implementation gives the same."""
    assert_allclose(stats.benjamini_hochberg(p), scipy_stats.false_discovery_control(p), rtol=1e-12)


@given(P_VALUES, st.randoms(use_true_random=False))
def test_laws(p: list[float], random: object) -> None:
    """No q is below its p or above 1; q keeps the order of p and follows its p wherever it stands."""
    q = stats.benjamini_hochberg(p)
    assert np.all((q >= p) & (q <= 1))
    assert np.all(np.diff(q[np.argsort(p)]) >= 0)
    order = list(range(len(p)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert_array_equal(stats.benjamini_hochberg([p[i] for i in order]), q[order])
    gaps = stats.benjamini_hochberg([math.nan, *p, math.nan])
    assert_array_equal(gaps, [math.nan, *q, math.nan])


def test_input_is_not_changed() -> None:
    """A read-only array is enough."""
    p = np.array([0.2, math.nan, 0.01])
    p.flags.writeable = False
    stats.benjamini_hochberg(p)


def test_wrong_arguments() -> None:
    """What is no p-value, or not one family, is refused."""
    with pytest.raises(ArgumentError, match="p_values must lie between 0 and 1"):
        stats.benjamini_hochberg([0.5, 1.5])
    with pytest.raises(ArgumentError, match="p_values must lie between 0 and 1"):
        stats.benjamini_hochberg([-0.1])
    with pytest.raises(ArgumentError, match="p_values must have the shape"):
        stats.benjamini_hochberg([[0.1, 0.2], [0.3, 0.4]])
