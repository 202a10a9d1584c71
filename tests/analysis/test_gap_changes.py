"""How gaps to peers change: the parts add up, who the peers are is told apart, and breaks stop it."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb

SCORE = mb.Indicator(
    id="S", name=mb.Text(da="Tilfredshed", en="Satisfaction"), unit="score", direction="higher", aggregation="mean"
)
DENSITY = mb.Indicator(id="D", name=mb.Text(da="Tæthed"), unit="score", direction="context")
CODES = [f"0{201 + place}" for place in range(8)]


def catalogue(**changes: Any) -> mb.Catalogue:
    """One score, with changes."""
    return mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[attrs.evolve(SCORE, **changes), DENSITY])


def figures(before: dict[str, float], after: dict[str, float], error: float = 0.2, **changes: Any) -> mb.Measurements:
    """Scores of two years with limits."""
    rows = [
        {
            "indicator": "S",
            "institution": who,
            "period": period,
            "value": value,
            "lower": value - error,
            "upper": value + error,
        }
        for period, values in (("2020", before), ("2024", after))
        for who, value in values.items()
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=catalogue(**changes))


def named(values: Any) -> dict[str, float]:
    """Values by code."""
    return dict(zip(CODES, map(float, values), strict=False))


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_parts_add_up_and_are_what_their_names_say(data: st.DataObject) -> None:
    """Own change less that of the same peers less that of who they are; whoever is missing in either year."""
    numbers = st.dictionaries(st.sampled_from(CODES), st.integers(10, 90), min_size=1)
    before, after = data.draw(numbers), data.draw(numbers)
    found: Any = mb.compare_gaps(figures(before, after), periods=("2020", "2024"))
    for row in found:
        code = row.institution
        old, new = (set(each) - {code} for each in (before, after))
        kept = old & new
        if code not in before or code not in after or not kept:
            assert row.state == "not_compared"
            assert row.gap_change is None
            continue
        assert row.own_change == after[code] - before[code]
        same = np.mean([after[each] for each in kept]) - np.mean([before[each] for each in kept])
        assert row.peers_change == pytest.approx(same)
        total = np.mean([after[each] for each in new]) - np.mean([before[each] for each in old])
        assert row.composition == pytest.approx(total - same)
        assert row.gap_change == pytest.approx(row.own_change - row.peers_change - row.composition)
        assert row.gap_change == pytest.approx(row.gap - row.gap_before)
        assert (row.peers_before, row.peers, row.peers_kept) == (len(old), len(new), len(kept))
        assert ("other_peers" in row.flags) is (old != new)


def test_the_interval_is_that_of_the_difference() -> None:
    """Both gaps vary; a change is found where the interval leaves out zero, and its direction follows the indicator."""
    ms = figures(named([60, 62, 64]), named([66, 62, 64]), error=1.0)
    rows: dict[str, Any] = {row.institution: row for row in mb.compare_gaps(ms, periods=("2020", "2024"))}
    row = rows[CODES[0]]
    reach = np.sqrt(2 * (1 + 0.5))
    assert row.gap_change == 6.0
    assert row.gap_change_upper - row.gap_change == pytest.approx(reach)
    assert row.state == "improving"
    assert rows[CODES[1]].state == "declining"
    down = mb.compare_gaps(ms, periods=("2020", "2024"), catalogue=catalogue(direction="lower"))
    assert down.row(institution=CODES[0]).state == "declining"
    context = mb.compare_gaps(ms, periods=("2020", "2024"), catalogue=catalogue(direction="context"))
    assert context.row(institution=CODES[0]).state == "rising"
    wide = mb.compare_gaps(figures(named([60, 62, 64]), named([61, 62, 64]), error=2), periods=("2020", "2024"))
    assert {row.state for row in wide} == {"no_detectable_change"}


def test_peers_made_anew_move_the_mean_without_anybody_moving() -> None:
    """A change of who the peers are is not a change of anybody's result."""
    values = named([50, 51, 52, 70, 71, 72])
    ms = figures(values, values).to_pandas()
    places = {"2020": [0, 1, 2, 10, 11, 12], "2024": [10.5, 1, 2, 10, 11, 12]}
    context = pd.concat(
        [
            pd.DataFrame({"indicator": "D", "institution": CODES[:6], "period": period, "value": where})
            for period, where in places.items()
        ]
    )
    both = mb.Measurements.from_pandas(pd.concat([ms, context], ignore_index=True), catalogue=catalogue())
    nearest = mb.NearestPeers(id="n", name=mb.Text(da="nærmeste", en="nearest"), variables=["D"], k=2, rolling=True)
    found: Any = mb.compare_gaps(both, nearest, periods=("2020", "2024"), indicators="S")
    moved = found.row(institution=CODES[1])
    assert moved.peers_before == 2
    lone = found.row(institution=CODES[0])
    assert lone.state == "not_compared" or lone.composition > 15
    assert all(row.own_change in {0.0, None} for row in found)
    said = [row.explain("da") for row in found if row.composition]
    assert all("Hvem de andre er, har flyttet deres gennemsnit" in text for text in said)


def test_a_break_between_the_periods_stops_it_and_a_factor_leads_across() -> None:
    """Nothing is compared across a break; with a factor the earlier values are multiplied."""
    before, after = named([10, 20, 30]), named([22, 40, 60])
    broken = mb.Break(period="2022", kind="method")
    stopped = mb.compare_gaps(figures(before, after, breaks=[broken]), periods=("2020", "2024"))
    assert {(row.state, row.reason) for row in stopped} == {("not_compared", "break_in_series")}
    linked = mb.Break(period="2022", kind="method", comparable="with_factor", link_factor=2.0)
    row = mb.compare_gaps(figures(before, after, breaks=[linked]), periods=("2020", "2024"))[0]
    assert (row.value_before, row.own_change, row.peers_change) == (20.0, 2.0, 0.0)


def test_wrong_calls_and_hidden_values() -> None:
    """Periods in order; what may not be shown in either year is hidden."""
    ms = figures(named([60, 62, 64]), named([66, 62, 64]))
    for periods in (("2024", "2020"), ("2020", "2020"), ("2020", "2023/24"), ("2020", "2022", "2024")):
        with pytest.raises(mb.ArgumentError):
            mb.compare_gaps(ms, periods=periods)
    frame = ms.to_pandas()
    frame["conf"] = np.where((frame["period"] == "2020") & (frame["institution"] == CODES[0]), "C", "F")
    secret = mb.Measurements.from_pandas(frame, catalogue=catalogue())
    row = mb.compare_gaps(secret, periods=("2020", "2024"))[0]
    assert row.hidden == "confidential"
    assert row.public().gap_change is None


def test_a_change_without_uncertainty_is_given_and_not_judged() -> None:
    """And can be said."""
    frame = figures(named([60, 62, 64]), named([66, 62, 64])).to_pandas().drop(columns=["lower", "upper"])
    found = mb.compare_gaps(mb.Measurements.from_pandas(frame, catalogue=catalogue()), periods=("2020", "2024"))
    assert {(row.state, row.reason) for row in found} == {("not_compared", "gap_uncertainty_missing")}
    assert found[0].gap_change == 6.0
    assert "kan ikke vurderes" in found.explain("da")
    assert "cannot be judged" in found.explain("en")


@pytest.mark.parametrize("others", range(2, 20))
def test_gaps_that_are_the_same_have_not_changed(others: int) -> None:
    """Figures known exactly: what sums of decimals leave is neither a change nor a word about who the others are."""
    before = {"M": 0.1} | {f"S{place:02d}": 0.2 for place in range(others)}
    after = {who: value + 0.3 for who, value in before.items()}
    for row in mb.compare_gaps(figures(before, after, error=0.0), periods=("2020", "2024")):
        assert (row.state, row.gap_change, row.composition) == ("no_detectable_change", 0, 0)
        assert "Hvem de andre er" not in row.explain("da")


def test_what_a_reader_should_know_of_either_period() -> None:
    """Values that may still change, and values that are only about right, are flagged whichever period they stand in."""
    ms = figures(named([50, 52, 54]), named([51, 55, 53]))
    frame = ms.to_pandas()[["indicator", "institution", "period", "value", "lower", "upper"]]
    for period in ("2020", "2024"):
        status = np.where((frame["period"] == period) & (frame["institution"] == CODES[0]), "P", "A")
        given = mb.Measurements.from_pandas(frame.assign(status=status), catalogue=catalogue())
        found = mb.compare_gaps(given, periods=("2020", "2024"))
        assert ["provisional" in row.flags for row in found] == [True, False, False]
        assert "foreløbig" in found[0].explain("da").lower()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"periods": (2020, 2024)}, "periods must be"),
        ({"periods": None}, "periods must be"),
        ({"indicators": []}, "There are no indicators to compare"),
        ({"include_self": "no"}, "include_self must be true or false"),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(call: dict[str, Any], said: str) -> None:
    """By the name that the caller wrote."""
    asked: dict[str, Any] = {"periods": ("2020", "2024")} | call
    with pytest.raises(mb.errors.ArgumentError, match=said):
        mb.compare_gaps(figures(named([50, 52]), named([51, 55])), **asked)


def test_the_table_shows_the_change_with_its_interval() -> None:
    """And both periods."""
    shown = mb.compare_gaps(figures(named([50, 52]), named([51, 58])), periods=("2020", "2024")).shown("en").to_text()
    assert "2020\u20132024" in shown
    assert "change" in shown
    assert "\u22125" in shown
