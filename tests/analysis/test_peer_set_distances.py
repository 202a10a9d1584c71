"""Sets of peers by distance: the reference cases through the verb, laws, what explains them, and what may not be shown."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib.errors import UnknownCodeError
from maalbib.stats.likeness import _nearest
from maalbib.stats.likeness._search import search

NAME = mb.Text(da="Lignende vilkår", en="Similar conditions")
FEW = settings(max_examples=max(8, settings.default.max_examples // 5))


def measured(table: dict[str, dict[str, float]], period: str = "2024", **columns: Any) -> pd.DataFrame:
    """Return rows of ``{indicator: {unit: value}}``."""
    rows = [
        {"indicator": indicator, "institution": unit, "period": period, "value": value} | columns
        for indicator, values in table.items()
        for unit, value in values.items()
    ]
    return pd.DataFrame(rows).dropna(subset=["value"])


def nearest(*variables: Any, **fields: Any) -> mb.NearestPeers:
    """Return a definition of 2024."""
    return mb.NearestPeers(**({"id": "P", "name": NAME, "variables": variables, "k": 2, "vintage": "2024"} | fields))


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def oracle(oracles: Path) -> Path:
    """Return the folder of the reference cases."""
    return oracles / "peers" / "own"


@pytest.fixture(scope="module")
def context(oracle: Path) -> mb.Measurements:
    """Return the conditions of the 98 invented units."""
    frame = pd.read_csv(oracle / "nn_context.csv").melt(id_vars="unit", var_name="indicator")
    return mb.Measurements.from_pandas(frame.rename(columns={"unit": "institution"}).dropna().assign(period="2024"))


def defined(row: dict[str, str]) -> mb.NearestPeers:
    """Return the definition of a case."""
    variables = [
        mb.PeerVariable(
            indicator=name.removeprefix("log_"),
            transform="log" if name.startswith("log_") else "none",
            weight=float(weight),
        )
        for name, weight in zip(row["variables"].split("+"), row["weights"].split("+"), strict=True)
    ]
    caliper = float(row["caliper"]) if row["caliper"] else None
    return nearest(*variables, k=int(row["k"]), min_coverage=float(row["min_coverage"]), caliper=caliper)


CASES = ("nng01_zscore_k5", "nng03_caliper", "nng04_with_flag_k7", "nng06_social_k15")


@pytest.mark.parametrize("case", CASES)
def test_the_reference_cases_end_to_end(case: str, oracle: Path, context: mb.Measurements) -> None:
    """Peers equal, distances to 1e-9, and the whole report, through catalogue-free measurements and the verb."""
    [definition] = [defined(row) for row in rows(oracle / "nn_definitions.csv") if row["case_id"] == case]
    sets = mb.peer_sets(definition, context)
    wanted = [row for row in rows(oracle / "nn_peers.csv") if row["case_id"] == case]
    wanted.sort(key=lambda row: (row["unit"], int(row["position"])))
    found = [row for row in sets if row.state == "peer"]
    assert [(row.unit, row.position, row.peer) for row in found] == [
        (row["unit"], int(row["position"]), row["peer"]) for row in wanted
    ]
    assert max(abs(row.distance - float(own["distance"])) for row, own in zip(found, wanted, strict=True)) < 1e-9
    [summary] = [row for row in rows(oracle / "nn_summary.csv") if row["case_id"] == case]
    report = sets.report()
    assert (report.units, report.edges, report.max_in_degree) == tuple(
        int(summary[name]) for name in ("n_units", "n_edges", "max_in_degree")
    )
    assert abs((report.mutual_share or 0) - float(summary["mutual_share"])) < 1e-12
    assert len(report.never_chosen) == int(summary["never_chosen"])
    assert len(report.without_peers) == int(summary["units_with_no_peer"])
    short = sum(len(peers) < definition.k for peers in sets.lists().values())
    assert short == int(summary["units_with_fewer_than_k"])
    assert sum(report.in_degree.values()) == report.edges


def test_pitfall_an_exact_twin_is_no_reason_to_be_ones_own_peer(oracle: Path, context: mb.Measurements) -> None:
    """K013 and K041 are twins: each is the other's first peer, and nobody is their own."""
    definition = defined(rows(oracle / "nn_definitions.csv")[0])
    sets = mb.peer_sets(definition, context)
    assert (sets.of("K013")[0], sets.of("K041")[0]) == ("K041", "K013")
    assert all(unit not in peers for unit, peers in sets.lists().items())
    twin = sets.where(unit="K013")[0]
    assert (twin.distance, twin.largest_variable) == (0.0, None)
    assert "vilkårene er ens" in twin.explain("da")


def test_pitfall_weights_act_on_squared_differences() -> None:
    """A weight of 0.5 counts as a half of the square, not as a quarter."""
    ms = mb.Measurements.from_pandas(measured({"a": {"x": 0, "y": 1}, "b": {"x": 0, "y": 1}}))
    halved = nearest(mb.PeerVariable(indicator="a", weight=0.5), "b", scaling="none", k=1)
    row = mb.peer_sets(halved, ms)[0]
    assert row.distance == 1.0
    assert [part.part for part in mb.peer_sets(halved, ms).parts("x")] == pytest.approx([1 / 3, 2 / 3])


def test_pitfall_the_group_is_not_redrawn_each_year() -> None:
    """A fixed definition takes its vintage's conditions for every year, and says which."""
    frame = pd.concat(
        [
            measured({"a": {"x": 1, "y": 2, "z": 9}}, "2020"),
            measured({"a": {"x": 1, "y": 9, "z": 2}}, "2024"),
        ]
    )
    ms = mb.Measurements.from_pandas(frame)
    old = nearest("a", k=1, vintage="2020")
    for period in (None, "2020", "2024"):
        sets = mb.peer_sets(old, ms, period=period)
        assert (sets.of("x"), sets.vintages) == (("y",), ("2020",))
    assert sets.at("2031") is sets
    rolling = mb.peer_sets(nearest("a", k=1, vintage=None, rolling=True), ms)
    assert rolling.vintages == ("2020", "2024")
    assert (rolling.at("2020").of("x"), rolling.at("2024").of("x")) == (("y",), ("z",))
    assert mb.peer_sets(nearest("a", k=1, vintage=None, rolling=True), ms, period="2024") == mb.peer_sets(
        nearest("a", k=1, vintage=None, rolling=True), ms, period="2024"
    )
    [(before, after, drift)] = rolling.drift()
    assert (before, after, drift.units, drift.by_unit["x"]) == ("2020", "2024", 3, 0)
    for question in (rolling.report, lambda: rolling.of("x"), lambda: rolling.edges(["x"])):
        with pytest.raises(mb.ArgumentError) as caught:
            question()
        assert caught.value.code == "peer_sets.period_needed"
    with pytest.raises(mb.ArgumentError):
        rolling.at("2021")


def test_without_a_variable_somebody_replaces_somebody() -> None:
    """Without density, Odder replaces Skive: in both languages, and only for those whose peers differ."""
    catalogue = mb.Catalogue(
        id="A",
        indicators=[
            mb.Indicator(id="density", name=mb.Text(da="Tæthed", en="Density"), unit="score", direction="context"),
            mb.Indicator(
                id="tax", name=mb.Text(da="Skattegrundlag", en="Tax base"), unit="score", direction="context"
            ),
        ],
    )
    table = {
        "density": {"0671": 10, "0779": 11, "0727": 60, "0665": 60},
        "tax": {"0671": 100, "0779": 110, "0727": 101, "0665": 190},
    }
    ms = mb.Measurements.from_pandas(measured(table), catalogue=catalogue, register=mb.Register.denmark())
    sets = mb.peer_sets(nearest("density", "tax", k=1), ms)
    assert sets.of("0671") == ("0779",)
    other = sets.without("density")
    assert (other.of("0671"), other.variables) == (("0727",), ("tax",))
    changes = other.changes()
    assert changes.explain("da", unit="0671") == "Uden tæthed: for Struer træder Odder i stedet for Skive."
    assert changes.explain("en", unit="0671") == "Without density, Odder replaces Skive for Struer."
    assert (changes.of("0671").came, changes.of("0671").went) == (("0727",), ("0779",))
    assert sets.changes(sets).explain("en") == "With Similar conditions, the sets are the same."
    with pytest.raises(UnknownCodeError):
        sets.without("tack")
    with pytest.raises(mb.errors.DefinitionError):
        other.without("tax")


def test_who_is_compared_with_a_unit_and_in_what_they_are_alike() -> None:
    """One paragraph; the parts of the distances say it in figures."""
    table = {"a": {"x": 0, "y": 1, "z": 5}, "b": {"x": 0, "y": 0.5, "z": 0.1}}
    sets = mb.peer_sets(nearest("a", "b", scaling="none"), mb.Measurements.from_pandas(measured(table)))
    assert sets.explain("da", unit="x") == "x sammenlignes med 2: y og z. Samlet ligner de x mest i b og mindst i a."
    assert sets.explain("en", unit="x").startswith("x is compared with 2: y and z. Taken together")
    parts = sets.parts("x")
    assert [(row.peer, row.variable, row.state) for row in parts] == [
        ("y", "a", "most_apart"),
        ("y", "b", "most_alike"),
        ("z", "a", "most_apart"),
        ("z", "b", "most_alike"),
    ]
    assert sum(row.part for row in parts if row.peer == "y") == pytest.approx(sets[0].distance ** 2)
    assert (parts[0].unit_value, parts[0].peer_value, parts[0].share) == (0, 1, pytest.approx(0.8))
    assert sets.parts("x", "z")[0].peer == "z"
    assert "80\u00a0%" in parts[0].explain("da")


def test_what_is_missing_is_not_zero() -> None:
    """Too little known is not comparable; a withheld value and a bound are missing; a constant is left out and told."""
    table = {
        "a": {"x": 1, "y": 2, "z": 3, "w": math.nan},
        "b": {"x": 1, "y": 4, "z": 2, "w": 3},
        "c": dict.fromkeys("xyzw", 7.0),
    }
    ms = mb.Measurements.from_pandas(measured(table))
    sets = mb.peer_sets(nearest("a", "b", "c", min_coverage=0.8), ms)
    assert (sets.outcome("w"), sets.of("w")) == ("not_comparable", ())
    assert "low_coverage" in sets.where(unit="w")[0].flags
    assert sets.where(unit="x")[0].flags == ("variable_left_out",)
    assert {(row.variable, row.reason) for row in sets.parts("x") if row.state == "not_known"} == {("c", "left_out")}
    assert "w" in mb.peer_sets(nearest("a", "b", min_coverage=0.5, k=3), ms).of("x")
    held = measured({"a": {"x": 1, "y": 2, "z": 3}}).assign(status=["A", "Q", "A"], value=[1, math.nan, 3])
    with_status = mb.peer_sets(nearest("a", k=1), mb.Measurements.from_pandas(held))
    assert with_status.outcome("y") == "not_comparable"
    assert with_status.of("x") == ("z",)


def test_a_variable_without_a_single_value_is_an_error() -> None:
    """The definition speaks of a period that there are no conditions of."""
    ms = mb.Measurements.from_pandas(measured({"a": {"x": 1, "y": 2}}))
    for definition, code in (
        (nearest("a", vintage="2023"), "peer_sets.no_values"),
        (nearest(mb.PeerVariable(indicator="a", period="2022")), "peer_sets.no_values"),
    ):
        with pytest.raises(mb.ArgumentError) as caught:
            mb.peer_sets(definition, ms)
        assert caught.value.code == code
    with pytest.raises(UnknownCodeError):
        mb.peer_sets(nearest("b"), ms)
    frame = pd.concat([measured({"a": {"x": 1}}, "2020"), measured({"b": {"x": 1}}, "2021")])
    with pytest.raises(mb.ArgumentError) as caught:
        mb.peer_sets(nearest("a", "b", vintage=None, rolling=True), mb.Measurements.from_pandas(frame))
    assert caught.value.code == "peer_sets.no_common_period"


def test_a_part_of_an_indicator_can_be_the_condition() -> None:
    """The total unless a part is named, and never a mixture."""
    frame = pd.concat(
        [
            measured({"a": {"x": 1, "y": 2, "z": 9}}, grade="_T"),
            measured({"a": {"x": 1, "y": 9, "z": 2}}, grade="4"),
        ]
    )
    ms = mb.Measurements.from_pandas(frame, breakdowns=["grade"])
    assert mb.peer_sets(nearest("a", k=1), ms).of("x") == ("y",)
    assert mb.peer_sets(nearest(mb.PeerVariable(indicator="a", breakdown="grade=4"), k=1), ms).of("x") == ("z",)


def test_pitfall_peers_chosen_on_the_outcome() -> None:
    """The variable itself, and what counts the same or is a part of it."""
    above = mb.Text(da="Syge elever")
    catalogue = mb.Catalogue(
        id="A",
        indicators=[
            mb.Indicator(id="a", name=NAME, unit="percent", direction="lower", numerator=above),
            mb.Indicator(id="b", name=NAME, unit="percent", direction="lower", numerator=above),
            mb.Indicator(id="sum", name=NAME, unit="percent", direction="lower", composed_of=["a"]),
            mb.Indicator(id="free", name=NAME, unit="percent", direction="lower"),
        ],
    )
    ms = mb.Measurements.from_pandas(measured({"a": {"x": 1, "y": 2}}), catalogue=catalogue)
    sets = mb.peer_sets(nearest("a", k=1), ms)
    sets.refuse_outcome("free")
    for indicator, code in (("a", "is_variable"), ("b", "same_numerator"), ("sum", "is_part")):
        with pytest.raises(mb.ArgumentError) as caught:
            sets.refuse_outcome(indicator)
        assert caught.value.code == f"peers.outcome_{code}"
    again = mb.PeerSets.from_json(sets.to_json())
    again.refuse_outcome("b")  # nothing is known of the indicators
    with pytest.raises(mb.ArgumentError):
        again.refuse_outcome("b", catalogue)


SECRET = 61.5


def secret(**fields: Any) -> mb.PeerSets:
    """Return sets of four units of which the value of one may not be shown."""
    frame = measured({"a": {"x": SECRET, "y": 60.0, "z": 70.0, "w": 71.0}, "b": {"x": 1, "y": 2, "z": 3, "w": 4}})
    for name, value in fields.items():
        frame[name] = [value[0] if who == "x" and what == "a" else value[1] for what, who in zip(frame["indicator"], frame["institution"], strict=True)]  # fmt: skip
    return mb.peer_sets(nearest("a", "b", k=3, scaling="none"), mb.Measurements.from_pandas(frame))


def test_a_distance_does_not_give_a_hidden_condition_away() -> None:
    """With one variable known the distance is the difference: figures of few people are taken out of what is shown."""
    sets = secret(n=(3, 40))
    shown = sets.public()
    for row in shown:
        told = (
            row.distance,
            row.coverage,
            row.largest_part,
            row.largest_variable,
            row.smallest_variable,
            row.position,
        )
        assert ("x" in (row.unit, row.peer)) == (told == (None,) * 6) == (row.hidden == "small_n")
    assert shown.of("x") == tuple(sorted(sets.of("x")))  # not in the order of the distances
    with pytest.raises(mb.ArgumentError) as caught:
        shown.parts("x")
    assert caught.value.code == "peer_sets.not_kept"
    distances = {f"{row.distance:.2f}" for row in sets if "x" in (row.unit, row.peer)}
    written = "\n".join(
        (
            sets.explain("en"),
            sets.shown("en").to_text(),
            repr(sets),
            sets.parts("x").explain("en"),
            sets.explain("en", unit="x"),
        )
    )
    assert str(SECRET) not in written
    assert not any(distance in written for distance in distances)
    assert "Taken together" not in sets.explain("en", unit="x")
    assert "Taken together" in sets.explain("en", unit="x", internal=True)


def test_confidential_conditions_hide_the_peers_too() -> None:
    """Who is near could give the value away; nothing of the unit is shown, and the others keep each other."""
    shown = secret(conf=("C", "F")).public()
    assert (shown.of("x"), shown.outcome("x")) == ((), "confidential")
    assert shown.of("y") == ("w", "z")
    assert {row.state for row in shown.where(unit="x")} == {"no_peers"}
    assert "fortrolige" in shown.where(unit="x")[0].explain("da")
    row = secret(conf=("C", "F")).where(unit="x")[0]
    assert (row.public().peer, row.public().outcome) == (None, "confidential")


@st.composite
def tables(draw: st.DrawFn) -> dict[str, dict[str, float]]:
    """Draw conditions of a handful of units; values are small whole numbers, so that there are ties, and some are missing."""
    units = [f"u{number}" for number in range(draw(st.integers(2, 7)))]
    cell = st.integers(0, 5).map(float) | st.just(math.nan)
    return {name: {unit: draw(cell) for unit in units} for name in ("a", "b", "c")}


def slow(table: dict[str, dict[str, float]], k: int, least: float) -> dict[str, list[str]]:
    """Return the nearest of each unit by the plain definition, one pair at a time."""
    units = sorted(next(iter(table.values())))
    scaled = {}
    for name, values in table.items():
        known = [values[unit] for unit in units if not math.isnan(values[unit])]
        if len(set(known)) > 1:
            spread = float(np.std(known, ddof=1))
            scaled[name] = {unit: values[unit] / spread for unit in units}

    def distance(one: str, other: str) -> tuple[float, float]:
        squares = [(own[one] - own[other]) ** 2 for own in scaled.values()]
        shared = [square for square in squares if not math.isnan(square)]
        if not shared or not scaled:
            return math.nan, 0.0
        return math.sqrt(sum(shared) / len(shared)), len(shared) / len(scaled)

    found: dict[str, list[str]] = {}
    for one in units:
        known = sum(not math.isnan(own[one]) for own in scaled.values()) / max(1, len(scaled))
        others = [
            (round(distance(one, other)[0], 12), other)
            for other in units
            if other != one and distance(one, other)[1] >= least
        ]
        found[one] = [other for _, other in sorted(others)[:k]] if known >= least else []
    return found


@FEW
@given(tables(), st.integers(1, 4), st.sampled_from([0.3, 0.66, 1.0]))
def test_the_plain_definition_gives_the_same_peers(table: dict[str, dict[str, float]], k: int, least: float) -> None:
    """Whatever is missing, constant or tied."""
    frame = measured(table)
    wanted = slow(table, k, least)
    if set(frame["indicator"]) != {"a", "b", "c"}:
        return
    sets = mb.peer_sets(nearest("a", "b", "c", k=k, min_coverage=least), mb.Measurements.from_pandas(frame))
    for unit in sets.units:
        assert list(sets.of(unit)) == wanted[unit]


@FEW
@given(tables(), st.randoms(use_true_random=False), st.floats(0.5, 20), st.floats(-50, 50))
def test_order_and_scale_say_nothing(
    table: dict[str, dict[str, float]], chance: Any, factor: float, shift: float
) -> None:
    """The order of the rows and the unit of a z-scored variable change no list; parts add up; in-degrees sum to the edges."""
    frame = measured(table)
    if set(frame["indicator"]) != {"a", "b", "c"}:
        return
    definition = nearest("a", "b", "c", k=3, min_coverage=0.3)
    sets = mb.peer_sets(definition, mb.Measurements.from_pandas(frame))
    order = list(range(len(frame)))
    chance.shuffle(order)
    assert mb.peer_sets(definition, mb.Measurements.from_pandas(frame.iloc[order])) == sets
    moved = frame.assign(value=frame["value"].where(frame["indicator"] != "a", frame["value"] * factor + shift))
    again = mb.peer_sets(definition, mb.Measurements.from_pandas(moved))
    for one, other in zip(sets, again, strict=True):
        assert (one.distance is None) == (other.distance is None)
        assert one.distance is None or one.distance == pytest.approx(other.distance, abs=1e-9)
    report = sets.report()
    assert sum(report.in_degree.values()) == report.edges == sum(len(peers) for peers in sets.lists().values())
    for unit in sets.units:
        parts = list(sets.parts(unit))
        for peer in sets.of(unit):
            total = sum(row.part for row in parts if row.peer == peer and row.part is not None)
            [row] = sets.where(unit=unit, peer=peer)
            assert total == pytest.approx(row.distance**2, abs=1e-9)
        assert unit not in sets.of(unit)


def test_adding_a_unit_outside_the_scaling_population_moves_no_distance() -> None:
    """Where the population is fixed, an irrelevant unit changes nothing between the others."""
    table = {"a": {"x": 1.0, "y": 2, "z": 4}, "b": {"x": 3.0, "y": 1, "z": 2}}
    definition = nearest("a", "b", k=3, population=mb.Scope(institutions=("x", "y", "z")))
    alone = mb.peer_sets(definition, mb.Measurements.from_pandas(measured(table)))
    far = {name: values | {"far": 900.0} for name, values in table.items()}
    among = mb.peer_sets(definition, mb.Measurements.from_pandas(measured(far)))
    for row in alone:
        [other] = among.where(unit=row.unit, peer=row.peer)
        assert other.distance == row.distance


def test_asking_about_one_looks_for_the_peers_of_one(
    monkeypatch: pytest.MonkeyPatch, context: mb.Measurements
) -> None:
    """The same peers as among all, and the search grows with those who are asked about."""
    definition = nearest("density", "tax_base", k=5)
    whole = mb.peer_sets(definition, context)
    looked: list[int] = []

    def counted(space: Any, units: Any, *rest: Any) -> Any:
        looked.append(len(units))
        return search(space, units, *rest)

    monkeypatch.setattr(_nearest, "search", counted)
    one = mb.peer_sets(definition, context, units="K013")
    assert looked == [1]
    assert one == whole.where(unit="K013")
    assert one.parts("K013", "K041")[0].distance == whole.parts("K013", "K041")[0].distance


@pytest.mark.parametrize(
    ("fields", "squared"),
    [({"metric": "gower"}, False), ({"metric": "mahalanobis", "shrink": 0.2}, True), ({"metric": "need"}, False), ({"scaling": "min_max"}, True), ({"scaling": "robust"}, True)],
)  # fmt: skip
def test_every_distance_adds_up(fields: dict[str, Any], squared: bool, context: mb.Measurements) -> None:  # noqa: FBT001
    """The parts of a pair add up to the distance, or to its square."""
    sets = mb.peer_sets(nearest("density", "tax_base", "share_65plus", k=5, **fields), context)
    assert sets.report().edges > 400
    for unit in sets.units[:9]:
        parts = list(sets.parts(unit))
        for row in sets.where(unit=unit, state="peer"):
            total = sum(part.part for part in parts if part.peer == row.peer and part.part is not None)
            assert total == pytest.approx(row.distance**2 if squared else row.distance, abs=1e-9)
    assert ("sample_dependent" in sets[0].flags) == (fields.get("scaling") == "min_max" or "gower" in fields.values())


def test_categories_are_alike_or_not() -> None:
    """An island is like an island."""
    table = {"a": {"x": 1.0, "y": 1.2, "z": 1.4}, "island": {"x": 1.0, "y": 0, "z": 1}}
    island = mb.PeerVariable(indicator="island", categorical=True)
    sets = mb.peer_sets(nearest("a", island, k=1, metric="gower"), mb.Measurements.from_pandas(measured(table)))
    assert sets.of("x") == ("z",)
