"""What would have been said at each date, what changed, and which inputs were others."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import attrs
import pandas as pd
import pytest
from history_cases import catalogue_of, measurements_of, records
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import (
    ArgumentError,
    AtLeast,
    Baseline,
    Catalogue,
    ChangeAbsolute,
    Measurements,
    Override,
    Suspension,
    Text,
    TrackingChanges,
    TrackingHistory,
    track,
    tracking_changes,
    tracking_history,
)
from maalbib.analysis._tracking_options import TrackOptions

FIRST = dt.date(2019, 1, 1)
_RISING: list[dict[str, Any]] = [
    {"period": 2018 + place, "value": 68.0 + place, "known_from": f"{2019 + place}-03-01"} for place in range(6)
]


def _target(**fields: Any) -> AtLeast:
    given: dict[str, Any] = {"id": "T", "indicator": "I", "value": 80, "due": "2030", "decided_on": "2018-06-01"}
    given["baseline"] = Baseline(period="2018")
    given.update(fields)
    return AtLeast(**given)


def _said(history: TrackingHistory) -> list[tuple[str, str]]:
    return [(str(row.as_of), f"{row.state}.{row.reason}") for row in history]


def _without_unit(text: str) -> str:
    return text.replace("\u00a0points", "").replace("\u00a0point", "")


def _causes(changes: TrackingChanges) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(change.as_of), change.causes) for change in changes]


def _plain(row: Any) -> dict[str, Any]:
    """What is said, without what only the day itself decides."""
    cells: dict[str, Any] = row.to_dict()
    flags = [flag for flag in cells["flags"] if flag != "stale"]
    return {name: cell for name, cell in cells.items() if name not in {"as_of", "age_days"}} | {"flags": flags}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], Catalogue]:
    """Records of two institutions with vintages and revisions, versions of a target, and perhaps a break."""
    rows: dict[tuple[str, int, dt.date], dict[str, Any]] = {}
    for who in ("0101", "0147"):
        for year in range(2018, 2024):
            for _ in range(draw(st.integers(0, 2))):
                known = FIRST + dt.timedelta(days=draw(st.integers(0, 2600)))
                value = draw(st.integers(60, 85))
                record = {"period": year, "value": float(value), "known_from": known.isoformat()}
                rows[who, year, known] = records([record], who)[0]
    due, later = draw(st.sampled_from(["2022", "2023", "2030"])), draw(st.sampled_from(["2024", "2028"]))
    decided = FIRST + dt.timedelta(days=draw(st.integers(0, 900)))
    targets = [_target(due=due, decided_on=decided, version="v1")]
    if draw(st.booleans()):
        day = decided + dt.timedelta(days=draw(st.integers(1, 1200)))
        targets.append(_target(due=later, value=75, decided_on=day, version="v2"))
    if draw(st.booleans()):
        ends = max(item.decided_on or FIRST for item in targets) + dt.timedelta(days=draw(st.integers(1, 900)))
        targets[-1] = attrs.evolve(targets[-1], withdrawn_on=ends)
    known_from = FIRST + dt.timedelta(days=draw(st.integers(0, 2000)))
    breaks = [{"period": 2021, "comparable": "no", "known_from": known_from}] if draw(st.booleans()) else []
    return list(rows.values()), catalogue_of(targets, breaks)


@settings(max_examples=15)
@given(case=histories(), after=st.integers(0, 3000))
def test_between_two_days_of_the_history_nothing_is_missed(case: tuple[Any, Catalogue], after: int) -> None:
    """On any day what was last said by the history is what tracking on the day says."""
    rows, catalogue = case
    if not rows:
        return
    measurements, versions = measurements_of(rows), catalogue.targets.versions("T")
    decided = min(target.decided_on or FIRST for target in versions)
    day = decided + dt.timedelta(days=after)
    history = tracking_history(measurements, catalogue, until=day)
    now = track(measurements, catalogue, as_of=day)
    assert [_plain(row) for row in history.at(day)] == [_plain(row) for row in now]


@settings(max_examples=15)
@given(case=histories(), after=st.integers(0, 3000))
def test_what_was_not_known_changes_nothing(case: tuple[Any, Catalogue], after: int) -> None:
    """Judging on a day with all data is judging with the data, versions and breaks known by the day."""
    rows, catalogue = case
    day = FIRST + dt.timedelta(days=after)
    known = [row for row in rows if row["vintage"].date() <= day]
    versions = [item for item in catalogue.targets.versions("T") if item.decided_on is None or item.decided_on <= day]
    if not known or not versions:
        return
    indicator = catalogue.indicators["I"]
    breaks = [item for item in indicator.breaks if item.known_from is None or item.known_from <= day]
    then = attrs.evolve(catalogue, targets=versions, indicators=[attrs.evolve(indicator, breaks=breaks)])
    with_all = track(measurements_of(rows), catalogue, as_of=day)
    assert with_all.to_dicts() == track(measurements_of(known), then, as_of=day).to_dicts()


@settings(max_examples=15)
@given(case=histories())
def test_replaying_the_changes_leads_from_the_first_verdicts_to_the_last(case: tuple[Any, Catalogue]) -> None:
    """The log is whole: the first verdicts and every change give the last verdicts."""
    rows, catalogue = case
    if not rows:
        return
    history = tracking_history(measurements_of(rows), catalogue)
    if not history.dates:
        return
    state = {row.institution: (row.state, row.reason) for row in history.at(history.dates[0]) if row.institution}
    for change in history.changes():
        before = None if change.from_state is None else (change.from_state, change.from_reason)
        assert state.get(change.institution) == before
        assert before != (change.state, change.reason)
        assert change.from_as_of < change.as_of
        assert change.causes
        if change.reason == "no_longer_judged":
            del state[change.institution]
        else:
            state[change.institution] = (change.state, change.reason)
    last = {row.institution: (row.state, row.reason) for row in history.at(history.dates[-1]) if row.institution}
    assert state == last


@settings(max_examples=15)
@given(case=histories())
def test_a_day_of_the_history_is_one_on_which_something_became_known(case: tuple[Any, Catalogue]) -> None:
    """No date is there without a vintage, a period that begins, a decision, a break or a deadline of that day."""
    rows, catalogue = case
    if not rows:
        return
    known = {row["vintage"].date() for row in rows} | {dt.date(int(row["period"]), 1, 1) for row in rows}
    for target in catalogue.targets.versions("T"):
        due = getattr(target, "due", None)
        assert due is not None
        known |= {target.decided_on, target.withdrawn_on, due.end + dt.timedelta(days=1)}
    known |= {item.known_from for item in catalogue.indicators["I"].breaks}
    assert set(tracking_history(measurements_of(rows), catalogue).dates) <= known


def test_before_anything_is_known_there_is_no_data() -> None:
    """A target without a day of decision, looked at before the first vintage, has no data."""
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of([_target(decided_on=None)])
    (row,) = tracking_history(measurements, catalogue, dates="2019-02-28")
    assert (row.state, row.reason) == ("not_measurable", "no_data")


def test_pitfall_deadline_moved_shortly_before_it_passed() -> None:
    """In force the new deadline is open; on the original target it was missed. Both are one call away."""
    targets = [
        _target(value=72.2, due="2022", version="v1"),
        _target(value=80, due="2026", version="v2", decided_on="2022-11-01"),
    ]
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of(targets)
    said = {
        basis: tracking_history(measurements, catalogue, basis=basis, dates="2023-06-01")[0].state
        for basis in ("in_force", "original")
    }
    assert said == {"in_force": "off_track", "original": "not_met"}
    changes = tracking_history(measurements, catalogue).changes()
    moved = changes.row(as_of=dt.date(2022, 11, 1))
    assert moved.causes == ("target_version",)
    assert (moved.from_due, moved.due, moved.from_version, moved.version) == ("2022", "2026", "v1", "v2")
    assert _without_unit(moved.explain("da")) == (
        "Tallet, 0101: 1. november 2022: fra »på vej« til »bagud«, fordi målet blev ændret "
        "(72,2 i 2022 → 80,0 i 2026)."
    )


def test_pitfall_due_value_revised_after_the_verdict() -> None:
    """The history keeps both verdicts, and says that the figure was revised."""
    revised = [*_RISING, {"period": 2023, "value": 75.0, "known_from": "2024-07-01", "revision": 1}]
    history = tracking_history(measurements_of(records(revised)), catalogue_of([_target(value=75, due="2023")]))
    assert _said(history)[-3:] == [
        ("2024-01-01", "not_measurable.due_value_pending"),
        ("2024-03-01", "not_met.due_passed"),
        ("2024-07-01", "met.at_due"),
    ]
    changes = history.changes()
    assert _causes(changes)[-3:] == [
        ("2024-01-01", ("deadline_passed",)),
        ("2024-03-01", ("new_data",)),
        ("2024-07-01", ("revised_data",)),
    ]
    assert _without_unit(changes[-1].explain("en")) == (
        "The figure, 0101: 1 July 2024: from “not met” to “met”, because the figure for 2023 was revised "
        "(73.0 → 75.0)."
    )
    assert changes[-1].ranks == 5


def test_pitfall_a_year_counted_twice() -> None:
    """Two figures for one year are two vintages of one value, never two points."""
    twice = [*_RISING[:3], {"period": 2020, "value": 61.0, "known_from": "2021-09-01"}]
    history = tracking_history(measurements_of(records(twice)), catalogue_of([_target()]))
    assert [(row.n, row.latest) for row in history][-2:] == [(3, 70.0), (3, 61.0)]
    assert history.changes()[-1].causes == ("revised_data",)


def test_pitfall_figures_known_before_their_period_has_ended() -> None:
    """Without vintages a value is known from the end of its period and the delay on, and the row says that it is assumed."""
    rows = [{name: cell for name, cell in row.items() if name != "vintage"} for row in records(_RISING)]
    measurements, catalogue = measurements_of(rows), catalogue_of([_target(decided_on=None)])
    for delay, day in ((0, "2023-12-31"), (60, "2024-02-29")):
        history = tracking_history(measurements, catalogue, publication_delay=delay)
        assert str(history.dates[-1]) == day
        row = history.at(day)[0]
        assert (row.latest_period, row.flags) == ("2023", ("vintage_assumed", "zero_residual"))
        assert json.loads(row.params)["publication_delay"] == delay
    always = tracking_history(measurements, catalogue, publication_delay=None, dates="2023-01-01")
    assert always.to_dicts() == track(measurements, catalogue, as_of="2023-01-01").to_dicts()
    assert always[0].latest_period == "2023"


def test_what_is_assumed_changes_nothing_that_was_given() -> None:
    """The measurements of the caller stay as they are, and vintages that they have are kept."""
    rows = records(_RISING)
    rows[0]["vintage"] = pd.NaT
    measurements = measurements_of(rows)
    before = measurements.to_arrow()
    history = tracking_history(measurements, catalogue_of([_target(decided_on=None)]))
    assert measurements.to_arrow().equals(before)
    assert [str(day) for day in history.dates][:2] == ["2018-12-31", "2020-03-01"]


def test_dates_by_frequency_and_by_name() -> None:
    """The end of each period, from the first thing known to the last; or the dates that were asked for, in order, once."""
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of([_target(decided_on=None)])
    years = tracking_history(measurements, catalogue, dates="A").dates
    assert [str(day) for day in years] == [f"{year}-12-31" for year in range(2019, 2025)]
    until = tracking_history(measurements, catalogue, dates="Q", since="2023-01-01", until="2023-11-01").dates
    assert [str(day) for day in until] == ["2023-03-31", "2023-06-30", "2023-09-30"]
    asked: list[str | dt.date] = ["2024-03-01", "2023-03-01", dt.date(2024, 3, 1)]
    assert [str(day) for day in tracking_history(measurements, catalogue, dates=asked).dates] == [
        "2023-03-01",
        "2024-03-01",
    ]


@pytest.mark.parametrize("dates", ["hvert år", "2024", ["2024-13-01"]])
def test_dates_that_are_none_are_refused(dates: Any) -> None:
    """Neither a frequency nor a date."""
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of([_target()])
    with pytest.raises(ArgumentError):
        tracking_history(measurements, catalogue, dates=dates)


@pytest.mark.parametrize("delay", [-1, 1.5, True, "60"])
def test_a_delay_is_a_whole_number_of_days(delay: Any) -> None:
    """Other delays are refused."""
    with pytest.raises(ArgumentError):
        tracking_history(measurements_of(records(_RISING)), catalogue_of([_target()]), publication_delay=delay)


def test_each_target_is_judged_when_something_about_it_became_known() -> None:
    """News about one indicator does not repeat what is said of another."""
    own = records(_RISING[:2])
    other = [row | {"indicator": "J", "vintage": pd.Timestamp("2022-05-05")} for row in records(_RISING[:1])]
    catalogue = catalogue_of([_target(decided_on=None)])
    second = attrs.evolve(catalogue.indicators["I"], id="J")
    both = attrs.evolve(
        catalogue,
        indicators=[catalogue.indicators["I"], second],
        targets=[_target(decided_on=None), AtLeast(id="U", indicator="J", value=1)],
    )
    history = tracking_history(measurements_of([*own, *other]), both)
    assert [(row.target, str(row.as_of)) for row in history] == [
        ("T", "2019-03-01"),
        ("T", "2020-03-01"),
        ("U", "2022-05-05"),
    ]
    assert [row.target for row in history.at("2022-12-31")] == ["T", "U"]
    assert [row.target for row in history.at("2020-12-31")] == ["T"]
    assert len(history.at("2018-12-31")) == 0


def _changes(rows: list[dict[str, Any]], targets: list[Any], **more: Any) -> TrackingChanges:
    breaks = more.pop("breaks", ())
    return tracking_history(measurements_of(rows), catalogue_of(targets, breaks, **more)).changes()


def test_a_decision_is_named() -> None:
    """A target decided after its figures began is decided when the log says so."""
    history = tracking_history(
        measurements_of(records(_RISING)),
        catalogue_of([_target(decided_on="2022-05-01")]),
        dates=["2022-04-01", "2022-05-01"],
    )
    assert _causes(history.changes()) == [("2022-05-01", ("target_decided",))]


def test_a_withdrawal_is_named() -> None:
    """So is the day on which a target was withdrawn."""
    changes = _changes(records(_RISING), [_target(withdrawn_on="2024-04-01")])
    assert _causes(changes)[-1] == ("2024-04-01", ("target_withdrawn",))


def test_a_pause_and_its_end_are_named() -> None:
    """A suspended target is in force again afterwards."""
    pause = Suspension(start="2022-06-01", end="2022-09-01")
    changes = _changes(records(_RISING), [_target(suspensions=[pause])])
    assert _causes(changes)[-2:] == [("2022-06-01", ("paused",)), ("2022-09-01", ("resumed",))]


def test_a_break_is_named() -> None:
    """Until a break is known the old verdict stands."""
    broken = [{"period": 2022, "comparable": "no", "known_from": "2023-05-01"}]
    changes = _changes(records(_RISING[:5]), [_target()], breaks=broken)
    assert _causes(changes)[-1] == ("2023-05-01", ("break",))


def test_a_revised_baseline_is_named() -> None:
    """A change target without an agreed value moves with the baseline."""
    rows = [*_RISING[:5], {"period": 2018, "value": 60.0, "known_from": "2023-06-01", "revision": 1}]
    target = ChangeAbsolute(id="T", indicator="I", delta=6, due="2030", baseline=Baseline(period="2018"))
    changes = _changes(records(rows), [target])
    assert _causes(changes)[-1] == ("2023-06-01", ("revised_baseline",))
    assert (changes[-1].from_baseline, changes[-1].baseline) == (68.0, 60.0)


def test_a_revised_earlier_figure_is_named() -> None:
    """Where latest value and baseline stay and the line does not, an earlier figure was revised."""
    rows = [*_RISING[:4], {"period": 2019, "value": 90.0, "known_from": "2022-06-01", "revision": 1}]
    assert _causes(_changes(records(rows), [_target()]))[-1] == ("2022-06-01", ("revised_earlier",))


def test_a_figure_taken_back_or_withheld_is_named() -> None:
    """Both leave the latest verdict, and are not the same."""
    back = records([_RISING[1] | {"known_from": "2022-01-01"}])[0]
    taken = [*records(_RISING[:2]), back | {"action": "delete"}]
    for row in taken[:-1]:
        row["action"] = "replace"
    (*_, last) = _changes(taken, [_target()])
    assert last.causes == ("data_taken_back",)
    held = [*_RISING[:3], {"period": 2020, "value": None, "known_from": "2022-01-01", "status": "Q"}]
    (*_, last) = _changes(records(held), [_target()])
    assert (last.reason, last.causes, last.value) == ("suppressed", ("data_withheld",), None)


def test_an_override_and_its_end_are_named() -> None:
    """What was set by hand stands beside the computed state, in the log as elsewhere."""
    decision = Override(
        target="T",
        institution="0101",
        state="off_track",
        reason=Text(da="Tallene er for gode.", en="The figures are too good."),
        decided_by_role="kvalitetschef",
        decided_on="2023-06-01",
        until="2023-09-01",
    )
    changes = _changes(records(_RISING), [_target()], overrides=[decision])
    assert _causes(changes)[-2:] == [("2023-06-01", ("override",)), ("2023-09-01", ("override_ended",))]
    assert changes[-2].explain("da") == (
        "Tallet, 0101: 1. juni 2023: fra »på vej« til »på vej, sat til bagud i hånden«, "
        "fordi status blev sat i hånden (rolle: kvalitetschef)."
    )


def test_two_evaluations_of_one_day_by_other_options_or_methods() -> None:
    """What the two calls did differently is the cause; the rows are not taken for others."""
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of([_target(value=80.5)])
    before = track(measurements, catalogue, as_of="2024-12-31")
    strict = track(measurements, catalogue, as_of="2024-12-31", slack=0)
    assert [(row.from_state, row.state, row.causes) for row in tracking_changes(before, strict)] == [
        ("on_track", "off_track", ("params",))
    ]
    fallen = measurements_of(records([*_RISING[:5], _RISING[5] | {"value": 60.0}]))
    linear, robust = (track(fallen, catalogue, as_of="2024-12-31", method=name) for name in ("linear", "robust"))
    assert [(row.from_method, row.method, row.causes) for row in tracking_changes(linear, robust)] == [
        ("linear", "robust", ("method",))
    ]
    assert len(tracking_changes(before, before)) == 0


def test_several_methods_are_followed_each_by_itself() -> None:
    """With several methods in one history a row is held against the same method before."""
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of([_target()])
    history = tracking_history(measurements, catalogue, method=iter(["linear", "robust"]))
    changes = history.changes()
    assert {row.method for row in changes} == {"linear", "robust"}
    assert all(row.from_method in {None, row.method} for row in changes)


def test_a_history_is_not_one_evaluation() -> None:
    """Two rows that differ in their date alone cannot be told apart."""
    measurements, catalogue = measurements_of(records(_RISING)), catalogue_of([_target()])
    history = tracking_history(measurements, catalogue)
    several: Any = history
    with pytest.raises(ArgumentError, match="several rows"):
        tracking_changes(several, several)


def test_institutions_come_and_go() -> None:
    """The first verdict of an institution, and its last, are changes too."""
    late = records([{"period": 2020, "value": 70.0, "known_from": "2021-06-01"}], "0147")
    gone = [row | {"vintage": pd.Timestamp("2022-06-01"), "action": "delete"} for row in late]
    rows = [row | {"action": "replace"} for row in (*records(_RISING[:3]), *late)] + gone
    changes = _changes(rows, [_target()]).where(institution="0147")
    assert [(row.from_state, row.reason, row.causes) for row in changes] == [
        (None, "no_baseline", ("new_data",)),
        ("not_measurable", "no_longer_judged", ("data_taken_back",)),
    ]
    assert _without_unit(changes[0].explain("en")).endswith("because a new figure for 2020 came in (70.0).")


def test_confidential_verdicts_are_not_told_by_the_log() -> None:
    """Of a confidential row neither state, cause nor figure is shown."""
    rows = [row | {"conf": "C"} for row in records(_RISING)]
    changes = _changes(rows, [_target()])
    assert {change.causes for change in changes} != {()}
    for shown in (*changes.public(), *(change.public() for change in changes)):
        assert (shown.state, shown.from_state, shown.from_reason, shown.causes) == ("not_measurable", None, None, ())
        assert (shown.value, shown.from_value, shown.ranks) == (None, None, None)
    assert "vej" not in changes.explain("da")
    assert "73" not in changes.explain("da")


def test_figures_of_few_people_are_not_told_by_the_log() -> None:
    """The verdict stays, the figures go."""
    rows = [row | {"n": 3} for row in records(_RISING)]
    changes = _changes(rows, [_target()])
    assert "on_track" in {change.state for change in changes.public()}
    assert "→" not in changes.explain("da")
    assert "→" in changes.explain("da", internal=True)


def test_results_are_kept_in_files() -> None:
    """History and changes come back from JSON and Arrow as they were."""
    history = tracking_history(measurements_of(records(_RISING)), catalogue_of([_target()]))
    changes = history.changes()
    assert TrackingHistory.from_json(history.to_json()) == history
    assert TrackingChanges.from_json(changes.to_json()) == changes
    assert TrackingChanges.from_arrow(changes.to_arrow()) == changes
    assert history.shown("da").rows
    assert changes.shown("en").rows
    assert len(changes.plot_data("da")) == len(changes)


def test_nothing_known_is_an_empty_history() -> None:
    """No data and no decisions: no dates, no changes, and no error."""
    measurements = Measurements.from_pandas(
        pd.DataFrame(columns=["indicator", "institution", "period", "value"]).astype({"value": "float64"})
    )
    history = tracking_history(measurements, catalogue_of([_target(decided_on=None)]))
    assert (history.dates, len(history), len(history.changes())) == ((), 0, 0)
    assert len(history.at("2024-01-01")) == 0


def test_the_options_of_a_history_are_those_of_track() -> None:
    """An option that tracking gains is one of histories and back-tests as well."""
    import inspect

    own = set(inspect.signature(tracking_history).parameters) - {"options"}
    assert set(TrackOptions.__annotations__) | own >= set(inspect.signature(track).parameters) - {"as_of"}
    assert set(TrackOptions.__annotations__) <= set(inspect.signature(track).parameters)
