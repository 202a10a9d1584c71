"""Published Danish targets and figures, judged: what the text says, what we say, and what could not be judged and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pytest

import maalbib as mb

GRADES = ("2", "4", "6", "8")
DAY = "2021-12-31"


def published(shared: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a file of published figures; skips where it is missing."""
    file = shared / "data" / "practice" / name
    if not file.is_file():
        pytest.skip("the folder of published figures is not beside this checkout")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def measured(
    rows: Iterable[Mapping[str, Any]],
    targets: Iterable[mb.Target],
    *,
    unit: str = "percent",
    goals: Iterable[mb.Goal] = (),
    **indicator: Any,
) -> tuple[mb.Measurements, mb.Catalogue]:
    """Return values of the whole country with their indicators and targets."""
    frame = pd.DataFrame(list(rows)).assign(institution="DK")
    given: dict[str, Any] = {"unit": unit, "direction": "higher"} | indicator
    breakdowns = [name for name in ("measure", "sector") if name in frame]
    codes = sorted({*frame["indicator"], *(target.indicator for target in targets)})
    indicators = [mb.Indicator(id=code, name=mb.Text(da=code), dimensions=breakdowns, **given) for code in codes]
    catalogue = mb.Catalogue(
        id="P", agency="KL", version="1.0.0", indicators=indicators, targets=list(targets), goals=list(goals)
    )
    return mb.Measurements.from_pandas(frame, catalogue=catalogue, breakdowns=breakdowns), catalogue


# --- The national targets of the folkeskole -------------------------------------------------------------------------------


@pytest.fixture
def school() -> mb.Catalogue:
    """The targets as the ministry words them."""
    return mb.Catalogue.load("folkeskolen")


@pytest.fixture
def reading() -> mb.Measurements:
    """The shares of good readers that come with the library."""
    return mb.Measurements.example("reading")


def test_the_shipped_figures_are_the_published_ones(reading: mb.Measurements, shared: Path) -> None:
    """All 28 values, by grade and school year."""
    rows = published(shared, "national_tests_good_reading.csv")
    expected = {
        (row["grade"], f"{row['school_year'][:5]}{row['school_year'][7:]}"): row["good_share_pct"] for row in rows
    }
    found = {(row.breakdown["grade"], str(row.period)): row.value for row in reading}
    assert found == {key: float(value) for key, value in expected.items()}


def test_what_the_seven_targets_say_and_what_we_say(reading: mb.Measurements, school: mb.Catalogue) -> None:
    """80 per cent is reached in no grade; for the other six no figures were published with it, and none is made up."""
    tracking = mb.track(reading, school, as_of=DAY)
    assert {row.breakdown: (row.state, row.latest, row.gap) for row in tracking.where(target="FS-READ-80")} == {
        "grade=2": ("not_met", 79.0, 1.0),
        "grade=4": ("not_met", 71.0, 9.0),
        "grade=6": ("not_met", 71.0, 9.0),
        "grade=8": ("not_met", 75.0, 5.0),
    }
    others = {row.target: (row.state, row.reason) for row in tracking if row.target != "FS-READ-80"}
    assert set(others) == set(school.targets) - {"FS-READ-80"}
    assert set(others.values()) == {("not_measurable", "no_data")}
    assert all(row.latest is None and row.projected is None for row in tracking.where(state="not_measurable"))


def grade4(tracking: mb.Tracking) -> mb.Progress:
    """Return the row of the fourth grade."""
    return tracking.row(target="FS-READ-80", breakdown="grade=4")


def test_five_comparable_years_fall(reading: mb.Measurements, school: mb.Catalogue) -> None:
    """Before the two covid years began: 1.6 points down a year, and the gap grows."""
    row = grade4(mb.track(reading, school, as_of="2019-07-31"))
    assert (row.state, row.reason, row.n, row.flags) == ("not_met", "standing_worsening", 5, ())
    assert row.pace == pytest.approx(-1.6)


def test_the_two_years_after_the_break_are_two_points(reading: mb.Measurements, school: mb.Catalogue) -> None:
    """62 and 71 cannot be held against the years before: the gap closes, and the row says on how little that rests."""
    row = grade4(mb.track(reading, school, as_of=DAY))
    assert (row.reason, row.n, row.flags) == ("standing_improving", 2, ("break", "thin"))
    assert row.pace == pytest.approx(9.0)
    first = grade4(mb.track(reading, school, as_of="2020-07-31"))
    assert (first.reason, first.n, first.pace) == ("standing_trend_unknown", 1, None)


def test_the_break_decides_the_answer(reading: mb.Measurements, school: mb.Catalogue) -> None:
    """Taken as comparable, the last six years turn improving into worsening in three of four grades; no verdict changes."""
    across = mb.track(reading, school, as_of=DAY, targets="FS-READ-80", across_breaks=True)
    assert {row.breakdown: row.reason for row in across} == {
        "grade=2": "standing_improving",
        "grade=4": "standing_worsening",
        "grade=6": "standing_worsening",
        "grade=8": "standing_worsening",
    }
    assert grade4(across).pace == pytest.approx(-0.06, abs=0.005)
    assert all(row.flags == ("crosses_break",) and row.n == 6 and row.state == "not_met" for row in across)


@pytest.mark.parametrize("grade", GRADES)
def test_a_deadline_asks_for_more_than_the_break_leaves(
    grade: str, reading: mb.Measurements, school: mb.Catalogue
) -> None:
    """The same target with a deadline and the first year as baseline: the break is the reason, not a verdict."""
    first = mb.Baseline(period="2014/15")
    dated = mb.AtLeast(id="T", indicator="good_reading_share", value=80, due="2024/25", baseline=first)
    catalogue = attrs.evolve(school, targets=[dated])
    row = mb.track(reading, catalogue, as_of=DAY).row(breakdown=f"grade={grade}")
    assert row.state in {"on_track", "off_track", "not_measurable"}
    assert {"break", "thin"} <= set(row.flags)
    assert row.baseline_period == "2019/20"  # the first year that can be compared
    across = mb.track(reading, catalogue, as_of=DAY, across_breaks=True).row(breakdown=f"grade={grade}")
    assert (across.baseline_period, across.n) == ("2014/15", 7)


def test_figures_after_the_second_break_stand_alone(school: mb.Catalogue) -> None:
    """The transition tests of 2022/23 begin a series of their own, so that the fall since 2014/15 is never told."""
    rows = [("2014/15", 71.0), ("2020/21", 71.0), ("2022/23", 60.0)]
    frame = pd.DataFrame(rows, columns=["period", "value"]).assign(
        indicator="good_reading_share", institution="DK", grade="4"
    )
    ms = mb.Measurements.from_pandas(frame, catalogue=school, breakdowns=["grade"])
    [row] = mb.track(ms, school, as_of="2023-12-31", targets="FS-READ-80")
    assert (row.state, row.reason, row.n) == ("not_met", "standing_trend_unknown", 1)


# --- Digital self-service: one target, four measures ----------------------------------------------------------------------


def digital(shared: Path, **target: Any) -> mb.Tracking:
    """Return the verdicts on 80 per cent for the four measures."""
    names = ("post", "waves13", "wave4", "all")
    rows = [
        {
            "indicator": "I",
            "measure": name,
            "period": row["period"].replace("H", "-S"),
            "value": float(row["value_pct"]),
        }
        for name, row in zip(names, published(shared, "digital_selfservice_target.csv"), strict=True)
    ]
    ms, catalogue = measured(rows, [mb.AtLeast(id="T", indicator="I", value=80, **target)])
    return mb.track(ms, catalogue, as_of="2017-06-30")


def test_four_measures_have_four_verdicts(shared: Path) -> None:
    """77 misses, 87, 84 and 87 meet, and nobody takes their mean."""
    found = {row.breakdown: (row.state, row.latest_period) for row in digital(shared)}
    assert found == {
        "measure=post": ("not_met", "2015"),
        "measure=waves13": ("met", "2015"),
        "measure=wave4": ("met", "2016-S1"),
        "measure=all": ("met", "2016"),
    }


def test_a_later_figure_is_not_passed_off_as_that_of_the_deadline(shared: Path) -> None:
    """The target was for the end of 2015; two of the measures have a figure of 2016 only."""
    found = {row.breakdown: f"{row.state}.{row.reason}" for row in digital(shared, due="2015")}
    assert found["measure=post"] == "not_met.due_passed"
    assert found["measure=waves13"] == "met.at_due"
    assert found["measure=all"] == "not_measurable.due_value_missing"
    assert found["measure=wave4"].startswith("not_measurable.")


# --- De-bureaucratisation 2018: five targets, no figures -------------------------------------------------------------------


def pools() -> mb.Target:
    """Half as many grant pools."""
    return mb.ChangeRelative(
        id="POOLS", indicator="pools", percent=-50, baseline=mb.Baseline(period="2018"), due="2022"
    )


def debureaucratisation(shared: Path) -> tuple[mb.Target, ...]:
    """Return the published targets as types; the two bounds of what was expected are one band."""
    burdens, spending, halved, low, high = published(shared, "debureaucratisation_2018_targets.csv")
    assert (float(halved["value"]), halved["from"], halved["to"]) == (-50, "2018", "2022")
    assert spending["value"] == ""  # "falls every year" is a rule, not a level
    return (
        mb.AtLeast(id="BURDENS", indicator="burdens", value=float(burdens["value"]), due=burdens["to"]),
        mb.ImproveEachPeriod(id="SPENDING", indicator="spending", direction="lower", policy="every"),
        pools(),
        mb.WithinBand(
            id="FREED", indicator="freed", low=float(low["value"]), high=float(high["value"]), due=low["to"]
        ),
    )


def test_targets_without_figures_are_no_verdicts(shared: Path) -> None:
    """Each is a typed target, and each answers that nobody has published a figure."""
    targets = debureaucratisation(shared)
    ways = {"burdens": "higher", "spending": "lower", "pools": "lower", "freed": "context"}
    indicators = [
        mb.Indicator(id=code, name=mb.Text(da=code), unit="score", direction=way) for code, way in ways.items()
    ]
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=indicators, targets=targets)
    tracking = mb.track(mb.Measurements.example("reading"), catalogue, as_of="2023-06-30")
    assert {row.target: row.reason for row in tracking} == {target.id: "no_data" for target in targets}


@pytest.mark.parametrize(
    ("last", "verdict"),
    [(32.0, "met.at_due"), (33.0, "not_met.due_passed"), (None, "not_measurable.due_value_pending")],
)
def test_half_as_many_pools(last: float | None, verdict: str) -> None:
    """From 64 (our figure): 32 is half and counts, 33 does not; at the deadline nothing else is asked."""
    values = [("2018", 64.0), ("2019", 55.0), ("2020", 50.0), ("2021", 40.0), ("2022", last)]
    rows = [{"indicator": "pools", "period": year, "value": value} for year, value in values if value is not None]
    ms, catalogue = measured(rows, [pools()], unit="count", direction="lower")
    [row] = mb.track(ms, catalogue, as_of="2023-06-30")
    assert (f"{row.state}.{row.reason}", row.target_value) == (verdict, 32.0)


def test_falls_every_year_is_broken_by_one_year() -> None:
    """Three falls and a rise (our figures): the year of the rise is named, also when the latest step was a fall."""
    values = (100.0, 99.0, 99.5, 98.0)
    rows = [
        {"indicator": "spending", "period": str(2019 + place), "value": value} for place, value in enumerate(values)
    ]
    target = mb.ImproveEachPeriod(id="T", indicator="spending", direction="lower", policy="every")
    ms, catalogue = measured(rows, [target], unit="index", direction="lower")
    [row] = mb.track(ms, catalogue, as_of="2023-06-30")
    assert (row.reason, row.baseline_period, row.latest_period) == ("step_reversed", "2020", "2021")
    assert (row.steps_made, row.steps_due) == (2, 3)
    latest = attrs.evolve(catalogue, targets=[attrs.evolve(target, policy="latest")])
    assert mb.track(ms, latest, as_of="2023-06-30")[0].state == "met"


# --- Sickness absence 2012: a new definition of a known size ---------------------------------------------------------------


def test_a_definition_may_decide_a_target(shared: Path) -> None:
    """A cap between the old and the new way of counting: met by the one and not by the other, and no trend from one year."""
    rows = published(shared, "sickness_absence_2012.csv")
    for row in rows:
        now, part = float(row["average_day_works_lost"]), float(row["part_from_definition_change_2012"])
        cap = now - part / 2
        for value, state in ((now, "not_met"), (now - part, "met")):
            data = [{"indicator": "sick", "sector": row["sector"], "period": row["year"], "value": value}]
            targets = [
                mb.AtMost(id="CAP", indicator="sick", value=cap),
                mb.DirectionOnly(
                    id="DOWN", indicator="sick", direction="lower", baseline=mb.Baseline(period=row["year"])
                ),
            ]
            ms, catalogue = measured(data, targets, unit="days", direction="lower")
            capped, down = mb.track(ms, catalogue, as_of="2013-06-30")
            assert capped.state == state
            assert (down.state, down.reason) == ("not_measurable", "too_few_points")


# --- The national health goals: four classes ------------------------------------------------------------------------------


CLASSES = {"positive": (1.0, 2.0), "unchanged": (1.0, 1.0), "negative": (2.0, 1.0), "not_measurable": ()}


def test_the_published_status_is_a_count_of_states(shared: Path) -> None:
    """Positive, unchanged, negative and not measurable come back from as many series (our values) as were counted.

    In 2019 35 of 38 points could be judged, in 2021 28 of 40: less than three quarters, so that the whole has no status
    unless somebody says that 70 per cent is enough.
    """
    rows = {row["report_year"]: row for row in published(shared, "national_health_goals_status.csv")}
    for year, enough in (("2019", True), ("2021", False)):
        counts = {name: int(rows[year][name]) for name in CLASSES}
        summary, relaxed = status(counts)
        found = (relaxed.n_on_track, relaxed.n_unchanged, relaxed.n_moving_away, len(relaxed.left_out))
        assert found == tuple(counts.values())
        total = int(rows[year]["points_total"])
        assert relaxed.coverage_weight == pytest.approx(int(rows[year]["points_measurable"]) / total)
        assert relaxed.share_on_track == pytest.approx(counts["positive"] / int(rows[year]["points_measurable"]))
        assert (summary.state == "not_measurable") is not enough
        assert relaxed.state == "no_single_state"


def status(counts: Mapping[str, int]) -> tuple[mb.RollUpRow, mb.RollUpRow]:
    """Return the roll-up of as many points of each class, as it is asked by default and with a coverage of two thirds."""
    kinds = [name for name, number in counts.items() for _ in range(number)]
    goal = mb.Goal(id="HEALTH", name=mb.Text(da="Sundhed"))
    scope = mb.Scope(institutions=["DK"])
    targets = [
        mb.DirectionOnly(
            id=f"T{place}",
            indicator=f"I{place}",
            direction="higher",
            baseline=mb.Baseline(period="2017"),
            goal="HEALTH",
            scope=scope,
        )
        for place in range(len(kinds))
    ]
    rows = [
        {"indicator": f"I{place}", "period": str(2017 + step), "value": value}
        for place, name in enumerate(kinds)
        for step, value in enumerate(CLASSES[name])
    ]
    ms, catalogue = measured(rows, targets, unit="score", goals=[goal])
    tracking = mb.track(ms, catalogue, as_of="2018-12-31")
    found = [mb.roll_up(tracking, catalogue, min_coverage=least).row(group="HEALTH") for least in (0.75, 2 / 3)]
    return found[0], found[1]
