"""Ranks in comparisons: never bare, never of a value that may not be shown, and what they say of a real table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb
from maalbib import stats

SHARE = mb.Indicator(
    id="S",
    name=mb.Text(da="Andel med afbrudt uddannelse", en="Share with interrupted education"),
    unit="percent",
    direction="higher",
    aggregation="ratio_of_sums",
    dimensions=["answer"],
)
CATALOGUE = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SHARE])


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
        for who, (x, n) in counts.items()
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows).assign(**extras), catalogue=CATALOGUE)


@pytest.fixture(scope="module")
def denmark(shared: Path) -> mb.Measurements:
    """Young people with an interrupted education in 98 municipalities, 2024."""
    file = shared / "data/danish/dst_statusu6_2024_98_municipalities.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["code"] != "000"]
    return shares({f"0{row['code']}": (float(row["interrupted"]), float(row["total"])) for row in rows})


@pytest.fixture(scope="module")
def ranked(denmark: mb.Measurements) -> mb.Comparison:
    """All municipalities ranked, the largest share first."""
    return mb.compare_peers(denmark, period="2024", ranks=True)


def test_the_rank_sets_of_a_real_table(denmark: mb.Measurements, shared: Path) -> None:
    """Those of another program, give or take one rank of simulation, with the standard errors that it was given."""
    frame = denmark.to_pandas()
    share = frame["value"].astype(float) / 100
    error = 100 * 1.959963984540054 * np.sqrt(share * (1 - share) / frame["denominator"].astype(float))
    frame = frame.assign(lower=frame["value"] - error, upper=frame["value"] + error)
    given = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE)
    ranked = mb.compare_peers(given, period="2024", ranks=True)
    file = shared / "oracles/peers/published/dk_interrupted_education_2024_rank_sets.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        expected = list(csv.DictReader(opened))
    assert len(expected) == 54
    for case in expected:
        row = ranked.row(institution=f"0{case['code']}")
        bounds = (
            ("simultaneous_L", row.rank_lower),
            ("simultaneous_U", row.rank_upper),
            ("marginal_L", row.rank_alone_lower),
            ("marginal_U", row.rank_alone_upper),
        )
        for name, found in bounds:
            assert found is not None
            assert abs(found - float(case[name])) <= 1, (case["code"], name)


def test_few_can_be_told_from_the_middle_and_a_sentence_says_so(ranked: mb.Comparison) -> None:
    """About 12 of 98, 22 if each were picked in advance; from first to last possible place there are typically 74 steps."""
    said = ranked.summary("da")
    assert said.splitlines()[0].startswith("Andel med afbrudt uddannelse, 2024: ")
    assert "kan 12 af 98 skilles fra midten (22, hvis hver for sig var udpeget på forhånd)" in said
    assert "spænder typisk over 75 af 98" in said
    assert "12 of 98 can be told from the middle" in ranked.summary("en")
    lolland = ranked.row(institution="0360")
    assert (lolland.rank, lolland.rank_lower) == (1, 1)
    assert lolland.rank_upper in {12, 13, 14}
    assert "Plads 1 af 98" in lolland.explain("da")
    laesoe = ranked.row(institution="0825")
    assert (laesoe.rank_lower, laesoe.rank_upper) == (1, 98)


def test_a_rank_is_asked_for_and_never_bare(ranked: mb.Comparison, denmark: mb.Measurements) -> None:
    """No rank without its set; nothing where nobody asked."""
    for row in ranked:
        assert row.rank is not None
        assert row.rank_lower is not None
        assert row.rank_upper is not None
        assert row.rank_lower <= row.rank_alone_lower <= row.rank <= row.rank_alone_upper <= row.rank_upper
    silent = mb.compare_peers(denmark, period="2024")
    assert {row.rank for row in silent} == {None}
    assert {row.rank_reason for row in silent} == {"not_asked"}
    assert {row.flags for row in silent} == {("ranks_not_asked",)}


def test_the_direction_decides_who_is_first(denmark: mb.Measurements) -> None:
    """Lower is better: the sets are mirrored. Neither is better: nobody is ranked, and told so."""
    import attrs

    def of(direction: str) -> mb.Comparison:
        own = attrs.evolve(SHARE, direction=direction)
        catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[own])
        return mb.compare_peers(denmark, period="2024", ranks=True, draws=2000, catalogue=catalogue)

    up, down = of("higher"), of("lower")
    mirrored = [99 - row.rank_upper for row in down]
    assert np.abs(np.array(mirrored) - [row.rank_lower for row in up]).max() <= 1
    none = of("context")
    assert {row.rank_reason for row in none} == {"no_direction"}
    assert "ingen retning er bedst" in none[0].explain("da")


def test_who_is_not_ranked_is_told_why() -> None:
    """Too few answers, withheld, without uncertainty; the others are ranked among themselves."""
    counts = {"0101": (50, 500), "0147": (60, 500), "0751": (2, 3), "0851": (90, 500)}
    found = mb.compare_peers(shares(counts), period="2024", ranks=True, min_verdict=5)
    small = found.row(institution="0751")
    assert (small.rank, small.rank_reason) == (None, "small_n")
    assert {row.ranked for row in found if row.rank is not None} == {3}
    few = mb.compare_peers(shares({**counts, "0751": (2, 4)}), period="2024", ranks=True)
    assert few.row(institution="0751").rank_reason == "small_n"
    assert few.row(institution="0751").hidden == "small_n"
    assert "Ikke rangeret: 4" in few.row(institution="0751").explain("da", internal=True)
    assert "4" not in few.row(institution="0751").explain("da").partition("2024")[2].replace("5", "")
    frame = pd.DataFrame({"indicator": "S", "institution": ["0101", "0147"], "period": "2024", "value": [1.0, 2.0]})
    bare = mb.compare_peers(
        mb.Measurements.from_pandas(frame, catalogue=CATALOGUE), period="2024", ranks=True, mean="unweighted"
    )
    assert {row.rank_reason for row in bare} == {"uncertainty_missing"}


def test_values_that_may_not_be_shown_give_nobody_s_place_away() -> None:
    """Percentiles, medians and ranks are those of the values that are shown."""
    open_ = {f"0{201 + place}": (30.0 + place, 300.0) for place in range(6)}
    with_one = mb.compare_peers(shares({**open_, "0751": (4, 4)}), period="2024", ranks=True, mean="unweighted")
    without = mb.compare_peers(shares(open_), period="2024", ranks=True, mean="unweighted")
    for row in without:
        other = with_one.row(institution=row.institution)
        for name in ("percentile", "deviations", "rank", "rank_lower", "ranked", "shrunk", "spread", "peer_value"):
            assert getattr(other, name) == getattr(row, name), name


def test_more_than_two_hundred_are_not_ranked_among_each_other() -> None:
    """A reason, not a table nobody can read."""
    many = {f"S{place:03d}": (50.0 + place % 7, 500.0) for place in range(201)}
    found = mb.compare_peers(shares(many), period="2024", ranks=True)
    assert {row.rank_reason for row in found} == {"group_too_large"}


def test_one_alone_has_no_rank() -> None:
    """The first of one is no rank."""
    row = mb.compare_peers(shares({"0101": (5, 50)}), period="2024", ranks=True)[0]
    assert (row.rank, row.rank_reason) == (None, "no_peer")


def test_the_answers_to_one_question_are_ranked_exactly() -> None:
    """Counts that make up their total: the exact sets of the multinomial, without draws, whichever way is better."""
    counts = {"meget tilfreds": 61.0, "tilfreds": 50.0, "utilfreds": 9.0, "ved ikke": 0.0}
    frame = pd.DataFrame(
        {
            "indicator": "S",
            "institution": "0101",
            "period": "2024",
            "answer": list(counts),
            "numerator": list(counts.values()),
            "denominator": 120.0,
        }
    )
    frame["value"] = 100 * frame["numerator"] / 120
    ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, breakdowns=["answer"])
    found = mb.compare_peers(ms, period="2024", over="answer", mean="unweighted", ranks=True)
    exact = stats.multinomial_rank_sets(list(counts.values()))
    for place, answer in enumerate(counts):
        row = found.row(breakdown=f"answer={answer}")
        assert row.rank_method == "multinomial"
        assert (row.rank_lower, row.rank_upper) == (exact.lower[place], exact.upper[place])
    assert "hyppigst" in found[0].explain("da")
    loose = frame.assign(denominator=130.0, value=100 * frame["numerator"] / 130)
    other = mb.Measurements.from_pandas(loose, catalogue=CATALOGUE, breakdowns=["answer"])
    drawn = mb.compare_peers(other, period="2024", over="answer", mean="unweighted", ranks=True)
    assert {row.rank_method for row in drawn} == {"normal"}


def test_the_same_seed_gives_the_same_sets(denmark: mb.Measurements) -> None:
    """Another seed moves a bound by a rank at most."""
    one, two, other = (
        mb.compare_peers(denmark, period="2024", ranks=True, draws=2000, seed=seed) for seed in (1, 1, 2)
    )
    assert one == two
    moved = np.abs(one.to_pandas()["rank_upper"] - other.to_pandas()["rank_upper"]).max()
    assert moved <= 3  # of 2,000 draws
