"""Sets of peers by rule: every kind, who takes part, what became of whom, and how sets are read."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.analysis._peer_set_lists import by_class, of_pairs
from maalbib.errors import UnknownCodeError

DENMARK = mb.Register.denmark()
NAME = mb.Text(da="Prøven", en="The trial")
SNAPSHOTS = Path(__file__).parent / "snapshots"
GROUPS = [f"dst-2018-{number}" for number in range(1, 6)]
CODES = [entry.id for entry in DENMARK.select("municipality", on="2024-01-01")]


def sets_of(kind: type[mb.PeerDefinition], /, **fields: Any) -> mb.PeerSets:
    """Make sets in the Denmark of 2024; what is no field of the definition is an option of the call."""
    options = {name: fields.pop(name) for name in ("units", "period", "successors") if name in fields}
    definition = kind(**({"id": "P", "name": NAME, "vintage": "2024"} | fields))
    return mb.peer_sets(definition, register=DENMARK, **options)


def refused(code: str, kind: type[mb.PeerDefinition], /, **fields: Any) -> None:
    """Check that making sets is refused for a reason."""
    with pytest.raises(mb.ArgumentError) as caught:
        sets_of(kind, **fields)
    assert caught.value.code == code
    assert caught.value.text("da") != caught.value.text("en")


def test_neighbours_of_all_of_denmark_at_once() -> None:
    """187 borders seen from both sides; seven islands have nobody, and that is an answer."""
    report = sets_of(mb.NeighbouringPeers).report()
    assert (report.units, report.edges, report.mutual_share) == (98, 374, 1.0)
    assert set(report.without_peers) == {"0400", "0482", "0492", "0563", "0741", "0773", "0825"}
    assert set(report.without_peers.values()) == {"no_peer"}
    assert sets_of(mb.NeighbouringPeers, order=2).of("0147") == DENMARK.neighbours("0147", order=2)


def test_regions_follow_the_day_of_the_vintage() -> None:
    """København is compared with 28 municipalities of its region in 2024, and with 45 from 2027."""
    assert len(sets_of(mb.SameRegion).of("0101")) == 28
    assert len(sets_of(mb.SameRegion, vintage="2027").of("0101")) == 45
    assert len(sets_of(mb.SameRegion, vintage=None, period="2027").of("0101")) == 45


def test_municipality_groups_are_classes() -> None:
    """Statistics Denmark's five groups of 2018: 24, 3, 16, 24 and 31 municipalities."""
    sets = sets_of(mb.SameClass, groups=GROUPS)
    assert sets.of("0751") == ("0461", "0851")
    assert sets.report().edges == sum(size * (size - 1) for size in (24, 3, 16, 24, 31))


def test_a_class_of_one_has_nobody() -> None:
    """It is legal, and an answer: the capital in a class of its own."""
    classes = [
        mb.PeerClass(id="capital", name=NAME, members=["0101"]),
        mb.PeerClass(id="rest", name=NAME, members=["0461", "0751"]),
    ]
    sets = sets_of(mb.SameClass, classes=classes)
    assert (sets.of("0101"), sets.outcome("0101"), sets.of("0461")) == ((), "no_peer", ("0751",))


def test_nobody_may_be_in_two_groups() -> None:
    """Groups of two classifications overlap, which would be two answers."""
    catalogue = mb.Catalogue(id="A", groups=[mb.PeerGroup(id="two", name=NAME, members=["0751", "0101"])])
    definition = mb.SameClass(id="P", name=NAME, groups=["dst-2018-2", "two"])
    with pytest.raises(mb.ArgumentError) as caught:
        mb.peer_sets(definition, catalogue=catalogue, register=DENMARK)
    assert caught.value.code == "peer_sets.two_groups"


def test_owners_are_a_classification() -> None:
    """Schools are compared with schools of the same owner, never with day care."""
    rows = [
        {"id": f"{kind[0]}{number}", "name": "x", "kind": kind, "ownership": owner}
        for kind in ("school", "daycare")
        for number, owner in enumerate(("municipal", "private", "municipal", None))
    ]
    register = mb.Register.from_records(rows)
    definition = mb.SameClass(id="P", name=NAME, attribute="ownership", vintage="2024")
    sets = mb.peer_sets(definition, register=register, units=[row["id"] for row in rows])
    assert (sets.of("s0"), sets.of("s1"), sets.outcome("s3")) == (("s2",), (), "no_peer")


def test_pitfall_the_capital_in_the_mean() -> None:
    """The country without its capital, which is nobody's peer and is itself compared with all others."""
    sets = sets_of(mb.AllPeers, except_=["0101"])
    assert len(sets.of("0101")) == 97
    assert len(sets.of("0751")) == 96
    assert all("0101" not in peers for peers in sets.lists().values())


def test_a_cohort_is_held_against_the_rest() -> None:
    """Each member against those that are not; members are not compared with each other, and the rest is not judged."""
    sets = sets_of(mb.CohortPeers, members=["0101", "0751"])
    assert sets.units == ("0101", "0751")
    assert sets.of("0101") == sets.of("0751") == tuple(sorted(set(CODES) - {"0101", "0751"}))


def test_lists_of_one_to_many_where_the_unit_stands_in_its_own() -> None:
    """As in published lists: any length, not mutual, the unit itself among them; it is taken out, and that is told."""
    lists = {"0101": ["0147"], "0751": ["0461", "0751", "0851", "0101"], "0461": []}
    sets = sets_of(mb.ListedPeers, lists=lists)
    assert sets.units == ("0101", "0147", "0461", "0751", "0851")
    assert sets.outcome("0851") == "no_peer"  # nobody listed anything for it
    assert sets.of("0751") == ("0461", "0851", "0101")
    assert {row.flags for row in sets.where(unit="0751")} == {("self_listed",)}
    assert "taget ud" in sets.where(unit="0751")[0].explain("da")
    assert (sets.outcome("0461"), sets.where(unit="0101")[0].flags) == ("no_peer", ())


def test_one_list_for_all() -> None:
    """Everybody on it is compared with the others on it."""
    sets = sets_of(mb.ListedPeers, members=["0751", "0101", "0461"])
    assert sets.lists() == {"0101": ("0461", "0751"), "0461": ("0101", "0751"), "0751": ("0101", "0461")}


def test_excluded_units_take_no_part_and_the_reason_is_said() -> None:
    """Neither as unit nor as peer."""
    out = mb.PeerExclusion(institution="0851", reason=mb.Text(da="andre regler", en="other rules"))
    sets = sets_of(mb.SameClass, groups=GROUPS, exclusions=[out])
    assert (sets.of("0751"), sets.of("0851"), sets.outcome("0851")) == (("0461",), (), "excluded")
    assert sets.where(unit="0851").explain("da").endswith("Aalborg er ikke med: andre regler.")
    assert sets.where(unit="0851").explain("en").endswith("Aalborg takes no part: other rules.")


def test_too_few_peers_are_none() -> None:
    """Below the least number a unit has no peers, which is told apart from nobody at all."""
    sets = sets_of(mb.NeighbouringPeers, min_peers=2)
    assert (sets.of("0147"), sets.outcome("0147"), sets.outcome("0400")) == ((), "too_few", "no_peer")
    assert sets.outcome("0101") == "ok"


def test_scope_says_who_takes_part() -> None:
    """Only the members of a group are units and peers."""
    sets = sets_of(mb.NeighbouringPeers, scope=mb.Scope(group="dst-2018-1"))
    members = set(DENMARK.groups["dst-2018-1"].members)
    assert set(sets.units) == members
    assert {peer for peers in sets.lists().values() for peer in peers} <= members


def test_only_units_of_one_level_are_compared(made: Any) -> None:
    """A municipality is no peer of the country, whatever is in the file."""
    ms, _ = made({code: [(2024, 1.0)] for code in ("0101", "0751", "1081", "1082", "DK")})
    sets = mb.peer_sets(mb.AllPeers(id="P", name=NAME), ms)
    assert sets.lists() == {"0101": ("0751",), "0751": ("0101",), "1081": ("1082",), "1082": ("1081",), "DK": ()}


def test_peers_are_chosen_among_all_whoever_is_asked_about() -> None:
    """Asking about one gives the rows of one, the same as among all."""
    one, whole = sets_of(mb.SameRegion, units="0400"), sets_of(mb.SameRegion)
    assert one.units == ("0400",)
    assert one == whole.where(unit="0400")


def test_a_peer_that_was_merged_is_gone_and_told() -> None:
    """Brædstrup was split in 2007; the code of Horsens is that of a smaller unit before."""
    lists = {"0751": ["0601", "0615", "0101"], "0101": ["0601"]}
    before = sets_of(mb.ListedPeers, lists=lists, vintage="2006")
    assert before.of("0751") == ("0601", "0615", "0101")
    after = sets_of(mb.ListedPeers, lists=lists, vintage="2006", period="2008")
    assert (after.of("0751"), after.of("0101"), after.outcome("0101")) == (("0101",), (), "no_peer")
    assert [(row.peer, row.reason, row.position) for row in after.where(unit="0751", state="gone")] == [
        ("0601", "ended", None),
        ("0615", "became_other", None),
    ]
    assert "Uden for tæller Brædstrup og Horsens" in after.explain("da", unit="0751")


def test_a_successor_takes_a_place_only_when_asked_and_only_once() -> None:
    """Gedved and the old Horsens both became the new Horsens, which counts once; Brædstrup was split, and nobody takes its place."""
    fields: dict[str, Any] = {"vintage": "2006", "period": "2008", "successors": True}
    sets = sets_of(mb.ListedPeers, lists={"0751": ["0601", "0609", "0615", "0101"]}, **fields)
    assert sets.of("0751") == ("0615", "0101")
    row = sets.where(unit="0751")[0]
    assert (row.reason, row.instead_of) == ("successor", "0609")
    assert "i stedet for Gedved" in row.explain("da")
    assert [gone.peer for gone in sets.where(unit="0751", state="gone")] == ["0601", "0615"]
    assert json.loads(row.params)["successors"] is True
    ended = sets_of(mb.ListedPeers, lists={"0609": ["0101"]}, **fields)
    assert (ended.of("0609"), ended.outcome("0609")) == ((), "gone")


def test_a_peer_that_did_not_exist_yet_is_told_apart_from_one_that_ended() -> None:
    """Sets of today used for an older year."""
    sets = sets_of(mb.ListedPeers, lists={"0751": ["0740", "0101"]}, vintage="2024", period="2005")
    assert [(row.peer, row.reason) for row in sets.where(state="gone")] == [("0740", "not_yet")]


def test_lists_stay_where_no_reform_lies_between() -> None:
    """Nothing happens between two days without a reform."""
    fields: dict[str, Any] = {"lists": {"0751": ["0101", "0461"]}}
    once, again = (sets_of(mb.ListedPeers, **fields, period=period) for period in ("2008", "2020"))
    assert once.lists() == again.lists() == sets_of(mb.ListedPeers, **fields).lists()


def test_lists_on_given_codes() -> None:
    """As CSR: codes in any order, those without a list have none, peers that are not among the codes are left out."""
    sets = sets_of(mb.ListedPeers, lists={"0751": ["0461", "0851", "0101"], "0101": ["0147", "0751"]})
    starts, peers = sets.edges(["0101", "9999", "0751", "0851"])
    assert starts.tolist() == [0, 1, 1, 3, 3]
    assert peers.tolist() == [2, 3, 0]
    assert starts.dtype == peers.dtype == np.int64
    assert sets.everybody == ("0101", "0147", "0461", "0751", "0851")


def test_what_cannot_be_made_is_refused() -> None:
    """Each with its reason."""
    refused("peer_sets.needs_period", mb.SameRegion, vintage=None, units=["0101"])
    refused("peer_sets.needs_period", mb.SameClass, vintage=None, attribute="sector", units=["0101"])
    refused("peer_sets.nobody", mb.AllPeers, vintage=None)
    refused("peer_sets.needs_measurements", mb.NearestPeers, variables=["N1"], k=5)
    for kind in (mb.NeighbouringPeers, mb.SameRegion):
        with pytest.raises(mb.ArgumentError) as caught:
            mb.peer_sets(kind(id="P", name=NAME, vintage="2024"), units=["0101", "0751"])
        assert caught.value.code == "peer_sets.needs_register"
    for definition, options in (
        ("nosuch", {"register": DENMARK}),
        (mb.SameClass(id="P", name=NAME, groups=["nosuch"]), {"register": DENMARK}),
        (mb.AllPeers(id="P", name=NAME), {"register": DENMARK, "units": ["0999"], "period": "2024"}),
    ):
        with pytest.raises(UnknownCodeError):
            mb.peer_sets(definition, **options)  # type: ignore[arg-type]
    with pytest.raises(UnknownCodeError):
        sets_of(mb.NeighbouringPeers).of("9999")


def test_a_definition_is_found_by_its_id() -> None:
    """In the catalogue of the call."""
    own = mb.NeighbouringPeers(id="naboer", name=NAME)
    catalogue = mb.Catalogue(id="A", peer_definitions=[own])
    sets = mb.peer_sets("naboer", units="0147", period="2024", catalogue=catalogue, register=DENMARK)
    assert (sets.definition, sets.of("0147")) == (own, ("0101",))


def test_too_many_pairs_are_refused() -> None:
    """Everybody with everybody of 20,000 is no list."""
    with pytest.raises(mb.ArgumentError) as caught:
        by_class(np.zeros(5000, dtype=np.int64))
    assert caught.value.code == "peer_sets.too_many"


def test_files_keep_the_rows() -> None:
    """JSON, Arrow and pickle; what the sets were made from stays with a pickle only, and its lack is told."""
    sets = sets_of(mb.SameClass, groups=GROUPS)
    for again in (mb.PeerSets.from_json(sets.to_json()), mb.PeerSets.from_arrow(sets.to_arrow())):
        assert again == sets
        assert again.explain("da") == sets.explain("da")
        assert again.of("0751") == sets.of("0751")
        assert again.at("2030") is again
        with pytest.raises(mb.ArgumentError) as caught:
            _ = again.definition
        assert caught.value.code == "peer_sets.not_kept"
    kept = pickle.loads(pickle.dumps(sets))
    assert (kept, kept.definition) == (sets, sets.definition)


@pytest.mark.parametrize("name", ["peer_sets", "peer_parts"])
def test_columns_are_those_of_the_snapshot(name: str) -> None:
    """Columns are added at the end, never renamed or removed."""
    schema = getattr(mb.schemas, name.upper())
    lines = [f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in schema]
    assert lines == (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@given(st.lists(st.integers(-1, 3), max_size=12))
def test_classes_against_the_plain_definition(numbers: list[int]) -> None:
    """Everybody else with the same number, in order; none for those without one."""
    found = by_class(np.array(numbers, dtype=np.int64))
    for unit, number in enumerate(numbers):
        wanted = [other for other, same in enumerate(numbers) if number >= 0 and same == number and other != unit]
        assert found.peers[found.starts[unit] : found.starts[unit + 1]].tolist() == wanted


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20), st.integers(1, 4))
def test_pairs_against_the_plain_definition(pairs: list[tuple[int, int]], least: int) -> None:
    """The lists in the order given, never the unit itself, and none where they are too short."""
    found = of_pairs(6, [unit for unit, _ in pairs], [peer for _, peer in pairs]).judged(least)
    for unit in range(6):
        listed = [peer for who, peer in pairs if who == unit and peer != unit]
        kept = found.peers[found.starts[unit] : found.starts[unit + 1]].tolist()
        assert kept == (listed if len(listed) >= least else [])
        assert found.outcome[unit] == ("no_peer" if not listed else "too_few" if len(listed) < least else "ok")
        assert found.itself[unit] == ((unit, unit) in pairs)


def test_nothing_shown_is_empty() -> None:
    """Tables, lists and plots of sets without a distance."""
    sets = sets_of(mb.NeighbouringPeers, units=["0147", "0400"])
    assert "København" in sets.shown("da").to_text()
    assert repr(sets).startswith("PeerSets: 1 no_peers, 1 peer")
    assert sets.plot_data("da")["state"].tolist() == ["peer", "no_peers"]
    said = sets.report().explain("da")
    assert said.startswith("Sammenligninger for 2 enheder: 1;")
    assert "København (1 gang)" in said
    assert "Copenhagen (1 time)" in sets.report().explain("en")
    alone = sets_of(mb.NeighbouringPeers, units=["0400"]).report()
    assert alone.explain("da").startswith("Ingen har nogen at sammenligne sig med (1 enhed).")
    for problem in (sets.parts, sets.without):
        with pytest.raises(mb.ArgumentError) as caught:
            problem("0147")
        assert caught.value.code == "peer_sets.no_distance"
    with pytest.raises(mb.ArgumentError) as caught:
        sets.changes()
    assert caught.value.code == "peer_sets.no_origin"
