"""What compare_peers says: of wrong calls, of who is not ranked and why, of ranks among one's own peers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb

SHARE = mb.Indicator(
    id="S", name=mb.Text(da="Andel", en="Share"), unit="percent", direction="higher", aggregation="ratio_of_sums"
)
DENSITY = mb.Indicator(
    id="C", name=mb.Text(da="Tæthed", en="Density"), unit="score", direction="context", aggregation="mean"
)
CATALOGUE = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[DENSITY, SHARE])
REAL = {"0101", "0147", "0411", "0461", "0751", "0825", "0851"}
COUNTS = {"0101": (50.0, 500.0), "0147": (60.0, 500.0), "0461": (90.0, 500.0)}


def read(rows: list[dict[str, Any]], **options: Any) -> mb.Measurements:
    """Rows as measurements, with the register of Denmark where the codes are all in it."""
    known = mb.Register.denmark() if all(row["institution"] in REAL for row in rows) else None
    return mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=CATALOGUE, register=known, **options)


def share(who: str, x: float | None, n: float | None, status: str = "A") -> dict[str, Any]:
    """A share of 2024 with its counts."""
    value = None if x is None or n is None else 100 * x / n
    return {
        "indicator": "S",
        "institution": who,
        "period": "2024",
        "value": value,
        "numerator": x,
        "denominator": n,
        "status": status,
    }


def density(who: str, value: float) -> dict[str, Any]:
    """A condition of 2024, known to within one."""
    return {
        "indicator": "C",
        "institution": who,
        "period": "2024",
        "value": value,
        "lower": value - 1,
        "upper": value + 1,
    }


@pytest.fixture(scope="module")
def three() -> mb.Measurements:
    """Three municipalities."""
    return read([share(who, *counts) for who, counts in COUNTS.items()])


FOREIGN = [2024, 1.5, object(), b"x", dt.date(2024, 1, 1), np.nan, [None], [1], [["S"]], pd.NA]
FLAGS = ["yes", 1, None, [], np.nan, pd.NA]
WORDS = [2024, None, ["S"], pd.Series(["S"]), pd.NA, "xyz"]
CASES = [
    *((name, value) for name in ("peers", "indicators", "conditions", "need", "expected") for value in FOREIGN),
    *((name, value) for name in ("include_self", "across_sources", "ranks", "correct") for value in FLAGS),
    *((name, value) for name in ("over", "family", "adjust") for value in WORDS),
    *(("mean", value) for value in WORDS if value is not None),
    *((name, value) for name in ("seed", "draws") for value in (-1, 1.5, "1", None, True)),
    *(("reading_rule", value) for value in (2024, [], {}, b"x", pd.NA)),
    *(("conditions_period", value) for value in (2024, ["2024"], np.nan)),
    *(("period", value) for value in (2024, None, [], [2024], pd.NA)),
    ("need", ["S", "S"]),
    ("expected", ["S"]),
    ("expected", {"S": 5.0}),
    ("indicators", []),
    ("conditions", "S"),
]


@pytest.mark.parametrize(("argument", "value"), CASES)
def test_an_argument_of_a_foreign_type_is_refused_in_words(three: mb.Measurements, argument: str, value: Any) -> None:
    """In both languages, naming what is wrong; never the exception of somebody else."""
    with pytest.raises((mb.ArgumentError, mb.errors.UnknownCodeError)) as caught:
        mb.compare_peers(three, **{"period": "2024", argument: value})
    for lang in ("da", "en"):
        assert caught.value.text(lang).endswith(".")


def test_whole_numbers_of_numpy_are_numbers(three: mb.Measurements) -> None:
    """They are recorded like any other."""
    found = mb.compare_peers(
        three, period="2024", ranks=True, seed=np.int64(3), draws=np.int64(200), min_verdict=np.int64(5)
    )
    assert found == mb.compare_peers(three, period="2024", ranks=True, seed=3, draws=200, min_verdict=5)


@pytest.mark.parametrize("peers", ["0461", ["0461"], ["0461", "0461"]])
def test_one_code_is_told_what_to_do(three: mb.Measurements, peers: Any) -> None:
    """It is no group; the row is found in the comparison of all."""
    with pytest.raises(mb.DefinitionError) as caught:
        mb.compare_peers(three, peers, period="2024")
    assert caught.value.code == "peers.one_code"
    assert "0461 alene har ingen at blive sammenlignet med. Giv mindst to koder" in caught.value.text("da")


@pytest.mark.parametrize(
    ("options", "danish"),
    [
        ({"peers": "dst-2018-22"}, "dst-2018-22 er ikke en gruppe eller definition af ligestillede"),
        ({"peers": ["0461", "461"]}, "461 er ikke en institution i registret eller målingerne. Mente du 0461?"),
        ({"indicators": "s"}, "s er ikke en indikator, der er målinger af. Mente du S?"),
        ({"conditions": "T"}, "T er ikke en indikator, der er målinger af."),
        ({"reading_rule": "r"}, "r er ikke en læseregel i kataloget."),
    ],
)
def test_an_unknown_code_is_named(three: mb.Measurements, options: dict[str, Any], danish: str) -> None:
    """With what it should have been, not with the name of a column."""
    with pytest.raises(mb.errors.UnknownCodeError) as caught:
        mb.compare_peers(three, **{"period": "2024"} | options)
    assert caught.value.text("da").startswith(danish)


def test_everyone_without_a_rank_is_told_why() -> None:
    """Too few, withheld, missing, known as a bound, alone, and where no direction is better."""
    rows = [share(who, *counts) for who, counts in COUNTS.items()]
    more = [share("0751", 2, 8), share("0851", None, 50, "Q"), share("0825", None, 50, "M"), share("0411", 1, 3)]
    found = mb.compare_peers(read([*rows, *more]), period="2024", ranks=True, min_verdict=10, draws=500)
    said = {row.institution: (row.explain("da", internal=True), row.explain("en", internal=True)) for row in found}
    for who, danish, english in (
        ("0751", "Ikke rangeret: 8 personer eller svar.", "Not ranked: 8 people or answers."),
        ("0851", "Ikke rangeret: værdien er ikke offentliggjort.", "Not ranked: the value is withheld."),
        ("0825", "Ikke rangeret: der er ingen værdi.", "Not ranked: there is no value."),
        ("0411", "Ikke rangeret: 3 personer eller svar.", "Not ranked: 3 people or answers."),
    ):
        assert said[who][0].endswith(danish)
        assert said[who][1].endswith(english)
    shown = found.row(institution="0411").explain("da")
    assert "Ikke rangeret: for få personer eller svar." in shown
    assert "\u2013" not in shown
    alone = mb.compare_peers(read(rows[:1]), period="2024", ranks=True)
    assert alone[0].explain("da").endswith("Ikke rangeret: der er ingen andre at rangere imellem.")
    assert alone.summary("da") == "Andel, 2024: Den ene række kunne ikke vurderes; den siger selv hvorfor."
    context = mb.compare_peers(read([density("0101", 1.0), density("0147", 5.0)]), period="2024", ranks=True)
    assert all(row.explain("da").endswith("Ikke rangeret: ingen retning er bedst.") for row in context)
    silent = mb.compare_peers(read([*rows, *more]), period="2024", min_verdict=10)
    assert not any("rangeret" in row.explain("da", internal=True) for row in silent)


def test_a_confidential_value_of_few_people_does_not_say_so(three: mb.Measurements) -> None:
    """That it rests on few is read off the reason why it is not ranked, unless the graver reason comes first."""
    frame = three.to_pandas().assign(conf=["F", "F", "C"])
    frame.loc[2, ["numerator", "denominator", "value"]] = [1.0, 3.0, 100 / 3]
    ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE)
    found = mb.compare_peers(ms, period="2024", ranks=True, min_verdict=10, draws=500)
    assert found.public().row(institution="0461").rank_reason == "confidential"


def test_one_possible_place_is_not_between_itself_and_itself() -> None:
    """It is the place."""
    found = mb.compare_peers(
        read([share("0101", 5, 500), share("0147", 250, 500)]), period="2024", ranks=True, draws=500
    )
    said = found.row(institution="0147").explain("da")
    assert "på én gang er pladsen 1 (for en enhed udpeget på forhånd 1)" in said
    assert "1 (1) af 2" in found.shown("da").to_text()


def test_a_rank_among_one_s_own_peers_says_among_whom() -> None:
    """The confidence holds within a list, and no sentence makes a table of different lists one ranking."""
    codes = ("0101", "0147", "0461", "0751", "0851")
    rows = [share(code, 50.0 + 40 * place, 500.0) for place, code in enumerate(codes)]
    lists = {"0101": ["0147", "0461"], "0147": ["0461", "0751"], "0461": ["0751", "0851"]}
    own = mb.ListedPeers(id="egne", name=mb.Text(da="egne"), lists=lists)
    found = mb.compare_peers(read(rows), own, period="2024", ranks=True, draws=500)
    assert {row.ranked for row in found} == {3, None}  # two of them have no list
    ranked = [row for row in found if row.rank is not None]
    assert len(ranked) == 3
    assert all("ranked_among_own_peers" in row.flags for row in ranked)
    assert "ikke alle rækker i tabellen" in ranked[0].explain("da")
    assert ranked[0].explain("da").count("egne ligestillede") == 1
    assert "rangliste" not in found.summary("da")  # three are ranked of three each, but not among each other
    group = mb.compare_peers(read(rows), list(codes), period="2024", ranks=True, draws=500)
    assert "rangliste" in group.summary("da")
    assert not any("ranked_among_own_peers" in row.flags for row in group)


def test_results_come_before_conditions() -> None:
    """Unless the caller says in what order."""
    ms = read([*(share(who, *counts) for who, counts in COUNTS.items()), density("0101", 1.0), density("0147", 2.0)])
    names = list(dict.fromkeys(row.indicator for row in mb.compare_peers(ms, period="2024")))
    assert names == ["S", "C"]
    asked = mb.compare_peers(ms, period="2024", indicators=["C", "S"])
    assert list(dict.fromkeys(row.indicator for row in asked)) == ["C", "S"]


def test_chance_counts_every_verdict() -> None:
    """Also one whose figures may not be shown: it is among those that differ, too."""
    rows = [share(f"0{201 + place}", 50.0 + place, 500.0) for place in range(19)]
    found = mb.compare_peers(read([*rows, share("0751", 4, 4)]), period="2024")
    assert found.summary("en").endswith("of 20 differ from the others; chance alone would give about 1.0.")


def test_hidden_values_change_nobody_s_adjusted_p() -> None:
    """A p that may not be shown could be worked out from those of the others."""
    rows = [share(f"0{201 + place}", 50.0 + 8 * place, 500.0) for place in range(8)]
    hidden = [share("0751", 4, 4), share("0851", 0, 4)]
    lists = {row["institution"]: [other["institution"] for other in rows] for row in [*rows, *hidden]}
    own = mb.ListedPeers(id="egne", name=mb.Text(da="egne"), lists=lists)
    ms = read([*rows, *hidden])
    known = mb.ListedPeers(
        id="egne", name=mb.Text(da="egne"), lists={row["institution"]: lists["0201"] for row in rows}
    )
    without, beside = (mb.compare_peers(each, by, period="2024") for each, by in ((read(rows), known), (ms, own)))
    judged = [row for row in without if row.p_value is not None]
    assert len(judged) == 8
    for row in judged:
        other = beside.row(institution=row.institution)
        assert (other.p_value, other.q_value, other.family_size) == (row.p_value, row.q_value, row.family_size)
    assert beside.row(institution="0751").family_size == 10
