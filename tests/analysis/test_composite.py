"""Composites: a place with its range, who has none and why, and what may not be shown."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib import stats, texts
from maalbib.errors import ArgumentError, UnknownCodeError

SNAPSHOTS = Path(__file__).parent / "snapshots"
QUICK = stats.SensitivityPlan(draws=40)
UNITS = ("A", "B", "C", "D", "E")
FIGURES = {
    "read": (70.0, 85, 60, 72, 90),
    "absence": (4.1, 5.3, 3.2, 4.4, 6.0),
    "calm": (3.9, 3.1, 4.4, 4.0, 2.8),
}
DIRECTIONS = {"read": "higher", "absence": "lower", "calm": "higher", "spent": "context", "load": "target"}


def catalogue(**of: dict[str, Any]) -> mb.Catalogue:
    """Return indicators in a score, with what else is said of each."""
    indicators = [
        mb.Indicator(
            id=code,
            name=mb.Text(da=f"tal {code}", en=f"figure {code}"),
            direction=direction,
            **({"unit": "score"} | of.get(code, {})),
        )
        for code, direction in DIRECTIONS.items()
    ]
    return mb.Catalogue(id="PROEVE", agency="KL", version="1.0.0", indicators=indicators)


def measured(
    figures: dict[str, Sequence[float]] = FIGURES,
    known: mb.Catalogue | None = None,
    **cells: dict[tuple[str, str], Any],
) -> mb.Measurements:
    """Return the figures of 2024; ``cells`` are further columns by indicator and institution."""
    rows = [
        {"indicator": code, "institution": UNITS[place], "period": "2024", "value": value}
        | {name: given[code, UNITS[place]] for name, given in cells.items() if (code, UNITS[place]) in given}
        for code, column in figures.items()
        for place, value in enumerate(column)
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=known or catalogue())


def made(ms: mb.Measurements, indicators: Any = tuple(FIGURES), **options: Any) -> mb.Composite:
    """Return the composite of 2024 by a quick plan."""
    return mb.composite(ms, indicators, **({"period": "2024", "plan": QUICK} | options))


def test_says_what_the_kernel_says() -> None:
    """Turned where lower is better; every number comes through."""
    found = made(measured(), {"school": ["read", "absence"], "mood": ["calm"]}, weights={"read": 3, "mood": 2})
    x = np.array(list(FIGURES.values())).T * [1, -1, 1]
    wanted = stats.composite_range(x, [3, 1, 1], pillars=[[0, 0, 1]], pillar_weights=[[1, 2]], plan=QUICK)
    frame = found.to_pandas()
    for column, name in (("score", "score"), ("rank", "rank"), ("range_lower", "lower"), ("range_upper", "upper")):
        np.testing.assert_array_equal(frame[column].to_numpy(dtype=float), getattr(wanted, name))
    for place, part in enumerate(wanted.parts):
        np.testing.assert_array_equal(frame[f"{part}_lower"].to_numpy(dtype=float), wanted.part_lower[place])
        np.testing.assert_array_equal(frame[f"{part}_upper"].to_numpy(dtype=float), wanted.part_upper[place])
    assert found[0].pillars == ("school", "mood")
    assert found[0].pillar_scores == tuple(wanted.pillar_score[0])
    assert found[0].first_changes == wanted.first_changes
    assert json.loads(found[0].params)["weights"] == {"read": 3, "absence": 1, "calm": 1}


def test_pillars_in_pillars_and_unequal_depth() -> None:
    """A pillar on a shorter branch holds itself."""
    found = made(measured(), {"a": {"b": ["read"], "c": ["absence"]}, "d": ["calm"]}, weights={"a": 3, "b": 2})
    x = np.array(list(FIGURES.values())).T * [1, -1, 1]
    wanted = stats.composite_range(x, pillars=[[0, 1, 2], [0, 0, 1]], pillar_weights=[[2, 1, 1], [3, 1]], plan=QUICK)
    np.testing.assert_array_equal(found.to_pandas()["score"], wanted.score)
    assert found[0].pillars == ("b", "c", "d")


def test_a_direction_is_needed() -> None:
    """Neither direction better, nobody has said, a target without its figure: refused, never guessed."""
    ms = measured(FIGURES | {"spent": (1.0, 2, 3, 4, 5), "load": (20.0, 18, 25, 22, 30)})
    for indicator, code in (("spent", "no_direction"), ("load", "target_needed")):
        with pytest.raises(ArgumentError) as caught:
            made(ms, ["read", indicator])
        assert caught.value.code == f"composite.{code}"
        assert indicator in caught.value.text("da")
    bare = mb.Measurements.from_pandas(ms.to_pandas())
    with pytest.raises(ArgumentError, match="which way is better for read"):
        made(bare, ["read"])
    assert made(bare, ["read"], directions={"read": "up"})[4].rank == 1
    assert made(ms, ["read"], directions={"read": "lower"})[2].rank == 1


def test_best_at_a_target() -> None:
    """Nearest is first, above or below."""
    found = made(measured({"load": (20.0, 18, 25, 22, 30)}), ["load"], targets={"load": 21})
    assert [row.rank for row in found] == [1, 3, 4, 1, 5]


def test_marks_are_turned_with_the_figures() -> None:
    """Goalposts and targets in the unit of the indicator, lower is better."""
    ms = measured()
    posts = made(ms, ["absence"], normaliser="goalposts", goalposts={"absence": (3, 6)})
    np.testing.assert_allclose(posts.to_pandas()["score"], [(6 - x) / 3 for x in FIGURES["absence"]])
    aims = made(ms, ["absence"], normaliser="distance_to_target", targets={"absence": 2})
    np.testing.assert_allclose(aims.to_pandas()["score"], [(6 - x) / 4 for x in FIGURES["absence"]])
    with pytest.raises(ArgumentError, match="two figures"):
        made(ms, ["absence", "read"], normaliser="goalposts", goalposts={"absence": (3, 6)})


WITHOUT: dict[str, dict[str, Any]] = {
    "figure_suppressed": {"status": {("read", "B"): "Q"}, "value": {("read", "B"): None}},
    "figure_one_sided": {"qualifier": {("read", "B"): "at_least"}},
    "figure_other_source": {"source": {("read", code): "s1" if code == "B" else "s2" for code in UNITS}},
    "figure_small_n": {"n": {("read", "B"): 3}},
    "figure_confidential": {"conf": {("read", "B"): "C"}},
}


@pytest.mark.parametrize("reason", WITHOUT)
def test_units_without_a_place(reason: str) -> None:
    """Each with its reason, in both languages; the others are held against each other alone."""
    found = made(measured(known=None, **WITHOUT[reason]))
    row = found.row(institution="B")
    assert (row.state, row.reason, row.lacking) == ("not_ranked", reason, ("read",))
    assert row.score is row.rank is row.range_lower is row.rank_lower is None
    assert found.counts() == {"not_ranked": 1, "ranked": 4}
    assert {each.units for each in found} == {4}
    others = [place for place, code in enumerate(UNITS) if code != "B"]
    x = np.array(list(FIGURES.values())).T[others] * [1, -1, 1]
    wanted = stats.composite_range(x, plan=QUICK)
    ranked = found.where(state="ranked").to_pandas()
    np.testing.assert_array_equal(ranked["score"], wanted.score)
    np.testing.assert_array_equal(ranked["range_upper"], wanted.upper)
    assert row.explain("da", internal=True).startswith("B, 2024: Ingen plads: ")
    assert row.explain("en", internal=True).startswith("B, 2024: No place: ")


def test_a_missing_figure() -> None:
    """No row at all is told like a missing value."""
    found = made(measured(FIGURES | {"calm": (3.9, 3.1, 4.4, 4.0)}))
    assert found[4].explain("en") == (
        "E, 2024: No place: figures are missing (figure calm), and too little of what weighs is covered (67\u00a0%)."
    )


def test_different_denominators_are_told() -> None:
    """With a lower demand a unit is placed by what it has, and the row says that it is divided by something else."""
    ms = measured(FIGURES | {"calm": (3.9, 3.1, 4.4, 4.0)})
    found = made(ms, min_coverage=0.6)
    assert found[4].state == "ranked"
    assert found[4].coverage == pytest.approx(2 / 3)
    assert "coverage_partial" in found[4].flags
    assert "delt med noget andet" in found[4].explain("da")
    assert "coverage_partial" not in found[0].flags


@pytest.mark.parametrize("reason", ["figure_small_n", "figure_confidential"])
@pytest.mark.parametrize("least", [1.0, 0.5])
def test_a_hidden_figure_decides_nothing(reason: str, least: float) -> None:
    """Whatever it is, nobody's score, place or range moves, also where the unit is placed by its other figures."""
    results = [
        made(measured(FIGURES | {"read": (70.0, value, 60, 72, 90)}, **WITHOUT[reason]), min_coverage=least)
        for value in (1.0, 99.0)
    ]
    assert results[0] == results[1]
    assert "hidden_not_used" in results[0][0].flags
    row = results[0].row(institution="B")
    assert row.hidden == (None if row.state == "ranked" else reason.removeprefix("figure_"))
    assert "99" not in results[0].public().to_json()


def test_a_confidential_row_is_withheld() -> None:
    """In what people read its state says so and nothing more."""
    row = made(measured(**WITHOUT["figure_confidential"])).row(institution="B")
    assert (row.public().reason, row.public().coverage) == ("confidential", None)
    assert row.explain("da") == "B, 2024: Resultatet er fortroligt og vises ikke."
    assert row.explain("en") == "B, 2024: The result is confidential and is not shown."


def test_sentences() -> None:
    """Place and range in one breath, what moves it most, and that it says nothing of chance."""
    row = made(measured())[3]
    assert row.explain("da") == (
        "D, 2024: Plads 2 af 5, 1 er bedst. Pladsen flytter sig mellem 1 og 5 med de valg, der er truffet. "
        "Alene med valget af vægte flytter pladsen sig mellem 1 og 3. "
        "Mest betyder den enkelte indikator: pladsen flytter sig mellem 1 og 5, når én holdes ude. "
        "Det siger intet om tilfældigheder. "
        "Hvor meget tilfældigheder betyder for pladsen, vides ikke, for tallenes usikkerhed kendes ikke for alle."
    )
    assert "That says nothing of chance." in row.explain("en")
    for lang in ("da", "en"):
        told = made(measured()).explain(lang)
        assert "konfidens" not in told
        assert "confidence" not in told


def with_intervals(width: float) -> mb.Measurements:
    """Return the figures, each with an interval."""
    cells = {(code, who): value for code, column in FIGURES.items() for who, value in zip(UNITS, column, strict=True)}
    return measured(
        lower={key: value - width * value for key, value in cells.items()},
        upper={key: value + width * value for key, value in cells.items()},
    )


def test_sampling_interval_and_range_are_two_things() -> None:
    """Errors widen the sampling interval and leave the range alone; the plan does the opposite."""
    sure, unsure = made(with_intervals(0.001)), made(with_intervals(0.2))
    for name in ("rank", "range_lower", "range_upper", "first_changes"):
        assert sure.to_pandas()[name].tolist() == unsure.to_pandas()[name].tolist()
    assert (unsure[0].rank_lower, unsure[0].rank_upper) == (1, 5)
    assert sure[1].rank_lower > 1
    wide = made(with_intervals(0.001), plan=stats.SensitivityPlan(draws=40, weight_spread=0.9))
    for name in ("rank_lower", "rank_upper", "rank_alone_lower", "rank_alone_upper"):
        assert wide.to_pandas()[name].tolist() == sure.to_pandas()[name].tolist()
    row = unsure[0]
    assert row.rank_reason is None
    x = np.array(list(FIGURES.values())).T
    errors = 0.2 * x / 1.959963984540054
    wanted = np.sqrt(((errors / np.ptp(x, axis=0) / 3) ** 2).sum(axis=1))
    np.testing.assert_allclose(unsure.to_pandas()["standard_error"], wanted)
    assert (
        "Med de trufne valg ligger pladsen med 95\u00a0% sikkerhed for alle på én gang mellem 1 og 5"
        in row.explain("da")
    )
    sets = stats.paired_rank_sets([each.score for each in unsure], wanted)
    assert [each.rank_lower for each in unsure] == sets.simultaneous.lower.tolist()
    assert [each.rank_alone_upper for each in unsure] == sets.marginal.upper.tolist()


def test_why_there_is_no_sampling_interval() -> None:
    """An unknown error is not one of 0, and a scale of ranks has none; each with its sentence."""
    assert {row.rank_reason for row in made(measured())} == {"uncertainty_missing"}
    ms = with_intervals(0.1)
    assert {row.rank_reason for row in made(ms, normaliser="rank")} == {"scale_without_errors"}
    assert {row.rank_reason for row in made(ms, aggregation="copeland")} == {"scale_without_errors"}
    assert {row.rank_reason for row in made(ms, ranks=False)} == {"not_asked"}
    assert "kan ikke beregnes på den skala" in made(ms, normaliser="rank").explain("da")
    assert "chance decides" not in made(ms, ranks=False).explain("en")


def test_plans() -> None:
    """A row for each way of choosing otherwise, also for those that could not be tried."""
    plan = stats.SensitivityPlan(draws=40, normalisers=("z", "fraction_of_max"))
    found = made(measured(), plan=plan)
    plans = found.plans()
    assert [row.part for row in plans] == [
        *("weights", "normaliser", "normaliser", "aggregation", "treatment"),
        *("left_out", "left_out", "left_out", "together"),
    ]
    assert [row.choice for row in plans.where(part="left_out")] == list(FIGURES)
    refused = plans.row(choice="fraction_of_max")
    assert (refused.state, refused.reason, refused.runs) == ("not_tried", "largest_not_positive", 0)
    assert "plan_not_all_tried" in found[0].flags
    assert refused.explain("en") == (
        "another scale: share of the largest: Could not be tried: the largest value is not above 0. "
        "Nothing else was tried in its place."
    )
    drawn = plans.row(part="weights")
    assert drawn.explain("da").startswith("andre vægte: Førstepladsen skifter i ")
    assert "af 40 forsøg" in drawn.explain("da")
    assert "uden indikatoren" in plans.explain("da")
    assert "uden indikatoren" in str(plans.shown("da").to_text())
    assert pickle.loads(pickle.dumps(found)).plans() == plans
    assert found[1:3].plans() == plans
    assert mb.PlanEffects.from_json(plans.to_json()) == plans
    again = mb.Composite.from_json(found.to_json())
    assert again == found
    with pytest.raises(ArgumentError, match="do not hold the plans"):
        again.plans()


def test_summary() -> None:
    """How many have a place, how far places move, and how often the first changes."""
    found = made(measured(**WITHOUT["figure_small_n"]))
    assert found.summary("da").startswith("4 af 5 enheder har en plads. Med andre valg spænder en plads typisk over ")
    assert found.summary("en").endswith("That says nothing of chance.")
    nobody = made(measured({"read": (1.0,), "calm": (2.0,)}), ["read", "calm"])
    assert nobody.summary("en") == "None of the units (1) has a place."
    assert nobody[0].reason == "too_few_units"


def test_only_one_level_is_held_against_each_other() -> None:
    """A municipality is no peer of the country; a group decides for itself."""
    rows = [
        (code, who, "2024", value)
        for code, values in {"read": (70.0, 80, 75, 60), "calm": (3.0, 4, 2, 3)}.items()
        for who, value in zip(("0101", "0147", "DK", "1081"), values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "institution", "period", "value"])
    ms = mb.Measurements.from_pandas(frame, catalogue=catalogue(), register=mb.Register.denmark())
    found = made(ms, ["read", "calm"])
    assert {row.institution: row.units for row in found} == {"0101": 2, "0147": 2, "1081": 0, "DK": 0}
    assert found.row(institution="0147").rank == 1
    assert len({row.group for row in found}) == 3
    chosen = made(ms, ["read", "calm"], peers=["0101", "0147", "DK"])
    assert [row.units for row in chosen] == [3, 3, 3]
    assert chosen[0].peer_group == "listed"
    absent = made(ms, ["read", "calm"], peers=["0101", "0147", "0151"])
    assert absent.row(institution="0151").reason == "figure_missing"
    with pytest.raises(ArgumentError):
        made(ms, ["read"], peers=mb.AllPeers(id="x", name=mb.Text(da="x"), purpose=["calm"]))


def test_mean_of_shares_is_not_a_share() -> None:
    """Told where all indicators are shares."""
    known = catalogue(read={"unit": "percent"}, absence={"unit": "percent"})
    ms = measured(known=known)
    assert "mean_of_shares" in made(ms, ["read", "absence"])[0].flags
    assert "mean_of_shares" not in made(ms)[0].flags


def test_an_indicator_that_is_the_same_for_all() -> None:
    """It counts for nothing, and that is told; where all are, nobody has a place."""
    ms = measured({"read": FIGURES["read"], "calm": (4.0,) * 5})
    found = made(ms, ["read", "calm"])
    assert [row.rank for row in found] == [4, 2, 5, 3, 1]
    assert "silent_indicator" in found[0].flags
    assert {row.reason for row in made(ms, ["calm"])} == {"all_alike"}


def test_refused() -> None:
    """Names, weights and options."""
    ms = measured()
    for indicators, options, match in (
        ([], {}, "at least one"),
        ({"a": []}, {}, "at least one"),
        ({}, {}, "at least one"),
        (["read", "read"], {}, "twice"),
        ({"read": ["read"]}, {}, "twice"),
        (["read"], {"weights": {"read": -1}}, "weights"),
        (["read"], {"weights": {"read": 0}}, "must itself weigh"),
        (["read"], {"normaliser": "best"}, "normaliser"),
        (["read"], {"aggregation": "sum"}, "aggregation"),
        (["read"], {"min_coverage": 2}, "min_coverage"),
        (["read"], {"plan": "all"}, "SensitivityPlan"),
        (["read"], {"directions": {"read": "best"}}, "directions"),
        (["read"], {"targets": {"read": "x"}}, "targets"),
        (
            ["read"],
            {
                "plan": stats.SensitivityPlan(
                    draws=0, normalisers=(), aggregations=(), treatment=False, leave_one_out=False
                )
            },
            "varies nothing",
        ),
    ):
        with pytest.raises(ArgumentError, match=match):
            made(ms, indicators, **options)
    for options in ({"weights": {"x": 1}}, {"directions": {"x": "up"}}, {"targets": {"x": 1}}, {"peers": "x"}):
        with pytest.raises(UnknownCodeError):
            made(ms, ["read"], **options)
    with pytest.raises(UnknownCodeError):
        made(ms, ["x"])


@pytest.mark.parametrize("name", ["COMPOSITE", "COMPOSITE_PLANS"])
def test_columns_stay(name: str) -> None:
    """Columns are added, never renamed, removed or moved."""
    kept = (SNAPSHOTS / f"{name.lower()}.txt").read_text(encoding="utf-8").splitlines()
    assert str(getattr(mb.schemas, name)).splitlines() == kept


def test_shown() -> None:
    """A place stands with its range in one cell, never alone; the plot has it as an interval."""
    found = made(with_intervals(0.2))
    for text in (found.shown("da").to_text(), repr(found)):
        for row in found:
            assert f"{row.rank} ({row.range_lower}\u2013{row.range_upper}) " in text
    data = found.plot_data("da")
    assert data["lower"].tolist() == [row.range_lower for row in found]
    assert set(found.plans().plot_data("en")["state"]) == {"tried"}


@settings(max_examples=15)
@given(st.permutations(UNITS), st.sampled_from([0.0, 0.3]))
def test_order_of_rows_decides_nothing(order: list[str], width: float) -> None:
    """Nor do the names of the units."""
    ms = with_intervals(width) if width else measured()
    frame = ms.to_pandas()
    frame = pd.concat([frame[frame["institution"] == who] for who in order])
    again = mb.Measurements.from_pandas(frame, catalogue=catalogue())
    assert made(again) == made(ms)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"indicators": None}, "argument.ids"),
        ({"indicators": {"p": 3}}, "argument.ids"),
        ({"indicators": ["read", None]}, "argument.ids"),
        ({"weights": [1, 2, 3]}, "argument.type"),
        ({"directions": ["read"]}, "argument.type"),
        ({"directions": {"read": ["higher"]}}, "argument.choice"),
        ({"normaliser": "goalposts", "goalposts": dict.fromkeys(FIGURES, 3)}, "composite.goalposts_needed"),
        ({"period": 2024}, "argument.period"),
        ({"breakdown": None}, "argument.type"),
        ({"breakdown": "sex=F"}, "composite.no_parts"),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(call: dict[str, Any], code: str) -> None:
    """In words, and never by an error from inside."""
    asked: dict[str, Any] = {"indicators": list(FIGURES), "period": "2024", "plan": QUICK} | call
    with pytest.raises(ArgumentError) as caught:
        mb.composite(measured(), asked.pop("indicators"), **asked)
    assert caught.value.code == code


def test_marks_name_their_own_argument() -> None:
    """A goalpost that is no number is not called a target."""
    posts = dict.fromkeys(FIGURES, ("1", "2"))
    with pytest.raises(ArgumentError, match=r"^goalposts must be numbers"):
        mb.composite(measured(), list(FIGURES), period="2024", normaliser="goalposts", goalposts=posts)  # type: ignore[arg-type]


def test_whole_numbers_of_a_table_are_weights() -> None:
    """As they come out of arrays and frames."""
    weights = {"read": np.int64(2), "calm": np.float32(1)}
    found = made(measured(), weights=weights)
    assert found[0].score == made(measured(), weights={"read": 2, "calm": 1})[0].score


def test_a_part_that_no_figure_is_of() -> None:
    """Neither an unknown part nor a whole that nobody measured gives a table without rows."""
    frame = measured().to_pandas()[["indicator", "institution", "period", "value"]]
    women = mb.Measurements.from_pandas(frame.assign(sex="F"), breakdowns=["sex"], catalogue=catalogue())
    for wanted in ("", "sex=M"):
        with pytest.raises(ArgumentError, match="sex=F"):
            mb.composite(women, list(FIGURES), period="2024", plan=QUICK, breakdown=wanted)
    assert mb.composite(women, list(FIGURES), period="2024", plan=QUICK, breakdown="sex=F").counts() == {"ranked": 5}
    assert mb.composite(measured(), list(FIGURES), period="2024-01", plan=QUICK).counts() == {"not_ranked": 5}


def test_a_place_that_stands_is_not_said_to_stand_in_every_draw() -> None:
    """Of the draws the range holds the middle ones; without draws the sentence needs no such word."""
    figures = {"read": (1.0, 2, 3, 4, 9), "calm": (1.0, 2, 3, 4, 9)}
    drawn, plain = (
        mb.composite(measured(figures), list(figures), period="2024", plan=stats.SensitivityPlan(draws=draws))[4]
        for draws in (40, 0)
    )
    assert drawn.reason == plain.reason == "place_stands"
    assert "de yderste trækninger" in drawn.explain("da")
    assert "med alle de valg, der er prøvet." in plain.explain("da")
    assert (plain.weights_lower, plain.together_lower) == (None, None)


def test_the_pillar_that_is_covered_too_little_is_named() -> None:
    """So that a reader need not look it up; without pillars there is none to name."""
    ms = measured(FIGURES | {"calm": (3.9, 3.1, 4.4, 4.0)})
    pillars = {"learning": ["read"], "thriving": ["absence", "calm"]}
    row = mb.composite(ms, pillars, period="2024", plan=QUICK)[4]
    assert "søjlen thriving er dækket for lidt (50\u00a0%)" in row.explain("da")
    flat = mb.composite(ms, list(FIGURES), period="2024", plan=QUICK)[4]
    assert "søjle" not in flat.explain("da")


def test_nothing_calls_the_range_a_confidence_interval() -> None:
    """Titles, columns and sentences; where the words stand they are denied."""
    found = mb.composite(measured(), list(FIGURES), period="2024", plan=QUICK)
    for lang, words in (("da", "konfidensinterval"), ("en", "confidence interval")):
        said = (found.explain(lang), found.plans().explain(lang), found.summary(lang), found.shown(lang).to_text())
        assert not any(words in text for text in said)
    assert "ikke et konfidensinterval" in texts.phrase("axis", "composite", "da")
    assert "no confidence interval" in texts.phrase("axis", "composite", "en")
