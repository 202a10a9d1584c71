"""Laws that every verdict on a target obeys, whatever the figures."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb

FIRST = 2015
RANKS = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
# Tenths: unequal figures are then unequal by far more than the noise that comparisons ignore.
VALUES = st.one_of(st.none(), st.integers(-500, 500).map(lambda tenths: tenths / 10))
SERIES = st.lists(VALUES, min_size=1, max_size=8)
FIGURES = (
    "latest",
    "gap",
    "pace",
    "required_pace",
    "expected_now",
    "projected",
    "projected_lower",
    "projected_upper",
)


@st.composite
def one_sided(draw: st.DrawFn) -> mb.Target:
    """Draw a target with one better side, standing or dated."""
    kind = draw(st.sampled_from(["at_least", "at_most", "reach_by", "change_absolute"]))
    common: dict[str, Any] = {
        "id": "T",
        "indicator": "I",
        "tolerance": draw(st.sampled_from([0.0, 0.5])),
        "no_change": draw(st.sampled_from([0.0, 1.0])),
    }
    due = draw(st.sampled_from([None, "2017", "2019", "2024", "2030"]))
    value = draw(st.integers(-50, 50)) * 1.0
    if kind == "change_absolute":
        return mb.ChangeAbsolute(**common, delta=value or 1.0, baseline=mb.Baseline(period=str(FIRST)), due=due)
    common["baseline"] = mb.Baseline(period=str(FIRST)) if draw(st.booleans()) else None
    if kind == "reach_by":
        direction = draw(st.sampled_from(["higher", "lower"]))
        return mb.ReachBy(**common, value=value, direction=direction, due=due or "2024")
    return (mb.AtLeast if kind == "at_least" else mb.AtMost)(**common, value=value, due=due)


@st.composite
def any_target(draw: st.DrawFn) -> mb.Target:
    """Draw a target of any kind."""
    base = mb.Baseline(period=str(FIRST))
    direction = draw(st.sampled_from(["higher", "lower"]))
    other = [
        mb.WithinBand(id="T", indicator="I", low=-10, high=10, due=draw(st.sampled_from([None, "2019", "2030"]))),
        mb.Maintain(id="T", indicator="I", band=1.0, baseline=base),
        mb.Maintain(id="T", indicator="I", band=1.0, baseline=base, side="no_worse", direction=direction),
        mb.ImproveEachPeriod(id="T", indicator="I", direction=direction, min_step=draw(st.sampled_from([0, 1.0]))),
        mb.DirectionOnly(id="T", indicator="I", direction=direction, baseline=base, no_change=0.5),
        mb.ChangeRelative(id="T", indicator="I", percent=20, baseline=base, due="2024"),
    ]
    return draw(st.one_of(one_sided(), st.sampled_from(other)))


def tracked(made: Any, series: dict[str, list[float | None]], target: mb.Target, **options: Any) -> mb.Tracking:
    """Judge series of yearly values from 2015 on, as known in the middle of 2023."""
    points = {
        who: [(FIRST + place, value) for place, value in enumerate(values) if value is not None]
        for who, values in series.items()
    }
    measurements, catalogue = made(points, targets=[target], direction="target")
    return mb.track(measurements, catalogue, as_of="2023-06-30", **options)


def verdict(row: mb.Progress) -> tuple[str, str, tuple[str, ...]]:
    """Return what was decided."""
    return row.state, row.reason, row.flags


def scaled(target: mb.Target, factor: float) -> mb.Target:
    """Return a target in another unit; a negative factor turns it round."""
    changes: dict[str, Any] = {
        name: getattr(target, name) * abs(factor)
        for name in ("tolerance", "no_change", "band", "min_step")
        if hasattr(target, name)
    }
    changes |= {name: getattr(target, name) * factor for name in ("value", "delta") if hasattr(target, name)}
    if hasattr(target, "low"):
        changes["low"], changes["high"] = sorted((target.low * factor, target.high * factor))
    if factor < 0 and getattr(target, "direction", None) is not None:
        changes["direction"] = {"higher": "lower", "lower": "higher"}[target.direction]
    if factor < 0 and isinstance(target, mb.AtLeast | mb.AtMost):
        turned = mb.AtMost if isinstance(target, mb.AtLeast) else mb.AtLeast
        fields = {field.name: getattr(target, field.name) for field in attrs.fields(type(target))}
        return turned(**fields | changes)
    return attrs.evolve(target, **changes)


@given(values=SERIES, target=any_target(), power=st.integers(-8, 8))
def test_another_unit_changes_nothing(values: list[float | None], target: mb.Target, power: int, made: Any) -> None:
    """Counted in another unit, with target, tolerance and bands in that unit, everything is decided alike."""
    factor = 2.0**power
    before = tracked(made, {"0101": values}, target)[0]
    other = [None if value is None else value * factor for value in values]
    after = tracked(made, {"0101": other}, scaled(target, factor))[0]
    assert verdict(after) == verdict(before)
    for name in FIGURES:
        one, two = getattr(before, name), getattr(after, name)
        assert (one is None) == (two is None)
        assert one is None or two == pytest.approx(one * factor, rel=1e-9, abs=1e-9 * factor)
    assert (before.attainment is None) == (after.attainment is None)
    assert after.attainment is None or after.attainment == pytest.approx(before.attainment, rel=1e-9, abs=1e-12)


@given(values=SERIES, target=any_target())
def test_turning_signs_and_direction_changes_nothing(
    values: list[float | None], target: mb.Target, made: Any
) -> None:
    """What is good upwards for y is good downwards for -y."""
    if isinstance(target, mb.ChangeRelative):
        return  # a percentage of a negative baseline is refused
    before = tracked(made, {"0101": values}, target)[0]
    other = [None if value is None else -value for value in values]
    after = tracked(made, {"0101": other}, scaled(target, -1.0))[0]
    assert verdict(after) == verdict(before)
    assert after.pace == (None if before.pace is None else pytest.approx(-before.pace))
    assert after.probability == (None if before.probability is None else pytest.approx(before.probability, abs=1e-9))


@given(values=SERIES, target=any_target(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(
    values: list[float | None], target: mb.Target, seed: int, made: Any
) -> None:
    """A shuffled table gives the same result, byte for byte."""
    measurements, catalogue = made(
        {"0101": [(FIRST + place, value) for place, value in enumerate(values) if value is not None]},
        targets=[target],
        direction="target",
    )
    order = np.random.default_rng(seed).permutation(len(measurements))
    shuffled = mb.Measurements.from_arrow(measurements.to_arrow().take(order), catalogue=catalogue)
    one, two = (mb.track(each, catalogue, as_of="2023-06-30") for each in (measurements, shuffled))
    assert one == two
    assert one.to_json() == two.to_json()


@given(values=SERIES, earlier=SERIES, target=any_target())
def test_history_before_a_stated_baseline_changes_nothing(
    values: list[float | None], earlier: list[float | None], target: mb.Target, made: Any
) -> None:
    """A dated target, or a direction, is judged from its baseline on."""
    dated = getattr(target, "due", None) is not None or isinstance(target, mb.DirectionOnly)
    if target.baseline is None or not dated:
        return
    now = [(FIRST + place, value) for place, value in enumerate(values) if value is not None]
    then = [(FIRST - 1 - place, value) for place, value in enumerate(earlier) if value is not None]
    results = []
    for points in (now, then + now):
        measurements, catalogue = made({"0101": points}, targets=[target], direction="target")
        results.append(mb.track(measurements, catalogue, as_of="2023-06-30"))
    if now:  # figures alike, up to the order in which a wider row is added up
        pd.testing.assert_frame_equal(*(each.to_pandas() for each in results), rtol=1e-9, atol=1e-9)
    else:
        assert {row.reason for result in results for row in result} == {"no_data"}


@given(values=SERIES, target=one_sided(), more=st.integers(1, 200))
def test_a_better_last_value_is_never_worse(
    values: list[float | None], target: mb.Target, more: int, made: Any
) -> None:
    """Raising the last value in the wished direction never lowers the rank, nor what is attained."""
    if values[-1] is None:
        return
    before = tracked(made, {"0101": values}, target)[0]
    raised = [*values[:-1], values[-1] + target.way() * more / 10]
    after = tracked(made, {"0101": raised}, target)[0]
    if len([value for value in values if value is not None]) == 1 and isinstance(target, mb.ChangeAbsolute):
        return  # the last value is the baseline too
    if before.state != "not_measurable" and after.state != "not_measurable":
        assert RANKS.index(after.state) >= RANKS.index(before.state)
    same_start = before.baseline == after.baseline and before.latest_period == after.latest_period
    if same_start and before.attainment is not None and after.attainment is not None:
        assert after.attainment >= before.attainment or (before.target_value - before.baseline) * target.way() < 0


@settings(max_examples=15)
@given(many=st.lists(SERIES, min_size=2, max_size=8), target=any_target())
def test_all_at_once_equals_one_at_a_time(many: list[list[float | None]], target: mb.Target, made: Any) -> None:
    """Judging every institution in one call gives the same rows as judging each alone."""
    kept = {f"0{101 + place}": values for place, values in enumerate(many) if any(v is not None for v in values)}
    if not kept:
        return
    together = tracked(made, kept, target)
    alone = mb.Tracking.concat([tracked(made, {who: values}, target) for who, values in kept.items()])
    frame = [result.to_pandas() for result in (together, alone)]
    pd.testing.assert_frame_equal(*frame, rtol=1e-9, atol=1e-9)


@settings(max_examples=25)
@given(
    values=st.lists(st.integers(-50, 50), min_size=1, max_size=6),
    revisions=st.lists(st.tuples(st.integers(0, 5), st.integers(-50, 50), st.integers(0, 900)), max_size=6),
    asked=st.integers(0, 900),
    target=one_sided(),
)
def test_as_of_a_day_is_what_was_known_then(
    values: list[int], revisions: list[tuple[int, int, int]], asked: int, target: mb.Target, made: Any
) -> None:
    """Judging as of a day with all vintages equals judging with only those known by then."""
    start = pd.Timestamp("2021-01-01")
    rows = [(FIRST + place, float(value), {"vintage": start}) for place, value in enumerate(values)]
    revised: dict[tuple[int, pd.Timestamp], tuple[Any, ...]] = {}
    for place, value, days in revisions:
        when = start + pd.Timedelta(days=days + 1)
        revised[FIRST + place, when] = (FIRST + place, float(value), {"vintage": when})
    day = (start + pd.Timedelta(days=asked)).date()
    everything = [*rows, *revised.values()]
    by_then = [row for row in everything if row[2]["vintage"].date() <= day]
    results = []
    for points in (everything, by_then):
        measurements, catalogue = made({"0101": points}, targets=[target], direction="target")
        results.append(mb.track(measurements, catalogue, as_of=day))
    assert results[0] == results[1]


def test_before_anything_was_known_there_are_no_data(made: Any) -> None:
    """A day before every vintage has no data."""
    measurements, catalogue = made(
        {"0101": [("2020", 90.0, {"vintage": pd.Timestamp("2021-03-01")})]},
        targets=[mb.AtLeast(id="T", indicator="I", value=80)],
    )
    assert mb.track(measurements, catalogue, as_of="2021-02-28")[0].reason == "no_data"
    assert mb.track(measurements, catalogue, as_of="2021-03-01")[0].state == "met"
