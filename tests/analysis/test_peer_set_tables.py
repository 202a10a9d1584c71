"""Sets of peers on real tables: the lists that Kolada publishes, and Denmark's municipalities."""

from __future__ import annotations

import csv
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import maalbib as mb

if TYPE_CHECKING:
    from pathlib import Path

NAME = mb.Text(da="Prøven", en="The trial")

# As published beside the lists: edges, mutual share, largest in-degree, units in nobody's list.
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


@pytest.fixture(scope="module")
def kolada(shared: Path) -> dict[str, mb.PeerSets]:
    """Return the sets of six published models."""
    lists: dict[str, dict[str, list[str]]] = {}
    path = shared / "data" / "other" / "kolada_peers" / "kolada_similar_municipalities_half.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["model"], {})[row["unit"]] = row["peers"].split("+")
    return {
        model: mb.peer_sets(mb.ListedPeers(id="K", name=NAME, lists=own, vintage="2024"))
        for model, own in lists.items()
    }


@pytest.mark.parametrize("model", KOLADA)
def test_kolada_statistics_of_each_model(model: str, kolada: dict[str, mb.PeerSets]) -> None:
    """Pitfall: symmetric peers assumed. A quarter to a third of the edges go one way only."""
    [name] = [each for each in kolada if each.startswith(model)]
    report = kolada[name].report()
    edges, mutual, most, never = KOLADA[model]
    assert (report.edges, report.max_in_degree, len(report.never_chosen)) == (edges, most, never)
    assert round(report.mutual_share or 0, 4) == mutual


@pytest.mark.parametrize("pair", COMMON)
def test_kolada_lists_belong_to_a_purpose(pair: tuple[str, str], kolada: dict[str, mb.PeerSets]) -> None:
    """One municipality's peers for two purposes share one or two of seven."""
    one, other = (kolada[next(each for each in kolada if each.startswith(name))] for name in pair)
    assert round(one.overlap(other).common or 0, 3) == COMMON[pair]
    assert other.overlap(one).common == one.overlap(other).common


def test_overlap_with_itself_is_whole(kolada: dict[str, mb.PeerSets]) -> None:
    """Seven of seven, and a Jaccard of 1."""
    found = kolada["grundskola"].overlap(kolada["grundskola"])
    assert (found.units, found.common, found.jaccard) == (290, 7.0, 1.0)
    assert "7,00 fælles" in found.explain("da")


def test_lists_of_one_to_thirty_four() -> None:
    """Pitfall: neighbour lists of one to 34 entries with the unit itself among them."""
    codes = [f"E{number:02}" for number in range(35)]
    lists = {"E00": codes, "E01": ["E01", "E02"], "E02": ["E02"]}
    sets = mb.peer_sets(mb.ListedPeers(id="O", name=NAME, lists=lists))
    assert [len(sets.of(unit)) for unit in ("E00", "E01", "E02")] == [34, 1, 0]
    assert sets.outcome("E02") == "no_peer"
    assert all("self_listed" in row.flags for row in sets if row.unit in lists)


@pytest.fixture(scope="module")
def conditions(shared: Path) -> mb.Measurements:
    """Return the young people of all 98 municipalities in 2024: how many, and the share with a completed education."""
    path = shared / "data" / "danish" / "dst_statusu6_2024_98_municipalities.csv"
    frame = pd.read_csv(path, dtype=str)
    code = next(name for name in frame.columns if "code" in name)
    frame = frame[frame[code] != "000"]
    young = frame["total"].astype(float)
    parts = {"young": young, "completed_share": frame["completed"].astype(float) / young}
    long = pd.concat(
        [
            pd.DataFrame({"indicator": name, "institution": "0" + frame[code], "period": "2024", "value": values})
            for name, values in parts.items()
        ]
    )
    return mb.Measurements.from_pandas(long, register=mb.Register.denmark())


def test_all_98_municipalities_by_distance(conditions: mb.Measurements) -> None:
    """Seven peers for each, directed; every definition of peers gives other ones."""
    size = mb.PeerVariable(indicator="young", transform="log")
    nearest = mb.NearestPeers(id="N", name=NAME, variables=[size, "completed_share"], k=7, vintage="2024")
    sets = mb.peer_sets(nearest, conditions)
    report = sets.report()
    assert (report.units, report.edges, len(report.without_peers)) == (98, 98 * 7, 0)
    assert 0.5 < (report.mutual_share or 0) < 0.95
    neighbours = mb.peer_sets(mb.NeighbouringPeers(id="B", name=NAME, vintage="2024"), conditions)
    overlap = sets.overlap(neighbours)
    assert overlap.units == 91
    assert (overlap.common or 0) < 2
    assert sets.without("completed_share").changes().of("0825").went
    assert "Læsø" in sets.explain("da", unit="0825")


def test_the_pairs_of_the_enumeration_agree(kolada: dict[str, mb.PeerSets]) -> None:
    """Mutual edges counted pair by pair."""
    lists = kolada["grundskola"].lists()
    mutual = sum(2 for one, other in combinations(lists, 2) if other in lists[one] and one in lists[other])
    assert mutual / sum(map(len, lists.values())) == kolada["grundskola"].report().mutual_share
