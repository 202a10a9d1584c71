"""Lists of peers as a whole: published lists of a whole country, the definition, laws."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

# Published lists: edges, mutual share, largest in-degree, units in nobody's list.
KOLADA = {
    "LSS": (2023, 0.7454, 15, 1),
    "fritidshem": (2030, 0.7468, 14, 1),
    "grundskola": (2030, 0.7557, 13, 1),
    "gymnasieskola": (2030, 0.7360, 13, 0),
    "socioekonomi": (2030, 0.6227, 18, 1),
    "övergripande": (2030, 0.6512, 15, 2),
}
COMMON = {
    ("fritidshem", "grundskola"): 1.697,
    ("grundskola", "gymnasieskola"): 1.224,
    ("LSS", "socioekonomi"): 0.436,
    ("gymnasieskola", "socioekonomi"): 0.552,
    ("grundskola", "socioekonomi"): 0.772,
}
Lists = list[list[int]]


def laid(lists: Lists) -> tuple[list[int], list[int]]:
    """Lay lists end to end."""
    return [0, *itertools.accumulate(map(len, lists))], [peer for peers in lists for peer in peers]


@st.composite
def lists_of(draw: st.DrawFn, units: int = 6) -> Lists:
    """Draw directed lists."""
    return [
        draw(st.lists(st.sampled_from([peer for peer in range(units) if peer != unit]), unique=True))
        for unit in range(units)
    ]


def kolada(shared: Path) -> dict[str, tuple[list[int], list[int]]]:
    """The lists of six models on one order of the 290 municipalities."""
    table = pd.read_csv(shared / "data/other/kolada_peers/kolada_similar_municipalities_half.csv", dtype=str)
    units = {unit: place for place, unit in enumerate(sorted(table["unit"].unique()))}
    models = {}
    for model, rows in table.groupby("model"):
        lists: Lists = [[] for _ in units]
        for unit, peers in zip(rows["unit"], rows["peers"], strict=True):
            lists[units[unit]] = [units[peer] for peer in peers.split("+")]
        models[str(model).split(" ")[0]] = laid(lists)
    return models


def test_kolada_lists(shared: Path) -> None:
    """Sweden's published peers: lists are directed, with hubs, and some units are in nobody's."""
    models = kolada(shared)
    assert set(models) == set(KOLADA)
    for model, (edges, mutual, largest, never) in KOLADA.items():
        found = stats.peer_graph(*models[model])
        assert found.edges == edges
        assert round(found.mutual_share, 4) == mutual
        assert found.in_degree.max() == largest
        # One municipality has no list in LSS, and is in none either; it is not among those counted there.
        assert (found.never_chosen & ~found.without_peers).sum() == never
        assert found.hub.any() == (largest >= 14)
        assert found.without_peers.sum() == (model == "LSS")


def test_kolada_lists_belong_to_their_purpose(shared: Path) -> None:
    """Two models share between 0.4 and 1.7 peers of seven."""
    models = kolada(shared)
    for (one, other), common in COMMON.items():
        found = stats.peer_overlap(models[one], models[other])
        assert round(found.mean_common, 3) == common
        assert found.both.sum() == (289 if "LSS" in {one, other} else 290)
        assert_allclose(found.mean_jaccard, (found.common / (14 - found.common))[found.both].mean())


@given(lists_of(), st.floats(0.5, 3))
def test_graph_is_the_definition(lists: Lists, factor: float) -> None:
    """Counts are those of going through the lists."""
    found = stats.peer_graph(*laid(lists), hub_factor=factor)
    mutual = [unit in lists[peer] for unit, peers in enumerate(lists) for peer in peers]
    chosen = [sum(unit in peers for peers in lists) for unit in range(6)]
    assert found.mutual.tolist() == mutual
    assert found.in_degree.tolist() == chosen
    assert found.out_degree.tolist() == [len(peers) for peers in lists]
    assert found.never_chosen.tolist() == [not count for count in chosen]
    assert found.without_peers.tolist() == [not peers for peers in lists]
    assert found.in_degree.sum() == found.edges == len(mutual)
    assert found.hub.tolist() == [0 < count >= factor * len(mutual) / 6 - 1e-9 for count in chosen]
    assert_allclose(found.mutual_share, np.mean(mutual) if mutual else math.nan)


@given(lists_of(), lists_of())
def test_overlap_and_drift_are_the_definition(first: Lists, second: Lists) -> None:
    """Peers are compared as sets; the drift of a step is its overlap."""
    found = stats.peer_overlap(laid(first), laid(second))
    common = [len(set(one) & set(other)) for one, other in zip(first, second, strict=True)]
    either = [len(set(one) | set(other)) for one, other in zip(first, second, strict=True)]
    assert found.common.tolist() == common
    assert_allclose(found.jaccard, [a / b if b else math.nan for a, b in zip(common, either, strict=True)])
    assert_array_equal(found.common + found.only_first, [len(one) for one in first])
    assert_array_equal(found.common + found.only_second, [len(other) for other in second])
    drift = stats.peer_drift([laid(first), laid(second), laid(first)])
    assert_array_equal(drift.kept[0], found.common)
    assert_array_equal(drift.left[0], drift.joined[1])
    before = sum(map(len, first))
    assert_allclose(drift.kept_share[0], sum(common) / before if before else math.nan)
    same = sum(set(one) == set(other) and bool(one) for one, other in zip(first, second, strict=True))
    assert drift.unchanged.tolist() == [same, same]


def test_no_units() -> None:
    """Nobody has no peers."""
    found = stats.peer_graph([0], [])
    assert found.edges == 0
    assert math.isnan(found.mutual_share)
    assert math.isnan(stats.peer_overlap(([0], []), ([0], [])).mean_common)


@pytest.mark.parametrize(
    ("starts", "peers", "options"),
    [
        ([], [], {}),
        ([1, 2], [0, 0], {}),
        ([0, 2, 1], [1], {}),
        ([0, 1], [0], {}),
        ([0, 1, 1], [2], {}),
        ([0, 1, 1], [-1], {}),
        ([0, 2, 2], [1, 1], {}),
        ([0, 1, 1], [1.0], {}),
        ([[0, 0]], [], {}),
        ([0, 1, 1], [1], {"units": 3}),
        ([0, 1, 1], [1], {"hub_factor": 0}),
    ],
)
def test_wrong_arguments(starts: Any, peers: Any, options: dict[str, Any]) -> None:
    """Lists that are none are an error with words."""
    with pytest.raises(ArgumentError) as caught:
        stats.peer_graph(starts, peers, **options)
    assert caught.value.text("da")


def test_wrong_lists_to_compare() -> None:
    """Lists of other units, and a single vintage, are errors."""
    with pytest.raises(ArgumentError):
        stats.peer_overlap(([0, 1, 1], [1]), ([0, 0], []))
    with pytest.raises(ArgumentError):
        stats.peer_drift([([0, 0], [])])
