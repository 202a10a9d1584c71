"""How often what was said before a deadline came true."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from history_cases import catalogue_of, measurements_of, records
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import (
    ArgumentError,
    AtLeast,
    AtMost,
    BackTest,
    BackTestCalls,
    Baseline,
    Catalogue,
    Measurements,
    back_test,
    track,
)
from maalbib.analysis._back_test_tally import Called, tallied
from maalbib.model import Target


def _german(oracles: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((oracles / "tracking/destatis_weather.json").read_text(encoding="utf-8"))
    return found


def _calls_2020(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The published symbols for targets due in 2020, of the years before."""
    return [case for case in found["cases"] if case["target_year"] == 2020 and case["as_of"] < 2020]


def _met(case: dict[str, Any], found: dict[str, Any]) -> bool:
    value = found["series"][case["series"]]["values"]["2020"]
    return bool(value >= case["target"] if case["direction"] == "up" else value <= case["target"])


def test_published_german_symbols_for_targets_due_2020(oracles: Path) -> None:
    """Every sun came true, no lightning did, and so did 6 of 16 clouds: a cloud says little."""
    found = _german(oracles)
    cases = _calls_2020(found)
    series = [case["series"] for case in cases]
    called = Called(
        call=np.array([case["published_symbol"] for case in cases], dtype=object),
        outcome=np.array(["met" if _met(case, found) else "not_met" for case in cases], dtype=object),
        probability=np.full(len(cases), np.nan),
        lead=np.array([2020 - case["as_of"] for case in cases]),
        pair=np.array([sorted(set(series)).index(code) for code in series]),
        secret=np.zeros(len(cases), dtype=bool),
    )
    rows = {row["call"]: row for row in tallied(called, "verdict", by_lead=False, confidence=0.95)}
    assert {call: (row["came_true"], row["n"], row["pairs"]) for call, row in rows.items()} == {
        "all": (12, 23, 6),
        "sun": (6, 6, 2),
        "cloud": (6, 16, 5),
        "lightning": (0, 1, 1),
    }
    # The interval of 6 of 6 by Wilson's formula, worked out: (n + z²/2 ± ...)/(n + z²) with p = 1.
    assert math.isclose(rows["sun"]["lower"], 6 / (6 + 1.959963984540054**2), rel_tol=1e-12)
    assert rows["sun"]["upper"] == 1
    assert rows["sun"]["cautious_lower"] < rows["sun"]["lower"]


def _german_targets(found: dict[str, Any]) -> tuple[Measurements, Catalogue]:
    targets: dict[str, Target] = {}
    for case in _calls_2020(found):
        kind = AtLeast if case["direction"] == "up" else AtMost
        targets[case["series"]] = kind(id=case["series"], indicator=case["series"], value=case["target"], due="2020")
    rows = [
        {"indicator": code, "institution": "DE", "period": year, "value": value}
        for code in targets
        for year, value in found["series"][code]["values"].items()
    ]
    plain = catalogue_of([])
    indicators = [attrs.evolve(plain.indicators["I"], id=code) for code in targets]
    return measurements_of(rows), attrs.evolve(plain, indicators=indicators, targets=list(targets.values()))


def test_german_back_test_from_the_series(oracles: Path) -> None:
    """Judged anew from the series by the published method, the calls are the published ones and count the same."""
    found = _german(oracles)
    measurements, catalogue = _german_targets(found)
    dates = [f"{year}-12-31" for year in range(2016, 2020)]
    calls = back_test(measurements, catalogue, method="destatis", dates=dates, by="verdict").calls
    said = {(row.target, row.as_of.year): (row.verdict, row.outcome) for row in calls}
    reproduced = [case for case in _calls_2020(found) if case["reproduced"]]
    assert len(reproduced) == 22
    for case in reproduced:
        outcome = "met" if _met(case, found) else "not_met"
        assert said[case["series"], case["as_of"]] == (case["published_symbol"], outcome), case["case_id"]
    shares = {row.call: (row.came_true, row.n) for row in calls.tally("verdict")}
    assert shares["sun"] == (6, 6)
    assert shares["cloud"][0] == 6
    assert all("vintage_assumed" in row.flags for row in calls.tally("verdict"))


def _target(**fields: Any) -> AtLeast:
    given: dict[str, Any] = {"id": "T", "indicator": "I", "value": 70, "due": "2020"}
    given["baseline"] = Baseline(period="2015")
    given.update(fields)
    return AtLeast(**given)


def _rows(
    values: Sequence[float | None], institution: str = "0101", first: int = 2015, **more: Any
) -> list[dict[str, Any]]:
    return [
        {"indicator": "I", "institution": institution, "period": str(first + place), "value": value} | more
        for place, value in enumerate(values)
        if value is not None
    ]


def _tested(*rows: list[dict[str, Any]], targets: Sequence[Target] | None = None, **options: Any) -> BackTest:
    catalogue = catalogue_of([_target()] if targets is None else targets)
    return back_test(measurements_of([row for part in rows for row in part]), catalogue, **options)


RISING = [60.0, 62, 64, 66, 68, 70]
SLOW = [60.0, 61, 62, 61, 62, 61]


def test_calls_and_outcomes_by_hand() -> None:
    """Four calls on track that came true, four off track that did not, and two first years that were no calls."""
    found = _tested(_rows(RISING), _rows(SLOW, "0147"))
    assert [(row.call, row.calls, row.n, row.came_true, row.pairs) for row in found] == [
        ("all", 8, 8, 4, 2),
        ("on_track", 4, 4, 4, 1),
        ("off_track", 4, 4, 0, 1),
        ("not_measurable", 2, 2, None, 2),
    ]
    assert [(row.as_of.year, row.lead, row.state, row.outcome) for row in found.calls.where(institution="0101")] == [
        (2015, 5, "not_measurable", "met"),
        (2016, 4, "on_track", "met"),
        (2017, 3, "on_track", "met"),
        (2018, 2, "on_track", "met"),
        (2019, 1, "on_track", "met"),
    ]
    assert found.calls[-1].outcome_value == 61.0
    assert found[1].flags == ("few_calls", "repeated_targets", "vintage_assumed")
    assert found[-1].share is None


def test_calls_by_years_before_the_deadline() -> None:
    """Each kind of call is counted for each lead as well; the leads add up."""
    found = _tested(_rows(RISING), _rows(SLOW, "0147"), by_lead=True)
    whole = found.where(call="all", lead=None)[0]
    leads = [row for row in found.where(call="all") if row.lead is not None]
    assert [(row.lead, row.n, row.came_true) for row in leads] == [(1, 2, 1), (2, 2, 1), (3, 2, 1), (4, 2, 1)]
    assert sum(row.n for row in leads) == whole.n
    assert "repeated_targets" not in leads[0].flags


def test_unfinished_and_not_measurable_outcomes_are_counted_apart() -> None:
    """A deadline to come, and a deadline without a value, are no failures."""
    later = _target(id="L", due="2025")
    no_value = _target(id="N", scope=None, breakdown=None, due="2019")
    rows = _rows([60.0, 62, 64, 66, None, 70])
    found = _tested(rows, targets=[_target(), later, no_value])
    outcomes = {(row.target, row.outcome, row.outcome_reason) for row in found.calls}
    assert outcomes == {
        ("T", "met", "at_due"),
        ("L", "unfinished", "reached_early"),
        ("N", "not_measurable", "due_value_missing"),
    }
    row = found.where(call="all")[0]
    assert row.calls == row.n + row.unfinished + row.unmeasured
    assert row.unfinished > 0
    assert row.unmeasured > 0
    assert found.calls.where(outcome="unfinished").counts()


def test_a_deadline_whose_value_is_not_there_yet_is_unfinished() -> None:
    """The day after the deadline does not decide; its value does."""
    found = _tested(_rows(RISING[:5]), as_of="2021-03-01")
    assert {row.outcome_reason for row in found.calls} == {"due_value_pending"}
    assert {row.outcome for row in found.calls} == {"unfinished"}
    assert (found[0].state, found[0].reason, found[0].share) == ("not_judged", "no_outcomes", None)


def test_pitfall_a_moved_deadline_does_not_rescue_a_call() -> None:
    """A call is held against the version that it was about, also after the deadline was moved."""
    targets = [
        _target(value=75, decided_on="2015-01-01", version="v1"),
        _target(value=75, due="2023", decided_on="2020-06-01", version="v2"),
    ]
    found = _tested(_rows([*RISING, 72.0, 74.0, 76.0]), targets=targets)
    outcomes = {(row.version, row.outcome) for row in found.calls}
    assert outcomes == {("v1", "not_met"), ("v2", "met")}


def test_reached_late_counts_only_when_asked() -> None:
    """Reached a year after the deadline is not met at due; by now it is."""
    rows = _rows([60.0, 61, 62, 64, 66, 68, 71])
    assert {row.outcome for row in _tested(rows).calls} == {"not_met"}
    assert {row.outcome for row in _tested(rows, outcome="by_now").calls} == {"met"}


def test_a_value_that_is_known_at_the_deadline_is_no_forecast() -> None:
    """On the last day of the due period its value is there, and the verdict is no call."""
    calls = _tested(_rows(RISING), dates="Q").calls
    assert max(row.as_of for row in calls) == dt.date(2020, 9, 30)
    soon = [
        {"period": 2015 + place, "value": value, "known_from": f"{2015 + place}-06-30"}
        for place, value in enumerate(RISING)
    ]
    early = measurements_of(records(soon))
    calls = back_test(early, catalogue_of([_target()]), dates="Q").calls
    assert max(row.as_of for row in calls) == dt.date(2020, 3, 31)


def test_stated_probabilities_against_outcomes() -> None:
    """The Brier score is the mean squared distance, and the classes hold every call once."""
    noisy = [60.0, 63, 63, 67, 67, 70]
    flat = [60.0, 61, 60, 61.5, 60, 61]
    found = _tested(_rows(noisy), _rows(flat, "0147"), by="probability")
    calls = [row for row in found.calls if row.probability is not None]
    squares = [(row.probability - (row.outcome == "met")) ** 2 for row in calls if row.probability is not None]
    whole = found.where(call="all")[0]
    assert len(calls) == whole.n == 4
    assert math.isclose(whole.brier or -1, sum(squares) / len(squares), rel_tol=1e-12)
    assert sum(row.n for row in found if row.call != "all") == whole.n
    for row in found:
        if row.call_low is not None and row.call_high is not None and row.mean_probability is not None:
            assert row.call_low <= row.mean_probability <= row.call_high


def _slow_tally(called: Called, by: str) -> dict[str, tuple[int, int, int, int]]:
    """Calls, settled ones, met ones and pairs of each kind, one call at a time."""
    found: dict[str, list[Any]] = {}
    for place in range(len(called)):
        call = str(called.call[place])
        if by == "probability":
            if call == "not_measurable" or math.isnan(called.probability[place]):
                continue
            low = min(int(called.probability[place] * 10 + 1e-9), 9)
            call = f"{low / 10:.1f}-{(low + 1) / 10:.1f}"
        names = [call] if call == "not_measurable" else [call, "all"]
        for name in names:
            count = found.setdefault(name, [0, 0, 0, set()])
            count[0] += 1
            if called.outcome[place] in {"met", "not_met"}:
                count[1] += 1
                count[2] += called.outcome[place] == "met"
                count[3].add(int(called.pair[place]))
    return {name: (count[0], count[1], count[2], len(count[3])) for name, count in found.items()}


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["met", "on_track", "off_track", "moving_away", "not_measurable"]),
            st.sampled_from(["met", "not_met", "unfinished", "not_measurable"]),
            st.one_of(st.just(math.nan), st.integers(0, 20).map(lambda part: part / 20)),
            st.integers(0, 5),
            st.integers(0, 3),
        ),
        max_size=30,
    ),
    by=st.sampled_from(["state", "probability"]),
)
def test_tally_against_one_call_at_a_time(rows: list[tuple[Any, ...]], by: Any) -> None:
    """Counts are those of a slow loop, and shares lie inside both intervals, the cautious one being wider."""
    call, outcome, probability, lead, pair = zip(*rows, strict=True) if rows else ((),) * 5
    called = Called(
        call=np.array(call, dtype=object),
        outcome=np.array(outcome, dtype=object),
        probability=np.array(probability, dtype=np.float64),
        lead=np.array(lead, dtype=np.int64),
        pair=np.array(pair, dtype=np.int64),
        secret=np.zeros(len(rows), dtype=bool),
    )
    found = tallied(called, by, by_lead=False, confidence=0.95)
    counts = {
        row["call"]: (
            row["calls"],
            row["n"],
            row["came_true"] if row["came_true"] is not None else None,
            row["pairs"],
        )
        for row in found
    }
    slow = _slow_tally(called, by)
    assert set(counts) == set(slow)
    for name, (calls, n, met, pairs) in slow.items():
        spoken = n > 0 and name != "not_measurable"
        assert counts[name] == (calls, n, met if spoken else None, pairs)
    for row in found:
        if row["share"] is not None:
            assert row["cautious_lower"] - 1e-12 <= row["lower"] <= row["share"] <= row["upper"]
            assert row["upper"] <= row["cautious_upper"] + 1e-12


def test_calls_are_what_was_said_then() -> None:
    """Each call is the row of tracking on its day."""
    known = [
        {"period": 2015 + place, "value": value, "known_from": f"{2016 + place}-03-01"}
        for place, value in enumerate(RISING)
    ]
    measurements, catalogue = measurements_of(records(known)), catalogue_of([_target()])
    for call in back_test(measurements, catalogue).calls:
        row = track(measurements, catalogue, as_of=call.as_of)[0]
        assert (row.state, row.reason, row.probability) == (call.state, call.reason, call.probability)
        assert "vintage_assumed" not in call.flags


def test_sentences_are_honest_about_few_and_dependent_calls() -> None:
    """The Danish sentence gives counts, interval, how few there are, and that they are not independent."""
    found = _tested(_rows(RISING), _rows(SLOW, "0147"))
    assert found.where(call="on_track")[0].explain("da").replace("\u00a0", " ") == (
        "linear, på vej: 4 af 4 mål blev nået (100 %, interval 51–100 %). "
        "Der er færre end ti afgjorte vurderinger. "
        "Flere vurderinger gælder det samme mål og er derfor ikke uafhængige; tælles hvert mål for en enhed én gang, "
        "er intervallet 21–100 %. "
        "Hvornår tallene blev kendt, er antaget ud fra perioden; senere rettelser er derfor regnet med. "
        "Den oplyste sandsynlighed var i gennemsnit 100 %; Brier-score 0,000 (antal vurderinger: 2)."
    )
    assert found.calls[2].explain("en") == (
        "The figure, 0101: On 31 December 2016 the method linear said “on track”. Outcome: the target was met."
    )


def test_confidential_calls_are_not_told() -> None:
    """Of confidential verdicts neither call, outcome nor share is shown."""
    found = _tested(_rows(RISING, conf="C"))
    assert {row.hidden for row in found} == {"confidential"}
    for row in found.public():
        assert (row.state, row.reason, row.share, row.came_true, row.brier) == (
            "not_judged",
            "confidential",
            None,
            None,
            None,
        )
    for call in (*found.calls.public(), *(call.public() for call in found.calls)):
        assert (call.state, call.outcome, call.verdict, call.outcome_value) == (
            "not_measurable",
            "not_measurable",
            None,
            None,
        )
    assert "4" not in found.explain("da").replace("linear", "")
    with pytest.raises(ArgumentError):
        _ = found.public().calls


def test_results_are_kept_in_files() -> None:
    """The numbers and the calls come back; the calls of numbers that were read are somewhere else."""
    found = _tested(_rows(RISING), _rows(SLOW, "0147"))
    assert BackTest.from_json(found.to_json()) == found
    assert BackTestCalls.from_arrow(found.calls.to_arrow()) == found.calls
    assert found.calls.tally() == found
    assert found.shown("da").rows
    assert found.calls.shown("en").rows
    assert len(found.plot_data("da")) == len(found)
    assert len(found[:2].calls) == len(found.calls)
    with pytest.raises(ArgumentError):
        _ = BackTest.from_json(found.to_json()).calls


@pytest.mark.parametrize("options", [{"by": "colour"}, {"outcome": "ever"}, {"confidence": 95}, {"as_of": "soon"}])
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    """Each with its own words."""
    with pytest.raises(ArgumentError):
        _tested(_rows(RISING), **options)


def test_nothing_to_test_is_an_empty_result() -> None:
    """Standing targets and milestones have no calls."""
    assert len(_tested(_rows(RISING), targets=[_target(due=None)])) == 0
