"""What needs a look: every reason held against the verbs it rests on, chance, secrecy, and what cannot be judged."""

from __future__ import annotations

import json
import pickle
import tomllib
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

import maalbib as mb
from maalbib.analysis._attention_findings import _REFUSALS, obstacle_of
from maalbib.analysis._attention_options import CHECKS, FINDINGS, OBSTACLES

SCORE = mb.Indicator(
    id="S", name=mb.Text(da="Tilfredshed", en="Satisfaction"), unit="score", direction="higher", aggregation="mean"
)
TEXTS = Path(mb.__file__).parent / "texts"
SNAPSHOTS = Path(__file__).parent / "snapshots"
YEARS = tuple(range(2015, 2025))
ALONE: tuple[Any, ...] = ("level_against_peers", "trend", "gap", "rank_set", "unusual_among_peers")


def catalogue(*indicators: mb.Indicator, **parts: Any) -> mb.Catalogue:
    """A catalogue of some indicators, the score where none are given."""
    return mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=indicators or (SCORE,), **parts)


def code_of(place: int) -> str:
    """The code of a unit."""
    return f"U{place:03}"


def board(
    values: Any, error: float | Any = 1.0, *, indicator: str = "S", years: tuple[int, ...] = YEARS, **columns: Any
) -> pd.DataFrame:
    """Values of (units, years) with 95 % limits; NaN is left out."""
    values = np.asarray(values, dtype=float)
    errors = np.broadcast_to(error, values.shape)
    rows = [
        {
            "indicator": indicator,
            "institution": code_of(unit),
            "period": str(years[year]),
            "value": values[unit, year],
            "lower": values[unit, year] - 1.959963984540054 * errors[unit, year],
            "upper": values[unit, year] + 1.959963984540054 * errors[unit, year],
            **columns,
        }
        for unit in range(values.shape[0])
        for year in range(values.shape[1])
        if np.isfinite(values[unit, year])
    ]
    return pd.DataFrame(rows)


def measured(frame: pd.DataFrame, *indicators: mb.Indicator, **parts: Any) -> mb.Measurements:
    """Measurements with their catalogue."""
    return mb.Measurements.from_pandas(frame, catalogue=catalogue(*indicators, **parts))


def listed(frame: pd.DataFrame, *indicators: mb.Indicator, period: str = "2024", **options: Any) -> mb.AttentionList:
    """The list of a frame, with few draws."""
    parts = {name: options.pop(name) for name in ("targets_of",) if name in options}
    ms = measured(frame, *indicators, targets=parts.get("targets_of", ()))
    given: dict[str, Any] = {"draws": 500, "checks": ALONE} | options
    return mb.attention_list(ms, period=period, **given)


def noise(units: int = 12, seed: int = 0, years: int = 10) -> Any:
    """Values of units that do not differ and do not move."""
    return 50 + np.random.default_rng(seed).normal(size=(units, years))


def reason_of(found: Any, unit: int, rule: str) -> Any:
    """What a check says of a unit."""
    return found.reasons(every=True).row(institution=code_of(unit), rule=rule)


# What a list says, from the verbs by hand.


def slow_q(p_values: list[float], alpha: float) -> list[bool]:
    """Which p stand after Benjamini and Hochberg, by the definition: all up to the largest with p <= rank / m * alpha."""
    ordered = sorted(p_values)
    last = max((p for place, p in enumerate(ordered, 1) if p <= place / len(ordered) * alpha + 1e-15), default=-1.0)
    return [p <= last for p in p_values]


def slow_partial(x: list[float], error: float, unit: int) -> float:
    """The p of lying behind, or ahead of, three quarters of the others."""
    last = len(x) // 4
    sides: list[float] = []
    for way in (1, -1):
        each = sorted(
            scipy_stats.norm.cdf(-way * (x[k] - x[unit]) / np.hypot(error, error)) for k in range(len(x)) if k != unit
        )
        sides.append(float(last * each[len(x) - last - 1]))
    return min(1.0, 2 * min(sides))


@settings(max_examples=7, deadline=None)
@given(seed=st.integers(0, 10_000), direction=st.sampled_from(["higher", "lower"]))
def test_the_list_is_what_the_verbs_say_one_by_one(seed: int, direction: str) -> None:
    """Every side, p and verdict, from the results of the verbs row by row and the procedure by its definition."""
    rng = np.random.default_rng(seed)
    values = noise(8, seed) + rng.normal(size=(8, 1)) * 2 + rng.normal(size=(8, 1)) * np.arange(10) * 0.2
    own = attrs.evolve(SCORE, direction=direction)
    ms = measured(board(values), own)
    found: Any = mb.attention_list(ms, period="2024", checks=ALONE, draws=500)
    standings: Any = {row.institution: row for row in mb.compare_peers(ms, period="2024", ranks=True, draws=500)}
    trends: Any = {row.institution: row for row in mb.detect_trends(ms)}
    gaps: Any = {row.institution: row for row in mb.compare_gaps(ms, periods=("2023", "2024"))}
    z = scipy_stats.norm.isf(0.025)
    expected: dict[tuple[str, str], tuple[int, float]] = {}
    for unit, standing in standings.items():
        words = {"better": 1, "improving": 1, "worse": -1, "declining": -1}
        expected[unit, "level_against_peers"] = words.get(standing.state, 0), standing.p_value
        expected[unit, "trend"] = words.get(trends[unit].state, 0), trends[unit].p_value
        change = gaps[unit]
        reach = change.gap_change - change.gap_change_lower
        expected[unit, "gap"] = (
            words.get(change.state, 0),
            2 * scipy_stats.norm.sf(z * abs(change.gap_change) / reach),
        )
        side = -1 if standing.rank_lower > 6 else 1 if standing.rank_upper <= 2 else 0
        x = [(1 if direction == "higher" else -1) * standings[code_of(k)].value for k in range(8)]
        expected[unit, "rank_set"] = side, slow_partial(x, 1.0, int(unit[1:]))
        wide = np.hypot(standing.gap - standing.gap_lower, z * standing.spread)
        good = (standing.gap > 0) == (direction == "higher")
        side = (1 if good else -1) if abs(standing.gap) > wide else 0
        expected[unit, "unusual_among_peers"] = side, 2 * scipy_stats.norm.sf(z * abs(standing.gap) / wide)
    keys = list(expected)
    stands = dict(zip(keys, slow_q([expected[key][1] for key in keys], 0.05), strict=True))
    rows = {(row.institution, row.rule): row for row in found.reasons(every=True)}
    assert set(rows) == set(keys)
    states = {1: "worth_learning_from", -1: "needs_a_look", 0: "nothing_found"}
    for key, (side, p_value) in expected.items():
        row = rows[key]
        assert row.p_value == pytest.approx(p_value, rel=1e-9, abs=1e-15)
        assert row.unadjusted_state == states[side]
        assert row.state == (states[side] if stands[key] else "nothing_found")
        if side:
            assert row.reason == (FINDINGS[row.rule][int(side > 0)] if stands[key] else "lost_to_multiplicity")
    for row in found:
        mine = [rows[row.institution, rule] for rule in ALONE]
        assert row.reasons == tuple(each.reason for each in mine if each.state == "needs_a_look")
        assert row.strengths == tuple(each.reason for each in mine if each.state == "worth_learning_from")
        assert len(row.lost) == sum(each.reason == "lost_to_multiplicity" for each in mine)
        both = bool(row.reasons), bool(row.strengths)
        word = {(True, True): "both", (True, False): "needs_a_look", (False, True): "worth_learning_from"}
        assert row.state == word.get(both, "nothing_found")
        assert row.checked == 5


def test_where_nothing_differs_flags_are_as_many_as_chance_gives() -> None:
    """Over many boards of units that neither differ nor move: what each check finds by itself, and what is left."""
    boards, units = 30, 20
    indicators = [attrs.evolve(SCORE, id=f"I{place}") for place in range(boards)]
    frame = pd.concat([board(noise(units, seed=place), indicator=f"I{place}") for place in range(boards)])
    found = listed(frame, *indicators, draws=400, family="indicator")
    by_chance = found.by_chance()
    reasons = found.reasons(every=True)
    table = reasons.to_pandas()
    raw = table[table["unadjusted_state"] != "nothing_found"].groupby("rule").size()
    tests = boards * units
    for rule, share in (("level_against_peers", 0.05), ("gap", 0.05), ("trend", 0.0466)):
        assert raw[rule] == pytest.approx(tests * share, abs=4 * np.sqrt(tests * share))
    assert raw["unusual_among_peers"] <= 0.05 * tests
    assert raw.get("rank_set", 0) <= 4
    assert by_chance.total == pytest.approx(found.expected_false()) == pytest.approx(table["chance"].sum())
    assert raw.sum() <= by_chance.total + 4 * by_chance.total_sd
    assert raw.sum() >= by_chance.total - 6 * by_chance.total_sd
    with_any = {row.indicator for row in found if row.reasons or row.strengths}
    assert len(with_any) <= 0.05 * boards + 3 * np.sqrt(0.05 * boards)


def test_a_unit_that_is_worse_and_falls_behind_is_found_for_each_reason() -> None:
    """One unit far behind and falling, one far ahead and rising: all five reasons each, and both ways round."""
    values = noise(12, seed=3)
    slope = np.linspace(0, 12, 10)
    values[0] -= 3 + slope
    values[1] += 3 + slope
    values[0, -1] -= 8
    values[1, -1] += 8
    for direction in ("higher", "lower"):
        sign = 1 if direction == "higher" else -1
        frame = board(100 + sign * (values - 100))
        found = listed(frame, attrs.evolve(SCORE, direction=direction))
        worse, better = found.row(institution=code_of(0)), found.row(institution=code_of(1))
        assert worse.state == "needs_a_look"
        assert better.state == "worth_learning_from"
        wanted = [FINDINGS[check] for check in CHECKS if check in ALONE and check != "unusual_among_peers"]
        assert worse.reasons[: len(wanted)] == (*(pair[0] for pair in wanted[:3]), "rank_set_in_worst_quarter")
        assert better.strengths[: len(wanted)] == (*(pair[1] for pair in wanted[:3]), "rank_set_in_best_quarter")


def test_an_outlier_among_units_that_differ_is_unusual() -> None:
    """Another question than whether it differs from the mean: most do, and one lies out."""
    rng = np.random.default_rng(1)
    level = rng.normal(size=(40, 1)) * 3
    level[0] = -30
    found = listed(board(50 + level + 0.3 * rng.normal(size=(40, 1)), 0.3, years=(2024,)), draws=200)
    assert sum("level_worse_than_peers" in row.reasons for row in found) > 5
    assert [row.institution for row in found if "unusual_among_peers" in row.reasons] == [code_of(0)]
    assert not [row for row in found if "unusually_good_among_peers" in row.strengths]


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_turning_the_direction_turns_the_list(seed: int) -> None:
    """With negated values and the other direction the same is found."""
    rng = np.random.default_rng(seed)
    values = noise(9, seed, years=5) + 2 * rng.normal(size=(9, 1))
    kept: dict[str, Any] = {"years": YEARS[-5:]}
    up, down = (
        listed(board(values, **kept), draws=300),
        listed(board(-values, **kept), attrs.evolve(SCORE, direction="lower"), draws=300),
    )
    assert [(row.reasons, row.strengths, row.lost) for row in up] == [
        (row.reasons, row.strengths, row.lost) for row in down
    ]


# Chance.


def test_the_p_of_a_quarter_holds_its_level() -> None:
    """Among equal units, also very unequally sure ones, a unit's p is seldom small."""
    rng = np.random.default_rng(5)
    errors = np.geomspace(0.2, 5, 12)[:, None]
    indicators = [attrs.evolve(SCORE, id=f"I{place}") for place in range(60)]
    frame = pd.concat(
        [
            board(50 + errors * rng.normal(size=(12, 1)), errors, years=(2024,), indicator=each.id)
            for each in indicators
        ]
    )
    found = listed(frame, *indicators, checks="rank_set", draws=100)
    p_values = found.reasons(every=True).to_pandas()["p_value"]
    for level in (0.01, 0.05, 0.2):
        assert (p_values <= level).mean() <= level + 3 * np.sqrt(level / len(p_values))


def test_families_and_methods_of_correction() -> None:
    """A finding among few others may stand that is lost among many; without correction nothing is."""
    values = noise(10, seed=8)
    values[0, -1] += 4.4
    other = attrs.evolve(SCORE, id="T")
    frame = pd.concat([board(values), *[board(noise(10, seed=9), indicator="T")]])
    two: dict[str, Any] = {"checks": ("level_against_peers", "gap")}
    kept = {
        (family, adjust): reason_of(
            listed(frame, SCORE, other, family=family, adjust=adjust, **two).where(indicator="S"),
            0,
            "level_against_peers",
        )
        for family in ("all", "check", "indicator", "institution")
        for adjust in ("benjamini_hochberg", "bonferroni", "holm")
    }
    for (family, adjust), row in kept.items():
        assert row.family == family
        assert row.q_value >= row.p_value
        assert json.loads(row.params)["adjust"] == adjust
        if adjust == "bonferroni":
            assert row.q_value == pytest.approx(min(1.0, row.p_value * row.family_size))
    sizes = {family: kept[family, "holm"].family_size for family in ("all", "check", "indicator", "institution")}
    assert sizes == {"all": 40, "check": 20, "indicator": 20, "institution": 4}
    loose = listed(frame, SCORE, other, correct=False, **two)
    assert not any(row.lost for row in loose)
    assert sum(len(row.reasons) + len(row.strengths) for row in loose) == len(loose.reasons())
    assert "ikke korrigeret" in loose.summary()
    assert "probability that even one" in listed(frame, SCORE, other, adjust="holm", **two).summary("en")


def test_the_raw_verdict_does_not_depend_on_what_else_is_looked_at() -> None:
    """Only the adjusted one does."""
    other = attrs.evolve(SCORE, id="T")
    values = noise(10, seed=4)
    frame = board(values)
    alone = listed(frame).reasons(every=True)
    beside = (
        listed(pd.concat([frame, board(noise(7, seed=2), indicator="T")]), SCORE, other)
        .where(indicator="S")
        .reasons(every=True)
    )
    columns = [
        "institution",
        "rule",
        "unadjusted_state",
        "value",
        "lower",
        "upper",
        "threshold",
        "p_value",
        "chance",
        "verdict",
    ]
    pd.testing.assert_frame_equal(alone.to_pandas()[columns], beside.to_pandas()[columns])


def test_the_order_of_rows_and_the_number_of_runs_change_nothing() -> None:
    """The same list from shuffled measurements, and again."""
    frame = board(noise(10, seed=4) + np.linspace(-3, 3, 10)[:, None])
    first = listed(frame)
    assert first == listed(frame.sample(frac=1, random_state=1))
    assert first.reasons(every=True) == listed(frame).reasons(every=True)


def test_summary_says_how_many_chance_alone_would_give() -> None:
    """In words, with the spread, in both languages; it counts what stands."""
    values = noise(10, seed=4)
    values[0, -1] -= 20
    found = listed(board(values))
    reasons = found.reasons(every=True)
    tested = sum(row.p_value is not None for row in reasons)
    kept = sum(row.state in {"needs_a_look", "worth_learning_from"} for row in reasons)
    chance = found.by_chance()
    text = found.summary("en")
    assert f"{tested} tests, each by itself" in text
    assert f"about {chance.total:.1f} (standard deviation at least {chance.total_sd:.1f}" in text
    assert f"Left when corrected for all that was checked: {kept};" in text
    assert "ville tilfældet alene give omkring" in found.summary("da")


# What may not be shown.


def with_people(values: Any, people: list[int]) -> pd.DataFrame:
    """A board whose units rest on so many people."""
    frame = board(values)
    return frame.assign(n=[float(people[int(code[1:])]) for code in frame["institution"]])


def test_a_hidden_value_never_becomes_a_flag() -> None:
    """Too few people: however far out, nothing is found, and the row says why; confidential the same."""
    for column, word in (({"n": 3.0}, "small_n"), ({"conf": "C"}, "confidential")):
        lists = []
        for shift in (0.0, -60.0, 60.0):
            values = noise(10, seed=1)
            values[0] += shift
            frame = board(values)
            own = frame["institution"] == code_of(0)
            for name, value in column.items():
                frame[name] = np.where(own, value, 100.0 if name == "n" else "F")
            found = listed(frame)
            row = found.row(institution=code_of(0))
            assert (row.state, row.reason, row.reasons, row.lost, row.hidden) == ("not_judged", word, (), (), word)
            assert found.public().row(institution=code_of(0)).value is None
            said = found.explain("en").splitlines()[0]
            assert "Not judged" in said
            assert "50" not in said
            lists.append(found)
        shown = [
            [
                (row.state, row.reasons, row.strengths, row.lost, row.obstacles)
                for row in found
                if row.institution != code_of(0)
            ]
            for found in lists
        ]
        assert shown[0] == shown[1] == shown[2]
        figures = [
            [row.to_dict() for row in found.reasons(every=True) if row.institution == code_of(0)] for found in lists
        ]
        assert figures[0] == figures[1] == figures[2]


def test_kept_hidden_values_are_for_internal_use_and_decide_nothing_that_is_shown() -> None:
    """They are judged; what is shown withholds the verdict and its reasons, and q of the others does not know them."""
    values = noise(10, seed=1)
    values[0] -= 60
    frame = with_people(values, [3, *[100] * 9])
    kept, left = listed(frame, hidden="keep"), listed(frame)
    row = kept.row(institution=code_of(0))
    assert row.state == "needs_a_look"
    assert "level_worse_than_peers" in row.reasons
    shown = kept.public().row(institution=code_of(0))
    assert (shown.state, shown.reason, shown.reasons, shown.obstacles, shown.value) == (
        "not_judged",
        "confidential",
        (),
        ("confidential",),
        None,
    )
    assert row.public() == shown
    assert "worse" not in row.explain("en")
    assert "worse" in row.explain("en", internal=True)
    for each in kept.public().reasons(every=True).where(institution=code_of(0)):
        assert (each.state, each.reason, each.unadjusted_state, each.verdict) == (
            "not_judged",
            "confidential",
            "not_judged",
            "",
        )
        assert each.value is each.p_value is each.q_value is each.threshold is None
        assert each.public() == each
    others = [
        [(row.rule, row.q_value, row.state) for row in found.reasons(every=True) if row.institution != code_of(0)]
        for found in (kept, left)
    ]
    assert others[0] == others[1]
    assert "not judged" in repr(kept).replace("_", " ")
    assert (
        kept.reasons()
        .row(
            institution=code_of(0),
            rule="gap" if len(kept.reasons().where(institution=code_of(0), rule="gap")) else "level_against_peers",
        )
        .public()
        .value
        is None
    )


def test_an_older_hidden_value_stops_only_what_rests_on_it() -> None:
    """A trend over a year of three people is not shown; the level of a year of a hundred is."""
    values = noise(10, seed=1)
    values[0, -1] -= 20
    frame = board(values)
    frame["n"] = np.where((frame["institution"] == code_of(0)) & (frame["period"] == "2016"), 3.0, 100.0)
    found = listed(frame)
    row = found.row(institution=code_of(0))
    assert "level_worse_than_peers" in row.reasons
    assert row.hidden is None
    assert reason_of(found, 0, "trend").reason == "small_n"
    assert reason_of(found, 0, "trend").value is None
    assert "small_n" in row.obstacles


def test_a_suppressed_value_is_not_judged() -> None:
    """It is missing for a reason, which is said."""
    frame = board(noise(10, seed=1))
    own = (frame["institution"] == code_of(0)) & (frame["period"] == "2024")
    frame.loc[own, ["value", "lower", "upper"]] = np.nan
    frame["status"] = np.where(own, "Q", "A")
    row = listed(frame).row(institution=code_of(0))
    assert (row.state, row.reason, row.reasons, row.strengths, row.value) == (
        "not_judged",
        "suppressed",
        (),
        (),
        None,
    )
    assert row.obstacles == ("suppressed",)


# What cannot be judged.


def test_breaks_too_few_values_and_no_peers_have_outcomes_of_their_own() -> None:
    """Each check says why it was not made; the others are made."""
    broken = attrs.evolve(SCORE, breaks=[mb.Break(period="2024", kind="method")])
    found = listed(board(noise(10, seed=1)), broken)
    assert reason_of(found, 0, "gap").reason == "break_in_series"
    row = found.row(institution=code_of(0))
    assert row.checked >= 3
    assert "break_in_series" in row.obstacles
    early = attrs.evolve(SCORE, breaks=[mb.Break(period="2022", kind="method")])
    few = listed(board(noise(10, seed=1)[:, -6:], years=YEARS[-6:]), early)
    assert reason_of(few, 0, "trend").reason == "break_in_series"
    short = listed(board(noise(10, seed=1)[:, -3:], years=YEARS[-3:]))
    assert reason_of(short, 0, "trend").reason == "too_few_observations"
    alone = listed(board(noise(1, seed=1)))
    assert {reason_of(alone, 0, rule).reason for rule in ALONE if rule != "trend"} == {"no_peers"}
    three = listed(board(noise(3, seed=1)))
    assert reason_of(three, 0, "rank_set").reason == "no_peers"
    exact = listed(board(noise(10, seed=1)).drop(columns=["lower", "upper"]))
    assert reason_of(exact, 0, "level_against_peers").reason == "uncertainty_missing"


def test_a_unit_without_a_value_has_a_row_that_says_so() -> None:
    """And an old trend is no reason to look now."""
    values = noise(10, seed=1)
    values[0] = 60 - 3 * np.arange(10)
    values[0, -1] = np.nan
    found = listed(board(values))
    row = found.row(institution=code_of(0))
    assert (row.state, row.reason, row.checked) == ("not_judged", "no_data", 0)
    assert reason_of(found, 0, "trend").reason == "no_data"
    assert "Kan ikke vurderes: der er ingen værdi for perioden." in row.explain()


def test_values_of_another_source_are_not_comparable() -> None:
    """Most come from one survey, one from another."""
    frame = board(noise(10, seed=1)[:, -1:], years=(2024,))
    frame["source"] = np.where(frame["institution"] == code_of(0), "B", "A")
    found = listed(frame, checks="level_against_peers")
    assert found.row(institution=code_of(0)).reason == "not_comparable"


def test_an_indicator_without_a_better_direction_is_neither_good_nor_bad() -> None:
    """Whatever its values, nothing is flagged; nothing of it counts among what chance would find."""
    values = noise(10, seed=1)
    values[0] -= 40
    found = listed(board(values), attrs.evolve(SCORE, direction="context"))
    assert {(row.state, row.reason) for row in found} == {("not_judged", "no_direction")}
    assert found.expected_false() == 0
    assert "prøver" not in found.summary()


def test_indicators_of_both_directions_and_none_stand_side_by_side() -> None:
    """Each is judged by its own."""
    values = noise(10, seed=1)
    values[0] -= 40
    kinds = {"H": "higher", "L": "lower", "C": "context"}
    indicators = [attrs.evolve(SCORE, id=code, direction=way) for code, way in kinds.items()]
    found = listed(pd.concat([board(values, indicator=code) for code in kinds]), *indicators)
    states = {code: found.row(institution=code_of(0), indicator=code).state for code in kinds}
    assert states == {"H": "needs_a_look", "L": "worth_learning_from", "C": "not_judged"}


def test_every_refusal_of_the_verbs_has_a_word() -> None:
    """What compares differently is named; only what is neither data, peers, time nor break is simply not comparable."""
    refusals = {
        code.partition(".")[2]
        for name in ("standing", "gap_change", "trend", "progress", "target_series", "published")
        for code in tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))
        if code.startswith(("not_compared.", "not_judged.", "not_measurable."))
    }
    assert all(OBSTACLES[obstacle_of(word)] in OBSTACLES for word in refusals)
    simply = {word for word in refusals if word not in _REFUSALS}
    assert simply <= {
        *("too_many_conditions", "collinear_conditions", "condition_missing", "fits_itself", "not_computable"),
        *("expected_missing", "need_missing", "need_of_a_resource_only", "relative_to_zero", "relative_to_negative"),
        *("method_refused", "too_few_points_for_method", "undefined_statistic", "no_state"),
    }


# Targets.


def target_row(
    value: float, target: mb.Target, *, error: float | None = 1.0, direction: str = "higher", **options: Any
) -> Any:
    """What the check of a target says of one value in 2024."""
    frame = board([[value]], years=(2024,), error=error or 1.0)
    frame = frame if error else frame.drop(columns=["lower", "upper"])
    options = {"as_of": "2025-02-01", "checks": "level_against_target", "targets_of": [target]} | options
    found = listed(frame, attrs.evolve(SCORE, direction=direction), **options)
    return found.reasons(every=True).row(rule="level_against_target")


def test_a_target_is_missed_beyond_chance_or_not() -> None:
    """A standing target: far below, within noise, far above; without uncertainty a miss is a miss."""
    target = mb.AtLeast(id="T", indicator="S", value=80)
    far, near, above = (target_row(value, target) for value in (70.0, 79.0, 90.0))
    assert (far.state, far.reason, far.threshold, far.value, far.target) == (
        "needs_a_look",
        "level_worse_than_target",
        80,
        70,
        "T",
    )
    assert far.p_value == pytest.approx(2 * scipy_stats.norm.sf(10))
    assert (near.state, near.reason) == ("nothing_found", "not_found")
    assert near.p_value == pytest.approx(2 * scipy_stats.norm.sf(1))
    assert (above.state, above.reason) == ("worth_learning_from", "level_better_than_target")
    untested = target_row(79.0, target, error=None)
    assert (untested.state, untested.flags, untested.p_value, untested.chance) == (
        "needs_a_look",
        ("not_tested",),
        None,
        None,
    )
    assert target_row(81.0, target, error=None).state == "nothing_found"


def test_a_target_from_above_and_a_band() -> None:
    """The nearest edge is what counts, and its own side of it."""
    most = mb.AtMost(id="T", indicator="S", value=20)
    assert target_row(30.0, most, direction="lower").state == "needs_a_look"
    assert target_row(10.0, most, direction="lower").state == "worth_learning_from"
    band = mb.WithinBand(id="T", indicator="S", low=40, high=60)
    for value, state, edge in (
        (30.0, "needs_a_look", 40),
        (70.0, "needs_a_look", 60),
        (58.5, "nothing_found", 60),
        (50.0, "worth_learning_from", 40),
    ):
        row = target_row(value, band, direction="target")
        assert (row.state, row.threshold) == (state, edge)


def test_while_a_target_is_open_the_agreed_way_counts() -> None:
    """Half the way at half time is no reason to look, though the target is far off."""
    target = mb.AtLeast(id="T", indicator="S", value=80, due="2034", baseline=mb.Baseline(period="2014", value=60))
    years = (2022, 2023, 2024)

    def at(last: float) -> Any:
        frame = board([[last - 2, last - 1, last]], years=years)
        found = listed(frame, as_of="2025-02-01", checks="level_against_target", targets_of=[target])
        return found.reasons(every=True).row(rule="level_against_target")

    assert at(70.0).state == "nothing_found"
    behind = at(62.0)
    assert behind.threshold == pytest.approx(70, abs=0.2)
    assert at(78.0).state == "worth_learning_from"
    falling = mb.AtLeast(id="T", indicator="S", value=80, due="2034", baseline=mb.Baseline(period="2014", value=70))
    frame = board([[64.0, 62, 60]], years=years)
    found = listed(frame, as_of="2025-02-01", checks="level_against_target", targets_of=[falling])
    assert found.row().reasons == ("level_worse_than_target",)


def test_targets_need_a_day_and_may_be_left_out() -> None:
    """Without a day the call is refused with advice; without targets it is not."""
    target = mb.AtLeast(id="T", indicator="S", value=80)
    with pytest.raises(mb.ArgumentError) as caught:
        listed(board(noise(5)), checks=CHECKS, targets_of=[target])
    assert caught.value.code == "attention.as_of_needed"
    assert len(listed(board(noise(5)), checks=CHECKS)) == 5
    nothing = listed(board(noise(5)), checks="level_against_target")
    assert {(row.state, row.reason) for row in nothing} == {("not_judged", "not_applicable")}
    assert len(nothing.reasons(every=True)) == 0
    late = mb.AtLeast(id="T", indicator="S", value=80, decided_on="2030-01-01")
    assert target_row(70.0, late).reason == "not_applicable"


def test_later_values_are_not_looked_at() -> None:
    """A list for 2023 is the same whatever came in 2024."""
    values = noise(10, seed=6)
    target = mb.AtLeast(id="T", indicator="S", value=50)
    before = board(values[:, :-1], years=YEARS[:-1])
    moved = values.copy()
    moved[:, -1] += 100
    options: dict[str, Any] = {"period": "2023", "as_of": "2025-02-01", "checks": CHECKS, "targets_of": [target]}
    first, second = listed(before, **options), listed(board(moved), **options)
    assert first.reasons(every=True).to_pandas().equals(second.reasons(every=True).to_pandas())


def test_only_what_was_known_on_the_day_counts() -> None:
    """A revision of the day after changes nothing."""
    frame = board(noise(10, seed=6)).assign(vintage=pd.Timestamp("2025-01-01"))
    revised = frame[(frame["institution"] == code_of(0)) & (frame["period"] == "2024")].assign(
        vintage=pd.Timestamp("2025-03-01")
    )
    revised[["value", "lower", "upper"]] -= 40
    both = pd.concat([frame, revised])
    assert listed(both, as_of="2025-02-01") == listed(frame, as_of="2025-02-01")
    assert listed(both, as_of="2025-04-01").row(institution=code_of(0)).state == "needs_a_look"


# Peers, periods, options.


def test_each_unit_may_have_peers_of_its_own() -> None:
    """A definition is made once for all checks; the list is about those it is about, and ranks are among unit and peers."""
    values = noise(12, seed=2)
    values[6:] += 30
    lists = {code_of(k): [code_of(j) for j in range(12) if j != k and (j < 6) == (k < 6)] for k in range(12)}
    definition = mb.ListedPeers(id="own", name=mb.Text(da="egne"), lists=lists)
    found = listed(board(values), peers=definition, checks=("level_against_peers", "rank_set"))
    assert all(row.peers == 5 and row.peer_group == "own" for row in found)
    assert sum(bool(row.reasons or row.strengths) for row in found) <= 1
    everybody = listed(board(values), checks=("level_against_peers", "rank_set"))
    assert sum(bool(row.reasons or row.strengths) for row in everybody) == 12
    few = listed(board(values), peers=[code_of(0), code_of(1)], checks="level_against_peers")
    assert [row.institution for row in few] == [code_of(0), code_of(1)]


def test_the_gap_is_counted_from_the_period_given() -> None:
    """A year before, unless another is named; never later, never of another length."""
    values = noise(10, seed=2)
    values[0, -3:] -= 20
    frame = board(values)
    assert reason_of(listed(frame), 0, "gap").state == "nothing_found"
    row = reason_of(listed(frame, since="2020"), 0, "gap")
    assert (row.state, row.reason, row.since) == ("needs_a_look", "gap_growing", "2020")
    for wrong in ("2024", "2025", "2023-Q1"):
        with pytest.raises(mb.ArgumentError) as caught:
            listed(frame, since=wrong)
        assert caught.value.code == "attention.since_order"


@pytest.mark.parametrize(
    ("period", "before"), [("2024", "2023"), ("2024-03", "2023-03"), ("2024-Q1", "2023-Q1"), ("2024/25", "2023/24")]
)
def test_a_year_before_is_the_same_season(period: str, before: str) -> None:
    """Whatever the length of the periods."""
    frame = pd.DataFrame({"indicator": "S", "institution": ["A", "B"], "period": period, "value": [1.0, 2.0]})
    found = listed(frame, period=period, checks="level_against_peers")
    assert json.loads(found[0].params)["since"] == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"checks": "rank"},
        {"checks": []},
        {"checks": 5},
        {"checks": None},
        {"checks": [["trend"]]},
        {"indicators": []},
        {"alpha": 1.0},
        {"family": "goal"},
        {"adjust": "none"},
        {"hidden": "show"},
        {"draws": 10},
        {"seed": -1},
    ],
)
def test_options_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    """With a code, before anything is computed."""
    with pytest.raises(mb.ArgumentError):
        listed(board(noise(5)), **wrong)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ({"period": 2024}, "period must be a period as text"),
        ({"since": 2023}, "since must be a period as text"),
        ({"as_of": "soon"}, "as_of must be a date"),
    ],
)
def test_a_wrong_argument_is_called_by_its_name(argument: dict[str, Any], said: str) -> None:
    """And not by that of something within."""
    with pytest.raises(mb.ArgumentError, match=said):
        mb.attention_list(measured(board(noise(5))), **({"period": "2024"} | argument))


def test_a_summary_without_findings_promises_nothing_of_them() -> None:
    """Nothing is left, so that no share of it is chance."""
    found = listed(board(np.full((6, 10), 50.0)))
    assert found.counts() == {"nothing_found": 6}
    assert found.summary("en").endswith("Corrected for all that was checked none remains.")
    assert found.summary().endswith("står ingen tilbage.")


# The results.


def test_lists_and_reasons_are_results() -> None:
    """Slices keep their checks; tables and JSON hold the list alone and say so."""
    values = noise(10, seed=1)
    values[0] -= 30
    found = listed(board(values))
    assert pickle.loads(pickle.dumps(found)).reasons() == found.reasons()
    assert {row.institution for row in found[:2].reasons(every=True)} == {code_of(0), code_of(1)}
    assert set(found.where(state="needs_a_look").reasons(every=True).to_pandas()["institution"]) == {code_of(0)}
    again = mb.AttentionList.from_json(found.to_json())
    assert again == found
    with pytest.raises(mb.ArgumentError) as caught:
        again.reasons()
    assert caught.value.code == "attention.not_kept"
    kept = found.reasons(every=True)
    assert mb.AttentionReasons.from_json(kept.to_json()) == kept
    assert mb.AttentionReasons.from_arrow(kept.to_arrow()) == kept
    assert found.plot_data("en")["state"].tolist() == [row.state for row in found]
    assert kept.plot_data()["reference"].iloc[0] == 0
    assert "worse than its peers" in repr(found)
    assert "<table" in kept._repr_html_()


def test_measurements_without_rows_give_an_empty_list() -> None:
    """And its summary says so."""
    empty = mb.Measurements.from_pandas(
        pd.DataFrame(columns=["indicator", "institution", "period", "value"]), catalogue=catalogue()
    )
    found = mb.attention_list(empty, period="2024")
    assert len(found) == len(found.reasons()) == 0
    assert found.summary("en").startswith("Rows: 0.")


def test_every_finding_and_obstacle_has_words_in_both_languages() -> None:
    """No sentence of a reason lacks its figures, and none names a cause."""
    values = noise(12, seed=3)
    values[0] -= 3 + np.linspace(0, 12, 10)
    values[1] += 3 + np.linspace(0, 12, 10)
    values[0, -1] -= 8
    values[1, -1] += 8
    target = mb.AtLeast(id="T", indicator="S", value=50)
    found = listed(board(values), checks=CHECKS, as_of="2025-02-01", targets_of=[target])
    for lang in ("da", "en"):
        said = found.reasons(every=True).explain(lang) + found.explain(lang) + found.summary(lang)
        assert "{" not in said
        assert not [word for word in ("fordi", "because", "skyldes", "due to") if word in said.lower()]
    table = tomllib.loads((TEXTS / "attention.toml").read_text(encoding="utf-8"))
    for word in (
        *OBSTACLES,
        *(each for pair in FINDINGS.values() for each in pair),
        "not_found",
        "lost_to_multiplicity",
    ):
        assert f"attention.{word}" in table
    for pair in FINDINGS.values():
        assert all(f"attention_reason.{word}" in table for word in pair)
    assert all(f"attention_rule.{check}" in table for check in CHECKS)


@pytest.mark.parametrize("name", ["ATTENTION_LIST", "ATTENTION_REASONS"])
def test_columns_only_grow(name: str) -> None:
    """Every column of the snapshot is still there, in its order and of its type."""
    lines = [
        f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in getattr(mb.schemas, name)
    ]
    assert lines == (SNAPSHOTS / f"{name.lower()}.txt").read_text(encoding="utf-8").splitlines()


def test_a_real_table_of_98_municipalities(shared: Path) -> None:
    """Few of the many that differ lie in the worst quarter for sure, and a place of forty people is never among them."""
    own = attrs.evolve(SCORE, direction="lower", unit="percent", aggregation="ratio_of_sums")
    table = pd.read_csv(shared / "data/danish/dst_statusu6_2024_98_municipalities.csv", dtype={"code": str})
    table = table[table["code"] != "000"]
    frame = pd.DataFrame(
        {
            "indicator": "S",
            "institution": "0" + table["code"],
            "period": "2024",
            "value": 100 * table["interrupted"] / table["total"],
            "numerator": table["interrupted"].astype(float),
            "denominator": table["total"].astype(float),
        }
    )
    ms = mb.Measurements.from_pandas(frame, catalogue=catalogue(own), register=mb.Register.denmark())
    found = mb.attention_list(ms, period="2024", checks=("level_against_peers", "rank_set", "unusual_among_peers"))
    differing = [
        row for row in found if {"level_worse_than_peers", "level_better_than_peers"} & {*row.reasons, *row.strengths}
    ]
    worst = {row.institution for row in found if "rank_set_in_worst_quarter" in row.reasons}
    assert len(found) == 98
    assert len(differing) > 40
    assert 0 < len(worst) < 10
    assert "0360" in worst  # Lolland
    assert found.row(institution="0825").state == "nothing_found"  # Læsø
    assert found.expected_false() == pytest.approx(98 * 0.05 * 2 + 0.05)


def test_the_table_of_false_flags_keeps_what_the_list_tells() -> None:
    """Nowhere in the docs are there more findings than told, and few boards have any left."""
    page = Path(__file__).parents[2] / "docs" / "calibration" / "attention-false-flags.md"
    if not page.is_file():
        pytest.skip("the folder docs is not here")
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in page.read_text(encoding="utf-8").splitlines()[2:]
    ]
    told = [row for row in rows if row[0] == "nobody differs"]
    assert len(told) == 3
    for row in told:
        found, expected, spread, least = (float(cell) for cell in row[7:11])
        assert found <= expected
        assert least <= spread <= 1.5 * least
        assert float(row[11].removesuffix("\N{NO-BREAK SPACE}%")) <= 8
