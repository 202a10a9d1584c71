"""Who is stably among the best: selection and proof by hand, what chance alone gives, and who takes no part."""

from __future__ import annotations

import pickle
import re
import tomllib
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib import stats
from maalbib.analysis._exemplar_proof import Rules, proved, selected

SCORE = mb.Indicator(id="S", name=mb.Text(da="Tilfredshed", en="Satisfaction"), unit="score", direction="higher")
DENSITY = mb.Indicator(id="D", name=mb.Text(da="Tæthed", en="Density"), unit="score", direction="context")
TEXTS = Path(mb.__file__).parent / "texts"
SNAPSHOT = Path(__file__).parent / "snapshots" / "exemplars.txt"
Z = 1.959963984540054
YEARS = ("2019", "2020", "2021", "2022")
EARLY, LATE = YEARS[:2], YEARS[2:]


def code_of(place: int) -> str:
    """The code of a unit."""
    return f"U{place:03}"


def measured(values: Any, errors: Any = 1.0, *indicators: mb.Indicator, **columns: Any) -> mb.Measurements:
    """Measurements of (units, years); NaN is left out."""
    values = np.asarray(values, dtype=float)
    errors = np.broadcast_to(errors, values.shape)
    rows = [
        {
            "indicator": "S",
            "institution": code_of(unit),
            "period": YEARS[year],
            "value": values[unit, year],
            "lower": values[unit, year] - Z * errors[unit, year],
            "upper": values[unit, year] + Z * errors[unit, year],
        }
        for unit in range(len(values))
        for year in range(values.shape[1])
        if np.isfinite(values[unit, year])
    ]
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[*(indicators or (SCORE,)), DENSITY])
    return mb.Measurements.from_pandas(pd.DataFrame(rows).assign(**columns), catalogue=catalogue)


def best(ms: mb.Measurements, **options: Any) -> mb.Exemplars:
    """The best three, with few draws."""
    given: dict[str, Any] = {"n": 3, "select": EARLY, "confirm": LATE, "draws": 400, "simulations": 400}
    return mb.best_practice(ms, **(given | options))


def world(seed: int, units: int = 16, spread: float = 2.0, noise: float = 1.0) -> Any:
    """Values of units whose true levels stay as they are."""
    rng = np.random.default_rng(seed)
    return 50 + spread * rng.normal(size=(units, 1)) + noise * rng.normal(size=(units, 4))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), lower=st.booleans())
def test_selection_and_proof_by_hand(seed: int, lower: bool) -> None:  # noqa: FBT001 - drawn
    """Period by period: the set of places, the shrunk value, how many periods, and whether it held."""
    rng = np.random.default_rng(seed)
    values, errors = world(seed), rng.uniform(0.5, 2, size=(16, 4))
    values[0, 1] = values[1, 2] = np.nan
    own = attrs.evolve(SCORE, direction="lower" if lower else "higher")
    found = {row.institution: row for row in best(measured(values, errors, own), min_periods=1, min_confirm=1)}
    sign = -1 if lower else 1
    shown, likely, held = np.zeros(16, int), np.zeros(16, int), np.zeros(16, int)
    for year in range(4):
        x = sign * values[:, year]
        shrunk = stats.shrinkage(x, errors[:, year], interval="none").shrunk
        among = np.array([np.sum(shrunk >= shrunk[unit]) <= 3 and np.isfinite(x[unit]) for unit in range(16)])
        if year >= 2:
            held += among
            continue
        sets = stats.rank_sets(x, errors[:, year], draws=400)
        shown += sets.upper <= 3
        likely += (sets.upper <= 3) | ((sets.lower <= 3) & among)
    for unit in range(16):
        row = found[code_of(unit)]
        assert (row.shown, row.likely, row.confirm_held) == (shown[unit], likely[unit], held[unit])
        grade = "shown" if shown[unit] else "likely" if likely[unit] else None
        assert row.grade == grade
        if grade is None:
            assert (row.state, row.reason) == ("not_selected", "not_among_best")
        elif held[unit]:
            assert (row.state, row.reason) == ("exemplar", f"{grade}_and_held")
        else:
            assert (row.state, row.reason) == ("fell_back", f"{grade}_before")
        assert row.value == pytest.approx(np.nanmean(values[unit, :2]))
        assert row.selected == sum(likely > 0)
        assert row.held == sum((likely > 0) & (held > 0))


def test_leads_are_weighted_over_periods_and_shrunk() -> None:
    """How much better than the mean of each period, by how sure it is; the shrunk one is what to expect."""
    values, errors = world(3), np.array([[1.0, 2.0, 1.0, 1.0]])
    found = best(measured(values, errors))
    middle = [stats.shrinkage(values[:, year], errors[0, year], interval="none").target[0] for year in range(2)]
    lead = (values[:, 0] - middle[0]) * 0.8 + (values[:, 1] - middle[1]) * 0.2
    shrunk = stats.shrinkage(lead, np.sqrt(1 / 1.25), interval="none")
    assert [row.lead for row in found] == pytest.approx(lead.tolist())
    assert [row.shrunk_lead for row in found] == pytest.approx(shrunk.shrunk.tolist())
    assert [row.reliability for row in found] == pytest.approx(shrunk.reliability.tolist())


def simulated(boards: int, *, stays: bool) -> tuple[float, float, float]:
    """How many hold on average, how many were to be expected to, and how many by chance alone."""
    rng = np.random.default_rng(1)
    rules = Rules(best=4, min_periods=1, min_confirm=1, confidence=0.95, seed=0, draws=200, simulations=300)
    errors = np.ones((20, 3))
    totals = np.zeros(3)
    for _ in range(boards):
        level = 1.5 * rng.normal(size=(20, 1))
        later = level if stays else 1.5 * rng.normal(size=(20, 1))
        values = np.hstack([level + rng.normal(size=(20, 2)), later + rng.normal(size=(20, 1))])
        selection = selected(values[:, :2], errors[:, :2], rules)
        proof = proved(selection, values[:, 2:], errors[:, 2:], rules)
        if proof.tried.any():
            totals += proof.kept.sum(), proof.expected, proof.chance
    return tuple((totals / boards).tolist())


def test_where_levels_stay_as_many_hold_as_expected() -> None:
    """Over many boards the number that held is the one that was expected, and far above chance."""
    held, expected, chance = simulated(150, stays=True)
    assert held == pytest.approx(expected, rel=0.1)
    assert held > 2 * chance


def test_where_later_levels_have_nothing_to_do_with_earlier_ones_chance_decides() -> None:
    """Over many boards the number that held is that of chance, and far below the expected one."""
    held, expected, chance = simulated(150, stays=False)
    assert held == pytest.approx(chance, rel=0.2)
    assert held < expected / 1.8


def test_where_nothing_differs_nobody_is_shown() -> None:
    """Noise alone: nobody is shown to be among the best, and few are likely in both periods."""
    likely = 0
    for seed in range(20):
        found = best(measured(world(seed, spread=0.0)), draws=200, simulations=100)
        assert not any(row.grade == "shown" for row in found)
        likely += sum(row.grade == "likely" for row in found)
    assert likely <= 16


def test_the_best_fall_back_towards_what_was_expected() -> None:
    """Regression to the mean: the lead of those selected is larger than it is later, and the shrunk one tells how much."""
    leads: list[Any] = []
    for seed in range(40):
        row = best(measured(world(seed, spread=1.0)), min_periods=1, min_confirm=1, draws=200, simulations=100)[0]
        if row.tried:
            leads.append((row.selected_lead, row.expected_lead, row.confirmed_lead))
    before, expected, after = np.mean(leads, axis=0)
    assert before > after
    assert after == pytest.approx(expected, abs=0.25)


def test_summary_says_how_many_held_and_how_many_would_have() -> None:
    """In words, in both languages, with regression to the mean; without proof, that there was none."""
    found = best(measured(world(5, spread=4)))
    row = found[0]
    assert row.tried > 0
    text = found.summary("en")
    assert f"{row.held} of {row.tried} held" in text
    assert f"{row.expected_held:.1f} can be expected" in text
    assert f"by chance alone {row.chance_held:.1f}" in text
    assert "regression to the mean" in text
    assert "regression mod gennemsnittet" in found.summary("da")
    without = best(measured(world(5, spread=4)), confirm=())
    assert {row.state for row in without} == {"candidate", "not_selected"}
    assert "proof" not in without.summary("en")
    assert without[0].expected_held is without[0].confirmed_lead is None


def test_every_state_has_a_sentence() -> None:
    """Shown and likely, held and not, in both languages and without a cause."""
    table = tomllib.loads((TEXTS / "attention.toml").read_text(encoding="utf-8"))
    values = world(5, spread=4)
    values[np.argmax(values[:, 0]), 2:] = 30
    found = best(measured(values), min_periods=1, min_confirm=1)
    seen = {f"{row.state}.{row.reason}" for row in found}
    assert {"not_selected.not_among_best"} < seen
    assert any(code.startswith("fell_back.") for code in seen)
    for row in found:
        for lang in ("da", "en"):
            said = row.explain(lang)
            assert "{" not in said
            assert "–" not in said.split(": ", 1)[1]
            assert not [word for word in ("fordi", "because", "skyldes") if word in said]
    for state, words in {"exemplar": ("_and_held",), "fell_back": ("_before",), "candidate": ("",)}.items():
        assert all(f"{state}.{grade}{word}" in table for grade in ("shown", "likely") for word in words)


# Who takes no part.


def test_a_unit_whose_figures_may_not_be_shown_takes_no_part() -> None:
    """However good: it is not placed, nobody's place knows of it, and its figures are not there."""
    results = []
    for shift in (0.0, 40.0):
        values = world(5, spread=3)
        values[0] += shift
        people = np.repeat([3.0] + [100.0] * 15, 4)
        found = best(measured(values, n=people))
        row = found[0]
        assert (row.state, row.reason, row.grade) == ("not_judged", "small_n", None)
        assert row.value is row.lead is row.rank_lower is row.confirm_value is row.confirm_lead is None
        assert row.units == 15
        results.append(found)
    assert results[0] == results[1]
    assert results[0].public() == results[0]
    confidential = best(measured(world(5), conf=["C"] * 4 + ["F"] * 60))
    assert confidential[0].reason == "confidential"


def test_what_cannot_be_placed_says_why() -> None:
    """No uncertainty, no direction, too few periods, nobody else."""
    values = world(5)
    exact = measured(values).to_pandas().drop(columns=["lower", "upper"])
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SCORE])
    assert {row.reason for row in best(mb.Measurements.from_pandas(exact, catalogue=catalogue))} == {
        "uncertainty_missing"
    }
    assert {row.reason for row in best(measured(values, 1.0, attrs.evolve(SCORE, direction="context")))} == {
        "no_direction"
    }
    values[0, 1] = np.nan
    values[1, :2] = np.nan
    found = best(measured(values))
    assert (found[0].state, found[0].reason, found[0].judged) == ("not_judged", "too_few_observations", 1)
    assert found[1].reason == "no_data"
    assert best(measured(values), min_periods=1)[0].state != "not_judged"
    alone = best(measured(values[5:6]))
    assert (alone[0].state, alone[0].reason, alone[0].grade) == ("not_judged", "all_are_best", None)


def test_where_no_more_units_are_placed_than_make_up_the_best_nobody_is_selected() -> None:
    """All of them would be among the best, which says nothing, and the summary says that instead of "0 of 0"."""
    found = best(measured(world(5)[:3]))
    assert {(row.state, row.reason) for row in found} == {("not_judged", "all_are_best")}
    words = {"da": "der er ikke flere at vælge imellem", "en": "there are no more to choose from"}
    for lang, said in words.items():
        assert said in found[0].explain(lang)
        assert said in found.summary(lang)
        assert not re.search(r"\b0\b", found.summary(lang))
    assert {row.state for row in best(measured(world(5)[:3]), n=2)} <= {"exemplar", "fell_back", "not_selected"}


def test_a_unit_without_later_values_is_not_put_to_proof() -> None:
    """It is a candidate, and counts neither as held nor as fallen back."""
    values = world(5, spread=4)
    top = int(np.argmax(values[:, :2].min(axis=1)))
    values[top] += 10
    values[top, 3] = np.nan
    found = best(measured(values))
    row = found.row(institution=code_of(top))
    assert (row.state, row.reason) == ("candidate", "shown")
    assert row.probability is None
    assert row.selected == row.tried + 1
    assert best(measured(values), min_confirm=1).row(institution=code_of(top)).state == "exemplar"


def test_a_break_in_between_is_told_and_moves_nobody() -> None:
    """Periods are only compared within themselves; a shift of everybody's values changes nothing."""
    values = world(5, spread=3)
    shifted = values + np.array([0, 0, 25.0, 25.0])
    broken = attrs.evolve(SCORE, breaks=[mb.Break(period="2021", kind="method")])
    whole, cut = best(measured(values)), best(measured(shifted, 1.0, broken))
    assert [row.state for row in whole] == [row.state for row in cut]
    assert {row.flags for row in cut} == {("break_between",)}
    assert {row.flags for row in whole} == {()}
    assert "brudt undervejs" in cut.explain()


def test_values_may_be_adjusted_for_conditions() -> None:
    """A unit that is good given its conditions is selected; one that is good for them alone is not."""
    rng = np.random.default_rng(2)
    density = rng.uniform(0, 10, size=20)
    values = 50 + 4 * density[:, None] + 0.5 * rng.normal(size=(20, 4))
    low = int(np.argsort(density)[5])
    values[low] += 8
    ms = measured(values, 0.5).to_pandas()
    context = pd.DataFrame(
        {"indicator": "D", "institution": [code_of(k) for k in range(20)], "period": "2019", "value": density}
    )
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SCORE, DENSITY])
    both = mb.Measurements.from_pandas(pd.concat([ms, context], ignore_index=True), catalogue=catalogue)
    plain = best(both, indicators="S", n=1)
    adjusted = best(both, n=1, conditions="D", conditions_period="2019")
    assert {row.indicator for row in adjusted} == {"S"}
    assert plain.row(institution=code_of(low)).grade is None
    assert adjusted.row(institution=code_of(low)).state == "exemplar"
    assert [row.institution for row in adjusted if row.grade] == [code_of(low)]


# The call and the result.


def test_selection_and_proof_must_be_different_periods() -> None:
    """The same period cannot do both; nor can periods of different lengths."""
    ms = measured(world(1))
    for options, code in (
        ({"confirm": ["2020"]}, "exemplars.periods"),
        ({"confirm": ["2021-Q1"]}, "exemplars.periods"),
        ({"select": []}, "exemplars.no_period"),
        ({"n": 0}, "argument.whole_number"),
        ({"min_periods": 3}, "argument.range"),
        ({"min_confirm": 0}, "argument.whole_number"),
    ):
        with pytest.raises(mb.ArgumentError) as caught:
            best(ms, **options)
        assert caught.value.code == code
    for argument in ("select", "confirm"):
        with pytest.raises(mb.ArgumentError, match=f"{argument} must be a period as text"):
            best(ms, **{argument: 2021})
    with pytest.raises(mb.ArgumentError, match="conditions_period must be a period as text"):
        best(ms, conditions_period=2021)
    with pytest.raises(mb.ArgumentError, match=r"of the same length\. These are not: 2019, 2020, 2021-Q1\."):
        best(ms, confirm="2021-Q1")
    lists = mb.ListedPeers(id="own", name=mb.Text(da="egne"), lists={code_of(0): [code_of(1)]})
    with pytest.raises(mb.ArgumentError) as caught:
        best(ms, peers=lists)
    assert caught.value.code == "peers.one_group"


def test_the_same_seed_gives_the_same_whatever_else_is_asked() -> None:
    """Rows of an indicator do not depend on the others, nor on their order."""
    values = world(9, spread=3)
    first = best(measured(values))
    assert first == best(measured(values))
    other = measured(values).to_pandas().assign(indicator="T")
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SCORE, attrs.evolve(SCORE, id="T")])
    both = mb.Measurements.from_pandas(pd.concat([other, measured(values).to_pandas()]), catalogue=catalogue)
    again = best(both)
    assert [row.state for row in again.where(indicator="S")] == [row.state for row in first]
    assert [row.probability for row in again.where(indicator="T")] == [row.probability for row in first]
    assert {row.number for row in again} == {0, 1}
    assert len(again.summary().splitlines()) == 2


def test_a_group_may_be_listed() -> None:
    """Only its members are placed, among each other."""
    found = best(measured(world(9)), peers=[code_of(place) for place in range(6)], n=2)
    assert [row.institution for row in found] == [code_of(place) for place in range(6)]
    assert {row.units for row in found} == {6}


def test_it_is_a_result_like_any_other() -> None:
    """Files, pickles, shown tables and plots."""
    found = best(measured(world(5, spread=3)))
    assert mb.Exemplars.from_json(found.to_json()) == found
    assert mb.Exemplars.from_arrow(found.to_arrow()) == found
    assert pickle.loads(pickle.dumps(found)) == found
    assert found.plot_data()["value"].tolist() == [row.lead for row in found]
    assert "stably" in found.shown("en").to_text()
    assert "<table" in found._repr_html_()
    assert found[:0].summary() == ""


def test_columns_only_grow() -> None:
    """Every column of the snapshot is still there, in its order and of its type."""
    lines = [f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in mb.schemas.EXEMPLARS]
    assert lines == SNAPSHOT.read_text(encoding="utf-8").splitlines()
