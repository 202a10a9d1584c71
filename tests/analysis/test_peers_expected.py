"""Expected values in comparisons: given conditions, handed in, by need; and many comparisons looked at together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb
from maalbib import stats

CODES = [f"0{201 + place}" for place in range(20)]


def indicator(code: str, **fields: Any) -> mb.Indicator:
    """An indicator of scores, better when higher."""
    known = {"unit": "score", "direction": "higher", "aggregation": "mean"}
    return mb.Indicator(id=code, name=mb.Text(da=f"Tal {code}", en=f"Figure {code}"), **{**known, **fields})


CATALOGUE = mb.Catalogue(
    id="P",
    agency="KL",
    version="1.0.0",
    indicators=[
        indicator("Y"),
        indicator("Y2"),
        indicator("X", direction="context"),
        indicator("W", direction="context"),
        indicator("E", direction="context"),
        indicator("N", direction="context"),
        indicator("SPEND", direction="lower", kind="resource"),
        indicator("PART", composed_of=["X"]),
    ],
)


def figures(period: str = "2024", **columns: Any) -> mb.Measurements:
    """Indicators by column, a value for each municipality; ``Y=(values, errors)`` has limits."""
    parts = []
    for code, given in columns.items():
        values, errors = given if isinstance(given, tuple) else (given, None)
        frame = pd.DataFrame({"indicator": code, "institution": CODES[: len(values)], "period": period})
        frame["value"] = np.asarray(values, dtype="float64")
        if errors is not None:
            frame["lower"], frame["upper"] = frame["value"] - errors, frame["value"] + errors
        parts.append(frame)
    return mb.Measurements.from_pandas(pd.concat(parts, ignore_index=True), catalogue=CATALOGUE)


@pytest.fixture(scope="module")
def drawn() -> dict[str, np.ndarray[Any, Any]]:
    """Twenty units whose outcome follows a condition."""
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 10, 20)
    return {"X": x, "W": rng.normal(0, 1, 20), "Y": 3 + 2 * x + rng.normal(0, 1, 20)}


def test_the_gap_given_conditions_by_the_plain_regression(drawn: dict[str, np.ndarray[Any, Any]]) -> None:
    """Each unit is left out of the regression it is held against."""
    ms = figures(Y=(drawn["Y"], 0.2), X=drawn["X"], W=drawn["W"])
    found = mb.compare_peers(ms, period="2024", conditions=["X", "W"])
    assert {row.indicator for row in found} == {"Y"}
    design = np.column_stack([np.ones(20), drawn["X"], drawn["W"]])
    for place, code in enumerate(CODES):
        rest = np.arange(20) != place
        beta, *_ = np.linalg.lstsq(design[rest], drawn["Y"][rest], rcond=None)
        row = found.row(institution=code)
        assert row.adjustment == "conditions"
        assert row.expected == pytest.approx(design[place] @ beta, abs=1e-9)
        assert row.adjusted_gap == pytest.approx(row.value - row.expected, abs=1e-9)
        assert row.adjusted_lower < row.adjusted_gap < row.adjusted_upper
        word = (
            "better" if row.adjusted_lower > 0 else "worse" if row.adjusted_upper < 0 else "no_detectable_difference"
        )
        assert row.adjusted_state == word
    said = found[0].explain("da")
    assert "Givet vilkårene i modellen ventes" in said
    assert "på grund af" not in said


def test_conditions_of_another_period(drawn: dict[str, np.ndarray[Any, Any]]) -> None:
    """Where they are only known for another year, it is named."""
    now = figures(Y=(drawn["Y"], 0.2)).to_pandas()
    then = figures("2020", X=drawn["X"]).to_pandas()
    ms = mb.Measurements.from_pandas(pd.concat([now, then], ignore_index=True), catalogue=CATALOGUE)
    lacking = mb.compare_peers(ms, period="2024", conditions="X")
    assert {row.adjusted_reason for row in lacking} == {"condition_missing"}
    assert "et vilkår er ikke oplyst" in lacking[0].explain("da")
    found = mb.compare_peers(ms, period="2024", conditions="X", conditions_period="2020")
    assert {row.adjusted_state for row in found} <= {"better", "worse", "no_detectable_difference"}


def test_what_cannot_be_allowed_for_is_said() -> None:
    """Too few units, a condition that is the outcome or a part of it, a condition that nobody measured."""
    few = figures(Y=([1.0, 2, 3, 5], 0.1), X=[1.0, 2, 3, 4])
    three = figures(Y=([1.0, 2, 3], 0.1), X=[1.0, 2, 3])
    for ms, reason in ((few, "too_many_conditions"), (three, "too_few_units")):
        assert {row.adjusted_reason for row in mb.compare_peers(ms, period="2024", conditions="X")} == {reason}
    with pytest.raises(mb.ArgumentError) as own:
        mb.compare_peers(few, period="2024", indicators="Y", conditions="Y")
    assert own.value.code == "peers.outcome_is_variable"
    parts = figures(PART=([1.0, 2, 3, 5], 0.1), X=[1.0, 2, 3, 4])
    with pytest.raises(mb.ArgumentError) as sums:
        mb.compare_peers(parts, period="2024", indicators="PART", conditions="X")
    assert sums.value.code == "peers.outcome_is_part"
    with pytest.raises(mb.errors.UnknownCodeError):
        mb.compare_peers(few, period="2024", conditions="Z")
    with pytest.raises(mb.ArgumentError):
        mb.compare_peers(few, period="2024", conditions="X", need="X")


def test_an_expected_value_handed_in() -> None:
    """A reference worked out elsewhere: its own limits count, and without them it is taken as exact and told so."""
    known = figures(Y=([10.0, 12, 9], 1.0), E=([9.0, 9.0, 9.0], 0.5))
    row = mb.compare_peers(known, period="2024", expected="E").row(institution=CODES[1])
    assert (row.expected, row.adjusted_gap) == (9.0, 3.0)
    assert row.adjusted_lower == pytest.approx(3 - np.hypot(1.0, 0.5))
    assert (row.adjusted_state, row.flags) == ("better", ("ranks_not_asked",))
    exact = mb.compare_peers(figures(Y=([10.0, 12, 9], 1.0), E=[9.0, 9, 9]), period="2024", expected={"Y": "E"})
    assert "expected_taken_as_exact" in exact[0].flags
    assert (exact[0].adjusted_lower, exact[0].adjusted_state) == (0.0, "no_detectable_difference")
    lacking = mb.compare_peers(figures(Y=([10.0, 12, 9], 1.0), E=[9.0, 9]), period="2024", expected="E")
    assert lacking[2].adjusted_reason == "expected_missing"
    with pytest.raises(mb.ArgumentError) as several:
        mb.compare_peers(figures(Y=([10.0, 12], 1.0), Y2=([1.0, 2], 1.0), E=[9.0, 9]), period="2024", expected="E")
    assert several.value.code == "peers.expected_for_one"


def test_need_is_for_resources_only() -> None:
    """Spending per need, whatever the level of the index; anything else is refused by type."""
    spend, index = np.array([50.0, 60.0, 66.0]), np.array([0.9, 1.0, 1.1])
    ms = figures(SPEND=(spend, 2.0), N=index)
    found = mb.compare_peers(ms, period="2024", need="N")
    per_need = spend / index
    for place, row in enumerate(found):
        others = np.delete(per_need, place).mean()
        assert row.adjusted_value == pytest.approx(per_need[place])
        assert row.expected == pytest.approx(others * index[place])
        assert row.adjusted_gap == pytest.approx(spend[place] - row.expected)
        reach = index[place] * np.hypot(2 / index[place], np.sqrt(np.sum((2 / np.delete(index, place)) ** 2)) / 2)
        assert row.adjusted_upper - row.adjusted_gap == pytest.approx(reach)
        assert ("service_level_unknown" in row.flags) is (row.adjusted_gap > 0)
        assert ("lav produktivitet" in row.explain("da")) is (row.adjusted_gap > 0)
    hundred = mb.compare_peers(figures(SPEND=(spend, 2.0), N=100 * index), period="2024", need="N")
    assert [row.expected for row in hundred] == pytest.approx([row.expected for row in found])
    with pytest.raises(mb.ArgumentError) as refused:
        mb.compare_peers(figures(Y=([1.0, 2], 0.1), N=[1.0, 1]), period="2024", need="N")
    assert refused.value.code == "peers.need_of_no_resource"
    both = mb.compare_peers(
        figures(Y=([1.0, 2, 3], 0.1), SPEND=(spend, 2.0), N=[1.0, 0.0, 1.1]), period="2024", need="N"
    )
    assert {row.adjusted_reason for row in both.where(indicator="Y")} == {"need_of_a_resource_only"}
    assert both.row(indicator="SPEND", institution=CODES[1]).adjusted_reason == "need_missing"


def test_pooled_need_weighs_by_need() -> None:
    """Where the mean is pooled, the others' sum of spending stands over the sum of what they need."""
    spend = mb.Indicator(
        id="SPEND",
        name=mb.Text(da="Udgift"),
        unit="percent",
        direction="lower",
        kind="resource",
        aggregation="ratio_of_sums",
    )
    catalogue = mb.Catalogue(
        id="P", agency="KL", version="1.0.0", indicators=[spend, indicator("N", direction="context")]
    )
    x, n, index = np.array([10.0, 30, 50]), np.array([100.0, 200, 500]), np.array([0.8, 1.0, 1.2])
    frame = pd.DataFrame(
        {
            "indicator": "SPEND",
            "institution": CODES[:3],
            "period": "2024",
            "value": 100 * x / n,
            "numerator": x,
            "denominator": n,
        }
    )
    beside = pd.DataFrame({"indicator": "N", "institution": CODES[:3], "period": "2024", "value": index})
    ms = mb.Measurements.from_pandas(pd.concat([frame, beside], ignore_index=True), catalogue=catalogue)
    row = mb.compare_peers(ms, period="2024", need="N").row(institution=CODES[0])
    assert row.expected == pytest.approx(100 * 0.8 * (30 + 50) / (200 * 1.0 + 500 * 1.2))


def test_figures_that_may_not_be_shown_hide_what_is_worked_out_from_them() -> None:
    """A confidential reference is not to be read off the gap."""
    frame = figures(Y=([10.0, 12, 9], 1.0), E=[9.0, 9, 9]).to_pandas()
    frame["conf"] = np.where((frame["indicator"] == "E") & (frame["institution"] == CODES[0]), "C", "F")
    ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE)
    found = mb.compare_peers(ms, period="2024", expected="E")
    assert [row.hidden for row in found] == ["confidential", None, None]
    assert found.public()[0].adjusted_gap is None
    assert "9,0" not in found[0].explain("da")


def test_q_is_that_of_the_family() -> None:
    """The p of each gap, adjusted over the indicator, the institution or everything; it decides where that is asked for."""
    rng = np.random.default_rng(2)
    ms = figures(Y=(rng.normal(50, 1.2, 20), 2.0), Y2=(rng.normal(50, 1.2, 20), 2.0))
    own = mb.compare_peers(ms, period="2024")
    for code in ("Y", "Y2"):
        frame = own.where(indicator=code).to_pandas()
        expected = stats.benjamini_hochberg(frame["p_value"].to_numpy())
        np.testing.assert_allclose(frame["q_value"], expected, atol=1e-12)
        assert set(frame["family_size"]) == {20}
        beyond = (frame["gap_lower"] > 0) | (frame["gap_upper"] < 0)
        np.testing.assert_array_equal(frame["p_value"] < 0.05, beyond)
    together = mb.compare_peers(ms, period="2024", family="all", adjust="holm")
    assert {row.family_size for row in together} == {40}
    by_place = mb.compare_peers(ms, period="2024", family="institution")
    assert {row.family_size for row in by_place} == {2}
    asked = mb.compare_peers(ms, period="2024", correct=True)
    for before, row in zip(own, asked, strict=True):
        lost = before.state in {"better", "worse"} and row.q_value > 0.05
        assert (row.reason == "lost_to_multiplicity") is lost
        assert row.state == (before.state if not lost else "no_detectable_difference")
    assert own.expected_false() == pytest.approx(2.0)
    with pytest.raises(mb.ArgumentError):
        mb.compare_peers(ms, period="2024", family="everything")  # type: ignore[arg-type]


def test_several_periods_in_one_call() -> None:
    """The same rows as period by period; families span them."""
    one, two = figures("2023", Y=([1.0, 2, 4], 0.5)), figures("2024", Y=([1.0, 3, 4], 0.5))
    both = pd.concat([one.to_pandas(), two.to_pandas()], ignore_index=True)
    ms = mb.Measurements.from_pandas(both, catalogue=CATALOGUE)
    found = mb.compare_peers(ms, period=["2023", "2024", "2023"])
    assert [row.period for row in found] == ["2023"] * 3 + ["2024"] * 3
    for when in ("2023", "2024"):
        alone = mb.compare_peers(ms, period=when).to_pandas().drop(columns=["q_value", "family_size"])
        part = found.where(period=when).to_pandas().drop(columns=["q_value", "family_size"])
        pd.testing.assert_frame_equal(part, alone)


def test_unusual_among_peers_is_another_question_than_different_from_their_mean() -> None:
    """A large unit may differ for sure and be one among many that differ."""
    values = np.array([40.0, 45, 50, 55, 60, 44, 52, 57, 48, 51, 80])
    found = mb.compare_peers(figures(Y=(values, 0.5)), period="2024")
    by_code = {row.institution: row for row in found}
    near, far = by_code[CODES[4]], by_code[CODES[10]]
    assert (near.state, near.among_peers) == ("better", "usual")
    assert (far.state, far.among_peers) == ("better", "unusually_high")
    assert near.spread == pytest.approx(stats.shrinkage(values, 0.5 / 1.959963984540054).tau.item())
    assert "usædvanligt høj" in far.explain("da")
    assert near.percentile == pytest.approx(9.5 / 11)
    assert far.deviations == pytest.approx((80 - 51) / 6)
    assert near.reliability is not None
    assert near.shrunk < near.value


def test_a_gap_to_need_without_uncertainty_is_given_and_not_judged() -> None:
    """No limits, no dash in their place."""
    found = mb.compare_peers(figures(SPEND=[50.0, 60.0, 66.0], N=[0.9, 1.0, 1.1]), period="2024", need="N")
    assert {row.adjusted_reason for row in found} == {"uncertainty_missing"}
    said = found[0].explain("da")
    assert "kan ikke vurderes, fordi usikkerheden ikke kendes" in said
    assert "\u2013 til" not in said


def test_a_summary_of_what_could_not_be_judged_says_so() -> None:
    """Not "0 of 0 by the reading rule" where there was none."""
    found = mb.compare_peers(figures(Y=[1.0, 2.0, 3.0]), period="2024")
    assert found.summary("da") == "Tal Y, 2024: Ingen af de 3 rækker kunne vurderes; hver række siger hvorfor."
    rule = mb.ReadingRule(id="r", name=mb.Text(da="r"), min_difference=0.5)
    assert "læseregel" in mb.compare_peers(figures(Y=[1.0, 2.0, 3.0]), period="2024", reading_rule=rule).summary("da")


@pytest.mark.parametrize("period", [2024, [], [2024], None])
def test_a_period_that_is_none_is_told(period: Any) -> None:
    """In our own words, naming the argument."""
    with pytest.raises(mb.ArgumentError) as caught:
        mb.compare_peers(figures(Y=[1.0, 2.0]), period=period)
    assert caught.value.code == "argument.periods"


def test_an_expected_value_is_of_the_same_part() -> None:
    """That of all pupils is no reference for those of one grade."""
    score = indicator("Y", dimensions=["grade"])
    catalogue = mb.Catalogue(
        id="P", agency="KL", version="1.0.0", indicators=[score, indicator("E", dimensions=["grade"])]
    )
    rows = [
        ("Y", "4", 10.0), ("Y", "_T", 20.0), ("E", "4", 9.0), ("E", "_T", 18.0), ("Y", "6", 30.0),
    ]  # fmt: skip
    frame = pd.DataFrame(
        [
            {"indicator": code, "institution": who, "period": "2024", "grade": grade, "value": value + place}
            for code, grade, value in rows
            for place, who in enumerate(CODES[:3])
        ]
    )
    frame["lower"], frame["upper"] = frame["value"] - 0.5, frame["value"] + 0.5
    ms = mb.Measurements.from_pandas(frame, catalogue=catalogue, breakdowns=["grade"])
    found = mb.compare_peers(ms, period="2024", indicators="Y", expected="E")
    first = {row.breakdown: row for row in found.where(institution=CODES[0])}
    assert (first["grade=4"].expected, first["grade=4"].adjusted_gap) == (9.0, 1.0)
    assert (first["grade=_T"].expected, first["grade=_T"].adjusted_gap) == (18.0, 2.0)
    assert (first["grade=6"].expected, first["grade=6"].adjusted_reason) == (None, "expected_missing")


def test_a_bound_is_no_expected_value() -> None:
    """At most nine is not nine, as a reference, a condition or an index."""
    frame = figures(Y=([10.0, 12, 9], 1.0), E=[9.0, 9, 9]).to_pandas()
    bound = (frame["indicator"] == "E") & (frame["institution"] == CODES[0])
    frame["qualifier"] = np.where(bound, "at_most", None)
    ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE)
    found = mb.compare_peers(ms, period="2024", expected="E")
    assert found[0].adjusted_reason == "expected_missing"
    assert found[1].expected == 9.0


def test_expected_values_that_nobody_asks_for_are_told() -> None:
    """Those of an indicator that is not compared are refused; those of units without a value are flagged."""
    ms = figures(Y=([10.0, 12], 1.0), Y2=([10.0, 12], 1.0), E=[9.0, 9, 9])
    with pytest.raises(mb.ArgumentError) as other:
        mb.compare_peers(ms, period="2024", indicators="Y", expected={"Y": "E", "Y2": "E"})
    assert other.value.code == "peers.expected_of_other"
    found = mb.compare_peers(ms, period="2024", indicators="Y", expected="E")
    assert all("expected_for_others" in row.flags for row in found)
    assert "enheder, som ikke er med i sammenligningen" in found[0].explain("da")
    chosen = mb.compare_peers(ms, CODES[:2], period="2024", indicators="Y", expected="E")
    assert not any("expected_for_others" in row.flags for row in chosen)
