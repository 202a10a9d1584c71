"""Sets of peers on awkward input: codes nobody knows, units of another time, wrong types, and what the sentences say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib.errors import DefinitionError, MaalError, UnknownCodeError

DENMARK = mb.Register.denmark()
NAME = mb.Text(da="Prøven", en="The trial")
FEW = settings(max_examples=max(8, settings.default.max_examples // 5))
SCHOOLS = mb.Register.from_records(
    [
        {"id": f"s{number}", "name": f"Skole {number}", "kind": "school", "valid_from": begins, "valid_to": ends}
        for number, (begins, ends) in enumerate(
            [("1990-01-01", None), ("1990-01-01", None), ("1990-01-01", "2008-08-01"), ("2020-08-01", None)]
        )
    ]
)


def defined(kind: type[mb.PeerDefinition], /, **fields: Any) -> mb.PeerDefinition:
    """Return a definition of 2024."""
    given: dict[str, Any] = {"id": "P", "name": NAME, "vintage": "2024"} | fields
    return kind(**given)


def schools(*codes: str) -> mb.Measurements:
    """Return a value for each of some schools, in a year when it was there."""
    years = {"s2": "2005"}
    rows = [
        {"institution": code, "period": years.get(code, "2022"), "value": place} for place, code in enumerate(codes)
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows).assign(indicator="a"), register=SCHOOLS)


ALL = mb.Scope(kind="municipality")
UNKNOWN: dict[str, Callable[[], mb.PeerDefinition]] = {
    "lists": lambda: defined(mb.ListedPeers, lists={"0751": ["0461", "0999"], "zz": ["0461"]}),
    "members": lambda: defined(mb.ListedPeers, members=["0999", "0461", "zz"]),
    "cohort": lambda: defined(mb.CohortPeers, members=["0999", "0461", "zz"]),
    "except_": lambda: defined(mb.AllPeers, except_=["0999", "zz"]),
    "scope": lambda: defined(mb.AllPeers, scope=mb.Scope(institutions=["0461", "0999", "zz"])),
    "classes": lambda: defined(
        mb.SameClass, classes=[mb.PeerClass(id="k", name=NAME, members=["0461", "0999", "zz"])]
    ),
    "exclusions": lambda: defined(
        mb.AllPeers, exclusions=[mb.PeerExclusion(institution=code, reason=NAME) for code in ("0999", "zz")]
    ),
}


@pytest.mark.parametrize("field", UNKNOWN)
def test_codes_that_the_register_does_not_know_are_named(field: str) -> None:
    """A mistyped code would otherwise look like a unit without values, or exclude nobody."""
    with pytest.raises(UnknownCodeError) as caught:
        mb.peer_sets(UNKNOWN[field](), register=DENMARK)
    for lang in ("da", "en"):
        assert "0999, zz" in caught.value.text(lang)
        assert f"{'members' if field == 'cohort' else field} " in caught.value.text(lang)


def test_many_unknown_codes_are_counted_and_the_nearest_is_offered() -> None:
    """Ten are named; the first is held up against those that are known."""
    codes = ["9751", *(f"x{number}" for number in range(20))]
    with pytest.raises(UnknownCodeError) as caught:
        mb.peer_sets(defined(mb.CohortPeers, members=codes), register=DENMARK)
    assert "9751, x0, x1, x2, x3, x4, x5, x6, x7, x8, ..." in caught.value.text("da")
    assert "Mente du 0751 i stedet for 9751?" in caught.value.text("da")


def test_a_code_that_is_measured_or_that_nobody_can_check_is_no_mistake() -> None:
    """Units that the register lacks may have figures; without a register nobody knows all codes."""
    frame = pd.DataFrame({"institution": ["0751", "egen"], "indicator": "a", "period": "2024", "value": [1, 2]})
    definition = defined(mb.ListedPeers, lists={"0751": ["egen"]})
    ms = mb.Measurements.from_pandas(frame)
    assert mb.peer_sets(definition, ms, register=DENMARK).of("0751") == ("egen",)
    assert mb.peer_sets(definition).of("0751") == ("egen",)


SETS = mb.peer_sets(defined(mb.NeighbouringPeers), register=DENMARK)
ANY: Any = SETS  # whatever the annotations say
PEER_SETS: Any = mb.peer_sets
WRONG: dict[str, Callable[[], object]] = {
    "of": lambda: ANY.of(461),
    "outcome": lambda: ANY.outcome(None),
    "explain": lambda: ANY.explain(unit=461),
    "language": lambda: ANY.explain("sv"),
    "language of one": lambda: ANY.explain("sv", unit="0751"),
    "language of a row": lambda: ANY[0].explain("sv"),
    "language of the report": lambda: ANY.report().explain(["da"]),
    "language of the overlap": lambda: ANY.overlap(SETS).explain(None),
    "language of the changes": lambda: ANY.changes(SETS).explain("sv"),
    "language of the table": lambda: ANY.shown("sv"),
    "edges": lambda: ANY.edges([461]),
    "edges twice": lambda: ANY.edges(["0461", "0461"]),
    "edges of a text": lambda: ANY.edges("0461"),
    "at": lambda: ANY.at(2024),
    "changes": lambda: ANY.changes("P"),
    "overlap": lambda: ANY.overlap(None),
    "outcome compared": lambda: ANY.refuse_outcome(3),
    "list": lambda: PEER_SETS(["0461"]),
    "list and measurements": lambda: PEER_SETS(["0461"], schools("s0")),
    "nothing": lambda: PEER_SETS(None, register=DENMARK),
    "register": lambda: PEER_SETS(defined(mb.AllPeers), register="Danmark"),
    "catalogue": lambda: PEER_SETS(defined(mb.AllPeers), register=DENMARK, catalogue="folkeskolen"),
    "units": lambda: PEER_SETS(defined(mb.AllPeers), register=DENMARK, units=461),
    "units of numbers": lambda: PEER_SETS(defined(mb.AllPeers), register=DENMARK, units=[461]),
    "period": lambda: PEER_SETS(defined(mb.AllPeers), register=DENMARK, period=2024),
    "successors": lambda: PEER_SETS(defined(mb.AllPeers), register=DENMARK, successors="ja"),
}


@pytest.mark.parametrize("call", WRONG)
def test_wrong_arguments_are_told_in_words(call: str) -> None:
    """Never an error of another library."""
    with pytest.raises(mb.ArgumentError) as caught:
        WRONG[call]()
    assert caught.value.text("da") != caught.value.text("en")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SETS.of("9999"), "9999 er ikke en af de enheder, grupperne er dannet for."),
        (lambda: mb.peer_sets("nosuch", register=DENMARK), "nosuch er ikke en definition af sammenlignelige enheder"),
        (
            lambda: mb.peer_sets(defined(mb.SameClass, groups=["nosuch"]), register=DENMARK),
            "nosuch er ikke en gruppe i kataloget eller registret.",
        ),
        (
            lambda: mb.peer_sets(defined(mb.NearestPeers, variables=["b"], k=1), schools("s0")),
            "b er ikke en indikator, der er målinger af.",
        ),
        (
            lambda: mb.peer_sets(defined(mb.AllPeers), register=DENMARK, units="0461x"),
            "0461x er ikke en enhed, der er med. Mente du 0461?",
        ),
    ],
)
def test_what_is_not_known_is_named(call: Callable[[], object], words: str) -> None:
    """By its code and by what it should have been, without machine words."""
    with pytest.raises(UnknownCodeError) as caught:
        call()
    assert caught.value.text("da").startswith(words)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: mb.NearestPeers(id="P", name=NAME, variables=["a"], k=0, vintage="2024"), "NearestPeers.k skal være mindst 1."),
        (lambda: mb.PeerVariable(indicator="a", weight=-1), "PeerVariable.weight skal være mindst 0."),
        (lambda: mb.NeighbouringPeers(id="P", name=NAME, order=3), "NeighbouringPeers.order skal ligge mellem 1 og 2."),
        (lambda: mb.stats.nearest([[1.0], [2.0]], k=1, caliper=-1), "caliper skal være mindst 0."),
    ],
)  # fmt: skip
def test_a_range_without_an_upper_limit_is_told_as_one(make: Callable[[], object], words: str) -> None:
    """At least 1, and not between 1 and infinity."""
    with pytest.raises(MaalError) as caught:
        make()
    assert caught.value.text("da") == words
    assert isinstance(caught.value, DefinitionError | mb.ArgumentError)


RULES: list[tuple[type[mb.PeerDefinition], dict[str, Any]]] = [
    (mb.AllPeers, {}),
    (mb.SameClass, {"classes": [mb.PeerClass(id="k", name=NAME, members=["s0", "s1", "s2", "s3"])]}),
    (mb.CohortPeers, {"members": ["s0", "s1", "s3"]}),
]


@pytest.mark.parametrize(("kind", "fields"), RULES)
@pytest.mark.parametrize("period", [None, "2010", "2022"])
def test_a_unit_founded_later_is_in_no_older_vintage(
    kind: type[mb.PeerDefinition], fields: dict[str, Any], period: str | None
) -> None:
    """A school of 2020 is nobody's peer in the sets of 2010, nor is one that closed before; both are told as gone."""
    definition = defined(kind, vintage="2010", **fields)
    sets = mb.peer_sets(definition, schools("s0", "s1", "s2", "s3"), period=period, units=["s0", "s3"])
    assert (sets.outcome("s3"), sets.of("s3")) == ("gone", ())
    assert not {"s2", "s3"} & set(sets.of("s0"))
    [row] = sets.where(unit="s3")
    both = period == "2022"
    assert row.explain("da").endswith(f"Skole 3 findes ikke {'både i 2010 og i 2022' if both else 'i 2010'}.")
    assert row.explain("en").endswith(f"Skole 3 does not exist in {'both 2010 and 2022' if both else '2010'}.")


def test_a_unit_that_was_there_for_a_part_of_the_vintage_takes_part() -> None:
    """A school that opened in August 2020, and one that closed in July 2008."""
    ms = schools("s0", "s1", "s2", "s3")
    assert mb.peer_sets(defined(mb.AllPeers, vintage="2020"), ms).of("s3") == ("s0", "s1")
    assert mb.peer_sets(defined(mb.AllPeers, vintage="2008"), ms).of("s2") == ("s0", "s1")
    assert mb.peer_sets(defined(mb.AllPeers, vintage=None), ms).of("s2") == ("s0", "s1", "s3")


def test_municipalities_of_the_old_division_are_no_peers_of_todays() -> None:
    """A long series has both; 0601 ended with 2006."""
    frame = pd.DataFrame(
        [("0601", "2006"), ("0101", "2006"), ("0101", "2024"), ("0751", "2024")], columns=["institution", "period"]
    ).assign(indicator="a", value=1.0)
    ms = mb.Measurements.from_pandas(frame, register=DENMARK)
    assert mb.peer_sets(defined(mb.AllPeers), ms).of("0101") == ("0751",)


def test_a_listed_peer_that_was_not_there_in_the_vintage_is_told() -> None:
    """Somebody chose it, so its row says what became of it, also where no other period is asked about."""
    listed = defined(mb.ListedPeers, vintage="2010", lists={"s0": ["s3", "s2", "s1"]})
    for period in (None, "2010", "2015"):
        sets = mb.peer_sets(listed, register=SCHOOLS, period=period)
        assert sets.of("s0") == ("s1",)
        gone = {row.peer: row.reason for row in sets.where(unit="s0", state="gone")}
        assert gone == {"s3": "not_yet", "s2": "ended"}
    assert mb.peer_sets(listed, register=SCHOOLS, period="2022").of("s0") == ("s3", "s1")


def test_a_distance_rests_on_the_figures_of_the_vintage_whoever_has_them() -> None:
    """Figures that were carried back to units of later are figures of them."""
    frame = pd.DataFrame({"institution": ["s0", "s3"], "indicator": "a", "period": "2010", "value": [1, 2]})
    near = defined(mb.NearestPeers, variables=["a"], k=1, vintage="2010")
    for period in (None, "2010"):
        assert mb.peer_sets(near, mb.Measurements.from_pandas(frame), register=SCHOOLS, period=period).of("s3") == (
            "s0",
        )


@pytest.mark.parametrize("vintage", [None, "2000", "2022"])
def test_schools_have_no_neighbours_and_that_is_said(vintage: str | None) -> None:
    """Not a day in 2007 that nobody asked about, and not 20,000 schools without peers."""
    with pytest.raises(mb.ArgumentError) as caught:
        mb.peer_sets(defined(mb.NeighbouringPeers, vintage=vintage), schools("s0", "s3"))
    assert caught.value.code == "peer_sets.no_municipality"
    assert "2007" not in caught.value.text("da")


def test_neighbours_among_units_of_several_kinds_and_divisions() -> None:
    """The region and the municipality that ended have none, which is told apart from an island; the others keep theirs."""
    codes = ["0101", "0147", "0741", "0601", "1084", "egen"]
    frame = pd.DataFrame({"institution": codes, "indicator": "a", "period": "2006", "value": 1.0})
    ms = mb.Measurements.from_pandas(frame)
    sets = mb.peer_sets(defined(mb.NeighbouringPeers, vintage=None), ms, register=DENMARK)
    assert (sets.of("0147"), sets.of("0101")) == (("0101",), ("0147",))
    assert {row.unit: row.flags for row in sets.where(state="no_peers")} == {
        "0741": (),
        "0601": ("no_municipality",),
        "1084": ("no_municipality",),
        "egen": ("no_municipality",),
    }
    assert "landegrænse" in sets.explain("da", unit="0741")
    assert "landegrænse" not in sets.explain("da", unit="1084")


def test_an_island_is_told_as_one() -> None:
    """Seven municipalities have no land border; nor has one whose only neighbour takes no part."""
    said = SETS.explain("da", unit="0741")
    assert said.endswith("Samsø har ingen landegrænse til en kommune, der er med; broer tæller ikke.")
    assert SETS.explain("en", unit="0741").endswith("bridges do not count.")
    alone = [mb.PeerExclusion(institution="0101", reason=NAME)]
    sets = mb.peer_sets(defined(mb.NeighbouringPeers, exclusions=alone), register=DENMARK)
    assert (sets.outcome("0147"), sets.outcome("0101")) == ("no_peer", "excluded")


def test_only_a_list_with_an_order_has_places() -> None:
    """Neighbours, classes, a cohort and everybody stand beside each other; own lists and distances have a first."""
    listed = mb.peer_sets(defined(mb.ListedPeers, lists={"0751": ["0461", "0101"]}), register=DENMARK)
    assert [row.position for row in listed.where(unit="0751")] == [1, 2]
    assert "(nr. 2)" in listed.explain("da")
    for definition in (
        defined(mb.NeighbouringPeers),
        defined(mb.AllPeers),
        defined(mb.SameRegion),
        defined(mb.CohortPeers, members=["0751", "0101"]),
        defined(mb.ListedPeers, members=["0751", "0461", "0101"]),
        defined(mb.SameClass, groups=["dst-2018-2"]),
    ):
        sets = mb.peer_sets(definition, register=DENMARK, units=["0751"])
        assert {row.position for row in sets} == {None}
        assert "nr." not in sets.explain("da")
        assert " – " not in sets.explain("da")
        assert (
            sets[0]
            .explain("en")
            .endswith(f"Aarhus is compared with {sets[0].labels.name(sets.of('0751')[0], 'en')}.")
        )


def test_a_long_list_is_counted_and_not_recited() -> None:
    """How many, the first five, and how to get all; fifteen are still named."""
    everybody = mb.peer_sets(defined(mb.AllPeers), register=DENMARK)
    assert everybody.explain("da", unit="0751") == (
        "Aarhus sammenlignes med 97: København, Frederiksberg, Ballerup, Brøndby, Dragør og 92 andre. "
        'Alle fås med .of("0751").'
    )
    assert "and 92 others. For all of them" in everybody.explain("en", unit="0751")
    codes = [entry.id for entry in DENMARK.select("municipality", on="2024-01-01")][:16]
    fifteen = mb.peer_sets(defined(mb.ListedPeers, members=codes), register=DENMARK)
    said = fifteen.explain("da", unit=codes[0])
    assert "andre" not in said
    assert said.count(",") == 13


def test_reports_count_whom_they_do_not_name() -> None:
    """Seven islands: five are named; nobody is left out in silence, and no sentence ends in dots."""
    said = SETS.report().explain("da")
    assert "Har ingen at sammenligne sig med (7): Bornholm, Langeland, Ærø, Fanø, Samsø og 2 andre." in said
    assert "..." not in said
    islands = mb.peer_sets(
        defined(mb.NeighbouringPeers, scope=mb.Scope(institutions=["0741", "0563"])), register=DENMARK
    )
    assert islands.report().explain("da").startswith("Ingen har nogen at sammenligne sig med (2 enheder).")
    assert "–" not in islands.report().explain("en")


def test_exclusions_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each unit: a thousand exclusions among 20,000 units would take minutes."""
    times: list[mb.PeerDefinition] = []
    excluded: Any = mb.PeerDefinition.__dict__["excluded"]

    def counted(definition: mb.PeerDefinition) -> object:
        times.append(definition)
        return excluded.fget(definition)

    monkeypatch.setattr(mb.PeerDefinition, "excluded", property(counted))
    mb.peer_sets(defined(mb.AllPeers), register=DENMARK)
    assert len(times) < 10


@FEW
@given(st.permutations(["e1", "e2", "e3", "u"]), st.integers(1, 99), st.integers(1, 99))
def test_splitting_and_merging_again_restores_lists_and_conditions(order: list[str], one: int, other: int) -> None:
    """A unit that was split and came together again stands where it stood in the lists, and its counts give the same nearest."""
    lives = {"u": (None, "2010-01-01"), "v": ("2010-01-01", "2020-01-01"), "w": ("2010-01-01", "2020-01-01"), "x": ("2020-01-01", None)}  # fmt: skip
    records: list[dict[str, Any]] = [
        {"id": code, "name": code, "kind": "municipality"} for code in ("e0", "e1", "e2", "e3")
    ]
    records += [
        {"id": code, "name": code, "kind": "municipality", "valid_from": begins, "valid_to": ends}
        for code, (begins, ends) in lives.items()
    ]
    share = one / (one + other)
    changes: list[dict[str, Any]] = [
        {"date": "2010-01-01", "from": "u", "to": "v", "weight.area": share},
        {"date": "2010-01-01", "from": "u", "to": "w", "weight.area": 1 - share},
        {"date": "2020-01-01", "from": "v", "to": "x"},
        {"date": "2020-01-01", "from": "w", "to": "x"},
    ]
    register = mb.Register.from_records(records, changes=changes)
    listed = mb.ListedPeers(id="P", name=NAME, lists={"e0": order}, vintage="2009")
    again = mb.peer_sets(listed, register=register, period="2021", successors=True)
    assert again.of("e0") == tuple("x" if code == "u" else code for code in order)

    count = mb.Indicator(id="a", name=NAME, unit="count", direction="context", aggregation="sum")
    catalogue = mb.Catalogue(id="A", indicators=[count])

    def nearest(figures: dict[str, float]) -> mb.PeerSets:
        frame = pd.DataFrame({"institution": list(figures), "value": list(figures.values())})
        ms = mb.Measurements.from_pandas(
            frame.assign(indicator="a", period="2015" if "v" in figures else "2021"),
            catalogue=catalogue,
            register=register,
        ).on_territory("2021-01-01")
        when = ms.to_pandas()["period"].iloc[0]
        return mb.peer_sets(defined(mb.NearestPeers, variables=["a"], k=2, vintage=when), ms)

    others = {"e0": 3.0, "e1": 50.0, "e2": 90.0, "e3": 180.0}
    split = nearest({**others, "v": float(one), "w": float(other)})
    whole = nearest({**others, "x": float(one + other)})
    assert split.lists() == whole.lists()
