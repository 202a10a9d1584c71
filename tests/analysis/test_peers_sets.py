"""Comparison with peers of one's own: lists, neighbours, nearest conditions, a cohort; held against a plain definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb

SHARE = mb.Indicator(
    id="S", name=mb.Text(da="Andel", en="Share"), unit="percent", direction="lower", aggregation="ratio_of_sums"
)
DENSITY = mb.Indicator(id="D", name=mb.Text(da="Tæthed", en="Density"), unit="score", direction="context")
CATALOGUE = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SHARE, DENSITY])
CODES = [f"0{201 + place}" for place in range(12)]


def shares(counts: dict[str, tuple[float, float]], period: str = "2024", **extras: Any) -> pd.DataFrame:
    """Shares in per cent with their counts."""
    rows = [
        {
            "indicator": "S",
            "institution": who,
            "period": period,
            "value": 100 * x / n,
            "numerator": x,
            "denominator": n,
        }
        for who, (x, n) in counts.items()
    ]
    return pd.DataFrame(rows).assign(**extras)


def read(*frames: pd.DataFrame, **options: Any) -> mb.Measurements:
    """All frames as one set of measurements."""
    return mb.Measurements.from_pandas(pd.concat(frames, ignore_index=True), catalogue=CATALOGUE, **options)


def lists(given: dict[str, list[str]]) -> mb.ListedPeers:
    """Lists that somebody wrote."""
    return mb.ListedPeers(id="egne", name=mb.Text(da="egne", en="own"), lists=given)


COUNTS = {code: (20.0 + 7 * place, 300.0 + 50 * place) for place, code in enumerate(CODES)}


@settings(max_examples=20, deadline=None)
@given(
    chosen=st.dictionaries(
        st.sampled_from(CODES), st.lists(st.sampled_from(CODES), min_size=1, max_size=6, unique=True), min_size=1
    ),
    include_self=st.booleans(),
    mean=st.sampled_from(["pooled", "unweighted", "weighted"]),
)
def test_lists_by_the_plain_definition(chosen: dict[str, list[str]], mean: Any, *, include_self: bool) -> None:
    """A unit with its list is compared as a group of just those would be; directed, and never with itself."""
    ms = read(shares(COUNTS))
    found = mb.compare_peers(ms, lists(chosen), period="2024", mean=mean, include_self=include_self)
    for row in found:
        others = [code for code in chosen.get(row.institution, ()) if code != row.institution]
        assert row.peers == len(others)
        if not others:
            assert row.reason == "no_peer"
            continue
        alone = mb.compare_peers(ms, [row.institution, *others], period="2024", mean=mean, include_self=include_self)
        other = alone.row(institution=row.institution)
        for name in ("peer_value", "gap", "gap_lower", "gap_upper", "p_value", "percentile", "spread", "shrunk"):
            assert getattr(row, name) == pytest.approx(getattr(other, name), abs=1e-9), name
        assert (row.state, row.reason, row.among_peers) == (other.state, other.reason, other.among_peers)


def test_ranks_within_a_list_are_those_among_the_unit_and_its_peers() -> None:
    """A set for each unit, of as many places as it has peers, and one."""
    ms = read(shares(COUNTS))
    chosen = {CODES[0]: CODES[1:6], CODES[8]: CODES[5:12]}
    found = mb.compare_peers(ms, lists(chosen), period="2024", ranks=True, draws=2000)
    for row in found:
        if row.institution not in chosen:
            assert (row.rank, row.reason) == (None, "no_peer")
            continue
        group = [row.institution, *(code for code in chosen[row.institution] if code != row.institution)]
        other = mb.compare_peers(ms, group, period="2024", ranks=True, draws=2000).row(institution=row.institution)
        names = ("rank", "rank_lower", "rank_upper", "rank_alone_lower", "rank_alone_upper", "ranked")
        assert [getattr(row, name) for name in names] == [getattr(other, name) for name in names]


def test_neighbours_of_real_municipalities() -> None:
    """Land neighbours by the register; an island has none, which is an answer."""
    register = mb.Register.denmark()
    counts = {"0751": (300, 3000), "0727": (100, 900), "0746": (90, 800), "0825": (8, 45), "0101": (50, 900)}
    ms = read(shares(counts), register=register)
    neighbours = mb.NeighbouringPeers(
        id="naboer", name=mb.Text(da="nabokommunerne", en="the neighbours"), vintage="2024"
    )
    found = mb.compare_peers(ms, neighbours, period="2024")
    island = found.row(institution="0825")
    assert (island.state, island.reason, island.peer_value) == ("not_compared", "no_peer", None)
    aarhus = found.row(institution="0751")
    assert aarhus.peers == 2
    assert aarhus.peer_value == pytest.approx(100 * 190 / 1700)
    assert "i nabokommunerne (samlet gennemsnit af 2 andre)" in aarhus.explain("da")


def density(values: dict[str, float], period: str = "2020") -> pd.DataFrame:
    """A condition."""
    return pd.DataFrame(
        {"indicator": "D", "institution": list(values), "period": period, "value": list(values.values())}
    )


def nearest(**fields: Any) -> mb.NearestPeers:
    """The three with the nearest density."""
    return mb.NearestPeers(id="n", name=mb.Text(da="nærmeste", en="nearest"), variables=["D"], k=3, **fields)


def test_the_nearest_by_a_condition_are_the_same_every_year() -> None:
    """Fixed by the vintage, whatever the condition does later; made anew only where the definition says so."""
    then = dict(zip(CODES, np.arange(12.0), strict=True))
    now = dict(zip(CODES, np.arange(12.0)[::-1] ** 2, strict=True))
    ms = read(shares(COUNTS, "2020"), shares(COUNTS, "2024"), density(then), density(now, "2024"))
    fixed = mb.compare_peers(ms, nearest(vintage="2020"), period=["2020", "2024"], indicators="S")
    for code in CODES:
        rows = fixed.where(institution=code)
        assert rows[0].peer_value == rows[1].peer_value
    rolling = mb.compare_peers(ms, nearest(rolling=True), period=["2020", "2024"], indicators="S")
    values = [(row.period, row.peer_value) for row in rolling.where(institution=CODES[3])]
    assert values[0][1] != values[1][1]
    assert values[0][1] == fixed.row(institution=CODES[3], period="2020").peer_value
    sets = mb.peer_sets(nearest(vintage="2020"), ms)
    assert mb.compare_peers(ms, sets, period=["2020", "2024"], indicators="S") == fixed


def test_peers_chosen_by_what_is_compared_are_refused() -> None:
    """They are alike in it."""
    ms = read(shares(COUNTS), density(dict(zip(CODES, np.arange(12.0), strict=True)), "2024"))
    for peers in (nearest(vintage="2024"), mb.peer_sets(nearest(vintage="2024"), ms)):
        with pytest.raises(mb.ArgumentError) as caught:
            mb.compare_peers(ms, peers, period="2024", mean="unweighted", indicators="D")
        assert caught.value.code == "peers.outcome_is_variable"
    left = mb.compare_peers(
        ms, nearest(vintage="2024"), period="2024"
    )  # like conditions, they are not what is compared
    assert {row.indicator for row in left} == {"S"}
    assert len(left) == 12
    with pytest.raises(mb.ArgumentError) as other:
        mb.compare_peers(ms, nearest(vintage="2024"), period="2024", indicators="S", conditions="S")
    assert other.value.code == "peers.outcome_is_variable"


def test_a_definition_of_the_catalogue_by_its_id() -> None:
    """And a mistyped one is told."""
    import attrs

    catalogue = attrs.evolve(CATALOGUE, peer_definitions=[lists({CODES[0]: CODES[1:3]})])
    ms = mb.Measurements.from_pandas(shares(COUNTS), catalogue=catalogue)
    found = mb.compare_peers(ms, "egne", period="2024")
    assert next((row.institution, row.peers, row.peer_group) for row in found) == (CODES[0], 2, "egne")
    assert {row.reason for row in found[1:]} == {"no_peer"}
    with pytest.raises(mb.errors.UnknownCodeError):
        mb.compare_peers(ms, "egen", period="2024")
    with pytest.raises(mb.ArgumentError):
        mb.compare_peers(
            mb.Measurements.from_pandas(shares(COUNTS, grade="2"), catalogue=catalogue, breakdowns=["grade"]),
            "egne",
            period="2024",
            over="grade",
        )


def test_a_value_that_may_not_be_shown_is_in_no_mean_of_lists() -> None:
    """One hidden peer among open ones would be read off the mean; two hide each other in one list, and not in three."""
    counts = {**COUNTS, CODES[1]: (3.0, 4.0), CODES[2]: (2.0, 4.0)}
    ms = read(shares(counts))
    chosen = {CODES[0]: [CODES[1], CODES[3], CODES[4]], CODES[5]: [CODES[1], CODES[2], CODES[3]]}
    found = mb.compare_peers(ms, lists(chosen), period="2024", mean="unweighted")
    one, both = found.row(institution=CODES[0]), found.row(institution=CODES[5])
    assert (one.peers, "hidden_left_out" in one.flags) == (2, True)
    assert (both.peers, "hidden_left_out" in both.flags) == (1, True)
    group = mb.compare_peers(ms, [*CODES[1:4], CODES[5]], period="2024", mean="unweighted")
    assert group.row(institution=CODES[5]).peers == 3


def test_means_of_lists_that_overlap_give_no_hidden_value_away() -> None:
    """Three hidden values, each pair of them on one list: three means, from which the values would follow."""
    hidden = dict(zip(CODES[:3], [10.0, 11.0, 12.0], strict=True))
    frame = shares(COUNTS)
    frame["value"] = [
        hidden.get(code, value) for code, value in zip(frame["institution"], frame["value"], strict=True)
    ]
    frame = frame.drop(columns=["numerator", "denominator"])
    frame["conf"] = ["C" if code in hidden else "F" for code in frame["institution"]]
    chosen = {
        CODES[3]: [*CODES[:2], CODES[6]],
        CODES[4]: [*CODES[1:3], CODES[6]],
        CODES[5]: [CODES[0], CODES[2], CODES[6]],
    }
    found = mb.compare_peers(read(frame), lists(chosen), period="2024", mean="unweighted").public()
    for code in chosen:
        row = found.row(institution=code)
        assert (row.peers, "hidden_left_out" in row.flags) == (1, True)
        assert row.peer_value == pytest.approx(frame.set_index("institution").loc[CODES[6], "value"])


def test_a_cohort_against_the_rest() -> None:
    """Each member against all who are not members; the rest is what is compared with."""
    ms = read(shares(COUNTS))
    cohort = mb.CohortPeers(id="k", name=mb.Text(da="de øvrige", en="the rest"), members=CODES[:3])
    found = mb.compare_peers(ms, cohort, period="2024")
    rest = CODES[3:]
    expected = 100 * sum(COUNTS[code][0] for code in rest) / sum(COUNTS[code][1] for code in rest)
    for code in CODES[:3]:
        assert found.row(institution=code).peer_value == pytest.approx(expected)
    assert {row.reason for row in found if row.institution in rest} <= {"no_peer"}


def test_lists_of_published_peers(shared: Path) -> None:
    """Kolada's lists of seven for 290 Swedish municipalities, compared at once: what each list says by hand."""
    table = pd.read_csv(shared / "data/other/kolada_peers/kolada_similar_municipalities_half.csv", dtype=str)
    model = table[table["model"] == "grundskola"]
    chosen = {row.unit: row.peers.split("+") for row in model.itertuples()}
    rng = np.random.default_rng(4)
    values = {
        unit: float(value) for unit, value in zip(sorted(chosen), rng.integers(20, 90, len(chosen)), strict=True)
    }
    frame = shares({unit: (value, 100.0) for unit, value in values.items()})
    found = mb.compare_peers(mb.Measurements.from_pandas(frame, catalogue=CATALOGUE), lists(chosen), period="2024")
    assert len(found) == 290
    for row in found:
        assert row.peer_value == pytest.approx(np.mean([values[peer] for peer in chosen[row.institution]]))


def test_everybody_by_a_definition_is_everybody_in_one_group() -> None:
    """The same figures as from a list of all others for each unit."""
    everyone = mb.AllPeers(id="alle", name=mb.Text(da="alle", en="all"))
    ms = read(shares(COUNTS))
    found = mb.compare_peers(ms, everyone, period="2024", ranks=True, draws=500)
    by_list = mb.compare_peers(ms, mb.peer_sets(everyone, ms), period="2024", ranks=True, draws=500)
    own = {"flags"}  # among its own peers each, though all have the same
    one, other = (each.to_pandas().drop(columns=[*own]) for each in (found, by_list))
    pd.testing.assert_frame_equal(one, other, rtol=1e-12, atol=1e-12)
    assert {row.peer_group for row in found} == {"alle"}
    three = mb.AllPeers(id="alle", name=mb.Text(da="alle", en="all"), except_=[CODES[0]])
    kept = mb.compare_peers(ms, three, period="2024")
    assert {row.peers for row in kept} == {10, 11}  # the one left out is compared with the eleven others


def test_everybody_of_thousands_needs_no_list_for_each() -> None:
    """Lists of all would take the square of their number, and were refused."""
    many = {f"S{place:04d}": (20.0 + place % 50, 300.0) for place in range(4100)}
    everyone = mb.AllPeers(id="alle", name=mb.Text(da="alle", en="all"))
    found = mb.compare_peers(read(shares(many)), everyone, period="2024")
    assert set(found.to_pandas()["peers"]) == {4099}
