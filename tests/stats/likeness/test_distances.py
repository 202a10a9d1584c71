"""Distances: figures of other programs, the definition pair by pair, laws, the mistakes of others."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from slow_likeness import pair_slowly, scaled_slowly

from maalbib import stats, texts
from maalbib.errors import ArgumentError

Floats = npt.NDArray[np.float64]

NAN = math.nan
LEVELS = ("lav", "mellem", "høj")
KINDS: Any = ["numeric", "numeric", "nominal", "nominal", LEVELS]


def lower_triangle(cases: pd.DataFrame, inputs: pd.DataFrame, column: str) -> Floats:
    """The distances of a case as a matrix, 0 on the diagonal."""
    units = inputs["unit"].tolist()
    matrix = np.zeros((len(units), len(units)))
    for row in cases.itertuples():
        i, j = units.index(row.unit_i), units.index(row.unit_j)
        matrix[i, j] = matrix[j, i] = getattr(row, column)
    return matrix


def tables(oracles: Path, name: str) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Inputs and distances of each case."""
    folder = oracles / "peers/own"
    inputs, found = (pd.read_csv(folder / f"{name}_{part}.csv") for part in ("inputs", "distances"))
    return [(str(case), rows, found[found["case_id"] == case]) for case, rows in inputs.groupby("case_id")]


@st.composite
def numbers(draw: st.DrawFn) -> list[list[float]]:
    """Draw a table with ties, gaps and variables that may be the same for all."""
    units, variables = draw(st.integers(2, 8)), draw(st.integers(1, 4))
    value = st.integers(-30, 30).map(lambda tenths: tenths / 10)
    row = st.lists(value | value | value | st.just(NAN), min_size=variables, max_size=variables)
    return draw(st.lists(row, min_size=units, max_size=units))


def test_gower_oracle(oracles: Path) -> None:
    """Numbers, classes and levels with gaps, as daisy of R has them, weighted and not."""
    weights = pd.read_csv(oracles / "peers/own/gower_weights.csv").set_index("case_id")
    cases = tables(oracles, "gower")
    assert sum(len(found) for _, _, found in cases) == 105
    for name, inputs, found in cases:
        table = inputs[["num1", "num2", "nom", "flag", "ordv"]]
        for column, w in (("gower", None), ("gower_weighted", weights.loc[name].to_numpy())):
            ours = stats.gower_distance(table, kinds=KINDS, weights=w, constant="keep")
            theirs = lower_triangle(found, inputs, column)
            known = ~np.isnan(theirs)
            assert_allclose(ours.distance[known], theirs[known], rtol=1e-12, atol=1e-12, err_msg=name)
            # daisy gives nothing where the shared weights are at most a half, whatever the others are.
            total = table.shape[1] if w is None else w.sum()
            off = ~np.eye(len(table), dtype=bool)
            assert_array_equal(~known[off], (ours.coverage * total)[off] <= 0.5, err_msg=name)
            assert_array_equal(ours.reason == "low_coverage", ours.coverage == 0, err_msg=name)


def test_daisy_gives_up_at_a_shared_weight_of_a_half() -> None:
    """Weights count in proportion only: what is shared with a weight of 0.5 is shared with a weight of 1."""
    table = [["ø", "nej"], ["by", None]]
    found = stats.gower_distance(table, weights=[0.5, 3])
    assert found.distance[0, 1] == stats.gower_distance(table, weights=[1, 6]).distance[0, 1] == 1


def test_gower_published(oracles: Path) -> None:
    """Seven places, with a class, a yes or no, and an ordered size."""
    folder = oracles / "peers/published"
    table = pd.read_csv(folder / "gower_input.csv")
    kinds: Any = ["numeric", "numeric", "nominal", "nominal", ("XS", "S", "M", "L", "XL")]
    for file, weights in (("gower_daisy", None), ("gower_daisy_weighted", [2, 1, 1, 0.5, 1])):
        found = stats.gower_distance(table, kinds=kinds, weights=weights)
        assert_allclose(found.distance, pd.read_csv(folder / f"{file}.csv"), rtol=1e-12, atol=1e-12)


def test_daisy_s_constant_column_pulls_units_together(oracles: Path) -> None:
    """gowc04: what all have in common says nothing; kept, as daisy does, it makes all distances smaller."""
    (table,) = (rows for name, rows, _ in tables(oracles, "gower") if name.startswith("gowc04"))
    values = table[["num1", "num2", "nom", "flag", "ordv"]]
    dropped = stats.gower_distance(values, kinds=KINDS)
    kept = stats.gower_distance(values, kinds=KINDS, constant="keep")
    assert dropped.variable_reason.tolist() == ["", "constant", "", "", ""]
    assert not kept.variable_reason.any()
    apart = dropped.distance > 0
    assert (kept.distance[apart] < dropped.distance[apart]).all()
    without = stats.gower_distance(values.drop(columns="num2"), kinds=[KINDS[0], *KINDS[2:]])
    assert_allclose(dropped.distance, without.distance, rtol=1e-14)


def test_euclid_oracle(oracles: Path) -> None:
    """Squared distances are the mean over the shared variables; pairs that share nothing have none."""
    cases = tables(oracles, "euclid")
    assert sum(len(found) for _, _, found in cases) == 124
    for name, inputs, pairs in cases:
        table = inputs.filter(regex=r"^v\d").dropna(axis=1, how="all")
        found = stats.euclidean_distance(table, scaling="none")
        theirs = lower_triangle(pairs, inputs, "mean_square")
        there = ~np.isnan(found.distance)
        assert_allclose(found.distance[there] ** 2, theirs[there], rtol=1e-12, atol=1e-12, err_msg=name)
        shared = lower_triangle(pairs, inputs, "n_shared") / table.shape[1]
        off = ~np.eye(len(table), dtype=bool)
        assert_allclose(found.coverage[off], shared[off], rtol=1e-12)
        assert_array_equal(found.reason[off] == "low_coverage", shared[off] == 0)


def test_mahalanobis_oracle(oracles: Path) -> None:
    """Own cases and twenty flowers."""
    cases = tables(oracles, "mahalanobis")
    assert sum(len(found) for _, _, found in cases) == 540
    for name, inputs, pairs in cases:
        table = inputs.filter(regex=r"^v\d").dropna(axis=1, how="all")
        found = stats.mahalanobis_distance(table)
        assert_allclose(found.distance, lower_triangle(pairs, inputs, "d"), rtol=1e-10, atol=1e-10, err_msg=name)
    folder = oracles / "peers/published"
    found = stats.mahalanobis_distance(pd.read_csv(folder / "mahalanobis_input_iris20.csv"))
    assert_allclose(found.distance, pd.read_csv(folder / "mahalanobis_dist_iris20.csv"), rtol=1e-10, atol=1e-10)


@given(numbers(), st.sampled_from(["z", "robust", "min_max", "none"]), st.integers(0, 1000))
def test_is_the_definition(table: list[list[float]], scaling: Any, seed: int) -> None:
    """All pairs at once give what the definition gives for each."""
    weights = np.random.default_rng(seed).integers(0, 4, len(table[0])).astype(float)
    weights[0] += not weights.any()
    found = stats.euclidean_distance(table, scaling=scaling, weights=weights)
    points, kept = scaled_slowly(table, weights.tolist(), scaling)
    for i, one in enumerate(points):
        for j, other in enumerate(points):
            distance, coverage = pair_slowly(one, other, kept)
            assert_allclose(found.distance[i, j], distance, rtol=1e-12, atol=1e-12)
            assert_allclose(found.coverage[i, j], coverage if kept else NAN, rtol=1e-12)
    assert (found.variable_reason == "").sum() == len(kept)


@given(st.integers(2, 12), st.integers(1, 4), st.integers(0, 10_000))
def test_laws_of_complete_data(units: int, variables: int, seed: int) -> None:
    """Symmetric, 0 on oneself, never longer by a detour; unit of measurement and order do not matter."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(units + variables + 2, variables))
    for distance in (
        lambda x: stats.euclidean_distance(x).distance,
        lambda x: stats.euclidean_distance(x, scaling="robust").distance,
        lambda x: stats.gower_distance(x).distance,
        lambda x: stats.mahalanobis_distance(x).distance,
        lambda x: stats.need_distance(x, np.arange(1.0, variables + 1)).distance,
    ):
        found = distance(table)
        assert_allclose(found, found.T, rtol=1e-12)
        assert_array_equal(np.diag(found), 0)
        assert (found[:, :, np.newaxis] + found[np.newaxis] >= found[:, np.newaxis, :] - 1e-9).all()
        assert_allclose(distance(table * 1000 + 7), found, rtol=1e-8, atol=1e-10)
        assert_allclose(distance(table[::-1])[::-1, ::-1], found, rtol=1e-8, atol=1e-10)


@given(st.integers(0, 10_000))
def test_an_irrelevant_unit_moves_nothing_when_the_population_is_fixed(seed: int) -> None:
    """Extreme units may enter and leave outside the population that scales the variables."""
    rng = np.random.default_rng(seed)
    table = np.vstack([rng.normal(size=(9, 3)), [[1e6, -1e6, NAN]]])
    population = np.arange(10) < 9
    for scaling in ("z", "robust", "min_max"):
        found = stats.euclidean_distance(table, scaling=scaling, population=population)
        assert_allclose(found.distance[:9, :9], stats.euclidean_distance(table[:9], scaling=scaling).distance)
    ranked = stats.gower_distance(table, transforms="rank", population=population)
    assert_allclose(ranked.distance[:9, :9], stats.gower_distance(table[:9], transforms="rank").distance)


def test_nhs_weight_acts_on_the_squared_difference() -> None:
    """A weight of a half counts a half, not a quarter: it is not applied before squaring."""
    table = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = stats.euclidean_distance(table, scaling="none", weights=[0.5, 1])
    assert_allclose(found.distance[0] ** 2, [0, 0.5 / 1.5, 1 / 1.5])
    assert_allclose(stats.euclidean_distance(table, scaling="none", weights=[3, 6]).distance, found.distance)


def test_nhs_one_unit_does_not_choose_the_transform() -> None:
    """The transform is part of the call. What one unit can move by its presence says so itself."""
    rng = np.random.default_rng(1)
    table = rng.lognormal(size=(20, 2))
    fixed = stats.euclidean_distance(table, transforms="log", population=np.ones(20, dtype=bool))
    longer = stats.euclidean_distance(
        np.vstack([table, [[1e4, 1e-4]]]), transforms="log", population=np.arange(21) < 20
    )
    assert_allclose(longer.distance[:20, :20], fixed.distance)
    assert not fixed.sample_dependent
    assert stats.euclidean_distance(table, scaling="min_max").sample_dependent
    assert stats.euclidean_distance(table, transforms=["rank", "none"]).sample_dependent
    assert stats.gower_distance(table).sample_dependent


def test_cipfa_rebased_distances_are_not_on_one_scale() -> None:
    """The farthest of each unit is at 1: the pair that is nearest by far is rebased to two different figures."""
    found = stats.euclidean_distance([[0.0], [1.0], [10.0]], scaling="none")
    assert_array_equal(found.rebased.max(axis=1), 1)
    assert found.distance[0, 1] == found.distance[1, 0]
    assert found.rebased[0, 1] != found.rebased[1, 0]
    assert found.rebased[2, 1] > found.rebased[0, 1]
    same = stats.euclidean_distance([[1.0, 2.0], [1.0, 3.0]], scaling="none")
    assert_allclose(same.rebased, [[0, 1], [1, 0]])


@pytest.mark.parametrize("dtype", ["str", "object", "string"])
def test_pypi_gower_takes_text_columns_of_pandas(dtype: str) -> None:
    """Text of any kind that pandas has, with its missing values."""
    frame = pd.DataFrame({"size": [1.0, 2.0, 4.0, np.nan], "kind": pd.Series(["by", "ø", None, "by"], dtype=dtype)})
    found = stats.gower_distance(frame)
    rest = [[0, 2 / 3, 1, 0], [2 / 3, 0, 2 / 3, 1], [1, 2 / 3, 0, NAN], [0, 1, NAN, 0]]
    assert_allclose(found.distance, rest, rtol=1e-14)


def test_gower_of_lists_with_text() -> None:
    """Numbers beside text stay numbers, and NaN beside text is not a level called nan."""
    found = stats.gower_distance([[1.0, "a"], [3.0, float("nan")], [2.0, "b"]])
    assert_allclose(found.distance, [[0, 1, 0.75], [1, 0, 0.5], [0.75, 0.5, 0]])
    levels = stats.gower_distance([[1], [10], [1000]], kinds=["ordered"])
    assert_allclose(levels.distance[0], [0, 0.5, 1])


def test_scales_by_hand() -> None:
    """Each way of scaling, and each transform, on three numbers."""
    table = [[1.0], [2.0], [9.0]]
    spread = {"z": np.std([1, 2, 9], ddof=1), "robust": 1, "min_max": 8, "none": 1}
    for scaling, scale in spread.items():
        found = stats.euclidean_distance(table, scaling=scaling)
        assert_allclose(found.distance[0], np.array([0, 1, 8]) / scale)
    changed = {
        "log": np.log([2, 9]),
        "log1p": np.log([1.5, 5]),
        "sqrt": np.sqrt([2, 9]) - 1,
        "rank": np.array([1, 2]) / 3,
    }
    for transform, distance in changed.items():
        found = stats.euclidean_distance(table, scaling="none", transforms=transform)
        assert_allclose(found.distance[0, 1:], distance)
    shares = stats.euclidean_distance([[0.5], [0.75], [1.0]], scaling="none", transforms="logit")
    assert_allclose(shares.distance[0, 1], math.log(3))
    assert shares.undefined.tolist() == [1]
    assert shares.reason[0].tolist() == ["", "", "low_coverage"]


def test_need_weighs_by_the_size_of_the_coefficient() -> None:
    """Coefficients add up; what is missing is made up for by the share of what is there."""
    table = [[0.0, 0.0], [1.0, 2.0], [1.0, NAN]]
    found = stats.need_distance(table, [-30, 10], scaling="none")
    assert_allclose(found.distance[0], [0, 50, 40])
    assert_allclose(found.coverage[0], [1, 1, 0.75])


def test_rounding_is_not_spread() -> None:
    """0.1 + 0.2 against 0.3 is the same for all; scaled up it would look like a variable."""
    table = [[0.3, 1.0], [0.1 + 0.2, 2.0], [0.3, 4.0]]
    found = stats.euclidean_distance(table)
    assert found.variable_reason.tolist() == ["constant", ""]
    assert_allclose(found.distance, stats.euclidean_distance([[1.0], [2.0], [4.0]]).distance)


def test_variables_left_out_say_why() -> None:
    """Nobody has it, it has no weight, it is the same for all, its robust spread is 0."""
    table = np.array([[NAN, 1, 5, 3, 1], [NAN, 2, 5, 3, 2], [NAN, 3, 5, 3, 4], [NAN, 4, 5, 9, 8]])
    found = stats.euclidean_distance(table, weights=[1, 0, 1, 1, 2], scaling="robust")
    assert found.variable_reason.tolist() == ["no_values", "zero_weight", "constant", "zero_spread", ""]
    nothing = stats.euclidean_distance([[1.0], [1.0]])
    assert set(nothing.reason.ravel()) == {"no_variables"}
    assert np.isnan(nothing.distance).all()


def test_mahalanobis_refuses() -> None:
    """Too few units, or variables that follow from each other; shrunk correlations help against both."""
    rng = np.random.default_rng(3)
    table = rng.normal(size=(5, 4))
    assert set(stats.mahalanobis_distance(table).reason.ravel()) == {"too_few_units"}
    assert not stats.mahalanobis_distance(table, shrink=0.2).reason.any()
    follows = np.column_stack([rng.normal(size=20)] * 2) * [1, 1e6] + rng.normal(size=(20, 2)) * 1e-8
    assert set(stats.mahalanobis_distance(follows).reason.ravel()) == {"collinear_variables"}
    alone = stats.mahalanobis_distance(rng.normal(size=(20, 3)), shrink=1)
    assert not alone.reason.any()


@given(st.floats(0, 1), st.integers(0, 1000))
def test_shrunk_covariance(shrink: float, seed: int) -> None:
    """The covariance used is (1 - shrink) S + shrink diag S."""
    table = np.random.default_rng(seed).normal(size=(12, 3)) @ [[1, 0.4, 0], [0, 2, 0.1], [0, 0, 5]]
    s = np.cov(table.T)
    inverse = np.linalg.inv((1 - shrink) * s + shrink * np.diag(np.diag(s)))
    apart = table[0] - table
    slowly = np.sqrt(np.einsum("ij,jk,ik->i", apart, inverse, apart))
    assert_allclose(stats.mahalanobis_distance(table, shrink=shrink).distance[0], slowly, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("metric", ["euclidean", "gower", "mahalanobis", "need"])
@given(seed=st.integers(0, 10_000))
def test_parts_add_up(metric: Any, seed: int) -> None:
    """Parts of a pair add up to the distance or its square, whatever is missing or left out."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(12, 4))
    table[:, 2] = 7
    if metric != "mahalanobis":
        table[rng.random(table.shape) < 0.2] = NAN
    weights = None if metric == "mahalanobis" else rng.uniform(0.1, 3, 4)
    one, other = rng.integers(0, 12, (2, 30))
    found = stats.contributions(table, one, other, metric=metric, weights=weights)
    total = np.where(np.isnan(found.part).all(axis=1), NAN, np.nansum(found.part, axis=1))
    assert_allclose(total, found.distance**2 if found.squared else found.distance, rtol=1e-9, atol=1e-12)
    assert np.isnan(found.part[:, 2]).all()
    assert found.variable_reason[2] in {"constant", "no_values"}
    if metric != "mahalanobis":
        assert (found.part[~np.isnan(found.part)] >= 0).all()


def test_a_part_of_mahalanobis_may_be_negative() -> None:
    """Two that go together: the difference along their common way counts less than nothing for one of them."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    table = np.column_stack([x, x + 0.1 * rng.normal(size=60)])
    one, other = np.divmod(np.arange(3600), 60)
    assert (stats.contributions(table, one, other, metric="mahalanobis").part < -0.01).any()


@pytest.mark.parametrize(
    ("function", "arguments", "options"),
    [
        ("euclidean_distance", ([1, 2],), {}),
        ("euclidean_distance", ([["a"], ["b"]],), {}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"weights": [1]}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"weights": [1, -1]}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"weights": [0, 0]}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"scaling": "sd"}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"transforms": ["log"]}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"transforms": "ln"}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"population": [True]}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"population": [1, 0]}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"min_coverage": 1.5}),
        ("euclidean_distance", ([[1, 2], [3, 4]],), {"constant": "ignore"}),
        ("gower_distance", ([["a"], ["b"]],), {"kinds": ["text"]}),
        ("gower_distance", ([["a"], ["b"]],), {"kinds": [("a", "c")]}),
        ("gower_distance", ([["a"], ["b"]],), {"kinds": ["numeric"]}),
        ("gower_distance", ([["a"], ["b"]],), {"kinds": ["nominal", "nominal"]}),
        ("gower_distance", ([["a"], ["b"]],), {"transforms": "log"}),
        ("mahalanobis_distance", ([[1, 2], [3, 4]],), {"shrink": 2}),
        ("need_distance", ([[1, 2], [3, 4]], [1]), {}),
        ("contributions", ([[1, 2], [3, 4]], [0], [2]), {}),
        ("contributions", ([[1, 2], [3, 4]], [0], [1, 1]), {}),
        ("contributions", ([[1, 2], [3, 4]], [0.0], [1]), {}),
        ("contributions", ([[1, 2], [3, 4]], [0], [1]), {"kinds": ["numeric", "numeric"]}),
        ("contributions", ([[1, 2], [3, 4]], [0], [1]), {"metric": "need"}),
        ("contributions", ([[1, 2], [3, 4]], [0], [1]), {"metric": "mahalanobis", "weights": [1, 2]}),
        ("contributions", ([[1, 2], [3, 4]], [0], [1]), {"metric": "manhattan"}),
    ],
)
def test_wrong_arguments(function: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    """What no data could make right is an error with words."""
    with pytest.raises(ArgumentError) as caught:
        getattr(stats, function)(*arguments, **options)
    assert caught.value.text("da")


def test_results() -> None:
    """Results survive a process pool, inputs are as they were, and reasons have words in both languages."""
    table = np.array([[1.0, NAN], [2.0, 3.0], [NAN, 4.0]])
    before = table.copy()
    for found in (
        stats.euclidean_distance(table),
        stats.gower_distance(table),
        stats.contributions(table, [0], [1]),
        stats.nearest(table, k=1),
    ):
        assert pickle.loads(pickle.dumps(found)) == found
    assert_array_equal(table, before)
    for reason in (
        "low_coverage",
        "no_variables",
        "collinear_variables",
        "too_few_units",
        "outside_caliper",
        "no_values",
        "zero_weight",
        "constant",
        "zero_spread",
    ):
        assert texts.phrase("reason", reason, "da")
        assert texts.phrase("reason", reason, "en")
