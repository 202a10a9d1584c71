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

METHODS = {
    "benjamini_hochberg": "BH",
    "benjamini_yekutieli": "BY",
    "holm": "holm",
    "hochberg": "hochberg",
    "bonferroni": "bonferroni",
}
P_VALUES = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.05, 1.0]), max_size=30)


def adjusted_slowly(p: list[float]) -> list[float]:
    """Take the definition at its word: the smallest m p / rank over all that are not smaller."""
    rank = {value: sum(other <= value for other in p) for value in p}
    return [min(1.0, *(len(p) * other / rank[other] for other in p if other >= value)) for value in p]


def closed_test(p: list[float], method: str) -> list[float]:
    """Return the smallest level at which each test is rejected when the steps are walked one by one."""
    ordered, m = sorted(p), len(p)
    limits = {
        "benjamini_hochberg": [(j + 1) / m for j in range(m)],
        "benjamini_yekutieli": [(j + 1) / m / sum(1 / k for k in range(1, m + 1)) for j in range(m)],
        "hochberg": [1 / (m - j) for j in range(m)],
        "holm": [1 / (m - j) for j in range(m)],
        "bonferroni": [1 / m] * m,
    }[method]

    def rejected(level: float) -> float:
        below = [value <= level * limit * (1 + 1e-13) for value, limit in zip(ordered, limits, strict=True)]
        steps = (
            below.index(False) if method == "holm" and False in below else max(np.flatnonzero(below), default=-1) + 1
        )
        if method == "holm" and all(below):
            steps = m
        return ordered[steps - 1] if steps else -1.0

    levels = sorted({min(1.0, value / limit) for value in ordered for limit in limits} | {1.0})
    reached = [rejected(level) for level in levels]
    return [next((x for x, last in zip(levels, reached, strict=True) if value <= last), 1.0) for value in p]


@pytest.mark.parametrize("method", METHODS)
def test_agrees_with_r(oracles: Path, method: str) -> None:
    """Sixteen families with ties, by five methods."""
    table = pd.read_csv(oracles / "statistics/own/multiplicity.csv")
    for case, rows in table.groupby("case_id"):
        found = stats.adjust_p_values(rows["p"], method=method)  # type: ignore[arg-type]
        assert_allclose(found, rows[METHODS[method]], rtol=1e-12, err_msg=str(case))


@pytest.mark.parametrize("method", METHODS)
def test_agrees_with_r_all_families_at_once(oracles: Path, method: str) -> None:
    """The sixteen families in one call, their rows shuffled."""
    table = pd.read_csv(oracles / "statistics/own/multiplicity.csv").sample(frac=1, random_state=7)
    families = np.unique(table["case_id"].astype(str), return_inverse=True)[1]
    found = stats.adjust_p_values(table["p"], method=method, families=families - 5)  # type: ignore[arg-type]
    assert_allclose(found, table[METHODS[method]], rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_agrees_with_the_trend_cases(oracles: Path, method: str) -> None:
    """Fifteen families, among them none, all missing, all 1, a 0 and reverse order."""
    for case in json.loads((oracles / "trends/multiplicity_cases.json").read_text(encoding="utf-8")):
        p, expected = (
            [math.nan if x is None else x for x in row] for row in (case["p"], case["expected"][METHODS[method]])
        )
        found = stats.adjust_p_values(p, method=method)  # type: ignore[arg-type]
        assert_allclose(found, expected, rtol=1e-12, err_msg=case["case_id"])
        assert np.count_nonzero(~np.isnan(found)) == case["expected"]["m"]


def test_the_fifteen_p_values_of_1995() -> None:
    """Benjamini and Hochberg (1995) reject four of their fifteen at 5 %, Bonferroni three."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    adjusted = stats.adjust_p_values(p)
    assert_allclose(adjusted[:8], [0.0015, 0.003, 0.0095, 0.035625, 0.0603, *[0.894 / 14] * 2, 0.0645], rtol=1e-12)
    assert np.count_nonzero(adjusted <= 0.05) == 4
    assert np.count_nonzero(stats.adjust_p_values(p, method="bonferroni") <= 0.05) == 3


def test_statsmodels_counts_missing_p_values() -> None:
    """Elsewhere a missing p made 0.001 of four tests 0.006, or every result missing; it is in no family here."""
    p = [0.001, math.nan, 0.02, math.nan, 0.04, 0.5]
    assert_array_equal(stats.adjust_p_values(p, method="bonferroni"), [0.004, math.nan, 0.08, math.nan, 0.16, 1])
    assert_array_equal(stats.adjust_p_values(p, method="holm"), [0.004, math.nan, 0.06, math.nan, 0.08, 0.5])
    assert_array_equal(stats.adjust_p_values(p), [0.004, math.nan, 0.04, math.nan, 0.04 * (4 / 3), 0.5])


def test_scipy_refuses_missing_p_values() -> None:
    """Another implementation stops at one suppressed row; here it is left out."""
    p = [0.001, math.nan, 0.04]
    with pytest.raises(ValueError, match="between 0 and 1"):
        scipy_stats.false_discovery_control(p)
    assert_array_equal(stats.adjust_p_values(p), [0.002, math.nan, 0.04])


@pytest.mark.parametrize("method", METHODS)
def test_suppressed_rows_are_not_in_the_family(method: str) -> None:
    """A thousand hidden rows change nobody else's result."""
    p = np.array([0.01, 0.02, 0.02, 0.6])
    padded = np.concatenate([np.full(500, np.nan), p, np.full(500, np.nan)])
    found = stats.adjust_p_values(padded, method=method, families=np.zeros(1004, dtype=np.int8))  # type: ignore[arg-type]
    assert_array_equal(found[500:504], stats.adjust_p_values(p, method=method))  # type: ignore[arg-type]
    assert np.isnan(found[:500]).all()


@given(P_VALUES.filter(bool), st.sampled_from(sorted(METHODS)))
def test_is_the_smallest_level_that_rejects(p: list[float], method: str) -> None:
    """Walking the steps at every level that matters gives what the closed form gives."""
    found = stats.adjust_p_values(p, method=method)  # type: ignore[arg-type]
    assert_allclose(found, closed_test(p, method), rtol=1e-9, atol=1e-300)


@given(st.lists(st.tuples(st.floats(0, 1) | st.just(math.nan), st.integers(-2, 3))), st.sampled_from(sorted(METHODS)))
def test_families_know_nothing_of_each_other(tests: list[tuple[float, int]], method: str) -> None:
    """Each family has what it would have alone, bit for bit; q is never below p and keeps its order."""
    p, families = np.array([one for one, _ in tests]), np.array([family for _, family in tests], dtype=np.int64)
    found = stats.adjust_p_values(p, method=method, families=families)  # type: ignore[arg-type]
    for family in set(families.tolist()):
        own = families == family
        assert_array_equal(found[own], stats.adjust_p_values(p[own], method=method))  # type: ignore[arg-type]
        assert np.all(np.diff(found[own][np.argsort(p[own])][: np.count_nonzero(~np.isnan(p[own]))]) >= 0)
    known = ~np.isnan(p)
    assert_array_equal(np.isnan(found), ~known)
    assert np.all((found[known] >= p[known]) & (found[known] <= 1))


def test_families_larger_than_a_piece_of_work() -> None:
    """Many small families and one very large one, over the border between two pieces."""
    random = np.random.default_rng(5)
    p, families = random.random(1_300_000), np.repeat(np.arange(430_000), [*[1] * 200_000, *[3] * 229_999, 410_003])
    found = stats.adjust_p_values(p, families=families)
    assert_array_equal(found[:200_000], p[:200_000])
    assert_array_equal(found[-410_003:], stats.benjamini_hochberg(p[-410_003:]))
    triples = p[200_000 : 200_000 + 3 * 229_999].reshape(-1, 3)
    assert_array_equal(found[200_000 : 200_000 + 3 * 229_999].reshape(-1, 3).max(axis=1), triples.max(axis=1))


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
    with pytest.raises(ArgumentError, match="method must be one of"):
        stats.adjust_p_values([0.1], method="fdr")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="families must be whole numbers"):
        stats.adjust_p_values([0.1, 0.2], families=["a", "b"])
    with pytest.raises(ArgumentError, match="families must have the shape"):
        stats.adjust_p_values([0.1, 0.2], families=[1])
