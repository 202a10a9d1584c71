"""Comparison with peers: named means, gaps against a slow definition, groups, and when nothing is said."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib import stats
from maalbib.model import PeerGroup, ReadingRule

SHARE = mb.Indicator(
    id="S",
    name=mb.Text(da="Andel med afbrudt uddannelse", en="Share with interrupted education"),
    unit="percent",
    direction="lower",
    aggregation="ratio_of_sums",
    dimensions=["grade"],
)
SCORE = mb.Indicator(
    id="I", name=mb.Text(da="Tilfredshed", en="Satisfaction"), unit="score", direction="higher", aggregation="mean"
)
CATALOGUE = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SHARE, SCORE])


def shares(counts: dict[str, tuple[float, float]], **extras: Any) -> mb.Measurements:
    """Shares of 2024 in per cent, with their numerators and denominators."""
    rows = [
        {
            "indicator": "S",
            "institution": who,
            "period": "2024",
            "value": 100 * x / n,
            "numerator": x,
            "denominator": n,
        }
        | extras.get(who, {})
        for who, (x, n) in counts.items()
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=CATALOGUE)


def scores(values: dict[str, float | None], **columns: Any) -> mb.Measurements:
    """Scores of 2024; columns by institution."""
    frame = pd.DataFrame({"indicator": "I", "institution": list(values), "period": "2024"})
    frame["value"] = np.array(list(values.values()), dtype="float64")
    return mb.Measurements.from_pandas(
        frame.assign(**{name: list(cells.values()) for name, cells in columns.items()}), catalogue=CATALOGUE
    )


@pytest.fixture(scope="module")
def interrupted(shared: Path) -> list[tuple[str, str, float, float]]:
    """Young people with an interrupted education in 98 municipalities, 2024: code, name, numerator, denominator."""
    file = shared / "data/danish/dst_statusu6_2024_98_municipalities.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return [(row["code"], row["name"], float(row["interrupted"]), float(row["total"])) for row in rows]


@pytest.fixture(scope="module")
def denmark(interrupted: list[tuple[str, str, float, float]]) -> mb.Measurements:
    """The same as measurements, read by the scheme of three digits, the country as published among them."""
    frame = pd.DataFrame(interrupted, columns=["institution", "name", "numerator", "denominator"])
    frame = frame.assign(indicator="S", period="2024", value=100 * frame["numerator"] / frame["denominator"])
    return mb.Measurements.from_pandas(
        frame.drop(columns="name"),
        catalogue=CATALOGUE,
        register=mb.Register.denmark(),
        schemes={"institution": "municipality3"},
    )


def slow_pooled(rows: list[tuple[float, float]], at: int, confidence: float = 0.95) -> tuple[float, ...]:
    """Mean of the others, gap and limits, for one member alone, in per cent."""
    value = rows[at][0] / rows[at][1]
    others = [row for place, row in enumerate(rows) if place != at]
    people = sum(n for _, n in others)
    mean = sum(x for x, _ in others) / people

    own = stats.wilson_interval(*rows[at], confidence=confidence)
    theirs = stats.mean_share(*np.transpose(others), confidence=confidence)  # a twin of its own in tests/stats/rates
    gap = value - mean
    down = np.hypot(value - own.lower, theirs.upper - mean).item()
    up = np.hypot(own.upper - value, mean - theirs.lower).item()
    return tuple(100 * number for number in (mean, gap, gap - down, gap + up))


def test_the_averages_of_a_real_table(
    denmark: mb.Measurements, interrupted: list[tuple[str, str, float, float]]
) -> None:
    """Pooled 7.670 per cent and unweighted 7.833 per cent over the 98; the country as published, 6.961, is no peer."""
    pooled = mb.compare_peers(denmark, period="2024", include_self=True)
    assert len(pooled) == 99
    country = pooled.row(institution="DK")
    assert (country.state, country.reason, country.peers) == ("not_compared", "no_peer", 0)
    assert country.value == pytest.approx(6.961, abs=5e-4)
    towns = [row for row in pooled if row.institution != "DK"]
    assert {round(row.peer_value, 9) for row in towns} == {round(towns[0].peer_value, 9)}
    assert towns[0].peer_value == pytest.approx(7.670, abs=5e-4)
    assert {row.peers for row in towns} == {97}
    unweighted = mb.compare_peers(denmark, period="2024", include_self=True, mean="unweighted")
    assert unweighted.row(institution="0751").peer_value == pytest.approx(7.833, abs=5e-4)
    municipalities = [row for row in interrupted if row[0] != "000"]
    assert towns[0].peer_value == pytest.approx(
        100 * sum(row[2] for row in municipalities) / sum(row[3] for row in municipalities), abs=1e-12
    )


def test_gaps_of_a_real_table_by_the_slow_definition(
    denmark: mb.Measurements, interrupted: list[tuple[str, str, float, float]]
) -> None:
    """Every municipality against the other 97, member by member."""
    comparison = mb.compare_peers(denmark, period="2024")
    rows = [row[2:] for row in interrupted if row[0] != "000"]
    codes = [f"0{row[0]}" for row in interrupted if row[0] != "000"]
    for at in range(0, 98, 7):
        row = comparison.row(institution=codes[at])
        found = (row.peer_value, row.gap, row.gap_lower, row.gap_upper)
        assert found == pytest.approx(slow_pooled(rows, at), abs=1e-9)
        expected = "worse" if row.gap_lower > 0 else "better" if row.gap_upper < 0 else "no_detectable_difference"
        assert row.state == expected
        assert row.gap == pytest.approx(row.value - row.peer_value, abs=1e-12)
    assert comparison.row(institution="0825").state == "no_detectable_difference"  # Læsø: 8 of 45
    assert set(comparison.counts()) == {"better", "no_detectable_difference", "not_compared", "worse"}


def test_a_named_group_of_the_register(denmark: mb.Measurements) -> None:
    """The three largest towns are compared among themselves only."""
    found = mb.compare_peers(denmark, "dst-2018-2", period="2024")
    assert [row.institution for row in found] == ["0461", "0751", "0851"]
    assert {(row.peers, row.peer_group) for row in found} == {(2, "dst-2018-2")}
    assert "Aarhus, 2024" in found[1].explain("da")
    with pytest.raises(mb.errors.UnknownCodeError):
        mb.compare_peers(denmark, "dst-2018-22", period="2024")


@settings(max_examples=25)
@given(
    values=st.lists(st.integers(10, 90).map(float), min_size=2, max_size=8),
    errors=st.lists(st.integers(1, 9).map(float), min_size=8, max_size=8),
)
def test_including_oneself_shrinks_an_unweighted_gap(values: list[float], errors: list[float]) -> None:
    """By exactly (n - 1) / n, gap and interval alike."""
    by_code = {f"0{201 + place}": value for place, value in enumerate(values)}
    limits = {
        "lower": {code: value - errors[place] for place, (code, value) in enumerate(by_code.items())},
        "upper": {code: value + errors[place] for place, (code, value) in enumerate(by_code.items())},
    }
    ms = scores(by_code, **limits)
    without = mb.compare_peers(ms, period="2024")
    with_self = mb.compare_peers(ms, period="2024", include_self=True)
    factor = (len(values) - 1) / len(values)
    for one, two in zip(without, with_self, strict=True):
        for name in ("gap", "gap_lower", "gap_upper"):
            assert getattr(two, name) == pytest.approx(getattr(one, name) * factor, abs=1e-9)
        assert two.state == one.state
        assert two.gap == pytest.approx(two.value - two.peer_value, abs=1e-9)


@settings(max_examples=25)
@given(
    counts=st.lists(st.tuples(st.integers(0, 40), st.integers(40, 400)), min_size=2, max_size=7),
    seed=st.integers(0, 9),
)
def test_any_shares_by_the_slow_definition(counts: list[tuple[int, int]], seed: int) -> None:
    """Member by member, whatever the order of the rows."""
    named = {f"0{201 + place}": (float(x), float(n)) for place, (x, n) in enumerate(counts)}
    order = np.random.default_rng(seed).permutation(len(named))
    shuffled = {list(named)[place]: list(named.values())[place] for place in order}
    comparison = mb.compare_peers(shares(shuffled), period="2024")
    for at, code in enumerate(named):
        row = comparison.row(institution=code)
        found = (row.peer_value, row.gap, row.gap_lower, row.gap_upper)
        assert found == pytest.approx(slow_pooled(list(named.values()), at), abs=1e-9)


def test_groups_of_very_different_sizes_are_compared_alike() -> None:
    """However the groups are laid out together, each is compared as if it were alone."""
    rng = np.random.default_rng(3)
    rows = [
        {
            "indicator": "S",
            "institution": f"S{unit:03d}",
            "period": "2024",
            "grade": str(grade),
            "value": value,
            "n": 50,
        }
        for grade, size in enumerate([300, 1, 2, 40, 3, 150, 2])
        for unit, value in enumerate(rng.uniform(20, 80, size).tolist())
    ]
    frame = pd.DataFrame(rows)
    together = mb.compare_peers(
        mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, breakdowns=["grade"]),
        period="2024",
        mean="unweighted",
    )
    families = ["q_value", "family_size"]  # of all grades together
    for grade, part in frame.groupby("grade"):
        own = mb.Measurements.from_pandas(part, catalogue=CATALOGUE, breakdowns=["grade"])
        alone = mb.compare_peers(own, period="2024", mean="unweighted").to_pandas()
        same = together.where(breakdown=f"grade={grade}").to_pandas()
        pd.testing.assert_frame_equal(
            same.drop(columns=families), alone.drop(columns=families), rtol=1e-12, atol=1e-12
        )


def test_one_alone_has_no_peer() -> None:
    """A class of one is not compared; nothing is divided by zero."""
    row = mb.compare_peers(shares({"0101": (5, 50)}), period="2024")[0]
    assert (row.state, row.reason, row.peers, row.gap, row.peer_value) == ("not_compared", "no_peer", 0, None, None)


def test_members_without_a_value_have_a_row() -> None:
    """Listed, silent, and said to be so."""
    ms = shares({"0101": (5, 50), "0147": (8, 50)})
    comparison = mb.compare_peers(ms, ["0101", "0147", "0751"], period="2024")
    silent = comparison.row(institution="0751")
    assert (silent.state, silent.reason, silent.value) == ("not_compared", "no_data", None)
    assert comparison.row(institution="0101").peers == 1
    nobody = mb.compare_peers(ms, ["0751", "0461"], period="2024")
    assert [row.reason for row in nobody] == ["no_data", "no_data"]
    with pytest.raises(mb.DefinitionError):
        mb.compare_peers(ms, ["0751"], period="2024")


def test_a_period_without_values_leaves_no_row_out() -> None:
    """Another year, or another frequency, is no data and not nothing."""
    ms = shares({"0101": (5, 50), "0147": (8, 50)})
    for period in ("2023", "2023/24", "2024-Q1"):
        assert [row.reason for row in mb.compare_peers(ms, period=period)] == ["no_data", "no_data"]


def test_suppressed_values_are_said_to_be() -> None:
    """They are in nobody's mean."""
    ms = scores({"0101": 4.0, "0147": None, "0751": 5.0}, status={"0101": "A", "0147": "Q", "0751": "A"})
    comparison = mb.compare_peers(ms, period="2024")
    assert comparison.row(institution="0147").reason == "suppressed"
    assert comparison.row(institution="0101").peer_value == 5.0


def test_pooling_needs_denominators() -> None:
    """A share without one cannot be pooled: a reason, never another mean."""
    ms = shares(
        {"0101": (5, 50), "0147": (8, 50), "0751": (9, 60)}, **{"0147": {"numerator": None, "denominator": None}}
    )
    comparison = mb.compare_peers(ms, period="2024")
    assert comparison.row(institution="0147").reason == "no_denominator"
    assert comparison.row(institution="0101").peer_value == pytest.approx(15.0)
    bare = scores({"0101": 4.0, "0147": 5.0})
    assert {row.reason for row in mb.compare_peers(bare, period="2024", mean="pooled")} == {"no_denominator"}


def test_pooled_means_use_the_counts_and_not_the_rounded_shares() -> None:
    """The mean is the sum of numerators over that of denominators, to the last digit."""
    counts = {"0101": (7.0, 66.0), "0147": (5.0, 33.0), "0751": (1.0, 90.0)}
    frame = shares(counts).to_pandas()
    frame["value"] = frame["value"].round(0)
    rounded = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE)
    row = mb.compare_peers(rounded, period="2024").row(institution="0751")
    assert row.peer_value == pytest.approx(100 * 12 / 99, rel=1e-15)
    assert row.gap == pytest.approx(row.value - row.peer_value, abs=1e-12)
    assert row.gap_lower < row.gap < row.gap_upper


def test_the_kind_of_mean_is_asked_for_where_nobody_said_it() -> None:
    """No default without a name."""
    frame = pd.DataFrame({"indicator": "X", "institution": ["0101", "0147"], "period": "2024", "value": [1.0, 2.0]})
    ms = mb.Measurements.from_pandas(frame)
    with pytest.raises(mb.ArgumentError) as caught:
        mb.compare_peers(ms, period="2024")
    assert caught.value.code == "mean.kind_needed"
    assert {row.mean_kind for row in mb.compare_peers(ms, period="2024", mean="weighted")} == {"weighted"}


def test_without_uncertainty_the_gap_is_given_and_not_judged() -> None:
    """A gap is no verdict."""
    row = mb.compare_peers(scores({"0101": 4.0, "0147": 5.0}), period="2024")[0]
    assert (row.state, row.reason, row.gap) == ("not_compared", "uncertainty_missing", -1.0)
    assert "kan ikke vurderes" in row.explain("da")


def test_an_interval_that_came_with_the_value_is_used() -> None:
    """Limits of the data decide for scores."""
    ms = scores(
        {"0101": 4.0, "0147": 5.0},
        lower={"0101": 3.9, "0147": 4.9},
        upper={"0101": 4.1, "0147": 5.1},
    )
    states = [row.state for row in mb.compare_peers(ms, period="2024")]
    assert states == ["worse", "better"]


def test_relevance_places_the_whole_interval() -> None:
    """Relevant, within the margin, or not settled; nothing for what is not compared."""
    ms = shares({"0101": (500, 5000), "0147": (600, 5000), "0751": (4, 10)})
    for margin, word in ((0.5, "relevant"), (5.0, "within_margin"), (2.0, "margin_not_settled")):
        found = mb.compare_peers(ms, ["0101", "0147"], period="2024", min_difference=margin)
        assert {row.relevance for row in found} == {word}
    lone = mb.compare_peers(shares({"0101": (5, 50)}), period="2024", min_difference=1.0)
    assert lone[0].relevance is None


def test_few_people_are_not_judged_and_stay_in_the_mean() -> None:
    """``min_verdict`` withholds a verdict; it does not change what the others are held against."""
    ms = shares({"0101": (50, 500), "0147": (60, 500), "0751": (3, 8)})
    comparison = mb.compare_peers(ms, period="2024", min_verdict=10)
    small = comparison.row(institution="0751")
    assert (small.reason, small.value, small.gap) == ("small_n", 37.5, None)
    assert comparison.row(institution="0101").peers == 2
    assert comparison.row(institution="0101").peer_value == pytest.approx(100 * 63 / 508)


def test_the_survey_that_most_have_is_compared() -> None:
    """The odd one out is not, unless asked for; where no survey leads, nobody is."""
    sources = {"0101": "A", "0147": "A", "0751": "B"}
    ms = scores({"0101": 4.0, "0147": 5.0, "0751": 3.0}, source=sources)
    comparison = mb.compare_peers(ms, period="2024")
    assert comparison.row(institution="0751").reason == "different_sources"
    assert comparison.row(institution="0101").peer_value == 5.0
    asked = mb.compare_peers(ms, period="2024", across_sources=True)
    assert all("mixed_sources" in row.flags for row in asked)
    assert asked.row(institution="0101").peer_value == 4.0
    tied = scores({"0101": 4.0, "0751": 3.0}, source={"0101": "A", "0751": "B"})
    assert {row.reason for row in mb.compare_peers(tied, period="2024")} == {"different_sources"}


@pytest.mark.parametrize(
    ("one", "other", "rule", "state"),
    [
        (4.1, 4.6, 0.6, "no_detectable_difference"),
        (4.1, 4.8, 0.6, "worse"),
        (4.1, 4.2, 0.1, "no_detectable_difference"),
        (4.2, 4.3, 0.1, "no_detectable_difference"),
        (4.1, 4.3, 0.1, "worse"),
    ],
)
def test_reading_rules_decide_by_the_published_decimals(one: float, other: float, rule: float, state: str) -> None:
    """A difference counts only if it is larger than the rule, in decimals as printed and not in binary floats."""
    ms = scores({"0101": one, "0147": other})
    reading = ReadingRule(id="r", name=mb.Text(da="Læseregel"), min_difference=rule)
    row = mb.compare_peers(ms, period="2024", reading_rule=reading).row(institution="0101")
    assert (row.state, row.reason, row.method) == (state, "by_reading_rule", "reading_rule")
    assert json.loads(row.params)["reading_rule"] == "r"
    assert "læseregel" in row.explain("da")


@given(
    one=st.integers(0, 600).map(lambda cents: cents / 100),
    other=st.integers(0, 600).map(lambda cents: cents / 100),
    least=st.sampled_from([0.1, 0.5, 0.6, 0.75]),
    strict=st.booleans(),
)
def test_reading_rules_agree_with_the_model(one: float, other: float, least: float, *, strict: bool) -> None:
    """The rule for whole columns is the rule of the definition."""
    from maalbib.analysis._peer_rules import _differs

    rule = ReadingRule(id="r", name=mb.Text(da="r"), min_difference=least, strict=strict)
    assert _differs(rule, np.array([one]), np.array([other])).item() is rule.differs(one, other)


def test_a_reading_rule_of_the_catalogue_and_its_number_of_answers() -> None:
    """By its id; and flagged where there are fewer answers than it was made for."""
    catalogue = mb.Catalogue.load("folkeskolen")
    rule = next(iter(catalogue.reading_rules.values()))
    ms = scores({"0101": 4.1, "0147": 4.9}, n={"0101": 20, "0147": 900})
    frame = ms.to_pandas().assign(indicator="I")
    known = mb.Measurements.from_pandas(frame)
    found = mb.compare_peers(known, period="2024", catalogue=catalogue, mean="unweighted", reading_rule=rule.id)
    assert {row.method for row in found} == {"reading_rule"}
    many = ReadingRule(id="r", name=mb.Text(da="r"), min_difference=0.5, valid_for_n=150)
    flags = {row.institution: row.flags for row in mb.compare_peers(ms, period="2024", reading_rule=many)}
    assert "rule_needs_more_answers" in flags["0101"]
    assert "rule_needs_more_answers" not in flags["0147"]
    with pytest.raises(mb.errors.UnknownCodeError):
        mb.compare_peers(ms, period="2024", reading_rule="none")


def test_categories_of_a_breakdown_are_compared_without_their_total() -> None:
    """Boys and girls with each other; all pupils together are no category."""
    frame = pd.DataFrame(
        {
            "indicator": "S",
            "institution": "DK",
            "period": "2024",
            "grade": ["2", "4", "_T"],
            "value": [10.0, 20.0, 15.0],
            "n": 400,
        }
    )
    ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, breakdowns=["grade"])
    found = mb.compare_peers(ms, period="2024", over="grade", mean="unweighted")
    assert {row.breakdown: row.peer_value for row in found} == {"grade=2": 20.0, "grade=4": 10.0}
    listed = mb.compare_peers(ms, ["2", "6"], period="2024", over="grade", mean="unweighted")
    assert [row.reason for row in listed] == ["no_peer"]


def test_an_indicator_without_the_breakdown_is_not_compared() -> None:
    """One indicator has grades, another has none: the other has nobody to be compared with, and no crash."""
    rows = [("S", "2", 10.0), ("S", "4", 20.0), ("I", "_T", 4.0)]
    frame = pd.DataFrame(rows, columns=["indicator", "grade", "value"]).assign(institution="DK", period="2024", n=400)
    ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, breakdowns=["grade"])
    found = mb.compare_peers(ms, period="2024", over="grade", mean="unweighted")
    assert found.row(indicator="I").reason == "no_peer"
    assert len(found.where(indicator="S", state="not_compared")) == 0


def test_a_group_made_on_the_spot_and_its_name() -> None:
    """A PeerGroup is named in the row and in the sentence."""
    ms = shares({"0101": (5, 50), "0147": (8, 50), "0751": (9, 60)})
    group = PeerGroup(id="TO", name=mb.Text(da="de to", en="the two"), members=["0101", "0147"])
    row = mb.compare_peers(ms, group, period="2024")[0]
    assert (row.peer_group, row.peers) == ("TO", 1)
    assert "i de to (samlet gennemsnit af 1 anden)" in row.explain("da")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"mean": "median"}, "argument.choice"),
        ({"over": "grade"}, "argument.choice"),
        ({"confidence": 95}, "argument.range"),
        ({"min_difference": -1}, "argument.at_least"),
        ({"min_verdict": 1.5}, "argument.whole_number"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], code: str) -> None:
    """Each with its own code."""
    with pytest.raises(mb.ArgumentError) as caught:
        mb.compare_peers(scores({"0101": 1.0}), **{"period": "2024"} | options)
    assert caught.value.code == code
    with pytest.raises(mb.errors.PeriodError):
        mb.compare_peers(scores({"0101": 1.0}), period="24")
