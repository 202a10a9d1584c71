"""Resources and results on a frontier: rows, sentences, guards and secrecy."""

from __future__ import annotations

import json
import pickle
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb
from maalbib import stats, texts
from maalbib.errors import ArgumentError, UnknownCodeError

# The hand check: unit, spent, cases.
UNITS = {
    "0101": (100.0, 75.0),
    "0147": (200.0, 100.0),
    "0151": (300.0, 300.0),
    "0153": (500.0, 400.0),
    "0155": (100.0, 25.0),
    "0157": (200.0, 50.0),
    "0159": (600.0, 400.0),
}
INDICATORS = [
    mb.Indicator(
        id="spent",
        name=mb.Text(da="Udgift", en="Expenditure"),
        unit="DKK",
        direction="context",
        kind="resource",
    ),
    mb.Indicator(id="cases", name=mb.Text(da="Sager", en="Cases"), unit="count", direction="higher", kind="process"),
    mb.Indicator(id="share", name=mb.Text(da="Andel", en="Share"), unit="percent", direction="higher", kind="result"),
    mb.Indicator(id="wait", name=mb.Text(da="Ventetid", en="Wait"), unit="days", direction="lower", kind="result"),
]
CATALOGUE = mb.Catalogue(id="test", name=mb.Text(da="Prøve", en="Test"), indicators=INDICATORS)


def measured(
    units: dict[str, tuple[float | None, ...]], columns: tuple[str, ...] = ("spent", "cases"), **more: Any
) -> Any:
    """Measurements of 2024; ``more`` are further columns by (indicator, institution)."""
    rows = [
        {"indicator": code, "institution": who, "period": "2024", "value": value}
        | {name: cells.get((code, who)) for name, cells in more.items()}
        for who, values in units.items()
        for code, value in zip(columns, values, strict=True)
        if value is not None or any((code, who) in cells for cells in more.values())
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=CATALOGUE)


@pytest.fixture(scope="module")
def found() -> mb.Frontier:
    """The hand check as a result."""
    return mb.efficiency(measured(UNITS), inputs="spent", outputs="cases", period="2024")


def test_the_hand_check(found: mb.Frontier) -> None:
    """Scores, peers, real dominators, super-efficiency and targets as they can be worked out on paper."""
    rows = {row.institution: row for row in found}
    assert [row.score for row in found] == pytest.approx([1, 0.611111, 1, 1, 1, 0.5, 0.833333], abs=1e-6)
    assert [(row.state, row.reason) for row in found] == [
        ("efficient", "on_frontier"),
        ("inefficient", "combination_only"),
        ("efficient", "on_frontier"),
        ("efficient", "on_frontier"),
        ("weakly_efficient", "real_unit"),
        ("inefficient", "real_unit"),
        ("inefficient", "real_unit"),
    ]
    assert rows["0147"].held_against == ("0101", "0151")
    assert rows["0147"].peer_weights == pytest.approx((8 / 9, 1 / 9))
    assert rows["0147"].dominated_by is None
    assert rows["0147"].real_score == pytest.approx(1)
    assert [rows[who].dominated_by for who in ("0155", "0157", "0159")] == ["0101", "0101", "0153"]
    assert [rows[who].super_score for who in ("0101", "0151", "0153")] == pytest.approx(
        [1.363636, 1.256410, 1.2], abs=1e-6
    )
    assert rows["0157"].target_figures == pytest.approx((100, 75))
    assert rows["0157"].own_figures == (200, 50)
    assert rows["0153"].scale == pytest.approx(0.8)
    assert [rows[who].returns_to_scale for who in ("0101", "0151", "0153")] == [
        "increasing",
        "constant",
        "decreasing",
    ]
    assert {row.units for row in found} == {7}
    assert {row.corrected for row in found} == {None}


def test_the_row_says_what_the_kernel_says(found: mb.Frontier) -> None:
    """Nothing is computed twice in two ways."""
    codes, x, y = found.units()
    assert codes == tuple(UNITS)
    assert x.tolist() == [[spent] for spent, _ in UNITS.values()]
    np.testing.assert_array_equal(stats.efficiency(x, y).score, [row.score for row in found])


def test_the_ladder(found: mb.Frontier) -> None:
    """Who was left out, and how the score climbed."""
    assert found.ladder("0147", steps=1) == (
        (None, pytest.approx(0.611111, abs=1e-6)),
        ("0101", pytest.approx(0.772727, abs=1e-6)),
    )
    with pytest.raises(UnknownCodeError):
        found.ladder("0999")


def test_a_ladder_is_of_units_that_were_scored_on_one_frontier() -> None:
    """A unit without a score, one that may not be shown, other levels and two periods at once each have their own answer."""
    register = mb.Register.denmark()
    regions = {"1081": (50.0, 300.0), "1082": (60.0, 320.0), "1083": (70.0, 310.0)}
    ms = measured({**UNITS, **regions, "0161": (61.5, None), "0163": (61.5, 90.0)}, n={("spent", "0163"): 3})
    options: dict[str, Any] = {"inputs": "spent", "outputs": "cases", "period": "2024"}
    both = mb.efficiency(ms, **options, register=register)
    alone = mb.efficiency(measured(UNITS), **options)
    assert both.ladder("0147") == alone.ladder("0147")  # the regions are on a frontier of their own
    assert both.ladder("1083", steps=1)[1][0] == "1082"
    for who, code in (("0161", "frontier.no_score"), ("0163", "frontier.not_shown")):
        with pytest.raises(ArgumentError) as caught:
            both.ladder(who)
        assert caught.value.code == code
        assert who in caught.value.text("da")
    for rows in (mb.Frontier.concat([alone, alone]), alone.where(state="inefficient")):
        with pytest.raises(ArgumentError) as caught:
            rows.ladder("0147")
        assert caught.value.code == "frontier.several"


def test_sentences_speak_of_these_data(found: mb.Frontier) -> None:
    """What others did, with the figures; in Danish and English."""
    row = found.row(institution="0147")
    said = row.explain("da").replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(
        "0147, 2024: Ingen enkelt enhed nåede i disse tal det samme med mindre, men en blanding af 0101 og 0151 gør med 39 % mindre"
    )
    assert "udgift 122,2 kr. (egen 200,0 kr.)" in said
    assert "In these data no single unit did as much with less" in row.explain("en")
    assert "0101 did at least as much with less" in found.row(institution="0157").explain("en")
    assert "0101 klarede sig lige så godt på alle tal og bedre på mindst ét" in found.row(institution="0155").explain(
        "da"
    )


def test_no_sentence_says_waste_or_cause() -> None:
    """A frontier knows what others did; it does not know why."""
    file = Path(texts.__file__).parent / "frontier.toml"
    said = " ".join(
        text for entry in tomllib.loads(file.read_text(encoding="utf-8")).values() for text in entry.values()
    )
    assert not re.search(
        r"spild|ødsl|ineffektiv|waste|inefficien|fordi enheden|because the unit|skyldes|due to", said, re.IGNORECASE
    )


def test_by_outputs() -> None:
    """More out of as much."""
    found = mb.efficiency(measured(UNITS), inputs="spent", outputs="cases", period="2024", orientation="output")
    row = found.row(institution="0147")
    assert row.score == pytest.approx(1.875)
    assert row.reason == "combination_only"
    assert "when 88 % more" not in row.explain("en")
    assert "88\N{NO-BREAK SPACE}% more of everything" in row.explain("en")
    assert "88\N{NO-BREAK SPACE}% mere af det hele" in row.explain("da")


def test_real_units_alone() -> None:
    """Without mixes nothing is said of mixes."""
    found = mb.efficiency(measured(UNITS), inputs="spent", outputs="cases", period="2024", returns="fdh")
    assert found.counts() == {"efficient": 4, "inefficient": 2, "weakly_efficient": 1}
    assert found[1].reason == "undominated"
    assert "mix" not in found.explain("en").replace("mixed", "")
    assert found[0].method == "fdh"


def test_intervals_when_asked_for() -> None:
    """The score less its bias, with a seed; the sentence gives the interval."""
    options: dict[str, Any] = {"inputs": "spent", "outputs": "cases", "period": "2024", "bootstrap": 60}
    found = mb.efficiency(measured(UNITS), **options)
    _, x, y = found.units()
    kernel = stats.bootstrap_efficiency(x, y, replications=60)
    assert [row.corrected for row in found] == pytest.approx(kernel.corrected.tolist())
    assert [row.lower for row in found] == pytest.approx(kernel.lower.tolist())
    assert found == mb.efficiency(measured(UNITS), **options)
    assert found != mb.efficiency(measured(UNITS), **options, seed=1)
    assert "De bedste i data er næppe de bedst mulige" in found[1].explain("da")
    with pytest.raises(ArgumentError) as caught:
        mb.efficiency(measured(UNITS), **options, returns="fdh")
    assert caught.value.code == "frontier.no_bootstrap"


def test_who_lacks_a_figure_is_not_judged() -> None:
    """Missing, withheld and a bound are three things; each is told, and nobody else's score changes but by their absence."""
    units: dict[str, tuple[float | None, ...]] = {
        **UNITS,
        "0161": (50.0, None),
        "0163": (None, 90.0),
        "0165": (70.0, 90.0),
    }
    more = {
        "status": {("spent", "0163"): "Q"},
        "qualifier": {("cases", "0165"): "at_least"},
    }
    found = mb.efficiency(measured(units, **more), inputs="spent", outputs="cases", period="2024")
    rows = {row.institution: row for row in found}
    assert [(rows[who].state, rows[who].reason, rows[who].lacking) for who in ("0161", "0163", "0165")] == [
        ("not_judged", "figure_missing", ("cases",)),
        ("not_judged", "figure_suppressed", ("spent",)),
        ("not_judged", "figure_one_sided", ("cases",)),
    ]
    assert rows["0161"].score is None
    assert rows["0161"].held_against is None
    assert "Der mangler tal: sager." in rows["0161"].explain("da")
    assert rows["0147"].score == pytest.approx(0.611111, abs=1e-6)
    assert rows["0147"].units == 7


def test_few_people_are_not_judged_when_asked() -> None:
    """``min_verdict`` sets the figure aside and says so."""
    ms = measured(UNITS, n={(code, who): 3 if who == "0101" else 30 for code in ("spent", "cases") for who in UNITS})
    found = mb.efficiency(ms, inputs="spent", outputs="cases", period="2024", min_verdict=10)
    assert found[0].reason == "figure_small_n"
    assert found[0].lacking == ("spent", "cases")


def test_no_output_and_no_input() -> None:
    """Zeros are figures; what cannot be scored has its own reason, never a score of 0."""
    units = {**UNITS, "0161": (50.0, 0.0), "0163": (0.0, 10.0)}
    crs = mb.efficiency(measured(units), inputs="spent", outputs="cases", period="2024", returns="crs")
    assert crs.row(institution="0161").reason == "no_positive_output"
    assert crs.row(institution="0163").reason == "zero_input"
    assert crs.row(institution="0161").score is None
    out = mb.efficiency(measured(units), inputs="spent", outputs="cases", period="2024", orientation="output")
    assert out.row(institution="0161").reason == "unbounded"
    for found in (crs, out):
        assert all(row.explain("da") and row.explain("en") for row in found)


def test_alone() -> None:
    """One unit has nobody to be held against."""
    found = mb.efficiency(measured({"0101": (1.0, 1.0)}), inputs="spent", outputs="cases", period="2024")
    assert found[0].reason == "no_peer"


def test_a_listed_group_and_its_absent_members(found: mb.Frontier) -> None:
    """Only the members are held against each other; one without figures has a row."""
    chosen = mb.efficiency(
        measured(UNITS), inputs="spent", outputs="cases", period="2024", peers=["0147", "0151", "0999"]
    )
    assert [row.institution for row in chosen] == ["0147", "0151", "0999"]
    assert chosen[2].reason == "figure_missing"
    assert chosen[0].peer_group == "listed"
    assert chosen[0].score != found[1].score
    with pytest.raises(UnknownCodeError):
        mb.efficiency(measured(UNITS), inputs="spent", outputs="cases", period="2024", peers="nobody")


def test_levels_do_not_meet() -> None:
    """The country is no peer of municipalities."""
    ms = measured({**UNITS, "DK": (2000.0, 900.0)})
    register = mb.Register.denmark()
    found = mb.efficiency(ms, inputs="spent", outputs="cases", period="2024", register=register)
    assert found.row(institution="DK").reason == "no_peer"
    assert found.row(institution="0147").units == 7


def test_another_period_and_a_part() -> None:
    """Nothing of another period is taken for this one."""
    found = mb.efficiency(measured(UNITS), inputs="spent", outputs="cases", period="2023", peers=["0101", "0147"])
    assert {row.reason for row in found} == {"figure_missing"}
    part = mb.efficiency(
        measured(UNITS), inputs="spent", outputs="cases", period="2024", breakdown="sex=M", peers=["0101", "0147"]
    )
    assert {row.reason for row in part} == {"figure_missing"}


@pytest.mark.parametrize("asked", [{"period": "1990"}, {"period": "2024-Q1"}, {"breakdown": "sex=M"}])
def test_what_nobody_has_a_figure_of_is_told(asked: dict[str, str]) -> None:
    """Without a group everybody is told that the figures are missing, rather than nothing."""
    found = mb.efficiency(measured(UNITS), **({"inputs": "spent", "outputs": "cases", "period": "2024"} | asked))
    assert [row.institution for row in found] == list(UNITS)
    assert {(row.state, row.reason, row.lacking) for row in found} == {
        ("not_judged", "figure_missing", ("spent", "cases"))
    }


def test_shares_are_not_scaled() -> None:
    """Refused where figures are scaled in proportion, flagged where they are mixed, fine among real units."""
    ms = measured({who: (spent, cases / 5) for who, (spent, cases) in UNITS.items()}, ("spent", "share"))
    for returns in ("crs", "nirs", "ndrs"):
        with pytest.raises(ArgumentError) as caught:
            mb.efficiency(ms, inputs="spent", outputs="share", period="2024", returns=returns)
        assert caught.value.code == "frontier.ratios"
    mixed = mb.efficiency(ms, inputs="spent", outputs="share", period="2024")
    assert all("ratios" in row.flags for row in mixed)
    assert {row.scale for row in mixed} == {None}
    real = mb.efficiency(ms, inputs="spent", outputs="share", period="2024", returns="fdh")
    assert not any("ratios" in row.flags for row in real)


def test_what_is_best_low_is_no_output() -> None:
    """Turning its sign would give another answer; it is refused."""
    ms = measured(UNITS, ("spent", "wait"))
    with pytest.raises(ArgumentError) as caught:
        mb.efficiency(ms, inputs="spent", outputs="wait", period="2024")
    assert caught.value.code == "frontier.output_direction"


def test_kinds_are_remarked_on(found: mb.Frontier) -> None:
    """An input that is no resource, an output that is one, and figures that nobody has described."""
    turned = mb.efficiency(measured(UNITS), inputs="cases", outputs="spent", period="2024")
    assert {"input_not_resource", "output_is_resource"} <= set(turned[0].flags)
    bare = measured(UNITS).to_pandas()
    unknown = mb.efficiency(mb.Measurements.from_pandas(bare), inputs="spent", outputs="cases", period="2024")
    assert "kinds_unknown" in unknown[0].flags
    assert not {"input_not_resource", "kinds_unknown"} & set(found[0].flags)


def test_many_figures_for_few_units_and_units_far_out(found: mb.Frontier) -> None:
    """Both are told: dimension, not merit; and a possible error in the figures."""
    few = {who: UNITS[who] for who in list(UNITS)[:5]}
    small = mb.efficiency(measured(few), inputs="spent", outputs="cases", period="2024")
    assert all("dimension" in row.flags for row in small)
    assert not any("dimension" in row.flags for row in found)
    assert [row.institution for row in found if "outlier" in row.flags] == ["0101", "0151"]
    strict = mb.efficiency(measured(UNITS), inputs="spent", outputs="cases", period="2024", outlier_above=1.3)
    assert [row.institution for row in strict if "outlier" in row.flags] == ["0101"]


def test_provisional_and_approximate_are_told() -> None:
    """A figure that may change, and one that is only known about."""
    ms = measured(UNITS, status={("spent", "0147"): "P"}, qualifier={("cases", "0151"): "approx"})
    found = mb.efficiency(ms, inputs="spent", outputs="cases", period="2024")
    assert "provisional" in found.row(institution="0147").flags
    assert "approximate" in found.row(institution="0151").flags
    assert "provisional" not in found.row(institution="0151").flags


SECRET = 61.5


@pytest.fixture(params=["small_n", "confidential"])
def hidden(request: pytest.FixtureRequest) -> tuple[str, mb.Frontier]:
    """A unit that would be everybody's peer, and may not be shown."""
    units = {**UNITS, "0161": (SECRET, 310.0)}
    if request.param == "small_n":
        more: dict[str, Any] = {"n": {("spent", "0161"): 3}}
    else:
        more = {"conf": {("spent", "0161"): "C"}}
    return request.param, mb.efficiency(measured(units, **more), inputs="spent", outputs="cases", period="2024")


def test_a_hidden_unit_is_on_nobodys_frontier(hidden: tuple[str, mb.Frontier], found: mb.Frontier) -> None:
    """Peers and targets would give its figures away; the others are scored as if it were not there, and say so."""
    _, with_hidden = hidden
    for row in found:
        other = with_hidden.row(institution=row.institution)
        assert (other.score, other.target_figures, other.held_against) == (
            row.score,
            row.target_figures,
            row.held_against,
        )
        assert (other.most_score, other.super_score, other.real_score) == (
            row.most_score,
            row.super_score,
            row.real_score,
        )
        assert "hidden_not_on_frontier" in other.flags
    own = with_hidden.row(institution="0161")
    assert own.score == pytest.approx(1)
    assert own.own_figures == (SECRET, 310.0)


def test_a_hidden_unit_is_not_shown(hidden: tuple[str, mb.Frontier]) -> None:
    """No figure of it is anywhere that people read, nor what is read off figures; a confidential verdict neither."""
    kind, found = hidden
    row = found.public().row(institution="0161")
    kept = {name: value for name, value in row.to_dict().items() if value is not None}
    assert not {
        "score",
        "own_figures",
        "target_figures",
        "held_against",
        "peer_weights",
        "dominated_by",
        "scale",
    } & set(kept)
    assert "returns_to_scale" not in kept
    assert (row.state == "not_judged") == (kind == "confidential")
    shown = "\n".join(
        (
            repr(found),
            found._repr_html_(),
            *(found.explain(lang) for lang in ("da", "en")),
            *map(repr, found),
            found.plot_data().to_string(),
            str(found.public().to_arrow().to_pylist()),
            found.shown("da").to_text(),
        )
    )
    assert str(SECRET) not in shown
    assert "61,5" not in shown
    assert "0161" not in found.units()[0]


def test_files_and_pickles(found: mb.Frontier) -> None:
    """A result comes back from each, lists and all."""
    assert mb.Frontier.from_json(found.to_json()) == found
    assert mb.Frontier.from_arrow(found.to_arrow()) == found
    assert pickle.loads(pickle.dumps(found)) == found
    assert mb.Frontier.from_json(found.to_json()).ladder("0147") == found.ladder("0147")
    assert json.loads(found[0].params)["returns"] == "vrs"


def test_shown_and_plotted(found: mb.Frontier) -> None:
    """The columns worth showing, and the numbers behind a plot."""
    text = found.shown("da").to_text()
    assert "holdt op mod" in text
    assert "bag fronten" in text
    assert found.plot_data()["value"].tolist() == [row.score for row in found]
    assert len(set(found.plot_data()["marker"])) == 3


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"inputs": []}, "frontier.sides"),
        ({"outputs": "spent"}, "frontier.sides"),
        ({"returns": "irs"}, "argument.choice"),
        ({"orientation": "both"}, "argument.choice"),
        ({"bootstrap": 1}, "argument.whole_number"),
        ({"bootstrap": True}, "argument.whole_number"),
        ({"bootstrap": 2.5}, "argument.whole_number"),
        ({"period": 2024}, "argument.period"),
        ({"inputs": 5}, "argument.ids"),
        ({"outputs": [5]}, "argument.ids"),
        ({"breakdown": None}, "argument.type"),
        ({"confidence": 1}, "argument.range"),
        ({"seed": -1}, "argument.whole_number"),
        ({"outlier_above": 0.5}, "argument.at_least"),
    ],
)
def test_wrong_options(options: dict[str, Any], code: str) -> None:
    """Each is told before anything is computed."""
    with pytest.raises(ArgumentError) as caught:
        mb.efficiency(measured(UNITS), **({"inputs": "spent", "outputs": "cases", "period": "2024"} | options))
    assert caught.value.code == code
    assert caught.value.text("da")


def test_an_unknown_indicator() -> None:
    """It is named, with the nearest one."""
    with pytest.raises(UnknownCodeError, match="spent"):
        mb.efficiency(measured(UNITS), inputs="spnt", outputs="cases", period="2024")


def test_every_reason_and_flag_has_words() -> None:
    """Whatever the kernels say of a unit can be said in a sentence."""
    for reason in (
        *(
            "no_peer",
            "negative_input",
            "zero_input",
            "negative_output",
            "no_positive_output",
            "unbounded",
            "infeasible",
        ),
        *("not_certified", "figure_missing", "figure_suppressed", "figure_one_sided", "figure_small_n"),
    ):
        assert f"not_judged.{reason}" in texts.codes()
    for flag in (
        "approximate",
        "dimension",
        "hidden_not_on_frontier",
        "mixed_sources",
        "outlier",
        "outside_range",
        "ratios",
    ):
        assert f"flag.{flag}" in texts.codes()
