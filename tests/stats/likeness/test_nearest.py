"""The nearest units: figures of another program, the definition, laws, the mistakes of others."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from slow_likeness import nearest_slowly, scaled_slowly

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.likeness import _search

NAN = math.nan


def case_of(oracles: Path, definition: pd.Series, **options: Any) -> tuple[pd.DataFrame, stats.Nearest]:
    """Run one definition on the 98 units."""
    units = pd.read_csv(oracles / "peers/own/nn_context.csv")
    names = definition["variables"].split("+")
    found = stats.nearest(
        units[[name.removeprefix("log_") for name in names]],
        k=definition["k"],
        weights=[float(weight) for weight in definition["weights"].split("+")],
        transforms=["log" if name.startswith("log_") else "none" for name in names],
        min_coverage=definition["min_coverage"],
        caliper=None if math.isnan(definition["caliper"]) else definition["caliper"],
        codes=units["unit"].tolist(),
        **options,
    )
    return units, found


def definitions(oracles: Path) -> list[pd.Series]:
    """The definitions of the oracle."""
    return [row for _, row in pd.read_csv(oracles / "peers/own/nn_definitions.csv").iterrows()]


def test_oracle(oracles: Path) -> None:
    """All 3,122 peers in order, their distances, and what the lists look like as a whole."""
    peers = pd.read_csv(oracles / "peers/own/nn_peers.csv").set_index("case_id")
    summary = pd.read_csv(oracles / "peers/own/nn_summary.csv").set_index("case_id")
    for definition in definitions(oracles):
        units, found = case_of(oracles, definition)
        expected = peers.loc[definition["case_id"]]
        names = units["unit"].to_numpy()
        assert_array_equal(np.repeat(names, np.diff(found.starts)), expected["unit"])
        assert_array_equal(names[found.peers], expected["peer"])
        assert_array_equal(found.position, expected["position"])
        assert_allclose(found.distance, expected["distance"], rtol=1e-9)
        whole = summary.loc[definition["case_id"]]
        graph = stats.peer_graph(found.starts, found.peers)
        assert graph.edges == whole["n_edges"]
        assert_allclose(graph.mutual_share, whole["mutual_share"], rtol=1e-12)
        assert graph.in_degree.max() == whole["max_in_degree"]
        assert graph.never_chosen.sum() == whole["never_chosen"]
        assert graph.without_peers.sum() == whole["units_with_no_peer"]
        assert (graph.out_degree < definition["k"]).sum() == whole["units_with_fewer_than_k"]


def test_nhs_twins_are_not_their_own_peers(oracles: Path) -> None:
    """K013 and K041 are alike to the last digit: each is the other's nearest, and neither is its own."""
    for definition in definitions(oracles):
        units, found = case_of(oracles, definition)
        one, other = (int(np.flatnonzero(units["unit"] == code)[0]) for code in ("K013", "K041"))
        assert found.of(one)[0] == other
        assert found.of(other)[0] == one
        assert found.distance[found.starts[one]] == 0
        unit = np.repeat(np.arange(98), np.diff(found.starts))
        assert (unit != found.peers).all()


@st.composite
def searches(draw: st.DrawFn) -> tuple[list[list[float]], dict[str, Any]]:
    """Draw a table with many ties and gaps, and the options of a search."""
    units, variables = draw(st.integers(1, 14)), draw(st.integers(1, 3))
    value = st.integers(-3, 3).map(float)
    row = st.lists(value | value | value | st.just(NAN), min_size=variables, max_size=variables)
    weights = draw(st.lists(st.sampled_from([1.0, 2.0, 0.1, 0.2]), min_size=variables, max_size=variables))
    return draw(st.lists(row, min_size=units, max_size=units)), {
        "k": draw(st.integers(1, 6)),
        "weights": weights,
        "scaling": draw(st.sampled_from(["z", "robust", "min_max", "none"])),
        "caliper": draw(st.sampled_from([None, 0.0, 0.7, 1.5])),
        "min_coverage": draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        "min_peers": draw(st.integers(1, 3)),
        "codes": draw(st.permutations([f"{number:04}" for number in range(units)])),
        "candidates": draw(st.lists(st.booleans(), min_size=units, max_size=units)),
    }


@given(searches(), st.sampled_from(["euclidean", "gower", "need"]))
def test_is_the_definition(case: tuple[list[list[float]], dict[str, Any]], metric: str) -> None:
    """Lists of the search are those of sorting everybody, with ties, gaps and every option."""
    table, options = case
    if metric == "gower":
        options["scaling"] = "min_max"
    found = stats.nearest(table, metric=metric, **options)  # type: ignore[arg-type]
    points, weights = scaled_slowly(table, options["weights"], options["scaling"])
    lists = nearest_slowly(
        points,
        weights,
        options["k"],
        codes=options["codes"],
        caliper=math.inf if options["caliper"] is None else options["caliper"],
        min_coverage=options["min_coverage"],
        min_peers=options["min_peers"],
        candidates=options["candidates"],
        squared=metric == "euclidean",
        factor=math.fsum(weights) if metric == "need" else 1.0,
    )
    assert [found.of(unit).tolist() for unit in range(len(table))] == lists
    words = {0: {"no_peer", "too_few", "not_comparable"}, options["k"]: {"ok"}}
    for peers, outcome in zip(lists, found.outcome, strict=True):
        assert outcome in words.get(len(peers), {"fewer_than_k"})
    assert_array_equal(
        found.reason == "", (found.outcome == "ok") | ((found.outcome == "too_few") & (found.reason == ""))
    )


@pytest.mark.parametrize("metric", ["euclidean", "gower", "mahalanobis", "need"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("lattice", [False, True])
def test_many_units_are_found_as_by_all_distances(metric: Any, missing: float, lattice: bool) -> None:  # noqa: FBT001 - drawn
    """With groups, blocks and bounds at work, the lists are those of the whole table of distances."""
    rng = np.random.default_rng(7)
    table = rng.normal(size=(700, 5))
    table = np.round(table) if lattice else table
    if metric != "mahalanobis":
        table[rng.random(table.shape) < missing] = NAN
    weights = None if metric == "mahalanobis" else [1, 2, 0.5, 1, 3]
    found = stats.nearest(table, k=9, metric=metric, weights=weights, min_coverage=0.5)
    distances: Any = {
        "euclidean": lambda: stats.euclidean_distance(table, weights=weights, min_coverage=0.5),
        "gower": lambda: stats.gower_distance(table, weights=weights, min_coverage=0.5),
        "mahalanobis": lambda: stats.mahalanobis_distance(table),
        "need": lambda: stats.need_distance(table, weights, min_coverage=0.5),
    }[metric]().distance
    np.fill_diagonal(distances, NAN)
    rounded = np.where(np.isnan(distances), np.inf, np.round(distances, 12))
    for unit in range(700):
        order = np.argsort(rounded[unit], kind="stable")[:9]
        assert_array_equal(found.of(unit), order[np.isfinite(rounded[unit, order])])
        assert_allclose(found.distance[found.starts[unit] : found.starts[unit + 1]], distances[unit, found.of(unit)])


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same lists to the last digit, whatever the size of the blocks."""
    rng = np.random.default_rng(8)
    table = rng.normal(size=(400, 4))
    table[rng.random(table.shape) < 0.1] = NAN
    found = [stats.nearest(table, k=5, metric=metric) for metric in ("euclidean", "gower")]
    monkeypatch.setattr(_search, "_BLOCK", 3_000)
    monkeypatch.setattr(_search, "_CACHE", 900)
    monkeypatch.setattr(_search, "_GROUPS", 7)
    assert [stats.nearest(table, k=5, metric=metric) for metric in ("euclidean", "gower")] == found


def test_near_twins_far_from_zero_keep_their_digits() -> None:
    """A matrix product would lose differences of a millionth at a level of 1e9, or beside a unit at 1e12."""
    rng = np.random.default_rng(9)
    table = 1e9 + rng.integers(0, 10**6, (300, 2)) * 2.0**-10
    table[-1] = 1e12
    found = stats.nearest(table, k=4, scaling="none")
    distances = stats.euclidean_distance(table, scaling="none").distance
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(np.round(distances, 12), axis=1, kind="stable")[:, :4]
    assert_array_equal(found.peers.reshape(300, 4), order)


def test_thousands_of_units_alike() -> None:
    """Units of a few classes tie by the thousand; lists stay k long, in the order of the codes."""
    table = np.repeat([["by", "ja"], ["land", "ja"], ["ø", "nej"]], 4_000, axis=0)
    codes = [f"{number:05}" for number in range(12_000)][::-1]
    found = stats.nearest(table, k=3, metric="gower", codes=codes)
    assert found.of(0).tolist() == [3999, 3998, 3997]
    assert found.of(3999).tolist() == [3998, 3997, 3996]
    assert set(np.diff(found.starts)) == {3}
    assert not found.distance.any()


@given(st.integers(0, 10_000))
def test_laws(seed: int) -> None:
    """Order of the units and affine changes do not matter; nobody is a peer of itself; a list grows at its end."""
    rng = np.random.default_rng(seed)
    table, codes = rng.normal(size=(25, 3)), [f"{number:02}" for number in range(25)]
    found = stats.nearest(table, k=4, codes=codes)
    turned = stats.nearest(table[::-1] * [1, -5, 1e3] + 7, k=4, codes=codes[::-1])
    assert [(24 - turned.of(24 - unit)).tolist() for unit in range(25)] == [
        found.of(unit).tolist() for unit in range(25)
    ]
    longer = stats.nearest(table, k=6, codes=codes)
    assert all((longer.of(unit)[:4] == found.of(unit)).all() for unit in range(25))
    graph = stats.peer_graph(found.starts, found.peers)
    assert graph.in_degree.sum() == graph.edges == len(found.peers)
    added = stats.nearest(
        np.vstack([table, [[1e9, 0, 0]]]), k=4, codes=[*codes, "99"], population=[True] * 25 + [False]
    )
    assert all((added.of(unit) == found.of(unit)).all() for unit in range(25))


def test_outcomes_and_their_reasons() -> None:
    """Not comparable, nobody within the caliper, too few, fewer than asked for: each is told."""
    table = [[0.0, 0.0], [1.0, 0.0], [1.5, 0.0], [50.0, 1.0], [NAN, 1.0], [51.0, 1.0]]
    found = stats.nearest(table, k=2, scaling="none", caliper=1.0, min_peers=2, min_coverage=1)
    assert found.outcome.tolist() == ["too_few", "ok", "too_few", "too_few", "not_comparable", "too_few"]
    assert found.reason.tolist() == [
        "outside_caliper",
        "",
        *["outside_caliper"] * 2,
        "low_coverage",
        "outside_caliper",
    ]
    assert np.diff(found.starts).tolist() == [0, 2, 0, 0, 0, 0]
    alone = stats.nearest(table, k=2, scaling="none", caliper=0.1)
    assert set(alone.outcome[:4]) == {"no_peer"}
    few = stats.nearest(table[:2], k=2, scaling="none")
    assert few.outcome.tolist() == ["fewer_than_k"] * 2
    assert few.reason.tolist() == ["too_few_units"] * 2


def test_a_unit_that_may_not_be_a_peer_has_peers() -> None:
    """The capital is nobody's peer and still learns who is most like it."""
    found = stats.nearest([[1.0], [2.0], [3.0], [100.0]], k=1, candidates=[True, True, True, False])
    assert [found.of(unit).tolist() for unit in range(4)] == [[1], [0], [1], [2]]
    nobody = stats.nearest([[1.0], [2.0]], k=1, candidates=[False, False])
    assert nobody.outcome.tolist() == ["no_peer", "no_peer"]


@pytest.mark.parametrize("shape", [(0, 2), (1, 2)])
def test_nobody_to_compare_with(shape: tuple[int, int]) -> None:
    """No units, or one, give no peers and no error."""
    table: npt.NDArray[np.float64] = np.ones(shape)
    found = stats.nearest(table, k=3)
    assert len(found.peers) == 0
    assert found.starts.tolist() == [0] * (shape[0] + 1)
    assert set(found.outcome) <= {"not_comparable"}


def test_no_variables_and_no_covariance() -> None:
    """Nothing that tells units apart, and a covariance that cannot be had, are reasons."""
    same = stats.nearest(np.ones((4, 2)), k=1)
    assert set(same.reason) == {"no_variables"}
    assert set(same.outcome) == {"not_comparable"}
    short = stats.nearest(np.random.default_rng(0).normal(size=(4, 3)), k=1, metric="mahalanobis")
    assert set(short.reason) == {"too_few_units"}
    assert not len(short.peers)


@pytest.mark.parametrize(
    "options",
    [
        {"k": 0},
        {"k": 1.5},
        {"k": True},
        {"min_peers": 0},
        {"caliper": -1},
        {"caliper": NAN},
        {"min_coverage": -0.1},
        {"codes": ["a"]},
        {"codes": ["a", "a", "b"]},
        {"candidates": [1, 1, 0]},
        {"metric": "cosine"},
    ],
)
def test_wrong_arguments(options: dict[str, Any]) -> None:
    """What no data could make right is an error with words."""
    with pytest.raises(ArgumentError) as caught:
        stats.nearest([[1.0], [2.0], [4.0]], **{"k": 1, **options})
    assert caught.value.text("da")
